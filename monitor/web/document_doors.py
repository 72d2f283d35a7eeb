"""The documents of a round as files: of an approved one those that are filed, of another what it would file now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.wrappers import Response as AnyResponse

from monitor.catalogue.problems import CatalogueError
from monitor.documents.build import FORMATS, NAMES, Format
from monitor.documents.filing import document_of_round
from monitor.documents.press import Kind
from monitor.documents.problem import DocumentError
from monitor.dossier.errors import DossierError
from monitor.evaluation.rounds import read_round
from monitor.report.desk import QuestionError

from .downloads import WORKBOOK, attachment
from .gatekeeper import refused
from .taking import note_taken

if TYPE_CHECKING:
    from .duty_doors import DutyDoors

_TYPES: Mapping[Format, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": WORKBOOK,
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
}


def serve_documents(server: Flask, doors: DutyDoors) -> None:
    """Hang the route on the server."""

    @server.get("/download/document/<round_id>/<name>")
    def _document(round_id: str, name: str) -> AnyResponse:
        asked = _asked(name)
        if asked is None:
            return refused(404, "没有这种文件", "there is no such document")
        kind, format_ = asked
        try:
            told = read_round(doors.desk.store, round_id)
            content = document_of_round(doors.desk, told, kind, format_, doors.press)
        except DossierError as error:
            return refused(404, error.zh, error.en)
        except (DocumentError, QuestionError) as error:
            return refused(409, error.zh, error.en)
        except CatalogueError as error:
            first = error.problems[0]
            return refused(409, first.zh, first.en)
        note_taken(doors.desk.store, doors.actor)
        return attachment(content, f"{told.id}-{NAMES[kind]}.{format_}", _TYPES[format_])


def _asked(name: str) -> tuple[Kind, Format] | None:
    """`table.docx` and the like."""
    known: dict[str, tuple[Kind, Format]] = {
        f"{kind}.{format_}": (kind, format_) for kind, formats in FORMATS.items() for format_ in formats
    }
    return known.get(name)
