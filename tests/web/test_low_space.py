"""A disk that is nearly full: no file is taken, every page says so, and everything else goes on (reliability.md 4d)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.catalogue.loader import load_catalogues
from monitor.catalogue.regions import Regions
from monitor.intake.inbox import Seen, poll
from monitor.intake.limits import Limits
from monitor.intake.submissions import list_submissions
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.space import LowSpaceError, Room, Space, is_full
from monitor.store.store import Store, StoreError
from monitor.web.app import MonitorApp, create_app

from .conftest import NOW
from .people import CHEAP, GOOD, OWN, person

MORE_THAN_THERE_IS = 10**18
PAGES = ("/", "/matrix", "/indicator/enrolment_rate", "/reporting", "/me", "/upload", "/nothing")


@pytest.fixture
def app(regions: Regions, tmp_path: Path) -> Iterator[MonitorApp]:
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    with Store.open(tmp_path / "data" / "m.duckdb", clock=lambda: NOW) as store:
        desk = Desk(store, catalogues, regions, MethodSettings())
        yield create_app(desk, secret_key=b"k" * 32, clock=lambda: NOW, passwords=CHEAP, plain_http=True)


def narrow(app: MonitorApp, least: int) -> None:
    app.cycle.space = replace(app.cycle.space, least=least)


def files_of(app: MonitorApp) -> list[str]:
    store = app.cycle.store
    assert store.received_folder is not None
    return sorted(str(path) for folder in (store.received_folder, store.staging_folder) for path in folder.rglob("*"))


def test_nothing_of_a_file_is_written_and_reading_and_reviewing_go_on(app: MonitorApp) -> None:
    reporter, reviewer = person(app, "王填报", "reporter", "320000"), person(app, "李审核", "reviewer")
    number = reporter.submit(GOOD)
    before, head = files_of(app), app.cycle.store.event_version()
    narrow(app, MORE_THAN_THERE_IS)
    for accept in ("application/json", "text/html"):
        sent = {"file": (io.BytesIO(GOOD.encode()), "x.csv")}
        answer = reporter.client.post("/do/upload", data=sent, headers={**OWN, "Accept": accept})
        said = answer.json["zh"] + answer.json["en"] if answer.is_json else answer.text
        assert answer.status_code == 507 and "暂不接收文件" in said and "no file is taken" in said
    assert (files_of(app), app.cycle.store.event_version()) == (before, head)
    assert reviewer.post(f"/do/submission/{number}/accept").status_code == 303
    (one,) = list_submissions(app.cycle.store)
    assert one.state == "accepted"
    narrow(app, 1)
    assert reporter.upload(GOOD.replace("8100", "8101")).status_code == 303


def test_every_page_says_so_until_there_is_room(app: MonitorApp) -> None:
    reader = person(app, "陈计划", "planner")
    assert not reader.get("/").all(class_name="low-space")  # and the page is kept from now on
    narrow(app, MORE_THAN_THERE_IS)
    for path in PAGES:
        (banner,) = reader.get(path).all(class_name="low-space")
        assert "暂不接收文件" in banner.text and "1,000,000,000,000 MB" in banner.text, path
        assert banner.attributes["role"] == "status"
    (banner,) = reader.get("/?lang=en").all(class_name="low-space")
    assert "no file is taken" in banner.text
    narrow(app, 1)
    assert not reader.get("/").all(class_name="low-space")
    app.cycle.space = Space(Path("/no/such/folder/m.duckdb"), 1)  # which cannot be asked
    page = reader.get("/")
    assert not page.all(class_name="low-space") and page.all(class_name="top")


def test_the_inbox_waits_until_there_is_room(app: MonitorApp, tmp_path: Path) -> None:
    inbox, seen = tmp_path / "inbox", Seen()
    (inbox / "320000").mkdir(parents=True)
    (inbox / "320000" / "a.csv").write_text(GOOD, encoding="utf-8")
    narrow(app, MORE_THAN_THERE_IS)
    assert [poll(app.cycle, inbox, seen) for _ in range(3)] == [(), (), ()]
    assert [path.name for path in (inbox / "320000").iterdir()] == ["a.csv"]
    narrow(app, 1)
    assert [len(poll(app.cycle, inbox, seen)) for _ in range(3)] == [0, 1, 0]


def test_what_is_needed_is_the_setting_or_twice_the_store_with_its_log(tmp_path: Path) -> None:
    store = tmp_path / "m.duckdb"
    store.write_bytes(b"x" * 1000)
    store.with_name("m.duckdb.wal").write_bytes(b"x" * 500)
    for least, needed in ((1, 3000), (2999, 3000), (3001, 3001)):
        room = Space(store, least).look()
        assert room is not None and room.needed == needed and not room.is_low
    assert Space(None, 1).look() is None and Limits().min_free_bytes == 500_000_000
    assert Room(2999, 3000).is_low and not Room(3000, 3000).is_low


def test_what_means_a_full_disk() -> None:
    full = StoreError("machine", "写", "could not write: No space left on device")
    assert is_full(OSError(28, "full")) and is_full(LowSpaceError(Room(1, 2))) and is_full(full)
    assert not is_full(OSError(5, "broken")) and not is_full(StoreError("machine", "写", "broken"))
