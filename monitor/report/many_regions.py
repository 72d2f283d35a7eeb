"""Plans of many regions: which these are, and their trees, kept from one moment to the next where nothing changed."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from monitor.catalogue.loader import Catalogue
from monitor.method.grown import branches_of
from monitor.store.store import Store

from .branch_tree import BranchTree, Fetched, branch_tree
from .configured import Configuration, codes_of
from .known import Nearest, Visible
from .selection import Selection
from .sums import Above, KeptSums, SumsKnown
from .whole_columns import grow_periods, grown_indicators

REGIONS_AT_ONCE = 100
"""A plan with more regions is laid out branch by branch."""
_NEAR_KEPT = 4
_SUMS_KEPT = 2


def is_large(catalogue: Catalogue, configuration: Configuration) -> bool:
    """Whether a plan's regions are too many to be worked out all at once for a page."""
    return len(codes_of(catalogue, configuration.regions)) > REGIONS_AT_ONCE


def in_branches(catalogue: Catalogue, configuration: Configuration) -> bool:
    """Whether a plan's figures are read branch by branch; what is aligned to other plans is settled by all of them."""
    return is_large(catalogue, configuration) and not any(one.aligns_to for one in catalogue.indicators)


@dataclass(frozen=True)
class BranchTrees:
    """The figures of a plan at a moment. In `named` aggregates name their children and sources, in `summed` not."""

    fetched: Fetched
    summed: BranchTree
    named: BranchTree

    def summed_for(self, selection: Selection) -> BranchTree | None:
        """The tree for a selection of some regions, their own figures read at once; None for all regions."""
        codes = {selection.region} if selection.region is not None else {code for _, code in selection.cells or ()}
        if not codes:
            return None
        self.fetched.read(self.summed.plan_indicators, {code for code in codes if code is not None})
        return self.summed


class ManyRegions:
    """Makes the trees of one store's plans, each from that of the nearest moment."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._near: Nearest[Fetched] = Nearest(_NEAR_KEPT)
        # a configuration is held with what is kept for it, so that its identity is no other's meanwhile
        self._sums: OrderedDict[tuple[int, str], tuple[Configuration, KeptSums]] = OrderedDict()

    def trees(
        self, configuration: Configuration, catalogue: Catalogue, visible: Visible, moment: datetime
    ) -> BranchTrees:
        """The trees of what is visible at a moment."""
        plan, regions = catalogue.plan, configuration.regions
        question = (plan.id, id(configuration))
        before = self._near.find(question, moment)
        same = before if before is not None and before.catalogue is catalogue else None
        definitions = {
            one.id: one for other in (*reversed(configuration.catalogues), catalogue) for one in other.indicators
        }
        fetched = Fetched(self._store, visible, catalogue, definitions, regions, same)
        self._near.keep(question, moment, fetched)
        indicators = grown_indicators(catalogue, configuration.catalogues)
        grow = partial(grow_periods, self._store, plan, indicators, regions, visible)
        sums = SumsKnown(visible, self._kept_sums(configuration, catalogue), grow)
        summed, named = (branch_tree(fetched, sums, by_sums=by_sums) for by_sums in (True, False))
        return BranchTrees(fetched, summed, named)

    def clear(self) -> None:
        self._near.clear()
        self._sums.clear()

    def _kept_sums(self, configuration: Configuration, catalogue: Catalogue) -> KeptSums:
        key = (id(configuration), catalogue.plan.id)
        held = self._sums.get(key)
        if held is None:
            kept = KeptSums(Above(branches_of(configuration.regions, catalogue.plan.region)))
            held = self._sums[key] = (configuration, kept)
            for old in tuple(self._sums)[:-_SUMS_KEPT]:
                self._sums.pop(old, None)
        return held[1]
