"""What kind of figures the cells of each unit show."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from importlib.resources import files
from typing import TYPE_CHECKING

from monitor.catalogue.loader import Catalogue
from monitor.method.figures import is_ratio

from .known import Deciding

if TYPE_CHECKING:
    from .desk import Desk, Since

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


def makeups_of(desk: Desk, catalogue: Catalogue, since: Since, deciding: Sequence[Deciding]) -> dict[str, Makeup]:
    """Of the figures that the cells of the plan's main indicators show, by region."""
    own = {indicator.id: indicator for indicator in catalogue.indicators if not indicator.is_context}
    ratios = {one.id for one in own.values() if one.aggregate == "ratio_of_sums" and is_ratio(one)}
    numbers = {one.submission_id for one in deciding}
    estimated = {one.submission_id for one in deciding if one.estimated}
    asked = {"submission_ids": sorted(numbers), "indicator_ids": list(own)}
    carried = set(desk.store.ask(_SQL / "quality_carried.sql", asked))
    # tens of thousands of cells are of some hundred kinds, and the kinds are counted faster than each of their traits
    kinds = Counter(
        (
            row[1], row[4], row[3], row[10], row[11], row[13] in estimated, (row[13], row[0]) in carried,
            row[6] is None and row[0] in ratios,
        )
        for rows in desk.known(since, catalogue.plan.id).figures.values()
        for row in rows
        if row[0] in own and row[13] in numbers
    )  # fmt: skip
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for (region, state, vintage, comparator, synthetic, is_estimated, is_carried, is_without_parts), n in kinds.items():
        counts = found[str(region)]
        counts["cells"] += n
        counts["with_value" if state == "value" else str(state)] += n
        counts["carried"] += n * is_carried
        if state == "value":
            counts["flash"] += n * (vintage == "flash")
            counts["bounds"] += n * (comparator not in ("eq", "approx"))
            counts["approximate"] += n * (comparator == "approx")
            counts["synthetic"] += n * bool(synthetic)
            counts["estimated"] += n * is_estimated
            counts["without_parts"] += n * is_without_parts
    return {region: Makeup(**counts) for region, counts in found.items()}


def sum_makeups(makeups: Iterable[Makeup]) -> Makeup:
    some = list(makeups)
    return Makeup(*(sum(getattr(one, field.name) for one in some) for field in fields(Makeup)))
