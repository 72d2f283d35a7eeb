"""A figure as it was sent: the columns of the staging file."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Literal

State = Literal["value", "missing", "not_applicable", "withheld"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the staging Parquet, fields in the order and with the names of its columns.

    Numbers stay in the sender's unit (`unit`, `part_unit` in canonical spelling), so that no conversion loses
    anything; they are DECIMAL(38,10). `period` is a canonical code (`2023-Q2`).
    """

    line: int
    sheet: str | None
    indicator_id: str
    region_code: str
    period: str
    state: State
    numerator: Decimal | None
    denominator: Decimal | None
    part_unit: str | None
    value: Decimal | None
    unit: str
    comparator: str
    vintage: str
    synthetic: bool
    note: str | None
    source: str | None
    published_on: date | None
    grade: str | None


# What the normaliser hands on, in this order, as text ("" is none); the sheet is the same for all and added at the end.
STAGED_COLUMNS = tuple(field.name for field in fields(Row) if field.name != "sheet")
