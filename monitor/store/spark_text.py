"""A packaged `.sql` text as Spark takes it: nothing but its parameters is written otherwise.

    $name                 :name, a number or a text; moments are texts, which the texts themselves cast
    $list                 from_json(:list, 'ARRAY<…>'): as JSON thirty thousand numbers are read in a second, as an
                          array of literals in ten
    x = ANY($list)        x IN (SELECT explode(list)): a list as rows, which standard SQL writes as DuckDB does
    unnest($list)         explode(list)
    JOIN array            JOIN (SELECT explode(array) AS number): an array of numbers is a relation of its name

Everything else must be portable as it stands (tests/store/test_portable_texts.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime

import numpy as np

from .times import to_stored

_MARKER = re.compile(r"(?P<any>= ANY\()?(?P<rows>\bunnest\()?\$(?P<name>[a-z_]+)(?P<end>\))?")
_AS_LIST = re.compile(r"(?:\bANY|\barray_contains|\barray_position|\bunnest)\(\$([a-z_]+)")
Argument = str | int | bool | None


def for_spark(text: str, parameters: Mapping[str, object] | None) -> tuple[str, dict[str, Argument]]:
    """The text with Spark's markers, and their values. Raises KeyError for a parameter that is not given."""
    given = parameters or {}
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("--"))
    for name in (name for name, value in given.items() if isinstance(value, np.ndarray)):
        code = re.sub(rf"\bJOIN {name}\b", f"JOIN (SELECT unnest(${name}) AS number)", code)
    lists = set(_AS_LIST.findall(code)) | {name for name, value in given.items() if isinstance(value, (list, tuple))}
    used: dict[str, Argument] = {}

    def marked(found: re.Match[str]) -> str:
        name, end = found["name"], found["end"] or ""
        value = given[name]
        used[name] = _argument(value)
        marker = f"from_json(CAST(:{name} AS STRING), 'ARRAY<{_element(value)}>')" if name in lists else f":{name}"
        if found["any"]:
            return f"IN (SELECT explode({marker}))"
        return f"explode({marker})" if found["rows"] else f"{marker}{end}"

    return _MARKER.sub(marked, code), used


def _argument(value: object) -> Argument:
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return json.dumps(list(value), ensure_ascii=False)
    if isinstance(value, datetime):
        return to_stored(value).isoformat(sep=" ")
    if value is None or isinstance(value, (str, int)):
        return value
    raise TypeError(f"Spark is given no {type(value).__name__}")


def _element(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return "BIGINT" if value and all(isinstance(one, int) for one in value) else "STRING"
    return "BIGINT" if isinstance(value, np.ndarray) else "STRING"
