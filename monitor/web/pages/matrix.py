"""The matrix: the nation and every unit × every indicator at one look."""

from __future__ import annotations

from functools import partial
from typing import Any

from monitor.report.figures import severity
from monitor.report.matrix import Matrix

from ..components import html
from ..components.alone import stands_alone
from ..components.choices import choice
from ..components.matrix_parts import filters, legend, matrix_finding, matrix_table
from ..components.parts import attributes, card, dotted, link, page_head, synthetic_mark
from ..components.states import empty_state
from ..components.take import take_picture, take_table
from ..pictures.frame import Caption, Item, caption, class_items
from ..pictures.matrix import matrix_picture
from ..view import View
from ..words import Words
from .page import Page

_SHOWS = ("class", "gap", "value")


def matrix_page(view: View, answer: Matrix) -> Page:
    words = view.words
    title = matrix_finding(words, answer)
    facts = [
        words("matrix.subtitle", plan=words.text(answer.plan.title), n=answer.unit_count, k=len(answer.indicators)),
        words("overview.data_as_of", date=view.as_of),
        words("overview.updated_at", time=words.moment(answer.newest)),
    ]
    periods = [
        (words("tools.period_latest"), view.here(period=None), answer.period is None),
        *((p.code, view.here(period=p.code), answer.period == p) for p in answer.periods),
    ]
    marks = [synthetic_mark(words)] if answer.synthetic else []
    subtitle = html.P(dotted(facts), className="subtitle")
    body: list[Any] = [page_head(title, subtitle, choice(words("tools.period"), periods), marks=marks)]
    if answer.is_empty:
        body.append(empty_state(view, answer.period))
    body.append(_table_card(view, answer))
    crumbs = ((words("overview.title"), view.href("overview")), (words("nav.matrix"), None))
    return Page(title, body, view.address, crumbs, answer.plan.id, synthetic=answer.synthetic)


@stands_alone
def _table_card(view: View, answer: Matrix) -> html.Section:
    words, ask = view.words, answer.ask
    shows = choice(
        words("matrix.show"),
        [
            (words(f"matrix.show_{show}"), view.here(show=None if show == "class" else show), ask.show == show)
            for show in _SHOWS
        ],
    )
    # a region of its own, which scrolls where the window is narrow, and by keyboard
    table = matrix_table(view, answer)
    region = html.Div(
        table,
        className="m-scroll",
        key="heat",
        picture=partial(matrix_picture, _caption(view, answer), table, _legend_items(words, answer)),
        tabIndex=0,
        role="region",
        **attributes(aria_label=words("matrix.region")),
    )
    settings = words(
        "overview.settings",
        band=words.number(float(answer.settings.band_tolerance)),
        ahead=words.number(float(answer.settings.ahead)),
        near=words.number(float(answer.settings.near)),
    )
    note = words("overview.table_note") if answer.period is None else words(
        "overview.table_note_period", period=answer.period.code
    )  # fmt: skip
    body: list[Any] = [filters(view, answer), *_narrowed(view, answer), legend(view, answer), region]
    return card(
        words(f"matrix.title_{ask.show}"),
        body,
        note=[html.Span(words("matrix.note", periods=note)), html.Span(words("matrix.keys"), className="m-keys")],
        tools=shows,
        marks=[synthetic_mark(words)] if answer.synthetic else [],
        class_name="matrix-card",
        foot=[words("overview.foot_as_of", date=view.as_of), settings, words(f"matrix.foot_{ask.show}"),
              take_table(view, "matrix"), take_picture(view, "heat")],
    )  # fmt: skip


def _caption(view: View, answer: Matrix) -> Caption:
    """What stands around the picture of the matrix."""
    words = view.words
    period = words("overview.table_note") if answer.period is None else answer.period.code
    return caption(
        view,
        matrix_finding(words, answer),
        f"{words(f'matrix.title_{answer.ask.show}')} · {period}",
        catalogue=answer.catalogue_version,
        synthetic=answer.synthetic,
    )


def _legend_items(words: Words, answer: Matrix) -> list[Item]:
    """The classes in the picture; shades of distances carry their numbers."""
    return [] if answer.ask.show == "gap" else class_items(words, sorted(answer.classes, key=severity))


def _narrowed(view: View, answer: Matrix) -> list[Any]:
    """What has fallen away, and the way back to everything."""
    words, ask = view.words, answer.ask
    if (ask.class_, ask.nature, ask.category) == (None, None, None):
        return []
    hidden_ones = len(answer.all_indicators) - len(answer.indicators)
    said = words("matrix.narrowed", units=answer.hidden_units, indicators=hidden_ones)
    if ask.class_ is not None:
        said += words("matrix.narrowed_class")
    back = link(words("matrix.show_all"), view.here(class_=None, nature=None, category=None), "chip")
    return [html.P([said, " ", back], className="m-narrowed")]
