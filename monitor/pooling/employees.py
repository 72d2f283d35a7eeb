"""The employees' scheme: collection against its task, savings kept, overspending shared by class of district.

The rules are those of the city's file (`EmployeesRules`); the example is 渝办发〔2011〕293号, first measure, 二（四）2,
二（五）. What the text leaves open is settled so, and said in a remark wherever it matters:

- The shortfall is paid from the balance before the district's part of overspending: that is the order of the text. What
  the government pays in all does not depend on it.
- What is kept of a year (`kept`) is for later years (用于今后弥补), so no claim of the same year is paid from it.
"""

from __future__ import annotations

from decimal import Decimal

from .amounts import Said, less, plain, plus, times
from .cases import Employees, field_of
from .outcome import EMPLOYEES_AMOUNTS, Outcome, Part, Working
from .rules import EmployeesRules

_COLLECTION = Said("超收留存，差额弥补", "Collection: surplus kept, shortfall made up")
_SPENDING = Said("节支留存，缺口分担", "Expenditure: savings kept, overspending shared")
_BALANCE = Said("结余、政府负担与留存", "Balance, government and what is kept")
_NO_BALANCE = Said(
    "没有统筹结余数，不能分出结余与政府各付多少", "without the pooled balance nobody can say who pays what"
)


def work_out_employees(rules: EmployeesRules, case: Employees) -> Outcome:
    """What comes of a year. Exact; amounts are in the unit of the inputs."""
    amounts: dict[str, Decimal | None] = dict.fromkeys(EMPLOYEES_AMOUNTS)
    parts = (_collection(rules, case, amounts), _spending(rules, case, amounts), _balance(case, amounts))
    return Outcome("employees", amounts, parts)


def _collection(rules: EmployeesRules, case: Employees, amounts: dict[str, Decimal | None]) -> Part:
    work = Working(amounts)
    title, quotes = _COLLECTION, ("surplus", "shortfall", "unified")
    if case.task is not None:
        said = Said(f"征收任务的 {_percent(rules.floor)}", f"{_percent(rules.floor)} of the task")
        formula = f"{plain(case.task)} × {plain(rules.floor)}"
        floor = work.step("floor", said, formula, times(case.task, rules.floor), "surplus", "shortfall")
    if case.task is None or case.collected is None:
        work.missing += [field_of("employees", name) for name in ("task", "collected") if getattr(case, name) is None]
        return work.part("collection", title, *quotes)
    if case.collected > floor:
        _surplus(rules, work, case.collected, floor)
    elif case.collected < floor:
        work.nothing("surplus", "surplus_kept")
        said = Said("低于该线的差额", "short of it")
        formula = f"{plain(floor)} − {plain(case.collected)}"
        shortfall = work.step("shortfall", said, formula, less(floor, case.collected), "shortfall")
        _paid(work, shortfall, case.balance, "shortfall", "shortfall")
    else:
        work.nothing("surplus", "surplus_kept", "shortfall", "shortfall_balance", "shortfall_government")
        work.remarks.append(
            Said(
                "恰好等于该线：既未超过，也未低于，没有留存也没有差额",
                "exactly at the floor: neither surplus nor shortfall",
            )
        )
    return work.part("collection", title, *quotes)


def _surplus(rules: EmployeesRules, work: Working, collected: Decimal, floor: Decimal) -> None:
    work.nothing("shortfall", "shortfall_balance", "shortfall_government")
    said = Said("超出该线的部分", "above it")
    surplus = work.step("surplus", said, f"{plain(collected)} − {plain(floor)}", less(collected, floor), "surplus")
    said = Said(f"其中 {_percent(rules.surplus_kept)} 留存区县", f"of it {_percent(rules.surplus_kept)} stay")
    formula = f"{plain(surplus)} × {plain(rules.surplus_kept)}"
    work.step("surplus_kept", said, formula, times(surplus, rules.surplus_kept), "surplus")
    work.remarks.append(
        Said(
            "其余部分的去向本款没有写；基金由全市统一管理、核算和拨付使用",
            "where the rest goes the paragraph does not say; the fund is managed as one for the whole city",
        )
    )


def _spending(rules: EmployeesRules, case: Employees, amounts: dict[str, Decimal | None]) -> Part:
    work = Working(amounts)
    quotes = ("savings", "overspending", "classes")
    if case.met is None:
        work.missing.append(field_of("employees", "met"))
        work.remarks.append(
            Said(
                "本条在“完成目标考核任务后”才适用；是否完成还不知道，因此只列规则，不给结果",
                "this applies only once the assessed targets are met; whether they are is not known, so the rule is"
                " shown and no result",
            )
        )
    elif not case.met:
        work.remarks.append(
            Said(
                "没有完成目标考核任务：本条不适用，因此只列规则，不给结果；未完成时缺口由谁承担，原文没有写",
                "the assessed targets were missed: this does not apply, so the rule is shown and no result; who bears"
                " the gap then the text does not say",
            )
        )
    elif case.target is None or case.spent is None:
        work.missing += [field_of("employees", name) for name in ("target", "spent") if getattr(case, name) is None]
    elif case.spent <= case.target:
        _saved(rules, work, case.target, case.spent)
    else:
        _overspent(rules, work, case, case.target, case.spent)
    return work.part("spending", _SPENDING, *quotes)


def _saved(rules: EmployeesRules, work: Working, target: Decimal, spent: Decimal) -> None:
    work.nothing("overspent", "city", "district", "district_balance", "district_government")
    said = Said("未超过支出指标，节支", "within the target, saved")
    savings = work.step("savings", said, f"{plain(target)} − {plain(spent)}", less(target, spent), "savings")
    said = Said(f"其中 {_percent(rules.savings_kept)} 留存区县", f"of it {_percent(rules.savings_kept)} stay")
    formula = f"{plain(savings)} × {plain(rules.savings_kept)}"
    work.step("savings_kept", said, formula, times(savings, rules.savings_kept), "savings")


def _overspent(rules: EmployeesRules, work: Working, case: Employees, target: Decimal, spent: Decimal) -> None:
    work.nothing("savings", "savings_kept")
    said = Said("超过支出指标，超支", "above the target, overspent")
    over = work.step("overspent", said, f"{plain(spent)} − {plain(target)}", less(spent, target), "overspending")
    if case.class_ is None:
        work.missing.append(field_of("employees", "class"))
        return
    shares = rules.class_of(case.class_)
    name_en = shares.name.en or shares.id
    said = Said(f"{shares.name.zh}：市级承担 {_percent(shares.city)}", f"{name_en}: city {_percent(shares.city)}")
    work.step(
        "city", said, f"{plain(over)} × {plain(shares.city)}", times(over, shares.city), "overspending", "classes"
    )
    said = Said(
        f"{shares.name.zh}：区县承担 {_percent(shares.district)}", f"{name_en}: district {_percent(shares.district)}"
    )
    formula = f"{plain(over)} × {plain(shares.district)}"
    district = work.step("district", said, formula, times(over, shares.district), "overspending", "classes")
    before = work.amounts["shortfall_balance"]
    if before is None and case.balance is not None:
        # the shortfall comes first, so what it leaves of the balance is not known
        work.missing += [field_of("employees", name) for name in ("task", "collected") if getattr(case, name) is None]
        return
    if before:
        work.remarks.append(
            Said(
                "结余先用于征收差额，再用于超支：原文没有规定先后，这里按条文次序；政府负担的总数不因次序而变",
                "the balance is used for the shortfall first, then for overspending: the text lays down no order, this"
                " is that of its paragraphs; what the government pays in all does not depend on it",
            )
        )
    left = None if case.balance is None else less(case.balance, before or Decimal(0))
    _paid(work, district, left, "district", "overspending")


def _paid(work: Working, claim: Decimal, balance: Decimal | None, name: str, quote: str) -> None:
    """A claim on the balance first, on the district government for the rest."""
    if balance is None:
        work.missing.append(field_of("employees", "balance"))
        work.remarks.append(_NO_BALANCE)
        return
    said = Said("先由统筹结余支付", "from the pooled balance first")
    formula = f"min({plain(claim)}, {plain(balance)})"
    paid = work.step(f"{name}_balance", said, formula, min(claim, balance), quote, "balance")
    said = Said("不足部分由区县政府负担", "the rest from the district government")
    work.step(f"{name}_government", said, f"{plain(claim)} − {plain(paid)}", less(claim, paid), quote)


def _balance(case: Employees, amounts: dict[str, Decimal | None]) -> Part:
    """What the year takes from the balance and the government in all, and what it adds for later years."""
    work = Working(amounts)
    one, other = amounts["shortfall_government"], amounts["district_government"]
    if one is not None and other is not None:
        said = Said("区县政府负担合计", "the district government in all")
        work.step("government", said, f"{plain(one)} + {plain(other)}", plus(one, other), "shortfall", "overspending")
    first, second = amounts["shortfall_balance"], amounts["district_balance"]
    if first is not None and second is not None:
        if case.balance is None:
            work.missing.append(field_of("employees", "balance"))
        else:
            said = Said("统筹结余支付后剩余", "left of the pooled balance")
            formula = f"{plain(case.balance)} − {plain(first)} − {plain(second)}"
            work.step("balance_left", said, formula, less(less(case.balance, first), second), "balance")
    surplus, savings = amounts["surplus_kept"], amounts["savings_kept"]
    if surplus is not None and savings is not None:
        said = Said("本年留存合计，用于今后", "kept of this year, for later years")
        work.step("kept", said, f"{plain(surplus)} + {plain(savings)}", plus(surplus, savings), "surplus", "savings")
        if surplus or savings:
            work.remarks.append(
                Said(
                    "留存“用于今后弥补”，因此不用于支付本年的差额和超支",
                    "what is kept is for later years, so nothing of this year is paid from it",
                )
            )
    return work.part("balance", _BALANCE, "balance")


def _percent(rate: Decimal) -> str:
    return f"{plain(times(rate, Decimal(100)))}%"
