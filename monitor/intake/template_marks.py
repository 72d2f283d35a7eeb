"""By what a form to fill is known again when it comes back: one place for its writer and its reader.

A workbook is such a form only when MARK stands in a cell of its own above the header. Then, and only then, the reader
passes over the banner, the columns for reference, the foot and the page of instructions in silence.
"""

from __future__ import annotations

from collections.abc import Sequence

MARK = "plan-monitor:template:1"
FOOT = "plan-monitor:foot"
"""stands in the column of the indicators' ids, in the first row below the table"""

# What stands beside the figures for people: column → its header in Chinese and English. No name of columns.COLUMNS.
REFERENCE: dict[str, tuple[str, str]] = {
    "number": ("序号", "No."),
    "name": ("指标名称", "Indicator"),
    "computed": ("计算值", "Computed"),
    "previous": ("上期数", "Previous period"),
    "year_earlier": ("上年同期数", "Year earlier"),
    "change": ("较上期", "Against previous"),
    "change_of_year": ("较上年同期", "Against year earlier"),
    "verdict": ("审核", "Check"),
}
# What the foot of a form asks for: field → its printed label, before the colon, in Chinese and English.
PEOPLE: dict[str, tuple[str, str]] = {
    "head": ("单位负责人", "Head of unit"),
    "officer": ("统计负责人", "Statistics officer"),
    "prepared": ("填表人", "Prepared by"),
    "phone": ("联系电话", "Phone"),
    "date": ("报出日期", "Date submitted"),
}
INSTRUCTIONS = {"zh": "填报说明", "en": "Instructions"}
SHEET = {"zh": "填报表", "en": "Form"}
ERROR_LIST = {"zh": "差错清单", "en": "Error list"}
"""the first sheet of a workbook that comes back with its problems marked; mended, it is sent again as it is"""

_REFERENCE_LABELS = frozenset(label.lower() for labels in REFERENCE.values() for label in labels)


def is_marked(cells: Sequence[str]) -> bool:
    """Whether a row above the header carries the mark."""
    return MARK in cells


def is_reference(label: str) -> bool:
    """Whether a header, in lower case, is that of a column for reference."""
    return label in _REFERENCE_LABELS


def own_spelling(label: str) -> str:
    """A form's English header in the spelling of columns.COLUMNS: `part unit` → `part_unit`."""
    return label.replace(" ", "_")


def is_error_list(sheet: str) -> bool:
    """Whether a sheet's name is that of the list of problems, or of one that stands beside another of that name."""
    return any(sheet.rstrip("0123456789") == name for name in ERROR_LIST.values())


def only_instructions(sheets: Sequence[str]) -> bool:
    """Whether the other sheets of a workbook are a form's own page of instructions and nothing else."""
    return all(sheet in INSTRUCTIONS.values() for sheet in sheets)
