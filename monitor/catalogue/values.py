"""How single values of a catalogue are read from their spelling: numbers, days, units, ids.

Each type refuses what YAML or Python would bend: 1_000, .nan, 95%, a day written as seconds.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from .periods import parse_period
from .problems import suggestion
from .units import ALIASES, UNITS, canonical_unit

# What an observation can hold, DECIMAL(38,10); a longer number in a plan is a slip.
WHOLE_DIGITS, DECIMAL_PLACES = 28, 10
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?")
_WHOLE = re.compile(r"[+-]?[0-9]{1,9}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def refusal(zh: str, en: str) -> PydanticCustomError:
    """A value the model refuses, told to people in both languages."""
    return PydanticCustomError("bad_value", "{en}", {"zh": zh, "en": en})


def _unit(text: str) -> str:
    unit = canonical_unit(text)
    if unit is None:
        zh, en = suggestion(text, [*UNITS, *ALIASES])
        raise refusal(
            f"未知的计量单位{zh}；可用：{'、'.join(UNITS)}", f"unknown unit{en}; known units: {', '.join(UNITS)}"
        )
    return unit


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise refusal("这里要写一个数", "a number is needed here")
    text = str(value)
    if not _NUMBER.fullmatch(text):
        raise refusal(
            "不是数；只写数字，不带千分位、百分号或文字",
            "not a number; write digits only, no separators, % or words",
        )
    number = Decimal(text)
    whole, places = _length(number)
    if whole > WHOLE_DIGITS or places > DECIMAL_PLACES:
        raise refusal(
            f"数太长；整数部分至多{WHOLE_DIGITS}位，小数至多{DECIMAL_PLACES}位",
            f"number too long; at most {WHOLE_DIGITS} digits before and {DECIMAL_PLACES} after the point",
        )
    return number


def _length(number: Decimal) -> tuple[int, int]:
    """Digits before the point and places after it, trailing zeros not counted."""
    _, digits, exponent = number.as_tuple()
    significant = "".join(map(str, digits)).rstrip("0")
    last = int(exponent) + len(digits) - len(significant)
    return (number.adjusted() + 1, -last) if significant else (0, 0)


def _whole(value: Any) -> Any:
    if isinstance(value, bool) or not _WHOLE.fullmatch(str(value)):
        raise refusal("这里要写一个整数", "a whole number is needed here")
    return int(value)


def _date(value: Any) -> Any:
    if isinstance(value, str) and not _DATE.fullmatch(value):
        raise refusal("不是日期；写作 2021-09-23", "not a date; write it as 2021-09-23")
    return value


def _period(text: str) -> str:
    try:
        return parse_period(text).code
    except ValueError:
        raise refusal(
            "不是报告期；写作 2022、2022-H1、2022-Q1 或 2022-06",
            "not a period; write 2022, 2022-H1, 2022-Q1 or 2022-06",
        ) from None


_TEXT_OR_NUMBER: dict[str, Any] = {"type": ["string", "number"]}
Unit = Annotated[str, AfterValidator(_unit), WithJsonSchema({"enum": [*UNITS, *ALIASES]})]
Number = Annotated[Decimal, BeforeValidator(_number), WithJsonSchema({"type": "number"})]
Positive = Annotated[Number, Field(gt=0), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})]
NotNegative = Annotated[Number, Field(ge=0), WithJsonSchema({"type": "number", "minimum": 0})]
Whole = Annotated[int, BeforeValidator(_whole)]
Day = Annotated[date, BeforeValidator(_date)]
Printed = Annotated[str, WithJsonSchema(_TEXT_OR_NUMBER)]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
PlanId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
RegionCode = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
Year = Annotated[Whole, Field(ge=1900, le=2200), WithJsonSchema({"type": "integer", "minimum": 1900, "maximum": 2200})]
Index = Annotated[Whole, Field(ge=1), WithJsonSchema({"type": "integer", "minimum": 1})]
# A period in canonical spelling.
PeriodCode = Annotated[str, AfterValidator(_period), WithJsonSchema({"type": ["string", "integer"]})]
MOST_DAYS = 3_660
DayCount = Annotated[
    Whole, Field(ge=0, le=MOST_DAYS), WithJsonSchema({"type": "integer", "minimum": 0, "maximum": MOST_DAYS})
]
