"""The tile map: equal squares in a CSS grid, an ordinary list of links; it shows no border."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html

from monitor.catalogue.regions import Region

from ..words import Words
from .parts import hidden, link


@dataclass(frozen=True)
class Tile:
    """One square: a glyph and a short text, the colour as a CSS class, and what a reader hears."""

    region: Region
    text: str
    class_name: str
    heard: str
    href: str


def tile_map(words: Words, tiles: Sequence[Tile], outside: Sequence[Region]) -> html.Ul:
    """Units as links; regions outside the plan as grey squares with a dash. Those without a place come last."""
    items = []
    for tile in tiles:
        sign = tile.region.glyph or words.region_short(tile.region)[:1]
        face = [html.B(sign), html.Span(tile.text), hidden(tile.heard)]
        title = f"{words.region_short(tile.region)} {tile.heard}"
        items.append(html.Li(link(face, tile.href, f"tile {tile.class_name}", title), style=_place(tile.region)))
    for region in outside:
        face = [html.B(region.glyph), html.Span("—"), hidden(words("overview.map_outside"))]
        title = f"{words.region_short(region)} {words('overview.map_outside')}"
        items.append(html.Li(html.Span(face, className="tile t-outside", title=title), style=_place(region)))
    return html.Ul(items, className="tiles")


def _place(region: Region) -> dict[str, str]:
    if region.tile_column is None or region.tile_row is None:
        return {}
    return {"gridColumn": str(region.tile_column), "gridRow": str(region.tile_row + 1)}
