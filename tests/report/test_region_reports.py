"""What a unit has sent and how good it was, with days and places counted by hand."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.intake.submissions import return_, withdraw
from monitor.report.desk import Desk
from monitor.report.ranking import Rank
from monitor.report.region_reports import PeriodReport, UnitReports, unit_reports
from tests.report.calls import World, at

TODAY = date(2023, 10, 25)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Due on the 20th after a quarter. Beijing: in time, five days late and returned, nothing; Tianjin all in time."""
    made = World(tmp_path_factory.mktemp("reports"))
    made.accept(made.send("110000", "2023-Q1", when="2023-04-18T09:00", rate="70", number="10"))
    made.accept(made.send("120000", "2023-Q1", when="2023-05-09T09:00", rate="60", number="5"))
    made.accept(made.send("120000", "2023-Q1", when="2023-05-10T09:00", rate="60", number="—", explain="重复登记"))
    made.accept(made.send("120000", "2023-Q2", when="2023-07-20T09:00", rate="61", number="5"))
    bad = made.send("110000", "2023-Q2", when="2023-07-25T09:00", rate="7")
    made.now = at("2023-07-26T09:00")
    return_(made.store, bad, by="李四", reason="口径有误")
    made.accept(made.send("110000", "2023-Q2", when="2023-07-27T09:00", rate="71"))
    made.accept(made.send("120000", "2023-Q3", when="2023-10-20T23:00", rate="62", number="5"))
    made.send("110000", "2023-Q1", when="2023-10-24T09:00", vintage="flash", rate="70")
    made.now = at("2023-10-25T12:00")
    yield made
    made.store.close()


def reports(world: World, region: str) -> UnitReports:
    return unit_reports(world.desk, "small", region, as_of=None, today=TODAY)


def line(found: UnitReports, period: str, vintage: str = "reported") -> PeriodReport:
    (one,) = [one for one in found.lines if (one.period.code, one.vintage) == (period, vintage)]
    return one


def test_each_call_says_how_late_and_how_often(world: World) -> None:
    found = reports(world, "110000")
    assert [(one.period.code, one.vintage) for one in found.lines] == [
        ("2023-Q3", "reported"), ("2023-Q2", "reported"), ("2023-Q1", "reported"), ("2023-Q1", "flash"),
    ]  # fmt: skip
    third, second, first = (line(found, f"2023-Q{n}") for n in (3, 2, 1))
    assert (third.days_late, third.sendings) == (5, ())
    assert third.report is not None and third.report.state == "late" and not third.report.is_received
    assert (second.days_late, second.returns, [one.state for one in second.sendings]) == (
        5,
        1,
        ["returned", "accepted"],
    )
    assert second.report is not None and (second.report.cells, second.report.cells_expected) == (1, 2)
    assert first.days_late is None
    assert first.report is not None and (first.report.cells, first.report.state) == (2, "accepted")
    assert found.sendings == 4


def test_what_nobody_called_for_is_listed_apart(world: World) -> None:
    flash = line(reports(world, "110000"), "2023-Q1", "flash")
    assert flash.report is None and flash.days_late is None
    assert flash.form is not None and flash.last is not None and flash.last.state == "submitted"


def test_queries_are_counted_with_their_explanations(world: World) -> None:
    found = reports(world, "120000")
    first = line(found, "2023-Q1")
    assert first.days_late is None, "the extension to 10 May holds"
    assert (first.queries, first.explained, len(first.sendings)) == (1, 1, 2)
    assert found.quality is not None
    assert (found.quality.queries, found.quality.explained, found.quality.sendings) == (1, 1, 4)


def test_a_unit_has_its_place_among_all(world: World) -> None:
    quality = {code: reports(world, code).quality for code in ("110000", "120000", "660000")}
    beijing, tianjin, corps = (quality[code] for code in ("110000", "120000", "660000"))
    assert beijing is not None and tianjin is not None and corps is not None
    assert (beijing.rates.timeliness.numerator, beijing.rates.timeliness.denominator) == (1, 3)
    assert [one.timeliness for one in (tianjin, beijing, corps)] == [Rank(1, 3), Rank(2, 3), Rank(3, 3)]
    assert [one.completeness for one in (tianjin, beijing, corps)] == [Rank(1, 3), Rank(2, 3), Rank(3, 3)]
    # no query in Beijing's four sendings, one in Tianjin's four; the Corps has sent nothing to ask about
    assert [one.query_rank for one in (beijing, tianjin, corps)] == [Rank(1, 2), Rank(2, 2), None]
    assert beijing.returns == 1


def test_what_is_not_due_and_not_sent_is_left_out(world: World) -> None:
    assert all(one.period.code != "2023-Q4" for code in ("110000", "660000") for one in reports(world, code).lines)
    assert [one.days_late for one in reports(world, "660000").lines] == [5, 97, 188]


def test_an_earlier_day_knows_no_later_sending(world: World) -> None:
    earlier = unit_reports(world.desk, "small", "110000", as_of=at("2023-07-26T12:00"), today=date(2023, 7, 26))
    second = line(earlier, "2023-Q2")
    assert second.report is not None and second.report.state == "returned"
    assert [one.state for one in second.sendings] == ["returned"]


def test_the_nation_is_asked_for_nothing(world: World) -> None:
    assert reports(world, "000000") == UnitReports((), None)


def test_readers_of_many_units_wait_for_one_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an event the reports are read once, however many pages ask for them at the same time."""
    world = World(tmp_path)
    world.send("110000", "2023-Q1", when="2023-04-18T09:00", rate="70", number="10")
    reports(world, "110000")
    world.send("120000", "2023-Q1", when="2023-04-19T09:00", rate="70", number="10")
    asked, ask = [0], world.store.ask

    def slow(sql: Any, *rest: Any) -> Any:
        if sql.name == "submissions_as_of.sql":
            asked[0] += 1
            threading.Event().wait(0.3)  # so that the others come meanwhile
        return ask(sql, *rest)

    monkeypatch.setattr(world.store, "ask", slow)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda region: reports(world, region), ["110000", "120000", "110000", "120000"]))
    assert asked == [1]
    assert found[0] == found[2] and found[1] == found[3]
    assert found[0].sendings == found[1].sendings == 1
    world.store.close()


def test_after_each_event_what_is_kept_is_what_is_read_anew(tmp_path: Path) -> None:
    """Only the submissions of the event are read again: a lasting desk says what a new one says, of now and of then."""
    world, then = World(tmp_path), at("2023-07-26T12:00")

    def told(desk: Desk, as_of: datetime | None) -> list[UnitReports]:
        codes = ("110000", "120000", "660000")
        return [unit_reports(desk, "small", code, as_of=as_of, today=TODAY) for code in codes]

    def is_kept() -> None:
        current = world.desk.current
        for as_of in (None, then):
            new = Desk(world.store, current.catalogues, current.regions, current.settings)
            assert told(world.desk, as_of) == told(new, as_of)

    is_kept()
    first = world.send("110000", "2023-Q1", when="2023-04-18T09:00", rate="70", number="10")
    is_kept()
    world.accept(first)
    is_kept()
    again = world.send("110000", "2023-Q1", when="2023-05-02T09:00", rate="71", number="10")
    is_kept()
    world.now = at("2023-05-03T09:00")
    return_(world.store, again, by="李四", reason="口径有误")
    is_kept()
    world.accept(world.send("110000", "2023-Q1", when="2023-05-04T09:00", rate="72", number="10", explain="更正"))
    is_kept()
    assert [one.state for one in line(reports(world, "110000"), "2023-Q1").sendings] == [
        "superseded", "returned", "accepted",
    ]  # fmt: skip
    last = world.send("120000", "2023-Q2", when="2023-07-20T09:00", rate="61", number="—", explain="重复登记")
    is_kept()
    before = told(world.desk, then)
    world.now = at("2023-07-27T09:00")
    withdraw(world.store, last, by="张三", reason="误报")
    is_kept()
    world.send("120000", "2023-Q2", when="2023-07-28T09:00", rate="62", number="5")
    is_kept()
    assert told(world.desk, then) == before != told(world.desk, None)
    world.store.close()
