"""Figures that are computed from records: a table, its columns, numerator and denominator as SQL over it.

What the SQL may say is told by `record_sql`, and whether the engine understands it by `record_checks`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from .base import Model
from .values import Unit, refusal

Rule = Literal["no_day", "outside_plan", "no_region", "unknown_region", "no_key", "repeated_key"]
"""Why a record cannot be placed. A record that more than one fits counts under the first of them."""
Rejection = Literal["error", "warning"]
RULES: Mapping[Rule, Rejection] = {
    "no_day": "error",
    "outside_plan": "warning",
    "no_region": "error",
    "unknown_region": "error",
    "no_key": "error",
    "repeated_key": "error",
}
"""Every rule in its order, with what it does where the catalogue does not say: refuse the whole, or only tell."""

LONGEST_EXPRESSION = 4_000
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_DECIMAL = re.compile(r"decimal\(([0-9]{1,2}), ?([0-9]{1,2})\)")
MOST_DIGITS, MOST_PLACES = 28, 10  # a sum of so many digits fits into 38 on every engine
_SQL_TYPES = {"text": "STRING", "date": "DATE", "boolean": "BOOLEAN", "integer": "BIGINT"}


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise refusal(
            "须以小写字母开头，只含小写字母、数字和下划线，至多 60 个字符",
            "must begin with a small letter and hold small letters, digits and underscores alone, at most 60",
        )
    return text


def _type(text: str) -> str:
    plain = text.strip().lower()
    found = _DECIMAL.fullmatch(plain)
    if found is not None:
        digits, places = int(found[1]), int(found[2])
        if 1 <= digits <= MOST_DIGITS and places <= min(digits, MOST_PLACES):
            return f"decimal({digits},{places})"
    elif plain in _SQL_TYPES:
        return plain
    raise refusal(
        f"只能是 {'、'.join(_SQL_TYPES)} 或 decimal(位数,小数位)，至多 {MOST_DIGITS} 位、其中小数 {MOST_PLACES} 位",
        f"must be {', '.join(_SQL_TYPES)} or decimal(digits,places) of at most {MOST_DIGITS} digits and {MOST_PLACES}"
        " places; there are no floats",
    )


def _expression(text: str) -> str:
    if not text.strip() or len(text) > LONGEST_EXPRESSION:
        raise refusal(
            f"须是一个 SQL 聚合表达式，至多 {LONGEST_EXPRESSION} 个字符",
            f"must be one aggregate expression of SQL, of at most {LONGEST_EXPRESSION} characters",
        )
    return text.strip()


ColumnName = Annotated[str, AfterValidator(_name)]
ColumnType = Annotated[str, AfterValidator(_type)]
Expression = Annotated[str, AfterValidator(_expression)]


class Records(Model):
    """How a figure is computed from records, one row each.

    `region` and `day` name the columns (text, date) that place a record; `key`: the columns by which a record is known,
    none where repeated records are not looked for. `numerator` and `denominator`, or `value` for a figure without
    parts, are aggregate expressions; `unit`: what they count in, by default the figure's.
    """

    table: ColumnName
    columns: Annotated[Mapping[ColumnName, ColumnType], Field(min_length=1)]
    region: ColumnName
    day: ColumnName
    key: tuple[ColumnName, ...] = ()
    numerator: Expression | None = None
    denominator: Expression | None = None
    value: Expression | None = None
    unit: Unit | None = None
    rules: Mapping[Rule, Rejection] = {}

    @property
    def expressions(self) -> dict[str, str]:
        """The columns of the observation that are computed, each with its SQL."""
        named = {"numerator": self.numerator, "denominator": self.denominator, "value": self.value}
        return {name: sql for name, sql in named.items() if sql is not None}

    def rejection(self, rule: Rule) -> Rejection:
        """What is done about records that `rule` fits."""
        return self.rules.get(rule, RULES[rule])


def sql_type(kind: str) -> str:
    """The type of a column in the words that every engine understands."""
    return _SQL_TYPES.get(kind, kind.upper())
