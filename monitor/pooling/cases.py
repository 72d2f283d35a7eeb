"""A district's year as it is typed: the fields of each scheme, and what their texts may say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from .amounts import Said, read_amount
from .rules import Rules, Scheme

Kind = Literal["money", "answer", "class"]


@dataclass(frozen=True)
class Field:
    """One input. `heads`: further heads of a table's column that mean it."""

    name: str
    kind: Kind
    said: Said
    heads: tuple[str, ...] = ()


_MET = Field("met", "answer", Said("完成目标考核任务", "Assessed targets met"), ("完成考核",))
EMPLOYEES_FIELDS = (
    Field("task", "money", Said("基金征收任务", "Collection task"), ("征收任务",)),
    Field("collected", "money", Said("实际征收", "Collected"), ("征收",)),
    Field("target", "money", Said("支出指标", "Expenditure target"), ("基金支出指标",)),
    Field("spent", "money", Said("实际支出", "Actual expenditure"), ("支出",)),
    Field("balance", "money", Said("统筹结余", "Pooled balance"), ("统筹结余基金", "结余")),
    _MET,
    Field("class", "class", Said("区县类别", "Class of district"), ("类别",)),
)
RESIDENTS_FIELDS = (
    Field("funding", "money", Said("当年筹资总额", "Year's total funding"), ("筹资总额",)),
    Field("first", "answer", Said("首次上解年度", "First year of paying in"), ("首次上解",)),
    Field("held", "money", Said("此前已上解", "Held in the fund before"), ("已上解",)),
    Field("paid", "money", Said("本年实际上解", "Paid in this year"), ("实际上解",)),
    Field("income", "money", Said("当期基金收入", "Fund's income of the year"), ("当期收入",)),
    Field("spent", "money", Said("当期基金支出", "Fund's expenditure of the year"), ("当期支出",)),
    Field("balance", "money", Said("历年滚存结余", "Balance of past years"), ("滚存结余", "结余")),
    _MET,
    Field("subsidy", "money", Said("市级调剂金补助", "Support of the adjustment fund"), ("调剂补助",)),
)
FIELDS: Mapping[Scheme, tuple[Field, ...]] = {"employees": EMPLOYEES_FIELDS, "residents": RESIDENTS_FIELDS}

_ANSWERS = {
    True: ("yes", "y", "true", "是", "完成", "已完成"),
    False: ("no", "n", "false", "否", "未完成"),
    None: ("", "unknown", "未知", "—", "-", "n/a"),
}  # fmt: skip
_ANSWER_OF = {text: answer for answer, texts in _ANSWERS.items() for text in texts}
# A task or target of nothing is none: what is not laid down is left empty.
_POSITIVE = frozenset({"task", "target"})


@dataclass(frozen=True)
class Employees:
    """A year of the employees' scheme; amounts in one unit, None where nobody said. `class_`: an id of the rules."""

    task: Decimal | None = None
    collected: Decimal | None = None
    target: Decimal | None = None
    spent: Decimal | None = None
    balance: Decimal | None = None
    met: bool | None = None
    class_: str | None = None


@dataclass(frozen=True)
class Residents:
    """A year of the residents' scheme. `held`: what the district had in the adjustment fund before this year."""

    funding: Decimal | None = None
    first: bool | None = None
    held: Decimal | None = None
    paid: Decimal | None = None
    income: Decimal | None = None
    spent: Decimal | None = None
    balance: Decimal | None = None
    met: bool | None = None
    subsidy: Decimal | None = None


Case = Employees | Residents


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with the text of a field, and what to write instead."""

    field: str
    text: str
    said: Said


def field_of(scheme: Scheme, name: str) -> Field:
    """Raises KeyError."""
    return {field.name: field for field in FIELDS[scheme]}[name]


def read_case(rules: Rules, scheme: Scheme, texts: Mapping[str, str]) -> tuple[Case, tuple[FieldProblem, ...]]:
    """The year that the texts (by name of field) tell, and every fault; what has a fault is left out of the year."""
    values: dict[str, Decimal | bool | str | None] = {}
    problems = []
    for field in FIELDS[scheme]:
        text = texts.get(field.name, "")
        read = _READERS[field.kind](rules, text)
        if field.name in _POSITIVE and read == 0 and isinstance(read, Decimal):
            read = Said("须大于 0；未下达就留空", "must be greater than 0; leave it empty if none was laid down")
        if isinstance(read, Said):
            problems.append(FieldProblem(field.name, text, read))
            read = None
        values["class_" if field.name == "class" else field.name] = read
    case: Case = Employees(**values) if scheme == "employees" else Residents(**values)  # type: ignore[arg-type]
    return case, tuple(problems) or _contradictions(case, texts)


def _contradictions(case: Case, texts: Mapping[str, str]) -> tuple[FieldProblem, ...]:
    if isinstance(case, Residents) and case.first and case.held:
        said = Said(
            "首次上解的年度此前没有上解；请留空，或把首次上解年度改为“否”",
            "nothing can be held before the first year; leave it empty, or say that this is not the first year",
        )
        return (FieldProblem("held", texts.get("held", ""), said),)
    return ()


def _money(_rules: Rules, text: str) -> Decimal | Said | None:
    return read_amount(text)


def _answer(_rules: Rules, text: str) -> bool | Said | None:
    folded = text.strip().lower()
    if folded in _ANSWER_OF:
        return _ANSWER_OF[folded]
    return Said("请写 是、否，不知道就写 未知 或留空", "write yes or no; write unknown or leave it empty if not known")


def _class(rules: Rules, text: str) -> str | Said | None:
    folded = text.strip().lower()
    if not folded:
        return None
    classes = rules.employees.classes
    for one in classes:
        if folded in {one.id, one.name.zh.lower(), (one.name.en or one.id).lower()}:
            return one.id
    zh = "、".join(one.name.zh for one in classes)
    en = ", ".join(one.id for one in classes)
    return Said(f"没有这一类；可写 {zh}", f"no such class; write one of {en}")


_READERS = {"money": _money, "answer": _answer, "class": _class}
