"""The plan as data: the catalogue's model, its loader and checks, regions, units and periods.

This room imports no other room. Names are loaded when they are first asked for: the process that reads untrusted
files needs periods and units alone, and starts in a third of the time without the model and YAML.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .alignment import find_alignment
    from .loader import (
        Catalogue,
        json_schema,
        load_catalogues,
        load_regions,
        parse_catalogues,
        parse_regions,
    )
    from .models import Indicator, Plan, Relation, Text
    from .periods import Period, parse_period
    from .problems import CatalogueError, Problem
    from .regions import Region, Regions
    from .relations import ParsedRelation
    from .units import canonical_unit, factor_between

__all__ = [
    "Catalogue",
    "CatalogueError",
    "Indicator",
    "ParsedRelation",
    "Period",
    "Plan",
    "Problem",
    "Region",
    "Regions",
    "Relation",
    "Text",
    "canonical_unit",
    "factor_between",
    "find_alignment",
    "json_schema",
    "load_catalogues",
    "load_regions",
    "parse_catalogues",
    "parse_period",
    "parse_regions",
]

_MODULES = {
    "alignment": ("find_alignment",),
    "loader": ("Catalogue", "json_schema", "load_catalogues", "load_regions", "parse_catalogues", "parse_regions"),
    "models": ("Indicator", "Plan", "Relation", "Text"),
    "periods": ("Period", "parse_period"),
    "problems": ("CatalogueError", "Problem"),
    "regions": ("Region", "Regions"),
    "relations": ("ParsedRelation",),
    "units": ("canonical_unit", "factor_between"),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    """The public name `name`, from the module it lives in (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = found
    return found
