"""The residents' scheme: what a district pays into the city's adjustment fund, and who bears its gap of the year.

The rules are those of the city's file (`ResidentsRules`); the example is 渝办发〔2011〕293号, second measure, 六.
What the text leaves open is said in a remark wherever it matters; settled are these:

- The sources of a gap are used in the order in which the text names them.
- "Targets missed and payments not made" means either of the two.
- Where more is held than this year's level, nothing is to be paid; whether it is paid back the text does not say.
"""

from __future__ import annotations

from decimal import Decimal

from .amounts import Said, less, plain, plus, times
from .cases import Residents, field_of
from .outcome import RESIDENTS_AMOUNTS, Outcome, Part, Working
from .rules import ResidentsRules

_FUND = Said("上解市级调剂金", "Payment into the adjustment fund")
_GAP = Said("当期收支与缺口", "The year's balance and its gap")
_ZERO = Decimal(0)


def work_out_residents(rules: ResidentsRules, case: Residents) -> Outcome:
    """What comes of a year. Exact; amounts are in the unit of the inputs."""
    amounts: dict[str, Decimal | None] = dict.fromkeys(RESIDENTS_AMOUNTS)
    return Outcome("residents", amounts, (_fund(rules, case, amounts), _gap(case, amounts)))


def _fund(rules: ResidentsRules, case: Residents, amounts: dict[str, Decimal | None]) -> Part:
    work = Working(amounts)
    quotes = ("rate", "deducted", "changed")
    if case.funding is None:
        work.missing.append(field_of("residents", "funding"))
        return work.part("fund", _FUND, *quotes)
    percent = f"{plain(times(rules.rate, Decimal(100)))}%"
    said = Said(f"当年筹资总额的 {percent}", f"{percent} of the year's funding")
    formula = f"{plain(case.funding)} × {plain(rules.rate)}"
    level = work.step("level", said, formula, times(case.funding, rules.rate), "rate")
    due = _due(work, case, level)
    if due is not None:
        _deducted(work, case, due)
    return work.part("fund", _FUND, *quotes)


def _due(work: Working, case: Residents, level: Decimal) -> Decimal | None:
    """What is to be paid in this year; None where that cannot be said."""
    if case.first is None:
        work.missing.append(field_of("residents", "first"))
        return None
    if case.first:
        return work.step("due", Said("首次上解：全额", "first year: all of it"), plain(level), level, "rate")
    if case.held is None:
        work.missing.append(field_of("residents", "held"))
        return None
    said = Said("与此前已上解的差额", "difference to what is held")
    difference = work.step("difference", said, f"{plain(level)} − {plain(case.held)}", less(level, case.held), "rate")
    if difference < 0:
        work.remarks.append(
            Said(
                f"此前已上解比当年水平多 {plain(-difference)}：原文写“始终保持各年度筹资总额”的固定比例，"
                "但没有写多出部分是否退还；这里不退还，也不另行上解",
                f"{plain(-difference)} more is held than this year's level: the text wants the level kept, but does not"
                " say whether what is above it is paid back; here nothing is paid back, and nothing paid in",
            )
        )
    said = Said("应上解的差额", "difference to pay in")
    return work.step("due", said, f"max({plain(difference)}, 0)", max(difference, _ZERO), "rate")


def _deducted(work: Working, case: Residents, due: Decimal) -> None:
    if not due and case.paid is None:
        work.nothing("deducted")
        return
    if case.paid is None:
        work.missing.append(field_of("residents", "paid"))
        return
    said = Said("未到位，由市级财政通过财政决算扣收", "not paid, deducted by the city in its final accounts")
    formula = f"max({plain(due)} − {plain(case.paid)}, 0)"
    work.step("deducted", said, formula, max(less(due, case.paid), _ZERO), "deducted")
    if case.paid > due:
        more = plain(less(case.paid, due))
        work.remarks.append(
            Said(
                f"实际上解比应上解多 {more}：原文没有写如何处理",
                f"{more} more was paid than due: the text says nothing of it",
            )
        )


def _gap(case: Residents, amounts: dict[str, Decimal | None]) -> Part:
    work = Working(amounts)
    quotes = ("kept", "sources", "policy", "approval", "missed", "support", "separate")
    if case.income is None or case.spent is None:
        work.missing += [field_of("residents", name) for name in ("income", "spent") if getattr(case, name) is None]
        return work.part("gap", _GAP, *quotes)
    income, spent = case.income, case.spent
    if spent <= income:
        work.nothing("gap", "from_balance", "support", "finance", "district")
        said = Said("当期结余，留存当地，用于以后年度", "left of the year, stays for later years")
        work.step("left", said, f"{plain(income)} − {plain(spent)}", less(income, spent), "kept")
        _left_of_balance(work, case, _ZERO)
        return work.part("gap", _GAP, *quotes)
    work.nothing("left")
    said = Said("当期缺口", "gap of the year")
    gap = work.step("gap", said, f"{plain(spent)} − {plain(income)}", less(spent, income), "sources")
    if _is_refused(work, case):
        work.nothing("support")
        work.step("district", Said("缺口全额由区县承担", "the district bears the whole gap"), plain(gap), gap, "missed")
        _from_balance(work, case, gap, then_finance=True)
    elif case.met is not None and amounts["deducted"] is not None:
        rest = _from_balance(work, case, gap, then_finance=False)
        if rest is not None:
            _supported(work, case, gap, rest)
    else:
        _wait_for_standing(work, case)
    return work.part("gap", _GAP, *quotes)


def _is_refused(work: Working, case: Residents) -> bool:
    """Whether the adjustment fund gives nothing, whatever else is not known yet."""
    unpaid = work.amounts["deducted"]
    if case.met is False:
        said = Said("没有完成目标考核指标：市级调剂金不予补助", "the assessed targets were missed: no support")
        work.remarks.append(said)
    if unpaid:
        said = Said("没有按规定上解市级调剂金：不予补助", "the fund was not paid as prescribed: no support")
        work.remarks.append(said)
    refused = case.met is False or bool(unpaid)
    if refused and case.subsidy:
        typed = plain(case.subsidy)
        work.remarks.append(Said(f"所填补助 {typed} 因此不计", f"the support of {typed} that was typed is not counted"))
    return refused


def _wait_for_standing(work: Working, case: Residents) -> None:
    """Whether there may be support is not known."""
    if case.met is None:
        work.missing.append(field_of("residents", "met"))
    work.remarks.append(
        Said(
            "是否完成考核、是否按规定上解还不知道，能否得到调剂补助因此不能说，缺口不作分担",
            "whether the targets were met and the fund was paid is not known, so nobody can say whether there may be"
            " support, and the gap is not shared",
        )
    )


def _from_balance(work: Working, case: Residents, gap: Decimal, *, then_finance: bool) -> Decimal | None:
    """What the balance of past years leaves of the gap; None without a balance."""
    if case.balance is None:
        work.missing.append(field_of("residents", "balance"))
        return None
    said = Said("先用历年滚存结余（动用须经批准）", "from the balance of past years first (needs approval)")
    formula = f"min({plain(gap)}, {plain(case.balance)})"
    paid = work.step("from_balance", said, formula, min(gap, case.balance), "sources", "approval")
    rest = less(gap, paid)
    if then_finance:
        said = Said("其余由本地区财政补助", "the rest from the district's finance")
        work.step("finance", said, f"{plain(gap)} − {plain(paid)}", rest, "sources", "missed")
    _left_of_balance(work, case, paid)
    return rest


def _supported(work: Working, case: Residents, gap: Decimal, rest: Decimal) -> None:
    """What is left after the balance: the support that was given, then the district's own finance."""
    if not rest:
        work.nothing("support", "finance")
        work.step("district", Said("区县承担", "borne by the district"), plain(gap), gap, "sources")
        if case.subsidy:
            work.remarks.append(_too_much(case.subsidy, rest))
        return
    if case.subsidy is None:
        work.missing.append(field_of("residents", "subsidy"))
        work.remarks.append(
            Said(
                f"结余之后还有 {plain(rest)}；补助多少由另行制定的办法确定，要填写",
                f"{plain(rest)} are left after the balance; how much support there is is laid down elsewhere: enter it",
            )
        )
        return
    if case.subsidy > rest:
        work.remarks.append(_too_much(case.subsidy, rest))
    support = min(case.subsidy, rest)
    said = Said(
        "再用市级调剂金补助（数额由另行制定的办法确定）",
        "then from the adjustment fund (the amount is laid down elsewhere)",
    )
    work.step("support", said, f"min({plain(rest)}, {plain(case.subsidy)})", support, "sources", "support", "separate")
    said = Said("其余由本地区财政补助", "the rest from the district's finance")
    finance = work.step("finance", said, f"{plain(rest)} − {plain(support)}", less(rest, support), "sources")
    paid = work.amounts["from_balance"] or _ZERO
    said = Said("区县承担合计", "borne by the district in all")
    work.step("district", said, f"{plain(paid)} + {plain(finance)}", plus(paid, finance), "sources")


def _too_much(subsidy: Decimal, rest: Decimal) -> Said:
    return Said(
        f"所填补助 {plain(subsidy)} 多于结余之后的缺口 {plain(rest)}：只计 {plain(rest)}，请核对",
        f"the support of {plain(subsidy)} is more than the {plain(rest)} that the balance leaves: only"
        f" {plain(rest)} are counted; check it",
    )


def _left_of_balance(work: Working, case: Residents, paid: Decimal) -> None:
    if case.balance is not None:
        said = Said("历年滚存结余剩余", "left of the balance of past years")
        work.step("balance_left", said, f"{plain(case.balance)} − {plain(paid)}", less(case.balance, paid), "sources")
