"""Forms and calls: what may be asked of whom and by when, each fault at its place, and where a figure belongs."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from monitor.catalogue import Catalogue, CatalogueError, Problem, load_catalogues, load_regions, parse_catalogues
from monitor.catalogue.forms import Call, call_of, calls, form_of, forms_of_plan
from monitor.catalogue.periods import Period, parse_period
from monitor.catalogue.regions_file import parse_regions
from tests.catalogue.test_schema import SCHEMA, fits, plain

TOP = Path(__file__).parents[2]
# 510000 begins in 2023, 660000 does not report, 110100 lies two steps below the nation
REGIONS = parse_regions(
    "region_code,parent_code,level,name,reporting,valid_from,valid_to\n000000,,nation,全国,,,\n"
    "110000,000000,province,北京市,,,\n110100,110000,city,市辖区,,,\n510000,000000,province,四川省,,2023-01-01,\n"
    "660000,000000,province,兵团,false,,\n",
    "regions.csv",
)
PLAN = """\
plan: {id: national, title: 规划, region: "000000", period: {base: 2020, start: 2021, end: 2025}}
indicators:
  - {id: income, number: 1, name: 收入, nature: context, unit: 亿元, direction: none, accumulation: ytd,
     aggregate: sum, frequency: quarter}
  - {id: persons, number: 2, name: 人数, nature: context, unit: 万人, direction: none, accumulation: stock,
     aggregate: sum, frequency: quarter}
"""
FORMS = """\
forms:
  - id: quarterly
    name: {zh: 季报, en: Quarterly}
    number: 医保统1表
    authority: {zh: 某局, inferred: true}
    approval: 国统制〔2000〕1号
    valid_until: 2026-12-31
    kind: regular
    indicators: [income, persons]
    frequency: quarter
    first: 2022-Q2
    due: {days: 20, year_end: 30}
    closes: {days: 60, year_end: 90}
    extensions:
      - region: "110000"
        period: 2022-Q3
        due_on: 2022-11-15
        reason: 系统升级
  - id: once
    name: 专项
    kind: special
    indicators: [persons]
    units: ["510000"]
    periods: [2024, 2023-Q1]
    due: {on: 2025-06-30}
    closes: {on: 2025-07-31}
"""
SOUND = PLAN + FORMS


def parsed(text: str = SOUND) -> Catalogue:
    (catalogue,) = parse_catalogues([("a.yaml", text)], REGIONS)
    return catalogue


def problems_of(text: str, *others: tuple[str, str]) -> tuple[Problem, ...]:
    with pytest.raises(CatalogueError) as caught:
        parse_catalogues([("a.yaml", text), *others], REGIONS)
    return caught.value.problems


def line_of(text: str, snippet: str) -> int:
    return text[: text.index(snippet)].count("\n") + 1


# what is written, what it becomes, code, path, and where the line must be (default: the new text itself)
SLIPS: list[tuple[str, ...]] = [
    ("approval: 国统制〔2000〕1号\n", "notes: 无\n", "number_without_approval", "forms[0].number", "number: 医保统1表"),
    ("indicators: [income, persons]", "indicators: [income, person]", "unknown_reference", "forms[0].indicators[1]"),
    ("indicators: [income, persons]", "indicators: [income, income]", "duplicate_reference", "forms[0].indicators[1]"),
    ("indicators: [income, persons]", "indicators: []", "bad_value", "forms[0].indicators"),
    ("closes: {days: 60, year_end: 90}", "closes: {days: 19, year_end: 90}", "closes_before_due", "forms[0].closes"),
    ("closes: {days: 60, year_end: 90}", "closes: {days: 60, year_end: 29}", "closes_before_due", "forms[0].closes"),
    ("closes: {on: 2025-07-31}", "closes: {on: 2025-06-29}", "closes_before_due", "forms[1].closes"),
    ("    periods: [2024, 2023-Q1]\n", "", "special_without_periods", "forms[1].periods", "- id: once"),
    ("periods: [2024, 2023-Q1]", "periods: [2024, 2024]", "duplicate_period", "forms[1].periods[1]"),
    ("periods: [2024, 2023-Q1]", "periods: [2024, 2023-Q5]", "bad_value", "forms[1].periods[1]"),
    ("    units: [", "    frequency: year\n    units: [", "special_with_frequency", "forms[1].frequency",
     "frequency: year"),
    ("    units: [", "    last: 2024\n    units: [", "special_with_frequency", "forms[1].last", "last: 2024"),
    ("    first: 2022-Q2\n", "    periods: [2022-Q2]\n    first: 2022-Q2\n", "regular_with_periods",
     "forms[0].periods", "periods: [2022-Q2]"),
    ("    frequency: quarter\n    first", "    first", "missing_frequency", "forms[0].frequency", "- id: quarterly"),
    ("first: 2022-Q2", "first: 2022", "frequency_mismatch", "forms[0].first"),
    ("    first: 2022-Q2\n", "    first: 2022-Q2\n    last: 2022-06\n", "frequency_mismatch", "forms[0].last",
     "last: 2022-06"),
    ("    first: 2022-Q2\n", "    first: 2022-Q2\n    last: 2022-Q1\n", "no_period", "forms[0].last", "last: 2022-Q1"),
    ('units: ["510000"]', 'units: ["510001"]', "unknown_region", "forms[1].units[0]"),
    ('units: ["510000"]', 'units: ["510000", "510000"]', "duplicate_region", "forms[1].units[1]"),
    ('- region: "110000"', '- region: "110001"', "unknown_region", "forms[0].extensions[0].region"),
    ('- region: "110000"', '- region: "660000"', "unit_not_called", "forms[0].extensions[0].region"),
    ('- region: "110000"', '- region: "510000"', "unit_not_called", "forms[0].extensions[0].region"),
    ("period: 2022-Q3", "period: 2022-Q1", "period_not_called", "forms[0].extensions[0].period"),
    ("period: 2022-Q3", "period: 2022", "period_not_called", "forms[0].extensions[0].period", "period: 2022\n"),
    ("        reason: 系统升级\n", "", "missing_key", "forms[0].extensions[0].reason", '- region: "110000"'),
    ("due_on: 2022-11-15", "due_on: 2022-10-20", "extension_not_later", "forms[0].extensions[0].due_on"),
    ("due_on: 2022-11-15", "due_on: 2022-11-15\n        closes_on: 2022-11-14", "closes_before_due",
     "forms[0].extensions[0].closes_on", "closes_on: 2022-11-14"),
    ("due: {on: 2025-06-30}", "due: {on: 2025-06-30, days: 3}", "bad_value", "forms[1].due"),
    ("due: {on: 2025-06-30}", "due: {year_end: 3}", "bad_value", "forms[1].due"),
    ("due: {days: 20,", "due: {days: -1,", "bad_value", "forms[0].due.days"),
    ("due: {days: 20,", "due: {days: 99999,", "bad_value", "forms[0].due.days"),
    ("    due: {on: 2025-06-30}\n", "", "missing_key", "forms[1].due", "- id: once"),
    ("kind: special", "kind: specal", "bad_value", "forms[1].kind"),
    ("    kind: special", "    vintage: flashh\n    kind: special", "bad_value", "forms[1].vintage", "vintage: flashh"),
    ("valid_until", "valid_untl", "unknown_key", "forms[0].valid_untl"),
    ("id: once", "id: Once", "bad_value", "forms[1].id"),
    ("id: once", "id: quarterly", "duplicate_id", "forms[1].id", "id: quarterly\n    name: 专项"),
]  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: f"{slip[2]}-{slip[3]}-{slip[1][:12]!r}")
def test_a_slip_is_told_at_its_place(slip: tuple[str, ...]) -> None:
    old, new, code, path = slip[:4]
    assert SOUND.count(old) >= 1, "the case no longer fits the sound catalogue"
    broken = SOUND.replace(old, new, 1)
    (problem,) = problems_of(broken)
    assert (problem.code, problem.path) == (code, path)
    assert problem.line == line_of(broken, slip[4] if len(slip) > 4 else new.lstrip())
    assert problem.zh and problem.en and problem.zh != problem.en


@pytest.mark.parametrize(
    ("old", "new", "meant"),
    [
        ("[income, persons]", "[incme, persons]", "income"),
        ('- region: "110000"', '- region: "11100O"', None),
        ('units: ["510000"]', 'units: ["510001"]', "510000"),
        ('units: ["510000"]', 'units: ["51000"]', None),
        ("kind: special", "kind: specil", "special"),
        ("frequency: quarter\n    first", "frequenzy: quarter\n    first", "frequency"),
    ],
)
def test_the_nearest_known_word_is_offered(old: str, new: str, meant: str | None) -> None:
    (problem,) = problems_of(SOUND.replace(old, new, 1))
    assert ("did you mean" in problem.en) == (meant is not None)
    if meant is not None:
        assert f"did you mean '{meant}'?" in problem.en and f"是不是“{meant}”？" in problem.zh


def test_ids_are_their_own_over_all_catalogues_and_no_plans() -> None:
    other = SOUND.replace("id: national", "id: other").replace("id: once", "id: national")
    found = [(problem.file, problem.code, problem.path) for problem in problems_of(SOUND, ("b.yaml", other))]
    assert ("b.yaml", "duplicate_id", "forms[0].id") in found  # quarterly, as in a.yaml
    assert ("b.yaml", "duplicate_id", "forms[1].id") in found  # the other plan's id
    (problem,) = problems_of(SOUND.replace("id: national", "id: once"))
    assert (problem.code, problem.path) == ("duplicate_id", "forms[1].id")


def test_a_provinces_form_asks_nobody_outside_the_province() -> None:
    text = SOUND.replace('region: "000000"', 'region: "110000"').replace(
        '"110000"\n        period', '"110100"\n        period'
    )
    (problem,) = problems_of(text)
    assert (problem.code, problem.path, problem.text) == ("unit_outside_plan", "forms[1].units[0]", "510000")


def test_faults_of_a_form_hide_neither_each_other_nor_those_of_the_rest() -> None:
    broken = (
        SOUND.replace("days: 20", "days: x").replace("approval: 国统制〔2000〕1号\n", "colour: red\n")
        .replace("[persons]", "[person]").replace("id: persons", "id: income")
    )  # fmt: skip
    found = {(problem.code, problem.path) for problem in problems_of(broken)}
    assert found == {
        ("bad_value", "forms[0].due.days"), ("unknown_key", "forms[0].colour"),
        ("number_without_approval", "forms[0].number"), ("duplicate_id", "indicators[1].id"),
        ("unknown_reference", "forms[0].indicators[1]"), ("unknown_reference", "forms[1].indicators[0]"),
    }  # fmt: skip


def test_without_forms_the_version_is_what_it_was_and_with_forms_another() -> None:
    plain, formed = parsed(PLAN), parsed()
    assert plain.version == parsed(PLAN + "forms: []\n").version == parsed(PLAN + "forms:\n").version
    assert plain.version == "3f2dea68b5be"  # as computed before there were forms  # pragma: allowlist secret
    assert formed.version != plain.version
    assert formed.version == parsed(SOUND.replace("number: 医保统1表", "number: '医保统1表' # spelt otherwise")).version
    assert formed.version != parsed(SOUND.replace("days: 60", "days: 61")).version
    assert [form.id for form in formed.forms] == ["quarterly", "once"] and plain.forms == ()


def test_a_regular_form_asks_every_reporting_unit_for_every_period() -> None:
    catalogue = parsed()
    form = catalogue.form("quarterly")
    assert form is not None
    asked = form.periods_of(catalogue.plan)
    assert [asked[0].code, asked[-1].code, len(asked)] == ["2022-Q2", "2025-Q4", 15]
    before, after = parse_period("2022-Q4"), parse_period("2023-Q1")
    assert form.units_of(catalogue.plan, REGIONS, before) == ("110000", "110100")
    assert form.units_of(catalogue.plan, REGIONS, after) == ("110000", "110100", "510000")


def test_calls_have_their_days_and_extensions() -> None:
    catalogue = parsed()
    found = {(call.form.id, call.region, call.period.code): call for call in calls(catalogue, REGIONS)}
    quarter, year_end = found["quarterly", "110000", "2022-Q2"], found["quarterly", "110000", "2022-Q4"]
    assert (quarter.due_on, quarter.closes_on, quarter.extended) == (date(2022, 7, 20), date(2022, 8, 29), None)
    assert (year_end.due_on, year_end.closes_on) == (date(2023, 1, 30), date(2023, 3, 31))
    extended = found["quarterly", "110000", "2022-Q3"]
    assert (extended.due_on, extended.closes_on) == (date(2022, 11, 15), date(2022, 11, 29))
    assert extended.extended is not None and extended.extended.reason.zh == "系统升级"
    assert found["quarterly", "110100", "2022-Q3"].due_on == date(2022, 10, 20)
    special = found["once", "510000", "2024"]
    assert (special.due_on, special.closes_on) == (date(2025, 6, 30), date(2025, 7, 31))
    assert ("once", "110000", "2024") not in found and ("quarterly", "510000", "2022-Q4") not in found


def test_an_extension_beyond_the_closing_day_moves_that_too() -> None:
    def one(text: str) -> Call:
        call = call_of([parsed(text)], REGIONS, "quarterly", "110000", parse_period("2022-Q3"))
        assert call is not None
        return call

    late = SOUND.replace("due_on: 2022-11-15", "due_on: 2022-12-20")
    assert one(late).closes_on == date(2022, 12, 20)
    assert one(late.replace("2022-12-20", "2022-12-20\n        closes_on: 2022-12-31")).closes_on == date(2022, 12, 31)
    assert one(late.replace("    closes: {days: 60, year_end: 90}\n", "")).closes_on is None


def test_filters_of_calls_and_the_single_call_agree() -> None:
    catalogue = parsed()
    every = calls(catalogue, REGIONS)
    assert len(every) == 2 * 3 + 3 * 12 + 2
    for call in every:
        same = calls(catalogue, REGIONS, form=call.form.id, region=call.region, period=call.period)
        assert same == (call,) == (call_of([catalogue], REGIONS, call.form.id, call.region, call.period),)
    assert calls(catalogue, REGIONS, form="none") == calls(catalogue, REGIONS, region="000000") == ()
    assert call_of([catalogue], REGIONS, "quarterly", "660000", parse_period("2024-Q1")) is None
    assert call_of([catalogue], REGIONS, "none", "110000", parse_period("2024-Q1")) is None


def test_a_figure_belongs_to_the_first_form_that_asks_for_it_else_to_its_plan() -> None:
    catalogue = parsed()

    def home(indicator: str, region: str, period: str) -> str:
        return form_of([catalogue], REGIONS, indicator, region, parse_period(period))

    assert home("income", "110000", "2024-Q1") == "quarterly"
    assert home("persons", "510000", "2023-Q1") == "quarterly"  # once asks for it too, later in the file
    assert home("persons", "510000", "2024") == "once"
    assert home("income", "510000", "2024") == "national"  # once does not ask for it
    assert home("income", "110000", "2022-Q1") == "national"  # before the first period
    assert home("income", "000000", "2024-Q1") == home("income", "660000", "2024-Q1") == "national"
    assert forms_of_plan(catalogue) == ("quarterly", "once", "national")
    with pytest.raises(KeyError):
        home("nothing", "110000", "2024-Q1")


def test_the_plan_is_chosen_as_before_there_were_forms() -> None:
    province = PLAN.replace("id: national", "id: beijing").replace('region: "000000"', 'region: "110000"')
    plans = parse_catalogues([("b.yaml", province), ("a.yaml", SOUND)], REGIONS)
    assert form_of(plans, REGIONS, "income", "110100", parse_period("2022-Q1")) == "beijing"
    assert form_of(plans, REGIONS, "income", "110100", parse_period("2024-Q1")) == "quarterly"
    assert form_of(plans, REGIONS, "income", "510000", parse_period("2022-Q1")) == "national"


@given(
    st.integers(2022, 2025), st.integers(1, 4), st.integers(0, 400), st.none() | st.integers(0, 400),
    st.integers(0, 400),
)  # fmt: skip
def test_days_are_counted_from_the_periods_end(
    year: int, part: int, days: int, year_end: int | None, more: int
) -> None:
    due = f"{{days: {days}}}" if year_end is None else f"{{days: {days}, year_end: {year_end}}}"
    most = max(days, year_end or 0) + more
    text = (
        SOUND.replace("due: {days: 20, year_end: 30}", f"due: {due}")
        .replace("closes: {days: 60, year_end: 90}", f"closes: {{days: {most}}}")
        .replace("due_on: 2022-11-15", "due_on: 2030-01-01")
    )
    period = Period.of(year, "quarter", part)
    call = call_of([parsed(text)], REGIONS, "quarterly", "110100", period)
    assert (call is None) == (period.code == "2022-Q1")
    if call is not None:
        expected = year_end if part == 4 and year_end is not None else days
        assert call.due_on == period.end + timedelta(days=expected)
        assert call.closes_on == period.end + timedelta(days=most)


def test_the_shipped_forms_claim_nothing_official() -> None:
    regions = load_regions(TOP / "data" / "regions.csv")
    (catalogue,) = load_catalogues([TOP / "indicators.yaml"], regions)
    assert [form.kind for form in catalogue.forms] == ["regular", "regular", "special"]
    for form in catalogue.forms:
        assert form.number is None and form.approval is None
        assert form.authority is not None and form.authority.inferred
        assert form.notes is not None and "示例表式，未经批准" in form.notes.zh
        assert "， " not in form.notes.zh
        for text in (form.name, form.scope, form.channel, form.notes):
            assert text is not None and text.en
    quarters = calls(catalogue, regions, form="quarterly", period=parse_period("2025-Q4"))
    assert len(quarters) == 32 and {call.due_on for call in quarters} == {date(2026, 1, 30)}
    years = calls(catalogue, regions, form="annual", region="660000", period=parse_period("2024"))
    assert [call.due_on for call in years] == [date(2025, 7, 19)]
    (extended,) = [call for call in calls(catalogue, regions) if call.extended]
    assert extended.form.kind == "special" and extended.region == "540000"
    for call in calls(catalogue, regions):
        assert call.closes_on is not None and call.closes_on >= call.due_on + timedelta(days=24)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    approval: 国统制〔2000〕1号\n", ""),
        ("    periods: [2024, 2023-Q1]\n", ""),
        ("    frequency: quarter\n    first", "    first"),
        ("    first: 2022-Q2\n", "    periods: [2022-Q2]\n"),
        ("    kind: special\n", "    kind: special\n    frequency: year\n"),
        ("indicators: [income, persons]", "indicators: []"),
        ("        reason: 系统升级\n", ""),
        ("kind: special", "kind: often"),
        ("    name: 专项\n", ""),
        ("days: 20", "days: -3"),
    ],
)
def test_the_schema_refuses_what_the_loader_refuses_of_forms(old: str, new: str) -> None:
    quoted = SOUND.replace("{on:", '{"on":')  # a bare on is true to readers of YAML 1.1
    assert fits(SCHEMA, plain(yaml.safe_load(quoted)))
    broken = quoted.replace(old, new, 1)
    assert broken != quoted and problems_of(broken)
    assert not fits(SCHEMA, plain(yaml.safe_load(broken)))
