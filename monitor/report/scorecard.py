"""The scorecard: every main indicator of a plan × region × period, judged (interface.md, Scorecard)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.catalogue.periods import Period
from monitor.method.cagr import judge_growth
from monitor.method.cells import Cells, to_columns
from monitor.method.exact import Exact, Floats
from monitor.method.figures import AGGREGATED
from monitor.method.goals import target_printed
from monitor.method.judge import AT_T, Verdict, judge
from monitor.method.outlook import project
from monitor.method.progress import (
    Progress,
    numerator_gap,
    pace_per_year,
    progress,
    required_per_year,
    target_gap,
)
from monitor.method.settings import METHOD_VERSION, MethodSettings
from monitor.method.tree import Tree

from .selection import Row, Selected, Selection, select

COLUMNS = (
    "plan_id", "indicator_id", "indicator_name", "nature", "region_code", "region_name", "period", "vintage",
    "value", "comparator", "numerator", "denominator", "unit", "baseline", "baseline_printed", "target",
    "target_printed", "rule", "method", "progress_share", "time_share", "schedule_gap_pp", "target_gap",
    "numerator_gap", "pace_per_year", "required_per_year", "projected_value", "projected_year", "class", "reason",
    "first_failing_period", "coverage", "conclusion", "as_of", "catalogue_version", "software_version", "settings",
    "synthetic", "certainty", "partial", "met_period", "break", "weight_coverage", "outlook", "aggregated_value",
)  # fmt: skip

NO_BASELINE_PRINTED = "—"
Table = dict[str, Any]


@dataclass(frozen=True)
class Stamp:
    """What every row says of its making."""

    as_of: str
    catalogue_version: str


@dataclass(frozen=True)
class Judged:
    """Rows with their verdicts: `table` has what COLUMNS say but for the stamp, a row for each."""

    selected: Selected
    rows: tuple[Row, ...]
    table: pd.DataFrame


def build_scorecard(tree: Tree, selection: Selection, settings: MethodSettings, stamp: Stamp) -> pd.DataFrame:
    """The judged rows as a frame with COLUMNS: numbers float64 (NaN = none), texts ("" = none), booleans."""
    return stamped(judge_rows(tree, selection, settings), settings, stamp)


def judge_rows(tree: Tree, selection: Selection, settings: MethodSettings, before: Judged | None = None) -> Judged:
    """Judge the rows of a selection. A row that `before` holds unchanged keeps its verdict.

    A verdict depends on nothing but its row, the plan, the regions' names and the settings: those of `before` must be
    the same. After an acceptance nearly every row is as it was, and judging all of them takes most of a second.
    """
    selected = select(tree, selection, before.selected if before else None)
    rows = selected.rows
    if before is None:
        return Judged(selected, rows, _table(tree, rows, selection, settings))
    known = _known_places(before, rows)
    places: list[int] = []
    fresh: list[Row] = []
    for row in rows:
        place = known.get(id(row))
        if place is None:
            place = len(before.rows) + len(fresh)
            fresh.append(row)
        places.append(place)
    table = before.table
    if fresh:
        table = pd.concat([table, _table(tree, fresh, selection, settings)], ignore_index=True)
    return Judged(selected, rows, table.take(places).reset_index(drop=True))


def _known_places(before: Judged, rows: Sequence[Row]) -> dict[int, int]:
    """Where `before` holds a row, by its `id`: the row itself, or one that is equal to it."""
    known = {id(row): place for place, row in enumerate(before.rows)}
    made_anew = [row for row in rows if id(row) not in known]
    cells = {(row.cell.indicator.id, row.region) for row in made_anew}
    earlier: dict[tuple[str, str], dict[Period, int]] = {}
    first = 0
    for cell, group in before.selected.groups.items():
        if cell in cells:
            earlier[cell] = {row.cell.period: place for place, row in enumerate(group, first)}
        first += len(group)
    for row in made_anew:
        place = earlier.get((row.cell.indicator.id, row.region), {}).get(row.cell.period)
        if place is not None and before.rows[place] == row:
            known[id(row)] = place
    return known


def stamped(judged: Judged, settings: MethodSettings, stamp: Stamp) -> pd.DataFrame:
    """The table with what every row says of its making, in the order of COLUMNS; the table's columns are shared."""
    constant = {
        "conclusion": "", "as_of": stamp.as_of, "catalogue_version": stamp.catalogue_version,
        "software_version": METHOD_VERSION, "settings": settings.to_json(),
    }  # fmt: skip
    size = len(judged.rows)
    columns = {name: [constant[name]] * size if name in constant else judged.table[name] for name in COLUMNS}
    return pd.DataFrame(columns, copy=False)


def _table(tree: Tree, rows: Sequence[Row], selection: Selection, settings: MethodSettings) -> pd.DataFrame:
    plan = tree.plan
    cells = to_columns([row.cell for row in rows], settings, (plan.period.start, plan.period.end))
    share = progress(cells)
    verdict = judge(cells, share, settings)
    table = _identity(tree, rows, selection.method) | _numbers(cells, share) | _aggregates(rows)
    if selection.method == "cagr":
        verdict, ratios = judge_growth(cells, verdict)
        table["progress_share"] = np.where(cells.rule == "share", table["progress_share"], ratios)
        table["schedule_gap_pp"] = np.full(len(rows), np.nan)
    table |= _outlook(cells) | _judged(rows, verdict)
    table["certainty"] = _certainty(rows, cells, table)
    table["reason"] = [
        _reason(row, str(reason), rests_on_synthetic)
        for row, reason, rests_on_synthetic in zip(
            rows, verdict.reasons, verdict.evidence_synthetic.tolist(), strict=True
        )
    ]
    return pd.DataFrame({name: table[name] for name in COLUMNS if name in table})


def _identity(tree: Tree, rows: Sequence[Row], method: str) -> Table:
    """What a row is about: plan, indicator, region, period, target and baseline as printed."""
    names = {code: region.name for code in {row.region for row in rows} if (region := tree.regions.get(code))}
    cells = [row.cell for row in rows]
    figures = [cell.figure for cell in cells]
    return {
        "plan_id": [tree.plan.id] * len(rows),
        "indicator_id": [cell.indicator.id for cell in cells],
        "indicator_name": [cell.indicator.name.zh for cell in cells],
        "nature": [cell.indicator.nature for cell in cells],
        "region_code": [row.region for row in rows],
        "region_name": [names.get(row.region, "") for row in rows],
        "period": [cell.period.code for cell in cells],
        "vintage": [figure.vintage if figure else "" for figure in figures],
        "comparator": [figure.comparator if figure else "" for figure in figures],
        "unit": ["%" if cell.region_share else cell.indicator.unit for cell in cells],
        "baseline_printed": [_baseline_printed(row) for row in rows],
        "target_printed": [target_printed(cell.goal) for cell in cells],
        "rule": [cell.goal.target.rule if cell.goal.target else "" for cell in cells],
        "method": [method] * len(rows),
        "break": [_break(row) for row in rows],
        "synthetic": [figure.synthetic if figure else False for figure in figures],
    }


def _baseline_printed(row: Row) -> str:
    stated = row.cell.indicator.baseline
    if row.cell.region_share and stated is not None and stated.printed:
        return stated.printed
    base = row.cell.goal.base
    return base.printed if base and base.printed and not row.cell.region_share else NO_BASELINE_PRINTED


def _break(row: Row) -> str:
    """The first period of the definition in force at the row's period, where the definition changed."""
    past = [mark.first for mark in row.cell.indicator.breaks if mark.first.index <= row.cell.period.index]
    return max(past, key=lambda period: period.order).code if past else ""


def _numbers(cells: Cells, share: Progress) -> Table:
    """Shares, gaps and pace as floats, each rounded once from its exact value."""
    p, s = share.floats(), cells.time_share
    return {
        "value": cells.v.floats(),
        "numerator": cells.numerator.floats(),
        "denominator": cells.denominator.floats(),
        "baseline": cells.b.floats(),
        "target": cells.g.floats(),
        "progress_share": p,
        "time_share": s.floats(),
        "schedule_gap_pp": schedule_gap(cells, share, p),
        "target_gap": target_gap(cells).floats(),
        "numerator_gap": numerator_gap(cells).floats(),
        "pace_per_year": pace_per_year(cells).floats(),
        "required_per_year": required_per_year(cells),
    }


def schedule_gap(cells: Cells, share: Progress, p: Floats) -> Floats:
    """100·(p − s); `p`: the progress share as floats."""
    s = cells.time_share
    exact = ((share.p - s) * Exact.constant(100, cells.size)).floats()
    return np.where(share.p.known, exact, 100 * (p - s.floats()))


def _outlook(cells: Cells) -> Table:
    outlook = project(cells)
    return {
        "projected_value": outlook.projected_value,
        "projected_year": np.where(outlook.projected_year == 0, np.nan, outlook.projected_year.astype(float)),
        "outlook": outlook.outlook.tolist(),
    }


def _aggregates(rows: Sequence[Row]) -> Table:
    """What the children add up to, beside the row's own figure, and how much of them is there."""
    aggregates = [row.aggregate for row in rows]
    return {
        "aggregated_value": Exact.of(a.figure.value if a.figure else None for a in aggregates).floats(),
        "coverage": Exact.of(a.coverage for a in aggregates).floats(),
        "weight_coverage": Exact.of(a.weight_coverage for a in aggregates).floats(),
        "partial": [aggregate.partial for aggregate in aggregates],
    }


def _judged(rows: Sequence[Row], verdict: Verdict) -> Table:
    return {
        "class": verdict.classes.tolist(),
        "first_failing_period": _periods(rows, verdict.first_failing),
        "met_period": _periods(rows, verdict.met),
    }


def _periods(rows: Sequence[Row], years: npt.NDArray[np.int64]) -> list[str]:
    return [
        row.cell.period.code if year == AT_T else (f"{year:04d}" if year else "")
        for row, year in zip(rows, years, strict=True)
    ]


_FROM_BASELINE = ("below_baseline", "behind", "nearly", "on_schedule", "ahead", "deterioration")


def _certainty(rows: Sequence[Row], cells: Cells, table: Table) -> list[str]:
    """`approximate`, `bound` or `certain`, of the figure and of the baseline where a share or class uses it.

    Hold and band look at every figure they judge. Empty where there is no figure.
    """
    by_share = ~np.isnan(table["progress_share"]) | (cells.has_path & ~np.isnan(table["time_share"]))
    by_class = np.isin(table["class"], _FROM_BASELINE) | ((cells.rule == "band") & ~cells.g.known)
    uses_baseline = cells.b.known & (by_share | by_class)
    found = []
    for row, uses in zip(rows, uses_baseline, strict=True):
        cell = row.cell
        if cell.figure is None:
            found.append("")
            continue
        comparators = {cell.figure.comparator}
        if uses and cell.goal.base:
            comparators.add(cell.goal.base.comparator)
        if cell.goal.target is not None and cell.goal.target.rule in ("hold", "band"):
            start = cells.plan_years[0]
            comparators |= {figure.comparator for period, figure in cell.years if period.year >= start}
        found.append("approximate" if "approx" in comparators else "certain" if comparators == {"eq"} else "bound")
    return found


def _reason(row: Row, reason: str, rests_on_synthetic: bool) -> str:
    figure, base, whole = row.cell.figure, row.cell.goal.base, row.aggregate.figure
    return told_reason(
        reason,
        row.aggregate.reason if figure is None or figure.vintage == AGGREGATED else "",
        evidence=figure is not None
        and not figure.synthetic
        and (rests_on_synthetic or (base is not None and base.synthetic)),
        aggregate=figure is not None and not figure.synthetic and whole is not None and whole.synthetic,
    )


def told_reason(reason: str, of_aggregate: str, *, evidence: bool, aggregate: bool) -> str:
    """The class's reason, then what is to be known of the figures behind the row.

    `evidence`, `aggregate`: whether a figure that is not synthetic rests on synthetic ones, or has such an aggregate.
    """
    said = [one for one in (reason, of_aggregate) if one]
    said += ["evidence_synthetic"] * evidence + ["aggregated_value_synthetic"] * aggregate
    return ";".join(said)
