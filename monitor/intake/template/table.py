"""The rows of a form: inputs, references, checks, and what the system needs to know them again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from monitor.catalogue.base import Language
from monitor.intake.template_marks import FOOT

from .layout import Layout, header_label, lines_needed
from .lines import Line
from .styles import Styles
from .verdicts import MARKS, Cell, Formula, Inputs, Places, bounds, change, computed, number_text, verdict
from .words import VERDICTS, say

if TYPE_CHECKING:
    from monitor.catalogue.forms import Call
    from monitor.catalogue.relations import ParsedRelation

COMPARATORS = ("ge", "gt", "le", "lt", "approx")
_LINE_HEIGHT = 15.0
_EXACT_DIGITS = 15
# how many more characters of a name, and of the small print below it, a column holds than its width says
_ROOM: dict[Language, tuple[float, float]] = {"zh": (1.05, 1.3), "en": (1.25, 1.6)}


@dataclass(frozen=True)
class Table:
    """What is written where; `write` puts the rows under each other from `top` on and says where the table ends."""

    sheet: Any
    styles: Styles
    layout: Layout
    call: Call
    language: Language

    def header(self, row: int) -> None:
        for place, name in enumerate(self.layout.columns):
            style = "header" if place < self.layout.printed else "technical_head"
            self.sheet.write_string(row, place, header_label(name, self.language), self.styles[style])
        self.sheet.set_row(row, 33)

    def line(self, row: int, line: Line) -> None:
        """One indicator."""
        at = self.layout.places(row)
        self._names(row, line)
        self._inputs(row, line, at)
        self._references(row, line, at)
        self._technical(row, line)

    def foot_mark(self, row: int) -> None:
        self._put(row, "indicator_id", FOOT, "technical")

    def relation(self, row: int, text: str, formula: Formula) -> None:
        """A relation between rows: its words over the table's width, its verdict in its column."""
        last = self.layout.place("verdict") - 1
        self.sheet.merge_range(row, 0, row, last, "", self.styles["relation"])
        self.sheet.write_string(row, 0, text, self.styles["relation"])
        width = sum(self.layout.width(name) for name in self.layout.columns[: last + 1])
        self.sheet.set_row(row, 6 + _LINE_HEIGHT * lines_needed(text, width))
        self._formula(row, "verdict", formula, "verdict")

    def colour_verdicts(self, first: int, last: int) -> None:
        """Verdicts in words and colour."""
        place = self.layout.place("verdict")
        for level in ("good", "query", "error"):
            rule = {"type": "cell", "criteria": "==", "value": f'"{VERDICTS[self.language][level]}"'}
            self.sheet.conditional_format(first, place, last, place, {**rule, "format": self.styles[level]})

    def _names(self, row: int, line: Line) -> None:
        indicator, figure = line.indicator, line.indicator.figure
        self.sheet.write_number(row, self.layout.place("number"), indicator.number, self.styles["center"])
        name = indicator.name.in_language(self.language)
        place, width = self.layout.place("name"), self.layout.width("name")
        room, small = _ROOM[self.language]
        height = _LINE_HEIGHT * lines_needed(name, width * room)
        if figure is None:
            self.sheet.write_string(row, place, name, self.styles["name"])
        else:
            parts = (figure.numerator.in_language(self.language), figure.denominator.in_language(self.language))
            below = "\n" + say("parts", self.language, *parts)
            styles = self.styles
            self.sheet.write_rich_string(row, place, name, styles["small"], below, styles["name"])
            height += 12.0 * lines_needed(below[1:], width * small)
        self.sheet.set_row(row, max(27.0, height + 6))

    def _inputs(self, row: int, line: Line, at: Places) -> None:
        inputs, sent = Inputs.of(line), line.sent
        if line.is_ratio:
            above, below = (sent.numerator, sent.denominator) if sent else (None, None)
            self._input(row, "numerator", inputs.numerator, above)
            self._input(row, "denominator", inputs.denominator, below)
            self._validate_part(row, "numerator", line, least="fill_not_negative", condition=">=0")
            self._validate_part(row, "denominator", line, least="fill_positive", condition=">0")
            self._put(row, "part_unit", line.part_unit, "center")
            if line.has_value:
                self._input(row, "value", inputs.value, sent.value if sent else None)
                self._validate_value(row, line, at)
            else:
                self._put(row, "value", "", "closed")
        else:
            for name in ("numerator", "denominator", "part_unit"):
                if self.layout.has(name):
                    self._put(row, name, "", "closed")
            self._input(row, "value", inputs.value, sent.value if sent else None)
            self._validate_value(row, line, at)
        self._put(row, "unit", line.unit, "center")
        self._put(row, "note", (sent.note if sent else None) or "", "input_text")

    def _input(self, row: int, name: str, now: Cell, exact: Decimal | None) -> None:
        """An open cell: a number as a number, unless a workbook's 15 digits would lose some of it."""
        place, style = self.layout.place(name), self.styles["input"]
        if exact is not None and len(exact.normalize().as_tuple().digits) > _EXACT_DIGITS:
            self.sheet.write_string(row, place, f"{exact.normalize():f}", style)
        elif isinstance(now, float):
            self.sheet.write_number(row, place, now, style)
        elif now:
            self.sheet.write_string(row, place, now, style)
        else:
            self.sheet.write_blank(row, place, None, style)

    def _references(self, row: int, line: Line, at: Places) -> None:
        if line.is_ratio:
            self._formula(row, "computed", computed(line, at), "reference")
        elif self.layout.has("computed"):
            self._put(row, "computed", "", "closed")
        for name, earlier in (("previous", line.previous), ("year_earlier", line.year_earlier)):
            if not self.layout.has(name):
                continue
            if earlier is None or earlier.value is None:
                self._put(row, name, "—", "closed")
            else:
                style = _reference_style(earlier.value)
                self.sheet.write_number(row, self.layout.place(name), float(earlier.value), self.styles[style])
        for name, of_year in (("change", False), ("change_of_year", True)):
            if not self.layout.has(name):
                continue
            formula = change(line, at, of_year=of_year)
            if formula is None:
                self._put(row, name, "—", "closed")
            else:
                self._formula(row, name, formula, "points" if line.unit == "%" else "percent")
        self._formula(row, "verdict", verdict(line, at, self.call, VERDICTS[self.language]), "verdict")

    def _technical(self, row: int, line: Line) -> None:
        sent = line.sent
        known = {
            "indicator_id": line.indicator.id,
            "region_code": self.call.region,
            "period": self.call.period.code,
            "comparator": "" if sent is None or sent.comparator == "eq" else sent.comparator,
            "vintage": self.call.form.vintage,
            "synthetic": "true" if sent is not None and sent.synthetic else "",
            "source": (sent.source if sent else None) or "",
            "published_on": sent.published_on.isoformat() if sent and sent.published_on else "",
            "grade": (sent.grade if sent else None) or "",
        }
        for name in self.layout.columns[self.layout.printed :]:
            self._put(row, name, known[name], "technical_open" if name == "comparator" else "technical")
        choice = {"validate": "list", "source": list(COMPARATORS), "input_message": say("comparator", self.language)}
        place = self.layout.place("comparator")
        self.sheet.data_validation(row, place, row, place, choice)

    def _validate_part(self, row: int, name: str, line: Line, *, least: str, condition: str) -> None:
        cell = self.layout.cell(name, row)
        message = say("fill_number", self.language, line.part_unit) + say(least, self.language)
        self._validate(row, name, f"AND(ISNUMBER({cell}),{cell}{condition})", message, "stop")

    def _validate_value(self, row: int, line: Line, at: Places) -> None:
        """A number within the catalogue's ranges: what a blocking range refuses cannot be typed, a query asks."""
        cell = self.layout.cell("value", row)
        conditions, shown, stops = [f"ISNUMBER({cell})"], [], True
        for check in line.indicator.checks:
            if check.rule != "range":
                continue
            low, high = bounds(check, line)
            conditions += [f"{cell}>={number_text(low)}"] if low is not None else []
            conditions += [f"{cell}<={number_text(high)}"] if high is not None else []
            if low is not None and high is not None:
                shown.append(say("fill_range", self.language, f"{number_text(low)}–{number_text(high)}"))
            elif low is not None:
                shown.append(say("fill_least", self.language, number_text(low)))
            elif high is not None:
                shown.append(say("fill_most", self.language, number_text(high)))
            stops = stops and check.severity == "error"
        message = say("fill_number", self.language, line.unit) + "".join(shown)
        self._validate(row, "value", f"AND({','.join(conditions)})", message, "stop" if stops else "warning")

    def _validate(self, row: int, name: str, condition: str, message: str, kind: str) -> None:
        cell, place = self.layout.cell(name, row), self.layout.place(name)
        marks = ",".join(f'{cell}="{mark}"' for mark in MARKS)
        whole = message + say("fill_marks", self.language)
        rule = {
            "validate": "custom",
            "value": f"=OR({condition},{marks})",
            "input_message": message,
            "error_title": say("invalid", self.language),
            "error_message": whole[:255],
            "error_type": kind,
        }
        self.sheet.data_validation(row, place, row, place, rule)

    def _put(self, row: int, name: str, text: str, style: str) -> None:
        place = self.layout.place(name)
        if text:
            self.sheet.write_string(row, place, text, self.styles[style])
        else:
            self.sheet.write_blank(row, place, None, self.styles[style])

    def _formula(self, row: int, name: str, formula: Formula, style: str) -> None:
        place = self.layout.place(name)
        self.sheet.write_formula(row, place, f"={formula.text}", self.styles[style], formula.result)


def _reference_style(value: Fraction) -> str:
    if value.denominator == 1:
        return "reference_whole"
    return "reference" if abs(value) >= 1 else "reference_fine"


def whole_relations(relations: tuple[ParsedRelation, ...], rows: Mapping[str, object]) -> tuple[ParsedRelation, ...]:
    """The relations all of whose indicators stand in the form."""
    return tuple(one for one in relations if all(name in rows for name in one.indicators()))
