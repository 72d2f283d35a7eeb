"""Where the gap lies: the parts add up to the whole exactly, whatever the units, the targets and the direction."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.catalogue.periods import Period
from monitor.method.decomposition import Decomposition, decompose
from monitor.method.settings import MethodSettings

from .oracle import Fig
from .worlds import NATION, indicator, to_tree, world

YEAR = Period.of(2023)
CODES = ("110000", "120000", "130000", "140000", "150000")
UNDER_NATION = dict.fromkeys(CODES, NATION)
AMOUNTS = st.integers(0, 10**9).map(lambda number: Fraction(number, 10**4))
DENOMINATORS = st.integers(1, 10**9).map(lambda number: Fraction(number, 10**4))


def part(numerator: Any, denominator: Any, comparator: str = "eq") -> Fig:
    top, bottom = Fraction(numerator), Fraction(denominator)
    return Fig(100 * top / bottom, comparator, top, bottom)


def ratio(target: dict[str, Any] | None = None, **keys: Any) -> Any:
    goal = target or {"rule": "reach", "comparator": "ge", "value": "70"}
    return indicator(**({"aggregate": "ratio_of_sums", "target": goal} | keys))


def divided(one: Any, sent: Mapping[str, Fig | str], *others: Any, more: Any = None, tolerance: int = 1) -> Any:
    """What `decompose` says of the nation in 2023; `sent`: by code, `more` by (indicator, code)."""
    cells: dict[tuple[str, str, str], Fig | str] = {("a", code, "2023"): fig for code, fig in sent.items()}
    cells |= {(name, code, "2023"): fig for (name, code), fig in (more or {}).items()}
    tree = to_tree(world([one, *others], cells, NATION, parents=UNDER_NATION))
    return decompose(tree, tree.indicators["a"], NATION, YEAR, MethodSettings(band_tolerance=Decimal(tolerance)))


def found(*arguments: Any, **keys: Any) -> Decomposition:
    answer = divided(*arguments, **keys)
    assert isinstance(answer, Decomposition)
    return answer


def amounts(answer: Decomposition) -> dict[str, Fraction]:
    return {one.code: one.amount for one in answer.contributions}


def test_by_hand() -> None:
    # 40 of 100, 90 of 100 and 160 of 200: 290 of 400 = 72.5 %, 2.5 above a target of 70
    answer = found(ratio(), {"110000": part(40, 100), "120000": part(90, 100), "130000": part(160, 200)})
    assert answer.gap == Fraction("-2.5") and answer.difference is None
    # a quarter of the weight · 30 to go; a quarter · 20 over; a half · 10 over
    assert amounts(answer) == {"110000": Fraction("7.5"), "120000": Fraction(-5), "130000": Fraction(-5)}
    assert [one.to_add for one in answer.contributions] == [30, 0, 0]
    assert answer.if_reached == 80  # (70 + 90 + 160) ÷ 400
    assert answer.gap_then == -10
    assert [code for code, _ in answer.absent] == ["140000", "150000"]


def test_a_falling_target_asks_for_less() -> None:
    falling = ratio({"rule": "reach", "comparator": "le", "value": 27}, direction="down")
    answer = found(falling, {"110000": part(30, 100), "120000": part(25, 100)})
    assert answer.gap == Fraction("0.5")
    assert amounts(answer) == {"110000": Fraction("1.5"), "120000": Fraction(-1)}
    assert [one.change for one in answer.contributions] == [-3, 0]  # three less in the first
    assert answer.if_reached == 26


def test_what_a_published_figure_leaves_is_a_line_of_its_own() -> None:
    sent = {NATION: Fig(Fraction(68)), "110000": part(60, 100), "120000": part(70, 100)}
    answer = found(ratio(), sent)
    assert answer.value == 68 and answer.aggregated == 65 and answer.gap == 2
    assert amounts(answer) == {"110000": 5, "120000": 0}
    assert answer.difference == -3  # the published figure is three points nearer to the target


def test_a_band_divides_its_distance_from_the_centre() -> None:
    band = ratio({"rule": "band", "value": 70}, direction="none")
    answer = found(band, {"110000": part(76, 100), "120000": part(70, 100)}, tolerance=2)
    assert answer.goal.sign == -1 and answer.gap == 3  # 73 lies three above 70
    assert amounts(answer) == {"110000": 3, "120000": 0}
    assert [one.change for one in answer.contributions] == [-4, 0]  # down to the edge at 72
    assert answer.if_reached == 71


def test_a_band_around_the_baseline() -> None:
    band = ratio({"rule": "band"}, direction="none", baseline={"value": 70})
    answer = found(band, {"110000": part(60, 100), "120000": part(70, 300)})
    assert answer.goal.centre == 70 and answer.gap == sum(amounts(answer).values())


def test_each_region_counts_for_one_share_and_the_silent_are_told_apart() -> None:
    each = indicator(
        unit="个", aggregate="share_reached",
        target={"rule": "reach", "comparator": "ge", "value": 500, "scope": "each_region", "expected": list(CODES[:4])},
    )  # fmt: skip
    sent: dict[str, Fig | str] = {"110000": Fig(Fraction(500)), "120000": Fig(Fraction(499)), "130000": "withheld"}
    answer = found(each, sent)
    assert answer.value == 25 and answer.gap == 75
    assert amounts(answer) == {"110000": 0, "120000": 25, "130000": 25, "140000": 25}
    assert [one.code for one in answer.contributions if not one.part.has_figure] == ["130000", "140000"]
    assert answer.absent == (("130000", "withheld"), ("140000", "not_sent"))
    assert answer.if_reached == 100 and answer.bounded == ()
    unsure = found(each, {"110000": Fig(Fraction(600), "ge"), "120000": Fig(Fraction(400), "ge")})
    assert unsure.bounded == ("120000",)  # it may have reached 500 or not; the other has for sure


def test_a_weighted_mean_divides_by_its_weights() -> None:
    mean = ratio(aggregate="weighted_mean", weight="w")
    weight = indicator(id="w", number=2, unit="人", aggregate="sum")
    sent = {"110000": Fig(Fraction(60)), "120000": Fig(Fraction(90)), "130000": Fig(Fraction(10))}
    weights = {("w", "110000"): Fig(Fraction(3)), ("w", "120000"): Fig(Fraction(1))}
    answer = found(mean, sent, weight, more=weights)
    assert answer.form == "weighted_mean" and answer.gap == Fraction("2.5")
    assert amounts(answer) == {"110000": Fraction("7.5"), "120000": Fraction(-5)}
    assert all(one.change is None for one in answer.contributions)
    assert ("130000", "weight_missing") in answer.absent


def test_units_that_do_not_enter_say_why() -> None:
    sent: dict[str, Fig | str] = {
        "110000": part(60, 100), "120000": Fig(Fraction(50)), "130000": "withheld", "140000": "",
    }  # fmt: skip
    answer = found(ratio(), sent)
    assert answer.absent == (
        ("120000", "parts_missing"), ("130000", "withheld"), ("140000", "missing"), ("150000", "not_sent"),
    )  # fmt: skip


def test_bounds_are_named_and_enter_at_their_number() -> None:
    sent = {NATION: Fig(Fraction(60), "gt"), "110000": part(60, 100, "ge"), "120000": part(50, 100)}
    answer = found(ratio(), sent)
    assert answer.bounded == ("110000", NATION)
    assert amounts(answer) == {"110000": 5, "120000": 10} and answer.difference == -5


@pytest.mark.parametrize(
    ("one", "sent", "word"),
    [
        (ratio({"rule": "judge", "text": "适应"}, direction="none"), {"110000": part(1, 2)}, "no_target"),
        (ratio({"rule": "band"}, direction="none"), {"110000": part(1, 2)}, "no_target"),
        (ratio(aggregate="sum", unit="个"), {"110000": Fig(Fraction(5))}, "no_division"),
        (ratio(aggregate="max"), {"110000": Fig(Fraction(5))}, "no_division"),
        (ratio(), {}, "no_figure"),
        (ratio(), {NATION: Fig(Fraction(60)), "110000": Fig(Fraction(50))}, "no_units"),
    ],
)
def test_where_nothing_can_be_divided(one: Any, sent: dict[str, Fig], word: str) -> None:
    assert divided(one, sent) == word


TARGETS = st.one_of(
    st.tuples(st.just("up"), st.sampled_from(["reach", "hold"]), st.sampled_from(["ge", "gt", "eq"])),
    st.tuples(st.just("down"), st.sampled_from(["reach", "hold"]), st.sampled_from(["le", "lt", "eq"])),
    st.tuples(st.just("none"), st.just("band"), st.none()),
)
UNITS = st.dictionaries(
    st.sampled_from(CODES),
    st.one_of(st.tuples(AMOUNTS, DENOMINATORS), st.sampled_from(["withheld", "not_applicable", ""])),
)


@given(UNITS, TARGETS, st.integers(-2000, 2000), st.one_of(st.none(), AMOUNTS))
def test_the_parts_add_up_to_the_whole(
    units: dict[str, Any], rule: tuple[str, str, str | None], tenths: int, published: Fraction | None
) -> None:
    direction, name, comparator = rule
    target = {"rule": name, "value": f"{tenths / 10}"} | ({"comparator": comparator} if comparator else {})
    sent = {code: cell if isinstance(cell, str) else part(*cell) for code, cell in units.items()}
    if published is not None:
        sent[NATION] = Fig(published)
    answer = divided(ratio(target, direction=direction), sent)
    figures = {code: cell for code, cell in units.items() if not isinstance(cell, str)}
    if not figures:
        assert answer == ("no_figure" if published is None else "no_units")
        return
    g, tolerance = Fraction(tenths, 10), 1 if name == "band" else 0
    top, bottom = sum(n for n, _ in figures.values()), sum(d for _, d in figures.values())
    value = published if published is not None else 100 * top / bottom
    whole = sum((one.amount for one in answer.contributions), answer.difference or Fraction(0))
    assert answer.gap == whole
    distance = abs(g - value) if direction == "none" or comparator == "eq" else None
    assert whole == (distance if distance is not None else (g - value) * (1 if direction == "up" else -1))
    assert sum(one.part.weight for one in answer.contributions) == 1
    # the numerators that would be there if all reached it, added up anew
    then = Fraction(0)
    for code, (n, d) in figures.items():
        low, high = (g - tolerance) * d / 100, (g + tolerance) * d / 100
        if direction == "up" and comparator != "eq":
            wanted = max(n, low)
        elif direction == "down" and comparator != "eq":
            wanted = min(n, high)
        else:
            wanted = min(max(n, low), high)
        then += wanted
        change = next(one.change for one in answer.contributions if one.code == code)
        assert change == wanted - n
    assert answer.if_reached == 100 * then / bottom
