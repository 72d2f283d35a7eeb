"""What is known at a moment: the submissions that decide, and the figures they give.

From one moment to another little changes, so figures are asked for anew only where other submissions decide than at a
moment whose figures are still held.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Generic, TypeVar

import numpy as np

from monitor.method.stored import StoredRow
from monitor.store.store import Store

from .acceptances import PLAN, Acceptances, Deciding, Place, Places, read_columns

__all__ = [
    "Acceptances", "Deciding", "Known", "Nearest", "Place", "Visible", "by_submissions", "read_acceptances",
    "read_known", "visible_at",
]  # fmt: skip

_SQL = files("monitor.report") / "sql"

Answer = TypeVar("Answer")


class Visible(Mapping[Place, tuple[Deciding, ...]]):
    """The submissions that decide at a moment by place, made into objects when they are asked for."""

    def __init__(self, acceptances: Acceptances, chosen: Places) -> None:
        self.acceptances = acceptances
        periods = len(acceptances.periods)
        place = (
            acceptances.region[chosen].astype(np.int64) * periods + acceptances.period_of_part[acceptances.part[chosen]]
        )
        order = np.argsort(place, kind="stable")
        self.chosen: Places = chosen[order]
        self._place = place[order]
        self._first = np.flatnonzero(np.diff(self._place, prepend=-1))
        self._periods = {period: number for number, period in enumerate(acceptances.periods)}
        self._regions = {code: number for number, code in enumerate(acceptances.regions)}

    def __len__(self) -> int:
        return len(self._first)

    def __iter__(self) -> Iterator[Place]:
        return (self.acceptances.place(number) for number in self.chosen[self._first])

    def __getitem__(self, place: Place) -> tuple[Deciding, ...]:
        region, period = self._regions.get(place[0], -1), self._periods.get(place[1], -1)
        wanted = region * len(self._periods) + period
        start, stop = np.searchsorted(self._place, (wanted, wanted + 1))
        if region < 0 or period < 0 or start == stop:
            raise KeyError(place)
        found = (self.acceptances.deciding(number) for number in self.chosen[start:stop])
        return tuple(sorted(found, key=lambda one: (one.form, one.vintage)))

    @cached_property
    def marks(self) -> Mapping[str, bytes]:
        """Of each period a mark of the submissions that decide its figures: the same ones, the same mark."""
        numbers = self.acceptances.submission[self.chosen]
        period = self._place % max(len(self.acceptances.periods), 1)
        order = np.lexsort((numbers, period))
        cuts = np.flatnonzero(np.diff(period[order])) + 1
        parts = zip(np.split(period[order], cuts), np.split(numbers[order], cuts), strict=True)
        return {
            self.acceptances.periods[one[0]]: blake2b(some.tobytes(), digest_size=16).digest()
            for one, some in parts
            if len(one)
        }

    def of_regions(self, codes: Collection[str]) -> Iterator[tuple[Place, tuple[Deciding, ...]]]:
        """The items of some regions."""
        count = len(self._periods)
        for first in sorted(self._regions[code] * count for code in codes if code in self._regions):
            start, stop = np.searchsorted(self._place, (first, first + count))
            for place in dict.fromkeys(self.acceptances.place(number) for number in self.chosen[start:stop]):
                yield place, self[place]

    def seqs_of(self, codes: Collection[str]) -> tuple[list[int], list[int]]:
        """The events by which the submissions of some regions were accepted: those of figures, those of `plan` rows."""
        accepted = self.acceptances
        is_mine = np.array([code in codes for code in accepted.regions], dtype=np.bool_)
        mine = self.chosen[is_mine[accepted.region[self.chosen]]]
        of_plan = accepted.is_plan[accepted.part[mine]]
        seqs = accepted.seq[mine]
        return np.sort(seqs[~of_plan]).tolist(), np.sort(seqs[of_plan]).tolist()

    @property
    def newest(self) -> datetime | None:
        """When the last of them was accepted."""
        return self.acceptances.at[self.chosen].max().item() if len(self.chosen) else None

    def changed(self, before: Visible) -> frozenset[Place]:
        """Where other submissions decide than before."""
        then, now = before.acceptances.submission[before.chosen], self.acceptances.submission[self.chosen]
        left = (before.acceptances.place(number) for number in before.chosen[~np.isin(then, now)])
        come = (self.acceptances.place(number) for number in self.chosen[~np.isin(now, then)])
        return frozenset((*left, *come))


def read_acceptances(store: Store, regions: Sequence[str], before: Acceptances | None = None) -> Acceptances:
    """Every acceptance of some regions' submissions: what is known at any moment is a choice of them."""
    return read_columns(store, regions, before)


def visible_at(acceptances: Acceptances, moment: datetime | None, last: int) -> Visible:
    """The submissions that decide at a moment (naive UTC, None for now): the latest revision accepted by then.

    `last`: the highest sequence number of what is known then; what is recorded later for an earlier moment comes after.
    """
    return Visible(acceptances, acceptances.chosen(moment, last))


@dataclass(frozen=True)
class Known:
    """The rows that decided submissions give to some indicators: preferred figures, and `plan` rows apart."""

    visible: Mapping[Place, tuple[Deciding, ...]]
    figures: Mapping[Place, Sequence[StoredRow]]
    plan_rows: Mapping[Place, Sequence[StoredRow]]

    def changed(self, before: Known) -> frozenset[Place]:
        """Where other submissions decide than before."""
        if isinstance(self.visible, Visible) and isinstance(before.visible, Visible):
            return self.visible.changed(before.visible)
        places = self.visible.keys() | before.visible.keys()
        return frozenset(place for place in places if self.visible.get(place) != before.visible.get(place))


def read_known(
    store: Store,
    visible: Mapping[Place, tuple[Deciding, ...]],
    indicators: Collection[str],
    vintages: Sequence[str],
    before: Known | None,
) -> Known:
    """The rows of `visible`; those that `before` holds of the same indicators and vintages are taken from it."""
    changed = frozenset(visible) if before is None else Known(visible, {}, {}).changed(before)
    kept = visible.keys() - changed if before is not None else set()
    wanted = [one for place in changed for one in visible.get(place, ())]
    parts: list[dict[Place, Sequence[StoredRow]]] = []
    for of_plan in (False, True):
        held = {} if before is None else (before.plan_rows if of_plan else before.figures)
        rows: dict[Place, Sequence[StoredRow]] = {place: held[place] for place in kept if place in held}
        chosen = sorted(one.seq for one in wanted if (one.vintage == PLAN) == of_plan)
        if chosen:
            asked = {
                "accepted_seqs": chosen,
                "periods": None,
                "indicator_ids": sorted(indicators),
                "vintages": [] if of_plan else list(vintages),
            }
            rows |= _by_place(store.ask(_SQL / "figures_of_submissions.sql", asked))
        parts.append(rows)
    return Known(visible, parts[0], parts[1])


Question = tuple[Traversable, dict[str, object]]


def by_submissions(questions: Sequence[Question], visible: Visible, vintages: Sequence[str]) -> list[Question]:
    """The same questions as `Desk.figure_questions`, by the submissions that decide instead of by a moment."""
    accepted = visible.acceptances
    seqs, region, part = (column[visible.chosen] for column in (accepted.seq, accepted.region, accepted.part))
    asked: list[Question] = []
    for sql, parameters in questions:
        of_plan = sql.name == "plan_rows_as_of.sql"
        periods = None if parameters["periods"] is None else set(_texts(parameters["periods"]))
        codes = set(_texts(parameters["region_codes"]))
        is_part = np.array([periods is None or period in periods for _, period, _ in accepted.parts], dtype=np.bool_)
        is_mine = np.array([code in codes for code in accepted.regions], dtype=np.bool_)
        chosen = seqs[is_mine[region] & (is_part & (accepted.is_plan == of_plan))[part]] if len(part) else seqs
        if len(chosen):
            said = {
                "accepted_seqs": np.sort(chosen).tolist(), "periods": parameters["periods"],
                "indicator_ids": parameters["indicator_ids"], "vintages": [] if of_plan else list(vintages),
            }  # fmt: skip
            asked.append((_SQL / "figures_of_submissions.sql", said))
    return asked


def _texts(value: object) -> Sequence[str]:
    return value if isinstance(value, list) else []


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
