"""Regions side by side: the table of figures and differences, on a region's page and on the page that compares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from monitor.catalogue.models import Plan
from monitor.catalogue.regions import Region
from monitor.report.compare_regions import RegionsRow
from monitor.report.figures import Figure
from monitor.report.region import MOST_BESIDE, Beside, RegionAnswer, Suggested

from ..taken import Cell, Rows
from ..view import View
from ..words import Words
from . import html
from .alone import stands_alone
from .columns import figure_places
from .compared_cells import (
    difference_cell,
    figure_cell,
    kept_fields,
    refusals,
    region_selects,
    scale_of,
    unit_cell,
)
from .form_elements import button, element, form
from .parts import attributes, card, hidden, link, synthetic_mark
from .scorecards import name_cell
from .sided import Head, sided_table
from .spark import Point, spark
from .take import take_table


def regions_table(
    view: View, rows: Sequence[RegionsRow], regions: Sequence[Region], plan: Plan, *, key: str
) -> html.Div:
    """A row for each indicator: the first region's figure, then each other's with its difference to the first."""
    words = view.words
    heads: list[Head] = [("no", words("column.number")), ("name", words("column.indicator"))]
    heads += [("unit", words("column.unit")), ("period", words("column.period"))]
    heads.append(_region_head(view, regions[0]))
    for region in regions[1:]:
        heads += [_region_head(view, region), _difference_head(words, region, regions[0])]
    heads.append(("num", words("column.nation")))
    heads.append(("course", words("beside.courses")))
    rates = [side.figure for row in rows for side in row.sides if side.figure is not None and side.figure.unit == "%"]
    lines = [_cells(view, row, plan, figure_places(rates)) for row in rows]
    caption = words("beside.caption", names=words.join([words.region_short(one) for one in regions]))
    return sided_table(caption, heads, lines, key=key, class_name="beside-table", taken=_taken(words, rows, regions))


def _region_head(view: View, region: Region) -> Head:
    name = view.words.region_short(region)
    return "num", link(name, view.href("region", region.code)), name


def _difference_head(words: Words, region: Region, first: Region) -> Head:
    names = {"region": words.region_short(region), "first": words.region_short(first)}
    shown = [words("beside.less"), hidden(words("beside.less_than", **names))]
    return "num", shown, words("beside.less_narrow", **names)


def _cells(view: View, row: RegionsRow, plan: Plan, places: int) -> list[Any]:
    """`places`: decimals of the rates under each other."""
    words, indicator = view.words, row.indicator
    figures = [side.figure for side in row.sides]
    scale = scale_of(words, [*figures, row.nation if _is_rate(row.nation) else None])
    unit = next((one.unit for one in figures if one is not None), indicator.unit)
    cells: list[Any] = [
        html.Td(str(indicator.number), className="no"),
        name_cell(view, indicator, view.href("indicator", indicator.id)),
        unit_cell(words, figures, scale),
        html.Td(row.period.code, className="period"),
    ]
    for place, side in enumerate(row.sides):
        cells.append(figure_cell(view, side.figure, scale, is_best=side.is_best, places=places))
        if place:
            cells.append(difference_cell(words, side.to_first, unit, indicator.direction))
    # an amount of the whole nation says nothing of one region's
    cells.append(figure_cell(view, row.nation, scale, places=places) if _is_rate(row.nation) else _no_nation(words))
    cells.append(html.Td(_course(words, row, plan), className="course"))
    return cells


def _is_rate(nation: Figure | None) -> bool:
    return nation is not None and nation.unit == "%"


def _no_nation(words: Words) -> html.Td:
    return html.Td(words("number.none"), className="num none")


def _course(words: Words, row: RegionsRow, plan: Plan) -> Any:
    lines = [[(float(one.period.time), one.value) for one in side.years if one.value is not None] for side in row.sides]
    if not any(lines):
        return words("number.none")
    own: Sequence[Point] = lines[0]
    first = row.sides[0]
    last = first.years[-1] if first.years else None
    target = last.target if last is not None and last.rule in ("reach", "hold") else None
    said = words.join([f"{words.region_short(side.region)} {_ends(words, side.years)}" for side in row.sides])
    span = (float(plan.period.base), float(plan.period.end))
    return spark(own, (), target, span, f"{words.text(row.indicator.name)}：{said}", lines[1:])


def _ends(words: Words, years: Sequence[Figure]) -> str:
    ends = [years[0], years[-1]] if len(years) > 1 else list(years)
    return " → ".join(f"{one.period.code} {words.value(one)}" for one in ends) or words("number.none")


def _taken(words: Words, rows: Sequence[RegionsRow], regions: Sequence[Region]) -> Rows:
    """The table with every class in a column of its own."""
    column = words("column.class")
    heads = [words(f"column.{name}") for name in ("number", "indicator", "unit", "period")]
    for place, region in enumerate(regions):
        name = words.region_short(region)
        heads += [name, f"{name} {column}"]
        if place:
            heads.append(f"{name} {words('beside.less')}")
    heads.append(words("column.nation"))
    found = []
    for row in rows:
        indicator = row.indicator
        unit = next((side.figure.unit for side in row.sides if side.figure is not None), indicator.unit)
        line: list[Cell] = [indicator.number, words.text(indicator.name), words.unit(unit), row.period.code]
        for place, side in enumerate(row.sides):
            figure = side.figure
            line += (
                [None, words.class_name("no_data")]
                if figure is None
                else [figure.value, words.class_name(figure.class_)]
            )
            if place:
                line.append(side.to_first.value if side.to_first is not None else None)
        line.append(row.nation.value if row.nation is not None and _is_rate(row.nation) else None)
        found.append(tuple(line))
    return Rows(tuple(heads), tuple(found))


# a region's page


@stands_alone
def beside_card(view: View, answer: RegionAnswer) -> html.Section:
    """Up to three other regions beside this one: a form, quick links, and the table once one is chosen."""
    words, beside = view.words, answer.beside
    title, parts = _beside_title(view, answer), [_chooser(view, answer)]
    told = refusals(view, beside.refused)
    if told is not None:
        parts.append(told)
    foot: list[Any] = []
    if beside.rows:
        parts.append(regions_table(view, beside.rows, beside.regions, answer.plan, key="beside"))
        codes = ",".join(region.code for region in beside.regions)
        wider = link(words("beside.to_compare"), view.href("compare", kind="regions", beside=codes), "more")
        foot = [words("beside.foot"), words("overview.foot_as_of", date=view.as_of), wider, take_table(view, "beside")]
    synthetic = any(side.figure is not None and side.figure.synthetic for row in beside.rows for side in row.sides)
    marks = [synthetic_mark(words)] if synthetic else []
    made = card(
        title, parts, note=words("beside.note", most=MOST_BESIDE), marks=marks, foot=foot, class_name="beside-card"
    )
    made.names["id"] = "beside"
    return made


def _beside_title(view: View, answer: RegionAnswer) -> str:
    words, beside = view.words, answer.beside
    if not beside.others:
        return words("beside.title_none")
    own, parts = words.region_short(answer.region), []
    for place, region in enumerate(beside.others, start=1):
        sides = [row.sides[place] for row in beside.rows]
        signs = [
            {"up": 1, "down": -1}.get(row.indicator.direction, 0) * (side.to_first.value or 0.0)
            for row, side in zip(beside.rows, sides, strict=True)
            if side.to_first is not None
        ]
        better, worse = sum(sign < 0 for sign in signs), sum(sign > 0 for sign in signs)
        name = words.region_short(region)
        parts.append(words("beside.against", region=name, better=better, worse=worse))
    return words("beside.title", region=own, parts=("；" if words.language == "zh" else "; ").join(parts))


def _chooser(view: View, answer: RegionAnswer) -> html.Div:
    """The fields, and links that add a region worth a look or take one away."""
    words, beside = view.words, answer.beside
    fields: list[Any] = region_selects(view, beside.others, beside.choices, most=MOST_BESIDE)
    fields += [
        button(words("beside.go"), class_="button primary"),
        *kept_fields(view, "plan", "period", "as_of", "sort"),
    ]
    made = form(
        element("div", fields, class_="row-fields"),
        f"/region/{answer.region.code}#beside",
        method="get",
        class_="beside-form",
    )
    return html.Div([made, _quick(view, beside)], className="chooser")


def _quick(view: View, beside: Beside) -> html.Nav:
    words = view.words
    codes = [region.code for region in beside.others]
    items: list[Any] = [html.Span(words("beside.quick"), className="choice-label")]
    for region in beside.others:
        rest = ",".join(code for code in codes if code != region.code) or None
        said = [words.region_short(region), " ×", hidden(words("beside.remove"))]
        items.append(link(said, f"{view.here(beside=rest)}#beside", "chosen"))
    for kind, region in beside.suggested:
        if region.code not in codes:
            more = ",".join([*codes[: MOST_BESIDE - 1], region.code])
            items.append(link(_suggestion(words, kind, region), f"{view.here(beside=more)}#beside"))
    return html.Nav(items, className="choice quick", **attributes(aria_label=words("beside.quick")))


def _suggestion(words: Words, kind: Suggested, region: Region) -> str:
    return words(f"beside.suggest_{kind}", region=words.region_short(region))
