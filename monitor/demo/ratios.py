"""Synthetic ratios: numerators and denominators of each unit and quarter, on paths that differ from unit to unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .amounts import QUARTERS, Ingredients
from .nation import FIRST_YEAR, YEARS, Nation
from .numbers import allot, along, settle, spread, uniform
from .units import Unit

# How a unit departs from the nation's path, 2020–2025, in steps of the series' `amplitude`; + is better.
_PROFILES: Mapping[str, tuple[float, ...]] = {
    "steady": (0, 0, 0, 0, 0, 0),
    "early": (0, 0.8, 1.2, 1.2, 0.8, 0.5),
    "late": (0, -0.8, -1.2, -1.0, -0.5, 0),
    "stalled": (0, -0.5, -1.0, -1.5, -2.0, -2.5),
    "relapsed": (0, 0.8, 1.7, 1.9, -0.7, -1.0),
    "setback": (0, -1.4, -1.1, -0.4, 0, 0.2),
}
# Cumulative chances of the profiles above, in their order.
_CHANCES = (0.30, 0.52, 0.70, 0.80, 0.90, 1.0)

_SEASON = (0.243, 0.491, 0.741)
_FLOOR, _CEILING = 0.3, 99.6  # % that no generated rate leaves


@dataclass(frozen=True)
class Ratio:
    """One ratio's character, in percentage points.

    `offset`: how far a unit stands from the nation in 2020 (it narrows to two thirds by 2025); `amplitude`: the size of
    its profile; `noise`: of one year's chance; `better`: +1 higher, −1 lower; `base_share`: the share of units that
    have a figure before 2021.
    """

    id: str
    offset: float
    amplitude: float
    noise: float
    better: int = 1
    base_share: float = 1.0


RATIOS = (
    Ratio("employee_inpatient_payment_share", offset=2.5, amplitude=0.35, noise=0.25),
    Ratio("resident_inpatient_payment_share", offset=3.5, amplitude=0.6, noise=0.4),
    Ratio("medical_aid_share", offset=1.6, amplitude=0.5, noise=0.3),
    Ratio("out_of_pocket_share", offset=4.5, amplitude=0.9, noise=0.25, better=-1),
    Ratio("drg_dip_payment_share", offset=6, amplitude=7, noise=1.5, base_share=0.45),
    Ratio("drug_platform_share", offset=6, amplitude=3, noise=0.6),
    Ratio("consumables_platform_share", offset=8, amplitude=4.5, noise=1.2, base_share=0.5),
    Ratio("cross_province_settlement_rate", offset=8, amplitude=7, noise=1.0),
)


def has_base(ratio: Ratio, unit: Unit) -> bool:
    """Whether the unit has figures of that ratio for the plan's base year."""
    return uniform(ratio.id, unit.code, "base") < ratio.base_share


def profile(series: str, unit: Unit) -> tuple[float, ...]:
    """The unit's way through the plan in one series."""
    draw = uniform(series, unit.code, "profile")
    names = tuple(_PROFILES)
    return _PROFILES[names[next(place for place, chance in enumerate(_CHANCES) if draw < chance)]]


def wish(ratio: Ratio, unit: Unit, year: int, national: float) -> float:
    """The rate in % that a unit would have on its own path, before all are made to add up to the national one."""
    narrowing = 1 - (year - FIRST_YEAR) / 15
    path = ratio.better * ratio.amplitude * along(profile(ratio.id, unit), year)
    rate = national + spread(ratio.offset, ratio.id, unit.code, "offset") * narrowing + path
    return _inside(rate + spread(ratio.noise, ratio.id, unit.code, year))


def _inside(rate: float) -> float:
    return min(max(rate, _FLOOR), _CEILING)


def balanced(total: int, denominators: Mapping[str, int], rates: Mapping[str, float]) -> dict[str, int]:
    """Numerators whose sum is exactly `total`: all rates are moved by the same points, within the floor and ceiling."""
    moved = dict(rates)
    for _ in range(6):
        missing = total - sum(denominators[code] * rate / 100 for code, rate in moved.items())
        free = [code for code, rate in moved.items() if (rate < _CEILING if missing > 0 else rate > _FLOOR)]
        points = 100 * missing / sum(denominators[code] for code in free)
        for code in free:
            moved[code] = _inside(moved[code] + points)
    return settle(total, {code: denominators[code] * rate / 100 for code, rate in moved.items()})


def yearly_parts(ratio: Ratio, nation: Nation, units: Sequence[Unit]) -> dict[tuple[str, int], tuple[int, int]]:
    """(unit's code, year) → numerator and denominator; each year's parts sum to the nation's exactly.

    Before 2021 a ratio that began with the plan has figures of some units only, at about the assumed level.
    """
    found: dict[tuple[str, int], tuple[int, int]] = {}
    size = {unit.code: 1 + spread(0.15, ratio.id, unit.code, "size") for unit in units}
    for year in YEARS:
        numerator, denominator = nation.ratio(ratio.id, year)
        denominators = allot(denominator, {unit.code: unit.weight * size[unit.code] for unit in units})
        national = 100 * numerator / denominator
        rates = {unit.code: wish(ratio, unit, year, national) for unit in units}
        numerators = balanced(numerator, denominators, rates)
        for unit in units:
            if year > FIRST_YEAR or has_base(ratio, unit):
                found[unit.code, year] = (numerators[unit.code], denominators[unit.code])
    return found


def quarterly_parts(ratio: Ratio, yearly: Mapping[tuple[str, int], tuple[int, int]], unit: Unit) -> Ingredients:
    """The unit's parts to the end of each quarter: the year's own at its end, before that on the way from last year's
    rate to this year's, with a little chance."""
    found: Ingredients = {}
    name, part = f"{ratio.id}/numerator", f"{ratio.id}/denominator"
    for year in YEARS:
        if (unit.code, year) not in yearly:
            continue
        numerator, denominator = yearly[unit.code, year]
        before, whole = yearly.get((unit.code, year - 1), (numerator, denominator))
        last, now = before / whole, numerator / denominator
        for quarter, share in zip(QUARTERS, _SEASON, strict=False):
            amount = round(denominator * (share + spread(0.005, ratio.id, unit.code, year, quarter)))
            chance = spread(0.0012, ratio.id, unit.code, year, quarter, "rate")
            rate = _inside(100 * (last + (now - last) * quarter / 4 + chance)) / 100
            found[part, unit.code, year, quarter] = amount
            found[name, unit.code, year, quarter] = round(amount * rate)
        found[part, unit.code, year, 4] = denominator
        found[name, unit.code, year, 4] = numerator
    return found


def ratios(nation: Nation, units: Sequence[Unit]) -> Ingredients:
    """Parts of every ratio above, of every unit and quarter."""
    found: Ingredients = {}
    for ratio in RATIOS:
        yearly = yearly_parts(ratio, nation, units)
        for unit in units:
            found |= quarterly_parts(ratio, yearly, unit)
    return found
