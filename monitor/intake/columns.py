"""The columns of an observation file, and how its header is found and read (interface.md, Observation files)."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from .problems import ProblemLog, Refused
from .template_marks import is_reference, own_spelling

# name → Chinese header, in the order in which the interface lists them
COLUMNS: dict[str, str] = {
    "indicator_id": "指标编码",
    "region_code": "地区代码",
    "period": "报告期",
    "numerator": "分子",
    "denominator": "分母",
    "part_unit": "分子分母单位",
    "value": "数值",
    "unit": "单位",
    "comparator": "比较符",
    "vintage": "数据版本",
    "synthetic": "模拟数据",
    "note": "备注",
    "source": "来源",
    "published_on": "发布日期",
    "grade": "等级",
}
KEYS = ("indicator_id", "region_code", "period")
PARTS = ("numerator", "denominator")

HEADER_ROWS = 30  # a header is looked for in the first so many rows that hold anything
_TELLING = 2  # a row with so many known names is a header

_NAMES = {label.lower(): name for name, zh in COLUMNS.items() for label in (name, zh)}
_IGNORED = "\ufeff\u200b"  # left by programs at the start of a file


def _normal(label: str) -> str:
    return unicodedata.normalize("NFKC", label).strip(_IGNORED).strip().lower()


def column_letter(position: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def known_names(cells: Sequence[str]) -> int:
    """How many different columns of ours the cells of a row name."""
    return len({_NAMES[label] for label in map(_normal, cells) if label in _NAMES})


def named_by(label: str) -> str | None:
    """The column of ours that a header's cell names, None for any other."""
    return _NAMES.get(_normal(label))


def is_header(cells: Sequence[str]) -> bool:
    return known_names(cells) >= _TELLING


@dataclass(frozen=True)
class Header:
    """`row`: the file's row; `positions`: column name → index in a row; `labels`: the header as it stands."""

    row: int
    positions: dict[str, int]
    labels: tuple[str, ...]

    @property
    def width(self) -> int:
        return len(self.labels)

    @property
    def has_keys(self) -> bool:
        return all(name in self.positions for name in KEYS)

    @property
    def unnamed(self) -> tuple[int, ...]:
        return tuple(index for index, label in enumerate(self.labels) if not _normal(label))

    def label(self, name: str) -> str:
        """The column's header as it stands in the file; its name here when the file does not have it."""
        position = self.positions.get(name)
        return name if position is None else self.labels[position]

    def is_repeated_by(self, cells: Sequence[str]) -> bool:
        """Whether a row under the header only names the columns again (a second language, say)."""
        named = [(_NAMES.get(_normal(cell)), index) for index, cell in enumerate(cells) if _normal(cell)]
        return len(named) >= _TELLING and all(
            name is not None and self.positions.get(name) == index for name, index in named
        )


def read_header(
    cells: Sequence[str],
    row: int,
    first_row: int,
    columns_limit: int,
    problems: ProblemLog,
    *,
    is_template: bool = False,
) -> Header:
    """Read the header in `row`; `first_row` is the first row that holds anything.

    In a form to fill (`is_template`) the rows above are its banner, and its columns for reference are no unknown ones.
    Reports unknown, duplicate and missing columns. Raises Refused when there are too many columns.
    """
    if len(cells) > columns_limit:
        raise Refused("too_many_columns", row, count=len(cells), limit=columns_limit)
    if row != first_row and not is_template:
        problems.add("header_below_top", row=row)
    positions: dict[str, int] = {}
    unknown: list[tuple[str, int]] = []
    for index, label in enumerate(cells):
        plain = _normal(label)
        name = _NAMES.get(own_spelling(plain) if is_template else plain)
        if name is None:
            if plain and not (is_template and is_reference(plain)):
                unknown.append((label, index))
        elif name in positions:
            problems.add(
                "duplicate_column",
                row=row,
                column=label,
                text=label,
                values={"first": cells[positions[name]], "name": name},
            )
        else:
            positions[name] = index
    header = Header(row, positions, tuple(label.strip(_IGNORED) for label in cells))
    for label, _ in unknown:
        zh, en = _did_you_mean(_normal(label), [*_NAMES])
        problems.add(
            "unknown_column", row=row, column=label, text=label, values={"suggestion_zh": zh, "suggestion_en": en}
        )
    _report_missing(header, [_normal(label) for label, _ in unknown], problems)
    return header


def _report_missing(header: Header, unknown: list[str], problems: ProblemLog) -> None:
    needed = [*KEYS]
    parts = [name for name in PARTS if name in header.positions]
    if len(parts) == 1:
        needed += PARTS
    elif not parts and "value" not in header.positions:
        needed.append("value")
    for name in needed:
        if name not in header.positions:
            close = [label for label in unknown if difflib.get_close_matches(label, (name, COLUMNS[name]), 1, 0.6)]
            values = {
                "name": name,
                "zh_name": COLUMNS[name],
                "suggestion_zh": f"（是不是“{close[0]}”？）" if close else "",
                "suggestion_en": f" (is it '{close[0]}'?)" if close else "",
            }
            problems.add("missing_column", row=header.row, column=name, values=values)


def _did_you_mean(text: str, known: Sequence[str]) -> tuple[str, str]:
    """The nearest known word as a question in Chinese and English; nothing when none is near."""
    near = difflib.get_close_matches(text, known, 1, 0.6)
    return (f"；是不是“{near[0]}”？", f"; did you mean '{near[0]}'?") if near else ("", "")
