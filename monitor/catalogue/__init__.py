"""The plan as data: the catalogue's model, its loader and checks, regions, units and periods.

This room imports no other room.
"""

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
