"""How the units stand for one indicator: their spread, in order on one scale, and as tiles in class colours."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from monitor.catalogue.models import Indicator
from monitor.report.distribution import Standing
from monitor.report.indicator import IndicatorAnswer

from ..pictures.frame import Caption, caption, class_items
from ..pictures.ranking import ranking_picture
from ..pictures.tiles import tile_picture
from ..taken import Cell, Rows
from ..view import View
from ..words import Words
from . import html
from .alone import stands_alone
from .choices import choice
from .columns import figure_places, plain_number
from .finding import finding
from .parts import badge, card, evidence_lines, hidden, link, look, synthetic_mark
from .period_slider import period_slider
from .spread import Scale, spread
from .take import take_picture, take_table
from .tiles import Tile, tile_map
from .why import explained, why


@stands_alone
def ranking(view: View, answer: IndicatorAnswer) -> html.Section:
    """The units in order, as dots on one scale with the target as a line; a scale of dots need not begin at zero."""
    words = view.words
    period = answer.standing_period
    present = [s for s in answer.standings if s.figure is not None]
    if period is None or not present:
        return card(words("indicator.ranking_title", period=period.code if period else ""),
                    html.P(words("indicator.ranking_none"), className="quiet"))  # fmt: skip
    by_code = view.address.sort == "code"
    ordered = answer.standings if by_code else _best_first(answer.indicator, answer.standings)
    scale = Scale.of(answer)
    target = scale.target
    places = figure_places((s.figure for s in ordered), answer.indicator.unit)
    items = [_standing(view, answer, s, scale, places) for s in ordered]
    style = {} if target is None else {"--t": scale.at(target)}
    by_value = "indicator.sort_value" if answer.indicator.direction == "none" else "indicator.sort_rank"
    tools = choice(
        words("tools.order"),
        [
            (words(by_value), view.here(sort=None), not by_code),
            (words("indicator.sort_code"), view.here(sort="code"), by_code),
        ],
    )
    synthetic = any(s.figure is not None and s.figure.synthetic for s in present)
    vintages = dict.fromkeys(words.known("vintage", s.figure.vintage) for s in present if s.figure is not None)
    return card(
        words("indicator.ranking_title", period=period.code),
        [
            spread(view, answer, scale),
            html.Ol(
                items,
                className="ranking" if target is None else "ranking with-target",
                style=style,
                key="ranking",
                rows=_rows(words, answer, ordered),
                picture=partial(
                    ranking_picture,
                    _caption(view, answer, "indicator.ranking_title"),
                    items,
                    None if target is None else scale.share(target),
                    class_items(words, _classes(answer)),
                ),
            ),
        ],
        marks=[synthetic_mark(words)] if synthetic else [],
        note=_dots_note(words, answer, len(present), target),
        tools=tools,
        class_name="ranking-card",
        foot=[
            words("overview.foot_sources", sources=words.join(list(vintages))),
            words("overview.foot_as_of", date=view.as_of),
            take_table(view, "ranking"),
            take_picture(view, "ranking"),
        ],
    )


def _classes(answer: IndicatorAnswer) -> list[str]:
    """Those of the units, each once."""
    return list(dict.fromkeys(s.figure.class_ if s.figure is not None else "no_data" for s in answer.standings))


def _rows(words: Words, answer: IndicatorAnswer, ordered: Sequence[Standing]) -> Rows:
    """The units as a table, in that order; one without a figure says why."""
    unit = words.unit(answer.indicator.unit)
    names = ("rank", "region", "period", "value", "vintage", "class", "note")
    heads = ["region_code", *(words(f"column.{name}") for name in names)]
    heads[4] += f" / {unit}"
    rows: list[tuple[Cell, ...]] = []
    for one in ordered:
        figure, rank = one.figure, one.rank
        place = (one.region.code, None if rank is None else rank.place, words.region(one.region))
        note = words(f"gap.{one.absence}") if one.absence else ""
        if figure is None:
            rows.append((*place, *[None] * 3, words.class_name("no_data"), note))
            continue
        vintage = words.known("vintage", figure.vintage)
        rows.append((*place, figure.period.code, figure.value, vintage, words.class_name(figure.class_), note))
    return Rows(tuple(heads), tuple(rows))


def _caption(view: View, answer: IndicatorAnswer, title: str) -> Caption:
    """What stands around a picture of the units: the indicator, and which units, when, in which unit."""
    words, period = view.words, answer.standing_period
    shown = [s.figure for s in answer.standings if s.figure is not None]
    return caption(
        view,
        finding(words, answer, float(answer.settings.band_tolerance)),
        f"{words(title, period=period.code if period is not None else '')} · "
        + words("indicator.chart_unit", unit=words.unit(answer.indicator.unit)),
        catalogue=answer.catalogue_version,
        vintages=[figure.vintage for figure in shown],
        synthetic=any(figure.synthetic for figure in shown),
    )


def _dots_note(words: Words, answer: IndicatorAnswer, present: int, target: float | None) -> list[html.Span]:
    notes = [html.Span(words("indicator.ranking_counts", n=len(answer.standings), k=present))]
    if target is not None:
        shown = words.amount(target, answer.indicator.unit)
        notes.append(html.Span(words("indicator.ranking_target", target=shown)))
    return notes


def _best_first(indicator: Indicator, standings: tuple[Standing, ...]) -> list[Standing]:
    sign = -1.0 if indicator.direction != "down" else 1.0

    def key(standing: Standing) -> tuple[bool, float, str]:
        value = standing.figure.value if standing.figure is not None else None
        return (value is None, sign * (value or 0.0), standing.region.code)

    return sorted(standings, key=key)


def _standing(view: View, answer: IndicatorAnswer, standing: Standing, scale: Scale, places: int) -> html.Li:
    """`places`: decimals of the numbers under each other."""
    words, figure = view.words, standing.figure
    name = link(words.region_short(standing.region), view.href("region", standing.region.code), "unit-name")
    rank = html.Span("" if standing.rank is None else str(standing.rank.place), className="place")
    current = _current(answer, standing)
    if figure is None or figure.value is None:
        dash: html.Element = html.Span(words("number.none"), className="num none")
        if answer.standing_period is not None:
            place = (answer.indicator.id, standing.region.code, answer.standing_period)
            dash = why(view, words("number.none"), *place, class_name="num none")
        reason = html.Span(words(f"gap.{standing.absence or 'not_sent'}"), className="absence")
        return html.Li([rank, name, reason, dash], className=f"k-empty{current}")
    shape, colour = look(figure.class_)
    lines = evidence_lines(words, figure, standing.source, view.as_of)
    if standing.absence:
        lines.append(f"{words(f'gap.{standing.absence}')} · {words('spread.not_entering')}")
    return html.Li(
        [
            rank,
            name,
            html.Span(className="dots filled", style={"--x": scale.at(figure.value)}),
            explained(view, plain_number(words, figure, places), figure, lines, class_name="num"),
            hidden(words.class_name(figure.class_)),
        ],
        className=f"k-{colour} s-{shape}{current}",
        title=words.class_name(figure.class_),
    )


def _current(answer: IndicatorAnswer, standing: Standing) -> str:
    return " current" if standing.region.code == answer.region.code else ""


@stands_alone
def class_map(view: View, answer: IndicatorAnswer) -> html.Section:
    """The units as tiles in the colour and shape of their class."""
    words = view.words
    period = answer.standing_period
    places = figure_places((s.figure for s in answer.standings), answer.indicator.unit)
    tiles = []
    for standing in answer.standings:
        figure = standing.figure
        class_ = figure.class_ if figure is not None else "no_data"
        has_value = figure is not None and figure.value is not None
        text = plain_number(words, figure, places) if figure is not None and has_value else words("number.none")
        value = words.value(figure) if figure is not None and has_value else words("number.none")
        name = words.region(standing.region)
        heard = words("indicator.tile_heard", region=name, value=value, class_name=words.class_name(class_))
        href = view.href("region", standing.region.code)
        kind = f"k-{look(class_)[1]} s-{look(class_)[0]}{_current(answer, standing)}"
        tiles.append(Tile(standing.region, text, kind, heard, href))
    found = _classes(answer)
    draw = partial(tile_picture, _caption(view, answer, "indicator.map_title"), legend=class_items(words, found))
    rows = _rows(words, answer, answer.standings)
    legend = html.Span([badge(words, class_) for class_ in found], className="legend map-legend")
    synthetic = any(s.figure is not None and s.figure.synthetic for s in answer.standings)
    return card(
        words("indicator.map_title", period=period.code if period is not None else ""),
        [
            *period_slider(view, answer),
            tile_map(words, tiles, answer.outside, key="classes", rows=rows, picture=draw),
            legend,
        ],
        note=words("indicator.map_note"),
        marks=[synthetic_mark(words)] if synthetic else [],
        class_name="map-card",
        foot=[
            words("overview.foot_as_of", date=view.as_of),
            words("overview.foot_map"),
            take_table(view, "classes"),
            take_picture(view, "classes"),
        ],
    )
