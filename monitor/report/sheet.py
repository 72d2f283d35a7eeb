"""The scorecard laid out for pages: by region and indicator, in order of time.

The scorecard never carries a figure forward; `latest` picks, for each indicator in each region, the last
period that has one (interface.md, Scorecard).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import fields
from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.catalogue.periods import Period, parse_period
from monitor.method.settings import MethodSettings

from .figures import Figure

_READ_APART = ("period", "projected_year", "class_", "reasons", "synthetic", "partial")
_PLAIN = tuple((field.name, field.type == "str") for field in fields(Figure) if field.name not in _READ_APART)
_COLUMNS = (*(name for name, _ in _PLAIN), "period", "projected_year", "class", "reason", "synthetic", "partial")


class Sheet:
    """One scorecard, its rows in the order of the contract; figures are made when they are asked for, each once.

    `deeper`: where the frame has the plan's own region and those right below it alone, the sheet of any other region.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        as_of: datetime | None,
        settings: MethodSettings,
        catalogue_version: str,
        deeper: Callable[[str], Sheet | None] | None = None,
    ) -> None:
        self.as_of, self.settings, self.catalogue_version = as_of, settings, catalogue_version
        self._columns: dict[str, npt.NDArray[Any]] = {name: frame[name].to_numpy() for name in _COLUMNS}
        self._made: dict[int, Figure] = {}
        self._rows = self._find_cells()
        self._row_at: dict[tuple[str, str], dict[Period, int]] = {}
        self._regions = {region for region, _ in self._rows}
        self._deeper = deeper

    def _of(self, region: str) -> Sheet:
        """The sheet that has the region's rows."""
        if self._deeper is None or region in self._regions:
            return self
        return self._deeper(region) or self

    def _find_cells(self) -> dict[tuple[str, str], range]:
        """The rows of each region and indicator: they stand together, in order of time."""
        regions, indicators = self._columns["region_code"], self._columns["indicator_id"]
        if not len(regions):
            return {}
        starts = np.flatnonzero((regions[1:] != regions[:-1]) | (indicators[1:] != indicators[:-1])) + 1
        spans = pairwise((0, *starts.tolist(), len(regions)))
        return {(regions[start], indicators[start]): range(start, stop) for start, stop in spans}

    def told_as_of(self, as_of: datetime) -> Sheet:
        """The same figures, known at another moment just as well."""
        told = copy(self)
        told.as_of = as_of
        return told

    def has_region(self, region: str) -> bool:
        return region in self._of(region)._regions

    def course(self, region: str, indicator: str) -> Iterator[Figure]:
        """Every row of the cell in order of time, those without a value too."""
        sheet = self._of(region)
        return (sheet._figure(row) for row in sheet._rows.get((region, indicator), ()))

    def at(self, region: str, indicator: str, period: Period) -> Figure | None:
        sheet = self._of(region)
        if sheet is not self:
            return sheet.at(region, indicator, period)
        cell = (region, indicator)
        if cell not in self._row_at:
            self._row_at[cell] = {self._period(row): row for row in self._rows.get(cell, ())}
        row = self._row_at[cell].get(period)
        return None if row is None else self._figure(row)

    def latest(self, region: str, indicator: str, period: Period | None = None) -> Figure | None:
        """The figure of `period`; without one, the last with a value, else the last row there is."""
        if period is not None:
            return self.at(region, indicator, period)
        sheet = self._of(region)
        if sheet is not self:
            return sheet.latest(region, indicator)
        rows = self._rows.get((region, indicator), range(0))
        last = next((row for row in reversed(rows) if self._has_value(row)), rows[-1] if rows else None)
        return None if last is None else self._figure(last)

    def previous(self, figure: Figure, *, year_to_date: bool = False) -> Figure | None:
        """The figure of the last earlier period of the same length; None before the first.

        Year-to-date figures start anew each January, so theirs is that of the same period a year earlier.
        """
        sheet = self._of(figure.region_code)
        if sheet is not self:
            return sheet.previous(figure, year_to_date=year_to_date)
        cell = (figure.region_code, figure.indicator_id)
        if year_to_date:
            earlier = self.at(*cell, figure.period.year_earlier())
            return earlier if earlier is not None and earlier.has_value else None
        for row in reversed(self._rows.get(cell, range(0))):
            period = self._period(row)
            if period.order < figure.period.order and period.kind == figure.period.kind and self._has_value(row):
                return self._figure(row)
        return None

    def years(self, region: str, indicator: str) -> tuple[Figure, ...]:
        """The rows of whole years."""
        sheet = self._of(region)
        rows = sheet._rows.get((region, indicator), ())
        return tuple(sheet._figure(row) for row in rows if sheet._period(row).kind == "year")

    def periods(self, region: str, indicator: str) -> Iterator[Period]:
        """The periods of the cell that have a value, in order of time."""
        sheet = self._of(region)
        rows = sheet._rows.get((region, indicator), ())
        return (sheet._period(row) for row in rows if sheet._has_value(row))

    def _period(self, row: int) -> Period:
        return parse_period(self._columns["period"][row])

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
            period=self._period(row),
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
