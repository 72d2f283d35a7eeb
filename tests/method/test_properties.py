"""What must hold whatever the figures: mirrors, order, scale, and a parent that is its children."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.catalogue.models import Indicator
from tests.properties import examples

from .oracle import Fig
from .oracle_tree import World
from .worlds import (
    EAST,
    NATION,
    NORTH,
    RATIO,
    SOUTH,
    WEST,
    indicator,
    number,
    row,
    rows,
    scorecard,
    single_region_worlds,
    tree_worlds,
    world,
)

some = settings(max_examples=examples(30), deadline=None, suppress_health_check=list(HealthCheck))
MIRRORED = {"ge": "le", "gt": "lt", "le": "ge", "lt": "gt", "up": "down", "down": "up"}


def changed(given_world: World, cell: Callable[[Fig], Fig], definition: Callable[[Indicator], Indicator]) -> World:
    """The world with every figure and every indicator replaced."""
    sent = {key: cell(value) if isinstance(value, Fig) else value for key, value in given_world.sent.items()}
    plan_rows = {key: cell(value) for key, value in given_world.plan_rows.items()}
    return replace(
        given_world, sent=sent, plan_rows=plan_rows, indicators=tuple(definition(one) for one in given_world.indicators)
    )


def mirrored(one: Indicator) -> Indicator:
    """The same demand seen from the other side: every number negated, every comparison turned round."""
    keys = one.model_dump(mode="json", exclude_none=True)
    keys["direction"] = MIRRORED.get(one.direction, one.direction)
    for part in (keys.get("baseline", {}), keys.get("target", {})):
        if "value" in part:
            part["value"] = number(-Fraction(part["value"]))
        if "comparator" in part:
            part["comparator"] = MIRRORED.get(part["comparator"], part["comparator"])
    if one.path:
        keys["path"] = {str(year): number(-Fraction(value)) for year, value in one.path.items()}
    return Indicator.model_validate(keys)


def in_reverse(fig: Fig) -> Fig:
    return replace(fig, value=-fig.value, comparator=MIRRORED.get(fig.comparator, fig.comparator))


SAME_IN_A_MIRROR = (
    "class", "reason", "first_failing_period", "met_period", "outlook", "certainty", "progress_share", "time_share",
    "schedule_gap_pp", "target_gap", "projected_year", "coverage", "partial",
)  # fmt: skip
TURNED_IN_A_MIRROR = ("value", "baseline", "target", "pace_per_year", "required_per_year", "projected_value")


@pytest.mark.parametrize("method", ["linear", "cagr"])
@some
@given(given_world=single_region_worlds())
def test_a_falling_indicator_is_judged_as_its_rising_mirror_image(method: Any, given_world: World) -> None:
    kept = [one for one in given_world.indicators if getattr(one.target, "progress", "") != "percent_drop"]
    shown = replace(given_world, indicators=tuple(kept), sent=of(kept, given_world.sent), plan_rows={})
    other = rows(scorecard(changed(shown, in_reverse, mirrored), method))
    for here, there in zip(rows(scorecard(shown, method)), other, strict=True):
        assert {name: here[name] for name in SAME_IN_A_MIRROR} == {name: there[name] for name in SAME_IN_A_MIRROR}
        for name in TURNED_IN_A_MIRROR:
            assert (there[name] is None) == (here[name] is None) and (here[name] or 0) == -(there[name] or 0), name


def of(kept: list[Indicator], cells: Mapping[tuple[str, str, str], Any]) -> dict[tuple[str, str, str], Any]:
    names = {one.id for one in kept}
    return {key: value for key, value in cells.items() if key[0] in names}


@some
@given(given_world=tree_worlds(), seed=st.integers(0, 999))
def test_the_order_of_figures_regions_and_indicators_does_not_matter(given_world: World, seed: int) -> None:
    shuffle = random.Random(seed)
    shuffled = replace(
        given_world,
        sent=dict(shuffle.sample(list(given_world.sent.items()), len(given_world.sent))),
        regions=tuple(shuffle.sample(given_world.regions, len(given_world.regions))),
        indicators=tuple(shuffle.sample(given_world.indicators, len(given_world.indicators))),
    )
    assert rows(scorecard(shuffled)) == rows(scorecard(given_world))


@pytest.mark.parametrize("method", ["linear", "cagr"])
@some
@given(given_world=tree_worlds(), scale=st.sampled_from([Fraction(1, 10000), Fraction(3, 7), Fraction(10**8)]))
def test_the_unit_of_the_parts_does_not_matter(method: Any, given_world: World, scale: Fraction) -> None:
    def larger(fig: Fig) -> Fig:
        if fig.numerator is None or fig.denominator is None:
            return fig
        return replace(fig, numerator=fig.numerator * scale, denominator=fig.denominator * scale)

    parts = {"numerator", "denominator", "numerator_gap"}
    scaled = scorecard(changed(given_world, larger, lambda one: one), method)
    plain = scorecard(given_world, method)
    assert rows(scaled.drop(columns=list(parts))) == rows(plain.drop(columns=list(parts)))
    for here, there in zip(rows(plain), rows(scaled), strict=True):
        if here["numerator_gap"] is not None and here["vintage"] == "reported":
            assert there["numerator_gap"] == pytest.approx(here["numerator_gap"] * float(scale))


AMOUNTS = st.decimals(0, 10**6, places=4).map(Fraction)


@st.composite
def provinces(draw: Any) -> dict[str, tuple[Fraction, Fraction] | None]:
    """Numerator and denominator of each province; some sent only the rate, some nothing."""
    codes = [f"{number}0000" for number in range(11, 11 + draw(st.integers(1, 12)))]
    parts = st.tuples(AMOUNTS, AMOUNTS.filter(lambda amount: amount > 0))
    return {code: draw(st.none() | parts) for code in codes}


@settings(max_examples=examples(60), deadline=None)
@given(provinces(), st.sampled_from(["ratio_of_sums", "sum", "max", "min"]))
def test_a_parent_is_its_children(sent: dict[str, tuple[Fraction, Fraction] | None], aggregate: str) -> None:
    one = indicator(aggregate=aggregate, target={"rule": "reach", "comparator": "ge", "value": 90}, figure=RATIO)
    figures = {
        ("a", code, "2023"): Fig(100 * parts[0] / parts[1], "eq", *parts) for code, parts in sent.items() if parts
    }
    given_world = world((one,), figures, NATION, parents=dict.fromkeys(sent, NATION))
    nation = row(scorecard(given_world), "a", "2023")
    known = [parts for parts in sent.values() if parts]
    rates = [100 * top / bottom for top, bottom in known]
    ratio = 100 * sum(top for top, _ in known) / (sum(bottom for _, bottom in known) or 1)
    wanted = {"ratio_of_sums": ratio, "sum": sum(rates), "max": max(rates, default=0), "min": min(rates, default=0)}
    assert nation["aggregated_value"] == nation["value"] == (float(wanted[aggregate]) if known else None)
    assert nation["coverage"] == len(known) / len(sent)
    assert nation["partial"] == (0 < len(known) < len(sent))
    assert nation["vintage"] == ("aggregated" if known else "")


def test_a_reported_figure_stands_before_the_aggregate_and_both_are_shown() -> None:
    one = indicator(aggregate="ratio_of_sums", figure=RATIO, target={"rule": "reach", "comparator": "ge", "value": 90})
    sent = {
        ("a", NATION, "2023"): Fig(Fraction(91)),
        ("a", EAST, "2023"): Fig(Fraction(80), "eq", Fraction(8), Fraction(10)),
        ("a", WEST, "2023"): Fig(Fraction(50)),
    }
    nation = row(scorecard(world((one,), sent, NATION, EAST, WEST)), "a", "2023")
    assert (nation["value"], nation["vintage"], nation["class"]) == (91, "reported", "achieved")
    assert (nation["aggregated_value"], nation["coverage"], nation["partial"]) == (80, 0.5, True)
    assert nation["reason"] == ""
    del sent["a", NATION, "2023"]
    nation = row(scorecard(world((one,), sent, NATION, EAST, WEST)), "a", "2023")
    assert (nation["value"], nation["vintage"], nation["reason"]) == (80, "aggregated", "no_baseline;parts_missing")


def test_a_part_that_is_partial_makes_the_whole_partial() -> None:
    one = indicator(aggregate="sum", target={"rule": "reach", "comparator": "ge", "value": 90})
    sent = {("a", NORTH, "2023"): Fig(Fraction(1)), ("a", WEST, "2023"): Fig(Fraction(2), synthetic=True)}
    frame = scorecard(world((one,), sent, NATION, EAST, WEST, NORTH, SOUTH))
    east, nation = row(frame, "a", "2023", EAST), row(frame, "a", "2023")
    assert (east["value"], east["coverage"], east["partial"], east["synthetic"]) == (1, 0.5, True, False)
    assert (nation["value"], nation["coverage"], nation["partial"], nation["synthetic"]) == (3, 1, True, True)
    leaf = row(frame, "a", "2023", WEST)
    assert (leaf["coverage"], leaf["partial"], leaf["aggregated_value"]) == (None, False, None)
    empty = row(frame, "a", "2024")
    assert (empty["coverage"], empty["partial"], empty["class"]) == (0, False, "no_data")
