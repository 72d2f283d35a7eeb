"""What changed between two moments: a sentence, the choice of moments, classes, figures, settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from monitor.report.compare import Comparison
from monitor.report.desk import Configuration
from monitor.store.snapshots import Snapshot

from ..components import html
from ..components.alone import stands_alone
from ..components.board_parts import download_links
from ..components.change_parts import classes_card, configuration_card, figures_card, is_synthetic, region_name
from ..components.form_elements import button, element, form, hidden_field, input_, label, option, select
from ..components.html import Element
from ..components.kind_parts import kind_tabs
from ..components.parts import attributes, card, dotted, link, page_head
from ..view import View
from ..words import Words
from .page import Page


@dataclass(frozen=True)
class Asked:
    """The two moments as typed ("" = now), and the snapshots there are, first to last."""

    start: str
    end: str
    snapshots: tuple[Snapshot, ...]


def compare_page(view: View, found: Comparison, configuration: Configuration, asked: Asked) -> Page:
    words, address = view.words, view.address
    own = frozenset(one.plan.region for one in configuration.catalogues)
    title = _headline(words, found, own if address.region is None else frozenset({address.region}))
    moments = words("compare.between", start=words.moment(found.start), end=words.moment(found.end))
    parts: list[Any] = [moments]
    if address.region is not None:
        parts.append(region_name(words, configuration.regions, address.region))
    query = {"from": asked.start, "to": asked.end, "plan": address.plan, "region": address.region}
    downloads = download_links(words, "compare", query)
    body: list[Any] = [page_head(title, html.P(dotted(parts), className="subtitle"), downloads)]
    body += [kind_tabs(view), _choice(view, configuration, asked)]
    beside = [configuration_card(view, found.configuration)]
    cards = [
        *(one for one in beside if one is not None),
        classes_card(view, found, configuration.regions, own),
        figures_card(view, found, configuration.regions),
        *(one for one in [_snapshots_card(view, asked)] if one is not None),
    ]
    body.append(html.Div(cards, className="stack"))
    crumbs = ((words("overview.title"), view.href("overview")), (words("nav.compare"), None))
    plan = address.plan or configuration.catalogues[0].plan.id
    return Page(title, body, address, crumbs, plan, synthetic=is_synthetic(found.figures), has_moments=False)


def _headline(words: Words, found: Comparison, own: frozenset[str]) -> str:
    """How many indicators have another class in the plan's region, how many rows have, and how many figures changed."""
    indicators = {one.indicator.id for one in found.classes if one.region_code in own}
    if not found.classes and not found.figures and not found.configuration:
        return words("compare.headline_none", start=words.day(found.start), end=words.day(found.end))
    said = words("compare.headline", indicators=len(indicators), rows=len(found.classes), figures=len(found.figures))
    return said + (words("compare.headline_settings", n=len(found.configuration)) if found.configuration else "")


def _choice(view: View, configuration: Configuration, asked: Asked) -> html.Section:
    """Two moments and a region, sent by the browser itself; a snapshot is chosen by its name."""
    words, address = view.words, view.address
    fields: list[Any] = [
        _moment_field(words, "from", words("compare.from"), asked.start),
        _moment_field(words, "to", words("compare.to"), asked.end),
        _region_field(view, configuration),
        button(words("compare.go"), class_="button primary"),
    ]
    if address.plan:
        fields.append(hidden_field("plan", address.plan))
    if address.language_in_url:
        fields.append(hidden_field("lang", address.language))
    made = form(element("div", fields, class_="row-fields"), "/compare", method="get", class_="compare-form")
    parts: list[Any] = [made, html.P(words("compare.form_note"), className="card-foot")]
    return card(words("compare.form_title"), parts, class_name="form-card")


@stands_alone
def _snapshots_card(view: View, asked: Asked) -> html.Section | None:
    """The frozen versions: each shows the dashboard of its moment, or what has changed since."""
    words = view.words
    if not asked.snapshots:
        return None
    title = words("compare.snapshots_title")
    heads = ["name", "moment", "note", "by", "since"]
    head = html.Tr([html.Th(words(f"compare.s_{name}"), scope="col") for name in heads])
    rows = [
        html.Tr(
            [
                html.Th(link(one.name, view.href("overview", as_of=one.name, period=None), "more"), scope="row"),
                html.Td(words.moment(one.at), className="when"),
                html.Td(one.note or words("number.none"), className="note"),
                html.Td(one.by),
                html.Td(link(words("compare.since"), view.here(start=one.name, end=None, rows=None), "more")),
            ]
        )
        for one in reversed(asked.snapshots)
    ]
    table = html.Table([html.Caption(title, className="unseen"), html.Thead(head), html.Tbody(rows)], className="plain")
    box = html.Div(table, className="table-wrap", tabIndex=0, role="region", **attributes(aria_label=title))
    return card(title, box, note=words("compare.snapshots_note"))


def _moment_field(words: Words, name: str, text: str, value: str) -> Element:
    """A date; where another kind of moment stands (a time, a snapshot's name), a text."""
    kind = "date" if _is_date(value) or not value else "text"
    extra = {"placeholder": words("compare.now")} if kind == "text" else {}
    return element(
        "p", [label(text, f"compare-{name}"), input_(kind, name, value, id=f"compare-{name}", **extra)], class_="field"
    )


def _region_field(view: View, configuration: Configuration) -> Element:
    words, chosen = view.words, view.address.region
    regions = configuration.regions
    codes = dict.fromkeys(
        code
        for one in configuration.catalogues
        for code in (one.plan.region, *(row.code for row in regions.children(one.plan.region)))
    )
    options = [option("", words("compare.all_regions"), chosen=chosen is None)]
    options += [option(code, region_name(words, regions, code), chosen=code == chosen) for code in codes]
    field = select("region", options, id="compare-region")
    return element("p", [label(words("compare.region"), "compare-region"), field], class_="field")


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
