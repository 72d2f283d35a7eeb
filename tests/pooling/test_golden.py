"""Cases worked out by hand from the text of 渝办发〔2011〕293号; None: there must be no result."""

from __future__ import annotations

from decimal import Decimal

import pytest

from .conftest import Work

# what is typed, separated by blanks → amounts
EMPLOYEES = (
    # collection, 二（四）2
    ("task=10000 collected=9800", "floor=9500 surplus=300 surplus_kept=150 shortfall=0 shortfall_government=0"),
    ("task=10000 collected=9300", "floor=9500 shortfall=200 shortfall_balance=None shortfall_government=None"),
    ("task=10000 collected=9300 balance=120", "shortfall=200 shortfall_balance=120 shortfall_government=80"),
    ("task=10000 collected=9300 balance=500", "shortfall=200 shortfall_balance=200 shortfall_government=0"),
    ("task=10000 collected=9300 balance=0", "shortfall=200 shortfall_balance=0 shortfall_government=200"),
    ("task=10000 collected=9500", "surplus=0 surplus_kept=0 shortfall=0 shortfall_balance=0 shortfall_government=0"),
    ("task=10000 collected=9500.01", "surplus=0.01 surplus_kept=0.005 shortfall=0"),
    ("task=10000 collected=9499.99 balance=1", "shortfall=0.01 shortfall_balance=0.01 shortfall_government=0"),
    ("task=10000 collected=12000", "surplus=2500 surplus_kept=1250"),
    ("task=10000 collected=0 balance=9000", "shortfall=9500 shortfall_balance=9000 shortfall_government=500"),
    ("task=0.01 collected=0.01", "floor=0.0095 surplus=0.0005 surplus_kept=0.00025"),
    ("collected=9800", "floor=None surplus=None shortfall=None surplus_kept=None"),
    ("task=10000", "floor=9500 surplus=None shortfall=None"),
    # savings and overspending, 二（五）
    ("target=9000 spent=8500 met=yes", "savings=500 savings_kept=300 overspent=0 city=0 district=0"),
    ("target=9000 spent=9000 met=yes", "savings=0 savings_kept=0 overspent=0 city=0 district=0"),
    ("target=9000 spent=10000 met=yes class=core balance=0 task=100 collected=95",
     "overspent=1000 city=500 district=500 district_balance=0 district_government=500 savings_kept=0"),
    ("target=9000 spent=10000 met=yes class=centre", "overspent=1000 city=550 district=450 district_balance=None"),
    ("target=9000 spent=10000 met=yes class=other", "overspent=1000 city=600 district=400 district_government=None"),
    ("target=9000 spent=10000 met=yes", "overspent=1000 city=None district=None government=None"),
    ("target=9000 spent=8500 met=no", "savings=None savings_kept=None overspent=None kept=None"),
    ("target=9000 spent=8500", "savings=None savings_kept=None overspent=None"),
    ("target=9000 spent=10000 met=unknown class=core", "overspent=None city=None district=None"),
    ("spent=8500 met=yes", "savings=None overspent=None"),
    # both claims on one balance: the shortfall first, what the government pays in all is the same either way
    ("task=10000 collected=9300 target=9000 spent=10000 met=yes class=other balance=300",
     "shortfall_balance=200 district_balance=100 district_government=300 government=300 balance_left=0"),
    ("task=10000 collected=9300 target=9000 spent=10000 met=yes class=other balance=120",
     "shortfall_balance=120 shortfall_government=80 district_balance=0 district_government=400 government=480"),
    # what is kept of a year pays nothing of the same year
    ("task=10000 collected=9800 target=9000 spent=10000 met=yes class=core balance=0",
     "surplus_kept=150 kept=150 district_balance=0 district_government=500 government=500 balance_left=0"),
    ("task=10000 collected=9800 target=9000 spent=8500 met=yes balance=40", "kept=450 government=0 balance_left=40"),
    # how much of the balance the shortfall takes is not known, so neither is what is left for overspending
    ("target=9000 spent=10000 met=yes class=core balance=100", "district=500 district_balance=None government=None"),
)  # fmt: skip
RESIDENTS = (
    # the adjustment fund, 六（四）
    ("funding=5000 first=yes", "level=400 due=400 deducted=None"),
    ("funding=5000 first=yes paid=400", "due=400 deducted=0"),
    ("funding=5000 first=yes paid=350", "due=400 deducted=50"),
    ("funding=5500 first=no held=400 paid=40", "level=440 difference=40 due=40 deducted=0"),
    ("funding=5000 first=no held=400", "difference=0 due=0 deducted=0"),
    ("funding=4500 first=no held=400", "level=360 difference=-40 due=0 deducted=0"),
    ("funding=5000 first=no", "level=400 difference=None due=None deducted=None"),
    ("funding=5000", "level=400 due=None"),
    ("first=yes paid=400", "level=None due=None deducted=None"),
    # the gap, 六（一）and（三）
    ("income=5000 spent=4800", "left=200 gap=0 support=0 finance=0 district=0"),
    ("income=5000 spent=5000", "left=0 gap=0 district=0"),
    ("funding=5000 first=yes paid=400 income=5000 spent=5300 balance=100 met=yes subsidy=120",
     "gap=300 from_balance=100 support=120 finance=80 district=180 balance_left=0"),
    ("funding=5000 first=yes paid=400 income=5000 spent=5300 balance=500 met=yes",
     "from_balance=300 support=0 finance=0 district=300 balance_left=200"),
    ("funding=5000 first=yes paid=400 income=5000 spent=5300 balance=100 met=yes",
     "from_balance=100 support=None finance=None district=None"),
    ("income=5000 spent=5300 balance=100 met=no subsidy=120",
     "support=0 district=300 from_balance=100 finance=200"),
    ("funding=5000 first=yes paid=350 income=5000 spent=5300 balance=100 met=yes subsidy=120",
     "deducted=50 support=0 district=300 finance=200"),
    ("income=5000 spent=5300 balance=100 subsidy=120", "gap=300 from_balance=None support=None district=None"),
    ("funding=5000 first=yes income=5000 spent=5300 balance=100 met=yes subsidy=120", "support=None district=None"),
    ("income=5000 spent=5300 met=no", "gap=300 support=0 district=300 from_balance=None finance=None"),
    ("income=5000 balance=100", "gap=None left=None"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("scheme", "typed", "wanted"),
    [*(("employees", *case) for case in EMPLOYEES), *(("residents", *case) for case in RESIDENTS)],
)
def test_what_comes_of_a_year(work: Work, scheme: str, typed: str, wanted: str) -> None:
    amounts = work(scheme, **dict(part.split("=") for part in typed.split())).amounts
    for name, amount in (part.split("=") for part in wanted.split()):
        assert amounts[name] == (None if amount == "None" else Decimal(amount)), name


def test_each_step_says_its_arithmetic_and_its_rule(work: Work) -> None:
    outcome = work("employees", task="10,000", collected="9,300", balance="120")
    told = [(step.formula, step.shown.zh, step.quotes[0]) for step in outcome.parts[0].steps]
    assert told == [
        ("10,000 × 0.95", "9,500", "surplus"),
        ("9,500 − 9,300", "200", "shortfall"),
        ("min(200, 120)", "120", "shortfall"),
        ("200 − 120", "80", "shortfall"),
    ]


def test_rounding_is_said_beside_the_exact_amount(work: Work) -> None:
    (floor, *_), _, _ = (part.steps or (None,) for part in work("employees", task="0.3", collected="0.3").parts)
    assert floor is not None
    assert floor.shown.zh == "0.285（四舍五入到两位小数为 0.29）"
    assert floor.shown.en == "0.285 (rounded half up to two decimals: 0.29)"


def test_missing_inputs_are_named(work: Work) -> None:
    outcome = work("employees", collected="9800", target="9000", spent="10000", met="yes")
    assert [field.name for field in outcome.missing] == ["task", "class"]
    outcome = work("residents", funding="5000", first="no", income="5")
    assert [field.name for field in outcome.missing] == ["held", "spent"]


@pytest.mark.parametrize(
    ("scheme", "typed", "said"),
    [
        ("employees", "target=9000 spent=8500 met=no", "没有完成目标考核任务"),
        ("employees", "target=9000 spent=8500", "还不知道"),
        ("employees", "task=10000 collected=9500", "恰好"),
        ("employees", "task=10000 collected=9300 balance=9 target=9 spent=19 met=yes class=core", "没有规定先后"),
        ("employees", "task=10000 collected=9800 target=9 spent=9 met=yes", "用于今后弥补"),
        ("residents", "funding=4500 first=no held=400", "没有写多出部分是否退还"),
        ("residents", "funding=5000 first=yes paid=401", "没有写如何处理"),
        ("residents", "income=5 spent=6 met=no subsidy=1 balance=0", "不计"),
        ("residents", "income=5 spent=6 met=yes funding=1 first=yes paid=1 subsidy=3 balance=0", "请核对"),
    ],
)
def test_what_the_text_leaves_open_is_said(work: Work, scheme: str, typed: str, said: str) -> None:
    outcome = work(scheme, **dict(part.split("=") for part in typed.split()))
    assert any(said in remark.zh for part in outcome.parts for remark in part.remarks)
