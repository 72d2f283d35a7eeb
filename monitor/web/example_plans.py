"""The example plans that are shipped: shown where no plan below another is loaded, always marked as made up."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from monitor.catalogue.loader import Catalogue, load_catalogues
from monitor.catalogue.problems import CatalogueError
from monitor.report.levels import EXAMPLE
from monitor.shipped import find_shipped


def examples_beside(loaded: Sequence[Catalogue]) -> tuple[Catalogue, ...]:
    """Those whose parent is loaded; none as soon as any loaded plan has a parent of its own."""
    if any(one.plan.parent is not None for one in loaded):
        return ()
    names = {one.plan.id for one in loaded}
    return tuple(one for one in _shipped() if one.plan.parent in names)


@lru_cache(maxsize=1)
def _shipped() -> tuple[Catalogue, ...]:
    """Nothing where the installation's files were damaged: the page says then that no plan is loaded."""
    folder = find_shipped("data/plans")
    try:
        return load_catalogues(sorted(folder.glob(f"{EXAMPLE}*.yaml")))
    except CatalogueError:
        return ()
