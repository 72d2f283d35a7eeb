"""What holds for every year: shares add up to the whole, more is never less, nobody pays the same money twice."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from monitor.pooling.amounts import plus
from monitor.pooling.cases import Employees, Residents
from monitor.pooling.employees import work_out_employees
from monitor.pooling.residents import work_out_residents
from monitor.pooling.rules import load_rules
from monitor.shipped import find_shipped

RULES = load_rules(find_shipped("data/pooling/chongqing-2011.yaml"))
amounts = st.decimals(min_value=0, max_value=10**15, places=4)
positive = st.decimals(min_value=Decimal("0.0001"), max_value=10**15, places=4)
classes = st.sampled_from([one.id for one in RULES.employees.classes])
employees = st.builds(Employees, positive, amounts, positive, amounts, amounts, st.just(True), classes)
residents = st.builds(
    Residents, amounts, st.booleans(), amounts, amounts, amounts, amounts, amounts, st.booleans(), amounts
)


@given(employees)
def test_employees_shares_add_up(case: Employees) -> None:
    found = work_out_employees(RULES.employees, case).amounts
    assert None not in found.values()
    told = {name: amount for name, amount in found.items() if amount is not None}
    assert told["city"] + told["district"] == told["overspent"]
    assert told["district_balance"] + told["district_government"] == told["district"]
    assert told["shortfall_balance"] + told["shortfall_government"] == told["shortfall"]
    assert case.balance is not None and case.task is not None and case.collected is not None
    assert plus(told["shortfall_balance"], told["district_balance"], told["balance_left"]) == case.balance
    assert min(told.values()) >= 0
    assert told["surplus"] == 0 or told["shortfall"] == 0
    assert told["savings"] == 0 or told["overspent"] == 0
    assert case.collected - told["surplus"] + told["shortfall"] == told["floor"] == case.task * 95 / 100
    # whichever claim the balance is used for first, the government pays what it does not cover
    claims = plus(told["shortfall"], told["district"])
    assert told["government"] == max(claims - case.balance, 0)


@given(employees, amounts)
def test_collecting_more_never_keeps_less_nor_owes_more(case: Employees, more: Decimal) -> None:
    assert case.collected is not None
    before = work_out_employees(RULES.employees, case).amounts
    richer = Employees(**{**case.__dict__, "collected": case.collected + more})
    after = work_out_employees(RULES.employees, richer).amounts
    for name, sign in (("surplus_kept", 1), ("shortfall", -1), ("government", -1)):
        old, new = before[name], after[name]
        assert old is not None and new is not None and sign * (new - old) >= 0


@given(residents)
def test_residents_sources_fill_the_gap(case: Residents) -> None:
    if case.first:
        case = Residents(**{**case.__dict__, "held": None})
    found = work_out_residents(RULES.residents, case).amounts
    told = {name: amount for name, amount in found.items() if amount is not None}
    assert set(found) - set(told) <= {"difference"}
    assert told["from_balance"] + told["support"] + told["finance"] == told["gap"]
    assert told["district"] + told["support"] == told["gap"]
    assert case.balance is not None and told["from_balance"] + told["balance_left"] == case.balance
    assert min(amount for name, amount in told.items() if name != "difference") >= 0
    assert told["left"] == 0 or told["gap"] == 0
    if not case.met or told["deducted"]:
        assert told["support"] == 0


@given(employees, st.sampled_from(["task", "collected", "target", "spent", "balance", "met", "class_"]))
def test_a_missing_input_invents_nothing(case: Employees, name: str) -> None:
    """What can still be told without an input is what is told with it."""
    whole = work_out_employees(RULES.employees, case).amounts
    less = work_out_employees(RULES.employees, Employees(**{**case.__dict__, name: None})).amounts
    assert all(amount is None or amount == whole[key] for key, amount in less.items())
