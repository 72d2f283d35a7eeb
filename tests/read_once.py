"""Plans and regions that were read before: a text that was found good is the same plan each time it is read.

Commands, worlds and desks of the tests read the shipped plan hundreds of times. What was read cannot be changed, and a
text with a fault is read anew each time. Tests of the catalogue itself (tests/catalogue) and those on request read all.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.catalogue import loader
from monitor.catalogue.loader import Catalogue
from monitor.catalogue.problems import Problem
from monitor.catalogue.regions import Regions

_parse = loader._parse
_known: dict[tuple[object, ...], tuple[Catalogue, ...]] = {}


def read_once(once: bool) -> None:
    """From now on, in this process."""
    loader._parse = _remembered if once else _parse


def _remembered(
    texts: Sequence[tuple[str, str]], regions: Regions | None, problems: list[Problem]
) -> tuple[Catalogue, ...]:
    # regions made of rows have no text to tell them apart by
    rows = None if regions is None else regions.rows
    key = (tuple(texts), rows)
    if problems or key not in _known:
        found = _parse(texts, regions, problems)
        _known[key] = found
    return _known[key]
