"""The checks beside other periods, figures, units and what is known: at their limits, exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.catalogue.relations import ParsedRelation
from monitor.intake.checks.words import CHECK_MESSAGES
from monitor.intake.submissions import (
    ExplanationMissingError,
    accept,
    list_submissions,
    show,
)
from monitor.store.store import Store
from tests.cycle.in_process import reading_in_process
from tests.properties import examples
from tests.store.world import Clock

from .checking import PROVINCES, Office, Sent, one, plan, told

A, B, C, D, E, F, G, H, I = PROVINCES  # noqa: E741
PREVIOUS, LAST_YEAR = "change_previous_period", "change_same_period_last_year"
FALLS = "cumulative_falls"
SUM = "relation:part_a + part_b eq whole"
# checks that other rules' cases need not satisfy
_NO_COMPLETENESS = {
    "points": "[{rule: change, against: previous_period, max_points: 3, severity: query}]",
    "strict": "[{rule: change, against: previous_period, max_points: 3, severity: error}]",
    "percent": "[{rule: change, against: same_period_last_year, max_percent: 30, severity: query}]",
    "total": "[{rule: cumulative, severity: query}]",
    "share": "[{rule: cumulative, severity: query}]",
    "spread": '[{rule: outlier, threshold: "6.745", severity: query}]',
    "flow": '[{rule: outlier, threshold: "6.745", severity: query}]',
}


@pytest.fixture(scope="module", autouse=True)
def _in_this_process() -> Iterator[None]:
    """The tests are about what was read: files cost a process each otherwise."""
    with reading_in_process():
        yield


@pytest.fixture
def office() -> Iterator[Office]:
    with Store.open(":memory:", clock=Clock()) as store:
        yield Office(store, plan(_NO_COMPLETENESS))


def _pairs(
    indicator: str, periods: tuple[str, str], cases: Sequence[tuple[str, str, str, str, bool]]
) -> tuple[list[Sent], list[int]]:
    """A file with one case a pair of provinces' rows, and the lines at which something is to be found."""
    rows, lines = [], []
    for place, (old, old_sign, new, new_sign, is_found) in enumerate(cases):
        year = 1950 + 3 * (place // len(PROVINCES))
        region = PROVINCES[place % len(PROVINCES)]
        for period, number, sign in zip(periods, (old, new), (old_sign, new_sign), strict=True):
            shifted = f"{int(period[:4]) + year - 1950}{period[4:]}"
            value, parts = ("", number) if "/" in number else (number, "")
            rows.append(Sent(indicator, region, shifted, value, parts, comparator=sign))
        if is_found:
            lines.append(len(rows) + 1)
    return rows, lines


# change


def test_points_of_a_rate_against_the_previous_period(office: Office) -> None:
    rows, lines = _pairs("points", ("1951-Q4", "1952-Q1"), [
        ("50", "", "53", "", False),  # at the limit
        ("50", "", "53.0000000001", "", True),
        ("50", "", "47", "", False),
        ("50", "", "46.9999999999", "", True),
        ("9000/10000", "", "9300/10000", "", False),  # exactly 3 points
        ("9000/10000", "", "93.0001/100", "", True),
        ("1/3", "", "109/300", "", False),  # 100/3 and 109/3 differ by exactly 3
        ("1/3", "", "109.0000001/300", "", True),
        ("80", "gt", "90", "", False),  # it may have been 87
        ("80", "lt", "83", "", True),  # below 80, so more than 3 even from the closest
        ("80", "le", "83", "", False),  # it may have been 80
        ("80", "", "83", "gt", True),
        ("80", "", "83", "ge", False),
        ("80", "", "84", "le", False),
        ("80", "approx", "84", "", True),  # about 80 is compared as 80
        ("80", "", "", "", False),
        ("", "", "80", "", False),
    ])  # fmt: skip
    result = office.send(*rows)
    assert told(result) == [(line, PREVIOUS) for line in lines]
    assert result.problem_count == len(lines) and not result.is_refused


def test_percent_of_an_amount_against_the_same_period_last_year(office: Office) -> None:
    rows, lines = _pairs("percent", ("1951-Q2", "1952-Q2"), [
        ("100", "", "130", "", False),
        ("100", "", "130.0000000001", "", True),
        ("100", "", "70", "", False),
        ("100", "", "69.9999999999", "", True),
        ("0.3", "", "0.39", "", False),  # no binary fraction is exactly this
        ("0.3", "", "0.3900000001", "", True),
        ("0", "", "0", "", False),
        ("0", "", "0.0000000001", "", True),
        ("-100", "", "-130", "", False),
        ("-100", "", "-130.1", "", True),
        ("100", "ge", "69", "", True),  # 70 at the least of what 100 or more allows
        ("100", "ge", "70", "", False),
        ("100", "gt", "70", "", True),
        ("100", "ge", "1000", "", False),
        ("100", "", "131", "ge", True),
        ("100", "", "131", "le", False),
        ("100", "le", "131", "", False),  # nothing below 0 is excluded, so nothing is certain
    ])  # fmt: skip
    assert told(office.send(*rows)) == [(line, LAST_YEAR) for line in lines]


def test_the_words_have_the_numbers_and_the_cure(office: Office) -> None:
    first = one(office.send(Sent("points", A, "2022-Q4", "90"), Sent("points", A, "2023-Q1", parts="94001/100000")))
    assert (first.code, first.severity, first.indicator_id, first.text) == (PREVIOUS, "query", "points", "94.001%")
    for words in ("94.001%", "90%", "2022-Q4", "+4.001", "3"):
        assert words in first.zh and words in first.en
    assert "个百分点" in first.zh and "percentage points" in first.en and "说明" in first.zh and "explain" in first.en
    second = one(office.send(Sent("percent", A, "2022-Q4", "100"), Sent("percent", A, "2023-Q4", "150")))
    assert "+50%" in second.zh and "+50%" in second.en and "30%" in second.zh


def test_figures_in_force_are_compared_with_unless_the_file_restates_them(office: Office) -> None:
    office.send(Sent("points", A, "2022-Q4", "90"), Sent("points", B, "2022-Q4", "90"), accept=True)
    office.send(Sent("points", C, "2022-Q4", "90"))  # waits, so it is not known yet
    result = office.send(
        Sent("points", A, "2023-Q1", "94"),
        Sent("points", B, "2023-Q1", "94"),
        Sent("points", B, "2022-Q4", "93"),
        Sent("points", C, "2023-Q1", "94"),
    )
    assert told(result) == [(2, PREVIOUS)]


def test_another_kind_of_period_is_no_previous_one(office: Office) -> None:
    assert told(office.send(Sent("points", A, "2022", "50"), Sent("points", A, "2023-Q1", "90"))) == []
    assert told(office.send(Sent("points", A, "2023-H1", "50"), Sent("points", A, "2023-Q3", "90"))) == []


def test_synthetic_figures_are_not_compared_with_real_ones(office: Office) -> None:
    office.send(Sent("points", A, "2022-Q4", "50", synthetic=True), accept=True)
    assert told(office.send(Sent("points", A, "2023-Q1", "90"))) == []
    assert told(office.send(Sent("points", A, "2023-Q1", "90.5", synthetic=True))) == [(2, PREVIOUS)]


def test_the_preferred_vintage_is_compared_with_and_baselines_never(office: Office) -> None:
    office.send(
        Sent("points", A, "2022-Q4", "50", vintage="flash"),
        Sent("points", A, "2022-Q4", "88", vintage="yearbook"),
        Sent("points", B, "2022-Q4", "50", vintage="plan"),
        accept=True,
    )
    result = office.send(
        Sent("points", A, "2023-Q1", "90"),
        Sent("points", A, "2022-Q4", "51", vintage="flash"),
        Sent("points", B, "2023-Q1", "90"),
        Sent("points", C, "2022-Q4", "50"),
        Sent("points", C, "2023-Q1", "90", vintage="plan"),
    )
    assert told(result) == []


def test_what_was_published_is_only_warned_about_and_can_be_accepted(office: Office) -> None:
    result = office.send(
        Sent("points", A, "2022-Q4", "50", vintage="bulletin"),
        Sent("points", A, "2023-Q1", "90", vintage="bulletin"),
        accept=True,
    )
    assert [(one.key, one.severity) for one in result.problems] == [((3, PREVIOUS), "warning")]
    assert (result.verdict, result.waiting) == ("warn", ())


# refusal


def test_an_error_refuses_the_file_with_everything_that_was_found(office: Office) -> None:
    rows = (
        Sent("strict", A, "2022-Q4", "50"),
        Sent("strict", A, "2023-Q1", "53.1"),
        Sent("points", A, "2023-Q1", "10"),
        Sent("points", A, "2022-Q4", "50"),
    )
    result = office.send(*rows, accept=True, explain="属实")
    assert (result.verdict, result.is_refused, result.rejected, result.submissions) == ("rows", True, 4, ())
    assert [(one.key, one.severity, one.indicator_id) for one in result.problems] == [
        ((3, PREVIOUS), "error", "strict"), ((4, PREVIOUS), "query", "points"),
    ]  # fmt: skip
    assert list_submissions(office.store) == () and result.receipt_id == 1
    assert office.send(rows[0], Sent("strict", A, "2023-Q1", "53")).created == 2


# cumulative


def test_year_to_date_figures_never_fall_within_a_year(office: Office) -> None:
    result = office.send(
        Sent("total", A, "2022-Q4", "400"),
        Sent("total", A, "2023-Q1", "100"),  # a new year
        Sent("total", A, "2023-Q2", "100"),  # equal is no fall
        Sent("total", A, "2023-Q4", "99.9999999999"),  # against the second quarter, as the third is not there
        Sent("total", B, "2023-03", "100"),
        Sent("total", B, "2023-H1", "90"),  # of another length, but to date all the same
        Sent("total", C, "2023-Q1", "10000000000", unit="元"),
        Sent("total", C, "2023-Q2", "99"),
        Sent("total", D, "2023-Q1", "100", comparator="ge"),
        Sent("total", D, "2023-Q2", "99.9"),  # below all that 100 or more can be
        Sent("total", E, "2023-Q1", "100", comparator="le"),
        Sent("total", E, "2023-Q2", "90"),  # may have been less
        Sent("total", F, "2023-Q1", "100"),
        Sent("total", F, "2023-Q2", "90", vintage="flash"),
    )
    assert told(result) == [(5, FALLS), (7, FALLS), (9, FALLS), (11, FALLS), (15, FALLS)]
    words = result.problems[0]
    assert all(text in words.zh and text in words.en for text in ("2023-Q2", "2023-Q4", "100亿元", "99.9999999999亿元"))


def test_a_restated_quarter_above_the_next_one_is_found_at_its_line(office: Office) -> None:
    office.send(Sent("total", A, "2023-Q1", "100"), Sent("total", A, "2023-Q2", "120"), accept=True)
    assert told(office.send(Sent("total", A, "2023-Q1", "120"))) == []
    found = one(office.send(Sent("total", A, "2023-Q1", "120.5")))
    assert (found.key, found.text) == ((2, FALLS), "120.5亿元")
    both = office.send(Sent("total", A, "2023-Q1", "130"), Sent("total", A, "2023-Q2", "125"))
    assert told(both) == [(3, FALLS)]  # once, where the fall is


def test_of_a_ratio_to_date_the_parts_never_fall(office: Office) -> None:
    result = office.send(
        Sent("share", A, "2023-Q1", parts="90/100"),
        Sent("share", A, "2023-Q2", parts="100/200"),  # the rate may fall
        Sent("share", B, "2023-Q1", parts="90/100"),
        Sent("share", B, "2023-Q2", parts="89/200"),
        Sent("share", C, "2023-Q1", parts="90/100"),
        Sent("share", C, "2023-Q2", parts="90/99.9"),
        Sent("share", D, "2023-Q1", "90"),
        Sent("share", D, "2023-Q2", "80"),
    )
    assert told(result) == [(5, FALLS), (7, FALLS)]
    assert "分子" in result.problems[0].zh and "denominator" in result.problems[1].en


# relations


def test_a_sum_holds_to_its_tolerance_whatever_the_units(office: Office) -> None:
    rows = [
        (A, "60", "40", "0.01", False),
        (B, "60", "40.01", "0.01", False),  # 100.01 and 100: at the tolerance
        (C, "60", "40.0100000001", "0.01", True),
        (D, "60", "39.99", "0.01", False),
        (E, "60", "39.9899999999", "0.01", True),
        (F, "60", "", "0.01", False),  # not all known
    ]
    sent = []
    for region, part_a, part_b, whole, _ in rows:
        sent += [Sent("whole", region, "2023", whole), Sent("part_b", region, "2023", part_b)]
        sent += [Sent("part_a", region, "2023", part_a)]
    result = office.send(*sent)
    # at the first operand of the relation's text
    assert told(result) == [(4 + 3 * place, SUM) for place, row in enumerate(rows) if row[-1]]
    words = result.problems[0]
    assert words.indicator_id == "part_a" and words.code == "relation_fails"
    assert (
        "指标part_a + 指标part_b = 指标whole" in words.zh and "figure part_a + figure part_b = figure whole" in words.en
    )
    for text in ("60 + 40.0100000001 = 100.0100000001", "100（亿元）", "0.0100000001", "0.01"):
        assert text in words.zh


def test_operands_come_from_the_file_and_else_from_what_is_in_force(office: Office) -> None:
    office.send(Sent("part_a", A, "2023", "60"), Sent("part_b", A, "2023", "40"), accept=True)
    found = one(office.send(Sent("whole", A, "2023", "0.02")))
    assert found.key == (2, SUM) and "指标part_a、指标part_b 取自已接受的数据" in found.zh
    assert "figure part_a, figure part_b" in found.en
    assert told(office.send(Sent("whole", A, "2023", "0.02"), Sent("part_b", A, "2023", "140"))) == []
    assert told(office.send(Sent("whole", A, "2023-Q4", "0.02"))) == []  # another period
    assert told(office.send(Sent("whole", B, "2023", "0.02"))) == []
    # figures of different vintages need not add up
    assert told(office.send(Sent("whole", A, "2023", "0.02", vintage="flash"))) == []


def test_relations_reach_across_forms() -> None:
    forms = """forms:
  - {id: flows, name: 表一, indicators: [part_a, part_b], frequency: quarter, due: {days: 20}}
  - {id: sums, name: 表二, indicators: [whole], frequency: quarter, due: {days: 20}}
"""
    with Store.open(":memory:", clock=Clock()) as store:
        office = Office(store, plan({}, forms=forms))
        parts = (Sent("part_a", A, "2023-Q1", "60"), Sent("part_b", A, "2023-Q1", "40"))
        both = office.take(Sent("whole", A, "2023-Q1", "0.02"), *parts, dry_run=True)
        assert {one.form for one in both.submissions} == {"flows", "sums"} and told(both) == [(3, SUM)]
        office.take(*parts, accept=True)
        later = office.take(Sent("whole", A, "2023-Q1", "0.02"))
        assert told(later) == [(2, SUM)] and [one.form for one in later.submissions] == ["sums"]


def test_an_inequality_may_refuse_the_file(office: Office) -> None:
    equal = office.send(Sent("part_a", A, "2023", "100"), Sent("whole", A, "2023", "0.01"))
    assert not equal.is_refused and equal.problems == ()
    above = office.send(Sent("part_a", A, "2023", "100.0000000001"), Sent("whole", A, "2023", "0.01"))
    assert above.is_refused and told(above) == [(2, "relation:part_a le whole")]


def test_bounds_break_a_relation_only_when_nothing_they_allow_would_hold(office: Office) -> None:
    le = "relation:part_a le whole"
    result = office.send(
        Sent("part_a", A, "2023", "100", comparator="ge"), Sent("whole", A, "2023", "0.01", comparator="le"),
        Sent("part_a", B, "2023", "100", comparator="gt"), Sent("whole", B, "2023", "0.01", comparator="le"),
        Sent("part_a", C, "2023", "100", comparator="le"), Sent("whole", C, "2023", "0.001"),
        Sent("part_a", D, "2023", "200", comparator="approx"), Sent("whole", D, "2023", "0.01"),
    )  # fmt: skip
    assert told(result) == [(4, le), (8, le)]


def test_quotients_are_taken_in_base_units_and_a_bound_in_them_is_left_open(office: Office) -> None:
    lt = "relation:part_a ÷ persons lt 500"
    result = office.send(
        Sent("part_a", A, "2023", "5"), Sent("persons", A, "2023", "100"),  # exactly 500 a person
        Sent("part_a", B, "2023", "4.9999999999"), Sent("persons", B, "2023", "100"),
        Sent("part_a", C, "2023", "5"), Sent("persons", C, "2023", "1", comparator="ge"),
        Sent("part_a", D, "2023", "5", comparator="ge"), Sent("persons", D, "2023", "100"),
        Sent("part_a", E, "2023", "0"), Sent("part_b", E, "2023", "1"), Sent("each", E, "2023", "100"),
    )  # fmt: skip
    assert told(result) == [(2, lt), (8, lt)]


# outliers: z = 0.6745 · |c − m| ÷ max(MAD, floor); 6.745 is met at ten times the deviation


def _rates(changes: Sequence[str], base: str = "50") -> list[Sent]:
    return [
        Sent("spread", region, period, str(value))
        for region, change in zip(PROVINCES, changes, strict=False)
        for period, value in (("2023-Q1", Decimal(base)), ("2023-Q2", Decimal(base) + Decimal(change)))
    ]


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        (["11", "0", "0.5", "1", "1.5", "2"], [3]),  # m = 1, MAD = 0.5: z = 13.49
        (["6", "0", "0.5", "1", "1.5", "2"], []),  # z = 6.745, at the threshold
        (["6.1", "0", "0.5", "1", "1.5", "2"], [3]),
        (["50", "0", "0.5", "1", "1.5"], []),  # four others say nothing
        (["2", "1", "1", "1", "1", "1"], []),  # MAD = 0, sent in whole points: floor 1, z = 0.6745
        (["2.0", "1.0", "1.0", "1.0", "1.1", "1"], []),  # floor 0.1: z = 6.745, at the threshold
        (["2.1", "1.0", "1.0", "1.0", "1.1", "1"], [3]),
    ],
)
def test_a_change_is_put_beside_the_others(office: Office, changes: list[str], lines: list[int]) -> None:
    assert told(office.send(*_rates(changes))) == [(line, "outlier") for line in lines]


def test_the_words_state_n_m_and_z(office: Office) -> None:
    found = one(office.send(*_rates(["11", "0", "0.5", "1", "1.5", "2"])))
    for text in ("n = 5", "m = 1", "13.49", "6.745", "+11", "50%", "61%", "2023-Q1"):
        assert text in found.zh and text in found.en


def test_quotients_are_rounded_to_two_decimals_and_amounts_to_a_tenth_of_a_percent(office: Office) -> None:
    def shares(last: str) -> list[Sent]:
        numerators = [("500", last), *[("500", "510")] * 5]
        return [
            Sent("spread", region, period, parts=f"{numerator}/1000")
            for region, both in zip(PROVINCES, numerators, strict=False)
            for period, numerator in zip(("2023-Q1", "2023-Q2"), both, strict=True)
        ]

    assert told(office.send(*shares("511"))) == []  # 1.1 points against 1: ten times 0.01
    assert told(office.send(*shares("511.001"))) == [(3, "outlier")]

    def flows(last: str) -> list[Sent]:
        amounts = [("1000", last), *[("1000", "1100")] * 5]
        return [
            Sent("flow", region, period, amount)
            for region, both in zip(PROVINCES, amounts, strict=False)
            for period, amount in zip(("2022-Q2", "2023-Q2"), both, strict=True)  # to date: against last year
        ]

    assert told(office.send(*flows("1110"))) == []  # 11 % against 10 %: ten times 0.1
    assert told(office.send(*flows("1110.0000000001"))) == [(3, "outlier")]
    assert told(office.send(*flows("1089.9999999999"))) == [(3, "outlier")]


def test_the_others_come_from_the_file_and_else_from_what_is_in_force(office: Office) -> None:
    rows = _rates(["0", "0", "0.5", "1", "1.5", "2"])
    office.send(*rows[2:], rows[0], accept=True)
    assert told(office.send(Sent("spread", A, "2023-Q2", "70"))) == [(2, "outlier")]
    # bounds and synthetic figures are not among the others
    for odd in (
        Sent("spread", B, "2023-Q2", "50", comparator="ge"),
        Sent("spread", B, "2023-Q2", "50", synthetic=True),
    ):
        assert told(office.take(Sent("spread", A, "2023-Q2", "70"), odd, dry_run=True)) == []
    assert told(office.take(Sent("spread", A, "2023-Q2", "70", comparator="ge"), dry_run=True)) == []
    # nor are the nation's own
    assert told(office.take(Sent("spread", "000000", "2023-Q1", "50"), Sent("spread", "000000", "2023-Q2", "90"),
                            dry_run=True)) == []  # fmt: skip


_NUMBERS = st.decimals(min_value=0, max_value=100, places=2)


def _expected_outliers(rows: Sequence[tuple[Decimal, Decimal] | None]) -> list[int]:
    """Written apart: for each unit the others' changes, their median, its deviation."""
    changes = [None if row is None else Fraction(row[1]) - Fraction(row[0]) for row in rows]
    digits = max(
        [-int(number.normalize().as_tuple().exponent) for row in rows if row for number in row], default=0
    )  # fmt: skip
    found = []
    for place, change in enumerate(changes):
        others = [other for at, other in enumerate(changes) if at != place and other is not None]
        if change is None or len(others) < 5:
            continue
        middle = median(others)
        deviation = max(median(abs(other - middle) for other in others), Fraction(1, 10 ** max(0, digits)))
        if Fraction("0.6745") * abs(change - middle) > Fraction("6.745") * deviation:
            found.append(place)
    return found


@pytest.fixture(scope="module")
def quick() -> Iterator[Office]:
    with Store.open(":memory:", clock=Clock()) as store:
        yield Office(store, plan(_NO_COMPLETENESS))


@given(st.lists(st.none() | st.tuples(_NUMBERS, st.sampled_from(["0", "0.1", "0.5", "1", "1.01", "2", "10"])),
                min_size=6, max_size=9))  # fmt: skip
@settings(max_examples=examples(40))
def test_outliers_are_those_of_a_plain_computation(quick: Office, rows: list[tuple[Decimal, str] | None]) -> None:
    pairs = [None if row is None else (row[0], row[0] + Decimal(row[1])) for row in rows]
    sent, lines = [], {}
    for region, pair in zip(PROVINCES, pairs, strict=False):
        if pair is not None:
            sent += [Sent("spread", region, "2023-Q1", str(pair[0])), Sent("spread", region, "2023-Q2", str(pair[1]))]
            lines[len(sent) + 1] = region
    if not sent:
        return
    found = told(quick.take(*sent, dry_run=True))
    assert [lines[line or 0] for line, _ in found] == [PROVINCES[place] for place in _expected_outliers(pairs)]


_AMOUNT = st.none() | st.sampled_from(["0", "0.01", "3", "49.99", "50", "50.0100000001", "99.99", "100", "1e3"])


@given(st.fixed_dictionaries(dict.fromkeys(("part_a", "part_b", "whole", "persons", "each"), _AMOUNT)))
@settings(max_examples=examples(40))
def test_relations_fail_where_plain_arithmetic_says_so(quick: Office, amounts: dict[str, str | None]) -> None:
    given_rows = {name: Decimal(text) for name, text in amounts.items() if text is not None}
    if not given_rows:
        return
    if "whole" in given_rows:  # in 万亿元, and no more than ten decimals
        given_rows["whole"] = round(given_rows["whole"], 6) / 10_000
    result = quick.take(*(Sent(name, A, "2023", f"{value:f}") for name, value in given_rows.items()), dry_run=True)
    (catalogue,) = quick.catalogues
    failing = {
        f"relation:{parsed.relation.left} {parsed.relation.operator} {parsed.relation.right}"
        for parsed in catalogue.relations
        if _plainly_holds(parsed, given_rows) is False
    }
    assert {rule for _, rule in told(result)} == failing
    assert result.problem_count == len(failing)


_IN_THE_RELATION = {"whole": 10_000, "part_a": 1, "part_b": 1, "persons": 1, "each": 1}
_IN_YUAN = {"part_a": 10**8, "persons": 10**4}


def _plainly_holds(parsed: ParsedRelation, rows: dict[str, Decimal]) -> bool | None:
    factors = _IN_YUAN if parsed.relation.unit == "元" else _IN_THE_RELATION
    return parsed.holds({name: Fraction(value) * factors[name] for name, value in rows.items() if name in factors})


# completeness

_FORM = """forms:
  - {id: quarterly, name: 季报, indicators: [needed, part_a], frequency: quarter, due: {days: 20}}
"""
_NEEDED = {"needed": "[{rule: completeness, severity: query}]"}
_MISSING = "incomplete:needed"


@pytest.fixture(params=["form", "plan"])
def asking(request: pytest.FixtureRequest) -> Iterator[Office]:
    """Asks for the needed figure of every province each quarter, by a form or by the plan alone."""
    with Store.open(":memory:", clock=Clock()) as store:
        yield Office(store, plan(_NEEDED, relations="", forms=_FORM if request.param == "form" else ""))


def test_a_figure_that_is_asked_for_is_missed(asking: Office) -> None:
    found = one(asking.send(Sent("part_a", A, "2023-Q1", "1")))
    assert (found.key, found.severity, found.indicator_id) == ((None, _MISSING), "query", "needed")
    assert all("needed" in words and "2023-Q1" in words for words in (found.zh, found.en))
    assert "指标needed" in found.zh and "figure needed" in found.en
    (waiting,) = list_submissions(asking.store)
    assert (waiting.queries, waiting.open_queries) == (1, 1)
    assert told(asking.send(Sent("part_a", B, "2023-Q1", "1"), Sent("needed", B, "2023-Q1", ""))) == [(3, _MISSING)]


def test_withheld_and_not_applicable_are_answers(asking: Office) -> None:
    answers = zip(PROVINCES, ("1", "不适用", "保密"), strict=False)
    rows = [
        (Sent("part_a", region, "2023-Q1", "1"), Sent("needed", region, "2023-Q1", said)) for region, said in answers
    ]
    assert told(asking.send(*(row for pair in rows for row in pair))) == []


def test_what_is_carried_is_there(asking: Office) -> None:
    asking.send(Sent("part_a", A, "2023-Q1", "1"), Sent("needed", A, "2023-Q1", "5"), accept=True)
    assert told(asking.send(Sent("part_a", A, "2023-Q1", "2"))) == []


def test_nothing_is_missed_that_is_not_asked(asking: Office) -> None:
    result = asking.send(
        Sent("part_a", A, "2023", "1"),  # no quarter
        Sent("part_a", "000000", "2023-Q1", "1"),  # the nation is not asked
        Sent("part_a", A, "2023-Q1", "1", vintage="bulletin"),
        Sent("part_a", A, "2023-Q1", "1", vintage="flash"),
        Sent("part_a", A, "2020-Q4", "1"),  # before the plan
    )
    assert told(result) == []


def test_completeness_may_refuse_a_file() -> None:
    strict = {"vital": "[{rule: completeness, severity: error}]"}
    with Store.open(":memory:", clock=Clock()) as store:
        office = Office(store, plan(strict, relations=""))
        result = office.send(Sent("part_a", A, "2023-Q1", "1"))
        assert result.is_refused and told(result) == [(None, "incomplete:vital")]
        assert not office.send(Sent("part_a", A, "2023-Q1", "1"), Sent("vital", A, "2023-Q1", "1")).is_refused


# counts, repeats, silence


def test_all_findings_are_counted_and_the_first_200_shown_errors_first(office: Office) -> None:
    rows = [
        Sent("points", region, f"{year}-{quarter}", value)
        for year in range(1950, 2000)
        for region in (A, B, C)
        for quarter, value in (("Q2", "10"), ("Q3", "90"), ("Q1", "90"))
    ]
    many = office.take(*rows)
    assert many.problem_count == 300 and len(many.problems) == 200  # the second and third quarter of each year
    listed = list_submissions(office.store)
    assert sum(one.queries for one in listed) == sum(one.open_queries for one in listed) == 300
    refused = office.take(*rows, Sent("strict", C, "2023-Q1", "10"), Sent("strict", C, "2023-Q2", "90"), dry_run=True)
    assert refused.is_refused and [one.row for one in refused.problems if one.severity == "error"] == [453]


def test_what_says_nothing_new_is_not_asked_again(office: Office) -> None:
    rows = (Sent("points", A, "2022-Q4", "50"), Sent("points", A, "2023-Q1", "90"))
    assert told(office.send(*rows)) == [(3, PREVIOUS)]
    again = office.send(*rows)
    assert (again.verdict, again.problems) == ("duplicate", ())


def test_each_query_is_answered_by_itself(office: Office) -> None:
    rows = (Sent("points", A, "2022-Q4", "50"), Sent("points", A, "2023-Q1", "90"),
            Sent("percent", A, "2022-Q1", "1"), Sent("percent", A, "2023-Q1", "9"))  # fmt: skip
    half = office.take(*rows, accept=True, explanations={(3, PREVIOUS): "新增定点机构"})
    assert told(half) == [(3, PREVIOUS), (5, LAST_YEAR)]
    (asked,) = list_submissions(office.store, periods=["2023-Q1"])
    assert (asked.state, asked.queries, asked.open_queries) == ("submitted", 2, 1)
    with pytest.raises(ExplanationMissingError) as caught:
        accept(office.store, asked.submission_id, by="reviewer")
    assert "1" in caught.value.zh
    answers = {notice.rule: notice.explanation for notice in show(office.store, asked.submission_id).notices}
    assert answers == {PREVIOUS: "新增定点机构", LAST_YEAR: None}
    # the same again, in other lines, with the other answer
    again = office.take(*reversed(rows), accept=True, explanations={(2, LAST_YEAR): "口径调整"})
    assert (again.verdict, again.waiting) == ("duplicate", ())
    (taken,) = list_submissions(office.store, periods=["2023-Q1"])
    assert (taken.state, taken.queries, taken.open_queries) == ("accepted", 2, 0)
    answers = {notice.rule: notice.explanation for notice in show(office.store, taken.submission_id).notices}
    assert answers == {PREVIOUS: "新增定点机构", LAST_YEAR: "口径调整"}


def test_an_answer_said_again_changes_nothing(office: Office) -> None:
    rows = (Sent("points", A, "2022-Q4", "50"), Sent("points", A, "2023-Q1", "90"))
    office.take(*rows, explanations={(3, PREVIOUS): "属实"})
    before = office.store.event_version()
    office.take(*rows, explanations={(3, PREVIOUS): "属实"})
    assert office.store.event_version() == before
    office.take(*rows, explanations={(3, PREVIOUS): "已核实"})
    (asked,) = list_submissions(office.store, periods=["2023-Q1"])
    (notice,) = show(office.store, asked.submission_id).notices
    assert notice.explanation == "已核实" and office.store.event_version() == before + 1


def test_an_explanation_silences_its_rule_for_that_revision_alone(office: Office) -> None:
    office.send(Sent("points", A, "2022-Q4", "50"), accept=True)
    key = (2, PREVIOUS)
    first = office.take(Sent("points", A, "2023-Q1", "90"), accept=True, explanations={key: "属实"})
    assert first.waiting == ()
    second = office.take(Sent("points", A, "2023-Q1", "91"), accept=True)
    assert told(second) == [key] and [one.waits for one in second.submissions] == ["explanation"]
    third = office.take(Sent("points", A, "2023-Q1", "92"), accept=True, explain="全部属实")
    assert told(third) == [key] and third.waiting == ()


def test_a_file_without_a_figure_is_asked_nothing(office: Office) -> None:
    rows = [Sent(name, A, "2023-Q1") for name in ("points", "total", "spread", "part_a")]
    assert office.take(*rows).created == 4
    assert told(office.take(Sent("points", A, "2023-Q2", "50", vintage="plan"))) == []


def test_an_answer_to_nothing_is_not_kept(office: Office) -> None:
    office.take(Sent("points", A, "2023-Q1", "90"), explanations={(2, PREVIOUS): "没有人问"})
    (sent,) = list_submissions(office.store)
    assert (sent.queries, sent.open_queries, show(office.store, sent.submission_id).notices) == (0, 0, ())


def test_an_answered_query_was_open_before(office: Office) -> None:
    rows = (Sent("points", A, "2022-Q4", "50"), Sent("points", A, "2023-Q1", "90"))
    office.take(*rows)
    (asked,) = list_submissions(office.store, periods=["2023-Q1"])
    office.take(*rows, explanations={(3, PREVIOUS): "属实"})
    (then,) = list_submissions(office.store, periods=["2023-Q1"], as_of=asked.state_at)
    (now,) = list_submissions(office.store, periods=["2023-Q1"])
    assert (then.open_queries, now.open_queries) == (1, 0)


def test_a_dry_run_tells_the_same_and_writes_nothing(office: Office) -> None:
    rows = (Sent("points", A, "2022-Q4", "50"), Sent("points", A, "2023-Q1", "90"))
    before = office.store.event_version()
    dry = office.take(*rows, dry_run=True, explanations={(3, PREVIOUS): "属实"})
    assert told(dry) == [(3, PREVIOUS)] and office.store.event_version() == before
    assert [(one.period, one.waits) for one in dry.waiting] == [("2022-Q4", "review"), ("2023-Q1", "review")]


@pytest.mark.parametrize("code", CHECK_MESSAGES)
def test_both_languages_state_the_same_facts(code: str) -> None:
    from .test_messages import _fields

    message = CHECK_MESSAGES[code]
    assert _fields(message.zh) == _fields(message.en) and message.severity == "query"
