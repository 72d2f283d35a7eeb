"""Choices that are links: the period, the order, the region; each keeps the rest of the slice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import html
from .parts import attributes, link


def choice(label: str, options: Sequence[tuple[str, str, bool]], class_name: str = "") -> html.Nav:
    """A labelled row of links (text, href, chosen); the chosen one is marked for eye and ear."""
    items: list[Any] = [html.Span(label, className="choice-label")]
    for text, href, chosen in options:
        if chosen:
            items.append(html.Span(text, className="chosen", **attributes(aria_current="true")))
        else:
            items.append(link(text, href))
    return html.Nav(items, className=f"choice {class_name}".strip(), **attributes(aria_label=label))
