"""The overview's cards: how many stand where, which units lag, who has not reported."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from monitor.catalogue.regions import Region
from monitor.report.evidence import STANDINGS, Reported
from monitor.report.figures import Group
from monitor.report.overview import Overview, UnitStanding

from ..pictures.frame import caption
from ..pictures.tiles import tile_picture
from ..taken import Rows
from ..view import View
from ..words import Words
from . import html
from .alone import stands_alone
from .parts import attributes, card, dotted, link, synthetic_mark
from .take import take_picture, take_table
from .tiles import Tile, tile_map

_CARD_CLASSES: dict[Group, str] = {"lag": "brick", "near": "amber", "good": "strong", "open": "plain"}
_GROUP_SHAPE = {"lag": "down", "near": "diamond", "good": "tick", "open": "ring"}


def headline(words: Words, answer: Overview) -> str:
    """The answer in one sentence, from the same counts as the cards."""
    plan, count = words.text(answer.plan.title), answer.count("lag")
    if answer.is_empty:
        if answer.period is None:
            return words("overview.headline_empty", plan=plan)
        return words("overview.headline_period_empty", plan=plan, period=answer.period.code)
    values = {"plan": plan, "n": len(answer.entries), "lag": count}
    kind = "lag" if count else "none"
    if answer.period is not None:
        return words(f"overview.headline_period_{kind}", period=answer.period.code, **values)
    when = "ended" if answer.elapsed is not None and answer.elapsed >= 1 else "running"
    return words(f"overview.headline_{when}_{kind}", **values)


def headline_rest(words: Words, answer: Overview) -> str:
    """What of it is binding."""
    binding = answer.count("lag", binding=True)
    if binding:
        return words("overview.binding_lag", n=binding)
    return words("overview.binding_all_good") if answer.count("lag") else ""


def plan_line(words: Words, answer: Overview) -> html.P:
    """The plan's period with its elapsed share, the day of the data, and when they last changed."""
    period = answer.plan.period
    elapsed = words.share(answer.elapsed)
    key = "overview.plan_period" if answer.period is None else "overview.plan_period_then"
    then = answer.period.code if answer.period is not None else ""
    parts: list[Any] = [
        words(key, start=period.start, end=period.end, share=elapsed, period=then),
        words("overview.data_as_of", date=words.day(answer.as_of)),
        words("overview.updated_at", time=words.moment(answer.newest)),
    ]
    width = {"--s": f"{100 * (answer.elapsed or 0):.3g}%"}
    gone = html.Span(className="elapsed", style=width, **attributes(aria_hidden="true"))
    return html.P([gone, dotted(parts)], className="subtitle")


def group_card(
    words: Words, kind: Group, total: int, binding: int, expected: int, *, href: str | None = None, chosen: bool = False
) -> html.Li:
    """How many indicators are in one group, of how many, binding apart from expected; `href`: shows them alone."""
    number = binding + expected
    shape = html.Span(className=f"glyph g-{_GROUP_SHAPE[kind]}", **attributes(aria_hidden="true"))
    name: Any = words(f"group.{kind}")
    if href is not None:
        state = attributes(aria_current="true") if chosen else {}
        name = html.A(name, href=href, className="filter-link", title=words("overview.card_filter"), **state)
    return html.Li(
        [
            html.Span([shape, name], className="count-label"),
            html.Span([html.Strong(str(number)), html.Span(words("overview.of_n", n=total))], className="count-number"),
            html.Span(words("overview.card_binding", binding=binding, expected=expected), className="count-split"),
        ],
        className=f"count k-{_CARD_CLASSES[kind]}{'' if number else ' zero'}{' chosen' if chosen else ''}",
    )


@stands_alone
def count_cards(view: View, answer: Overview) -> html.Ul:
    """Each leads to its indicators alone, and back again."""
    words, total, shown = view.words, len(answer.entries), view.address.class_
    to_overview = view.here if view.address.page == "overview" else partial(view.href, "overview")
    groups: tuple[Group, ...] = ("lag", "near", "good", "open")
    found = [
        group_card(
            words,
            kind,
            total,
            answer.count(kind, binding=True),
            answer.count(kind, binding=False),
            href=to_overview(class_=None if shown == kind else kind),
            chosen=shown == kind,
        )
        for kind in groups
    ]
    return html.Ul([*found, *([_units_card(view, answer)] if answer.units else [])], className="counts")


@stands_alone
def _units_card(view: View, answer: Overview) -> html.Li:
    words, reporting = view.words, answer.reporting
    if reporting is None:
        number, below, period = "0", words("overview.card_units_none"), ""
        of = len(answer.units)
    else:
        missing, of = reporting.missing, len(reporting.expected)
        number = str(of - len(missing))
        period = words("overview.card_units_sub", period=reporting.period.code)
        below = standing_text(words, reporting) if missing else words("overview.card_units_all")
    return html.Li(
        [
            html.Span(
                link(words("overview.card_units"), view.href("reporting", period=None), "filter-link"),
                className="count-label",
            ),
            html.Span([html.Strong(number), html.Span(f"/ {of}")], className="count-number"),
            html.Span(dotted([period, below]), className="count-split"),
        ],
        className="count units",
    )


def standing_text(words: Words, reporting: Reported) -> str:
    """Of the units without an accepted submission, how many stand where."""
    return " · ".join([words(f"overview.standing_{one}", n=len(reporting.at(one))) for one in STANDINGS
                         if reporting.at(one)])  # fmt: skip


def _shade(standing: UnitStanding, most: int) -> str:
    """One of six steps of one ink; lighter is fewer. Not a class, so none of the class colours."""
    if not standing.assessed:
        return "t-none"
    return f"t-{round(5 * standing.lagging / most) if most else 0}"


def lag_tiles(view: View, answer: Overview) -> list[Tile]:
    """A square for each unit, the darker the more of its indicators lag."""
    words = view.words
    most = max((unit.lagging for unit in answer.units), default=0)
    return [
        Tile(
            region=unit.region,
            text=str(unit.lagging) if unit.assessed else words("number.none"),
            class_name=_shade(unit, most),
            heard=words("overview.map_tile", name=words.region(unit.region), lag=unit.lagging, n=unit.assessed),
            href=view.href("region", unit.region.code),
        )
        for unit in answer.units
    ]


@stands_alone
def lag_map(view: View, answer: Overview) -> html.Section:
    words, tiles = view.words, lag_tiles(view, answer)
    said = caption(
        view,
        headline(words, answer),
        f"{words('overview.map_title')} · {words('overview.map_note')}",
        catalogue=answer.catalogue_version,
        synthetic=any(unit.synthetic for unit in answer.units),
    )
    draw = partial(tile_picture, said)
    scale = html.Span(
        [words("overview.map_scale_low"), *[html.I(className=f"t-{step}") for step in range(6)],
         words("overview.map_scale_high")],
        className="map-scale", **attributes(aria_hidden="true"),
    )  # fmt: skip
    return card(
        words("overview.map_title"),
        [tile_map(words, tiles, answer.outside, key="lagging", rows=_lag_rows(words, answer), picture=draw), scale],
        note=words("overview.map_note"),
        marks=[synthetic_mark(words)] if any(unit.synthetic for unit in answer.units) else [],
        class_name="map-card",
        foot=[
            words("overview.foot_as_of", date=view.as_of),
            words("overview.foot_map"),
            take_table(view, "lagging"),
            take_picture(view, "lagging"),
        ],
    )


def _lag_rows(words: Words, answer: Overview) -> Rows:
    heads = ("region_code", words("column.region"), words("overview.column_lagging"), words("overview.column_assessed"))
    rows = ((u.region.code, words.region(u.region), u.lagging, u.assessed) for u in answer.units)
    return Rows(heads, tuple(rows))


@stands_alone
def missing_card(view: View, answer: Overview) -> html.Section:
    """Units without an accepted submission for the latest reported period by where they stand, as links."""
    words, reporting = view.words, answer.reporting
    if reporting is None:
        return card(words("overview.missing_title"), html.P(words("overview.missing_never"), className="quiet"))
    body: list[Any] = [
        _owing(view, words(f"overview.standing_{one}", n=len(units)), units)
        for one in STANDINGS
        if (units := reporting.at(one))
    ] or [html.P(words("overview.missing_none", n=len(reporting.expected)), className="quiet")]
    period = html.Span(words("overview.missing_period", period=reporting.period.code), className="tally")
    board = link(words("region.to_reporting"), view.href("reporting", period=None), "more")
    return card(words("overview.missing_title"), body, marks=[period], class_name="missing-card", foot=[board])


def _owing(view: View, title: str, units: Sequence[Region]) -> html.Div:
    items = [html.Li(link(view.words.region_short(unit), view.href("region", unit.code))) for unit in units]
    return html.Div([html.H3(title), html.Ul(items, className="names")], className="owing")
