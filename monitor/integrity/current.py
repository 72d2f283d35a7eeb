"""I4: what is in force, replayed from the log of events, is what the program answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from monitor.report.desk import Desk
from monitor.store.findings import Finding
from monitor.store.migrations import SQL as STORE_SQL

from .asking import Asking
from .checks import SQL

Part = tuple[str, str, str, str]
"""Region, form, period, vintage."""


@dataclass(frozen=True)
class Acceptance:
    """`seq`: of its event."""

    submission_id: int
    revision: int
    seq: int


@dataclass
class Replayed:
    """What the events say: the state each submission is in, and which one was accepted last of its part."""

    states: dict[int, str] = field(default_factory=dict)
    in_force: dict[Part, Acceptance] = field(default_factory=dict)

    def accepted(self) -> Mapping[int, int]:
        """Submission in force → the number of its acceptance."""
        return {one.submission_id: one.seq for one in self.in_force.values()}


def replay(asked: Asking) -> Replayed:
    """One event after the other, with nothing of the program's own questions."""
    found = Replayed()
    for seq, action, submission, region, form, period, vintage, revision in asked.ask_each(SQL / "state_events.sql"):
        found.states[submission] = action
        if action == "accepted":
            found.in_force[region, form, period, vintage] = Acceptance(submission, revision, seq)
    return found


def check_current(asked: Asking, replayed: Replayed) -> Iterator[Finding]:
    """The state and the revision in force that pages show of each submission."""
    nothing = dict.fromkeys(
        ("as_of", "submission_ids", "receipt_ids", "region_codes", "forms", "periods", "states", "most")
    )
    shown = set()
    for row in asked.ask_each(STORE_SQL / "submissions_as_of.sql", nothing):
        submission, part, state, in_force = row[0], (row[2], row[3], row[4], row[5]), row[7], row[18]
        shown.add(submission)
        expected = replayed.in_force.get(part)
        if state != replayed.states.get(submission):
            yield _told(submission, "显示的状态不是最后一个事件的状态", "is not shown in the state of its last event")
        if in_force != (expected.revision if expected else None):
            zh, en = (
                "所属各修订中显示为现行的不是最后通过的那一份",
                "is told of another revision in force than the last accepted",
            )
            yield _told(submission, zh, en)
    for submission in sorted(replayed.states.keys() - shown):
        yield _told(submission, "有事件而不显示", "has events and is not shown")


def check_visible(desk: Desk, replayed: Replayed, codes: frozenset[str]) -> Iterator[Finding]:
    """The submissions whose figures the pages show, of the regions that are configured."""
    expected = {(part, one.submission_id) for part, one in replayed.in_force.items() if part[0] in codes}
    shown = {
        ((region, one.form, period, one.vintage), one.submission_id)
        for (region, period), some in desk.visible(None).items()
        for one in some
    }
    for part, submission in sorted(expected ^ shown):
        zh, en = (
            f"（{' '.join(part)}）现行与否，页面与事件不符",
            f"({' '.join(part)}) counts on pages or by events, not both",
        )
        yield _told(submission, zh, en)


def _told(submission: int, zh: str, en: str) -> Finding:
    return Finding("in_force", f"报送 {submission} {zh}", f"submission {submission} {en}")
