"""The parts of a region's page: its counts and places, its table beside the nation's figures, its courses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from monitor.report.figures import Figure, Group
from monitor.report.region import Compared, RegionAnswer

from ..pictures.courses import courses_picture
from ..pictures.frame import Caption, caption
from ..view import View
from ..words import Words
from . import html
from .alone import stands_alone
from .bars import lane
from .columns import RatePlaces, figure_places, places_of, plain_number
from .parts import card, evidence_lines, hidden, link, synthetic_mark
from .scorecards import (
    baseline_places,
    baseline_text,
    change_cell,
    class_cell,
    gap_cell,
    labelled_row,
    lane_text,
    name_cell,
    period_cell,
    target_text,
    value_cells,
)
from .spark import spark
from .summary import group_card
from .take import take_picture
from .why import explained

_EXACT = ("", "eq")


def region_finding(words: Words, answer: RegionAnswer) -> str:
    region = words.region(answer.region)
    if answer.is_empty:
        return words("region.finding_empty", region=region)
    lag, said = answer.count("lag"), [entry.figure for entry in answer.entries if entry.figure.has_value]
    kind = "lag" if lag else "none"
    if all(figure.period.time >= answer.plan.period.end for figure in said):
        kind = f"ended_{kind}"
    return words(f"region.finding_{kind}", region=region, n=len(answer.entries), lag=lag)


@stands_alone
def region_counts(view: View, answer: RegionAnswer) -> html.Ul:
    words, total = view.words, len(answer.entries)
    groups: tuple[Group, ...] = ("lag", "near", "good", "open")
    cards = [
        group_card(words, kind, total, answer.count(kind, binding=True), answer.count(kind, binding=False))
        for kind in groups
    ]
    if answer.ranked:
        cards.append(_ranks(words, answer))
    return html.Ul(cards, className="counts")


def _ranks(words: Words, answer: RegionAnswer) -> html.Li:
    """In how many indicators the unit is in the first third and in the last, with its best place and its worst."""
    ranks = [entry.rank for entry in answer.ranked if entry.rank is not None]
    front, back = sum(rank.is_front for rank in ranks), sum(rank.is_back for rank in ranks)
    ends = (("best", answer.ranked[0]), ("worst", answer.ranked[-1]))
    said = [
        words(f"region.place_{name}", name=words.text(one.indicator.name), place=one.rank.place, of=one.rank.of)
        for name, one in ends
        if one.rank is not None
    ]
    return html.Li(
        [
            html.Span(words("region.card_rank"), className="count-label"),
            html.Span(
                [html.Strong(str(front)), html.Span(words("region.card_rank_back", back=back, n=len(ranks)))],
                className="count-number",
            ),
            html.Span(
                [html.Span(text, className="place-end", title=text) for text in said], className="count-split places"
            ),
        ],
        className="count ranks",
    )


def comparison_table(view: View, answer: RegionAnswer) -> html.Table:
    """Each indicator with its bar, its figure, the nation's for the same period, and the place among the units."""
    words = view.words
    heads = [
        ("no", "number"), ("name", "indicator"), ("num base", "baseline"), ("num", "target"), ("bar", "progress"),
        ("num", "value"), ("unit", "unit"), ("period", "period"), ("num", "gap"), ("num", "change"),
        ("num", "nation"), ("num", "against_nation"), ("num", "rank"), ("class", "class"),
    ]  # fmt: skip
    if all(entry.nation is None and entry.rank is None for entry in answer.entries):
        heads = [head for head in heads if head[1] not in ("nation", "against_nation", "rank")]
    shown = {name for _, name in heads}
    places = _Places.of(answer)
    return html.Table(
        [
            html.Caption(words("region.table_title"), className="unseen"),
            html.Thead(
                html.Tr(
                    [
                        html.Th(words(f"column.{name}"), className=kind, scope="col", role="columnheader")
                        for kind, name in heads
                    ],
                    role="row",
                ),
                role="rowgroup",
            ),
            html.Tbody(
                [_row(view, answer, entry, places, "rank" in shown) for entry in answer.entries], role="rowgroup"
            ),
        ],
        className="scorecard compared",
        role="table",
        key="indicators",
    )


@dataclass(frozen=True)
class _Places:
    """Decimals of the rates in the columns: the baselines, the region's own, the nation's, and their difference."""

    base: int
    own: RatePlaces
    nation: int
    against: int

    @classmethod
    def of(cls, answer: RegionAnswer) -> _Places:
        entries = answer.entries
        return cls(
            baseline_places((entry.figure, entry.indicator) for entry in entries),
            RatePlaces.of((entry.figure, entry.previous) for entry in entries),
            figure_places(entry.nation for entry in entries if _is_compared(entry)),
            places_of(_against(entry) for entry in entries),
        )


def _is_compared(entry: Compared) -> bool:
    """Whether the nation's figure stands beside: an amount of the whole nation says nothing of one region's."""
    return entry.nation is not None and entry.nation.value is not None and entry.figure.unit == "%"


def _against(entry: Compared) -> float | None:
    """The region's rate less the nation's; None where either is no single number."""
    own, nation = entry.figure, entry.nation
    if nation is None or nation.value is None or own.value is None or not _is_compared(entry):
        return None
    return own.value - nation.value if own.comparator in _EXACT and nation.comparator in _EXACT else None


def _row(view: View, answer: RegionAnswer, entry: Compared, places: _Places, with_nation: bool) -> html.Tr:
    words, figure, indicator = view.words, entry.figure, entry.indicator
    counts, own = entry.counts_regions, places.own
    whole = answer.region.code == answer.plan.region
    href = view.href("indicator", indicator.id, region=None if whole else answer.region.code)
    lines = evidence_lines(words, figure, entry.source, view.as_of)
    tolerance = float(answer.settings.band_tolerance)
    bar = lane(words, indicator, figure, entry.years, tolerance=tolerance, counts_regions=entry.counts_regions)
    cells: list[Any] = [
        html.Td(str(indicator.number), className="no", role="cell"),
        name_cell(view, indicator, href),
        html.Td(baseline_text(words, figure, indicator, places.base), className="num base", role="cell"),
        html.Td(target_text(words, figure, indicator), className="num target", role="cell"),
        html.Td([bar, lane_text(words, figure)], className="bar", role="cell"),
        *value_cells(view, figure, lines, counts_regions=counts, places=own.value),
        period_cell(view, figure),
        gap_cell(view, figure, counts_regions=counts, places=own.gap),
        change_cell(view, figure, entry.previous, counts_regions=counts, places=own.change),
    ]
    if with_nation:
        cells += _nation_cells(view, answer, entry, places)
    return labelled_row(words, [*cells, class_cell(view, figure)])


def _nation_cells(view: View, answer: RegionAnswer, entry: Compared, places: _Places) -> list[html.Td]:
    words, figure, nation = view.words, entry.figure, entry.nation
    none = words("number.none")
    place: Any = none
    if entry.rank is not None:
        place = words("region.rank", place=entry.rank.place, of=entry.rank.of)
    rank = html.Td(place, className=f"num rank{'' if entry.rank else ' none'}", role="cell")
    if nation is None or not _is_compared(entry):
        empty = [html.Td(none, className=f"num {name} none", role="cell") for name in ("nation", "against")]
        return [*empty, rank]
    vintage = words.known("vintage", nation.vintage)
    national = html.Td(
        explained(view, plain_number(words, nation, places.nation), nation, [vintage]),
        className="num nation",
        role="cell",
    )
    gap = _against(entry)
    if gap is None:
        reason = _no_difference(words, answer, figure, nation)
        face: list[Any] = [none, hidden(f" {reason}")] if reason else [none]
        return [national, html.Td(face, className="num against none", role="cell", title=reason or None), rank]
    sign = {"up": 1, "down": -1}.get(entry.indicator.direction, 0)
    kind = "" if not gap or not sign else " better" if gap * sign > 0 else " worse"
    title = words.difference(gap, figure.unit)
    if kind:
        title += f" · {words(f'region.{kind.strip()}')}"
    shown = words.signed(gap, figure.unit, places.against)
    against = html.Td(shown, className=f"num against{kind}", role="cell", title=title)
    return [national, against, rank]


def _no_difference(words: Words, answer: RegionAnswer, figure: Figure, nation: Figure) -> str:
    """Why the two are not taken from each other: one of them is a bound or an approximate figure."""
    sides = ((words("column.nation"), nation), (words.region_short(answer.region), figure))
    for name, one in sides:
        if one.value is not None and one.comparator not in _EXACT:
            kind = "approx" if one.comparator == "approx" else "bound"
            return words(f"explain.no_difference_{kind}", which=name)
    return ""


@stands_alone
def courses(view: View, answer: RegionAnswer) -> html.Section | None:
    """One small picture an indicator: this region, the nation, the target."""
    words = view.words
    span = (float(answer.plan.period.base), float(answer.plan.period.end))
    whole = answer.region.code == answer.plan.region
    items = []
    for entry in answer.entries:
        own = [(float(f.period.time), f.value) for f in entry.years if f.value is not None]
        if not own:
            continue
        beside = [(float(f.period.time), f.value) for f in entry.nation_years if f.value is not None]
        figure, unit = entry.years[-1], entry.figure.unit
        if unit != "%":
            beside = []  # an amount of the whole nation would flatten the region's line
        said = words.join([f"{f.period.code} {words.value(f)}" for f in entry.years])
        name = words.text(entry.indicator.name)
        href = view.href("indicator", entry.indicator.id, region=None if whole else answer.region.code)
        target = figure.target if figure.rule in ("reach", "hold", "band") else None
        if figure.rule == "band" and target is None:
            target = figure.baseline
        items.append(
            html.Li(
                [
                    link(f"{entry.indicator.number} {name}", href, "course-name"),
                    spark(own, beside, target, span, f"{name}：{said}"),
                    html.Span(
                        [explained(view, words.value(figure), figure), html.Span(figure.period.code)],
                        className="course-value",
                    ),
                ]
            )
        )
    if not items:
        return None
    around = region_caption(view, answer, f"{words('region.trends_title')} · {words('region.trends_note')}")
    return card(
        words("region.trends_title"),
        html.Ul(items, className="courses", key="courses", picture=partial(courses_picture, around, items)),
        marks=[synthetic_mark(words)] if answer.synthetic else [],
        note=words("region.trends_note"),
        foot=[words("overview.foot_as_of", date=view.as_of), take_picture(view, "courses")],
    )


def region_caption(view: View, answer: RegionAnswer, shown: str) -> Caption:
    """What stands around a picture of the region: its finding, and `shown`."""
    return caption(
        view,
        region_finding(view.words, answer),
        shown,
        catalogue=answer.catalogue_version,
        vintages=[entry.figure.vintage for entry in answer.entries],
        synthetic=answer.synthetic,
    )
