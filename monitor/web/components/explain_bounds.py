"""Bounds and approximate figures in an explanation: never written, shown or taken as if they were exact numbers."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from monitor.method.figures import Figure
from monitor.report.explain_verdict import Reasoned

from ..words import Words
from .exact_numbers import CUT, exact_number, exact_text
from .explain_facts import Fact

_SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
_EQUALS = {**_SIGNS, "approx": "≈"}


def marked(words: Words, text: str, comparator: str) -> str:
    """A number that is written already, with its comparator: `>80%`, `95%左右`."""
    if comparator == "approx":
        return words("explain.about", number=text)
    return _SIGNS.get(comparator, "") + text


def known_text(words: Words, value: Fraction, unit: str = "", comparator: str = "eq", cut: int = CUT) -> str:
    """All digits with unit and comparator: `74.13034276…%`, `>80%`."""
    text = exact_text(value, cut)
    return marked(words, f"{text}%" if unit == "%" else f"{text} {words.unit(unit)}".rstrip(), comparator)


def equals(comparator: str) -> str:
    """What stands between a formula and its result: `=`, or for a bound `>`, for an approximate figure `≈`."""
    return _EQUALS.get(comparator, "=")


def exact_of(figure: Figure | None) -> Decimal | float | None:
    """The number for a file, None for a bound or an approximate figure: a file has it as it is shown."""
    return None if figure is None or figure.comparator != "eq" else exact_number(figure.value)


def figure_fact(words: Words, name: str, figure: Figure, unit: str, how: str = "") -> Fact:
    """A figure in the indicator's unit with all its digits and its comparator."""
    shown, exact = known_text(words, figure.value, unit, figure.comparator), exact_of(figure)
    return Fact(name, shown, exact, words.unit(unit) if exact is not None else "", how)


def resting_on(verdict: Reasoned, *, base: bool) -> str:
    """The comparator that counts for what is worked out of the figure (and its `base`line): a bound before `approx`."""
    used: list[str] = [verdict.cell.figure.comparator] if verdict.cell.figure is not None else []
    if base and verdict.cell.goal.base is not None and verdict.numbers.b is not None:
        used.append(verdict.cell.goal.base.comparator)
    return weakest(used)


def weakest(comparators: Iterable[str]) -> str:
    found = [one for one in comparators if one != "eq"]
    return next((one for one in found if one != "approx"), "approx" if found else "eq")


def worked_out(words: Words, fact: Fact | None, comparator: str) -> Fact | None:
    """A number that was worked out at a bound, or of an approximate figure, says so; a file has its words."""
    if fact is None or fact.exact is None or comparator == "eq":
        return fact
    key = "about" if comparator == "approx" else "at_bound"
    return Fact(fact.name, words(f"explain.{key}", number=fact.shown), None, "", fact.how, fact.body)


def bound_note(words: Words, text: str, comparator: str) -> str:
    """A line of the class table that compares what was worked out at a bound or of an approximate figure."""
    if comparator == "eq" or not text:
        return text
    key = "at_about_note" if comparator == "approx" else "at_bound_note"
    return words(f"explain.{key}", text=text)
