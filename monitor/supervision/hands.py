"""The hands of an actor on a dossier: what they see of it, and whether they may write to it at all.

What an actor may not see is answered as what does not exist. The state is read within the transaction, so that of two
who do the same at once the second is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.access.actors import Actor
from monitor.dossier.acts import Writing, by_dossier, read_acts, writing
from monitor.dossier.errors import DossierError, forbidden
from monitor.report.desk import Desk

from .dossier import Supervision, fold
from .reach import handles, seen_by

Writer = Callable[[Supervision, Mapping[str, tuple[str, str]], str], frozenset[str]]
"""Writes the notices (unit → in both languages) of a dossier for somebody; the units that could be reached."""


class Hands:
    """What all services share, over one desk. `write`: who writes mails; without one, notices go out on paper."""

    def __init__(self, desk: Desk, write: Writer | None = None) -> None:
        self.desk, self.write = desk, write
        self._zone = ZoneInfo(desk.timezone)

    @property
    def today(self) -> date:
        return self.day_of(None)

    def day_of(self, as_of: datetime | None) -> date:
        """The day of a moment (naive UTC, None for now) where the plan is."""
        moment = self.desk.store.now() if as_of is None else as_of.replace(tzinfo=UTC)
        return moment.astimezone(self._zone).date()

    def local(self, moment: datetime) -> str:
        """A moment (naive UTC) as a document says it: `2026-11-23 11:57（UTC+8）`."""
        there = moment.replace(tzinfo=UTC).astimezone(self._zone)
        hours, rest = divmod(int((there.utcoffset() or timedelta()).total_seconds()) // 60, 60)
        return f"{there:%Y-%m-%d %H:%M}（UTC{hours:+d}{f':{rest:02d}' if rest else ''}）"

    def listed(self, actor: Actor, *, as_of: datetime | None = None) -> tuple[Supervision, ...]:
        """Those that the actor may see, each as far as they may see it, the newest first."""
        found = by_dossier(read_acts(self.desk.store, "supervision", as_of=as_of))
        states = (fold(acts) for acts in found.values())
        seen = (seen_by(actor, one) for one in states if one is not None)
        return tuple(reversed([one for one in seen if one is not None]))

    def look(self, actor: Actor, name: str, *, as_of: datetime | None = None) -> Supervision:
        """One of them, as far as the actor may see it. Raises DossierError (unknown)."""
        return _visible(actor, fold(read_acts(self.desk.store, "supervision", name, as_of=as_of)))

    @contextmanager
    def handling(self, actor: Actor, name: str) -> Iterator[tuple[Writing, Supervision]]:
        """The dossier under the hands of who supervises, open. Raises DossierError (unknown, forbidden, state)."""
        with self.answering(actor, name) as (dossier, state):
            if not handles(actor, state.request):
                raise forbidden()
            yield dossier, state

    @contextmanager
    def answering(self, actor: Actor, name: str) -> Iterator[tuple[Writing, Supervision]]:
        """The dossier of whoever may see something of it, open; the state as far as they may."""
        with writing(self.desk.store, "supervision", name, by=actor.name) as dossier:
            state = _visible(actor, fold(dossier.acts))
            if state.closed is not None:
                raise DossierError("state", "这一监督已结束", "this supervision is closed")
            yield dossier, state


def _visible(actor: Actor, state: Supervision | None) -> Supervision:
    seen = None if state is None else seen_by(actor, state)
    if seen is None:
        raise DossierError("unknown", "没有这一监督，或您无权查看", "there is no such supervision, or none you may see")
    return seen


def need_data(state: Supervision) -> None:
    """Raises DossierError (state)."""
    if state.is_onsite:
        raise DossierError("state", "现场监督不作数据分析", "supervision on site has no analysis of data")


def need_onsite(state: Supervision) -> None:
    """The ten days belong to supervision on site alone: that by data has no such step."""
    if not state.is_onsite:
        raise DossierError(
            "state",
            "送达监督报告和十日内提出书面意见只适用于现场监督",
            "delivering a report, and objecting to it within ten days, belong to supervision on site alone",
        )


def need_unissued(state: Supervision) -> None:
    """Raises DossierError (state)."""
    if state.issued is not None:
        raise DossierError("state", "监督报告已签发，不能再改", "the report is issued and no longer changes")


def need_unit(state: Supervision, unit: str) -> None:
    """Raises DossierError (field)."""
    if unit not in state.request.units:
        raise DossierError("field", f"监督范围内没有单位“{unit}”", f"the scope has no unit '{unit}'")


def changed() -> DossierError:
    """Somebody else was faster."""
    return DossierError(
        "changed", "其间有人作了改动；请重新打开页面再做", "somebody changed it meanwhile: open the page again"
    )
