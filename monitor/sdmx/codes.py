"""Codes that stand for ours: units, periods, states of a figure, comparators, vintages.

SDMX allows only ASCII in codes, and has lists of its own for frequency and status; each mapping here is one to one, so
that what leaves can come back unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from monitor.catalogue.base import VINTAGES
from monitor.catalogue.periods import Period, parse_period

Named = tuple[str, str, str]
"""Code, Chinese name, English name."""

# our unit → code, English name
_UNITS: Mapping[str, tuple[str, str]] = {
    "%": ("PT", "percent"),
    "人": ("PS", "persons"),
    "万人": ("PS_E4", "ten thousand persons"),
    "亿人": ("PS_E8", "hundred million persons"),
    "人次": ("VISIT", "visits"),
    "万人次": ("VISIT_E4", "ten thousand visits"),
    "元": ("CNY", "yuan"),
    "万元": ("CNY_E4", "ten thousand yuan"),
    "亿元": ("CNY_E8", "hundred million yuan"),
    "万亿元": ("CNY_E12", "trillion yuan"),
    "个": ("PIECE", "pieces"),
    "种": ("KIND", "kinds"),
    "类": ("CLASS", "classes"),
    "项": ("ITEM", "items"),
    "月": ("MONTH", "months"),
    "天": ("DAY", "days"),
}
UNIT_CODES = {unit: code for unit, (code, _) in _UNITS.items()}
UNITS_OF = {code: unit for unit, code in UNIT_CODES.items()}

FREQUENCIES: Mapping[int, str] = {12: "A", 6: "S", 3: "Q", 1: "M"}
COMPARATORS = ("eq", "ge", "gt", "le", "lt", "approx")
RULES = ("reach", "hold", "band", "judge")

# A value and a zero are values (A, or P where the vintage is a flash figure); the three kinds of having none have a
# status of SDMX's own list each, and no OBS_VALUE.
MISSING_STATUS: Mapping[str, str] = {"missing": "O", "not_applicable": "M", "withheld": "Q"}
STATES_OF = {"H": "missing", "L": "missing", "O": "missing", "M": "not_applicable", "Q": "withheld"}
VALUE_STATUS = frozenset("ABDEFGIKNPUVW")
PROVISIONAL_VINTAGE = "flash"

CL_FREQ: tuple[Named, ...] = (
    ("A", "年", "Annual"), ("S", "半年", "Half-yearly"), ("Q", "季", "Quarterly"), ("M", "月", "Monthly"),
)  # fmt: skip
CL_OBS_STATUS: tuple[Named, ...] = (
    ("A", "正常值", "Normal value"),
    ("P", "初步数（快报）", "Provisional value"),
    ("O", "缺失", "Missing value"),
    ("M", "不适用", "Missing value; data cannot exist"),
    ("Q", "保密", "Missing value; suppressed"),
)
CL_COMPARATOR: tuple[Named, ...] = (
    ("EQ", "等于", "equal to"), ("GE", "不小于", "at least"), ("GT", "大于", "greater than"),
    ("LE", "不大于", "at most"), ("LT", "小于", "less than"), ("APPROX", "左右", "about"),
)  # fmt: skip
CL_RULE: tuple[Named, ...] = (
    ("REACH", "到期达到", "reached by the year"), ("HOLD", "每年保持", "held every year"),
    ("BAND", "保持稳定", "kept stable"), ("JUDGE", "文字目标", "judged by a person"),
)  # fmt: skip
CL_KIND: tuple[Named, ...] = (
    ("BASELINE", "基期数", "Baseline"), ("TARGET", "目标值", "Target"), ("PATH", "年度目标", "Value of the path"),
)  # fmt: skip
_VINTAGE_NAMES: Mapping[str, tuple[str, str]] = {
    "final_accounts": ("核算数", "Final accounts"), "yearbook": ("年鉴数", "Yearbook"),
    "bulletin": ("公报数", "Bulletin"),
    "reported": ("上报数", "Reported"), "flash": ("快报数", "Flash figure"), "long_series": ("长序列", "Long series"),
    "report": ("报道", "Report"), "briefing": ("发布会", "Briefing"), "blue_book": ("蓝皮书", "Blue book"),
    "plan": ("规划文本", "Text of the plan"),
}  # fmt: skip
CL_VINTAGE: tuple[Named, ...] = tuple((name.upper(), *_VINTAGE_NAMES[name]) for name in VINTAGES)
CL_UNIT: tuple[Named, ...] = tuple((code, unit, name) for unit, (code, name) in _UNITS.items())

_TIME = re.compile(r"(\d{4})(?:-(?:A1|([SH])([12])|Q([1-4])|M?(0[1-9]|1[0-2])))?")


def frequency(period: Period) -> str:
    return FREQUENCIES[period.months]


def time_code(period: Period) -> str:
    """SDMX's way of writing a period: 2023, 2023-S1 (a half-year), 2023-Q2, 2023-06."""
    return period.code.replace("-H", "-S")


def read_time(text: str) -> Period | None:
    """A period as SDMX writes it (also 2023-A1, 2023-M06); None for anything else, such as weeks and days."""
    found = _TIME.fullmatch(text.strip())
    if found is None or not 1 <= int(found[1]) <= 9998:
        return None
    year, _, half, quarter, month = found.groups()
    if half:
        return parse_period(f"{year}-H{half}")
    if quarter:
        return parse_period(f"{year}-Q{quarter}")
    return parse_period(f"{year}-{month}" if month else year)
