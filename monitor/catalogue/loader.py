"""Catalogues and regions from files: checked as a whole, every fault of every file told at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from weakref import WeakKeyDictionary

from .base import Owner
from .canonical import canonical
from .crosschecks import check_file
from .drafts import DraftFile, read_drafts
from .files import read_text, refuse_empty
from .form_checks import check_forms, check_forms_together
from .forms import Form, Roster
from .lead_units import lead_units
from .models import TASKS_NAME, CatalogueFile, Indicator, Plan
from .problems import CatalogueError, Problem, in_order
from .record_checks import check_records
from .regions import Regions
from .regions_file import load_regions, parse_regions
from .relations import ParsedRelation, parse_relation
from .schema import json_schema
from .together import check_relations, check_together
from .yaml_nodes import parse_nodes

__all__ = [
    "Catalogue",
    "json_schema",
    "load_catalogues",
    "load_regions",
    "parse_catalogues",
    "parse_regions",
]


@dataclass(frozen=True)
class Catalogue:
    """One plan, checked.

    `file` is the file's base name, `text` its content as read; `version` the first 12 hexadecimal digits of the
    SHA-256 of its canonical JSON, which comments, order of keys and spelling of numbers do not change.
    """

    file: str
    text: str
    version: str
    plan: Plan
    indicators: tuple[Indicator, ...]
    relations: tuple[ParsedRelation, ...]
    forms: tuple[Form, ...] = ()
    tasks: Path | None = None
    """The file of its tasks: the one that it names, else `tasks-<plan id>.yaml` beside it or in `data` beside it."""

    @cached_property
    def _by_id(self) -> dict[str, Indicator]:
        return {indicator.id: indicator for indicator in self.indicators}

    def indicator(self, id: str) -> Indicator | None:
        return self._by_id.get(id)

    def form(self, id: str) -> Form | None:
        return next((form for form in self.forms if form.id == id), None)

    @cached_property
    def departments(self) -> Mapping[str, Owner]:
        """Who answers for indicators or leads tasks, by Chinese name, in the order of the files."""
        owners = [one.owner for one in self.indicators if one.owner is not None]
        found: dict[str, Owner] = {}
        for owner in [*owners, *lead_units(self.tasks)]:
            found.setdefault(owner.zh, owner)
        return found

    @cached_property
    def _rosters(self) -> WeakKeyDictionary[Regions, Roster]:
        return WeakKeyDictionary()

    def roster(self, regions: Regions) -> Roster:
        """Who is asked what, by this plan's forms; made once for each regions file."""
        found = self._rosters.get(regions)
        if found is None:
            found = self._rosters[regions] = Roster(self, regions)
        return found


def load_catalogues(paths: Sequence[Path], regions: Regions | None = None) -> tuple[Catalogue, ...]:
    """Read catalogues from files, and from folders every `*.yaml` in them by name.

    Files tasks-*.yaml in a folder are those of tasks and passed over. With regions their codes are checked too.
    Raises CatalogueError with all faults of all files.
    """
    files, problems = _find(paths)
    texts: list[tuple[str, str]] = []
    folders: list[Path] = []
    base_names = [path.name for path in files]
    for path in files:
        name = path.name if base_names.count(path.name) == 1 else str(path)
        try:
            texts.append((name, read_text(path, name)))
            folders.append(path.parent)
        except CatalogueError as error:
            problems.extend(error.problems)
    found = _parse(texts, regions, problems)
    return tuple(_with_tasks(one, folder) for one, folder in zip(found, folders, strict=True))


def _with_tasks(catalogue: Catalogue, folder: Path) -> Catalogue:
    if catalogue.tasks is not None:
        return replace(catalogue, tasks=folder / catalogue.tasks)
    name = f"tasks-{catalogue.plan.id}.yaml"
    usual = next((path for path in (folder / name, folder / "data" / name) if path.is_file()), None)
    return replace(catalogue, tasks=usual)


def parse_catalogues(texts: Sequence[tuple[str, str]], regions: Regions | None = None) -> tuple[Catalogue, ...]:
    """The same from (file name, text) pairs."""
    return _parse(texts, regions, [])


def _find(paths: Sequence[Path]) -> tuple[list[Path], list[Problem]]:
    """The files behind the paths, each once, and what is wrong with the folders."""
    files: dict[Path, Path] = {}
    problems: list[Problem] = []
    for path in paths:
        if not path.is_dir():
            files.setdefault(path.resolve(), path)
            continue
        found = sorted(child for child in path.glob("*.yaml") if child.is_file() and not TASKS_NAME.match(child.name))
        if not found:
            zh, en = "文件夹中没有 *.yaml 文件", "the folder holds no *.yaml file"
            problems.append(Problem(str(path), None, "", "no_catalogue", zh, en))
        for child in found:
            files.setdefault(child.resolve(), child)
    return [*files.values()], problems


def _parse(texts: Sequence[tuple[str, str]], regions: Regions | None, problems: list[Problem]) -> tuple[Catalogue, ...]:
    drafts: list[DraftFile] = []
    for name, text in texts:
        draft, found = _draft(name, text.removeprefix("\ufeff"))
        problems.extend(found)
        if draft is not None:
            drafts.append(draft)
    all_ids = frozenset(name for draft in drafts for name in draft.known_ids())
    for draft in drafts:
        problems.extend(check_file(draft, regions, all_ids))
        problems.extend(check_relations(draft))
        problems.extend(check_forms(draft, regions))
        problems.extend(check_records(draft))
    problems.extend(check_together(drafts))
    problems.extend(check_forms_together(drafts))
    if problems:
        raise CatalogueError(in_order(problems))
    return tuple(_catalogue(draft) for draft in drafts)


def _draft(file: str, text: str) -> tuple[DraftFile | None, list[Problem]]:
    try:
        refuse_empty(text, file)
    except CatalogueError as error:
        return None, [*error.problems]
    root, problems = parse_nodes(text, file)
    if root is None:
        if not problems:
            zh, en = "文件里只有注释", "the file holds nothing but comments"
            problems.append(Problem(file, None, "", "empty_file", zh, en))
        return None, problems
    draft, found = read_drafts(file, text, root)
    return draft, [*problems, *found]


def _catalogue(draft: DraftFile) -> Catalogue:
    assert draft.plan is not None
    indicators = tuple(part.model for part in draft.indicators)
    relations = tuple(part.model for part in draft.relations)
    forms = tuple(part.model for part in draft.forms)
    model = CatalogueFile(
        plan=draft.plan.model, indicators=indicators, relations=relations, forms=forms, tasks=draft.tasks
    )
    content = json.dumps(canonical(model), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Catalogue(
        file=Path(draft.file).name,
        text=draft.text,
        version=hashlib.sha256(content.encode()).hexdigest()[:12],
        plan=model.plan,
        indicators=indicators,
        relations=tuple(parse_relation(relation) for relation in relations),
        forms=forms,
        tasks=None if draft.tasks is None else Path(draft.tasks),
    )
