"""How the units behave: who sends what when, and what becomes of it.

Chance is drawn from the (unit, period) alone. Sums over the units equal the published figures once every revision is
in: what is late, missing, returned or waiting lies where nothing was published, or has a flash figure before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from monitor.catalogue.periods import Period

from .amounts import Ingredients
from .numbers import spread, uniform, whole
from .rows import SentRow

Outcome = Literal["accepted", "submitted", "returned", "withdrawn"]
Story = Literal[
    "on_time", "late", "never", "returned", "restated", "questioned",
    "waiting", "still_returned", "restatement_waiting", "withdrawn",
]  # fmt: skip

LAST_QUARTER = "2025-Q4"

# A quarter that its unit never sent; no year ends here, so no published figure misses it.
NEVER_SENT = frozenset({
    ("540000", "2021-Q1"), ("660000", "2021-Q2"), ("540000", "2022-Q1"), ("630000", "2022-Q3"),
    ("460000", "2023-Q1"), ("220000", "2024-Q2"), ("660000", "2025-Q3"), ("540000", LAST_QUARTER),
})  # fmt: skip

_TOLD: Mapping[tuple[str, str], Story] = {
    ("640000", LAST_QUARTER): "waiting",
    ("460000", LAST_QUARTER): "waiting",
    ("610000", LAST_QUARTER): "waiting",
    ("230000", LAST_QUARTER): "waiting",
    ("220000", LAST_QUARTER): "still_returned",
    ("530000", LAST_QUARTER): "still_returned",
    ("620000", LAST_QUARTER): "restatement_waiting",
    ("350000", LAST_QUARTER): "restatement_waiting",
    ("150000", LAST_QUARTER): "withdrawn",
    ("360000", "2024-Q1"): "questioned",
    ("520000", "2023-Q3"): "questioned",
    ("210000", "2025-Q2"): "questioned",
    ("450000", "2022-Q4"): "restated",
    ("370000", "2023-Q4"): "restated",
    ("430000", "2024-Q4"): "restated",
    ("140000", "2021-Q4"): "returned",
    ("510000", "2025-Q1"): "returned",
}

# Chances of a quarter after 2020, cumulative; the rest is sent on time and accepted.
_CHANCES: tuple[tuple[float, Story], ...] = ((0.07, "late"), (0.105, "returned"), (0.13, "restated"))


@dataclass(frozen=True)
class Sending:
    """One sending by a unit. Times are UTC. `number` counts the sendings of one (unit, period, vintage) from 1.

    `reason`: the reviewer's words when returned; `explanation`: the unit's own, empty when it gives none.
    """

    unit: str
    period: str
    vintage: str
    number: int
    due_on: date
    received_at: datetime
    outcome: Outcome
    decided_at: datetime | None
    reason: str
    explanation: str
    rows: tuple[SentRow, ...]

    @property
    def late_days(self) -> int:
        """Days after the due date, 0 when in time."""
        return max(0, (self.received_at.date() - self.due_on).days)


def story_of(unit: str, period: Period) -> Story:
    """What happens to a unit's sending of a period."""
    key = (unit, period.code)
    if key in NEVER_SENT:
        return "never"
    if key in _TOLD:
        return _TOLD[key]
    if period.kind == "year" or period.year < 2021 or period.code == LAST_QUARTER:
        return "late" if uniform("late", *key) < 0.06 else "on_time"
    draw = uniform("story", *key)
    return next((story for chance, story in _CHANCES if draw < chance), "on_time")


def due_on(period: Period, vintage: str = "reported") -> date:
    """The last day in time: quarters 20 days after their end (the year's last 30), flash figures 10, years 200."""
    if vintage == "flash":
        days = 10
    elif period.kind == "year":
        days = 200
    else:
        days = 30 if period.index % 12 == 0 else 20
    return period.end + timedelta(days=days)


def moment(day: date, *key: object) -> datetime:
    """A minute of the working day (09:00–17:00 in Shanghai) that belongs to the key, in UTC."""
    minutes = whole(60, 540, "minute", *key)
    return datetime.combine(day, time(0, 0), UTC) + timedelta(minutes=minutes)


def received(period: Period, unit: str, *, late: bool, vintage: str = "reported") -> datetime:
    """When a first sending comes in: 1–9 days before the due date, or 2–24 after it."""
    key = (unit, period.code, vintage)
    days = whole(2, 24, "late", *key) if late else -whole(1, 9, "early", *key)
    return moment(due_on(period, vintage) + timedelta(days=days), *key)


def after(start: datetime, low: int, high: int, *key: object) -> datetime:
    """A working minute `low` to `high` days after `start`."""
    return moment(start.date() + timedelta(days=whole(low, high, "after", *key)), "after", *key)


def answer(unit: str, period: str) -> str:
    """What the unit says when a check asks about its figures."""
    return _ANSWERS[whole(0, len(_ANSWERS) - 1, "answer", unit, period)]


_ANSWERS = (
    "经核实数据无误，变动系集中清理重复参保登记所致（模拟）",
    "经与结算系统核对无误，系年中调整待遇政策所致（模拟）",
    "经核实数据无误，系费用清算集中入账，下期将恢复平稳（模拟）",
    "已逐项复核，数据属实，变动原因为统计口径内机构增减（模拟）",
)

# What units got wrong in figures that now wait for review, unexplained: (series, share of the right amount).
ODD: Mapping[str, tuple[str, float]] = {
    "640000": ("resident_inpatient_payment_share/numerator", 0.9),
    "460000": ("fund_income_employee", 0.5),
    "610000": ("due_to_enrol", 1.04),
}


def odd(figures: Ingredients, unit: str, period: Period) -> dict[str, int]:
    """The ingredient that the unit got wrong, as it sent it."""
    quarter = (period.index - 1) % 12 // 3 + 1
    series, share = ODD[unit]
    return {series: round(figures[series, unit, period.year, quarter] * share)}


def stale_counts(figures: Ingredients, unit: str, period: Period) -> dict[str, int]:
    """Last quarter's numbers of kinds, sent again by mistake."""
    before = period.previous()
    quarter = (before.index - 1) % 12 // 3 + 1
    counts = ("procured_drugs", "procured_consumables")
    found = {series: figures.get((series, unit, before.year, quarter)) for series in counts}
    return {series: amount for series, amount in found.items() if amount is not None}


def unsettled(figures: Ingredients, unit: str, period: Period, series: tuple[str, ...]) -> dict[str, int]:
    """Amounts before the final settlement: each 0.3–1.3 % below what it will be."""
    quarter = (period.index - 1) % 12 // 3 + 1
    share = 0.992 + spread(0.005, "unsettled", unit, period.code)
    found = {name: figures.get((name, unit, period.year, quarter)) for name in series}
    return {name: round(amount * share) for name, amount in found.items() if amount is not None}


# What a settlement may still move. Flash figures move only where the nation published no figure of the year.
SETTLED = (
    "fund_income_employee", "fund_income_resident", "fund_expenditure_employee", "fund_expenditure_resident",
    "drug_platform_share/numerator",
)  # fmt: skip
UNPUBLISHED = (
    "medical_aid_share/numerator", "drg_dip_payment_share/numerator", "drug_platform_share/numerator",
    "consumables_platform_share/numerator",
)  # fmt: skip
