"""The register from its file: checked as a whole, every fault with file, line and path."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from monitor.catalogue.explain import Explainer
from monitor.catalogue.files import read_text, refuse_empty
from monitor.catalogue.problems import CatalogueError, Problem, in_order, suggestion
from monitor.catalogue.yaml_nodes import Location, Node, locate, parse_nodes, to_data

from .register import Register


def load_register(path: Path) -> Register:
    """Raises CatalogueError with all faults of the file."""
    return parse_register(read_text(path, path.name), path.name)


def parse_register(text: str, file: str = "duties.yaml") -> Register:
    """The same from its text."""
    refuse_empty(text, file)
    root, problems = parse_nodes(text.removeprefix("\ufeff"), file)
    if root is None or problems:
        zh, en = "文件里只有注释", "the file holds nothing but comments"
        raise CatalogueError(in_order(problems or [Problem(file, None, "", "empty_file", zh, en)]))
    try:
        register = Register.model_validate(to_data(root))
    except ValidationError as error:
        raise CatalogueError(in_order(Explainer(file, root, Register, ()).problems(error.errors()))) from None
    if found := [*_twice(register, file, root), *_references(register, file, root), *_quotes(register, file, root)]:
        raise CatalogueError(in_order(found))
    return register


def _problem(file: str, root: Node, location: Location, code: str, zh: str, en: str) -> Problem:
    _, place = locate(root, location)
    return Problem(file, place.line, place.path, code, zh, en, place.text)


def _twice(register: Register, file: str, root: Node) -> Iterator[Problem]:
    """Ids that stand for two things, and an indicator that follows from two duties in one region."""
    ids: list[tuple[str, Location]] = [(one.id, ("sources", i, "id")) for i, one in enumerate(register.sources)]
    for i, unit in enumerate(register.units):
        ids.append((unit.id, ("units", i, "id")))
        ids += [(duty.id, ("units", i, "duties", j, "id")) for j, duty in enumerate(unit.duties)]
    seen: set[str] = set()
    for id, location in ids:
        if id in seen:
            yield _problem(file, root, location, "duplicate_id", f"编码“{id}”重复", f"the id '{id}' is used twice")
        seen.add(id)
    pairs: set[tuple[str, str]] = set()
    for i, one in enumerate(register.follows):
        if (one.indicator, one.region) in pairs:
            zh = f"指标“{one.indicator}”在地区 {one.region} 已有依据；删去一处"
            en = f"indicator '{one.indicator}' has its duty in region {one.region} already; remove one"
            yield _problem(file, root, ("follows", i, "indicator"), "duplicate_id", zh, en)
        pairs.add((one.indicator, one.region))


def _references(register: Register, file: str, root: Node) -> Iterator[Problem]:
    """Names of sources, units and duties that lead nowhere."""
    known = {
        "source": {one.id for one in register.sources},
        "unit": set(register.by_id),
        "duty": {duty.id for unit in register.units for duty in unit.duties},
    }
    words = {"source": ("依据文件", "source"), "unit": ("单位", "unit"), "duty": ("职责", "duty")}
    for kind, id, location in _links(register):
        if id not in known[kind]:
            near_zh, near_en = suggestion(id, known[kind])
            zh, en = words[kind]
            yield _problem(
                file, root, location, "unknown_id", f"没有这个{zh}“{id}”{near_zh}", f"there is no {en} '{id}'{near_en}"
            )


def _links(register: Register) -> Iterator[tuple[str, str, Location]]:
    """Every reference of the file: to what kind of thing, its id, and where it is written."""
    for i, unit in enumerate(register.units):
        if unit.under is not None:
            yield "unit", unit.under, ("units", i, "under")
        named = {"duties": [one.source for one in unit.duties], "contacts": [one.source for one in unit.contacts]}
        for name, sources in named.items():
            for j, source in enumerate(sources):
                yield "source", source, ("units", i, name, j, "source")
    for i, one in enumerate(register.follows):
        yield "duty", one.duty, ("follows", i, "duty")
        for j, other in enumerate(one.beside):
            yield "duty", other, ("follows", i, "beside", j)
        if one.contact is not None:
            yield "unit", one.contact, ("follows", i, "contact")
    for i, boundary in enumerate(register.boundaries):
        yield "source", boundary.source, ("boundaries", i, "source")
        for j, share in enumerate(boundary.shares):
            for k, id in enumerate(share.units):
                yield "unit", id, ("boundaries", i, "shares", j, "units", k)


def _quotes(register: Register, file: str, root: Node) -> Iterator[Problem]:
    """Words that are said to stand in a duty and do not; a contact without a number."""
    for i, one in enumerate(register.follows):
        found = register.duty(one.duty)
        if found is not None and one.words is not None and one.words not in found[1].text.zh:
            zh = f"职责“{one.duty}”的原文里没有这几个字；须逐字引用"
            en = f"these words do not stand in the duty '{one.duty}'; quote it word for word"
            yield _problem(file, root, ("follows", i, "words"), "not_quoted", zh, en)
        unit = None if one.contact is None else register.unit(one.contact)
        if unit is not None and not unit.contacts:
            zh, en = f"单位“{unit.id}”没有公开电话", f"the unit '{unit.id}' has no published number"
            yield _problem(file, root, ("follows", i, "contact"), "no_contact", zh, en)
