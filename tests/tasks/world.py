"""A small plan of tasks over a store with its own clock, and the people who report on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from monitor.access.accounts import Scope
from monitor.access.actors import Actor
from monitor.access.rights import AccountRole
from monitor.access.signing import Access
from monitor.catalogue.loader import Catalogue
from monitor.store.store import Store
from monitor.tasks.files import parse_tasks
from monitor.tasks.models import TaskFile
from monitor.tasks.progress import Count
from monitor.tasks.service import NewReport, Tasks, tasks_over
from tests.cycle.forms import shipped
from tests.web.people import CHEAP

TODAY = date(2025, 6, 30)
NOW = datetime(2025, 6, 30, 4, 0, tzinfo=UTC)

SMALL = """
plan: p
source: 规划
timetable: {start: 2021, end: 2024}
reminders: {near: 30, report: 365, grace: 10}
parts:
  - {id: s1, kind: section, number: （一）, title: 节}
  - {id: box2, kind: box, number: 专栏2, section: s1, title: 栏}
tasks:
  - id: plain
    part: s1
    title: 平常任务
    text: 做好工作。
    lead: {zh: 待遇保障司, inferred: true}
  - id: windows
    part: box2
    item: 1
    title: 示范窗口
    text: 建成 400 个示范窗口，2023年出台标准，每年检查一次。
    lead: 基金监管司
    cooperating: [待遇保障司]
    milestones:
      - {id: rules, text: 2023年出台标准, printed: 2023年, due: 2023-12-31}
    goals:
      - {id: windows, name: 示范窗口, printed: 建成 400 个示范窗口, number: 400, unit: 个}
      - {id: checks, name: 检查, printed: 每年检查一次, number: 1, unit: 次, each_year: true}
"""


def small() -> TaskFile:
    return parse_tasks(SMALL, "tasks-p.yaml")


@dataclass
class World:
    """`tick` moves the clock; the shipped plan's tasks."""

    store: Store
    catalogues: tuple[Catalogue, ...]
    tasks: Tasks
    access: Access
    moment: list[datetime]

    def tick(self, **span: int) -> datetime:
        """A moment between what was done and what comes; UTC without zone."""
        self.moment[0] += timedelta(minutes=1)
        between = self.moment[0].replace(tzinfo=None)
        self.moment[0] += timedelta(minutes=1, **span)
        return between

    def person(self, name: str, role: AccountRole, *departments: str, regions: tuple[str, ...] = ()) -> Actor:
        scope = Scope(frozenset(regions) or None, None, frozenset(departments) or None)
        console = Actor("测试", "console")
        login = f"p{len(self.access.accounts())}"
        account, _ = self.access.add(console, login=login, name=name, role=role, scope=scope, with_password=False)
        return self.access.actor(account)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    moment = [NOW]
    catalogues, regions = shipped()
    with Store.open(tmp_path / "m.duckdb", clock=lambda: moment[0]) as store:
        tasks = tasks_over(store, catalogues[0])
        assert tasks is not None
        access = Access(store, lambda: catalogues, lambda: regions, passwords=CHEAP)
        yield World(store, catalogues, tasks, access, moment)


def report(state: str = "well", day: date = TODAY, **more: object) -> NewReport:
    return NewReport(state, day, **{"text": "进展", **more})  # type: ignore[arg-type]


def count(number: str, goal: str = "windows", day: date = TODAY) -> Count:
    return Count(goal, Decimal(number), day, "经办中心统计")
