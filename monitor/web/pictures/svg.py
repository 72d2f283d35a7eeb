"""A few SVG elements as text. Every text is escaped, nothing outside is referred to, and the bytes are always the same.

Lengths are pixels. Texts are measured by a rule of thumb, so that no font has to be asked: a Chinese character is one
em wide, any other about half.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal, NewType
from xml.sax.saxutils import escape  # nosec B406 # writes, reads nothing

from ..figures.template import FONT

Svg = NewType("Svg", str)
Anchor = Literal["start", "middle", "end"]

_BOLD = 1.05
_THIN, _BROAD = frozenset(" ilj.,:;'|!()/-·"), frozenset("ABCDEFGHJKLMNOPQRSTUVWXYZmw%÷≈→")
_WIDE_EM, _BROAD_EM, _PLAIN_EM, _THIN_EM = 1.0, 0.68, 0.555, 0.3
# a Chinese character, a word up to its hyphen, a word, or the space between
_CHINESE = r"\u2e80-\u9fff\uff00-\uffef"
_WORD = re.compile(rf"[{_CHINESE}]|[^\s{_CHINESE}-]*-|[^\s{_CHINESE}-]+|\s+")
# what XML 1.0 cannot hold at all, and U+FFFE, U+FFFF
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def number(value: float) -> str:
    """At most two decimals, no trailing zeros, no minus zero."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def safe(text: str) -> str:
    """Text that can stand in an element or in a quoted attribute."""
    return escape(_FORBIDDEN.sub("\ufffd", text), {'"': "&quot;", "\n": " ", "\r": " ", "\t": " "})


def tag(name: str, *inside: Svg, **attributes: str | float | None) -> Svg:
    """`tag("line", x1=0, stroke_width=2)`: underscores become hyphens; None is left out."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{safe(value) if isinstance(value, str) else number(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Svg(f"<{name}{said}>{''.join(inside)}</{name}>" if inside else f"<{name}{said}/>")


def text(
    x: float, y: float, said: str, *, size: float = 13, fill: str, anchor: Anchor = "start", bold: bool = False
) -> Svg:
    """One line of text whose base line is at y."""
    return tag(
        "text", Svg(safe(said)), x=x, y=y, font_size=size, fill=fill,
        text_anchor=None if anchor == "start" else anchor, font_weight="700" if bold else None,
    )  # fmt: skip


def rect(
    x: float, y: float, width: float, height: float, *, fill: str = "none", stroke: str | None = None,
    stroke_width: float | None = None, dash: str | None = None, radius: float | None = None,
) -> Svg:  # fmt: skip
    return tag(
        "rect", x=x, y=y, width=max(0.0, width), height=max(0.0, height), rx=radius, fill=fill, stroke=stroke,
        stroke_width=stroke_width, stroke_dasharray=dash,
    )  # fmt: skip


def line(
    x1: float, y1: float, x2: float, y2: float, *, stroke: str, width: float = 1.0, dash: str | None = None
) -> Svg:
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, stroke_width=width, stroke_dasharray=dash)


def circle(x: float, y: float, radius: float, *, fill: str, stroke: str | None = None, width: float = 1.0) -> Svg:
    return tag("circle", cx=x, cy=y, r=radius, fill=fill, stroke=stroke, stroke_width=width if stroke else None)


def polygon(points: Sequence[tuple[float, float]], *, fill: str) -> Svg:
    return tag("polygon", points=" ".join(f"{number(x)},{number(y)}" for x, y in points), fill=fill)


def polyline(points: Sequence[tuple[float, float]], *, stroke: str, width: float, dash: str | None = None) -> Svg:
    joined = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return tag("polyline", points=joined, fill="none", stroke=stroke, stroke_width=width, stroke_linejoin="round",
               stroke_dasharray=dash)  # fmt: skip


def width_of(said: str, size: float, *, bold: bool = False) -> float:
    """About how wide a line of text is."""
    return sum(map(_em, said)) * size * (_BOLD if bold else 1.0)


def _em(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF" or character in "“”":
        return _WIDE_EM
    if character in _THIN:
        return _THIN_EM
    return _BROAD_EM if character in _BROAD else _PLAIN_EM


def wrapped(said: str, size: float, room: float, *, bold: bool = False) -> list[str]:
    """The text in lines no wider than `room`: between words, and between any two Chinese characters."""
    lines = [""]
    for word in _WORD.findall(said):
        for piece in _pieces(word, size, room, bold=bold):
            if lines[-1] and width_of(lines[-1] + piece, size, bold=bold) > room:
                lines.append("")
            lines[-1] += piece if lines[-1] or not piece.isspace() else ""
    return [one.rstrip() for one in lines if one.strip()]


def _pieces(word: str, size: float, room: float, *, bold: bool) -> list[str]:
    """A word that no line could hold, in parts."""
    if width_of(word, size, bold=bold) <= room:
        return [word]
    step = max(1, int(len(word) * room / width_of(word, size, bold=bold)) - 1)
    return [word[start : start + step] for start in range(0, len(word), step)]


def document(width: float, height: float, title: str, description: str, language: str, parts: Sequence[Svg]) -> str:
    """The whole file; title and description are for those who hear it."""
    root = tag(
        "svg",
        tag("title", Svg(safe(title))),
        tag("desc", Svg(safe(description))),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        width=width,
        height=height,
        viewBox=f"0 0 {number(width)} {number(height)}",
        font_family=FONT,
        lang=language,
        role="img",
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n'
