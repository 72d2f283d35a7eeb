"""A plan judges its region's descendants of the period: a region that has moved away is another plan's from then on."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from monitor.catalogue.models import VINTAGE_ORDER, Indicator, Plan
from monitor.catalogue.periods import parse_period
from monitor.catalogue.regions import Region, Regions
from monitor.method.figures import Figure, Series
from monitor.method.tree import Tree
from monitor.report.selection import Selection, select_rows

ROOT, OTHER, MOVED = "320000", "330000", "320200"
REGIONS = Regions(
    (
        Region(ROOT, None, "province", "甲", False),
        Region(OTHER, None, "province", "乙", False),
        Region(MOVED, ROOT, "prefecture", "丙", True, valid_to=date(2022, 6, 30)),
        Region(MOVED, OTHER, "prefecture", "丙", True, valid_from=date(2022, 7, 1)),
    )
)
INDICATOR = Indicator.model_validate(
    {
        "id": "a", "number": 1, "name": "a", "nature": "expected", "unit": "%", "direction": "up",
        "accumulation": "stock", "aggregate": "none", "frequency": "year",
        "target": {"rule": "reach", "comparator": "ge", "value": 9},
    }
)  # fmt: skip


def periods_of_moved(root: str) -> list[str]:
    plan = Plan.model_validate(
        {"id": "p", "title": "p", "region": root, "period": {"base": 2020, "start": 2021, "end": 2023}}
    )
    sent = {parse_period(code): Figure(Fraction(5)) for code in ("2022-H1", "2022", "2023")}
    series = {("a", MOVED): Series(INDICATOR, sent, VINTAGE_ORDER)}
    tree = Tree(plan, ("a",), {"a": INDICATOR}, REGIONS, series, {})
    return [row.cell.period.code for row in select_rows(tree, Selection()) if row.region == MOVED]


def test_rows_follow_the_parent_of_the_period() -> None:
    assert periods_of_moved(ROOT) == ["2021", "2022-H1"]
    assert periods_of_moved(OTHER) == ["2022", "2023"]
