"""Targets broken down to three provinces, against sums and weighted values worked out by hand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from monitor.catalogue.loader import Catalogue, parse_catalogues, parse_regions
from monitor.catalogue.regions import Regions
from monitor.intake.submissions import ingest
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.report.levels import levels, levels_of
from monitor.report.split import Split
from monitor.store.store import Store
from tests.cycle.in_process import reading_in_process

REGIONS = """region_code,parent_code,level,name,reporting
000000,,nation,全国,false
110000,000000,province,甲省,true
120000,000000,province,乙省,true
130000,000000,province,丙省,true
"""
NATION = """
plan:
  {id: nat, title: 国家规划, region: "000000", period: {base: 2020, start: 2021, end: 2025}}
indicators:
  - {id: amount, number: 1, name: 总量, nature: expected, unit: 亿元, direction: up, accumulation: period,
     aggregate: sum, frequency: year, target: {rule: reach, comparator: ge, value: 100}, regional_targets: AMOUNT}
  - {id: share, number: 2, name: 比例, nature: expected, unit: "%", direction: up, accumulation: period,
     figure: {numerator: 分子, denominator: 分母, unit: 亿元},
     aggregate: ratio_of_sums, frequency: year, target: {rule: reach, comparator: SIGN, value: 70},
     regional_targets: SHARE}
  - {id: held, number: 3, name: 每年保持, nature: expected, unit: "%", direction: up, accumulation: period,
     aggregate: none, frequency: year, target: {rule: hold, comparator: ge, value: 95}}
  - {id: fall, number: 4, name: 越低越好, nature: expected, unit: "%", direction: down, accumulation: period,
     figure: {numerator: 分子二, denominator: 分母二, unit: 亿元},
     aggregate: ratio_of_sums, frequency: year, target: {rule: reach, comparator: le, value: 27}}
  - {id: mean, number: 5, name: 加权平均, nature: expected, unit: 天, direction: down, accumulation: stock,
     aggregate: weighted_mean, weight: people, frequency: year, target: {rule: reach, comparator: le, value: 20}}
  - {id: said, number: 6, name: 定性, nature: expected, unit: 个, direction: up, accumulation: stock,
     aggregate: none, frequency: year, target: {rule: judge, text: 更加完善}}
  - {id: people, number: 101, name: 人数, nature: context, unit: 万人, direction: none, accumulation: stock,
     aggregate: sum, frequency: year}
"""
LOWER = """
plan:
  {{id: {id}, title: {name}规划, region: "{code}", parent: nat, period: {{base: 2020, start: 2021, end: 2025}}}}
indicators:
  - {{id: {id}_amount, number: 1, name: 总量, nature: expected, unit: {unit}, direction: up, accumulation: period,
     aggregate: none, frequency: year, target: {{rule: reach, comparator: ge, value: {amount}}}, aligns_to: amount}}
  - {{id: share, number: 2, name: 比例, nature: expected, unit: "%", direction: up, accumulation: period,
     aggregate: none, frequency: year, target: {{rule: reach, comparator: {sign}, value: {share}}}}}
  - {{id: held, number: 3, name: 每年保持, nature: expected, unit: "%", direction: up, accumulation: period,
     aggregate: none, frequency: year, target: {{rule: {rule}, comparator: ge, value: 95}}}}
  - {{id: fall, number: 4, name: 越低越好, nature: expected, unit: "%", direction: down, accumulation: period,
     aggregate: none, frequency: year, target: {{rule: reach, comparator: le, value: {fall}}}}}
  - {{id: mean, number: 5, name: 加权平均, nature: expected, unit: 天, direction: down, accumulation: stock,
     aggregate: none, frequency: year, target: {{rule: reach, comparator: le, value: {mean}}}}}
"""
# C has no plan of its own: the nation may set its targets
A = {"id": "a", "name": "甲省", "code": "110000", "unit": "万元", "amount": "400000", "share": "80", "fall": "25",
     "rule": "hold", "mean": "10", "sign": "ge"}  # fmt: skip
B = {"id": "b", "name": "乙省", "code": "120000", "unit": "亿元", "amount": "35", "share": "60", "fall": "28",
     "rule": "reach", "mean": "20", "sign": "ge"}  # fmt: skip
C = {"id": "c", "name": "丙省", "code": "130000", "unit": "亿元", "amount": "20", "share": "70", "fall": "28.5",
     "rule": "hold", "mean": "30", "sign": "ge"}  # fmt: skip
# the newest period with all three denominators is 2023; the mean of 80, 60 and 70 would be 70
SENT = """indicator_id,region_code,period,value,numerator,denominator
share,110000,2023,,50,100
share,120000,2023,,150,300
share,130000,2023,,50,100
share,110000,2024,,50,900
share,120000,2024,,150,100
fall,110000,2024,,30,100
fall,120000,2024,,30,100
people,110000,2024,2,,
people,120000,2024,1,,
people,130000,2024,1,,
"""


def _own(value: str) -> str:
    return f'{{"130000": {{target: {{rule: reach, comparator: ge, value: {value}}}}}}}'


def _plans(
    regions: Regions, *lower: dict[str, str], amount: str = "", share: str = "", sign: str = "ge"
) -> tuple[Catalogue, ...]:
    text = NATION.replace("AMOUNT", _own(amount) if amount else "{}").replace("SHARE", _own(share) if share else "{}")
    texts = [("nat.yaml", text.replace("SIGN", sign))]
    return parse_catalogues([*texts, *((f"{one['id']}.yaml", LOWER.format(**one)) for one in lower)], regions)


@pytest.fixture(scope="module")
def regions() -> Regions:
    return parse_regions(REGIONS, "regions.csv")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, regions: Regions) -> Store:
    folder = tmp_path_factory.mktemp("split")
    sent = folder / "sent.csv"
    sent.write_text(SENT, encoding="utf-8")
    store = Store.open(folder / "m.duckdb")
    with reading_in_process():
        ingest(store, _plans(regions), regions, sent, by="测试", accept=True, explain="测试")
    return store


def _split(store: Store, regions: Regions, plans: tuple[Catalogue, ...], indicator: str) -> Split:
    found = levels(Desk(store, plans, regions, MethodSettings())).split_of(indicator)
    assert found is not None
    return found


def test_amounts_of_all_regions_add_up_in_the_unit_above(store: Store, regions: Regions) -> None:
    # 400,000 万元 = 40 亿元; 40 + 35 + 20 = 95, 5 short of 100
    one = _split(store, regions, _plans(regions, A, B, amount="20"), "amount")
    assert (one.kind, one.result, one.short, one.verdict) == ("sum", Fraction(95), Fraction(5), "short")
    assert [share.plan.id if share.plan else None for share in one.shares] == ["a", "b", None]
    # 40 + 35 + 25 = 100
    one = _split(store, regions, _plans(regions, A, B, amount="25"), "amount")
    assert (one.result, one.short, one.verdict) == (Fraction(100), Fraction(0), "meets")


def test_a_sum_without_all_regions_says_what_the_others_still_have_to_bring(store: Store, regions: Regions) -> None:
    one = _split(store, regions, _plans(regions, A, B), "amount")
    assert (one.result, one.rest, one.short, one.verdict) == (Fraction(75), Fraction(25), None, "incomplete")
    assert (one.covered, len(one.expected)) == (2, 3)


def test_rates_are_weighted_by_the_denominators_of_one_period(store: Store, regions: Regions) -> None:
    # (80 × 100 + 60 × 300 + 70 × 100) ÷ 500 = 66; the mean of the rates, 70, would meet the target
    one = _split(store, regions, _plans(regions, A, B, share="70"), "share")
    assert (one.kind, one.result, one.short, one.verdict) == ("weighted", Fraction(66), Fraction(4), "short")
    assert one.weights_at is not None and (one.weights_at.code, one.weight_unit) == ("2023", "亿元")
    assert [share.weight for share in one.shares] == [100, 300, 100]


def test_rates_of_some_regions_are_told_with_what_comes_out_if_the_rest_take_the_target(
    store: Store, regions: Regions
) -> None:
    # (80 × 100 + 60 × 300) ÷ 400 = 65; with 130000 at 70: (26,000 + 7,000) ÷ 500 = 66
    one = _split(store, regions, _plans(regions, A, B), "share")
    assert (one.result, one.rest, one.verdict) == (Fraction(65), Fraction(66), "incomplete")


def test_without_all_denominators_nothing_is_worked_out(store: Store, regions: Regions) -> None:
    one = _split(store, regions, _plans(regions, A, B, C), "fall")
    assert (one.kind, one.result, one.rest, one.short, one.verdict) == ("weighted", None, None, None, "no_weights")
    # of two with equal denominators: (25 + 28) ÷ 2 = 26.5; the third has no denominator, so no whole
    one = _split(store, regions, _plans(regions, A, B), "fall")
    assert (one.result, one.rest, one.verdict) == (Fraction(53, 2), None, "incomplete")
    plans = _plans(regions, A, B, C)
    bare = levels_of(plans[0], plans, regions).split_of("share")
    assert bare is not None and (bare.result, bare.verdict) == (None, "no_weights")


def test_a_weighted_mean_takes_its_weight(store: Store, regions: Regions) -> None:
    # (10 × 2 + 20 × 1 + 30 × 1) ÷ 4 = 17.5, which is at most 20
    one = _split(store, regions, _plans(regions, A, B, C), "mean")
    assert (one.result, one.short, one.verdict) == (Fraction(35, 2), Fraction(0), "meets")
    assert one.weight_unit == "万人"


def test_a_strict_target_is_met_exactly_once_one_of_them_is_strict(store: Store, regions: Regions) -> None:
    even = [one | {"share": "70"} for one in (A, B, C)]
    one = _split(store, regions, _plans(regions, *even, sign="gt"), "share")
    assert (one.result, one.short, one.verdict) == (Fraction(70), Fraction(0), "short")
    # 70 × 100 + 70 × 300 + more than 70 × 100 is more than 70 × 500
    one = _split(store, regions, _plans(regions, *even[:2], even[2] | {"sign": "gt"}, sign="gt"), "share")
    assert (one.result, one.short, one.verdict) == (Fraction(70), Fraction(0), "meets")
    strict = [one | {"share": "70", "sign": "gt"} for one in (A, B, C)]
    one = _split(store, regions, _plans(regions, *strict, sign="gt"), "share")
    assert (one.result, one.verdict) == (Fraction(70), "meets")


def test_what_each_holds_is_counted(store: Store, regions: Regions) -> None:
    one = _split(store, regions, _plans(regions, A, C), "held")
    assert (one.kind, one.at_least, one.covered, one.verdict) == ("each", 2, 2, "incomplete")
    one = _split(store, regions, _plans(regions, A, B, C), "held")  # B asks it once only
    assert (one.at_least, one.verdict, one.result) == (2, "short", None)
    one = _split(store, regions, _plans(regions, A, B | {"rule": "hold"}, C), "held")
    assert (one.at_least, one.verdict) == (3, "meets")


def test_a_text_is_never_worked_out(store: Store, regions: Regions) -> None:
    one = _split(store, regions, _plans(regions, A), "said")
    assert (one.kind, one.verdict, one.shares) == ("text", "text", ())
    assert _split(store, regions, _plans(regions), "amount").verdict == "none"


def test_how_much_weaker_is_told_in_the_unit_above(regions: Regions) -> None:
    plans = _plans(regions, A, B, amount="20")
    found = levels_of(plans[0], plans, regions)
    told = {
        (plan.plan.id, one.above.id): (one.bearing, one.because, one.shortfall)
        for plan in found.plans
        for one in plan.carried
    }
    assert told["a", "share"] == ("stricter", None, None)
    assert told["b", "share"] == ("weaker", "number", Fraction(10))
    assert told["a", "amount"] == ("weaker", "number", Fraction(60))  # 400,000 万元 = 40 亿元
    assert told["b", "held"] == ("weaker", "rule", None)
    assert told["b", "fall"] == ("weaker", "number", Fraction(1))
    assert told["a", "said"] == ("lacking", None, None)


def test_what_the_nation_sets_for_a_region_is_what_its_plan_is_held_against(regions: Regions) -> None:
    lower = C | {"amount": "18", "share": "66"}
    plans = _plans(regions, lower, amount="20", share="65")
    plan = levels_of(plans[0], plans, regions).plans[0]
    told = {one.above.id: (one.bearing, one.shortfall) for one in plan.carried}
    assert (told["amount"], told["share"]) == (("weaker", Fraction(2)), ("stricter", None))


def test_two_plans_of_one_region_count_once(store: Store, regions: Regions) -> None:
    again = A | {"id": "z", "amount": "990000"}
    one = _split(store, regions, _plans(regions, A, again, B), "amount")
    assert (one.result, [share.plan.id for share in one.shares if share.plan]) == (Fraction(75), ["a", "b"])


def test_a_plan_below_leads_to_the_plan_above(store: Store, regions: Regions) -> None:
    desk = Desk(store, _plans(regions, A, B), regions, MethodSettings())
    for asked in (None, "nat", "b"):
        found = levels(desk, asked)
        assert (found.parent.id, [one.plan.id for one in found.plans]) == ("nat", ["a", "b"])
        assert not found.examples


def test_an_empty_store_changes_nothing_but_the_weights(tmp_path: Path, regions: Regions) -> None:
    plans = _plans(regions, A, B, amount="20")
    with Store.open(tmp_path / "empty.duckdb") as empty:
        one = _split(empty, regions, plans, "amount")
        two = _split(empty, regions, plans, "share")
    assert (one.result, two.result, two.verdict) == (Fraction(95), None, "no_weights")
