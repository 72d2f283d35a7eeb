"""From the text of rows to figures: every cell's meaning, and what a row says wrongly about itself.

Works on batches, a column at a time: each distinct text is read once, and the loop over rows only joins.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from . import cells
from .cells import Memo, Notice
from .columns import COLUMNS, Header, column_letter
from .csv_reader import Batch
from .figures import Finding, Mark, check_figure
from .messages import MESSAGES
from .number_hints import HINTS
from .numbers import is_plain_number, parse_number
from .problems import ProblemLog, ProblemSeverity, code_points
from .rules import IndicatorRule, Rules
from .staging import escape_field

V = TypeVar("V")

_ORDER = {name: index for index, name in enumerate(COLUMNS)}
_FIGURES = {
    "numerator": ("分子", "the numerator"),
    "denominator": ("分母", "the denominator"),
    "value": ("数值", "the value"),
}
# where exports (report/export.py) put a `'` before a text
FORMULA_START = re.compile(
    "[\\s\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*[=+\\-@＝＋－＠\t\r\n']"
)
_MARKS = {"not_applicable": Mark.NOT_APPLICABLE, "withheld": Mark.WITHHELD}


class Normaliser:
    """Reads the batches of one table; problems go to the log, rows come back as text for the staging file."""

    def __init__(self, rules: Rules, header: Header, text_limit: int, problems: ProblemLog) -> None:
        self.header = header
        self.problems = problems
        self.text_limit = text_limit
        self.indicators = Memo(cells.indicator_reader(rules))
        self.regions = Memo(cells.region_reader(rules))
        self.periods = Memo(cells.read_period)
        self.units = Memo(cells.read_unit)
        self.part_units = Memo(cells.read_part_unit)
        self.comparators = Memo(cells.read_comparator)
        self.vintages = Memo(cells.read_vintage)
        self.booleans = Memo(cells.read_boolean)
        self.dates = Memo(cells.read_date)
        self.numbers: Memo[str, str | Mark] = Memo(self._read_number)
        self.percents: set[str] = set()  # texts of numbers that carry a percent sign
        self.unnamed = set(header.unnamed)  # columns without a header in which nothing stood so far
        self.faulty_lines: set[int] = set()

    def rows(self, batch: Batch) -> list[tuple[str, ...]]:
        """The rows that have a readable key, as `rows.STAGED_COLUMNS`; of a faulty one its key alone."""
        work = _BatchWork(self, batch)
        staged = work.join()
        work.report()
        return staged

    def plain_rule(self, text: str, unit: str, part_unit: str) -> tuple[IndicatorRule, str, str] | None:
        """The indicator that a text names with the units beside it, where nothing is to be said about the three."""
        rule = self.indicators[text]
        if rule is None or text in self.indicators.notices:
            return None
        units = self.units[rule, unit], self.part_units[rule, part_unit]
        is_told = (rule, unit) in self.units.notices or (rule, part_unit) in self.part_units.notices
        return None if is_told else (rule, *units)

    def plain_meaning(self, name: str, text: str) -> str | None:
        """The meaning of a cell of the column `name`, where nothing is to be said about it."""
        memos: Mapping[str, Memo[str, str] | Memo[str, str | None]] = {
            "region_code": self.regions,
            "period": self.periods,
            "comparator": self.comparators,
            "vintage": self.vintages,
            "synthetic": self.booleans,
        }
        memo = memos[name]
        meaning = memo[text]
        return None if text in memo.notices else meaning

    def _read_number(self, text: str) -> tuple[str | Mark, Notice | None]:
        number = parse_number(text)
        if number.percent:
            self.percents.add(text)  # whether it belongs there depends on the column
            return number.text or Mark.UNREADABLE, None
        if number.state == "value":
            return number.text, Notice("changed", {"after": number.text}) if number.changed else None
        if number.state == "missing":
            return "", None
        if number.state is not None:
            return _MARKS[number.state], None
        if number.code == "number_too_large":
            return Mark.UNREADABLE, Notice("number_too_large", {})
        hint_zh, hint_en = HINTS[number.hint]
        points = code_points(text) if number.hint == "other" else ""
        return Mark.UNREADABLE, Notice("not_a_number", {"points": points, "hint_zh": hint_zh, "hint_en": hint_en})


class _Found(NamedTuple):
    """A problem of the batch before it goes to the log; sorts by row, then column."""

    place: int
    order: int
    name: str
    code: str
    text: str
    severity: ProblemSeverity
    values: Mapping[str, object]


class _BatchWork:
    """One batch on its way through the normaliser."""

    def __init__(self, owner: Normaliser, batch: Batch) -> None:
        self._owner = owner
        self._lines = batch.lines
        self._columns = list(zip(*batch.rows, strict=True))
        self._found: list[_Found] = []
        self._faulty: set[int] = set()

    def join(self) -> list[tuple[str, ...]]:
        """Every column's meaning, then row by row the figure."""
        owner = self._owner
        self._report_unnamed()
        rules = self._meanings("indicator_id", owner.indicators, None)
        regions = self._meanings("region_code", owner.regions, None)
        periods = self._meanings("period", owner.periods, None)
        units = self._with_rule("unit", owner.units, rules)
        part_units = self._with_rule("part_unit", owner.part_units, rules)
        numerators, denominators, values = (self._numbers(name, units) for name in _FIGURES)
        comparators = self._meanings("comparator", owner.comparators, "eq")
        vintages = self._meanings("vintage", owner.vintages, "reported")
        synthetics = self._meanings("synthetic", owner.booleans, "false")
        dates = self._meanings("published_on", owner.dates, "")
        notes, sources, grades = (self._free_texts(name) for name in ("note", "source", "grade"))
        staged: list[tuple[str, ...]] = []
        add, faulty, index = staged.append, self._faulty, -1
        for (
            line, rule, region, period, unit, part_unit, numerator, denominator, value, comparator,
            vintage, synthetic, note, source, day, grade,
        ) in zip(
            map(str, self._lines), rules, regions, periods, units, part_units, numerators, denominators, values,
            comparators, vintages, synthetics, notes, sources, dates, grades, strict=True,
        ):  # fmt: skip
            index += 1
            if rule is None:
                continue
            figure, findings = check_figure(rule, unit, comparator, numerator, denominator, value)
            if findings:
                self._add_findings(index, findings)
            if region is None or period is None:
                continue
            if index in faulty:
                owner.faulty_lines.add(self._lines[index])
                add((line, rule.id, region, period, "", "", "", "", "", "", "", vintage, "", "", "", "", ""))
                continue
            state, above, below, number = figure
            add((
                line, rule.id, region, period, state, above, below, part_unit if above else "", number, unit,
                comparator, vintage, synthetic, note, source, day, grade,
            ))  # fmt: skip
        return staged

    def report(self) -> None:
        """Hand what was found to the log, in the order of the file."""
        self._found.sort(key=lambda found: (found.place, found.order))
        header, problems = self._owner.header, self._owner.problems
        for place, _order, name, code, text, severity, values in self._found:
            row = self._lines[place]
            problems.add(code, row=row, column=header.label(name), text=text, severity=severity, values=values)

    def _add(
        self,
        index: int,
        name: str,
        code: str,
        text: str,
        values: Mapping[str, object] = MappingProxyType({}),
        severity: ProblemSeverity | None = None,
    ) -> None:
        level = severity or MESSAGES[code].severity
        if level == "error":
            self._faulty.add(index)
        self._found.append(_Found(index, _ORDER[name], name, code, text, level, values))

    def _add_findings(self, index: int, findings: Sequence[Finding]) -> None:
        for finding in findings:
            self._add(index, finding.column, finding.code, finding.text, finding.values, finding.severity)

    def _texts(self, name: str) -> tuple[str, ...] | None:
        position = self._owner.header.positions.get(name)
        return None if position is None else self._columns[position]

    def _meanings(self, name: str, memo: Memo[str, V], absent: V) -> list[V]:
        """The meaning of a column's cells; `absent` throughout when the file has no such column."""
        texts = self._texts(name)
        if texts is None:
            return [absent] * len(self._lines)
        meanings = memo.meanings(texts)
        self._add_notices(name, texts, memo.notices)
        return meanings

    def _with_rule(
        self, name: str, memo: Memo[tuple[IndicatorRule | None, str], str], rules: Sequence[IndicatorRule | None]
    ) -> list[str]:
        texts = self._texts(name) or ("",) * len(self._lines)
        keys = list(zip(rules, texts, strict=True))
        meanings = memo.meanings(keys)
        if memo.notices:
            for index, key in enumerate(keys):
                if notice := memo.notices.get(key):
                    self._add(index, name, notice.code, key[1], notice.values)
        return meanings

    def _numbers(self, name: str, units: Sequence[str]) -> list[str | Mark]:
        """Numbers as plain digits, "" for missing; a percent sign where it does not belong is reported."""
        texts = self._texts(name)
        if texts is None:
            return [""] * len(self._lines)
        owner = self._owner
        memo = owner.numbers
        memo.trim()
        meanings = [text if not text or is_plain_number(text) else memo[text] for text in texts]
        self._add_notices(name, texts, memo.notices)
        if owner.percents:
            what_zh, what_en = _FIGURES[name]
            for index, text in enumerate(texts):
                if text not in owner.percents:
                    continue
                if name == "value" and units[index] in ("%", ""):
                    self._add(index, name, "changed", text, {"after": meanings[index]})
                else:
                    self._add(index, name, "percent_sign", text, {"what_zh": what_zh, "what_en": what_en})
        return meanings

    def _add_notices(self, name: str, texts: Sequence[str], notices: dict[str, Notice]) -> None:
        if notices:
            for index, text in enumerate(texts):
                if notice := notices.get(text):
                    self._add(index, name, notice.code, text, notice.values)

    def _free_texts(self, name: str) -> Sequence[str]:
        """Notes and the like: kept to the character; only what no reader should have to meet is refused.

        An export writes `'` before a text that a spreadsheet would run; here it is taken away again.
        """
        texts: Sequence[str] | None = self._texts(name)
        if texts is None:
            return ("",) * len(self._lines)
        joined = "".join(texts)
        if "'" in joined:
            texts = [text[1:] if text[:1] == "'" and FORMULA_START.match(text[1:]) else text for text in texts]
        limit = self._owner.text_limit
        if "\0" in joined or "\ufffd" in joined or len(max(texts, key=len)) > limit:
            for index, text in enumerate(texts):
                if len(text) > limit:
                    self._add(index, name, "text_too_long", text, {"count": len(text), "limit": limit})
                if "\0" in text:
                    self._add(index, name, "nul_character", text)
                if "\ufffd" in text:
                    self._add(index, name, "replacement_character", text)
        return [escape_field(text) if text and not text.isprintable() else text for text in texts]

    def _report_unnamed(self) -> None:
        """A column without a header is no fault until something stands in it."""
        for position in tuple(self._owner.unnamed):
            for line, text in zip(self._lines, self._columns[position], strict=True):
                if text.strip():
                    letter = column_letter(position)
                    self._owner.problems.add(
                        "unnamed_column", row=line, column=letter, text=text, values={"letter": letter}
                    )
                    self._owner.unnamed.discard(position)
                    break
