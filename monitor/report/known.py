"""What is known at a moment: the submissions that decide, and the figures they give.

From one moment to another little changes, so figures are asked for anew only where other submissions decide than at a
moment whose figures are still held.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Generic, TypeVar

from monitor.method.stored import StoredRow
from monitor.store.store import Store

_SQL = files("monitor.report") / "sql"
_PLAN = "plan"

Place = tuple[str, str]
"""A region's code and a period's: every submission is of one of each, and so are its figures."""
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Deciding:
    """A submission that decides the figures of its region, form, period and vintage; `seq` orders acceptances."""

    submission_id: int
    form: str
    vintage: str
    revision: int
    estimated: bool
    accepted_at: datetime
    seq: int


Visible = Mapping[Place, tuple[Deciding, ...]]


Acceptances = Sequence[tuple[Place, Deciding]]
"""In the order in which they were recorded."""


def read_acceptances(store: Store, regions: Sequence[str]) -> Acceptances:
    """Every acceptance of some regions' submissions: what is known at any moment is a choice of them."""
    return [
        ((region, period), Deciding(number, form, vintage, revision, estimated, at, seq))
        for number, region, form, period, vintage, revision, estimated, at, seq in store.ask(
            _SQL / "acceptances.sql", {"region_codes": list(regions)}
        )
    ]


def visible_at(acceptances: Acceptances, moment: datetime | None, last: int) -> Visible:
    """The submissions that decide at a moment (naive UTC, None for now): the latest revision accepted by then.

    `last`: the highest sequence number of what is known then; what is recorded later for an earlier moment comes after.
    """
    chosen: dict[tuple[Place, str, str], Deciding] = {}
    for place, one in acceptances:
        if one.seq > last or (moment is not None and one.accepted_at > moment):
            continue
        key = (place, one.form, one.vintage)
        if key not in chosen or chosen[key].revision < one.revision:
            chosen[key] = one
    found: dict[Place, list[Deciding]] = defaultdict(list)
    for (place, *_), one in chosen.items():
        found[place].append(one)
    return {place: tuple(sorted(some, key=lambda one: (one.form, one.vintage))) for place, some in found.items()}


@dataclass(frozen=True)
class Known:
    """The rows that decided submissions give to some indicators: preferred figures, and `plan` rows apart."""

    visible: Visible
    figures: Mapping[Place, Sequence[StoredRow]]
    plan_rows: Mapping[Place, Sequence[StoredRow]]

    def changed(self, before: Known) -> frozenset[Place]:
        """Where other submissions decide than before."""
        places = self.visible.keys() | before.visible.keys()
        return frozenset(place for place in places if self.visible.get(place) != before.visible.get(place))


def read_known(
    store: Store, visible: Visible, indicators: Collection[str], vintages: Sequence[str], before: Known | None
) -> Known:
    """The rows of `visible`; those that `before` holds of the same indicators and vintages are taken from it."""
    kept = set() if before is None else {p for p, found in visible.items() if before.visible.get(p) == found}
    wanted = [one for place, found in visible.items() if place not in kept for one in found]
    parts: list[dict[Place, Sequence[StoredRow]]] = []
    for of_plan in (False, True):
        held = {} if before is None else (before.plan_rows if of_plan else before.figures)
        rows: dict[Place, Sequence[StoredRow]] = {place: held[place] for place in kept if place in held}
        chosen = sorted((one.seq, one.submission_id) for one in wanted if (one.vintage == _PLAN) == of_plan)
        if chosen:
            asked = {
                "submission_ids": [number for _, number in chosen],
                "indicator_ids": sorted(indicators),
                "vintages": [] if of_plan else list(vintages),
            }
            rows |= _by_place(store.ask(_SQL / "figures_of_submissions.sql", asked))
        parts.append(rows)
    return Known(visible, parts[0], parts[1])


def _by_place(rows: Iterable[StoredRow]) -> dict[Place, Sequence[StoredRow]]:
    found: dict[Place, list[StoredRow]] = defaultdict(list)
    for row in rows:
        found[str(row[1]), str(row[2])].append(row)
    return dict(found)


class Nearest(Generic[Answer]):
    """The last few answers to each question, each of a moment: the nearest of them is where the next one starts."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[tuple[Hashable, datetime], Answer] = {}

    def find(self, question: Hashable, moment: datetime) -> Answer | None:
        known = [(abs(at - moment), at) for asked, at in tuple(self._kept) if asked == question]
        return self._kept.get((question, min(known)[1])) if known else None

    def keep(self, question: Hashable, moment: datetime, answer: Answer) -> None:
        """Keeps it, and lets the longest kept go."""
        self._kept.pop((question, moment), None)
        self._kept[question, moment] = answer
        for old in tuple(self._kept)[: -self._most]:
            self._kept.pop(old, None)

    def clear(self) -> None:
        self._kept.clear()
