"""The target table and the self-rating as rows for files: one line for each row of the form, in its order."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from .models import Cell, PerformanceTable
from .rated import Rated
from .scoring import Scored, two_places
from .values import SIGNS, Measure

TARGET_COLUMNS = (
    "project", "year", "row", "level", "kind",
    "mid_term_indicator", "mid_term_value", "mid_term_comparator", "mid_term_number", "mid_term_unit",
    "annual_indicator", "annual_value", "annual_comparator", "annual_number", "annual_unit", "plan_indicator", "source",
)  # fmt: skip
RATING_COLUMNS = (
    "project", "year", "row", "level", "kind", "indicator", "goal", "actual", "attainment_percent", "verdict",
    "points", "score", "arithmetic", "cause", "measures", "plan_indicator", "vintage", "synthetic", "state",
)  # fmt: skip
FINDING_COLUMNS = ("subject", "check", "rule", "arithmetic", "difference", "tolerance", "outcome")


def target_frame(table: PerformanceTable) -> pd.DataFrame:
    """The target table: mid-term beside annual, each value as printed and as number, comparator and unit."""
    rows = []
    for number, row in enumerate(table.indicators, start=1):
        cells = [*_parts(table, row.mid_term), *_parts(table, row.annual)]
        start = (table.project.id, table.project.year, number, row.level, row.kind)
        rows.append((*start, *cells, row.plan_indicator or "", table.source.zh))
    return pd.DataFrame(rows, columns=list(TARGET_COLUMNS), dtype=object)


def _parts(table: PerformanceTable, cell: Cell) -> tuple[object, ...]:
    value = table.value(cell)
    if isinstance(value, Measure):
        return cell.name, cell.value, SIGNS.get(value.comparator, ""), value.number, value.unit
    return cell.name, cell.value, "", None, ""


def rating_frame(rated: Rated, state: str, *, synthetic: bool) -> pd.DataFrame:
    """The self-rating: the funds first (row 0), then each indicator, the total last; scores to 0.01."""
    project = rated.table.project
    mark = "true" if synthetic else "false"
    answers, funds = rated.answers, rated.execution
    rows: list[tuple[object, ...]] = [
        (
            project.id, project.year, 0, "", "", "预算执行率", answers.budget, answers.executed, None, funds.verdict,
            funds.points, _shown(funds), funds.arithmetic, answers.funds_cause, "", "", "", mark, state,
        )
    ]  # fmt: skip
    for row in rated.rows:
        figure = row.linked.figure if row.linked is not None else None
        rows.append(
            (
                project.id, project.year, row.number, row.row.level, row.row.kind, row.row.annual.name,
                row.goal.printed, row.actual, row.answer.percent, row.scored.verdict, row.scored.points,
                _shown(row.scored), row.scored.arithmetic, row.answer.cause, row.answer.measures,
                row.row.plan_indicator or "", figure.vintage if figure is not None else "",
                "true" if synthetic or (figure is not None and figure.synthetic) else "false", state,
            )
        )  # fmt: skip
    total = rated.total
    known = Decimal(two_places(total.low)) if total.is_known else None
    span = "" if total.is_known else f"{two_places(total.low)}—{two_places(total.high)}"
    grade = total.grade.name.zh if total.grade is not None else ""
    last = ("总分", "", "", None, grade, Decimal(100), known, span, "", "", "", "", mark, state)
    rows.append((project.id, project.year, len(rated.rows) + 1, "", "", *last))
    return pd.DataFrame(rows, columns=list(RATING_COLUMNS), dtype=object)


def _shown(scored: Scored) -> Decimal | None:
    return None if scored.score is None else Decimal(two_places(scored.score))
