"""How a class came about: every number that was compared, exact, and the row of the class table that decided."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np

from monitor.catalogue.models import Indicator
from monitor.catalogue.periods import Period
from monitor.method.bounds import against_band, against_target, comparators_of
from monitor.method.cagr import judge_growth
from monitor.method.cells import Cell, Cells, to_columns
from monitor.method.exact import Exact
from monitor.method.figures import Figure
from monitor.method.goals import base_year, in_force, stated_base
from monitor.method.judge import judge
from monitor.method.outlook import FIGURES_AT_MOST, project
from monitor.method.progress import (
    Progress,
    band_centre,
    numerator_gap,
    pace_per_year,
    progress,
    required_per_year,
    target_gap,
)
from monitor.method.settings import MethodSettings
from monitor.method.tree import Tree, certainly_meets

from .selection import Row

Standing = Literal["inside", "outside", "straddles", "none"]
BaseKind = Literal["catalogue", "plan_row", "figure", "none"]
# the rows of the class table (methods.md section 5), in order; "interval" and "path" are its rows without a number
LADDER = ("1", "2", "3", "4", "5", "6", "7", "path", "8", "interval", "9", "10", "11", "12", "13", "14")
_OF_SHARE = ("4", "8", "interval", "9", "10")  # rows that are skipped for the share of regions that reached
_OF_PATH = ("8", "9", "10")


@dataclass(frozen=True)
class YearJudged:
    """One year figure (or, last, the figure at t) as it stands to the target or band."""

    period: Period
    figure: Figure | None
    standing: Standing


@dataclass(frozen=True)
class Numbers:
    """What was compared, exact; None where there is none. p of a percentage drop is in `drop_share`, a float.

    Names as in methods.md: b, v, g, t0, t, T (`end`), p, s; `d` is the direction's sign.
    """

    b: Fraction | None
    v: Fraction | None
    g: Fraction | None
    t0: Fraction
    t: Fraction
    end: Fraction
    d: int
    p: Fraction | None
    drop_share: float | None
    s: Fraction | None
    schedule_gap: float | None
    target_gap: Fraction | None
    numerator_gap: Fraction | None
    pace: Fraction | None
    required: float | None
    path_now: Fraction | None
    path_next: Fraction | None
    centre: Fraction | None
    tolerance: Fraction


@dataclass(frozen=True)
class Reasoned:
    """`rule`: reach, hold, band, judge, share (of regions) or none. `row`: what decided, "" for context indicators.

    `steps`: the rows that were asked before it and did not hold, then it. `growth`: class and ratio R (or V) by cagr.
    """

    cell: Cell
    rule: str
    class_: str
    reason: str
    row: str
    steps: tuple[str, ...]
    numbers: Numbers
    years: tuple[YearJudged, ...]
    base_kind: BaseKind
    growth_class: str
    growth_reason: str
    growth_ratio: float | None
    outlook: str
    projected_value: float | None
    projected_year: int | None
    low: float | None
    high: float | None
    outlook_from: tuple[tuple[Period, Figure], ...]
    """The year figures that the outlook's line goes through, newest first; none without an outlook."""

    @property
    def meets_target(self) -> bool:
        """Whether the figure, with all of its interval, meets the target's number."""
        figure, g = self.cell.figure, self.numbers.g
        if figure is None or g is None or self.rule in ("band", "judge", "none"):
            return False
        target = "ge" if self.rule == "share" else getattr(self.cell.goal.target, "comparator", "ge")
        return certainly_meets(figure, g, target)


def reasoned(tree: Tree, row: Row, settings: MethodSettings) -> Reasoned:
    """The verdict of one row by the very functions that judge the scorecard, with everything they compared."""
    plan = tree.plan
    cells = to_columns([row.cell], settings, (plan.period.start, plan.period.end))
    share = progress(cells)
    verdict = judge(cells, share, settings)
    growth, ratios = judge_growth(cells, verdict)
    outlook = project(cells)
    class_, reason = str(verdict.classes[0]), str(verdict.reasons[0])
    rule = str(cells.rule[0])
    numbers = _numbers(cells, share)
    decided = _row(rule, class_, reason, numbers)
    return Reasoned(
        row.cell,
        rule,
        class_,
        reason,
        decided,
        _steps(rule, decided, has_path=bool(cells.has_path[0])),
        numbers,
        _years(cells, row.cell, plan.period.start),
        _base_kind(tree, row),
        str(growth.classes[0]),
        str(growth.reasons[0]),
        _float(ratios[0]),
        str(outlook.outlook[0]),
        _float(outlook.projected_value[0]),
        int(outlook.projected_year[0]) or None,
        _float(outlook.low[0]),
        _float(outlook.high[0]),
        _outlook_from(row.cell, int(cells.break_year[0])) if np.isfinite(outlook.projected_value[0]) else (),
    )


def _outlook_from(cell: Cell, break_year: int) -> tuple[tuple[Period, Figure], ...]:
    found = [(period, figure) for period, figure in reversed(cell.years) if period.year >= break_year]
    return tuple(found[:FIGURES_AT_MOST])


def _numbers(cells: Cells, share: Progress) -> Numbers:
    s = cells.time_share[0]
    p = share.p[0]
    drop = float(share.floats()[0]) if bool(share.drop_known[0]) else None
    gap = None
    if s is not None and (p is not None or drop is not None):
        gap = float(100 * (p - s)) if p is not None else 100 * ((drop or 0.0) - float(s))
    return Numbers(
        b=cells.b[0],
        v=cells.v[0],
        g=cells.g[0],
        t0=_known(cells.t0),
        t=_known(cells.t),
        end=_known(cells.end),
        d=int(cells.sign[0]),
        p=p,
        drop_share=drop,
        s=s,
        schedule_gap=gap,
        target_gap=target_gap(cells)[0],
        numerator_gap=numerator_gap(cells)[0],
        pace=pace_per_year(cells)[0],
        required=_float(required_per_year(cells)[0]),
        path_now=cells.path_now[0],
        path_next=cells.path_next[0],
        centre=band_centre(cells)[0],
        tolerance=_known(cells.tolerance),
    )


def _known(column: Exact) -> Fraction:
    value = column[0]
    assert value is not None
    return value


def _float(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _row(rule: str, class_: str, reason: str, numbers: Numbers) -> str:
    """Which row of the class table gave this class: each class has one, but for a few that its reason tells apart."""
    if class_ in ("judged", "no_data"):
        return "1" if class_ == "judged" else "2"
    if rule == "none":
        return ""
    if rule in ("hold", "band"):
        return "3"
    if class_ == "not_assessable":
        first = reason.split(";")[0]
        return {"bound_straddles_target": "4", "bound_straddles_class": "interval", "before_path": "path"}.get(
            first, "8"
        )
    if class_ == "behind" and numbers.g is not None and numbers.g == numbers.b and numbers.path_now is None:
        return "10"
    return {
        "achieved": "5", "slipped": "6", "missed": "7", "below_baseline": "9", "ahead": "11", "on_schedule": "12",
        "nearly": "13",
    }.get(class_, "14")  # fmt: skip


def _steps(rule: str, decided: str, *, has_path: bool) -> tuple[str, ...]:
    if not decided:
        return ()
    skipped: set[str] = set() if rule in ("hold", "band") else {"3"}
    skipped |= set(_OF_SHARE) if rule == "share" else set()
    skipped |= set(_OF_PATH) if has_path else {"path"}
    before = LADDER[: LADDER.index(decided)]
    return (*(row for row in before if row not in skipped), decided)


def _years(cells: Cells, cell: Cell, start: int) -> tuple[YearJudged, ...]:
    """The plan's years up to the row's period, and the figure at t where that is no whole year."""
    figures = dict(cell.years)
    last = cell.period.index // 12
    periods = [Period.of(year) for year in range(start, last + 1)]
    found = [YearJudged(period, figures.get(period), _standing(cells, figures.get(period))) for period in periods]
    if cell.period not in periods and cell.period.year >= start:
        found.append(YearJudged(cell.period, cell.figure, _standing(cells, cell.figure)))
    return tuple(found)


def _standing(cells: Cells, figure: Figure | None) -> Standing:
    if figure is None:
        return "none"
    value, comparator = Exact.of([figure.value]), comparators_of([figure.comparator])
    if cells.rule[0] == "band":
        centre = band_centre(cells)
        inside, outside = against_band(value, comparator, centre - cells.tolerance, centre + cells.tolerance)
    else:
        inside, outside = against_target(value, comparator, cells.g, cells.g_comparator)
    if not cells.g.known[0] and cells.rule[0] != "band":
        return "none"
    return "inside" if inside[0] else "outside" if outside[0] else "straddles"


def _base_kind(tree: Tree, row: Row) -> BaseKind:
    """Where the baseline is from: the catalogue, a `plan` row for the base year, or that year's figure."""
    indicator: Indicator = in_force(row.cell.indicator, row.cell.period)
    if row.cell.goal.base is None or row.cell.region_share:
        return "none"
    if stated_base(tree.plan, indicator, row.region) is not None:
        return "catalogue"
    year = Period.of(base_year(tree.plan, indicator, row.region))
    if tree.plan_rows.get((indicator.id, row.region), {}).get(year):
        return "plan_row"
    is_assumed = not row.cell.goal.base.printed  # a percentage drop starts from 0
    return "none" if is_assumed else "figure"
