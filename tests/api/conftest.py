"""The API as a program meets it: a small store behind the real application, and a token for each kind of caller.

Every answer is checked against the document: its status is one that the operation says it may end in, its media type
is the one named there, and an error is problem details whoever asked.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from monitor.catalogue.loader import Catalogue, load_catalogues, load_regions
from monitor.catalogue.regions import Regions
from monitor.intake.submissions import ingest
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.configuration import record_configuration
from monitor.store.store import Store
from monitor.store.tokens import make_token
from monitor.web.app import MonitorApp, create_app
from tests.web.people import CHEAP

HEADER = "indicator_id,region_code,period,numerator,denominator,value\n"
HERE, THERE = "320000", "110000"
START = datetime(2026, 2, 1, tzinfo=UTC)
Plans = tuple[tuple[Catalogue, ...], Regions]


class Clock:
    """Moves by a second at each look, so that moments differ."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time


@dataclass
class World:
    """`ask` sends a request under the name of a caller and gives its answer."""

    store: Store
    desk: Desk
    app: MonitorApp
    client: FlaskClient
    tokens: dict[str, str]
    document: Mapping[str, Any]
    clock: Clock

    def ask(self, method: str, path: str, who: str | None = "viewer", **more: Any) -> TestResponse:
        headers = dict(more.pop("headers", {}))
        if who is not None:
            headers["Authorization"] = f"Bearer {self.tokens[who]}"
        answer = self.app.server.test_client().open(f"/api/v1{path}", method=method, headers=headers, **more)
        self._is_as_documented(method, path, answer)
        return answer

    def get(self, path: str, who: str = "viewer", **more: Any) -> Any:
        answer = self.ask("GET", path, who, **more)
        assert answer.status_code == 200, answer.get_json()
        return answer.get_json()

    def send(self, text: str, who: str = "reporter", path: str = "/submissions", **more: Any) -> TestResponse:
        return self.ask("POST", path, who, data=text.encode(), content_type="text/csv", **more)

    def act(self, number: int, verb: str, who: str, body: Mapping[str, Any] | None = None) -> TestResponse:
        return self.ask("POST", f"/submissions/{number}/{verb}", who, json=body or {})

    def _is_as_documented(self, method: str, path: str, answer: TestResponse) -> None:
        described = self._described(method, f"/api/v1{path}".split("?")[0])
        if answer.status_code >= 400:
            assert answer.content_type == "application/problem+json"
            problem = answer.get_json()
            assert {"type", "title", "status", "detail", "instance", "code", "zh", "en"} <= set(problem)
            assert problem["status"] == answer.status_code and problem["type"].endswith(problem["code"])
            assert re.search(r"[\u4e00-\u9fff]", problem["zh"]) and not re.search(
                r"Traceback|\.py|SELECT", problem["en"]
            )
        if described is None:
            assert answer.status_code in (401, 404, 405)
            return
        response = described["responses"][str(answer.status_code)]
        if answer.status_code != 304:
            assert answer.mimetype in response["content"]

    def _described(self, method: str, path: str) -> Mapping[str, Any] | None:
        for known, item in self.document["paths"].items():
            if re.fullmatch(re.sub(r"{\w+}", "[^/]+", known), path):
                found: Mapping[str, Any] | None = item.get("get" if method == "HEAD" else method.lower())
                return found
        return None


def row(region: str = HERE, period: str = "2025", indicator: str = "enrolment_rate", part: str = "8000") -> str:
    return f"{indicator},{region},{period},{part},8200,\n"


@pytest.fixture(scope="session")
def plans() -> Plans:
    regions = load_regions(find_shipped("data/regions.csv"))
    return load_catalogues([find_shipped("indicators.yaml")], regions), regions


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, plans: Plans) -> tuple[Path, dict[str, str]]:
    """A data folder and its tokens. Two units have an accepted figure of 2024; the one there has one that waits."""
    folder = tmp_path_factory.mktemp("made")
    catalogues, regions = plans
    with Store.open(folder / "data" / "monitor.duckdb", clock=Clock()) as store:
        record_configuration(
            store, catalogues=[(one.file, one.text) for one in catalogues], regions=(regions.file, regions.text),
            settings={"ahead": "1.2", "near": "0.8", "band_tolerance": "1"}, by="admin",
        )  # fmt: skip
        for text, accept in ((row(HERE, "2024"), True), (row(THERE, "2024"), True), (row(THERE, "2025"), False)):
            path = folder / "sent.csv"
            path.write_text(HEADER + text, encoding="utf-8")
            ingest(store, catalogues, regions, path, by="从前", accept=accept, explain="核实")
        tokens = {
            name: make_token(store, name=name, role=role, regions=reach, by="admin")[1]
            for name, role, reach in (
                ("viewer", "viewer", None),
                ("reporter", "reporter", [HERE]),
                ("neighbour", "reporter", [THERE]),
                ("reviewer", "reviewer", None),
                ("reviewer there", "reviewer", [THERE]),
                ("planner", "planner", None),
                ("operator", "operator", None),
            )
        }
    return folder / "data", tokens


@pytest.fixture
def world(tmp_path: Path, made: tuple[Path, dict[str, str]], plans: Plans) -> Iterator[World]:
    """A world of the test's own."""
    yield from _world(tmp_path, made, plans)


@pytest.fixture(scope="session")
def calm(tmp_path_factory: pytest.TempPathFactory, made: tuple[Path, dict[str, str]], plans: Plans) -> Iterator[World]:
    """One world for all tests that change nothing."""
    yield from _world(tmp_path_factory.mktemp("calm"), made, plans)


def _world(folder: Path, made: tuple[Path, dict[str, str]], plans: Plans) -> Iterator[World]:
    shutil.copytree(made[0], folder / "data")
    clock = Clock()
    clock.time += timedelta(hours=1)
    with Store.open(folder / "data" / "monitor.duckdb", clock=clock) as store:
        desk = Desk(store, *plans, MethodSettings())
        app = create_app(desk, secret_key=b"k" * 32, clock=clock, passwords=CHEAP)
        client = app.server.test_client()
        document = client.get("/api/openapi.json").get_json()
        yield World(store, desk, app, client, dict(made[1]), document, clock)
