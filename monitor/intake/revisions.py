"""A read file becomes revisions: compared cell by cell with what is known, written set by set, in one transaction."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from monitor.store.erasures import to_disk
from monitor.store.migrations import SQL as STORE_SQL
from monitor.store.store import Transaction

from .checks import KeptForce, check_file
from .dated import Dated, dated_lists
from .form_lists import form_lists, plan_lists
from .problems import FileProblem, first_problems, problem_lists
from .reading import Reading
from .review import accept_chosen, event_moment

if TYPE_CHECKING:
    from monitor.catalogue.loader import Catalogue
    from monitor.catalogue.regions import Regions

SQL = files(__package__) / "sql"

LOST_FIGURE = "figure_to_missing"
_LOST_ZH = "此处原有数据 {was}，现报为缺失，将以缺失替换；如属实请说明，否则请补报数据"
_LOST_EN = "a figure ({was}) was here and is now sent as missing, which replaces it: explain, or send the figure"

Verdict = Literal["accept", "warn", "review", "duplicate", "rows", "reject", "draft"]


@dataclass(frozen=True)
class Outcome:
    """What became of one part of a file, a (region, form, period, vintage); counts are of its cells.

    `submission_id`: of the new revision (None in a dry run), else of the one that already says the same.
    `carried`: cells it does not name, copied in at its acceptance. `waits`: for what, where it is not accepted.
    """

    submission_id: int | None
    region_code: str
    form: str
    period: str
    vintage: str
    revision: int
    is_new: bool
    state: Literal["submitted", "accepted"]
    created: int
    updated: int
    unchanged: int
    carried: int
    queries: int
    waits: Literal["explanation", "review"] | None


@dataclass(frozen=True)
class IngestResult:
    """What became of a file.

    `verdict`: accept, warn (accepted, something was noticed), review (stored, not or not wholly accepted), duplicate
    (says nothing new; `duplicate_of` is the receipt that said it first), rows or reject (refused); a receipt may also
    say draft (kept, not submitted yet). `receipt_id`: its receipt, for the same bytes again the first one; None in a
    dry run. `problems`: the first 200 of `problem_count`.
    """

    file: str
    receipt_id: int | None
    duplicate_of: int | None
    verdict: Verdict
    row_count: int
    problems: tuple[FileProblem, ...]
    problem_count: int
    submissions: tuple[Outcome, ...]
    rejected: int
    dry_run: bool

    @property
    def is_refused(self) -> bool:
        return self.verdict in ("rows", "reject")

    @property
    def created(self) -> int:
        return sum(outcome.created for outcome in self.submissions)

    @property
    def updated(self) -> int:
        return sum(outcome.updated for outcome in self.submissions)

    @property
    def unchanged(self) -> int:
        return sum(outcome.unchanged for outcome in self.submissions)

    @property
    def carried(self) -> int:
        return sum(outcome.carried for outcome in self.submissions)

    @property
    def waiting(self) -> tuple[Outcome, ...]:
        """The parts that are not accepted yet."""
        return tuple(outcome for outcome in self.submissions if outcome.waits)


@dataclass(frozen=True)
class Orders:
    """What is to be done with a file, by whom. `explain` is None or says something.

    `dates`: the past of its parts, told by the demonstration's loader, which accepts or does not as they say.
    `reason`: why figures that were accepted are sent anew. `receipt_id`: of the draft that this file is.
    `explanations`: by (line, rule) of the query that each answers. `reach`: the units `by` sends for, None for all.
    `computed`: what the figures were computed from, where the program made the file itself; kept with its receipt.
    """

    by: str
    accept: bool = False
    dry_run: bool = False
    explain: str | None = None
    accepted_at: datetime | None = None
    dates: tuple[Dated, ...] = ()
    reason: str | None = None
    receipt_id: int | None = None
    explanations: Mapping[tuple[int | None, str], str] = field(default_factory=dict)
    reach: frozenset[str] | None = None
    computed: Mapping[str, object] | None = None


def take_in(
    transaction: Transaction,
    reading: Reading,
    catalogues: Sequence[Catalogue],
    regions: Regions,
    orders: Orders,
    received_folder: Path | None,
) -> IngestResult:
    """Write what the file says that is new, its receipt, its issues and events; move its bytes to `received_folder`.

    A dry run writes all the same: the caller abandons the transaction. Raises StoreError, OSError.
    """
    if reading.blocked or reading.staging is None:
        return refuse(transaction, reading, orders, received_folder)
    found = examine(transaction, reading, catalogues, regions, orders)
    reading, outcomes = decide(transaction, reading, found, orders)
    if reading.blocked:
        return refuse(transaction, reading, orders, received_folder)
    return write(transaction, reading, outcomes, orders, received_folder)


Found = Sequence[tuple[int, FileProblem]]
"""What the checks found beside the store, each with the number of its part."""


def examine(
    transaction: Transaction,
    reading: Reading,
    catalogues: Sequence[Catalogue],
    regions: Regions,
    orders: Orders,
    kept: KeptForce | None = None,
) -> Found:
    """Compare a file with what is known, once: temporary tables of the transaction hold what comes of it.

    `kept`: what earlier files of the same store were compared with.
    """
    _compare(transaction, reading, catalogues, regions, orders)
    return check_file(transaction, catalogues, regions, reading.file, reading.sheet, kept or KeptForce())


def decide(
    transaction: Transaction, reading: Reading, found: Found, orders: Orders
) -> tuple[Reading, tuple[Outcome, ...]]:
    """What becomes of an examined file, with all that was found of it; no outcomes where an error refuses it.

    To be asked again when more has been noticed of the file.
    """
    _notice(transaction, reading, found)
    problems = [*(problem for _, problem in found), *_lost_figures(transaction, reading)]
    whole = replace(
        reading,
        problems=first_problems((*reading.problems, *problems)),
        problem_count=reading.problem_count + len(problems),
        blocked=any(problem.severity == "error" for problem in problems),
    )
    if whole.blocked:
        return whole, ()
    _decide(transaction, orders, all_wait=_hides_queries(reading))
    asked = {"accept": orders.accept, "dry_run": orders.dry_run}
    return whole, tuple(Outcome(*row) for row in transaction.run(SQL / "submit_result.sql", asked))


def write(
    transaction: Transaction, reading: Reading, outcomes: tuple[Outcome, ...], orders: Orders, folder: Path | None
) -> IngestResult:
    """Write what was decided; `reading` and `outcomes` as `decide` gave them, `folder` for the received bytes."""
    first: int | None = None
    receipt: int | None
    if any(outcome.is_new for outcome in outcomes):
        verdict: Verdict = "review" if any(o.waits for o in outcomes) else "warn" if reading.problems else "accept"
        receipt = write_receipt(transaction, reading, verdict, orders, folder)
        _write_revisions(transaction, receipt, orders)
    else:
        verdict = "duplicate"
        asked_first = {"sha256": reading.sha256, "receipt_id": orders.receipt_id}
        first = _number(transaction, "submit_first_receipt", asked_first)
        receipt = first
        if first is None:
            first = _number(transaction, "submit_same_content")
            receipt = write_receipt(transaction, reading, verdict, orders, folder)
    if orders.explanations:
        said = {"moment": event_moment(transaction, orders.accepted_at), "actor": orders.by}
        transaction.run(SQL / "submit_answer_events.sql", said)
        transaction.run(SQL / "submit_explanations.sql")
    if orders.explain is not None:
        moment = event_moment(transaction, orders.accepted_at)
        explained = {"moment": moment, "actor": orders.by, "explanation": orders.explain}
        transaction.run(SQL / "submit_explained.sql", explained)
    if orders.dates:
        transaction.run(SQL / "submit_decided.sql")
    if orders.accept:
        accept_chosen(transaction, by=orders.by, at=orders.accepted_at, explain=orders.explain)
    return IngestResult(
        file=reading.file,
        receipt_id=None if orders.dry_run else receipt,
        duplicate_of=first,
        verdict=verdict,
        row_count=reading.row_count,
        problems=reading.problems,
        problem_count=reading.problem_count,
        submissions=outcomes,
        rejected=0,
        dry_run=orders.dry_run,
    )


def refuse(transaction: Transaction, reading: Reading, orders: Orders, received_folder: Path | None) -> IngestResult:
    """Nothing of the file is stored but its receipt, its problems and its bytes; a draft stays one."""
    verdict: Verdict = "rows" if any(problem.row is not None for problem in reading.problems) else "reject"
    receipt = write_receipt(transaction, reading, verdict, orders, received_folder)
    if orders.receipt_id is None:
        write_problems(transaction, receipt, reading.problems)
        reach = {} if orders.reach is None else {"reach": sorted(orders.reach)}
        write_event(transaction, "rejected", orders.by, receipt, {"problems": reading.problem_count, **reach})
    return IngestResult(
        file=reading.file,
        receipt_id=None if orders.dry_run else receipt,
        duplicate_of=None,
        verdict=verdict,
        row_count=reading.row_count,
        problems=reading.problems,
        problem_count=reading.problem_count,
        submissions=(),
        rejected=reading.row_count,
        dry_run=orders.dry_run,
    )


def _compare(
    transaction: Transaction, reading: Reading, catalogues: Sequence[Catalogue], regions: Regions, orders: Orders
) -> None:
    """Fill the temporary tables that say what the file says and what is known of it, the last of them `compared`."""
    path = {"path": str(reading.staging)}
    known = {**plan_lists(catalogues, regions), **form_lists(catalogues, regions)}
    transaction.run(SQL / "submit_form_of.sql", {**path, **known})
    if homeless := transaction.run(SQL / "submit_homeless.sql"):
        names = ", ".join(row[0] for row in homeless)
        raise ValueError(f"the file was read with other catalogues than it is stored with: no plan has {names}")
    transaction.run(SQL / "submit_bundle.sql", path)
    transaction.run(SQL / "submit_dated.sql", {"now": transaction.moment(), **dated_lists(orders.dates)})
    transaction.run(SQL / "submit_incoming.sql", path)
    for step in ("standing", "stood", "base", "alike", "compared"):
        transaction.run(SQL / f"submit_{step}.sql")


def _notice(transaction: Transaction, reading: Reading, found: Found) -> None:
    """Fill `noticed` with what was read, what is lost and what the checks found."""
    transaction.run(SQL / "submit_noticed.sql", problem_lists(reading.problems))
    transaction.run(SQL / "submit_lost.sql", {"code": LOST_FIGURE, "zh": _LOST_ZH, "en": _LOST_EN})
    if found:
        numbers = {"numbers": [number for number, _ in found]}
        transaction.run(SQL / "submit_found.sql", {**numbers, **problem_lists([problem for _, problem in found])})


def _hides_queries(reading: Reading) -> bool:
    """Whether more queries were read than are listed: they come before warnings where not all are."""
    is_cut = reading.problem_count > len(reading.problems)
    return is_cut and all(problem.severity == "query" for problem in reading.problems)


def _decide(transaction: Transaction, orders: Orders, *, all_wait: bool) -> None:
    """Fill the temporary tables that say what becomes of the file: `outcome`, `answered` and `chosen`."""
    answers = {
        "lines": [line for line, _ in orders.explanations],
        "rules": [rule for _, rule in orders.explanations],
        "texts": list(orders.explanations.values()),
    }
    transaction.run(SQL / "submit_answers.sql", answers)
    explained = orders.explain is not None
    transaction.run(SQL / "submit_outcome.sql", {"explained": explained, "all_wait": all_wait})
    transaction.run(SQL / "submit_answered.sql")
    transaction.run(SQL / "submit_chosen.sql", {"accept": orders.accept, "explained": explained})


def _lost_figures(transaction: Transaction, reading: Reading) -> list[FileProblem]:
    rows = transaction.run(SQL / "submit_lost_figures.sql", {"code": LOST_FIGURE})
    return [
        FileProblem(reading.file, sheet, line, None, LOST_FIGURE, "query", zh, en, text, indicator_id)
        for sheet, line, zh, en, text, indicator_id in rows
    ]


def _write_revisions(transaction: Transaction, receipt: int, orders: Orders) -> None:
    moment = event_moment(transaction, orders.accepted_at)
    said = {"receipt_id": receipt, "moment": moment, "actor": orders.by}
    estimated = orders.accepted_at is not None
    transaction.run(SQL / "submit_submissions.sql", {**said, "estimated": estimated, "explanation": orders.explain})
    transaction.run(SQL / "submit_observations.sql")
    transaction.run(SQL / "submit_issues.sql", {"receipt_id": receipt})
    transaction.run(SQL / "submit_events.sql", {**said, "reason": orders.reason})


def write_receipt(
    transaction: Transaction, reading: Reading, verdict: Verdict, orders: Orders, received_folder: Path | None
) -> int:
    """The receipt, who signed, and its event; the file's bytes are in their place before anything is committed.

    A draft has its receipt already.
    """
    if orders.receipt_id is not None:
        return orders.receipt_id
    parameters = {
        "sha256": reading.sha256,
        "file": reading.file,
        "size": reading.size,
        "moment": transaction.moment(),
        "actor": orders.by,
        "verdict": verdict,
        "encoding": reading.encoding,
        "sheet": reading.sheet,
        "row_count": reading.row_count,
        "problem_count": reading.problem_count,
    }
    receipt = int(transaction.run(SQL / "submit_receipt.sql", parameters)[0][0])
    if reading.people:
        people = {"fields": [*reading.people], "texts": [*reading.people.values()]}
        transaction.run(SQL / "submit_people.sql", {"receipt_id": receipt, **people})
    write_event(transaction, "received", orders.by, receipt, {"file": reading.file, "sha256": reading.sha256})
    if orders.computed is not None:
        write_event(transaction, "computed", orders.by, receipt, orders.computed)
    if received_folder is not None and reading.copy is not None and not orders.dry_run:
        _keep(reading.copy, received_folder / str(receipt))
    return receipt


def write_problems(transaction: Transaction, receipt: int, problems: Sequence[FileProblem]) -> None:
    """What was noticed about a file of which no revision was made."""
    if problems:
        transaction.run(SQL / "submit_refused_issues.sql", {"receipt_id": receipt, **problem_lists(problems)})


def _keep(copy: Path, place: Path) -> None:
    """Move the bytes to their place so that they are still there after a crash.

    A crash before the commit leaves bytes without a receipt; the next receipt has the same id and replaces them.
    """
    place.parent.mkdir(mode=0o700, exist_ok=True)
    to_disk(copy)
    os.replace(copy, place)
    to_disk(place.parent)


def write_event(transaction: Transaction, action: str, by: str, receipt: int, detail: Mapping[str, object]) -> None:
    transaction.run(
        STORE_SQL / "event_record.sql",
        {
            "moment": transaction.moment(),
            "actor": by,
            "action": action,
            "submission_id": None,
            "receipt_id": receipt,
            "detail": json.dumps(detail, ensure_ascii=False),
        },
    )


def _number(transaction: Transaction, sql: str, parameters: Mapping[str, object] | None = None) -> int | None:
    value: int | None = transaction.run(SQL / f"{sql}.sql", parameters)[0][0]
    return value
