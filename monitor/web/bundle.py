"""Our own styles and scripts as one file each: thirty requests keep a browser waiting longer than their bytes do.

The files of assets/ stand in the bundle in the order of their names; each script is a closed function.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Flask, Response

ASSETS = Path(__file__).parent / "assets"


@dataclass(frozen=True)
class Bundle:
    """`url` carries a fingerprint of the bytes, so that browsers may keep them."""

    url: str
    body: bytes
    content_type: str


@cache
def bundle(suffix: str) -> Bundle:
    """All files of that suffix, css or js."""
    body = b"\n".join(path.read_bytes() for path in sorted(ASSETS.glob(f"*.{suffix}")))
    kind = {"css": "text/css", "js": "text/javascript"}[suffix]
    url = f"/vendor/monitor.{suffix}?m={hashlib.sha256(body).hexdigest()[:12]}"
    return Bundle(url, body, f"{kind}; charset=utf-8")


def serve_bundles(server: Flask) -> None:
    @server.get("/vendor/monitor.<any(css, js):suffix>")
    def _bundle(suffix: str) -> Response:
        found = bundle(suffix)
        return Response(found.body, content_type=found.content_type)
