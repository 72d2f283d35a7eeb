"""The loaded plans and their forms as parallel lists: what submit_form_of.sql chooses from, set by set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.catalogue.loader import Catalogue
    from monitor.catalogue.regions import Regions

Lists = dict[str, list[int] | list[str]]


def plan_lists(catalogues: Sequence[Catalogue], regions: Regions) -> Lists:
    """Which plan has which indicator, and which region lies in whose tree."""
    indicators = [
        (place, catalogue.plan.id, indicator.id)
        for place, catalogue in enumerate(catalogues)
        for indicator in catalogue.indicators
    ]
    tree = [
        (place, code)
        for place, catalogue in enumerate(catalogues)
        for code in (catalogue.plan.region, *(region.code for region in regions.descendants(catalogue.plan.region)))
    ]
    return {
        "indicator_places": [row[0] for row in indicators],
        "indicator_forms": [row[1] for row in indicators],
        "indicator_ids": [row[2] for row in indicators],
        "region_places": [row[0] for row in tree],
        "region_codes": [row[1] for row in tree],
    }


def form_lists(catalogues: Sequence[Catalogue], regions: Regions) -> Lists:
    """What each form asks for, of whom and for when; its place is its turn among all forms.

    Units stand beside periods by eras, the times between two changes of the tree, so that the lists stay as long as
    the forms, their periods and their units are, not the product of these.
    """
    asked: list[tuple[int, str, str]] = []
    periods: list[tuple[int, str, int]] = []
    units: list[tuple[int, int, str]] = []
    place = 0
    for catalogue in catalogues:
        roster = catalogue.roster(regions)
        for form in catalogue.forms:
            asked += [(place, form.id, indicator) for indicator in form.indicators]
            periods += [(place, period.code, era) for period, era in roster.periods[form.id].items()]
            for (name, era), codes in roster.units.items():
                if name == form.id:
                    units += [(place, era, code) for code in codes]
            place += 1
    return {
        "asked_places": [row[0] for row in asked],
        "asked_forms": [row[1] for row in asked],
        "asked_indicators": [row[2] for row in asked],
        "period_places": [row[0] for row in periods],
        "period_codes": [row[1] for row in periods],
        "period_eras": [row[2] for row in periods],
        "unit_places": [row[0] for row in units],
        "unit_eras": [row[1] for row in units],
        "unit_codes": [row[2] for row in units],
    }
