"""Facts of an explanation: what is named, its number, and how it came about; shown as tables and taken as one file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ..taken import Cell, Rows
from ..view import View
from ..words import Words
from . import html
from .exact_numbers import exact_number, exact_text, float_text
from .parts import attributes


@dataclass(frozen=True)
class Fact:
    """`shown`: the value as read; `exact`: the number for a file, None for a text; `how`: how it came about."""

    name: str
    shown: str
    exact: Decimal | float | None = None
    unit: str = ""
    how: str = ""
    body: Any = None
    """What stands for `shown` on the page where that is more than a text: a link, a badge."""


def number_fact(
    name: str, value: Fraction | float | None, unit: str = "", how: str = "", *, cut: int = 6
) -> Fact | None:
    """A number with all its digits, None for none. A float has at most `cut` decimals: it was rounded already."""
    if value is None:
        return None
    if isinstance(value, float):
        text = float_text(value, cut)
        return Fact(name, _with_unit(text, unit), value, unit, how)
    return Fact(name, _with_unit(exact_text(value, cut), unit), exact_number(value), unit, how)


def text_fact(name: str, shown: str, how: str = "", body: Any = None) -> Fact | None:
    """A text, None where there is none."""
    return Fact(name, shown, None, "", how, body) if shown else None


def _with_unit(text: str, unit: str) -> str:
    return f"{text}%" if unit == "%" else f"{text} {unit}".rstrip()


def facts_table(
    words: Words, title: str, facts: Sequence[Fact | None], key: str, *, how: str | None = None
) -> html.Div:
    """Name, value and how it came about (`how`: what the last is called here), a row for each; can be taken."""
    known = [fact for fact in facts if fact is not None]
    kinds = _KINDS if any(fact.how for fact in known) else _KINDS[:2]
    names = {kind: words(f"explain.h_{kind}") for kind in kinds} | ({"how": how} if how else {})
    heads = [html.Th(names[kind], scope="col", className=f"fact-{kind}") for kind in kinds]
    body = [
        html.Tr(
            [
                html.Th(fact.name, scope="row", className="fact-name"),
                html.Td(fact.body if fact.body is not None else fact.shown, className="fact-value", exact=fact.exact),
                *([html.Td(fact.how, className="fact-how")] if len(kinds) > 2 else []),
            ]
        )
        for fact in known
    ]
    parts = [html.Caption(title, className="unseen"), html.Thead(html.Tr(heads)), html.Tbody(body)]
    table = html.Table(parts, className="plain fact-table", key=key)
    return scroller(table, title)


_KINDS = ("name", "value", "how")


def scroller(table: html.Table, title: str) -> html.Div:
    """A table that scrolls by itself where it is wider than its card; the keyboard reaches it."""
    return html.Div(table, className="table-wrap", tabIndex=0, role="region", **attributes(aria_label=title))


def long_rows(view: View, sections: Sequence[tuple[str, Sequence[Fact | None]]]) -> Rows:
    """All facts of all sections in long form: part, name, value, unit, note."""
    words = view.words
    rows: list[tuple[Cell, ...]] = []
    for part, facts in sections:
        for fact in facts:
            if fact is not None:
                rows.append((part, fact.name, fact.shown if fact.exact is None else fact.exact, fact.unit, fact.how))
    heads = tuple(words(f"explain.l_{name}") for name in ("part", "name", "value", "unit", "note"))
    return Rows(heads, tuple(rows))
