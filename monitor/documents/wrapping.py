"""Where the lines of a PDF break: no full stop or comma begins a line, and no number is torn from its unit or mark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reportlab.platypus.paragraph import Paragraph, ParaLines, cjkU, makeCJKParaLine

_NEVER_FIRST = frozenset("，。、；：！？）》〉」』】〕］”’…—%‰℃° ")
_UNITS = frozenset("个项类年月日万亿元百分点")
_NEVER_LAST = frozenset("（《〈「『【〔［“‘±>≥<≤")
_FUZZ = 1e-6  # of a point: widths are floats


class Wrapped(Paragraph):  # type: ignore[misc]  # reportlab has no types
    """A paragraph that breaks its lines as Chinese is printed; reportlab itself keeps one mark at most."""

    def breakLinesCJK(self, maxWidths: Any) -> Any:
        """The lines of the paragraph (`maxWidths`: of one, or of each, in points); of one that goes on on another page
        those that were found before.
        """
        if hasattr(self, "blPara") and getattr(self, "_splitpara", False):
            return self.blPara
        widths: Sequence[float] = maxWidths if isinstance(maxWidths, list | tuple) else [maxWidths]
        glyphs = [cjkU(one, frag, "utf8") for frag in self.frags for one in frag.text]
        lines: list[Any] = []
        for line in _lines(glyphs, widths):
            used, width = sum(one.width for one in line), widths[min(len(lines), len(widths) - 1)]
            lines.append(makeCJKParaLine(line, width, used, width - used, False, False))
        return ParaLines(kind=1, lines=lines)


def _lines(glyphs: Sequence[Any], widths: Sequence[float]) -> Iterator[list[Any]]:
    """As many pieces as a line holds; a piece that is wider than a line is torn."""
    line: list[Any] = []
    used, place = 0.0, 0
    for piece in _pieces(glyphs):
        needed = sum(one.width for one in piece)
        if line and used + needed > widths[min(place, len(widths) - 1)] + _FUZZ:
            yield line
            line, used, place = [], 0.0, place + 1
        for one in piece:
            if line and used + one.width > widths[min(place, len(widths) - 1)] + _FUZZ:
                yield line
                line, used, place = [], 0.0, place + 1
            line.append(one)
            used += one.width
    if line:
        yield line


def _pieces(glyphs: Sequence[Any]) -> Iterator[list[Any]]:
    """What stays on one line."""
    piece: list[Any] = []
    for one in glyphs:
        if piece and not _holds(piece[-1], one):
            yield piece
            piece = []
        piece.append(one)
    if piece:
        yield piece


def _holds(before: Any, after: Any) -> bool:
    """Whether two neighbours may not be parted: marks at their text, numbers and words whole."""
    if after.frag.rise or after in _NEVER_FIRST or before in _NEVER_LAST:
        return True
    if after in _UNITS and (before.isdigit() or before in _UNITS):
        return True
    return bool(_is_of_a_word(before) and _is_of_a_word(after))


def _is_of_a_word(glyph: str) -> bool:
    return "!" <= glyph <= "~"
