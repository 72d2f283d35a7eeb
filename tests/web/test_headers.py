"""What every answer carries, whoever asks for whatever: pages, files, errors, redirects, "not modified", the API."""

from __future__ import annotations

import base64
import hashlib
import os
import re

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from monitor.report.desk import Desk
from monitor.store.tokens import make_token
from monitor.web.app import MonitorApp, create_app

from .conftest import NOW
from .people import CHEAP, OWN, sign_in

POLICY = {
    "default-src": "'none'", "style-src": "'self' 'unsafe-inline'", "img-src": "'self' data:",
    "font-src": "'self' data:", "connect-src": "'self'", "form-action": "'self'", "frame-ancestors": "'none'",
    "base-uri": "'none'", "object-src": "'none'",
}  # fmt: skip
PLACES = {
    "package_name": "dash", "fingerprinted_path": "dash-renderer/x.js", "path": "nowhere", "filename": "mark.svg",
    "key": "indicators", "place": "matrix", "kind": "csv", "name": "reporting", "suffix": "css", "plan_id": "none",
}  # fmt: skip


@pytest.fixture
def app(bare: MonitorApp) -> MonitorApp:
    return bare


def assert_guarded(answer: TestResponse, said: str) -> None:
    headers = answer.headers
    directives = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    scripts = directives.pop("script-src").split()
    assert directives == POLICY, said
    assert scripts[0] == "'self'" and all(re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", one) for one in scripts[1:]), (
        said
    )
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["X-Frame-Options"] == "DENY", said
    assert headers["Referrer-Policy"] == "same-origin" and headers["Cross-Origin-Opener-Policy"] == "same-origin", said
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin" and "Permissions-Policy" in headers, said
    assert headers["Cache-Control"], said
    assert "Server" not in headers and "X-Powered-By" not in headers, said
    assert not [name for name, _ in headers if name.lower().startswith("access-control")], said
    assert len(headers.getlist("Content-Security-Policy")) == 1, said


def address(rule: Rule) -> str:
    converted = {**PLACES, **{name: "7" for name in rule.arguments if name not in PLACES}}
    return re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda found: converted[found[1]], rule.rule)


def test_every_route_answers_with_every_header_whoever_asks(app: MonitorApp) -> None:
    signed_in, nobody = app.server.test_client(), app.server.test_client()
    sign_in(signed_in, app, "看", "viewer")
    seen: set[int] = set()
    for rule in sorted(app.server.url_map.iter_rules(), key=lambda rule: rule.endpoint == "_sign_out"):
        for method in sorted({"GET", "HEAD", "OPTIONS", "POST", "DELETE"} & {*(rule.methods or ()), "DELETE"}):
            for client in (nobody, signed_in) if method in ("GET", "POST") else (nobody,):
                answer = client.open(address(rule), method=method, headers=OWN)
                assert_guarded(answer, f"{method} {rule.rule} {answer.status_code}")
                seen.add(answer.status_code)
    assert {200, 303, 401, 403, 404, 405} <= seen and not {status for status in seen if status >= 500}


def test_not_modified_redirected_failed_and_too_large_carry_them_too(
    app: MonitorApp, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = re.findall(r'src="(/vendor/monitor\.js[^"]*)"', client.get("/").text)[0]
    etag = client.get(script).headers["ETag"]
    again = client.get(script, headers={"If-None-Match": etag})
    moved = client.get("/table/indicators.csv")  # a slash is added
    large = client.post("/_dash-update-component", data=b"x" * 1_100_000, content_type="application/json", headers=OWN)
    foreign = client.post("/do/upload", headers={"Origin": "https://evil.example"})
    monkeypatch.setattr("monitor.web.taken_files.find", lambda *_: 1 / 0)
    failed = client.get("/table/indicators.csv/")
    told = {again: 304, moved: 308, large: 413, foreign: 403, failed: 500}
    for answer, status in told.items():
        assert answer.status_code == status
        assert_guarded(answer, str(status))
    assert "immutable" in again.headers["Cache-Control"]


def test_what_an_account_was_shown_stays_in_no_cache(client: FlaskClient) -> None:
    for path in ("/", "/matrix", "/indicator/fund_income", "/table/indicators.csv/", "/me", "/download/reporting.csv"):
        assert client.get(path).headers["Cache-Control"] == "no-store", path
    question = {
        "output": "page.children", "outputs": {"id": "page", "property": "children"},
        "inputs": [
            {"id": "address", "property": "pathname", "value": "/me"},
            {"id": "address", "property": "search", "value": ""},
        ],
        "changedPropIds": ["address.pathname"],
    }  # fmt: skip
    assert client.post("/_dash-update-component", json=question, headers=OWN).headers["Cache-Control"] == "no-store"


def test_tls_is_asked_for_from_then_on_where_it_is_spoken(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/healthz").headers
    spoken = client.get("/healthz", base_url="https://localhost").headers["Strict-Transport-Security"]
    assert int(re.findall(r"max-age=(\d+)", spoken)[0]) >= 31_536_000


def test_the_only_scripts_in_a_page_are_the_servers_own_and_those_of_the_policy(
    app: MonitorApp, client: FlaskClient
) -> None:
    """The hashes are computed when all callbacks are registered: each script in the page has its hash."""
    page = client.get("/").text
    written = re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL)
    inline = [text for head, text in written if "src=" not in head and "application/json" not in head]
    assert inline
    for text in inline:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in app.content_policy
    assert all(found.startswith("/") and not found.startswith("//") for found in re.findall(r'src="([^"]+)"', page))
    assert not re.search(r"\son[a-z]+\s*=|javascript:|<iframe|<object|<embed|<base", page, re.IGNORECASE)


def test_nothing_of_a_workshop_is_served(hostile: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither MCP nor websockets, background jobs, debugging or development tools, whatever the environment says."""
    for name in ("DASH_DEBUG", "FLASK_DEBUG", "DASH_UI", "DASH_HOT_RELOAD", "DASH_MCP_ENABLED", "DASH_ENABLE_MCP"):
        monkeypatch.setenv(name, "1")
    app = create_app(hostile, secret_key=b"k" * 32, clock=lambda: NOW, passwords=CHEAP)
    assert os.environ["DASH_DEBUG"] == "1"
    assert not app.server.debug and not app.server.testing
    on = {name for name, value in app._dev_tools.items() if value is True}
    assert on <= {"silence_routes_logging"}
    assert not app._enable_mcp and not app.mcp_callback_map and not app._websocket_callbacks
    words = ("mcp", "ws", "socket", "debug", "console", "job")
    own = ("/do/jobs/<job>/", "/rows/")  # our scheduled work, which an operator starts and stops; rows of a table
    rules = [rule.rule.lower() for rule in app.server.url_map.iter_rules() if not rule.rule.startswith(own)]
    assert not [rule for rule in rules if any(word in rule for word in words)]
    assert all(not one.get("background") and not one.get("long") for one in app.callback_map.values())
    assert app._background_manager is None


@pytest.mark.parametrize(
    ("path", "bytes_", "kind"),
    [
        ("/login", 30_000, "application/x-www-form-urlencoded"),
        ("/login/password", 30_000, "application/x-www-form-urlencoded"),
        ("/_dash-update-component", 1_000_001, "application/json"),
        ("/do/draft/1/save", 4_000_001, "application/x-www-form-urlencoded"),
        ("/do/queue/accept", 4_000_001, "multipart/form-data; boundary=x"),
        ("/do/upload", 20_200_000, "multipart/form-data; boundary=x"),
        ("/api/v1/submissions/1/accept", 1_000_001, "application/json"),
    ],
)
def test_each_kind_of_request_has_a_largest_size(
    app: MonitorApp, client: FlaskClient, path: str, bytes_: int, kind: str
) -> None:
    headers = dict(OWN)
    if path.startswith("/api"):
        _, token = make_token(app.cycle.store, name=f"large {path}", role="planner", regions=None, by="x")
        headers["Authorization"] = f"Bearer {token}"
    head = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        if "multipart" in kind
        else b"a="
    )
    body = head + b"x" * bytes_
    answer = client.post(path, data=body, content_type=kind, headers={**headers, "Accept": "application/json"})
    assert answer.status_code == 413, answer.text[:200]
