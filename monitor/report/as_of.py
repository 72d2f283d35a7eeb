"""Moments in time as users give them and as exports print them (interface.md, As of T)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from monitor.store.snapshots import find_snapshot, reads_as_moment
from monitor.store.store import Store


class AsOfError(ValueError):
    """The text names no moment, or one that has not come yet; says so in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def read_as_of(store: Store, text: str, timezone: str, now: datetime) -> datetime | None:
    """As `parse_as_of`, where the text may also be the name of a frozen moment (a name never reads as a date)."""
    found = None if reads_as_moment(text) else find_snapshot(store, text)
    return found.at if found is not None else parse_as_of(text, timezone, now)


def parse_as_of(text: str, timezone: str, now: datetime) -> datetime | None:
    """The moment as naive UTC; None for "now": the present day given as a bare date.

    A bare date means its last microsecond in `timezone`, a time without an offset is in `timezone`.
    `now`: naive UTC. Raises AsOfError for anything else and for moments later than now.
    """
    zone = ZoneInfo(timezone)
    text = text.strip()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return _moment(text, zone, now)
    today = now.replace(tzinfo=UTC).astimezone(zone).date()
    if day == today:
        return None
    if day > today:
        raise _not_yet(text)
    return _to_utc(datetime.combine(day, time.max, zone))


def _moment(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise AsOfError(
            f"“{text}”不是日期、时间或已冻结的版本名；请写成 2025-12-31 或 2025-12-31T18:00:00+08:00",
            f"'{text}' is no date, time or snapshot; write 2025-12-31 or 2025-12-31T18:00:00+08:00",
        ) from None
    utc = _to_utc(moment if moment.tzinfo else moment.replace(tzinfo=zone))
    if utc > now:
        raise _not_yet(text)
    return utc


def _to_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        raise AsOfError(f"“{moment}”超出日历范围", f"'{moment}' is outside the calendar") from None


def _not_yet(text: str) -> AsOfError:
    return AsOfError(
        f"截至时间“{text}”尚未到来；请给出过去的时间", f"as-of '{text}' has not come yet: give a past moment"
    )


def format_as_of(moment: datetime | None) -> str:
    """`2026-07-16T15:59:59.999999Z`; empty for None."""
    return "" if moment is None else moment.isoformat(timespec="microseconds") + "Z"
