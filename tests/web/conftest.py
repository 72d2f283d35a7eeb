"""The demonstration's store behind the dashboard, loaded once; and a small desk for names nobody should trust."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from flask.testing import FlaskClient

from monitor.catalogue.loader import load_catalogues, load_regions, parse_catalogues
from monitor.catalogue.regions import Regions
from monitor.intake.submissions import ingest
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.web.app import MonitorApp, create_app
from tests.demo_store import DEMO_NOW as NOW

from .people import CHEAP, browser

EVIL = "<img src=x onerror=alert(1)>\"'&%{y}<a href=https://x>A</a>"
BREAK = {"period": "2023", "note": {"zh": EVIL}}


@pytest.fixture(scope="session")
def regions() -> Regions:
    return load_regions(find_shipped("data/regions.csv"))


@pytest.fixture(scope="session")
def desk(regions: Regions, demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    folder = shutil.copytree(demo_folder, tmp_path_factory.mktemp("dashboard") / "data")
    with Store.open(folder / "demo.duckdb", clock=lambda: NOW) as store:
        yield Desk(store, catalogues, regions, MethodSettings())


@pytest.fixture(scope="session")
def app(desk: Desk) -> MonitorApp:
    return create_app(desk, secret_key=b"k" * 32, clock=lambda: NOW, passwords=CHEAP)


@pytest.fixture(scope="session")
def bare(regions: Regions, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MonitorApp]:
    """Over an empty store, for what is the same whatever is known: made and drawn in a fraction of the time."""
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    with Store.open(tmp_path_factory.mktemp("bare") / "m.duckdb", clock=lambda: NOW) as store:
        desk = Desk(store, catalogues, regions, MethodSettings())
        yield create_app(desk, secret_key=b"k" * 32, clock=lambda: NOW, passwords=CHEAP)


@pytest.fixture
def client(app: MonitorApp) -> FlaskClient:
    """A planner's."""
    return browser(app)


@pytest.fixture
def hostile(regions: Regions, tmp_path: Path) -> Iterator[Desk]:
    """A plan, a source and a note that would like to be markup."""
    plan = yaml.safe_load(find_shipped("indicators.yaml").read_text(encoding="utf-8"))
    plan["plan"]["title"] = {"zh": EVIL, "en": EVIL}
    for indicator in plan["indicators"]:
        indicator |= {"name": {"zh": EVIL, "en": EVIL}, "definition": {"zh": EVIL}, "breaks": [BREAK]}
    text = yaml.safe_dump(plan, allow_unicode=True, sort_keys=False)
    catalogues = parse_catalogues([("plan.yaml", text)], regions)
    sent = tmp_path / "sent.csv"
    quoted = EVIL.replace('"', '""')  # as a CSV cell
    head = "indicator_id,region_code,period,value,unit,note,source\n"
    row = f'medical_aid_share,000000,2024,71.5,%,"{quoted}","{quoted}"\n'
    sent.write_text(head + row, encoding="utf-8")
    store = Store.open(tmp_path / "hostile.duckdb", clock=lambda: NOW)
    ingest(store, catalogues, regions, sent, by=EVIL, accept=True, explain=EVIL)
    yield Desk(store, catalogues, regions, MethodSettings())
    store.close()
