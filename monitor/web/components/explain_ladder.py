"""The class table as it was gone through for one figure: each row that was asked, with the numbers that answered it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from monitor.report.explain import Explanation
from monitor.report.explain_verdict import Numbers, Reasoned

from ..view import View
from ..words import Words
from . import html
from .exact_numbers import exact_text, time_text
from .explain_bounds import bound_note, equals, resting_on
from .explain_facts import scroller
from .parts import attributes, badge

_SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "eq": "="}
_NOT = {"≥": "<", ">": "≤", "≤": ">", "<": "≥", "=": "≠"}


def number(value: Fraction | None, cut: int = 4) -> str:
    return "—" if value is None else exact_text(value, cut)


def share(numbers: Numbers) -> Fraction | None:
    """p, also of a percentage drop, whose logarithms are no fraction."""
    if numbers.p is None and numbers.drop_share is not None:
        return Fraction(numbers.drop_share)
    return numbers.p


def ladder(view: View, answer: Explanation, verdict: Reasoned) -> html.Div:
    """One line a row asked; the last is the one that decided."""
    words, title = view.words, view.words("explain.ladder_title")
    heads = [words("explain.h_row"), words("explain.h_when"), words("explain.h_here"), words("explain.h_holds")]
    head = html.Tr([html.Th(text, scope="col") for text in heads])
    rows = []
    for step in verdict.steps:
        decided = step == verdict.row
        cross = html.Span(className="glyph g-cross", **attributes(aria_hidden="true"))
        said: list[Any] = [badge(words, verdict.class_)] if decided else [cross, words("explain.holds_not")]
        rows.append(
            html.Tr(
                [
                    html.Th(_row_name(words, step), scope="row", className="num"),
                    html.Td(condition(words, step, verdict), className="condition"),
                    html.Td(here(words, answer, verdict, step), className="here"),
                    html.Td(said, className="holds"),
                ],
                className="decided" if decided else None,
            )
        )
    caption = html.Caption(title, className="unseen")
    table = html.Table([caption, html.Thead(head), html.Tbody(rows)], className="plain ladder", key="ladder")
    return scroller(table, title)


def _row_name(words: Words, step: str) -> str:
    return step if step.isdigit() else "–"


def condition(words: Words, step: str, verdict: Reasoned) -> str:
    """What the row asks, as methods.md says it."""
    on_path = verdict.numbers.path_now is not None and step in ("11", "12", "13")
    return words(f"explain.row_{step}_path" if on_path else f"explain.row_{step}")


def here(words: Words, answer: Explanation, verdict: Reasoned, step: str) -> str:
    """The row's question answered with this figure's numbers."""
    n = verdict.numbers
    unit = answer.indicator.unit if verdict.rule != "share" else "%"
    if step == "1":
        return words("explain.here_text" if verdict.rule == "judge" else "explain.here_number")
    if step == "2":
        return words("explain.here_no_figure") if n.v is None else f"v {_sign(verdict)} {number(n.v)}"
    if step == "3":
        return _yearly(words, verdict)
    if step in ("4", "interval"):
        return _interval(words, verdict, step)
    if step == "5":
        return _against_target(words, verdict, "" if unit == "%" else words.unit(unit))
    if step == "6":
        years = [one.period.code for one in verdict.years if one.standing == "inside" and one.period.time < n.t]
        met = words("explain.here_met", years=words.join(years)) if years else words("explain.here_never_met")
        return words.join([met, f"t = {time_text(n.t)}", f"T = {time_text(n.end)}"])
    if step == "7":
        return f"t = {time_text(n.t)} {'≥' if n.t >= n.end else '<'} T = {time_text(n.end)}"
    if step == "8":
        return words("explain.here_no_base") if n.b is None else f"b {_base_sign(verdict)} {number(n.b)}"
    return _open_row(words, answer, verdict, step)


def _sign(verdict: Reasoned) -> str:
    return equals(verdict.cell.figure.comparator if verdict.cell.figure is not None else "eq")


def _base_sign(verdict: Reasoned) -> str:
    return equals(verdict.cell.goal.base.comparator if verdict.cell.goal.base is not None else "eq")


def _against_target(words: Words, verdict: Reasoned, unit: str) -> str:
    """v against g: a bound with all of its range, an approximate figure by its number."""
    n, relation = verdict.numbers, _relation(verdict)
    comparator = verdict.cell.figure.comparator if verdict.cell.figure is not None else "eq"
    if comparator in _SIGNS and comparator != "eq":
        bound = f"{_SIGNS[comparator]}{number(n.v)}"
        return words("explain.here_whole", bound=bound, relation=f"{relation} {number(n.g)} {unit}".rstrip())
    return bound_note(words, f"{number(n.v)} {relation} {number(n.g)} {unit}".rstrip(), comparator)


def _relation(verdict: Reasoned) -> str:
    """How v stands to g, in the terms of the target."""
    target = verdict.cell.goal.target
    sign = "≥" if verdict.rule == "share" else _SIGNS.get(getattr(target, "comparator", "ge"), "≥")
    return sign if verdict.row == "5" else _NOT[sign]


def _yearly(words: Words, verdict: Reasoned) -> str:
    if verdict.rule == "band" and verdict.numbers.centre is None:
        return words("explain.here_no_base")
    counts = {kind: [one.period.code for one in verdict.years if one.standing == kind]
              for kind in ("inside", "outside", "straddles")}  # fmt: skip
    parts = [words(f"explain.here_{kind}", years=words.join(years)) for kind, years in counts.items() if years]
    return words.join(parts)


def _interval(words: Words, verdict: Reasoned, step: str) -> str:
    figure = verdict.cell.figure
    if figure is None or figure.comparator in ("eq", "approx"):
        return words("explain.here_point")
    bound = f"{_SIGNS[figure.comparator]}{number(figure.value)}"
    key = "straddles_class" if step == "interval" else "straddles_target"
    holds = step == verdict.row
    return words(f"explain.here_{key if holds else 'bound'}", bound=bound)


def _open_row(words: Words, answer: Explanation, verdict: Reasoned, step: str) -> str:
    """Rows 9 to 14 and the path's."""
    n = verdict.numbers
    if step == "path":
        return words("explain.here_before_path") if n.path_now is None else f"{number(n.path_now)}"
    if step == "9":
        return words.join([f"v {_sign(verdict)} {number(n.v)}", f"b {_base_sign(verdict)} {number(n.b)}"])
    if step == "10":
        sign = "=" if n.g == n.b else "≠"
        return f"g = {number(n.g)} {sign} b {_base_sign(verdict)} {number(n.b)}"
    if step == "14":
        if n.path_now is not None or share(n) is None or n.s is None:
            return words("explain.here_else")
        step = "13"  # what is left is less than the least of them
    if n.path_now is not None and step in ("11", "12"):
        path = number(n.path_next if step == "11" else n.path_now)
        return words.join([f"v {_sign(verdict)} {number(n.v)}", f"{words('explain.path_value')} {path}"])
    return bound_note(words, _against_time(answer, verdict, step), resting_on(verdict, base=True))


def _against_time(answer: Explanation, verdict: Reasoned, step: str) -> str:
    """p against a multiple of s."""
    p, s = share(verdict.numbers), verdict.numbers.s
    settings = answer.settings
    if p is None or s is None:
        return "p = —"
    times = {"11": Fraction(settings.ahead), "12": Fraction(1), "13": Fraction(settings.near)}[step]
    sign = "≥" if p >= times * s else "<"
    factor = "" if step == "12" else f"{exact_text(times)} × {exact_text(s, 4)} = "
    return f"p = {exact_text(p, 4)} {sign} {factor}{exact_text(times * s, 4)}"
