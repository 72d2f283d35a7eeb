"""The worked rows of the method (methods.md section 6), judged by the very code that judges the plan's figures.

The figures are those of the contract's table, not of any store; only the settings are those in force.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from monitor.catalogue.models import VINTAGE_ORDER, Indicator, Plan
from monitor.catalogue.periods import parse_period
from monitor.catalogue.regions import Region, Regions
from monitor.method.figures import Figure, Series
from monitor.method.settings import MethodSettings
from monitor.method.tree import Tree

from .scorecard import Stamp, build_scorecard
from .selection import Method, Selection

NATION = "000000"
_PLAN = Plan.model_validate(
    {"id": "worked", "title": "worked", "region": NATION, "period": {"base": 2020, "start": 2021, "end": 2025}}
)
_Parts = tuple[str, str]


@dataclass(frozen=True)
class Example:
    """One worked row: an indicator with the figures sent for it, judged at `period`. `name` is its word."""

    name: str
    indicator: Indicator
    figures: Mapping[str, Figure]
    period: str


@dataclass(frozen=True)
class Worked:
    """An example with what both methods make of it; numbers None where there are none."""

    name: str
    unit: str
    baseline: str
    target: str
    figure: Figure
    period: str
    progress_share: float | None
    time_share: float
    class_: str
    growth: str
    growth_ratio: float | None
    certainty: str
    met_period: str
    first_failing_period: str


def _figure(value: str, comparator: str = "eq", vintage: str = "bulletin") -> Figure:
    return Figure(Fraction(value), comparator, vintage=vintage)


def _of_parts(parts: _Parts) -> Figure:
    top, bottom = (Fraction(part) for part in parts)
    return Figure(100 * top / bottom, "eq", top, bottom, "bulletin")


def _indicator(name: str, direction: str, baseline: str, target: Mapping[str, str], **keys: Any) -> Indicator:
    """An indicator judged over 2020–2025, in %."""
    comparator, value = ("gt", baseline[1:]) if baseline.startswith(">") else ("eq", baseline)
    plain: dict[str, Any] = {
        "id": name, "number": 1, "name": name, "nature": "expected", "unit": "%", "direction": direction,
        "accumulation": "stock", "aggregate": "none", "frequency": "year",
        "baseline": {"year": 2020, "printed": baseline, "value": value, "comparator": comparator},
        "target": {"year": 2025, **target},
    }  # fmt: skip
    return Indicator.model_validate(plain | keys)


def _examples() -> tuple[Example, ...]:
    """In the order of the contract's table."""
    down = {"rule": "reach", "comparator": "le", "value": "27", "printed": "27"}
    band = {"rule": "band", "printed": "±"}
    bulletin, final = _figure("27.0"), _figure("26.89", vintage="final_accounts")
    parts_2022, parts_2025 = _of_parts(("22914.5", "84846.7")), _of_parts(("25310.9", "93367.2"))
    share = _indicator("out_of_pocket", "down", "27.7", down)
    resident = _indicator("resident", "none", "70", band)
    employee = _indicator("employee", "none", "85.2", band)
    settlement = _indicator("settlement", "up", ">50", {**down, "comparator": "gt", "value": "70", "printed": ">70"})
    enrolment = _indicator(
        "enrolment", "up", ">95", {"rule": "hold", "comparator": "ge", "value": "95", "printed": ">95"}
    )
    past = _indicator("past_target", "up", "97", {**down, "comparator": "ge", "value": "95", "printed": "≥95"})
    falling = _indicator("falling", "down", "100", {**down, "value": "50", "printed": "50"}, unit="个")
    later = {"2022": final, "2023": _figure("27.3")}
    of_resident = {"2021": _figure("69.3"), "2022": _figure("68.3")}
    of_employee = {"2022": _figure("84.2"), "2025": _figure("84.1")}
    return (
        Example("unchanged", share, {"2021": _figure("27.7")}, "2021"),
        Example("met", share, {"2022": bulletin}, "2022"),
        Example("by_parts", share, {"2022": parts_2022}, "2022"),
        Example("slipped", share, later, "2023"),
        Example("missed", share, {**later, "2025": parts_2025}, "2025"),
        Example("band_held", resident, of_resident, "2021"),
        Example("band_breached", resident, of_resident, "2022"),
        Example("band_edge", employee, of_employee, "2022"),
        Example("band_over", employee, of_employee, "2025"),
        Example("bound", settlement, {"2023": _figure("80", "gt")}, "2023"),
        Example("approximate", enrolment, {"2024": _figure("95", "approx")}, "2024"),
        Example("past_target", past, {"2022": _figure("94")}, "2022"),
        Example("falling", falling, {"2022": _figure("80")}, "2022"),
    )


@lru_cache(maxsize=8)
def worked_rows(settings: MethodSettings) -> tuple[Worked, ...]:
    """Every example with its verdicts under those settings."""
    examples = _examples()
    # an example is an indicator of its own, so that all are judged together
    own = {one.name: one.indicator.model_copy(update={"id": one.name, "number": n}) for n, one in enumerate(examples)}
    series = {
        (one.name, NATION): Series(
            own[one.name], {parse_period(code): figure for code, figure in one.figures.items()}, VINTAGE_ORDER
        )
        for one in examples
    }
    regions = Regions((Region(NATION, None, "nation", NATION, False),))
    tree = Tree(_PLAN, tuple(own), own, regions, series, {})
    linear, growth = _table(tree, "linear", settings), _table(tree, "cagr", settings)
    return tuple(
        _judged(one, linear[one.name, one.period], growth[one.name, one.period], one.figures[one.period])
        for one in examples
    )


def _table(tree: Tree, method: Method, settings: MethodSettings) -> dict[tuple[str, str], dict[str, Any]]:
    frame = build_scorecard(tree, Selection(NATION, None, method), settings, Stamp("", ""))
    return {(row["indicator_id"], row["period"]): row for row in frame.to_dict("records")}


def _judged(example: Example, linear: Mapping[str, Any], growth: Mapping[str, Any], figure: Figure) -> Worked:
    return Worked(
        name=example.name,
        unit=example.indicator.unit,
        baseline=linear["baseline_printed"],
        target=linear["target_printed"],
        figure=figure,
        period=example.period,
        progress_share=_number(linear["progress_share"]),
        time_share=float(linear["time_share"]),
        class_=linear["class"],
        growth=growth["class"],
        growth_ratio=_number(growth["progress_share"]),
        certainty=linear["certainty"],
        met_period=linear["met_period"],
        first_failing_period=linear["first_failing_period"],
    )


def _number(value: Any) -> float | None:
    return None if value is None or math.isnan(value) else float(value)
