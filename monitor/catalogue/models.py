"""The plan as data: what `indicators.yaml` may say (catalogue.md).

Numbers are exact decimals. Every model is frozen and refuses unknown keys; the loader turns
pydantic's errors into problems with file, line and path. The loader hands in every scalar as it is
spelled in the file (only null, true and false are read), so that each type here decides what it accepts.
A key whose value is null counts as absent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from .base import VINTAGE_ORDER as VINTAGE_ORDER
from .base import VINTAGES as VINTAGES
from .base import Frequency as Frequency
from .base import Language as Language
from .base import Model as Model
from .base import Owner as Owner
from .base import Text as Text
from .forms import Form
from .periods import Period, parse_period
from .records import Records
from .units import canonical_unit
from .values import (
    Day,
    Id,
    Index,
    NotNegative,
    Number,
    PeriodCode,
    PlanId,
    Positive,
    Printed,
    RegionCode,
    Unit,
    Year,
    refusal,
)

Comparator = Literal["eq", "ge", "gt", "le", "lt", "approx"]
TargetComparator = Literal["ge", "gt", "le", "lt", "eq"]
Nature = Literal["binding", "expected", "context"]
Direction = Literal["up", "down", "none"]
Accumulation = Literal["stock", "period", "ytd"]
Aggregate = Literal["ratio_of_sums", "sum", "weighted_mean", "share_reached", "count_reached", "max", "min", "none"]
Severity = Literal["error", "query"]


class PlanPeriod(Model):
    base: Year
    start: Year
    end: Year

    @model_validator(mode="after")
    def _in_order(self) -> PlanPeriod:
        if not self.base < self.start <= self.end:
            raise refusal("须 base < start ≤ end", "base < start <= end must hold")
        return self


class Plan(Model):
    id: PlanId
    title: Text
    document: Printed | None = None
    issued_on: Day | None = None
    region: RegionCode
    period: PlanPeriod
    parent: PlanId | None = None
    vintage_order: tuple[str, ...] | None = None
    notes: Mapping[str, Text] = {}

    @field_validator("vintage_order")
    @classmethod
    def _known_vintages(cls, order: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if order is None:
            return None
        unknown = [name for name in order if name not in VINTAGE_ORDER]
        if unknown or len(set(order)) != len(order):
            raise refusal(
                f"只可从下列版本中选，各至多一次：{'、'.join(VINTAGE_ORDER)}",
                f"names each of these at most once: {', '.join(VINTAGE_ORDER)}",
            )
        return order

    @property
    def vintages(self) -> tuple[str, ...]:
        """Every vintage that may be an actual figure, best first; those the plan does not name come last."""
        named = self.vintage_order or VINTAGE_ORDER
        return (*named, *(name for name in VINTAGE_ORDER if name not in named))


class FigureParts(Model):
    """What a ratio is made of: value = numerator × factor ÷ denominator, parts in `unit`.

    An absent factor is 100 for an indicator in % (methods.md section 1), else 1.
    """

    numerator: Text
    denominator: Text
    factor: Positive = Decimal(1)
    unit: Unit


class Baseline(Model):
    year: Year | None = None
    printed: Printed | None = None
    value: Number
    comparator: Comparator = "eq"


class _Target(Model):
    year: Year | None = None
    printed: Printed | None = None
    note: str | None = None


class ReachTarget(_Target):
    """The value by the target year."""

    rule: Literal["reach"]
    comparator: TargetComparator
    value: Number
    progress: Literal["linear", "percent_drop"] = "linear"
    scope: Literal["nation", "each_region"] = "nation"
    expected: tuple[RegionCode, ...] | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _keys_fit(self) -> ReachTarget:
        if self.expected is not None and self.scope != "each_region":
            raise refusal("写了 expected 就要写 scope: each_region", "`expected` needs `scope: each_region`")
        if self.progress == "percent_drop" and not 0 < self.value < 100:
            raise refusal("累计降幅须在 0 与 100 之间", "a percentage drop lies between 0 and 100")
        return self


class HoldTarget(_Target):
    """Every year of the plan satisfies it."""

    rule: Literal["hold"]
    comparator: TargetComparator
    value: Number


class BandTarget(_Target):
    """Stays within a tolerance of `value`, else of the baseline (保持稳定)."""

    rule: Literal["band"]
    value: Number | None = None
    tolerance: NotNegative | None = None


class JudgeTarget(_Target):
    """A text target: a person concludes, the evidence is computed."""

    rule: Literal["judge"]
    text: Text
    evidence: tuple[Id, ...] = ()


Target = Annotated[ReachTarget | HoldTarget | BandTarget | JudgeTarget, Field(discriminator="rule")]


def _by_year(path: Mapping[int, Decimal]) -> Mapping[int, Decimal]:
    return dict(sorted(path.items()))


# Official yearly values, by year ascending whatever their order in the file.
Path = Annotated[Mapping[Year, Number], Field(min_length=1), AfterValidator(_by_year)]


class RegionalTarget(Model):
    """A region's own target, baseline or yearly path; an absent target falls to the plan's, a baseline never does."""

    target: Target | None = None
    baseline: Baseline | None = None
    path: Path | None = None


class RangeCheck(Model):
    rule: Literal["range"]
    min: Number | None = None
    max: Number | None = None
    severity: Severity

    @model_validator(mode="after")
    def _some_bound(self) -> RangeCheck:
        if self.min is None and self.max is None:
            raise refusal("要有 min 或 max", "needs `min` or `max`")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise refusal("min 大于 max", "`min` is above `max`")
        return self


class ChangeCheck(Model):
    rule: Literal["change"]
    against: Literal["previous_period", "same_period_last_year"]
    max_points: NotNegative | None = None
    max_percent: NotNegative | None = None
    severity: Severity

    @model_validator(mode="after")
    def _one_limit(self) -> ChangeCheck:
        if (self.max_points is None) == (self.max_percent is None):
            raise refusal("max_points 与 max_percent 写且只写一个", "needs one of `max_points` and `max_percent`")
        return self


class PlainCheck(Model):
    """Checks without a limit of their own.

    `completeness`: every unit sends it; `parts`: value agrees with its parts; `cumulative`: year-to-date never falls.
    """

    rule: Literal["completeness", "parts", "cumulative"]
    severity: Severity


class OutlierCheck(Model):
    rule: Literal["outlier"]
    threshold: Positive
    severity: Severity


Check = Annotated[RangeCheck | ChangeCheck | PlainCheck | OutlierCheck, Field(discriminator="rule")]


class Break(Model):
    """`period` is the first of the new definition."""

    period: PeriodCode
    note: Text

    @property
    def first(self) -> Period:
        return parse_period(self.period)


class Version(Model):
    """A mid-plan change: from `valid_from` on, the keys it names replace the indicator's own."""

    valid_from: Day
    reason: Text
    approval: Text
    baseline: Baseline | None = None
    target: Target | None = None
    definition: Text | None = None


class Indicator(Model):
    id: Id
    number: Index
    name: Text
    category: Text | None = None
    nature: Nature
    unit: Unit
    direction: Direction
    figure: FigureParts | None = None
    accumulation: Accumulation
    aggregate: Aggregate
    frequency: Frequency
    baseline: Baseline | None = None
    target: Target | None = None
    path: Path | None = None
    owner: Owner | None = None
    source: Text | None = None
    definition: Text | None = None
    checks: tuple[Check, ...] = ()
    breaks: tuple[Break, ...] = ()
    versions: tuple[Version, ...] = ()
    weight: Id | None = None
    limit: Number | None = None
    aligns_to: Id | None = None
    regional_targets: Mapping[RegionCode, RegionalTarget] = {}
    records: Records | None = None

    @model_validator(mode="before")
    @classmethod
    def _factor_of_a_percentage(cls, value: Any) -> Any:
        if not isinstance(value, Mapping) or not isinstance(figure := value.get("figure"), Mapping):
            return value
        if figure.get("factor") is not None or canonical_unit(str(value.get("unit"))) != "%":
            return value
        return {**value, "figure": {**figure, "factor": "100"}}

    @property
    def is_context(self) -> bool:
        return self.nature == "context"

    @property
    def factor(self) -> Decimal:
        """What the quotient of the parts is multiplied by, also where `figure` is not described."""
        if self.figure is not None:
            return self.figure.factor
        return Decimal(100) if self.unit == "%" else Decimal(1)

    @property
    def part_unit(self) -> str | None:
        """The unit of numerator and denominator, None where `figure` is not described."""
        return None if self.figure is None else self.figure.unit


class Relation(Model):
    """`left operator right` within `tolerance`, both sides arithmetic over indicator ids, in `unit`."""

    left: str
    operator: Literal["eq", "ge", "gt", "le", "lt"]
    right: str
    unit: Unit
    tolerance: NotNegative
    severity: Severity


def _tasks_name(text: str) -> str:
    if not TASKS_NAME.fullmatch(text):
        raise refusal(
            "须是与本文件同一文件夹中的文件名，写作 tasks-….yaml",
            "must name a file in the folder of this one, such as tasks-xx.yaml",
        )
    return text


# a folder of catalogues may hold files of tasks too, which are known by their name
TASKS_NAME = re.compile(r"tasks-[^/\\]+\.yaml")
TasksName = Annotated[str, AfterValidator(_tasks_name)]


class CatalogueFile(Model):
    """The whole of one `indicators.yaml`."""

    plan: Plan
    indicators: tuple[Indicator, ...] = Field(min_length=1)
    relations: tuple[Relation, ...] = ()
    forms: tuple[Form, ...] = ()
    tasks: TasksName | None = None
