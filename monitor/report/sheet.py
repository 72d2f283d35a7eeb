"""The scorecard laid out for pages: by region and indicator, in order of time.

The scorecard never carries a figure forward; `latest` picks, for each indicator in each region, the last
period that has one (interface.md, Scorecard).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from copy import copy
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from monitor.catalogue.periods import Period, parse_period
from monitor.method.settings import MethodSettings

from .figures import Figure

if TYPE_CHECKING:
    from .desk import Desk

_READ_APART = ("period", "projected_year", "class_", "reasons", "synthetic", "partial")
_PLAIN = tuple((field.name, field.type == "str") for field in fields(Figure) if field.name not in _READ_APART)
_COLUMNS = (*(name for name, _ in _PLAIN), "period", "projected_year", "class", "reason", "synthetic", "partial")


class Sheet:
    """One scorecard; figures are made when they are asked for, each once."""

    def __init__(
        self, frame: pd.DataFrame, as_of: datetime | None, settings: MethodSettings, catalogue_version: str
    ) -> None:
        self.as_of, self.settings, self.catalogue_version = as_of, settings, catalogue_version
        self._columns: dict[str, list[Any]] = {name: frame[name].tolist() for name in _COLUMNS}
        self._made: dict[int, Figure] = {}
        self._periods = [parse_period(code) for code in self._columns["period"]]
        self._rows: dict[tuple[str, str], list[int]] = {}
        self._row_at: dict[tuple[str, str, Period], int] = {}
        cells = zip(self._columns["region_code"], self._columns["indicator_id"], self._periods, strict=True)
        for row, (region, indicator, period) in enumerate(cells):
            self._rows.setdefault((region, indicator), []).append(row)
            self._row_at[region, indicator, period] = row
        for rows in self._rows.values():
            rows.sort(key=lambda row: self._periods[row].order)

    def told_as_of(self, as_of: datetime) -> Sheet:
        """The same figures, known at another moment just as well."""
        told = copy(self)
        told.as_of = as_of
        return told

    def has_region(self, region: str) -> bool:
        return any(code == region for code, _ in self._rows)

    def course(self, region: str, indicator: str) -> Iterator[Figure]:
        """Every row of the cell in order of time, those without a value too."""
        return (self._figure(row) for row in self._rows.get((region, indicator), ()))

    def at(self, region: str, indicator: str, period: Period) -> Figure | None:
        row = self._row_at.get((region, indicator, period))
        return None if row is None else self._figure(row)

    def latest(self, region: str, indicator: str, period: Period | None = None) -> Figure | None:
        """The figure of `period`; without one, the last with a value, else the last row there is."""
        if period is not None:
            return self.at(region, indicator, period)
        rows = self._rows.get((region, indicator), [])
        last = next((row for row in reversed(rows) if self._has_value(row)), rows[-1] if rows else None)
        return None if last is None else self._figure(last)

    def previous(self, figure: Figure, *, year_to_date: bool = False) -> Figure | None:
        """The figure of the last earlier period of the same length; None before the first.

        Year-to-date figures start anew each January, so theirs is that of the same period a year earlier.
        """
        cell = (figure.region_code, figure.indicator_id)
        if year_to_date:
            earlier = self.at(*cell, figure.period.year_earlier())
            return earlier if earlier is not None and earlier.has_value else None
        for row in reversed(self._rows.get(cell, [])):
            period = self._periods[row]
            if period.order < figure.period.order and period.kind == figure.period.kind and self._has_value(row):
                return self._figure(row)
        return None

    def years(self, region: str, indicator: str) -> tuple[Figure, ...]:
        """The rows of whole years."""
        rows = self._rows.get((region, indicator), ())
        return tuple(self._figure(row) for row in rows if self._periods[row].kind == "year")

    def _has_value(self, row: int) -> bool:
        return _number(self._columns["value"][row]) is not None

    def _figure(self, row: int) -> Figure:
        made = self._made.get(row)
        if made is None:
            made = self._made[row] = self._make(row)
        return made

    def _make(self, row: int) -> Figure:
        columns = self._columns
        year = _number(columns["projected_year"][row])
        read: dict[str, Any] = {name: (_text if is_text else _number)(columns[name][row]) for name, is_text in _PLAIN}
        return Figure(
            period=self._periods[row],
            projected_year=None if year is None else int(year),
            class_=_text(columns["class"][row]),
            reasons=tuple(part for part in _text(columns["reason"][row]).split(";") if part),
            synthetic=bool(columns["synthetic"][row]),
            partial=bool(columns["partial"][row]),
            **read,
        )


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def open_sheet(desk: Desk, plan_id: str, as_of: datetime | None) -> Sheet:
    """The plan's whole scorecard as of T (naive UTC, None = now); kept until the data change."""
    return desk.sheet(plan_id, as_of)
