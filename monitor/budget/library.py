"""The files in force at a moment: those that come with the program, and over them what was loaded into the store."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from monitor.access.actors import Actor
from monitor.catalogue.problems import CatalogueError
from monitor.dossier.acts import read_acts, writing
from monitor.dossier.errors import DossierError, forbidden
from monitor.store.store import Store

from .loading import BudgetFile, parse_budget
from .models import DepartmentBudget, PerformanceTable, Scoring

FILES = "files"
"""The dossier of the files that were loaded."""


@dataclass(frozen=True)
class Loaded:
    """A file in force. `version`: the beginning of its SHA-256; `by`, `at`: who loaded it and when, None as shipped."""

    content: BudgetFile
    file: str
    version: str
    by: str | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Library:
    """Everything in force, by id, in order of the ids; `scoring` is one."""

    tables: Mapping[str, PerformanceTable]
    departments: Mapping[str, DepartmentBudget]
    scoring: Scoring
    files: Mapping[str, Loaded]

    def table(self, project: str) -> PerformanceTable:
        """Raises DossierError (unknown)."""
        found = self.tables.get(project)
        if found is None:
            known = "、".join(self.tables)
            raise DossierError(
                "unknown", f"没有项目“{project}”；现有：{known}", f"no project '{project}'; known: {known}"
            )
        return found


def library(store: Store | None, shipped: Path, as_of: datetime | None = None) -> Library:
    """`shipped`: the folder of the files that come with the program (shipped.py); `as_of`: naive UTC; `store`: None
    before there is one."""
    files = {name_of(one.content): one for one in _shipped(shipped)}
    acts = () if store is None else read_acts(store, "budget", FILES, as_of=as_of)
    for name, act in {str(act.body["id"]): act for act in acts}.items():  # the newest of each
        text, file = str(act.body["text"]), str(act.body["file"])
        files[name] = Loaded(_readable(text, file), file, _version(text), act.actor, act.at)
    contents = [files[name].content for name in sorted(files)]
    return Library(
        {one.project.id: one for one in contents if isinstance(one, PerformanceTable)},
        {one.id: one for one in contents if isinstance(one, DepartmentBudget)},
        next(one for one in contents if isinstance(one, Scoring)),
        files,
    )


def load_file(store: Store, actor: Actor, file: str, text: str) -> str:
    """Puts a file into force from now on; its id, or `scoring`.

    Raises CatalogueError with every fault, DossierError (forbidden; state: a filed rating rests on what would change).
    """
    if not actor.may("evaluate"):
        raise forbidden()
    content = parse_budget(text, file)
    name = name_of(content)
    if read_acts(store, "budget", name):
        raise DossierError(
            "state",
            f"项目 {name} 已有自评，目标表不能再换；请用新的编号载入",
            f"project {name} has a self-rating, so its table stays: load the new one under another id",
        )
    with writing(store, "budget", FILES, by=actor.name) as dossier:
        dossier.add("load", {"file": file, "text": text, "id": name})
    return name


def name_of(content: BudgetFile) -> str:
    if isinstance(content, PerformanceTable):
        return content.project.id
    return content.id if isinstance(content, DepartmentBudget) else "scoring"


@cache
def _shipped(folder: Path) -> tuple[Loaded, ...]:
    """Raises CatalogueError where the installation's files were changed wrongly."""
    found = []
    for path in sorted(folder.glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        found.append(Loaded(parse_budget(text, path.name), path.name, _version(text)))
    return tuple(found)


def _readable(text: str, file: str) -> BudgetFile:
    """What was loaded by an older program may be written as this one no longer reads it. Raises DossierError."""
    try:
        return _parsed(text, file)
    except CatalogueError as error:
        first = error.problems[0]
        raise DossierError(
            "state",
            f"载入过的文件 {first.place} 已不能读出：{first.zh}；请改好后重新载入",
            f"{first.place}, which was loaded earlier, can no longer be read: {first.en}; mend it and load it again",
        ) from None


@cache
def _parsed(text: str, file: str) -> BudgetFile:
    return parse_budget(text, file)


def _version(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
