"""Tables that stand their rows on end in a narrow window: each cell then carries its column's head."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..taken import Rows
from . import html
from .parts import attributes

Head = tuple[str, Any] | tuple[str, Any, str]
"""Class of the column, what stands over it, and beside each cell in a narrow window what is said there instead."""


def sided_table(
    caption: str,
    heads: Sequence[Head],
    rows: Sequence[Sequence[Any]],
    *,
    key: str,
    class_name: str = "",
    taken: Rows | None = None,
) -> html.Div:
    """`rows`: cells (Td or Th), one for each head; a cell without a class takes its column's.

    `taken`: what goes into a file instead of what is shown. The roles are said, for in a narrow window the elements
    are displayed as no table.
    """
    texts = [str(head[-1]) for head in heads]
    top = [html.Th(head[1], scope="col", className=head[0], role="columnheader") for head in heads]
    lines = []
    for cells in rows:
        for cell, head in zip(cells, heads, strict=True):
            cell.names.setdefault("className", head[0])
        lines.append(html.Tr(headed(cells, texts), role="row"))
    table = html.Table(
        [
            html.Caption(caption, className="unseen"),
            html.Thead(html.Tr(top, role="row"), role="rowgroup"),
            html.Tbody(lines, role="rowgroup"),
        ],
        className=f"plain sided {class_name}".strip(),
        role="table",
        key=key,
        rows=taken,
    )
    return html.Div(table, className="table-wrap", tabIndex=0, role="region", **attributes(aria_label=caption))


def headed(cells: Sequence[Any], texts: Sequence[str]) -> list[Any]:
    """The cells of a row, each with its column's head to be shown beside it, and its role."""
    for cell, text in zip(cells, texts, strict=True):
        cell.names["role"] = "rowheader" if cell.tag == "th" else "cell"
        cell.names |= attributes(data_head=text)
    return list(cells)
