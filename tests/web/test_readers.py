"""A read-only copy beside its owner: the same bytes, nothing that writes, and whom it lets in."""

from __future__ import annotations

import json
import logging
import re
import shutil
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from dash import dcc
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import Client

from monitor.access.accounts import Scope
from monitor.access.actors import Actor
from monitor.commands.reading import desk_of
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.settings import Settings
from monitor.store.configuration import record_configuration
from monitor.store.published import Published
from monitor.store.publishing import publish_store
from monitor.store.store import Store
from monitor.store.tokens import make_token
from monitor.web.app import MonitorApp, create_app
from monitor.web.components import html
from monitor.web.front import Front
from monitor.web.markup import compact, written
from monitor.web.readers import ASKING, HEADER, Following, ReadOnly, measures
from tests.cycle.forms import shipped
from tests.frame.conftest import Run, _bare_settings, run

from .conftest import NOW
from .people import CHEAP, OWN, browser, sign_in
from .test_watching import OF_COPIES

__all__ = ["_bare_settings", "run"]
PROXY = {"REMOTE_ADDR": "10.1.2.3"}


@pytest.fixture(scope="module")
def desk(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One to itself: what other files' tests leave would have come after the clock's moment, at which it stands."""
    own = shutil.copytree(demo_folder, tmp_path_factory.mktemp("owner") / "data")
    with Store.open(own / "demo.duckdb", clock=lambda: NOW) as store:
        yield Desk(store, *shipped(), MethodSettings())


@pytest.fixture(scope="module")
def app(desk: Desk) -> MonitorApp:
    return create_app(desk, secret_key=b"k" * 32, clock=lambda: NOW, passwords=CHEAP)


@pytest.fixture(scope="module")
def folder(desk: Desk, app: MonitorApp, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's store, published; with a planner and an operator whom a proxy can name."""
    console = Actor("console", "console")
    for login, name, role in (("chen.plan", "陈规划", "planner"), ("ops", "运维", "operator")):
        app.access.add(console, login=login, name=name, role=role, scope=Scope(), with_password=False)
    record(desk)
    made = tmp_path_factory.mktemp("published")
    publish_store(desk.store, made)
    return made


def record(desk: Desk, **settings: str) -> None:
    current = desk.current
    method = {name: f"{getattr(current.settings, name):f}" for name in ("ahead", "near", "band_tolerance")}
    record_configuration(
        desk.store,
        catalogues=[(one.file, one.text) for one in current.catalogues],
        regions=(current.regions.file, current.regions.text),
        settings={**method, **settings},
        by="test",
    )


@pytest.fixture(scope="module")
def reader(folder: Path) -> Iterator[Published]:
    with Published(folder, clock=lambda: NOW) as opened:
        yield opened


@pytest.fixture(scope="module")
def open_copy(reader: Published) -> Flask:
    """A copy that lets everybody read, made once: it keeps nothing of whoever asked."""
    return served(reader).application


@pytest.fixture
def copy(open_copy: Flask) -> FlaskClient:
    return open_copy.test_client()


def served(reader: Published, *, is_open: bool = True, front: Front | None = None) -> FlaskClient:
    read_only = ReadOnly(reader, is_open, "https://owner.example/")
    made = create_app(
        desk_of(reader, Settings()), secret_key=b"r" * 32, clock=lambda: NOW, passwords=CHEAP, read_only=read_only,
        front=front or Front(),
    )  # fmt: skip
    return made.server.test_client()


def main_of(text: str) -> str:
    found = re.search(r"<main.*</main>", text, re.S)
    assert found is not None
    return found[0]


@pytest.mark.parametrize(
    "path",
    [
        "/", "/?lang=en&period=2024", "/indicator/enrolment_rate", "/region/320000", "/matrix",
        "/explain/enrolment_rate/320000/2024", "/compare", "/catalogue", "/method", "/rounds", "/tasks", "/levels",
        "/budget", "/duties", "/wall", "/?as_of=2024-06-30",
    ],
)  # fmt: skip
def test_a_page_of_the_copy_says_what_the_owners_says(
    app: MonitorApp, reader: Published, copy: FlaskClient, path: str
) -> None:
    owner = app.server.test_client()
    sign_in(owner, app, "赵看", "viewer")
    ours, theirs = owner.get(path), copy.get(path)
    assert (ours.status_code, theirs.status_code) == (200, 200)
    assert main_of(theirs.text) == main_of(ours.text)
    assert theirs.headers[HEADER] == reader.version and HEADER not in ours.headers
    assert reader.version in theirs.text and ("只读副本" in theirs.text or "Read-only copy" in theirs.text)


@pytest.fixture(scope="module")
def token(desk: Desk) -> str:
    return make_token(desk.store, name="程序", role="viewer", regions=None, by="admin")[1]


@pytest.mark.parametrize(
    "path",
    [
        "/scorecards?period=2024", "/scorecards?region=320000&as_of=2024-06-30", "/observations?region=320000&limit=50",
        "/explanations?indicator=enrolment_rate&region=320000&period=2024", "/catalogues", "/regions",
        "/rounds", "/tasks", "/sdmx/data?indicator=enrolment_rate", "/history?region=320000&limit=50",
    ],
)  # fmt: skip
def test_a_program_reads_the_same_without_a_token(app: MonitorApp, copy: FlaskClient, token: str, path: str) -> None:
    path = f"/api/v1{path}"
    ours = app.server.test_client().get(path, headers={"Authorization": f"Bearer {token}"})
    theirs = copy.get(path)
    assert (ours.status_code, theirs.status_code) == (200, 200), ours.text[:300]
    assert without_next(theirs.get_json(silent=True) or theirs.text) == without_next(
        ours.get_json(silent=True) or ours.text
    )


def without_next(answer: Any) -> Any:
    """The next page's address is sealed for whoever asks."""
    return {key: value for key, value in answer.items() if key != "next"} if isinstance(answer, dict) else answer


def test_who_has_sent_is_the_same_and_what_waits_fills_no_cell(app: MonitorApp, copy: FlaskClient) -> None:
    ours, theirs = browser(app).get("/reporting").text, copy.get("/reporting").text
    title = re.compile(r"<h1>(.*?)</h1>")
    assert title.findall(ours) == title.findall(theirs) != []


def test_tables_that_are_taken_are_the_owners_to_the_byte_and_a_line_of_the_log(
    app: MonitorApp, reader: Published, copy: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    owner = browser(app)
    links = sorted({found.replace("&amp;", "&") for found in re.findall(r'href="(/table/[^"]+)"', owner.get("/").text)})
    assert len(links) >= 2
    with caplog.at_level(logging.INFO, "monitor.reader"):
        for link in links:
            assert copy.get(link).data == owner.get(link).data
    said = [json.loads(record.getMessage().removeprefix("audit ")) for record in caplog.records]
    assert [(one["action"], one["by"], one["version"]) for one in said] == [
        ("exported", "guest", reader.version)
    ] * len(links)


def test_whatever_would_write_is_refused_in_words_in_one_place(
    app: MonitorApp, reader: Published, copy: FlaskClient
) -> None:
    """Every rule of the application that takes more than reading, whatever it is and will be."""
    tried = 0
    for rule in app.server.url_map.iter_rules():
        methods = (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}
        if not methods or rule.endpoint in ASKING:
            continue
        path = re.sub(r"<[^>]+>", "1", rule.rule)
        answer = copy.open(path, method=sorted(methods)[0], headers=OWN)
        assert answer.status_code in (403, 404, 405) and answer.status_code == 403, (path, answer.status_code)
        assert "https://owner.example/" in answer.text and reader.version in answer.text, path
        tried += 1
    assert tried > 40


def test_pages_that_only_the_owner_has_say_where_they_are_and_are_not_offered(reader: Published) -> None:
    front = Front(ip_network("10.1.2.3"), "X-Remote-User")
    copy = served(reader, is_open=False, front=front)
    as_planner = {"environ_base": PROXY, "headers": {"X-Remote-User": "chen.plan"}}
    for name in ("upload", "queue", "supervision", "accounts", "tokens", "audit", "jobs", "integrity", "status"):
        answer = copy.get(f"/{name}?lang=en", **as_planner)  # type: ignore[arg-type]
        assert answer.status_code == 403 and "https://owner.example/" in answer.text, name
    page = copy.get("/", **as_planner).text  # type: ignore[arg-type]
    assert "陈规划" in page and 'href="/upload' not in page and 'href="/queue' not in page
    assert "<form" not in main_of(copy.get("/rounds", **as_planner).text)  # type: ignore[arg-type]
    sent = copy.get("/submission/1", **as_planner)  # type: ignore[arg-type]
    assert sent.status_code == 200 and 'href="/upload' not in sent.text and 'href="/queue' not in sent.text


def test_a_copy_lets_in_whom_the_proxy_names_and_nobody_else(reader: Published) -> None:
    front = Front(ip_network("10.1.2.3"), "X-Remote-User")
    copy = served(reader, is_open=False, front=front)

    def status(path: str, login: str | None, peer: str = "10.1.2.3") -> int:
        headers = {} if login is None else {"X-Remote-User": login}
        return copy.get(path, headers=headers, environ_base={"REMOTE_ADDR": peer}).status_code

    assert status("/", "chen.plan") == 200
    assert status("/", None) == status("/", "chen.plan", "10.9.9.9") == status("/", "nobody") == 303
    assert status("/api/v1/scorecards?period=2024", "chen.plan") == 200
    assert status("/api/v1/scorecards?period=2024", None) == 401
    assert (
        status("/metrics", "ops") == 200 and status("/metrics", "chen.plan") == 403 and status("/metrics", None) == 401
    )


def test_what_a_copy_measures_of_itself_is_what_the_guide_names(reader: Published) -> None:
    assert {one.name for one in measures(reader)} == {f"monitor_reader_{what}" for what in OF_COPIES}


def test_a_version_with_other_settings_is_judged_by_them(desk: Desk, tmp_path: Path) -> None:
    with Store.open(tmp_path / "monitor.duckdb", clock=lambda: NOW) as store:
        owner = Desk(store, desk.current.catalogues, desk.current.regions, desk.current.settings)
        record(owner)
        publish_store(store, tmp_path / "published")
        with Published.open(tmp_path / "published") as reader:
            read_only = ReadOnly(reader, True)

            def make() -> tuple[Desk, Flask]:
                made = desk_of(reader, Settings())
                return made, create_app(made, secret_key=b"r" * 32, clock=lambda: NOW, read_only=read_only).server

            first = make()
            client = Client(Following(reader, (first[0], first[1].wsgi_app), make))
            before = client.get("/method", buffered=True)
            record(owner, near="0.1234")
            made = publish_store(store, tmp_path / "published")
            assert reader.look()
            after = client.get("/method", buffered=True)
    assert before.headers[HEADER] != after.headers[HEADER] == made.version.name
    assert "0.1234" in after.text and "0.1234" not in before.text


@pytest.mark.parametrize(
    ("options", "variables", "said"),
    [
        (["--read-only"], {}, "--from DIR"),
        (["--read-only", "--from", "nowhere"], {"READER_OPEN": "true"}, "no published version"),
        (["--from", "nowhere"], {}, "MONITOR_PROXY_USER_HEADER"),
        (["--from", "nowhere", "--new"], {"READER_OPEN": "true"}, "opens no store"),
    ],
)
def test_a_command_that_cannot_serve_a_copy_says_why(
    options: list[str], variables: dict[str, str], said: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in variables.items():
        monkeypatch.setenv(f"MONITOR_{name}", text)
    ended = run("serve", "--port", "0", *options)
    assert ended.code in (1, 2) and said in ended.err, ended.err
    assert not (tmp_path / "var").exists()


def test_pages_that_count_what_waits_at_the_owner_say_what_the_copy_counts(copy: FlaskClient) -> None:
    said = "count accepted files alone"
    for path in ("/reporting", "/quality", "/region/320000"):
        assert said in copy.get(f"{path}?lang=en").text, path
    assert said not in copy.get("/matrix?lang=en").text


def test_a_chart_has_its_attributes_in_one_order_whatever_the_process() -> None:
    names = [f"data-{letter}" for letter in "qwertyuiop"]
    chart = html.Div(dcc.Graph(id="trajectory"), role="img", **dict.fromkeys(names, "x"))  # type: ignore[arg-type]
    text = written(compact([chart]))
    assert re.findall("data-[a-z]", text) == sorted(names)
