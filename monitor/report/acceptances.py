"""Every acceptance as columns: what is known at any moment is a choice of them.

A store may hold a million. As objects they would take a third of a gigabyte and seconds to choose from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.store.store import Store

_SQL = files("monitor.report") / "sql"
_AT_ONCE = 300_000
PLAN = "plan"

Place = tuple[str, str]
"""A region's code and a period's: every submission is of one of each, and so are its figures."""
Part = tuple[str, str, str]
"""Form, period and vintage of a submission."""
Places = npt.NDArray[np.intp]


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


@dataclass(frozen=True)
class Acceptances:
    """The acceptances of `regions` in the order in which they were recorded; `region`, `part`: places in the lists."""

    regions: tuple[str, ...]
    parts: tuple[Part, ...]
    submission: npt.NDArray[np.int64]
    region: npt.NDArray[np.int32]
    part: npt.NDArray[np.int32]
    revision: npt.NDArray[np.int32]
    estimated: npt.NDArray[np.bool_]
    at: npt.NDArray[np.datetime64]
    seq: npt.NDArray[np.int64]
    order: Places
    """Those of each region and part together; the latest revision last, of equal ones that recorded first."""

    def __len__(self) -> int:
        return len(self.seq)

    def __iter__(self) -> Iterator[tuple[Place, Deciding]]:
        return ((self.place(number), self.deciding(number)) for number in range(len(self)))

    def place(self, number: int) -> Place:
        return self.regions[self.region[number]], self.parts[self.part[number]][1]

    def deciding(self, number: int) -> Deciding:
        form, _, vintage = self.parts[self.part[number]]
        return Deciding(
            int(self.submission[number]), form, vintage, int(self.revision[number]), bool(self.estimated[number]),
            self.at[number].item(), int(self.seq[number]),
        )  # fmt: skip

    @cached_property
    def periods(self) -> tuple[str, ...]:
        return tuple(sorted({period for _, period, _ in self.parts}))

    @cached_property
    def period_of_part(self) -> npt.NDArray[np.int32]:
        """The place among `periods` of each part's."""
        places = {period: place for place, period in enumerate(self.periods)}
        return np.array([places[period] for _, period, _ in self.parts], dtype=np.int32)

    @cached_property
    def is_plan(self) -> npt.NDArray[np.bool_]:
        return np.array([vintage == PLAN for *_, vintage in self.parts], dtype=np.bool_)

    def chosen(self, moment: datetime | None, last: int) -> Places:
        """Those that decide at a moment: of each region and part the latest revision accepted by then."""
        known = self.seq <= last
        if moment is not None:
            known &= self.at <= np.datetime64(moment, "us")
        places = np.flatnonzero(known[self.order])
        group = self._group[places]
        decided: Places = self.order[places[np.append(group[1:] != group[:-1], True)[: len(group)]]]
        return decided

    @cached_property
    def _group(self) -> npt.NDArray[np.int32]:
        """A number for each region and part, in `order`."""
        region, part = self.region[self.order], self.part[self.order]
        is_next = (region[1:] != region[:-1]) | (part[1:] != part[:-1])
        return np.append(0, np.cumsum(is_next))[: len(self)].astype(np.int32)


def read_columns(store: Store, regions: Sequence[str], before: Acceptances | None) -> Acceptances:
    """All acceptances of some regions' submissions; those that `before` holds of the same ones are taken from it."""
    codes = tuple(regions)
    if before is not None and before.regions != codes:
        before = None
    parts = {part: place for place, part in enumerate(before.parts)} if before else {}
    places = {code: place for place, code in enumerate(codes)}
    pieces: list[Acceptances | _Piece] = [before] if before else []
    after = int(before.seq[-1]) if before and len(before) else 0
    newest = int(store.ask(_SQL / "last_acceptance.sql")[0][0])
    while after < newest:
        asked = {"region_codes": list(codes), "after": after, "until": after + _AT_ONCE}
        said = store.ask_columns(_SQL / "acceptances.sql", asked)
        after += _AT_ONCE
        if len(said["accepted_seq"]):
            pieces.append(_piece(places, parts, {name: np.ma.getdata(one) for name, one in said.items()}))
    columns = {
        name: np.concatenate([_EMPTY[name], *(getattr(piece, name) for piece in pieces)]).astype(_EMPTY[name].dtype)
        for name in _EMPTY
    }
    return Acceptances(codes, tuple(parts), **columns, order=_order(columns, before))


_EMPTY: dict[str, npt.NDArray[Any]] = {
    "submission": np.empty(0, np.int64), "region": np.empty(0, np.int32), "part": np.empty(0, np.int32),
    "revision": np.empty(0, np.int32), "estimated": np.empty(0, np.bool_), "at": np.empty(0, "datetime64[us]"),
    "seq": np.empty(0, np.int64),
}  # fmt: skip


@dataclass(frozen=True)
class _Piece:
    submission: Any
    region: Any
    part: Any
    revision: Any
    estimated: Any
    at: Any
    seq: Any


def _piece(places: Mapping[str, int], parts: dict[Part, int], said: Mapping[str, npt.NDArray[Any]]) -> _Piece:
    """What the store gave, with numbers for texts; parts that are new get one."""
    region, regions = pd.factorize(said["region_code"])
    form, forms = pd.factorize(said["form"])
    period, periods = pd.factorize(said["period"])
    vintage, vintages = pd.factorize(said["vintage"])
    kind, of_row = np.unique((form * len(periods) + period) * len(vintages) + vintage, return_inverse=True)
    named = [
        (forms[one // len(vintages) // len(periods)], periods[one // len(vintages) % len(periods)], vintages[last])
        for one in kind.tolist()
        for last in (one % len(vintages),)
    ]
    return _Piece(
        said["submission_id"],
        np.array([places[code] for code in regions], np.int32)[region],
        np.array([parts.setdefault(one, len(parts)) for one in named], np.int32)[of_row],
        said["revision"],
        said["estimated"],
        said["accepted_at"],
        said["accepted_seq"],
    )


def _order(columns: Mapping[str, npt.NDArray[Any]], before: Acceptances | None) -> Places:
    """Parts with a new acceptance are put in order anew, behind all others: what was in order before stays so."""
    size = len(columns["seq"])
    kind = columns["region"].astype(np.int64) * 2**31 + columns["part"]
    known = np.empty(0, np.intp) if before is None else before.order
    added = np.arange(len(known), size)
    is_touched = np.isin(kind[known], kind[added])
    touched = np.sort(np.concatenate([known[is_touched], added]))
    latest_last = np.lexsort((-touched, columns["revision"][touched], kind[touched]))
    return np.concatenate([known[~is_touched], touched[latest_last]])
