"""One small world: an empty store with the shipped plan, people of every role, and files that are read in process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path

import pytest

from monitor.access.actors import Actor
from monitor.intake.cycle import Cycle
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.store.store import Store
from monitor.supervision.dossier import Supervision
from monitor.supervision.request import Request
from monitor.supervision.service import Supervising
from monitor.web.app import MonitorApp, create_app
from tests.cycle.forms import shipped
from tests.web.people import CHEAP

START = datetime(2026, 1, 25, 1, 0, tzinfo=UTC)
A, B, C = "320000", "330000", "440000"
PLANNER, CHIEF = Actor("王计划", "planner"), Actor("李主任", "planner")
REVIEWER, OTHER = Actor("审核人", "reviewer"), Actor("外省审核人", "reviewer", frozenset({B}))
DEPARTMENT = Actor("待遇司", "reviewer", None, frozenset({"medical_aid_share"}))
REPORTERS = {unit: Actor(f"{unit}的填报人", "reporter", frozenset({unit})) for unit in (A, B, C)}
VIEWER, OPERATOR = Actor("领导", "viewer"), Actor("管理员", "operator")
HEAD = "indicator_id,region_code,period,numerator,denominator,value,note\n"
REST = (
    "fund_income", "fund_expenditure", "employee_inpatient_payment_share", "resident_inpatient_payment_share",
    "drg_dip_payment_share", "drug_platform_share", "consumables_platform_share", "procured_drugs",
    "procured_consumables", "cross_province_settlement_rate", "online_service_share", "counter_service_share",
)  # fmt: skip
INDICATORS = ("enrolment_rate", "medical_aid_share")


@dataclass
class World:
    store: Store
    desk: Desk
    cycle: Cycle
    service: Supervising
    folder: Path
    time: list[datetime]
    count: int = field(default=0)

    @cached_property
    def app(self) -> MonitorApp:
        return create_app(self.desk, secret_key=b"k" * 32, clock=lambda: self.time[0], passwords=CHEAP)

    def later(self, **span: float) -> datetime:
        """Let time go on; naive UTC, as moments are."""
        self.time[0] += timedelta(**span)
        return self.now

    @property
    def now(self) -> datetime:
        return self.time[0].replace(tzinfo=None)

    def file(
        self, unit: str, enrolled: int = 8100, aid: int = 73, *, rest: bool = True, period: str = "2025-Q4"
    ) -> Path:
        """What a unit sends: two figures, and the others as not applicable, or not at all."""
        self.count += 1
        lines = [
            f"enrolment_rate,{unit},{period},{enrolled},8400,,\n",
            f"medical_aid_share,{unit},{period},{aid},100,,\n",
        ]
        lines += [f"{name},{unit},{period},,,不适用,\n" for name in REST] if rest else []
        path = self.folder / f"sent{self.count}.csv"
        path.write_text(HEAD + "".join(lines), encoding="utf-8")
        return path

    def draft(self, unit: str, enrolled: int = 8100, aid: int = 73, *, rest: bool = True) -> int:
        path = self.file(unit, enrolled, aid, rest=rest)
        return self.cycle.draft(REPORTERS[unit], path, name=path.name).receipt_id

    def submit(self, unit: str, enrolled: int = 8100, aid: int = 73, *, rest: bool = True) -> int:
        draft = self.draft(unit, enrolled, aid, rest=rest)
        found = self.cycle.submit(REPORTERS[unit], draft, explain="已核实")
        return found.submissions[0].submission_id

    def accepted(self, unit: str, enrolled: int = 8100, aid: int = 73, *, rest: bool = True) -> int:
        number = self.submit(unit, enrolled, aid, rest=rest)
        self.cycle.accept(REVIEWER, number)
        return number

    def request(self, *units: str, deadline: str = "2026-02-01", **more: object) -> Request:
        return Request(
            "data", "季报数据监督", "核查报送质量", self.service.today, units or (A, B), plan="uhs-14",
            form="quarterly", indicators=INDICATORS, periods=("2025-Q4",), format="xlsx", channel="系统",
            deadline=date.fromisoformat(deadline), **more,
        )  # type: ignore[arg-type]  # fmt: skip

    def told(self, *units: str) -> str:
        """A supervision whose notice is out."""
        name = self.service.create(PLANNER, self.request(*units))
        self.service.notify(PLANNER, name)
        return name

    def issued(self, *units: str) -> str:
        """One whose report is issued, with a finding for each unit."""
        name = self.told(*units)
        self.service.analyse(PLANNER, name)
        for unit in units or (A, B):
            self.service.find(PLANNER, name, unit, f"{unit} 的问题")
        self.service.draft(PLANNER, name, [one.key for one in self.look(name).own])
        self.service.issue(CHIEF, name)
        return name

    def look(self, name: str) -> Supervision:
        return self.service.look(PLANNER, name)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    time = [START]
    with Store.open(tmp_path / "m.duckdb", clock=lambda: time[0]) as store:
        desk = Desk(store, *shipped(), MethodSettings())
        yield World(store, desk, Cycle(store, *shipped()), Supervising(desk), tmp_path, time)
