"""Moments of a schedule against a slow reading of the calendar; the clocks' two odd nights."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.jobs.schedule import Schedule

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
moments = st.datetimes(datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2030-12-31"))


@given(moments, st.integers(0, 23), st.integers(0, 59))
def test_a_daily_moment_is_the_last_one_passed(now: datetime, hour: int, minute: int) -> None:
    schedule = Schedule(f"{minute} {hour} * * *", SHANGHAI)
    local = now + timedelta(hours=8)  # no summer time there
    today = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    last = (today if today <= local else today - timedelta(days=1)) - timedelta(hours=8)
    assert schedule.last_due(now) == last
    assert schedule.next_due(now) == last + timedelta(days=1)


@given(moments)
def test_weeks_and_months_too(now: datetime) -> None:
    sunday, first = Schedule("30 3 * * sun", SHANGHAI).last_due(now), Schedule("0 0 1 * *", SHANGHAI).last_due(now)
    assert sunday is not None and first is not None
    assert timedelta() <= now - sunday < timedelta(days=7) and (sunday + timedelta(hours=8)).strftime("%a %H:%M") == (
        "Sun 03:30"
    )
    assert timedelta() <= now - first < timedelta(days=31) and (first + timedelta(hours=8)).day == 1


def test_never_is_never() -> None:
    never = Schedule("never", SHANGHAI)
    now = datetime.fromisoformat("2026-01-01")
    assert never.last_due(now) is never.next_due(now) is None


@pytest.mark.parametrize("night", ["2026-03-29", "2026-10-25"], ids=["skipped", "repeated"])
def test_a_night_on_which_the_clocks_change_has_one_moment_at_most(night: str) -> None:
    schedule = Schedule("30 2 * * *", BERLIN)
    asked = datetime.fromisoformat(night).replace(tzinfo=BERLIN).astimezone(UTC).replace(tzinfo=None)
    found = {schedule.last_due(asked + timedelta(minutes=5 * step)) for step in range(25 * 12)}
    on_the_day = {one for one in found if one is not None and one >= asked}
    assert len(on_the_day) <= 1
    after = schedule.last_due(asked + timedelta(days=1, hours=6))
    assert after is not None and after.replace(tzinfo=UTC).astimezone(BERLIN).strftime("%H:%M") == "02:30"
