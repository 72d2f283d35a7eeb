"""Two plans side by side: what each asks of an indicator, how they bear on each other, and the figure under both."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from monitor.catalogue.models import Target
from monitor.report.compare_plans import Bearing, PlansCompared, PlansRow, Under

from ..taken import Cell, Rows
from ..view import View
from ..words import Words
from . import html
from .alone import stands_alone
from .compared_cells import figure_cell, scale_of
from .parts import attributes, badge, card, link, synthetic_mark
from .sided import Head, sided_table
from .take import take_table

# bearing → (shape, colour); the word comes from the locale
_LOOKS: dict[Bearing, tuple[str, str]] = {
    "weaker": ("down", "brick"), "stricter": ("up", "strong"), "same": ("dot", "light"),
    "different": ("lozenge", "plain"), "lacking": ("cross", "brick"), "extra": ("ring", "plain"),
}  # fmt: skip
_SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "eq": ""}


def goal_text(words: Words, target: Target | None, unit: str) -> str:
    """What a target asks, as printed where the reader can read it."""
    if target is None:
        return words("number.none")
    if target.rule == "judge":
        return words.text(target.text)
    if target.printed and words.can_read(target.printed):
        return target.printed
    value = target.value
    if value is None:
        return words(f"rule.{target.rule}")
    sign = "" if target.rule == "band" else _SIGNS[target.comparator]
    return f"{sign}{words.amount(float(value), unit)}"


def bearing_badge(words: Words, bearing: Bearing) -> html.Span:
    shape, colour = _LOOKS[bearing]
    mark = html.Span(className=f"glyph g-{shape}", **attributes(aria_hidden="true"))
    return html.Span([mark, words(f"plans.{bearing}")], className=f"badge k-{colour}")


def plans_title(words: Words, found: PlansCompared) -> str:
    """How many indicators both have, and which way the second plan's targets differ."""
    names = {"first": words.text(found.first.title), "second": words.text(found.second.title)}
    is_parent = found.second.parent == found.first.id
    said = [words("plans.part_shared" if not is_parent else "plans.part_carried", n=found.shared)]
    for bearing in ("weaker", "stricter", "different", "lacking", "extra"):
        n = found.count(bearing)
        if n:
            said.append(words(f"plans.part_{bearing}", n=n))
    if found.shared and found.count("same") == found.shared:
        said.append(words("plans.part_all_same"))
    return words("plans.title", parts=("，" if words.language == "zh" else ", ").join(said), **names)


def plans_table(view: View, found: PlansCompared) -> html.Div:
    words = view.words
    first, second = words.text(found.first.title), words.text(found.second.title)
    heads: list[Head] = [("no", words("column.number")), ("name", words("column.indicator"))]
    heads += [("goal", words("plans.target_of", plan=first)), ("goal", words("plans.target_of", plan=second))]
    heads += [("bearing", words("plans.bearing")), ("num", words("column.value")), ("unit", words("column.unit"))]
    heads += [("period", words("column.period"))]
    heads += [("class", words("plans.class_of", plan=first)), ("class", words("plans.class_of", plan=second))]
    heads.append(("note", words("plans.changed")))
    lines = [_cells(view, found, row) for row in found.rows]
    return sided_table(
        words("plans.caption"), heads, lines, key="plans", class_name="plans-table", taken=_taken(words, found)
    )


def _cells(view: View, found: PlansCompared, row: PlansRow) -> list[Any]:
    words = view.words
    sides = [side for side in (row.second, row.first) if side is not None]
    figures = [side.figure for side in sides if side.figure is not None]
    figure = next((one for one in figures if one.value is not None), figures[0] if figures else None)
    scale = scale_of(words, [figure])
    own = view if row.second is None or row.second.figure is not figure else _under(view, found.second.id)
    cells: list[Any] = [
        html.Td(str(sides[-1].indicator.number), className="no"),
        _name(view, found, row),
        _goal(words, row.first),
        _goal(words, row.second),
        html.Td(bearing_badge(words, row.bearing), className="bearing"),
        figure_cell(own, figure, scale),
        html.Td(scale[1], className="unit"),
        html.Td(figure.period.code if figure is not None and figure.value is not None else "", className="period"),
        _class(words, row.first),
        _class(words, row.second),
        html.Td(words.join([_changed(words, row, part) for part in row.changed]), className="note"),
    ]
    return cells


def _under(view: View, plan_id: str) -> View:
    """The view whose links stay in another plan."""
    return replace(view, address=replace(view.address, plan=plan_id))


def _name(view: View, found: PlansCompared, row: PlansRow) -> html.Th:
    """The indicator's name in the first plan; the second's below it where it is another."""
    words, parts = view.words, list[Any]()
    for side, plan in ((row.first, found.first), (row.second, found.second)):
        if side is None:
            continue
        name = words.text(side.indicator.name)
        if parts and row.first is not None and name == words.text(row.first.indicator.name):
            continue
        href = view.href("indicator", side.indicator.id, plan=plan.id, region=_region(found, plan.region))
        parts.append(html.Span(link(name, href), className="renamed" if parts else None))
    return html.Th(parts, scope="row", className="name")


def _region(found: PlansCompared, own: str) -> str | None:
    return None if found.region.code == own else found.region.code


def _goal(words: Words, side: Under | None) -> html.Td:
    if side is None:
        return html.Td(words("plans.none"), className="goal none")
    nature = words(f"nature.{side.indicator.nature}")
    return html.Td(
        [html.B(goal_text(words, side.target, side.indicator.unit)), " ", html.Span(nature, className="quiet")],
        className="goal",
    )


def _class(words: Words, side: Under | None) -> html.Td:
    if side is None or side.figure is None:
        return html.Td(words("number.none"), className="class none")
    reasons = words.join([words.reason(reason) for reason in side.figure.reasons])
    return html.Td(badge(words, side.figure.class_, reasons or None), className="class")


def _changed(words: Words, row: PlansRow, part: str) -> str:
    """What is not the same; where one word says it, from what to what."""
    name = words(f"plans.changed_{part}")
    if row.first is None or row.second is None or part not in ("nature", "direction", "unit", "rule"):
        return name
    old, new = (_word(words, side, part) for side in (row.first, row.second))
    return words("plans.changed_to", name=name, old=old, new=new)


def _word(words: Words, side: Under, part: str) -> str:
    if part == "unit":
        return words.unit(side.indicator.unit)
    if part == "rule":
        return words(f"rule.{side.target.rule}") if side.target is not None else words("number.none")
    return words(f"{part}.{getattr(side.indicator, part)}")


def _taken(words: Words, found: PlansCompared) -> Rows:
    """The table with the numbers of both plans exact."""
    titles = [words.text(plan.title) for plan in (found.first, found.second)]
    heads = [words("column.number"), words("column.indicator"), words("plans.bearing"), words("plans.changed")]
    for title in titles:
        kinds = ("name_of", "target_of", "nature_of", "value_of", "unit_of", "period_of", "class_of")
        heads += [words(f"plans.{kind}", plan=title) for kind in kinds]
    lines = []
    for row in found.rows:
        either = row.first or row.second
        if either is None:
            continue
        line: list[Cell] = [either.indicator.number, words.text(either.indicator.name)]
        line += [words(f"plans.{row.bearing}"), words.join([_changed(words, row, part) for part in row.changed])]
        for side in (row.first, row.second):
            line += [None] * 7 if side is None else _side(words, side)
        lines.append(tuple(line))
    return Rows(tuple(heads), tuple(lines))


def _side(words: Words, side: Under) -> list[Cell]:
    indicator, figure = side.indicator, side.figure
    line: list[Cell] = [words.text(indicator.name), goal_text(words, side.target, indicator.unit)]
    line.append(words(f"nature.{indicator.nature}"))
    if figure is None or figure.value is None:
        return [*line, None, words.unit(indicator.unit), None, words.class_name("no_data")]
    return [*line, figure.value, words.unit(figure.unit), figure.period.code, words.class_name(figure.class_)]


@stands_alone
def own_plan_card(view: View, found: PlansCompared) -> html.Section:
    """On a region's page: its own plan beside the plan it must agree with."""
    words = view.words
    href = view.href("compare", kind="plans", start=found.first.id, end=found.second.id, period=None)
    wider = link(words("plans.to_compare"), href, "more")
    foot: list[Any] = [words("plans.foot"), words("overview.foot_as_of", date=view.as_of), wider]
    marks = [synthetic_mark(words)] if found.synthetic else []
    note = words("plans.note", region=words.region(found.region))
    return card(plans_title(words, found), plans_table(view, found), marks=marks, note=note,
                foot=[*foot, take_table(view, "plans")], class_name="plans-card")  # fmt: skip
