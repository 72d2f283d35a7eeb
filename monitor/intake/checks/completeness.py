"""Whether a unit's sending gives every figure that its form asks of it, itself or carried from what is in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from monitor.catalogue.forms import by_form, form_of
from monitor.catalogue.models import Indicator, Severity
from monitor.catalogue.periods import MONTHS
from monitor.store.store import Transaction

from .finding import Finding
from .force import SQL
from .gather import Part

if TYPE_CHECKING:
    from monitor.catalogue.loader import Catalogue
    from monitor.catalogue.regions import Regions

_OF_A_PLAN = "reported"  # the vintage that fulfils what a plan without forms asks


def check_completeness(
    transaction: Transaction,
    parts: Sequence[Part],
    catalogues: Sequence[Catalogue],
    regions: Regions,
    severities: Mapping[str, Severity],
) -> Iterator[Finding]:
    """One finding for each figure that is asked for and not there; withheld and not applicable are answers.

    severities: id → how strictly it must be there.
    """
    asked = {part: found for part in parts if part.is_new and (found := _asked(part, catalogues, regions, severities))}
    if not asked:
        return
    told: dict[int, dict[str, tuple[int | None, bool]]] = defaultdict(dict)
    numbers = {"numbers": [part.number for part in asked]}
    for number, indicator_id, line, is_answer in transaction.run(SQL / "check_answered.sql", numbers):
        told[number][indicator_id] = (line, is_answer)
    for part, indicators in asked.items():
        for indicator in indicators:
            line, is_answer = told[part.number].get(indicator.id, (None, False))
            if not is_answer:
                yield _finding(part, indicator, severities[indicator.id], line)


def _asked(
    part: Part, catalogues: Sequence[Catalogue], regions: Regions, severities: Mapping[str, Severity]
) -> tuple[Indicator, ...]:
    """The indicators with the check that the part's form asks of its unit for its period."""
    catalogue = by_form(catalogues)[part.form]
    form = catalogue.form(part.form)
    if form is not None:
        if part.vintage != form.vintage or not catalogue.roster(regions).asks(form, part.region_code, part.period):
            return ()
        ids: tuple[str, ...] = form.indicators
    elif catalogue.forms:  # a plan with forms asks by them alone
        return ()
    else:
        ids = _asked_by_plan(part, catalogue, regions)
    found = (catalogue.indicator(name) for name in ids if name in severities)
    return tuple(
        one
        for one in found
        if one is not None and form_of(catalogues, regions, one.id, part.region_code, part.period) == part.form
    )


def _asked_by_plan(part: Part, catalogue: Catalogue, regions: Regions) -> tuple[str, ...]:
    """What a plan without forms asks: of each reporting region below its own, in its years, as often as it says."""
    years = catalogue.plan.period
    region = regions.get(part.region_code, part.period.end)
    if part.vintage != _OF_A_PLAN or region is None or not region.reporting:
        return ()
    below = {one.code for one in regions.descendants(catalogue.plan.region, part.period.end)}
    if region.code not in below or not years.start <= part.period.year <= years.end:
        return ()
    return tuple(one.id for one in catalogue.indicators if MONTHS[one.frequency] == part.period.months)


def _finding(part: Part, indicator: Indicator, severity: Severity, line: int | None) -> Finding:
    return Finding(
        part.number,
        line,
        indicator.id,
        "incomplete",
        f"incomplete:{indicator.id}",
        severity,
        {
            "indicator": indicator.id,
            "name_zh": indicator.name.zh,
            "name_en": indicator.name.in_language("en"),
            "period": part.period.code,
        },
        None,
    )
