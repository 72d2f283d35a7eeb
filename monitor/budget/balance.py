"""Whether the sums of a budget agree: every check with its arithmetic, exact; what differs is told, never repaired."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from monitor.catalogue.base import Text

from .models import (
    Amount,
    BalanceTable,
    ChangeCheck,
    ColumnsCheck,
    DepartmentBudget,
    EqualCheck,
    PercentCheck,
    PerformanceTable,
    RowsCheck,
    SameCheck,
    ShareCheck,
    TimesCheck,
)

Outcome = Literal["agrees", "differs", "incomplete"]


@dataclass(frozen=True)
class Finding:
    """One check made. `difference`: stated less worked out, None where something is missing (`incomplete`).

    `arithmetic`: the numbers as printed, with what they come to.
    """

    subject: str
    name: Text
    arithmetic: str
    difference: Fraction | None
    tolerance: Decimal
    rule: str

    @property
    def outcome(self) -> Outcome:
        if self.difference is None:
            return "incomplete"
        return "agrees" if abs(self.difference) <= Fraction(self.tolerance) else "differs"


def printed(number: Decimal) -> str:
    """`1,037.84`, with the places that the source prints."""
    return f"{number:,f}".replace("-", "\u2212")


def exact(number: Fraction, places: int = 2) -> str:
    """A worked-out number: in full where it has few places, else rounded with ≈ (10.0027…)."""
    for digits in range(places, 5):
        scaled = number * 10**digits
        if scaled.denominator == 1:
            return printed(Decimal(int(scaled)).scaleb(-digits))
    rounded = round(number * 10**4)
    return "≈" + printed(Decimal(rounded).scaleb(-4))


def equals(number: Fraction, places: int = 2) -> str:
    """`= 93` or `≈ 93.0001`."""
    text = exact(number, places)
    return f"≈ {text[1:]}" if text.startswith("≈") else f"= {text}"


def table_findings(table: PerformanceTable) -> tuple[Finding, ...]:
    """What must agree within one performance table: each total with its parts and with its sub-projects."""
    found = []
    for amount, zh, en in (
        (table.funds.mid_term, "中期资金总额＝财政拨款＋其他资金", "Mid-term total = appropriation + other"),
        (table.funds.annual, "年度资金总额＝财政拨款＋其他资金", "Annual total = appropriation + other"),
    ):
        parts = [part for part in (amount.appropriation, amount.other) if part is not None]
        found.append(_sum(table.project.id, Text(zh=zh, en=en), [amount.total], parts, Decimal(0), "parts"))
    if table.funds.sub_projects:
        name = Text(zh="年度资金总额＝各二级项目之和", en="Annual total = its sub-projects")
        amounts = [one.amount for one in table.funds.sub_projects]
        found.append(_sum(table.project.id, name, [table.funds.annual.total], amounts, Decimal(0), "sub_projects"))
    return tuple(found)


def department_findings(budget: DepartmentBudget, projects: Mapping[str, PerformanceTable]) -> tuple[Finding, ...]:
    """Every check of a department budget, in the file's order; projects by id."""
    return tuple(finding for check in budget.checks for finding in _made(budget, check, projects))


def _made(budget: DepartmentBudget, check: object, projects: Mapping[str, PerformanceTable]) -> Iterator[Finding]:
    match check:
        case EqualCheck():
            left = [number for place in check.left for number in _look(budget, place, projects)]
            right = [number for place in check.right for number in _look(budget, place, projects)]
            yield _sum(budget.id, check.name, left, right, check.tolerance, "equal")
        case TimesCheck():
            (result,), (of,) = _look(budget, check.result, projects), _look(budget, check.of, projects)
            yield _times(budget.id, check, result, of)
        case ShareCheck():
            (result,), (part,) = _look(budget, check.result, projects), _look(budget, check.part, projects)
            whole = [number for place in check.whole for number in _look(budget, place, projects)]
            yield _share(budget.id, check.name, result, part, whole, check.tolerance, "share")
        case SameCheck():
            yield from _same(budget, check)
        case RowsCheck() | ColumnsCheck() | ChangeCheck() | PercentCheck():
            table = budget.table(check.table)
            assert table is not None  # loading has looked
            yield from _within(budget.id, table, check)


def _within(
    subject: str, table: BalanceTable, check: RowsCheck | ColumnsCheck | ChangeCheck | PercentCheck
) -> Iterator[Finding]:
    if isinstance(check, RowsCheck):
        for line in table.rows:
            children = table.children(line.code)
            for column in check.columns if children else ():
                numbers = [one.values[column] for one in children if column in one.values]
                if numbers or column in line.values:
                    name = _named(table, line.code, column, _BELOW)
                    yield _sum(subject, name, [line.values.get(column)], numbers, check.tolerance, "rows")
        return
    for line in table.rows:
        value = line.values.get
        if isinstance(check, ColumnsCheck):
            parts = [value(part) for part in check.parts if part in line.values]
            if parts or check.total in line.values:
                name = _named(table, line.code, check.total, _PARTS)
                yield _sum(subject, name, [value(check.total)], parts, check.tolerance, "columns")
        elif isinstance(check, ChangeCheck):
            if check.result in line.values or (check.before in line.values and check.after in line.values):
                yield _change(
                    subject, _named(table, line.code, check.result), value(check.result),
                    value(check.after), value(check.before), check.tolerance,
                )  # fmt: skip
        elif check.result in line.values or (check.change in line.values and check.base in line.values):
            name = _named(table, line.code, check.result)
            yield _share(
                subject, name, value(check.result), value(check.change), [value(check.base)], check.tolerance, "percent"
            )


def _same(budget: DepartmentBudget, check: SameCheck) -> Iterator[Finding]:
    left, right = budget.table(check.left), budget.table(check.right)
    assert left is not None and right is not None
    for line in left.rows:
        other = right.line(line.code)
        here = line.values.get(check.left_column)
        there = None if other is None else other.values.get(check.right_column)
        if here is not None or there is not None:
            name = _named(left, line.code, check.left_column, Text(zh=right.number))
            yield _sum(budget.id, name, [here], [there], check.tolerance, "same")


_BELOW = Text(zh="下级之和", en="the lines below it")
_PARTS = Text(zh="各列之和", en="its columns")


def _named(table: BalanceTable, code: str, column: str, equal: Text | None = None) -> Text:
    """`部门公开表5 · 2101550 事业运行 · 增减额`; `equal`: what the cell must be the same as."""
    line, head = table.line(code), next(one.name for one in table.columns if one.id == column)
    assert line is not None
    label = line.name if code == "total" or not code.isdecimal() else f"{code} {line.name}"
    zh, en = f"{table.number} · {label} · {head.zh}", f"{table.number} · {label} · {head.en or head.zh}"
    return Text(zh=zh, en=en) if equal is None else Text(zh=f"{zh}＝{equal.zh}", en=f"{en} = {equal.en or equal.zh}")


def _look(budget: DepartmentBudget, place: str, projects: Mapping[str, PerformanceTable]) -> list[Decimal | None]:
    """The numbers at a place; those of a project that is not there are missing, not zero."""
    first, *rest = place.split(".")
    if len(rest) == 2:
        table = budget.table(first)
        line = None if table is None else table.line(rest[0])
        return [None if line is None else line.values.get(rest[1])]
    project = projects.get(first)
    if project is None:
        return [None]
    if rest == ["sub_projects"]:
        return [one.amount for one in project.funds.sub_projects]
    amount: Amount = project.funds.annual if rest == ["annual"] else project.funds.mid_term
    return [amount.total]


def _sum(
    subject: str, name: Text, left: Sequence[Decimal | None], right: Sequence[Decimal | None],
    tolerance: Decimal, rule: str,
) -> Finding:  # fmt: skip
    """Left = right; a blank cell among parts of a printed total counts as nothing, a side without any number is
    missing."""
    lefts, rights = ([one for one in side if one is not None] for side in (left, right))
    sides = [" + ".join(printed(one) for one in side) or "—" for side in (lefts, rights)]
    if not lefts or not rights:
        return Finding(subject, name, " = ".join(sides), None, tolerance, rule)
    totals = [sum(map(Fraction, side), Fraction(0)) for side in (lefts, rights)]
    told = sides[0] if len(lefts) == 1 else f"{sides[0]} = {exact(totals[0])}"
    if totals[0] == totals[1]:
        text = f"{sides[1]} = {told}"
    else:
        worked = sides[1] if len(rights) == 1 else f"{sides[1]} = {exact(totals[1])}"
        text = f"{worked} ≠ {told}"
    return Finding(subject, name, text, totals[0] - totals[1], tolerance, rule)


def _times(subject: str, check: TimesCheck, result: Decimal | None, of: Decimal | None) -> Finding:
    if result is None or of is None:
        return Finding(subject, check.name, "—", None, check.tolerance, "times")
    worked = Fraction(check.factor) * Fraction(of)
    sign = "=" if worked == Fraction(result) else "≠"
    text = f"{printed(check.factor)} × {printed(of)} = {exact(worked)} {sign} {printed(result)}"
    if sign == "=":
        text = f"{printed(check.factor)} × {printed(of)} = {printed(result)}"
    return Finding(subject, check.name, text, Fraction(result) - worked, check.tolerance, "times")


def _change(
    subject: str, name: Text, result: Decimal | None, after: Decimal | None, before: Decimal | None, tolerance: Decimal
) -> Finding:
    if result is None or after is None or before is None:
        shown = [printed(one) if one is not None else "—" for one in (after, before, result)]
        return Finding(subject, name, f"{shown[0]} − {shown[1]} = {shown[2]}", None, tolerance, "change")
    worked = Fraction(after) - Fraction(before)
    text = f"{printed(after)} − {printed(before)} = {exact(worked)}"
    if worked != Fraction(result):
        text += f" ≠ {printed(result)}"
    return Finding(subject, name, text, Fraction(result) - worked, tolerance, "change")


def _share(
    subject: str, name: Text, result: Decimal | None, part: Decimal | None, whole: Sequence[Decimal | None],
    tolerance: Decimal, rule: str,
) -> Finding:  # fmt: skip
    below = " + ".join("—" if one is None else printed(one) for one in whole)
    below = below if len(whole) == 1 else f"({below})"
    known = [Fraction(one) for one in whole if one is not None]
    if result is None or part is None or len(known) < len(whole) or sum(known) == 0:
        shown = ["—" if one is None else printed(one) for one in (part, result)]
        return Finding(subject, name, f"{shown[0]} ÷ {below} × 100 = {shown[1]}%", None, tolerance, rule)
    worked = Fraction(part) / sum(known, Fraction(0)) * 100
    text = f"{printed(part)} ÷ {below} × 100 {equals(worked, 1)}% · {printed(result)}% (±{tolerance:f})"
    return Finding(subject, name, text, Fraction(result) - worked, tolerance, rule)
