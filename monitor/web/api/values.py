"""What a caller may write, as types that carry their JSON Schema: codes, periods, moments, texts."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from monitor.store.tokens import LONGEST_DAYS

_WHOLE = re.compile(r"[0-9]{1,18}")
# a text that says something and has no control characters but line breaks and tabs
_SAYING = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*[^\x00-\x20\x7f-\xa0\s][^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"


def _flag(value: Any) -> Any:
    """`true` and `false` as they are written in an address; none of the other words for them."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def _whole(value: Any) -> Any:
    """A whole number as digits alone in an address; in JSON 3.0 is the same number as 3."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and not _WHOLE.fullmatch(value):
        raise ValueError("not a whole number")
    return value


State = Literal["submitted", "accepted", "superseded", "returned", "withdrawn"]
Code = Annotated[str, Field(pattern=r"^[0-9]{6}$", description="地区代码 region code")]
PeriodCode = Annotated[
    str,
    Field(
        pattern=r"^(19|20|21)[0-9]{2}(-(H[12]|Q[1-4]|0[1-9]|1[0-2]))?$",
        description="报告期 period: 2023, 2023-H1, 2023-Q2, 2023-06",
    ),
]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
Flag = Annotated[bool, Field(strict=True), BeforeValidator(_flag)]
Moment = Annotated[
    str,
    Field(max_length=64),
    WithJsonSchema(
        {
            "type": "string",
            "maxLength": 64,
            "description": "截至 as of: a day (its end in the server's zone), a moment, or a snapshot's name",
            "examples": ["2025-12-31", "2025-12-31T18:00:00+08:00", "第1版"],
        }
    ),
]
Limit = Annotated[int, Field(ge=1, le=1000, description="每页行数 rows in a page"), BeforeValidator(_whole)]
Count = Annotated[int, Field(ge=1, le=2**31 - 1), BeforeValidator(_whole)]
Days = Annotated[int, Field(ge=1, le=LONGEST_DAYS), BeforeValidator(_whole)]
Cursor = Annotated[
    str,
    Field(min_length=1, max_length=200, description="上一页的 next; as the last page's `next` gave it"),
]
Saying = Annotated[str, Field(min_length=1, max_length=2000, pattern=_SAYING)]


class Asked(BaseModel):
    """Parameters of an address: what is not declared is refused, so that a slip of the pen cannot pass unseen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Sent(BaseModel):
    """A JSON body: strict types, nothing undeclared."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Told(BaseModel):
    """An answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)
