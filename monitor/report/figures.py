"""Judged figures as the pages use them: rows of the scorecard and the groups their classes fall into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from monitor.catalogue.periods import Period

Group = Literal["lag", "near", "open", "good"]
GROUPS: tuple[Group, ...] = get_args(Group)

# methods.md section 5; worst first within its group
_CLASSES: Mapping[str, Group] = {
    "missed": "lag",
    "breached": "lag",
    "below_baseline": "lag",
    "slipped": "lag",
    "behind": "lag",
    "nearly": "near",
    "not_assessable": "open",
    "no_data": "open",
    "judged": "open",
    "on_schedule": "good",
    "ahead": "good",
    "held": "good",
    "achieved": "good",
}
CLASSES = tuple(_CLASSES)
_SEVERITY = {name: rank for rank, name in enumerate(CLASSES)}


def group_of(class_: str) -> Group:
    """The card a class is counted on; a class this table does not know is open, never good."""
    return _CLASSES.get(class_, "open")


def severity(class_: str) -> int:
    """Rank of a class, worst (0) first."""
    return _SEVERITY.get(class_, _SEVERITY["no_data"])


@dataclass(frozen=True)
class Figure:
    """One row of the scorecard (interface.md). Numbers are None where the scorecard is empty."""

    indicator_id: str
    region_code: str
    region_name: str
    period: Period
    vintage: str
    value: float | None
    comparator: str
    numerator: float | None
    denominator: float | None
    unit: str
    baseline: float | None
    baseline_printed: str
    target: float | None
    target_printed: str
    rule: str
    progress_share: float | None
    time_share: float | None
    schedule_gap_pp: float | None
    target_gap: float | None
    numerator_gap: float | None
    pace_per_year: float | None
    required_per_year: float | None
    projected_value: float | None
    projected_year: int | None
    class_: str
    reasons: tuple[str, ...]
    first_failing_period: str
    coverage: float | None
    conclusion: str
    synthetic: bool
    certainty: str
    partial: bool
    met_period: str
    outlook: str
    aggregated_value: float | None

    @property
    def group(self) -> Group:
        return group_of(self.class_)

    @property
    def has_value(self) -> bool:
        return self.value is not None


@dataclass(frozen=True)
class Source:
    """Where one figure came from: the visible observation behind it."""

    source: str | None
    published_on: date | None
    note: str | None
    grade: str | None
    submission_id: int
    revision: int
    accepted_at: datetime | None
    estimated: bool
    synthetic: bool


def worst_first(found: Iterable[Figure], binding: frozenset[str], number: Mapping[str, int]) -> list[Figure]:
    """Lagging, then nearly, then open, then good; binding indicators first in each, then by severity and gap."""

    def key(figure: Figure) -> tuple[int, bool, int, float, int]:
        gap = figure.schedule_gap_pp if figure.schedule_gap_pp is not None else 0.0
        return (
            GROUPS.index(figure.group),
            figure.indicator_id not in binding,
            severity(figure.class_),
            gap,
            number[figure.indicator_id],
        )

    return sorted(found, key=key)
