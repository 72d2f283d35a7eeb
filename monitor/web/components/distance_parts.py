"""How far from its target each indicator is, of several regions or of two periods: a line a row, a dot a side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from monitor.catalogue.models import Indicator
from monitor.report.figures import Figure

from ..pictures.dumbbell import dumbbell_picture
from ..pictures.frame import caption, class_items
from ..taken import Cell, Rows
from ..view import View
from ..words import Words
from . import html
from .alone import stands_alone
from .parts import attributes, card, glyph, hidden, link, look, synthetic_mark
from .take import take_picture, take_table

_TARGET, _REACH = 0.72, 0.66  # where the target stands on a line, and how far to its left the farthest side
_NEAR = 0.045  # dots closer than this stand below each other


@dataclass(frozen=True)
class Measured:
    """One indicator with the figure of each side, in the order of the sides; None where a side has none."""

    indicator: Indicator
    href: str
    figures: tuple[Figure | None, ...]

    @property
    def gaps(self) -> tuple[float | None, ...]:
        """What each side is short of its target, in the figure's unit; at or below 0 where it is reached."""
        return tuple(_gap(figure) for figure in self.figures)


def _gap(figure: Figure | None) -> float | None:
    """None where there is no figure, or no number as a target."""
    if figure is None or figure.value is None or figure.rule == "judge":
        return None
    return figure.target_gap


@stands_alone
def distance_card(
    view: View, names: Sequence[str], rows: Sequence[Measured], *, version: str, moved: bool = False
) -> html.Section | None:
    """The picture with its finding, None where no side has a distance. `names`: of the sides; `moved`: two moments of
    one region, so that nearer and farther can be said; `version`: the catalogue's."""
    words = view.words
    shown = [row for row in rows if any(gap is not None for gap in row.gaps)]
    if not shown:
        return None
    title = _finding(words, names, shown, moved=moved)
    figures = [figure for row in shown for figure in row.figures if figure is not None]
    synthetic = any(figure.synthetic for figure in figures)
    sides = words.join([f"{place} {name}" for place, name in enumerate(names, start=1)])
    note = words("distance.note", sides=sides)
    left = len(rows) - len(shown)
    if left:
        note += words("distance.left_out", n=left)
    items = [_item(words, names, row) for row in shown]
    classes = list(dict.fromkeys(figure.class_ for figure in figures))
    said = caption(view, title, note, catalogue=version, vintages=[one.vintage for one in figures], synthetic=synthetic)
    picture = partial(dumbbell_picture, said, items, class_items(words, classes))
    drawn = html.Ol(
        items,
        className="dumbbells",
        style={"--n": str(len(names)), "--t": f"{100 * _TARGET:g}%"},
        key="distance",
        rows=_rows(words, names, shown),
        picture=picture,
    )
    foot = [words("overview.foot_as_of", date=view.as_of), take_table(view, "distance"), take_picture(view, "distance")]
    return card(title, drawn, note=note, marks=[synthetic_mark(words)] if synthetic else [], foot=foot)


def _finding(words: Words, names: Sequence[str], rows: Sequence[Measured], *, moved: bool) -> str:
    short = [sum(gap is not None and gap > 0 for gap in side) for side in zip(*(row.gaps for row in rows), strict=True)]
    if not moved:
        counts = [words("distance.short_of", name=name, n=n) for name, n in zip(names, short, strict=True)]
        return words("distance.title", n=len(rows), counts=words.join(counts))
    pairs = [row.gaps for row in rows]
    steps = [(max(0.0, old), max(0.0, new)) for old, new in pairs if old is not None and new is not None]
    nearer, farther = sum(new < old for old, new in steps), sum(new > old for old, new in steps)
    return words("distance.moved", n=len(steps), nearer=nearer, farther=farther, first=names[0], second=names[1],
                 before=short[0], after=short[1])  # fmt: skip


def _item(words: Words, names: Sequence[str], row: Measured) -> html.Li:
    texts = [_text(words, figure, gap) for figure, gap in zip(row.figures, row.gaps, strict=True)]
    indicator = row.indicator
    heard = words.join([f"{name} {text}" for name, text in zip(names, texts, strict=True)])
    name = link([html.Span(str(indicator.number), className="dumb-no"), " ", words.text(indicator.name)], row.href)
    lane = html.Div(_marks(row), className="dumb-lane", role="img", **attributes(aria_label=heard))
    sides = []
    for place, (figure, text) in enumerate(zip(row.figures, texts, strict=True), start=1):
        class_ = figure.class_ if figure is not None else "no_data"
        said = words.class_name(class_)
        label = hidden(f"{names[place - 1]} " if text == said else f"{names[place - 1]} {said} ")
        face: list[Any] = [html.Span(str(place), className="dumb-place"), glyph(class_), label, text]
        sides.append(html.Span(face, className=f"dumb-side k-{look(class_)[1]}"))
    return html.Li([html.Span(name, className="dumb-name"), lane, *sides])


def _text(words: Words, figure: Figure | None, gap: float | None) -> str:
    """What the side is short of; at or beyond the target its class, for a year before may have missed it."""
    if figure is None or gap is None:
        return words("number.none")
    return words.class_name(figure.class_) if gap <= 0 else words("distance.short", gap=words.points(gap, figure.unit))


def _marks(row: Measured) -> list[html.Span]:
    """The line between the outermost sides, and the dots; dots that would cover each other stand lower."""
    farthest = max((abs(gap) for gap in row.gaps if gap is not None), default=0.0) or 1.0
    places = [
        None if gap is None else _TARGET - gap / farthest * (_REACH if gap > 0 else 0.96 - _TARGET) for gap in row.gaps
    ]
    known = [place for place in places if place is not None]
    span = {"--l": f"{100 * min(known):.4g}%", "--w": f"{100 * (max(known) - min(known)):.4g}%"}
    marks = [html.Span(className="dumb-line", style=span)]
    for side, (figure, place) in enumerate(zip(row.figures, places, strict=True), start=1):
        if figure is None or place is None:
            continue
        level = sum(one is not None and abs(one - place) < _NEAR for one in places[: side - 1])
        style = {"--x": f"{100 * place:.4g}%", "--y": str(level)}
        marks.append(html.Span(str(side), className=f"dumb-dot y-{level} k-{look(figure.class_)[1]}", style=style))
    return marks


def _rows(words: Words, names: Sequence[str], rows: Sequence[Measured]) -> Rows:
    heads = [words("column.number"), words("column.indicator"), words("column.unit")]
    for name in names:
        heads += [f"{name} {words('column.gap')}", f"{name} {words('column.class')}"]
    found = []
    for row in rows:
        unit = next((one.unit for one in row.figures if one is not None), row.indicator.unit)
        line: list[Cell] = [row.indicator.number, words.text(row.indicator.name), words.unit(unit)]
        for figure, gap in zip(row.figures, row.gaps, strict=True):
            line += [gap, words.class_name(figure.class_ if figure is not None else "no_data")]
        found.append(tuple(line))
    return Rows(tuple(heads), tuple(found))
