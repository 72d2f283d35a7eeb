"""Numbers that depend on their key alone: no random state, no library whose stream could change.

Amounts are integers of one ten-thousandth of their unit (万元 of 亿元, persons of 万人), so that sums are exact.
Floats are combined with + − × ÷ only, which every platform rounds alike.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal

SCALE = 10_000


def uniform(*key: object) -> float:
    """A number in [0, 1) that belongs to the key: the first 53 bits of its SHA-256."""
    digest = hashlib.sha256("\x1f".join(str(part) for part in key).encode()).digest()
    return (int.from_bytes(digest[:8], "big") >> 11) / (1 << 53)


def spread(width: float, *key: object) -> float:
    """A number in [-width, width) that belongs to the key."""
    return width * (2 * uniform(*key) - 1)


def whole(low: int, high: int, *key: object) -> int:
    """A whole number in low..high, both included, that belongs to the key."""
    return low + int(uniform(*key) * (high - low + 1))


def allot(total: int, weights: Mapping[str, float]) -> dict[str, int]:
    """Split `total` in proportion to the weights, exactly: the largest remainders take what rounding leaves.

    Weights are positive; a tie goes to the smaller key. Hamilton's method of apportionment.
    """
    whole_weight = sum(weights.values())
    quotas = {key: total * weight / whole_weight for key, weight in weights.items()}
    return settle(total, quotas)


def settle(total: int, wanted: Mapping[str, float]) -> dict[str, int]:
    """Whole numbers next to the wanted ones whose sum is exactly `total`.

    `wanted` must sum to `total` but for rounding; each result differs from its wish by less than 1 unless it does not.
    """
    floors = {key: int(amount // 1) for key, amount in wanted.items()}
    left = total - sum(floors.values())
    by_remainder = sorted(wanted, key=lambda key: (floors[key] - wanted[key], key))
    each, extra = divmod(left, len(by_remainder))
    return {key: floors[key] + each + (1 if place < extra else 0) for place, key in enumerate(by_remainder)}


def scaled(number: Decimal | int | str) -> int:
    """An amount in ten-thousandths. Raises ValueError when it has more than four decimals."""
    amount = Decimal(number) * SCALE
    if amount != amount.to_integral_value():
        raise ValueError(f"more than four decimals: {number}")
    return int(amount)


def plain(amount: int) -> Decimal:
    """Ten-thousandths back to an exact decimal without trailing zeros: 852000 → 85.2, 120000000 → 12000."""
    text = f"{amount // SCALE}.{amount % SCALE:04d}".rstrip("0").rstrip(".")
    return Decimal(text)


def along(path: Sequence[float], year: int, first_year: int = 2020) -> float:
    """The path's number for a year; before its first year the first, after its last the last."""
    return path[min(max(year - first_year, 0), len(path) - 1)]
