"""A computed figure explains itself: on its page, to a program, and after it was sent again by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from monitor.catalogue.periods import parse_period
from monitor.catalogue.regions import Regions
from monitor.intake.submissions import accept, ingest
from monitor.method.settings import MethodSettings
from monitor.records.lineage import MOST_FILES, lineage
from monitor.records.written import observations
from monitor.report.computed import ComputedFrom, computed_from
from monitor.report.desk import Desk
from monitor.report.explain import explain_cell
from monitor.store.published import Published
from monitor.store.publishing import publish_store
from monitor.store.store import Store
from monitor.store.tokens import make_token
from monitor.web.app import MonitorApp, create_app
from tests.web.people import CHEAP, browser
from tests.web.reading import read

from .conftest import EXAMPLE, RATE, SHARE, VISITS, catalogue, computed, visit, write

PLACE = f"/explain/{RATE}/320000/2024-06"
LEFT_OUT = visit(21, "999999", "2024-06-02", True, True)


@dataclass
class World:
    store: Store
    desk: Desk
    app: MonitorApp


def send(world: World, folder: Path, regions: Regions, by: str = "张三") -> None:
    """As `monitor compute --submit`, and accepted."""
    lenient = "      rules: {unknown_region: warning}\n"
    text = EXAMPLE.replace("      rules: {outside_plan: warning}", lenient + "     ")
    text = text.replace("      denominator: sum(expense)\n", f"      denominator: sum(expense)\n{lenient}")
    found = computed(folder, regions, RATE, SHARE, text=text)
    path = folder.parent / "inpatient_visit-2024-06.csv"
    path.write_bytes(observations(found, vintage="reported", synthetic=False))
    facts = lineage(found, every_file=False)
    result = ingest(
        world.store, [catalogue()], regions, path, by=by, accept=True, explain="示例", computed=facts
    )  # fmt: skip
    assert not result.is_refused, result.problems


@pytest.fixture
def world(tmp_path: Path, regions: Regions) -> Iterator[World]:
    with Store.open(tmp_path / "data" / "m.duckdb") as store:
        desk = Desk(store, (catalogue(),), regions, MethodSettings())
        yield World(store, desk, create_app(desk, secret_key=b"k" * 32, passwords=CHEAP))


def known(world: World, indicator: str = RATE) -> ComputedFrom | None:
    found = explain_cell(world.desk, indicator, "320000", parse_period("2024-06"), today=date(2026, 1, 1))
    assert found is not None and found.provenance is not None
    return found.provenance.computed


def test_the_explanation_says_what_it_was_computed_from(world: World, records: Path, regions: Regions) -> None:
    write(records / "b.parquet", [LEFT_OUT])
    send(world, records, regions)
    found = known(world)
    assert found is not None
    assert (found.by, found.table, found.read, found.used, found.other_period) == ("张三", "inpatient_visit", 9, 6, 2)
    assert [(one.rule, one.records) for one in found.rejected] == [("unknown_region", 1)]
    assert found.expressions["denominator"] == "count(CASE WHEN is_cross_province THEN 1 END)"
    assert [(name, rows) for name, rows, _ in found.files] == [("a.parquet", 8), ("b.parquet", 1)]
    assert found.engine.startswith("DuckDB ") and len(found.manifest_sha256) == len(found.sql_sha256) == 64
    share = known(world, SHARE)
    assert share is not None and share.expressions["denominator"] == "sum(expense)"
    assert share.sql_sha256 != found.sql_sha256 and share.manifest_sha256 == found.manifest_sha256


@pytest.mark.parametrize(("language", "title"), [("zh", "由记录计算"), ("en", "Computed from records")])
def test_the_page_shows_it(world: World, records: Path, regions: Regions, language: str, title: str) -> None:
    write(records / "b.parquet", [LEFT_OUT])
    send(world, records, regions)
    client = browser(world.app)
    text = client.get(f"{PLACE}?lang={language}").text
    page = read(text).one("main")
    main = page.text
    found = known(world)
    assert found is not None
    for part in (
        title,
        found.expressions["numerator"],
        found.manifest_sha256,
        found.sql_sha256,
        found.engine,
        "a.parquet",
    ):
        assert part in main, part
    links = [a.attributes["href"] for a in page.all("a") if "/table/records.csv" in a.attributes.get("href", "")]
    taken = client.get(links[0])
    assert taken.status_code == 200 and found.manifest_sha256 in taken.text


def test_a_program_is_told_the_same(world: World, records: Path, regions: Regions) -> None:
    send(world, records, regions)
    _, token = make_token(world.store, by="op", name="p", role="viewer", regions=None)
    asked = f"/api/v1/explanations?indicator={RATE}&region=320000&period=2024-06"
    answer = world.app.server.test_client().get(asked, headers={"Authorization": f"Bearer {token}"})
    told = answer.get_json()["computed"]
    assert (told["read"], told["used"], told["by"], told["table"]) == (8, 6, "张三", "inpatient_visit")
    assert told["files"] == [{"name": "a.parquet", "rows": 8, "sha256": told["files"][0]["sha256"]}]
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}T[\d:.]+Z", told["at"])


def test_a_figure_that_came_in_a_file_says_nothing_of_records(world: World, regions: Regions, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text(
        f"indicator_id,region_code,period,numerator,denominator\n{RATE},320000,2024-06,2,3\n", encoding="utf-8"
    )
    ingest(world.store, [catalogue()], regions, path, by="张三", accept=True)
    assert known(world) is None
    assert "文件清单摘要" not in read(browser(world.app).get(PLACE).text).one("main").text


def test_what_replaces_it_has_its_own_origin(world: World, records: Path, regions: Regions) -> None:
    send(world, records, regions)
    first = known(world)
    write(records / "c.parquet", [visit(40, "320000", "2024-06-09", True, False)])
    send(world, records, regions, by="李四")
    second = known(world)
    assert first is not None and second is not None
    assert (first.by, first.read, second.by, second.read) == ("张三", 8, "李四", 9)
    assert first.manifest_sha256 != second.manifest_sha256


def test_a_published_version_has_the_origin_of_what_was_accepted_alone(
    world: World, records: Path, regions: Regions, tmp_path: Path
) -> None:
    found = computed(records, regions, SHARE)
    path = tmp_path / "waiting.csv"
    path.write_bytes(observations(found, vintage="reported", synthetic=False))
    facts = lineage(found, every_file=False)
    ingest(world.store, [catalogue()], regions, path, by="张三", computed=facts)
    publish_store(world.store, tmp_path / "published")
    question = files("monitor.report") / "sql" / "computed_from.sql"
    with Published.open(tmp_path / "published") as copy:
        assert copy.ask(question, {"submission_id": 1}) == []
    accept(world.store, 1, by="李四")
    publish_store(world.store, tmp_path / "published")
    with Published.open(tmp_path / "published") as copy:
        known = computed_from(copy, 1, SHARE)
        assert known is not None and (known.by, known.read) == ("张三", 8)


def test_of_many_files_the_receipt_keeps_the_hash_of_their_list(tmp_path: Path, regions: Regions) -> None:
    one = write(tmp_path / "visits" / "0.parquet", VISITS[:1]).read_bytes()
    for number in range(1, MOST_FILES + 1):
        (tmp_path / "visits" / f"{number}.parquet").write_bytes(one)
    keyless = EXAMPLE.replace("key: [visit_id]  ", "key: []  ").replace("key: [visit_id]\n", "key: []\n")
    found = computed(tmp_path / "visits", regions, text=keyless)
    short, whole = (lineage(found, every_file=every)["files"] for every in (False, True))
    assert short["listed"] == [] and len(whole["listed"]) == MOST_FILES + 1  # type: ignore[index]
    assert short["manifest_sha256"] == whole["manifest_sha256"] == found.manifest.sha256  # type: ignore[index]
    assert short["count"] == MOST_FILES + 1  # type: ignore[index]
