"""One task: the plan's own words, who leads, what is due, every report with its papers, and the forms to report."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from monitor.access.names import same_person
from monitor.tasks.board import TaskState
from monitor.tasks.ledger import is_synthetic
from monitor.tasks.progress import Report
from monitor.tasks.service import Tasks

from ..components import html
from ..components.cycle_parts import mark, notice_of
from ..components.duty_parts import duty_tabs, paper_links
from ..components.form_elements import button, element, form, hidden_field, label, textarea
from ..components.parts import card, dotted, page_head
from ..components.take import take_table
from ..components.task_form import report_form
from ..components.task_parts import (
    REMINDERS,
    count_source,
    decision_badge,
    goal_amount,
    goal_bar,
    reason_text,
    reminder_badge,
    report_marks,
    source_text,
    state_badge,
    task_marks,
    unit_name,
    units_list,
    verbatim,
    years_text,
)
from ..components.upkeep_parts import cell, moment_mark, table_of
from ..identity import Person
from ..view import View
from ..words import Words
from .page import Page

if TYPE_CHECKING:
    from ..duties import DutyAsked


def task_page(asked: DutyAsked, tasks: Tasks, today: date) -> Page:
    """Raises DossierError for a task that the plan does not have."""
    view, words, person = asked.view, asked.view.words, asked.person
    one = tasks.state(view.address.item.partition(":")[2], today, asked.as_of)
    title = words(
        "tasks.headline_one", title=words.text(one.task.title), state=words(f"tasks.state_{one.state or 'none'}")
    )
    facts = [one.task.id, source_text(words, one), words("tasks.judged_on", date=today.isoformat())]
    if asked.as_of is not None:
        facts.append(words("tasks.known_at", moment=words.moment(asked.as_of)))
    typed = {} if asked.notice is None else dict(asked.notice.typed)
    cards: list[Any] = [_text(view, tasks, one), _reminder(view, one)]
    if one.milestones:
        cards.append(_milestones(view, one))
    if one.goals:
        cards.append(_goals(view, one))
    cards.append(_reports(view, person, one, is_now=asked.as_of is None))
    if asked.as_of is None and tasks.may_report(person.actor, one.task):
        cards.append(report_form(view, one, asked.today, typed))
    body: list[Any] = [
        duty_tabs(view, person),
        page_head(title, html.P(dotted(facts), className="subtitle"), html.Span(), marks=task_marks(words, one)),
        *notice_of(view, asked.notice),
        html.Div(cards, className="stack"),
    ]
    crumbs = ((words("duty.tasks"), view.href("tasks", period=None)), (one.task.id, None))
    synthetic = any(is_synthetic(report) for report in one.reports)
    return Page(title, body, view.address, crumbs, one.plan, synthetic=synthetic)


def _text(view: View, tasks: Tasks, one: TaskState) -> html.Section:
    words, task, timetable = view.words, one.task, one.timetable
    due: list[Any] = [timetable.due.isoformat()]
    if timetable.printed:
        due += [" ", html.Span(words("tasks.printed", text=timetable.printed), className="quiet")]
    if timetable.inferred:
        due += [" ", html.Span(words("tasks.inferred"), className="mark", title=words("tasks.time_inferred"))]
    shown: list[tuple[str, Any]] = [
        ("tasks.where", f"{words.text(tasks.file.source)} · {source_text(words, one)}"),
        ("tasks.lead", unit_name(words, task.lead)),
        ("tasks.cooperating", units_list(words, task.cooperating)),
        ("tasks.due", html.Span(due)),
    ]
    facts = [part for key, said in shown for part in (element("dt", words(key)), element("dd", said))]
    return card(words("tasks.text"), [verbatim(task.text), element("dl", facts, class_="facts")])


def _milestones(view: View, one: TaskState) -> html.Section:
    words = view.words
    rows = [
        html.Tr(
            [
                html.Th(words.text(mile.milestone.text), scope="row"),
                cell(words, "tasks.due", mile.milestone.due.isoformat(), "when"),
                cell(words, "tasks.done_on", mile.done_on.isoformat() if mile.done_on else words("tasks.not_done")),
            ]
        )
        for mile in one.milestones
    ]
    wrap = table_of(words, ("tasks.milestone", "tasks.due", "tasks.done_on"), rows, "milestones")
    wrap.children.names["key"] = "milestones"
    return card(words("tasks.milestones"), wrap, tools=take_table(view, "milestones"), class_name="office-card")


def _reminder(view: View, one: TaskState) -> html.Section:
    words = view.words
    if one.reminder is None:
        return card(words("tasks.reminder"), html.P([reminder_badge(words, "none")], className="verdict"))
    lines = [
        html.Li([mark(REMINDERS[reason.level][0]), " ", reason_text(words, reason)]) for reason in one.reminder.reasons
    ]
    badge = html.P(reminder_badge(words, one.reminder.level), className="verdict")
    return card(words("tasks.reminder"), [badge, html.Ul(lines, className="findings")])


def _goals(view: View, one: TaskState) -> html.Section:
    words = view.words
    rows = []
    for goal in one.goals:
        rows.append(
            html.Tr(
                [
                    html.Th(
                        [words.text(goal.goal.name), html.Small(goal.goal.printed)], scope="row", className="two-lines"
                    ),
                    cell(words, "tasks.goal", goal_amount(words, goal.goal), "goal-number"),
                    cell(words, "tasks.bar", goal_bar(words, goal, one.elapsed), "bar"),
                    cell(words, "tasks.counted_on", count_source(words, goal, one.reports), "detail"),
                    cell(words, "tasks.by_year", years_text(words, goal)),
                ]
            )
        )
    keys = ("tasks.goal_name", "tasks.goal", "tasks.bar", "tasks.counted_on", "tasks.by_year")
    wrap = table_of(words, keys, rows, "goal-table")
    wrap.children.names["key"] = "goals"
    return card(words("tasks.goals"), wrap, tools=take_table(view, "goals"), class_name="office-card")


def _reports(view: View, person: Person, one: TaskState, *, is_now: bool) -> html.Section:
    words = view.words
    tally = html.Span(words("tasks.reports_n", n=len(one.reports)), className="tally")
    if not one.reports:
        return card(words("tasks.reports"), html.P(words("tasks.no_reports"), className="quiet"), marks=[tally])
    told = [_report(view, person, one, report, is_now=is_now) for report in reversed(one.reports)]
    return card(words("tasks.reports"), html.Ol(told, className="task-reports"), marks=[tally])


def _report(view: View, person: Person, one: TaskState, report: Report, *, is_now: bool) -> html.Li:
    words = view.words
    head: list[Any] = [
        html.Strong(words("tasks.report_n", n=report.number, date=report.day.isoformat())),
        " ",
        state_badge(words, report.state),
        " ",
        decision_badge(words, report.decision),
        *report_marks(words, report),
    ]
    if report.revised_by is not None:
        head += [" ", html.Span(words("tasks.revised_by", n=report.revised_by), className="mark")]
    sent = html.P([words("tasks.sent_by", name=report.by), " ", moment_mark(words, report.at)], className="quiet")
    parts: list[Any] = [html.P(head, className="verdict"), sent, html.P(report.text, className="said-text")]
    if report.difficulties:
        parts.append(_said(words, "tasks.difficulties", report.difficulties))
    parts += _numbers(words, one, report)
    if report.explanation:
        parts.append(_said(words, "tasks.explanation", report.explanation))
    if report.papers:
        parts.append(paper_links(view, report.papers))
    if report.decided_by is not None:
        said = words(f"tasks.decided_{report.decision}", name=report.decided_by)
        parts.append(html.P([said, " ", moment_mark(words, report.decided_at)], className="quiet"))
        if report.remark:
            parts.append(_said(words, "tasks.remark", report.remark))
    is_open = report.decision == "open" and report.revised_by is None
    if is_now and is_open and person.may("evaluate") and not same_person(person.actor.name, report.by):
        parts.append(_decide(words, one, report))
    return html.Li(parts)


def _numbers(words: Words, one: TaskState, report: Report) -> list[Any]:
    lines = []
    for count in report.counts:
        goal = one.task.goal(count.goal)
        name, amount = (count.goal, "") if goal is None else (words.text(goal.name), goal_amount(words, goal))
        counted = words("tasks.counted", date=count.counted_on.isoformat(), source=count.source)
        lines.append(html.Li(words("tasks.count_line", name=name, n=f"{count.number:f}", goal=amount, counted=counted)))
    for done in report.milestones:
        milestone = one.task.milestone(done.milestone)
        name = done.milestone if milestone is None else words.text(milestone.text)
        lines.append(html.Li(words("tasks.done_line", name=name, date=done.done_on.isoformat())))
    return [html.Ul(lines, className="findings")] if lines else []


def _said(words: Words, key: str, text: str) -> html.P:
    return html.P([html.B(words(key)), " ", text], className="said-text")


def _decide(words: Words, one: TaskState, report: Report) -> Any:
    """Confirm, or return with a reason."""
    identity = f"remark-{report.number}"
    place = f"/do/duty/tasks/{one.dossier}"
    fields = [
        hidden_field("number", report.number),
        element("p", [label(words("tasks.remark_field"), identity), textarea("remark", id=identity)], class_="field"),
        element(
            "p",
            [
                button(words("tasks.confirm"), class_="button primary", formaction=f"{place}/confirm"),
                button(words("tasks.return"), class_="button grave", formaction=f"{place}/return"),
            ],
            class_="buttons",
        ),
    ]
    return form(fields, f"{place}/confirm", class_="fields decide")
