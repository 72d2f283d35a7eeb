"""The frame around every page: top bar, breadcrumb with tools, and foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from monitor.catalogue.models import Plan
from monitor.catalogue.regions import Region

from .components.parts import attributes, link
from .pages.page import Page
from .pinyin import initials
from .view import View
from .widgets import as_of_calendar, search_box


@dataclass(frozen=True)
class Around:
    """What the frame shows besides the page: the plans, what can be found, and the stamps of the foot."""

    plans: tuple[Plan, ...]
    places: tuple[dict[str, Any], ...]
    today: str
    catalogue_version: str
    method_version: str
    synthetic: bool


def places(view: View, indicators: Sequence[Any], regions: Sequence[Region]) -> tuple[dict[str, Any], ...]:
    """What the search box offers, grouped; `keys` is what is searched besides the label."""
    words = view.words
    found_indicators = [
        {
            "value": view.href("indicator", i.id),
            "label": f"{i.number} {words.text(i.name)}",
            "keys": f"{initials(i.name.zh)} {i.id.replace('_', ' ')} {i.name.en or ''}".lower(),
        }
        for i in indicators
    ]
    found_regions = [
        {
            "value": view.href("region", r.code),
            "label": words.region(r),
            "keys": f"{initials(r.name)} {r.code} {r.name_en} {r.short_name} {r.name}".lower(),
        }
        for r in regions
    ]
    return (
        {"group": words("search.indicators"), "items": found_indicators},
        {"group": words("search.regions"), "items": found_regions},
    )


def frame(view: View, page: Page, around: Around) -> list[Any]:
    """The whole of what is seen, in order of reading."""
    words = view.words
    return [
        html.A(words("app.skip"), href="#main", className="skip"),
        _top(view, page, around),
        html.Main([_crumbs(view, page, around), *page.body], id="main", tabIndex=-1),
        _foot(view, around),
    ]


def _top(view: View, page: Page, around: Around) -> html.Header:
    words = view.words
    other = "en" if words.language == "zh" else "zh"
    brand = link([html.Span(className="brand-mark"), words("app.name")], view.href("overview", period=None), "brand")
    plans: list[Any] = []
    for plan in around.plans:
        if plan.id == page.plan_id or len(around.plans) == 1:
            plans.append(html.Span(words.text(plan.title), className="plan chosen"))
        else:
            plans.append(link(words.text(plan.title), view.href("overview", plan=plan.id, period=None), "plan"))
    language = html.A(
        words("nav.other_language"),
        href=view.here(language=other, language_in_url=True),  # type: ignore[arg-type]
        className="tool language",
        title=words("nav.other_language_title"),
        lang="en" if other == "en" else "zh-CN",
        hrefLang="en" if other == "en" else "zh-CN",
    )
    theme = html.Div(
        [
            html.Button(
                html.Span(words(f"theme.{name}"), className="unseen"),
                className=f"theme-{name}",
                title=words(f"theme.{name}"),
                **attributes(data_action="theme", data_theme=name),
            )
            for name in ("light", "auto", "dark")
        ],
        className="theme",
        role="group",
        **attributes(aria_label=words("theme.label")),
    )
    return html.Header(
        [
            html.Nav(
                [brand, html.Span(plans, className="plans")],
                className="top-left",
                **attributes(aria_label=words("nav.main")),
            ),
            html.Div(
                [html.Div(search_box(words, list(around.places)), className="search-slot"), language, theme],
                className="top-right",
            ),
        ],
        className="top",
    )


def _crumbs(view: View, page: Page, around: Around) -> html.Div:
    words = view.words
    items = []
    for text, href in page.crumbs:
        items.append(html.Li(link(text, href) if href else html.Span(text, **attributes(aria_current="page"))))
    copy = html.Button(
        [html.Span(words("tools.copy"), className="before"), html.Span(words("tools.copied"), className="after")],
        className="tool copy",
        **attributes(data_action="copy", data_language=words.language),
    )
    printing = html.Button(words("tools.print"), className="tool print", **attributes(data_action="print"))
    calendar = as_of_calendar(words, view.address.as_of if page.status == 200 else None, around.today)
    as_of = html.Div(
        [html.Span(words("tools.as_of"), title=words("tools.as_of_hint")), html.Div(calendar, className="as-of-slot")],
        className="as-of",
    )
    return html.Div(
        [
            html.Nav(html.Ol(items), className="crumbs", **attributes(aria_label=words("nav.breadcrumb"))),
            html.Div([as_of, copy, printing], className="tools"),
        ],
        className="crumb-line",
    )


def _foot(view: View, around: Around) -> html.Footer:
    words = view.words
    parts: list[Any] = [
        html.Span(words("foot.version", method=around.method_version, catalogue=around.catalogue_version)),
    ]
    if around.synthetic:
        parts.insert(0, html.Span(words("foot.synthetic")))
    return html.Footer(parts, className="foot")
