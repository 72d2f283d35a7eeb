"""The integrity checks: what each expects, what it found when it was asked last, and what to do about it."""

from __future__ import annotations

import re
from typing import Any

from monitor.integrity.checks import Check
from monitor.jobs.board import JobState
from monitor.jobs.findings import Findings, Found

from ..components import html
from ..components.cycle_parts import mark, notice_of, to
from ..components.form_elements import element
from ..components.parts import card, link, page_head
from ..components.upkeep_parts import (
    ago_words,
    cell,
    coded,
    moment_mark,
    progress_of,
    result_badge,
    run_button,
    schedule_words,
    span_words,
    table_of,
)
from ..identity import Person
from ..notices import Notice
from ..view import View
from ..words import Words
from .jobs import Board, job_title
from .page import Page

JOB = "integrity"
_KEYS = (
    "integrity.state",
    "integrity.expects",
    "integrity.found",
    "integrity.examples",
    "integrity.advice",
    "integrity.took",
)
_LOGGED = re.compile(r"(submission|receipt|account|token|mail):\d{1,9}")
_ORDER = {"fault": 0, "warning": 1, "unasked": 2, "clean": 3}
_LOOKS = {
    "fault": ("cross", "brick"),
    "warning": ("diamond", "amber"),
    "unasked": ("ring", "plain"),
    "clean": ("tick", "strong"),
}


def integrity_page(
    view: View, person: Person, checks: tuple[Check, ...], last: Findings | None, board: Board, notice: Notice | None
) -> Page:
    words = view.words
    found = {} if last is None else last.found
    states = {check.name: _state(check, found.get(check.name)) for check in checks}
    title = _headline(words, last, list(states.values()))
    again = link(words("upkeep.again"), to(view, "integrity"), "button")
    body: list[Any] = [page_head(title, html.P(words("integrity.subtitle"), className="subtitle"), again)]
    body += notice_of(view, notice)
    ordered = sorted(checks, key=lambda check: _ORDER[states[check.name]])
    rows = [_row(view, check, states[check.name], found.get(check.name)) for check in ordered]
    table = element("div", table_of(words, _KEYS, rows, "check-table"), id="checks", data_live="")
    listed = card(words("integrity.title"), table, class_name="office-card", foot=[words("integrity.foot")])
    body.append(html.Div([_last(view, person, last, board), listed], className="stack"))
    return Page(title, body, view.address, ((words("nav.integrity"), None),), has_moments=False)


def _state(check: Check, found: Found | None) -> str:
    if found is None:
        return "unasked"
    return check.severity if found.count else "clean"


def _headline(words: Words, last: Findings | None, states: list[str]) -> str:
    if last is None:
        return words("integrity.headline_never", n=len(states))
    faults, warnings = states.count("fault"), states.count("warning")
    if faults:
        more = words("integrity.and_warnings", n=warnings) if warnings else ""
        return words("integrity.headline_faults", n=faults) + more
    if warnings:
        return words("integrity.headline_warnings", n=warnings)
    return words("integrity.headline_clean", n=len(last.found))


def _last(view: View, person: Person, last: Findings | None, board: Board) -> html.Section:
    """When they were asked last, when they are next, and a button to ask them now."""
    words = view.words
    state: JobState | None = next((one for one in board.states if one.name == JOB), None)
    facts: list[tuple[str, Any]] = []
    if last is not None:
        at = f"{words.moment(last.at)} · {ago_words(words, last.at, board.now)}"
        facts.append(
            (
                "integrity.last",
                [
                    at,
                    " · ",
                    link(words("jobs.run_title", id=last.run_id), to(view, "jobs", run=str(last.run_id)), "more"),
                ],
            )
        )
        facts.append(("integrity.all_took", span_words(words, sum(one.seconds for one in last.found.values()))))
    if state is not None:
        said = schedule_words(words, board.schedules[JOB], board.now) or state.schedule
        due: Any = words("upkeep.result_paused") if state.paused else moment_mark(words, state.next_due)
        facts += [("jobs.schedule", said), ("jobs.next", due)]
    told = [part for key, value in facts for part in (element("dt", words(key)), element("dd", value))]
    body: list[Any] = [element("dl", told, class_="facts")] if told else []
    ways: list[Any] = []
    busy = state is not None and (state.running is not None or JOB in board.asked)
    if state is not None and state.running is not None:
        ways += [result_badge(words, "running"), *progress_of(words, state.running)]
    elif busy:
        ways.append(result_badge(words, "asked"))
    elif state is not None and person.may("run_jobs"):
        ways.append(run_button(words, JOB, job_title(words, JOB), "integrity", primary=last is None))
        ways.append(html.Span(words("integrity.run_note"), className="quiet"))
    else:
        ways.append(html.Span(words("integrity.no_job"), className="quiet"))
    body.append(element("div", ways, class_="buttons"))
    live = element("div", body, id="last-checks", data_live="", data_again="2" if busy else None)
    return card(words("integrity.last_title"), live)


def _example(view: View, said: str) -> Any:
    """What was done to it, where the audit log can tell."""
    return link(said, to(view, "audit", object=said), "more") if _LOGGED.fullmatch(said) else said


def _named(words: Words, check: Check) -> str:
    """Its name, how grave it is when something is found, and which promise it proves (docs/operators.md)."""
    parts = [f" {check.name}", words(f"integrity.is_{check.severity}"), check.proves]
    return " · ".join(part for part in parts if part)


def _row(view: View, check: Check, state: str, found: Found | None) -> Any:
    words = view.words
    chinese = words.language == "zh"
    shape, colour = _LOOKS[state]
    face = html.Span([mark(shape), words(f"integrity.is_{state}")], className=f"badge k-{colour}")
    is_off = state in ("fault", "warning")
    examples: Any = None
    if found is not None and found.examples:
        listed = [html.Li(_example(view, one)) for one in found.examples]
        if found.count > len(found.examples):
            listed.append(html.Li(words("integrity.others", n=words.number(float(found.count - len(found.examples))))))
        examples = html.Ul(listed, className="findings")
    expects: list[Any] = [
        html.Span(check.zh if chinese else check.en),
        html.Span(_named(words, check), className="check-name"),
    ]
    advice = (check.advice_zh if chinese else check.advice_en) if is_off else ""
    return element(
        "tr",
        [
            cell(words, "integrity.state", face),
            html.Th(expects, scope="row"),
            cell(
                words,
                "integrity.found",
                words.number(float(found.count)) if found is not None else words("number.none"),
                "num",
            ),
            cell(words, "integrity.examples", examples, "detail"),
            cell(words, "integrity.advice", coded(advice) if advice else None, "detail"),
            cell(words, "integrity.took", "" if found is None else span_words(words, found.seconds), "when"),
        ],
        data_check=check.name,
        class_=f"is-{state}",
    )
