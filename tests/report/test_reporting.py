"""Who has sent what: states, days and rates worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.access.actors import Actor
from monitor.catalogue.forms import calls
from monitor.catalogue.periods import parse_period
from monitor.intake.cycle import Cycle
from monitor.intake.submissions import return_, withdraw
from monitor.report.desk import QuestionError
from monitor.report.export import to_csv
from monitor.report.rates import FORMULAS, rates_of
from monitor.report.reporting import Reports, chase_list, read_reports, reporting_board
from monitor.report.reporting_cells import REPORT_STATES, Report, Today, report_of
from monitor.report.reporting_table import RATE_COLUMNS, REPORTING_COLUMNS, rates_table, reporting_table

from .calls import PLAN, World, at, one_call

Q1 = "2023-Q1"
_CALL = one_call("660000", Q1)
REPORTER = Actor("张三", "reporter", frozenset({"660000"}))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.store.close()


def _report(world: World, region: str, when: str, *, known: bool = False, period: str = Q1) -> Report:
    """The report of one call on a day; `known`: also as known then."""
    moment = at(when)
    found = read_reports(world.desk, region=region, period=period, now=moment, as_of=moment if known else None)
    (report,) = found.reports
    return report


def _sent_by_two(world: World) -> None:
    """110000 on time with both figures, accepted; 660000 five days late with one figure and one stated missing."""
    world.accept(world.send("110000", Q1, when="2023-04-18T09:00", rate="80", number="10"), when="2023-04-19T09:00")
    world.send("660000", Q1, when="2023-04-25T09:00", rate="70", number="—")


def test_rates_by_hand(world: World) -> None:
    _sent_by_two(world)
    rates = read_reports(world.desk, period=Q1, now=at("2023-05-01T12:00")).rates(form="quarterly")
    # 120000 has an extension to 10 May: not expected yet
    parts = {rate.name: (rate.numerator, rate.denominator) for rate in rates.all}
    assert parts == {
        "completeness": (2, 2), "timeliness": (1, 2), "completeness_cells": (3, 4), "acceptance": (1, 2),
    }  # fmt: skip
    assert rates.timeliness.value == Fraction(1, 2)
    assert (rates.called, rates.early, rates.unexpected) == (3, 0, 0)


def test_what_is_expected_grows_with_the_days(world: World) -> None:
    _sent_by_two(world)

    def expected(day: str) -> tuple[int, int, int]:
        rates = read_reports(world.desk, period=Q1, as_of=at(day)).rates()
        return rates.completeness.numerator, rates.completeness.denominator, rates.early

    assert expected("2023-04-20T12:00") == (0, 0, 1)  # the due day is not over: nothing is expected, one came early
    assert expected("2023-04-20T23:59:59.999999") == (1, 2, 0)
    assert expected("2023-04-24T12:00") == (1, 2, 0)
    assert expected("2023-04-25T12:00") == (2, 2, 0)
    assert expected("2023-05-10T23:59:59.999999") == (2, 3, 0)


def test_no_rate_where_nothing_is_expected(world: World) -> None:
    rates = read_reports(world.desk, period="2023-Q3", now=at("2023-05-01T12:00")).rates()
    assert [rate.value for rate in rates.all] == [None] * 4


def test_states_through_the_cycle(world: World) -> None:
    """One unit from nothing to restated, each state as known at its moment."""
    cycle = Cycle(world.store, world.catalogues, world.regions)
    assert _report(world, "660000", "2023-04-20T12:00").state == "not_due"
    assert _report(world, "660000", "2023-04-21T00:00").state == "late"
    world.now = at("2023-04-22T09:00")
    path = world.path("660000", Q1, rate="70", number="5")
    draft = cycle.draft(REPORTER, path, name="q1.csv")
    assert _report(world, "660000", "2023-04-22T10:00").state == "draft"
    cycle.discard(REPORTER, draft.receipt_id)
    assert _report(world, "660000", "2023-04-22T10:00").state == "late"
    first = world.send("660000", Q1, when="2023-04-23T09:00", rate="70", number="5")
    sent = _report(world, "660000", "2023-04-23T10:00")
    assert (sent.state, sent.is_late, sent.is_on_time, sent.is_received) == ("submitted", True, False, True)
    world.now = at("2023-04-24T09:00")
    return_(world.store, first, by="李四", reason="口径有误")
    assert _report(world, "660000", "2023-04-24T10:00").state == "returned"
    second = world.send("660000", Q1, when="2023-04-25T09:00", rate="71", number="5")
    assert _report(world, "660000", "2023-04-25T10:00").state == "submitted"
    world.accept(second, when="2023-04-26T09:00")
    assert _report(world, "660000", "2023-04-26T10:00").state == "accepted"
    third = world.send("660000", Q1, when="2023-04-27T09:00", rate="72", number="5")
    waiting = _report(world, "660000", "2023-04-27T10:00")
    assert (waiting.state, waiting.pending, waiting.shown and waiting.shown.submission_id) == (
        "accepted", "submitted", second,
    )  # fmt: skip
    world.accept(third, when="2023-04-28T09:00")
    restated = _report(world, "660000", "2023-04-28T10:00")
    assert (restated.state, restated.pending, restated.shown and restated.shown.revision) == ("restated", "", 3)
    # and every one of them again, as it was known then
    assert [
        _report(world, "660000", when, known=True).state
        for when in ("2023-04-22T10:00", "2023-04-23T10:00", "2023-04-24T10:00", "2023-04-26T10:00", "2023-04-29T10:00")
    ] == ["late", "submitted", "returned", "accepted", "restated"]


def test_all_reports_of_a_plan_are_kept_until_an_event_or_another_day(world: World) -> None:
    sent = world.send("660000", Q1, when="2023-04-18T09:00", rate="70", number="5")

    def states(now: str) -> tuple[tuple[Report, ...], dict[str, str]]:
        found = read_reports(world.desk, plan="small", now=at(now)).reports
        return found, {one.call.region: one.state for one in found if one.call.period.code == Q1}

    kept, before = states("2023-04-20T10:00")
    assert before == {"110000": "not_due", "120000": "not_due", "660000": "submitted"}
    assert all(one is other for one, other in zip(kept, states("2023-04-20T17:00")[0], strict=True))
    assert states("2023-04-21T10:00")[1] == {"110000": "late", "120000": "not_due", "660000": "submitted"}
    world.accept(sent, when="2023-04-20T18:00")
    assert states("2023-04-20T18:00")[1] == {"110000": "not_due", "120000": "not_due", "660000": "accepted"}
    # at the moment before the acceptance it was not accepted yet
    assert _report(world, "660000", "2023-04-20T17:00", known=True).state == "submitted"


def test_a_part_says_the_same_from_the_kept_whole_as_by_itself(world: World) -> None:
    _sent_by_two(world)
    plan = PLAN.replace("    first: 2023-Q1", '    units: ["110000", "120000"]\n    first: 2023-Q1')
    desk, now = world.configured(plan, world.desk.current.settings), at("2023-05-01T12:00")

    def parts() -> list[Reports]:
        return [
            read_reports(desk, region="110000", now=now),
            read_reports(desk, region="660000", now=now),
            read_reports(desk, period="2023-Q2", now=now),
            read_reports(desk, period=Q1, form="quarterly", now=now),
        ]

    alone, whole = parts(), read_reports(desk, now=now)
    assert parts() == alone
    assert [(len(one.reports), len(one.unexpected)) for one in (*alone, whole)] == [
        (4, 0),
        (0, 1),
        (2, 0),
        (2, 1),
        (8, 1),
    ]


def test_a_withdrawn_sending_was_not_sent(world: World) -> None:
    first = world.send("660000", Q1, when="2023-04-18T09:00", rate="70", number="5")
    world.now = at("2023-04-19T09:00")
    withdraw(world.store, first, by="张三")
    gone = _report(world, "660000", "2023-04-25T10:00")
    assert (gone.state, gone.is_received, gone.cells) == ("late", False, 0)
    world.send("660000", Q1, when="2023-04-26T09:00", rate="70", number="6")
    again = _report(world, "660000", "2023-04-26T10:00")
    assert (again.state, again.is_late) == ("submitted", True)


def test_a_first_sending_in_time_stays_in_time(world: World) -> None:
    first = world.send("660000", Q1, when="2023-04-20T23:30", rate="70", number="5")
    world.now = at("2023-04-21T09:00")
    return_(world.store, first, by="李四", reason="口径有误")
    world.send("660000", Q1, when="2023-04-28T09:00", rate="71", number="5")
    report = _report(world, "660000", "2023-04-28T10:00")
    assert (report.state, report.is_late, report.is_on_time) == ("submitted", False, True)


def test_extension_and_closing(world: World) -> None:
    """An extension moves the due day; after the closing day nothing sent is missing."""
    (call,) = calls(world.catalogues[0], world.regions, region="120000", period=parse_period(Q1))
    assert (call.due_on, call.closes_on) == (date(2023, 5, 10), date(2023, 5, 30))
    days = ("2023-05-10T12:00", "2023-05-11T12:00", "2023-05-30T12:00", "2023-05-31T00:00")
    assert [_report(world, "120000", day).state for day in days] == ["not_due", "late", "late", "missing"]
    assert _report(world, "660000", "2023-05-31T00:00").state == "missing"
    world.send("120000", Q1, when="2023-05-09T09:00", rate="60", number="3")
    assert _report(world, "120000", "2023-06-30T00:00").is_on_time


def test_a_form_without_closing_day_never_closes(world: World) -> None:
    world.configured(PLAN.replace("    closes: {days: 60, year_end: 90}\n", ""), world.desk.current.settings)
    report = _report(world, "660000", "2030-01-01T12:00")
    assert (report.state, report.is_owed, report.days_left) == (
        "late",
        True,
        -(date(2030, 1, 1) - date(2023, 4, 20)).days,
    )


def test_what_nobody_called_for_does_not_count(world: World) -> None:
    """The form stops asking 660000: what it had sent is told apart, and no rate passes 1."""
    _sent_by_two(world)
    plan = PLAN.replace("    first: 2023-Q1", '    units: ["110000", "120000"]\n    first: 2023-Q1')
    world.configured(plan, world.desk.current.settings)
    rates = read_reports(world.desk, period=Q1, now=at("2023-05-20T12:00")).rates(form="quarterly")
    assert (rates.completeness.numerator, rates.completeness.denominator, rates.unexpected) == (1, 2, 1)
    assert (rates.completeness_cells.numerator, rates.completeness_cells.denominator) == (2, 4)


def test_other_vintages_do_not_fulfil(world: World) -> None:
    world.send("660000", Q1, when="2023-04-18T09:00", vintage="flash", rate="70", number="5")
    report = _report(world, "660000", "2023-04-25T10:00")
    assert (report.state, report.cells) == ("late", 0)


def test_cells_given_are_those_of_the_latest_word(world: World) -> None:
    first = world.send("660000", Q1, when="2023-04-18T09:00", rate="70", number="不适用")
    assert _report(world, "660000", "2023-04-18T10:00").cells == 2
    world.accept(first)
    world.send("660000", Q1, when="2023-04-19T09:00", rate="—")
    assert _report(world, "660000", "2023-04-19T10:00").cells == 1  # the other one is carried
    assert _report(world, "660000", "2023-04-18T12:00", known=True).cells == 2


def test_chase_list(world: World) -> None:
    _sent_by_two(world)
    found = read_reports(world.desk, now=at("2023-05-05T12:00")).reports
    assert [(one.call.region, one.call.period.code, one.days_left) for one in chase_list(found)] == [("120000", Q1, 5)]
    assert chase_list(found, horizon=4) == ()
    over = read_reports(world.desk, now=at("2023-05-12T12:00")).reports
    assert [(one.call.region, one.days_left) for one in chase_list(over)] == [("120000", -2)]
    closed = read_reports(world.desk, now=at("2023-06-05T12:00")).reports
    assert chase_list(closed) == ()


def test_board_and_calendar(world: World) -> None:
    _sent_by_two(world)
    board = reporting_board(world.desk, now=at("2023-05-01T12:00"))
    assert board is not None
    assert board.period.code == Q1
    assert [period.code for period in board.shown] == [Q1, "2023-Q2"]
    assert {code: board.cells[code, board.period].state for code in ("110000", "120000", "660000")} == {
        "110000": "accepted", "120000": "not_due", "660000": "submitted",
    }  # fmt: skip
    first, second, *_ = board.calendar
    assert (first.day, first.called, first.received, first.is_extended) == (date(2023, 4, 20), 2, 2, False)
    assert (second.day, second.called, second.received, second.is_extended) == (date(2023, 5, 10), 1, 0, True)
    with pytest.raises(QuestionError):
        reporting_board(world.desk, form="monthly")
    with pytest.raises(QuestionError):
        reporting_board(world.desk, period=parse_period("2023-01"))


def test_tables_as_of_a_moment_come_out_the_same(world: World) -> None:
    _sent_by_two(world)
    frame, moment = reporting_table(world.desk, contacts={"110000"})
    rates, _ = rates_table(world.desk)
    assert moment == at("2023-04-25T09:00")
    assert tuple(frame.columns) == REPORTING_COLUMNS
    assert tuple(rates.columns) == RATE_COLUMNS
    row = frame[(frame["region_code"] == "660000") & (frame["period"] == Q1)].iloc[0]
    assert (row["state"], bool(row["is_late"]), row["due_on"], row["days_left"]) == (
        "submitted",
        True,
        "2023-04-20",
        -5,
    )
    assert (row["cells_given"], row["cells_expected"], bool(row["contact"])) == (1, 2, False)
    before = to_csv(frame), to_csv(rates)
    world.send("120000", Q1, when="2023-05-02T09:00", rate="60", number="3")
    again = reporting_table(world.desk, as_of=moment, contacts={"110000"})[0], rates_table(world.desk, as_of=moment)[0]
    assert (to_csv(again[0]), to_csv(again[1])) == before


def test_every_rate_has_its_formula_in_both_languages() -> None:
    assert all(zh and en and zh != en for zh, en in FORMULAS.values())
    assert set(FORMULAS) == {"completeness", "completeness_cells", "acceptance", "timeliness"}


@given(st.booleans(), st.dates(date(2023, 3, 1), date(2023, 8, 1)))
def test_a_call_without_a_sending_has_the_state_of_its_day(has_draft: bool, day: date) -> None:
    today = Today(_noon(day), "Asia/Shanghai")
    report = report_of("small", _CALL, (), has_draft=has_draft, cells=0, today=today)
    if day > date(2023, 5, 30):
        expected = "missing"
    elif has_draft:
        expected = "draft"
    else:
        expected = "late" if day > date(2023, 4, 20) else "not_due"
    assert report.state == expected
    assert report.state in REPORT_STATES
    assert report.is_due == (day > date(2023, 4, 20))
    assert report.days_left == (date(2023, 4, 20) - day).days
    rates = rates_of([report, replace(report, is_due=True)])
    assert all(rate.numerator <= rate.denominator for rate in rates.all)


def _noon(day: date) -> datetime:
    return at(f"{day.isoformat()}T12:00")
