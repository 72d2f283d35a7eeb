"""The tables of the exports as JSON rows: the same columns under the same names, a model of a row for the document.

Exact figures (observations, history) are decimals written as text, so that no reader's floating point changes them.
Scorecards are numbers as their CSV shows them: they are float64 there too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, create_model

from monitor.evaluation.table import ROUND_COLUMNS
from monitor.report import ledger, scorecard
from monitor.report.compare import compare
from monitor.report.compare_table import COMPARE_COLUMNS, comparison_table
from monitor.report.desk import Desk
from monitor.report.export import plain_number
from monitor.report.ledger_pages import LedgerPages
from monitor.report.reporting_table import RATE_COLUMNS, REPORTING_COLUMNS
from monitor.store.migrations import SQL
from monitor.tasks.ledger import COLUMNS as TASK_COLUMNS

_TABLES_KEPT = 16
_LISTS_KEPT = 4  # a list of a million takes 17 MB

_SCORES = frozenset(
    {
        "value", "numerator", "denominator", "baseline", "target", "progress_share", "time_share", "schedule_gap_pp",
        "target_gap", "numerator_gap", "pace_per_year", "required_per_year", "projected_value", "projected_year",
        "coverage", "weight_coverage", "aggregated_value",
    }
)  # fmt: skip
_BOARD_NUMBERS = frozenset({"days_left", "revision", "cells_expected", "cells_given"})
_RATE_NUMBERS = frozenset({"numerator", "denominator", "value", "called", "early", "unexpected"})
_CHANGE_NUMBERS = frozenset(
    {
        "old_value", "new_value", "difference", "old_numerator", "new_numerator", "old_denominator", "new_denominator",
        "revision",
    }
)  # fmt: skip
_BOARD_FLAGS = frozenset({"is_late", "extended", "expected", "received", "on_time", "accepted", "owed", "contact"})
_FLAGS = frozenset({"synthetic", "partial", "estimated"})
_WHOLE = frozenset({"submission_id", "carried_from", "revision", "row_count", "queries", "in_force", "line"})
_NONE: frozenset[str] = frozenset()


def _model(
    name: str,
    columns: Sequence[str],
    *,
    numbers: frozenset[str] = _NONE,
    flags: frozenset[str] = _FLAGS,
    whole: frozenset[str] = _NONE,
) -> type[BaseModel]:
    """A model with one field a column, in order; `class` and `break` are words of Python, so fields have aliases."""
    kinds: dict[str, Any] = dict.fromkeys(columns, str | None)
    for chosen, kind in ((numbers, float | None), (flags, bool | None), (whole, int | None)):
        kinds |= {column: kind for column in columns if column in chosen}
    fields: dict[str, Any] = {f"{column}_": (kind, Field(alias=column)) for column, kind in kinds.items()}
    return create_model(name, __config__=ConfigDict(extra="forbid", frozen=True), **fields)


ScorecardRow = _model("ScorecardRow", scorecard.COLUMNS, numbers=_SCORES)
ObservationRow = _model("ObservationRow", ledger.OBSERVATION_COLUMNS, whole=_WHOLE)
HistoryRow = _model("HistoryRow", ledger.HISTORY_COLUMNS, whole=_WHOLE)
SubmissionRow = _model("SubmissionRow", ledger.SUBMISSION_COLUMNS, whole=_WHOLE)
BoardRow = _model("BoardRow", REPORTING_COLUMNS, numbers=_BOARD_NUMBERS, flags=_BOARD_FLAGS)
RateRow = _model("RateRow", RATE_COLUMNS, numbers=_RATE_NUMBERS)
ChangeRow = _model("ChangeRow", COMPARE_COLUMNS, numbers=_CHANGE_NUMBERS)
RoundRow = _model(
    "RoundRow", ROUND_COLUMNS, numbers=frozenset({"value"}), flags=frozenset({"synthetic", "differs", "late"}),
    whole=frozenset({"revisions"}),
)  # fmt: skip
TaskRow = _model(
    "TaskRow", TASK_COLUMNS, numbers=frozenset({"elapsed_percent"}), flags=frozenset({"lead_inferred", "synthetic"}),
    whole=frozenset({"item", "report"}),
)  # fmt: skip


def exact_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as JSON: decimals as text without an exponent, days in ISO 8601, null where there is nothing."""
    return exact_items(list(frame.columns), frame.itertuples(index=False, name=None))


def exact_items(columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """As `exact_rows`."""
    return [{name: _exact(value) for name, value in zip(columns, row, strict=True)} for row in rows]


def number_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as JSON: float64 as numbers, null where there is none; an empty text stays one, as in the CSV."""
    names = list(frame.columns)
    return [
        {name: _number(value) for name, value in zip(names, row, strict=True)}
        for row in frame.itertuples(index=False, name=None)
    ]


def model_rows(model: type[BaseModel], frame: pd.DataFrame) -> list[dict[str, Any]]:
    """As `number_rows`, with null instead of an empty text where the model wants something else than a text."""
    texts = {field.alias for field in model.model_fields.values() if field.annotation == str | None}
    return [
        {name: None if value == "" and name not in texts else value for name, value in row.items()}
        for row in number_rows(frame)
    ]


def _exact(value: object) -> object:
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, Decimal):
        return plain_number(value)
    return value.isoformat() if isinstance(value, date) else value


def _number(value: object) -> object:
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    plain = value.item() if hasattr(value, "item") else value
    return int(plain) if isinstance(plain, float) and plain.is_integer() else plain


class Listed(NamedTuple):
    """Which submissions there were; `regions`: of those that not everybody may see, masked where everybody may."""

    numbers: npt.NDArray[np.int64]
    regions: np.ma.MaskedArray[Any, Any]


class Tables:
    """Tables kept until something happens that changes them, since they are read in pages.

    `figures`: the long ones, of which a part is kept.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.figures = LedgerPages(desk.store)
        self._listed = lru_cache(maxsize=_LISTS_KEPT)(self._list)
        self._compared = lru_cache(maxsize=_TABLES_KEPT)(self._compare)

    def listed(self, as_of: datetime | None, state: str | None, **lists: tuple[str, ...] | None) -> Listed:
        """The submissions there were then, in the order they came; `lists`: region_codes, forms, periods."""
        return self._listed(self._desk.store.event_version(), as_of, state, tuple(lists.items()))

    def submissions(self, numbers: Sequence[int], as_of: datetime | None) -> pd.DataFrame:
        return ledger.submissions(self._desk.store, None, None, None, as_of, numbers=list(numbers))

    def changes(self, start: datetime | None, end: datetime | None, *question: str | None) -> pd.DataFrame:
        """What changed between two moments; `question`: plan, region, period."""
        return self._compared(self._desk.store.data_version(), start, end, question)

    def _compare(
        self, _version: int, start: datetime | None, end: datetime | None, question: tuple[str | None, ...]
    ) -> pd.DataFrame:
        plan, region, period = question
        found = compare(self._desk, start, end, plan=plan, region=region, period=period)
        return comparison_table(found, self._desk.configuration(end).regions)

    def _list(
        self, _version: int, as_of: datetime | None, state: str | None,
        lists: tuple[tuple[str, tuple[str, ...] | None], ...],
    ) -> Listed:  # fmt: skip
        asked = {name: None if values is None else list(values) for name, values in lists}
        found = self._desk.store.ask_columns(SQL / "submissions_listed.sql", {"as_of": as_of, "state": state, **asked})
        return Listed(np.ma.getdata(found["submission_id"]), np.ma.masked_array(found["region_code"]))
