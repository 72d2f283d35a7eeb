"""Reporting periods open, fall due and close by the days of their forms; each time is written down once, and the
state at the end is frozen, so that it can be asked for ever after.

What comes late or too late is decided by the day itself, whether this has run or not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from typing import Literal
from zoneinfo import ZoneInfo

from monitor.catalogue.forms import Form, calls
from monitor.report.desk import Desk, QuestionError
from monitor.report.reporting import read_reports
from monitor.store.migrations import SQL as STORE_SQL
from monitor.store.snapshots import LONGEST_NAME, SnapshotError, freeze
from monitor.store.store import Store
from monitor.store.times import from_stored, to_stored

from .. import history
from ..job import Job, NoUseAgain, Summary, Work
from ..schedule import Schedule

_SQL = files(__package__) / "sql"
Stage = Literal["opened", "due", "closed"]
_WORDS: dict[Stage, tuple[str, str]] = {
    "opened": ("开始填报", "open"), "due": ("到期", "due"), "closed": ("截止", "closed"),
}  # fmt: skip


@dataclass(frozen=True)
class Turn:
    """A stage of one form and period, which begins with `day`; `is_end`: no further one comes."""

    plan: str
    form: Form
    period: str
    stage: Stage
    day: date
    is_end: bool

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.plan, self.form.id, self.period, self.stage


def periods_job(desk: Desk, schedule: Schedule) -> Job:
    """`desk`: whose plans and regions are in force."""

    def turn(work: Work) -> Summary | None:
        store = desk.store
        zone, now = ZoneInfo(desk.timezone), to_stored(store.now())
        today = _day(now, zone)
        since = _known_since(store, now, zone)
        told = {tuple(json.loads(detail)[name] for name in ("plan", "form", "period", "stage"))
                for (detail,) in store.ask(_SQL / "period_events.sql")}  # fmt: skip
        found = [one for one in turns(desk) if since < one.day <= today and one.key not in told]
        if found and work.by == history.BY_SCHEDULE:
            _need_clock(store, now)
        for number, one in enumerate(sorted(found, key=lambda one: (one.day, one.key)), start=1):
            try:
                work.touch(_write_down(desk, one, zone))
            except QuestionError:  # its plan was not in force then
                continue
            work.tell(*_line(one), done=number, total=len(found))
        if not found:
            return None
        return (
            f"{len(found)} 个报告期变更状态",
            f"{len(found)} turn{'s' if len(found) > 1 else ''} of reporting periods",
        )

    return Job("periods", schedule, turn)


def turns(desk: Desk) -> Iterator[Turn]:
    """Every stage of every form and period of the plans in force. More time for one unit changes none of them."""
    current = desk.current
    for catalogue in current.catalogues:
        for form in catalogue.forms:
            for period in form.periods_of(catalogue.plan):
                if not any(True for _ in calls(catalogue, current.regions, form=form.id, period=period)):
                    continue
                after, due = period.end + timedelta(days=1), form.due.of(period) + timedelta(days=1)
                closes = None if form.closes is None else form.closes.of(period) + timedelta(days=1)
                where = (catalogue.plan.id, form, period.code)
                yield Turn(*where, "opened", after, is_end=False)
                yield Turn(*where, "due", due, is_end=closes is None)
                if closes is not None:
                    yield Turn(*where, "closed", closes, is_end=True)


def _write_down(desk: Desk, turn: Turn, zone: ZoneInfo) -> str:
    """The event, with how many had sent and been accepted when the day began, however long ago that is; at the end that
    moment is frozen. Says what changed. Raises QuestionError."""
    store = desk.store
    moment = to_stored(datetime.combine(turn.day, time(), zone)) - timedelta(microseconds=1)
    reports = read_reports(desk, plan=turn.plan, form=turn.form.id, period=turn.period, as_of=moment).reports
    counts = {
        "units": len(reports),
        "received": sum(report.is_received for report in reports),
        "accepted": sum(report.state == "accepted" for report in reports),
    }
    name = None
    if turn.is_end:
        name = f"{turn.period} {turn.form.id} 截止"
        if len(name) > LONGEST_NAME:
            name = f"{turn.period} {turn.form.id[: LONGEST_NAME - len(turn.period) - 4]} 截止"
        try:
            freeze(store, name, by=history.BY_SCHEDULE, note=_line(turn)[0], at=moment)
        except SnapshotError as taken:
            if taken.code != "name_taken":  # frozen already, by a run that was cut off before it wrote the event
                raise
    said = {"plan": turn.plan, "form": turn.form.id, "period": turn.period, "stage": turn.stage, "day": str(turn.day)}
    with store.transaction() as transaction:
        event = {"moment": transaction.moment(), "actor": history.BY_SCHEDULE, "action": f"period_{turn.stage}"}
        detail = json.dumps({**said, **counts, "frozen": name}, ensure_ascii=False)
        row = {**event, "submission_id": None, "receipt_id": None, "detail": detail}
        transaction.run(STORE_SQL / "event_record.sql", row)
    frozen = "" if name is None else f" → {name}"
    return f"{turn.form.id} {turn.period} {turn.stage} {counts['accepted']}/{counts['units']}{frozen}"


def _line(turn: Turn) -> tuple[str, str]:
    zh, en = _WORDS[turn.stage]
    return f"{turn.form.name.zh} {turn.period}：{zh}", f"{turn.form.name.en or turn.form.id} {turn.period}: {en}"


class ClockInDoubt(NoUseAgain):
    """What would be written down may be of a time that has not come: nobody but a person can tell."""


def _need_clock(store: Store, now: datetime) -> None:
    """What is written down of a period is so for ever: not by a clock that is far ahead of all that ever happened here.

    Raises ClockInDoubt; a run that somebody asks for is the word that the clock is right.
    """
    newest = history.active_until(store, now)
    if now - newest > history.LONGEST_AWAY:
        raise ClockInDoubt(
            "clock",
            f"机器时间是 {now:%Y-%m-%d} (UTC)，而最近一次活动在 {newest:%Y-%m-%d}："
            "如果时间无误，请运行一次 monitor jobs run periods",
            f"the clock says {now:%Y-%m-%d} (UTC), and nothing has happened here since {newest:%Y-%m-%d}: if that is"
            " right, run `monitor jobs run periods` once",
        )


def _known_since(store: Store, now: datetime, zone: ZoneInfo) -> date:
    """The day on which this work was first known here: what turned before is no news."""
    rows = store.ask(_SQL / "first_known.sql", {"job": "periods"})
    first: datetime | None = rows[0][0] if rows else None
    return _day(first or now, zone)


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return from_stored(moment).astimezone(zone).date()
