"""How fresh an overview's figures are: the newest of each source, and which indicators are behind the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from monitor.catalogue.periods import Period

from .overview import Entry


@dataclass(frozen=True)
class Newest:
    """The newest figures of one vintage. `on`: when the newest of them was published, None where nobody said;
    `days`: since then, at the day asked for."""

    vintage: str
    count: int
    period: Period
    on: date | None
    days: int | None


@dataclass(frozen=True)
class Freshness:
    """`period`: the last that ends among the figures; `older`: indicators whose newest figure ends before it, the
    oldest first; `missing`: those without any."""

    sources: tuple[Newest, ...]
    period: Period | None
    older: tuple[Entry, ...]
    missing: tuple[Entry, ...]

    @property
    def current(self) -> int:
        """Indicators that have a figure of the last period's end."""
        return sum(source.count for source in self.sources) - len(self.older)


def freshness(entries: Sequence[Entry], today: date) -> Freshness:
    """`today`: the day to count from, that of the as-of moment where one is asked for."""
    filled = [entry for entry in entries if entry.figure.has_value]
    vintages = dict.fromkeys(entry.figure.vintage for entry in filled)
    sources = tuple(_newest(name, [e for e in filled if e.figure.vintage == name], today) for name in vintages)
    last = max((entry.figure.period for entry in filled), key=lambda period: period.order, default=None)
    older = [entry for entry in filled if last is not None and entry.figure.period.index < last.index]
    return Freshness(
        sources=tuple(sorted(sources, key=lambda one: (-one.count, one.vintage))),
        period=last,
        older=tuple(sorted(older, key=lambda entry: (entry.figure.period.order, entry.indicator.number))),
        missing=tuple(entry for entry in entries if not entry.figure.has_value),
    )


def _newest(vintage: str, entries: Sequence[Entry], today: date) -> Newest:
    published = [e.source.published_on for e in entries if e.source is not None and e.source.published_on is not None]
    on = max(published, default=None)
    return Newest(
        vintage=vintage,
        count=len(entries),
        period=max((entry.figure.period for entry in entries), key=lambda period: period.order),
        on=on,
        days=None if on is None else (today - on).days,
    )
