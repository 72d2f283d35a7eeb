"""What the checks say, in Chinese and English with the same facts, each with the cure; and numbers for people."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction

from monitor.catalogue.models import Indicator
from monitor.method.figures import Figure

from ..message import Message

CHECK_MESSAGES: dict[str, Message] = {
    "change_previous_period": Message(
        "query",
        "{new} 与上期（{period}）的 {old} 相比{change_zh}，超过 {limit_zh}；请核对：有误则改正，属实请说明原因",
        "{new} against {old} of the previous period ({period}): {change_en}, more than {limit_en}; "
        "check it: correct it, or explain",
    ),
    "change_same_period_last_year": Message(
        "query",
        "{new} 与上年同期（{period}）的 {old} 相比{change_zh}，超过 {limit_zh}；请核对：有误则改正，属实请说明原因",
        "{new} against {old} of the same period last year ({period}): {change_en}, more than {limit_en}; "
        "check it: correct it, or explain",
    ),
    "cumulative_falls": Message(
        "query",
        "自年初累计的{what_zh}从 {earlier_period} 的 {earlier} 降到 {later_period} 的 {later}，累计数不应减少；"
        "请核对：有误则改正，属实请说明原因",
        "the year-to-date {what_en} falls from {earlier} in {earlier_period} to {later} in {later_period}, which it "
        "never should; check it: correct it, or explain",
    ),
    "relation_fails": Message(
        "query",
        "审核关系“{relation_zh}”不成立：左边 {left}，右边 {right}（{unit}），相差 {difference}，容许差 {tolerance}"
        "{others_zh}；请核对：有误则改正，属实请说明原因",
        "the relation '{relation_en}' does not hold: left {left}, right {right} ({unit}), difference {difference}, "
        "tolerance {tolerance}{others_en}; check it: correct it, or explain",
    ),
    "incomplete": Message(
        "query",
        "缺少应报的指标 {indicator}（{name_zh}，{period}）；请补报，没有数据请填“不适用”或“保密”，或说明原因",
        "the indicator {indicator} ({name_en}, {period}) is asked for and has no figure; send it, say 不适用 or 保密 "
        "(not applicable, withheld), or explain",
    ),
    "outlier": Message(
        "query",
        "变动与其他地区明显不同：由 {period} 的 {old} 到 {new}，变动 {change_zh}；其他 n = {n} 个地区变动的中位数 "
        "m = {m}，离差中位数 {mad}，z = {z}，超过 {threshold}；请核对：有误则改正，属实请说明原因",
        "its change stands out among the other regions': from {old} in {period} to {new}, {change_en}; of n = {n} "
        "others the median change is m = {m}, the median deviation {mad}, z = {z}, more than {threshold}; check it: "
        "correct it, or explain",
    ),
}

_PLACES, _FEW = 10, 4
_SHOWN = Context(prec=12)
_SIGNS = {"eq": "", "ge": "≥", "gt": ">", "le": "≤", "lt": "<", "approx": "≈"}


def plain(number: Fraction) -> str:
    """A number for people: exact where ten decimals suffice, else twelve digits of it, marked with `≈`."""
    top, bottom = number.as_integer_ratio()
    whole, rest = divmod(abs(top) * 10**_PLACES, bottom)
    if rest:
        text = format(_SHOWN.divide(Decimal(top), Decimal(bottom)), "f")
        return "≈" + (text.rstrip("0").rstrip(".") if "." in text else text)
    digits = f"{whole:0{_PLACES + 1}d}"
    text = f"{digits[:-_PLACES]}.{digits[-_PLACES:]}".rstrip("0").rstrip(".")
    return f"-{text}" if top < 0 else text


def rounded(number: Fraction, limit: Fraction | None = None) -> str:
    """A number for people with at most four decimals, unless that would hide that its size is beyond the limit."""
    short = Fraction(round(number * 10**_FEW), 10**_FEW)
    return plain(number) if limit is not None and abs(short) <= limit else plain(short)


def moved(number: Fraction, limit: Fraction | None = None) -> str:
    """As `rounded`, with the sign of a change."""
    text = rounded(number, limit)
    return text if number <= 0 else f"≈+{text[1:]}" if text.startswith("≈") else f"+{text}"


def shown(figure: Figure, indicator: Indicator) -> str:
    """A figure with its bound and its unit: `>80%`; a quotient rounded."""
    number = rounded(figure.value) if figure.has_parts else plain(figure.value)
    return f"{_SIGNS[figure.comparator]}{number}{indicator.unit}"
