"""Who is responsible for what: departments with their duties and indicators, and where duties meet; one unit's page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from monitor.catalogue.loader import Catalogue
from monitor.duties.answers import Finding, check_register
from monitor.duties.register import Register, Unit

from ..answerable import indicators_under, leads_of, plans_of, register
from ..components import html
from ..components.answers_parts import unit_link
from ..components.duties_parts import (
    boundaries_card,
    contacts_card,
    duties_card,
    findings_card,
    indicator_links,
    level_card,
    sources_card,
    task_links,
)
from ..components.duty_parts import duty_tabs
from ..components.parts import card, dotted, page_head
from ..view import View
from ..words import Words
from .page import Page
from .problem import not_found

if TYPE_CHECKING:
    from ..duties import DutyAsked


def duties_page(asked: DutyAsked) -> Page:
    """/duties, and /duties/UNIT."""
    known, plans = register(), asked.desk.configuration(asked.as_of).catalogues
    item = asked.view.address.item
    if not item:
        return _whole(asked, known, plans)
    unit = known.unit(item)
    return not_found(asked.view) if unit is None else _one(asked, known, plans, unit)


def _whole(asked: DutyAsked, known: Register, plans: Sequence[Catalogue]) -> Page:
    view, words = asked.view, asked.view.words
    findings = check_register(known, plans_of(plans), leads_of(plans))
    title = _headline(words, plans, findings)
    body: list[Any] = [
        duty_tabs(view, asked.person),
        page_head(title, html.P(words("duties.subtitle"), className="subtitle"), html.Span()),
    ]
    cards = [
        findings_card(view, findings),
        level_card(view, known, plans, "national"),
        level_card(view, known, plans, "provincial"),
        boundaries_card(view, known, known.boundaries),
        sources_card(view, known),
    ]
    body.append(html.Div([one for one in cards if one is not None], className="stack"))
    return Page(title, body, view.address, ((words("duty.duties"), None),), has_moments=False)


def _headline(words: Words, plans: Sequence[Catalogue], findings: Sequence[Finding]) -> str:
    """How many of the loaded plans' main indicators have a unit and the duty that it follows from."""
    main = [(plan.plan.id, one.id) for plan in plans for one in plan.indicators if not one.is_context]
    open_ones = {(one.plan, one.indicator) for one in findings}
    settled = sum(one not in open_ones for one in main)
    if settled == len(main):
        return words("duties.headline_all", n=len(main))
    return words("duties.headline_some", n=settled, all=len(main), open=len(main) - settled)


def _one(asked: DutyAsked, known: Register, plans: Sequence[Catalogue], unit: Unit) -> Page:
    view, words = asked.view, asked.view.words
    name = words.text(unit.name)
    n = len(indicators_under(known, plans, unit))
    key = "duties.headline_unit" if unit.duties else "duties.headline_bare"
    title = words(key, unit=name, duties=len(unit.duties), n=n)
    above = known.unit(unit.under) if unit.under else None
    facts = [words(f"duties.kind_{unit.kind}"), words(f"duties.level_{unit.level}"), *_above(view, above)]
    shared = [one for one in known.boundaries if any(unit.id in share.units for share in one.shares)]
    cards = [
        duties_card(view, known, unit),
        card(words("duties.indicators"), indicator_links(view, known, plans, unit), note=words("duties.inferred")),
        _tasks_card(view, known, plans, unit),
        contacts_card(view, unit),
        boundaries_card(view, known, shared),
    ]
    body: list[Any] = [
        duty_tabs(view, asked.person),
        page_head(title, html.P(dotted(facts), className="subtitle"), html.Span()),
        html.Div([one for one in cards if one is not None], className="stack"),
    ]
    crumbs = ((words("duty.duties"), view.href("duties", period=None)), (name, None))
    return Page(title, body, view.address, crumbs, has_moments=False)


def _tasks_card(view: View, known: Register, plans: Sequence[Catalogue], unit: Unit) -> html.Section | None:
    items = task_links(view, known, plans, unit)
    if not items:
        return None
    tally = html.Span(str(len(items)), className="tally")
    return card(view.words("duties.tasks"), html.Ul(items, className="duty-list"), marks=[tally])


def _above(view: View, unit: Unit | None) -> list[Any]:
    return [] if unit is None else [unit_link(view, unit)]
