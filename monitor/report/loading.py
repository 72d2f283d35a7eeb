"""From the rows the store gives to the figures of a plan on its tree of regions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.models import Indicator
from monitor.catalogue.periods import Period, parse_period
from monitor.catalogue.regions import Regions
from monitor.method.figures import Figure, Sent, Series
from monitor.method.stored import StoredRow, to_sent
from monitor.method.tree import Tree


def build_tree(
    catalogue: Catalogue,
    others: Sequence[Catalogue],
    regions: Regions,
    preferred: Iterable[StoredRow],
    plan_rows: Iterable[StoredRow],
) -> Tree:
    """The plan's figures on the tree; `others` are the plans loaded beside it, for aligned indicators."""
    region_codes = {catalogue.plan.region, *(row.code for row in regions.descendants(catalogue.plan.region))}
    sent = _by_cell(row for row in preferred if row[1] in region_codes)
    with_figures = {str(row[0]) for rows in sent.values() for row in rows if row[4] == "value"}
    taken = data_sources(catalogue, others, with_figures)
    definitions = {one.id: one for other in (*reversed(others), catalogue) for one in other.indicators}
    for name, source in taken.items():
        # an aligned indicator that does not say what it is made of is made of what its source is made of
        parts = definitions[name].figure or source.figure
        definitions[name] = definitions[name].model_copy(update={"figure": parts})
    ids = {name: taken[name].id if name in taken else name for name in definitions}
    baselines = _by_cell(plan_rows)
    return Tree(
        catalogue.plan,
        tuple(indicator.id for indicator in catalogue.indicators),
        definitions,
        regions,
        {
            (name, region): Series(definitions[name], _by_period(rows, definitions[name]), catalogue.plan.vintages)
            for name, source_id in ids.items()
            for region in region_codes
            if (rows := sent.get((source_id, region)))
        },
        {
            (name, region): {
                period: figure
                for period, figure in _by_period(rows, definitions[name]).items()
                if isinstance(figure, Figure)
            }
            for name, source_id in ids.items()
            for region in region_codes
            if (rows := baselines.get((source_id, region)))
        },
    )


def data_sources(catalogue: Catalogue, others: Sequence[Catalogue], with_figures: set[str]) -> dict[str, Indicator]:
    """For each indicator without figures of its own the one it aligns to, through the plans above it."""
    plans = {other.plan.id: other for other in others}
    found: dict[str, Indicator] = {}
    for indicator in catalogue.indicators:
        current, plan = indicator, catalogue
        while current.id not in with_figures and current.aligns_to and plan.plan.parent in plans:
            plan = plans[plan.plan.parent]
            above = plan.indicator(current.aligns_to)
            if above is None:
                break
            current = above
        if current.id != indicator.id:
            found[indicator.id] = current
    return found


def _by_cell(rows: Iterable[StoredRow]) -> dict[tuple[str, str], list[StoredRow]]:
    cells: dict[tuple[str, str], list[StoredRow]] = defaultdict(list)
    for row in rows:
        cells[str(row[0]), str(row[1])].append(row)
    return cells


def _by_period(rows: Iterable[StoredRow], indicator: Indicator) -> dict[Period, Sent]:
    return {parse_period(str(row[2])): to_sent(row, indicator) for row in rows}
