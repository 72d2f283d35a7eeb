"""One spelling for what a catalogue means, so that its version changes only with its meaning."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel


def canonical(value: Any) -> Any:
    """Plain JSON data; keys that stand at their default are left out, 95.0 and 95 are the same number."""
    if isinstance(value, BaseModel):
        named = {name: getattr(value, name) for name in type(value).model_fields}
        return {
            name: canonical(item)
            for name, item in named.items()
            if item is not None and item != type(value).model_fields[name].default
        }
    if isinstance(value, Mapping):
        return {str(key): canonical(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [canonical(item) for item in value]
    if isinstance(value, Decimal):
        plain = f"{value:f}"
        plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
        return "0" if plain in {"-0", "0"} else plain.removeprefix("+")
    if isinstance(value, date):
        return value.isoformat()
    return value
