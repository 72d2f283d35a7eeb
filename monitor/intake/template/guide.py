"""The second sheet of a form: how to fill it in, what each indicator means, what will be checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from monitor.catalogue.base import Language

from .layout import lines_needed
from .lines import Earlier, Line
from .styles import Styles
from .words import STEPS, check_text, figure_text, relation_text, say

if TYPE_CHECKING:
    from monitor.catalogue.models import Severity
    from monitor.catalogue.relations import ParsedRelation

_WIDTHS = (7, 38, 10, 40, 58, 26, 26, 26)
_ROOM = 1.08  # a column holds more characters of a smaller font than its width says
_CENTRED = (0, 2)
_PAPER_A4 = 9


def write_guide(
    sheet: Any,
    styles: Styles,
    title: str,
    lines: Sequence[Line],
    relations: Sequence[ParsedRelation],
    language: Language,
) -> None:
    """Fill the sheet; every cell is locked."""
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    last = len(_WIDTHS) - 1
    sheet.merge_range(0, 0, 0, last, title, styles["title"])
    sheet.set_row(0, 34)
    row = 1

    def section(title: str) -> None:
        nonlocal row
        sheet.write_string(row, 0, title, styles["section"])
        sheet.set_row(row, 24)
        row += 1

    section(say("steps", language))
    for place, step in enumerate(STEPS[language], start=1):
        text = f"{place}. {step}"
        sheet.merge_range(row, 0, row, last, "", styles["step"])
        sheet.write_string(row, 0, text, styles["step"])
        sheet.set_row(row, 4 + 15 * lines_needed(text, sum(_WIDTHS)))
        row += 1
    row += 1
    section(say("definitions", language))
    names = ("indicator", "measure", "quotient", "definition", "origin", "sent_before", "sent_year")
    _row(sheet, styles, row, ("#", *(say(name, language) for name in names)), "header")
    row += 1
    for line in lines:
        _row(sheet, styles, row, _definition(line, language), "text")
        row += 1
    row += 1
    section(say("checks", language))
    heads = (say(name, language) for name in ("indicator", "blocking", "queried"))
    _row(sheet, styles, row, ("#", *heads), "header", merged=True)
    row += 1
    for texts in _checks(lines, relations, language):
        _row(sheet, styles, row, texts, "text", merged=True)
        row += 1
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.set_landscape()
    sheet.set_paper(_PAPER_A4)
    sheet.set_margins(0.4, 0.4, 0.5, 0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&9" + say("page", language))
    sheet.hide_gridlines(2)


def _row(sheet: Any, styles: Styles, row: int, texts: Sequence[str], style: str, *, merged: bool = False) -> None:
    """A row of cells; `merged`: four of them over all columns."""
    spans = ((0, 0), (1, 2), (3, 4), (5, 7)) if merged else tuple((place, place) for place in range(len(texts)))
    height = 1
    for (first, last), text in zip(spans, texts, strict=True):
        shown = styles["text_center" if style == "text" and first in _CENTRED else style]
        if last > first:
            sheet.merge_range(row, first, row, last, "", shown)
        sheet.write_string(row, first, text, shown)
        height = max(height, lines_needed(text, _ROOM * sum(_WIDTHS[first : last + 1])))
    sheet.set_row(row, 7 + 14 * height)


def _definition(line: Line, language: Language) -> tuple[str, ...]:
    indicator, figure = line.indicator, line.indicator.figure
    quotient = "—"
    if figure is not None:
        parts = (figure.numerator.in_language(language), figure.denominator.in_language(language))
        quotient = f"{parts[0]} ÷ {parts[1]}" + ("" if indicator.factor == 1 else f" × {indicator.factor:f}")
    texts = [indicator.definition, indicator.source]
    definition, origin = (text.in_language(language) if text is not None else "—" for text in texts)
    earlier = (_sent_text(line, one) for one in (line.previous, line.year_earlier))
    name = indicator.name.in_language(language)
    return (str(indicator.number), name, line.unit, quotient, definition, origin, *earlier)


def _sent_text(line: Line, earlier: Earlier | None) -> str:
    """An earlier figure with its parts: `96.50% = 1,234 ÷ 1,279 万人`."""
    if earlier is None or earlier.value is None:
        return "—"
    figure = f"{figure_text(earlier.value, 2 if line.is_ratio else 4)}{line.unit}"
    if earlier.numerator is None:
        return figure
    return f"{figure} = {figure_text(earlier.numerator)} ÷ {figure_text(earlier.denominator)} {line.part_unit}"


def _checks(
    lines: Sequence[Line], relations: Sequence[ParsedRelation], language: Language
) -> list[tuple[str, str, str, str]]:
    """Number, indicator, what has to be so, what is asked about where it is not so."""
    found = []
    for line in lines:
        indicator = line.indicator
        told = [(check.severity, check_text(check, indicator, language)) for check in indicator.checks]
        found.append((str(indicator.number), indicator.name.in_language(language), *_by_severity(told, language)))
    names = {line.indicator.id: line.indicator.name.in_language(language) for line in lines}
    for relation in relations:
        told = [(relation.relation.severity, relation_text(relation, names, language))]
        found.append(("—", say("relations", language), *_by_severity(told, language)))
    return found


def _by_severity(told: Sequence[tuple[Severity, str]], language: Language) -> tuple[str, str]:
    separator = "；" if language == "zh" else "; "
    error, query = (separator.join(text for level, text in told if level == one) or "—" for one in ("error", "query"))
    return error, query
