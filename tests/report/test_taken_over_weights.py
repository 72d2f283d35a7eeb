"""A mean's rows are taken over only where neither its figures nor its weights changed, however these hang together."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from monitor.catalogue.models import VINTAGE_ORDER, Indicator, Plan
from monitor.catalogue.periods import parse_period
from monitor.catalogue.regions import Region, Regions
from monitor.method.figures import Figure, Series
from monitor.method.tree import Tree
from monitor.report.selection import Selection, select

ROOT, PARENT, UNITS = "000000", "320000", ("320100", "320200")
REGIONS = Regions(
    (
        Region(ROOT, None, "nation", "国", False),
        Region(PARENT, ROOT, "province", "甲", False),
        *(Region(code, PARENT, "prefecture", code, True) for code in UNITS),
    )
)
SMALL = Plan.model_validate(
    {"id": "p", "title": "p", "region": ROOT, "period": {"base": 2020, "start": 2021, "end": 2025}}
)
YEARS = ("2020", "2021", "2022", "2023", "2024")
Amounts = Mapping[tuple[str, str], int]
"""What one unit sent for a year otherwise than everybody: (indicator, year) → number."""


def _indicator(name: str, weight: str, base: int) -> Indicator:
    return Indicator.model_validate(
        {
            "id": name, "number": 1, "name": name, "nature": "expected", "unit": "%", "direction": "up",
            "accumulation": "stock", "aggregate": "weighted_mean", "weight": weight, "frequency": "year",
            "baseline": {"year": str(base), "value": "10"},
            "target": {"rule": "reach", "comparator": "ge", "value": "90"},
        }
    )  # fmt: skip


def _tree(indicators: Mapping[str, Indicator], others: Amounts) -> Tree:
    series = {}
    for name, one in indicators.items():
        for place, unit in enumerate(UNITS):
            amounts = dict.fromkeys(YEARS, 20 + 30 * place)
            if place == 0:
                amounts |= {year: number for (other, year), number in others.items() if other == name}
            sent = {parse_period(year): Figure(Fraction(number)) for year, number in amounts.items()}
            series[name, unit] = Series(one, sent, VINTAGE_ORDER)
    return Tree(SMALL, tuple(indicators), indicators, REGIONS, series, {})


def test_a_weight_of_the_year_of_the_baseline_changes_the_rows_before_it() -> None:
    """Where the baseline is later than the plan's, the first rows rest on a mean of a year that is still to come."""
    indicators = {"rate": _indicator("rate", "people", 2022), "people": _indicator("people", "area", 2020)}
    then = select(_tree(indicators, {}), Selection())
    tree = _tree(indicators, {("people", "2022"): 70})
    assert select(tree, Selection(), then).rows == select(tree, Selection()).rows != then.rows
    first = select(tree, Selection(), then).groups["rate", PARENT][0]
    assert first.cell.period.code == "2021" and first.cell.goal != then.groups["rate", PARENT][0].cell.goal


def test_a_weight_changed_later_leaves_the_rows_before_it() -> None:
    indicators = {"rate": _indicator("rate", "people", 2020), "people": _indicator("people", "rate", 2022)}
    then = select(_tree(indicators, {}), Selection())
    tree = _tree(indicators, {("people", "2022"): 70})
    now = select(tree, Selection(), then)
    assert now.rows == select(tree, Selection()).rows != then.rows
    old, new = (one.groups["rate", PARENT] for one in (then, now))
    assert [row.cell.period.code for was, row in zip(old, new, strict=True) if was is row] == ["2021"]


def test_indicators_that_weigh_each_other_are_no_endless_question() -> None:
    indicators = {"rate": _indicator("rate", "people", 2020), "people": _indicator("people", "rate", 2020)}
    then = select(_tree(indicators, {}), Selection())
    for other in ("rate", "people"):
        tree = _tree(indicators, {(other, "2023"): 70})
        assert select(tree, Selection(), then).rows == select(tree, Selection()).rows != then.rows
