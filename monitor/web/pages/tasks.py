"""The plan's tasks: how many are done, behind, overdue; the countable goals; the ledger, filtered; one task's page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.problems import CatalogueError
from monitor.tasks.board import TaskState
from monitor.tasks.files import tasks_path
from monitor.tasks.ledger import rests_on_synthetic
from monitor.tasks.models import TaskFile
from monitor.tasks.service import Tasks, tasks_over

from ..components import html
from ..components.cycle_parts import notice_of
from ..components.duty_parts import duty_tabs
from ..components.form_elements import button, element, form, hidden_field, input_, label, option, select
from ..components.parts import attributes, card, dotted, link, page_head, synthetic_mark
from ..components.take import take_table
from ..components.task_parts import (
    REMINDERS,
    STATES,
    count_source,
    goal_amount,
    goal_bar,
    reason_text,
    reminder_badge,
    source_text,
    state_badge,
    task_link,
    task_marks,
    unit_name,
)
from ..components.upkeep_parts import cell, table_of
from ..view import View
from ..words import Words
from .page import Page
from .problem import not_found
from .task import task_page

if TYPE_CHECKING:
    from ..duties import DutyAsked

_PROBLEMS_SHOWN = 20


def tasks_page(asked: DutyAsked) -> Page:
    """/tasks, and /tasks/PLAN:TASK. `?to=` is the day that is judged, today or the as-of day by default."""
    chosen = _chosen(asked)
    try:
        found = None if chosen is None else tasks_over(asked.desk.store, chosen)
    except CatalogueError as error:
        return _faulty(asked, error)
    if chosen is None or found is None:
        return _none(asked)
    today = judged_day(asked)
    if asked.view.address.item:
        return task_page(asked, found, today)
    return _ledger(asked, chosen, found, today)


def judged_day(asked: DutyAsked) -> date:
    """The day typed, where it is one that has come; else that of the as-of moment, else today."""
    return day_meant(asked.view.address.end or "", asked.as_of, asked.today, asked.view.words.timezone)


def day_meant(text: str, as_of: datetime | None, today: date, timezone: str) -> date:
    """As `judged_day`, for the page and for its file."""
    usual = today
    if as_of is not None:
        usual = min(usual, as_of.replace(tzinfo=UTC).astimezone(ZoneInfo(timezone)).date())
    try:
        return min(date.fromisoformat(text), usual)
    except ValueError:
        return usual


def _chosen(asked: DutyAsked) -> Catalogue | None:
    """The plan of the task or of the address, else the first one that has tasks. An unknown one is none."""
    plans = asked.desk.current.catalogues
    wanted = asked.view.address.item.partition(":")[0] or asked.view.address.plan
    if wanted is not None:
        return next((one for one in plans if one.plan.id == wanted), None)
    return next((one for one in plans if tasks_path(one) is not None), None)


def _none(asked: DutyAsked) -> Page:
    view, words = asked.view, asked.view.words
    if view.address.item:
        return not_found(view)
    body = [
        duty_tabs(view, asked.person),
        page_head(words("tasks.none"), html.P(words("tasks.none_cure"), className="subtitle"), html.Span()),
    ]
    return Page(words("tasks.none"), body, view.address, ((words("duty.tasks"), None),))


def _faulty(asked: DutyAsked, error: CatalogueError) -> Page:
    """The tasks cannot be read: what is wrong, and where."""
    view, words = asked.view, asked.view.words
    lines = [
        html.Li(f"{one.place}：{one.zh}" if words.language == "zh" else f"{one.place}: {one.en}")
        for one in error.problems[:_PROBLEMS_SHOWN]
    ]
    title = words("tasks.faulty", n=len(error.problems))
    body = [
        duty_tabs(view, asked.person),
        page_head(title, html.P(words("tasks.faulty_cure"), className="subtitle"), html.Span()),
        card(words("tasks.problems"), html.Ul(lines, className="findings")),
    ]
    return Page(title, body, view.address, ((words("duty.tasks"), None),))


def _ledger(asked: DutyAsked, catalogue: Catalogue, tasks: Tasks, today: date) -> Page:
    view, words = asked.view, asked.view.words
    states = tasks.board(today, asked.as_of)
    shown = _filtered(view, states)
    title = _headline(words, states)
    synthetic = any(rests_on_synthetic(one) for one in states)
    facts = [words.text(catalogue.plan.title), words("tasks.judged_on", date=today.isoformat())]
    if asked.as_of is not None:
        facts.append(words("tasks.known_at", moment=words.moment(asked.as_of)))
    marks = [synthetic_mark(words)] if synthetic else []
    body: list[Any] = [
        duty_tabs(view, asked.person),
        page_head(title, html.P(dotted(facts), className="subtitle"), _files(view, tasks.file, today), marks=marks),
        *notice_of(view, asked.notice),
        _tally(view, states),
        html.Div(
            [
                _filters(view, tasks.file, states, today),
                _goals(view, [one for one in shown if one.goals]),
                _table(view, shown, len(states)),
            ],
            className="stack",
        ),
    ]
    return Page(title, body, view.address, ((words("duty.tasks"), None),), catalogue.plan.id, synthetic=synthetic)


def _headline(words: Words, states: Sequence[TaskState]) -> str:
    levels = Counter(None if one.reminder is None else one.reminder.level for one in states)
    done, silent = sum(one.is_done for one in states), sum(one.latest is None for one in states)
    said = words("tasks.headline", n=len(states), done=done, behind=levels["yellow"], overdue=levels["red"])
    return said + words("tasks.headline_silent", n=silent) if silent else said


def _files(view: View, file: TaskFile, today: date) -> html.Span:
    """The whole ledger as a file, whatever is filtered here."""
    words = view.words
    said = {"plan": file.plan, "to": today.isoformat(), "as_of": view.address.as_of or ""}
    asked = f"?{urlencode({name: text for name, text in said.items() if text})}"
    links = [
        html.A(words(f"tasks.file_{kind}"), href=f"/download/tasks.{kind}{asked}", className="button", download="")
        for kind in ("csv", "xlsx")
    ]
    return html.Span(links, className="buttons")


def _tally(view: View, states: Sequence[TaskState]) -> html.Div:
    """How many in each state and of each reminder; each is a link that shows those alone."""
    words = view.words
    by_state = Counter[str](one.state or "none" for one in states)
    by_level = Counter[str]("none" if one.reminder is None else one.reminder.level for one in states)
    state_items = [
        html.Li(link([state_badge(words, name), html.B(str(by_state[name]))], view.here(state=name, said=None)))
        for name in STATES
    ]
    level_items = [
        html.Li(link([reminder_badge(words, name), html.B(str(by_level[name]))], view.here(class_=name, said=None)))
        for name in REMINDERS
    ]
    return html.Div(
        [
            html.Nav(html.Ul(state_items), className="task-tally", **attributes(aria_label=words("tasks.by_state"))),
            html.Nav(html.Ul(level_items), className="task-tally", **attributes(aria_label=words("tasks.by_reminder"))),
        ],
        className="task-tallies",
    )


def _filtered(view: View, states: Sequence[TaskState]) -> list[TaskState]:
    address = view.address

    def fits(one: TaskState) -> bool:
        level = "none" if one.reminder is None else one.reminder.level
        return (
            address.category in (None, one.part.id, one.part.section)
            and address.actor in (None, one.task.lead.zh)
            and address.state in (None, one.state or "none")
            and address.class_ in (None, level)
        )

    return [one for one in states if fits(one)]


def _filters(view: View, file: TaskFile, states: Sequence[TaskState], today: date) -> html.Section:
    words, address = view.words, view.address
    leads = {one.task.lead.zh: one.task.lead for one in states}
    fields = [
        _choice(
            words,
            "category",
            "tasks.part",
            [(one.id, f"{one.number} {words.text(one.title)}") for one in file.parts],
            address.category,
        ),
        _choice(words, "actor", "tasks.lead", [(zh, words.text(one)) for zh, one in leads.items()], address.actor),
        _choice(words, "state", "tasks.state", [(n, words(f"tasks.state_{n}")) for n in STATES], address.state),
        _choice(
            words, "class", "tasks.reminder", [(n, words(f"tasks.reminder_{n}")) for n in REMINDERS], address.class_
        ),
        element(
            "p",
            [label(words("tasks.day"), "task-day"), " ", input_("date", "to", today.isoformat(), id="task-day")],
            class_="field",
        ),
    ]
    kept = [hidden_field(name, text) for name, text in (("plan", address.plan), ("as_of", address.as_of)) if text]
    if address.language_in_url:
        kept.append(hidden_field("lang", address.language))
    send = element("p", button(words("tasks.show"), class_="button", id="show-tasks"), class_="buttons")
    return card(words("tasks.filter"), form([*kept, *fields, send], "/tasks", method="get", class_="row-fields"))


def _choice(words: Words, name: str, key: str, options: Sequence[tuple[str, str]], chosen: str | None) -> Any:
    listed = [option("", words("tasks.all"), chosen=chosen is None)]
    listed += [option(value, said, chosen=value == chosen) for value, said in options]
    return element("p", [label(words(key), f"by-{name}"), " ", select(name, listed, id=f"by-{name}")], class_="field")


def _table(view: View, shown: Sequence[TaskState], of: int) -> html.Section:
    words = view.words
    tally = html.Span(words("tasks.shown", n=len(shown), of=of), className="tally")
    if not shown:
        return card(words("tasks.ledger"), html.P(words("tasks.nothing"), className="quiet"), marks=[tally])
    keys = ("tasks.number", "tasks.task", "tasks.lead", "tasks.state", "tasks.report_day", "tasks.reminder")
    wrap = table_of(words, keys, [_row(view, one) for one in shown], "task-table")
    wrap.children.names["key"] = "tasks"
    tools = take_table(view, "tasks")
    return card(words("tasks.ledger"), wrap, marks=[tally], tools=tools, class_name="office-card")


def _row(view: View, one: TaskState) -> Any:
    words = view.words
    level = "none" if one.reminder is None else one.reminder.level
    why: list[Any] = [reminder_badge(words, level)]
    if one.reminder is not None:
        why += [" ", html.Span(reason_text(words, one.reminder.reasons[0]), className="quiet detail")]
        if len(one.reminder.reasons) > 1:
            why += [" ", html.Span(words("tasks.more_reasons", n=len(one.reminder.reasons) - 1), className="quiet")]
    day = words("number.none") if one.latest is None else one.latest.day.isoformat()
    return element(
        "tr",
        [
            cell(words, "tasks.number", one.task.id, "task-id"),
            html.Th([task_link(view, one), html.Small(source_text(words, one))], scope="row", className="two-lines"),
            cell(words, "tasks.lead", unit_name(words, one.task.lead)),
            cell(words, "tasks.state", [state_badge(words, one.state), *task_marks(words, one)], "result"),
            cell(words, "tasks.report_day", day, "when"),
            cell(words, "tasks.reminder", why, "reminder"),
        ],
        data_task=one.task.id,
    )


def _goals(view: View, states: Sequence[TaskState]) -> html.Section:
    """The countable goals of the tasks shown: number and goal beside the time that is over."""
    words = view.words
    rows = [
        html.Tr(
            [
                html.Th(
                    [task_link(view, one), html.Small(words.text(goal.goal.name))], scope="row", className="two-lines"
                ),
                cell(words, "tasks.goal", goal_amount(words, goal.goal), "goal-number"),
                cell(words, "tasks.bar", goal_bar(words, goal, one.elapsed), "bar"),
                cell(words, "tasks.counted_on", count_source(words, goal, one.reports), "detail"),
            ]
        )
        for one in states
        for goal in one.goals
    ]
    if not rows:
        return card(words("tasks.goals"), html.P(words("tasks.no_goals"), className="quiet"))
    wrap = table_of(words, ("tasks.task", "tasks.goal", "tasks.bar", "tasks.counted_on"), rows, "goal-table")
    wrap.children.names["key"] = "goals"
    note = words("tasks.goals_note")
    return card(words("tasks.goals"), wrap, note=note, tools=take_table(view, "goals"), class_name="office-card")
