"""Every fault is told with its code, its line and its path; the lines are found in the broken text itself."""

from __future__ import annotations

import pytest

from monitor.catalogue import CatalogueError, Problem, parse_catalogues, parse_regions
from monitor.catalogue.models import ReachTarget

REGIONS = parse_regions(
    "region_code,parent_code,level,name\n000000,,nation,全国\n110000,000000,province,北京市\n"
    "510000,000000,province,四川省\n",
    "regions.csv",
)

SOUND = """\
plan:
  id: national
  title: {zh: 规划, en: Plan}
  issued_on: 2021-09-23
  region: "000000"
  period: {base: 2020, start: 2021, end: 2025}
  notes:
    "①": 每年保持
indicators:
  - id: coverage
    number: 1
    name: {zh: 参保率, en: Coverage}
    nature: binding
    unit: "%"
    direction: up
    figure: {numerator: 参保人数, denominator: 应参保人数, factor: 100, unit: 万人}
    accumulation: stock
    aggregate: ratio_of_sums
    frequency: year
    baseline: {year: 2020, printed: 90左右, value: 90, comparator: approx}
    target:
      rule: reach
      year: 2025
      comparator: ge
      value: 95
      note: "①"
    path: {2021: 91, 2025: 95}
    owner: {zh: 待遇司, inferred: true}
    checks:
      - {rule: range, min: 0, max: 100, severity: error}
      - {rule: change, against: previous_period, max_points: 3, severity: query}
    breaks:
      - {period: 2022, note: 口径调整}
      - {period: 2024-Q1, note: 再次调整}
    versions:
      - valid_from: 2023-07-01
        reason: 中期调整
        approval: 批复
        target: {rule: reach, comparator: ge, value: 96}
      - valid_from: 2024-07-01
        reason: 再次调整
        approval: 批复
        definition: 新的解释
    regional_targets:
      510000: {target: {rule: reach, comparator: ge, value: 93}, path: {2023: 92, 2025: 93}}
  - id: income
    number: 2
    name: 收入
    nature: expected
    unit: 万亿元
    direction: none
    accumulation: ytd
    aggregate: sum
    frequency: year
    target: {rule: judge, text: 更加适应, evidence: [persons]}
  - id: drugs
    number: 3
    name: 品种
    nature: expected
    unit: 个
    direction: up
    accumulation: stock
    aggregate: share_reached
    frequency: year
    target: {rule: reach, comparator: ge, value: 500, scope: each_region, expected: ["110000", "510000"]}
  - id: mean_days
    number: 4
    name: 平均天数
    nature: expected
    unit: 天
    direction: down
    accumulation: period
    aggregate: weighted_mean
    weight: persons
    frequency: year
    baseline: {value: 9}
    target: {rule: hold, comparator: le, value: 9}
  - id: persons
    number: 101
    name: 人数
    nature: context
    unit: 万人
    direction: none
    accumulation: stock
    aggregate: sum
    frequency: year
  - id: spending
    number: 102
    name: 支出
    nature: context
    unit: 亿元
    direction: none
    accumulation: ytd
    aggregate: sum
    frequency: year
relations:
  - {left: income, operator: ge, right: spending, unit: 亿元, tolerance: 0, severity: query}
"""


def problems_of(text: str, *others: tuple[str, str]) -> tuple[Problem, ...]:
    with pytest.raises(CatalogueError) as caught:
        parse_catalogues([("a.yaml", text), *others], REGIONS)
    return caught.value.problems


def line_of(text: str, snippet: str) -> int:
    return text[: text.index(snippet)].count("\n") + 1


def test_the_sound_catalogue_has_no_fault() -> None:
    (catalogue,) = parse_catalogues([("a.yaml", SOUND)], REGIONS)
    assert [indicator.number for indicator in catalogue.indicators] == [1, 2, 3, 4, 101, 102]


# what is written, what it becomes, code, path, and where the line must be (default: the new text itself)
SLIPS: list[tuple[str, str, str, str] | tuple[str, str, str, str, str]] = [
    # keys
    ("    direction: up\n    figure", "    direction: up\n    colour: red\n    figure",
     "unknown_key", "indicators[0].colour", "colour"),
    ("  title:", "  titel:", "unknown_key", "plan.titel"),
    ("indicators:", "remarks: x\nindicators:", "unknown_key", "remarks", "remarks"),
    ("      note: \"①\"\n", "      notte: \"①\"\n", "unknown_key", "indicators[0].target.notte"),
    ("factor: 100", "faktor: 100", "unknown_key", "indicators[0].figure.faktor"),
    ("max: 100,", "maxx: 100,", "unknown_key", "indicators[0].checks[0].maxx"),
    ("{rule: hold, comparator: le, value: 9}", "{rule: hold, comparator: le, value: 9, scope: nation}",
     "unknown_key", "indicators[3].target.scope"),
    ("value: 93}, path", "value: 93, walue: 1}, path", "unknown_key",
     "indicators[0].regional_targets.510000.target.walue"),
    ("        approval: 批复\n        target", "        target", "missing_key",
     "indicators[0].versions[0].approval", "- valid_from: 2023-07-01"),
    ("    name: 收入\n", "", "missing_key", "indicators[1].name", "- id: income"),
    ("    frequency: year\n    baseline: {year", "    baseline: {year", "missing_key",
     "indicators[0].frequency", "- id: coverage"),
    ("  period: {base: 2020, start: 2021, end: 2025}\n", "", "missing_key", "plan.period", "plan:"),
    ("    target:\n      rule: reach\n", "    target:\n", "missing_key", "indicators[0].target.rule", "    target:\n"),
    ("tolerance: 0, severity: query}", "tolerance: 0}", "missing_key", "relations[0].severity", "- {left: income"),
    ("    number: 2\n", "    number: 2\n    number: 2\n", "duplicate_key", "indicators[1].number",
     "    number: 2\n    name"),
    # values
    ("value: 95\n", "value: 95%\n", "bad_value", "indicators[0].target.value"),
    ("value: 95\n", "value: 1_000\n", "bad_value", "indicators[0].target.value"),
    ("value: 95\n", "value: .nan\n", "bad_value", "indicators[0].target.value"),
    ("value: 95\n", "value: 9e99\n", "bad_value", "indicators[0].target.value"),
    ("value: 95\n", "value: 0.00000000001\n", "bad_value", "indicators[0].target.value"),
    ("value: 95\n", "value: true\n", "bad_value", "indicators[0].target.value"),
    ("value: 95\n", "value: [95]\n", "bad_value", "indicators[0].target.value"),
    ("number: 1\n", "number: 1.5\n", "bad_value", "indicators[0].number"),
    ("number: 1\n", "number: 0\n", "bad_value", "indicators[0].number"),
    ("direction: up\n    figure", "direction: upward\n    figure", "bad_value", "indicators[0].direction"),
    ("nature: binding", "nature: bindign", "bad_value", "indicators[0].nature"),
    ("unit: 万亿元", "unit: 亿", "bad_value", "indicators[1].unit"),
    ("unit: 万人}", "unit: 万入}", "bad_value", "indicators[0].figure.unit"),
    ("id: drugs", "id: Drugs", "bad_value", "indicators[2].id"),
    ('region: "000000"', "region: 国家", "bad_value", "plan.region"),
    ("issued_on: 2021-09-23", "issued_on: 2021-02-30", "bad_value", "plan.issued_on"),
    ("issued_on: 2021-09-23", "issued_on: 20210923", "bad_value", "plan.issued_on"),
    ("base: 2020, start: 2021", "base: 2021, start: 2021", "bad_value", "plan.period"),
    ("{period: 2022,", "{period: 2022-13,", "bad_value", "indicators[0].breaks[0].period"),
    ("{rule: judge, text", "{rule: juge, text", "bad_value", "indicators[1].target.rule"),
    ("comparator: approx", "comparator: about", "bad_value", "indicators[0].baseline.comparator"),
    ("min: 0, max: 100", "min: 200, max: 100", "bad_value", "indicators[0].checks[0]"),
    ("max_points: 3,", "max_points: 3, max_percent: 3,", "bad_value", "indicators[0].checks[1]"),
    ("path: {2021: 91,", "path: {21: 91,", "bad_value", "indicators[0].path.21"),
    ("    510000: {target", "    51000: {target", "bad_value", "indicators[0].regional_targets.51000"),
    ("name: 收入", "name: \"\"", "bad_value", "indicators[1].name"),
    ("name: 收入", "name: [收入]", "bad_value", "indicators[1].name"),
    ("inferred: true", "inferred: perhaps", "bad_value", "indicators[0].owner.inferred"),
    ("relations:\n  -", "relations:\n    x:", "bad_value", "relations", "relations:"),
    ("scope: each_region, expected", "scope: nation, expected", "bad_value", "indicators[2].target"),
    ("  notes:", "  vintage_order: [bulletin, buletin]\n  notes:", "bad_value", "plan.vintage_order",
     "vintage_order"),
    # keys that must fit each other
    ("number: 2\n", "number: 1\n", "duplicate_number", "indicators[1].number", "number: 1\n    name: 收入"),
    ("id: drugs", "id: coverage", "duplicate_id", "indicators[2].id", "id: coverage\n    number: 3"),
    ("    target: {rule: judge, text: 更加适应, evidence: [persons]}\n", "", "missing_target", "indicators[1].target",
     "- id: income"),
    ("nature: context\n    unit: 亿元", "nature: context\n    target: {rule: band}\n    unit: 亿元",
     "target_on_context", "indicators[5].target", "target: {rule: band}"),
    ("unit: 个\n    direction: up", "unit: 个\n    direction: none", "direction_required",
     "indicators[2].target.rule", "target: {rule: reach, comparator: ge, value: 500"),
    ("direction: down", "direction: none", "direction_required", "indicators[3].target.rule",
     "target: {rule: hold"),
    ("{rule: hold, comparator: le", "{rule: hold, comparator: gt", "comparator_against_direction",
     "indicators[3].target.comparator"),
    ("comparator: ge, value: 93}", "comparator: le, value: 93}", "comparator_against_direction",
     "indicators[0].regional_targets.510000.target.comparator"),
    ("comparator: ge, value: 96}", "comparator: lt, value: 96}", "comparator_against_direction",
     "indicators[0].versions[0].target.comparator"),
    ("{rule: hold, comparator: le, value: 9}", "{rule: reach, comparator: le, value: 9, progress: percent_drop}",
     "direction_of_drop", "indicators[3].target.progress"),
    ("factor: 100", "factor: 1", "bad_factor", "indicators[0].figure.factor"),
    ("    weight: persons\n", "", "missing_weight", "indicators[3].weight", "- id: mean_days"),
    ("weight: persons", "weight: mean_days", "self_reference", "indicators[3].weight"),
    ("weight: persons", "weight: person", "unknown_reference", "indicators[3].weight"),
    ("evidence: [persons]", "evidence: [persons, wages]", "unknown_reference", "indicators[1].target.evidence[1]"),
    ("aggregate: sum\n    frequency: year\n    target", "aggregate: count_reached\n    frequency: year\n    target",
     "aggregate_without_target", "indicators[1].aggregate", "aggregate: count_reached"),
    ("weight: persons\n", "weight: persons\n    checks:\n      - {rule: change, against: previous_period, "
     "max_points: 1, severity: query}\n", "points_without_percent", "indicators[3].checks[0].max_points",
     "max_points: 1"),
    ("period: 2024-Q1", "period: 2022年", "duplicate_break", "indicators[0].breaks[1].period"),
    ("valid_from: 2024-07-01", "valid_from: 2023-07-01", "versions_not_ascending",
     "indicators[0].versions[1].valid_from", "valid_from: 2023-07-01\n        reason: 再次"),
    ("        definition: 新的解释\n", "", "empty_version", "indicators[0].versions[1]",
     "- valid_from: 2024-07-01"),
    ('note: "①"\n', 'note: "⑤"\n', "unknown_note", "indicators[0].target.note"),
    # years
    ("year: 2025\n", "year: 2026\n", "target_year_outside_plan", "indicators[0].target.year"),
    ("year: 2025\n", "year: 2020\n", "target_year_outside_plan", "indicators[0].target.year"),
    ("{year: 2020, printed", "{year: 2025, printed", "baseline_not_before_target", "indicators[0].baseline.year"),
    ("{2021: 91, 2025: 95}", "{2020: 90, 2025: 95}", "path_year_outside", "indicators[0].path.2020"),
    ("{2021: 91, 2025: 95}", "{2021: 91, 2026: 96}", "path_year_outside", "indicators[0].path.2026"),
    ("{2021: 91, 2025: 95}", "{2021: 91, 2025: 94}", "path_misses_target", "indicators[0].path.2025"),
    ("path: {2023: 92, 2025: 93}", "path: {2023: 92, 2025: 95}", "path_misses_target",
     "indicators[0].regional_targets.510000.path.2025"),
    ("    weight: persons\n", "    weight: persons\n    path: {2023: 9}\n", "path_without_reach",
     "indicators[3].path", "path: {2023: 9}"),
    # regions
    ('region: "000000"', 'region: "999999"', "unknown_region", "plan.region"),
    ('expected: ["110000", "510000"]', 'expected: ["110000", "520000"]', "unknown_region",
     "indicators[2].target.expected[1]"),
    ('expected: ["110000", "510000"]', 'expected: ["110000", "110000"]', "duplicate_region",
     "indicators[2].target.expected[1]"),
    ('expected: ["110000", "510000"]', 'expected: ["110000", "000000"]', "own_region_expected",
     "indicators[2].target.expected[1]"),
    ("    510000: {target", "    520000: {target", "unknown_region", "indicators[0].regional_targets.520000"),
    # plans
    ("  notes:", "  parent: national\n  notes:", "parent_cycle", "plan.parent", "parent: national"),
    ("    weight: persons\n", "    weight: persons\n    aligns_to: days\n", "aligns_without_parent",
     "indicators[3].aligns_to", "aligns_to"),
    # relations
    ("left: income,", "left: income +,", "bad_relation", "relations[0].left"),
    ("left: income,", "left: (income,", "bad_relation", "relations[0].left"),
    ("left: income,", "left: __import__('os'),", "bad_relation", "relations[0].left"),
    ("right: spending", "right: income spending", "bad_relation", "relations[0].right"),
    ("right: spending", "right: spendings", "unknown_reference", "relations[0].right"),
    ("left: income, operator: ge, right: spending", "left: 1, operator: ge, right: 2", "bad_relation",
     "relations[0]"),
    ("right: spending", "right: persons", "unit_mismatch", "relations[0].right"),
    ("right: spending", "right: spending + persons", "unit_mismatch", "relations[0].right"),
    ("spending, unit: 亿元", "spending, unit: 万人", "unit_mismatch", "relations[0].unit"),
]  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: f"{slip[2]}-{slip[3]}-{slip[1][:12]!r}")
def test_a_slip_is_told_at_its_place(slip: tuple[str, ...]) -> None:
    old, new, code, path = slip[:4]
    assert SOUND.count(old) >= 1, "the case no longer fits the sound catalogue"
    broken = SOUND.replace(old, new, 1)
    (problem,) = problems_of(broken)
    assert (problem.code, problem.path) == (code, path)
    assert problem.line == line_of(broken, slip[4] if len(slip) > 4 else new.lstrip())
    assert problem.file == "a.yaml"
    assert problem.zh
    assert problem.en
    assert problem.zh != problem.en


@pytest.mark.parametrize(
    ("old", "new", "text", "meant"),
    [
        ("nature: binding", "natur: binding", "natur", "nature"),
        ("direction: down", "direction: don", "don", "down"),
        ("unit: 万亿元", "unit: 万亿圆", "万亿圆", "万亿元"),
        ("{rule: judge,", "{rule: juge,", "juge", "judge"),
        ("weight: persons", "weight: person", "person", "persons"),
        ("evidence: [persons]", "evidence: [spendin]", "spendin", "spending"),
        ("right: spending", "right: spendings", "spendings", "spending"),
        ('region: "000000"', 'region: "00000"', "00000", None),
        ("    510000: {target", "    510001: {target", "510001", "510000"),
        ("against: previous_period", "against: previous_periods", "previous_periods", "previous_period"),
    ],
)
def test_the_nearest_known_word_is_offered(old: str, new: str, text: str, meant: str | None) -> None:
    (problem,) = problems_of(SOUND.replace(old, new, 1))
    assert problem.text == text
    assert ("did you mean" in problem.en) == (meant is not None)
    if meant is not None:
        assert f"did you mean '{meant}'?" in problem.en
        assert f"是不是“{meant}”？" in problem.zh


def test_a_key_of_another_rule_says_which() -> None:
    (problem,) = problems_of(
        SOUND.replace("{rule: hold, comparator: le", "{rule: hold, progress: linear, comparator: le")
    )
    assert problem.path == "indicators[3].target.progress"
    assert "rule: reach" in problem.en


def test_all_faults_of_all_files_come_at_once() -> None:
    """Structural faults of one indicator hide neither its other faults nor those of the others."""
    broken = (
        SOUND.replace("direction: up\n    figure", "direktion: up\n    colour: red\n    figure")  # two in one indicator
        .replace("{year: 2020, printed", "{year: 2025, printed")  # a year in the same indicator
        .replace("weight: persons", "weight: person")  # a reference in another
        .replace("id: spending", "id: spending!")  # an id that a relation names
        .replace("tolerance: 0,", "tolerance: -1,")
    )
    other = (
        SOUND.replace("id: national", "id: other").replace("unit: 万亿元", "unit: 元").replace("rule: judge", "rule: x")
    )
    found = {(problem.file, problem.code, problem.path) for problem in problems_of(broken, ("b.yaml", other))}
    assert found == {
        ("a.yaml", "unknown_key", "indicators[0].direktion"),
        ("a.yaml", "unknown_key", "indicators[0].colour"),
        ("a.yaml", "baseline_not_before_target", "indicators[0].baseline.year"),
        ("a.yaml", "unknown_reference", "indicators[3].weight"),
        ("a.yaml", "bad_value", "indicators[5].id"),
        ("a.yaml", "unknown_reference", "relations[0].right"),
        ("a.yaml", "bad_value", "relations[0].tolerance"),
        ("b.yaml", "bad_value", "indicators[1].target.rule"),
        ("b.yaml", "conflicting_indicator", "indicators[1].unit"),
    }


def test_problems_come_in_the_order_of_the_file() -> None:
    broken = (
        SOUND.replace("number: 2\n", "number: x\n")
        .replace("  region:", "  regoin:")
        .replace("direction: down", "direction: x")
    )
    lines = [problem.line for problem in problems_of(broken)]
    assert lines == sorted(lines)
    assert len(lines) == 3


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "empty_file", None),
        (" \n\n", "empty_file", None),
        ("# only a comment\n", "empty_file", None),
        ("- a\n- b\n", "bad_value", 1),
        ("plan", "bad_value", 1),
        ("plan:\n\tid: x\n", "bad_yaml", 2),
        ("plan: {id: x\nindicators: []\n", "bad_yaml", 2),
        ('plan: "x\n', "bad_yaml", 2),
        ("plan: x\n---\nplan: y\n", "several_documents", 2),
        ("plan: !!python/object/apply:os.system [x]\n", "bad_tag", 1),
        ("a: &a [*a]\n", "bad_alias", 1),
        ("a: *b\n", "bad_alias", 1),
        ("? [a]\n: b\n", "bad_key", 1),
        ("a: x\x07\n", "bad_character", 1),
        ("a: " + "[" * 100_000, "too_deep", 1),
        ("a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
            f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)), "too_many_values", 6),
        ("a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 100)), "too_deep", 40),
        ("a: [" + "x," * 300_000 + "]\n", "too_many_values", 1),
        ("base: &b {x: 1}\nplan:\n  <<: *b\n", "unknown_key", 3),
    ],
    ids=lambda value: repr(value)[:30],
)  # fmt: skip
def test_writing_that_cannot_be_followed(text: str, code: str, line: int | None) -> None:
    found = problems_of(text)
    assert (code, line) in {(problem.code, problem.line) for problem in found}


def test_anchors_and_aliases_are_read() -> None:
    text = SOUND.replace('expected: ["110000", "510000"]', 'expected: &all ["110000", "510000"]').replace(
        "{rule: hold, comparator: le, value: 9}",
        "{rule: reach, scope: each_region, expected: *all, comparator: le, value: 9}",
    )
    (catalogue,) = parse_catalogues([("a.yaml", text)], REGIONS)
    drugs, mean_days = catalogue.indicators[2].target, catalogue.indicators[3].target
    assert isinstance(drugs, ReachTarget)
    assert isinstance(mean_days, ReachTarget)
    assert mean_days.expected == drugs.expected == ("110000", "510000")


def test_two_files_may_not_hold_one_plan() -> None:
    (problem,) = problems_of(SOUND, ("b.yaml", SOUND))
    assert (problem.file, problem.code, problem.path, problem.line) == ("b.yaml", "duplicate_plan", "plan.id", 2)
    assert "a.yaml" in problem.en


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("unit: 天", "unit: 月", "indicators[3].unit"),
        ("unit: 万亿元", "unit: 亿元", "indicators[1].unit"),
        ("direction: none\n    accumulation: ytd\n    aggregate: sum\n    frequency: year\n    target",
         "direction: up\n    accumulation: ytd\n    aggregate: sum\n    frequency: year\n    target",
         "indicators[1].direction"),
        ("numerator: 参保人数", "numerator: 缴费人数", "indicators[0].figure.numerator"),
        ("factor: 100, unit: 万人}", "factor: 100, unit: 人}", "indicators[0].figure.unit"),
    ],
)  # fmt: skip
def test_an_id_is_one_figure_in_every_catalogue(old: str, new: str, path: str) -> None:
    other = SOUND.replace("id: national", "id: other").replace(old, new, 1)
    (problem,) = problems_of(SOUND, ("b.yaml", other))
    assert (problem.file, problem.code, problem.path) == ("b.yaml", "conflicting_indicator", path)
    assert "a.yaml" in problem.en


@pytest.mark.parametrize("unit", ["种", "类", "项", "count", "kind"])
def test_counts_that_compare_do_not_conflict(unit: str) -> None:
    other = SOUND.replace("id: national", "id: other").replace("unit: 个", f"unit: {unit}")
    assert len(parse_catalogues([("a.yaml", SOUND), ("b.yaml", other)], REGIONS)) == 2


def test_a_ring_of_parents() -> None:
    first = SOUND.replace("  notes:", "  parent: other\n  notes:")
    second = SOUND.replace("id: national", "id: other").replace("  notes:", "  parent: national\n  notes:")
    found = problems_of(first, ("b.yaml", second))
    assert [(problem.file, problem.code) for problem in found] == [
        ("a.yaml", "parent_cycle"),
        ("b.yaml", "parent_cycle"),
    ]


def test_alignment_needs_the_parents_indicator_and_its_unit() -> None:
    child = SOUND.replace("id: national", "id: sichuan").replace("  notes:", "  parent: national\n  notes:")
    for old, new in (
        ("id: coverage", "id: reach_of_insurance\n    aligns_to: coverege"),
        ("id: income", "id: own_income\n    aligns_to: persons"),
        ("left: income", "left: own_income"),
    ):
        child = child.replace(old, new)
    found = problems_of(child, ("b.yaml", SOUND))
    assert [(problem.code, problem.path) for problem in found] == [
        ("unknown_reference", "indicators[0].aligns_to"),
        ("unit_mismatch", "indicators[1].aligns_to"),
    ]
    assert "did you mean 'coverage'?" in found[0].en


def test_a_parent_that_is_not_loaded_is_no_fault() -> None:
    child = SOUND.replace("  notes:", "  parent: elsewhere\n  notes:").replace(
        "    weight: persons\n", "    weight: persons\n    aligns_to: anything\n"
    )
    (catalogue,) = parse_catalogues([("a.yaml", child)], REGIONS)
    assert catalogue.plan.parent == "elsewhere"
