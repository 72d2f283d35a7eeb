"""The files of a page: /table/KEY.csv, /table/KEY.xlsx and /picture/KEY.svg before the page's own address.

So a file has an address as its page has: the same slice, the same moment, the same bytes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pandas as pd
from flask import Flask, Response, request

from monitor.method.settings import METHOD_VERSION
from monitor.report.as_of import format_as_of
from monitor.report.desk import Desk
from monitor.report.export import write_table
from monitor.store.store import INGEST_PREFIX
from monitor.store.times import to_stored

from .address import Address
from .downloads import WORKBOOK, attachment
from .drawing import Drawing
from .identity import Person
from .pages.page import Page
from .taken import find, frame_of, rows_of
from .taking import note_taken

_KINDS = {"csv": "text/csv; charset=utf-8", "xlsx": WORKBOOK}


def serve_taken(
    server: Flask, desk: Desk, drawing: Drawing, asking: Callable[[], Person], clock: Callable[[], datetime]
) -> None:
    """The routes; a page that is not there, or holds no such table or picture, is answered 404."""

    @server.get("/table/<key>.<any(csv, xlsx):kind>/", defaults={"place": ""})
    @server.get("/table/<key>.<any(csv, xlsx):kind>/<path:place>")
    def _table(key: str, kind: str, place: str) -> Response:
        address, page = _page(place)
        element = find(page.body, key) if page.status == 200 else None
        if element is None:
            return _missing()
        frame = frame_of(rows_of(element))
        facts = _facts(desk, address, page, key, to_stored(clock()))
        for name in ("as_of", "address", "catalogue_version", "synthetic"):
            frame[name if name not in frame else f"page_{name}"] = facts[name]
        body = _file(desk, frame, kind, facts)
        note_taken(desk.store, asking().actor)
        return attachment(body, f"{address.stem(key)}.{kind}", _KINDS[kind])

    @server.get("/picture/<key>.svg/", defaults={"place": ""})
    @server.get("/picture/<key>.svg/<path:place>")
    def _picture(key: str, place: str) -> Response:
        address, page = _page(place)
        element = find(page.body, key) if page.status == 200 else None
        draw = element.names.get("picture") if element is not None else None
        if draw is None:
            return _missing()
        body = draw().encode()
        note_taken(desk.store, asking().actor)
        return attachment(body, f"{address.stem(key)}.svg", "image/svg+xml; charset=utf-8")

    def _page(place: str) -> tuple[Address, Page]:
        query = request.query_string.decode("utf-8", "replace")
        address = Address.read(f"/{place}", query, request.cookies.get("lang"))
        return address, drawing.page(address, asking())


def _facts(desk: Desk, address: Address, page: Page, key: str, now: datetime) -> dict[str, str]:
    """What is needed to make the same table again."""
    as_of = address.read_as_of(desk.store, desk.timezone, now)
    configuration = desk.configuration(as_of)
    catalogue = configuration.plan(page.plan_id)
    return {
        "title": page.title,
        "table": key,
        "plan_id": catalogue.plan.id,
        "as_of": format_as_of(desk.moment(as_of)),
        "address": address.href,
        "catalogue_version": catalogue.version,
        "method_version": METHOD_VERSION,
        "settings": configuration.settings.to_json(),
        "synthetic": "true" if page.synthetic else "false",
    }


def _file(desk: Desk, frame: pd.DataFrame, kind: str, facts: dict[str, str]) -> bytes:
    with tempfile.TemporaryDirectory(prefix=INGEST_PREFIX, dir=desk.store.staging_folder) as folder:
        target = Path(folder) / f"table.{kind}"
        write_table(frame, target, facts)
        return target.read_bytes()


def _missing() -> Response:
    text = "此页没有这张表或这张图\nthis page has no such table or picture\n"
    return Response(text, status=404, content_type="text/plain; charset=utf-8")
