"""What the last years' pace leads to by the target year; an outlook, never data (methods.md section 3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .bounds import EQ, against_target, is_open, one_of
from .cells import Cells, Ints
from .exact import Exact, Floats, Mask, larger, pick, smaller

FIGURES_AT_MOST = 4


@dataclass(frozen=True)
class Outlook:
    """`projected_year` is 0 and `outlook` empty where there is none.

    `low`, `high`: ends of the interval at the target year; `last_year`, `last`: the figure that the line starts from.
    """

    projected_value: Floats
    projected_year: Ints
    outlook: npt.NDArray[np.str_]
    low: Floats
    high: Floats
    last_year: Ints
    last: Floats


def project(cells: Cells) -> Outlook:
    """The straight line through the last two to four year figures of the definition in force, carried to `T`.

    pace = (last − first) ÷ years between; the interval carries the smallest and the largest yearly
    step instead. `likely`, `possible`, `unlikely` = the interval wholly meets, straddles, wholly
    misses the target. For `reach` alone, and empty when t ≥ T.
    """
    asked = one_of(cells.rule, "reach", "share") & (cells.t < cells.end)
    points = _last_years(cells)
    years, values = [year for year, _ in points], [value for _, value in points]
    count = np.sum([value.known for value in values], axis=0) if values else np.zeros(cells.size, dtype=np.int64)
    asked &= count >= 2
    if not asked.any():
        return _none(cells.size)

    last, last_year = values[0], years[0]
    oldest = (count - 1).astype(np.intp)
    first, first_year = pick(values, oldest), np.choose(oldest.clip(0), years)
    pace = (last - first) / _column(last_year - first_year)
    low = high = None
    for newer in range(len(points) - 1):
        step = (values[newer] - values[newer + 1]) / _column(years[newer] - years[newer + 1])
        low = step if low is None else smaller(low, step)
        high = step if high is None else larger(high, step)
    assert low is not None and high is not None

    left = cells.end - _column(last_year)
    several = asked & (count >= 3)
    projected = (last + pace * left).only(asked)
    bottom, top = (last + low * left).only(several), (last + high * left).only(several)
    return Outlook(
        projected.floats(),
        np.where(asked, _meeting_year(cells, last, last_year, pace), 0),
        _words(cells, bottom, top, several),
        bottom.floats(),
        top.floats(),
        np.where(asked, last_year, 0),
        last.only(asked).floats(),
    )


def _last_years(cells: Cells) -> list[tuple[Ints, Exact]]:
    """The last figures, newest first, at most four: their years and values, unknown where a row has fewer."""
    usable = [
        (column.year, column.v.only(column.year >= cells.break_year))
        for column in sorted(cells.years, key=lambda column: -column.year)
    ]
    if not usable:
        return []
    known = np.stack([value.known for _, value in usable])
    order = np.cumsum(known, axis=0)
    points = []
    for place in range(1, min(FIGURES_AT_MOST, len(usable)) + 1):
        hit = known & (order == place)
        index = np.where(hit.any(axis=0), hit.argmax(axis=0), -1).astype(np.intp)
        years = np.array([year for year, _ in usable])[np.maximum(index, 0)]
        points.append((years.astype(np.int64), pick([value for _, value in usable], index)))
    return points


def _meeting_year(cells: Cells, last: Exact, last_year: Ints, pace: Exact) -> Ints:
    """The first whole year after the last figure whose projection meets the target, 0 if never.

    It is the last figure's own year if that meets it as for its class, with all of its interval; the
    line starts from its number.
    """
    point = np.zeros(cells.size, dtype=np.int8)
    steps = (cells.g - last) / pace
    strict = is_open(cells.g_comparator)
    at_line = np.maximum(np.where(strict, steps.floor() + 1, steps.ceiling()), 1)
    next_year, _ = against_target(last + pace, point, cells.g, cells.g_comparator)
    waiting = np.where(next_year, 1, at_line)
    there, _ = against_target(last + pace * _column(waiting), point, cells.g, cells.g_comparator)
    years = np.where(there, last_year + waiting, 0).astype(np.int64)
    return np.where(_met_in(cells, last_year), last_year, years)


def _met_in(cells: Cells, year: Ints) -> Mask:
    """Whether the figure of that year certainly meets the target."""
    met = np.zeros(cells.size, dtype=bool)
    for column in cells.years:
        inside, _ = against_target(column.v, column.comparator, cells.g, cells.g_comparator)
        met |= inside & (year == column.year)
    return met


def _words(cells: Cells, bottom: Exact, top: Exact, several: Mask) -> npt.NDArray[np.str_]:
    point = np.zeros(cells.size, dtype=np.int8)
    low_in, _ = against_target(bottom, point, cells.g, cells.g_comparator)
    high_in, _ = against_target(top, point, cells.g, cells.g_comparator)
    between = (cells.g_comparator == EQ) & (bottom <= cells.g) & (cells.g <= top)
    words = np.select([low_in & high_in, low_in | high_in | between], ["likely", "possible"], "unlikely")
    return np.where(several, words, "")


def _column(years: Ints) -> Exact:
    return Exact(years, np.ones(len(years), dtype=np.int64), np.ones(len(years), dtype=bool))


def _none(size: int) -> Outlook:
    empty = np.full(size, np.nan)
    none = np.zeros(size, dtype=np.int64)
    return Outlook(empty, none, np.full(size, "", dtype="U8"), empty, empty, none, empty)
