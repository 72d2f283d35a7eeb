"""Supervision by data: the list with what is late, the way to ask for a new one, and one supervision as its chain."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from monitor.supervision.dossier import Supervision
from monitor.supervision.reach import handles
from monitor.supervision.service import Supervising
from monitor.supervision.standing import Standing, overdue_units, plan_of, standings

from ..components import html
from ..components.cycle_parts import notice_of
from ..components.duty_parts import duty_tabs
from ..components.form_elements import element
from ..components.parts import card, dotted, link, page_head, synthetic_mark
from ..components.supervision_new import new_card
from ..components.supervision_parts import (
    Shown,
    due_mark,
    finding_of,
    near_items,
    overdue_items,
    step_badge,
    steps_of,
)
from ..components.supervision_report import (
    closing_card,
    findings_card,
    onsite_card,
    rectification_card,
    report_card,
)
from ..components.supervision_work import (
    analysis_card,
    escalation_card,
    notice_card,
    request_card,
    standings_card,
    table,
)
from ..components.take import take_table
from ..components.upkeep_parts import cell
from .page import Page

if TYPE_CHECKING:
    from ..duties import DutyAsked


def supervision_page(asked: DutyAsked) -> Page:
    """The list, or the supervision that the address names. Raises DossierError for what may not be seen."""
    service = Supervising(asked.desk)
    asked = replace(asked, today=service.day_of(asked.as_of))
    return _one(asked, service) if asked.view.address.item else _list(asked, service)


def _known(asked: DutyAsked) -> str:
    """The day of the past that is shown, nothing for now."""
    return (
        "" if asked.as_of is None else asked.view.words("supervision.as_of", date=asked.view.words.moment(asked.as_of))
    )


def _board(asked: DutyAsked, state: Supervision) -> tuple[Standing, ...]:
    """Where the reports stand; none on site, and none where the plan is gone."""
    is_told = not state.is_onsite and plan_of(asked.desk, state.request, asked.as_of) is not None
    return standings(asked.desk, state.request, asked.as_of) if is_told else ()


def _late(asked: DutyAsked, state: Supervision) -> tuple[str, ...] | None:
    """The units that have not sent in time, None where nobody can tell; of one that is closed nobody asks any more."""
    return () if state.closed is not None else overdue_units(asked.desk, state.request, asked.as_of)


def _list(asked: DutyAsked, service: Supervising) -> Page:
    view, words = asked.view, asked.view.words
    found = service.listed(asked.person.actor, as_of=asked.as_of)
    late = {one.dossier: _late(asked, one) for one in found}
    title = _headline(asked, found, late)
    subtitle = html.P(dotted([words("supervision.subtitle"), _known(asked)]), className="subtitle")
    body: list[Any] = [duty_tabs(view, asked.person), page_head(title, subtitle, html.Span())]
    body += notice_of(view, asked.notice)
    rows = [_row(asked, one, late[one.dossier]) for one in found]
    keys = ["dossier", "title", "way", "step", "units", "deadline", "late", "to_right"]
    listed: Any = (
        table(words, keys, rows, "supervisions") if rows else html.P(words("supervision.none"), className="quiet")
    )
    foot = [take_table(view, "supervisions")] if rows else []
    marks = [synthetic_mark(words)] if any(one.synthetic for one in found) else []
    stack: list[Any] = [
        card(words("supervision.title"), listed, note=words("supervision.note"), foot=foot, marks=marks)
    ]
    if asked.as_of is None and asked.person.may("supervise"):
        current = asked.desk.current
        stack.append(new_card(words, current.catalogues, current.regions, asked.today, asked.notice))
    body.append(html.Div(stack, className="stack"))
    return Page(title, body, view.address, ((words("duty.supervision"), None),), synthetic=bool(marks))


def _headline(asked: DutyAsked, found: tuple[Supervision, ...], late_of: dict[str, tuple[str, ...] | None]) -> str:
    words = asked.view.words
    running = [one for one in found if one.closed is None]
    if not running:
        return words("supervision.headline_none")
    late = {unit for one in running for unit in late_of[one.dossier] or ()}
    overdue = sum(len(overdue_items(one, asked.today)) for one in running)
    near = sum(len(near_items(one, asked.today)) for one in running)
    parts = [words("supervision.headline", n=len(running))]
    if late:
        parts.append(words("supervision.headline_late", n=len(late)))
    if overdue:
        parts.append(words("supervision.said_overdue", n=overdue))
    if near:
        parts.append(words("supervision.said_near", n=near))
    return words("supervision.comma").join(parts)


def _row(asked: DutyAsked, one: Supervision, late: tuple[str, ...] | None) -> Any:
    view, words = asked.view, asked.view.words
    owed = [item for item in one.items if item.is_owed]
    deadline = one.request.deadline
    due = "" if deadline is None else due_mark(words, deadline, asked.today, is_done=not late)
    nearest = min((item.due for item in owed), default=None)
    marks = [" ", synthetic_mark(words)] if one.synthetic else []
    said = words("supervision.plan_gone", plan=one.request.plan) if late is None else str(len(late))
    right: list[Any] = []
    if nearest is not None:
        right = [words("supervision.n_open", n=len(owed)), " ", due_mark(words, nearest, asked.today, is_done=False)]
    return element(
        "tr",
        [
            html.Th(link(one.dossier, view.href("supervision", one.dossier, period=None)), scope="row"),
            cell(words, "supervision.column_title", [one.request.title, *marks]),
            cell(words, "supervision.column_way", words(f"supervision.way_{one.request.kind}")),
            cell(words, "supervision.column_step", step_badge(words, one)),
            cell(words, "supervision.column_units", str(len(one.request.units))),
            cell(words, "supervision.column_deadline", due),
            cell(words, "supervision.column_late", said if not one.is_onsite else ""),
            cell(words, "supervision.column_to_right", right),
        ],
        data_dossier=one.dossier,
    )


def _one(asked: DutyAsked, service: Supervising) -> Page:
    view, words, actor = asked.view, asked.view.words, asked.person.actor
    state = service.look(actor, view.address.item, as_of=asked.as_of)
    is_handler = handles(actor, state.request)
    others = service.listed(actor, as_of=asked.as_of) if is_handler and not state.is_onsite else ()
    shown = Shown(
        view=view,
        person=asked.person,
        state=state,
        board=_board(asked, state),
        regions=asked.desk.configuration(asked.as_of).regions,
        catalogue=plan_of(asked.desk, state.request, asked.as_of),
        today=asked.today,
        handles=is_handler,
        doable=asked.as_of is None and state.closed is None,
        onsite=[one for one in others if one.request.source == state.dossier],
        notice=asked.notice if asked.notice is not None and asked.notice.kind == "fault" else None,
    )
    said = finding_of(words, state, shown.board, asked.today)
    title = words("supervision.one", title=state.request.title, said=said)
    facts = [state.dossier, words(f"supervision.way_{state.request.kind}"), _known(asked)]
    marks = [synthetic_mark(words)] if state.synthetic else []
    body: list[Any] = [
        duty_tabs(view, asked.person),
        page_head(title, html.P(dotted(facts), className="subtitle"), html.Span(), marks=marks),
        *notice_of(view, asked.notice),
        steps_of(view, state),
    ]
    body.append(html.Div([one for one in _cards(shown) if one is not None], className="stack"))
    crumbs = ((words("duty.supervision"), view.href("supervision", period=None)), (state.dossier, None))
    return Page(title, body, view.address, crumbs, synthetic=state.synthetic)


def _cards(shown: Shown) -> list[Any]:
    """The chain, as far as the reader may see it."""
    cards: list[Any] = [request_card(shown), notice_card(shown)]
    if shown.state.is_onsite:
        return [*cards, onsite_card(shown), closing_card(shown)]
    cards.append(standings_card(shown))
    if shown.handles:
        cards += [analysis_card(shown), report_card(shown)]
    else:
        cards.append(findings_card(shown))
    cards.append(rectification_card(shown))
    return [*cards, escalation_card(shown) if shown.handles else None, closing_card(shown)]
