"""More of the overview's cards: what changed since the last period, how fresh the figures are, what is shown alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from monitor.report.figures import GROUPS
from monitor.report.freshness import Freshness, Newest
from monitor.report.overview import Entry, Overview

from ..view import View
from ..words import Words
from . import html
from .alone import stands_alone
from .parts import attributes, badge, card, link, synthetic_mark
from .why import why

_EXACT = ("", "eq")


def chosen_part(view: View, answer: Overview) -> Overview:
    """The same answer with the entries of the class, group or nature that the address asks for."""
    wanted, nature = view.address.class_, view.address.nature
    return replace(
        answer,
        entries=tuple(
            entry
            for entry in answer.entries
            if (wanted is None or wanted in (entry.figure.group, entry.figure.class_))
            and nature in (None, entry.indicator.nature)
        ),
    )


def narrowed(view: View, part: Overview, total: int) -> html.Span | None:
    """What is shown alone, and the way back to everything; None where everything is shown."""
    words, address = view.words, view.address
    said = []
    if address.class_ is not None:
        is_group = address.class_ in GROUPS
        said.append(words(f"group.{address.class_}") if is_group else words.class_name(address.class_))
    if address.nature is not None:
        said.append(words.known("nature", address.nature))
    if not said:
        return None
    text = words("overview.narrowed", what=words.join(said), n=len(part.entries), total=total)
    back = link(words("matrix.show_all"), view.here(class_=None, nature=None), "chip")
    return html.Span([text, back], className="narrowed")


def _step(view: View, entry: Entry) -> list[Any]:
    """The two figures, the one before first, with what lies between."""
    words, before, now = view.words, entry.previous, entry.figure
    if before is None:
        return []
    found: list[Any] = []
    for figure in (before, now):
        face = words.value(figure)
        if entry.counts_regions and figure.numerator is not None:
            face = f"{words.number(figure.numerator)} {words('mark.regions')}"
        place = (figure.indicator_id, figure.region_code, figure.period)
        found += [html.Span(figure.period.code), why(view, face, *place, class_name="made"),
                  badge(words, figure.class_), html.Span("→", className="arrow")]  # fmt: skip
    return [*found[:-1], html.B(difference(words, entry), className="change-size")]


def difference(words: Words, entry: Entry) -> str:
    """The change of the figure in words; a dash where either is a bound."""
    before, now = entry.previous, entry.figure
    if before is None or before.value is None or now.value is None:
        return words("number.none")
    if before.comparator not in _EXACT or now.comparator not in _EXACT:
        return words("number.none")
    if entry.counts_regions and before.numerator is not None and now.numerator is not None:
        return f"{words.signed(now.numerator - before.numerator)} {words('mark.regions')}"
    return words.difference(now.value - before.value, now.unit)


def change_rows(view: View, answer: Overview) -> list[html.Li]:
    """The indicators whose class changed, each with both figures."""
    words = view.words
    return [
        html.Li(
            [
                link(words.text(entry.indicator.name), view.href("indicator", entry.indicator.id), "change-name"),
                html.Span(_step(view, entry), className="change-step"),
            ]
        )
        for entry in answer.changes
    ]


@stands_alone
def changes_card(view: View, answer: Overview) -> html.Section:
    """Changes of class, the lagging first, with the figures; then the figures that changed within their class."""
    words = view.words
    changed, rows = answer.changes, change_rows(view, answer)
    classes: Any = (
        html.Ul(rows, className="changes") if rows else html.P(words("overview.changes_none"), className="quiet")
    )
    same = [entry for entry in answer.entries if entry not in changed and difference(words, entry)[0] in "+\u2212"]
    body: list[Any] = [classes]
    if same:
        body.append(html.P([html.Span(words("overview.changes_within", n=len(same))), *_within(view, same)],
                           className="changed-within"))  # fmt: skip
    count = html.Span(words("overview.changes_tally", n=len(rows), k=len(same)), className="tally")
    synthetic = any(entry.figure.synthetic for entry in (*changed, *same))
    marks = [count, *([synthetic_mark(words)] if synthetic else [])]
    more = link(words("overview.changes_more"), view.href("compare", period=None), "more")
    return card(words("overview.changes_title"), body, marks=marks, class_name="changes-card", foot=[more])


def _within(view: View, entries: list[Entry]) -> list[Any]:
    words = view.words
    items: list[Any] = []
    for entry in entries:
        name = words.text(entry.indicator.name)
        place = (entry.figure.indicator_id, entry.figure.region_code, entry.figure.period)
        number = why(view, difference(words, entry), *place, class_name="made")
        items.append(html.Span([html.Span(f"{entry.indicator.number} {name} ", className="changed-name"), number]))
    return items


@stands_alone
def freshness_card(view: View, answer: Overview, fresh: Freshness) -> html.Section:
    """How new the figures are, by source; which indicators are behind; and what kind of figures they are."""
    words = view.words
    items = [html.Li(_source_line(words, one)) for one in fresh.sources]
    if fresh.older and fresh.period is not None:
        named = [
            words("overview.fresh_named", number=entry.indicator.number, period=entry.figure.period.code)
            for entry in fresh.older
        ]
        older = words.join(named)
        items.append(html.Li(words("overview.fresh_older", n=fresh.current, period=fresh.period.code, older=older),
                             className="fresh-older"))  # fmt: skip
    elif fresh.period is not None:
        items.append(html.Li(words("overview.fresh_same", n=fresh.current, period=fresh.period.code)))
    filled = [entry.figure for entry in answer.entries if entry.figure.has_value]
    counts = {
        "bound": sum(figure.comparator not in _EXACT for figure in filled),
        "partial": sum(figure.partial for figure in filled),
        "synthetic": sum(figure.synthetic for figure in filled),
        "none": len(fresh.missing),
    }
    kinds = [words(f"overview.basis_{name}", n=number) for name, number in counts.items() if number]
    if kinds:
        items.append(html.Li(words.join(kinds), className="quiet"))
    marks = [synthetic_mark(words)] if counts["synthetic"] else []
    return card(words("overview.fresh_title"), html.Ul(items, className="fresh"), marks=marks,
                class_name="basis-card")  # fmt: skip


def _source_line(words: Words, one: Newest) -> list[Any]:
    name = html.B(words("overview.fresh_source", vintage=words.known("vintage", one.vintage), n=one.count))
    if one.on is None or one.days is None:
        return [name, words("overview.fresh_period", period=one.period.code)]
    said = words("overview.fresh_published", period=one.period.code, date=words.day(one.on), age=age(words, one.days))
    return [name, said]


def age(words: Words, days: int) -> str:
    """How long ago, in the unit that people would say."""
    if days < 1:
        return words("age.today")
    for least, size, unit in ((730, 365, "years"), (60, 30, "months"), (1, 1, "days")):
        if days >= least:
            return words(f"age.{unit}", n=days // size)
    return words("age.today")


def page_links(view: View) -> html.Nav:
    """From the overview to its larger sisters."""
    words = view.words
    links = [link(words("overview.to_matrix"), view.href("matrix"), "tool"),
             link(words("overview.to_wall"), view.href("wall"), "tool")]  # fmt: skip
    return html.Nav(links, className="page-links", **attributes(aria_label=words("overview.more_views")))
