"""Why a text is no number, and what to write instead."""

from __future__ import annotations

import re

# hint → (Chinese, English)
HINTS: dict[str, tuple[str, str]] = {
    "not_finite": (
        "只接受有限的数，没有数就留空",
        "only finite numbers are read; leave the cell empty if there is none",
    ),
    "scientific": ("不接受科学计数法，请写出全部数字", "scientific notation is not read; write all digits"),
    "underscore": ("数字中不能有下划线", "a number holds no underscore"),
    "brackets": ("负数请用减号，不用括号", "write a negative number with a minus sign, not in brackets"),
    "multiple": (
        "不接受“万”“亿”等后缀，请写出数字并在单位列注明单位",
        "a suffix such as 万 or 亿 is not read; write the number and put the unit in the unit column",
    ),
    "comparator": (
        "“以上”“左右”“>”等请填在比较符列（ge、gt、le、lt、approx），这里只写数",
        "put 'at least', 'about', '>' into the comparator column (ge, gt, le, lt, approx) and only the number here",
    ),
    "grouping": (
        "逗号只能作千位分隔（每三位一个），小数点用“.”",
        "commas only separate thousands, in groups of three; the decimal mark is '.'",
    ),
    "points": ("小数点多于一个", "there is more than one decimal point"),
    "date": ("这是日期，请把单元格格式改为数值", "this is a date; set the cell's format to number"),
    "formula": ("请粘贴为数值，不要写公式文字", "paste the value, not the text of a formula"),
    "sign": ("只有符号没有数字；没有数就留空", "a sign without digits; leave the cell empty if there is no figure"),
    "unit": ("单位请填在单位列，这里只写数", "put the unit into the unit column and only the number here"),
    "other": (
        "只接受数字、一个小数点、负号和千位逗号；没有数就留空，或填 不适用、保密",
        "write digits, one point, a minus sign and commas between thousands; leave it empty if there is none, "
        "or write 不适用 or 保密",
    ),
}

_RULES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (hint, re.compile(pattern, re.IGNORECASE))
    for hint, pattern in (
        ("formula", r"=.*"),
        ("not_finite", r"[+-]?(?:nan|inf|infinity|∞)"),
        ("scientific", r"[+-]?[0-9][0-9.,]*e[+-]?[0-9]+"),
        ("date", r"[0-9]{4}[-/年][0-9]{1,2}(?:[-/月].*)?"),
        ("underscore", r"[+-]?[0-9][0-9_.,]*_[0-9_.,]*"),
        ("brackets", r"\(.*\)"),
        ("comparator", r"(?:[<>≤≥≈~=约超近逾]).*|.*(?:以上|以下|以内|左右|多|余)"),
        ("multiple", r"[+-]?[0-9][0-9.,]*\s*(?:十|百|千|万|亿)+"),
        ("points", r"[+-]?[0-9]*\.[0-9]*\.[0-9.]*"),
        ("grouping", r"[+-]?[0-9,.\s]*[,\s][0-9,.\s]*"),
        ("sign", r"[+\-–−±]+"),
        ("unit", r"[+-]?[0-9][0-9.,]*\s*(?:人|人次|万人|亿人|元|万元|亿元|个|种|类|项|月|天|percent|yuan|个百分点)"),
    )
)


def number_hint(text: str) -> str:
    """The key of the hint that fits a text (full-width forms already folded) that is no number."""
    for hint, pattern in _RULES:
        if pattern.fullmatch(text):
            return hint
    return "other"
