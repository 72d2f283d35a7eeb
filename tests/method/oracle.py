"""A second, slow judge, written from methods.md alone: one cell at a time, plain Fractions, 60-digit powers.

It shares no code with monitor/method. Intervals are real intervals; an end that is open or infinite is
looked at through a probe just inside it. Empty results are None for numbers and "" for texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import pairwise

DIGITS = 60
TIE = Decimal("1e-45")
HAIR, FAR = Fraction(1, 10**30), Fraction(10**30)


@dataclass(frozen=True)
class Fig:
    """A figure in the indicator's unit; the parts as they were sent."""

    value: Fraction
    comparator: str = "eq"
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    synthetic: bool = False
    partial: bool = False


@dataclass(frozen=True)
class Case:
    """One cell. `rule`: reach, hold, band, judge, share (region share of each_region) or none (context).

    `t`, `t0`, `end` in years. `years`: the row's year figures ending at or before `t`, evidence years
    included. `breaks`: (year in which the break's period ends, its end in years). `path`: the official
    table's own points.
    """

    rule: str
    direction: str
    t: Fraction
    code: str
    t0: int
    end: int
    g: Fraction | None = None
    comparator: str = "ge"
    base: Fig | None = None
    figure: Fig | None = None
    absence: str = ""
    years: Mapping[int, Fig] = field(default_factory=dict)
    path: Mapping[int, Fraction] | None = None
    percent_drop: bool = False
    tolerance: Fraction = Fraction(1)
    factor: Fraction = Fraction(100)
    breaks: tuple[tuple[int, Fraction], ...] = ()
    limit: Fraction | None = None
    start_year: int = 2021
    end_year: int = 2025
    ahead: Fraction = Fraction(6, 5)
    near: Fraction = Fraction(4, 5)

    @property
    def d(self) -> int:
        return {"up": 1, "down": -1, "none": 0}[self.direction]


@dataclass(frozen=True)
class Result:
    """What the oracle says of one cell; shares that need logarithms are Decimals."""

    class_: str
    reason: str = ""
    first_failing: str = ""
    met: str = ""
    p: Fraction | Decimal | None = None
    s: Fraction | None = None
    target_gap: Fraction | None = None
    numerator_gap: Fraction | None = None
    pace: Fraction | None = None
    required: Fraction | Decimal | None = None
    projected_value: Fraction | None = None
    projected_year: int | None = None
    outlook: str = ""
    certainty: str = ""


# Intervals: (low, low is open, high, high is open), None for an infinite end.
Interval = tuple[Fraction | None, bool, Fraction | None, bool]


def interval(value: Fraction, comparator: str) -> Interval:
    """All numbers that `comparator value` allows; `approx` is the point."""
    return {
        "eq": (value, False, value, False),
        "approx": (value, False, value, False),
        "ge": (value, False, None, True),
        "gt": (value, True, None, True),
        "le": (None, True, value, False),
        "lt": (None, True, value, True),
    }[comparator]


def _reaches(low: Fraction | None, low_open: bool, high: Fraction | None, high_open: bool) -> bool:
    """Whether something lies at or above `low` and at or below `high`."""
    if low is None or high is None:
        return True
    return low < high or (low == high and not low_open and not high_open)


def disjoint(a: Interval, b: Interval) -> bool:
    return not (_reaches(a[0], a[1], b[2], b[3]) and _reaches(b[0], b[1], a[2], a[3]))


def within(a: Interval, b: Interval) -> bool:
    def end_inside(mine: Fraction | None, mine_open: bool, other: Fraction | None, other_open: bool, sign: int) -> bool:
        if other is None:
            return True
        if mine is None:
            return False
        return sign * (mine - other) > 0 or (mine == other and (mine_open or not other_open))

    return end_inside(a[0], a[1], b[0], b[1], 1) and end_inside(a[2], a[3], b[2], b[3], -1)


def stands(figure: Fig, allowed: Interval) -> str:
    """`in`, `out` or `straddles`."""
    mine = interval(figure.value, figure.comparator)
    return "in" if within(mine, allowed) else "out" if disjoint(mine, allowed) else "straddles"


def probes(figure: Fig) -> tuple[Fraction, ...]:
    """The two ends of the figure's interval, an open or infinite one seen from just inside."""
    low, low_open, high, high_open = interval(figure.value, figure.comparator)
    first = (-FAR if low is None else low) + (HAIR if low_open else 0)
    last = (FAR if high is None else high) - (HAIR if high_open else 0)
    return (first,) if first == last else (first, last)


# Powers and logarithms to 60 digits, nearly equal ones counted as equal.


def _decimal(value: Fraction | Decimal) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(value.numerator) / Decimal(value.denominator)


def compare(left: Fraction | Decimal, right: Fraction | Decimal) -> int:
    """The sign of left − right."""
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return (left > right) - (left < right)
    with localcontext() as context:
        context.prec = DIGITS
        a, b = _decimal(left), _decimal(right)
        if abs(a - b) <= TIE * max(abs(a), abs(b), Decimal(1)):
            return 0
        return 1 if a > b else -1


def power(base: Fraction, exponent: Fraction) -> Decimal:
    with localcontext() as context:
        context.prec = DIGITS
        if base == 0:
            return Decimal(0)
        return (_decimal(base).ln() * _decimal(exponent)).exp()


def drop_share(v: Fraction, g: Fraction) -> Decimal | None:
    """ln(1 − v/100) ÷ ln(1 − g/100), None from a drop of 100% on."""
    if v >= 100:
        return None
    with localcontext() as context:
        context.prec = DIGITS
        return _decimal(1 - v / 100).ln() / _decimal(1 - g / 100).ln()


# Section 3


def target_interval(case: Case) -> Interval | None:
    if case.rule == "share":
        return interval(Fraction(100), "ge")
    if case.rule == "band":
        centre = case.g if case.g is not None else case.base.value if case.base else None
        return None if centre is None else (centre - case.tolerance, False, centre + case.tolerance, False)
    return interval(case.g, case.comparator) if case.rule in ("reach", "hold") and case.g is not None else None


def goal(case: Case) -> Fraction | None:
    return Fraction(100) if case.rule == "share" else case.g


def share_at(case: Case, x: Fraction) -> Fraction | Decimal | None:
    """p for the value x, None where it is empty."""
    b, g = case.base, case.g
    if case.rule not in ("reach", "hold") or b is None or g is None or b.value == g:
        return None
    if stands(Fig(b.value), interval(g, case.comparator)) == "in":
        return None
    if case.percent_drop:
        return drop_share(x, g)
    return (x - b.value) / (g - b.value)


def full_path(case: Case) -> list[tuple[int, Fraction]] | None:
    """From b at t0, else from its first point, through its points to g at T."""
    if case.path is None or case.g is None or case.rule == "share":
        return None
    points = {year: value for year, value in case.path.items() if year < case.end}
    if case.base is not None:
        points = {year: value for year, value in points.items() if year > case.t0} | {case.t0: case.base.value}
    return sorted((points | {case.end: case.g}).items())


def path_at(points: list[tuple[int, Fraction]], t: Fraction) -> Fraction | None:
    if t < points[0][0]:
        return None
    for (year, value), (next_year, next_value) in pairwise(points):
        if year <= t <= next_year:
            return value + (next_value - value) * (t - year) / (next_year - year)
    return points[-1][1]


def time_share(case: Case) -> Fraction | None:
    points = full_path(case)
    if points is None:
        return (case.t - case.t0) / (case.end - case.t0) if case.end != case.t0 else None
    now = path_at(points, case.t)
    if case.base is None or case.g is None or case.g == case.base.value or now is None:
        return None
    return (now - case.base.value) / (case.g - case.base.value)


def at_least(p: Fraction | Decimal, factor: Fraction, s: Fraction) -> bool:
    return compare(p, factor * s) >= 0


def schedule_class(case: Case, x: Fraction) -> str:
    """Rows 9–14 for the value x."""
    d, b, g = case.d, case.base, case.g
    assert g is not None
    s = time_share(case)
    points = full_path(case)
    p = share_at(case, x)
    if points is not None:
        now, later = path_at(points, case.t), path_at(points, case.t + 1)
        assert now is not None and later is not None
        if d * x >= d * later:
            return "ahead"
        if d * x >= d * now:
            return "on_schedule"
        positive = p is not None and s is not None and p > 0 and s > 0
        return "nearly" if positive and at_least(p, case.near, s) else "behind"  # type: ignore[arg-type]
    assert b is not None and s is not None
    if d * x < d * b.value:
        return "below_baseline"
    if b.value == g:
        return "behind"
    if p is None:
        return "ahead" if case.percent_drop and x >= 100 else "behind"
    return by_shares(case, p, s)


def by_shares(case: Case, p: Fraction | Decimal, s: Fraction) -> str:
    if at_least(p, case.ahead, s) and compare(p, s) > 0:
        return "ahead"
    if at_least(p, Fraction(1), s):
        return "on_schedule"
    return "nearly" if at_least(p, case.near, s) else "behind"


def plan_years_met(case: Case, allowed: Interval) -> list[int]:
    """Earlier years of the plan in which the target was certainly met."""
    return [
        year
        for year, figure in sorted(case.years.items())
        if case.start_year <= year <= case.end_year and year < case.t and stands(figure, allowed) == "in"
    ]


def linear_class(case: Case) -> Result:
    """Section 5, in its order; only class, reason and the two periods are filled in."""
    if case.rule == "judge":
        return Result("judged")
    if case.figure is None:
        return Result("no_data", case.absence)
    if case.rule == "none":
        return Result("")
    allowed = target_interval(case)
    if case.rule in ("hold", "band"):
        return _kept(case, case.figure, allowed)
    assert allowed is not None
    position = stands(case.figure, allowed)
    if position == "straddles":
        return Result("not_assessable", "bound_straddles_target")
    if position == "in":
        return Result("achieved")
    met = [str(year) for year in plan_years_met(case, allowed)]
    if met and case.t < case.end:
        return Result("slipped", met=met[-1])
    if case.t >= case.end:
        return Result("missed", met=met[-1] if met else "")
    return _on_the_way(case, case.figure)


def _on_the_way(case: Case, figure: Fig) -> Result:
    if case.rule == "share":
        s = time_share(case)
        assert s is not None
        return Result(by_shares(case, figure.value / 100, s))
    points = full_path(case)
    if points is not None and path_at(points, case.t) is None:
        return Result("not_assessable", "before_path")
    if points is None and case.base is None:
        return Result("not_assessable", "no_baseline")
    found = {schedule_class(case, x) for x in probes(figure)}
    return Result(found.pop()) if len(found) == 1 else Result("not_assessable", "bound_straddles_class")


def _kept(case: Case, figure: Fig, allowed: Interval | None) -> Result:
    ended = [year for year in range(case.start_year, case.end_year + 1) if year <= case.t]
    lacking = [str(year) for year in ended if year not in case.years]
    gaps = ["years_without_figure:" + ",".join(lacking)] if lacking else []
    if allowed is None:
        return Result("not_assessable", ";".join(["no_baseline", *gaps]))
    looked_at = [(str(year), fig) for year, fig in sorted(case.years.items()) if year >= case.start_year]
    looked_at.append((case.code, figure))
    positions = [(code, stands(fig, allowed)) for code, fig in looked_at]
    failing = [code for code, position in positions if position == "out"]
    if failing:
        return Result("breached", ";".join(gaps), first_failing=failing[0])
    if any(position == "straddles" for _, position in positions):
        return Result("not_assessable", ";".join(["bound_straddles_target", *gaps]))
    return Result("held", ";".join(gaps))


def target_gap(case: Case) -> Fraction | None:
    allowed, figure = target_interval(case), case.figure
    if figure is None or allowed is None:
        return None
    if case.rule == "band":
        low, high = allowed[0], allowed[2]
        assert low is not None and high is not None
        return max(low - figure.value, figure.value - high, Fraction(0))
    g = goal(case)
    assert g is not None
    if case.rule != "share" and case.comparator == "eq":
        return abs(g - figure.value)
    return (1 if case.rule == "share" else case.d) * (g - figure.value)


def numerator_gap(case: Case) -> Fraction | None:
    figure, g = case.figure, goal(case)
    if case.rule not in ("reach", "hold", "share") or figure is None or g is None:
        return None
    if figure.numerator is None or figure.denominator is None:
        return None
    d = 1 if case.rule == "share" else case.d
    factor = Fraction(100) if case.rule == "share" else case.factor
    return max(Fraction(0), d * (g * figure.denominator / factor - figure.numerator))


def required(case: Case) -> Fraction | Decimal | None:
    g = goal(case)
    if case.rule not in ("reach", "hold", "share") or case.figure is None or g is None or case.t >= case.end:
        return None
    v = case.figure.value
    if case.percent_drop and case.rule == "reach":
        if v >= 100:
            return None
        with localcontext() as context:
            context.prec = DIGITS
            return 100 * (1 - power((1 - g / 100) / (1 - v / 100), 1 / (case.end - case.t)))
    return (g - v) / (case.end - case.t)


def pace(case: Case) -> Fraction | None:
    if case.rule not in ("reach", "hold") or case.figure is None or case.base is None or case.g is None:
        return None
    return None if case.t == case.t0 else (case.figure.value - case.base.value) / (case.t - case.t0)


def years_to_go(last: Fraction, speed: Fraction, g: Fraction, allowed: Interval) -> int | None:
    """The first whole number of years, from 1, after which last + speed × years is allowed; None if never."""
    guess = int((g - last) / speed) if speed else 0
    near = [years for years in (1, guess - 1, guess, guess + 1) if years >= 1]
    met = [years for years in near if stands(Fig(last + speed * years), allowed) == "in"]
    return min(met, default=None)


def outlook(case: Case) -> tuple[Fraction | None, int | None, str]:
    """projected value, projected year, outlook."""
    allowed, g = target_interval(case), goal(case)
    if case.rule not in ("reach", "share") or allowed is None or g is None or case.t >= case.end:
        return None, None, ""
    breaks = [year for year, ends in case.breaks if ends <= case.t]
    usable = sorted((y, f) for y, f in case.years.items() if y <= case.t and y >= max(breaks, default=y))[-4:]
    if len(usable) < 2:
        return None, None, ""
    (first_year, first), (last_year, last) = usable[0], usable[-1]
    speed = (last.value - first.value) / (last_year - first_year)
    value = last.value + speed * (case.end - last_year)
    met_year = last_year if stands(last, allowed) == "in" else None
    if met_year is None and (years := years_to_go(last.value, speed, g, allowed)) is not None:
        met_year = last_year + years
    steps = [(b.value - a.value) / (y2 - y1) for (y1, a), (y2, b) in pairwise(usable)]
    if len(steps) == 1:
        return value, met_year, ""
    ends = [last.value + step * (case.end - last_year) for step in (min(steps), max(steps))]
    reach = (ends[0], False, ends[1], False)
    word = "likely" if within(reach, allowed) else "unlikely" if disjoint(reach, allowed) else "possible"
    return value, met_year, word


def certainty(case: Case, class_: str, p: object, s: object) -> str:
    if case.figure is None:
        return ""
    comparators = {case.figure.comparator}
    by_class = class_ in ("below_baseline", "behind", "nearly", "on_schedule", "ahead", "deterioration")
    by_path = full_path(case) is not None and s is not None
    band_around_base = case.rule == "band" and case.g is None
    if case.base is not None and case.rule != "share" and (p is not None or by_class or by_path or band_around_base):
        comparators.add(case.base.comparator)
    if case.rule in ("hold", "band"):
        comparators |= {fig.comparator for year, fig in case.years.items() if year >= case.start_year}
    return "approximate" if "approx" in comparators else "certain" if comparators == {"eq"} else "bound"


def judge_linear(case: Case) -> Result:
    """The whole row under the main method."""
    verdict = linear_class(case)
    s = time_share(case)
    p: Fraction | Decimal | None = None
    if case.figure is not None:
        p = case.figure.value / 100 if case.rule == "share" else share_at(case, case.figure.value)
    value, year, word = outlook(case)
    return Result(
        verdict.class_, verdict.reason, verdict.first_failing, verdict.met, p, s, target_gap(case),
        numerator_gap(case), pace(case), required(case), value, year, word, certainty(case, verdict.class_, p, s),
    )  # fmt: skip


# Section 4


@dataclass(frozen=True)
class Growth:
    """Class of the second method, the ratio R (or V without a target), and a reason where the text gives one."""

    class_: str
    ratio: Decimal | Fraction | None = None
    reason: str = ""


def judge_cagr(case: Case) -> Growth:
    linear = linear_class(case)
    if case.rule == "judge":
        return Growth("judged")
    if case.figure is None:
        return Growth("no_data", reason=case.absence)
    if case.rule in ("hold", "band"):
        kept = linear.class_ in ("held", "breached")
        return Growth(linear.class_ if kept else "not_available", reason=linear.reason)
    if case.rule == "share":
        return Growth(linear.class_, case.figure.value / 100, linear.reason)
    if case.rule == "reach":
        if linear.class_ == "achieved":
            return Growth("target_achieved", growth_ratio(case, case.figure.value))
        if linear.reason == "bound_straddles_target":
            return Growth("not_available", growth_ratio(case, case.figure.value), linear.reason)
    found = {growth_class(case, x) for x in probes(case.figure)}
    ratio = growth_ratio(case, case.figure.value)
    if "not_available" in found:
        return Growth("not_available", ratio, "" if case.base is not None else "no_baseline")
    return Growth(found.pop(), ratio) if len(found) == 1 else Growth("not_available", ratio, "bound_straddles_class")


def growth_ratio(case: Case, x: Fraction) -> Decimal | None:
    """R, or V where there is no target; None where the text gives none."""
    b, g, elapsed = case.base, case.g, case.t - case.t0
    if b is None or b.value == 0 or case.d == 0 or elapsed < 1 or x * b.value < 0:
        return None
    if case.rule == "reach" and (g is None or g == 0 or g * b.value < 0 or g == b.value or case.end == case.t0):
        return None
    with localcontext() as context:
        context.prec = DIGITS
        growth = power(x / b.value, 1 / elapsed) - 1
        signed = growth * case.d * (1 if b.value > 0 else -1)
        if case.rule == "none":
            return signed
        assert g is not None
        return signed / abs(power(g / b.value, Fraction(1, case.end - case.t0)) - 1)


def growth_class(case: Case, x: Fraction) -> str:
    b, d = case.base, case.d
    if case.rule == "reach" and b is not None and b.value == case.g:
        return "deterioration" if d * x < d * b.value else "not_available"
    if abs(x) >= FAR / 2 and b is not None and x * b.value < 0 and growth_ratio(case, -x) is not None:
        return "deterioration" if d * x < 0 else "substantial"
    ratio = growth_ratio(case, x)
    if ratio is None or b is None:
        return "not_available"
    names = ("substantial", "moderate", "limited")
    cuts: tuple[Fraction | Decimal, ...] = (Fraction(95, 100), Fraction(60, 100), Fraction(0))
    if case.rule == "none":
        shrink = limit_factor(b.value, case.limit)
        with localcontext() as context:
            context.prec = DIGITS
            cuts = (Decimal("0.015") * shrink, Decimal("0.005") * shrink, Decimal(0))
    return next((name for name, cut in zip(names, cuts, strict=True) if compare(ratio, cut) >= 0), "deterioration")


def limit_factor(b: Fraction, limit: Fraction | None) -> Decimal:
    if limit is None or abs(b) >= 2 * abs(limit):
        return Decimal(1)
    size = abs(limit)
    way = abs(b) / size if abs(b) <= size else (2 * size - abs(b)) / size
    with localcontext() as context:
        context.prec = DIGITS
        return 1 - power(way, Fraction(444, 100))
