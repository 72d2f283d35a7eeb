"""Checks that need more than a file's own row: beside other periods, other figures, other units and what is known.

They run between comparing and deciding what becomes of a file. Severity `error` refuses the file as a reader's error
does; a `query` needs an explanation before acceptance. Of published vintages a query is a warning, since what was
printed is not the sender's to mend. Ranges, parts and repeated rows are checked where the file is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from monitor.store.store import Transaction

from ..problems import FileProblem, ProblemSeverity
from ..review import REPORTED_VINTAGES
from .change import check_changes
from .completeness import check_completeness
from .cumulative import check_cumulative
from .finding import Finding
from .force import KeptForce
from .gather import Part, exact_figures, known_figures, parts_of
from .outliers import check_outliers
from .relations import check_relations
from .rulebook import Rulebook, rulebook_of
from .words import CHECK_MESSAGES

if TYPE_CHECKING:
    from monitor.catalogue.loader import Catalogue
    from monitor.catalogue.regions import Regions

__all__ = ["KeptForce", "check_file"]

_ORDER: dict[ProblemSeverity, int] = {"error": 0, "query": 1, "warning": 2}


def check_file(
    transaction: Transaction,
    catalogues: Sequence[Catalogue],
    regions: Regions,
    file: str,
    sheet: str | None,
    kept: KeptForce,
) -> tuple[tuple[int, FileProblem], ...]:
    """What the checks find in the new parts of the file, by line; each with the number of its part.

    Reads the temporary tables `bundle`, `incoming`, `compared`, `standing`.
    """
    rulebook = rulebook_of(catalogues)
    parts = parts_of(transaction)
    if not any(part.is_new for part in parts):
        return ()
    findings = list(_compared(transaction, catalogues, rulebook, parts, regions, kept))
    if rulebook.completeness:
        findings += check_completeness(transaction, parts, catalogues, regions, rulebook.completeness)
    published = {part.number for part in parts if part.vintage not in REPORTED_VINTAGES}
    found = [(one.number, _problem(one, file, sheet, is_published=one.number in published)) for one in findings]
    return tuple(_once(sorted(found, key=lambda pair: (pair[1].row or 0, _ORDER[pair[1].severity]))))


def _compared(
    transaction: Transaction,
    catalogues: Sequence[Catalogue],
    rulebook: Rulebook,
    parts: Sequence[Part],
    regions: Regions,
    kept: KeptForce,
) -> Iterable[Finding]:
    if not rulebook.indicators:
        return
    known = known_figures(transaction, catalogues, rulebook, parts, regions, kept)
    suspects = [
        *check_changes(known, rulebook),
        *check_cumulative(known, rulebook),
        *check_relations(known, rulebook),
        *check_outliers(known, rulebook, regions),
    ]
    rows = (row for suspect in suspects for row in suspect.rows)
    figures = exact_figures(transaction, rulebook, known, rows)
    decided = (suspect.decide(figures) for suspect in suspects)
    yield from (finding for finding in decided if finding is not None)


def _problem(finding: Finding, file: str, sheet: str | None, *, is_published: bool) -> FileProblem:
    message = CHECK_MESSAGES[finding.code]
    severity: ProblemSeverity = "warning" if is_published and finding.severity == "query" else finding.severity
    return FileProblem(
        file,
        sheet,
        finding.line,
        None,
        finding.code,
        severity,
        message.zh.format_map(finding.values),
        message.en.format_map(finding.values),
        finding.text,
        finding.indicator_id,
        finding.rule,
    )


def _once(found: Iterable[tuple[int, FileProblem]]) -> Iterable[tuple[int, FileProblem]]:
    """Each rule once at each figure: the strictest of several limits."""
    seen: set[tuple[int, int | None, str | None]] = set()
    for number, problem in found:
        key = (number, problem.row, problem.rule)
        if key not in seen:
            seen.add(key)
            yield number, problem
