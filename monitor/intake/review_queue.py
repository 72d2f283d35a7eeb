"""What waits for review, the most urgent first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from monitor.catalogue.forms import Call

from .reach import accepts, reviews, sent_indicators
from .submissions import Submission, list_submissions

if TYPE_CHECKING:
    from monitor.access.actors import Actor

    from .cycle import Cycle

SQL = files(__package__) / "sql"


@dataclass(frozen=True)
class QueueLine:
    """A submission that waits. `restated`: accepted figures that it changes; `reason`: what was said of that.

    `is_overdue`: its call was due before today, and nothing sent for it has been accepted. `is_resent`: an earlier
    revision was returned. `has_gaps`: the form asks for more, or figures of an earlier waiting revision are left out.
    `is_whole`: all that it sends is this reviewer's to review, so that they may accept it.
    """

    submission: Submission
    call: Call | None
    restated: int
    reason: str | None
    is_overdue: bool
    is_resent: bool
    has_gaps: bool = False
    is_whole: bool = True

    @property
    def is_clean(self) -> bool:
        """Whether nothing asks for a second look."""
        return not (self.submission.queries or self.restated or self.has_gaps)

    @property
    def is_ready(self) -> bool:
        """Whether this reviewer may accept it with others at once."""
        return self.is_clean and self.is_whole

    @property
    def urgency(self) -> tuple[int, int, int]:
        """Overdue first, then restatements, then what has queries, then the rest."""
        kind = 0 if self.restated else 1 if self.submission.queries or self.has_gaps else 2
        return (0 if self.is_overdue else 1, kind, self.submission.submission_id)


def review_queue(cycle: Cycle, actor: Actor) -> tuple[QueueLine, ...]:
    """The latest waiting revision of everything the actor reviews."""
    waiting: dict[tuple[str, str, str, str], Submission] = {}
    for one in list_submissions(cycle.store, states=["submitted"]):  # newest first
        key = (one.region_code, one.form, one.period, one.vintage)
        if actor.may_review(one.region_code) and one.revision > (one.in_force or 0):
            waiting.setdefault(key, one)
    sent = sent_indicators(cycle.store, actor, [one.submission_id for one in waiting.values()])
    latest = [one for one in waiting.values() if reviews(actor, one, sent)]
    asked = {"submission_ids": [one.submission_id for one in latest]}
    told = {row[0]: row for row in cycle.store.ask(SQL / "waiting_restatements.sql", asked)}
    today = cycle.today()
    lines = (_line(cycle, one, told[one.submission_id], today, accepts(actor, one, sent)) for one in latest)
    return tuple(sorted(lines, key=lambda line: line.urgency))


def unexplained_restatement(cycle: Cycle, submission_id: int) -> int:
    """How many accepted figures a submission that waits would change without a word why."""
    rows = cycle.store.ask(SQL / "waiting_restatements.sql", {"submission_ids": [submission_id]})
    return sum(int(restated) for _, restated, reason, *_ in rows if reason is None)


def _line(cycle: Cycle, one: Submission, told: Sequence[Any], today: date, is_whole: bool) -> QueueLine:
    _, restated, reason, is_resent, has_gaps = told
    call = cycle.call(one.form, one.region_code, one.period)
    overdue = call is not None and one.in_force is None and today > call.due_on
    return QueueLine(one, call, int(restated), reason, overdue, bool(is_resent), bool(has_gaps), is_whole)
