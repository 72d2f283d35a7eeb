"""What differs between two configurations: settings, plans, indicators, relations, forms and regions, key by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.regions import Regions
from monitor.method.settings import MethodSettings

from .export import plain_number

if TYPE_CHECKING:
    from .desk import Configuration, Desk

_SQL = files("monitor.report") / "sql"
ConfigurationPart = Literal["setting", "plan", "indicator", "relation", "form", "region"]


@dataclass(frozen=True)
class ConfigurationChange:
    """One key that has another value: `part` and `name` say whose, `key` is its path; None where it is not there.

    `plan_id`: of plans, indicators, relations and forms. `at`, `by`: when and by whom it was put in force (naive UTC;
    None and "" where no store has recorded it yet).
    """

    part: ConfigurationPart
    plan_id: str
    name: str
    key: str
    old: str | None
    new: str | None
    at: datetime | None = None
    by: str = ""

    @property
    def place(self) -> tuple[str, str, str, str]:
        return self.part, self.plan_id, self.name, self.key


def configuration_changes(old: Configuration, new: Configuration) -> tuple[ConfigurationChange, ...]:
    """Every key that differs, by part, plan and name."""
    if old is new:
        return ()
    found = [*_settings(old.settings, new.settings)]
    before = {catalogue.plan.id: catalogue for catalogue in old.catalogues}
    after = {catalogue.plan.id: catalogue for catalogue in new.catalogues}
    for plan_id in dict.fromkeys([*after, *before]):
        found += _catalogues(plan_id, before.get(plan_id), after.get(plan_id))
    found += _regions(old.regions, new.regions)
    return tuple(found)


def changes_between(desk: Desk, start: datetime, end: datetime | None) -> tuple[ConfigurationChange, ...]:
    """As `configuration_changes` of two moments, each with when and by whom it was last changed between them."""
    net = configuration_changes(desk.configuration(start), desk.configuration(end))
    if not net:
        return ()
    last: dict[tuple[str, str, str, str], tuple[datetime, str]] = {}
    before = desk.configuration(start)
    for at, actor in desk.store.ask(_SQL / "configured_between.sql", {"after": start, "until": end}):
        now = desk.configuration(at)
        last |= {change.place: (at, actor) for change in configuration_changes(before, now)}
        before = now
    return tuple(
        replace(change, at=last[change.place][0], by=last[change.place][1]) if change.place in last else change
        for change in net
    )


def _settings(old: MethodSettings, new: MethodSettings) -> list[ConfigurationChange]:
    found = []
    for field in fields(new):
        was, now = getattr(old, field.name), getattr(new, field.name)
        if was != now:
            found.append(ConfigurationChange("setting", "", field.name, "", _said(was), _said(now)))
    return found


def _catalogues(plan_id: str, old: Catalogue | None, new: Catalogue | None) -> list[ConfigurationChange]:
    if old is None or new is None:
        was, now = (None if one is None else one.version for one in (old, new))
        return [ConfigurationChange("plan", plan_id, plan_id, "", was, now)]
    if old.version == new.version:
        return []
    named = [(_parts(old, part), _parts(new, part), part) for part in ("plan", "indicator", "relation", "form")]
    found: list[ConfigurationChange] = []
    for before, after, part in named:
        for name in dict.fromkeys([*after, *before]):
            found += _keys(part, plan_id, name, before.get(name), after.get(name))  # type: ignore[arg-type]
    return found


def _parts(catalogue: Catalogue, part: str) -> dict[str, Any]:
    """The named parts of one kind as plain data."""
    if part == "plan":
        return {catalogue.plan.id: catalogue.plan.model_dump(mode="json")}
    if part == "indicator":
        return {one.id: one.model_dump(mode="json") for one in catalogue.indicators}
    if part == "form":
        return {one.id: one.model_dump(mode="json") for one in catalogue.forms}
    relations = (one.relation for one in catalogue.relations)
    return {f"{one.left} {one.operator} {one.right}": one.model_dump(mode="json") for one in relations}


def _regions(old: Regions, new: Regions) -> list[ConfigurationChange]:
    if old.text == new.text and old.rows == new.rows:
        return []
    before = {(row.code, row.valid_from): row for row in old.rows}
    after = {(row.code, row.valid_from): row for row in new.rows}
    found: list[ConfigurationChange] = []
    for key in dict.fromkeys([*after, *before]):
        rows = [None if row is None else dict(vars(row)) for row in (before.get(key), after.get(key))]
        found += _keys("region", "", key[0], *rows)
    return found


def _keys(part: ConfigurationPart, plan_id: str, name: str, old: Any, new: Any) -> list[ConfigurationChange]:
    """The keys of one named thing that differ; one line when all of it came or went."""
    if old is None or new is None:
        was, now = (None if one is None else name for one in (old, new))
        return [ConfigurationChange(part, plan_id, name, "", was, now)]
    before, after = _flat(old), _flat(new)
    return [
        ConfigurationChange(part, plan_id, name, key, before.get(key), after.get(key))
        for key in dict.fromkeys([*after, *before])
        if before.get(key) != after.get(key)
    ]


def _flat(value: Any, path: str = "") -> dict[str, str]:
    """Leaves by their path: `target.value`, `checks[0].most`; what is empty is not there."""
    if isinstance(value, Mapping):
        items = [(f"{path}.{key}" if path else str(key), one) for key, one in value.items()]
    elif isinstance(value, Sequence) and not isinstance(value, str):
        items = [(f"{path}[{place}]", one) for place, one in enumerate(value)]
    else:
        return {} if value is None else {path: _said(value)}
    return {key: leaf for name, one in items for key, leaf in _flat(one, name).items()}


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain_number(value) if isinstance(value, int | float | Decimal) else str(value)
