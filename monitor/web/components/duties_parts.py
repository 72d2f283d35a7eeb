"""The register of responsibilities on its pages: units with their duties, what follows from them, and boundaries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.catalogue.loader import Catalogue
from monitor.duties.answers import Finding
from monitor.duties.register import Boundary, Duty, Level, Register, Unit
from monitor.tasks.board import dossier_of

from ..answerable import indicators_under, tasks_under
from ..view import View
from . import html
from .answers_parts import unit_link
from .parts import card, link
from .tables import head, plain_table
from .take import take_table


def level_card(view: View, register: Register, plans: Sequence[Catalogue], level: Level) -> html.Section:
    """The units of a level that have duties, each with its duties and what follows from them."""
    words = view.words
    units = [unit for unit in register.units if unit.level == level and unit.kind != "partner"]
    title = words(f"duties.level_{level}")
    heads = [words("duties.unit"), words("duties.duties"), words("duties.indicators"), words("duties.tasks")]
    rows = [_unit_row(view, register, plans, unit) for unit in units]
    n = sum(len(unit.duties) for unit in units)
    tally = html.Span(words("duties.tally", units=len(units), duties=n), className="tally")
    key = f"units-{level}"
    table = plain_table(title, heads, rows, key=key, class_name="duties-table")
    return card(title, table, marks=[tally], foot=[take_table(view, key)])


def _unit_row(view: View, register: Register, plans: Sequence[Catalogue], unit: Unit) -> html.Tr:
    words = view.words
    name: list[Any] = [unit_link(view, unit), html.Span(words(f"duties.kind_{unit.kind}"), className="quiet kind")]
    name += [html.Span(contact.number, className="phone kind") for contact in unit.contacts]
    return html.Tr(
        [
            html.Th(name, scope="row", className="unit"),
            html.Td(_duty_list(view, unit.duties), className="duty"),
            html.Td(indicator_links(view, register, plans, unit), className="follows"),
            html.Td(_folded(view, task_links(view, register, plans, unit)), className="follows"),
        ]
    )


def _duty_list(view: View, duties: Sequence[Duty]) -> Any:
    """Word for word, each with its paragraph."""
    words = view.words
    if not duties:
        return html.Span(words("duties.no_duties"), className="quiet")
    items = [
        html.Li([html.Span(one.text.zh, lang="zh-CN"), " ", html.Span(words.text(one.paragraph), className="quiet")])
        for one in duties
    ]
    return html.Ul(items, className="duty-list")


def indicator_links(view: View, register: Register, plans: Sequence[Catalogue], unit: Unit) -> Any:
    """The loaded plans' indicators that follow from a duty of the unit, or that name it as their owner."""
    words = view.words
    found = indicators_under(register, plans, unit)
    if not found:
        return html.Span(words("number.none"), className="quiet")
    items = []
    for catalogue, indicator in found:
        region = unit.region if unit.region != catalogue.plan.region else None
        href = view.href("indicator", indicator.id, plan=_other(plans, catalogue), region=region, period=None)
        items.append(html.Li(link(f"{indicator.number} {words.text(indicator.name)}", href, "more")))
    return html.Ul(items, className="duty-list")


def task_links(view: View, register: Register, plans: Sequence[Catalogue], unit: Unit) -> list[html.Li]:
    """The tasks of the loaded plans that the unit leads."""
    words = view.words
    return [
        html.Li(
            link(
                words.text(task.title), view.href("tasks", dossier_of(catalogue.plan.id, task.id), period=None), "more"
            )
        )
        for catalogue, task in tasks_under(register, plans, unit)
    ]


def _folded(view: View, items: Sequence[html.Li]) -> Any:
    """How many, and which when it is opened."""
    words = view.words
    if not items:
        return html.Span(words("number.none"), className="quiet")
    said = html.Summary(words("duties.n_tasks", n=len(items)))
    return html.Details([said, html.Ul(list(items), className="duty-list")], className="fold")


def _other(plans: Sequence[Catalogue], one: Catalogue) -> str | None:
    """The plan's id where an address without one would mean another."""
    return None if one is plans[0] else one.plan.id


def duties_card(view: View, register: Register, unit: Unit) -> html.Section:
    """On a unit's own page: every duty with its work items, its paragraph and its document."""
    words = view.words
    if not unit.duties:
        return card(words("duties.duties"), html.P(words("duties.no_duties"), className="quiet"))
    heads = [head(words("duties.number"), "num"), words("duties.text"), words("duties.items")]
    heads += [words("duties.paragraph"), words("duties.source")]
    rows = [
        html.Tr(
            [
                html.Th(str(number), scope="row", className="num"),
                html.Td([html.Span(one.text.zh, lang="zh-CN"), *_translated(view, one)], className="duty"),
                html.Td(_items(view, one)),
                html.Td(words.text(one.paragraph)),
                html.Td(words.text(register.source(one.source).title)),
            ]
        )
        for number, one in enumerate(unit.duties, start=1)
    ]
    title = words("duties.duties")
    table = plain_table(title, heads, rows, key="duties", class_name="duties-table")
    return card(title, table, note=words("duties.verbatim"), foot=[take_table(view, "duties")])


def _translated(view: View, duty: Duty) -> list[Any]:
    if view.words.language == "zh" or not duty.text.en:
        return []
    return [html.P(view.words("answers.translation", text=duty.text.en), className="quiet")]


def _items(view: View, duty: Duty) -> Any:
    if not duty.items:
        return html.Span(view.words("number.none"), className="quiet")
    return html.Ul([html.Li(item) for item in duty.items], className="duty-list", lang="zh-CN")


def contacts_card(view: View, unit: Unit) -> html.Section | None:
    words = view.words
    if not unit.contacts:
        return None
    heads = [words("duties.service"), words("duties.content"), words("duties.phone"), words("duties.paragraph")]
    rows = [
        html.Tr(
            [
                html.Th(words.text(one.service), scope="row"),
                html.Td(words.text(one.content)),
                html.Td(one.number, className="phone"),
                html.Td(words.text(one.paragraph)),
            ]
        )
        for one in unit.contacts
    ]
    title = words("duties.contacts")
    return card(title, plain_table(title, heads, rows, key="contacts"), foot=[take_table(view, "contacts")])


def boundaries_card(view: View, register: Register, boundaries: Sequence[Boundary]) -> html.Section | None:
    """Where the duties of several meet: who does what, and on which legal basis."""
    words = view.words
    if not boundaries:
        return None
    heads = [words("duties.matter"), words("duties.unit"), words("duties.share"), words("duties.basis"),
             words("duties.paragraph")]  # fmt: skip
    rows = [
        html.Tr(
            [
                html.Th(words.text(boundary.matter), scope="row"),
                html.Td(_names(view, register.by_id, share.units)),
                html.Td(share.text, lang="zh-CN", className="duty"),
                html.Td(words.join(list(boundary.basis)) or words("number.none"), lang="zh-CN"),
                html.Td(f"{words.text(register.source(boundary.source).title)} {words.text(boundary.paragraph)}"),
            ]
        )
        for boundary in boundaries
        for share in boundary.shares
    ]
    title = words("duties.boundaries")
    table = plain_table(title, heads, rows, key="boundaries", class_name="duties-table")
    return card(title, table, foot=[take_table(view, "boundaries")])


def _names(view: View, units: Mapping[str, Unit], ids: Sequence[str]) -> list[Any]:
    parts: list[Any] = []
    for id in ids:
        parts += [", " if parts and view.words.language == "en" else "、" if parts else "", unit_link(view, units[id])]
    return parts


def sources_card(view: View, register: Register) -> html.Section:
    """The documents, and what they lack."""
    words = view.words
    items = [
        html.Li([words.text(one.title), *([html.P(words.text(one.note), className="quiet")] if one.note else [])])
        for one in register.sources
    ]
    return card(words("duties.sources"), html.Ul(items, className="duty-list"))


def findings_card(view: View, findings: Sequence[Finding]) -> html.Section | None:
    """Where catalogues and register do not meet, in both languages of the finding itself."""
    words = view.words
    if not findings:
        return None
    items = [html.Li(one.en if words.language == "en" else one.zh) for one in findings]
    tally = html.Span(str(len(findings)), className="tally")
    return card(words("duties.findings"), html.Ul(items, className="findings"), marks=[tally])
