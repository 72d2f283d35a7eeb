"""`FAULT_SHARE` of 1,000 addresses and forms that no page of ours makes, as every role: none is answered 500."""

from __future__ import annotations

import io
import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.web.hostile_world import World, hostile_world
from tests.web.malformed import INSIDE
from tests.web.people import OWN

COUNT = max(50, round(1_000 * float(os.environ.get("FAULT_SHARE", "1"))))
PLACES = (
    "0", "7", "9" * 30, "9223372036854775807", "9223372036854775808", "%00", "%ff", "%0d%0aX:%20y",
    "..%2f..%2fsecret.key", "'", '"', "<x>", "a" * 3_000, "%ed%a0%80", "%EF%BC%91", "-1", "1e5", "NaN", "%25",
    "%F0%9F%92%A5", "2025-Q4",
)  # fmt: skip
PAGES = (
    "/{}", "/indicator/{}", "/region/{}", "/draft/{}", "/submission/{}", "/accounts/{}", "/catalogue/{}", "/shown/{}",
    "/history/{}/{}/{}", "/explain/{}/{}/{}", "/table/{}.csv/{}", "/picture/{}.svg/{}", "/compare", "/audit", "/tokens",
    "/search", "/wall", "/queue", "/reporting", "/matrix", "/upload", "/quality", "/me", "/",
)  # fmt: skip
QUERIES = (
    "", "?", "?as_of=" + "9" * 50, "?as_of=%00", "?as_of=2025-02-30", "?period=%ff", "?plan='", "?region=%00",
    "?lang=%00", "?said=%00", "?said=" + "x" * 500, "?rows=-1", "?skip=-1", "?skip=" + "9" * 25, "?skip=x",
    "?slide=" + "9" * 20,
    "?seconds=-1", "?from=%00&to=9", "?kind=x&with=%00", "?actor=%00&action=x&object=%ff", "?sort=" + "a" * 5_000,
    "?q=" + "%ff" * 100, "?with=" + ",".join(["1"] * 2_000), "?next=//evil.example", "?state=%00&class=%00&nature=x",
)  # fmt: skip
FORMS: tuple[dict[str, Any], ...] = (
    {}, {"ids": ["9" * 30, "-1", "x"]}, {"all": "1," * 900}, {"reason": "\0"}, {"reason": "\ufffe" * 100},
    {"name": "\0", "login": "\0", "role": "x"}, {"regions": ["\0"], "role": "reporter", "name": "x", "login": "abc"},
    {"days": "\uff19"}, {"explain_all": "x"}, {"explain:1:x": "y"}, {"remark:x": "y"}, {"file": "x"}, {"who": "\0"},
    {"login": "wang", "password": "\0"}, {"old": "a", "new": "b", "again": "b"},
)  # fmt: skip
NAMES = ("\0", "a" * 500, "..\\x.csv", "x.csv\r\nA: b", "", "=1+1.csv", "<img>.csv")
FILES = (
    b"",
    b"\0" * 100,
    b"PK\x03\x04",
    b"\xff\xfe",
    b"a,b\n1,2\n",
    b"indicator_id,region_code\n\x1b[2J,\xe2\x80\xae\n",
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = hostile_world(tmp_path_factory.mktemp("hostile"))
    yield made
    made.desk.store.close()


def asked(rules: list[Rule], chance: random.Random) -> tuple[str, str, dict[str, Any]]:
    """A method, an address, and what is posted to it."""
    if chance.random() < 0.5:
        rule = chance.choice(rules)
        known = {"kind": chance.choice(("csv", "xlsx")), "name": chance.choice(("reporting", "rates", "compare"))}
        path = re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda found: known.get(found[1], chance.choice(PLACES)), rule.rule)
        method = chance.choice(sorted(rule.methods or {"GET"}))
    else:
        path, method = re.sub(r"\{\}", lambda _: chance.choice(PLACES), chance.choice(PAGES)), "GET"
    posted: dict[str, Any] = {}
    if method == "POST":
        file = (io.BytesIO(chance.choice(FILES)), chance.choice(NAMES))
        posted = {"data": {"file": file} if "upload" in path else chance.choice(FORMS)}
    return method, path + chance.choice(QUERIES), posted


def test_no_address_and_no_form_makes_the_program_fail(world: World) -> None:
    chance, answered = random.Random(COUNT), Counter[int]()
    # whoever signs out, or is disabled by another of these, is asked for no more
    rules = [
        rule
        for rule in world.app.server.url_map.iter_rules()
        if rule.endpoint != "_sign_out" and not rule.rule.startswith("/api")
    ]
    clients: list[FlaskClient] = []
    for role in world.accounts:
        client = world.app.server.test_client()
        client.set_cookie(world.app.cookies.name, world.cookie(role))
        clients.append(client)
    for number in range(COUNT):
        method, path, posted = asked(rules, chance)
        answer = chance.choice(clients).open(path, method=method, headers=OWN, **posted)
        said = f"{number}: {method} {path[:200]} {answer.status_code}"
        answered[answer.status_code] += 1
        assert answer.status_code < 500, said
        if answer.status_code >= 400 and answer.mimetype == "text/plain":
            assert not [word for word in INSIDE if word in answer.text], said
    assert answered[200] > COUNT // 5 and answered[404] > COUNT // 20
