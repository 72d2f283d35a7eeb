"""What the comparing pages share: the choice of what is compared, and the form below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from monitor.catalogue.models import Plan
from monitor.catalogue.periods import Period
from monitor.catalogue.regions import Region

from ..view import View
from . import html
from .compared_cells import kept_fields
from .form_elements import button, element, form, option, select
from .form_elements import label as label_of
from .html import Element
from .parts import attributes, card, link

KINDS: tuple[str | None, ...] = (None, "periods", "regions", "plans")


def kind_tabs(view: View) -> html.Nav:
    """Moments, periods, regions, plans: links, the present one marked."""
    words, items = view.words, list[Any]()
    for kind in KINDS:
        text = words(f"kinds.{kind or 'moments'}")
        if kind == view.address.kind:
            items.append(html.Span(text, className="tab chosen", **attributes(aria_current="page")))
        else:
            items.append(link(text, view.href("compare", kind=kind), "tab"))
    return html.Nav(items, className="tabs", **attributes(aria_label=words("kinds.label")))


def kind_form(view: View, fields: Sequence[Element], note: str, *kept: str) -> html.Section:
    """The choice as a form that is sent by GET; `kept`: what else of the slice goes with it."""
    words = view.words
    parts = [*fields, button(words("compare.go"), class_="button primary"), *kept_fields(view, "kind", *kept)]
    made = form(element("div", parts, class_="row-fields"), "/compare", method="get", class_="compare-form")
    body: list[Any] = [made, *([html.P(note, className="card-foot")] if note else [])]
    return card(words(f"kinds.form_{view.address.kind or 'moments'}"), body, class_name="form-card")


def field(name: str, text: str, options: Sequence[Element]) -> Element:
    """One labelled list to choose from."""
    one = f"compare-{name}"
    return element("p", [label_of(text, one), select(name, list(options), id=one)], class_="field")


def period_options(periods: Sequence[Period], chosen: Period | None) -> list[Element]:
    """Years first, the newest at the top; then the shorter periods."""
    ordered = sorted(periods, key=lambda one: (one.months != 12, -one.index, -one.months))
    return [option(one.code, one.code, chosen=one == chosen) for one in ordered]


def region_options(view: View, regions: Sequence[Region], chosen: str) -> list[Element]:
    return [option(one.code, view.words.region_short(one), chosen=one.code == chosen) for one in regions]


def plan_options(view: View, plans: Sequence[Plan], chosen: str) -> list[Element]:
    return [option(one.id, view.words.text(one.title), chosen=one.id == chosen) for one in plans]
