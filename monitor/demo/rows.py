"""From synthetic amounts to the rows that a unit sends, in the columns of an observation file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal

from monitor.catalogue.models import Frequency, Indicator
from monitor.catalogue.periods import MONTHS, Period, PeriodKind

from .amounts import Ingredients
from .numbers import plain

NOTE = "模拟数据"
SOURCE = "模拟报送（演示用，非真实数据）"
COLUMNS = (
    "indicator_id", "region_code", "period", "numerator", "denominator", "part_unit",
    "value", "unit", "comparator", "vintage", "synthetic", "note", "source", "published_on",
)  # fmt: skip

WITHHELD, NOT_APPLICABLE, MISSING = "保密", "不适用", "—"


@dataclass(frozen=True, slots=True)
class SentRow:
    """One row as a unit writes it; numbers are texts, empty = not given. Every row is synthetic.

    `published_on`: the day from which the figure counts, that of its acceptance; empty when it does not.
    """

    indicator_id: str
    region_code: str
    period: str
    numerator: str = ""
    denominator: str = ""
    part_unit: str = ""
    value: str = ""
    unit: str = ""
    comparator: str = "eq"
    vintage: str = "reported"
    note: str = NOTE
    published_on: str = ""

    def cells(self) -> tuple[str, ...]:
        """The row in the order of COLUMNS."""
        return (
            self.indicator_id, self.region_code, self.period, self.numerator, self.denominator, self.part_unit,
            self.value, self.unit, self.comparator, self.vintage, "true", self.note, SOURCE, self.published_on,
        )  # fmt: skip


@dataclass(frozen=True)
class Recipe:
    """Which ingredients make an indicator's figure: sums of series. `flow`: year to date, else a level at period's end.

    `before`: what a unit writes when the plan's base year has no figure.
    """

    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()
    part_unit: str = ""
    value: tuple[str, ...] = ()
    unit: str = "%"
    flow: bool = True
    before: str = MISSING


def _ratio(series: str, part_unit: str, before: str = MISSING) -> Recipe:
    return Recipe((f"{series}/numerator",), (f"{series}/denominator",), part_unit, before=before)


def _sum(unit: str, *series: str, flow: bool = True) -> Recipe:
    return Recipe(value=series, unit=unit, flow=flow)


_INSURED = ("insured_persons_employee", "insured_persons_resident", "insured_persons_rounding")
_SETTLEMENT = "cross_province_settlement_rate"

RECIPES: Mapping[str, Recipe] = {
    "enrolment_rate": Recipe(_INSURED, ("due_to_enrol",), "万人", flow=False),
    "fund_income": _sum("亿元", "fund_income_employee", "fund_income_resident", "fund_income_rounding"),
    "fund_expenditure": _sum(
        "亿元", "fund_expenditure_employee", "fund_expenditure_resident", "fund_expenditure_rounding"
    ),
    "employee_inpatient_payment_share": _ratio("employee_inpatient_payment_share", "亿元"),
    "resident_inpatient_payment_share": _ratio("resident_inpatient_payment_share", "亿元"),
    "medical_aid_share": _ratio("medical_aid_share", "亿元"),
    "out_of_pocket_share": _ratio("out_of_pocket_share", "亿元"),
    "drg_dip_payment_share": _ratio("drg_dip_payment_share", "亿元", NOT_APPLICABLE),
    "drug_platform_share": _ratio("drug_platform_share", "亿元"),
    "consumables_platform_share": _ratio("consumables_platform_share", "亿元"),
    "procured_drugs": _sum("个", "procured_drugs", flow=False),
    "procured_consumables": _sum("类", "procured_consumables", flow=False),
    _SETTLEMENT: _ratio(_SETTLEMENT, "万人次"),
    "online_service_share": Recipe(("online_items",), ("service_items",), "项", flow=False),
    "counter_service_share": Recipe(("counter_items",), ("service_items",), "项", flow=False),
    "insured_persons": Recipe(value=_INSURED, unit="万人", flow=False),
    "insured_persons_employee": _sum("万人", "insured_persons_employee", flow=False),
    "insured_persons_resident": _sum("万人", "insured_persons_resident", flow=False),
    "fund_income_employee": _sum("亿元", "fund_income_employee"),
    "fund_income_resident": _sum("亿元", "fund_income_resident"),
    "fund_expenditure_employee": _sum("亿元", "fund_expenditure_employee"),
    "fund_expenditure_resident": _sum("亿元", "fund_expenditure_resident"),
    "medical_aid_expenditure": _sum("亿元", "medical_aid_expenditure"),
    "total_health_expenditure": _sum("亿元", "out_of_pocket_share/denominator"),
    "out_of_pocket_expenditure": _sum("亿元", "out_of_pocket_share/numerator"),
    "drug_platform_amount": _sum("亿元", "drug_platform_share/numerator"),
    "cross_province_inpatients": _sum("万人次", f"{_SETTLEMENT}/denominator"),
    "cross_province_settled_inpatients": _sum("万人次", f"{_SETTLEMENT}/numerator"),
}

_KINDS: Mapping[Frequency, PeriodKind] = {"month": "quarter", "quarter": "quarter", "half": "half", "year": "year"}


def period_kind(indicator: Indicator) -> PeriodKind:
    """How often the units send it: as the catalogue says, but no more often than each quarter."""
    return _KINDS[indicator.frequency]


def rows_for(
    indicators: Sequence[Indicator],
    figures: Ingredients,
    code: str,
    period: Period,
    changed: Mapping[str, int] | None = None,
) -> tuple[SentRow, ...]:
    """What a unit sends for a period: one row of each indicator of that frequency that has a recipe.

    `changed`: ingredients of the period's end that this sending has otherwise than the final figures.
    """
    return tuple(
        _row(indicator, RECIPES[indicator.id], _reader(figures, code, period, changed or {}), code, period)
        for indicator in indicators
        if indicator.id in RECIPES and period_kind(indicator) == period.kind
    )


# (series, months back from the period's end) → amount, None when the unit has none
_Read = Callable[[str, int], int | None]


def _reader(figures: Ingredients, code: str, period: Period, changed: Mapping[str, int]) -> _Read:
    def read(series: str, months_back: int) -> int | None:
        quarter = (period.index - months_back - 1) % 12 // 3 + 1
        if not months_back and series in changed:
            return changed[series]
        found = figures.get((series, code, period.year, quarter))
        return 0 if found is None and series.endswith("_rounding") else found

    return read


def _row(indicator: Indicator, recipe: Recipe, read: _Read, code: str, period: Period) -> SentRow:
    own = recipe.flow and indicator.accumulation == "period"
    row = SentRow(indicator.id, code, period.code, unit=recipe.unit)
    if recipe.value:
        amount = _amount(recipe.value, read, period, own)
        return replace(row, value=recipe.before if amount is None else str(plain(amount)))
    numerator = _amount(recipe.numerator, read, period, own)
    denominator = _amount(recipe.denominator, read, period, own)
    if numerator is None or denominator is None:
        return replace(row, value=recipe.before)
    return replace(
        row, numerator=str(plain(numerator)), denominator=str(plain(denominator)), part_unit=recipe.part_unit
    )


def _amount(series: tuple[str, ...], read: _Read, period: Period, own: bool) -> int | None:
    """The sum of the series at the period's end; `own`: the period's own amount, not the year's to date."""
    ends = [read(name, 0) for name in series]
    months = MONTHS[period.kind]
    first_of_year = (period.index - months) % 12 == 0
    starts = [0 if not own or first_of_year else read(name, months) for name in series]
    if any(amount is None for amount in (*ends, *starts)):
        return None
    return sum(amount for amount in ends if amount) - sum(amount for amount in starts if amount)


def rate(row: SentRow, factor: Decimal, digits: str) -> Decimal:
    """The row's quotient rounded half-even to `digits` (`0.1`); the row has both parts."""
    exact = Decimal(row.numerator) * factor / Decimal(row.denominator)
    return exact.quantize(Decimal(digits), rounding=ROUND_HALF_EVEN)


def without_parts(row: SentRow, value: Decimal, comparator: str, note: str) -> SentRow:
    """The row as a bare value, the parts left out."""
    return replace(row, numerator="", denominator="", part_unit="", value=str(value), comparator=comparator, note=note)


def emptied(row: SentRow, mark: str, note: str) -> SentRow:
    """The row without a figure: `mark` says whether it is missing, withheld or not applicable."""
    return replace(row, numerator="", denominator="", part_unit="", value=mark, comparator="eq", note=note)


def periods(first: int, last: int, kind: PeriodKind) -> Iterator[Period]:
    """Every period of that kind from the first year to the last."""
    for year in range(first, last + 1):
        for part in range(1, 12 // MONTHS[kind] + 1):
            yield Period.of(year, kind, part)
