"""A world in which every text that somebody can write would like to be markup, a script, or a formula."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from monitor.access.accounts import Scope
from monitor.access.actors import Actor
from monitor.catalogue.loader import parse_catalogues, parse_regions
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.configuration import record_configuration
from monitor.store.snapshots import freeze
from monitor.store.store import Store
from monitor.store.tokens import make_token
from monitor.web.app import MonitorApp, create_app

from .people import CHEAP

NOW = datetime(2026, 1, 20, 8, 0, tzinfo=UTC)  # the calls of the year that ended are open
MARKUP = (
    '=<img src=x onerror="window.PWN=1">\'&%{y}<a href="https://evil.example">A</a>'
    "</script><script>window.PWN=2</script>[b](javascript:window.PWN=3){{window.PWN=4}}"
)
EVIL = "=<img src=x onerror=PWN=1><b>"  # where texts are short
UNIT, OTHER = "320000", "110000"
HEAD = ("indicator_id", "region_code", "period", "numerator", "denominator", "value", "unit", "note", "source", "grade")


@dataclass
class World:
    """`draft`, `refused`: receipts; `submissions`: accepted, waiting, returned."""

    desk: Desk
    app: MonitorApp
    draft: int
    refused: int
    submissions: tuple[int, int, int]
    accounts: dict[str, int]

    def cookie(self, role: str) -> str:
        return self.app.access.sessions.open(self.accounts[role], "password")


def _evil_texts(value: Any) -> Any:
    """The plan with every text for people replaced."""
    if isinstance(value, dict):
        if "zh" in value:
            return {key: MARKUP if key in ("zh", "en") else kept for key, kept in value.items()}
        return {key: _evil_texts(inner) for key, inner in value.items()}
    return [_evil_texts(inner) for inner in value] if isinstance(value, list) else value


def _evil_regions() -> str:
    rows = list(csv.DictReader(io.StringIO(find_shipped("data/regions.csv").read_text(encoding="utf-8-sig"))))
    for row in rows:
        for name in ("name", "short_name", "name_en"):
            if row.get(name):
                row[name] = f"{EVIL}{row['region_code']}"
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def file_of(*rows: tuple[object, ...]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([HEAD, *rows])
    return out.getvalue()


def hostile_world(folder: Path, *, plain_http: bool = False) -> World:
    regions = parse_regions(_evil_regions(), "regions.csv")
    plan = _evil_texts(yaml.safe_load(find_shipped("indicators.yaml").read_text(encoding="utf-8")))
    text = yaml.safe_dump(plan, allow_unicode=True, sort_keys=False)
    catalogues = parse_catalogues([("plan.yaml", text)], regions)
    store = Store.open(folder / "hostile.duckdb", clock=lambda: NOW)
    record_configuration(
        store, catalogues=[("plan.yaml", text)], regions=("regions.csv", _evil_regions()),
        settings={"ahead": "1.2", "near": "0.8", "band_tolerance": "1"}, by=EVIL,
    )  # fmt: skip
    desk = Desk(store, catalogues, regions, MethodSettings())
    app = create_app(desk, secret_key=b"k" * 32, clock=lambda: NOW, passwords=CHEAP, plain_http=plain_http)
    console = Actor(EVIL, "console")
    scopes = {"reporter": Scope(frozenset({UNIT, OTHER}))}
    accounts = {
        role: app.access.add(
            console, login=role, name=f"{EVIL}{role}", role=role, scope=scopes.get(role, Scope()), with_password=False,
        )[0].account_id
        for role in ("viewer", "reporter", "reviewer", "planner", "operator")
    }  # type: ignore[arg-type]  # fmt: skip
    app.access.add(
        console, login="owner", name=f"{EVIL}o", role="reviewer", scope=Scope(departments=frozenset({MARKUP}))
    )
    make_token(store, name=f"{EVIL}t", role="reporter", regions=[UNIT], by=EVIL)
    known = {one.account_id: one for one in app.access.accounts()}
    sender, reviewer = (app.access.actor(known[accounts[role]]) for role in ("reporter", "planner"))

    def received(*rows: tuple[object, ...]) -> int:
        path = folder / "sent.csv"
        path.write_text(file_of(*rows), encoding="utf-8")
        return app.cycle.draft(sender, path, name=f"{MARKUP}.csv").receipt_id

    def submitted(*rows: tuple[object, ...]) -> int:
        done = app.cycle.submit(sender, received(*rows), explain=MARKUP, reason=MARKUP)
        (one,) = done.submissions
        assert one.submission_id is not None
        return one.submission_id

    def row(unit: str, period: str, numerator: object) -> tuple[object, ...]:
        return ("enrolment_rate", unit, period, numerator, 8400, "", "", MARKUP, MARKUP, EVIL)

    accepted = submitted(row(UNIT, "2025-Q4", 8101))
    app.cycle.comment(reviewer, accepted, {"enrolment_rate": MARKUP})
    app.cycle.accept(reviewer, accepted, explain=MARKUP)
    freeze(store, "第1版", by=EVIL, note=MARKUP)
    returned = submitted(row(OTHER, "2025-Q4", 8102))
    app.cycle.return_(reviewer, returned, reason=MARKUP, remarks={"enrolment_rate": MARKUP})
    waiting = submitted(row(UNIT, "2025-Q4", 8205))
    app.cycle.comment(reviewer, waiting, {"enrolment_rate": MARKUP})
    draft = received(row(OTHER, "2025-Q3", 8103))
    refused = received(
        (MARKUP, MARKUP, MARKUP, MARKUP, MARKUP, MARKUP, MARKUP, MARKUP, MARKUP, MARKUP), row(UNIT, "2025-Q2", EVIL)
    )
    return World(desk, app, draft, refused, (accepted, waiting, returned), accounts)
