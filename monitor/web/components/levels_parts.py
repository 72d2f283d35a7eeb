"""Two levels of plans on a page: what each plan below carries, where it asks less, what is its own, and the split."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from monitor.catalogue.models import BandTarget, Indicator, Target
from monitor.report.levels import Carried, Levels, LowerPlan
from monitor.report.split import RegionTarget, Split

from ..taken import Cell, Rows
from ..view import View
from ..words import Words
from . import html
from .alone import stands_alone
from .exact_numbers import exact_number, exact_text
from .parts import attributes, badge, card, link, synthetic_mark
from .plans_parts import bearing_badge, goal_text
from .tables import head, number_cell, plain_table
from .take import take_table

_VERDICTS = {
    "none": ("hatch", "empty"), "meets": ("tick", "strong"), "short": ("down", "brick"),
    "different": ("lozenge", "plain"), "incomplete": ("ring", "plain"), "no_weights": ("ring", "plain"),
    "text": ("lozenge", "plain"),
}  # fmt: skip


def example_mark(words: Words) -> html.Span:
    return html.Span(words("levels.example"), className="mark synthetic", title=words("levels.example_title"))


def plan_name(words: Words, one: LowerPlan) -> str:
    return words.region_short(one.region)


def amount(words: Words, value: Fraction | None, unit: str) -> str:
    """An exact number with its unit: a percentage as one, everything else as its catalogue counts it."""
    if value is None:
        return words("number.none")
    return f"{exact_text(value, 4)}%" if unit == "%" else f"{exact_text(value, 4)} {words.unit(unit)}"


def points(words: Words, value: Fraction, unit: str) -> str:
    """A difference: percentages differ by points."""
    return f"{exact_text(value, 4)} {words('number.pp') if unit == '%' else words.unit(unit)}"


def target_text(words: Words, target: Target | None, unit: str) -> str:
    """What a target asks; a band that cannot be read as printed has its tolerance."""
    said = goal_text(words, target, unit)
    if not isinstance(target, BandTarget) or target.value is None or target.tolerance is None:
        return said
    if target.printed and words.can_read(target.printed):
        return said
    return words("levels.band", value=said, tolerance=points(words, Fraction(target.tolerance), unit))


@stands_alone
def matrix_card(view: View, found: Levels) -> html.Section:
    """Main indicators of the plan above × plans below."""
    words = view.words
    title = words("levels.matrix")
    heads: list[Any] = [head(words("column.number"), "no"), head(words("column.indicator"), "name")]
    heads.append(head(words("levels.upper"), "goal"))
    for one in found.plans:
        marks = [" ", example_mark(words)] if one.example else []
        heads.append(head([plan_name(words, one), *marks], "lower", title=words.text(one.plan.title)))
    rows = [_matrix_row(view, found, number) for number in range(len(found.main))]
    taken = _matrix_taken(words, found)
    table = plain_table(title, heads, rows, key="levels", class_name="levels-table", taken=taken)
    marks = [synthetic_mark(words)] if found.synthetic else []
    foot = [words("plans.foot"), take_table(view, "levels")]
    return card(title, table, note=words("levels.matrix_note"), marks=marks, foot=foot)


def _matrix_row(view: View, found: Levels, number: int) -> html.Tr:
    words, above = view.words, found.main[number]
    upper = words("number.none") if above.target is None else target_text(words, above.target, above.unit)
    name = link(words.text(above.name), view.href("levels", above.id, period=None))
    cells = [html.Td(str(above.number), className="no"), html.Th(name, scope="row", className="name"),
             html.Td(upper, className="goal")]  # fmt: skip
    return html.Tr([*cells, *(_carried_cell(view, found, one, one.carried[number]) for one in found.plans)])


def _carried_cell(view: View, found: Levels, plan: LowerPlan, one: Carried) -> html.Td:
    words = view.words
    parts: list[Any] = [bearing_badge(words, one.bearing)]
    if one.indicator is not None:
        parts.append(html.Span(target_text(words, one.target, one.indicator.unit), className="asks"))
        if one.shortfall is not None:
            by = words("levels.short_by", by=points(words, one.shortfall, one.above.unit))
            parts.append(html.Span(by, className="short-by"))
        elif one.because is not None:
            parts.append(html.Span(words(f"levels.because_{one.because}"), className="short-by"))
        if one.renamed:
            parts.append(html.Span(words("levels.renamed", name=words.text(one.indicator.name)), className="quiet"))
    return html.Td(parts, className="lower")


def _matrix_taken(words: Words, found: Levels) -> Rows:
    """A line for each indicator in each plan, numbers exact."""
    heads = ("number", "indicator", "upper", "plan", "bearing", "target", "short", "unit", "because", "own_name")
    lines: list[tuple[Cell, ...]] = []
    for plan in found.plans:
        for one in plan.carried:
            above, mine = one.above, one.indicator
            lines.append(
                (
                    above.number,
                    words.text(above.name),
                    target_text(words, one.upper, above.unit),
                    words.text(plan.plan.title),
                    words(f"plans.{one.bearing}"),
                    None if mine is None else target_text(words, one.target, mine.unit),
                    None if one.shortfall is None else exact_number(one.shortfall),
                    words("number.pp") if above.unit == "%" else words.unit(above.unit),
                    None if one.because is None else words(f"levels.because_{one.because}"),
                    words.text(mine.name) if mine is not None and one.renamed else None,
                )
            )
    return Rows(tuple(words(f"levels.t_{name}") for name in heads), tuple(lines))


@stands_alone
def weaker_card(view: View, found: Levels) -> html.Section:
    """Where a plan below asks less, by how much, and why."""
    words = view.words
    title = words("levels.weaker")
    rows = [
        _weaker_row(words, plan, one, one.indicator)
        for plan in found.plans
        for one in plan.carried
        if one.bearing == "weaker" and one.indicator is not None
    ]
    if not rows:
        return card(title, html.P(words("levels.weaker_none"), className="quiet"))
    heads = [words("levels.region"), words("column.indicator"), words("levels.own_target"), words("levels.upper"),
             head(words("levels.short"), "num"), words("levels.why")]  # fmt: skip
    marks = [synthetic_mark(words)] if found.synthetic else []
    table = plain_table(title, heads, rows, key="weaker", class_name="levels-table")
    return card(title, table, marks=marks, foot=[take_table(view, "weaker")])


def _weaker_row(words: Words, plan: LowerPlan, one: Carried, mine: Indicator) -> html.Tr:
    short, unit = one.shortfall, one.above.unit
    return html.Tr(
        [
            html.Th(plan_name(words, plan), scope="row"),
            html.Td(f"{one.above.number} {words.text(mine.name)}", className="name"),
            html.Td(target_text(words, one.target, mine.unit), className="goal"),
            html.Td(target_text(words, one.upper, unit), className="goal"),
            number_cell(words("number.none"), None) if short is None else
            number_cell(points(words, short, unit), exact_number(short)),
            html.Td(words(f"levels.because_{one.because}") if one.because else ""),
        ]
    )  # fmt: skip


@stands_alone
def own_card(view: View, found: Levels) -> html.Section:
    """What a plan below has beyond the plan above, with its region's latest figure."""
    words = view.words
    title = words("levels.own")
    rows = [_own_row(view, found, plan, number) for plan in found.plans for number in range(len(plan.own))]
    if not rows:
        return card(title, html.P(words("levels.own_none"), className="quiet"))
    heads = [words("levels.region"), words("column.indicator"), words("levels.own_target"),
             head(words("column.value"), "num"), words("column.period"), words("column.class")]  # fmt: skip
    marks = [synthetic_mark(words)] if found.synthetic else []
    table = plain_table(title, heads, rows, key="own", class_name="levels-table")
    note = words("levels.own_examples") if found.examples else None
    return card(title, table, note=note, marks=marks, foot=[take_table(view, "own")])


def _own_row(view: View, found: Levels, plan: LowerPlan, number: int) -> html.Tr:
    words, own = view.words, plan.own[number]
    indicator, figure = own.indicator, own.figure
    name: Any = words.text(indicator.name)
    if not found.examples:
        name = link(name, view.href("indicator", indicator.id, plan=plan.plan.id, region=None, period=None))
    shown, exact, period, class_ = words("number.none"), None, "", "no_data"
    if figure is not None and figure.value is not None:
        shown = words.amount(figure.value, figure.unit, figure.comparator)
        exact, period, class_ = figure.value, figure.period.code, figure.class_
    return html.Tr(
        [
            html.Th(plan_name(words, plan), scope="row"),
            html.Td(name, className="name"),
            html.Td(target_text(words, own.target, indicator.unit), className="goal"),
            number_cell(shown, exact),
            html.Td(period),
            html.Td(badge(words, class_)),
        ]
    )


def verdict_badge(words: Words, one: Split) -> html.Span:
    shape, colour = _VERDICTS[one.verdict]
    mark = html.Span(className=f"glyph g-{shape}", **attributes(aria_hidden="true"))
    return html.Span([mark, words(f"levels.verdict_{one.verdict}")], className=f"badge k-{colour}")


@stands_alone
def split_card(view: View, found: Levels) -> html.Section:
    """The target of the whole held against those of the regions."""
    words = view.words
    title = words("levels.split")
    heads = [head(words("column.number"), "no"), head(words("column.indicator"), "name"), words("levels.upper"),
             words("levels.kind"), head(words("levels.covered"), "num"), head(words("levels.at_least"), "num"),
             head(words("levels.result"), "num"), words("levels.verdict"), words("levels.says")]  # fmt: skip
    rows = [_split_row(view, one) for one in found.splits]
    marks = [synthetic_mark(words)] if found.synthetic else []
    table = plain_table(title, heads, rows, key="split", class_name="levels-table")
    return card(title, table, note=words("levels.split_note"), marks=marks,
                foot=[words("overview.foot_as_of", date=view.as_of), take_table(view, "split")])  # fmt: skip


def _split_row(view: View, one: Split) -> html.Tr:
    words, indicator = view.words, one.indicator
    exact = None if one.result is None else exact_number(one.result)
    return html.Tr(
        [
            html.Td(str(indicator.number), className="no"),
            html.Th(
                link(words.text(indicator.name), view.href("levels", indicator.id, period=None)),
                scope="row",
                className="name",
            ),
            html.Td(target_text(words, one.target, indicator.unit), className="goal"),
            html.Td(words(f"levels.kind_{one.kind}")),
            html.Td(words("levels.of_all", n=one.covered, all=len(one.expected)), className="num"),
            html.Td(words("levels.of_all", n=one.at_least, all=len(one.shares)), className="num"),
            number_cell(amount(words, one.result, indicator.unit), exact),
            html.Td(verdict_badge(words, one)),
            html.Td(split_said(words, one), className="says"),
        ]
    )


def split_said(words: Words, one: Split) -> str:
    """What the result rests on, and how far it is from the target."""
    unit, said = one.indicator.unit, []
    if one.verdict == "short" and one.short:
        said.append(words("levels.said_short", by=points(words, one.short, unit)))
    if one.rest is not None and one.verdict == "incomplete":
        key = "levels.said_rest_sum" if one.kind == "sum" else "levels.said_rest_weighted"
        said.append(words(key, value=amount(words, one.rest, unit)))
    if one.weights_at is not None:
        said.append(words("levels.said_weights", period=one.weights_at.code))
    if one.verdict == "no_weights":
        said.append(words("levels.said_no_weights"))
    return "；".join(said) if words.language == "zh" else "; ".join(said)


@stands_alone
def targets_card(view: View, found: Levels, one: Split) -> html.Section:
    """On one indicator's page: every region's own target, its weight, and the arithmetic."""
    words, indicator = view.words, one.indicator
    title = words("levels.targets")
    if not one.shares:
        return card(title, html.P(words("levels.targets_none"), className="quiet"))
    heads: list[Any] = [words("levels.region"), words("levels.set_by"), words("levels.own_target")]
    heads += [head(words("levels.in_unit", unit=words.unit(indicator.unit)), "num"), words("plans.bearing")]
    if one.weights_at is not None:
        heads.append(head(words("levels.weight", unit=words.unit(one.weight_unit)), "num"))
    table = plain_table(title, heads, [_target_row(view, found, one, share) for share in one.shares], key="targets",
                        class_name="levels-table")  # fmt: skip
    body: list[Any] = [table]
    if (line := arithmetic(words, one)) is not None:
        body.insert(0, html.P(line, className="formula-line"))
    marks = [synthetic_mark(words)] if found.synthetic else []
    said = split_said(words, one)
    return card(title, body, note=said or None, marks=marks, foot=[take_table(view, "targets")])


def _target_row(view: View, found: Levels, one: Split, share: RegionTarget) -> html.Tr:
    words, unit = view.words, one.indicator.unit
    by = words("levels.by_upper") if share.plan is None else words.text(share.plan.title)
    return html.Tr(
        [
            html.Th(words.region(share.region), scope="row"),
            html.Td(by),
            html.Td(target_text(words, share.target, _unit_of(found, share, one.indicator)), className="goal"),
            number_cell(amount(words, share.value, unit), None if share.value is None else exact_number(share.value)),
            html.Td(bearing_badge(words, share.bearing)),
            *([] if one.weights_at is None else [_weight_cell(words, share.weight)]),
        ]
    )


def _weight_cell(words: Words, weight: Fraction | None) -> html.Td:
    if weight is None:
        return number_cell(words("number.none"), None)
    return number_cell(exact_text(weight, 4), exact_number(weight))


def _unit_of(found: Levels, share: RegionTarget, above: Indicator) -> str:
    """The unit in which the region's plan has its target."""
    carried = [one for plan in found.plans if plan.plan == share.plan for one in plan.carried]
    mine = next((one.indicator for one in carried if one.above.id == above.id), None)
    return above.unit if mine is None else mine.unit


def arithmetic(words: Words, one: Split) -> str | None:
    """The result with the numbers put in: (75 × 120 + 65 × 80) ÷ (120 + 80) = 71%."""
    if one.result is None:
        return None
    numbers = [(share.value, share.weight) for share in one.numbered if share.value is not None]
    result = amount(words, one.result, one.indicator.unit)
    if one.kind == "sum":
        return f"{' + '.join(exact_text(value, 4) for value, _ in numbers)} = {result}"
    products = " + ".join(f"{exact_text(value, 4)} × {exact_text(weight, 4)}" for value, weight in numbers if weight)
    weights = " + ".join(exact_text(weight, 4) for _, weight in numbers if weight)
    return f"({products}) ÷ ({weights}) = {result}"
