"""Headers, caches, health, and questions no page of ours asks."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path

import brotli
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.store.store import Store
from monitor.web import charting
from monitor.web.app import create_app
from monitor.web.bundle import ASSETS
from tests.properties import examples

from .conftest import NOW
from .people import CHEAP, browser

EVERYWHERE = ("/", "/nothing", "/healthz", "/readyz", "/_dash-layout", "/_dash-dependencies", "/assets/shell.js",
              "/assets/none.js", "/_dash-component-suites/dash/none.js", "/vendor/none.js")  # fmt: skip


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_answer_carries_the_headers(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code < 500
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self' 'sha256-")
    scripts = re.search(r"script-src ([^;]+)", policy)
    assert scripts is not None and "unsafe" not in scripts[1] and "http" not in policy
    assert "frame-ancestors 'none'" in policy and "object-src 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_every_inline_script_is_named_in_the_policy(client: FlaskClient) -> None:
    answer = client.get("/")
    inline = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>(.*?)</script>", answer.text, re.DOTALL)
    assert inline
    for script in inline:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in answer.headers["Content-Security-Policy"]
    assert not re.search(r"<[^>]+\son[a-z]+=", answer.text)


def test_scripts_are_compressed_once_and_kept_for_ever(client: FlaskClient) -> None:
    source = re.search(r'src="(/_dash-component-suites/[^"]+renderer[^"]+)"', client.get("/").text)
    assert source is not None
    plain = client.get(source[1])
    packed = client.get(source[1], headers={"Accept-Encoding": "gzip, br"})
    zipped = client.get(source[1], headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "br" and brotli.decompress(packed.data) == plain.data
    assert zipped.headers["Content-Encoding"] == "gzip" and gzip.decompress(zipped.data) == plain.data
    assert "immutable" in plain.headers["Cache-Control"]
    again = client.get(source[1], headers={"If-None-Match": packed.headers["ETag"]})
    assert again.status_code == 304 and not again.data


def test_what_has_no_fingerprint_is_asked_again(client: FlaskClient) -> None:
    assert client.get("/assets/shell.js").headers["Cache-Control"] == "no-cache"
    assert "immutable" in client.get("/assets/shell.js?m=1").headers["Cache-Control"]
    assert client.get("/").headers["Cache-Control"] == "no-store"  # what an account was shown


def test_pages_travel_compressed(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "</html>" in gzip.decompress(answer.data).decode()
    assert len(answer.data) < 20_000


def test_the_charting_script_is_ours_and_of_the_wheels_version(client: FlaskClient) -> None:
    from plotly.offline import get_plotlyjs_version

    address = re.search(r'name="plotly-script" content="([^"]+)"', client.get("/").text)
    assert address is not None
    answer = client.get(address[1])
    assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"]
    assert f"v{get_plotlyjs_version()}" in answer.text[:400]


def test_without_plotly_basic_the_wheels_bundle_is_served(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = charting.files
    monkeypatch.setattr(charting, "files", lambda name: tmp_path if name == "monitor.web" else real(name))
    with caplog.at_level("INFO", "monitor.web"):
        client = browser(create_app(desk, secret_key=b"k" * 32, passwords=CHEAP, clock=lambda: NOW))
    assert "plotly-basic" in caplog.text
    address = re.search(r'name="plotly-script" content="(/vendor/plotly\.min\.js[^"]+)"', client.get("/").text)
    assert address is not None and client.get(address[1]).status_code == 200


def test_health_and_readiness(tmp_path: Path, desk: Desk) -> None:
    store = Store.open(tmp_path / "store.duckdb")
    current = desk.current
    client = browser(create_app(Desk(store, current.catalogues, current.regions, MethodSettings())))
    assert (client.get("/healthz").status_code, client.get("/readyz").status_code) == (200, 200)
    assert client.get("/").status_code == 200  # an empty store has an overview too
    store.close()
    assert (client.get("/healthz").status_code, client.get("/readyz").status_code) == (200, 503)
    assert client.get("/?period=2024").status_code == 500


GOOD = {
    "output": "page.children", "outputs": {"id": "page", "property": "children"}, "changedPropIds": [],
    "inputs": [
        {"id": "address", "property": "pathname", "value": "/"}, {"id": "address", "property": "search", "value": ""},
    ],
}  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*GOOD, "id", "value"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=JSON | st.fixed_dictionaries({key: st.just(value) | JSON for key, value in GOOD.items()}))
def test_a_malformed_question_is_refused_without_a_trace(client: FlaskClient, body: object) -> None:
    answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code < 500
    assert "Traceback" not in answer.text and "/monitor/" not in answer.text and "SELECT" not in answer.text
    if answer.status_code == 400 and answer.is_json:
        assert set(answer.get_json()) == {"error", "id"}


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"null", b"\xff\xfe", json.dumps(GOOD).encode() * 2])
def test_a_body_that_is_no_question_is_refused(client: FlaskClient, body: bytes) -> None:
    for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
        answer = client.post("/_dash-update-component", data=body, content_type=kind)
        assert 400 <= answer.status_code < 500


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.text(max_size=30), query=st.text(max_size=60))
def test_any_address_gets_a_page(client: FlaskClient, path: str, query: str) -> None:
    inputs = [
        {"id": "address", "property": "pathname", "value": path},
        {"id": "address", "property": "search", "value": query},
    ]
    answer = client.post("/_dash-update-component", json={**GOOD, "inputs": inputs})
    assert answer.status_code == 200, (path, query)


def test_too_much_is_refused(client: FlaskClient) -> None:
    answer = client.post("/_dash-update-component", data=b" " * 2_000_000, content_type="application/json")
    assert answer.status_code == 413


def test_our_styles_and_scripts_come_as_one_file_each(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "/assets/" not in page.replace("/assets/mark.svg", "")
    for suffix in ("css", "js"):
        address = re.search(rf'"(/vendor/monitor\.{suffix}\?m=[0-9a-f]+)"', page)
        assert address is not None
        answer = client.get(address[1])
        assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"]
        names = sorted(path.name for path in ASSETS.glob(f"*.{suffix}"))
        texts = [(ASSETS / name).read_text(encoding="utf-8") for name in names]
        assert [answer.text.index(text) for text in texts] == sorted(answer.text.index(text) for text in texts)
