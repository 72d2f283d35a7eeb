"""Gap sharing: a calculator for each scheme, whose address holds what was typed, and a city's districts as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.pooling.amounts import money, plus
from monitor.pooling.cases import read_case
from monitor.pooling.rules import Scheme
from monitor.pooling.sheet import sheet_of
from monitor.pooling.table import Settlement, TableError, settle, work_out

from ..components import html
from ..components.cycle_parts import notice_of
from ..components.duty_parts import duty_tabs
from ..components.parts import card, page_head, synthetic_mark
from ..components.pooling_parts import (
    EXAMPLES,
    calculator,
    headline,
    in_words,
    part_card,
    scheme_tabs,
    sending_card,
    settled_card,
    texts_card,
)
from ..components.upkeep_parts import cell, table_of
from ..pooled import Sent, shipped_rules
from ..pooling_doors import case_texts
from .page import Page
from .problem import not_found

if TYPE_CHECKING:
    from ..duties import DutyAsked


def pooling_page(asked: DutyAsked) -> Page:
    """/pooling and /pooling/employees, /pooling/residents, /pooling/settle."""
    match asked.view.address.item:
        case "" | "employees":
            return _calculated(asked, "employees")
        case "residents":
            return _calculated(asked, "residents")
        case "settle":
            return _settled(asked)
        case _:
            return not_found(asked.view)


def _calculated(asked: DutyAsked, scheme: Scheme) -> Page:
    view, words, rules = asked.view, asked.view.words, shipped_rules()
    texts = case_texts(view.address)
    case, problems = read_case(rules, scheme, texts)
    cards: list[Any] = [calculator(view, rules, scheme, texts, problems)]
    if problems:
        title = words("pooling.headline_faults", n=len(problems))
    elif not texts:
        title = words(f"pooling.headline_{scheme}")
        cards.append(texts_card(view, rules, scheme))
    else:
        outcome = work_out(rules, case)
        title = headline(words, outcome)
        cards += [part_card(view, rules, outcome, part) for part in outcome.parts]
    is_example = view.address.case == EXAMPLES[scheme]
    return _page(asked, scheme, title, cards, synthetic=is_example)


def _settled(asked: DutyAsked) -> Page:
    view, words, rules = asked.view, asked.view.words, shipped_rules()
    sent = asked.shelf.get(asked.person.actor.name, view.address.run)
    first = sending_card(view, sent.scheme if sent is not None else None)
    if sent is None:
        title = words("pooling.headline_gone" if view.address.run else "pooling.headline_settle")
        return _page(asked, "settle", title, [first])
    try:
        settlement = settle(rules, sent.scheme, sent.content)
    except TableError as error:
        title = words("pooling.headline_table_faults", n=len(error.problems), file=sent.name)
        return _page(asked, "settle", title, [_faults(asked, error, sent), first])
    name = words(f"pooling.tab_{sent.scheme}")
    made = settled_card(view, words("pooling.settled", scheme=name, file=sent.name), sheet_of(rules, settlement))
    title = _city_headline(asked, settlement)
    return _page(asked, "settle", title, [made, first], synthetic=settlement.is_synthetic)


def _city_headline(asked: DutyAsked, settlement: Settlement) -> str:
    """What the city bears itself; where some district has no result, of how many it is known."""
    words = asked.view.words
    name = "city" if settlement.scheme == "employees" else "support"
    known, total = settlement.known(name), settlement.total(name)
    amount = in_words(words, money(plus(*known)))
    if total is not None:
        return words("pooling.headline_city", n=len(known), amount=amount)
    return words("pooling.headline_city_open", n=len(known), all=len(settlement.lines), amount=amount)


def _faults(asked: DutyAsked, error: TableError, sent: Sent) -> html.Section:
    words = asked.view.words
    keys = ("pooling.row", "pooling.column", "pooling.text", "pooling.fault")
    rows = [
        html.Tr(
            [
                html.Th("" if one.row is None else str(one.row), scope="row"),
                cell(words, "pooling.column", one.column),
                cell(words, "pooling.text", one.text),
                cell(words, "pooling.fault", in_words(words, one.said)),
            ]
        )
        for one in error.problems
    ]
    return card(words("pooling.faults", file=sent.name), table_of(words, keys, rows, "problems"))


def _page(asked: DutyAsked, here: str, title: str, cards: list[Any], *, synthetic: bool = False) -> Page:
    view, words, rules = asked.view, asked.view.words, shipped_rules()
    source = words("pooling.source", source=words.text(rules.source), day=rules.issued_on.isoformat())
    marks = [synthetic_mark(words)] if synthetic else []
    body: list[Any] = [
        duty_tabs(view, asked.person),
        page_head(title, html.P(source, className="subtitle"), html.Span(), marks=marks),
        *notice_of(view, asked.notice),
        scheme_tabs(view, here),
        html.Div(cards, className="stack"),
    ]
    return Page(title, body, view.address, ((words("duty.pooling"), None),), synthetic=synthetic, has_moments=False)
