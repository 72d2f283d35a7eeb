"""Files of this room as their models: a performance table, a department budget with its checks, points and grades."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from monitor.catalogue.base import Model, Text
from monitor.catalogue.values import Id, NotNegative, Number, PlanId, Positive, Printed, Year

from .values import Value, read_value

Level = Literal["产出指标", "效益指标", "满意度指标"]
Kind = Literal[
    "数量指标", "质量指标", "时效指标", "成本指标",
    "经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标",
    "服务对象满意度指标",
]  # fmt: skip
LEVELS: Mapping[Level, tuple[Kind, ...]] = {
    "产出指标": ("数量指标", "质量指标", "时效指标", "成本指标"),
    "效益指标": ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"),
    "满意度指标": ("服务对象满意度指标",),
}
"""The form's first level with the second level's kinds, in its order."""

NonEmpty = Annotated[str, Field(min_length=1)]


class Project(Model):
    """`id` names the project and its year; `first_year`–`last_year`: the cycle that the mid-term goals are for."""

    id: PlanId
    year: Year
    name: Text
    department: NonEmpty
    department_code: Printed
    implementing_unit: NonEmpty
    attribute: NonEmpty
    cycle: NonEmpty
    first_year: Year
    last_year: Year


class Amount(Model):
    """Funds; what is not there is blank in the table. `total` = `appropriation` + `other` (balance.py)."""

    total: NotNegative
    appropriation: NotNegative | None = None
    other: NotNegative | None = None


class SubProject(Model):
    name: NonEmpty
    amount: NotNegative


class Funds(Model):
    unit: NonEmpty
    mid_term: Amount
    annual: Amount
    sub_projects: tuple[SubProject, ...] = ()


class Goals(Model):
    mid_term: tuple[NonEmpty, ...] = Field(min_length=1)
    annual: tuple[NonEmpty, ...] = Field(min_length=1)


class Cell(Model):
    """A third-level indicator with its value, as printed."""

    name: NonEmpty
    value: Printed


class Row(Model):
    """A row of the table: mid-term beside annual, even where their names differ.

    `plan_indicator`: the plan's indicator whose figure is this row's actual value.
    """

    level: Level
    kind: Kind
    mid_term: Cell
    annual: Cell
    plan_indicator: Id | None = None


class PerformanceTable(Model):
    """项目支出绩效目标表. `words`: qualitative values beside the closed list (values.py)."""

    kind: Literal["performance_table"]
    source: Text
    project: Project
    funds: Funds
    goals: Goals
    words: tuple[NonEmpty, ...] = ()
    indicators: tuple[Row, ...] = Field(min_length=1)

    def value(self, cell: Cell) -> Value:
        """Raises ValueError for a word on no list, which loading refuses."""
        value = read_value(cell.value, self.words)
        if value is None:
            raise ValueError(cell.value)
        return value

    @cached_property
    def plan_indicators(self) -> frozenset[str]:
        return frozenset(row.plan_indicator for row in self.indicators if row.plan_indicator is not None)


class Column(Model):
    id: Id
    name: Text


class Line(Model):
    """`values`: by column; a column that is not there is blank in the source. `code`: `total` for the last line."""

    code: Printed
    name: NonEmpty
    values: Mapping[str, Number]


class BalanceTable(Model):
    id: Id
    number: NonEmpty
    title: Text
    columns: tuple[Column, ...] = Field(min_length=1)
    rows: tuple[Line, ...] = Field(min_length=1)

    def line(self, code: str) -> Line | None:
        return next((line for line in self.rows if line.code == code), None)

    def children(self, code: str) -> tuple[Line, ...]:
        """The lines right below one: codes grow to the right (210 · 21015 · 2101501); `total` holds the topmost."""
        return tuple(line for line in self.rows if line.code != "total" and self._parent(line.code) == code)

    def _parent(self, code: str) -> str:
        above = [one.code for one in self.rows if one.code != code and code.startswith(one.code)]
        return max(above, key=len, default="total")


class _Check(Model):
    tolerance: NotNegative = Decimal(0)


class EqualCheck(_Check):
    """The sum of `left` = the sum of `right`: places such as `t5.2101505.projects`, `2020-system.annual`."""

    rule: Literal["equal"]
    name: Text
    left: tuple[NonEmpty, ...] = Field(min_length=1)
    right: tuple[NonEmpty, ...] = Field(min_length=1)


class TimesCheck(_Check):
    """`result` = `factor` × `of`."""

    rule: Literal["times"]
    name: Text
    result: NonEmpty
    factor: Positive
    of: NonEmpty


class ShareCheck(_Check):
    """`result` (%) = `part` ÷ the sum of `whole` × 100."""

    rule: Literal["share"]
    name: Text
    result: NonEmpty
    part: NonEmpty
    whole: tuple[NonEmpty, ...] = Field(min_length=1)


class RowsCheck(_Check):
    """Each line that has lines below it = their sum, in each of the columns."""

    rule: Literal["rows"]
    table: Id
    columns: tuple[Id, ...] = Field(min_length=1)


class ColumnsCheck(_Check):
    """In each line `total` = the sum of `parts`."""

    rule: Literal["columns"]
    table: Id
    total: Id
    parts: tuple[Id, ...] = Field(min_length=1)


class ChangeCheck(_Check):
    """In each line `result` = `after` − `before`."""

    rule: Literal["change"]
    table: Id
    result: Id
    before: Id
    after: Id


class PercentCheck(_Check):
    """In each line `result` (%) = `change` ÷ `base` × 100; the tolerance is half of the last printed place."""

    rule: Literal["percent"]
    table: Id
    result: Id
    change: Id
    base: Id


class SameCheck(_Check):
    """Each line of one table's column = the line with the same code in another's."""

    rule: Literal["same"]
    left: Id
    left_column: Id
    right: Id
    right_column: Id


Check = Annotated[
    EqualCheck | TimesCheck | ShareCheck | RowsCheck | ColumnsCheck | ChangeCheck | PercentCheck | SameCheck,
    Field(discriminator="rule"),
]


class DepartmentBudget(Model):
    """The tables of a department budget that must agree with each other, and how."""

    kind: Literal["department_budget"]
    id: PlanId
    year: Year
    department: NonEmpty
    unit: NonEmpty
    source: Text
    tables: tuple[BalanceTable, ...] = Field(min_length=1)
    checks: tuple[Check, ...] = Field(min_length=1)

    def table(self, id: str) -> BalanceTable | None:
        return next((table for table in self.tables if table.id == id), None)


class Points(Model):
    """Of a hundred: how the budget was executed, and each first level of indicators."""

    execution: NotNegative
    output: NotNegative
    benefit: NotNegative
    satisfaction: NotNegative

    def of(self, level: Level) -> Decimal:
        return {"产出指标": self.output, "效益指标": self.benefit, "满意度指标": self.satisfaction}[level]

    @property
    def total(self) -> Decimal:
        return self.execution + self.output + self.benefit + self.satisfaction


class Attainment(Model):
    """A word for how far a qualitative goal was attained, with its band in percent.

    The lower end belongs to the band; the upper one only where it is 100.
    """

    word: NonEmpty
    at_least: NotNegative
    up_to: NotNegative

    def holds(self, percent: Decimal) -> bool:
        return self.at_least <= percent and (percent < self.up_to or percent == self.up_to == 100)


class Grade(Model):
    name: Text
    at_least: NotNegative


class Scoring(Model):
    """Points, bands and grades. `bare_number`: when a number without comparator (60项) is met."""

    kind: Literal["scoring"]
    source: Text
    points: Points
    bare_number: Literal["at_least", "exactly"]
    attainment: tuple[Attainment, ...] = Field(min_length=1)
    grades: tuple[Grade, ...] = Field(min_length=1)
