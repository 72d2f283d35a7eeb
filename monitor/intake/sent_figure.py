"""A figure as it was sent, and how it is written out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

_MARKS = {"missing": "—", "not_applicable": "不适用", "withheld": "保密"}
_COMPARATORS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "approx": "≈"}


@dataclass(frozen=True)
class SentFigure:
    """Numbers are exact, in the units they were sent in; `state` is value, missing, not_applicable or withheld."""

    state: str
    numerator: Decimal | None
    denominator: Decimal | None
    part_unit: str | None
    value: Decimal | None
    unit: str | None
    comparator: str | None

    @classmethod
    def of(cls, row: Sequence[object]) -> SentFigure | None:
        """From the seven columns of a query; None where there is no such cell."""
        return None if row[0] is None else cls(*row)  # type: ignore[arg-type]

    @property
    def text(self) -> str:
        """`95.2 %`, `≥ 95 %`, `9520 / 10000 万人`, or the mark of what is not a figure."""
        if self.state != "value":
            return _MARKS.get(self.state, self.state)
        sign = _COMPARATORS.get(self.comparator or "", "")
        if self.numerator is not None and self.denominator is not None:
            return f"{sign}{_plain(self.numerator)} / {_plain(self.denominator)} {self.part_unit or ''}".strip()
        if self.value is None:
            return _MARKS["missing"]
        return f"{sign}{_plain(self.value)} {self.unit or ''}".strip()


def _plain(number: Decimal) -> str:
    """Without the zeros that say nothing."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
