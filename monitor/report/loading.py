"""From the rows the store gives to the figures of a plan on its tree of regions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.models import Indicator
from monitor.catalogue.periods import Period, parse_period
from monitor.catalogue.regions import Regions
from monitor.method.figures import Figure, Sent, Series
from monitor.method.stored import StoredRow, to_sent
from monitor.method.tree import Tree

from .known import Known, Place

Cells = Mapping[tuple[str, str], Sequence[StoredRow]]
"""Rows by indicator and region."""


@dataclass(frozen=True)
class Loaded:
    """A tree, what it was made from, and for each indicator the one whose figures it has."""

    tree: Tree
    known: Known
    sources: Mapping[str, str]


def build_tree(
    catalogue: Catalogue,
    others: Sequence[Catalogue],
    regions: Regions,
    preferred: Iterable[StoredRow],
    plan_rows: Iterable[StoredRow],
) -> Tree:
    """The plan's figures on the tree; `others` are the plans loaded beside it, for aligned indicators."""
    codes = _codes(catalogue, regions)
    sent = sorted_by_cell(row for row in preferred if row[1] in codes)
    definitions, sources = _definitions(catalogue, others, chain.from_iterable(sent.values()))
    return Tree(
        catalogue.plan,
        tuple(indicator.id for indicator in catalogue.indicators),
        definitions,
        regions,
        series_of(catalogue, definitions, sources, codes, sent),
        plan_rows_of(definitions, sources, codes, sorted_by_cell(plan_rows)),
    )


def load_tree(
    catalogue: Catalogue, others: Sequence[Catalogue], regions: Regions, known: Known, before: Loaded | None
) -> Loaded:
    """As `build_tree`; what the same configuration had `before` is taken from it where the same submissions decide."""
    codes = _codes(catalogue, regions)
    definitions, sources = _definitions(
        catalogue, others, (row for (region, _), rows in known.figures.items() if region in codes for row in rows)
    )
    places: Collection[Place] = known.visible.keys()
    earlier: Mapping[tuple[str, str], Series] = {}
    goals: Mapping[tuple[str, str], Mapping[Period, Figure]] = {}
    if before is not None and before.sources == sources:
        definitions, places = before.tree.indicators, known.changed(before.known)
        earlier, goals = before.tree.series, before.tree.plan_rows
    codes &= {region for region, _ in places}
    sent = sorted_by_cell(row for place in places for row in known.figures.get(place, ()))
    series = _renewed(earlier, series_of(catalogue, definitions, sources, codes, sent), places, codes)
    plan_rows = sorted_by_cell(row for rows in known.plan_rows.values() for row in rows if row[1] in codes)
    goals = {cell: one for cell, one in goals.items() if cell[1] not in codes}
    goals |= plan_rows_of(definitions, sources, codes, plan_rows)
    ids = tuple(indicator.id for indicator in catalogue.indicators)
    return Loaded(Tree(catalogue.plan, ids, definitions, regions, series, goals), known, sources)


def _renewed(
    earlier: Mapping[tuple[str, str], Series],
    sent: Mapping[tuple[str, str], Series],
    places: Collection[Place],
    codes: Collection[str],
) -> dict[tuple[str, str], Series]:
    """The series of earlier with what was sent at other places instead; `codes`: the regions of those places."""
    series = {**sent, **earlier}
    for cell in sent.keys() | earlier.keys():
        region = cell[1]
        if region in codes and cell in earlier:
            stands = {period: one for period, one in earlier[cell].sent.items() if (region, period.code) not in places}
            series[cell] = earlier[cell].renewed(stands | (dict(sent[cell].sent) if cell in sent else {}))
            if not series[cell].sent:
                del series[cell]
    return series


def _codes(catalogue: Catalogue, regions: Regions) -> set[str]:
    return {catalogue.plan.region, *(row.code for row in regions.descendants(catalogue.plan.region))}


def _definitions(
    catalogue: Catalogue, others: Sequence[Catalogue], sent: Iterable[StoredRow]
) -> tuple[Mapping[str, Indicator], Mapping[str, str]]:
    """Every indicator by id, and for each the one whose figures it has."""
    with_figures = {str(row[0]) for row in sent if row[4] == "value"}
    taken = data_sources(catalogue, others, with_figures)
    definitions = {one.id: one for other in (*reversed(others), catalogue) for one in other.indicators}
    for name, source in taken.items():
        # an aligned indicator that does not say what it is made of is made of what its source is made of
        parts = definitions[name].figure or source.figure
        definitions[name] = definitions[name].model_copy(update={"figure": parts})
    return definitions, {name: taken[name].id if name in taken else name for name in definitions}


def series_of(
    catalogue: Catalogue,
    definitions: Mapping[str, Indicator],
    sources: Mapping[str, str],
    codes: Collection[str],
    sent: Cells,
) -> dict[tuple[str, str], Series]:
    """What regions sent for indicators, from the rows of the indicator whose figures each has."""
    return {
        (name, region): Series(definitions[name], _by_period(rows, definitions[name]), catalogue.plan.vintages)
        for name, source_id in sources.items()
        for region in codes
        if (rows := sent.get((source_id, region)))
    }


def plan_rows_of(
    definitions: Mapping[str, Indicator], sources: Mapping[str, str], codes: Collection[str], rows_of: Cells
) -> dict[tuple[str, str], Mapping[Period, Figure]]:
    """The `plan` rows of regions, likewise."""
    return {
        (name, region): {
            period: figure
            for period, figure in _by_period(rows, definitions[name]).items()
            if isinstance(figure, Figure)
        }
        for name, source_id in sources.items()
        for region in codes
        if (rows := rows_of.get((source_id, region)))
    }


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


def sorted_by_cell(rows: Iterable[StoredRow]) -> dict[tuple[str, str], list[StoredRow]]:
    """Rows by indicator and region."""
    cells: dict[tuple[str, str], list[StoredRow]] = defaultdict(list)
    for row in rows:
        cells[str(row[0]), str(row[1])].append(row)
    return cells


def _by_period(rows: Iterable[StoredRow], indicator: Indicator) -> dict[Period, Sent]:
    return {parse_period(str(row[2])): to_sent(row, indicator) for row in rows}
