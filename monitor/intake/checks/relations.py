"""Arithmetic between indicators of one region and period, within a form and between forms.

Operands are taken from the file first, else from what is in force, all of one vintage: a flash figure and a bulletin's
need not add up. A relation is told only where all are known; a bound breaks it only where no number it allows could
satisfy it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial

import numpy as np

from monitor.catalogue.models import Indicator
from monitor.catalogue.relations import Expression, ParsedRelation
from monitor.method.figures import Figure
from monitor.method.relations import clearly_holds, factor_of, fails, printed, sentence

from .finding import Figures, Finding, Suspect
from .known import NOWHERE, Cells, Integers, Known
from .rulebook import Rulebook
from .words import plain, shown


def check_relations(known: Known, rulebook: Rulebook) -> Iterator[Suspect]:
    places = rulebook.places
    for relation in rulebook.relations:
        definitions = {name: rulebook.indicators[places[name]] for name in relation.indicators()}
        factors = {name: factor_of(relation, indicator) for name, indicator in definitions.items()}
        operands = _operands(known, [places[name] for name in definitions])
        floats = {name: known.value[rows] * float(factors[name]) for name, rows in zip(factors, operands, strict=True)}
        points = np.logical_and.reduce([known.point[rows] for rows in operands])
        likely = np.flatnonzero(~(clearly_holds(relation, floats, len(points)) & points))
        for at in likely.tolist():
            found = {name: int(rows[at]) for name, rows in zip(factors, operands, strict=True)}
            yield Suspect(tuple(found.values()), partial(_decide, known, relation, definitions, factors, found))


def _decide(
    known: Known,
    relation: ParsedRelation,
    definitions: Mapping[str, Indicator],
    factors: Mapping[str, Fraction],
    rows: Mapping[str, int],
    figures: Figures,
) -> Finding | None:
    if not all(row in figures for row in rows.values()):
        return None
    given = {name: (figures[row], factors[name]) for name, row in rows.items()}
    return _finding(known, definitions, relation, rows, given) if fails(relation, given) else None


def _operands(known: Known, places: Sequence[int]) -> list[Integers]:
    """One entry a (region, period, vintage) of the file that has an operand: the row of each operand. All are known."""
    touched = known.one_a_moment(np.concatenate([known.checked_rows(place) for place in places]))
    own, vintage = known.cells.of(touched), known.vintage[touched]
    found = []
    for place in places:
        indicator = np.full(len(touched), place, dtype=np.int64)
        found.append(known.find_same(Cells(indicator, own.region, own.end, own.months, own.synthetic), vintage))
    complete = np.logical_and.reduce([rows != NOWHERE for rows in found])
    return [rows[complete] for rows in found]


def _finding(
    known: Known,
    definitions: Mapping[str, Indicator],
    relation: ParsedRelation,
    rows: Mapping[str, int],
    given: Mapping[str, tuple[Figure, Fraction]],
) -> Finding:
    """It stands at the first operand, in the order of the text, that is to be checked."""
    name, row = next((name, row) for name, row in rows.items() if known.checked[row])
    values = {one: figure.value * factor for one, (figure, factor) in given.items()}
    left, right = relation.left.evaluate(values), relation.right.evaluate(values)
    numbers = {one: plain(value) for one, value in values.items()}
    names = [{one: definition.name.in_language(language) for one, definition in definitions.items()}
             for language in ("zh", "en")]  # fmt: skip
    others = [one for one, where in rows.items() if not known.line[where] > 0]
    said = relation.relation
    return Finding(
        int(known.number[row]),
        int(known.line[row]),
        name,
        "relation_fails",
        f"relation:{said.left} {said.operator} {said.right}",
        said.severity,
        {
            "relation_zh": sentence(relation, names[0], plain),
            "relation_en": sentence(relation, names[1], plain),
            "left": _side(relation.left, numbers, left),
            "right": _side(relation.right, numbers, right),
            "unit": said.unit,
            "difference": plain(left - right) if left is not None and right is not None else "",
            "tolerance": plain(Fraction(said.tolerance)),
            "others_zh": f"（{'、'.join(names[0][one] for one in others)} 取自已接受的数据）" if others else "",
            "others_en": f" (taken from accepted data: {', '.join(names[1][one] for one in others)})" if others else "",
        },
        shown(given[name][0], definitions[name]),
    )


def _side(expression: Expression, numbers: Mapping[str, str], value: Fraction | None) -> str:
    text = printed(expression, numbers, plain)
    result = "" if value is None else plain(value)
    return text if text == result else f"{text} = {result}"
