"""A read file as it would be taken in now: what it would change, and what it meets on arrival. Nothing is written."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.access.actors import Actor
from monitor.catalogue.forms import Call
from monitor.store.store import Transaction

from .kept import DraftLine, DraftState, Explanations, Part
from .problems import SHOWN_PROBLEMS, FileProblem, ProblemLog
from .reading import Reading
from .revisions import IngestResult, Orders, Outcome, decide, examine, refuse, write
from .sent_figure import SentFigure

if TYPE_CHECKING:
    from monitor.catalogue.loader import Catalogue
    from monitor.catalogue.models import Indicator

    from .cycle import Cycle

SQL = files(__package__) / "sql"
_NAMED = 5  # indicators that a message names


@dataclass(frozen=True)
class Change:
    """One cell that a draft would change. `change`: created, updated, carried. `restates`: an accepted figure."""

    line: int | None
    region_code: str
    indicator_id: str
    period: str
    vintage: str
    change: str
    restates: bool
    now: SentFigure
    was: SentFigure | None


@dataclass(frozen=True)
class Draft:
    """A received file, as it would be taken in now.

    `result` is that of a dry run (of the refusal, where it was refused). `path`: its bytes. `calls`: what it answers.
    """

    line: DraftLine
    result: IngestResult
    encoding: str | None
    sheet: str | None
    changes: tuple[Change, ...]
    calls: tuple[Call, ...]
    path: Path

    @property
    def receipt_id(self) -> int:
        return self.line.receipt_id

    @property
    def state(self) -> DraftState:
        return self.line.state

    @property
    def explanations(self) -> Explanations:
        return self.line.explanations

    @cached_property
    def queries(self) -> tuple[FileProblem, ...]:
        return tuple(problem for problem in self.result.problems if problem.severity == "query")

    @property
    def restated(self) -> int:
        """How many accepted figures it would change."""
        return sum(change.restates for change in self.changes)


def own_rows_only(cycle: Cycle, actor: Actor, reading: Reading) -> Reading:
    """Refuse a file that speaks for other units than the sender's own, naming each such row."""
    if reading.staging is None or actor.regions is None:
        return reading
    asked = {"path": str(reading.staging), "region_codes": sorted(actor.regions)}
    log = ProblemLog(reading.file)
    for line, code in cycle.store.ask(SQL / "foreign_rows.sql", asked):
        log.add("not_your_unit", row=line, text=code)
    return _with_problems(reading, log)


def preview(
    cycle: Cycle, actor: Actor, reading: Reading, orders: Orders
) -> tuple[IngestResult, tuple[Change, ...], Reading]:
    """What would come of the file now, and the file with what its arrival adds (late, closed)."""
    with cycle.store.transaction() as transaction:
        result, arrived = arrive(cycle, transaction, actor, reading, dataclasses.replace(orders, dry_run=True))
        changes = _changes(transaction, result)
        transaction.abandon()
    return result, changes, arrived


def arrive(
    cycle: Cycle, transaction: Transaction, actor: Actor, reading: Reading, orders: Orders
) -> tuple[IngestResult, Reading]:
    """Take a file in within a transaction, and the file with what its arrival adds; compared once, decided twice.

    A dry run writes all the same: the caller abandons the transaction. Raises StoreError, OSError.
    """
    folder = cycle.received_folder
    if reading.blocked or reading.staging is None:
        return refuse(transaction, reading, orders, folder), reading
    found = examine(transaction, reading, cycle.catalogues, cycle.regions, orders, cycle.force)
    whole, outcomes = decide(transaction, reading, found, orders)
    if whole.blocked:
        return refuse(transaction, whole, orders, folder), reading
    log = _on_arrival(cycle, actor, reading.file, outcomes)
    _tell_gaps(cycle, log, _gaps(transaction))
    arrived = _with_problems(reading, log)
    if arrived.blocked:
        return refuse(transaction, arrived, orders, folder), arrived
    if arrived is not reading:
        whole, outcomes = decide(transaction, arrived, found, orders)
    return write(transaction, whole, outcomes, orders, folder), arrived


Gaps = Mapping[Part, Mapping[str, Sequence[str]]]
"""Part of a file → `given` and `dropped` indicators, as in draft_gaps.sql."""


def _gaps(transaction: Transaction) -> Gaps:
    gaps: dict[Part, dict[str, list[str]]] = {}
    for region, form, period, vintage, kind, indicators in transaction.run(SQL / "draft_gaps.sql"):
        gaps.setdefault(Part(region, form, period, vintage), {})[kind] = indicators
    return gaps


def _tell_gaps(cycle: Cycle, log: ProblemLog, gaps: Gaps) -> None:
    """What the form asks for and nobody has said, and what a waiting revision said that this one leaves out."""
    for part, kinds in gaps.items():
        call = cycle.call(part.form, part.region, part.period)
        if call is not None and call.form.vintage == part.vintage:
            asked = call.form.indicators
            lacking = [name for name in asked if name not in kinds.get("given", ())]
            if lacking:
                _tell(cycle, log, "form_incomplete", part, lacking, all=len(asked))
        if dropped := kinds.get("dropped"):
            _tell(cycle, log, "waiting_not_carried", part, dropped)


def _tell(cycle: Cycle, log: ProblemLog, code: str, part: Part, names: Sequence[str], **values: object) -> None:
    found = [indicator_named(cycle.catalogues, name) for name in names[:_NAMED]]
    zh = "、".join(one.name.in_language("zh") if one else name for one, name in zip(found, names, strict=False))
    en = ", ".join(one.name.in_language("en") if one else name for one, name in zip(found, names, strict=False))
    more = len(names) - _NAMED
    said = {
        "names_zh": f"{zh}等" if more > 0 else zh,
        "names_en": f"{en} and {more} more" if more > 0 else en,
        "n": len(names),
        "period": part.period,
        **values,
    }
    log.add(code, text=", ".join(names), values=said)


def indicator_named(catalogues: Sequence[Catalogue], name: str) -> Indicator | None:
    """The first loaded plan's indicator of that id."""
    return next((found for catalogue in catalogues if (found := catalogue.indicator(name))), None)


def restated_cells(transaction: Transaction, result: IngestResult) -> int:
    """How many accepted figures a file changes that was taken in within this transaction."""
    return sum(change.restates for change in _changes(transaction, result))


def _changes(transaction: Transaction, result: IngestResult) -> tuple[Change, ...]:
    return () if result.is_refused else tuple(_change(row) for row in transaction.run(SQL / "draft_changes.sql"))


def _on_arrival(cycle: Cycle, actor: Actor, file: str, outcomes: Sequence[Outcome]) -> ProblemLog:
    """Late, or after the call was closed; a first report only, since what is restated was in time once."""
    log, today = ProblemLog(file), cycle.today()
    for outcome in outcomes:
        call = cycle.call(outcome.form, outcome.region_code, outcome.period) if outcome.is_new else None
        if call is None or call.form.vintage != outcome.vintage or outcome.revision > 1:
            continue
        values = {"period": outcome.period, "due_on": call.due_on, "closes_on": call.closes_on}
        if call.closes_on is not None and today > call.closes_on:
            severity = None if actor.role == "reporter" else "warning"
            log.add("period_closed", text=outcome.period, severity=severity, values=values)  # type: ignore[arg-type]
        elif today > call.due_on:
            log.add("late", text=outcome.period, values=values)
    return log


def _with_problems(reading: Reading, log: ProblemLog) -> Reading:
    """The reading with further problems; an error among them refuses the file."""
    found = log.first()
    if not found:
        return reading
    problems = tuple(sorted((*reading.problems, *found), key=_worst_first))[:SHOWN_PROBLEMS]
    return dataclasses.replace(
        reading,
        problems=tuple(sorted(problems, key=lambda problem: problem.row or 0)),
        problem_count=reading.problem_count + sum(log.counts.values()),
        blocked=reading.blocked or log.blocked,
    )


def _worst_first(problem: FileProblem) -> int:
    return ("error", "query", "warning").index(problem.severity)


def _change(row: Sequence[object]) -> Change:
    line, region, indicator, period, vintage, change, restates, *figures = row
    now = SentFigure.of(figures[:7])
    assert now is not None
    return Change(
        line,  # type: ignore[arg-type]
        str(region),
        str(indicator),
        str(period),
        str(vintage),
        str(change),
        bool(restates),
        now,
        SentFigure.of(figures[7:]),
    )
