"""Each request has an id, a measure and a line, whoever answers it and however it ends."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

from monitor.log_lines import REQUEST_ID
from monitor.store.errors import StoreFatal
from monitor.watch.families import counters, gauge
from monitor.watch.measures import Measures
from monitor.watch.requests import GIVEN_ID, HEADER, ROUTE, WHO, Watched

seen: list[str] = []


def inner(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    seen.append(REQUEST_ID.get())
    environ[ROUTE], environ[WHO] = "/region/<code>", "王"
    if environ["PATH_INFO"] == "/raises":
        raise OSError
    start_response("404 NOT FOUND", [("X-Own", "1")])

    def parts() -> Iterator[bytes]:
        yield b"one"
        if environ["PATH_INFO"] == "/breaks":
            raise OSError
        yield b"two"

    return parts()


def ask(measures: Measures, path: str, *, method: str = "GET", **more: str) -> dict[str, str]:
    told: list[tuple[str, str]] = []

    def start(_status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
        told.extend(headers)

    environ = {"PATH_INFO": path, "REQUEST_METHOD": method, "REMOTE_ADDR": "127.0.0.1", **more}
    answer = Watched(inner, measures)(environ, start)
    try:
        assert b"".join(answer) == b"onetwo"
    finally:
        answer.close()  # type: ignore[attr-defined]
    return dict(told)


def values(measures: Measures) -> dict[tuple[str, ...], float]:
    text, _ = measures.text("")
    found = {}
    for family in read_text(text.decode()):
        for sample in family.samples:
            if sample.name in ("monitor_http_request_seconds_count", "monitor_http_requests_under_way"):
                found[sample.name.rpartition("_")[2], *sample.labels.values()] = sample.value
    return found


def test_every_request_is_counted_once_by_route_method_and_status(caplog: pytest.LogCaptureFixture) -> None:
    measures = Measures()
    caplog.set_level(logging.INFO, "monitor.access_log")
    first = ask(measures, "/region/\u00e7\u009c\u0081\n")
    ask(measures, "/region/1", method="BREW" * 20)
    for path in ("/raises", "/breaks"):
        with pytest.raises(OSError):
            ask(measures, path)
    route = "/region/<code>"
    assert values(measures) == {
        ("way",): 0,
        ("count", "GET", route, "404"): 2, ("count", "other", route, "404"): 1, ("count", "GET", route, "500"): 1,
    }  # fmt: skip
    assert first[HEADER] == seen[0] and first["X-Own"] == "1" and len(set(seen)) == len(seen)
    assert REQUEST_ID.get() == ""
    lines = [one.getMessage() for one in caplog.records]
    assert lines[0].startswith("GET /region/省\\n 404 in ") and lines[0].endswith(" ms, 6 bytes to 王 at 127.0.0.1")
    assert len(lines) == 4 and caplog.records[0].__dict__["fields"]["route"] == route


def test_an_id_that_a_trusted_proxy_gave_is_kept() -> None:
    measures = Measures()
    assert ask(measures, "/", **{GIVEN_ID: "from-the-proxy"})[HEADER] == "from-the-proxy" == seen[-1]
    assert ask(measures, "/", HTTP_X_REQUEST_ID="forged-id")[HEADER] != "forged-id"


def test_no_line_is_made_for_requests_unless_it_is_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    ask(Measures(), "/")
    assert not caplog.records


def test_a_part_that_fails_is_told_and_leaves_the_others(caplog: pytest.LogCaptureFixture) -> None:
    measures, fails = Measures(), [True]

    def part() -> Iterator[Metric]:
        yield gauge("monitor_half", "told before the fault", 1.0)
        if fails[0]:
            raise OSError("/secret/place")

    measures.add("broken", part)
    measures.add("good", lambda: [counters("monitor_good", 'a "text"\nin two lines', ("of",), [(('"\n\\',), 3.0)])])

    def told() -> dict[str, list[tuple[dict[str, str], float]]]:
        text, kind = measures.text("text/html")
        assert kind.startswith("text/plain") and b"/secret/place" not in text
        other, kind = measures.text("application/openmetrics-text; version=1.0.0")
        assert kind.startswith("application/openmetrics-text") and len(list(read_openmetrics(other.decode()))) > 5
        return {one.name: [(s.labels, s.value) for s in one.samples] for one in read_text(text.decode())}

    first, second = told(), told()
    assert first["monitor_part_up"] == [({"part": "broken"}, 0), ({"part": "good"}, 1)] and "monitor_half" not in first
    assert first["monitor_good"] == [({"of": '"\n\\'}, 3)]
    assert second["monitor_part_up"] == first["monitor_part_up"]
    assert [one.getMessage() for one in caplog.records] == ["the measures of broken cannot be read: OSError"]
    fails[0] = False
    assert told()["monitor_part_up"][0] == ({"part": "broken"}, 1)


def test_a_database_that_has_given_up_is_not_hidden() -> None:
    measures = Measures()

    def part() -> Iterable[Metric]:
        raise StoreFatal("disk full")

    measures.add("store", part)
    with pytest.raises(StoreFatal):
        measures.text("")
