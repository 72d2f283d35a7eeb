"""Cells of comparisons: a figure with its class, a difference and what stands against taking one, chosen regions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from monitor.catalogue.regions import Region
from monitor.report.compare_regions import Refusal
from monitor.report.counted import REGIONS
from monitor.report.differences import Difference
from monitor.report.figures import Figure

from ..view import View
from ..words import Words
from . import html
from .columns import plain_number
from .form_elements import element, hidden_field, option, select
from .form_elements import label as label_of
from .html import Element
from .parts import attributes, glyph, hidden, look
from .why import explained


def scale_of(words: Words, figures: Sequence[Figure | None]) -> tuple[float, str]:
    """What all figures of a row are divided by, and the unit they then have: that of the largest."""
    known = [one for one in figures if one is not None and one.value is not None]
    if not known:
        unit = next((one.unit for one in figures if one is not None), "")
        return 1.0, words.unit(unit)
    unit = known[0].unit
    return words.scale(max(abs(one.value or 0.0) for one in known), unit)


def figure_text(words: Words, figure: Figure, scale: tuple[float, str], places: int = 0) -> str:
    """The number in the row's unit; `places`: decimals of the column's rates."""
    if figure.value is None:
        return words("number.none")
    if figure.unit in ("%", REGIONS):
        return plain_number(words, figure, places)
    size, unit = scale
    return words.number(figure.value / size, unit, figure.comparator or "eq")


def figure_cell(
    view: View, figure: Figure | None, scale: tuple[float, str], *, is_best: bool = False, places: int = 0
) -> html.Td:
    """Shape of the class and the number, which leads to its explanation; without a figure why there is none."""
    words = view.words
    if figure is None or figure.value is None:
        reasons = [words.reason(reason) for reason in figure.reasons] if figure is not None else []
        why_none = words.join(reasons) or words.class_name("no_data")
        return html.Td([html.Span(words("number.none")), hidden(why_none)], className="num none", title=why_none)
    class_ = words.class_name(figure.class_)
    sign = html.Span([glyph(figure.class_), hidden(class_)], className=f"sign k-{look(figure.class_)[1]}", title=class_)
    facts = [class_, figure.period.code, words.known("vintage", figure.vintage)]
    if figure.synthetic:
        facts.append(words("mark.synthetic"))
    shown = explained(view, figure_text(words, figure, scale, places), figure, facts)
    marks: list[Any] = [sign, " ", shown]
    if is_best:
        marks = [html.Span(words("beside.best"), className="mark best"), " ", *marks]
    return html.Td(marks, className="num figure", exact=figure.value)


def unit_cell(words: Words, figures: Sequence[Figure | None], scale: tuple[float, str]) -> html.Td:
    """The unit that the numbers are shown in, each where they have several; in a file, that of the exact numbers."""
    units = list(dict.fromkeys(one.unit for one in figures if one is not None and one.value is not None))
    raw = units[0] if units else ""
    if len(units) > 1:
        several = " / ".join(words.unit(one) for one in units)
        return html.Td(several, className="unit", exact=several)
    return html.Td(scale[1], className="unit", exact=words.unit(raw))


def difference_cell(words: Words, found: Difference | None, unit: str, direction: str) -> html.Td:
    """The difference with its sign, in percentage points for rates; what forbids one, or qualifies it, in words."""
    if found is None:
        return html.Td(words("number.none"), className="num difference none")
    marks = [html.Span(words("beside.about"), className="mark")] if found.is_approximate else []
    if found.broken_at is not None:
        said = words("beside.broken_title", period=found.broken_at.code)
        marks.append(html.Span(words("beside.broken"), className="mark", title=said))
    if found.value is None:
        text = html.Span(words(f"beside.no_{found.obstacle}"), className="quiet")
        return html.Td([text, *_spaced(marks)], className="num difference none")
    sign = {"up": 1, "down": -1}.get(direction, 0) * found.value
    kind = " better" if sign > 0 else " worse" if sign < 0 else ""
    title = words(f"beside.{kind.strip()}") if kind else None
    shown = html.Span([words.difference(found.value, unit), *([hidden(f" {title}")] if title else [])])
    return html.Td([shown, *_spaced(marks)], className=f"num difference{kind}", title=title, exact=found.value)


def _spaced(marks: Sequence[html.Span]) -> list[Any]:
    return [part for mark in marks for part in (" ", mark)]


def refusals(view: View, refused: Sequence[tuple[str, Refusal]]) -> html.Div | None:
    """What was asked for and cannot be shown, each with the reason."""
    words = view.words
    if not refused:
        return None
    said = [html.Li(words(f"beside.refused_{why}", code=code)) for code, why in refused]
    mark = html.Span(className="glyph g-ring", **attributes(aria_hidden="true"))
    return html.Div([mark, html.Ul(said)], className="notice k-brick", role="status")


def region_selects(view: View, chosen: Sequence[Region], choices: Sequence[Region], *, most: int) -> list[Element]:
    """So many fields with a region each, the chosen ones first; native, so that a keyboard or no script suffices."""
    words = view.words
    fields = []
    for place in range(most):
        now = chosen[place].code if place < len(chosen) else None
        every = choices if now is None or now in {one.code for one in choices} else (chosen[place], *choices)
        options = [option("", words("beside.nobody"), chosen=now is None)]
        options += [option(one.code, words.region_short(one), chosen=one.code == now) for one in every]
        name = f"with-{place + 1}"
        text = words("beside.region_n", n=place + 1)
        fields.append(element("p", [label_of(text, name), select("with", options, id=name)], class_="field"))
    return fields


def kept_fields(view: View, *names: str) -> list[Element]:
    """The rest of the slice as hidden fields of a form that is sent by GET: `names` in the query, and the language."""
    address = view.address
    known = {
        "plan": address.plan, "period": address.period, "as_of": address.as_of, "sort": address.sort,
        "kind": address.kind, "lang": address.language if address.language_in_url else None,
    }  # fmt: skip
    return [hidden_field(name, value) for name in (*names, "lang") if (value := known[name])]
