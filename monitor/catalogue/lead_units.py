"""Which units lead tasks, read from a tasks file without judging it: accounts are limited to departments by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from .base import Owner
from .files import read_text
from .problems import CatalogueError
from .yaml_nodes import parse_nodes, to_data


def lead_units(path: Path | None) -> tuple[Owner, ...]:
    """The lead unit of each task, none of a file that cannot be read: what is wrong is told where it is used."""
    if path is None:
        return ()
    try:
        root, _ = parse_nodes(read_text(path, path.name), path.name)
    except CatalogueError:
        return ()
    tasks = root.entries.get("tasks") if root is not None else None
    return tuple(_leads([to_data(one) for one in tasks.elements])) if tasks is not None else ()


def _leads(tasks: list[object]) -> Iterator[Owner]:
    for task in tasks:
        try:
            if isinstance(task, dict) and "lead" in task:
                yield Owner.model_validate(task["lead"])
        except ValidationError:
            continue
