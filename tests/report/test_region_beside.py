"""Regions, periods and plans beside each other, with figures worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from monitor.catalogue.alignment import strictness
from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.catalogue.periods import parse_period
from monitor.report.compare_periods import compare_periods
from monitor.report.compare_plans import compare_plans, own_plan
from monitor.report.compare_regions import choose, codes_in, compare_regions
from monitor.report.desk import Desk, QuestionError
from monitor.report.differences import Difference
from monitor.report.region import region_answer
from monitor.shipped import find_shipped
from tests.report.sichuan import desk_with, two_plans

# out-of-pocket share, target 27 by 2025 from 30: in 2023 (time share 0.6) 28 is 2/3 of the way, 29.3 a quarter
ROWS = """
out_of_pocket_share,110000,2020,30,
out_of_pocket_share,110000,2023,28,
out_of_pocket_share,110000,2024,27.5,
out_of_pocket_share,310000,2020,30,
out_of_pocket_share,310000,2023,29.3,
out_of_pocket_share,310000,2024,29.3,
medical_aid_share,110000,2023,71.5,
medical_aid_share,110000,2024,69.9,
medical_aid_share,110000,2025,72,
medical_aid_share,310000,2023,75.2,
medical_aid_share,310000,2024,76,
medical_aid_share,440000,2024,74,ge
medical_aid_share,510000,2024,73,approx
enrolment_rate,510000,2025,96,
drg_dip_payment_share,510000,2025,76,
drug_platform_share,510000,2025,86,
fund_income,110000,2024,0.09,
fund_income,310000,2024,0.1,
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = desk_with(tmp_path_factory.mktemp("beside"), load_regions(find_shipped("data/regions.csv")), ROWS)
    yield made
    made.store.close()


# regions


def test_regions_are_compared_in_the_last_period_that_all_have(desk: Desk) -> None:
    found = compare_regions(desk, ["110000", "310000", "440000", "510000"])
    rows = {row.indicator.id: row for row in found.rows}
    aid = rows["medical_aid_share"]
    assert aid.period.code == "2024"
    assert [side.figure.value if side.figure else None for side in aid.sides] == [69.9, 76.0, 74.0, 73.0]
    assert [side.to_first for side in aid.sides] == [
        None, Difference(6.1), Difference(None, "bound"), Difference(3.1, is_approximate=True),
    ]  # fmt: skip
    assert [side.is_best for side in aid.sides] == [False, True, False, False]
    own = rows["out_of_pocket_share"]
    assert [side.to_first for side in own.sides] == [None, Difference(1.8), *[Difference(None, "missing")] * 2]
    assert [side.figure.class_ for side in own.sides[:2] if side.figure] == ["on_schedule", "behind"]
    income = rows["fund_income"]
    assert income.sides[1].to_first == Difference(0.01)
    assert not any(side.is_best for side in income.sides), "a text target has no better"
    assert found.best_in(found.regions[0]) == 1 == found.best_in(found.regions[1])


def test_one_period_can_be_asked_for(desk: Desk) -> None:
    found = compare_regions(desk, ["110000", "310000"], period=parse_period("2025"))
    aid = next(row for row in found.rows if row.indicator.id == "medical_aid_share")
    assert aid.period.code == "2025"
    assert aid.sides[0].figure is not None and aid.sides[0].figure.value == 72.0
    assert aid.sides[1].to_first == Difference(None, "missing")


def test_without_two_regions_the_best_and_the_worst_unit_stand_there(desk: Desk) -> None:
    found = compare_regions(desk)
    # Guangdong has nothing behind; Beijing, Shanghai and Sichuan have one each, and Sichuan the most in order
    assert [region.code for region in found.regions] == ["440000", "310000"]
    pages = {code: region_answer(desk, code) for code in ("110000", "310000", "440000", "510000")}
    counts = {code: (page.count("lag"), page.count("good")) for code, page in pages.items() if page is not None}
    assert counts == {"110000": (1, 1), "310000": (1, 1), "440000": (0, 1), "510000": (1, 3)}
    assert compare_regions(desk, ["110000"]).regions[0].code == "110000"


@pytest.mark.parametrize(
    ("text", "shown", "refused"),
    [
        ("330000,440000", ["330000", "440000"], []),
        ("330000、999999", ["330000"], [("999999", "unknown")]),
        ("510000 330000，330000", ["330000"], [("510000", "repeated"), ("330000", "repeated")]),
        ("110000,120000,130000,140000", ["110000", "120000", "130000"], [("140000", "too_many")]),
        ("000000", ["000000"], []),
        (" ,, ", [], []),
    ],
)
def test_what_cannot_be_shown_is_told(desk: Desk, text: str, shown: list[str], refused: list[object]) -> None:
    page = region_answer(desk, "510000", beside=codes_in(text))
    assert page is not None
    assert [region.code for region in page.beside.others] == shown
    assert list(page.beside.refused) == refused
    assert bool(page.beside.rows) == bool(shown)


def test_a_region_of_another_plan_is_outside(desk: Desk) -> None:
    configuration = desk.configuration(None)
    found = choose(["110000"], configuration.regions, configuration.plan("sc-14").plan, most=3)
    assert (found.regions, found.refused) == ((), (("110000", "outside"),))


def test_a_regions_own_page_keeps_the_period_of_its_own_figure(desk: Desk) -> None:
    page = region_answer(desk, "110000", beside=["310000"])
    assert page is not None
    aid = next(row for row in page.beside.rows if row.indicator.id == "medical_aid_share")
    assert aid.period.code == "2025"
    assert aid.sides[1].to_first == Difference(None, "missing")


def test_neighbours_by_population_are_suggested(desk: Desk) -> None:
    page = region_answer(desk, "510000")
    assert page is not None
    named = {kind: region.name for kind, region in page.beside.suggested}
    assert (named["larger"], named["smaller"]) == ("江苏省", "河北省")  # 8,475 and 7,461 beside 8,367 (万人)
    largest = region_answer(desk, "440000")
    assert largest is not None and "larger" not in dict(largest.beside.suggested)


def test_places_are_ordered_from_the_best(desk: Desk) -> None:
    page = region_answer(desk, "310000", period=parse_period("2024"))
    assert page is not None
    assert [(one.indicator.id, one.rank.place, one.rank.of) for one in page.ranked if one.rank] == [
        ("medical_aid_share", 1, 4), ("out_of_pocket_share", 2, 2),
    ]  # fmt: skip


# periods


def test_two_periods_of_one_region(desk: Desk) -> None:
    found = compare_periods(desk, parse_period("2023"), parse_period("2024"), region="110000")
    assert found is not None
    steps = {step.indicator.id: step for step in found.steps}
    aid, own = steps["medical_aid_share"], steps["out_of_pocket_share"]
    assert (aid.difference, aid.movement) == (Difference(-1.6), "worse")
    assert aid.old is not None and aid.new is not None
    assert (aid.old.class_, aid.new.class_, aid.new.target_gap) == ("held", "breached", pytest.approx(0.1))
    assert (own.difference, own.movement) == (Difference(-0.5), "same")
    assert steps["fund_income"].difference == Difference(None, "missing")
    assert steps["fund_income"].movement == "same", "judged by a person with a figure and without"
    assert {kind: found.count(kind) for kind in ("better", "worse", "same", "still", "other")} == {
        "better": 0, "worse": 1, "same": 14, "still": 0, "other": 0,
    }  # fmt: skip


def test_the_earlier_period_comes_first_and_the_last_years_are_the_default(desk: Desk) -> None:
    turned = compare_periods(desk, parse_period("2024"), parse_period("2023"), region="110000")
    assert turned is not None and (turned.first.code, turned.second.code) == ("2023", "2024")
    usual = compare_periods(desk, region="110000")
    assert usual is not None and (usual.first.code, usual.second.code) == ("2024", "2025")
    from_2023 = compare_periods(desk, parse_period("2023"), region="310000")
    assert from_2023 is not None and from_2023.second.code == "2024"
    assert compare_periods(desk, region="999999") is None


def test_units_whose_class_changed_are_named_with_the_nation(desk: Desk) -> None:
    found = compare_periods(desk, parse_period("2023"), parse_period("2024"))
    assert found is not None and found.region.code == "000000"
    moved = {(step.indicator.id, step.region.code): step.movement for step in found.units}
    assert moved == {
        ("medical_aid_share", "110000"): "worse",
        ("medical_aid_share", "440000"): "other",
        ("medical_aid_share", "510000"): "other",
    }


# plans


def test_a_provincial_plan_beside_the_national_one(desk: Desk) -> None:
    found = compare_plans(desk)
    assert found is not None
    assert (found.first.id, found.second.id, found.region.code) == ("uhs-14", "sc-14", "510000")
    rows = {(row.first or row.second).indicator.id: row for row in found.rows if row.first or row.second}
    bearings = {name: row.bearing for name, row in rows.items() if row.bearing != "lacking"}
    assert bearings == {
        "enrolment_rate": "same", "drg_dip_payment_share": "stricter", "drug_platform_share": "weaker",
        "sc_village_clinics": "extra",
    }  # fmt: skip
    assert (found.shared, found.count("lacking")) == (3, 12)
    drugs = rows["drug_platform_share"]
    assert drugs.first is not None and drugs.first.figure is not None and drugs.first.figure.class_ == "missed"
    assert drugs.second is not None and drugs.second.figure is not None and drugs.second.figure.class_ == "achieved"
    assert drugs.first.figure.value == drugs.second.figure.value == 86.0
    case = rows["drg_dip_payment_share"]
    assert case.second is not None and case.second.figure is not None
    assert (case.second.indicator.id, case.second.figure.value) == ("sc_inpatient_share", 76.0)
    assert case.changed == ("nature", "figure")


def test_plans_can_be_asked_for_in_any_order(desk: Desk) -> None:
    for first, second in (("sc-14", "uhs-14"), ("sc-14", None), (None, "uhs-14"), ("sc-14", "sc-14")):
        found = compare_plans(desk, first, second)
        assert found is not None and (found.first.id, found.second.id) == ("uhs-14", "sc-14")
    with pytest.raises(QuestionError):
        compare_plans(desk, "none")


def test_one_plan_alone_is_compared_with_nothing(desk: Desk) -> None:
    alone = Desk(desk.store, desk.current.catalogues[:1], desk.current.regions, desk.current.settings)
    assert compare_plans(alone) is None
    with pytest.raises(QuestionError):
        compare_plans(alone, "sc-14")
    page = region_answer(alone, "510000")
    assert page is not None and page.own_plan is None


def test_a_region_shows_its_own_plan_alone(desk: Desk) -> None:
    national = desk.configuration(None).plan("uhs-14").plan
    mine = own_plan(desk, national, "510000", None)
    page = region_answer(desk, "510000")
    assert page is not None and page.own_plan == mine
    assert own_plan(desk, national, "110000", None) is None


def test_strictness_turns_round_with_the_plans() -> None:
    regions = load_regions(find_shipped("data/regions.csv"))
    national, province = two_plans(regions)
    opposite = {"weaker": "stricter", "stricter": "weaker", "same": "same", "different": "different"}
    for name, other in (("enrolment_rate",) * 2, ("drg_dip_payment_share", "sc_inpatient_share"),
                        ("drug_platform_share",) * 2):  # fmt: skip
        above, mine = national.indicator(name), province.indicator(other)
        assert above is not None and mine is not None
        there = strictness(mine, province.plan, above, national.plan, "510000")
        assert strictness(above, national.plan, mine, province.plan, "510000") == opposite[there]


def test_a_later_plan_is_not_weaker_for_ending_later() -> None:
    (national,) = load_catalogues([find_shipped("indicators.yaml")])
    period = national.plan.period.model_copy(update={"base": 2025, "start": 2026, "end": 2030})
    next_plan = national.plan.model_copy(update={"id": "uhs-15", "period": period})
    aid = national.indicator("drug_platform_share")
    assert aid is not None
    assert strictness(aid, next_plan, aid, national.plan, "000000") == "same"


def test_a_text_is_weaker_than_a_number() -> None:
    (national,) = load_catalogues([find_shipped("indicators.yaml")])
    number, text = national.indicator("enrolment_rate"), national.indicator("fund_income")
    assert number is not None and text is not None
    vague = number.model_copy(update={"target": text.target})
    assert strictness(vague, national.plan, number, national.plan, "000000") == "weaker"
    assert strictness(number, national.plan, vague, national.plan, "000000") == "stricter"
