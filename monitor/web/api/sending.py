"""Sending figures, and what a sender and a reviewer do to a submission; the services decide who may."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from monitor.intake.people import FormPeople
from monitor.intake.revisions import IngestResult
from monitor.intake.side_by_side import Review
from monitor.intake.submissions import SubmissionDetail
from monitor.report.as_of import format_as_of
from monitor.report.export import plain_number

from .asked import AcceptBody, CommentBody, ExplainBody, ReturnBody, SendQuery, WithdrawBody
from .faults import ApiProblem, file_problems, forbidden
from .operations import Answer, Caller
from .told import (
    CellLine,
    EventLine,
    FileProblemModel,
    NoticeLine,
    OutcomeLine,
    PeopleLine,
    QueueAnswer,
    QueueLineModel,
    Receipt,
    RemarkLine,
    SubmissionAnswer,
)
from .uploads import receive

_COUNTS = ("created", "updated", "unchanged", "carried", "rejected")


def send(caller: Caller, query: SendQuery) -> Answer:
    """201 accepted, 202 waits, 200 nothing new or a dry run; refused: 422, or 403 where only the unit is not theirs."""
    if not caller.actor.sends:
        raise forbidden()
    caller.cycle.space.need()
    with receive(query, caller.cycle.store.staging_folder, caller.cycle.limits.file_bytes) as upload:
        said = upload.said
        result = caller.cycle.send(
            caller.actor, upload.path, name=upload.name, explain=said.explain, reason=said.reason,
            dry_run=said.dry_run,
        )  # fmt: skip
    if result.is_refused:
        raise _refused(result)
    receipt = _receipt(result)
    headers = {}
    made = [one.submission_id for one in result.submissions if one.submission_id is not None and one.is_new]
    if len(made) == 1:
        headers["Location"] = f"/api/v1/submissions/{made[0]}"
    return Answer(receipt, _status(result), headers=headers)


def submission(caller: Caller, submission_id: int) -> Answer:
    return Answer(_submission(caller, submission_id))


def queue(caller: Caller) -> Answer:
    lines = []
    for line in caller.cycle.queue(caller.actor):
        one = line.submission
        lines.append(
            QueueLineModel(
                submission_id=one.submission_id,
                region_code=one.region_code,
                form=one.form,
                period=one.period,
                vintage=one.vintage,
                revision=one.revision,
                submitted_at=format_as_of(one.submitted_at),
                submitted_by=one.submitted_by,
                queries=one.queries,
                open_queries=one.open_queries,
                restated=line.restated,
                reason=line.reason,
                is_overdue=line.is_overdue,
                is_resent=line.is_resent,
                is_clean=line.is_clean,
            )
        )
    return Answer(QueueAnswer(items=lines))


def accept(caller: Caller, submission_id: int, body: AcceptBody) -> Answer:
    caller.cycle.accept(caller.actor, submission_id, explain=body.explain)
    return submission(caller, submission_id)


def return_(caller: Caller, submission_id: int, body: ReturnBody) -> Answer:
    caller.cycle.return_(caller.actor, submission_id, reason=body.reason, remarks=body.remarks)
    return submission(caller, submission_id)


def withdraw(caller: Caller, submission_id: int, body: WithdrawBody) -> Answer:
    caller.cycle.withdraw(caller.actor, submission_id, reason=body.reason)
    return submission(caller, submission_id)


def comment(caller: Caller, submission_id: int, body: CommentBody) -> Answer:
    caller.cycle.comment(caller.actor, submission_id, body.remarks)
    return submission(caller, submission_id)


def explain(caller: Caller, submission_id: int, body: ExplainBody) -> Answer:
    texts = {(one.row, one.rule): one.text for one in body.answers}
    caller.cycle.explain(caller.actor, submission_id, texts)
    return submission(caller, submission_id)


def _status(result: IngestResult) -> int:
    if result.dry_run or result.verdict == "duplicate":
        return 200
    return 202 if result.waiting else 201


def _refused(result: IngestResult) -> ApiProblem:
    errors = [problem for problem in result.problems if problem.severity == "error"]
    foreign = bool(errors) and all(problem.code == "not_your_unit" for problem in errors)
    first = errors[0] if errors else None
    zh = f"{result.file}：{first.zh}" if first else f"{result.file} 未通过核对"
    en = f"{result.file}: {first.en}" if first else f"{result.file} was refused"
    count = len(errors)
    more = {
        "problems": file_problems(result.problems),
        "problem_count": result.problem_count,
        "receipt_id": result.receipt_id,
    }
    return ApiProblem(
        403 if foreign else 422,
        "not_your_unit" if foreign else "file_refused",
        zh if count < 2 else f"{zh}（共 {count} 处错误，见 problems）",
        en if count < 2 else f"{en} ({count} errors in all: see problems)",
        more=more,
    )


def _receipt(result: IngestResult) -> Receipt:
    counts = {name: getattr(result, name) for name in _COUNTS}
    outcomes = [
        OutcomeLine(**{name: getattr(one, name) for name in OutcomeLine.model_fields}) for one in result.submissions
    ]
    return Receipt(
        file=result.file, receipt_id=result.receipt_id, duplicate_of=result.duplicate_of, verdict=result.verdict,
        dry_run=result.dry_run, row_count=result.row_count, submissions=outcomes,
        problem_count=result.problem_count,
        problems=[FileProblemModel(**problem) for problem in file_problems(result.problems)], **counts,
    )  # fmt: skip


def _submission(caller: Caller, submission_id: int) -> SubmissionAnswer:
    """Everything about one submission. Raises SubmissionError where it is not there or not to be seen."""
    found = caller.cycle.review(caller.actor, submission_id)
    one = found.submission
    head = {
        name: _plain(getattr(one, name))
        for name in SubmissionAnswer.model_fields
        if name not in ("cells", "notices", "remarks", "events", "reason", "due_on", "people")
    }
    return SubmissionAnswer(
        **head,
        reason=found.reason,
        due_on=None if found.call is None else found.call.due_on.isoformat(),
        people=_people(caller.cycle.people(caller.actor, submission_id)),
        remarks=_remarks(found),
        **_parts(found.detail),
    )


def _people(people: FormPeople | None) -> PeopleLine | None:
    if people is None:
        return None
    return PeopleLine(**{name: _plain(getattr(people, name)) for name in PeopleLine.model_fields})


def _remarks(found: Review) -> list[RemarkLine]:
    return [
        RemarkLine(**{name: _plain(getattr(remark, name)) for name in RemarkLine.model_fields})
        for remark in found.remarks
    ]


def _parts(detail: SubmissionDetail) -> dict[str, Any]:
    cells = [_with_row(dataclasses.asdict(cell)) for cell in detail.cells]
    notices = [_with_row(dataclasses.asdict(notice)) for notice in detail.notices]
    events = [dataclasses.asdict(event) for event in detail.events]
    return {
        "cells": [CellLine(**cell) for cell in cells],
        "notices": [NoticeLine(**notice) for notice in notices],
        "events": [EventLine(**{name: _plain(value) for name, value in event.items()}) for event in events],
    }


def _with_row(values: dict[str, Any]) -> dict[str, Any]:
    """`line` of the store is `row` outside, as in problems."""
    return {"row" if name == "line" else name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, datetime):
        return format_as_of(value)
    return value.isoformat() if isinstance(value, date) else value
