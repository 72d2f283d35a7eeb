"""Data quality: every number worked out by hand on a small store."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.catalogue.loader import parse_catalogues
from monitor.intake.submissions import explain, ingest
from monitor.method.figures import Figure
from monitor.method.relations import fails
from monitor.report.quality import Quality, quality
from monitor.report.quality_relations import RelationResult
from tests.cycle.in_process import reading_in_process

from .calls import PLAN, World, at

Q1 = "2023-Q1"
# 17342.45 − 13222.71 = 4119.74, printed 4119.75: a balance that fails by 0.01 from rounding
FUND = """
plan:
  id: fund
  title: {zh: 基金, en: Fund}
  region: "000000"
  period: {base: 2020, start: 2021, end: 2025}
indicators:
"""
AMOUNT = """  - id: {name}
    number: {number}
    name: {{zh: {zh}, en: {name}}}
    nature: expected
    unit: 亿元
    direction: up
    accumulation: stock
    aggregate: sum
    frequency: quarter
    target: {{rule: reach, comparator: ge, value: 90000}}
"""
REST = """relations:
  - {left: income − spending, operator: eq, right: balance, unit: 亿元, tolerance: 0.01, severity: query}
forms:
  - id: quarterly
    name: {zh: 季报, en: Quarterly}
    indicators: [income, spending, balance]
    frequency: quarter
    first: 2023-Q1
    last: 2023-Q2
    due: {days: 20}
"""
NAMES = {"income": "收入", "spending": "支出", "balance": "结余"}
FUND_PLAN = (
    FUND + "".join(AMOUNT.format(name=name, number=n, zh=zh) for n, (name, zh) in enumerate(NAMES.items(), 1)) + REST
)
SENT = {"income": "17342.45", "spending": "13222.71"}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path, FUND_PLAN)
    made.now = at("2023-04-10T09:00")
    yield made
    made.store.close()


def _relation(found: Quality) -> RelationResult:
    (result,) = found.relations
    return result


def _send(world: World, region: str, *, vintage: str = "reported", **figures: str) -> int:
    number = world.send(region, Q1, vintage=vintage, **figures)
    world.accept(number)
    return number


def test_a_relation_holds_to_its_tolerance_and_not_beyond(world: World) -> None:
    _send(world, "110000", **SENT, balance="4119.75")
    wrong = _send(world, "120000", **SENT, balance="4119.76")
    result = _relation(quality(world.desk))
    assert result.checked == 2
    (failure,) = result.failures
    assert (failure.region_code, failure.period.code, failure.vintage) == ("120000", Q1, "reported")
    assert (failure.left, failure.right) == (Fraction("4119.74"), Fraction("4119.76"))
    assert failure.difference == Fraction("-0.02")
    assert failure.submissions == (wrong,)


def test_figures_of_two_vintages_need_not_add_up(world: World) -> None:
    _send(world, "110000", **SENT)
    _send(world, "110000", vintage="flash", balance="1")
    assert (_relation(quality(world.desk)).checked, _relation(quality(world.desk)).failures) == (0, ())


def test_a_correction_mends_what_failed_and_the_past_keeps_it(world: World) -> None:
    _send(world, "120000", **SENT, balance="4119.76")
    before = at("2023-04-11T09:00")
    world.now = at("2023-04-12T09:00")
    _send(world, "120000", balance="4119.74")
    now, then = quality(world.desk), quality(world.desk, as_of=before)
    assert not now.failures and then.failures == 1
    (unit,) = [one for one in now.units if one.region.code == "120000"]
    assert (unit.relations, unit.makeup.carried) == (0, 2)  # income and spending were not named again


def test_published_beside_what_the_units_add_up_to(world: World) -> None:
    _send(world, "110000", income="100.5")
    _send(world, "120000", income="200")
    _send(world, "000000", vintage="bulletin", income="310", spending="5")
    (one,) = quality(world.desk).differences
    assert (one.indicator.id, one.figure.period.code) == ("income", Q1)
    assert (one.published, one.aggregated, one.difference) == (310, 300.5, pytest.approx(-9.5))
    assert one.coverage == pytest.approx(2 / 3)
    assert one.relative == pytest.approx(9.5 / 310)
    assert not one.agrees


def test_the_biggest_difference_comes_first(world: World) -> None:
    _send(world, "110000", income="100", spending="100", balance="1")
    _send(world, "000000", vintage="bulletin", income="101", spending="150", balance="1")
    found = quality(world.desk).differences
    assert [one.indicator.id for one in found] == ["spending", "income", "balance"]
    assert found[-1].agrees and found[-1].difference == 0


@pytest.mark.parametrize(
    ("comparator", "published", "agrees"), [("ge", 95, True), ("ge", 105, False), ("approx", 95, True)]
)
def test_a_published_bound_or_approximate_figure_is_not_subtracted(
    tmp_path: Path, comparator: str, published: int, agrees: bool
) -> None:
    world = World(tmp_path, FUND_PLAN)
    world.now = at("2023-04-10T09:00")
    path = tmp_path / "bound.csv"
    _send(world, "110000", income="100")
    head = "indicator_id,region_code,period,value,comparator,vintage"
    path.write_text(f"{head}\nincome,000000,{Q1},{published},{comparator},bulletin\n", encoding="utf-8")
    with reading_in_process():
        ingest(world.store, world.catalogues, world.regions, path, by="张三", accept=True, explain="公布")
    (one,) = quality(world.desk).differences
    assert (one.agrees, one.difference) == (agrees, None)
    assert (one.is_bound, one.is_approximate) == (comparator != "approx", comparator == "approx")
    world.store.close()


def test_kinds_of_figures_are_counted_once_a_cell(world: World) -> None:
    _send(world, "110000", income="100", spending="—", balance="不适用")
    _send(world, "110000", vintage="flash", income="99", spending="50")
    _send(world, "120000", income="保密", spending="7", balance="8")
    found = quality(world.desk)
    of_first = next(one.makeup for one in found.units if one.region.code == "110000")
    # the flash figure stands in where the report says that there is none, and nowhere else
    assert (of_first.cells, of_first.with_value, of_first.flash) == (3, 2, 1)
    assert (of_first.missing, of_first.not_applicable) == (0, 1)
    total = found.makeup
    assert (total.cells, total.with_value, total.withheld, total.missing) == (6, 4, 1, 0)
    assert total.cells == total.with_value + total.missing + total.withheld + total.not_applicable


def test_queries_are_counted_by_their_explanation_and_what_waits_is_only_counted(world: World) -> None:
    _send(world, "120000", **SENT, balance="4119.76")
    world.send("660000", Q1, explain="", **SENT, balance="5000")
    found = quality(world.desk)
    assert (found.query_count.queries, found.query_count.unexplained) == (1, 0)
    (query,) = found.queries
    assert (query.code, query.region_code, query.explanation) == ("relation_fails", "120000", "已核实")
    waiting = found.waiting
    assert (waiting.submissions, waiting.queries, waiting.unexplained) == (1, 1, 1)
    assert all(query.region_code != "660000" for query in found.queries)
    assert _relation(found).checked == 1  # nobody has accepted the other


def test_what_is_kept_is_renewed_by_what_changes_it_and_by_nothing_else(world: World) -> None:
    _send(world, "120000", **SENT, balance="4119.74")
    before = quality(world.desk)
    waits = world.send("110000", Q1, explain="", **SENT, balance="5000")
    sent = quality(world.desk)
    assert (before.waiting.submissions, sent.waiting.submissions) == (0, 1)  # an event of what waits
    assert sent.relations is before.relations  # and what has been accepted is as it was
    explain(world.store, waits, by="张三", text="以后补报")
    assert (sent.waiting.unexplained, quality(world.desk).waiting.unexplained) == (1, 0)
    world.accept(waits)
    accepted = quality(world.desk)
    assert accepted.waiting.submissions == 0
    assert (before.makeup.cells, accepted.makeup.cells) == (3, 6)
    assert (before.query_count.queries, accepted.query_count.queries) == (0, 1)
    assert (before.failures, accepted.failures) == (0, 1)
    assert (before.overall.early, sent.overall.early) == (1, 2)  # nothing is due yet


def test_rates_are_those_of_the_board_and_units_come_worst_first(world: World) -> None:
    _send(world, "110000", **SENT, balance="4119.74")
    world.now = at("2023-04-25T09:00")
    _send(world, "660000", **SENT, balance="4119.74")
    found = quality(world.desk)
    assert [one.region.code for one in found.units] == ["120000", "660000", "110000"]
    parts = [(one.rates.completeness.numerator, one.rates.timeliness.numerator) for one in found.units]
    assert parts == [(0, 0), (1, 0), (1, 1)]
    assert [one.missing_reports for one in found.units] == [1, 0, 0]
    (form,) = found.forms
    assert (form.rates.completeness.numerator, form.rates.completeness.denominator) == (2, 3)


def test_a_plan_without_relations_and_a_store_without_figures(tmp_path: Path) -> None:
    world = World(tmp_path, PLAN)
    found = quality(world.desk)
    assert (found.relations, found.queries, found.differences, found.makeup.cells) == ((), (), (), 0)
    assert found.is_empty
    world.now = at("2023-06-01T09:00")
    assert not quality(world.desk).is_empty  # what was due has not come
    world.store.close()


amounts = st.decimals(min_value=0, max_value=10**7, places=2)


@given(income=amounts, spending=amounts, off=st.integers(-3, 3))
def test_a_balance_fails_exactly_beyond_its_tolerance(income: object, spending: object, off: int) -> None:
    (catalogue,) = parse_catalogues([("fund.yaml", FUND_PLAN)])
    (relation,) = catalogue.relations
    balance = Fraction(str(income)) - Fraction(str(spending)) + Fraction(off, 100)
    values = {"income": Fraction(str(income)), "spending": Fraction(str(spending)), "balance": balance}
    given_figures = {name: (Figure(value), Fraction(1)) for name, value in values.items()}
    assert fails(relation, given_figures) == (abs(off) > 1)
