"""Where the gap lies: the units with what each adds to the distance from the target, adding up to the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from monitor.report.counted import REGIONS
from monitor.report.indicator import IndicatorAnswer
from monitor.report.units_gap import GapLine, UnitsGap

from ..pictures.frame import caption, class_items
from ..pictures.table import table_picture
from ..view import View
from ..words import MINUS, Words
from . import html
from .alone import stands_alone
from .columns import Measure, measure_of, places_of, plain_number
from .gap_finding import gap_finding, own_lines
from .parts import attributes, card, dotted, glyph, hidden, link, look, synthetic_mark
from .take import take_picture, take_table
from .why import why

_FIRST, _LAST = 8, 3
_DIGITS = 8


@stands_alone
def gap_card(view: View, answer: IndicatorAnswer) -> html.Section | None:
    """The division as bars from a zero line; None where there is nothing to divide and nothing to say of it."""
    words, gap = view.words, answer.gap
    if not isinstance(gap, UnitsGap):
        if gap not in ("no_division", "no_units") or answer.indicator.target is None:
            return None
        return card(words("gap.title"), html.P(words(f"gap.{gap}"), className="quiet"), class_name="gap-card")
    if gap.own is not None:
        return _own_card(view, answer, gap)
    table, title = _table(view, answer, gap), gap_finding(words, gap)
    note = [words("gap.title"), gap.period.code, words("gap.unit", unit=_unit(words, gap))]
    said = caption(
        view, title, " · ".join(note), catalogue=answer.catalogue_version,
        vintages=[line.figure.vintage for line in gap.lines if line.figure is not None],
        synthetic=any(line.contribution.part.synthetic for line in gap.lines),
    )  # fmt: skip
    classes = class_items(words, [line.figure.class_ for line in gap.lines if line.figure is not None])
    bars = html.Div(table, className="scroll gap-scroll", tabIndex=0, role="region", key="gap-bars",
                    picture=partial(table_picture, said, table, classes),
                    **attributes(aria_label=words("gap.title")))  # fmt: skip
    shown = len(_shown(view, gap)[0]) < len(gap.lines)
    more = [link(words("gap.all", n=len(gap.lines)), view.here(rows="all"))] if shown else []
    notes = [html.P(note) for note in _notes(words, answer, gap)]
    return card(
        title,
        [bars, html.Div(notes, className="prose gap-notes")],
        note=dotted(note),
        marks=[synthetic_mark(words)] if said.synthetic else [],
        class_name="gap-card",
        foot=[
            *more,
            _formula(words, gap),
            words("overview.foot_as_of", date=view.as_of),
            take_table(view, "gap"),
            take_picture(view, "gap-bars"),
        ],
    )


def _unit(words: Words, gap: UnitsGap) -> str:
    return words("number.pp") if gap.figure.unit == "%" else words.unit(gap.figure.unit)


def _formula(words: Words, gap: UnitsGap) -> str:
    return words("gap.formula_band" if gap.figure.rule == "band" else f"gap.formula_{gap.division.form}")


@stands_alone
def _own_card(view: View, answer: IndicatorAnswer, gap: UnitsGap) -> html.Section:
    """Of a single unit what it contributes to its parent's distance."""
    words = view.words
    whole = view.here(region=None if gap.parent.code == answer.plan.region else gap.parent.code)
    title, facts = own_lines(words, gap, answer.indicator.part_unit or "")
    body: list[Any] = [html.P(fact) for fact in facts]
    body.append(html.P(link(words("gap.see_parent", parent=words.region_short(gap.parent)), whole, "gap-more")))
    marks = [synthetic_mark(words)] if any(line.contribution.part.synthetic for line in gap.lines) else []
    return card(
        title, html.Div(body, className="prose"), note=dotted([words("gap.own_title"), gap.period.code]), marks=marks,
        class_name="gap-card", foot=[_formula(words, gap), words("overview.foot_as_of", date=view.as_of)],
    )  # fmt: skip


def _notes(words: Words, answer: IndicatorAnswer, gap: UnitsGap) -> list[str]:
    """What would be if all reached it, who does not enter and why, and whose figure is a bound."""
    division, unit = gap.division, gap.figure.unit
    notes = []
    short = sum(_is_short(line) for line in gap.lines)
    if short and division.form != "share_reached":
        then = words.amount(float(division.if_reached), unit)
        left = float(division.gap_then)
        key = "gap.then_short" if left > 0 else "gap.then"
        if gap.figure.rule == "band":
            key = "gap.then_band"
        notes.append(words(key, n=short, value=then, left=words.points(left, unit)))
    if division.difference is not None:
        values = {"published": words.amount(float(division.value), unit, gap.figure.comparator or "eq"),
                  "aggregated": words.amount(float(division.aggregated), unit)}  # fmt: skip
        notes.append(words("gap.published", **values))
    if gap.absent and division.form != "share_reached":
        said = [words("gap.absent_one", region=words.region_short(r), why=words(f"gap.{why}")) for r, why in gap.absent]
        notes.append(words("gap.absent", n=len(gap.absent), units=words.join(said)))
    if division.bounded:
        named = [_name(words, gap, code) for code in division.bounded]
        key = "gap.bounded_share" if division.form == "share_reached" else "gap.bounded"
        notes.append(words(key, units=words.join(named)))
    comparator = getattr(answer.indicator.target, "comparator", "")
    if comparator in ("gt", "lt") and division.form != "share_reached":
        notes.append(words("gap.strict", target=gap.figure.target_printed))
    return notes


def _is_short(line: GapLine) -> bool:
    """Whether the unit has yet to reach what satisfies the target, the near end of a band too."""
    return bool(line.contribution.change) or (line.contribution.change is None and line.contribution.amount > 0)


def _name(words: Words, gap: UnitsGap, code: str) -> str:
    if code == gap.parent.code:
        return words("gap.row_itself", parent=words.region_short(gap.parent))
    return next((words.region_short(line.region) for line in gap.lines if line.region.code == code), code)


def _shown(view: View, gap: UnitsGap) -> tuple[tuple[GapLine, ...], tuple[GapLine, ...], tuple[GapLine, ...]]:
    """The first lines, those summed up in one, and the last ones."""
    lines = gap.lines
    if view.address.rows == "all" or len(lines) <= _FIRST + _LAST + 2:
        return lines, (), ()
    last = min(_LAST, len(gap.above))
    first = max(_FIRST, min(len(gap.below), _FIRST + 2))
    return lines[:first], lines[first : len(lines) - last], lines[len(lines) - last :]


def _table(view: View, answer: IndicatorAnswer, gap: UnitsGap) -> html.Table:
    words, division = view.words, gap.division
    first, middle, last = _shown(view, gap)
    scale = _Scale(gap)
    form = _Form.of(words, answer, gap)
    to_do = "change" if gap.figure.rule == "band" else "add" if division.goal.sign > 0 else "cut"
    unit = words.unit(gap.figure.unit)
    part_unit = words.unit(answer.indicator.part_unit or "")
    heads: list[tuple[str, str]] = [
        (words("column.unit"), "gap-name"), (words("gap.bar"), "gap-bar-head"),
        (f"{words('gap.amount')} / {_unit(words, gap)}", "num"), (words("gap.weight"), "num"),
        (words("gap.value") + ("" if division.form == "share_reached" else f" / {unit}"), "num"),
    ]  # fmt: skip
    # in a file the bar's column tells the code, and the weight is a share of 1
    told = {1: "region_code", 3: f"{words('gap.weight')} 0–1"}
    columns = [
        html.Th(text, scope="col", className=kind, exact=told.get(place)) for place, (text, kind) in enumerate(heads)
    ]
    if form.parts is not None:  # in the unit people say it in on the page, in the part unit in a file
        said = words(f"gap.{to_do}")
        shown = f"{said} / {form.parts.name}"
        columns.append(html.Th(shown, scope="col", className="num", exact=f"{said} / {part_unit}"))
    rows = [_row(view, answer, line, scale, form) for line in first]
    if middle:
        rows.append(_rest(words, middle, scale, form))
    rows += [_row(view, answer, line, scale, form) for line in last]
    return html.Table(
        [
            html.Caption(words("gap.title"), className="unseen"),
            html.Thead(html.Tr(columns)),
            html.Tbody(rows),
            html.Tfoot(_totals(view, gap, scale, form)),
        ],
        className="plain gap-table",
        key="gap",
        style={"--z": scale.zero},
    )


@dataclass(frozen=True)
class _Form:
    """How the columns are written. `places`: decimals of the units' own figures; `parts`: of what is to be added to
    the numerators or taken off them, None where there are no parts.
    """

    places: int
    parts: Measure | None

    @classmethod
    def of(cls, words: Words, answer: IndicatorAnswer, gap: UnitsGap) -> _Form:
        own = [line.contribution.part for line in gap.lines]
        values: list[float | Fraction | None] = [
            one.value for one in own if one.has_figure and one.comparator == "eq" and one.numerator is not None
        ]
        values.append(gap.division.aggregated if gap.division.difference is not None else None)
        changes = [line.contribution.change for line in gap.lines if line.contribution.change is not None]
        parts = (
            measure_of(words, answer.indicator.part_unit or "", [one for one in changes if one]) if changes else None
        )
        return cls(places_of(values, gap.figure.unit), parts)


class _Scale:
    """One scale for all bars: where zero lies, and how long an amount is, in percent of the lane."""

    def __init__(self, gap: UnitsGap) -> None:
        drawn = [float(line.contribution.amount) for line in gap.lines]
        if gap.division.difference is not None:
            drawn.append(float(gap.division.difference))
        self.high, self.low = max(0.0, *drawn), min(0.0, *drawn)
        self.span = (self.high - self.low) or 1.0
        largest = max(self.high, -self.low)
        self.digits = next((digits for digits in (2, 3, 4) if largest >= 10 ** (1 - digits)), 5)
        if gap.figure.unit == REGIONS:
            self.digits = 0

    @property
    def zero(self) -> str:
        return f"{-100 * self.low / self.span:.4g}%"

    def bar(self, amount: float, colour: str) -> html.Span:
        start = (min(amount, 0.0) - self.low) / self.span
        place = {"--x": f"{100 * start:.4g}%", "--w": f"{100 * abs(amount) / self.span:.4g}%", "--z": self.zero}
        fill = [html.Span(className="gap-fill")] if amount else []
        return html.Span(fill, className=f"lane gap-bar k-{colour}", style=place)

    def said(self, amount: Fraction) -> str:
        """With a sign and the digits of the column; one that these would make nothing of, with more."""
        size, digits = abs(float(amount)), self.digits
        while amount and digits < _DIGITS and not round(size, digits):
            digits += 1
        return f"{MINUS if amount < 0 else '+' if amount else ''}{size:,.{digits}f}"


def _row(view: View, answer: IndicatorAnswer, line: GapLine, scale: _Scale, form: _Form) -> html.Tr:
    words, gap, one = view.words, answer.gap, line.contribution
    assert isinstance(gap, UnitsGap)
    class_ = line.figure.class_ if line.figure is not None else "no_data"
    cell = (answer.indicator.id, line.region.code, gap.period)
    name = [
        html.Span(glyph(class_), className=f"badge k-{look(class_)[1]}"),
        link(words.region_short(line.region), view.href("region", line.region.code)),
        hidden(f" {words.class_name(class_)}"),
    ]
    cells = [
        html.Th(name, scope="row", className="gap-name", title=words.class_name(class_)),
        html.Td(scale.bar(float(one.amount), look(class_)[1]), className="gap-lane", exact=line.region.code),
        html.Td(why(view, scale.said(one.amount), *cell), className="num value", exact=float(one.amount)),
        html.Td(_percent(one.part.weight), className="num", exact=float(one.part.weight)),
        _value_cell(view, gap, line, cell, form.places),
    ]
    if form.parts is not None:
        cells.append(_change_cell(words, gap, one.change, form.parts))
    return html.Tr(cells, className="current" if line.region.code == answer.region.code else None)


def _value_cell(view: View, gap: UnitsGap, line: GapLine, cell: tuple[str, str, Any], places: int) -> html.Td:
    words, part = view.words, line.contribution.part
    if not part.has_figure:
        reason = next((reason for region, reason in gap.absent if region.code == line.region.code), "not_sent")
        return html.Td(why(view, words(f"gap.{reason}"), *cell), className="num quiet")
    value = float(part.value)
    if gap.division.form == "share_reached" and line.figure is not None and line.figure.value is not None:
        value = line.figure.value
        return html.Td(why(view, words.amount(value, line.figure.unit, part.comparator), *cell), className="num",
                       exact=value)  # fmt: skip
    shown = words.number(value, gap.figure.unit, part.comparator, places if part.numerator is not None else 0)
    return html.Td(why(view, shown, *cell), className="num", exact=value)


def _change_cell(words: Words, gap: UnitsGap, change: Fraction | None, measure: Measure) -> html.Td:
    if change is None:
        return html.Td(words("number.none"), className="num quiet")
    if change == 0:
        return html.Td(words("gap.reached"), className="num quiet", exact=0.0)
    size = float(abs(change))
    sign = "" if gap.figure.rule != "band" else "+" if change > 0 else MINUS
    return html.Td(sign + measure.text(abs(change)), className="num", exact=float(change) if sign else size)


def _whole_key(gap: UnitsGap) -> str:
    if gap.figure.rule == "band":
        return "gap.whole_band"
    return "gap.whole_met" if gap.division.gap < 0 else "gap.whole"


def _percent(share: Fraction) -> str:
    return f"{float(100 * share):.1f}%"


def _rest(words: Words, lines: Sequence[GapLine], scale: _Scale, form: _Form) -> html.Tr:
    """The units that are not shown singly, as one line, so that the column still adds up."""
    amount = sum((line.contribution.amount for line in lines), Fraction(0))
    weight = sum((line.contribution.part.weight for line in lines), Fraction(0))
    cells = [
        html.Th(words("gap.rest", n=len(lines)), scope="row", className="gap-name quiet"),
        html.Td("", className="gap-lane"),
        html.Td(scale.said(amount), className="num value", exact=float(amount)),
        html.Td(_percent(weight), className="num", exact=float(weight)),
        html.Td(""),
    ]
    return html.Tr([*cells, *([html.Td("")] if form.parts is not None else [])], className="other-row")


def _totals(view: View, gap: UnitsGap, scale: _Scale, form: _Form) -> list[html.Tr]:
    """What the units add up to; the difference to a published figure; the whole distance of the row."""
    words, division = view.words, gap.division
    units = gap.adding - gap.taking
    cell = (gap.figure.indicator_id, gap.parent.code, gap.period)

    def line(name: str, amount: Fraction, bar: Any, shown: Any, value: tuple[str, Fraction] | None) -> html.Tr:
        cells = [html.Th(name, scope="row", className="gap-name"), html.Td(bar, className="gap-lane"),
                 html.Td(shown, className="num value", exact=float(amount)), html.Td(""),
                 html.Td("") if value is None else html.Td(value[0], className="num", exact=float(value[1])),
                 *([html.Td("")] if form.parts is not None else [])]  # fmt: skip
        return html.Tr(cells, className=None if value is None else "sum-row")

    found = []
    whole = why(view, scale.said(division.gap), *cell)
    row_value = plain_number(words, gap.figure, form.places)
    if gap.figure.unit == REGIONS:
        row_value = words.figure_number(gap.figure)
    if division.difference is not None:
        aggregated = words.number(float(division.aggregated), gap.figure.unit, places=form.places)
        found.append(line(words("gap.units"), units, "", scale.said(units), (aggregated, division.aggregated)))
        bar = scale.bar(float(division.difference), "plain")
        said = scale.said(division.difference)
        found.append(line(words("gap.difference"), division.difference, bar, said, None))
    found.append(line(words(_whole_key(gap)), division.gap, "", whole, (row_value, division.value)))
    return found
