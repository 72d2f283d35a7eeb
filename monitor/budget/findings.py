"""All checks of all files in force, together."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pandas as pd

from .balance import Finding, department_findings, table_findings
from .frames import FINDING_COLUMNS
from .library import Library


def findings_of(library: Library) -> tuple[Finding, ...]:
    """Of each department budget in turn, then of each performance table."""
    found: list[Finding] = []
    for budget in library.departments.values():
        found += department_findings(budget, library.tables)
    for table in library.tables.values():
        found += table_findings(table)
    return tuple(found)


def findings_frame(found: Sequence[Finding]) -> pd.DataFrame:
    """One line for each check; the difference as an exact decimal, to ten places where it has no end."""
    rows = []
    for one in found:
        gap = None if one.difference is None else Decimal(round(one.difference * 10**10)).scaleb(-10)
        rows.append((one.subject, one.name.zh, one.rule, one.arithmetic, gap, one.tolerance, one.outcome))
    return pd.DataFrame(rows, columns=list(FINDING_COLUMNS), dtype=object)
