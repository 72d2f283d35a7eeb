"""The charting script: plotly-basic, fetched when the environment is made; else the bundle inside the wheel."""

from __future__ import annotations

import hashlib
import logging
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable

from flask import Flask, Response, abort

_log = logging.getLogger("monitor.web")

BASIC = "plotly-basic.min.js"
FULL = "plotly.min.js"


def plotly_bundle() -> Traversable:
    """The script to serve; the full bundle draws the same pictures and is four times the size."""
    basic = files("monitor.web") / "vendor" / BASIC
    return basic if basic.is_file() else files("plotly") / "package_data" / FULL


def plotly_url() -> str:
    """Its address, with a fingerprint of the bytes so that browsers may keep it."""
    bundle = plotly_bundle()
    if bundle.name != BASIC:
        _log.info(
            "没有 plotly-basic，图表改用较大的 %s · plotly-basic is missing, charts use the larger %s", FULL, FULL
        )
    return f"/vendor/{bundle.name}?m={hashlib.sha256(bundle.read_bytes()).hexdigest()[:12]}"


def serve_vendor(server: Flask) -> None:
    bundle = plotly_bundle()

    @server.get("/vendor/<name>")
    def _vendor(name: str) -> Response:
        if name != bundle.name:
            abort(404)
        with as_file(bundle) as path:
            return Response(path.read_bytes(), content_type="text/javascript; charset=utf-8")
