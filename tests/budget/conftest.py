"""The shipped files of the budget, and a store that knows the two figures that they share with the plan."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from monitor.access.actors import Actor
from monitor.budget.answers import Answer, Answers
from monitor.budget.library import Library, library
from monitor.budget.models import PerformanceTable
from monitor.budget.values import Measure
from monitor.catalogue.loader import Catalogue, load_catalogues, load_regions
from monitor.catalogue.regions import Regions
from monitor.intake.submissions import ingest
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store

SHIPPED = find_shipped("data/budget")
SYSTEM, MANAGEMENT = "2020-system", "2020-management"
Loaded = tuple[tuple[Catalogue, ...], Regions]
NOON = datetime(2021, 7, 1, 4, 0, tzinfo=UTC)
PLANNER, OTHER = Actor("王计划", "planner"), Actor("陈计划", "planner")
VIEWER = Actor("周领导", "viewer")
BENEFITS = Actor("待遇司小赵", "reviewer", None, frozenset({"enrolment_rate"}))
MEDICINES = Actor("医药司小钱", "reviewer", None, frozenset({"drug_platform_share"}))


@dataclass
class World:
    """A store whose clock goes on an hour with every step."""

    desk: Desk
    folder: Path
    time: list[datetime] = field(default_factory=lambda: [NOON])

    @property
    def known(self) -> Library:
        return library(self.desk.store, SHIPPED)

    @property
    def now(self) -> datetime:
        """Naive UTC, as the store keeps moments."""
        return self.time[0].replace(tzinfo=None)

    def publish(
        self, indicator: str, value: str, comparator: str = "", year: int = 2020, synthetic: bool = False
    ) -> None:
        """A figure of the nation, accepted."""
        self.later()
        path = self.folder / f"{indicator}-{self.now:%H%M%d}.csv"
        head = "indicator_id,region_code,period,value,comparator,unit,vintage,synthetic\n"
        path.write_text(
            f"{head}{indicator},000000,{year},{value},{comparator},%,bulletin,{str(synthetic).lower()}\n",
            encoding="utf-8",
        )
        store, current = self.desk.store, self.desk.current
        made = ingest(store, current.catalogues, current.regions, path, by="公布", accept=True, explain="核实")
        assert not made.is_refused, made.problems

    def later(self, hours: int = 1) -> datetime:
        self.time[0] += timedelta(hours=hours)
        return self.now


@pytest.fixture(scope="session")
def loaded() -> Loaded:
    regions = load_regions(find_shipped("data/regions.csv"))
    return load_catalogues([find_shipped("indicators.yaml")], regions), regions


@pytest.fixture(scope="session")
def published(loaded: Loaded, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store file with the two figures of 2020, made once and copied for each test."""
    folder, time = tmp_path_factory.mktemp("published"), [NOON]
    with Store.open(folder / "m.duckdb", clock=lambda: time[0]) as store:
        made = World(Desk(store, *loaded, MethodSettings()), folder, time)
        made.publish("enrolment_rate", "95", "ge")
        made.publish("resident_inpatient_payment_share", "70")
    return folder


@pytest.fixture
def world(loaded: Loaded, published: Path, tmp_path: Path) -> Iterator[World]:
    folder, time = tmp_path / "world", [NOON + timedelta(days=1)]
    shutil.copytree(published, folder)
    with Store.open(folder / "m.duckdb", clock=lambda: time[0]) as store:
        yield World(Desk(store, *loaded, MethodSettings()), folder, time)


@pytest.fixture(scope="session")
def shipped() -> Library:
    return library(None, SHIPPED)


def full_answers(table: PerformanceTable, **changed: Answer) -> Answers:
    """Every row exactly as promised, the budget fully executed; `changed`: by `row_5`."""
    rows = []
    for number, row in enumerate(table.indicators, start=1):
        if f"row_{number}" in changed:
            rows.append(changed[f"row_{number}"])
        elif row.plan_indicator is None:
            goal = table.value(row.annual)
            if isinstance(goal, Measure):
                rows.append(Answer(row=number, actual=f"{goal.number:f}{goal.unit}"))
            else:
                rows.append(Answer(row=number, attainment="达成年度指标", percent=Decimal(100)))
    funds = table.funds.annual.total
    return Answers(budget=funds, executed=funds, rows=tuple(rows))
