"""What is told of a file's past: who sent each part when, and what became of it.

Only the demonstration's loader tells such things (interface.md, As of T). An ordinary file tells nothing: its parts
are sent and accepted now, by whoever ingests it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from monitor.store.times import to_stored

Decision = Literal["accepted", "returned", "withdrawn"]


@dataclass(frozen=True)
class Dated:
    """The past of one part of a file, a (region, period, vintage) of it. No moment counts beyond now.

    `decision` None: it waits for review. `explanation` answers its queries, `if_asked` is added to it where there are
    any. `reason`: of a return or withdrawal. `estimated`: its moments are guessed, not known.
    """

    region_code: str
    period: str
    vintage: str
    submitted_at: datetime
    submitted_by: str
    decision: Decision | None
    decided_at: datetime | None
    decided_by: str
    explanation: str | None = None
    if_asked: str | None = None
    reason: str | None = None
    estimated: bool = False


def dated_lists(dates: Sequence[Dated]) -> dict[str, list[object]]:
    """As the parallel lists of `submit_dated.sql`."""
    return {
        "region_codes": [one.region_code for one in dates],
        "periods": [one.period for one in dates],
        "vintages": [one.vintage for one in dates],
        "submitted": [to_stored(one.submitted_at) for one in dates],
        "senders": [one.submitted_by for one in dates],
        "explanations": [one.explanation for one in dates],
        "answers": [one.if_asked for one in dates],
        "decisions": [one.decision for one in dates],
        "decided": [None if one.decided_at is None else to_stored(one.decided_at) for one in dates],
        "deciders": [one.decided_by for one in dates],
        "reasons": [one.reason for one in dates],
        "estimates": [one.estimated for one in dates],
    }
