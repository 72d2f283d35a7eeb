"""The slides of the wall, of the same components as the pages but larger: few words, nothing that has to be opened."""

from __future__ import annotations

from typing import Any

from monitor.report.indicator import IndicatorAnswer
from monitor.report.matrix import gap_of
from monitor.report.overview import Entry
from monitor.report.wall import Wall

from ..view import View
from ..words import Words
from . import html
from .bars import lane
from .finding import finding
from .overview_parts import change_rows
from .parts import attributes, badge, link
from .scorecards import baseline_text, scorecard_table, target_text
from .summary import count_cards, headline, headline_rest, lag_tiles, standing_text
from .tiles import tile_map
from .why import why


def slide_title(words: Words, wall: Wall) -> tuple[str, str]:
    """The finding of the slide, and what is added to it."""
    answer, kind = wall.overview, wall.slide.kind
    if kind == "indicator" and wall.indicator is not None:
        return finding(words, wall.indicator, float(answer.settings.band_tolerance)), ""
    if kind == "map":
        if not wall.units:
            return words("matrix.finding_none", n=len(answer.units)), ""
        most = [line for line in wall.units if line.lagging == wall.units[0].lagging]
        count = len(most) + (wall.level if len(most) == len(wall.units) else 0)
        names = words.join([words.region_short(line.region) for line in most[:3]])
        size = "one" if count == 1 else "few" if count <= 3 else "many"
        key = f"matrix.finding_{size}"
        return words(key, n=len(answer.units), names=names, count=count, lag=wall.units[0].lagging), ""
    if kind == "missing" and answer.reporting is not None:
        missing, of = len(answer.reporting.missing), len(answer.reporting.expected)
        key = "wall.missing" if missing else "wall.missing_none"
        rest = standing_text(words, answer.reporting) if missing else ""
        return words(key, period=answer.reporting.period.code, n=missing, of=of), rest
    if kind == "changes":
        return words("wall.changes", n=len(answer.changes)), ""
    return headline(words, answer), "" if answer.is_empty else headline_rest(words, answer)


def slide_body(view: View, wall: Wall) -> list[Any]:
    answer = wall.overview
    if wall.slide.kind == "map":
        return [_map(view, wall)]
    if wall.slide.kind == "indicator" and wall.indicator is not None:
        entry = next(one for one in answer.entries if one.indicator.id == wall.slide.indicator)
        return [_indicator(view, wall, wall.indicator, entry)]
    if wall.slide.kind == "missing" and answer.reporting is not None:
        words, reporting = view.words, answer.reporting
        names = [
            html.Li(
                [
                    link(words.region_short(region), view.href("region", region.code)),
                    html.Small(words(f"overview.stands_{reporting.standing[region.code]}")),
                ]
            )
            for region in reporting.missing
        ]
        return [html.Ul(names, className="wall-names")]
    if wall.slide.kind == "changes":
        return [html.Ul(change_rows(view, answer), className="changes")]
    return [count_cards(view, answer), scorecard_table(view, answer)]


def _map(view: View, wall: Wall) -> html.Div:
    words = view.words
    top = max((line.lagging for line in wall.units), default=1)
    rows = [
        _bar_row(view, words.region_short(line.region), line.region.code, line.lagging / top,
                 words("wall.of_judged", lag=line.lagging, n=line.assessed))
        for line in wall.units
    ]  # fmt: skip
    left = html.Div(
        [
            tile_map(words, lag_tiles(view, wall.overview), wall.overview.outside),
            html.P(words("overview.map_note"), className="quiet"),
        ]
    )
    last = words("wall.of_lagging", lag=wall.units[-1].lagging) if wall.units else ""
    right = html.Div(
        [html.Ol(rows, className="wall-bars", style={"--rows": str(len(rows))}), *_rest(words, wall, last)],
        className="wall-right",
    )
    return html.Div([left, right], className="wall-split wall-map")


def _rest(words: Words, wall: Wall, last: str) -> list[html.P]:
    """How many more lag than are shown, and how many of them as much as the last one; `last`: how much that is."""
    n = wall.lagging - len(wall.units)
    if not n:
        return []
    said = words("wall.rest_level", n=n, level=wall.level, last=last) if wall.level else words("wall.rest", n=n)
    return [html.P(said, className="wall-rest")]


def _bar_row(view: View, name: str, code: str, share: float, said: Any) -> html.Li:
    bar = html.Span(className="wall-bar", style={"--w": f"{100 * share:.3g}%"}, **attributes(aria_hidden="true"))
    return html.Li([link(name, view.href("region", code), "wall-unit"), bar, html.Span(said, className="wall-said")])


def _indicator(view: View, wall: Wall, answer: IndicatorAnswer, entry: Entry) -> html.Div:
    words, figure, indicator = view.words, entry.figure, entry.indicator
    tolerance = float(answer.settings.band_tolerance)
    place = (figure.indicator_id, figure.region_code, figure.period)
    shown = words.value(figure)
    if entry.counts_regions and figure.numerator is not None and figure.denominator is not None:
        of = words("mark.of_regions", n=words.number(figure.denominator))
        shown = f"{words.number(figure.numerator)} {of}"
    bar = lane(words, indicator, figure, entry.years, tolerance=tolerance, counts_regions=entry.counts_regions)
    facts = [
        (words("column.baseline"), baseline_text(words, figure, indicator)),
        (words("column.target"), target_text(words, figure, indicator)),
        (words("column.period"), figure.period.code),
        *_outlook(words, entry),
    ]
    left = html.Div(
        [
            html.P([why(view, shown, *place), badge(words, figure.class_)], className="wall-value"),
            bar,
            html.Dl([part for name, text in facts for part in (html.Dt(name), html.Dd(text))], className="wall-facts"),
            _years(view, entry),
        ],
        className="wall-left",
    )
    return html.Div([left, _worst(view, wall, entry)], className="wall-split")


def _years(view: View, entry: Entry) -> html.Ol:
    """The plan's years up to the one shown, each with its figure and its class."""
    words, items = view.words, []
    for figure in entry.years:
        if figure.period.order > entry.figure.period.order:
            continue
        shown = words.value(figure)
        if entry.counts_regions and figure.numerator is not None:
            shown = f"{words.number(figure.numerator)} {words('mark.regions')}"
        place = (figure.indicator_id, figure.region_code, figure.period)
        face = [html.Span(figure.period.code, className="quiet"), why(view, shown, *place, class_name="made"),
                badge(words, figure.class_)]  # fmt: skip
        items.append(html.Li(face))
    return html.Ol(items, className="wall-years")


def _outlook(words: Words, entry: Entry) -> list[tuple[str, str]]:
    """What it takes, and where the present pace leads; nothing where nothing can be said."""
    figure, unit = entry.figure, entry.figure.unit
    found = []
    if not entry.counts_regions and figure.target_gap is not None and figure.target_gap > 0:
        found.append((words("column.gap"), words.points(figure.target_gap, unit)))
    if figure.required_per_year is not None:
        found.append((words("wall.required"), words.difference(figure.required_per_year, unit)))
    if figure.projected_value is not None and figure.projected_year is not None:
        text = words("wall.outlook_text", year=figure.projected_year, value=words.amount(figure.projected_value, unit))
        found.append((words("mark.outlook"), text))
    return found


def _worst(view: View, wall: Wall, entry: Entry) -> html.Div:
    """The units that lag, the farthest first."""
    words, name = view.words, entry.indicator.id
    pairs = [(line, gap) for line in wall.units if (gap := gap_of(line.figures[name])) is not None]
    if not pairs:
        return html.Div(html.P(words("wall.no_units"), className="quiet"), className="wall-right")
    top = max((gap for _, gap in pairs), default=1.0) or 1.0
    rows, last = [], ""
    for line, gap in pairs:
        figure = line.figures[name]
        assert figure is not None
        last = words.points(gap, figure.unit)
        number = why(view, last, name, line.region.code, figure.period)
        rows.append(_bar_row(view, words.region_short(line.region), line.region.code, gap / top, number))
    title = words("wall.units_lag" if wall.lagging > len(rows) else "wall.units_all", n=wall.lagging, shown=len(rows))
    bars = html.Ol(rows, className="wall-bars", style={"--rows": str(len(rows))})
    return html.Div([html.H2(title), bars, *_rest(words, wall, last)], className="wall-right")
