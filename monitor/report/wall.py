"""The wall's answer: which slides a meeting room is shown, and what the one asked for needs.

The slides follow from the overview: the table, the map, each lagging indicator, who has not reported, what changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from monitor.catalogue.periods import Period

from .indicator import IndicatorAnswer, indicator_answer
from .matrix import Ask, Line, gap_of, matrix
from .overview import Overview, overview

if TYPE_CHECKING:
    from .desk import Desk

SlideKind = Literal["table", "map", "indicator", "missing", "changes"]
SECONDS = 20
_LEAST, _MOST = 5, 600
UNITS_SHOWN = 16


@dataclass(frozen=True)
class Slide:
    kind: SlideKind
    indicator: str = ""  # its id, of a slide of one indicator


@dataclass(frozen=True)
class Wall:
    """`number` counts from 1. `indicator`: of a slide of one indicator. `units`: those that lag most, in that indicator
    or in all of them, the worst first; `lagging`: how many there are; `level`: how many of those that are not shown lag
    as much as the last that is."""

    overview: Overview
    slides: tuple[Slide, ...]
    number: int
    seconds: int
    indicator: IndicatorAnswer | None
    units: tuple[Line, ...]
    lagging: int
    level: int

    @property
    def slide(self) -> Slide:
        return self.slides[self.number - 1]

    @property
    def next(self) -> int:
        return self.number % len(self.slides) + 1

    @property
    def previous(self) -> int:
        return (self.number - 2) % len(self.slides) + 1


def slides_of(answer: Overview) -> tuple[Slide, ...]:
    """At least the table, so that there is always something on the wall."""
    found = [Slide("table")]
    if answer.units:
        found.append(Slide("map"))
    found += [Slide("indicator", entry.indicator.id) for entry in answer.entries if entry.figure.group == "lag"]
    if answer.reporting is not None:
        found.append(Slide("missing"))
    if answer.changes:
        found.append(Slide("changes"))
    return tuple(found)


def slide_number(asked: str | None, count: int) -> int:
    """The slide asked for, counted from 1; round and round, so that a wall goes on when there are fewer than before."""
    number = int(asked) if asked is not None and asked.isdecimal() and len(asked) < 6 else 1
    return (number - 1) % count + 1


def seconds_of(asked: str | None) -> int:
    """How long a slide stays, within reason."""
    number = int(asked) if asked is not None and asked.isdecimal() and len(asked) < 6 else SECONDS
    return min(_MOST, max(_LEAST, number))


def wall(
    desk: Desk,
    *,
    plan: str | None = None,
    period: Period | None = None,
    as_of: datetime | None = None,
    slide: str | None = None,
    seconds: str | None = None,
) -> Wall:
    """One slide of the plan's wall as of T. Raises QuestionError for an unknown plan."""
    answer = overview(desk, plan=plan, period=period, as_of=as_of)
    found = slides_of(answer)
    number = slide_number(slide, len(found))
    shown = found[number - 1]
    indicator: IndicatorAnswer | None = None
    lines: tuple[Line, ...] = ()
    if shown.kind == "map":
        units = matrix(desk, plan=plan, period=period, as_of=as_of, ask=Ask(sort="lag")).units
        lines = tuple(line for line in units if line.lagging)
    if shown.kind == "indicator":
        indicator = indicator_answer(desk, shown.indicator, plan=plan, region=None, period=period, as_of=as_of)
        units = matrix(desk, plan=plan, period=period, as_of=as_of, ask=Ask(sort=shown.indicator, show="gap")).units
        lines = tuple(line for line in units if (row := line.figures[shown.indicator]) and row.group == "lag")
    level = _level(lines, shown.indicator)
    return Wall(answer, found, number, seconds_of(seconds), indicator, lines[:UNITS_SHOWN], len(lines), level)


def _level(lines: tuple[Line, ...], indicator: str) -> int:
    """How many beyond those shown lag as much as the last shown; `indicator`: its id, or "" for all of them."""

    def lag(line: Line) -> float | None:
        figure = line.figures.get(indicator)
        return gap_of(figure) if indicator else float(line.lagging)

    rest = lines[UNITS_SHOWN:]
    return sum(lag(line) == lag(lines[UNITS_SHOWN - 1]) for line in rest) if rest else 0
