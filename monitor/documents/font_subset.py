"""The characters of a font that one PDF needs, as a TrueType font: the same bytes for the same font and text."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont, TTLibError

from .fonts import READERS_OWN
from .problem import DocumentError

_ERROR = 1.0  # of a thousandth of the em when curves of the third order become those of the second


@dataclass(frozen=True)
class Face:
    """What text is set in. `content`: a TrueType font of the characters asked for, None for the reader's own."""

    name: str
    content: bytes | None


def face_of(path: Path | None, text: str) -> Face:
    """A face with the characters of a text; the same bytes for the same font and text. Raises DocumentError."""
    if path is None:
        return Face(READERS_OWN, None)
    try:
        font = _simplified(path)
        codes = sorted({ord(one) for one in text} | {0x20})
        # readers and reportlab tell faces apart by their names, so every choice of characters has one of its own
        name = f"PM{hashlib.sha256(f'{path.name}{codes}'.encode()).hexdigest()[:12]}"
        content = _subset(font, codes, name)
    except (TTLibError, OSError, KeyError, ValueError, AssertionError) as error:
        raise DocumentError(
            f"字体 {path} 不能用（{error}）；请改用另一个 TrueType 或 OpenType 字体",
            f"the font {path} cannot be used ({error}): name another TrueType or OpenType font",
        ) from None
    return Face(name, content)


def _simplified(path: Path) -> TTFont:
    """The font of a file; of a collection the one for Simplified Chinese, else its first."""
    if path.suffix.lower() != ".ttc":
        return TTFont(path, lazy=True)
    fonts = TTCollection(path, lazy=True).fonts
    names = [str(font["name"].getDebugName(4) or "") for font in fonts]
    marks = (" SC", "SimSun", "GB", "CN")
    chosen = next((place for mark in marks for place, name in enumerate(names) if mark in name), 0)
    return fonts[chosen]


def _subset(font: Any, codes: list[int], face: str) -> bytes:
    """A TrueType font with the glyphs of some characters, its curves turned to the second order where they are not."""
    cmap, glyphs = font.getBestCmap(), font.getGlyphSet()
    kept = {code: cmap[code] for code in codes if code in cmap}
    order = [".notdef", *dict.fromkeys(kept.values())]
    units = font["head"].unitsPerEm
    outlines, metrics = {}, {}
    for name in order:
        whole = DecomposingRecordingPen(glyphs)  # a glyph that is put together from others is drawn out
        glyphs[name].draw(whole)
        pen = TTGlyphPen(None)
        whole.replay(Cu2QuPen(pen, _ERROR * units / 1000, reverse_direction="glyf" not in font))
        outlines[name] = pen.glyph()
        metrics[name] = (round(glyphs[name].width), 0)
    made = FontBuilder(units, isTTF=True)
    made.setupGlyphOrder(order)
    made.setupCharacterMap(kept)
    made.setupGlyf(outlines)
    table = made.font["glyf"]
    made.setupHorizontalMetrics(
        {name: (width, getattr(table[name], "xMin", 0)) for name, (width, _) in metrics.items()}
    )
    hhea = font["hhea"]
    made.setupHorizontalHeader(ascent=hhea.ascent, descent=hhea.descent)
    made.setupNameTable({"familyName": face, "styleName": "Regular", "psName": face})
    made.setupOS2(sTypoAscender=hhea.ascent, sTypoDescender=hhea.descent, fsType=0)
    made.setupPost()
    made.font["head"].created = made.font["head"].modified = 0
    made.font.recalcTimestamp = False
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()
