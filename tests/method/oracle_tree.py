"""The second judge's tree: which figure a period and a region has, and what a row is held against.

Written from methods.md sections 1, 2 and 5 (each_region); it walks everything anew for every question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction

from monitor.catalogue.models import BandTarget, Baseline, HoldTarget, Indicator, Plan, ReachTarget, Target
from monitor.catalogue.regions import Region
from monitor.method.settings import MethodSettings

from .oracle import Case, Fig, interval, stands

LENGTHS = {"": 12, "H": 6, "Q": 3}


@dataclass(frozen=True)
class World:
    """All that a judgement can depend on. `sent`: figures, or the reason why a cell has none."""

    plan: Plan
    indicators: tuple[Indicator, ...]
    regions: tuple[Region, ...]
    sent: Mapping[tuple[str, str, str], Fig | str]
    plan_rows: Mapping[tuple[str, str, str], Fig] = field(default_factory=dict)
    settings: MethodSettings = field(default_factory=MethodSettings)

    def indicator(self, name: str) -> Indicator:
        return next(indicator for indicator in self.indicators if indicator.id == name)


@dataclass(frozen=True)
class Whole:
    """What the children add up to."""

    figure: Fig | None = None
    coverage: Fraction | None = None
    weight_coverage: Fraction | None = None
    partial: bool = False
    parts_missing: bool = False


def span(code: str) -> tuple[int, int]:
    """A period's last month, counted from the start of year 0, and its length in months."""
    year, _, rest = code.partition("-")
    if not rest:
        return int(year) * 12, 12
    length = LENGTHS.get(rest[0], 1)
    part = int(rest[1:]) if rest[0] in "HQ" else int(rest)
    return (int(year) - 1) * 12 + part * length, length


def code_of(last: int, length: int) -> str:
    year, month = (last - 1) // 12 + 1, (last - 1) % 12 + 1
    mark = {12: "", 6: f"-H{month // 6}", 3: f"-Q{month // 3}", 1: f"-{month:02d}"}[length]
    return f"{year}{mark}"


def time_of(code: str) -> Fraction:
    return Fraction(span(code)[0], 12)


def last_day(code: str) -> date:
    after = span(code)[0]
    return date(after // 12, after % 12 + 1, 1) - timedelta(days=1)


def period_figure(world: World, indicator: Indicator, region: str, code: str) -> Fig | None:
    """The figure that the region itself reported for the period, or has by its shorter periods."""
    own = world.sent.get((indicator.id, region, code))
    if isinstance(own, Fig):
        return own
    last, length = span(code)
    shorter = [months for months in (6, 3, 1) if months < length]
    if indicator.accumulation != "period":
        for months in shorter:
            found = world.sent.get((indicator.id, region, code_of(last, months)))
            if isinstance(found, Fig):
                return found
        return None
    if not shorter:
        return None
    starts = range(last - length + shorter[0], last + 1, shorter[0])
    parts = [period_figure(world, indicator, region, code_of(end, shorter[0])) for end in starts]
    return None if None in parts else add(indicator, [part for part in parts if part is not None])


def add(indicator: Indicator, figures: list[Fig]) -> Fig | None:
    """Σ value, or factor × Σ numerator ÷ Σ denominator of a ratio."""
    comparator = "approx" if any(f.comparator == "approx" for f in figures) else "eq"  # these trees hold no bounds
    synthetic, partial = any(f.synthetic for f in figures), any(f.partial for f in figures)
    kept = Fig(Fraction(0), comparator, synthetic=synthetic, partial=partial)
    ratio = indicator.figure is not None or indicator.aggregate == "ratio_of_sums"
    if not ratio and all(figure.numerator is None for figure in figures):
        return replace(kept, value=sum((f.value for f in figures), Fraction(0)))
    top, bottom = Fraction(0), Fraction(0)
    for figure in figures:
        if figure.numerator is None or figure.denominator is None:
            return None
        top, bottom = top + figure.numerator, bottom + figure.denominator
    if bottom == 0:
        return None
    return replace(kept, value=top * Fraction(indicator.factor) / bottom, numerator=top, denominator=bottom)


def children(world: World, region: str) -> list[str]:
    return sorted(row.code for row in world.regions if row.parent_code == region and row.reporting)


def descendants(world: World, region: str) -> set[str]:
    below = {row.code for row in world.regions if row.parent_code == region}
    return below | {code for child in below for code in descendants(world, child)}


def is_share_row(world: World, indicator: Indicator, region: str) -> bool:
    target = indicator.target
    return region == world.plan.region and isinstance(target, ReachTarget) and target.scope == "each_region"


def row_figure(world: World, indicator: Indicator, region: str, code: str) -> Fig | None:
    """Reported for that region itself, else the aggregate; the share of regions is never reported."""
    if not is_share_row(world, indicator, region):
        own = period_figure(world, indicator, region, code)
        if own is not None:
            return own
    return aggregate(world, indicator, region, code).figure


def aggregate(world: World, indicator: Indicator, region: str, code: str) -> Whole:
    target = indicator.target
    if is_share_row(world, indicator, region):
        assert isinstance(target, ReachTarget)
        expected = list(target.expected) if target.expected is not None else children(world, region)
        return reached_share(world, indicator, expected, code, Fraction(100))
    below = children(world, region)
    counting = indicator.aggregate in ("share_reached", "count_reached")
    of_regions = isinstance(target, ReachTarget) and target.scope == "each_region"
    if indicator.aggregate == "none" or not below or (counting and of_regions):
        return Whole()
    if counting:
        share = reached_share(world, indicator, below, code, Fraction(100 if indicator.unit == "%" else 1))
        if indicator.aggregate == "count_reached" and share.figure is not None:
            reached = share.figure.numerator
            assert reached is not None
            share = replace(share, figure=replace(share.figure, value=reached, numerator=None, denominator=None))
        return share
    return added(world, indicator, below, code)


def added(world: World, indicator: Indicator, below: list[str], code: str) -> Whole:
    entering: dict[str, Fig] = {}
    weights: dict[str, Fraction] = {}
    parts_missing = False
    for child in below:
        figure = row_figure(world, indicator, child, code)
        own = row_figure(world, world.indicator(indicator.weight), child, code) if indicator.weight else None
        if own is not None:
            weights[child] = own.value
        if figure is None:
            continue
        if indicator.aggregate == "ratio_of_sums" and figure.numerator is None:
            parts_missing = True
        elif indicator.aggregate != "weighted_mean" or own is not None:
            entering[child] = figure
    if indicator.aggregate == "weighted_mean" and not sum((weights[child] for child in entering), Fraction(0)):
        entering = {}
    value = combined(indicator, entering, weights)
    coverage = Fraction(len(entering), len(below))
    whole_weight = sum(weights.values(), Fraction(0))
    weight = sum((weights.get(child, Fraction(0)) for child in entering), Fraction(0))
    weight_coverage = weight / whole_weight if whole_weight else None
    partial = 0 < coverage < 1 or any(figure.partial for figure in entering.values())
    if value is not None:
        value = replace(value, partial=partial, synthetic=any(figure.synthetic for figure in entering.values()))
    return Whole(value, coverage, weight_coverage, partial, parts_missing)


def combined(indicator: Indicator, entering: dict[str, Fig], weights: dict[str, Fraction]) -> Fig | None:
    figures = list(entering.values())
    if not figures:
        return None
    if indicator.aggregate == "ratio_of_sums":
        return add(indicator, figures)
    values = [figure.value for figure in figures]
    if indicator.aggregate == "sum":
        return Fig(sum(values, Fraction(0)))
    if indicator.aggregate == "weighted_mean":
        whole = sum((weights[child] for child in entering), Fraction(0))
        products = [figure.value * weights[child] for child, figure in entering.items()]
        return Fig(sum(products, Fraction(0)) / whole) if whole else None
    return Fig(max(values) if indicator.aggregate == "max" else min(values))


def reached_share(world: World, indicator: Indicator, expected: list[str], code: str, factor: Fraction) -> Whole:
    figures = {child: row_figure(world, indicator, child, code) for child in expected}
    present = {child: figure for child, figure in figures.items() if figure is not None}
    coverage = Fraction(len(present), len(expected))
    if not present:
        return Whole(coverage=coverage)
    reached = Fraction(sum(meets(figure, target_of(world, indicator, child)) for child, figure in present.items()))
    partial = 0 < coverage < 1 or any(figure.partial for figure in present.values())
    comparator = "approx" if any(figure.comparator == "approx" for figure in present.values()) else "eq"
    synthetic = any(figure.synthetic for figure in present.values())
    size = Fraction(len(expected))
    return Whole(Fig(factor * reached / size, comparator, reached, size, synthetic, partial), coverage, None, partial)


def meets(figure: Fig, target: Target | None) -> bool:
    if not isinstance(target, ReachTarget | HoldTarget):
        return False
    return stands(figure, interval(Fraction(target.value), target.comparator)) == "in"


# What a row is held against


def target_of(world: World, indicator: Indicator, region: str) -> Target | None:
    own = indicator.regional_targets.get(region)
    return own.target if own is not None and own.target is not None else indicator.target


def own_baseline(world: World, indicator: Indicator, region: str) -> Baseline | None:
    """The baseline that the catalogue states for this very region."""
    own = indicator.regional_targets.get(region)
    if own is not None and own.baseline is not None:
        return own.baseline
    return indicator.baseline if region == world.plan.region else None


def base_year(world: World, indicator: Indicator, region: str) -> int:
    for stated in (own_baseline(world, indicator, region), indicator.baseline):
        if stated is not None and stated.year is not None:
            return stated.year
    return world.plan.period.base


def base_of(world: World, indicator: Indicator, region: str) -> Fig | None:
    stated = own_baseline(world, indicator, region)
    if stated is not None:
        return Fig(Fraction(stated.value), stated.comparator)
    found: Fig | None = None
    if region != world.plan.region or indicator.nature == "context":
        year = str(base_year(world, indicator, region))
        found = world.plan_rows.get((indicator.id, region, year)) or row_figure(world, indicator, region, year)
    target = target_of(world, indicator, region)
    if found is None and isinstance(target, ReachTarget) and target.progress == "percent_drop":
        return Fig(Fraction(0))
    return found


def path_of(world: World, indicator: Indicator, region: str) -> Mapping[int, Fraction] | None:
    """`path` belongs to the plan's own region; another region has its own or none."""
    own = indicator.regional_targets.get(region)
    table = own.path if own is not None and own.path is not None else None
    if table is None and region == world.plan.region:
        table = indicator.path
    return None if table is None else {year: Fraction(value) for year, value in table.items()}


def case_of(world: World, indicator: Indicator, region: str, code: str) -> Case:
    """The row as one cell."""
    target, plan = target_of(world, indicator, region), world.plan.period
    share = is_share_row(world, indicator, region)
    t = time_of(code)
    told = sorted({int(sent[:4]) for name, _, sent in world.sent if name == indicator.id})
    candidates = {year: row_figure(world, indicator, region, str(year)) for year in told if year <= t}
    own = world.sent.get((indicator.id, region, code))
    figure = row_figure(world, indicator, region, code)
    value = getattr(target, "value", None)
    band = target if isinstance(target, BandTarget) else None
    tolerance = band.tolerance if band is not None and band.tolerance is not None else world.settings.band_tolerance
    return Case(
        rule="share" if share else target.rule if target is not None else "none",
        direction=indicator.direction, t=t, code=code,
        t0=base_year(world, indicator, region),
        end=target.year if target is not None and target.year is not None else plan.end,
        g=None if value is None else Fraction(value),
        comparator=getattr(target, "comparator", "ge"),
        base=None if share else base_of(world, indicator, region),
        figure=figure,
        absence=own if isinstance(own, str) and figure is None else "",
        years={year: fig for year, fig in candidates.items() if fig is not None},
        path=None if share else path_of(world, indicator, region),
        percent_drop=isinstance(target, ReachTarget) and target.progress == "percent_drop" and not share,
        tolerance=Fraction(tolerance), factor=Fraction(indicator.factor),
        breaks=tuple((int(mark.period[:4]), time_of(mark.period)) for mark in indicator.breaks),
        limit=None if indicator.limit is None else Fraction(indicator.limit),
        start_year=plan.start, end_year=plan.end,
        ahead=Fraction(world.settings.ahead), near=Fraction(world.settings.near),
    )  # fmt: skip


def rows_of(world: World, include_context: bool = False) -> list[tuple[str, str, str]]:
    """(indicator, region, period) of every row, in the contract's order, for worlds whose regions all report."""
    found = []
    codes = sorted(row.code for row in world.regions)
    plan = world.plan.period
    for indicator in sorted(world.indicators, key=lambda i: i.number):
        if indicator.nature == "context" and not include_context:
            continue
        for region in codes:
            periods = {str(year) for year in range(plan.start, plan.end + 1)}
            below = {region} | descendants(world, region)
            sent = {key for key, cell in world.sent.items() if key[0] == indicator.id and isinstance(cell, Fig)}
            later = {code for (_, sender, code) in sent if sender in below and time_of(code) > plan.base}
            periods |= {code for code in later if row_figure(world, indicator, region, code) is not None}
            found += [(indicator.id, region, code) for code in sorted(periods, key=span)]
    return found
