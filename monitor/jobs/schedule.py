"""When work is due: the moments of a crontab line in a time zone, or again and again after so many seconds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from monitor.store.times import from_stored, to_stored

NEVER = "never"
_INSTANT = timedelta(microseconds=1)
# how far back the last moment is looked for: the nearest first, since every moment since then is counted through
_WINDOWS = (timedelta(hours=2), timedelta(days=2), timedelta(days=40), timedelta(days=400), timedelta(days=1500))


@dataclass(frozen=True)
class Every:
    """Work that looks for itself whether there is something to do."""

    seconds: float


@dataclass(frozen=True)
class Schedule:
    """`text`: five fields as in crontab, read in `zone`, or `never`. Moments are naive UTC.

    An hour that the clocks skip in spring has no moment; one that they repeat in autumn has its moments once.
    """

    text: str
    zone: ZoneInfo

    def last_due(self, now: datetime) -> datetime | None:
        """The newest moment at or before `now`, if there is one within four years."""
        for window in _WINDOWS:
            last = None
            for moment in self._from(now - window):
                if moment > now:
                    break
                last = moment
            if last is not None:
                return last
        return None

    def next_due(self, now: datetime) -> datetime | None:
        """The first moment after `now`."""
        return next(self._from(now + _INSTANT), None)

    def _from(self, start: datetime) -> Iterator[datetime]:
        if self.text == NEVER:
            return
        trigger = _trigger(self.text, self.zone)
        asked = from_stored(start).astimezone(self.zone)
        while (found := trigger.get_next_fire_time(None, asked)) is not None:
            moment = found.astimezone(UTC)
            if not moment.astimezone(self.zone).fold:  # else it was there an hour ago
                yield to_stored(moment)
            asked = (moment + _INSTANT).astimezone(self.zone)


@lru_cache(maxsize=32)
def _trigger(text: str, zone: ZoneInfo) -> CronTrigger:
    return CronTrigger.from_crontab(text, zone)
