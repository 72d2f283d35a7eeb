"""Files to take away: the template of a call, and a sender's own file with every problem at its cell."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from flask import Flask, Response, request

from monitor.access.actors import Actor
from monitor.catalogue.models import Language
from monitor.intake.annotated import AnnotateError, Remark, annotate
from monitor.intake.cycle import Cycle
from monitor.intake.preview import Draft
from monitor.intake.reach import knows_whole_unit
from monitor.intake.submission_errors import SubmissionError
from monitor.intake.template import TemplateError, template_name, write_template
from monitor.store.store import INGEST_PREFIX

from .identity import Person
from .taking import note_taken

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FIELD_CHARACTERS = 80


def attachment(body: bytes, name: str, kind: str) -> Response:
    """A file to be saved under a name that may be Chinese (RFC 5987); never kept by a cache."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(body, content_type=kind, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"})


def serve_downloads(server: Flask, cycle: Cycle, asking: Callable[[], Person]) -> None:
    @server.get("/download/template")
    def _template() -> Response:
        form, region, period = (request.args.get(name, "")[:_FIELD_CHARACTERS] for name in ("form", "region", "period"))
        # what the unit has sent and nobody has accepted yet is its own: others get the form without it
        store = cycle.store if knows_whole_unit(asking().actor, region) else None
        made = io.BytesIO()
        try:
            call = write_template(
                store, cycle.catalogues, cycle.regions, form or None, region, period, made, language=_language()
            )
        except TemplateError as error:
            return _no_file(404, error.zh, error.en)
        note_taken(cycle.store, asking().actor)
        return attachment(made.getvalue(), template_name(call, cycle.regions), WORKBOOK)

    @server.get("/download/annotated/<int:receipt>.xlsx")
    def _annotated(receipt: int) -> Response:
        try:
            draft = cycle.look(asking().actor, receipt)
            body = annotated_bytes(cycle, asking().actor, draft, _language())
        except SubmissionError as error:
            return _no_file(403 if error.code == "forbidden" else 404, error.zh, error.en)
        except AnnotateError as error:
            return _no_file(409, error.zh, error.en)
        note_taken(cycle.store, asking().actor)
        stem = draft.line.file_name.rsplit(".", 1)[0]
        return attachment(body, f"{stem}-{'批注' if _language() == 'zh' else 'annotated'}.xlsx", WORKBOOK)


def annotated_bytes(cycle: Cycle, actor: Actor, draft: Draft, language: Language) -> bytes:
    """The sender's own file with problems and remarks at their cells; for others its rows as texts.

    Raises AnnotateError, SubmissionError.
    """
    is_own = actor.role == "reporter" or draft.line.received_by == actor.name
    with tempfile.TemporaryDirectory(prefix=INGEST_PREFIX, dir=cycle.store.staging_folder) as folder:
        target = Path(folder) / "annotated.xlsx"
        annotate(
            draft.path,
            draft.result.problems,
            _remarks(cycle, actor, draft),
            language=language,
            target=target,
            limits=cycle.limits,
            problem_count=draft.result.problem_count,
            as_texts=not is_own,
        )
        return target.read_bytes()


def _remarks(cycle: Cycle, actor: Actor, draft: Draft) -> list[Remark]:
    """What reviewers said of the submissions that the file became, at their cells, and the reasons for returning it."""
    found = []
    for number in draft.line.submissions:
        review = cycle.review(actor, number)
        for cell in review.cells:
            found += [Remark(cell.cell.line, None, one.indicator_id, one.text) for one in cell.remarks]
        found += [Remark(None, None, None, one.text) for one in review.remarks if one.indicator_id is None]
        reason = review.submission.detail.get("reason") if review.submission.state == "returned" else None
        if reason and all(remark.text != reason for remark in found):
            found.append(Remark(None, None, None, str(reason)))
    return found


def _language() -> Language:
    return "en" if request.args.get("lang", request.cookies.get("lang")) == "en" else "zh"


def _no_file(status: int, zh: str, en: str) -> Response:
    return Response(f"{zh}\n{en}\n", status=status, content_type="text/plain; charset=utf-8")
