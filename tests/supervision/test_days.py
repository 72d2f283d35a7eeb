"""The ten days for objections to an on-site report, and how near other deadlines are: days counted by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.supervision.days import last_objection_day, objection, timing

RECEIVED = date(2026, 2, 20)


@pytest.mark.parametrize(
    ("received", "last"),
    [
        ("2026-01-01", "2026-01-11"),
        ("2026-02-20", "2026-03-02"),  # over the end of a February of 28 days
        ("2024-02-20", "2024-03-01"),  # and of 29
        ("2026-12-25", "2027-01-04"),
    ],
)
def test_the_last_day_is_the_tenth_after_the_day_of_receipt(received: str, last: str) -> None:
    assert last_objection_day(date.fromisoformat(received)) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("today", "said_on", "expected"),
    [
        ("2026-02-20", None, "open"),  # the day of receipt itself
        ("2026-03-02", None, "open"),  # the tenth day is in time to its end
        ("2026-03-03", None, "deemed_none"),
        ("2026-03-02", "2026-03-02", "objected"),
        ("2026-03-30", "2026-03-02", "objected"),  # said in time stays said
        ("2026-03-03", "2026-03-03", "deemed_none"),  # said too late does not count
        ("2026-02-20", "2026-02-20", "objected"),
    ],
)
def test_silence_after_ten_days_is_no_objection(today: str, said_on: str | None, expected: str) -> None:
    said = None if said_on is None else date.fromisoformat(said_on)
    assert objection(RECEIVED, said, date.fromisoformat(today)) == expected


def test_a_unit_may_say_that_it_has_none() -> None:
    assert objection(RECEIVED, RECEIVED, RECEIVED, objects=False) == "none"


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-5, 60))
def test_a_silent_unit_is_open_for_exactly_eleven_days(received: date, after: int) -> None:
    """The day of receipt and the ten after it."""
    state = objection(received, None, received + timedelta(days=after))
    assert (state == "open") == (after <= 10)


@pytest.mark.parametrize(("days", "expected"), [(8, "ahead"), (7, "near"), (0, "near"), (-1, "overdue")])
def test_a_deadline_is_near_in_its_last_week_and_over_the_day_after(days: int, expected: str) -> None:
    assert timing(RECEIVED + timedelta(days=days), RECEIVED) == expected
