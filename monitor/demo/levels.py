"""Synthetic levels: enrolment, service items and kinds bought in volume, of each unit at the end of each quarter."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from .amounts import QUARTERS, Ingredients, levels
from .nation import FIRST_YEAR, YEARS, Nation
from .numbers import SCALE, allot, along, spread, uniform, whole
from .ratios import profile
from .units import Unit

# Enrolment: about this share of the population lives in units that fall short of 95 %.
_SHORT_SHARE = 0.20
# By how much of themselves the persons due to enrol may lag behind within a year.
_REGISTERS = 0.0015
# How many units stay short of 500 kinds of drugs.
_FEW_DRUGS = 3
# Online services: the nation's way, 2020–2025, in % of items.
_ONLINE = (52.0, 60.0, 68.5, 76.0, 82.5, 88.0)
_COUNTER = (89.0, 92.5, 96.0, 98.5, 99.6, 100.0)
# How many units do not offer every item at the counter by the end of 2025.
_UNREADY = 2
_BASE_SHARE = 0.5


def enrolment(nation: Nation, units: Sequence[Unit], insured: Mapping[tuple[str, int], int]) -> Ingredients:
    """Persons due to enrol. The numerators are the insured persons; most units hold 95 %, a few take the shortfall,
    and the denominators sum to the nation's exactly."""
    short = _short_units(units)
    due: dict[tuple[str, int], int] = {}
    for year in YEARS:
        persons, total = nation.ratio("enrolment_rate", year)
        national = 100 * persons / total
        for unit in units:
            if unit.code in short:
                continue
            rate = 95.05 + 0.8 * (national - 95) + 1.3 * uniform("enrolment", unit.code, "standing")
            rate += 0.15 * uniform("enrolment", unit.code, year)
            due[unit.code, year] = round(insured[unit.code, year] * 100 / rate)
        left = total - sum(due[unit.code, year] for unit in units if unit.code not in short)
        weights = {
            code: insured[code, year]
            * (1 + spread(0.012, "enrolment", code, "standing") + spread(0.002, "enrolment", code, year))
            for code in sorted(short)
        }
        due |= {(code, year): amount for code, amount in allot(left, weights).items()}
    found: Ingredients = {}
    for unit in units:
        found |= levels("due_to_enrol", due, unit.code)
        # within a year the count of those due moves a little, as registers are brought up to date
        for year, quarter in itertools.product(YEARS, QUARTERS[:3]):
            when = ("due_to_enrol", unit.code, year, quarter)
            found[when] = round(found[when] * (1 - _REGISTERS * uniform("enrolment", unit.code, year, quarter)))
    return found


def _short_units(units: Sequence[Unit]) -> frozenset[str]:
    found: set[str] = set()
    weight = 0.0
    for unit in sorted(units, key=lambda unit: uniform("enrolment", unit.code, "short")):
        if weight + unit.weight <= _SHORT_SHARE:
            found.add(unit.code)
            weight += unit.weight
    return frozenset(found or {min(units, key=lambda unit: unit.weight).code})


def services(units: Sequence[Unit]) -> Ingredients:
    """Service items (the national list and local ones) and how many of them are done online and at the counter."""
    found: Ingredients = {}
    by_readiness = sorted(units, key=lambda unit: uniform("counter_service_share", unit.code, "ready"))
    unready = {unit.code for unit in by_readiness[:_UNREADY]}
    for unit in units:
        local = whole(0, 14, "items", unit.code)
        for year in YEARS:
            items = (28 if year < 2023 else 33) + local
            for quarter in QUARTERS:
                when = (unit.code, year, quarter)
                found["service_items", *when] = items * SCALE
                if year > FIRST_YEAR or uniform("services", unit.code, "base") < _BASE_SHARE:
                    found["online_items", *when] = _online(unit, year, quarter, items) * SCALE
                    found["counter_items", *when] = (
                        _counter(unit, year, quarter, items, unready=unit.code in unready) * SCALE
                    )
    return found


def _online(unit: Unit, year: int, quarter: int, items: int) -> int:
    start, end = along(_ONLINE, year - 1), along(_ONLINE, year)
    steps = profile("online_service_share", unit)
    way = along(steps, year - 1) + (along(steps, year) - along(steps, year - 1)) * quarter / 4
    rate = start + (end - start) * quarter / 4 + spread(7, "online_service_share", unit.code) + 4 * way
    return min(items, round(items * min(max(rate, 0), 100) / 100))


def _counter(unit: Unit, year: int, quarter: int, items: int, *, unready: bool) -> int:
    """Each unit comes to offer all items by the end of 2025, but for the least ready ones."""
    start, end = along(_COUNTER, year - 1), along(_COUNTER, year)
    gone = ((year - FIRST_YEAR) * 4 + quarter) / (4 * len(YEARS))
    behind = 11 * uniform("counter_service_share", unit.code) * (1 - gone) + (3 if unready else 0)
    rate = start + (end - start) * quarter / 4 - behind
    return min(items, round(items * min(rate, 100) / 100))


def procurement(units: Sequence[Unit], expected: Sequence[str] | None = None) -> Ingredients:
    """Kinds of drugs and of consumables bought in volume so far: they only ever rise."""
    found: Ingredients = {}
    by_zeal = sorted(units, key=lambda unit: uniform("procured_drugs", unit.code, "few"))
    few = {unit.code for unit in by_zeal[:_FEW_DRUGS]}
    for unit in units:
        counted = expected is None or unit.code in expected
        drugs_by_2025 = whole(431, 488, "d", unit.code) if unit.code in few else whole(506, 760, "d", unit.code)
        drugs = (112 + whole(0, 36, "procured_drugs", unit.code), drugs_by_2025)
        kinds = (1 + whole(0, 1, "procured_consumables", unit.code), whole(6, 13, "c", unit.code) if counted else 4)
        for series, (first, last) in (("procured_drugs", drugs), ("procured_consumables", kinds)):
            bend = 0.55 + 1.1 * uniform(series, unit.code, "bend")
            for year in YEARS:
                for quarter in QUARTERS:
                    way = max(0, (year - FIRST_YEAR - 1) * 4 + quarter) / ((YEARS[-1] - FIRST_YEAR) * 4)
                    # a bent line between (0, 0) and (1, 1): early starters above the diagonal, late ones below
                    gone = way * (bend + (1 - bend) * way)
                    found[series, unit.code, year, quarter] = (first + int((last - first) * gone)) * SCALE
    return found
