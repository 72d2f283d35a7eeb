"""Reminders worked out by hand at their edges: the day itself, the day after, the end of the grace, a leap day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from monitor.tasks.board import dossier_of, task_board, task_state
from monitor.tasks.models import ReminderDays, Timetable
from monitor.tasks.progress import Count, DoneMilestone, Report, State
from monitor.tasks.reminders import elapsed_share, remind

from .world import small

FILE = small()
PLAIN, WINDOWS = FILE.tasks
DAYS = FILE.reminders  # near 30, report 365, grace 10
TIMES = FILE.timetable  # 2021-01-01 – 2024-12-31: 1461 days
AT = datetime.fromisoformat("2025-01-01T00:00:00")


def told(
    day: date,
    state: State = "well",
    number: int = 1,
    counts: Sequence[tuple[str, str, date]] = (),
    done: Sequence[tuple[str, date]] = (),
) -> Report:
    return Report(
        seq=number, number=number, at=AT, by="甲", day=day, state=state, text="进展", difficulties="", explanation="",
        counts=tuple(Count(goal, Decimal(n), on, "统计") for goal, n, on in counts),
        milestones=tuple(DoneMilestone(name, on) for name, on in done), papers=(),
    )  # fmt: skip


def reasons(
    today: date, *reports: Report, task: object = PLAIN, days: ReminderDays = DAYS
) -> list[tuple[str, str, int]]:
    found = remind(task, TIMES, reports, today, days)  # type: ignore[arg-type]
    return [] if found is None else [(one.level, one.cause, one.days) for one in found.reasons]


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2024, 12, 1), [("blue", "task_near", 30)]),  # 31 days of December: 30 left
        (date(2024, 11, 30), []),
        (date(2024, 12, 31), [("blue", "task_near", 0)]),  # the due day itself
        (date(2025, 1, 1), [("red", "task_over", 1)]),  # the day after
        (date(2026, 1, 1), [("red", "task_over", 366)]),
    ],
)
def test_a_task_is_near_for_thirty_days_and_overdue_from_the_day_after(
    today: date, expected: list[tuple[str, str, int]]
) -> None:
    assert (
        reasons(today, told(min(today, date(2024, 11, 30)), number=9), days=DAYS.model_copy(update={"report": 3660}))
        == expected
    )


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2023, 12, 1), ("blue", "milestone_near", 30)),
        (date(2023, 12, 31), ("blue", "milestone_near", 0)),
        (date(2024, 1, 1), ("yellow", "milestone_late", 1)),
        (date(2024, 1, 10), ("yellow", "milestone_late", 10)),  # the last day of the grace
        (date(2024, 1, 11), ("red", "milestone_over", 11)),
    ],
)
def test_a_milestone_is_near_then_behind_then_overdue(today: date, expected: tuple[str, str, int]) -> None:
    found = [one for one in reasons(today, told(date(2023, 6, 1)), task=WINDOWS) if one[1].startswith("milestone")]
    assert found == [expected]
    done = told(date(2023, 11, 1), done=[("rules", date(2023, 10, 31))])
    assert not [one for one in reasons(today, done, task=WINDOWS) if one[1].startswith("milestone")]


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2021, 1, 1), []),
        (date(2021, 12, 1), []),
        (date(2021, 12, 2), [("blue", "report_near", 30)]),  # due on 2022-01-01: 365 days after the first day
        (date(2022, 1, 1), [("blue", "report_near", 0)]),
        (date(2022, 1, 2), [("yellow", "report_missing", 1)]),
        (date(2022, 1, 11), [("yellow", "report_missing", 10)]),
        (date(2022, 1, 12), [("red", "report_missing", 11)]),
        (date(2020, 12, 31), []),  # before the plan
    ],
)
def test_the_first_report_is_missed(today: date, expected: list[tuple[str, str, int]]) -> None:
    assert reasons(today) == expected


def test_a_report_of_a_leap_day_is_due_again_on_the_last_of_february() -> None:
    last = told(date(2024, 2, 29))
    near = DAYS.model_copy(update={"near": 0})
    long = TIMES.model_copy(update={"end": 2026})

    def at(today: date) -> list[tuple[str, int]]:
        found = remind(PLAIN, long, [last], today, near)
        return [] if found is None else [(one.cause, one.days) for one in found.reasons]

    assert at(date(2025, 2, 27)) == []
    assert at(date(2025, 2, 28)) == [("report_near", 0)]  # 365 days later; 2025 has no 29 February
    assert at(date(2025, 3, 1)) == [("report_late", 1)]


def test_a_report_that_speaks_of_a_later_day_is_not_known_yet() -> None:
    assert reasons(date(2022, 1, 2), told(date(2022, 1, 3))) == [("yellow", "report_missing", 1)]


def test_the_share_of_time_counts_both_ends_and_the_leap_day() -> None:
    assert elapsed_share(TIMES, date(2020, 12, 31)) == 0
    assert elapsed_share(TIMES, date(2021, 1, 1)) == Fraction(1, 1461)
    assert elapsed_share(TIMES, date(2024, 2, 29)) == Fraction(365 * 3 + 60, 1461)
    assert elapsed_share(TIMES, date(2024, 12, 31)) == elapsed_share(TIMES, date(2030, 1, 1)) == 1
    assert elapsed_share(Timetable(start=2021, end=2021), date(2021, 7, 2)) == Fraction(183, 365)


@pytest.mark.parametrize(
    ("number", "is_behind"),
    # on 2022-12-31 730 of 1461 days are over: 400 × 730 ÷ 1461 = 199.863…
    [("199", True), ("200", False), ("400", False), ("0", True)],
)
def test_a_count_is_behind_below_the_share_of_time_exactly(number: str, is_behind: bool) -> None:
    today = date(2022, 12, 31)
    counted = told(
        today, counts=[("windows", number, today), ("checks", "1", date(2021, 5, 1)), ("checks", "1", today)]
    )
    below = [one for one in reasons(today, counted, task=WINDOWS) if one[1] == "count_below"]
    assert bool(below) is is_behind
    assert all(level == "yellow" for level, _, _ in below)


def test_a_goal_without_a_count_is_not_at_zero() -> None:
    assert not [
        one for one in reasons(date(2022, 12, 31), told(date(2022, 12, 1)), task=WINDOWS) if one[1] == "count_below"
    ]
    state = task_state(FILE, WINDOWS, (), date(2022, 12, 31))
    assert [(one.count, one.share, one.is_reached) for one in state.goals] == [(None, None, False)] * 2


def test_each_year_is_asked_for_by_itself() -> None:
    both = told(date(2022, 5, 1), counts=[("checks", "1", date(2022, 5, 1))])
    found = [one for one in reasons(date(2023, 12, 31), both, task=WINDOWS) if one[1].startswith("year")]
    assert found == [
        ("red", "year_over", 730),
        ("blue", "year_near", 0),
    ]  # 2021 is over for 365 × 2 days; 2023 ends today
    after = [one for one in reasons(date(2024, 1, 1), both, task=WINDOWS) if one[1].startswith("year")]
    assert after == [("red", "year_over", 731), ("red", "year_over", 1)]


def test_what_is_done_is_reminded_of_nothing() -> None:
    assert reasons(date(2030, 1, 1), told(date(2024, 12, 1), "done")) == []
    assert reasons(date(2030, 1, 1), told(date(2024, 12, 1), "failing"))[0][:2] == ("red", "task_over")


def test_a_reminder_is_of_its_gravest_reason_and_says_it_in_both_languages() -> None:
    today = date(2024, 12, 31)
    found = remind(WINDOWS, TIMES, [told(today, counts=[("windows", "399", today)])], today, DAYS)
    assert found is not None and found.level == "red"
    levels = [one.level for one in found.reasons]
    assert levels == sorted(levels, key=["red", "yellow", "blue"].index)
    below = next(one for one in found.reasons if one.cause == "count_below")
    assert below.zh == "示范窗口：399/400 个，低于时间进度（100.0%）"
    near = next(one for one in found.reasons if one.cause == "task_near")
    assert (near.zh, near.en) == ("应于 2024-12-31 前完成，今天到期", "to be done by 2024-12-31, due today")


def test_the_board_has_every_task_in_the_order_of_the_file_and_passes_other_plans_over() -> None:
    board = task_board(FILE, (), date(2021, 6, 1))
    assert [one.dossier for one in board] == ["p:plain", "p:windows"] == [dossier_of("p", one.id) for one in FILE.tasks]
    assert [one.state for one in board] == [None, None]
    assert [one.part.number for one in board] == ["（一）", "专栏2"]
