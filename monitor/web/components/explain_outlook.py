"""What the last years' pace leads to, with the numbers in: no finer than its inputs, and never a share above 100 %."""

from __future__ import annotations

from fractions import Fraction

from monitor.catalogue.models import Indicator, RangeCheck
from monitor.report.explain import Explanation
from monitor.report.explain_verdict import Reasoned

from ..words import Words
from .exact_numbers import exact_text, float_text
from .explain_bounds import marked, weakest
from .explain_facts import Fact, text_fact

_DIGITS = 2


def outlook_facts(words: Words, answer: Explanation, verdict: Reasoned, unit: str) -> list[Fact | None]:
    """The projection, its interval and what they mean; `unit`: the figure's as shown."""
    value = verdict.projected_value
    if value is None:
        return []
    comparator = weakest(figure.comparator for _, figure in verdict.outlook_from)
    how = _line(verdict)
    if verdict.low is not None and verdict.high is not None:
        ends = sorted((verdict.low, verdict.high))
        low, high = (_outlook_text(words, answer.indicator, verdict, end, unit, comparator) for end in ends)
        span = words("explain.outlook_span", low=low, high=high)
        how = words("explain.outlook_how", formula=how, span=span)
    shown = _outlook_text(words, answer.indicator, verdict, value, unit, comparator, whole=True)
    as_it_is = comparator == "eq" and not _beyond(words, answer.indicator, verdict, value, unit)
    name = words("explain.projected", year=verdict.cell.goal.end)
    said = words(f"indicator.outlook_{verdict.outlook}") if verdict.outlook else words("number.none")
    year = str(verdict.projected_year) if verdict.projected_year else words("explain.projected_never")
    return [
        Fact(name, shown, value if as_it_is else None, words.unit(unit) if as_it_is else "", how),
        text_fact(words("explain.outlook"), said, words("indicator.outlook_method")),
        text_fact(words("explain.projected_year"), year),
    ]


def _line(verdict: Reasoned) -> str:
    """`80 + (80 − 58.13) ÷ 2 × (2025 − 2023)`: the last figure, the mean yearly change, the years left."""
    (last_year, last), (first_year, first) = verdict.outlook_from[0], verdict.outlook_from[-1]
    start, years = exact_text(last.value, 4), last_year.year - first_year.year
    change = f"({start} − {exact_text(first.value, 4)}) ÷ {years}"
    return f"{start} + {change} × ({verdict.cell.goal.end} − {last_year.year})"


def _outlook_text(
    words: Words,
    indicator: Indicator,
    verdict: Reasoned,
    value: float,
    unit: str,
    comparator: str,
    *,
    whole: bool = False,
) -> str:
    """A projected number, where it cannot be with how it is meant. `whole`: with its unit and as approximate."""
    text = float_text(value, _digits(value, verdict.numbers.g, comparator))
    if whole:
        text = f"{text}%" if unit == "%" else f"{text} {words.unit(unit)}".rstrip()
        text = marked(words, text, "approx") if comparator != "eq" else text
    return text + _beyond(words, indicator, verdict, value, unit)


def _digits(value: float, target: Fraction | None, comparator: str) -> int:
    """Whole numbers of what rests on a bound or an approximate figure, unless that would hide which side of g it is."""
    if comparator == "eq":
        return _DIGITS
    if target is None:
        return 0
    g = float(target)
    fitting = (digits for digits in range(_DIGITS + 1) if _side(round(value, digits), g) == _side(value, g))
    return next(fitting, _DIGITS)


def _side(value: float, target: float) -> int:
    return (value > target) - (value < target)


def _beyond(words: Words, indicator: Indicator, verdict: Reasoned, value: float, unit: str) -> str:
    """How a number is meant that no figure of the indicator can be: a share above 100 %."""
    low, high = _limits(indicator, verdict.rule)
    for key, limit, is_beyond in (
        ("above", high, high is not None and value > high),
        ("below", low, low is not None and value < low),
    ):
        if is_beyond and limit is not None:
            shown = f"{float_text(limit, _DIGITS)}%" if unit == "%" else float_text(limit, _DIGITS)
            return words(f"explain.outlook_{key}", limit=shown)
    return ""


def _limits(indicator: Indicator, rule: str) -> tuple[float | None, float | None]:
    """The least and the greatest number a figure may have, by the checks that refuse any other."""
    if rule == "share":
        return 0.0, 100.0
    ranges = [one for one in indicator.checks if isinstance(one, RangeCheck) and one.severity == "error"]
    lows = [float(one.min) for one in ranges if one.min is not None]
    highs = [float(one.max) for one in ranges if one.max is not None]
    return max(lows, default=None), min(highs, default=None)
