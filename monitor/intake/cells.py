"""What the text of one cell means, column by column; each distinct text of a file is read once.

Every reader returns the meaning and, when there is something to say, a `Notice`. A meaning of None with an error
notice is a cell that cannot be read.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Generic, NamedTuple, TypeVar

from monitor.catalogue.periods import parse_period
from monitor.catalogue.units import UNITS, canonical_unit, factor_between

from .messages import MESSAGES
from .problems import code_points, spelled_out
from .rules import IndicatorRule, Rules

K = TypeVar("K")
V = TypeVar("V")

BLANKS = " \t\r\n\u3000\u00a0"
_REMEMBERED = 200_000  # distinct texts of one column
YEARS = range(1900, 2201)


class Notice(NamedTuple):
    """A code of `messages` with what fills it; `text` when it is not the cell's own."""

    code: str
    values: Mapping[str, object]

    @property
    def is_error(self) -> bool:
        return MESSAGES[self.code].severity == "error"


class Memo(dict[K, V], Generic[K, V]):
    """text → meaning, read on first sight; `notices` holds what was to be said about a text."""

    def __init__(self, read: Callable[[K], tuple[V, Notice | None]]) -> None:
        super().__init__()
        self._read = read
        self.notices: dict[K, Notice] = {}

    def __missing__(self, text: K) -> V:
        meaning, notice = self._read(text)
        self[text] = meaning
        if notice is not None:
            self.notices[text] = notice
        return meaning

    def meanings(self, texts: Iterable[K]) -> list[V]:
        self.trim()
        return list(map(self.__getitem__, texts))

    def trim(self) -> None:
        """Forget all once too much is known; to be called before a column is read, never within one."""
        if len(self) > _REMEMBERED:
            self.clear()
            self.notices.clear()


COMPARATORS = ("eq", "ge", "gt", "le", "lt", "approx")
_COMPARATOR_SIGNS = {
    "=": "eq", "≥": "ge", ">=": "ge", ">": "gt", "≤": "le", "<=": "le", "<": "lt", "≈": "approx",
}  # fmt: skip
_VINTAGES = {
    "上报": "reported", "快报": "flash", "公报": "bulletin", "年鉴": "yearbook", "核算": "final_accounts",
    "决算": "final_accounts", "长序列": "long_series", "报告": "report", "发布会": "briefing", "蓝皮书": "blue_book",
    "规划": "plan",
}  # fmt: skip
VINTAGES = (
    "reported", "flash", "bulletin", "yearbook", "final_accounts", "long_series", "report", "briefing", "blue_book",
    "plan",
)  # fmt: skip
_BOOLEANS = {"": "false", "false": "false", "否": "false", "true": "true", "是": "true"}
_NO_DATE = frozenset({"", "-", "—", "——"})


def indicator_reader(rules: Rules) -> Callable[[str], tuple[IndicatorRule | None, Notice | None]]:
    names = {rule.name: rule.id for rule in rules.indicators.values()}

    def read(text: str) -> tuple[IndicatorRule | None, Notice | None]:
        key = text.strip(BLANKS)
        if not key:
            return None, _empty("indicator_id", "指标编码")
        if rule := rules.indicators.get(key):
            return rule, None
        if number := re.fullmatch(r"([0-9]{1,6})(\.0+)?", key):
            id_ = rules.numbers.get(number[1])
            if id_:
                return rules.indicators[id_], _changed(number[1]) if number[2] else None
            if not rules.numbers:
                return None, Notice("number_needs_one_plan", {})
        if key in names:
            return None, _unknown_indicator(text, f"；请填编码 {names[key]}", f"; write its id, {names[key]}")
        near = difflib.get_close_matches(key.lower(), rules.indicators, 1, 0.6)
        if near:
            return None, _unknown_indicator(text, f"；是不是“{near[0]}”？", f"; did you mean '{near[0]}'?")
        return None, _unknown_indicator(text, "；请对照规划的指标编码", "; compare it with the ids of the plan")

    return read


def region_reader(rules: Rules) -> Callable[[str], tuple[str | None, Notice | None]]:
    codes = {name: code for code, name in rules.regions.items()}

    def read(text: str) -> tuple[str | None, Notice | None]:
        key = text.strip(BLANKS)
        if not key:
            return None, _empty("region_code", "地区代码")
        if key in rules.regions:
            return key, None
        number = re.fullmatch(r"([0-9]{6})\.0+", key)
        if number and number[1] in rules.regions:
            return number[1], _changed(number[1])
        zh = en = ""
        if key in codes:
            zh, en = f"，{key}是 {codes[key]}", f"; that of {key} is {codes[key]}"
        elif re.fullmatch(r"[0-9]{1,5}", key) and key.zfill(6) in rules.regions:
            zh = f"，是不是 {key.zfill(6)}？请把单元格设为文本"
            en = f"; is it {key.zfill(6)}? Set the cell's format to text"
        # letters among digits (11OOOO) are told by their code points; a name or a wrong number is what it looks like
        points = code_points(text) or ("" if key.isdigit() or zh or not key.isascii() else spelled_out(text))
        return None, Notice("unknown_region", {"points": points, "suggestion_zh": zh, "suggestion_en": en})

    return read


# parse_period folds by NFKC, which would read ²023 as 2023: only these characters may reach it
_PERIOD = re.compile(r"[0-9０-９HhQqＨＱｈｑ\-－年上下半第一二三四季度月份\s]*")
_PERIOD_HINTS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"((?:19|20)[0-9]{2})\.(0[1-9]|1[0-2])"), lambda m: f"{m[1]}-{m[2]}"),
    (re.compile(r"((?:19|20)[0-9]{2})(0[1-9]|1[0-2])"), lambda m: f"{m[1]}-{m[2]}"),
    (re.compile(r"((?:19|20)[0-9]{2})[-/.]([1-9])"), lambda m: f"{m[1]}-0{m[2]}"),
    (re.compile(r"((?:19|20)[0-9]{2})/(0[1-9]|1[0-2])"), lambda m: f"{m[1]}-{m[2]}"),
    (re.compile(r"((?:19|20)[0-9]{2})[- ]?([QH][1-4])", re.IGNORECASE), lambda m: f"{m[1]}-{m[2].upper()}"),
)
_DATE_TEXT = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[ T][0-9:.]+)?")


def read_period(text: str) -> tuple[str | None, Notice | None]:
    """A period's canonical code."""
    key = text.strip(BLANKS)
    if not key:
        return None, _empty("period", "报告期")
    if number := re.fullmatch(r"([0-9]{4})\.0+", key):
        code, notice = read_period(number[1])
        return code, notice or _changed(number[1])
    if _PERIOD.fullmatch(key):
        try:
            period = parse_period(key)
        except ValueError:
            pass
        else:
            if period.year in YEARS:
                return period.code, None
    if _DATE_TEXT.fullmatch(key):
        return None, Notice("ambiguous_period", {})
    zh = en = ""
    for pattern, write in _PERIOD_HINTS:
        if found := pattern.fullmatch(key):
            zh, en = f"，是不是 {write(found)}？", f"; is it {write(found)}?"
            break
    return None, Notice("bad_period", {"points": code_points(text), "suggestion_zh": zh, "suggestion_en": en})


def read_unit(rule_and_text: tuple[IndicatorRule | None, str]) -> tuple[str, Notice | None]:
    """The unit of `value` in canonical spelling; the indicator's own when the cell is empty."""
    rule, text = rule_and_text
    return _unit(text, rule.unit if rule else "")


def read_part_unit(rule_and_text: tuple[IndicatorRule | None, str]) -> tuple[str, Notice | None]:
    """The unit of the parts in canonical spelling; the catalogue's `figure.unit` when the cell is empty."""
    rule, text = rule_and_text
    return _unit(text, (rule.part_unit or "") if rule else "")


def _unit(text: str, expected: str) -> tuple[str, Notice | None]:
    key = text.strip(BLANKS)
    if not key:
        return expected, None
    unit = canonical_unit(key)
    if unit is None:
        return expected, Notice("unknown_unit", {"units": ", ".join(UNITS)})
    if expected and factor_between(unit, expected) is None:
        return expected, Notice("wrong_unit", {"unit": expected})
    return unit, None


def read_comparator(text: str) -> tuple[str, Notice | None]:
    key = text.strip(BLANKS).lower()
    if not key:
        return "eq", None
    if key in COMPARATORS:
        return key, None
    if key in _COMPARATOR_SIGNS:
        return _COMPARATOR_SIGNS[key], _changed(_COMPARATOR_SIGNS[key])
    return "eq", Notice("unknown_comparator", {})


def read_vintage(text: str) -> tuple[str, Notice | None]:
    key = text.strip(BLANKS).lower()
    if not key:
        return "reported", None
    if key in VINTAGES:
        return key, None
    if vintage := _VINTAGES.get(key.removesuffix("数")):
        return vintage, None
    near = difflib.get_close_matches(key, VINTAGES, 1, 0.6)
    zh, en = (f"；是不是“{near[0]}”？", f"; did you mean '{near[0]}'?") if near else ("", "")
    values = {"suggestion_zh": zh, "suggestion_en": en, "vintages": ", ".join(VINTAGES)}
    return "reported", Notice("unknown_vintage", values)


def read_boolean(text: str) -> tuple[str, Notice | None]:
    meaning = _BOOLEANS.get(text.strip(BLANKS).lower())
    return (meaning, None) if meaning else ("false", Notice("bad_boolean", {}))


def read_date(text: str) -> tuple[str, Notice | None]:
    """An ISO date; `""` for none. Other writings of a date are read and reported as changed."""
    key = text.strip(BLANKS)
    if key in _NO_DATE:
        return "", None
    if found := _DATE_TEXT.fullmatch(key):
        try:
            day = date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            return "", Notice("bad_date", {})
        if day.year in YEARS:
            iso = day.isoformat()
            return iso, None if iso == key else _changed(iso)
    return "", Notice("bad_date", {})


def _empty(name: str, name_zh: str) -> Notice:
    return Notice("missing_key", {"name": name, "name_zh": name_zh})


def _changed(after: str) -> Notice:
    return Notice("changed", {"after": after})


def _unknown_indicator(text: str, zh: str, en: str) -> Notice:
    return Notice("unknown_indicator", {"points": code_points(text), "suggestion_zh": zh, "suggestion_en": en})
