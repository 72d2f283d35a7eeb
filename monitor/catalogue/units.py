"""Units of measurement and the exact factors between them (catalogue.md, Units)."""

from __future__ import annotations

from fractions import Fraction

# dimension → unit → how many of the dimension's base unit it is
_DIMENSIONS: dict[str, dict[str, int]] = {
    "share": {"%": 1},
    "person": {"人": 1, "万人": 10**4, "亿人": 10**8},
    "visit": {"人次": 1, "万人次": 10**4},
    "money": {"元": 1, "万元": 10**4, "亿元": 10**8, "万亿元": 10**12},
    "count": {"个": 1, "种": 1, "类": 1, "项": 1},
    "month": {"月": 1},
    "day": {"天": 1},
}
ALIASES = {"percent": "%", "％": "%", "person": "人", "yuan": "元", "count": "个", "kind": "种"}
_FACTORS = {unit: (dimension, size) for dimension, sizes in _DIMENSIONS.items() for unit, size in sizes.items()}
UNITS = tuple(_FACTORS)


def canonical_unit(text: str) -> str | None:
    """The unit's one spelling here, or None when it is unknown."""
    name = ALIASES.get(text.strip().lower(), text.strip())
    return name if name in _FACTORS else None


def factor_between(source: str, target: str) -> Fraction | None:
    """What a number in `source` is multiplied by to be in `target`; None when they measure different things.

    Both units in canonical spelling.
    """
    if source not in _FACTORS or target not in _FACTORS:
        return None
    (dimension, size), (other, other_size) = _FACTORS[source], _FACTORS[target]
    return Fraction(size, other_size) if dimension == other else None


def dimension(unit: str) -> str:
    """What a unit measures: share, person, visit, money, count, month or day. Raises KeyError for an unknown unit."""
    return _FACTORS[unit][0]


def base_unit(unit: str) -> str:
    """The unit of size 1 that measures the same thing: 万亿元 → 元. Raises KeyError for an unknown unit."""
    return next(iter(_DIMENSIONS[dimension(unit)]))
