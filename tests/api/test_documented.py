"""docs/api.md names every operation of the table, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from .conftest import World

ROW = re.compile(r"^\| `(GET|POST) (/api/v1\S*)` \| (.*) \|$", re.MULTILINE)
PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


def test_the_page_names_every_operation_and_its_parameters(calm: World) -> None:
    told = {(method, path): rest for method, path, rest in ROW.findall(PAGE)}
    paths = calm.document["paths"]
    known = {(method.upper(), path): one for path, item in paths.items() for method, one in item.items()}
    assert set(told) == set(known)
    everywhere = {"as_of", "limit", "cursor", "language", "dry_run", "explain", "reason", "name"}
    for operation, described in known.items():
        named = {one["name"] for one in described["parameters"] if one["in"] == "query"} - everywhere
        if "likewise" not in told[operation]:
            assert named - {"plan"} <= set(re.findall(r"`(\w+)`", told[operation])), operation
    assert all(f"`{name}" in PAGE for name in everywhere)


def test_every_answer_of_the_document_has_a_description(calm: World) -> None:
    for item in calm.document["paths"].values():
        for described in item.values():
            assert described["summary"] and described["description"]
            assert {"401", "403", "500", "503", "507"} <= set(described["responses"])
            assert all(one["description"] for one in described["responses"].values())


def test_every_bound_is_written_as_json_schema_writes_it(calm: World) -> None:
    def words(value: object) -> set[str]:
        if isinstance(value, dict):
            return set(value) | {word for one in value.values() for word in words(one)}
        return {word for one in value for word in words(one)} if isinstance(value, list) else set()

    assert not words(calm.document) & {"ge", "le", "gt", "lt"}
