"""The form of a report of progress; what was typed and refused stands in it again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from monitor.tasks.board import TaskState
from monitor.tasks.progress import STATES

from ..view import View
from ..words import Words
from . import html
from .duty_parts import papers_field
from .form_elements import button, element, form, input_, label, option, select, textarea
from .parts import card
from .task_parts import goal_amount


def report_form(view: View, one: TaskState, today: date, typed: Mapping[str, str]) -> html.Section:
    """`today`: the day of the reporting, which the dates begin with."""
    words = view.words
    chosen = typed.get("state", one.state or "")
    states = [option("", words("tasks.choose"), chosen=not chosen)]
    states += [option(name, words(f"tasks.state_{name}"), chosen=name == chosen) for name in STATES]
    day = typed.get("day", today.isoformat())
    fields: list[Any] = [
        _field(words("tasks.state"), "report-state", select("state", states, id="report-state", required=True)),
        _field(
            words("tasks.report_of"), "report-day", input_("date", "day", day, id="report-day", max=today.isoformat())
        ),
        _field(words("tasks.progress"), "report-text", _area("text", "report-text", typed, required=True)),
        *_goals(words, one, today, typed),
        *_milestones(words, one, today, typed),
        _field(words("tasks.difficulties_field"), "report-hard", _area("difficulties", "report-hard", typed)),
        _field(words("tasks.explanation_field"), "report-why", _area("explanation", "report-why", typed)),
        papers_field(view, "report-papers"),
        element("p", button(words("tasks.send"), class_="button primary", id="send-report"), class_="buttons"),
    ]
    place = f"/do/duty/tasks/{one.dossier}/report"
    body = form(fields, place, class_="fields", id="report", enctype="multipart/form-data")
    return card(words("tasks.report"), body, note=words("tasks.report_note"))


def _goals(words: Words, one: TaskState, today: date, typed: Mapping[str, str]) -> list[Any]:
    found = []
    for place in one.goals:
        goal = place.goal
        legend = f"{words.text(goal.name)} {goal_amount(words, goal)}"
        count, day, source = f"count:{goal.id}", f"counted_on:{goal.id}", f"source:{goal.id}"
        parts = [
            element("legend", legend),
            _field(
                words("tasks.count"),
                f"count-{goal.id}",
                input_("text", count, typed.get(count, ""), id=f"count-{goal.id}", inputmode="decimal", size=8),
            ),
            _field(
                words("tasks.count_day"),
                f"day-{goal.id}",
                input_("date", day, typed.get(day, today.isoformat()), id=f"day-{goal.id}", max=today.isoformat()),
            ),
            _field(
                words("tasks.count_source"),
                f"source-{goal.id}",
                input_("text", source, typed.get(source, ""), id=f"source-{goal.id}", maxlength=300),
            ),
        ]
        found.append(element("fieldset", parts, class_="field goal-fields"))
    return found


def _milestones(words: Words, one: TaskState, today: date, typed: Mapping[str, str]) -> list[Any]:
    found = []
    for place in one.milestones:
        name, identity = f"done:{place.milestone.id}", f"done-{place.milestone.id}"
        said = words("tasks.milestone_field", name=words.text(place.milestone.text))
        held = typed.get(name, place.done_on.isoformat() if place.done_on else "")
        found.append(_field(said, identity, input_("date", name, held, id=identity, max=today.isoformat())))
    return found


def _area(name: str, identity: str, typed: Mapping[str, str], **names: Any) -> Any:
    return textarea(name, typed.get(name, ""), id=identity, rows=3, maxlength=5000, **names)


def _field(said: str, identity: str, control: Any) -> Any:
    return element("p", [label(said, identity), control], class_="field")
