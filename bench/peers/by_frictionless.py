"""frictionless with the catalogue's rules: a schema for what a schema can say, a check of its own for the rest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import attrs
from frictionless import Check, Checklist, Resource, Schema, errors, system

from .worker import serve

_KEY = ("indicator_id", "region_code", "period")
_PERIOD = r"\d{4}(-(0[1-9]|1[0-2])|-Q[1-4]|-H[12])?"
_MOST_ERRORS = 1_000_000


@attrs.define(kw_only=True, repr=False)
class FigureCheck(Check):
    """What a schema cannot say: unit and bounds of the row's indicator, its parts, and sums over several rows."""

    type = "figure"
    Errors: ClassVar[list[Any]] = [errors.RowConstraintError]
    rules: dict[str, Any] = attrs.field(factory=dict)
    figures: dict[tuple[str, str], dict[str, Decimal]] = attrs.field(factory=dict)
    """(region, period) → indicator → value, of those that stand in relations."""
    broken: list[tuple[str, str]] = attrs.field(factory=list)

    def validate_row(self, row: Any) -> Iterator[Any]:
        rule = self.rules["indicators"].get(row["indicator_id"])
        if rule is None:
            return  # told by the schema
        note = _fault(rule, row)
        if note:
            yield errors.RowConstraintError.from_row(row, note=note)
        if row["indicator_id"] in self.rules["related"] and row["value"] is not None:
            self.figures.setdefault((row["region_code"], row["period"]), {})[row["indicator_id"]] = row["value"]

    def validate_end(self) -> Iterator[Any]:
        for place, figures in self.figures.items():
            if any(_breaks(relation, figures) for relation in self.rules["relations"]):
                self.broken.append(place)
        yield from ()


def _fault(rule: dict[str, Any], row: Any) -> str | None:
    if row["unit"] is not None and row["unit"] != rule["unit"]:
        return "the unit is another indicator's"
    above, below, value = row["numerator"], row["denominator"], row["value"]
    factor = rule["factor"]
    if above is not None or below is not None:
        if factor is None:
            return "no parts are expected"
        if above is None or below is None:
            return "a part is missing"
        if below == 0:
            return "the denominator is 0"
        value = above * factor / below
    if value is not None:
        if rule["low"] is not None and value < rule["low"]:
            return "below its range"
        if rule["high"] is not None and value > rule["high"]:
            return "above its range"
    return None


def _breaks(relation: dict[str, Any], figures: dict[str, Decimal]) -> bool:
    if any(name not in figures for name in relation["terms"]):
        return False
    total = sum(figures[name] * times for name, times in relation["terms"].items())
    if relation["least"] is None:
        return bool(abs(total) > relation["tolerance"])
    return bool(total < relation["least"])


def _exact(rules: dict[str, Any]) -> dict[str, Any]:
    """The numbers of the rules as decimals."""
    for rule in rules["indicators"].values():
        rule.update({name: None if rule[name] is None else Decimal(rule[name]) for name in ("factor", "low", "high")})
    for one in rules["relations"]:
        one["terms"] = {name: Decimal(times) for name, times in one["terms"].items()}
        one["tolerance"] = Decimal(one["tolerance"])
        one["least"] = None if one["least"] is None else Decimal(one["least"])
    rules["related"] = {name for one in rules["relations"] for name in one["terms"]}
    return rules


def _schema(rules: dict[str, Any]) -> Any:
    def text(name: str, **constraints: Any) -> dict[str, Any]:
        return {"name": name, "type": "string", "constraints": constraints}

    number = {"type": "number", "constraints": {"minimum": 0}}
    return Schema.from_descriptor(
        {
            "fields": [
                text("indicator_id", required=True, enum=list(rules["indicators"])),
                text("region_code", required=True, enum=rules["regions"]),
                text("period", required=True, pattern=_PERIOD),
                {"name": "numerator", **number},
                {"name": "denominator", **number},
                {"name": "value", "type": "number"},
                text("unit", enum=rules["units"]),
                {"name": "synthetic", "type": "boolean"},
                text("note"),
            ],
            "primaryKey": list(_KEY),
        }
    )


def check(path: str, rules: str) -> dict[str, Any]:
    """The lines told, and the (region, period) whose sums do not hold."""
    given = _exact(json.loads(Path(rules).read_text(encoding="utf-8")))
    ours = FigureCheck(rules=given)
    with system.use_context(trusted=True):  # the file's path is absolute
        resource = Resource(path=path, schema=_schema(given))
        report = resource.validate(Checklist(checks=[ours]), limit_errors=_MOST_ERRORS)
    lines = {line for (line,) in report.flatten(["rowNumber"]) if line is not None}
    return {"errors": sorted(lines), "relations": sorted(ours.broken), "rows": resource.stats.rows}


if __name__ == "__main__":
    serve({"check": check})
