"""Reading each part of a file as far as it goes, so that one fault does not hide the others.

A part with faults still gives a model: unknown keys are left out, faulty values are replaced by harmless
ones, and the draft says which keys it does not know. The cross-checks ask it before they judge.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from .explain import Explainer
from .forms import Form
from .models import CatalogueFile, Indicator, Plan, Relation
from .problems import Problem, nearest
from .yaml_nodes import Location, Node, locate, to_data

M = TypeVar("M", bound=BaseModel)

_STAND_INS: dict[type[BaseModel], dict[str, Any]] = {
    Plan: {"id": "0", "title": "-", "region": "000000", "period": {"base": 1900, "start": 1901, "end": 2200}},
    Indicator: {
        "id": "x", "number": "1", "name": "-", "nature": "context", "unit": "个", "direction": "none",
        "accumulation": "stock", "aggregate": "none", "frequency": "year",
    },
    Relation: {"left": "0", "operator": "eq", "right": "0", "unit": "个", "tolerance": "0", "severity": "query"},
    Form: {"id": "x", "name": "-", "indicators": ["x"], "due": {"days": "0"}},
}  # fmt: skip


@dataclass(frozen=True)
class Draft(Generic[M]):
    """A part of the file at `location`; `unknown` are its keys whose value is not to be trusted."""

    model: M
    location: Location
    unknown: frozenset[str]

    def knows(self, *keys: str) -> bool:
        return self.unknown.isdisjoint(keys)


@dataclass(frozen=True)
class DraftFile:
    """One file, read as far as it goes."""

    file: str
    text: str
    root: Node | None
    plan: Draft[Plan] | None
    indicators: tuple[Draft[Indicator], ...]
    relations: tuple[Draft[Relation], ...]
    forms: tuple[Draft[Form], ...]
    tasks: str | None = None

    def known_ids(self) -> dict[str, Draft[Indicator]]:
        """Every id that is written in the file, of the first indicator that has it."""
        ids: dict[str, Draft[Indicator]] = {}
        for draft in self.indicators:
            if draft.knows("id"):
                ids.setdefault(draft.model.id, draft)
        return ids

    def problem(self, location: Location, code: str, zh: str, en: str, text: str | None = None) -> Problem:
        """A fault at a location of this file, with the line and the text that stand there."""
        assert self.root is not None
        _, place = locate(self.root, location)
        return Problem(self.file, place.line, place.path, code, zh, en, place.text if text is None else text)


_LISTS: dict[str, type[BaseModel]] = {"indicators": Indicator, "relations": Relation, "forms": Form}


def read_drafts(file: str, text: str, root: Node) -> tuple[DraftFile, list[Problem]]:
    """The parts of a file and every structural fault in them; `root` is the document."""
    problems: list[Problem] = []
    data = to_data(root)
    if not isinstance(data, dict):
        zh, en = "文件应以 plan:、indicators: 开头", "the file must hold plan: and indicators:"
        return DraftFile(file, text, root, None, (), (), ()), [Problem(file, root.line, "", "bad_value", zh, en)]
    problems += _top_level(file, root, data)
    plan = None
    if data.get("plan") is not None:
        plan, found = _draft(file, root, Plan, ("plan",), data["plan"])
        problems += found
    lists: dict[str, list[Draft[Any]]] = {}
    for name, model in _LISTS.items():
        lists[name] = []
        items = data.get(name)
        for index, item in enumerate(items if isinstance(items, list) else ()):
            part, found = _draft(file, root, model, (name, index), item)
            lists[name].append(part)
            problems += found
    indicators, relations, forms = (tuple(lists[name]) for name in ("indicators", "relations", "forms"))
    return DraftFile(file, text, root, plan, indicators, relations, forms, data.get("tasks")), problems


def _top_level(file: str, root: Node, data: Mapping[str, Any]) -> Iterator[Problem]:
    """Faults of the file's own keys."""
    outline = {key: value for key, value in data.items() if key not in CatalogueFile.model_fields}
    for name in ("plan", *_LISTS):
        value = data.get(name)
        if name == "plan" and value is not None:
            outline[name] = _STAND_INS[Plan]
        elif isinstance(value, list):
            outline[name] = [_STAND_INS[_LISTS[name]]] * min(len(value), 1)
        elif value is not None:
            outline[name] = value
    if data.get("tasks") is not None:
        outline["tasks"] = data["tasks"]
    try:
        CatalogueFile.model_validate(outline)
    except ValidationError as error:
        yield from Explainer(file, root, CatalogueFile, ()).problems(error.errors())


def _draft(file: str, root: Node, model: type[M], location: Location, data: Any) -> tuple[Draft[M], list[Problem]]:
    try:
        return Draft(model.model_validate(data), location, frozenset()), []
    except ValidationError as error:
        errors = error.errors()
    problems = Explainer(file, root, model, location).problems(errors)
    if not isinstance(data, dict):
        return Draft(model.model_validate(_STAND_INS[model]), location, frozenset(model.model_fields)), problems
    rest = copy.deepcopy(data)
    unknown: set[str] = set()

    def distrust(key: str) -> None:
        unknown.add(key)
        rest.pop(key, None)
        if key in _STAND_INS[model]:
            rest[key] = _STAND_INS[model][key]

    for each in errors:
        if each["type"] == "extra_forbidden":
            way = locate(root, (*location, *each["loc"]))[0][len(location) :]
            _remove(rest, way)
            # A misspelt key is there, only not under its name.
            meant = nearest(str(way[0]), model.model_fields) if len(way) == 1 else None
            if meant and meant not in data:
                distrust(meant)
    while True:
        try:
            return Draft(model.model_validate(rest), location, frozenset(unknown)), problems
        except ValidationError as still:
            keys = _faulty_keys(model, still.errors()) - unknown
        for key in keys or set(model.model_fields):
            distrust(key)


def _faulty_keys(model: type[BaseModel], errors: list[ErrorDetails]) -> set[str]:
    return {str(error["loc"][0]) for error in errors if error["loc"] and str(error["loc"][0]) in model.model_fields}


def _remove(data: Any, way: Location) -> None:
    for key in way[:-1]:
        data = data[key]
    data.pop(way[-1], None)
