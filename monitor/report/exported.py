"""The tables that leave the store, with what is needed to make each of them again to the byte.

`monitor export` and the scheduled publication give the same bytes for the same question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from monitor import __version__
from monitor.catalogue.forms import forms_of_plan
from monitor.catalogue.loader import Catalogue
from monitor.method.settings import METHOD_VERSION

from . import ledger
from .as_of import format_as_of
from .desk import Configuration, Desk, QuestionError
from .export import write_sidecar, write_table
from .gaps import build_gaps
from .reporting_table import rates_table, reporting_table
from .selection import Method
from .streamed import Streamed

KINDS = ("scorecard", "observations", "gaps", "submissions", "history", "reporting", "rates")
OF_CALLS = ("reporting", "rates")
_LABELS = {
    "kind": "内容 content", "as_of": "截至 as of", "question": "范围 question", "catalogues": "目录版本 catalogues",
    "settings": "设置 settings", "software_version": "方法版本 method", "program_version": "程序版本 program",
}  # fmt: skip


def exported_table(
    desk: Desk, kind: str, as_of: datetime | None, question: Mapping[str, Any]
) -> tuple[pd.DataFrame | Streamed, dict[str, object]]:
    """The rows asked for, and the facts that make them again: never the time of their making.

    Figures, their history and submissions are read while they are written, so the store must still be open then.

    `question`: plan, region, period (None for all); method and include_context for scorecard and gaps, form for
    reporting and rates. Raises QuestionError.
    """
    table: pd.DataFrame | Streamed
    if kind in OF_CALLS:
        table, known = (rates_table if kind == "rates" else reporting_table)(desk, as_of=as_of, **question)
    else:
        table, known = _known_rows(desk, kind, as_of, question), desk.moment(as_of)
    return table, _facts(kind, format_as_of(known), question, desk.configuration(as_of))


def write_exported(table: pd.DataFrame | Streamed, facts: Mapping[str, object], path: Path) -> int:
    """The file and its sidecar F.meta.json; the format by the suffix. How many rows. Raises OSError, ValueError."""
    digest = write_table(table, path, {_LABELS[name]: str(value) for name, value in facts.items()})
    rows = table.count if isinstance(table, Streamed) else len(table)
    write_sidecar(path, {**facts, "file": path.name, "rows": rows, "sha256": digest})
    return rows


def scorecard_of_plans(
    desk: Desk,
    catalogues: Sequence[Catalogue],
    region: str | None,
    period: str | None,
    as_of: datetime | None,
    method: Method,
    include_context: bool,
) -> pd.DataFrame:
    """The scorecards of the plans below each other, by plan id; a region counts for the plans that have it.

    Raises QuestionError when no plan has the region, or for an unknown period.
    """
    asked = None if region in (None, "all") else region
    frames, failure = [], None
    for plan in sorted(catalogue.plan.id for catalogue in catalogues):
        try:
            answer = desk.scorecard(
                plan=plan, region=asked, period=period, as_of=as_of, method=method, include_context=include_context
            )
        except QuestionError as error:
            failure = error
        else:
            frames.append(answer.frame)
    if not frames and failure is not None:
        raise failure
    return pd.concat(frames, ignore_index=True)


def _known_rows(desk: Desk, kind: str, as_of: datetime | None, question: Mapping[str, Any]) -> pd.DataFrame | Streamed:
    """What the scorecard and the store's own tables say."""
    configuration = desk.configuration(as_of)
    plans = [configuration.plan(question["plan"])] if question["plan"] else list(configuration.catalogues)
    if kind in ("scorecard", "gaps"):
        frame = scorecard_of_plans(
            desk, plans, question["region"], question["period"], as_of, question["method"], question["include_context"]
        )
        return build_gaps(frame) if kind == "gaps" else frame
    codes, periods = desk.codes(question["region"], question["period"], as_of)
    if kind == "submissions":
        forms = [*forms_of_plan(plans[0])] if question["plan"] else None
        return ledger.each_submission(desk.store, forms, codes, periods, as_of)
    indicators = sorted({indicator.id for catalogue in plans for indicator in catalogue.indicators})
    rows = ledger.each_observation if kind == "observations" else ledger.each_revision
    return rows(desk.store, indicators, codes, periods, as_of)


def _facts(kind: str, as_of: str, question: Mapping[str, Any], configuration: Configuration) -> dict[str, object]:
    return {
        "kind": kind,
        "as_of": as_of,
        "question": dict(question),
        "catalogues": {one.plan.id: one.version for one in configuration.catalogues},
        "settings": configuration.settings.to_json(),
        "software_version": METHOD_VERSION,
        "program_version": __version__,
    }
