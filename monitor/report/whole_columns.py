"""The whole tree by columns: 50,000 cells in a fraction of a second, by the functions that judge the scorecard."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.models import Indicator, Plan
from monitor.catalogue.periods import Period
from monitor.catalogue.regions import Regions
from monitor.method.aggregation import FigureColumns
from monitor.method.bounds import COMPARATORS, EQ
from monitor.method.cells import Cell, Cells, YearColumn, to_columns
from monitor.method.exact import Mask, where
from monitor.method.figures import AGGREGATED
from monitor.method.goals import base_year, in_force, region_goal
from monitor.method.grown import Branches, Grown, Places, base_periods, branches_of, of_regions
from monitor.method.judge import Verdict, judge
from monitor.method.progress import progress, target_gap
from monitor.method.settings import MethodSettings
from monitor.store.store import Store

from .columns import Asked, NotByColumns, read_sent, with_shorter
from .known import Visible
from .needed import resting_on
from .scorecard import schedule_gap, told_reason
from .whole_tree import TREE_COLUMNS, placed

Texts = npt.NDArray[np.object_]
_FEW, _AT_ONCE = 8, 2
_COMPARATORS: Texts = np.array(COMPARATORS, dtype=object)


def by_columns(grown: Grown, own: Sequence[Indicator], settings: MethodSettings, period: Period) -> pd.DataFrame:
    """A frame with TREE_COLUMNS, equal to that of the judged rows (`whole_tree.lay_out`).

    `own`: the plan's indicators.
    """
    main = sorted((one for one in own if not one.is_context), key=lambda one: one.number)
    members = grown.branches.members(period.end)
    chosen = _rows(grown, main, members, period)
    figures, whole = grown.figures.rows(chosen), grown.aggregates.rows(chosen)
    cells, base_synthetic = _cells(grown, main, members, period, settings, figures)
    share = progress(cells)
    verdict = judge(cells, share, settings)
    vintages: Texts = np.array([*grown.plan.vintages, AGGREGATED], dtype=object)
    vintage = np.where(figures.known, vintages[grown.vintage[chosen]], "")
    width, count = len(members), len(main)
    table = {
        **{name: np.tile(texts, count) for name, texts in _told(grown.branches, period).items()},
        "indicator_id": np.repeat(np.array([one.id for one in main], dtype=object), width),
        "value": cells.v.floats(),
        "comparator": np.where(figures.known, _COMPARATORS[figures.comparator], ""),
        "numerator": cells.numerator.floats(),
        "denominator": cells.denominator.floats(),
        "unit": np.repeat(np.array([one.unit for one in main], dtype=object), width),
        "target": cells.g.floats(),
        "class": verdict.classes.astype(object),
        "schedule_gap_pp": schedule_gap(cells, share, share.floats()),
        "target_gap": target_gap(cells).floats(),
        "coverage": grown.coverage.rows(chosen).floats(),
        "weight_coverage": grown.weight_coverage.rows(chosen).floats(),
        "partial": whole.partial,
        "reason": _reasons(verdict, figures, whole, vintage, grown.reason[chosen], base_synthetic),
        "vintage": vintage,
        "synthetic": figures.synthetic & figures.known,
        "aggregated_value": whole.value.floats(),
    }
    of_root = np.flatnonzero(members == grown.branches.place[grown.branches.root])
    for number, one in enumerate(main):
        if of_regions(one):
            table["unit"][number * width + of_root] = "%"
    return pd.DataFrame({name: table[name] for name in TREE_COLUMNS})


def grow(
    store: Store, catalogue: Catalogue, others: Sequence[Catalogue], regions: Regions, visible: Visible, period: Period
) -> Grown:
    """The figures of a plan up its tree for a period, for the years before it in the plan and for the years of
    baselines. Raises NotByColumns where only the general way knows.
    """
    indicators = grown_indicators(catalogue, others)
    wanted, bases = needed(catalogue.plan, indicators, period)
    return grow_periods(store, catalogue.plan, indicators, regions, visible, wanted, bases)


def grown_indicators(catalogue: Catalogue, others: Sequence[Catalogue]) -> tuple[Indicator, ...]:
    """A plan's main indicators and what they are weighed by. Raises NotByColumns where some are aligned to others."""
    if any(one.aligns_to for one in catalogue.indicators):
        raise NotByColumns
    definitions = {one.id: one for other in (*reversed(others), catalogue) for one in other.indicators}
    main = frozenset(one.id for one in catalogue.indicators if not one.is_context)
    return tuple(definitions[name] for name in sorted(resting_on(main, list(definitions.values()))))


def grow_periods(
    store: Store,
    plan: Plan,
    indicators: tuple[Indicator, ...],
    regions: Regions,
    visible: Visible,
    wanted: tuple[Period, ...],
    bases: tuple[Period, ...] = (),
) -> Grown:
    """The figures of some periods up the tree; `bases`: those whose plan rows are wanted too."""
    branches = branches_of(regions, plan.region)
    flows = [one for one in indicators if one.accumulation == "period"]
    stocks = [one for one in indicators if one.accumulation != "period"]
    # a period's submissions lie together in the store, which skips what is between those of some
    apart = [(period,) for period in wanted] if len(wanted) <= _FEW else [wanted]
    asked = [
        Asked(indicators, bases, branches, (), of_plan=True),
        Asked(flows, with_shorter(wanted, parts=True), branches, plan.vintages),
        *(Asked(stocks, with_shorter(some, parts=False), branches, plan.vintages) for some in apart),
    ]
    with ThreadPoolExecutor(_AT_ONCE) as pool:  # while the store looks for some, others are laid out
        planned, *found = pool.map(lambda one: read_sent(store, visible, one), asked)
    sent = {place: one for some in found for place, one in some.items()}
    return Grown(plan, indicators, wanted, branches, sent, planned)


def needed(
    plan: Plan, indicators: Sequence[Indicator], period: Period
) -> tuple[tuple[Period, ...], tuple[Period, ...]]:
    """The periods whose figures are worked out for a period's, and those of them that may hold baselines."""
    bases = {base for one in indicators for base in base_periods(plan, one, period)}
    years = {Period.of(year) for year in range(plan.period.start, period.year + 1)}
    wanted = {period, *bases, *(year for year in years if year.index <= period.index)}
    return tuple(sorted(wanted, key=_order)), tuple(sorted(bases, key=_order))


def _order(period: Period) -> tuple[int, int]:
    return period.order


@lru_cache(maxsize=8)
def _told(branches: Branches, period: Period) -> dict[str, Texts]:
    """What the file says of the plan's own region and its descendants on the period's last day."""
    codes = [branches.codes[place] for place in branches.members(period.end).tolist()]
    found = [branches.regions.get(code) for code in codes]
    texts = {
        "region_code": codes,
        **placed(codes, branches.root, branches.regions, period),
        "region_name": [region.name if region else "" for region in found],
    }
    return {name: np.array(some, dtype=object) for name, some in texts.items()}


def _rows(grown: Grown, main: Sequence[Indicator], members: Places, period: Period) -> Places:
    """The cells of some indicators and regions."""
    return np.concatenate([np.empty(0, np.intp), *(grown.cells(one, period).start + members for one in main)])


def _cells(
    grown: Grown,
    main: Sequence[Indicator],
    members: Places,
    period: Period,
    settings: MethodSettings,
    figures: FigureColumns,
) -> tuple[Cells, Mask]:
    """The columns to judge, and whether each row's baseline is synthetic.

    What a row is held against is laid out once for an indicator, and once for each region with something of its own.
    """
    plan = grown.plan
    models: list[Cell] = []
    model_of, own_base, found = [], [], []
    for one in main:
        current = in_force(one, period)
        model = np.full(grown.width, len(models), dtype=np.intp)
        is_own = np.zeros(grown.width, dtype=bool)
        models.append(Cell(one, region_goal(plan, current, "", None), period, None))
        for code in dict.fromkeys((plan.region, *current.regional_targets)):
            if code in grown.branches.place:
                place = grown.branches.place[code]
                model[place], is_own[place] = len(models), True
                is_share = code == plan.region and of_regions(one)
                models.append(Cell(one, grown.goal(one, code, period), period, None, region_share=is_share))
        model_of.append(model[members])
        own_base.append(is_own[members])
        found.append(grown.bases(one, Period.of(base_year(plan, current, ""))).rows(members))
    rows = np.concatenate(model_of)
    bases = FigureColumns.join(found)
    from_figures = bases.known & ~np.concatenate(own_base)
    laid = to_columns(models, settings, (plan.period.start, plan.period.end)).take(rows)
    stated = np.array([cell.goal.base is not None and cell.goal.base.synthetic for cell in models])[rows]
    absence = np.concatenate([grown.absences(one, period)[members] for one in main])
    cells = replace(
        laid,
        v=figures.value,
        v_comparator=np.where(figures.known, figures.comparator, EQ),
        numerator=figures.numerator,
        denominator=figures.denominator,
        b=where(from_figures, bases.value, laid.b),
        b_comparator=np.where(from_figures, bases.comparator, laid.b_comparator),
        absence=np.where(figures.known, "", absence).astype(np.str_),
        years=tuple(_year(grown, main, members, year) for year in _years(grown, period)),
    )
    return cells, np.where(from_figures, bases.synthetic, stated).astype(bool)


def _years(grown: Grown, period: Period) -> list[int]:
    """The years whose figures are evidence for the period's."""
    ended = [one.year for one in grown.periods if one.kind == "year" and one.index <= period.index]
    return sorted(ended)


def _year(grown: Grown, main: Sequence[Indicator], members: Places, year: int) -> YearColumn:
    figures, chosen = grown.figures, _rows(grown, main, members, Period.of(year))
    value = figures.value.rows(chosen)
    comparator = np.where(value.known, figures.comparator[chosen], EQ)
    return YearColumn(year, value, comparator, figures.synthetic[chosen] & value.known)


def _reasons(
    verdict: Verdict, figures: FigureColumns, whole: FigureColumns, vintage: Texts, of_aggregate: Texts, base: Mask
) -> Texts:
    """What the scorecard's rows say; each combination is put into words once."""
    plain = figures.known & ~figures.synthetic
    evidence = plain & (verdict.evidence_synthetic | base)
    aggregate = plain & whole.known & whole.synthetic
    shown = np.where(~figures.known | (vintage == AGGREGATED), of_aggregate, "")
    first, reasons = pd.factorize(verdict.reasons)
    second, others = pd.factorize(shown)
    of_row, kinds = pd.factorize(((first * len(others) + second) * 2 + evidence) * 2 + aggregate)
    told = [
        told_reason(
            str(reasons[kind // 4 // len(others)]),
            str(others[kind // 4 % len(others)]),
            evidence=bool(kind // 2 % 2),
            aggregate=bool(kind % 2),
        )
        for kind in kinds.tolist()
    ]
    found: Texts = np.array([*told, ""], dtype=object)[of_row]
    return found
