"""Worlds to judge: made by hypothesis on a lattice where ties are common, turned into a Tree, and compared.

Plans run 2021–2025 from 2020, so a year's time share is a fifth; baselines and targets lie 25 or 50
apart, so that a value on the path, at 0.8 and at 1.2 of it, is a round number.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from monitor.catalogue.models import VINTAGE_ORDER, Indicator, Plan
from monitor.catalogue.periods import Period, parse_period
from monitor.catalogue.regions import Region, Regions
from monitor.method.figures import Absence, Figure, Sent, Series
from monitor.method.settings import MethodSettings
from monitor.method.tree import Tree
from monitor.report.scorecard import Stamp, build_scorecard
from monitor.report.selection import Method, Selection

from .oracle import Fig
from .oracle_tree import World

NATION, EAST, WEST, NORTH, SOUTH = "000000", "110000", "120000", "110100", "110200"
PARENTS = {NATION: None, EAST: NATION, WEST: NATION, NORTH: EAST, SOUTH: EAST}
PLAN = Plan.model_validate(
    {"id": "p", "title": "plan", "region": NATION, "period": {"base": 2020, "start": 2021, "end": 2025}}
)
YEARS = tuple(str(year) for year in range(2018, 2028))
PARTS_OF_YEARS = ("2020-Q4", "2021-Q2", "2021-H2", "2022-Q3", "2022-12", "2023-H1", "2023-Q4", "2024-06", "2024-H2")
PERIODS = YEARS + YEARS[3:8] * 2 + PARTS_OF_YEARS
FLOW_PARTS = ("2022-H1", "2022-Q3", "2022-Q4", "2023-Q1", "2023-Q2", "2023-H2")


def region(code: str, parent: str | None) -> Region:
    return Region(code, parent, "level", f"region {code}", parent is not None)


def indicator(**keys: Any) -> Indicator:
    """An indicator with what must be there filled in; numbers may be ints, strings or exact Fractions."""
    plain: dict[str, Any] = {
        "id": "a", "number": 1, "name": "a", "nature": "expected", "unit": "%", "direction": "up",
        "accumulation": "stock", "aggregate": "none", "frequency": "year",
    }  # fmt: skip
    return Indicator.model_validate(plain | keys)


def number(value: Fraction) -> str:
    """A lattice number as a catalogue spells it."""
    return f"{Decimal(value.numerator) / Decimal(value.denominator):f}"


def world(
    indicators: Sequence[Indicator],
    sent: Mapping[tuple[str, str, str], Fig | str],
    *codes: str,
    parents: Mapping[str, str] | None = None,
    **keys: Any,
) -> World:
    """A world with the nation or the regions named, and those of `parents` under their parents."""
    named = [region(code, PARENTS[code]) for code in codes or (NATION,)]
    more = [region(code, parent) for code, parent in (parents or {}).items()]
    return World(PLAN, tuple(indicators), (*named, *more), sent, **keys)


def to_tree(given: World) -> Tree:
    """The world as the method sees it; figures arrive in the order of the mapping."""
    by_id = {one.id: one for one in given.indicators}
    sent: dict[tuple[str, str], dict[Period, Sent]] = defaultdict(dict)
    plan_rows: dict[tuple[str, str], dict[Period, Figure]] = defaultdict(dict)
    for (name, code, period), cell in given.sent.items():
        sent[name, code][parse_period(period)] = Absence(cell) if isinstance(cell, str) else to_figure(cell)
    for (name, code, period), fig in given.plan_rows.items():
        plan_rows[name, code][parse_period(period)] = to_figure(fig)
    series = {key: Series(by_id[key[0]], cells, VINTAGE_ORDER) for key, cells in sent.items()}
    return Tree(given.plan, tuple(by_id), by_id, Regions(given.regions), series, plan_rows)


def to_figure(fig: Fig) -> Figure:
    return Figure(fig.value, fig.comparator, fig.numerator, fig.denominator, "reported", fig.synthetic, fig.partial)


def scorecard(given: World, method: Method = "linear", include_context: bool = True) -> pd.DataFrame:
    """The scorecard of the world, one row a line, texts and floats as exported."""
    selection = Selection(method=method, include_context=include_context)
    return build_scorecard(to_tree(given), selection, given.settings, Stamp("", "x"))


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dictionaries with None for the empty number."""
    return [
        {str(key): None if isinstance(value, float) and math.isnan(value) else value for key, value in row.items()}
        for row in frame.to_dict("records")
    ]


def row(frame: pd.DataFrame, name: str, period: str, code: str = NATION) -> dict[str, Any]:
    """The one row of an indicator, a period and a region."""
    found = [r for r in rows(frame) if (r["indicator_id"], r["period"], r["region_code"]) == (name, period, code)]
    assert len(found) == 1, f"{len(found)} rows for {name} {period} {code}"
    return found[0]


def same(got: object, wanted: Fraction | Decimal | int | None) -> bool:
    """An exact number rounded once must come out to the bit; one with logarithms to 12 digits."""
    if wanted is None or got is None:
        return got is None and wanted is None
    assert isinstance(got, float | int)
    if isinstance(wanted, Decimal):
        return math.isclose(got, float(wanted), rel_tol=1e-12, abs_tol=1e-12)
    return float(got) == float(wanted)


# Strategies

TENTHS = st.integers(-200, 1600).map(lambda tenth: Fraction(tenth, 10))
ENDS = st.sampled_from([Fraction(n) for n in (0, 25, 50, 75, 100, 125)])
COMPARATORS = st.sampled_from(("eq",) * 8 + ("approx", "ge", "gt", "le", "lt"))
SETTINGS = st.builds(
    MethodSettings,
    st.sampled_from([Decimal("1.2"), Decimal("1.2"), Decimal(1), Decimal("1.5")]),
    st.sampled_from([Decimal("0.8"), Decimal("0.8"), Decimal(1), Decimal("0.5")]),
    st.sampled_from([Decimal(1), Decimal("2.5"), Decimal(0)]),
)
Draw = Callable[[st.SearchStrategy[Any]], Any]


@st.composite
def targets(draw: Draw, rule: str, g: Fraction, direction: str) -> dict[str, Any]:
    """A target of the rule at g."""
    year = {"year": draw(st.sampled_from([2022, 2023, 2025]))} if draw(st.integers(0, 3)) == 0 else {}
    if rule == "judge":
        return {"rule": rule, "text": "保持适应"} | year
    if rule == "band":
        own = {"value": number(g)} if draw(st.booleans()) else {}
        width: dict[str, str] = draw(st.sampled_from([{}, {}, {"tolerance": "0"}, {"tolerance": "1.5"}]))
        return {"rule": rule} | own | width | year
    towards = ("ge", "gt") if direction == "up" else ("le", "lt")
    comparator = draw(st.sampled_from((*towards, *towards, *towards, "eq")))
    return {"rule": rule, "comparator": comparator, "value": number(g)} | year


@st.composite
def cell_indicators(draw: Draw, name: str, place: int) -> tuple[Indicator, list[Fraction]]:
    """An indicator of the plan's own region, and the values that are of interest to it."""
    rule = draw(st.sampled_from(["reach"] * 6 + ["percent_drop", "hold", "band", "judge", "context"]))
    direction = draw(st.sampled_from(["up", "down"])) if rule != "percent_drop" else "up"
    growth = rule in ("reach", "context") and draw(st.integers(0, 3)) == 0
    b, g = draw(ENDS), draw(ENDS)
    if draw(st.integers(0, 3)) > 0 and (b < g) != (direction == "up"):
        b, g = g, b
    if growth:
        b, g = draw(st.sampled_from(GROWTH))
        direction = "up" if g > b else "down"
    if rule == "percent_drop":
        b, g = draw(st.sampled_from([Fraction(n) for n in (0, 0, 10, 50)])), draw(st.sampled_from(DROPS))
    keys: dict[str, Any] = {"id": name, "number": place, "direction": direction}
    keys["accumulation"] = draw(st.sampled_from(["stock", "ytd", "period"]))
    if draw(st.integers(0, 5)) > 0:
        comparator = draw(COMPARATORS)
        year = {"year": draw(st.sampled_from([2019, 2020, 2022]))} if draw(st.integers(0, 4)) == 0 else {}
        keys["baseline"] = {"value": number(b), "comparator": comparator} | year
    if rule in ("band", "judge"):
        keys["direction"] = "none"
    if rule == "context":
        keys |= {"nature": "context", "direction": draw(st.sampled_from(["up", "down", "none"]))}
        if draw(st.booleans()):
            keys["limit"] = number(draw(st.sampled_from([b, g, b / 2, Fraction(60), Fraction(100)])))
    else:
        keys["target"] = draw(targets("reach" if rule == "percent_drop" else rule, g, direction))
        sensible(keys, b, g)
    if rule == "percent_drop":
        keys["target"] |= {"progress": "percent_drop", "comparator": draw(st.sampled_from(["ge", "gt"]))}
    points: dict[int, Fraction] = {}
    if rule == "reach" and draw(st.integers(0, 2)) == 0:
        first = draw(st.integers(2021, 2023))
        end = keys["target"].get("year", 2025)
        years = [first, *(year for year in range(first + 1, end) if draw(st.booleans()))]
        points = {year: draw(ENDS) for year in years}
        keys["path"] = {str(year): number(value) for year, value in points.items()}
    if draw(st.integers(0, 3)) == 0:
        keys["breaks"] = [{"period": draw(st.sampled_from(["2021", "2022", "2023-Q1", "2023"])), "note": "口径调整"}]
    return indicator(**keys), interesting(b, g, points, growth)


def sensible(keys: dict[str, Any], b: Fraction, g: Fraction) -> None:
    """What the loader refuses or no plan says: a target year not after the base year, an exact target behind b."""
    target = keys["target"]
    if target.get("year", 2025) <= keys.get("baseline", {}).get("year", 2020):
        target.pop("year")
    if target.get("comparator") == "eq" and (g > b) != (keys["direction"] == "up") and g != b:
        target["comparator"] = "ge" if keys["direction"] == "up" else "le"


# Pairs five years apart whose yearly rates are round: ±10 % and ±20 %.
GROWTH = tuple((Fraction(100), 100 * (1 + Fraction(rate, 10)) ** 5) for rate in (1, -1, 2, -2))


def interesting(b: Fraction, g: Fraction, points: Mapping[int, Fraction], growth: bool) -> list[Fraction]:
    """Values on and around the straight line, the path, the band's edges and the growth line."""
    cuts = [Fraction(n, 100) for n in (-20, 0, 10, 16, 20, 24, 30, 32, 40, 48, 64, 80, 96, 100, 110)]
    found = [b + (g - b) * cut for cut in cuts]
    found += [end + edge for end in (b, g) for edge in (Fraction(-5, 2), Fraction(-3, 2), Fraction(-1), Fraction(1))]
    found += [*points.values(), Fraction(10), Fraction(19), Fraction(20), Fraction(50)]
    if growth:
        rate = Fraction(1, 10) if abs(g - b) in (Fraction("61.051"), Fraction("40.951")) else Fraction(1, 5)
        rate = rate if g > b else -rate
        found += [b * (1 + rate * cut) ** n for cut in (Fraction(95, 100), Fraction(60, 100)) for n in (1, 2, 3)]
        found += [b * (1 + Fraction(cut, 1000)) ** n for cut in (15, 5, -15, -5) for n in (1, 2)]
    return [value for value in found if value.denominator and (10**10 * value).denominator == 1]


@st.composite
def single_region_worlds(draw: Draw) -> World:
    """The plan's own region alone: every rule, comparator and bound."""
    indicators, sent = [], {}
    for place in (1, 2):
        one, values = draw(cell_indicators(f"i{place}", place))
        indicators.append(one)
        for period in draw(st.lists(st.sampled_from(PERIODS), min_size=2, max_size=9, unique=True)):
            if draw(st.integers(0, 12)) == 0:
                sent[one.id, NATION, period] = draw(st.sampled_from(["withheld", "not_applicable", ""]))
                continue
            value = draw(st.sampled_from(values * 2 + [None])) or draw(TENTHS)
            sent[one.id, NATION, period] = Fig(value, draw(COMPARATORS), synthetic=draw(st.booleans()))
    plan_rows = {}
    if draw(st.integers(0, 4)) == 0:
        plan_rows[indicators[0].id, NATION, "2020"] = Fig(draw(ENDS))
    return world(indicators, sent, plan_rows=plan_rows, settings=draw(SETTINGS))


DROPS = tuple(Fraction(n) for n in (19, 36, 75))
RATIO = {"numerator": "上", "denominator": "下", "unit": "万人"}
AGGREGATES = ("ratio_of_sums", "sum", "weighted_mean", "max", "min", "share_reached", "count_reached", "none")


@st.composite
def tree_indicators(draw: Draw, name: str, place: int) -> Indicator:
    """An indicator with an aggregate, sometimes judged in each region, sometimes with regional targets."""
    aggregate = draw(st.sampled_from(AGGREGATES))
    direction = draw(st.sampled_from(["up", "down"]))
    keys: dict[str, Any] = {"id": name, "number": place, "direction": direction, "aggregate": aggregate}
    keys["accumulation"] = draw(st.sampled_from(["stock", "ytd", "period"]))
    keys["unit"] = "%" if aggregate in ("ratio_of_sums", "share_reached") or draw(st.booleans()) else "个"
    if aggregate == "ratio_of_sums":
        keys["figure"] = RATIO
    if aggregate == "weighted_mean":
        keys["weight"] = "w"
    rule = draw(st.sampled_from(["reach", "reach", "reach", "hold", "band"]))
    if rule == "band":
        keys["direction"] = "none"
    if draw(st.booleans()):
        keys["baseline"] = {"value": number(draw(ENDS))} | draw(st.sampled_from([{}, {}, {"year": 2019}]))
    keys["target"] = draw(targets(rule, draw(ENDS), direction))
    if rule == "reach" and draw(st.integers(0, 2)) == 0:
        keys["target"]["scope"] = "each_region"
        if draw(st.booleans()):
            keys["target"]["expected"] = draw(st.sampled_from([(EAST,), (WEST,), (EAST, WEST), (NORTH, SOUTH, WEST)]))
    if rule == "reach" and draw(st.integers(0, 3)) == 0:
        keys["path"] = {"2022": number(draw(ENDS)), "2024": number(draw(ENDS))}
        keys["target"].pop("year", None)
    regional: dict[str, Any] = {}
    for code in draw(st.lists(st.sampled_from([EAST, WEST, NORTH]), max_size=2, unique=True)):
        own: dict[str, Any] = {}
        if draw(st.booleans()):
            own["baseline"] = {"value": number(draw(ENDS))} | draw(st.sampled_from([{}, {"year": 2021}]))
        if rule != "band" and draw(st.booleans()):
            own["target"] = draw(targets(draw(st.sampled_from(["reach", "hold"])), draw(ENDS), direction))
            own["target"].pop("year", None) if rule == "reach" and "path" in keys else None
        if rule == "reach" and draw(st.booleans()):
            own["path"] = {"2023": number(draw(ENDS))}
            own.get("target", {}).pop("year", None)
        regional[code] = own
    keys["regional_targets"] = regional
    return indicator(**keys)


@st.composite
def tree_figures(draw: Draw, one: Indicator) -> Fig | str:
    """A figure of a region: with parts where the indicator has them, sometimes without, sometimes absent."""
    if draw(st.integers(0, 12)) == 0:
        return draw(st.sampled_from(["withheld", "not_applicable", ""]))  # type: ignore[no-any-return]
    marks: dict[str, Any] = {"synthetic": draw(st.integers(0, 3)) == 0, "partial": draw(st.integers(0, 9)) == 0}
    if one.figure is not None and draw(st.integers(0, 5)) > 0:
        bottom = Fraction(draw(st.sampled_from([1, 2, 4, 5, 10])))
        top = bottom * draw(st.integers(0, 25)) / 20
        return Fig(100 * top / bottom, "eq", top, bottom, **marks)
    approximate = one.aggregate == "none" and draw(st.integers(0, 9)) == 0
    return Fig(draw(ENDS | TENTHS), "approx" if approximate else "eq", **marks)


@st.composite
def tree_worlds(draw: Draw) -> World:
    """A nation, two provinces and two prefectures, with figures at any level."""
    one = draw(tree_indicators("a", 2))
    weight = indicator(id="w", number=1, nature="context", unit="万人", aggregate="sum")
    codes = (NATION, EAST, WEST, NORTH, SOUTH) if draw(st.booleans()) else (NATION, EAST, WEST)
    if isinstance(one.target, object) and getattr(one.target, "expected", None) == (NORTH, SOUTH, WEST):
        codes = (NATION, EAST, WEST, NORTH, SOUTH)
    sent: dict[tuple[str, str, str], Fig | str] = {}
    periods = YEARS[1:8] + YEARS[3:8] + (FLOW_PARTS if one.accumulation == "period" else PARTS_OF_YEARS[:6])
    for code in codes:
        for period in draw(st.lists(st.sampled_from(periods), min_size=1, max_size=8, unique=True)):
            sent[one.id, code, period] = draw(tree_figures(one))
            if one.weight and draw(st.integers(0, 3)) > 0:
                sent["w", code, period] = Fig(Fraction(draw(st.integers(0, 5))))
    plan_rows = {}
    for code in draw(st.lists(st.sampled_from(codes), max_size=2, unique=True)):
        plan_rows[one.id, code, draw(st.sampled_from(["2019", "2020"]))] = Fig(draw(ENDS), draw(COMPARATORS))
    return world((weight, one), sent, *codes, plan_rows=plan_rows, settings=draw(SETTINGS))
