"""Who has sent what: the rates in a sentence, the board, who is to be chased, and the days that come."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from monitor.catalogue.regions import Regions
from monitor.report.reporting import Board

from ..components import html
from ..components.board_parts import board_card, calendar_card, chase_card, formulas, headline, rate_cards
from ..components.choices import choice
from ..components.cycle_parts import notice_box
from ..components.parts import attributes, dotted, page_head
from ..notices import Notice
from ..view import View
from .page import Page


def reporting_page(
    view: View, board: Board, regions: Regions, contacts: Collection[str], *, may_chase: bool, notice: Notice | None
) -> Page:
    """`contacts`: units whose address is known. `may_chase`: whether the reader may send reminders from here."""
    words = view.words
    title = headline(words, board)
    form = board.form
    facts: list[Any] = [
        words.text(form.name),
        words("reporting.line_due", date=words.day(form.due.of(board.period))),
        words("reporting.line_closes", date=words.day(form.closes.of(board.period))) if form.closes is not None else "",
        words("reporting.as_of", date=view.as_of),
    ]
    choices = [part for part in (_forms(view, board), _periods(view, board)) if part is not None]
    body: list[Any] = [
        page_head(title, html.P(dotted(facts), className="subtitle"), html.Span()),
        html.Div(choices, className="filters"),
    ]
    if notice is not None:
        body.append(notice_box(words, notice))
    aside = html.Div(
        [chase_card(view, board, regions, contacts, may_chase=may_chase), calendar_card(view, board)], className="aside"
    )
    left = html.Div([board_card(view, board)], className="column-wide")
    body += [
        rate_cards(view, board),
        formulas(view, board.rates),
        html.Div([left, aside], className="grid reporting-grid"),
    ]
    crumbs = ((words("overview.title"), view.href("overview")), (words("nav.reporting"), None))
    return Page(title, body, view.address, crumbs, board.plan.id)


def no_forms_page(view: View, plan_id: str) -> Page:
    """A plan that asks nobody for anything, and what to do."""
    words = view.words
    title = words("reporting.no_forms_title")
    mark = html.Span(className="glyph g-hatch", **attributes(aria_hidden="true"))
    said = html.Div([html.Strong(words("reporting.no_forms")), html.P(words("reporting.no_forms_body"))])
    body = [page_head(title, html.P(className="subtitle"), html.Span()), html.Div([mark, said], className="state")]
    crumbs = ((words("overview.title"), view.href("overview")), (words("nav.reporting"), None))
    return Page(title, body, view.address, crumbs, plan_id)


def _forms(view: View, board: Board) -> html.Nav | None:
    words = view.words
    if len(board.forms) < 2:
        return None
    options = [
        (words.text(one.name), view.here(form=one.id, period=None), one.id == board.form.id) for one in board.forms
    ]
    return choice(words("reporting.form"), options, "form-choice")


def _periods(view: View, board: Board) -> html.Nav:
    """The columns of the board, and each year's last period before them."""
    shown = {*board.shown, *(one for one in board.periods if one.index % 12 == 0)}
    periods = [one for one in board.periods if one in shown]
    options = [(one.code, view.here(period=one.code), one == board.period) for one in periods]
    return choice(view.words("tools.period"), options)
