"""The JSON Schema of `indicators.yaml`, for editors: draft 2020-12, generated from the model."""

from __future__ import annotations

from typing import Any

from .models import CatalogueFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, object]:
    """A schema that knows what the model knows of shape; references and years are checked by the loader alone."""
    schema = CatalogueFile.model_json_schema()
    for definition in (schema, *schema["$defs"].values()):
        _allow_null(definition)
    for name in ("Text", "Owner"):
        definition = schema["$defs"][name]
        schema["$defs"][name] = {"anyOf": [{"type": "string", "minLength": 1}, definition]}
    for name in ("Indicator", "RegionalTarget"):
        path, _ = schema["$defs"][name]["properties"]["path"]["anyOf"]
        path["propertyNames"] = {"pattern": "^[0-9]{4}$"}
    indicator = schema["$defs"]["Indicator"]
    by_region, _ = indicator["properties"]["regional_targets"]["anyOf"]
    by_region["additionalProperties"] = False
    no_target = {"properties": {"target": {"type": "null"}}}
    indicator["if"] = {"properties": {"nature": {"const": "context"}}, "required": ["nature"]}
    indicator["then"] = no_target
    indicator["else"] = {"required": ["target"], "properties": {"target": {"type": "object"}}}
    _form_kinds(schema["$defs"]["Form"])
    return {"$schema": DIALECT, "title": "indicators.yaml", **{k: v for k, v in schema.items() if k != "title"}}


def _allow_null(definition: dict[str, Any]) -> None:
    """An optional key may be written with no value; what that means is the model's, not the schema's, to say."""
    required = definition.get("required", ())
    for name, each in definition.get("properties", {}).items():
        each.pop("default", None)
        if name not in required and {"type": "null"} not in each.get("anyOf", ()):
            definition["properties"][name] = {"anyOf": [each, {"type": "null"}]}


def _form_kinds(form: dict[str, Any]) -> None:
    """A special form lists its periods, a regular one (the usual kind) has a frequency; a number needs an approval."""
    absent = {"type": "null"}
    form["if"] = {"properties": {"kind": {"const": "special"}}, "required": ["kind"]}
    form["then"] = {
        "required": ["periods"],
        "properties": {"periods": {"type": "array"}, "frequency": absent, "first": absent, "last": absent},
    }
    form["else"] = {
        "required": ["frequency"],
        "properties": {"frequency": {"type": "string"}, "periods": absent},
    }
    approved = {"required": ["approval"], "properties": {"approval": {"type": ["string", "object"]}}}
    form["anyOf"] = [{"properties": {"number": absent}}, approved]
