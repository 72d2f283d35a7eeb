"""Bodies that no page of ours posts to the callbacks: a grammar with a seed, so that failures come again."""

from __future__ import annotations

import copy
import json
import logging
import random
from collections.abc import Iterator
from typing import Any

from flask.testing import FlaskClient

from monitor.log_lines import Lines

CALLBACK = "/_dash-update-component"
# what tells of the program's inside, or of the machine
INSIDE = (
    "Traceback",
    'File "',
    "site-packages",
    ".py",
    "SELECT ",
    "FROM ",
    "duckdb",
    "/work",
    "/tmp",
    "/home",
    "Error:",
)
_ADDRESS = {"id": "address", "property": "pathname", "value": "/"}
_GOOD: dict[str, Any] = {
    "output": "page.children",
    "outputs": {"id": "page", "property": "children"},
    "inputs": [_ADDRESS, {"id": "address", "property": "search", "value": "?lang=en"}],
    "changedPropIds": ["address.pathname"],
    "state": [],
}
_OTHERS: tuple[Any, ...] = (
    None, True, 0, -1, 1e308, 2**70, "", " ", "x" * 5_000, [], {}, [[]], [None], {"": None}, {"id": 1},
    "page.children", "..page.children...x.y..", "nobody.children", "page.nothing",
    '{"type":"a","index":["ALL"]}.children', "page.children@ab", "\ud800", "\0", "\r\nforged: line", "\x1b[2J",
    "\u202e", "'; DROP TABLE receipt; --",
    "/etc/passwd", "../../secret.key", "//evil.example/", "/indicator/%ff", "/explain/" + "a/" * 500, "/table/x.csv/",
    "?as_of=" + "9" * 400, "?plan=%00",
    "?region=" + "'" * 50, "{{7*7}}", "__class__", {"__proto__": {"x": 1}}, ["a"] * 1_000,
)  # fmt: skip
_RAW: tuple[bytes, ...] = (
    b"", b"[]", b"{}", b"null", b"1", b'"x"', b"{", b"nonsense", b"\xff\xfe\x00", b"\xef\xbb\xbf{}", b"NaN",
    b"[" * 3_000, b'{"output":' * 3_000, b'{"output": ' + b"9" * 6_000 + b"}", b'{"output":"page.children"}',
    b'{"inputs":[]}' * 2,
)  # fmt: skip
_KINDS = ("application/json", "application/json; charset=utf-16", "text/plain", "multipart/form-data", "", "x\u00e9/y")


def bodies(seed: int) -> Iterator[tuple[str, bytes, str]]:
    """Endless (path, body, content type)."""
    chance = random.Random(seed)
    while True:
        kind = _KINDS[0] if chance.random() < 0.9 else chance.choice(_KINDS)
        path = (
            CALLBACK
            if chance.random() < 0.95
            else chance.choice((CALLBACK + "/", "/_dash-layout", "/_dash-x\r\nforged"))
        )
        if chance.random() < 0.25:
            yield path, chance.choice(_RAW), kind
            continue
        question: Any = copy.deepcopy(_GOOD)
        for _ in range(chance.randint(1, 3)):
            question = _changed(question, chance)
        yield path, json.dumps(question).encode(), kind


def _changed(question: Any, chance: random.Random) -> Any:
    """One value somewhere in it replaced, taken away or put in twice."""
    place, key = None, None
    inner = question
    while isinstance(inner, (dict, list)) and inner and (place is None or chance.random() < 0.7):
        place, key = inner, chance.choice(list(inner) if isinstance(inner, dict) else range(len(inner)))
        inner = place[key]
    if place is None:
        return chance.choice(_OTHERS)
    act = chance.random()
    if act < 0.2:
        del place[key]
    elif act < 0.3 and isinstance(place, list):
        place.append(copy.deepcopy(place[key]))
    else:
        place[key] = copy.deepcopy(chance.choice(_OTHERS))
    return question


class Kept(logging.Handler):
    """Keeps each record as the program's log would hold it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(Lines("%(levelname)s %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def ask_all(client: FlaskClient, seed: int, count: int, headers: dict[str, str]) -> dict[int, int]:
    """Post `count` bodies; how many were answered how. Asserts what holds for every one of them."""
    kept, root = Kept(), logging.getLogger("monitor")
    root.addHandler(kept)
    answered: dict[int, int] = {}
    try:
        for number, (path, body, kind) in zip(range(count), bodies(seed), strict=False):
            kept.lines.clear()
            answer = client.post(path, data=body, content_type=kind, headers=headers)
            told, said = answer.get_data(as_text=True), f"seed {seed}, body {number}: {body[:300]!r}"
            answered[answer.status_code] = answered.get(answer.status_code, 0) + 1
            assert answer.status_code < 500, said
            if answer.status_code >= 400:
                assert not [word for word in INSIDE if word in told], f"{said} → {told}"
                assert len(told) < 500, said
            assert all(line.isprintable() for line in kept.lines), f"{said} → {kept.lines}"
            if answer.is_json and answer.status_code >= 400:
                (line,) = kept.lines
                assert answer.get_json()["id"] in line, said
            else:
                assert kept.lines == [], f"{said} → {kept.lines}"
    finally:
        root.removeHandler(kept)
    return answered
