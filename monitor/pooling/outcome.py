"""What comes of a district's year: amounts by name, the steps that led to them, and what is missing for others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from .amounts import Said, money
from .cases import Field
from .rules import Scheme


@dataclass(frozen=True)
class Step:
    """One line of the arithmetic: what it is, `formula` = `amount`, and the names of the quotations that say so."""

    name: str
    said: Said
    formula: str
    amount: Decimal
    quotes: tuple[str, ...]

    @property
    def shown(self) -> Said:
        return money(self.amount)


@dataclass(frozen=True)
class Part:
    """One rule's share of the year.

    `missing`: inputs without which it cannot go on. `remarks`: what the text leaves open, or why there is no result.
    `quotes`: every quotation that bears on it, also where there is no result.
    """

    name: str
    title: Said
    steps: tuple[Step, ...]
    quotes: tuple[str, ...]
    missing: tuple[Field, ...] = ()
    remarks: tuple[Said, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """`amounts`: every amount of the scheme (AMOUNTS), None where there is no result; missing is never zero."""

    scheme: Scheme
    amounts: Mapping[str, Decimal | None]
    parts: tuple[Part, ...]

    @property
    def missing(self) -> tuple[Field, ...]:
        """Each input that something waits for, once."""
        return tuple(dict.fromkeys(one for part in self.parts for one in part.missing))


@dataclass
class Working:
    """A part while it is worked out: steps add their amounts to those of the year."""

    amounts: dict[str, Decimal | None]
    steps: list[Step] = field(default_factory=list)
    missing: list[Field] = field(default_factory=list)
    remarks: list[Said] = field(default_factory=list)

    def step(self, name: str, said: Said, formula: str, amount: Decimal, *quotes: str) -> Decimal:
        """One line of the arithmetic; gives its amount."""
        self.steps.append(Step(name, said, formula, amount, quotes))
        self.amounts[name] = amount
        return amount

    def nothing(self, *names: str) -> None:
        """What the rule makes 0, without a line of its own."""
        self.amounts |= dict.fromkeys(names, Decimal(0))

    def part(self, name: str, title: Said, *quotes: str) -> Part:
        return Part(name, title, tuple(self.steps), quotes, tuple(self.missing), tuple(self.remarks))


EMPLOYEES_AMOUNTS: Mapping[str, Said] = {
    "floor": Said("任务的95%线", "Floor of the task"),
    "surplus": Said("超出部分", "Collected above the floor"),
    "surplus_kept": Said("超收留存", "Surplus kept"),
    "shortfall": Said("差额", "Shortfall"),
    "shortfall_balance": Said("差额：结余支付", "Shortfall: from the balance"),
    "shortfall_government": Said("差额：区县政府弥补", "Shortfall: from the government"),
    "savings": Said("节支", "Savings"),
    "savings_kept": Said("节支留存", "Savings kept"),
    "overspent": Said("超支", "Overspending"),
    "city": Said("超支：市级承担", "Overspending: city"),
    "district": Said("超支：区县承担", "Overspending: district"),
    "district_balance": Said("超支：结余支付", "Overspending: from the balance"),
    "district_government": Said("超支：区县政府负担", "Overspending: from the government"),
    "government": Said("区县政府合计", "District government in all"),
    "balance_left": Said("结余剩余", "Balance left"),
    "kept": Said("留存合计", "Kept in all"),
}
RESIDENTS_AMOUNTS: Mapping[str, Said] = {
    "level": Said("调剂金应有水平", "Level of the fund"),
    "difference": Said("与此前的差额", "Difference to what is held"),
    "due": Said("应上解", "To pay in"),
    "deducted": Said("未到位扣收", "Deducted in the accounts"),
    "left": Said("当期结余", "Left of the year"),
    "gap": Said("当期缺口", "Gap of the year"),
    "from_balance": Said("缺口：历年结余", "Gap: balance of past years"),
    "support": Said("缺口：市级调剂金", "Gap: adjustment fund"),
    "finance": Said("缺口：本地区财政", "Gap: district's finance"),
    "district": Said("区县承担合计", "Borne by the district"),
    "balance_left": Said("结余剩余", "Balance left"),
}
AMOUNTS: Mapping[Scheme, Mapping[str, Said]] = {"employees": EMPLOYEES_AMOUNTS, "residents": RESIDENTS_AMOUNTS}
