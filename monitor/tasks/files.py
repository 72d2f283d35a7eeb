"""Tasks from a file: checked as a whole, every fault told at once with file, line and path; and where a plan's lie."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from monitor.catalogue.explain import Explainer
from monitor.catalogue.files import read_text, refuse_empty
from monitor.catalogue.loader import Catalogue
from monitor.catalogue.problems import CatalogueError, Problem, in_order
from monitor.catalogue.yaml_nodes import Location, Node, locate, parse_nodes, to_data
from monitor.shipped import find_shipped

from .models import TaskFile

_FILES_KEPT = 16


def tasks_path(catalogue: Catalogue) -> Path | None:
    """Where the tasks of a plan lie: the file that its catalogue names or has beside it, else the shipped one."""
    if catalogue.tasks is not None:
        return catalogue.tasks
    try:
        return find_shipped(f"data/tasks-{catalogue.plan.id}.yaml")
    except FileNotFoundError:
        return None


def tasks_of(catalogue: Catalogue) -> TaskFile | None:
    """The tasks of a plan, None where it has none. Raises CatalogueError."""
    path = tasks_path(catalogue)
    return None if path is None else load_tasks(path, catalogue.plan.id)


def load_tasks(path: Path, plan: str | None = None) -> TaskFile:
    """One tasks file, read again when it changes; with `plan` it must be that plan's.

    Raises CatalogueError with all faults.
    """
    try:
        facts = path.stat()
    except OSError:
        return parse_tasks(read_text(path, path.name), path.name, plan)  # which says what is wrong
    return _load(path, facts.st_mtime_ns, facts.st_size, plan)


@lru_cache(maxsize=_FILES_KEPT)
def _load(path: Path, _changed: int, _size: int, plan: str | None) -> TaskFile:
    return parse_tasks(read_text(path, path.name), path.name, plan)


def parse_tasks(text: str, name: str, plan: str | None = None) -> TaskFile:
    """The same from a text. Raises CatalogueError with all faults."""
    refuse_empty(text, name)
    root, problems = parse_nodes(text, name)
    if root is None or root.kind != "mapping":
        if not problems:
            zh, en = "文件应以 plan:、source:、tasks: 开头", "the file must hold plan:, source: and tasks:"
            problems = [Problem(name, None, "", "bad_value", zh, en)]
        raise CatalogueError(in_order(problems))
    data = to_data(root)
    found: TaskFile | None = None
    try:
        found = TaskFile.model_validate(data)
    except ValidationError as error:
        problems += Explainer(name, root, TaskFile, ()).problems(error.errors())
    problems += _Checks(name, root, data, plan).problems()
    if problems or found is None:
        raise CatalogueError(in_order(problems))
    return found


class _Checks:
    """What one key cannot know of another. They read the plain data, so that a fault of shape hides none of these."""

    def __init__(self, name: str, root: Node, data: dict[str, Any], plan: str | None) -> None:
        self._name, self._root, self._data, self._plan = name, root, data, plan
        self._parts = {one["id"]: one for _, one in self._listed("parts") if isinstance(one.get("id"), str)}

    def problems(self) -> Iterator[Problem]:
        plan = self._data.get("plan")
        if self._plan is not None and isinstance(plan, str) and plan != self._plan:
            zh, en = f"这是规划“{plan}”的任务，应为“{self._plan}”", f"tasks of '{plan}', not of '{self._plan}'"
            yield self._problem(("plan",), "wrong_plan", zh, en)
        yield from self._twice("parts", ())
        yield from self._twice("tasks", ())
        for index, one in self._listed("parts"):
            yield from self._section(("parts", index), one)
        for index, one in self._listed("tasks"):
            yield from self._task(("tasks", index), one)

    def _section(self, place: Location, part: dict[str, Any]) -> Iterator[Problem]:
        section = part.get("section")
        if section is None:
            return
        held = self._parts.get(section) if isinstance(section, str) else None
        if held is None or held.get("kind") != "section" or part.get("kind") != "box":
            zh, en = "section 须是一个 kind: section 的编码，且只用于 kind: box", "`section` names a section, for a box"
            yield self._problem((*place, "section"), "unknown_part", zh, en)

    def _task(self, place: Location, task: dict[str, Any]) -> Iterator[Problem]:
        part = task.get("part")
        if isinstance(part, str) and part not in self._parts:
            yield self._problem((*place, "part"), "unknown_part", "parts 中没有这个编码", "no part of `parts`")
        for key in ("goals", "milestones"):
            yield from self._twice(key, place)
        text = task.get("text")
        for index, one in self._listed("milestones", place):
            yield from self._verbatim((*place, "milestones", index, "printed"), one.get("printed"), text)
        for index, one in self._listed("goals", place):
            yield from self._verbatim((*place, "goals", index, "printed"), one.get("printed"), text)

    def _verbatim(self, place: Location, printed: object, text: object) -> Iterator[Problem]:
        """What is asked for stands in the task's own text: nothing is made up."""
        if isinstance(printed, str) and isinstance(text, str) and printed not in text:
            zh = "printed 须是本任务 text 中的原文；规划没有写的不要添加"
            yield self._problem(
                place, "not_in_text", zh, "`printed` must stand in the task's `text`: add nothing to it"
            )

    def _twice(self, key: str, place: Location) -> Iterator[Problem]:
        seen: dict[str, int] = {}
        for index, one in self._listed(key, place):
            name = one.get("id")
            if not isinstance(name, str):
                continue
            if name in seen:
                first = locate(self._root, (*place, key, seen[name], "id"))[1].line
                zh, en = f"编码重复，第一次在第 {first} 行", f"this id is written twice, first in line {first}"
                yield self._problem((*place, key, index, "id"), "duplicate_id", zh, en)
            else:
                seen[name] = index

    def _listed(self, key: str, place: Location = ()) -> Iterator[tuple[int, dict[str, Any]]]:
        held: Any = self._data
        for step in place:
            held = held[step]
        listed = held.get(key)
        for index, one in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(one, dict):
                yield index, one

    def _problem(self, place: Location, code: str, zh: str, en: str) -> Problem:
        _, found = locate(self._root, place)
        return Problem(self._name, found.line, found.path, code, zh, en, found.text)
