"""What can be taken from a page as a file: its tables as CSV and workbook, its pictures as SVG.

A component that can be taken carries a `key`. A table is taken as it stands, with the exact number of each cell that
has one (`exact`); what shows figures without being a table says its rows itself (`rows`), and what is drawn without a
chart library its picture (`picture`). None of the four reaches the page's HTML.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd
from dash.development.base_component import Component

from .components.html import Element

Cell = str | float | Decimal | None


@dataclass(frozen=True)
class Rows:
    """A table as data: its column heads and its rows, a cell for each head; numbers exact, texts as shown."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def find(body: Sequence[Any], key: str) -> Element | None:
    """The component of a page with that key."""
    return next((one for one in _elements(body) if one.names.get("key") == key), None)


def keys(body: Sequence[Any]) -> tuple[str, ...]:
    """Every key on a page, in order of reading."""
    return tuple(str(one.names["key"]) for one in _elements(body) if one.names.get("key"))


def rows_of(element: Element) -> Rows:
    """What the component says of itself, else the cells of the table that it is."""
    given = element.names.get("rows")
    if isinstance(given, Rows):
        return given
    heads = [row for part in _children(element, "thead") for row in _children(part, "tr")]
    lines = [row for kind in ("tbody", "tfoot") for part in _children(element, kind) for row in _children(part, "tr")]
    named = [str(cell) for cell in _cells(heads[-1])] if heads else []
    cells = [_cells(row) for row in lines]
    width = max([len(named), *(len(row) for row in cells)], default=0)
    named += [""] * (width - len(named))
    padded = tuple((*row, *([None] * (width - len(row)))) for row in cells)
    return Rows(_distinct(named), padded)


def frame_of(rows: Rows) -> pd.DataFrame:
    """The rows as a frame of objects, ready to be written."""
    return pd.DataFrame(list(rows.rows), columns=list(rows.heads), dtype=object)


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Heads that name no column twice: an empty or repeated one gets a number."""
    found: list[str] = []
    for place, name in enumerate(names, start=1):
        shown = name or f"_{place}"
        found.append(shown if shown not in found else f"{shown} {place}")
    return tuple(found)


def _cells(row: Element) -> list[Cell]:
    found: list[Cell] = []
    for cell in _inside(row):
        exact = cell.names.get("exact")
        found.append(exact if exact is not None else _text(cell))
        found += [None] * (int(cell.names.get("colSpan") or 1) - 1)
    return found


def _text(node: Any) -> str:
    """What is read in a cell: its visible texts; where there is none, what is heard or its title."""
    return _joined(node, heard=False) or _joined(node, heard=True)


def _joined(node: Any, *, heard: bool) -> str:
    if node is None:
        return ""
    if isinstance(node, (list, tuple)):
        return " ".join(text for child in node if (text := _joined(child, heard=heard)))
    if not isinstance(node, Element):
        return "" if isinstance(node, Component) else str(node).strip()
    classes = str(node.names.get("className") or node.names.get("class") or "").split()
    if not heard and "unseen" in classes:
        return ""
    return _joined(node.children, heard=heard)


def _inside(element: Element) -> list[Element]:
    children = element.children if isinstance(element.children, (list, tuple)) else [element.children]
    return [child for child in children if isinstance(child, Element)]


def _children(element: Element, tag: str) -> list[Element]:
    return [child for child in _inside(element) if child.tag == tag]


def _elements(nodes: Any) -> Iterator[Element]:
    for node in nodes if isinstance(nodes, (list, tuple)) else [nodes]:
        if isinstance(node, Element):
            yield node
            yield from _elements(node.children)
