"""Scores of a self-rating, exact: what was reached against what was promised, and the points for it.

Rules (data/budget/scoring.yaml has the points and bands): a quantitative goal that is met has all of its points,
else actual ÷ goal of them (goal ÷ actual where less is better); a qualitative one has the stated percentage of
attainment; the budget has executed ÷ budgeted of its points, never more than all. What is not known has no score,
and is not 0: the total then lies between two numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from monitor.method.figures import Figure
from monitor.method.intervals import Interval, interval_of

from .models import LEVELS, Grade, Level, PerformanceTable, Scoring
from .values import SIGNS, Measure

Verdict = Literal["met", "not_met", "partly", "unjudged", "missing"]
ZERO = Fraction(0)


@dataclass(frozen=True)
class Scored:
    """Points of one row, exact; None where they cannot be told. `arithmetic`: how they came about."""

    verdict: Verdict
    score: Fraction | None
    points: Decimal
    arithmetic: str = ""

    @property
    def is_full(self) -> bool:
        """Whether nothing has to be explained."""
        return self.verdict == "met" and self.score == Fraction(self.points)


@dataclass(frozen=True)
class Total:
    """`low` to `high`: one number where every row has its score. `grade`: None where the ends have different ones."""

    low: Fraction
    high: Fraction
    grade: Grade | None

    @property
    def is_known(self) -> bool:
        return self.low == self.high


def shared_points(table: PerformanceTable, scoring: Scoring) -> tuple[Decimal, ...]:
    """Each row's points where nobody stated others: its level's, shared equally to 0.01, the rest to the first rows."""
    found: list[Decimal] = [Decimal(0)] * len(table.indicators)
    for level in LEVELS:
        places = [place for place, row in enumerate(table.indicators) if row.level == level]
        cents = int(scoring.points.of(level) * 100)
        for rank, place in enumerate(places):
            each, rest = divmod(cents, len(places))
            found[place] = Decimal(each + (rank < rest)) / 100
    return tuple(found)


def points_faults(
    table: PerformanceTable, scoring: Scoring, points: Sequence[Decimal]
) -> list[tuple[Level, Decimal, Decimal]]:
    """Levels whose rows have other points together than the level: level, theirs, what it should be."""
    found: list[tuple[Level, Decimal, Decimal]] = []
    for level in LEVELS:
        given = [one for one, row in zip(points, table.indicators, strict=True) if row.level == level]
        if given and sum(given) != scoring.points.of(level):
            found.append((level, sum(given, Decimal(0)), scoring.points.of(level)))
    return found


def score_measure(goal: Measure, actual: Figure | None, points: Decimal, scoring: Scoring) -> Scored:
    """A number against its goal; a bound is judged as the interval that it is."""
    if actual is None:
        return Scored("missing", None, points)
    target, known = Fraction(goal.number), interval_of(actual)
    comparator = goal.comparator or ("ge" if scoring.bare_number == "at_least" else "eq")
    said = f"{SIGNS[actual.comparator]}{_plain(actual.value)}"
    sign = {"ge": "≥", "le": "≤", "gt": ">", "lt": "<", "eq": "="}[comparator]
    wanted = f"{sign} {_plain(target)}"
    inside = _inside(known, comparator, target)
    if inside is None:
        return Scored("unjudged", None, points, f"[{said}] ∩ [{wanted}] ?")
    if inside:
        told = f"{said} {wanted}" if known.point is not None else f"[{said}] ⊆ [{wanted}]"
        return Scored("met", Fraction(points), points, f"{told} → {points:f}")
    value = known.point
    if value is None:
        return Scored("not_met", None, points, f"[{said}] ⊄ [{wanted}]")
    up = comparator in ("ge", "gt") or (comparator == "eq" and value < target)
    over, under = (value, target) if up else (target, value)
    share = min(over / under, Fraction(1)) if under > 0 else ZERO
    score = share * Fraction(points)
    return Scored("not_met", score, points, f"{_plain(over)} ÷ {_plain(under)} × {points:f} {_equals(score)}")


def score_word(percent: Decimal | None, word: str, points: Decimal, scoring: Scoring) -> Scored:
    """A qualitative goal: the percentage within the band of the word that was chosen."""
    if percent is None or not word:
        return Scored("missing", None, points)
    score = Fraction(percent) / 100 * Fraction(points)
    names = [one.word for one in scoring.attainment]
    verdict: Verdict = "not_met" if word == names[-1] else "met" if word == names[0] else "partly"
    return Scored(verdict, score, points, f"{percent:f}% × {points:f} {_equals(score)}")


def execution_rate(budget: Decimal | None, executed: Decimal | None) -> Fraction | None:
    """Executed ÷ budgeted; None where one of them is missing or nothing was budgeted."""
    if budget is None or executed is None or budget <= 0:
        return None
    return Fraction(executed) / Fraction(budget)


def score_execution(budget: Decimal | None, executed: Decimal | None, points: Decimal) -> Scored:
    """The rate's share of the points, never more than all of them."""
    rate = execution_rate(budget, executed)
    if rate is None:
        return Scored("missing", None, points)
    score = min(rate, Fraction(1)) * Fraction(points)
    text = f"{executed:f} ÷ {budget:f} {_equals(rate * 100)}%; × {points:f} {_equals(score)}"
    return Scored("met" if rate >= 1 else "not_met", score, points, text)


def total_of(rows: Sequence[Scored], scoring: Scoring) -> Total:
    """All rows together; a row without a score may have anything from nothing to all of its points."""
    low = sum((row.score if row.score is not None else ZERO for row in rows), ZERO)
    open_points = sum((Fraction(row.points) for row in rows if row.score is None), ZERO)
    high = low + open_points
    grades = {grade_of(low, scoring), grade_of(high, scoring)}
    return Total(low, high, grades.pop() if len(grades) == 1 else None)


def grade_of(score: Fraction, scoring: Scoring) -> Grade:
    return next(one for one in scoring.grades if score >= Fraction(one.at_least))


def two_places(number: Fraction) -> str:
    """For people: rounded half up to 0.01, after everything has been compared."""
    cents = (number * 100 + Fraction(1, 2)).__floor__()
    return f"{Decimal(cents) / 100:.2f}"


def _inside(known: Interval, comparator: str, target: Fraction) -> bool | None:
    """Whether all of the interval keeps what the comparator asks (True), nothing of it (False), or who knows (None)."""
    low, high = known.low, known.high
    if comparator in ("ge", "gt"):
        strict = comparator == "gt"
        if low is not None and (low > target or (low == target and (not strict or known.low_open))):
            return True
        if high is not None and (high < target or (high == target and (strict or known.high_open))):
            return False
        return None
    if comparator in ("le", "lt"):
        flipped = {"le": "ge", "lt": "gt"}[comparator]
        return _inside(-known, flipped, -target)
    if known.point is not None:
        return known.point == target
    return False if known.is_above(target) or known.is_below(target) else None


def _plain(number: Fraction) -> str:
    """A number as far as it goes within four places, else ≈."""
    scaled = number * 10**4
    text = f"{Decimal(round(scaled)).scaleb(-4):f}".rstrip("0").rstrip(".")
    return (text or "0") if scaled.denominator == 1 else f"≈{text}"


def _equals(number: Fraction) -> str:
    text = _plain(number)
    return f"≈ {text[1:]}" if text.startswith("≈") else f"= {text}"
