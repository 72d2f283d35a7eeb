"""The classes of a plan's rows alone: of a few rows half the work of a scorecard, of many taken from one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.periods import Period
from monitor.catalogue.regions import Regions
from monitor.method.cells import to_columns
from monitor.method.figures import Figure
from monitor.method.judge import judge
from monitor.method.progress import progress
from monitor.method.settings import MethodSettings
from monitor.method.tree import Tree

from .scorecard import Judged as Scorecard
from .selection import Selection, select_rows

Place = tuple[str, str, Period]
"""Indicator, region and period of a row."""


@dataclass(frozen=True)
class Judged:
    """The class of a row and the figure it was given."""

    class_: str
    figure: Figure | None


def classes_of(tree: Tree, settings: MethodSettings, cells: frozenset[tuple[str, str]] | None) -> dict[Place, Judged]:
    """The classes by the main method; `cells`: (indicator, region) of the rows wanted, None for all."""
    rows = list(select_rows(tree, Selection(cells=cells)))
    if not rows:
        return {}
    columns = to_columns([row.cell for row in rows], settings, (tree.plan.period.start, tree.plan.period.end))
    found = judge(columns, progress(columns), settings).classes.tolist()
    return {
        (row.cell.indicator.id, row.region, row.cell.period): Judged(str(class_), row.cell.figure)
        for row, class_ in zip(rows, found, strict=True)
    }


def classes_in(judged: Scorecard, cells: frozenset[tuple[str, str]] | None) -> dict[Place, Judged]:
    """As `classes_of`, from rows that are judged already."""
    return {
        (row.cell.indicator.id, row.region, row.cell.period): Judged(class_, row.cell.figure)
        for row, class_ in zip(judged.rows, judged.table["class"].tolist(), strict=True)
        if cells is None or (row.cell.indicator.id, row.region) in cells
    }


def dependents(catalogues: Iterable[Catalogue]) -> dict[str, frozenset[str]]:
    """Indicator → the indicators whose rows its figures can change: itself, those it weighs, those aligned to it."""
    direct: dict[str, set[str]] = {}
    for catalogue in catalogues:
        for indicator in catalogue.indicators:
            direct.setdefault(indicator.id, set()).add(indicator.id)
            for source in (indicator.weight, indicator.aligns_to):
                if source is not None:
                    direct.setdefault(source, {source}).add(indicator.id)
    return {name: reached(name, direct) for name in direct}


def parents(regions: Regions) -> dict[str, set[str]]:
    """Region → itself and every region that it was ever a child of."""
    found: dict[str, set[str]] = {}
    for row in regions.rows:
        found.setdefault(row.code, {row.code})
        if row.parent_code:
            found[row.code].add(row.parent_code)
    return found


def reached(start: str, direct: Mapping[str, Set[str]]) -> frozenset[str]:
    """Everything that one leads to, itself included."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += direct.get(one, ())
    return frozenset(found)
