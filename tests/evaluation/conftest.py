"""The shipped plan, four national figures, and the people of a round: two planners, a department, a region."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path

import pytest

from monitor.access.actors import Actor
from monitor.evaluation.assessing import assess
from monitor.evaluation.concluding import approve_waiting, propose, propose_agreeing
from monitor.evaluation.opening import open_round
from monitor.evaluation.rounds import Round, read_round
from monitor.intake.submissions import ingest
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.store.store import Store
from monitor.web.app import MonitorApp, create_app
from tests.cycle.forms import shipped
from tests.web.people import CHEAP

START = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
PLANNER, CHIEF = Actor("王计划", "planner"), Actor("李主任", "planner")
BENEFITS = Actor("待遇司", "reviewer", None, frozenset({"enrolment_rate", "medical_aid_share"}))
REGION = Actor("江苏填报人", "reporter", frozenset({"320000"}))
VIEWER = Actor("领导", "viewer")
FIELDS = {
    "completion": "参保率保持在95%以上", "outlook": "can", "outlook_text": "", "problems": "流动人口参保不足",
    "adjust": "no", "adjust_reason": "", "measures": "推进全民参保计划",
}  # fmt: skip
# 27.5 > 27: missed; 95.6 > 95: held; 91 ≥ 90: achieved; the target of income is in words
FIGURES = {
    "out_of_pocket_share": "27.5,%", "enrolment_rate": "95.6,%", "drug_platform_share": "91,%",
    "fund_income": "3.6,万亿元",
}  # fmt: skip


@dataclass
class World:
    store: Store
    desk: Desk
    folder: Path
    time: list[datetime]
    count: int = field(default=0)

    @cached_property
    def app(self) -> MonitorApp:
        return create_app(self.desk, secret_key=b"k" * 32, clock=lambda: self.time[0], passwords=CHEAP)

    def later(self, **span: float) -> datetime:
        """Let time go on; naive UTC, as moments are."""
        self.time[0] += timedelta(**(span or {"minutes": 1}))
        return self.time[0].replace(tzinfo=None)

    def send(self, figures: Mapping[str, str], period: str = "2025") -> None:
        """National figures, accepted."""
        self.later()
        self.count += 1
        rows = "".join(f"{name},000000,{period},{said},bulletin\n" for name, said in figures.items())
        path = self.folder / f"sent{self.count}.csv"
        path.write_text(f"indicator_id,region_code,period,value,unit,vintage\n{rows}", encoding="utf-8")
        plans = self.desk.current
        result = ingest(
            self.store, plans.catalogues, plans.regions, path, by="数据员", accept=True, explain="公布数据更正"
        )
        assert not result.is_refused, result.problems
        self.later()

    def opened(self, title: str = "总结评估", **more: object) -> Round:
        asked: dict[str, object] = {"kind": "final", "period": "2025", "deadline": date(2026, 6, 30), **more}
        return open_round(self.desk, PLANNER, title=title, **asked)  # type: ignore[arg-type]

    def complete(self, told: Round) -> Round:
        """Everything that an approval asks for."""
        for one in told.subjects:
            assess(self.desk, PLANNER, told.id, one.indicator, FIELDS)
        propose_agreeing(self.store, PLANNER, told.id)
        for one in told.subjects:
            if one.computed == "judged":
                propose(self.store, PLANNER, told.id, one.indicator, "achieved", "收支平稳")
        approve_waiting(self.store, CHIEF, told.id)
        return self.look(told)

    def look(self, told: Round, as_of: datetime | None = None) -> Round:
        return read_round(self.store, told.id, as_of)


@pytest.fixture(scope="session")
def figures(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, datetime]:
    """A data folder with the figures, to be copied, and the time when they were there."""
    folder, time = tmp_path_factory.mktemp("figures"), [START]
    with Store.open(folder / "m.duckdb", clock=lambda: time[0]) as store:
        World(store, Desk(store, *shipped(), MethodSettings()), folder, time).send(FIGURES)
    return folder, time[0]


@pytest.fixture
def world(figures: tuple[Path, datetime], tmp_path: Path) -> Iterator[World]:
    folder, time = shutil.copytree(figures[0], tmp_path / "data"), [figures[1]]
    with Store.open(folder / "m.duckdb", clock=lambda: time[0]) as store:
        yield World(store, Desk(store, *shipped(), MethodSettings()), tmp_path, time)
