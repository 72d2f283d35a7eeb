"""The two methods side by side: open where they disagree, with the reason in a sentence; folded where they agree."""

from __future__ import annotations

from typing import Any

from monitor.report.indicator import IndicatorAnswer
from monitor.report.two_methods import MethodPair

from ..view import View
from ..words import Words
from . import html
from .alone import stands_alone
from .parts import badge, card, synthetic_mark
from .take import take_table
from .why import explained

_GROWTH_LOOKS = {"target_achieved": "achieved", "substantial": "ahead", "moderate": "nearly", "limited": "behind",
                 "deterioration": "missed", "not_available": "not_assessable"}  # fmt: skip


@stands_alone
def two_methods(view: View, answer: IndicatorAnswer) -> html.Section | None:
    """None where there is no year to compare: hold, band and text targets are judged alike by both."""
    words, pairs = view.words, answer.methods
    if not pairs:
        return None
    apart = [pair for pair in pairs if not pair.agree]
    table = _table(view, pairs)
    legend = html.Div([html.H3(words("two.legend")), _legend(words)], className="two-legend")
    body: Any = html.Div([table, legend], className="two-body")
    if apart:
        title = words("two.title_differ", years=words.join([pair.figure.period.code for pair in apart]))
        body = html.Div([*_reasons(words, apart), table, legend], className="two-body")
    else:
        title = words("two.title_agree")
        body = html.Details([html.Summary(words("two.show", n=len(pairs))), body])
    return card(
        title, body, note=words("two.note"),
        marks=[synthetic_mark(words)] if any(pair.figure.synthetic for pair in pairs) else [],
        class_name="two-card", foot=[words("overview.foot_as_of", date=view.as_of), take_table(view, "methods")],
    )  # fmt: skip


def _reasons(words: Words, apart: list[MethodPair]) -> list[html.P]:
    """Each reason once, with the years it holds for."""
    years: dict[str, list[str]] = {}
    for pair in apart:
        years.setdefault(pair.cause or "", []).append(pair.figure.period.code)
    return [
        html.P([html.B(words.join(found)), " ", words(f"two.why_{cause}")], className="two-why")
        for cause, found in years.items()
        if cause
    ]


def _table(view: View, pairs: tuple[MethodPair, ...]) -> html.Table:
    words = view.words
    heads = [words("column.period"), words("two.linear"), words("two.cagr"), words("two.ratio")]
    rows = [_row(view, pair) for pair in reversed(pairs)]
    head = [html.Th(text, scope="col", className="num" if text == heads[-1] else None) for text in heads]
    return html.Table(
        [html.Caption(words("two.note"), className="unseen"), html.Thead(html.Tr(head)), html.Tbody(rows)],
        className="plain two-table",
        key="methods",
    )


def _row(view: View, pair: MethodPair) -> html.Tr:
    words, figure = view.words, pair.figure
    return html.Tr(
        [
            html.Th(explained(view, figure.period.code, figure), scope="row", className="period"),
            html.Td(badge(words, figure.class_), className="class"),
            html.Td(growth_badge(words, pair.growth_class), className="class"),
            html.Td(words.number(pair.ratio), className="num", exact=pair.ratio),
        ],
        className=None if pair.agree else "apart",
    )


def growth_badge(words: Words, class_: str) -> html.Span:
    """A class of the growth method in the shape and colour of the class that says most nearly the same."""
    if class_ not in _GROWTH_LOOKS:
        return badge(words, class_)
    found = badge(words, _GROWTH_LOOKS[class_])
    found.children = [found.children[0], words(f"cagr.{class_}")]
    return found


def _legend(words: Words) -> html.Ul:
    return html.Ul(
        [html.Li([growth_badge(words, name), " ", words(f"two.said_{name}")]) for name in _GROWTH_LOOKS],
        className="two-classes",
    )
