"""The server of the page benchmarks: `python -m bench.served STORE` prints two addresses and answers until stopped.

It is `monitor.web.server.serve` itself. Around it: each answer says how long it took in the server (`Server-Timing`:
total; `drawn` where a page was drawn for it, `failed` where that raised). The second address is that of a Dash app of
one sentence, the reference.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import Any

from dash import Dash, Input, Output, dcc, html
from waitress.server import create_server

from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.web import server as web
from monitor.web.app import MonitorApp, create_app
from monitor.web.drawing import Drawing

_drawn = threading.local()


class Timed:
    """A WSGI application that says how long it worked on each answer, until the answer begins to leave."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        started = time.perf_counter()
        _drawn.pages = _drawn.faults = 0

        def timed_start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            spent = 1000 * (time.perf_counter() - started)
            said = (
                f"total;dur={spent:.3f}" + (", drawn" if _drawn.pages else "") + (", failed" if _drawn.faults else "")
            )
            return start_response(status, [*headers, ("Server-Timing", said)], *rest)

        answer: Iterable[bytes] = self._inner(environ, timed_start)
        return answer


class _Faults(logging.Handler):
    """Counts what a page of this thread raised: the reader gets a page that says so, which looks like any other."""

    def emit(self, record: logging.LogRecord) -> None:
        _drawn.faults = getattr(_drawn, "faults", 0) + 1


def _timed_app(*arguments: Any, **options: Any) -> MonitorApp:
    app = create_app(*arguments, **options)
    app.server.wsgi_app = Timed(app.server.wsgi_app)
    return app


def _counted(draw: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(draw)
    def counted(*arguments: Any) -> Any:
        _drawn.pages = getattr(_drawn, "pages", 0) + 1
        return draw(*arguments)

    return counted


def _hello() -> str:
    """The address of the smallest Dash app, served by the same process."""
    app = Dash("hello", enable_mcp=False)
    app.layout = html.Div([dcc.Location(id="address"), html.Div(id="page")])

    @app.callback(Output("page", "children"), Input("address", "pathname"))
    def _page(_path: str | None) -> Any:
        return html.P("hello", id="hello")

    server = create_server(app.server, host="127.0.0.1", port=0, threads=8)
    threading.Thread(target=server.run, daemon=True).start()
    return f"http://127.0.0.1:{server.effective_port}/"


def main(store_path: str) -> None:
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    Drawing._draw = _counted(Drawing._draw)  # type: ignore[method-assign]
    vars(web)["create_app"] = _timed_app
    logging.getLogger("monitor.web").addHandler(_Faults(logging.ERROR))
    hello = _hello()
    with Store.open(Path(store_path)) as store:
        desk = Desk(store, catalogues, regions, MethodSettings())
        web.serve(
            desk, "127.0.0.1", 0, secret_key=b"bench" * 8, plain_http=True, demo=True,
            announce=lambda at: print(at, hello, flush=True),
        )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1])
