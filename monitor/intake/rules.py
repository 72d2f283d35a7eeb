"""What the reader must know of the loaded plans and regions, small enough to hand to another process.

The child that reads untrusted bytes gets these as JSON, so that it needs neither YAML nor the catalogue's models.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from monitor.catalogue.loader import Catalogue
    from monitor.catalogue.models import Indicator
    from monitor.catalogue.regions import Regions

CheckSeverity = Literal["error", "query"]


@dataclass(frozen=True)
class Range:
    """A `range` check: inclusive bounds in the indicator's unit, None where open."""

    low: Decimal | None
    high: Decimal | None
    severity: CheckSeverity


@dataclass(frozen=True, eq=False)
class IndicatorRule:
    """One indicator as far as a file can be checked against it; compared by identity, so that it hashes fast.

    `factor` and `part_unit` are None for an indicator that is no ratio. `parts_severity`: of a value that does
    not agree with its parts.
    """

    id: str
    name: str
    unit: str
    factor: Decimal | None
    part_unit: str | None
    ranges: tuple[Range, ...]
    parts_severity: CheckSeverity

    # For a first comparison in floats, which leaves every close call to the exact numbers above.
    @cached_property
    def float_factor(self) -> float | None:
        return None if self.factor is None else float(self.factor)

    @cached_property
    def float_low(self) -> float:
        return max((float(check.low) for check in self.ranges if check.low is not None), default=-math.inf)

    @cached_property
    def float_high(self) -> float:
        return min((float(check.high) for check in self.ranges if check.high is not None), default=math.inf)


@dataclass(frozen=True)
class Rules:
    """`numbers`: number → id, empty unless exactly one plan is loaded. `regions`: code → name."""

    indicators: Mapping[str, IndicatorRule]
    numbers: Mapping[str, str]
    regions: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        return {
            "indicators": [
                {
                    "id": rule.id,
                    "name": rule.name,
                    "unit": rule.unit,
                    "factor": _text(rule.factor),
                    "part_unit": rule.part_unit,
                    "ranges": [[_text(check.low), _text(check.high), check.severity] for check in rule.ranges],
                    "parts_severity": rule.parts_severity,
                }
                for rule in self.indicators.values()
            ],
            "numbers": dict(self.numbers),
            "regions": dict(self.regions),
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Rules:
        indicators = {
            item["id"]: IndicatorRule(
                id=item["id"],
                name=item["name"],
                unit=item["unit"],
                factor=_number(item["factor"]),
                part_unit=item["part_unit"],
                ranges=tuple(Range(_number(low), _number(high), severity) for low, high, severity in item["ranges"]),
                parts_severity=item["parts_severity"],
            )
            for item in content["indicators"]
        }
        return cls(indicators, content["numbers"], content["regions"])


def rules_of(catalogues: Sequence[Catalogue], regions: Regions) -> Rules:
    """The rules of all loaded plans together; an id that several plans hold is checked by every plan's checks."""
    indicators: dict[str, IndicatorRule] = {}
    for catalogue in catalogues:
        for indicator in catalogue.indicators:
            indicators[indicator.id] = _rule(indicator, indicators.get(indicator.id))
    numbers = {}
    if len(catalogues) == 1:
        numbers = {str(indicator.number): indicator.id for indicator in catalogues[0].indicators}
    names = {code: region.name for code in regions.codes if (region := regions.get(code))}
    return Rules(indicators, numbers, names)


def _rule(indicator: Indicator, earlier: IndicatorRule | None) -> IndicatorRule:
    """The rule of one indicator; its parts check may only be stricter than the usual query."""
    ranges = list(earlier.ranges) if earlier else []
    severity: CheckSeverity = earlier.parts_severity if earlier else "query"
    for check in indicator.checks:
        if check.rule == "range":
            ranges.append(Range(check.min, check.max, check.severity))
        elif check.rule == "parts" and check.severity == "error":
            severity = "error"
    figure = indicator.figure
    return IndicatorRule(
        id=indicator.id,
        name=indicator.name.zh,
        unit=indicator.unit,
        factor=figure.factor if figure else None,
        part_unit=figure.unit if figure else None,
        ranges=tuple(dict.fromkeys(ranges)),
        parts_severity=severity,
    )


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
