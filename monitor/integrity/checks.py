"""The integrity checks: small questions that are data (checks.yaml, sql/), asked of a live store by a nightly job.

Each asks for what is wrong, a row for each thing; `verify` (proof.py) proves more, and takes longer.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Literal

import duckdb
import yaml

from monitor.catalogue.loader import parse_catalogues, parse_regions
from monitor.store.errors import first_line, working_error
from monitor.store.migrations import SQL as STORE_SQL
from monitor.store.store import Store
from monitor.store.times import to_stored

from .asking import Asking

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


def run_checks(store: Store) -> tuple[CheckResult, ...]:
    """Ask every check, all of one moment, while others write. Raises StoreError, StoreFatal."""
    with store.reading() as asked:
        return run_checks_at(asked, to_stored(store.now()))


def run_checks_at(asked: Asking, now: datetime) -> tuple[CheckResult, ...]:
    """As `run_checks`. `now`: UTC without zone."""
    values: dict[str, object] = {"now": now}
    return tuple(run_check(asked, check, values) for check in all_checks())


def run_check(asked: Asking, check: Check, values: dict[str, object]) -> CheckResult:
    """Ask one. `values` of its parameters; those of the configuration are added where they are needed."""
    started = time.monotonic()
    if not values.keys() >= set(check.parameters):
        values |= _configured(asked)
    given = {name: values[name] for name in check.parameters}
    count, examples = 0, list[str]()
    try:
        for (what,) in asked.ask_each(SQL / f"{check.name}.sql", given):
            count += 1
            if count <= EXAMPLES:
                examples.append(str(what))
    except duckdb.Error as error:  # a text in the store is not what the program writes there
        if (problem := working_error(error)) is not error:
            raise problem from error
        count, examples = count + 1, [first_line(error)]
    return CheckResult(
        check.name,
        check.severity,
        check.zh,
        check.en,
        check.advice_zh,
        check.advice_en,
        count,
        tuple(examples),
        time.monotonic() - started,
    )


def _configured(asked: Asking) -> Mapping[str, object]:
    """The indicators and regions of the configuration recorded last; None before there is one."""
    rows = asked.ask(STORE_SQL / "configuration_as_of.sql", {"as_of": None})
    if not rows:
        return {"indicator_ids": None, "region_codes": None}
    try:
        content = json.loads(rows[0][3])
        regions = parse_regions(content["regions"]["text"], content["regions"]["file"])
        catalogues = parse_catalogues([(one["file"], one["text"]) for one in content["catalogues"]], regions)
    except (ValueError, KeyError, TypeError):  # which the check `configurations` tells
        return {"indicator_ids": None, "region_codes": None}
    indicators = {indicator.id for catalogue in catalogues for indicator in catalogue.indicators}
    return {"indicator_ids": sorted(indicators), "region_codes": sorted(regions.codes)}
