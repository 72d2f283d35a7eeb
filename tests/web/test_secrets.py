"""Passwords, sessions, tokens and keys: used in every way and mistaken in every way, and nowhere to be found again."""

from __future__ import annotations

import base64
import logging
import re
from pathlib import Path

import duckdb
import pytest
from werkzeug.test import TestResponse

from monitor.access.accounts import Scope
from monitor.access.actors import Actor
from monitor.catalogue.loader import load_catalogues
from monitor.catalogue.regions import Regions
from monitor.log_lines import Lines
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.store.tokens import make_token
from monitor.web.app import create_app

from .conftest import NOW
from .people import CHEAP, OWN

RIGHT = "richtig-Pferd-Batterie-1"  # pragma: allowlist secret
WRONG = "falsch-Pferd-Batterie-2"  # pragma: allowlist secret
KEY = b"K7" * 16


def rows_of(path: Path) -> str:
    """Every cell of every table, as the database gives them."""
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return repr([connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables])


def test_no_secret_is_logged_stored_or_answered(
    regions: Regions, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    store = Store.open(tmp_path / "m.duckdb", clock=lambda: NOW)
    app = create_app(
        Desk(store, catalogues, regions, MethodSettings()), secret_key=KEY, clock=lambda: NOW, passwords=CHEAP
    )
    console = Actor("console", "console")
    _, once = app.access.add(console, login="wang", name="王", role="planner", scope=Scope())
    _, token = make_token(store, name="program", role="viewer", regions=None, by="console")
    assert once is not None
    client, answers = app.server.test_client(), list[TestResponse]()

    def ask(method: str, path: str, **more: object) -> TestResponse:
        headers = {**OWN, **dict(more.pop("headers", {}))}  # type: ignore[call-overload]
        answers.append(client.open(path, method=method, headers=headers, **more))  # type: ignore[arg-type]
        return answers[-1]

    def session() -> str:
        cookie = client.get_cookie(app.cookies.name)
        return "" if cookie is None else cookie.value

    ask("POST", "/login", data={"login": "wang", "password": WRONG})
    ask("POST", "/login", data={"login": WRONG, "password": "x"})  # typed into the wrong field
    ask("POST", "/login", data={"login": "nobody", "password": RIGHT})
    assert ask("POST", "/login", data={"login": "wang", "password": once}).status_code == 303
    sessions = {session()}
    ask("POST", "/login/password", data={"old": WRONG, "new": RIGHT, "again": RIGHT})
    ask("POST", "/login/password", data={"old": once, "new": RIGHT, "again": WRONG})
    assert ask("POST", "/login/password", data={"old": once, "new": RIGHT, "again": RIGHT}).status_code == 303
    sessions.add(session())
    for path in ("/", f"/?token={token}&as_of={RIGHT}", f"/indicator/{token}", f"/table/{token}.csv/", f"/do/{token}"):
        ask("GET", path)
    for bearer in (token, token + "x", RIGHT):
        for path in ("/api/v1/me", f"/api/v1/scorecards?plan={token}", f"/api/v1/{token}", "/api/v1/submissions"):
            ask("GET", path, headers={"Authorization": f"Bearer {bearer}"})
            ask("POST", path, headers={"Authorization": f"Bearer {bearer}"}, json={"password": RIGHT})
    ask("POST", "/_dash-update-component", json={"output": token, "inputs": [RIGHT]})
    ask("POST", "/_dash-update-component", data=RIGHT, content_type="application/json")
    with monkeypatch.context() as patch:
        patch.setattr("monitor.web.taken_files.find", lambda *_: 1 / 0)
        assert ask("GET", "/table/indicators.csv/").status_code == 500
        patch.setattr(app.access.passwords, "check", lambda *_: 1 / 0)
        assert ask("POST", "/login", data={"login": "wang", "password": RIGHT}).status_code == 500
    ask("POST", "/login/out")
    # what an operator is shown once: a password for somebody else, a token
    operator, _ = app.access.add(console, login="chen", name="陈", role="operator", scope=Scope(), with_password=False)
    client.set_cookie(app.cookies.name, app.access.sessions.open(operator.account_id, "password"))
    sessions.add(session())
    slips = set()
    for path, form in (
        ("/do/accounts", {"login": "li", "name": "李", "role": "viewer"}),
        ("/do/tokens", {"name": "report", "role": "viewer", "days": "30"}),
    ):
        place = ask("POST", path, data=form).headers["Location"]
        shown_once, again = client.get(place), ask("GET", place)
        assert (shown_once.status_code, again.status_code) == (200, 410)
        assert shown_once.headers["Cache-Control"] == "no-store"
        slips.add(re.findall(r'id="secret"[^>]*>([^<]+)<', shown_once.text)[0])
    for path in ("/accounts", "/tokens", "/audit", "/me"):
        assert ask("GET", path).status_code == 200
    store.close()

    assert "" not in sessions and len(sessions) == 3
    assert len(slips) == 2 and any(text.startswith("pm_") for text in slips)
    secrets = {RIGHT, WRONG, once, token, *sessions, *slips, KEY.decode()}
    secrets |= {base64.b64encode(text.encode()).decode() for text in (RIGHT, token)}
    key = next(path for path in (tmp_path / "audit").iterdir() if path.suffix == ".key")
    assert key.stat().st_mode & 0o077 == 0
    secrets |= {key.read_bytes().decode("latin-1").strip(), key.read_bytes().hex()}
    written = "\n".join(Lines("%(name)s %(message)s").format(record) for record in caplog.records)
    held = rows_of(tmp_path / "m.duckdb")
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path != key}
    for secret in secrets:
        assert secret not in written and secret not in held, secret
        assert secret == token or secret not in caplog.text, secret
        assert not [path.name for path, content in files.items() if secret.encode("latin-1") in content], secret
    shown = [answer for answer in answers if any(secret in answer.text for secret in secrets - {RIGHT, WRONG, token})]
    assert shown == []
    # an address that was asked for may be told back to whoever asked, a password in a form never
    told = [answer.request.path for answer in answers if answer.request.method == "POST" and RIGHT in answer.text]
    assert told == []
