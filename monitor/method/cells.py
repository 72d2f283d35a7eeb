"""The columns that a judgement works on, one row a cell (indicator × region × period)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from monitor.catalogue.models import BandTarget, HoldTarget, Indicator, ReachTarget
from monitor.catalogue.periods import Period

from .bounds import Codes, Comparators, comparators_of
from .exact import Exact, Mask, where
from .figures import Figure, part_factor
from .goals import Goal, path_value
from .settings import MethodSettings

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Cell:
    """One figure to be judged, with all that its verdict depends on.

    `years`: the region's year figures, in order of time, ending at or before `period` (evidence years
    included). `region_share`: the row of the plan's own region under `scope: each_region`, whose
    figure is the share of regions that reached.
    """

    indicator: Indicator
    goal: Goal
    period: Period
    figure: Figure | None
    absence: str = ""
    years: tuple[tuple[Period, Figure], ...] = ()
    region_share: bool = False


@dataclass(frozen=True)
class YearColumn:
    """The figures of one year, for the cells that may see it (the year ends at or before their period)."""

    year: int
    v: Exact
    comparator: Comparators
    synthetic: Mask


@dataclass(frozen=True)
class Cells:
    """n cells as columns; `rule` is reach, hold, band, judge, share (of regions) or none (context).

    `last_month`: the period's last month, counted as `Period.index`. `break_year`: see `_break_year`.
    """

    size: int
    rule: Codes
    sign: Ints
    t: Exact
    t0: Exact
    end: Exact
    v: Exact
    v_comparator: Comparators
    b: Exact
    b_comparator: Comparators
    g: Exact
    g_comparator: Comparators
    tolerance: Exact
    limit: Exact
    percent_drop: Mask
    has_path: Mask
    path_now: Exact
    path_next: Exact
    numerator: Exact
    denominator: Exact
    factor: Exact
    last_month: Ints
    break_year: Ints
    absence: Codes
    plan_years: tuple[int, int]
    years: tuple[YearColumn, ...] = field(default=())

    @property
    def time_share(self) -> Exact:
        """`s = (t − t0) ÷ (T − t0)`; on a path, the share of the way from b to g that it has reached."""
        straight = (self.t - self.t0) / (self.end - self.t0)
        if not self.has_path.any():
            return straight
        along = (self.path_now - self.b) / (self.g - self.b)
        return where(self.has_path, along, straight)

    def take(self, rows: npt.NDArray[np.intp]) -> Cells:
        """Some rows, any of them more than once; without the figures of years."""
        taken: dict[str, Any] = {"size": len(rows), "plan_years": self.plan_years, "years": ()}
        for one in fields(self):
            column = getattr(self, one.name)
            if one.name not in taken:
                taken[one.name] = column.rows(rows) if isinstance(column, Exact) else column[rows]
        return Cells(**taken)


def _rule(cell: Cell) -> str:
    if cell.region_share:
        return "share"
    return cell.goal.target.rule if cell.goal.target is not None else "none"


def _sign(cell: Cell) -> int:
    """`d`: more regions that reached are better whatever the direction of the indicator."""
    return 1 if cell.region_share else {"up": 1, "down": -1, "none": 0}[cell.indicator.direction]


def _tolerance(cell: Cell, settings: MethodSettings) -> Fraction:
    own = cell.goal.target.tolerance if isinstance(cell.goal.target, BandTarget) else None
    return Fraction(settings.band_tolerance if own is None else own)


def _target_comparator(cell: Cell) -> str:
    target = cell.goal.target
    return target.comparator if isinstance(target, ReachTarget | HoldTarget) else "ge"


def _break_year(cell: Cell) -> int:
    """The year in which the definition in force at the period began, 0 without a break."""
    starts = [mark.first for mark in cell.indicator.breaks if mark.first.index <= cell.period.index]
    return max((start.year for start in starts), default=0)


def to_columns(cells: Sequence[Cell], settings: MethodSettings, plan_years: tuple[int, int]) -> Cells:
    """The cells as columns, in their order. `plan_years`: first and last year of the plan."""
    size = len(cells)
    goals = [cell.goal for cell in cells]
    bases = [None if cell.region_share else cell.goal.base for cell in cells]
    share = np.fromiter((cell.region_share for cell in cells), dtype=bool, count=size)
    paths = [None if cell.region_share else cell.goal.path for cell in cells]
    times = [cell.period.time for cell in cells]
    hundred = Fraction(100)
    return Cells(
        size=size,
        rule=np.array([_rule(cell) for cell in cells], dtype=np.str_).reshape(size),
        sign=np.array([_sign(cell) for cell in cells], dtype=np.int64),
        t=Exact.of(times),
        t0=Exact.of(Fraction(goal.t0) for goal in goals),
        end=Exact.of(Fraction(goal.end) for goal in goals),
        v=Exact.of(cell.figure.value if cell.figure else None for cell in cells),
        v_comparator=comparators_of(cell.figure.comparator if cell.figure else "eq" for cell in cells),
        b=Exact.of(base.value if base else None for base in bases),
        b_comparator=comparators_of(base.comparator if base else "eq" for base in bases),
        g=Exact.of(hundred if cell.region_share else cell.goal.value for cell in cells),
        g_comparator=comparators_of("ge" if cell.region_share else _target_comparator(cell) for cell in cells),
        tolerance=Exact.of(_tolerance(cell, settings) for cell in cells),
        limit=Exact.of(None if cell.indicator.limit is None else Fraction(cell.indicator.limit) for cell in cells),
        percent_drop=np.fromiter(
            (isinstance(goal.target, ReachTarget) and goal.target.progress == "percent_drop" for goal in goals),
            dtype=bool, count=size,
        ) & ~share,
        has_path=np.fromiter((path is not None for path in paths), dtype=bool, count=size),
        path_now=Exact.of(path_value(path, time) if path else None for path, time in zip(paths, times, strict=True)),
        path_next=Exact.of(
            path_value(path, time + 1) if path else None for path, time in zip(paths, times, strict=True)
        ),
        numerator=Exact.of(cell.figure.numerator if cell.figure else None for cell in cells),
        denominator=Exact.of(cell.figure.denominator if cell.figure else None for cell in cells),
        factor=Exact.of(hundred if cell.region_share else part_factor(cell.indicator) for cell in cells),
        last_month=np.array([cell.period.index for cell in cells], dtype=np.int64),
        break_year=np.array([_break_year(cell) for cell in cells], dtype=np.int64),
        absence=np.array([cell.absence for cell in cells], dtype=np.str_).reshape(size),
        plan_years=plan_years,
        years=_year_columns(cells),
    )  # fmt: skip


def _year_columns(cells: Sequence[Cell]) -> tuple[YearColumn, ...]:
    """One column a year that any cell has evidence for, plan years without any figure left out."""
    tables = [{period.year: figure for period, figure in cell.years} for cell in cells]
    columns = []
    for year in sorted({year for table in tables for year in table}):
        figures = [table.get(year) for table in tables]
        columns.append(
            YearColumn(
                year,
                Exact.of(figure.value if figure else None for figure in figures),
                comparators_of(figure.comparator if figure else "eq" for figure in figures),
                np.array([figure is not None and figure.synthetic for figure in figures], dtype=bool),
            )
        )
    return tuple(columns)
