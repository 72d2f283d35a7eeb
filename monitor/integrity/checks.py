"""The integrity checks: small questions that are data (checks.yaml, sql/), asked of a live store by a nightly job.

Each asks for what is wrong, a row for each thing; `verify` (proof.py) proves more, and takes longer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml

from monitor.catalogue.loader import parse_catalogues, parse_regions
from monitor.store.configuration import configuration_as_of
from monitor.store.store import Store
from monitor.store.times import to_stored

_HERE = files(__package__)
SQL = _HERE / "sql"
EXAMPLES = 5  # of what a check found, that are told

Severity = Literal["fault", "warning"]


@dataclass(frozen=True)
class Check:
    """One of checks.yaml. `zh`, `en`: what it expects; `advice_…`: what to do where it is not so."""

    name: str
    severity: Severity
    proves: str
    zh: str
    en: str
    advice_zh: str
    advice_en: str
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckResult:
    """What a check found: `count` things, the first of them as `examples`. `zh`, `en`: what it expects."""

    name: str
    severity: Severity
    zh: str
    en: str
    advice_zh: str
    advice_en: str
    count: int
    examples: tuple[str, ...]
    seconds: float

    @property
    def is_clean(self) -> bool:
        return self.count == 0


@cache
def all_checks() -> tuple[Check, ...]:
    """In the order in which they are told."""
    listed = yaml.safe_load((_HERE / "checks.yaml").read_text(encoding="utf-8"))
    return tuple(Check(**{**one, "parameters": tuple(one.get("parameters", ()))}) for one in listed)


def run_checks(store: Store, *, clock: Callable[[], float] = time.monotonic) -> tuple[CheckResult, ...]:
    """Ask every check. Each is of one moment, while others write. Raises StoreError, StoreFatal."""
    values: dict[str, object] = {}
    return tuple(_run(store, check, values, clock) for check in all_checks())


def _run(store: Store, check: Check, values: dict[str, object], clock: Callable[[], float]) -> CheckResult:
    started = clock()
    for name in check.parameters:
        if name not in values:
            values |= _PARAMETERS[name](store)
    asked = {name: values[name] for name in check.parameters}
    count, examples = 0, []
    for (what,) in store.ask_each(SQL / f"{check.name}.sql", asked):
        count += 1
        if count <= EXAMPLES:
            examples.append(str(what))
    return CheckResult(
        check.name,
        check.severity,
        check.zh,
        check.en,
        check.advice_zh,
        check.advice_en,
        count,
        tuple(examples),
        clock() - started,
    )


def _now(store: Store) -> Mapping[str, object]:
    return {"now": to_stored(store.now())}


def _configured(store: Store) -> Mapping[str, object]:
    """The indicators and regions of the configuration recorded last; None before there is one."""
    last = configuration_as_of(store, None)
    if last is None:
        return {"indicator_ids": None, "region_codes": None}
    content: Mapping[str, object] = last.content
    table = content["regions"]
    listed = content["catalogues"]
    assert isinstance(table, dict) and isinstance(listed, list)
    regions = parse_regions(table["text"], table["file"])
    catalogues = parse_catalogues([(one["file"], one["text"]) for one in listed], regions)
    indicators = {indicator.id for catalogue in catalogues for indicator in catalogue.indicators}
    return {"indicator_ids": sorted(indicators), "region_codes": sorted(regions.codes)}


_PARAMETERS: Mapping[str, Callable[[Store], Mapping[str, object]]] = {
    "now": _now,
    "indicator_ids": _configured,
    "region_codes": _configured,
}
