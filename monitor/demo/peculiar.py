"""Cells that units send differently: withheld, not applicable, missing, bounds, approximate, rates without parts.

Only indicators without a published national figure are touched, so that what was published is still the sum.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from monitor.catalogue.periods import parse_period

from .rows import MISSING, NOT_APPLICABLE, NOTE, WITHHELD, SentRow, emptied, rate, without_parts

_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Peculiarity:
    """From the end of `first` to the end of `last` the unit sends the indicator as `how` makes it."""

    unit: str
    indicator: str
    first: str
    last: str
    how: Callable[[SentRow], SentRow]

    def fits(self, row: SentRow) -> bool:
        end = parse_period(row.period).index
        return parse_period(self.first).index <= end <= parse_period(self.last).index


def _marked(mark: str, why: str) -> Callable[[SentRow], SentRow]:
    return lambda row: emptied(row, mark, f"{NOTE}：{why}")


def _value_only(row: SentRow) -> SentRow:
    return without_parts(row, rate(row, _HUNDRED, "0.1"), "eq", f"{NOTE}：只报比例，未报分子分母")


def _more_than(row: SentRow) -> SentRow:
    fives = (rate(row, _HUNDRED, "0.0001") / 5).quantize(Decimal(1), rounding=ROUND_FLOOR) * 5
    return without_parts(row, fives, "gt", f"{NOTE}：只报“超过”某数")


def _about(row: SentRow) -> SentRow:
    fives = (rate(row, _HUNDRED, "0.0001") / 5).quantize(Decimal(1), rounding=ROUND_HALF_EVEN) * 5
    return without_parts(row, fives, "approx", f"{NOTE}：约数")


def _at_least_500(row: SentRow) -> SentRow:
    if Decimal(row.value) < 500:
        return row
    return without_parts(row, Decimal(500), "ge", f"{NOTE}：只报“500个以上”")


PECULIARITIES = (
    Peculiarity(
        "660000", "consumables_platform_share", "2020-Q1", "2025-Q4",
        _marked(NOT_APPLICABLE, "由自治区平台统一采购，不单独统计"),
    ),
    Peculiarity("630000", "drg_dip_payment_share", "2025-Q3", "2025-Q4", _marked(WITHHELD, "清算未完成，暂不提供")),
    Peculiarity("310000", "procured_consumables", "2022-Q3", "2022-Q3", _marked(WITHHELD, "中选结果公示前暂不提供")),
    Peculiarity("460000", "consumables_platform_share", "2021-Q2", "2021-Q2", _marked(MISSING, "平台切换，当季无统计")),
    Peculiarity("540000", "online_service_share", "2021-Q1", "2025-Q4", _value_only),
    Peculiarity("640000", "online_service_share", "2022-Q4", "2024-Q3", _more_than),
    Peculiarity("520000", "online_service_share", "2021-Q1", "2022-Q4", _about),
    Peculiarity("350000", "procured_drugs", "2021-Q1", "2025-Q4", _at_least_500),
)  # fmt: skip

_BY_CELL: Mapping[tuple[str, str], tuple[Peculiarity, ...]] = {
    (found.unit, found.indicator): tuple(
        other for other in PECULIARITIES if (other.unit, other.indicator) == (found.unit, found.indicator)
    )
    for found in PECULIARITIES
}


def as_sent(row: SentRow) -> SentRow:
    """The row as its unit sends it; rows without a figure stay as they are."""
    if row.value and not row.value[0].isdigit():
        return row
    for found in _BY_CELL.get((row.region_code, row.indicator_id), ()):
        if found.fits(row):
            return found.how(row)
    return row
