"""The tree of regions: from the nation to a county in one click a level, worst first, every number explained."""

from __future__ import annotations

from typing import Any

from monitor.report.branches import LEVELS, Branches
from monitor.report.figures import Group

from ..components import html
from ..components.alone import stands_alone
from ..components.choices import choice
from ..components.form_elements import button, form, hidden_field, input_, label, option, select
from ..components.parts import attributes, card, dotted, link, page_head, synthetic_mark
from ..components.take import take_table
from ..components.tree_parts import WINDOW, tree_finding, tree_table
from ..view import View
from .page import Page

_GROUPS: tuple[Group, ...] = ("lag", "near", "good", "open")


def tree_page(view: View, answer: Branches) -> Page:
    words = view.words
    title = tree_finding(words, answer)
    facts: list[Any] = [
        words("tree.subtitle", plan=words.text(answer.plan.title), period=answer.period.code, n=f"{len(answer):,}"),
        words("tree.on_day", day=words.day(answer.period.end)),
        words("overview.data_as_of", date=view.as_of),
        link(
            words("tree.own_page", name=words.region_short(answer.root)),
            view.href("region", answer.root.code, period=view.address.period),
        ),
    ]
    periods = [
        (one.code, view.here(period=one.code, skip=None), answer.period == one)
        for one in dict.fromkeys((*answer.periods, answer.period))
    ]
    marks = [synthetic_mark(words)] if answer.synthetic else []
    head = page_head(title, html.P(dotted(facts), className="subtitle"), choice(words("tools.period"), periods),
                     marks=marks)  # fmt: skip
    return Page(title, [head, _grid(view, answer)], view.address, _crumbs(view, answer), answer.plan.id,
                synthetic=answer.synthetic)  # fmt: skip


def _crumbs(view: View, answer: Branches) -> tuple[tuple[str, str | None], ...]:
    """The regions above, as they stood on the period's last day."""
    words = view.words
    found: list[tuple[str, str | None]] = [(words("nav.tree"), None)]
    for one in answer.above:
        place = None if one.code == answer.plan.region else one.code
        found.append((words.region_short(one), view.here(region=place, level=None, asked=None, skip=None)))
    return (*found, (words.region_short(answer.root), None))


@stands_alone
def _grid(view: View, answer: Branches) -> html.Section:
    words = view.words
    first = _first(view, answer)
    body: list[Any] = [_finder(view, answer), _filters(view, answer)]
    if len(answer):
        body.append(
            html.Div(
                tree_table(view, answer, first),
                className="tree-scroll",
                tabIndex=0,
                role="region",
                **attributes(aria_label=words("tree.scrolled")),
            )
        )
        body.append(_pager(view, answer, first))
    else:
        body.append(html.P(words("tree.nothing"), className="quiet"))
    settings = words(
        "overview.settings",
        band=words.number(float(answer.settings.band_tolerance)),
        ahead=words.number(float(answer.settings.ahead)),
        near=words.number(float(answer.settings.near)),
    )
    shown = "all" if answer.ask.indicator is None else "one"
    return card(
        words(f"tree.title_{shown}"),
        body,
        note=words(f"tree.note_{shown}"),
        marks=[synthetic_mark(words)] if answer.synthetic else [],
        class_name="tree-card",
        foot=[words("overview.foot_as_of", date=view.as_of), settings, words("tree.foot"), take_table(view, "tree")],
    )


def _first(view: View, answer: Branches) -> int:
    text = view.address.skip or ""
    return min(int(text), max(0, len(answer) - 1)) if text.isascii() and text.isdigit() and len(text) <= 6 else 0


def _finder(view: View, answer: Branches) -> html.Div:
    """Search by name, pinyin or code, and the indicator: a form that a browser sends by itself."""
    words, ask, address = view.words, answer.ask, view.address
    kept = {"plan": address.plan, "period": address.period, "as_of": address.as_of, "region": address.region,
            "level": ask.level, "class": ask.class_}  # fmt: skip
    if address.language_in_url:
        kept["lang"] = address.language
    indicators = [option("", words("tree.all_indicators"), chosen=ask.indicator is None)]
    indicators += [
        option(one.id, f"{one.number} {words.text(one.name)}", chosen=one.id == ask.indicator)
        for one in answer.indicators
    ]
    fields = [
        label(words("tree.search"), for_="tree-q"),
        input_("search", "q", ask.text or "", id="tree-q", placeholder=words("tree.search_hint"), maxlength="40"),
        label(words("tree.indicator"), for_="tree-indicator"),
        select("indicator", indicators, id="tree-indicator"),
        button(words("tree.show"), class_="tool"),
        *(hidden_field(name, value) for name, value in kept.items() if value),
    ]
    return html.Div(form(fields, "/tree", method="get", class_="tree-finder", role="search"))


def _filters(view: View, answer: Branches) -> html.Div:
    words, ask = view.words, answer.ask
    here = {"skip": None, "asked": None}
    levels = [(words("tree.children"), view.here(level=None, **here), ask.level is None and ask.text is None)]
    at = None if ask.text else ask.level
    levels += [
        (f"{words.known('level', one)} {answer.levels[one]:,}", view.here(level=one, **here), at == one)
        for one in LEVELS
        if one in answer.levels
    ]
    counts = dict.fromkeys(_GROUPS, 0)
    for name, number in answer.classes.items():
        counts[answer.group(name)] += number
    classes = [(words("matrix.all"), view.here(class_=None, skip=None), ask.class_ is None)]
    classes += [
        (f"{words(f'group.{one}')} {counts[one]:,}", view.here(class_=one, skip=None), ask.class_ == one)
        for one in _GROUPS
        if counts[one] or ask.class_ == one
    ]
    return html.Div(
        [choice(words("tree.level"), levels), choice(words("matrix.class"), classes)], className="m-filters"
    )


def _pager(view: View, answer: Branches, first: int) -> html.P:
    """Which rows these are, and the ones before and after for whom no script draws them."""
    words, total = view.words, len(answer)
    last = min(first + WINDOW, total)
    pattern = words("tree.rows", first="{first}", last="{last}", n=f"{total:,}")
    said = words("tree.rows", first=first + 1, last=last, n=f"{total:,}")
    parts: list[Any] = [html.Span(said, className="tree-place", **attributes(data_text=pattern))]
    if first:
        before = max(0, first - WINDOW)
        parts.append(link(words("tree.before"), view.here(skip=str(before) if before else None)))
    if last < total:
        parts.append(link(words("tree.after"), view.here(skip=str(last))))
    return html.P(parts, className="tree-pager", role="status")
