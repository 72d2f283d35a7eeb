"""What kind of figures the cells of each unit show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from importlib.resources import files
from typing import TYPE_CHECKING

from monitor.catalogue.loader import Catalogue
from monitor.method.figures import is_ratio

from .known import Deciding

if TYPE_CHECKING:
    from .desk import Desk

_SQL = files("monitor.report") / "sql"


@dataclass(frozen=True)
class Makeup:
    """What kind of figures some cells show: `cells` = with a value + missing + withheld + not applicable.

    The others count cells with a value: `flash` figures that nothing better has replaced, `bounds` and `approximate`
    ones, `synthetic` ones, those whose acceptance date is `estimated`, and rates sent `without_parts`, which cannot be
    aggregated. `carried`: cells that a revision did not name.
    """

    cells: int = 0
    with_value: int = 0
    missing: int = 0
    withheld: int = 0
    not_applicable: int = 0
    flash: int = 0
    bounds: int = 0
    approximate: int = 0
    synthetic: int = 0
    estimated: int = 0
    carried: int = 0
    without_parts: int = 0


def makeups_of(desk: Desk, catalogue: Catalogue, deciding: Sequence[Deciding]) -> dict[str, Makeup]:
    """Of the figures of the plan's main indicators, by region."""
    own = [indicator for indicator in catalogue.indicators if not indicator.is_context]
    asked = {
        "submission_ids": [one.submission_id for one in deciding],
        "estimated": [one.estimated for one in deciding],
        "indicator_ids": [indicator.id for indicator in own],
        "vintages": list(catalogue.plan.vintages),
        "ratio_ids": [one.id for one in own if one.aggregate == "ratio_of_sums" and is_ratio(one)],
    }
    rows = desk.store.ask(_SQL / "quality_cells.sql", asked)
    return {str(region): Makeup(*map(int, numbers)) for region, *numbers in rows}


def sum_makeups(makeups: Iterable[Makeup]) -> Makeup:
    some = list(makeups)
    return Makeup(*(sum(getattr(one, field.name) for one in some) for field in fields(Makeup)))
