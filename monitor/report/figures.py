"""Judged figures as the pages use them: rows of the scorecard, picked and grouped, in no language.

The scorecard never carries a figure forward; `latest` picks, for each indicator in each region, the last
period that has one (interface.md, Scorecard).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Literal, get_args

import pandas as pd

from monitor.catalogue.periods import Period, parse_period

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


def _number(value: Any) -> float | None:
    if value is None or value == "" or pd.isna(value):
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def _text(value: Any) -> str:
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else str(value)


def figure_of(row: Mapping[str, Any]) -> Figure:
    """One scorecard row as a Figure."""
    year = _number(row["projected_year"])
    read: dict[str, Any] = {
        "period": parse_period(str(row["period"])),
        "projected_year": None if year is None else int(year),
        "class_": _text(row["class"]),
        "reasons": tuple(part for part in _text(row["reason"]).split(";") if part),
        "synthetic": bool(row["synthetic"]),
        "partial": bool(row["partial"]),
    }
    for field in fields(Figure):
        if field.name not in read:
            read[field.name] = (_text if field.type == "str" else _number)(row[field.name])
    return Figure(**read)


def figures(frame: pd.DataFrame) -> Iterator[Figure]:
    for row in frame.to_dict("records"):
        yield figure_of({str(key): value for key, value in row.items()})


def with_order(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with `order` (sorts periods by end, then length) and `kind` (year, half, quarter, month)."""
    periods = {code: parse_period(code) for code in frame["period"].unique()}
    return frame.assign(
        order=frame["period"].map({code: p.index * 100 + p.months for code, p in periods.items()}),
        kind=frame["period"].map({code: p.kind for code, p in periods.items()}),
    )


def latest(frame: pd.DataFrame) -> pd.DataFrame:
    """One row for each region and indicator: the last period with a value, else the last period there is."""
    ordered = with_order(frame).assign(filled=frame["value"].notna()).sort_values(["filled", "order"], kind="stable")
    return ordered.groupby(["region_code", "indicator_id"], sort=False).tail(1)


def previous(frame: pd.DataFrame, figure: Figure) -> Figure | None:
    """The figure of the last earlier period of the same length, of the same indicator and region."""
    mine = frame[(frame["indicator_id"] == figure.indicator_id) & (frame["region_code"] == figure.region_code)]
    if mine.empty:
        return None
    mine = with_order(mine)
    earlier = mine[(mine["order"] < figure.period.index * 100 + figure.period.months) & mine["value"].notna()]
    earlier = earlier[earlier["kind"] == figure.period.kind].sort_values("order")
    return next(figures(earlier.tail(1)), None)


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
