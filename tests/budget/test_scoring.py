"""Scores worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.budget.answers import Answer, Answers, read_answers
from monitor.budget.library import Library, library
from monitor.budget.linked import Linked
from monitor.budget.models import Scoring
from monitor.budget.rated import rate
from monitor.budget.scoring import (
    Scored,
    grade_of,
    score_execution,
    score_measure,
    score_word,
    shared_points,
    total_of,
    two_places,
)
from monitor.budget.values import read_measure
from monitor.dossier.errors import DossierError
from monitor.method.figures import Figure

from .conftest import MANAGEMENT, SHIPPED, SYSTEM, full_answers

TEN = Decimal(10)


@pytest.mark.parametrize(
    ("goal", "actual", "verdict", "score"),
    [
        ("≥3次", ("eq", "3"), "met", "10"),  # exactly met
        ("≥3次", ("eq", "7"), "met", "10"),  # nothing is added for more
        ("≥3次", ("eq", "2"), "not_met", "20/3"),
        ("≥3次", ("eq", "0"), "not_met", "0"),
        ("≥3次", None, "missing", None),  # missing is not zero
        ("≥90%", ("eq", "88.5"), "not_met", "59/6"),
        ("31个省", ("eq", "28"), "not_met", "280/31"),
        ("31个省", ("eq", "32"), "met", "10"),
        ("=31个省", ("eq", "32"), "not_met", "155/16"),  # exactly as many: 31 ÷ 32
        ("=31个省", ("eq", "31"), "met", "10"),
        ("≤4天", ("eq", "4"), "met", "10"),
        ("≤4天", ("eq", "0"), "met", "10"),
        ("≤4天", ("eq", "5"), "not_met", "8"),
        ("≤0起", ("eq", "2"), "not_met", "0"),
        ("<4天", ("eq", "4"), "not_met", "10"),  # not met, though the share is all of it
        (">95%", ("eq", "95"), "not_met", "10"),
        (">95%", ("gt", "95"), "met", "10"),
        ("≥0次", ("eq", "0"), "met", "10"),
        ("≥95%", ("ge", "95"), "met", "10"),  # a bound that lies within
        ("≥95%", ("ge", "96"), "met", "10"),
        ("≥95%", ("ge", "90"), "unjudged", None),  # straddles
        ("≥95%", ("le", "98"), "unjudged", None),
        ("≥95%", ("lt", "95"), "not_met", None),  # certainly not, but by how much nobody knows
        ("≥95%", ("gt", "95"), "met", "10"),
        ("≤4天", ("ge", "4"), "unjudged", None),
        ("≤4天", ("gt", "4"), "not_met", None),
        ("≥95%", ("approx", "95"), "met", "10"),
        ("=31个省", ("ge", "31"), "unjudged", None),
    ],
)
def test_numbers(shipped: Library, goal: str, actual: tuple[str, str] | None, verdict: str, score: str | None) -> None:
    measure = read_measure(goal)
    assert measure is not None
    figure = None if actual is None else Figure(Fraction(actual[1]), actual[0])
    scored = score_measure(measure, figure, TEN, shipped.scoring)
    assert (scored.verdict, scored.score) == (verdict, None if score is None else Fraction(score))


def test_a_number_without_comparator_may_have_to_be_exact(shipped: Library) -> None:
    scoring = shipped.scoring.model_copy(update={"bare_number": "exactly"})
    goal = read_measure("60项")
    assert goal is not None
    assert score_measure(goal, Figure(Fraction(61)), TEN, scoring).verdict == "not_met"
    assert score_measure(goal, Figure(Fraction(60)), TEN, scoring).verdict == "met"


@pytest.mark.parametrize(
    ("word", "percent", "verdict", "score"),
    [
        ("达成年度指标", "100", "met", "10"), ("达成年度指标", "80", "met", "8"),
        ("部分达成年度指标并具有一定效果", "79.5", "partly", "7.95"), ("未达成年度指标且效果较差", "0", "not_met", "0"),
        ("达成年度指标", None, "missing", None), ("", "80", "missing", None),
    ],
)  # fmt: skip
def test_words(shipped: Library, word: str, percent: str | None, verdict: str, score: str | None) -> None:
    scored = score_word(None if percent is None else Decimal(percent), word, TEN, shipped.scoring)
    assert (scored.verdict, scored.score) == (verdict, None if score is None else Fraction(score))


@pytest.mark.parametrize(
    ("word", "percent", "fits"),
    [
        ("达成年度指标", "80", True), ("达成年度指标", "79.99", False), ("达成年度指标", "100", True),
        ("达成年度指标", "100.01", False), ("部分达成年度指标并具有一定效果", "80", False),
        ("部分达成年度指标并具有一定效果", "60", True), ("未达成年度指标且效果较差", "60", False),
    ],
)  # fmt: skip
def test_a_percentage_goes_with_its_word(shipped: Library, word: str, percent: str, fits: bool) -> None:
    table = shipped.tables[MANAGEMENT]
    answers = Answers(rows=(Answer(row=11, attainment=word, percent=Decimal(percent)),))
    faults = rate(table, shipped.scoring, answers, {}).all_faults
    assert (not faults) is fits and all("第 11 行" in zh and "row 11" in en for zh, en in faults)


@pytest.mark.parametrize(
    ("budget", "executed", "score"),
    [("4946.90", "4946.90", "10"), ("4946.90", "0", "0"), ("4946.90", "5000", "10"), ("400", "372", "9.3"),
     ("400", None, None), (None, "1", None), ("0", "0", None)],
)  # fmt: skip
def test_execution(budget: str | None, executed: str | None, score: str | None) -> None:
    given_ = [None if one is None else Decimal(one) for one in (budget, executed)]
    assert score_execution(*given_, TEN).score == (None if score is None else Fraction(score))


def test_points_are_shared_to_the_cent_and_are_a_hundred(shipped: Library) -> None:
    for table in shipped.tables.values():
        assert sum(shared_points(table, shipped.scoring)) + shipped.scoring.points.execution == 100
    system = shared_points(shipped.tables[SYSTEM], shipped.scoring)
    assert [str(one) for one in system[:13]] == ["3.85"] * 8 + ["3.84"] * 5  # 50 ÷ 13
    assert [str(one) for one in system[13:20]] == ["4.29"] * 4 + ["4.28"] * 3  # 30 ÷ 7
    assert list(system[20:]) == [5, 5]


def test_other_points_are_taken_as_long_as_each_level_keeps_its_sum(shipped: Library) -> None:
    table = shipped.tables[SYSTEM]
    moved = {f"row_{n}": Answer(row=n, actual="90%", points=Decimal(points)) for n, points in ((21, "4"), (22, "6"))}
    assert rate(table, shipped.scoring, full_answers(table, **moved), {}).all_faults == ()
    moved["row_22"] = Answer(row=22, actual="90%", points=Decimal("6.5"))
    (fault,) = rate(table, shipped.scoring, full_answers(table, **moved), {}).all_faults
    assert "满意度指标各行分值之和是 10.5，应是 10（差 -0.5）" in fault[0]


def _linked(value: str, comparator: str) -> dict[str, Linked]:
    figures = {
        "enrolment_rate": Figure(Fraction(value), comparator),
        "resident_inpatient_payment_share": Figure(Fraction(70)),
    }
    return {name: Linked(name, "000000", 2020, "%", figure) for name, figure in figures.items()}


def test_totals_and_grades(shipped: Library) -> None:
    table, scoring = shipped.tables[SYSTEM], shipped.scoring
    whole = rate(table, scoring, full_answers(table), _linked("95", "ge"))
    assert (whole.total.low, whole.total.high, whole.lacking) == (100, 100, ())
    assert whole.total.grade is not None and whole.total.grade.name.zh == "优"
    # the enrolment rate (4.28 points) straddles: between 95.72 and 100, excellent either way
    straddling = rate(table, scoring, full_answers(table), _linked("90", "ge"))
    assert (straddling.total.low, straddling.total.high) == (Fraction("95.72"), 100)
    assert straddling.total.grade is not None and not straddling.total.is_known
    assert [zh for zh, _ in straddling.lacking] == ["第 18 行：未得满分，须写偏差原因"]
    nothing = rate(table, scoring, Answers(), {})
    assert (nothing.total.low, nothing.total.high, nothing.total.grade) == (0, 100, None)


@pytest.mark.parametrize(
    ("score", "grade"), [("90", "优"), ("89.9999", "良"), ("80", "良"), ("60", "中"), ("59.99", "差"), ("0", "差")]
)
def test_grades_begin_where_they_begin(shipped: Library, score: str, grade: str) -> None:
    assert grade_of(Fraction(score), shipped.scoring).name.zh == grade


def test_no_grade_where_the_ends_have_different_ones(shipped: Library) -> None:
    rows = [Scored("met", Fraction(88), Decimal(88)), Scored("unjudged", None, Decimal(5))]
    total = total_of(rows, shipped.scoring)
    assert (total.low, total.high, total.grade) == (88, 93, None)


def test_rounding_comes_last() -> None:
    assert [two_places(Fraction(n, 1000)) for n in (89995, 89994, 5, 4)] == ["90.00", "89.99", "0.01", "0.00"]


@given(st.integers(0, 10_000), st.integers(1, 10_000), st.sampled_from(["≥", "≤", ">", "<", "=", ""]))
def test_a_score_is_between_nothing_and_all(actual: int, goal: int, sign: str) -> None:
    measure = read_measure(f"{sign}{goal}次")
    scoring = Scoring.model_construct(bare_number="at_least")
    assert measure is not None
    scored = score_measure(measure, Figure(Fraction(actual)), TEN, scoring)
    assert scored.score is not None and 0 <= scored.score <= 10
    assert scored.verdict != "met" or scored.score == 10


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(row=1, actual="三次"), "不是带单位的数；写作 3次"),
        (Answer(row=1, actual="3部"), "单位“部”与指标值的单位“次”不同"),
        (Answer(row=1, actual="-3次"), "不是带单位的数"),
        (Answer(row=1, attainment="达成年度指标", percent=Decimal(90)), "这一行是定量指标"),
        (Answer(row=5, actual="3次"), "这一行是定性指标"),
        (Answer(row=5, attainment="完成得很好", percent=Decimal(90)), "不在名单中"),
        (Answer(row=18, actual="96%"), "取自数据库（≥95%），不能另填“96%”"),
        (Answer(row=23, actual="1"), "没有第 23 行"),
    ],
)
def test_what_is_no_answer(shipped: Library, answer: Answer, said: str) -> None:
    faults = rate(shipped.tables[SYSTEM], shipped.scoring, Answers(rows=(answer,)), _linked("95", "ge")).all_faults
    assert any(said in zh for zh, _ in faults), faults


def test_the_plans_own_value_may_be_written_as_it_is(shipped: Library) -> None:
    answers = Answers(rows=(Answer(row=18, actual="≥95%"), Answer(row=17, actual="70")))
    assert rate(shipped.tables[SYSTEM], shipped.scoring, answers, _linked("95", "ge")).all_faults == ()


_TEXTS = st.one_of(
    st.text(max_size=12), st.sampled_from(["3次", "≥95%", "1e400", "-0", "NaN", "Infinity", "９５%", "0"])
)


@given(
    st.dictionaries(st.sampled_from(["actual", "attainment", "percent", "points", "cause"]), _TEXTS),
    st.integers(-2, 40),
)
def test_whatever_is_written_is_scored_or_refused_in_words(given_: dict[str, str], row: int) -> None:
    table, scoring = library(None, SHIPPED).tables[SYSTEM], library(None, SHIPPED).scoring
    try:
        answers = read_answers({"budget": given_.get("points", "1"), "rows": [{"row": str(row), **given_}]})
    except DossierError as error:
        assert error.code == "field" and error.zh and error.en
        return
    rated = rate(table, scoring, answers, {})
    assert all(zh and en for zh, en in (*rated.all_faults, *rated.lacking))
    assert rated.all_faults or 0 <= rated.total.low <= rated.total.high <= 100
