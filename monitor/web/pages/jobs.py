"""The scheduled work: what is due when, what is under way, what came of it; run now, pause, go on; and its history."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.jobs.board import TITLES, JobState
from monitor.jobs.history import BY_ITSELF, BY_SCHEDULE, LogLine, Run
from monitor.jobs.schedule import Every, Schedule

from ..components import html
from ..components.cycle_parts import notice_of, to
from ..components.form_elements import button, element, form, hidden_field, label, option, select
from ..components.parts import card, link, page_head
from ..components.upkeep_parts import (
    cell,
    clock_words,
    line_words,
    moment_mark,
    progress_of,
    result_badge,
    run_button,
    schedule_words,
    span_words,
    switch_button,
    table_of,
)
from ..identity import Person
from ..notices import Notice
from ..view import View
from ..words import Words
from .page import Page

RUNS, ALL_RUNS = 50, 1000
_AGAIN = "2"  # seconds until the page looks again while something runs


@dataclass(frozen=True)
class Board:
    """`asked`: jobs that are about to run; `runs`: of the history that is shown; `more`: whether there are others.

    `now`: naive UTC.
    """

    states: tuple[JobState, ...]
    schedules: Mapping[str, Schedule | Every]
    asked: Collection[str]
    runs: Sequence[Run]
    more: bool
    now: datetime


def job_title(words: Words, name: str) -> str:
    """Of a job that is no longer known, its name."""
    return TITLES.get(name, (name, name))[0 if words.language == "zh" else 1]


def jobs_page(view: View, person: Person, board: Board, notice: Notice | None) -> Page:
    words = view.words
    title = _headline(words, board)
    again = link(words("upkeep.again"), to(view, "jobs"), "button")
    subtitle = html.P(words("jobs.subtitle", zone=words.zone(board.now)), className="subtitle")
    body: list[Any] = [page_head(title, subtitle, again)]
    body += notice_of(view, notice)
    body.append(html.Div([_list(view, person, board), _history(view, board)], className="stack"))
    return Page(title, body, view.address, ((words("nav.jobs"), None),), has_moments=False)


def _headline(words: Words, board: Board) -> str:
    def named(states: list[JobState]) -> str:
        return words.join([job_title(words, one.name) for one in states])

    if not board.states:
        return words("jobs.headline_none")
    failing = [one for one in board.states if one.is_failing and one.running is None]
    running = [one for one in board.states if one.running is not None]
    if failing:
        return words("jobs.headline_failing", jobs=named(failing))
    if running:
        return words("jobs.headline_running", jobs=named(running))
    paused = [one for one in board.states if one.paused]
    said = words("jobs.headline_well", n=len(board.states))
    return said + words("jobs.headline_paused", jobs=named(paused)) if paused else said


def _list(view: View, person: Person, board: Board) -> html.Section:
    words = view.words
    if not board.states:
        return card(words("jobs.title"), html.P(words("jobs.none")))
    keys = ("jobs.job", "jobs.schedule", "jobs.next", "jobs.result", "jobs.last_done", "jobs.action")
    rows = [_row(view, person, board, one) for one in board.states]
    table = table_of(words, keys, rows, "jobs")
    busy = bool(board.asked) or any(one.running is not None for one in board.states)
    live = element("div", table, id="jobs", data_live="", data_again=_AGAIN if busy else None)
    return card(words("jobs.title"), live, note=words("jobs.note"), class_name="office-card")


def _row(view: View, person: Person, board: Board, one: JobState) -> Any:
    words, schedule = view.words, board.schedules[one.name]
    title, said = job_title(words, one.name), schedule_words(words, schedule, board.now)
    when: list[Any] = [html.Span(said or words("jobs.by_crontab"))]
    if isinstance(schedule, Schedule):
        when += [" ", element("span", schedule.text, class_="crontab", title=words("jobs.crontab"))]
    if one.paused:
        by = words("jobs.paused_by", by=one.switched_by or "") if one.switched_by else ""
        due: Any = [result_badge(words, "paused"), " ", html.Span(by, className="quiet")]
    elif one.next_due is not None:
        due = moment_mark(words, one.next_due)
    else:
        due = html.Span(words("jobs.looks" if isinstance(schedule, Every) else "upkeep.never"), className="quiet")
    ways: list[Any] = []
    if person.may("run_jobs"):
        if one.running is None and one.name not in board.asked:
            ways.append(run_button(words, one.name, title, "jobs"))
        ways.append(switch_button(words, one.name, title, paused=one.paused))
    return element(
        "tr",
        [
            html.Th(link(title, to(view, "jobs", job=one.name)), scope="row"),
            cell(words, "jobs.schedule", when, "schedule"),
            cell(words, "jobs.next", due, "when"),
            cell(words, "jobs.result", _result(view, board, one), "result"),
            cell(words, "jobs.last_done", moment_mark(words, one.last_done), "when"),
            cell(words, "jobs.action", element("div", ways, class_="buttons")),
        ],
        data_job=one.name,
    )


def _result(view: View, board: Board, one: JobState) -> list[Any]:
    """What is under way; else what came of the newest run."""
    words = view.words
    if one.running is not None:
        return [
            _to_run(view, one.running.run_id, result_badge(words, "running")),
            " ",
            *progress_of(words, one.running),
        ]
    if one.name in board.asked:
        asked = [result_badge(words, "asked"), " ", html.Span(words("jobs.asked"), className="quiet")]
        return [html.P(asked), *_ended(view, one)]
    return _ended(view, one)


def _ended(view: View, one: JobState) -> list[Any]:
    words = view.words
    if one.last is None or one.last.result is None:
        return [html.Span(words("jobs.never_ran"), className="quiet")]
    badge = _to_run(view, one.last.run_id, result_badge(words, one.last.result))
    parts = [badge, " ", html.Span(line_words(words, one.last), className="quiet detail")]
    if one.failures > 1:
        parts += [" ", html.Span(words("jobs.failures", n=one.failures), className="mark")]
    return parts


def _to_run(view: View, run_id: int, said: Any) -> html.A:
    return link(said, to(view, "jobs", run=str(run_id)), title=view.words("jobs.run_title", id=run_id))


def _history(view: View, board: Board) -> html.Section:
    words, address = view.words, view.address
    names = [one.name for one in board.states]
    listed = [option("", words("jobs.all"), chosen=address.job is None)]
    listed += [option(name, job_title(words, name), chosen=name == address.job) for name in names]
    keep = [hidden_field("rows", address.rows)] if address.rows else []
    field = element("p", [label(words("jobs.job"), "by-job"), " ", select("job", listed, id="by-job")], class_="field")
    send = element("p", button(words("jobs.show"), class_="button", id="show-runs"), class_="buttons")
    choice = form([*keep, field, send], "/jobs", method="get", class_="row-fields")
    if not board.runs:
        return card(
            words("jobs.history"), [choice, html.P(words("jobs.no_runs"), className="quiet")], class_name="office-card"
        )
    keys = ("jobs.run", "jobs.job", "jobs.began", "jobs.by", "jobs.took", "jobs.came")
    table = table_of(words, keys, [_run_row(view, run) for run in board.runs], "runs")
    parts: list[Any] = [choice, element("div", table, id="runs", data_live="")]
    if board.more and address.rows != "all":
        more = link(words("jobs.more", n=ALL_RUNS), to(view, "jobs", job=address.job, rows="all"), "button")
        parts.append(element("p", more, class_="buttons"))
    tally = html.Span(words("jobs.newest" if board.more else "jobs.tally", n=len(board.runs)), className="tally")
    return card(words("jobs.history"), parts, marks=[tally], class_name="office-card")


def _run_row(view: View, run: Run) -> Any:
    words = view.words
    result = [result_badge(words, run.result or "running"), " "]
    if run.result is None:
        result += progress_of(words, run)
    else:
        result.append(html.Span(line_words(words, run), className="quiet detail"))
    return html.Tr(
        [
            html.Th(_to_run(view, run.run_id, str(run.run_id)), scope="row", className="num"),
            cell(words, "jobs.job", job_title(words, run.job)),
            cell(words, "jobs.began", moment_mark(words, run.started_at), "when"),
            cell(words, "jobs.by", starter(words, run)),
            cell(words, "jobs.took", "" if run.seconds is None else span_words(words, run.seconds), "when"),
            cell(words, "jobs.came", result, "result"),
        ]
    )


def starter(words: Words, run: Run) -> str:
    """Who let it run: a name, the schedule, or the work itself."""
    key = {BY_SCHEDULE: "jobs.by_schedule", BY_ITSELF: "jobs.by_itself"}.get(run.started_by)
    return run.started_by if key is None else words(key)


def run_page(view: View, run: Run, log: Sequence[LogLine], now: datetime) -> Page:
    """One run: what came of it, what it said and what it touched."""
    words = view.words
    job = job_title(words, run.job)
    title = words("jobs.run_headline", job=job, id=run.run_id, result=words(f"upkeep.result_{run.result or 'running'}"))
    again = link(words("upkeep.again"), to(view, "jobs", run=str(run.run_id)), "button")
    said = "" if run.result is None else line_words(words, run)
    subtitle = html.P(words("jobs.subtitle", zone=words.zone(now)), className="subtitle")
    body: list[Any] = [page_head(title, subtitle, again)]
    took = run.seconds if run.seconds is not None else max(0.0, (now - run.started_at).total_seconds())
    shown: list[tuple[str, Any]] = [
        ("jobs.job", link(job, to(view, "jobs", job=run.job))),
        ("jobs.due", words.moment(run.due_at)),
        ("jobs.began", words.moment(run.started_at)),
        ("jobs.ended", words.moment(run.ended_at)),
        ("jobs.took", span_words(words, took)),
        ("jobs.by", starter(words, run)),
    ]
    facts = [part for key, value in shown for part in (element("dt", words(key)), element("dd", value))]
    state: list[Any] = [html.P([result_badge(words, run.result or "running"), " ", said], className="verdict")]
    if run.result is None:
        state = [html.P([result_badge(words, "running"), " ", *progress_of(words, run)], className="verdict")]
    cards = [
        card(words("jobs.run"), [*state, element("dl", facts, class_="facts")]),
        _touched(words, run),
        _log(words, log),
    ]
    again_in = _AGAIN if run.result is None else None
    body.append(element("div", cards, class_="stack", id="run", data_live="", data_again=again_in))
    crumbs = ((words("nav.jobs"), to(view, "jobs")), (words("jobs.run_title", id=run.run_id), None))
    return Page(title, body, view.address, crumbs, has_moments=False)


def _touched(words: Words, run: Run) -> html.Section:
    tally = html.Span(str(len(run.touched)), className="tally")
    if not run.touched:
        return card(words("jobs.touched"), html.P(words("jobs.touched_none"), className="quiet"))
    return card(
        words("jobs.touched"), html.Ul([html.Li(one) for one in run.touched], className="findings"), marks=[tally]
    )


def _log(words: Words, log: Sequence[LogLine]) -> html.Section:
    if not log:
        return card(words("jobs.log"), html.P(words("jobs.log_none"), className="quiet"))
    keys = ("jobs.line", "jobs.at", "jobs.said", "jobs.count")
    rows = []
    for line in log:
        count = f"{line.done:,} / {line.total:,}" if line.done is not None and line.total is not None else ""
        time = html.Span(clock_words(words, line.at), title=f"{line.at.isoformat(timespec='milliseconds')}Z")
        cells = [cell(words, "jobs.at", time, "when"), cell(words, "jobs.said", line_words(words, line), "detail")]
        rows.append(
            html.Tr([html.Th(str(line.line), scope="row", className="num"), *cells, cell(words, "jobs.count", count)])
        )
    return card(words("jobs.log"), table_of(words, keys, rows, "job-log"), class_name="office-card")
