"""The frame around every picture: the finding, what is shown, the legend, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ..components.parts import look
from ..figures.template import INK, LINE, QUIET
from ..view import View
from ..words import Words
from .looks import LOOKS, PLAIN, SOFT, WHITE, shape
from .svg import Svg, document, line, rect, text, width_of, wrapped

MARGIN = 28.0
_TITLE, _SUBTITLE, _LEGEND, _FOOT = 22.0, 13.0, 12.5, 11.0


@dataclass(frozen=True)
class Caption:
    """What stands around a picture. `title`: the finding; `subtitle`: what is shown; `foot`: its lines of origin."""

    title: str
    subtitle: str
    foot: tuple[str, ...]
    synthetic: str  # the mark, empty where nothing is synthetic
    language: str


def address_of(view: View) -> str:
    """The page's address with its language, so that whoever holds a file finds the same page again."""
    return replace(view.address, language_in_url=True).href


def caption(
    view: View, title: str, subtitle: str, *, catalogue: str, vintages: Iterable[str] = (), synthetic: bool = False
) -> Caption:
    """`catalogue`: its version; `vintages`: codes of what the figures were published as."""
    words = view.words
    named = words.join(list(dict.fromkeys(words.known("vintage", one) for one in vintages if one)))
    foot = (
        words("overview.foot_sources", sources=named) if named else "",
        words("overview.foot_as_of", date=view.as_of),
        words("picture.catalogue", version=catalogue),
        words("picture.address", address=address_of(view)),
        words("foot.synthetic") if synthetic else "",
    )
    mark = words("mark.synthetic") if synthetic else ""
    return Caption(title, subtitle, tuple(part for part in foot if part), mark, words.language)


def box_facts(said: Caption, stem: str, legend: str = "") -> dict[str, str]:
    """What assets/pictures.js puts around a chart that the chart library has drawn; `stem`: the file's name."""
    facts = {"title": said.title, "subtitle": said.subtitle, "foot": " · ".join(said.foot), "mark": said.synthetic}
    return {f"data-{name}": text for name, text in (*facts.items(), ("stem", stem), ("legend", legend)) if text}


@dataclass(frozen=True)
class Item:
    """One entry of a legend: the name of a shape (looks.py), its colour, and its word."""

    word: str
    shape: str = ""
    colour: str = PLAIN


def class_items(words: Words, classes: Iterable[str]) -> list[Item]:
    """Shape, colour and word of each class."""
    return [Item(words.class_name(one), look(one)[0], LOOKS[look(one)[1]][2]) for one in dict.fromkeys(classes)]


def legend_items(words: Words) -> list[Item]:
    """What the marks in bullet bars are."""
    kinds = (("sched", "elapsed"), ("goal", "target"), ("zone", "band"), ("years", "years"), ("hollow", "nobase"))
    return [Item(words(f"overview.scale_{key}"), kind) for kind, key in kinds]


def framed(said: Caption, width: float, height: float, body: Sequence[Svg], legend: Sequence[Item] = ()) -> str:
    """The picture as a file. `body` is drawn on a field of width × height whose corner is at (0, 0)."""
    whole = max(width, 560.0) + 2 * MARGIN
    room = whole - 2 * MARGIN
    parts: list[Svg] = []
    y = MARGIN
    mark_width = width_of(said.synthetic, 12) + 14 if said.synthetic else 0.0
    for part in wrapped(said.title, _TITLE, room - mark_width, bold=True):
        y += _TITLE * 1.15
        parts.append(text(MARGIN, y, part, size=_TITLE, fill=INK, bold=True))
        y += _TITLE * 0.15
    if said.synthetic:
        left = whole - MARGIN - mark_width + 4
        parts.append(rect(left, MARGIN + 4, mark_width - 4, 20, stroke=PLAIN, dash="3 2", radius=3))
        parts.append(text(left + 5, MARGIN + 18, said.synthetic, size=12, fill=SOFT))
    for part in wrapped(said.subtitle, _SUBTITLE, room):
        y += _SUBTITLE * 1.5
        parts.append(text(MARGIN, y, part, size=_SUBTITLE, fill=QUIET))
    drawn, y = _legend(legend, y, room)
    parts += drawn
    y += 14
    parts.append(Svg(f'<g transform="translate({MARGIN:g} {y:.2f})">{"".join(body)}</g>'))
    y += height + 16
    parts.append(line(MARGIN, y, whole - MARGIN, y, stroke=LINE))
    for part in wrapped(" · ".join(said.foot), _FOOT, room):
        y += _FOOT * 1.55
        parts.append(text(MARGIN, y, part, size=_FOOT, fill=QUIET))
    tall = y + MARGIN * 0.7
    page = rect(0, 0, whole, tall, fill=WHITE)
    described = " · ".join((said.subtitle, *said.foot))
    return document(whole, tall, said.title, described, said.language, [page, *parts])


def _legend(items: Sequence[Item], y: float, room: float) -> tuple[list[Svg], float]:
    """The entries in rows below y, and where the last row ends."""
    if not items:
        return [], y
    parts: list[Svg] = []
    x, y = MARGIN, y + _LEGEND * 1.9
    for item in items:
        wide = width_of(item.word, _LEGEND) + (20 if item.shape else 0) + 20
        if x > MARGIN and x + wide > MARGIN + room:
            x, y = MARGIN, y + _LEGEND * 1.6
        if item.shape:
            parts.append(shape(item.shape, x + 6, y - _LEGEND * 0.36, 11, item.colour))
        parts.append(text(x + (18 if item.shape else 0), y, item.word, size=_LEGEND, fill=SOFT))
        x += wide
    return parts, y
