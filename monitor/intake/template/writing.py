"""A form as a workbook: banner, table, foot, page of instructions; the same bytes for the same question."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from monitor.catalogue.base import Language
from monitor.catalogue.periods import Period, parse_period
from monitor.intake.template_marks import INSTRUCTIONS, MARK, PEOPLE, SHEET

from .calling import TemplateError, find_call
from .guide import write_guide
from .layout import Layout, layout_of, lines_needed
from .lines import Line, read_lines
from .styles import Styles
from .table import Table, whole_relations
from .verdicts import relation_verdict
from .words import VERDICTS, day_text, period_text, relation_text, say

if TYPE_CHECKING:
    from monitor.catalogue.forms import Call, Form
    from monitor.catalogue.loader import Catalogue
    from monitor.catalogue.regions import Regions
    from monitor.store.store import Store

_FIXED_DATE = datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_PAPER_A4 = 9
_BANNER_HEIGHT = 18


def write_template(
    store: Store | None,
    catalogues: Sequence[Catalogue],
    regions: Regions,
    form: Form | str | None,
    region: str,
    period: Period | str,
    target: Path | BinaryIO,
    *,
    language: Language = "zh",
) -> Call:
    """Write the form of a unit and period to `target` and return its call; `form` None: the only one there is.

    Figures that the unit has sent for this very call (in force or waiting) stand in it already, earlier ones beside
    them for reference; without a store it is empty. Raises TemplateError, OSError, StoreError.
    """
    import xlsxwriter  # here, since a command that writes no workbook need not wait for it

    when = _period(period) if isinstance(period, str) else period
    named = form if form is None or isinstance(form, str) else form.id
    call = find_call(catalogues, regions, region, when, named)
    catalogue = next(one for one in catalogues if one.form(call.form.id) is not None)
    lines = read_lines(store, catalogue, call)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(target if not isinstance(target, Path) else str(target), options) as book:
        book.set_properties({"title": call.form.name.in_language(language), "created": _FIXED_DATE})
        _Writer(book, catalogue, regions, call, lines, language).write()
    return call


def _period(text: str) -> Period:
    try:
        return parse_period(text)
    except ValueError:
        raise TemplateError(
            "bad_period",
            f"“{text}”不是报告期；请写成 2023、2023-H1、2023-Q2 或 2023-06",
            f"'{text}' is no period: write 2023, 2023-H1, 2023-Q2 or 2023-06",
        ) from None


def template_name(call: Call, regions: Regions, language: Language = "zh") -> str:
    """A name for the file: `医疗保障规划主要指标季报表_北京_2025-Q4.xlsx`."""
    region = regions.get(call.region)
    shown = call.region
    if region is not None:
        shown = (region.short_name or region.name) if language == "zh" else (region.name_en or call.region)
    parts = (call.form.name.in_language(language), shown, call.period.code)
    return "_".join("".join(c for c in part if c not in '\\/:*?"<>|') for part in parts) + ".xlsx"


class _Writer:
    def __init__(
        self,
        book: Any,
        catalogue: Catalogue,
        regions: Regions,
        call: Call,
        lines: Sequence[Line],
        language: Language,
    ) -> None:
        self._catalogue, self._regions, self._call = catalogue, regions, call
        self._lines, self._language = lines, language
        self._styles = Styles(book, language)
        self._layout: Layout = layout_of(lines, call.form.vintage, yearly=call.period.kind == "year")
        self._sheet = book.add_worksheet(SHEET[language])
        self._guide = book.add_worksheet(INSTRUCTIONS[language])
        self._table = Table(self._sheet, self._styles, self._layout, call, language)

    def write(self) -> None:
        for place, name in enumerate(self._layout.columns):
            self._sheet.set_column(place, place, self._layout.width(name))
        header = self._banner()
        self._table.header(header)
        places = {line.indicator.id: row for row, line in enumerate(self._lines, start=header + 1)}
        for line in self._lines:
            self._table.line(places[line.indicator.id], line)
        first, row = header + 1, header + 1 + len(self._lines)
        self._table.foot_mark(row)
        relations = whole_relations(self._catalogue.relations, places)
        if relations:
            row = self._relations(row, relations, places)
        self._table.colour_verdicts(first, row)
        last = self._foot(row)
        self._page(header, last)
        title = f"{self._call.form.name.in_language(self._language)} · {INSTRUCTIONS[self._language]}"
        write_guide(self._guide, self._styles, title, self._lines, relations, self._language)

    def _say(self, name: str, *values: object) -> str:
        return say(name, self._language, *values)

    def _banner(self) -> int:
        """Title, the elements of a statistical form, whose and for when; returns the row of the header."""
        sheet, styles, last = self._sheet, self._styles, self._layout.printed - 1
        technical = self._layout.printed
        title = self._call.form.name.in_language(self._language)
        sheet.merge_range(0, 0, 0, last, title, styles["title"])
        sheet.set_row(0, 34)
        sheet.write_string(0, technical, MARK, styles["quiet"])
        row = 1
        if any(line.is_synthetic for line in self._lines):
            sheet.merge_range(row, 0, row, last, self._say("synthetic"), styles["synthetic"])
            row += 1
        left, right = self._conditions(), self._authority()
        for number in range(max(len(left), len(right))):
            if number < len(left):
                sheet.write_string(row, 0, left[number], styles["banner"])
            if number < len(right):
                sheet.write_string(row, last, right[number], styles["right"])
            sheet.set_row(row, _BANNER_HEIGHT)
            row += 1
        self._whose(row)
        sheet.write_string(row, technical, self._say("technical"), styles["quiet"])
        return row + 1

    def _whose(self, row: int) -> None:
        """The unit, the period, the units of measurement, and which periods stand beside for reference."""
        sheet, styles, call = self._sheet, self._styles, self._call
        region = self._regions.get(call.region, call.period.end)
        name = call.region
        if region is not None:
            name = region.name_en or region.name if self._language == "en" else region.name
        sheet.write_string(row, 0, self._say("unit", name, call.region), styles["unit"])
        sheet.write_string(row, 2, self._say("period", period_text(call.period, self._language)), styles["unit"])
        sheet.write_string(row, max(4, self._layout.place("unit") - 1), self._say("units"), styles["banner"])
        periods = dict.fromkeys((call.period.previous(), call.period.year_earlier()))
        shown = "earlier" if len(periods) > 1 else "before"
        text = self._say(shown, *(period_text(one, self._language) for one in periods))
        sheet.write_string(row, self._layout.printed - 1, text, styles["right"])
        sheet.set_row(row, 24)

    def _conditions(self) -> list[str]:
        form, call = self._call.form, self._call
        due = self._say("due", day_text(call.due_on, self._language))
        if call.closes_on is not None:
            due = self._say("closes", due, day_text(call.closes_on, self._language))
        if call.extended is not None:
            due = self._say("extended", due, call.extended.reason.in_language(self._language))
        found = [self._say("scope", form.scope.in_language(self._language))] if form.scope else []
        found += [self._say("channel", form.channel.in_language(self._language))] if form.channel else []
        return [*found, due]

    def _authority(self) -> list[str]:
        form, found = self._call.form, []
        if form.number is not None:
            found.append(self._say("number", form.number))
        if form.authority is not None:
            name = form.authority.in_language(self._language)
            found.append(self._say("authority", self._say("inferred", name) if form.authority.inferred else name))
        if form.approval is not None:
            found.append(self._say("approval", form.approval.in_language(self._language)))
        if form.valid_until is not None:
            found.append(self._say("valid_until", day_text(form.valid_until, self._language)))
        return found

    def _relations(self, row: int, relations: Sequence[Any], places: dict[str, int]) -> int:
        """Under the table; returns the last row."""
        self._sheet.write_string(row, 0, self._say("relations"), self._styles["section"])
        self._sheet.set_row(row, 22)
        names = {line.indicator.id: line.indicator.name.in_language(self._language) for line in self._lines}
        rows = {line.indicator.id: (line, self._layout.places(places[line.indicator.id])) for line in self._lines}
        for relation in relations:
            row += 1
            text = relation_text(relation, names, self._language)
            self._table.relation(row, text, relation_verdict(relation, rows, VERDICTS[self._language]))
        return row + 1

    def _foot(self, row: int) -> int:
        """Notes, and who signs; returns the last row."""
        sheet, styles, last = self._sheet, self._styles, self._layout.printed - 1
        sheet.set_row(row, 8)
        row += 1
        if self._call.form.notes is not None:
            text = self._say("notes", self._call.form.notes.in_language(self._language))
            width = sum(self._layout.width(name) for name in self._layout.columns[: last + 1])
            sheet.merge_range(row, 0, row, last, "", styles["notes"])
            sheet.write_string(row, 0, text, styles["notes"])
            sheet.set_row(row, 8 + 13 * lines_needed(text, width * 1.15))
            row += 1
        spans = self._layout.signatures()
        for number, labels in enumerate(PEOPLE.values()):
            line, (start, label_end, sign, end) = row + number // 3, spans[number % 3]
            label = self._say("person", labels[0 if self._language == "zh" else 1])
            self._span(line, start, label_end, label, "label")
            self._span(line, sign, end, "", "sign")
            sheet.set_row(line, 26)
        return row + 1

    def _span(self, row: int, first: int, last: int, text: str, style: str) -> None:
        if last > first:
            self._sheet.merge_range(row, first, row, last, text, self._styles[style])
        elif text:
            self._sheet.write_string(row, first, text, self._styles[style])
        else:
            self._sheet.write_blank(row, first, None, self._styles[style])

    def _page(self, header: int, last: int) -> None:
        sheet = self._sheet
        sheet.freeze_panes(header + 1, 2)
        sheet.protect("", {"format_columns": True, "format_rows": True})
        sheet.set_landscape()
        sheet.set_paper(_PAPER_A4)
        sheet.set_margins(0.4, 0.4, 0.45, 0.55)
        sheet.center_horizontally()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(header)
        sheet.print_area(0, 0, last, self._layout.printed - 1)
        sheet.set_footer("&C&9" + self._say("page"))
        sheet.hide_gridlines(2)
        # codes of regions and years are texts that look like numbers, and mean to be
        top, bottom = (self._layout.cell(name, row) for name, row in (("indicator_id", header), ("period", last)))
        sheet.ignore_errors({"number_stored_as_text": f"{top}:{bottom}"})
        sheet.set_selection(header + 1, 2, header + 1, 2)
