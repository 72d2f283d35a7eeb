"""The tile map: equal squares in a CSS grid, an ordinary list of links; it shows no border."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from monitor.catalogue.regions import Region

from ..taken import Rows
from ..words import Words
from . import html
from .parts import hidden, link

# GB/T 2260 letter codes, for readers of Latin script; the Corps has none and takes its common abbreviation
_LETTERS = {
    code: letters
    for row in (
        "11BJ 12TJ 13HE 14SX 15NM 21LN 22JL 23HL 31SH 32JS 33ZJ 34AH 35FJ 36JX 37SD 41HA 42HB 43HN",
        "44GD 45GX 46HI 50CQ 51SC 52GZ 53YN 54XZ 61SN 62GS 63QH 64NX 65XJ 66BT 71TW 81HK 82MO",
    )
    for code, letters in ((pair[:2], pair[2:]) for pair in row.split())
}


def sign_of(words: Words, region: Region) -> str:
    """What stands for a region in a square: its one character, or two letters."""
    if words.language == "en" and region.level == "province" and region.code[:2] in _LETTERS:
        return _LETTERS[region.code[:2]]
    return region.glyph or words.region_short(region)[:2]


@dataclass(frozen=True)
class Tile:
    """One square: a glyph and a short text, the colour as a CSS class, and what a reader hears."""

    region: Region
    text: str
    class_name: str
    heard: str
    href: str


def tile_map(
    words: Words,
    tiles: Sequence[Tile],
    outside: Sequence[Region],
    *,
    key: str | None = None,
    rows: Rows | None = None,
    picture: Callable[[list[html.Element]], str] | None = None,
) -> html.Ul:
    """Units as links; regions outside the plan as grey squares with a dash. Those without a place come last.

    `key`, `rows` and `picture` are for taking it away (web/taken.py); the picture is drawn of the list's items.
    """
    items: list[html.Element] = []
    for tile in tiles:
        face = [html.B(sign_of(words, tile.region)), html.Span(tile.text), hidden(tile.heard)]
        title = f"{words.region_short(tile.region)} {tile.heard}"
        items.append(html.Li(link(face, tile.href, f"tile {tile.class_name}", title), style=_place(tile.region)))
    for region in outside:
        face = [html.B(sign_of(words, region)), html.Span("—"), hidden(words("overview.map_outside"))]
        title = f"{words.region_short(region)} {words('overview.map_outside')}"
        items.append(html.Li(html.Span(face, className="tile t-outside", title=title), style=_place(region)))
    draw = None if picture is None else partial(picture, items)
    return html.Ul(items, className="tiles", key=key, rows=rows, picture=draw)


def _place(region: Region) -> dict[str, str]:
    if region.tile_column is None or region.tile_row is None:
        return {}
    return {"gridColumn": str(region.tile_column), "gridRow": str(region.tile_row + 1)}
