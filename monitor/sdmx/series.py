"""Figures and targets as observations of SDMX: texts by the name of their component, exact decimals as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.models import Baseline, Indicator, JudgeTarget, Target
from monitor.catalogue.periods import parse_period
from monitor.method.figures import quotient
from monitor.report.desk import Desk
from monitor.report.export import plain_number
from monitor.report.ledger import OBSERVATION_COLUMNS, STATE_MARKS, each_observation

from . import codes
from .structure import Flow

Observation = Mapping[str, str]
"""Component → text; a component without a value is absent."""

_STATES = {mark: state for state, mark in STATE_MARKS.items()}
_TEN = Decimal(1).scaleb(-10)


def selected(
    desk: Desk,
    catalogue: Catalogue,
    flow: Flow,
    as_of: datetime | None,
    *,
    region: str | None = None,
    indicator: str | None = None,
    period: str | None = None,
) -> Iterator[Observation]:
    """The observations of a plan's dataflow at T that are asked for, in the order of their keys.

    To be read while the store is open. Raises QuestionError for an unknown region or a text that is no period.
    """
    desk.codes(region, period, as_of)
    if flow == "figures":
        return figures(desk, catalogue, as_of, region=region, indicator=indicator, period=period)
    moment = desk.moment(as_of)
    time = None if period is None else codes.time_code(parse_period(period))
    wanted = {"REF_AREA": None if region == "all" else region, "INDICATOR": indicator, "TIME_PERIOD": time}
    return (
        one
        for one in targets(catalogue, date.max if moment is None else moment.date())
        if all(asked is None or one[name] == asked for name, asked in wanted.items())
    )


def figures(
    desk: Desk,
    catalogue: Catalogue,
    as_of: datetime | None,
    *,
    region: str | None = None,
    indicator: str | None = None,
    period: str | None = None,
) -> Iterator[Observation]:
    """A plan's accepted figures at T, all vintages, each key once; to be read while the store is open.

    Raises QuestionError for an unknown region or a text that is no period.
    """
    regions, periods = desk.codes(region, period, as_of)
    known = {one.id: one for one in catalogue.indicators if indicator in (None, one.id)}
    given = each_observation(desk.store, sorted(known), regions, periods, as_of)
    rows = (dict(zip(OBSERVATION_COLUMNS, row, strict=True)) for row in given)
    for _, of_unit in groupby(_each_key_once(rows), key=lambda row: (row["indicator_id"], row["region_code"])):
        found = [_figure(row, known[row["indicator_id"]]) for row in of_unit]
        # series after series: they come by period, and a unit has one for each frequency and vintage
        yield from sorted(found, key=lambda one: (one["FREQ"], one["VINTAGE"]))


def _each_key_once(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Two forms may send one cell in one vintage: that which shows is told, the latest published, then the latest
    accepted (methods.md, section 1). The rows come with equal keys together."""
    held: dict[str, Any] | None = None
    for row in rows:
        if held is not None and _key(held) != _key(row):
            yield held
            held = row
        elif held is None or _rank(row) >= _rank(held):
            held = row
    if held is not None:
        yield held


def _key(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(row[name] for name in ("indicator_id", "region_code", "period", "vintage"))


def _rank(row: Mapping[str, Any]) -> tuple[str, str, int]:
    return str(row["published_on"] or ""), row["accepted_at"], row["submission_id"]


def _figure(row: Mapping[str, Any], indicator: Indicator) -> Observation:
    period = parse_period(row["period"])
    state, vintage = _STATES.get(row["value"], "value"), str(row["vintage"])
    top, bottom = row["numerator"], row["denominator"]
    unit = str(row["unit"] or indicator.unit)
    found: dict[str, str | None] = {
        "FREQ": codes.frequency(period),
        "REF_AREA": row["region_code"],
        "INDICATOR": indicator.id,
        "VINTAGE": vintage.upper(),
        "TIME_PERIOD": codes.time_code(period),
        "OBS_STATUS": codes.MISSING_STATUS.get(state, "P" if vintage == codes.PROVISIONAL_VINTAGE else "A"),
    }
    if state == "value" and row["value"] is None:
        found |= {"OBS_VALUE": derived_value(top, bottom, indicator), "VALUE_DERIVED": "true"}
        unit = indicator.unit
    elif state == "value":
        found["OBS_VALUE"] = plain_number(row["value"])
    part_unit = row["part_unit"] or indicator.part_unit
    found |= {
        "UNIT_MEASURE": codes.UNIT_CODES[unit],
        "COMPARATOR": str(row["comparator"] or "eq").upper(),
        "NUMERATOR": None if top is None else plain_number(top),
        "DENOMINATOR": None if bottom is None else plain_number(bottom),
        "PART_UNIT": codes.UNIT_CODES[part_unit] if part_unit and top is not None else None,
        "SYNTHETIC": "true" if row["synthetic"] else "false",
        "SOURCE": row["source"],
        "PUBLISHED_ON": row["published_on"].isoformat() if row["published_on"] else None,
        "GRADE": row["grade"],
        "NOTE": row["note"],
        "SUBMISSION": str(row["submission_id"]),
    }
    return {name: text for name, text in found.items() if text}


def derived_value(top: Decimal | None, bottom: Decimal | None, indicator: Indicator) -> str | None:
    """What the parts make, in the indicator's unit: exact where that ends within 10 decimals, else rounded half-even.

    The parts stand beside it and stay exact. None where they make nothing.
    """
    if top is None or bottom is None:
        return None
    made = quotient(Fraction(top), Fraction(bottom), Fraction(indicator.factor))
    if made is None:
        return None
    context = Context(prec=100, rounding=ROUND_HALF_EVEN)
    # a hundred digits decide the tenth decimal rightly: the parts have at most 38 each
    value = context.divide(Decimal(made.numerator), Decimal(made.denominator))
    return plain_number(value.quantize(_TEN, context=context))


def targets(catalogue: Catalogue, on: date) -> Iterator[Observation]:
    """A plan's baselines, targets and yearly paths in force on a day, its own and those of its regions."""
    plan = catalogue.plan
    for indicator in sorted(catalogue.indicators, key=lambda one: one.id):
        baseline, target = indicator.baseline, indicator.target
        for version in indicator.versions:
            if version.valid_from <= on:
                baseline, target = version.baseline or baseline, version.target or target
        yield from _goal(catalogue, indicator, plan.region, baseline, target, indicator.path)
        for code, regional in sorted(indicator.regional_targets.items()):
            yield from _goal(catalogue, indicator, code, regional.baseline, regional.target, regional.path)


def _goal(
    catalogue: Catalogue,
    indicator: Indicator,
    region: str,
    baseline: Baseline | None,
    target: Target | None,
    path: Mapping[int, Decimal] | None,
) -> Iterator[Observation]:
    period = catalogue.plan.period

    def told(kind: str, year: int, value: Decimal | None, **more: str | None) -> Observation:
        found = {
            "FREQ": "A",
            "REF_AREA": region,
            "INDICATOR": indicator.id,
            "KIND": kind,
            "TIME_PERIOD": f"{year:04d}",
            "OBS_VALUE": None if value is None else plain_number(value),
            "OBS_STATUS": "A" if value is not None else codes.MISSING_STATUS["not_applicable"],
            "UNIT_MEASURE": codes.UNIT_CODES[indicator.unit],
            **more,
        }
        return {name: text for name, text in found.items() if text}

    if baseline is not None:
        comparator = baseline.comparator.upper()
        year = baseline.year or period.base
        yield told("BASELINE", year, baseline.value, COMPARATOR=comparator, PRINTED=baseline.printed)
    for year, official in (path or {}).items():
        yield told("PATH", year, official)
    if target is not None:
        value = None if isinstance(target, JudgeTarget) else target.value
        printed = target.printed or (target.text.zh if isinstance(target, JudgeTarget) else None)
        comparator = getattr(target, "comparator", "")
        more = {"COMPARATOR": comparator.upper(), "RULE": target.rule.upper(), "PRINTED": printed}
        yield told("TARGET", target.year or period.end, value, **more)
