"""A period of a plan on its whole tree as columns: what the branches that are shown are cut from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.catalogue.models import Indicator
from monitor.catalogue.regions import Region, Regions

from .figures import group_of

NO_DATA = "no_data"


@dataclass(frozen=True)
class Cell:
    """One figure of one region. Numbers are None where there are none; `contribution`: see `contributions`."""

    indicator_id: str
    class_: str
    value: float | None
    comparator: str
    unit: str
    target: float | None
    schedule_gap_pp: float | None
    target_gap: float | None
    coverage: float | None
    partial: bool
    vintage: str
    reason: str
    synthetic: bool
    contribution: float | None


@dataclass(frozen=True)
class Branch:
    """One region as it was on the day: its parent then, how many children it had, and its figures by indicator."""

    region: Region
    parent: Region | None
    children: int
    lagging: int
    assessed: int
    cells: Mapping[str, Cell]


class Table:
    """A period of a plan by region and indicator: columns as arrays, one place for each region, in order of code."""

    def __init__(self, frame: pd.DataFrame, regions: Regions, day: date, indicators: Sequence[Indicator]) -> None:
        self.regions, self.day = regions, day
        parts = {str(name): part.reset_index(drop=True) for name, part in frame.groupby("indicator_id", sort=False)}
        first = next(iter(parts.values()), frame)
        self.codes: list[str] = first["region_code"].tolist()
        self.parents: list[str] = first["parent_code"].tolist()
        self.place = {code: place for place, code in enumerate(self.codes)}
        self._columns = {name: {str(key): part[key].to_numpy() for key in part} for name, part in parts.items()}
        self.by_id = {one.id: one for one in indicators}
        self._contributions: dict[str, npt.NDArray[np.float64]] = {}
        groups = {name: _groups(columns["class"]) for name, columns in self._columns.items()}
        self._lag = {name: found == "lag" for name, found in groups.items()}
        self._open = {name: found == "open" for name, found in groups.items()}

    def column(self, indicator: str, name: str) -> npt.NDArray[Any]:
        """A column of the frame: one number or text for each region, by place."""
        found: npt.NDArray[Any] = self._columns[indicator][name]
        return found

    def region(self, place: int) -> Region:
        code = self.codes[place]
        return self.regions.get(code, self.day) or Region(code, None, "", code, reporting=False)

    def lagging(self, shown: Sequence[Indicator]) -> npt.NDArray[np.int64]:
        return self._added(self._lag, shown)

    def assessed(self, shown: Sequence[Indicator]) -> npt.NDArray[np.int64]:
        return np.subtract(len(shown), self._added(self._open, shown), dtype=np.int64)

    def _added(self, marks: Mapping[str, npt.NDArray[np.bool_]], shown: Sequence[Indicator]) -> npt.NDArray[np.int64]:
        found: npt.NDArray[np.int64] = np.zeros(len(self.codes), dtype=np.int64)
        for one in shown:
            found += marks[one.id]
        return found

    def any_value(self, places: Sequence[int], shown: Sequence[Indicator]) -> bool:
        return any(bool(np.isfinite(self.column(one.id, "value")[list(places)]).any()) for one in shown)

    def any_synthetic(self, places: Sequence[int], shown: Sequence[Indicator]) -> bool:
        return any(bool(self.column(one.id, "synthetic")[list(places)].any()) for one in shown)

    def branch(self, place: int, shown: Sequence[Indicator]) -> Branch:
        region = self.region(place)
        parent = self.regions.get(self.parents[place], self.day) if self.parents[place] else None
        cells = {one.id: self._cell(place, one.id) for one in shown}
        groups = [group_of(cell.class_) for cell in cells.values()]
        children = sum(child.reporting for child in self.regions.children(region.code, self.day))
        return Branch(region, parent, children, groups.count("lag"), len(groups) - groups.count("open"), cells)

    def _cell(self, place: int, indicator: str) -> Cell:
        columns = self._columns[indicator]

        def number(name: str) -> float | None:
            value = float(columns[name][place])
            return value if np.isfinite(value) else None

        contribution = float(self.contributions(indicator)[place])
        return Cell(
            indicator, str(columns["class"][place]) or NO_DATA, number("value"), str(columns["comparator"][place]),
            str(columns["unit"][place]), number("target"), number("schedule_gap_pp"), number("target_gap"),
            number("coverage"), bool(columns["partial"][place]), str(columns["vintage"][place]),
            str(columns["reason"][place]), bool(columns["synthetic"][place]),
            contribution if np.isfinite(contribution) else None,
        )  # fmt: skip

    def contributions(self, indicator: str) -> npt.NDArray[np.float64]:
        """What each region adds to its parent's distance from the target, in the indicator's unit: NaN where nothing
        can be divided, else `D_i ÷ ΣD · d·(g − v_i)` over the reporting siblings with parts, of a ratio of sums towards
        a target (the formula of method/decomposition.py, there exact; here to the precision of a double).
        """
        if indicator not in self._contributions:
            self._contributions[indicator] = self._divided(indicator)
        return self._contributions[indicator]

    def _divided(self, name: str) -> npt.NDArray[np.float64]:
        one, columns = self.by_id[name], self._columns[name]
        nothing = np.full(len(self.codes), np.nan)
        sign = {"up": 1.0, "down": -1.0}.get(one.direction)
        if one.aggregate != "ratio_of_sums" or sign is None or getattr(one.target, "scope", "nation") != "nation":
            return nothing
        weight = columns["denominator"].astype(float)
        value = columns["value"].astype(float)
        enters = np.isfinite(weight) & np.isfinite(columns["numerator"].astype(float)) & np.isfinite(value)
        parents = np.array([self.place.get(code, -1) for code in self.parents])
        reports = np.array([self.region(place).reporting for place in range(len(self.codes))], dtype=bool)
        enters &= (parents >= 0) & reports
        whole = np.bincount(parents[enters], weight[enters], len(self.codes))
        goal = columns["target"].astype(float)[parents]
        with np.errstate(divide="ignore", invalid="ignore"):
            found = weight / whole[parents] * sign * (goal - value)
        return np.where(enters & np.isfinite(found), found, np.nan)


def _groups(classes: npt.NDArray[Any]) -> npt.NDArray[Any]:
    known = {name: group_of(name) for name in set(classes.tolist())}
    return np.array([known[name] for name in classes.tolist()], dtype=object)
