"""What a catalogue may say, how files and folders are found, and that no text breaks the loader."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.catalogue import Catalogue, CatalogueError, load_catalogues, parse_catalogues
from monitor.catalogue.models import BandTarget, JudgeTarget, ReachTarget
from tests.properties import examples

SHIPPED = Path(__file__).parents[2] / "indicators.yaml"

PLAN = 'plan: {id: p, title: 规划, region: "000000", period: {base: 2025, start: 2026, end: 2030}}\n'
LEAST = """\
indicators:
  - {id: a, number: 1, name: 甲, nature: expected, unit: "%", direction: up, accumulation: stock,
     aggregate: ratio_of_sums, frequency: year, target: {rule: reach, comparator: ge, value: 90}}
"""


def one(text: str) -> Catalogue:
    (catalogue,) = parse_catalogues([("a.yaml", text)])
    return catalogue


def test_the_least_that_an_indicator_needs() -> None:
    """A share may be described without its parts: rows may still carry them."""
    indicator = one(PLAN + LEAST).indicators[0]
    assert (indicator.baseline, indicator.figure, indicator.part_unit, indicator.factor) == (None, None, None, 100)
    assert indicator.name.in_language("en") == "甲"


EXPRESSIBLE = """\
plan:
  id: SC-15.1
  title: 某省规划
  region: 510000
  period: {base: 2025, start: 2026, end: 2030}
  parent: uhs-15
  issued_on: 2026-08-01
  vintage_order: [bulletin, reported]
indicators:
  - id: balance_months
    number: 1
    name: 统筹基金累计结存可支付月数
    nature: binding
    unit: 月
    direction: up
    accumulation: stock
    aggregate: none
    frequency: half
    baseline: {printed: 9个月左右, value: 9, comparator: approx}
    target: {printed: 6个月以上, rule: hold, comparator: ge, value: 6, note: 不含个人账户}
    path: null
    checks:
    breaks: []
    regional_targets:
  - id: inpatient_share
    number: 2
    name: 住院政策范围内报销比例
    nature: expected
    unit: percent
    direction: none
    figure: {numerator: 基金支付, denominator: 政策范围内费用, unit: 亿元}
    accumulation: ytd
    aggregate: ratio_of_sums
    frequency: quarter
    target: {printed: 稳定在86%左右, rule: band, value: 86, tolerance: 0.5}
    aligns_to: resident_inpatient_payment_share
  - id: emissions_drop
    number: 3
    name: 累计降幅
    nature: binding
    unit: "%"
    direction: up
    accumulation: stock
    aggregate: none
    frequency: year
    target: {rule: reach, comparator: ge, value: 13.5, progress: percent_drop}
  - id: out_of_pocket
    number: 4
    name: 个人支出占比
    nature: expected
    unit: "%"
    direction: down
    accumulation: period
    aggregate: weighted_mean
    weight: persons
    frequency: year
    baseline: {year: 2024, value: 27.50}
    target: {year: 2029, rule: reach, comparator: lt, value: 26}
    path: {2029: 26, 2026: 27.2, 2028: 26.5}
    versions:
      - {valid_from: 2028-01-01, reason: 中期调整, approval: 批复, target: {rule: reach, comparator: le, value: 25}}
      - {valid_from: 2028-06-30, reason: 中期调整, approval: 批复, baseline: {value: 27.4}, definition: 新口径}
    regional_targets:
      510100: {baseline: {year: 2025, value: 30}}
      "510300": {target: {rule: reach, comparator: le, value: 28}, path: {2026: 30, 2030: 28}}
  - id: quality
    number: 5
    name: 服务质量
    nature: expected
    unit: 项
    direction: none
    accumulation: period
    aggregate: none
    frequency: month
    target: {rule: judge, text: {zh: 明显提升, en: clearly better}}
  - id: persons
    number: 6
    name: yes
    nature: context
    unit: person
    direction: none
    accumulation: stock
    aggregate: sum
    frequency: month
    breaks: [{period: 2027, note: 普查}, {period: 2027-06, note: 口径}]
relations:
"""


def test_what_other_plans_need_can_be_said() -> None:
    catalogue = one(EXPRESSIBLE)
    months, share, drop, pocket, quality, persons = catalogue.indicators
    assert (catalogue.plan.region, catalogue.plan.parent) == ("510000", "uhs-15")
    assert catalogue.plan.vintages[:3] == ("bulletin", "reported", "final_accounts")
    assert (months.checks, months.breaks, months.regional_targets, months.path) == ((), (), {}, None)
    assert isinstance(share.target, BandTarget)
    assert (share.unit, share.factor, share.part_unit, share.target.value) == ("%", 100, "亿元", 86)
    assert isinstance(drop.target, ReachTarget)
    assert pocket.path is not None
    assert [*pocket.path] == [2026, 2028, 2029]
    assert {*pocket.regional_targets} == {"510100", "510300"}
    assert isinstance(quality.target, JudgeTarget)
    assert quality.target.text.en == "clearly better"
    assert (persons.name.zh, persons.unit) == ("yes", "人")
    assert [each.first.kind for each in persons.breaks] == ["year", "month"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("95", "95"),
        ("095", "95"),
        ("95.10", "95.10"),
        ("-0.5", "-0.5"),
        ("1e1", "1E+1"),
        ('"95"', "95"),
        ("+95", "95"),
        ("0.000000000000", "0E-12"),
        ("9" * 28 + ".0123456789", "9" * 28 + ".0123456789"),
    ],
)
def test_numbers_keep_their_spelling(written: str, read: str) -> None:
    """Not YAML 1.1's reading: 010 is no octal eight, and no value passes through a binary float."""
    target = one(PLAN + LEAST.replace("value: 90", f"value: {written}")).indicators[0].target
    assert isinstance(target, ReachTarget)
    assert target.value == Decimal(read)
    assert str(target.value) == read


def test_the_version_follows_the_meaning_not_the_writing() -> None:
    first = one(PLAN + LEAST)
    assert len(first.version) == 12
    same = LEAST.replace("value: 90", "value: 90.00").replace("{id: a, number: 1,", "{number: 01, id: a, weight: null,")
    assert one("# a comment\n" + PLAN + same).version == first.version
    assert one(PLAN + LEAST.replace("value: 90", "value: 91")).version != first.version
    assert one(PLAN.replace("规划", "计划") + LEAST).version != first.version


def test_files_folders_and_byte_order_marks(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(PLAN.replace("id: p", "id: second") + LEAST, encoding="utf-8-sig")
    (tmp_path / "a.yaml").write_bytes((PLAN + LEAST).replace("\n", "\r\n").encode())
    (tmp_path / "notes.txt").write_text("not a catalogue", encoding="utf-8")
    (tmp_path / "c.yaml").mkdir()
    found = load_catalogues([tmp_path, tmp_path / "b.yaml"])
    assert [(catalogue.file, catalogue.plan.id) for catalogue in found] == [("a.yaml", "p"), ("b.yaml", "second")]
    assert found[0].version != found[1].version
    assert found[0].indicator("a") is found[0].indicators[0]
    assert found[0].indicator("b") is None


def test_files_that_cannot_be_read_are_told_with_the_faults_of_the_others(tmp_path: Path) -> None:
    (tmp_path / "gb.yaml").write_bytes((PLAN + LEAST).encode("gb18030"))
    (tmp_path / "big.yaml").write_bytes(b"#" * (5 * 1024 * 1024 + 1))
    (tmp_path / "bad.yaml").write_text(PLAN + LEAST.replace("up", "upp"), encoding="utf-8")
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(CatalogueError) as caught:
        load_catalogues([tmp_path, tmp_path / "none.yaml", empty])
    found = {(Path(problem.file).name, problem.code, problem.line) for problem in caught.value.problems}
    assert found == {
        ("gb.yaml", "bad_encoding", 1),
        ("big.yaml", "file_too_large", None),
        ("bad.yaml", "bad_value", 3),
        ("none.yaml", "missing_file", None),
        ("empty", "no_catalogue", None),
    }
    assert "none.yaml" in str(caught.value)


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "plan.yaml").write_text(PLAN + LEAST.replace("up", folder), encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_catalogues([tmp_path / "x", tmp_path / "y"])
    assert [(problem.file, problem.code) for problem in caught.value.problems] == [
        (str(tmp_path / "x" / "plan.yaml"), "bad_value"),
        (str(tmp_path / "y" / "plan.yaml"), "duplicate_plan"),
        (str(tmp_path / "y" / "plan.yaml"), "bad_value"),
    ]  # fmt: skip


LINES = SHIPPED.read_text(encoding="utf-8").split("\n")
JUNK = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        ["- ", "  ", "\t", "{", "}", "[", "&a", "*a", ": ", "#", "!!x", "|", ">", "? ", "null", "\x00", "\ud800"]
    ),
)


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(st.tuples(st.integers(0, 120), st.integers(0, 60), JUNK), min_size=1, max_size=4))
def test_a_damaged_file_is_refused_with_places_or_read(damage: list[tuple[int, int, str]]) -> None:
    """Text dropped anywhere into the first indicators: a fault with its line, never another error."""
    lines = LINES[:120]
    for line, column, junk in damage:
        text = lines[min(line, len(lines) - 1)]
        lines[min(line, len(lines) - 1)] = text[:column] + junk + text[column:]
    refuses_with_places("\n".join(lines))


PARTS = st.recursive(
    st.one_of(st.none(), st.booleans(), st.sampled_from(["x", "2025", "reach", "band", "%", "000000", "", "1e9999"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["rule", "value", "zh", "target", "year", "id", "510000", "2023", "period", "plan"]),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)
SLOTS = st.sampled_from(
    ["id", "number", "name", "unit", "direction", "figure", "aggregate", "baseline", "target", "path", "owner",
     "checks", "breaks", "versions", "weight", "limit", "aligns_to", "regional_targets", "tarqet"]
)  # fmt: skip


@settings(max_examples=examples(150), deadline=None)
@given(
    st.dictionaries(SLOTS, PARTS, max_size=3),
    st.dictionaries(st.sampled_from(["plan", "relations", "x"]), PARTS, max_size=1),
)
def test_any_shape_of_any_key_is_refused_with_places_or_read(slots: dict[str, Any], top: dict[str, Any]) -> None:
    data = yaml.safe_load(PLAN + LEAST)
    data["indicators"] = [data["indicators"][0] | slots, data["indicators"][0] | {"id": "b", "number": 2}]
    refuses_with_places(yaml.safe_dump(data | top, allow_unicode=True))


def refuses_with_places(text: str) -> None:
    try:
        parse_catalogues([("a.yaml", text)])
    except CatalogueError as error:
        lines = len(text.splitlines()) + 1  # a lone carriage return ends a line too
        assert error.problems
        for problem in error.problems:
            assert problem.line is None or 1 <= problem.line <= lines
            assert problem.code.replace("_", "").isalpha()
            assert problem.zh
            assert problem.en
