"""What an indicator's page says of its units, of both methods and of its outlook, by figures worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.catalogue.periods import Period
from monitor.catalogue.regions import Region
from monitor.method.settings import MethodSettings
from monitor.method.tree import Tree
from monitor.report.distribution import distribution, quantile, ranked
from monitor.report.indicator import fan_of
from monitor.report.scorecard import Stamp, build_scorecard
from monitor.report.selection import Selection
from monitor.report.sheet import Sheet
from monitor.report.two_methods import MethodPair, method_pairs
from monitor.report.units_gap import UnitsGap, units_gap
from tests.method.oracle import Fig
from tests.method.worlds import NATION, indicator, to_tree, world

SETTINGS = MethodSettings()
CODES = ("110000", "120000", "130000", "140000")
UNDER_NATION = dict.fromkeys(CODES, NATION)
YEAR = Period.of(2022)


def part(numerator: int, denominator: int) -> Fig:
    return Fig(Fraction(100 * numerator, denominator), "eq", Fraction(numerator), Fraction(denominator))


def opened(sent: Mapping[tuple[str, str], Fig | str], **keys: Any) -> tuple[Tree, Sheet]:
    """The tree and the sheet of one indicator `a`; `sent`: by (region, period)."""
    one = indicator(**({"direction": "up"} | keys))
    cells = {("a", code, period): cell for (code, period), cell in sent.items()}
    tree = to_tree(world([one], cells, NATION, parents=UNDER_NATION))
    frame = build_scorecard(tree, Selection(), SETTINGS, Stamp("", "x"))
    return tree, Sheet(frame, None, SETTINGS, "x")


def reach(value: int, comparator: str = "ge", **keys: Any) -> dict[str, Any]:
    return {"target": {"rule": "reach", "comparator": comparator, "value": value}, "aggregate": "ratio_of_sums"} | keys


def region_of(tree: Tree, code: str) -> Region:
    found = tree.regions.get(code)
    assert found is not None
    return found


def gap_of(tree: Tree, sheet: Sheet, code: str = NATION) -> UnitsGap:
    answer = units_gap(tree, sheet, tree.indicators["a"], region_of(tree, code), YEAR, SETTINGS)
    assert isinstance(answer, UnitsGap)
    return answer


UNITS = {
    ("110000", "2022"): part(30, 100), ("120000", "2022"): part(60, 100), ("130000", "2022"): part(150, 200),
}  # fmt: skip


def test_the_units_of_a_gap_come_in_order_with_what_they_add_and_take() -> None:
    # 240 of 400 = 60 %, 10 to go: 10 + 2.5 are added by the first two, 2.5 taken off by the third
    gap = gap_of(*opened(UNITS, **reach(70)))
    assert [(line.region.code, line.contribution.amount) for line in gap.lines] == [
        ("110000", 10), ("120000", Fraction("2.5")), ("130000", Fraction("-2.5")),
    ]  # fmt: skip
    assert gap.adding == Fraction("12.5") and gap.taking == Fraction("2.5") and not gap.is_met
    leaders, share = gap.leaders()
    assert [line.region.code for line in leaders] == ["110000"] and share == Fraction(4, 5)
    assert [line.region.code for line in gap.holders()[0]] == ["130000"]
    assert [(region.code, reason) for region, reason in gap.absent] == [("140000", "not_sent")]


def test_a_unit_without_children_is_told_what_it_adds_to_its_parent() -> None:
    gap = gap_of(*opened(UNITS, **reach(70)), "120000")
    assert gap.parent.code == NATION and gap.own is not None
    assert gap.own.region.code == "120000" and gap.own.contribution.amount == Fraction("2.5")


def test_leaders_that_are_equal_are_not_cut_apart() -> None:
    sent = {(code, "2022"): part(40, 100) for code in CODES}
    leaders, share = gap_of(*opened(sent, **reach(70))).leaders()
    assert len(leaders) == 4 and share == 1


def test_equal_units_share_a_rank_and_the_silent_say_why() -> None:
    sent: dict[tuple[str, str], Fig | str] = {
        ("110000", "2022"): part(60, 100), ("120000", "2022"): part(120, 200), ("130000", "2022"): Fig(Fraction(80)),
        ("140000", "2022"): "withheld",
    }  # fmt: skip
    tree, sheet = opened(sent, **reach(70))
    units = [region_of(tree, code) for code in CODES]
    figures = {code: figure for code in CODES if (figure := sheet.at(code, "a", YEAR)) is not None and figure.has_value}
    found = ranked(tree, tree.indicators["a"], YEAR, units, figures, {})
    assert [None if s.rank is None else s.rank.place for s in found] == [2, 2, 1, None]
    assert [s.absence for s in found] == ["", "", "parts_missing", "withheld"]
    spread = distribution(tree, tree.indicators["a"], YEAR, found)
    assert spread is not None
    assert spread.count == 3
    assert [spread.least, spread.lower, spread.median, spread.upper, spread.most] == [60, 60, 60, 70, 80]
    assert dict(spread.classes) == {"not_assessable": 2, "achieved": 1}


def test_a_lower_figure_ranks_first_where_lower_is_better_and_none_does_in_a_band() -> None:
    for direction, target, wanted in (("down", reach(50, "le"), [1, 2, 3]), ("none", {}, [None, None, None])):
        band = {"target": {"rule": "band", "value": 60}, "aggregate": "ratio_of_sums"}
        tree, _ = opened(UNITS, **(target or band), direction=direction)
        units = [region_of(tree, code) for code in CODES[:3]]
        found = ranked(tree, tree.indicators["a"], YEAR, units, {}, {})
        assert [None if s.rank is None else s.rank.place for s in found] == wanted


def test_quartiles_lie_between_neighbours() -> None:
    four = [Fraction(n) for n in (1, 2, 3, 4)]
    assert [quantile(four, Fraction(n, 4)) for n in range(5)] == [
        1,
        Fraction("1.75"),
        Fraction("2.5"),
        Fraction("3.25"),
        4,
    ]
    assert quantile([Fraction(7)], Fraction(1, 4)) == 7


@given(st.lists(st.fractions(), min_size=1, max_size=40), st.fractions(0, 1))
def test_a_quantile_is_among_the_figures_and_grows_with_its_share(values: list[Fraction], share: Fraction) -> None:
    ordered = sorted(values)
    assert ordered[0] <= quantile(ordered, share) <= ordered[-1]
    assert quantile(ordered, share) <= quantile(ordered, (share + 1) / 2)


def pairs(sent: Mapping[str, Fig], **keys: Any) -> dict[str, MethodPair]:
    tree, sheet = opened({(NATION, year): fig for year, fig in sent.items()}, **({"aggregate": "none"} | keys))
    course = [figure for figure in sheet.course(NATION, "a") if figure.has_value]
    found = method_pairs(tree, tree.indicators["a"], NATION, course, SETTINGS)
    return {pair.figure.period.code: pair for pair in found}


def base(value: int) -> dict[str, Any]:
    return {"baseline": {"value": value}}


def goal(value: int, comparator: str = "ge") -> dict[str, Any]:
    return {"target": {"rule": "reach", "comparator": comparator, "value": value}}


@pytest.mark.parametrize(
    ("year", "value", "keys", "linear", "growth", "cause"),
    [
        # the worked row of the method: 100 → 80 of 50
        ("2022", 80, {**base(100), **goal(50, "le"), "direction": "down"}, "on_schedule", "moderate", "falling"),
        # from 1 to 100 in five years: 13 is an eighth of the way, but nearly all of the growth
        ("2022", 13, {**base(1), **goal(100)}, "behind", "substantial", "tiny_base"),
        ("2022", 37, {**base(30), **goal(50)}, "nearly", "substantial", "rising"),
        ("2025", 49, {**base(30), **goal(50)}, "missed", "substantial", "at_the_end"),
        ("2025", 49, goal(50), "missed", "not_available", "no_baseline"),
        ("2022", 30, {**base(0), **goal(50)}, "ahead", "not_available", "zero_baseline"),
        ("2022", 5, {**base(-50), **goal(50)}, "ahead", "not_available", "sign_change"),
        ("2022", 60, {**base(30), **goal(50)}, "achieved", "target_achieved", None),
        ("2022", 31, {**base(30), **goal(50)}, "behind", "limited", None),
    ],
)
def test_why_the_methods_disagree(
    year: str, value: int, keys: dict[str, Any], linear: str, growth: str, cause: str | None
) -> None:
    pair = pairs({year: Fig(Fraction(value))}, **keys)[year]
    assert (pair.figure.class_, pair.growth_class, pair.cause) == (linear, growth, cause)
    assert pair.agree == (cause is None)


def test_the_schedule_remembers_what_growth_forgets() -> None:
    found = pairs({"2021": Fig(Fraction(51)), "2022": Fig(Fraction(49))}, **base(30), **goal(50))["2022"]
    assert (found.figure.class_, found.growth_class, found.cause) == ("slipped", "substantial", "slipped")


def test_targets_that_both_methods_judge_alike_are_not_compared() -> None:
    hold = {"target": {"rule": "hold", "comparator": "ge", "value": 50}}
    assert pairs({"2022": Fig(Fraction(60))}, **base(30), **hold) == {}


def fan(sent: Mapping[str, int], period: str, **keys: Any) -> Any:
    tree, sheet = opened(
        {(NATION, year): Fig(Fraction(v)) for year, v in sent.items()}, **({"aggregate": "none"} | keys)
    )
    return fan_of(tree, tree.indicators["a"], sheet.at(NATION, "a", Period.of(int(period))), SETTINGS)


def test_the_fan_is_the_interval_of_the_method() -> None:
    # steps +2, +6, +1: pace 3 a year from 2023, two years to go
    found = fan({"2020": 50, "2021": 52, "2022": 58, "2023": 59}, "2023", **goal(70))
    assert (found.first_year, found.first, found.year) == (2023, 59, 2025)
    assert (found.value, found.low, found.high) == (65, 61, 71)


def test_one_step_has_a_line_and_no_interval_and_the_end_has_neither() -> None:
    found = fan({"2021": 52, "2022": 58}, "2022", **goal(70))
    assert (found.value, found.low, found.high) == (76, None, None)
    assert fan({"2021": 52, "2025": 58}, "2025", **goal(70)) is None
    assert fan({"2022": 58}, "2022", **goal(70)) is None


def test_an_earlier_period_knows_no_later_year() -> None:
    found = fan({"2021": 52, "2022": 58, "2023": 10}, "2022", **goal(70))
    assert (found.first_year, found.first) == (2022, 58)
