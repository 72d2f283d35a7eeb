"""I7: the figures that pages show, worked out again from the rows that were sent, one at a time and in fractions.

The program works them out in columns, from what it keeps of earlier answers. Here each is taken from its rows anew:
the preferred vintage of what is in force, in the indicator's unit, else the shorter periods, else the children of the
region, or how many of them reached their target. An indicator without figures of its own has those of the one that it
aligns to. Only whether a sum of bounds reaches a target is left alone, and what is made of such verdicts.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.models import HoldTarget, Indicator, ReachTarget, Target
from monitor.catalogue.periods import Period, parse_period
from monitor.catalogue.regions import Regions
from monitor.catalogue.units import factor_between
from monitor.report.desk import Configuration, Desk
from monitor.store.findings import Finding

from .asking import Asking
from .checks import SQL

_CLOSE = 1e-9  # a float of 53 bits, rounded once, is far closer
_TOLD = 20  # figures that differ, told one by one; the others are counted
_FAR = 10**9
Told = Callable[[str, int], None]


@dataclass(frozen=True)
class Number:
    """`top`, `bottom`: the parts in the unit of the indicator's `figure`, None where it was sent without.

    `comparator`: of a bound as it was sent, empty for a point and where bounds were put together.
    """

    value: Fraction
    top: Fraction | None = None
    bottom: Fraction | None = None
    is_point: bool = True
    comparator: str = ""


Cell = tuple[str, str, Period]
"""Indicator, region, period."""


class _UndecidedError(Exception):
    """Whether bounds that were put together reach a target is not worked out here."""


@dataclass
class _Cells:
    """The figures of an indicator, and of the one that weighs it: the row of each cell that is preferred, and what was
    worked out of them.
    """

    catalogue: Catalogue
    regions: Regions
    indicators: Mapping[str, Indicator]
    rows: dict[Cell, Sequence[Any]] = field(default_factory=dict)
    known: dict[Cell, Number | None] = field(default_factory=dict)

    def sent(self, indicator: Indicator, region: str, period: Period) -> Number | None:
        """What stands in the row, None where it says that there is no figure."""
        row = self.rows.get((indicator.id, region, period))
        return None if row is None else _number(row, indicator)

    def figure(self, indicator: Indicator, region: str, period: Period) -> Number | None:
        key = (indicator.id, region, period)
        if key not in self.known:
            self.known[key] = None
            try:
                self.known[key] = self._figure(indicator, region, period)
            except _UndecidedError:
                del self.known[key]
                raise
        return self.known[key]

    def _figure(self, indicator: Indicator, region: str, period: Period) -> Number | None:
        if _counts_regions(indicator) and region == self.catalogue.plan.region:
            return self._reached(indicator, self._expected(indicator, period), period, 100)
        own = self.own(indicator, region, period)
        return own if own is not None else self.of_children(indicator, region, period)

    def _expected(self, indicator: Indicator, period: Period) -> Sequence[str]:
        """The regions that the target of the period counts."""
        target = _target(indicator, period)
        named = target.expected if isinstance(target, ReachTarget) else None
        return self._children(self.catalogue.plan.region, period) if named is None else named

    def _children(self, region: str, period: Period) -> list[str]:
        return [one.code for one in self.regions.children(region, period.end) if one.reporting]

    def _reached(self, indicator: Indicator, expected: Sequence[str], period: Period, factor: int) -> Number | None:
        """`factor` times the share of the regions whose figure meets their target; those without figures do not."""
        found = {code: self.figure(indicator, code, period) for code in expected}
        numbers = {code: one for code, one in found.items() if one is not None}
        if not numbers:
            return None
        reached = sum(_meets(one, _target(indicator, period, code)) for code, one in numbers.items())
        return Number(Fraction(factor * reached, len(expected)), Fraction(reached), Fraction(len(expected)))

    def own(self, indicator: Indicator, region: str, period: Period) -> Number | None:
        """What the region sent for the period, or what follows from what it sent for shorter ones."""
        own = self.sent(indicator, region, period)
        if own is not None:
            return own
        if indicator.accumulation != "period":
            found = (self.sent(indicator, region, shorter) for shorter in period.same_end)
            return next((one for one in found if one is not None), None)
        parts = [self.own(indicator, region, part) for part in period.parts]
        return _sum(indicator, parts) if parts else None

    def of_children(self, indicator: Indicator, region: str, period: Period) -> Number | None:
        children = self._children(region, period)
        if indicator.aggregate in ("share_reached", "count_reached"):
            if _counts_regions(indicator):
                return None
            share = self._reached(indicator, children, period, 100 if indicator.unit == "%" else 1)
            if share is None or share.top is None or indicator.aggregate == "share_reached":
                return share
            return Number(share.top)
        found = {code: self.figure(indicator, code, period) for code in children}
        numbers = {code: one for code, one in found.items() if one is not None}
        if not numbers:
            return None
        if indicator.aggregate == "ratio_of_sums":
            return _sum(indicator, [one for one in numbers.values() if one.top is not None])
        points = all(one.is_point for one in numbers.values())
        values = [one.value for one in numbers.values()]
        if indicator.aggregate == "sum":
            return Number(sum(values, Fraction(0)), is_point=points)
        if indicator.aggregate in ("max", "min"):
            return Number((max if indicator.aggregate == "max" else min)(values), is_point=points)
        return self._mean(indicator, numbers, period) if indicator.aggregate == "weighted_mean" else None

    def _mean(self, indicator: Indicator, numbers: Mapping[str, Number], period: Period) -> Number | None:
        weight = self.indicators.get(indicator.weight or "")
        if weight is None:
            return None
        weights = {code: one for code in numbers if (one := self.figure(weight, code, period)) is not None}
        whole = sum((one.value for one in weights.values()), Fraction(0))
        if not whole:
            return None
        mean = sum((numbers[code].value * one.value for code, one in weights.items()), Fraction(0)) / whole
        return Number(mean, is_point=all(numbers[code].is_point for code in weights))


def check_figures(asked: Asking, desk: Desk, accepted: Mapping[int, int], told: Told) -> tuple[int, Iterable[Finding]]:
    """How many shown figures were worked out again, and those that differ. `accepted`: submissions in force → seq."""
    looked, found = 0, list[Finding]()
    configuration = desk.current
    for catalogue in configuration.catalogues:
        indicators = {
            one.id: one for other in (*reversed(configuration.catalogues), catalogue) for one in other.indicators
        }
        frame = desk.scorecard(plan=catalogue.plan.id, include_context=True).frame
        told(catalogue.plan.id, len(frame))
        for indicator_id, some in frame.groupby("indicator_id", sort=False):
            indicator = indicators[str(indicator_id)]
            cells = _Cells(catalogue, configuration.regions, indicators)
            for name in {indicator.id, indicator.weight or indicator.id} & indicators.keys():
                lent, rows = _rows_for(asked, indicators[name], catalogue, configuration, accepted)
                indicators[name] = lent
                cells.rows |= {(name, *cell[1:]): row for cell, row in rows.items()}
            indicator = indicators[indicator.id]
            columns = [some[name].tolist() for name in _SHOWN]
            for region, period, *shown in zip(*columns, strict=True):
                try:
                    expected = cells.figure(indicator, region, parse_period(period))
                except _UndecidedError:
                    continue
                if expected is not None and not expected.is_point and math.isnan(shown[0]):
                    continue  # bounds that contradict each other add up to nothing
                looked += 1
                if not _agree(expected, shown):
                    found.append(_finding(catalogue, indicator.id, region, period, expected, shown[0]))
    return looked, _some(found)


_SHOWN = ("region_code", "period", "value", "numerator", "denominator")


def _counts_regions(indicator: Indicator) -> bool:
    """Whether the plan's own region shows how many regions reached, whatever was published for it."""
    return isinstance(indicator.target, ReachTarget) and indicator.target.scope == "each_region"


def _target(indicator: Indicator, period: Period, region: str | None = None) -> Target | None:
    """The region's own, else the indicator's as it stood at the period's end."""
    own = indicator.regional_targets.get(region) if region is not None else None
    if own is not None and own.target is not None:
        return own.target
    changed = [one.target for one in indicator.versions if one.valid_from <= period.end and one.target is not None]
    return changed[-1] if changed else indicator.target


def _meets(number: Number, target: Target | None) -> bool:
    """Whether all that the figure may be meets the target. Raises _UndecidedError."""
    if not isinstance(target, ReachTarget | HoldTarget):
        return False
    bound, wanted, how = number.value, Fraction(target.value), target.comparator
    if number.is_point:
        is_there = {"ge": bound >= wanted, "gt": bound > wanted, "le": bound <= wanted, "lt": bound < wanted}
        return is_there.get(how, bound == wanted)
    if not number.comparator:
        raise _UndecidedError
    if how == "eq" or how[0] != number.comparator[0]:
        return False
    is_beyond = bound > wanted if how[0] == "g" else bound < wanted
    return is_beyond or (bound == wanted and (how in ("ge", "le") or number.comparator in ("gt", "lt")))


def _rows_for(
    asked: Asking,
    indicator: Indicator,
    catalogue: Catalogue,
    configuration: Configuration,
    accepted: Mapping[int, int],
) -> tuple[Indicator, dict[Cell, Sequence[Any]]]:
    """The rows that the indicator goes by: its own, else those of the one it aligns to in the plans above.

    What it is made of comes with them, where it does not say so itself.
    """
    plans = {one.plan.id: one for one in configuration.catalogues}
    below = configuration.regions.descendants(catalogue.plan.region)
    codes = {catalogue.plan.region, *(region.code for region in below)}
    source, at = indicator, catalogue
    rows = _preferred(asked, source.id, catalogue, accepted)
    while catalogue.indicator(indicator.id) is not None and source.aligns_to and at.plan.parent in plans:
        if any(row[4] == "value" and cell[1] in codes for cell, row in rows.items()):
            break
        at = plans[at.plan.parent]
        above = at.indicator(source.aligns_to)
        if above is None:
            break
        source = above
        rows = _preferred(asked, source.id, catalogue, accepted)
    return indicator.model_copy(update={"figure": indicator.figure or source.figure}), rows


def _agree(expected: Number | None, shown: Sequence[float]) -> bool:
    if expected is None or math.isnan(shown[0]):
        return expected is None and math.isnan(shown[0])
    pairs = ((expected.value, shown[0]), (expected.top, shown[1]), (expected.bottom, shown[2]))
    return all(
        math.isnan(float(there)) if own is None else math.isclose(float(own), there, rel_tol=_CLOSE, abs_tol=1e-12)
        for own, there in pairs
    )


def _finding(
    catalogue: Catalogue, indicator: str, region: str, period: str, expected: Number | None, shown: float
) -> Finding:
    own = "—" if expected is None else f"{float(expected.value):.10g}"
    other = "—" if math.isnan(shown) else f"{shown:.10g}"
    where = f"{catalogue.plan.id} {indicator} {region} {period}"
    return Finding(
        "recomputed",
        f"{where}：显示 {other}，由所报数据重算为 {own}",
        f"{where}: shows {other}, and comes to {own} from the rows that were sent",
    )


def _some(found: Sequence[Finding]) -> Iterator[Finding]:
    yield from found[:_TOLD]
    if (more := len(found) - _TOLD) > 0:
        yield Finding("recomputed", f"另有 {more} 个数字与重算不符", f"{more} more figures differ")


def _preferred(
    asked: Asking, indicator: str, catalogue: Catalogue, accepted: Mapping[int, int]
) -> dict[Cell, Sequence[Any]]:
    """The row that each cell of the indicator goes by."""
    place = {name: number for number, name in enumerate(catalogue.plan.vintages)}
    rows: dict[tuple[str, str], list[tuple[Any, ...]]] = defaultdict(list)
    for row in asked.ask_each(SQL / "sent_figures.sql", {"indicator_id": indicator}):
        if row[0] in accepted:
            rows[row[1], row[2]].append(row)
    return {
        (indicator, region, parse_period(period)): min(some, key=lambda row: _preference(row, place, accepted))
        for (region, period), some in rows.items()
    }


def _preference(row: Sequence[Any], place: Mapping[str, int], accepted: Mapping[int, int]) -> tuple[int, ...]:
    """The least is preferred (methods.md section 1)."""
    published: date | None = row[12]
    day = -published.toordinal() if published else _FAR
    return (0 if row[4] == "value" else 1, place.get(row[3], _FAR), day, -accepted[row[0]])


def _number(row: Sequence[Any], indicator: Indicator) -> Number | None:
    state, top, bottom, part_unit, value, unit, comparator = row[4:11]
    is_point = comparator in ("eq", "approx")
    bound = "" if is_point else str(comparator)
    if state != "value":
        return None
    if isinstance(top, Decimal) and isinstance(bottom, Decimal):
        parts_in = indicator.part_unit
        times = Fraction(1) if parts_in is None or part_unit is None else _factor(part_unit, parts_in)
        ratio = _ratio(indicator, Fraction(top) * times, Fraction(bottom) * times, is_point=is_point)
        return None if ratio is None else replace(ratio, comparator=bound)
    if not isinstance(value, Decimal):
        return None
    return Number(Fraction(value) * _factor(unit, indicator.unit), is_point=is_point, comparator=bound)


def _ratio(indicator: Indicator, top: Fraction, bottom: Fraction, *, is_point: bool) -> Number | None:
    if bottom <= 0 or top < 0:
        return None
    return Number(top * Fraction(indicator.factor) / bottom, top, bottom, is_point)


def _sum(indicator: Indicator, numbers: Sequence[Number | None]) -> Number | None:
    """Of values, or of both parts; None as soon as one is lacking."""
    given = [one for one in numbers if one is not None]
    if not given or len(given) < len(numbers):
        return None
    points = all(one.is_point for one in given)
    is_ratio = indicator.figure is not None or indicator.aggregate == "ratio_of_sums"
    if not is_ratio and all(one.top is None for one in given):
        return Number(sum((one.value for one in given), Fraction(0)), is_point=points)
    tops, bottoms = [one.top for one in given], [one.bottom for one in given]
    if any(one is None for one in (*tops, *bottoms)):
        return None
    top = sum((one for one in tops if one is not None), Fraction(0))
    bottom = sum((one for one in bottoms if one is not None), Fraction(0))
    return _ratio(indicator, top, bottom, is_point=points)


def _factor(source: str, target: str) -> Fraction:
    factor = factor_between(source, target)
    if factor is None:
        raise ValueError(f"{source} cannot be converted to {target}")
    return factor
