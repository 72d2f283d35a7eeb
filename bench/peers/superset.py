"""Apache Superset of one run: its server on loopback, a signed-in administrator, and dashboards made by its API."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

from .contest import SUPERSET, ContestError

_HERE = Path(__file__).parent
_THREADS = 8
"""As many as our own server has."""
PIVOT, LINE = "pivot_table_v2", "echarts_timeseries_line"
USER = "peer"


@dataclass(frozen=True)
class Running:
    """`dashboards`: the charts shown → path; `questions`: chart → what its browser posts for data."""

    api: Api
    password: str
    dashboards: Mapping[tuple[str, ...], str]
    questions: Mapping[str, dict[str, Any]]
    version: str


@contextmanager
def superset(store: Path, year: str, indicators: Sequence[str], indicator: str) -> Iterator[Running]:
    """A server that reads the DuckDB file; two charts, on a dashboard each and on one together.

    `store`: a copy that nobody else has open. Raises ContestError where Superset is not installed or does not start.
    """
    if not (SUPERSET / "superset").exists():
        raise ContestError(f"{SUPERSET / 'superset'} is missing: bench/peers/environment.sh superset makes it")
    with tempfile.TemporaryDirectory(prefix="monitor-peers-", ignore_cleanup_errors=True) as name:
        home, password, port = Path(name), secrets.token_urlsafe(16), _free_port()
        environment = {
            **os.environ, "SUPERSET_HOME": name, "HOME": name,
            "SUPERSET_CONFIG_PATH": str(_HERE / "superset_config.py"), "FLASK_APP": "superset",
            "PEER_SUPERSET_KEY": secrets.token_hex(32),
        }  # fmt: skip
        person = ["--username", USER, "--firstname", "-", "--lastname", "-", "--email", "peer@localhost"]
        for command in (["db", "upgrade"], ["fab", "create-admin", *person, "--password", password], ["init"]):
            _superset(command, environment, home)
        server = subprocess.Popen(
            [str(SUPERSET / "gunicorn"), "--workers", "1", "--worker-class", "gthread", "--threads", str(_THREADS),
             "--timeout", "300", "--bind", f"127.0.0.1:{port}", "superset.app:create_app()"],
            cwd=home, env=environment, stdout=subprocess.DEVNULL, stderr=(home / "server.log").open("w"),
        )  # fmt: skip
        try:
            address = f"http://127.0.0.1:{port}"
            _until_healthy(server, address, home / "server.log")
            forms = {PIVOT: _pivot(year, indicators), LINE: _line(indicator)}
            yield _furnished(Api(address, password), password, store, forms)
        finally:
            server.terminate()
            with suppress(subprocess.TimeoutExpired):
                server.wait(timeout=30)
            server.kill()
            server.wait()


def _superset(command: Sequence[str], environment: Mapping[str, str], home: Path) -> None:
    ended = subprocess.run(
        [str(SUPERSET / "superset"), *command], cwd=home, env=environment, capture_output=True, text=True, check=False
    )
    if ended.returncode:
        raise ContestError(f"superset {command[0]} ended with {ended.returncode}: {ended.stderr.strip()[-600:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _until_healthy(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + 240
    while time.monotonic() < until and server.poll() is None:
        with suppress(OSError), urllib.request.urlopen(f"{address}/health", timeout=10):  # nosec B310
            return
        time.sleep(0.5)
    raise ContestError(f"Superset did not start: {log.read_text(encoding='utf-8')[-600:]}")


class Api:
    """Superset's REST API as its administrator."""

    def __init__(self, address: str, password: str) -> None:
        self.address = address
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.headers = {"Content-Type": "application/json", "Referer": address}
        signed = self("POST", "security/login", {
            "username": USER, "password": password, "provider": "db", "refresh": False,
        })  # fmt: skip
        self.headers["Authorization"] = f"Bearer {signed['access_token']}"
        self.headers["X-CSRFToken"] = self("GET", "security/csrf_token/")["result"]

    def __call__(self, method: str, path: str, content: object = None) -> dict[str, Any]:
        body = None if content is None else json.dumps(content).encode()
        asked = urllib.request.Request(f"{self.address}/api/v1/{path}", body, self.headers, method=method)
        try:
            with self._opener.open(asked, timeout=120) as answer:
                told: dict[str, Any] = json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raise ContestError(f"Superset: {method} {path}: {error.code} {error.read()[:400]!r}") from error
        return told

    def cookies(self) -> str:
        """The session, as the header of a request."""
        (handler,) = (one for one in self._opener.handlers if isinstance(one, urllib.request.HTTPCookieProcessor))
        return "; ".join(f"{one.name}={one.value}" for one in handler.cookiejar)


def _furnished(api: Api, password: str, store: Path, forms: Mapping[str, dict[str, Any]]) -> Running:
    """The connection, the dataset, the charts and their dashboards."""
    connection = api("POST", "database/", {
        "database_name": "monitor", "sqlalchemy_uri": f"duckdb:///{store}",
        "extra": json.dumps({"engine_params": {"connect_args": {"read_only": True}}}),
    })  # fmt: skip
    dataset = api("POST", "dataset/", {
        "database": connection["id"], "schema": "main", "table_name": "figures",
        "sql": (_HERE / "sql" / "superset_figures.sql").read_text(encoding="utf-8"),
    })["id"]  # fmt: skip
    charts = {kind: _chart(api, dataset, kind, form) for kind, form in forms.items()}
    shown = [(PIVOT, LINE), (LINE,), (PIVOT,)]
    dashboards = {kinds: _dashboard(api, {kind: charts[kind] for kind in kinds}) for kinds in shown}
    questions = {kind: _question(dataset, form) for kind, form in forms.items()}
    return Running(api, password, dashboards, questions, _version())


_METRIC = {"expressionType": "SQL", "sqlExpression": "MAX(figure)", "label": "figure"}


def _pivot(year: str, indicators: Sequence[str]) -> dict[str, Any]:
    """Regions down, indicators across: what our matrix shows."""
    return {
        "groupbyRows": ["region_code"], "groupbyColumns": ["indicator_id"], "metrics": [_METRIC], "row_limit": 10_000,
        "aggregateFunction": "Sum", "valueFormat": ".2f", "metricsLayout": "COLUMNS",
        "adhoc_filters": [_only("year", "==", year), _only("indicator_id", "IN", list(indicators))],
    }  # fmt: skip


def _line(indicator: str) -> dict[str, Any]:
    """One indicator over the quarters, a line a region: what our indicator's page shows."""
    return {
        "x_axis": "period", "groupby": ["region_code"], "metrics": [_METRIC], "row_limit": 10_000,
        "adhoc_filters": [_only("indicator_id", "==", indicator), {
            "expressionType": "SQL", "sqlExpression": "period LIKE '____-Q_'", "clause": "WHERE",
        }],
    }  # fmt: skip


def _only(column: str, operator: str, value: object) -> dict[str, Any]:
    return {"expressionType": "SIMPLE", "subject": column, "operator": operator, "comparator": value, "clause": "WHERE"}


def _chart(api: Api, dataset: int, kind: str, form: Mapping[str, Any]) -> int:
    params = {"viz_type": kind, "datasource": f"{dataset}__table", **form}
    made = api("POST", "chart/", {
        "slice_name": kind, "viz_type": kind, "datasource_id": dataset, "datasource_type": "table",
        "params": json.dumps(params),
    })  # fmt: skip
    return int(made["id"])


def _question(dataset: int, form: Mapping[str, Any]) -> dict[str, Any]:
    """What the browser posts for the chart's data."""
    columns = [*form.get("groupbyRows", ()), *form.get("groupbyColumns", ()), *form.get("groupby", ())]
    if "x_axis" in form:
        columns.insert(0, form["x_axis"])
    simple = [one for one in form["adhoc_filters"] if one["expressionType"] == "SIMPLE"]
    spoken = [f"({one['sqlExpression']})" for one in form["adhoc_filters"] if one["expressionType"] == "SQL"]
    asked = {
        "columns": columns, "metrics": form["metrics"], "row_limit": form["row_limit"], "orderby": [],
        "filters": [{"col": one["subject"], "op": one["operator"], "val": one["comparator"]} for one in simple],
        "extras": {"where": " AND ".join(spoken), "having": ""},
    }  # fmt: skip
    return {
        "datasource": {"id": dataset, "type": "table"}, "queries": [asked],
        "result_format": "json", "result_type": "full",
    }  # fmt: skip


def _dashboard(api: Api, charts: Mapping[str, int]) -> str:
    """Its path. The charts stand one above the other."""
    made = int(api("POST", "dashboard/", {"dashboard_title": " + ".join(charts), "published": True})["id"])
    layout: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {
            "type": "GRID",
            "id": "GRID_ID",
            "children": [f"ROW-{kind}" for kind in charts],
            "parents": ["ROOT_ID"],
        },
    }
    for kind, number in charts.items():
        above = ["ROOT_ID", "GRID_ID", f"ROW-{kind}"]
        layout[f"ROW-{kind}"] = {
            "type": "ROW", "id": f"ROW-{kind}", "children": [f"CHART-{kind}"], "parents": above[:2],
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }  # fmt: skip
        layout[f"CHART-{kind}"] = {
            "type": "CHART", "id": f"CHART-{kind}", "children": [], "parents": above,
            "meta": {"width": 12, "height": 60, "chartId": number, "sliceName": kind},
        }  # fmt: skip
    api("PUT", f"dashboard/{made}", {"position_json": json.dumps(layout)})
    for number in charts.values():
        on = [one["id"] for one in api("GET", f"chart/{number}")["result"]["dashboards"]]
        api("PUT", f"chart/{number}", {"dashboards": [*on, made]})
    return f"/superset/dashboard/{made}/"


def _version() -> str:
    lock = (_HERE / "superset.lock").read_text(encoding="utf-8")
    return next(line.split("==")[1].split()[0] for line in lock.splitlines() if line.startswith("apache-superset=="))
