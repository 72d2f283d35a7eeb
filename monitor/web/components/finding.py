"""An indicator's finding in one sentence: the figure, and what it means against target, base and time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from monitor.catalogue.models import Indicator, Plan
from monitor.catalogue.periods import Period
from monitor.catalogue.regions import Region
from monitor.report.counted import REGIONS
from monitor.report.figures import Figure

from ..words import Words
from .goal import Goal
from .scorecards import target_text

_REGIONS_NAMED = 8


class Told(Protocol):
    """What a finding speaks of: a figure of one indicator in one region, or that there is none."""

    @property
    def plan(self) -> Plan: ...
    @property
    def indicator(self) -> Indicator: ...
    @property
    def region(self) -> Region: ...
    @property
    def figure(self) -> Figure | None: ...
    @property
    def period(self) -> Period | None: ...
    @property
    def counts_regions(self) -> bool: ...


def difference_from_base(words: Words, value: float, base: float, unit: str) -> str:
    """`低于基期 4 个百分点`."""
    gap = words.points(value - base, unit)
    if not gap.split(" ")[0].strip("0.,"):
        return words("finding.equal_base")
    return words("finding.below_base" if value < base else "finding.above_base", gap=gap)


def finding(words: Words, answer: Told, tolerance: float, *, when: str = "", lacking: Sequence[Region] = ()) -> str:
    """The figure and what it means in one sentence; `when`: its period, where the sentence is to name it.

    `lacking`: of a count of regions, those that have not reached.
    """
    name, figure = words.text(answer.indicator.name), answer.figure
    if answer.region.code != answer.plan.region:
        name = words("finding.region_prefix", region=words.region_short(answer.region)) + name
    if figure is None or figure.value is None:
        code = figure.period.code if figure is not None else (answer.period.code if answer.period else "")
        return words("finding.no_data", name=name, period=code)
    name = f"{name} {when}".rstrip()
    values = {"name": name, "value": words.value(figure), "target": target_text(words, figure, answer.indicator)}
    if answer.counts_regions and figure.numerator is not None and figure.denominator is not None:
        return _of_regions(words, name, figure.numerator, figure.denominator, lacking)
    values["gap"] = words.points(figure.target_gap or 0.0, figure.unit)
    values["progress"] = words.share(figure.progress_share)
    values["time"] = words.share(figure.time_share)
    values["met"] = figure.met_period
    values["period"] = figure.first_failing_period
    return words(f"finding.{_finding_key(answer, figure, tolerance, values, words)}", **values)


def _of_regions(words: Words, name: str, reached: float, expected: float, lacking: Sequence[Region]) -> str:
    """So many of so many regions, and who is lacking where they are few enough to be named."""
    counted = {"name": name, "k": words.number(reached), "n": words.number(expected)}
    left = expected - reached
    if left <= 0:
        return words("finding.regions_all", **counted)
    said = words("finding.regions", left=words.number(left), **counted)
    if len(lacking) != left or left > _REGIONS_NAMED:
        return said
    names = words.join([words.region_short(region) for region in lacking])
    return words("finding.regions_named", said=said, names=names)


def course_finding(words: Words, course: Sequence[Figure]) -> str | None:
    """How far the indicator came from its first year figure to its last; None with fewer than two."""
    years = [figure for figure in course if figure.period.kind == "year" and figure.value is not None]
    if len(years) < 2:
        return None
    first, last = years[0], years[-1]
    values = {
        "start": first.period.code,
        "end": last.period.code,
        "first": words.value(first),
        "last": words.value(last),
    }
    if last.unit == REGIONS:
        values |= {"first": words.amount(first.value, REGIONS), "last": words.amount(last.value, REGIONS)}
    change = (last.value or 0.0) - (first.value or 0.0)
    if any(figure.comparator not in ("", "eq", "approx") for figure in (first, last)):
        return words("indicator.course_bound", **values)
    values["change"] = words.points(change, last.unit)
    if last.unit != "%":  # in the unit in which both ends are said
        size, name = words.scale(max(abs(first.value or 0.0), abs(last.value or 0.0)), last.unit)
        values["change"] = f"{words.number(abs(change) / size)} {name}"
    if not values["change"].split(" ")[0].strip("0.,"):
        return words("indicator.course_same", **values)
    if last.unit == REGIONS:
        way = words("indicator.course_grew" if change > 0 else "indicator.course_shrank")
        return words("indicator.course_regions", way=way, **values)
    return words("indicator.course_rose" if change > 0 else "indicator.course_fell", **values)


def _finding_key(answer: Told, figure: Figure, tolerance: float, values: dict[str, str], words: Words) -> str:
    class_ = figure.class_
    if class_ in ("held", "breached"):
        goal = Goal.of(answer.indicator, figure, tolerance)
        if class_ == "breached" and goal.kept(figure) == "held":
            return "breached_before"
        if figure.rule == "band" and goal.centre is not None and figure.value is not None:
            values["difference"] = difference_from_base(words, figure.value, goal.centre, figure.unit)
            return f"{class_}_band"
        if class_ == "breached" and goal.low is None:
            return "breached_above"
    if class_ in ("ahead", "on_schedule", "nearly") and figure.progress_share is None:
        return f"{class_}_plain" if class_ != "nearly" else "behind"
    if class_ == "below_baseline" and figure.baseline is not None and figure.value is not None:
        values["gap"] = words.points(figure.value - figure.baseline, figure.unit)
    if class_ == "missed" and figure.met_period:
        return "missed_met"
    return class_ if f"finding.{class_}" in words else "not_assessable"
