"""Reading the page's own elements, so that a picture shows what the page shows, number for number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..components.html import Element

_NOT_READ = {"unseen", "ev-box", "lane"}


def parts_of(element: Element) -> list[Element]:
    """The elements directly inside."""
    children = element.children if isinstance(element.children, (list, tuple)) else [element.children]
    return [child for child in children if isinstance(child, Element)]


def every(element: Element) -> Iterator[Element]:
    """The element and all inside it, in order of reading."""
    yield element
    for child in parts_of(element):
        yield from every(child)


def classes_of(element: Element) -> list[str]:
    return str(element.names.get("className") or element.names.get("class") or "").split()


def style_of(element: Element) -> dict[str, Any]:
    return dict(element.names.get("style") or {})


def share_of(element: Element, name: str) -> float | None:
    """A length in % among the element's styles as a share of 1."""
    found = style_of(element).get(name)
    return None if found is None else float(str(found).rstrip("%")) / 100


def within(element: Element, class_name: str) -> Element | None:
    """The first element of that class."""
    return next((one for one in every(element) if class_name in classes_of(one)), None)


def runs(node: Any) -> Iterator[tuple[str, str]]:
    """Texts, marks and shapes in order of reading, as (kind, what); what is only heard is left out."""
    if isinstance(node, (list, tuple)):
        for child in node:
            yield from runs(child)
    elif isinstance(node, Element):
        classes = classes_of(node)
        if _NOT_READ & set(classes):
            return
        shape = next((name[2:] for name in classes if name.startswith("g-")), None)
        if "glyph" in classes:
            yield "shape", shape or "ring"
        elif "mark" in classes:
            yield "mark", seen(node.children)
        else:
            yield from runs(node.children)
    elif node is not None and str(node).strip():
        yield "text", str(node).strip()


def seen(node: Any) -> str:
    """The visible text."""
    return " ".join(said for kind, said in runs(node) if kind != "shape")
