"""What other sites make a browser send, with its cookie: nothing of it is done (reliability.md 4c)."""

from __future__ import annotations

import io
import json
from itertools import product

import pytest
from flask.testing import FlaskClient

from monitor.web.app import MonitorApp

from .people import OWN, sign_in

QUESTION = {
    "output": "page.children",
    "outputs": {"id": "page", "property": "children"},
    "inputs": [
        {"id": "address", "property": "pathname", "value": "/"}, {"id": "address", "property": "search", "value": ""},
    ],
    "changedPropIds": ["address.pathname"],
}  # fmt: skip
KINDS = ("application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")
FOREIGN = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost@evil.example"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Sec-Fetch-Site": "SAME-ORIGIN "},
    {"Sec-Fetch-Site": ""},
)
ROUTES = (
    "/_dash-update-component", "/do/upload", "/do/draft/1/submit", "/do/submission/1/accept", "/do/queue/accept",
    "/do/chase", "/login", "/login/out", "/login/password", "/login/demo",
)  # fmt: skip


@pytest.fixture
def app(bare: MonitorApp) -> MonitorApp:
    return bare


@pytest.mark.parametrize("route", ROUTES)
def test_no_other_site_posts_anything(client: FlaskClient, route: str) -> None:
    for kind, headers in product(KINDS, FOREIGN):
        answer = client.post(route, data=json.dumps(QUESTION), content_type=kind, headers=headers)
        assert answer.status_code == 403, (kind, headers)
    assert client.get("/me").status_code == 200  # nobody was signed out


def test_a_callback_is_answered_to_pages_of_ours_and_to_json_alone(client: FlaskClient) -> None:
    for kind in KINDS:
        for headers in (OWN, {"Sec-Fetch-Site": "same-origin"}, {}):
            answer = client.post(
                "/_dash-update-component", data=json.dumps(QUESTION), content_type=kind, headers=headers
            )
            assert (answer.status_code == 200) == (kind == KINDS[0]), (kind, headers)


def test_a_form_that_says_nothing_of_where_it_is_from_is_not_believed(client: FlaskClient) -> None:
    for route in ("/do/upload", "/do/queue/accept", "/do/draft/1/submit"):
        sent = client.post(route, data={"file": (io.BytesIO(b"x"), "a.csv")})
        assert sent.status_code == 403, route


def test_the_api_looks_at_no_cookie(app: MonitorApp, client: FlaskClient) -> None:
    sign_in(client, app)
    for method, path in (("GET", "/api/v1/me"), ("POST", "/api/v1/submissions"), ("GET", "/api/v1/scorecards")):
        for headers in (OWN, {"Sec-Fetch-Site": "cross-site"}, {}):
            assert client.open(path, method=method, headers=headers).status_code == 401
