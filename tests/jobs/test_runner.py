"""What is due is done once: after downtime, a failure, a kill, a pause, a clock that jumps; never two at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.access.actors import Actor
from monitor.jobs import history
from monitor.jobs.board import JobError, Jobs
from monitor.jobs.health import Health
from monitor.jobs.job import Job, Summary, Work
from monitor.jobs.runner import Runner
from monitor.jobs.schedule import Schedule
from monitor.store.audit_listing import list_audit
from monitor.store.store import Store, StoreError
from monitor.store.times import to_stored

from .test_health import waited_for

NIGHTLY = Schedule("30 2 * * *", ZoneInfo("UTC"))
OPERATOR, VIEWER = Actor("运维", "operator"), Actor("看", "viewer")


class Office:
    """A store whose clock the test sets, and one job, `backup`, whose runs it counts."""

    def __init__(self, now: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)) -> None:
        self.now = now
        self.store = Store.open(":memory:", clock=lambda: self.now)
        self.ran: list[datetime] = []
        self.fault: Exception | None = None
        self.hold = threading.Event()
        self.hold.set()
        self.runner = self.start()
        self.board = Jobs(self.store, {"backup": NIGHTLY})

    def start(self) -> Runner:
        """The program starts; what ran before is gone."""
        self.runner = Runner(self.store, [Job("backup", NIGHTLY, self._work)], Health(["backup", "schedule"]))
        self.runner.prepare()
        return self.runner

    def _work(self, work: Work) -> Summary:
        self.ran.append(self.now)
        work.tell("开始", "begun", done=1, total=2)
        self.hold.wait(10)
        if self.fault is not None:
            raise self.fault
        work.touch("monitor.duckdb")
        return "完成", "finished"

    def look(self) -> None:
        """One tick, and the end of what it started."""
        self.runner.start_due()
        assert self.runner.wait(10)

    def at(self, day: int, hour: int = 12) -> Office:
        self.now = datetime(2026, 3, day, hour, tzinfo=UTC)
        return self

    @property
    def results(self) -> list[tuple[datetime, str | None]]:
        return [(run.due_at, run.result) for run in reversed(self.board.runs())]


@pytest.fixture
def office() -> Iterator[Office]:
    made = Office()
    with made.store:
        yield made
        made.hold.set()
        made.runner.stop()


def due(day: int) -> datetime:
    return to_stored(datetime(2026, 3, day, 2, 30, tzinfo=UTC))


def test_what_was_due_before_anybody_knew_of_it_is_not_made_up(office: Office) -> None:
    office.look()
    assert office.results == []
    office.at(2).look()
    assert office.results == [(due(2), "done")]


def test_of_several_nights_away_one_is_made_up_once(office: Office) -> None:
    office.at(5).start()
    for _ in range(3):
        office.look()
    office.start()
    office.look()
    assert office.results == [(due(5), "done")]
    (run,) = office.board.runs()
    assert (run.started_by, run.zh, run.en, run.touched) == ("schedule", "完成", "finished", ("monitor.duckdb",))
    assert [(line.en, line.done, line.total) for line in office.board.log(run.run_id)] == [("begun", 1, 2)]


def test_a_failure_is_tried_again_after_a_while_until_it_is_done(office: Office) -> None:
    office.at(2).fault = OSError(28, "No space left on device", "/backup")
    office.look()
    office.look()
    assert office.results == [(due(2), "failed")] and office.board.states()[0].is_failing
    assert "/backup" in office.board.runs()[0].zh and "No space" in office.board.runs()[0].en
    tries = [0.0]
    for minutes in range(1, 200):
        office.now = datetime(2026, 3, 2, 12, tzinfo=UTC) + timedelta(minutes=minutes)
        before = len(office.ran)
        office.look()
        tries += [minutes] * (len(office.ran) - before)
    assert tries == [0, 1, 3, 7, 15, 31, 63, 123, 183]
    office.fault = None
    office.at(3, 1).look()
    office.look()
    assert office.results[-1] == (due(2), "done") and not office.board.states()[0].is_failing
    assert len(office.ran) == len(tries) + 1


def test_a_run_that_was_cut_off_is_told_so_and_begun_again_at_once(office: Office) -> None:
    history.begin(office.at(2).store, "backup", due_at=due(2), by="schedule", owner="a process that is gone")
    assert office.board.states()[0].running is not None
    office.start()
    assert office.results == [(due(2), "interrupted")]
    assert office.board.runs()[0].zh == "程序在作业结束前停止了"
    office.look()
    office.look()
    assert office.results == [(due(2), "interrupted"), (due(2), "done")]


def test_one_run_at_a_time_however_often_it_is_asked_for(office: Office) -> None:
    office.hold.clear()
    request = office.board.ask(OPERATOR, "backup")
    for _ in range(5):
        office.runner.start_due()
    assert waited_for(lambda: history.run_of_request(office.store, request) is not None)
    assert office.board.states()[0].running is not None
    with pytest.raises(JobError) as refused:
        office.board.ask(OPERATOR, "backup")
    assert refused.value.code == "under_way"
    office.at(2).runner.start_due()  # the night's moment comes while it is under way
    assert len(office.ran) == 1
    office.hold.set()
    assert office.runner.wait(10)
    office.look()
    assert [run.started_by for run in reversed(office.board.runs())] == ["运维", "schedule"]


def test_paused_it_is_not_started_and_what_was_due_meanwhile_is_not_made_up(office: Office) -> None:
    office.board.pause(OPERATOR, "backup")
    state = office.at(4).board.states()[0]
    assert (state.paused, state.switched_by, state.next_due) == (True, "运维", None)
    office.look()
    office.board.resume(OPERATOR, "backup")
    office.look()
    assert office.results == [] and office.board.states()[0].next_due == due(5)
    office.at(5).look()
    assert office.results == [(due(5), "done")]
    noted = {entry.action for entry in list_audit(office.store)}
    assert {"job_paused", "job_resumed"} <= noted


@pytest.mark.parametrize("hours", [-1, 1, -24, 24])
def test_a_clock_that_jumps_doubles_nothing(office: Office, hours: int) -> None:
    office.at(2, 3).look()
    office.now += timedelta(hours=hours)
    office.look()
    office.now += timedelta(minutes=1)
    office.look()
    expected = [(due(2), "done")] + ([(due(3), "done")] if hours == 24 else [])
    assert office.results == expected
    office.at(4).look()
    assert office.results == [*expected, (due(4), "done")]


def test_one_night_under_a_wrong_date_does_not_end_all_work(office: Office) -> None:
    office.at(2).look()
    office.now = datetime(2031, 1, 1, 12, tzinfo=UTC)
    office.look()
    office.at(3).look()
    office.at(4).start()
    office.look()
    office.look()
    assert [moment for moment, _ in office.results] == [
        due(2),
        to_stored(datetime(2031, 1, 1, 2, 30, tzinfo=UTC)),
        due(3),
        due(4),
    ]


def test_a_first_start_under_a_wrong_date_does_not_either() -> None:
    office = Office(datetime(2031, 1, 1, 12, tzinfo=UTC))
    with office.store:
        office.at(3).look()
        assert office.results == [(due(3), "done")]


def test_an_end_that_cannot_be_written_is_written_later(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    ends, written = iter([False, False, True]), history.end

    def end(*given: object) -> None:
        if not next(ends):
            raise StoreError("machine", "磁盘已满", "the disk is full")
        written(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("monitor.jobs.job._WRITE_AGAIN_SECONDS", 0.01)
    monkeypatch.setattr(history, "end", end)
    office.at(2).look()
    office.look()
    assert office.results == [(due(2), "done")] and len(office.ran) == 1


def test_a_machine_without_room_for_a_thread_is_tried_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.at(2)
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", _no_room)
        with pytest.raises(RuntimeError):
            office.runner.start_due()
    office.look()
    assert office.results == [(due(2), "done")]


def _no_room(_thread: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


def test_who_may_not_is_refused(office: Office) -> None:
    for act in (office.board.ask, office.board.pause, office.board.resume):
        with pytest.raises(JobError) as refused:
            act(VIEWER, "backup")
        assert refused.value.code == "forbidden"
        with pytest.raises(JobError) as unknown:
            act(OPERATOR, "bakcup")
        assert unknown.value.code == "unknown_job" and "backup" in unknown.value.zh
    assert office.board.runs() == ()
