"""The numbers of an explanation are those of the scorecard: by hand, and for worlds of any shape."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings

from monitor.catalogue.models import Indicator
from monitor.catalogue.periods import parse_period
from monitor.method.tree import Tree, certainly_meets
from monitor.report.explain_figure import Gathered, Made, gathered_of, made_of, why_absent
from monitor.report.explain_verdict import LADDER, Reasoned, reasoned
from monitor.report.selection import Selection, select_rows
from tests.method.oracle import Fig
from tests.method.oracle_tree import World
from tests.method.test_worked_rows import ENROLMENT, OUT_OF_POCKET, SETTLEMENT, band, fig, parts, reach
from tests.method.worlds import (
    EAST,
    NATION,
    NORTH,
    WEST,
    indicator,
    rows,
    same,
    scorecard,
    single_region_worlds,
    to_tree,
    tree_worlds,
    world,
)
from tests.properties import examples

F = Fraction
few = settings(max_examples=examples(12), deadline=None, suppress_health_check=list(HealthCheck))


def explained(one: Indicator, figures: Mapping[str, Fig | str], period: str) -> Reasoned:
    """How the nation's figure of the period was judged."""
    given_world = world((one,), {(one.id, NATION, code): figure for code, figure in figures.items()})
    tree, when = to_tree(given_world), parse_period(period)
    (row,) = select_rows(tree, Selection(NATION, when, "linear", True, frozenset({(one.id, NATION)})))
    return reasoned(tree, row, given_world.settings)


def made(tree: Tree, code: str, period: str) -> tuple[Made, Gathered | None]:
    one, region, when = tree.indicators["a"], tree.regions.get(code), parse_period(period)
    assert region is not None
    gathered = gathered_of(tree, one, region, when)
    return made_of(tree, one, region, when, gathered), gathered


# methods.md section 6, by hand: the indicator, its figures, the period, what decided, p, s
SECTION_6: list[tuple[Indicator, dict[str, Fig | str], str, str, str, Fraction | None, Fraction]] = [
    (OUT_OF_POCKET, {"2021": fig("27.7")}, "2021", "behind", "14", F(0), F(1, 5)),
    (OUT_OF_POCKET, {"2022": fig(27)}, "2022", "achieved", "5", F(1), F(2, 5)),
    (OUT_OF_POCKET, {"2022": parts("22914.5", "84846.7")}, "2022", "ahead", "11",
     (F("22914.5") * 100 / F("84846.7") - F("27.7")) / (27 - F("27.7")), F(2, 5)),
    (OUT_OF_POCKET, {"2022": fig("26.89"), "2023": fig("27.3")}, "2023", "slipped", "6", F(4, 7), F(3, 5)),
    (OUT_OF_POCKET, {"2022": fig("26.89"), "2025": parts("25310.9", "93367.2")}, "2025", "missed", "7",
     (F("25310.9") * 100 / F("93367.2") - F("27.7")) / (27 - F("27.7")), F(1)),
    (band("70"), {"2021": fig("69.3"), "2022": fig("68.3")}, "2022", "breached", "3", None, F(2, 5)),
    (SETTLEMENT, {"2023": fig(80, "gt")}, "2023", "achieved", "5", F(3, 2), F(3, 5)),
    (ENROLMENT, {"2024": fig(95, "approx")}, "2024", "held", "3", None, F(4, 5)),
    (reach("ge", 95, 97), {"2022": fig(94)}, "2022", "below_baseline", "9", None, F(2, 5)),
    (reach("le", 50, 100), {"2022": fig(80)}, "2022", "on_schedule", "12", F(2, 5), F(2, 5)),
    (reach("ge", 90, 50), {"2023": "withheld"}, "2023", "no_data", "2", None, F(3, 5)),
    (reach("ge", 70), {"2023": fig(50)}, "2023", "not_assessable", "8", None, F(3, 5)),
    (reach("ge", 70, 50), {"2023": fig(60, "ge")}, "2023", "not_assessable", "4", F(1, 2), F(3, 5)),
    (reach("ge", 50, 50), {"2023": fig(49)}, "2023", "below_baseline", "9", None, F(3, 5)),
    (reach("gt", 50, 50), {"2023": fig(50)}, "2023", "behind", "10", None, F(3, 5)),
]  # fmt: skip


@pytest.mark.parametrize(("one", "figures", "period", "class_", "row", "p", "s"), SECTION_6)
def test_worked_rows(
    one: Indicator, figures: Any, period: str, class_: str, row: str, p: Fraction | None, s: Fraction
) -> None:
    found = explained(one, figures, period)
    assert (found.class_, found.row, found.numbers.p, found.numbers.s) == (class_, row, p, s)
    assert found.steps[-1] == row and list(found.steps) == [name for name in LADDER if name in found.steps]


def test_the_second_method_stands_beside_the_first() -> None:
    found = explained(reach("le", 50, 100), {"2022": fig(80)}, "2022")
    assert found.growth_class == "moderate" and found.growth_ratio == pytest.approx(0.8156, abs=1e-4)


def test_numbers_of_the_year_2025_by_hand() -> None:
    numbers = explained(OUT_OF_POCKET, {"2025": parts("25310.9", "93367.2")}, "2025").numbers
    assert numbers.numerator_gap == F("25310.9") - 27 * F("93367.2") / 100 == F("101.756")
    assert numbers.target_gap is not None and numbers.v is not None and numbers.target_gap == numbers.v - 27


@pytest.mark.parametrize(
    ("one", "figure", "meets"),
    [
        (SETTLEMENT, fig(80, "gt"), True),
        (SETTLEMENT, fig(70, "gt"), True),
        (SETTLEMENT, fig(70, "ge"), False),  # 70 itself is not above 70
        (SETTLEMENT, fig(70), False),
        (SETTLEMENT, fig(80, "lt"), False),
        (ENROLMENT, fig(95, "approx"), True),
        (OUT_OF_POCKET, fig(27), True),
        (OUT_OF_POCKET, fig(27, "ge"), False),
        (band("70"), fig(70), False),  # a band is kept, not met
    ],
)
def test_a_target_is_met_by_all_of_the_figure_or_not_at_all(one: Indicator, figure: Fig, meets: bool) -> None:
    assert explained(one, {"2023": figure}, "2023").meets_target is meets


def test_the_outlook_says_what_years_its_line_goes_through() -> None:
    sent: dict[str, Fig | str] = {"2021": fig(55), "2022": fig(65, "approx"), "2023": fig(80, "gt")}
    found = explained(SETTLEMENT, sent, "2023")
    assert [(period.code, figure.comparator) for period, figure in found.outlook_from] == [
        ("2023", "gt"), ("2022", "approx"), ("2021", "eq")]  # fmt: skip
    assert found.projected_value == 80 + (80 - 55) / 2 * 2
    assert explained(SETTLEMENT, sent | {"2025": fig(85)}, "2025").outlook_from == ()


FLOW = {"accumulation": "period", "aggregate": "sum", "unit": "亿元", "id": "a"}


def test_a_year_of_quarters_is_their_sum() -> None:
    one = indicator(**FLOW, nature="context")
    sent = {("a", NATION, f"2023-Q{q}"): fig(q * 10) for q in (1, 2, 3, 4)}
    answer, _ = made(to_tree(world((one,), sent)), NATION, "2023")
    assert answer.kind == "parts" and [part.period.code for part in answer.parts] == [
        f"2023-Q{q}" for q in (1, 2, 3, 4)
    ]
    assert (
        answer.formula is not None
        and answer.formula.terms == (F(10), F(20), F(30), F(40))
        and answer.formula.result == 100
    )


def test_a_year_with_a_quarter_missing_says_which() -> None:
    one = indicator(**FLOW, nature="context")
    tree = to_tree(world((one,), {("a", NATION, f"2023-Q{q}"): fig(q) for q in (1, 2, 4)}))
    answer, _ = made(tree, NATION, "2023")
    assert answer.kind == "none" and [(p.period.code, p.figure is None) for p in answer.parts] == [
        ("2023-H1", False), ("2023-H2", True)]  # fmt: skip
    assert why_absent(tree, tree.indicators["a"], NATION, parse_period("2023-H2"))[1] == (parse_period("2023-Q3"),)


def test_a_stock_takes_the_shorter_period_with_the_same_end() -> None:
    answer, _ = made(to_tree(world((indicator(),), {("a", NATION, "2023-Q4"): parts("1", "4")})), NATION, "2023")
    assert (answer.kind, answer.period.code) == ("shorter", "2023-Q4")
    assert answer.formula is not None and answer.formula.result == 25 and answer.formula.factor == 100


def three_units(one: Indicator, *others: Indicator, **sent: Fig | str) -> tuple[Made, Gathered]:
    cells = {tuple(name.split("__")): figure for name, figure in sent.items()}
    keyed = {(name, {"east": EAST, "west": WEST, "north": NORTH}[code], "2023"): f for (name, code), f in cells.items()}
    tree = to_tree(world((one, *others), keyed, NATION, parents=dict.fromkeys((EAST, WEST, NORTH), NATION)))
    answer, gathered = made(tree, NATION, "2023")
    assert gathered is not None
    return answer, gathered


def test_a_rate_without_its_parts_does_not_enter_and_what_is_withheld_is_named() -> None:
    rate = indicator(aggregate="ratio_of_sums", figure={"numerator": "n", "denominator": "d", "unit": "万人"})
    answer, gathered = three_units(rate, a__east=parts("30", "40"), a__west=fig(50), a__north="withheld")
    assert answer.kind == "aggregate" and answer.formula is not None
    assert (answer.formula.numerator, answer.formula.denominator, answer.formula.result) == (F(30), F(40), F(75))
    assert [unit.region.code for unit in gathered.kept_out] == [WEST]
    assert [(unit.region.code, unit.absence) for unit in gathered.missing] == [(NORTH, "withheld")]
    assert gathered.aggregate.coverage == F(1, 3)


@pytest.mark.parametrize(("kind", "result"), [("sum", F(90)), ("max", F(50)), ("min", F(10))])
def test_sums_and_extremes(kind: str, result: Fraction) -> None:
    one = indicator(aggregate=kind, unit="个")
    answer, _ = three_units(one, a__east=fig(10), a__west=fig(30), a__north=fig(50))
    assert answer.formula is not None and answer.formula.result == result


def test_a_weighted_mean_puts_in_the_weights() -> None:
    one = indicator(aggregate="weighted_mean", weight="w")
    weight = indicator(id="w", number=2, unit="万人", aggregate="sum", nature="context")
    answer, gathered = three_units(one, weight, a__east=fig(10), a__west=fig(40), a__north=fig(50),
                                   w__east=fig(1), w__west=fig(2))  # fmt: skip
    assert answer.formula is not None and answer.formula.result == 30  # (10·1 + 40·2) ÷ 3
    assert [(unit.region.code, unit.absence) for unit in gathered.kept_out] == [(NORTH, "no_weight")]


def test_regions_that_reached_are_listed_with_their_value_and_target() -> None:
    target = {"rule": "reach", "comparator": "ge", "value": 500, "scope": "each_region", "expected": [EAST, WEST]}
    one = indicator(unit="个", aggregate="share_reached", target=target)
    answer, gathered = three_units(one, a__east=fig(500), a__west=fig(499), a__north=fig(600))
    assert answer.kind == "regions" and answer.formula is not None and answer.formula.result == 50
    listed = [(unit.region.code, unit.reached, unit.absence) for unit in gathered.units]
    assert listed == [(EAST, True, ""), (WEST, False, ""), (NORTH, True, "not_counted")]


def check(given_world: World) -> None:
    """Every row of the world's scorecard against its explanation."""
    tree = to_tree(given_world)
    table = {(row["indicator_id"], row["region_code"], row["period"]): row for row in rows(scorecard(given_world))}
    assume(table)
    for row in select_rows(tree, Selection(include_context=True)):
        one, region = row.cell.indicator, tree.regions.get(row.region)
        assert region is not None
        wanted = table[one.id, row.region, row.cell.period.code]
        gathered = gathered_of(tree, one, region, row.cell.period)
        found = made_of(tree, one, region, row.cell.period, gathered)
        assert same(wanted["value"], None if found.formula is None else found.formula.result)
        assert same(wanted["aggregated_value"], gathered.formula.result if gathered and gathered.formula else None)
        verdict = reasoned(tree, row, given_world.settings)
        numbers = verdict.numbers
        assert wanted["class"] == verdict.class_ and bool(verdict.row) == bool(verdict.class_)
        assert same(wanted["time_share"], numbers.s) and same(wanted["target_gap"], numbers.target_gap)
        if numbers.drop_share is None:
            assert same(wanted["progress_share"], numbers.p)
        assert first_that_holds(verdict, given_world) in (None, verdict.row)
        if verdict.row == "5":
            assert verdict.meets_target
        assert (verdict.projected_value is None) == (not verdict.outlook_from)
        if verdict.outlook_from and verdict.projected_value is not None:
            (last_year, last), (first_year, first) = verdict.outlook_from[0], verdict.outlook_from[-1]
            pace = (last.value - first.value) / (last_year.year - first_year.year)
            line = last.value + pace * (verdict.cell.goal.end - last_year.year)
            assert same(verdict.projected_value, line)


def first_that_holds(verdict: Reasoned, given_world: World) -> str | None:
    """The deciding row for a plain figure of a plain `reach`, worked out from the compared numbers alone."""
    n, figure, target = verdict.numbers, verdict.cell.figure, verdict.cell.goal.target
    plain = verdict.rule == "reach" and figure is not None and figure.comparator == "eq" and n.drop_share is None
    if not plain or n.path_now is not None or verdict.cell.goal.path is not None or n.s is None:
        return None
    assert figure is not None and n.v is not None and n.g is not None
    earlier = [one for one in verdict.years if one.figure and one.period.index < verdict.cell.period.index]
    met = any(certainly_meets(one.figure, n.g, target.comparator) for one in earlier if one.figure)  # type: ignore[union-attr]
    p = n.p if n.p is not None else F(-1)  # no share: only "behind" is left
    answers = {
        "5": certainly_meets(figure, n.g, target.comparator),  # type: ignore[union-attr]
        "6": met and n.t < n.end,
        "7": n.t >= n.end,
        "8": n.b is None,
        "9": n.b is not None and (n.v - n.b) * n.d < 0,
        "10": n.g == n.b,
        "11": n.p is not None and p >= F(given_world.settings.ahead) * n.s and p > n.s,
        "12": n.p is not None and p >= n.s,
        "13": n.p is not None and p >= F(given_world.settings.near) * n.s,
        "14": True,
    }
    return next(name for name, holds in answers.items() if holds)


@few
@given(single_region_worlds())
def test_every_row_of_a_region_explains_itself(given_world: World) -> None:
    check(given_world)


@few
@given(tree_worlds())
def test_every_row_of_a_tree_explains_itself(given_world: World) -> None:
    check(given_world)
