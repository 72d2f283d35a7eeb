"""The checks of a form as formulas that show, each with the result it has before anybody calculates.

A program that does not calculate on opening, or a person who looks at a preview, sees these results.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from monitor.catalogue.relations import Expression, Figure, Negation, Number, ParsedRelation
from monitor.catalogue.units import factor_between

from .lines import Line

if TYPE_CHECKING:
    from monitor.catalogue.forms import Call
    from monitor.catalogue.models import RangeCheck

Verdict = Literal["good", "query", "error", "empty"]
MARKS = ("不适用", "保密", "withheld")
"""What an input cell may say instead of a number."""

_SLACK = Fraction(1, 10**9)  # of a comparison in floating point
_PARTS_TOLERANCE = 0.05  # of a printed share against its parts (methods.md section 1)

Cell = float | str
"""What a cell holds: a number, a text, "" for nothing."""


@dataclass(frozen=True)
class Formula:
    """A formula without its equals sign, and its result now."""

    text: str
    result: Cell


@dataclass(frozen=True)
class Places:
    """Where the cells of a row stand (`D8`); of a ratio the figure is the computed one, else the value."""

    numerator: str
    denominator: str
    value: str
    computed: str
    previous: str
    year_earlier: str

    def figure(self, line: Line) -> str:
        return self.computed if line.is_ratio else self.value


@dataclass(frozen=True)
class Inputs:
    """What the input cells of a row hold now."""

    numerator: Cell
    denominator: Cell
    value: Cell

    @classmethod
    def of(cls, line: Line) -> Inputs:
        sent = line.sent
        if sent is None:
            return cls("", "", "")
        mark = {"not_applicable": MARKS[0], "withheld": MARKS[1]}.get(sent.state, "")
        if mark:
            return cls(mark, "", "") if line.is_ratio else cls("", "", mark)
        return cls(_cell(sent.numerator), _cell(sent.denominator), _cell(sent.value))

    def figure(self, line: Line) -> Cell:
        """The row's figure as the form computes it."""
        above, below, value = self.numerator, self.denominator, self.value
        if not line.is_ratio:
            return value
        if isinstance(above, float) and isinstance(below, float) and below > 0:
            return above * _times(line) / below
        return value if line.has_value and isinstance(value, float) else ""


def _cell(number: Decimal | None) -> Cell:
    return "" if number is None else float(number)


def _times(line: Line) -> float:
    """The quotient of the parts times this is the figure in the row's unit."""
    return float(Fraction(line.indicator.factor) * line.scale())


def computed(line: Line, at: Places) -> Formula:
    """The figure from its parts."""
    otherwise = f'IF(ISNUMBER({at.value}),{at.value},"")' if line.has_value else '""'
    above, below = at.numerator, at.denominator
    quotient = f"{above}*{number_text(_times(line))}/{below}"
    text = f"IF(AND(ISNUMBER({above}),ISNUMBER({below})),IF({below}>0,{quotient},{otherwise}),{otherwise})"
    return Formula(text, Inputs.of(line).figure(line))


def change(line: Line, at: Places, *, of_year: bool) -> Formula | None:
    """The change against an earlier figure: points for shares, percent for amounts; None without such a figure."""
    earlier = line.year_earlier if of_year else line.previous
    if earlier is None or earlier.value is None or (line.unit != "%" and earlier.value <= 0):
        return None
    figure, then = at.figure(line), at.year_earlier if of_year else at.previous
    now, before = Inputs.of(line).figure(line), float(earlier.value)
    if line.unit == "%":
        return Formula(f'IF(ISNUMBER({figure}),{figure}-{then},"")', now - before if isinstance(now, float) else "")
    result = (now / before - 1) * 100 if isinstance(now, float) else ""
    return Formula(f'IF(ISNUMBER({figure}),({figure}/{then}-1)*100,"")', result)


@dataclass(frozen=True)
class Condition:
    """Something wrong: when it is, whether it is so now, and how bad."""

    text: str
    holds: bool
    verdict: Verdict


def verdict(line: Line, at: Places, call: Call, words: Mapping[Verdict, str]) -> Formula:
    """What the checks say of a row: the worst of what is wrong."""
    found = [*_conditions(line, at, call)]
    ordered = [one for level in ("empty", "error", "query") for one in found if one.verdict == level]
    text = f'"{words["good"]}"'
    for one in reversed(ordered):
        text = f'IF({one.text},"{words[one.verdict]}",{text})'
    result: Verdict = next((one.verdict for one in ordered if one.holds), "good")
    return Formula(text, words[result])


def _conditions(line: Line, at: Places, call: Call) -> Iterator[Condition]:
    inputs = Inputs.of(line)
    yield from (_part_conditions if line.is_ratio else _value_conditions)(line, at, inputs)
    figure, now = at.figure(line), inputs.figure(line)
    for check in line.indicator.checks:
        if check.rule == "range":
            severity: Verdict = check.severity
            outside = range_text(check, line, figure)
            yield Condition(f"AND(ISNUMBER({figure}),OR({outside}))", _is_outside(check, line, now), severity)
        elif check.rule == "change":
            of_year = check.against == "same_period_last_year"
            earlier = line.year_earlier if of_year else line.previous
            if earlier is None or earlier.value is None:
                continue
            then, before = at.year_earlier if of_year else at.previous, float(earlier.value)
            if check.max_points is not None:
                limit = float(Fraction(check.max_points) * line.scale())
                gap = f"ABS({figure}-{then})>{number_text(limit)}"
                holds = isinstance(now, float) and abs(now - before) > limit
            elif before > 0:
                limit = float(check.max_percent or 0) / 100
                gap = f"ABS({figure}/{then}-1)>{number_text(limit)}"
                holds = isinstance(now, float) and abs(now / before - 1) > limit
            else:
                continue
            yield Condition(_if_number(figure, gap), holds, check.severity)
        elif check.rule == "cumulative" and not _begins_year(call):
            yield from _fallen(line, at, figure, now, check.severity)


def _fallen(line: Line, at: Places, figure: str, now: Cell, severity: Verdict) -> Iterator[Condition]:
    """Counted since the year began, a figure never falls."""
    if line.previous is not None and line.previous.value is not None:
        holds = isinstance(now, float) and now < float(line.previous.value)
        yield Condition(_if_number(figure, f"{figure}<{at.previous}"), holds, severity)


def _if_number(figure: str, condition: str) -> str:
    """A condition that a text cannot break: AND would work out both sides."""
    return f"IF(ISNUMBER({figure}),{condition},FALSE)"


def _begins_year(call: Call) -> bool:
    return (call.period.index - call.period.months) % 12 == 0


def _value_conditions(line: Line, at: Places, inputs: Inputs) -> Iterator[Condition]:
    cell, now = at.value, inputs.value
    yield Condition(f'{cell}=""', now == "", "empty")
    text = f'AND(ISTEXT({cell}),{cell}<>"",NOT({_is_mark(cell)}))'
    yield Condition(text, isinstance(now, str) and now not in ("", *MARKS), "error")


def _part_conditions(line: Line, at: Places, inputs: Inputs) -> Iterator[Condition]:
    above, below, value = at.numerator, at.denominator, at.value
    nothing = f'AND({above}="",{below}=""' + (f',{value}="")' if line.has_value else ")")
    is_empty = inputs.numerator == "" and inputs.denominator == "" and inputs.value == ""
    yield Condition(nothing, is_empty, "empty")
    marked = f'AND({_is_mark(above)},OR({below}="",{below}={above}))'
    whole = f"AND(ISNUMBER({above}),ISNUMBER({below}))"
    alone = f'AND({above}="",{below}="")'
    is_whole = isinstance(inputs.numerator, float) and isinstance(inputs.denominator, float)
    is_alone = inputs.numerator == "" and inputs.denominator == ""
    is_marked = inputs.numerator in MARKS and inputs.denominator in ("", inputs.numerator)
    yield Condition(f"NOT(OR({marked},{whole},{alone}))", not (is_whole or is_alone or is_marked), "error")
    wrong = isinstance(inputs.numerator, float) and isinstance(inputs.denominator, float)
    wrong = wrong and (float(inputs.numerator) < 0 or float(inputs.denominator) <= 0)
    yield Condition(f"IF({whole},OR({above}<0,{below}<=0),FALSE)", wrong, "error")
    if line.has_value:
        figure = inputs.figure(line)
        apart = isinstance(figure, float) and isinstance(inputs.value, float)
        apart = apart and abs(float(figure) - float(inputs.value)) > _PARTS_TOLERANCE
        gap = f"ABS({at.computed}-{value})>{_PARTS_TOLERANCE}"
        both = f"AND(ISNUMBER({at.computed}),ISNUMBER({value}))"
        yield Condition(f"IF({both},{gap},FALSE)", apart, "query")


def _is_mark(cell: str) -> str:
    return "OR(" + ",".join(f'{cell}="{mark}"' for mark in MARKS) + ")"


def bounds(check: RangeCheck, line: Line) -> tuple[float | None, float | None]:
    """A range check's bounds in the row's unit."""
    low, high = (None if bound is None else float(Fraction(bound) * line.scale()) for bound in (check.min, check.max))
    return low, high


def range_text(check: RangeCheck, line: Line, cell: str) -> str:
    """The conditions under which a cell lies outside, for OR."""
    low, high = bounds(check, line)
    sides = [] if low is None else [f"{cell}<{number_text(low)}"]
    return ",".join(sides if high is None else [*sides, f"{cell}>{number_text(high)}"])


def _is_outside(check: RangeCheck, line: Line, now: Cell) -> bool:
    low, high = bounds(check, line)
    return isinstance(now, float) and ((low is not None and now < low) or (high is not None and now > high))


def number_text(number: float) -> str:
    """A number as a formula writes it."""
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def relation_verdict(
    relation: ParsedRelation, lines: Mapping[str, tuple[Line, Places]], words: Mapping[Verdict, str]
) -> Formula:
    """Whether a relation between rows of the form holds; empty until all its figures are there."""
    cells: dict[str, str] = {}
    values: dict[str, Fraction] = {}
    for name in relation.indicators():
        line, at = lines[name]
        times = factor_between(line.unit, relation.unit_of(line.indicator.unit)) or Fraction(1)
        figure, now = at.figure(line), Inputs.of(line).figure(line)
        cells[name] = figure if times == 1 else f"({figure}*{times.numerator}/{times.denominator})"
        if isinstance(now, float):
            values[name] = Fraction(repr(now)) * times
    there = ",".join(f"ISNUMBER({at.figure(line)})" for line, at in (lines[name] for name in relation.indicators()))
    gap = f"({expression_text(relation.left, cells)})-({expression_text(relation.right, cells)})"
    tolerance = Fraction(relation.relation.tolerance)
    room, strict = (number_text(float(tolerance + slack)) for slack in (_SLACK, -_SLACK))
    bad = {
        "eq": f"ABS({gap})>{room}",
        "ge": f"{gap}<-({room})",
        "gt": f"{gap}<=-({strict})",
        "le": f"{gap}>{room}",
        "lt": f"{gap}>={strict}",
    }[relation.relation.operator]
    severity: Verdict = relation.relation.severity
    good, empty = f'"{words["good"]}"', f'"{words["empty"]}"'
    text = f'IF(AND({there}),IFERROR(IF({bad},"{words[severity]}",{good}),{empty}),{empty})'
    holds = relation.holds(values)
    result = words["empty"] if holds is None else words["good"] if holds else words[severity]
    return Formula(text, result)


def expression_text(expression: Expression, cells: Mapping[str, str]) -> str:
    """An expression over cells, or over names for people."""
    if isinstance(expression, Number):
        return number_text(float(expression.value))
    if isinstance(expression, Figure):
        return cells[expression.indicator_id]
    if isinstance(expression, Negation):
        return f"-({expression_text(expression.operand, cells)})"
    left, right = expression_text(expression.left, cells), expression_text(expression.right, cells)
    if not isinstance(expression.left, Number | Figure):
        left = f"({left})"
    if not isinstance(expression.right, Number | Figure):
        right = f"({right})"
    return f"{left}{expression.sign}{right}"
