"""Callbacks asked with what no page of ours sends: short refusals with an id, one line in the log each, never a 500.

A few dozen here; a thousand in tests/faults.
"""

from __future__ import annotations

import logging

import pytest
from flask.testing import FlaskClient

from monitor.log_lines import MARK, Lines
from monitor.web.app import MonitorApp

from .malformed import ask_all
from .people import OWN


@pytest.fixture
def app(bare: MonitorApp) -> MonitorApp:
    return bare


def test_malformed_callbacks_of_somebody_signed_in_are_refused(client: FlaskClient) -> None:
    answered = ask_all(client, 1, 40, OWN)
    assert answered[400] > 20 and set(answered) <= {200, 204, 400, 404, 405, 413, 415}


def test_malformed_callbacks_of_anybody_are_refused_before_they_are_read(app: MonitorApp) -> None:
    answered = ask_all(app.server.test_client(), 2, 40, OWN)
    assert set(answered) <= {401, 403}


@pytest.mark.parametrize(
    "text",
    [
        "line\r\n2026-01-01 00:00:00 ERROR forged", "\x1b[2J\x1b]0;title\x07", "\u202egnp.exe", "\x00", "\u2028next",
        "\ud800", "x" * 100_000, "pm_" + "A" * 43,
    ],
)  # fmt: skip
def test_a_record_is_one_line_whatever_is_in_it(text: str) -> None:
    record = logging.LogRecord("monitor.web", logging.WARNING, "", 0, "at %s", (text,), None)
    written = Lines("%(levelname)s %(message)s").format(record)
    assert written.isprintable() and len(written) < 10_000 and "A" * 43 not in written


def test_a_traceback_cannot_be_taken_for_records() -> None:
    try:
        raise ValueError("first\n2026-01-01 00:00:00,000 ERROR forged\x1b[0m pm_" + "B" * 43)
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "fault", (), (type(error), error, error.__traceback__))
    first, *others = Lines("%(levelname)s %(message)s").format(record).split("\n")
    assert first == "ERROR fault" and len(others) > 2
    assert all(line.startswith(MARK) and line.isprintable() and "B" * 43 not in line for line in others)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/", 405), ("PUT", "/healthz", 405), ("GET", "/assets/nothing.svg", 404),
        ("GET", "/assets/../../secret.key", 404), ("POST", "/_dash-layout", 405),
        ("GET", "/_dash-component-suites/dash/../../x.js", 400),
    ],
)  # fmt: skip
def test_what_is_not_there_is_said_shortly_without_the_inside(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = client.open(path, method=method, headers=OWN)
    assert (answer.status_code, answer.headers["X-Content-Type-Options"]) == (status, "nosniff")
    assert "<" not in answer.text and len(answer.text) < 300 and "secret" not in answer.text
