"""The frame around every page: top bar, breadcrumb with tools, and foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from monitor.catalogue.models import Plan
from monitor.catalogue.regions import Region
from monitor.jobs.health import Failing
from monitor.store.space import Room

from .address import PageName
from .components import html
from .components.duty_parts import DUTIES
from .components.low_space import low_space_banner
from .components.parts import attributes, link
from .components.reader_line import reader_line
from .components.rehearsal import rehearsal_banner
from .components.stale import stale_banner
from .components.states import away_notice, kept_notice
from .gatekeeper import PAGE_ACTIONS, home_of
from .identity import Person
from .pages.page import Page
from .pictures.frame import address_of
from .pinyin import initials, pinyin
from .readers import ReadOnly
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
    """What the search box offers, grouped; `keys` is what is searched besides the label.

    The last item leads to the search over everything, with what was typed (assets/shell.js, findPlace).
    """
    words = view.words
    found_indicators = [
        {
            "value": view.href("indicator", i.id),
            "label": f"{i.number} {words.text(i.name)}",
            "keys": f"{_sounds(i.name.zh)} {i.id.replace('_', ' ')} {i.name.en or ''}".lower(),
        }
        for i in indicators
    ]
    found_regions = [
        {
            "value": view.href("region", r.code),
            "label": words.region(r),
            "keys": f"{_sounds(r.name)} {r.code} {r.name_en} {r.name}".lower(),
        }
        for r in regions
    ]
    categories = dict.fromkeys(words.text(i.category) for i in indicators if i.category is not None)
    found_pages = [{"value": view.href(page), "label": words(key), "keys": _sounds(words(key))} for page, key in _ROOMS]
    found_categories = [
        {"value": view.href("catalogue", category=name), "label": name, "keys": _sounds(name)} for name in categories
    ]
    # with what is shown now, so that choosing it again is another choice
    everything = {
        "value": view.href("search", asked=view.address.asked),
        "label": words("search.all"),
        "keys": words("search.all_for", q="{q}"),
    }
    return (
        {"group": words("search.indicators"), "items": found_indicators},
        {"group": words("search.regions"), "items": found_regions},
        {"group": words("search.pages"), "items": found_pages},
        {"group": words("search.categories"), "items": found_categories},
        {"group": words("search.title"), "items": [everything]},
    )


def _sounds(text: str) -> str:
    """Pinyin initials and full pinyin; nothing for what is not Chinese."""
    return "" if text.isascii() else f"{initials(text)} {pinyin(text)}"


def frame(view: View, page: Page, around: Around) -> list[Any]:
    """What stands below the top bar, in order of reading; the same for everybody who sees the page."""
    if page.is_bare:
        return [html.Main(page.body, id="main", tabIndex=-1), away_notice(view)]
    return [
        html.Main([_crumbs(view, page, around), *page.body], id="main", tabIndex=-1),
        _foot(view, around),
        away_notice(view),
        kept_notice(view),
    ]


def head(
    view: View,
    page: Page,
    around: Around,
    person: Person,
    waiting: int,
    failing: Sequence[Failing] = (),
    room: Room | None = None,
    *,
    rehearsal: bool = False,
    read_only: ReadOnly | None = None,
) -> list[Any]:
    """The top bar with who asks and, for those who review, how many submissions wait for it; below it, what fails,
    whether the disk is nearly full, and that it is a rehearsal, or a read-only copy.

    A bare page has no bar.
    """
    told = [rehearsal_banner(view.words)] if rehearsal else []
    if read_only is not None:
        told.append(reader_line(view.words, read_only.store, read_only.owner, view.address.page))
    told += [stale_banner(view, failing)] if failing else []
    if room is not None and room.is_low:
        told.append(low_space_banner(view, room))
    if page.is_bare:
        return told
    skip = html.A(view.words("app.skip"), href="#main", className="skip")
    return [skip, _top(view, page, around, person, waiting), *told]


_ROOMS: tuple[tuple[PageName, str], ...] = (
    ("overview", "nav.overview"),
    ("matrix", "nav.matrix"),
    ("tree", "nav.tree"),
    ("compare", "nav.compare"),
    ("reporting", "nav.reporting"),
    ("quality", "nav.quality"),
    ("rounds", "nav.rounds"),
    ("upload", "nav.upload"),
    ("queue", "nav.queue"),
    ("catalogue", "nav.catalogue"),
    ("method", "nav.method"),
)
_OFFICE: tuple[tuple[PageName, str], ...] = (
    ("status", "nav.status"),
    ("jobs", "nav.jobs"),
    ("integrity", "nav.integrity"),
    ("accounts", "nav.accounts"),
    ("tokens", "nav.tokens"),
    ("audit", "nav.audit"),
)
_WITHIN: dict[PageName, PageName] = {
    "indicator": "overview",
    "region": "overview",
    "history": "overview",
    "explain": "overview",
    "draft": "upload",
    **dict.fromkeys(DUTIES, "rounds"),
}


def _rooms(view: View, person: Person, waiting: int) -> html.Ul:
    """The rooms of the house that are open to who asks; the one that the page belongs to is marked."""
    words, here = view.words, _WITHIN.get(view.address.page, view.address.page)
    items = []
    for name, key in (*_ROOMS, *_OFFICE) if person.may("read_figures") else (*_OFFICE, *_ROOMS):
        if not person.may(PAGE_ACTIONS[name]):
            continue
        said: list[Any] = [words(key)]
        if name == "queue" and waiting:
            count = html.Span(str(waiting), className="waiting-count", title=words("nav.waiting", n=waiting))
            said.append(count)
        target = html.A(said, href=view.href(name), **(attributes(aria_current="page") if name == here else {}))
        items.append(html.Li(target))
    return html.Ul(items, className="rooms")


def _who(view: View, person: Person) -> html.A:
    words = view.words
    name, role = person.actor.name, [html.Span(words(f"role.{person.actor.role}"), className="who-role")]
    return link([html.Span(name, className="who-name"), *role], view.href("me"), "tool who", words("nav.who_title"))


def _top(view: View, page: Page, around: Around, person: Person, waiting: int) -> html.Header:
    words = view.words
    other = "en" if words.language == "zh" else "zh"
    reads = person.may("read_figures")
    home = view.href("overview", period=None) if reads else view.href(home_of(person.actor.role))
    brand = link([html.Span(className="brand-mark"), words("app.name")], home, "brand")
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
                [brand, _rooms(view, person, waiting)],
                className="top-left" if reads else "top-left no-figures",
                **attributes(aria_label=words("nav.main")),
            ),
            html.Div(
                [
                    *([html.Div(search_box(words, list(around.places)), className="search-slot")] if reads else []),
                    _who(view, person),
                    language,
                    theme,
                ],
                className="top-right",
            ),
        ],
        className="top",
    )


def _plans(view: View, page: Page, around: Around) -> list[Any]:
    """The choice of plan, where there are several."""
    if len(around.plans) == 1:
        return []
    words = view.words
    found: list[Any] = []
    for plan in around.plans:
        if plan.id == page.plan_id:
            found.append(html.Span(words.text(plan.title), className="plan chosen"))
        else:
            found.append(link(words.text(plan.title), view.href("overview", plan=plan.id, period=None), "plan"))
    return [html.Span(found, className="plans")]


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
    tools: list[Any] = [copy, printing]
    if page.has_moments:
        calendar = as_of_calendar(words, _day_chosen(view) if page.status == 200 else None, around.today)
        named = [html.Span(view.address.as_of, className="mark")] if _names_a_moment(view) else []
        name = html.Span([words("tools.as_of"), *named], title=words("tools.as_of_hint"))
        tools.insert(0, html.Div([name, html.Div(calendar, className="as-of-slot")], className="as-of"))
    return html.Div(
        [
            html.Nav(html.Ol(items), className="crumbs", **attributes(aria_label=words("nav.breadcrumb"))),
            *_plans(view, page, around),
            html.Div(tools, className="tools"),
        ],
        className="crumb-line",
    )


def _names_a_moment(view: View) -> bool:
    """Whether the as-of is no plain date: a snapshot's name, or a time of day."""
    try:
        date.fromisoformat(view.address.as_of or "2000-01-01")
    except ValueError:
        return True
    return False


def _day_chosen(view: View) -> str | None:
    """What the date field shows: the day as typed, or that of the named moment."""
    return view.as_of if _names_a_moment(view) else view.address.as_of


def _printed(view: View) -> str:
    """What only paper needs, for the window has it in its bars: the moment, and where to find the page again."""
    words = view.words
    moment = [words("overview.foot_as_of", date=view.as_of)] if view.as_of else []
    return " · ".join([*moment, words("picture.address", address=address_of(view))])


def _foot(view: View, around: Around) -> html.Footer:
    words = view.words
    parts: list[Any] = [
        link(words("search.all"), view.href("search")),
        html.Span(_printed(view), className="print-only"),
        html.Span(words("foot.version", method=around.method_version, catalogue=around.catalogue_version)),
    ]
    if around.synthetic:
        parts.insert(0, html.Span(words("foot.synthetic")))
    return html.Footer(parts, className="foot")
