"""A table in its card: heads, rows, a box that scrolls, and the links with which it is taken away."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from ..taken import Rows
from ..view import View
from . import html
from .parts import attributes, link


def plain_table(
    title: str,
    heads: Sequence[Any],
    rows: Sequence[html.Tr],
    *,
    key: str,
    class_name: str = "",
    taken: Rows | None = None,
) -> html.Div:
    """`heads`: texts or ready cells; the box is reached and scrolled by keyboard.

    `taken`: the rows of the file, where they are not those of the table.
    """
    cells = [head if isinstance(head, html.Th) else html.Th(head, scope="col") for head in heads]
    table = html.Table(
        [html.Caption(title, className="unseen"), html.Thead(html.Tr(cells)), html.Tbody(list(rows))],
        className=f"plain {class_name}".rstrip(),
        key=key,
        rows=taken,
    )
    return html.Div(table, className="table-wrap", tabIndex=0, role="region", **attributes(aria_label=title))


def head(text: Any, class_name: str = "", *, title: str | None = None) -> html.Th:
    return html.Th(text, scope="col", className=class_name or None, title=title)


def sorted_head(view: View, text: str, name: str, class_name: str = "num", *, title: str | None = None) -> html.Th:
    """A head that orders the table by its column; the chosen one is marked for eye and ear."""
    is_chosen = view.address.sort == name
    marked = attributes(aria_sort="descending") if is_chosen else {}
    shown = html.Span([text, " ▾"], className="chosen") if is_chosen else link(text, view.here(sort=name), "order-by")
    return html.Th(shown, scope="col", className=class_name, title=title, **marked)


def number_cell(text: Any, exact: float | Decimal | None, class_name: str = "", *, title: str | None = None) -> html.Td:
    """A number as shown, with the one that is taken away."""
    return html.Td(text, className=f"num {class_name}".rstrip(), exact=exact, title=title)


def rest_link(view: View, text: str) -> Any:
    """To all rows of a table that is shown shortened."""
    return link(text, view.here(rows="all"), "more")
