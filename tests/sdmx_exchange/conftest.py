"""A store whose figures are of every kind: values, zero, missing, not applicable, withheld, parts, bounds, vintages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache

import pytest

from monitor.catalogue.loader import Catalogue, load_catalogues, load_regions
from monitor.catalogue.regions import Regions
from monitor.intake.submissions import ingest
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store

NOW = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
HEAD = (
    "indicator_id,region_code,period,numerator,denominator,part_unit,value,unit,comparator,vintage,synthetic,note,source,"
    "published_on,grade\n"
)
FIGURES = HEAD + "".join(
    f"{line}\n"
    for line in (
        "enrolment_rate,000000,2024,,,,95,%,ge,bulletin,false,,公报,2025-07-14,A",
        'enrolment_rate,320000,2024-Q4,8100.5,8400,万人,,,,,true,"模拟数据, ""引号""",示例,,',
        "fund_income,000000,2024,,,,34913.37,亿元,,bulletin,false,,公报 & <年鉴>,2025-07-14,A",
        "fund_income,000000,2024,,,,34809.95,亿元,,flash,false,初步,快报,2025-03-27,A",
        "fund_income,320000,2024-Q4,,,,34000000,万元,,,true,模拟数据,,,",
        "procured_drugs,320000,2024-Q4,,,,0,种,,,true,模拟数据,,,",
        "medical_aid_share,320000,2024-Q4,,,,不适用,%,,,true,模拟数据,,,",
        "medical_aid_share,330000,2024-Q4,,,,保密,%,,,true,模拟数据,,,",
        "medical_aid_share,340000,2024-Q4,,,,—,%,,,true,模拟数据,,,",
        "medical_aid_share,000000,2023,,,,70,%,approx,report,false,,报道,2024-01-05,B",
    )
)


Make = Callable[[str], Desk]


@pytest.fixture(scope="session")
def regions() -> Regions:
    return load_regions(find_shipped("data/regions.csv"))


@pytest.fixture(scope="session")
def catalogue(regions: Regions) -> Catalogue:
    return load_catalogues([find_shipped("indicators.yaml")], regions)[0]


@pytest.fixture(scope="session")
def desk_of(regions: Regions, catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """A desk over a store that holds the figures of an observation file; nobody writes into it."""
    stores: list[Store] = []

    @cache
    def make(text: str) -> Desk:
        folder = tmp_path_factory.mktemp("sdmx")
        sent = folder / "sent.csv"
        sent.write_text(text, encoding="utf-8", newline="")
        store = Store.open(folder / "m.duckdb", clock=lambda: NOW)
        stores.append(store)
        ingest(store, (catalogue,), regions, sent, by="张三", accept=True, explain="测试")
        return Desk(store, (catalogue,), regions, MethodSettings())

    yield make
    for store in stores:
        store.close()
