"""`FAULT_SHARE` of 1,000 malformed callback bodies, signed in and not: none answered 500 (reliability.md 4b)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.web.app import MonitorApp, create_app
from tests.web.malformed import ask_all
from tests.web.people import CHEAP, OWN, sign_in

COUNT = max(20, round(1_000 * float(os.environ.get("FAULT_SHARE", "1"))))
NOW = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MonitorApp]:
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    with Store.open(tmp_path_factory.mktemp("callbacks") / "m.duckdb", clock=lambda: NOW) as store:
        desk = Desk(store, catalogues, regions, MethodSettings())
        yield create_app(desk, secret_key=b"k" * 32, clock=lambda: NOW, passwords=CHEAP)


@pytest.mark.parametrize("role", ["planner", "viewer", "reporter", "operator", None])
def test_malformed_callbacks_never_fail(app: MonitorApp, role: str | None) -> None:
    client = app.server.test_client()
    if role is not None:
        sign_in(client, app, role, role, *(["320000"] if role == "reporter" else []))  # type: ignore[arg-type]
    answered = ask_all(client, 20_260_000 + COUNT, COUNT if role == "planner" else COUNT // 4, OWN)
    allowed = {401, 403} if role is None else {200, 204, 400, 404, 405, 413, 415}
    assert set(answered) <= allowed and sum(answered.values()) >= COUNT // 4
