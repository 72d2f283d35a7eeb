"""What may be typed, what a city's rules may say, and a table with everything wrong at once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from monitor.catalogue.problems import CatalogueError
from monitor.pooling.cases import Employees, Residents, read_case
from monitor.pooling.rules import Rules, parse_rules
from monitor.pooling.sheet import sheet_of
from monitor.pooling.table import TableError, sample, settle
from monitor.shipped import find_shipped

TEXT = find_shipped("data/pooling/chongqing-2011.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("field", "text", "cure"),
    [
        ("task", "-1", "cannot be negative"),
        ("task", "0", "greater than 0"),
        ("target", "0.00", "greater than 0"),
        ("task", "1e4", "scientific"),
        ("task", "95%", "not a percentage"),
        ("task", "1万", "suffix"),
        ("task", "保密", "only an amount"),
        ("task", "0.12345678901", "at most 10 decimals"),
        ("task", "9" * 29, "28 digits"),
        ("met", "maybe", "yes or no"),
        ("class", "主城", "no such class"),
    ],
)
def test_a_text_that_says_nothing_is_a_fault_with_its_cure(rules: Rules, field: str, text: str, cure: str) -> None:
    case, (problem,) = read_case(rules, "employees", {field: text})
    assert case == Employees()
    assert (problem.field, problem.text) == (field, text) and cure in problem.said.en


def test_texts_that_say_the_same(rules: Rules) -> None:
    typed = {
        "task": "１０，０００．５",
        "collected": " 9,800 ",
        "spent": "",
        "balance": "—",
        "met": "是",
        "class": "其他区县",
    }
    case, problems = read_case(rules, "employees", typed)
    assert problems == ()
    assert case == Employees(task=Decimal("10000.5"), collected=Decimal(9800), met=True, class_="other")


def test_nothing_is_held_before_the_first_year(rules: Rules) -> None:
    _, (problem,) = read_case(rules, "residents", {"first": "yes", "held": "5"})
    assert problem.field == "held"
    assert read_case(rules, "residents", {"first": "yes", "held": "0"})[0] == Residents(first=True, held=Decimal(0))


def test_a_table_is_settled_with_totals(rules: Rules) -> None:
    content = "区县,征收任务,实际征收,统筹结余\r\n甲,10000,9800,0\r\n乙,10000,9300,120\r\n".encode("gb18030")
    settlement = settle(rules, "employees", content)
    assert settlement.total("surplus_kept") == 150
    assert settlement.total("shortfall_government") == 80
    assert settlement.total("city") is None and settlement.known("city") == []
    sheet = sheet_of(rules, settlement)
    heads = [head.zh for head in sheet.heads]
    (total,) = sheet.totals
    assert total[heads.index("差额：区县政府弥补")] == 80 and total[heads.index("支出指标")] is None


def test_a_part_of_a_total_is_not_called_the_total(rules: Rules) -> None:
    settlement = settle(rules, "employees", sample("employees"))
    assert settlement.is_synthetic
    sheet = sheet_of(rules, settlement)
    place = [head.zh for head in sheet.heads].index("超支：市级承担")
    whole, known = sheet.totals
    assert whole[place] is None and known[place] == 1150
    assert sheet.rows[3][-2].zh == "没有完成目标考核任务"  # type: ignore[union-attr]


def test_both_samples_can_be_settled(rules: Rules) -> None:
    for scheme in ("employees", "residents"):
        assert len(settle(rules, scheme, sample(scheme)).lines) == 4  # type: ignore[arg-type]


def test_every_problem_of_a_table_is_told_at_once(rules: Rules) -> None:
    content = "\n".join(
        ["district,task,collected,class", "甲,1e4,-5,core", ",1,1,x", "甲,1,1,core", "乙,1,1,core,9"]
    ).encode()
    with pytest.raises(TableError) as raised:
        settle(rules, "employees", content)
    told = [(one.row, one.column, one.text) for one in raised.value.problems]
    assert told == [
        (2, "task", "1e4"),
        (2, "collected", "-5"),
        (3, "district", ""),
        (3, "class", "x"),
        (4, "district", "甲"),
        (5, "", "乙,1,1,core,9"),
    ]
    assert all(one.said.zh and one.said.en for one in raised.value.problems)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no head"),
        (b"task\n1\n", "'district' is missing"),
        (b"district,tasks\n", "did you mean 'task'"),
        (b"district,task,task\n", "twice"),
        (b"district,task\n", "no district"),
        (b'district,task\n"a,1\n', "quotation"),
        (b"\xff\xff\xff", "neither UTF-8"),
        (b"d" * 1_000_001, "1 MB"),
        (b"district\n" + b"a\n" * 2001, "2000 rows"),
        (b"district" + b",a" * 50_000, "100 columns"),
    ],
)
def test_a_table_that_cannot_be_read_says_why(rules: Rules, content: bytes, said: str) -> None:
    with pytest.raises(TableError) as raised:
        settle(rules, "employees", content)
    assert any(said in one.said.en for one in raised.value.problems), raised.value.problems


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("floor: 0.95", "floor: 95", "employees.floor"),
        ("floor: 0.95", "flor: 0.95", "employees.flor"),
        ("city: 0.55, district: 0.45", "city: 0.55, district: 0.5", "employees.classes[1]"),
        ("id: centre", "id: core", "employees.classes"),
        ("  rate: 0.08", "  rate: acht", "residents.rate"),
    ],
)
def test_faulty_rules_are_told_with_their_line(old: str, new: str, path: str) -> None:
    with pytest.raises(CatalogueError) as raised:
        parse_rules(TEXT.replace(old, new), "mine.yaml")
    problem = raised.value.problems[0]
    assert problem.path == path and problem.line is not None


def test_another_city_writes_its_own() -> None:
    other = parse_rules(TEXT.replace("floor: 0.95", "floor: 0.9"), "mine.yaml")
    assert other.employees.floor == Decimal("0.9")
    assert list(other.quotes_of("residents"))[:2] == ["kept", "sources"]
