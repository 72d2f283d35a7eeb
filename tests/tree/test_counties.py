"""The synthetic figures of counties: divided to the last digit, marked, the same each time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.catalogue.periods import parse_period
from monitor.demo.counties import county_rows
from monitor.demo.loader import load_demo
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from tests.cycle.in_process import reading_in_process

NOW = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
PERIOD = parse_period("2025-Q4")
ITEMS = ("online_service_share", "counter_service_share")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    regions = load_regions(find_shipped("data/regions-full.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    folder: Path = tmp_path_factory.mktemp("counties")
    with Store.open(folder / "m.duckdb", clock=lambda: NOW) as store:
        with reading_in_process():
            load_demo(store, catalogues, regions, NOW)
        yield Desk(store, catalogues, regions, MethodSettings())


def test_what_all_counties_of_a_province_send_adds_up_to_what_it_has_sent(desk: Desk) -> None:
    regions, tree = desk.current.regions, desk.tree()
    sums: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    senders: dict[tuple[str, str], int] = defaultdict(int)
    for row in county_rows(desk, PERIOD):
        key = (f"{row.region_code[:2]}0000" if not row.region_code.startswith("6590") else "660000", row.indicator_id)
        top, bottom = Decimal(row.numerator or row.value), Decimal(row.denominator or 0)
        sums[key][0] += top
        sums[key][1] += bottom
        senders[key] += 1
        assert row.cells()[10] == "true" and "模拟数据" in row.note
        assert bottom == 0 or row.indicator_id == "out_of_pocket_share" or top <= bottom
    whole = 0
    for (province, name), (top, bottom) in sums.items():
        leaves = [
            one for one in regions.descendants(province, PERIOD.end)
            if one.reporting and not regions.children(one.code, PERIOD.end)
        ]  # fmt: skip
        figure = tree.figure(tree.indicators[name], province, PERIOD)
        assert figure is not None
        if name in ITEMS or senders[province, name] < len(leaves):
            continue
        whole += 1
        if figure.numerator is None or figure.denominator is None:
            assert Fraction(top) == figure.value * 10_000, (province, name)  # 万亿元 sent as 亿元
        else:
            assert (top, bottom) == (figure.numerator, figure.denominator), (province, name)
    assert whole > 50


def test_the_same_rows_each_time(desk: Desk) -> None:
    assert [*county_rows(desk, PERIOD)] == [*county_rows(desk, PERIOD)]
