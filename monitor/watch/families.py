"""Short ways to write a family of measures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

Labels = tuple[str, ...]
Values = Sequence[tuple[Labels, float]]
"""With the text of each label."""


def gauge(name: str, told: str, value: float | None) -> Metric:
    """One value; without any where there is none."""
    return gauges(name, told, (), [] if value is None else [((), value)])


def gauges(name: str, told: str, labels: Labels, values: Values) -> Metric:
    """A value for each combination of labels."""
    family = GaugeMetricFamily(name, told, labels=labels)
    for of, value in values:
        family.add_metric(of, value)
    return family


def counters(name: str, told: str, labels: Labels, values: Values) -> Metric:
    """As `gauges`, of what only grows; `_total` is put after the name."""
    family = CounterMetricFamily(name, told, labels=labels)
    for of, value in values:
        family.add_metric(of, value)
    return family


def all_of(found: Mapping[str, float], names: Iterable[str]) -> Values:
    """`found` by its one label, with 0 for each of the names that is not in it, so that what may come is there."""
    return [((name,), found.get(name, 0)) for name in dict.fromkeys([*names, *found])]


def moment(at: datetime | None) -> float | None:
    """Naive UTC as seconds since 1970."""
    return None if at is None else at.replace(tzinfo=UTC).timestamp()
