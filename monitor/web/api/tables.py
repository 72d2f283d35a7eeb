"""The tables of the exports as JSON rows: the same columns under the same names, a model of a row for the document.

Exact figures (observations, history) are decimals written as text, so that no reader's floating point changes them.
Scorecards are numbers as their CSV shows them: they are float64 there too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, create_model

from monitor.report import ledger, scorecard
from monitor.report.desk import Desk
from monitor.report.export import plain_number

_TABLES_KEPT = 16

_FLOATS = frozenset(
    {
        "value", "numerator", "denominator", "baseline", "target", "progress_share", "time_share", "schedule_gap_pp",
        "target_gap", "numerator_gap", "pace_per_year", "required_per_year", "projected_value", "projected_year",
        "coverage", "weight_coverage", "aggregated_value",
    }
)  # fmt: skip
_FLAGS = frozenset({"synthetic", "partial", "estimated"})
_WHOLE = frozenset({"submission_id", "carried_from", "revision", "row_count", "queries", "in_force", "line"})


def _model(name: str, columns: Sequence[str], floats: frozenset[str] = frozenset()) -> type[BaseModel]:
    """A model with one field a column, in order; `class` and `break` are words of Python, so fields have aliases."""
    fields: dict[str, Any] = {}
    for column in columns:
        if column in floats:
            kind: Any = float | None
        elif column in _FLAGS:
            kind = bool | None
        elif column in _WHOLE:
            kind = int | None
        else:
            kind = str | None
        fields[f"{column}_"] = (kind, Field(alias=column))
    return create_model(name, __config__=ConfigDict(extra="forbid", frozen=True), **fields)


ScorecardRow = _model("ScorecardRow", scorecard.COLUMNS, _FLOATS)
ObservationRow = _model("ObservationRow", ledger.OBSERVATION_COLUMNS)
HistoryRow = _model("HistoryRow", ledger.HISTORY_COLUMNS)
SubmissionRow = _model("SubmissionRow", ledger.SUBMISSION_COLUMNS)


def exact_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as JSON: decimals as text without an exponent, days in ISO 8601, null where there is nothing."""
    names = list(frame.columns)
    return [
        {name: _exact(value) for name, value in zip(names, row, strict=True)}
        for row in frame.itertuples(index=False, name=None)
    ]


def number_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as JSON: float64 as numbers, null where there is none; an empty text stays one, as in the CSV."""
    names = list(frame.columns)
    return [
        {name: _number(value) for name, value in zip(names, row, strict=True)}
        for row in frame.itertuples(index=False, name=None)
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


class Tables:
    """Whole tables, kept until something happens that changes them, since they are read in pages."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._kept = lru_cache(maxsize=_TABLES_KEPT)(self._make)

    def get(self, kind: str, *question: Any) -> pd.DataFrame:
        """`kind`: a table of `ledger`; `question`: its arguments, lists as tuples. The frame is not to be changed."""
        store = self._desk.store
        version = store.data_version() if kind == "observations" else store.event_version()
        return self._kept(version, kind, question)

    def _make(self, _version: int, kind: str, question: tuple[Any, ...]) -> pd.DataFrame:
        given = [list(one) if isinstance(one, tuple) else one for one in question]
        frame: pd.DataFrame = getattr(ledger, kind)(self._desk.store, *given)
        return frame
