"""What programs that watch the server are told, by whose token, and that rules and dashboards name what there is."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families as read_text

from monitor.catalogue.loader import load_catalogues
from monitor.catalogue.regions import Regions
from monitor.commands.watching import watch_of
from monitor.intake.submissions import ingest
from monitor.jobs.clock import Clock, Tick
from monitor.jobs.job import execute
from monitor.jobs.schedule import Schedule
from monitor.jobs.work.upkeep import integrity_job
from monitor.mail.outbox import Outbox
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.settings import Settings
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.store.times import to_stored
from monitor.store.tokens import make_token
from monitor.watch.logs import Sink
from monitor.web.app import MonitorApp, create_app
from monitor.web.watching import watch_server
from tests.cycle.in_process import reading_in_process

from .conftest import NOW
from .people import CHEAP, OWN, person

CHECKOUT = Path(__file__).parents[2]
DEPLOY = CHECKOUT / "deploy"
NAME = re.compile(r"\b(?:monitor|process|python)_[a-z_]+\b")
# series of a histogram and of a counter, by the family that a line of TYPE names
SUFFIXES = ("_bucket", "_sum", "_count")
Told = dict[str, Metric]


class Dispatcher:
    threads, queue, active_count = frozenset({1, 2, 3}), [object()], 2


@pytest.fixture(scope="module")
def clock() -> Iterator[Clock]:
    """Not started yet."""
    made = Clock([Tick("inbox", 60, lambda: None)])
    yield made
    made.stop()


@pytest.fixture(scope="module")
def app(regions: Regions, clock: Clock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MonitorApp]:
    folder = tmp_path_factory.mktemp("watched")
    (folder / "inbox").mkdir()
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    settings = Settings(store=folder / "m.duckdb", inbox=folder / "inbox")
    with Store.open(settings.store, clock=lambda: NOW) as store:
        desk, sink = Desk(store, catalogues, regions, MethodSettings()), Sink(io.StringIO())
        logging.getLogger().addHandler(sink)
        watch = watch_of(desk, settings, clock, with_mail=False)
        watch_server(watch.measures, Dispatcher())
        made = create_app(desk, secret_key=b"k" * 32, clock=lambda: NOW, passwords=CHEAP, watch=watch)
        yield made
        logging.getLogger().removeHandler(sink)


@pytest.fixture(scope="module")
def token(app: MonitorApp) -> str:
    return make_token(app.cycle.store, name="prometheus", role="operator", regions=None, by="test")[1]


def scrape(app: MonitorApp, token: str, **headers: str) -> str:
    given = {"Authorization": f"Bearer {token}", **headers}
    answer = app.server.test_client().get("/metrics", headers=given, buffered=True)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    return answer.text


def told(app: MonitorApp, token: str) -> Told:
    families = list(read_text(scrape(app, token)))
    assert len({family.name for family in families}) == len(families)
    return {family.name: family for family in families}


def value(found: Told, name: str, **labels: str) -> float | None:
    values = [one.value for one in found[name].samples if labels.items() <= one.labels.items()]
    assert len(values) < 2
    return values[0] if values else None


def test_what_the_store_holds_is_told_at_every_look(app: MonitorApp, token: str, tmp_path: Path) -> None:
    store = app.cycle.store
    first = told(app, token)
    assert value(first, "monitor_receipts", verdict="accept") == 0
    assert value(first, "monitor_audit_entries", action="sign_in_failed") == 0
    assert value(first, "monitor_review_oldest_timestamp_seconds") is None
    sent = tmp_path / "sent.csv"
    sent.write_text("indicator_id,region_code,period,numerator,denominator\nenrolment_rate,320000,2025-Q4,81,84\n")
    cycle = app.cycle
    with reading_in_process():
        ingest(store, cycle.catalogues, cycle.regions, sent, by="test")
    outbox = Outbox(store, "monitor@example.org")
    outbox.put("opened", language="zh", recipients=["a@example.org"], subject="s", body="b", key="k")
    after = told(app, token)
    assert value(after, "monitor_receipts", verdict="review") == 1
    assert value(after, "monitor_submissions", state="submitted") == 1
    assert value(after, "monitor_store_rows", table="observation") == 1
    assert value(after, "monitor_received_bytes") == sent.stat().st_size
    assert value(after, "monitor_mails", state="waiting") == 1
    moment = value(after, "monitor_review_oldest_timestamp_seconds")
    assert moment is not None and abs(moment - NOW.timestamp()) < 1
    assert value(after, "monitor_mail_oldest_timestamp_seconds") == pytest.approx(NOW.timestamp(), abs=1)
    assert store.path is not None
    assert value(after, "monitor_store_bytes", file="database") == store.path.stat().st_size
    assert value(after, "monitor_disk_needed_bytes") == 500_000_000
    assert value(after, "monitor_log_lines", level="warning") is not None
    assert (value(after, "monitor_disk_free_bytes", folder="data") or 0) > 0
    assert {one.value for one in after["monitor_part_up"].samples} == {1}
    assert (value(after, "monitor_http_threads"), value(after, "monitor_http_requests_queued")) == (3, 1)


def test_scheduled_work_and_checks_are_told_as_the_store_has_them(app: MonitorApp, token: str) -> None:
    store = app.cycle.store
    job = integrity_job(store, Schedule("0 4 * * *", ZoneInfo("Asia/Shanghai")))
    due = to_stored(NOW - timedelta(hours=1))
    execute(store, job, due_at=due, by="schedule", owner="test")
    found = told(app, token)
    jobs = {one.labels["job"] for one in found["monitor_job_failing"].samples}
    assert {"inbox", "backup", "integrity"} <= jobs and "mail" not in jobs
    next_due = value(found, "monitor_job_due_timestamp_seconds", job="backup")
    assert next_due is not None and NOW.timestamp() < next_due < (NOW + timedelta(days=1)).timestamp()
    assert value(found, "monitor_job_due_timestamp_seconds", job="inbox") is None
    ended = value(found, "monitor_job_last_end_timestamp_seconds", job="integrity")
    assert ended == pytest.approx(NOW.timestamp(), abs=1)
    checked = found["monitor_check_found"].samples
    assert len(checked) > 3 and {one.labels["severity"] for one in checked} == {"fault", "warning"}
    assert value(found, "monitor_checks_last_timestamp_seconds") == pytest.approx(NOW.timestamp(), abs=1)
    assert (value(found, "monitor_clock_ticking"), value(found, "monitor_backups")) == (0, 0)


def test_ready_is_a_store_that_answers_and_a_clock_that_ticks(app: MonitorApp, clock: Clock) -> None:
    client = app.server.test_client()
    stopped = client.get("/readyz")
    clock.start()
    ready = client.get("/readyz")
    assert (stopped.status_code, stopped.text) == (503, "clock\n")
    assert (ready.status_code, ready.text) == (200, "ready\n")
    clock.stop()
    assert client.get("/readyz").status_code == 503 and client.get("/healthz").status_code == 200


def test_the_id_of_a_request_is_told_to_whoever_asked_and_stands_in_the_log(
    app: MonitorApp, token: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = person(app, "计划", "planner").client
    monkeypatch.setattr("monitor.web.public.overview", lambda *_, **__: 1 / 0)
    page = client.get("/", buffered=True)
    file = client.get("/table/indicators.csv/", buffered=True)
    monkeypatch.setattr("monitor.web.api.gate.check_token", lambda *_: 1 / 0)
    program = client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}, buffered=True)
    assert (page.status_code, file.status_code, program.status_code) == (500, 500, 500)
    for answer in (page, file, program):
        request_id = answer.headers["X-Request-Id"]
        assert request_id in answer.text and f"fault {request_id} " in caplog.text
    assert program.get_json()["id"] == program.headers["X-Request-Id"]
    others = [client.get(path, buffered=True) for path in ("/healthz", "/vendor/nothing.js", "/login", "/_dash-layout")]
    ids = [answer.headers["X-Request-Id"] for answer in (page, file, program, *others)]
    assert len(set(ids)) == len(ids)


def test_requests_are_told_by_route_and_never_by_address(app: MonitorApp, token: str) -> None:
    client = person(app, "计划", "planner").client
    client.get("/secret-address/320000", buffered=True)
    client.post("/do/upload", headers={"Origin": "https://evil.example"}, buffered=True)
    client.post("/_dash-update-component", json={}, headers=OWN, buffered=True)
    text = scrape(app, token)
    labels = {(one.labels["method"], one.labels["route"], one.labels["status"])
              for family in read_text(text) if family.name == "monitor_http_request_seconds"
              for one in family.samples}  # fmt: skip
    assert {("GET", "/<path:path>", "404"), ("POST", "/do/upload", "403"), ("POST", "/_dash-update-component", "400"),
            ("GET", "/metrics", "200")} <= labels  # fmt: skip
    assert "320000" not in text and "secret-address" not in text and token not in text


def names_in(expression: str) -> set[str]:
    return set(NAME.findall(re.sub(r'"[^"]*"', '""', expression)))


def expressions(thing: Any) -> Iterator[str]:
    """Every text under `expr` or `query` of a dashboard."""
    if isinstance(thing, dict):
        for key, one in thing.items():
            if key in ("expr", "query") and isinstance(one, str):
                yield one
            yield from expressions(one)
    elif isinstance(thing, list):
        for one in thing:
            yield from expressions(one)


# test_readers.py asks a copy for them
OF_COPIES = ("version_info", "data_version", "published_timestamp_seconds", "refused")


def test_rules_and_dashboard_name_only_what_is_measured(app: MonitorApp, token: str) -> None:
    known = set()
    for line in scrape(app, token).splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split()
            known |= {name + suffix for suffix in SUFFIXES} if kind == "histogram" else {name}
    groups = yaml.safe_load((DEPLOY / "prometheus-alerts.yaml").read_text(encoding="utf-8"))["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    tried = yaml.safe_load((DEPLOY / "prometheus-alerts.test.yaml").read_text(encoding="utf-8"))["tests"]
    dashboard = json.loads((DEPLOY / "grafana-dashboard.json").read_text(encoding="utf-8"))
    asked = [*(rule["expr"] for rule in rules), *expressions(dashboard)]
    asked += [series["series"] for one in tried for series in one["input_series"]]
    named = set().union(*map(names_in, asked))
    assert named - known == set() and len(named) > 30
    for rule in rules:
        assert rule["labels"]["severity"] in ("critical", "warning") and rule["alert"].startswith("PlanMonitor")
        for text in rule["annotations"].values():
            assert " | " in text or text.startswith("monitor "), rule["alert"]
    assert len({rule["alert"] for rule in rules}) == len(rules)
    guide = (CHECKOUT / "docs" / "operators.md").read_text(encoding="utf-8")
    told_of = names_in(guide)
    assert {name for name in known if name.startswith("monitor_") and not name.endswith(SUFFIXES)} - told_of == set()
    of_copies = {f"monitor_reader_{what}" for what in OF_COPIES}
    told_here = {name for name in told_of if name.startswith("monitor_")} - of_copies
    assert told_here - known <= {"monitor_http_request_seconds"}
