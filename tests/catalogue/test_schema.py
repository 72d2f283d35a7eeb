"""The JSON Schema of `indicators.yaml` agrees with the loader.

The validator below knows the keywords that the schema uses and fails on any other, so that a keyword that
draft 2020-12 does not have cannot slip in unnoticed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.catalogue import CatalogueError, json_schema, parse_catalogues

SHIPPED = Path(__file__).parents[2] / "indicators.yaml"
SCHEMA: dict[str, Any] = json_schema()

TYPES: dict[str, tuple[type, ...]] = {
    "null": (type(None),), "string": (str,), "object": (dict,), "array": (list,), "boolean": (bool,),
    "integer": (int,), "number": (int, float),
}  # fmt: skip
ANNOTATIONS = {"$schema", "$defs", "title", "description", "discriminator", "format"}


def faults(schema: dict[str, Any], value: Any) -> Iterator[str]:
    """What is wrong with plain data by the schema; KeyError for a keyword that is not known here."""
    for keyword, rule in schema.items():
        if keyword not in ANNOTATIONS and not KEYWORDS[keyword](rule, value, schema):
            yield f"{keyword} {rule!r:.60} {value!r:.60}"


def fits(schema: dict[str, Any], value: Any) -> bool:
    return not any(faults(schema, value))


def _type(rule: str | list[str], value: Any, _: Any) -> bool:
    kinds = [rule] if isinstance(rule, str) else rule
    return any(isinstance(value, TYPES[kind]) and isinstance(value, bool) == (kind == "boolean") for kind in kinds)


def _others(rule: bool | dict[str, Any], value: dict[str, Any], schema: dict[str, Any]) -> bool:
    """Keys that neither `properties` nor `patternProperties` names."""
    patterns = [
        *schema.get("patternProperties", {}),
        *(f"^{re.escape(name)}$" for name in schema.get("properties", {})),
    ]
    rest = [key for key in value if not any(re.search(pattern, key) for pattern in patterns)]
    return all(fits(rule, value[key]) for key in rest) if isinstance(rule, dict) else rule or not rest


KEYWORDS: dict[str, Any] = {
    "$ref": lambda rule, value, _: fits(SCHEMA["$defs"][rule.removeprefix("#/$defs/")], value),
    "type": _type,
    "enum": lambda rule, value, _: value in rule,
    "const": lambda rule, value, _: value == rule,
    "anyOf": lambda rule, value, _: any(fits(each, value) for each in rule),
    "oneOf": lambda rule, value, _: sum(fits(each, value) for each in rule) == 1,
    "if": lambda rule, value, schema: fits(schema["then"] if fits(rule, value) else schema["else"], value),
    "then": lambda *_: True,
    "else": lambda *_: True,
    "pattern": lambda rule, value, _: not isinstance(value, str) or bool(re.search(rule, value)),
    "minLength": lambda rule, value, _: not isinstance(value, str) or len(value) >= rule,
    "minimum": lambda rule, value, _: not isinstance(value, int | float) or value >= rule,
    "maximum": lambda rule, value, _: not isinstance(value, int | float) or value <= rule,
    "exclusiveMinimum": lambda rule, value, _: not isinstance(value, int | float) or value > rule,
    "items": lambda rule, value, _: not isinstance(value, list) or all(fits(rule, item) for item in value),
    "minItems": lambda rule, value, _: not isinstance(value, list) or len(value) >= rule,
    "required": lambda rule, value, _: not isinstance(value, dict) or all(key in value for key in rule),
    "minProperties": lambda rule, value, _: not isinstance(value, dict) or len(value) >= rule,
    "propertyNames": lambda rule, value, _: not isinstance(value, dict) or all(fits(rule, key) for key in value),
    "properties": lambda rule, value, _: (
        not isinstance(value, dict) or all(fits(rule[key], item) for key, item in value.items() if key in rule)
    ),
    "patternProperties": lambda rule, value, _: (
        not isinstance(value, dict)
        or all(fits(rule[p], item) for key, item in value.items() for p in rule if re.search(p, key))
    ),
    "additionalProperties": lambda rule, value, schema: not isinstance(value, dict) or _others(rule, value, schema),
}


def plain(data: Any) -> Any:
    """JSON's view of what a YAML reader gives: keys and days as texts."""
    if isinstance(data, dict):
        return {str(key): plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [plain(item) for item in data]
    return data.isoformat() if isinstance(data, date) else data


@pytest.fixture(params=["shipped", "least", "other"])
def sound(request: pytest.FixtureRequest) -> str:
    texts = {"shipped": SHIPPED.read_text(encoding="utf-8"), "least": LEAST, "other": OTHER}
    return texts[str(request.param)]


LEAST = """\
plan: {id: p, title: 规划, region: "000000", period: {base: 2025, start: 2026, end: 2030}}
indicators:
  - {id: a, number: 1, name: 甲, nature: expected, unit: "%", direction: up, accumulation: stock,
     aggregate: ratio_of_sums, frequency: year, target: {rule: reach, comparator: ge, value: 90}}
"""

OTHER = """\
plan:
  id: province
  title: {zh: 某省规划, en: null}
  document: 2026
  region: "510000"
  period: {base: 2025, start: 2026, end: 2030}
  parent: null
  issued_on: 2026-08-01
indicators:
  - id: balance_months
    number: 1
    name: 可支付月数
    nature: binding
    unit: 月
    direction: up
    accumulation: stock
    aggregate: none
    frequency: half
    baseline: {printed: 9, value: 9, comparator: approx}
    target: {year: null, printed: 6个月以上, rule: reach, comparator: ge, value: 6}
    path: {2026: 4, 2028: 5.5}
    owner: {zh: 处室, inferred: true}
    checks: null
    breaks: [{period: 2027, note: 普查}, {period: 2027-Q3, note: {zh: 口径, en: scope}}]
    versions: [{valid_from: 2028-01-01, reason: 调整, approval: 批复, definition: 新口径}]
    regional_targets: {"510100": {target: {rule: judge, text: 提高}, baseline: {value: 3}}}
relations: null
"""


def test_the_schema_accepts_what_the_loader_accepts(sound: str) -> None:
    parse_catalogues([("a.yaml", sound)])
    assert [*faults(SCHEMA, plain(yaml.safe_load(sound)))] == []
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("direction: up", "direction: upward"),
        ("number: 1", "numer: 1"),
        ("rule: reach", "rule: judge"),
        (", target: {rule: reach, comparator: ge, value: 90}", ""),
        ("nature: expected", "nature: context"),
        ('unit: "%"', "unit: 斤"),
        ("value: 90", "value: many"),
        ("number: 1", "number: 0"),
        ("rule: reach,", "rule: reach, year: 25,"),
        ("target:", "path: {25: 90}, target:"),
        ("target:", "regional_targets: {5101: {}}, target:"),
        ("target:", "figure: {numerator: a, denominator: b, unit: 人, factor: 0}, target:"),
        ("target:", "checks: [{rule: outlier, threshold: 0, severity: query}], target:"),
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(old: str, new: str) -> None:
    text = LEAST.replace(old, new)
    with pytest.raises(CatalogueError):
        parse_catalogues([("a.yaml", text)])
    assert [*faults(SCHEMA, plain(yaml.safe_load(text)))]
