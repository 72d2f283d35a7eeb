"""The tables of the reporting and the comparison page as files: the rows and bytes that the commands write."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

import pandas as pd
from flask import Flask, Response, request

from monitor.report.as_of import AsOfError, format_as_of, read_as_of
from monitor.report.compare import compare
from monitor.report.compare_table import comparison_table
from monitor.report.desk import Desk, QuestionError
from monitor.report.export import write_table
from monitor.report.reporting_table import rates_table, reporting_table
from monitor.store.store import INGEST_PREFIX
from monitor.store.times import to_stored

from .downloads import WORKBOOK, attachment
from .identity import Person
from .taking import note_taken

_KINDS = {"csv": "text/csv; charset=utf-8", "xlsx": WORKBOOK}
_FIELD_CHARACTERS = 80
# a comparison from the beginning takes seconds and a workbook of it more: whoever asks for many waits for their own
_TURNS = threading.BoundedSemaphore(2)


def serve_ledger_downloads(
    server: Flask, desk: Desk, asking: Callable[[], Person], clock: Callable[[], datetime], contacts: Collection[str]
) -> None:
    """/download/reporting, rates and compare, each .csv or .xlsx; `contacts`: units whose mail address is known."""

    @server.get("/download/<any(reporting, rates, compare):name>.<any(csv, xlsx):kind>")
    def _ledger(name: str, kind: str) -> Response:
        try:
            with _TURNS:
                body = _file(desk, name, kind, to_stored(clock()), contacts)
        except (QuestionError, AsOfError) as error:
            text = f"{error.zh}\n{error.en}\n"
            return Response(text, status=404, content_type="text/plain; charset=utf-8")
        note_taken(desk.store, asking().actor)
        return attachment(body, f"{name}.{kind}", _KINDS[kind])


def _file(desk: Desk, name: str, kind: str, now: datetime, contacts: Collection[str]) -> bytes:
    """The table as a file. Raises QuestionError, AsOfError."""
    frame, said = _table(desk, name, now, contacts)
    with tempfile.TemporaryDirectory(prefix=INGEST_PREFIX, dir=desk.store.staging_folder) as folder:
        target = Path(folder) / f"{name}.{kind}"
        write_table(frame, target, said)
        return target.read_bytes()


def _table(desk: Desk, name: str, now: datetime, contacts: Collection[str]) -> tuple[pd.DataFrame, dict[str, str]]:
    """The rows, and what stands on a workbook's second sheet. Raises QuestionError, AsOfError."""
    if name == "compare":
        end = _moment(desk, "to", now)
        found = compare(desk, _moment(desk, "from", now), end, plan=_field("plan"), region=_field("region"))
        said = {"kind": name, "from": format_as_of(found.start), "to": format_as_of(found.end)}
        return comparison_table(found, desk.configuration(end).regions), said
    as_of = _moment(desk, "as_of", now)
    asked = {key: _field(key) for key in ("plan", "form", "region", "period")}
    if name == "rates":
        frame, known = rates_table(desk, as_of=as_of, **asked)
    else:
        frame, known = reporting_table(desk, as_of=as_of, contacts=contacts, **asked)
    said = {"kind": name, "as_of": format_as_of(known), "question": str({k: v for k, v in asked.items() if v})}
    return frame, said


def _field(name: str) -> str | None:
    return request.args.get(name, "").strip()[:_FIELD_CHARACTERS] or None


def _moment(desk: Desk, name: str, now: datetime) -> datetime | None:
    text = _field(name)
    return None if text is None else read_as_of(desk.store, text, desk.timezone, now)
