"""The settings that a verdict depends on; they are printed under every table that uses them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal

METHOD_VERSION = "1"
"""Raised only when a result could change (interface.md, Scorecard)."""


@dataclass(frozen=True)
class MethodSettings:
    """`ahead` and `near` multiply the time share; `band_tolerance` is in the indicator's unit."""

    ahead: Decimal = Decimal("1.2")
    near: Decimal = Decimal("0.8")
    band_tolerance: Decimal = Decimal("1")

    def to_json(self) -> str:
        """Compact JSON with sorted keys; numbers exactly as set."""
        numbers = {"ahead": self.ahead, "band_tolerance": self.band_tolerance, "near": self.near}
        return "{" + ",".join(f"{json.dumps(key)}:{value.normalize():f}" for key, value in numbers.items()) + "}"
