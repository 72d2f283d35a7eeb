"""Two periods of one plan: how many classes got better or worse, each indicator then and now, the units that moved."""

from __future__ import annotations

from typing import Any

from monitor.report.compare_periods import PeriodsCompared, Step
from monitor.report.figures import Figure

from ..components import html
from ..components.alone import stands_alone
from ..components.compared_cells import difference_cell, figure_cell, scale_of, unit_cell
from ..components.distance_parts import Measured, distance_card
from ..components.kind_parts import field, kind_form, kind_tabs, period_options, region_options
from ..components.parts import badge, card, dotted, glyph, hidden, link, look, page_head, synthetic_mark
from ..components.scorecards import name_cell
from ..components.sided import Head, sided_table
from ..components.states import empty_state
from ..components.take import take_table
from ..taken import Cell, Rows
from ..view import View
from ..words import Words
from .page import Page

_UNITS_SHOWN = 40


def compare_periods_page(view: View, found: PeriodsCompared, version: str) -> Page:
    """`version`: the catalogue's, for the picture's foot."""
    words = view.words
    title = _title(words, found)
    facts = [words.text(found.plan.title), words.region(found.region),
             words("kinds.periods_line", first=found.first.code, second=found.second.code),
             words("overview.data_as_of", date=view.as_of)]  # fmt: skip
    marks = [synthetic_mark(words)] if found.synthetic else []
    head = page_head(title, html.P(dotted(facts), className="subtitle"), html.Span(), marks=marks)
    body: list[Any] = [head, kind_tabs(view), _form(view, found)]
    if found.is_empty:
        body.append(empty_state(view, found.second))
    else:
        drawn = _distance(view, found, version)
        cards = [
            *([drawn] if drawn is not None else []),
            _steps_card(view, found),
            *([_units_card(view, found)] if found.units else []),
        ]
        body.append(html.Div(cards, className="stack"))
    crumbs = ((words("overview.title"), view.href("overview")), (words("nav.compare"), None))
    return Page(title, body, view.address, crumbs, found.plan.id, synthetic=found.synthetic)


def _distance(view: View, found: PeriodsCompared, version: str) -> html.Section | None:
    """How far from the targets then and now."""
    region = None if found.region.code == found.plan.region else found.region.code
    rows = [
        Measured(step.indicator, view.href("indicator", step.indicator.id, region=region), (step.old, step.new))
        for step in found.steps
    ]
    return distance_card(view, (found.first.code, found.second.code), rows, version=version, moved=True)


def _title(words: Words, found: PeriodsCompared) -> str:
    said = {"region": words.region_short(found.region), "first": found.first.code, "second": found.second.code}
    if found.is_empty:
        return words("kinds.periods_empty", **said)
    better, worse = found.count("better"), found.count("worse")
    n, still, other = len(found.steps), found.count("still"), found.count("other")
    if not better and not worse and not still and not other:
        return words("kinds.periods_none", n=n, **said)
    title = words("kinds.periods_title", n=n, better=better, worse=worse, **said)
    title += words("kinds.periods_still", n=still) if still else ""
    return title + (words("kinds.periods_other", n=other) if other else "")


def _form(view: View, found: PeriodsCompared) -> html.Section:
    words = view.words
    fields = [
        field("from", words("kinds.first_period"), period_options(found.periods, found.first)),
        field("to", words("kinds.second_period"), period_options(found.periods, found.second)),
        field("region", words("compare.region"), region_options(view, found.choices, found.region.code)),
    ]
    return kind_form(view, fields, "", "plan", "as_of")


@stands_alone
def _steps_card(view: View, found: PeriodsCompared) -> html.Section:
    words = view.words
    title = words("kinds.steps_title", first=found.first.code, second=found.second.code)
    lines = [_step_cells(view, found, step) for step in found.steps]
    table = sided_table(title, _heads(words, found, with_region=False), lines, key="periods", class_name="steps-table",
                        taken=_taken(words, found, found.steps))  # fmt: skip
    foot = [words("kinds.periods_foot"), words("overview.foot_as_of", date=view.as_of), take_table(view, "periods")]
    return card(title, table, foot=foot)


def _heads(words: Words, found: PeriodsCompared, *, with_region: bool) -> list[Head]:
    first, second = found.first.code, found.second.code
    heads: list[Head] = [("no", words("column.number")), ("name", words("column.indicator"))]
    if with_region:
        heads.append(("place", words("column.region")))
    heads += [("unit", words("column.unit")), ("num", first), ("num", second), ("num", words("compare.h_difference"))]
    if not with_region:
        heads += [("num", words("kinds.gap_at", period=first)), ("num", words("kinds.gap_at", period=second))]
    heads += [("step classes", words("compare.h_class")), ("moved", words("kinds.movement"))]
    return heads


def _step_cells(view: View, found: PeriodsCompared, step: Step) -> list[Any]:
    """A row of the region itself: figures, gaps and classes then and now."""
    scale = scale_of(view.words, [step.old, step.new])
    region = None if found.region.code == found.plan.region else found.region.code
    name = name_cell(view, step.indicator, view.href("indicator", step.indicator.id, region=region))
    gaps = [_gap(view.words, side, scale[0]) for side in (step.old, step.new)]
    return _cells(view, step, scale, name, [], gaps)


def _unit_cells(view: View, step: Step) -> list[Any]:
    """A row of a unit whose class changed."""
    scale = scale_of(view.words, [step.old, step.new])
    name = name_cell(view, step.indicator, view.href("indicator", step.indicator.id, region=step.region.code))
    place = html.Td(
        link(view.words.region_short(step.region), view.href("region", step.region.code)), className="place"
    )
    return _cells(view, step, scale, name, [place], [])


def _cells(view: View, step: Step, scale: tuple[float, str], name: Any, place: list[Any], gaps: list[Any]) -> list[Any]:
    words = view.words
    one = step.new or step.old
    unit = one.unit if one is not None else step.indicator.unit
    return [
        html.Td(str(step.indicator.number), className="no"),
        name,
        *place,
        unit_cell(words, [step.old, step.new], scale),
        figure_cell(view, step.old, scale),
        figure_cell(view, step.new, scale),
        difference_cell(words, step.difference, unit, step.indicator.direction),
        *gaps,
        _classes(words, step),
        _moved(words, step),
    ]


def _gap(words: Words, figure: Figure | None, size: float) -> html.Td:
    """What was still to go; a tick where nothing was."""
    if figure is None or figure.value is None or figure.target_gap is None or figure.rule == "judge":
        return html.Td(words("number.none"), className="num gap none")
    if figure.target_gap <= 0:
        return html.Td(
            [glyph("achieved"), hidden(words("number.met"))], className="num gap met", exact=figure.target_gap
        )
    title = words.points(figure.target_gap, figure.unit)
    return html.Td(words.number(figure.target_gap / size), className="num gap", title=title, exact=figure.target_gap)


def _class_of(figure: Figure | None) -> str:
    return figure.class_ if figure is not None else "no_data"


def _classes(words: Words, step: Step) -> html.Td:
    old, new = _class_of(step.old), _class_of(step.new)
    if old == new:
        return html.Td(badge(words, new), className="step classes same")
    arrow = html.Span("→", className="arrow")
    return html.Td([badge(words, old), arrow, badge(words, new)], className="step classes")


def _moved(words: Words, step: Step) -> html.Td:
    """Better, worse or neither, as sign and word."""
    signs = {"better": "ahead", "worse": "behind"}
    text = words(f"kinds.{step.movement}")
    if step.movement not in signs:
        return html.Td(text, className="moved quiet")
    class_ = signs[step.movement]
    mark = html.Span([glyph(class_), text], className=f"badge k-{look(class_)[1]}")
    return html.Td(mark, className="moved")


@stands_alone
def _units_card(view: View, found: PeriodsCompared) -> html.Section:
    """The units whose class changed, by indicator."""
    words = view.words
    units = {step.region.code for step in found.units}
    counts = {kind: sum(step.movement == kind for step in found.units) for kind in ("better", "worse")}
    title = words("kinds.units_title", n=len(found.units), units=len(units), **counts)
    shown = found.units if view.address.rows == "all" else found.units[:_UNITS_SHOWN]
    lines = [_unit_cells(view, step) for step in shown]
    table = sided_table(title, _heads(words, found, with_region=True), lines, key="units", class_name="steps-table",
                        taken=_taken(words, found, shown))  # fmt: skip
    rest = len(found.units) - len(shown)
    more = [link(words("compare.rest", n=rest), view.here(rows="all"), "more")] if rest else []
    synthetic = any(side is not None and side.synthetic for step in shown for side in (step.old, step.new))
    return card(title, table, marks=[synthetic_mark(words)] if synthetic else [],
                foot=[*more, words("overview.foot_as_of", date=view.as_of), take_table(view, "units")])  # fmt: skip


def _taken(words: Words, found: PeriodsCompared, steps: tuple[Step, ...]) -> Rows:
    first, second, column = found.first.code, found.second.code, words("column.class")
    heads = [words(f"column.{name}") for name in ("number", "indicator", "region", "unit")]
    heads += [first, second, words("compare.h_difference")]
    heads += [words("kinds.gap_at", period=first), words("kinds.gap_at", period=second)]
    heads += [f"{first} {column}", f"{second} {column}", words("kinds.movement"), words("kinds.remark")]
    lines = []
    for step in steps:
        sides = (step.old, step.new)
        unit = next((side.unit for side in sides if side is not None), step.indicator.unit)
        line: list[Cell] = [step.indicator.number, words.text(step.indicator.name), words.region_short(step.region)]
        line += [words.unit(unit), *(side.value if side is not None else None for side in sides), step.difference.value]
        line += [side.target_gap if side is not None else None for side in sides]
        line += [words.class_name(_class_of(side)) for side in sides]
        lines.append((*line, words(f"kinds.{step.movement}"), _remark(words, step)))
    return Rows(tuple(heads), tuple(lines))


def _remark(words: Words, step: Step) -> str:
    """What stands against the difference, or qualifies it."""
    found = step.difference
    said = [words(f"beside.no_{found.obstacle}")] if found.obstacle else []
    said += [words("beside.about")] if found.is_approximate else []
    said += [words("beside.broken_title", period=found.broken_at.code)] if found.broken_at is not None else []
    return words.join(said)
