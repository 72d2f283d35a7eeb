"""The two levels of plans as tables: what is carried, what is a plan's own, the split and its targets."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Literal, get_args

import pandas as pd

from monitor.catalogue.models import JudgeTarget, Target

from .levels import EXAMPLE, Levels
from .split import RegionTarget

LevelsTable = Literal["carried", "own", "split", "targets"]
LEVELS_TABLES: tuple[LevelsTable, ...] = get_args(LevelsTable)
_COLUMNS: dict[LevelsTable, tuple[str, ...]] = {
    "carried": (
        "plan_id", "region_code", "region", "parent_number", "parent_indicator_id", "parent_indicator", "bearing",
        "indicator_id", "indicator", "target", "parent_target", "short_by", "unit", "because", "synthetic",
    ),
    "own": (
        "plan_id", "region_code", "region", "indicator_id", "indicator", "unit", "target", "value", "period", "class",
        "synthetic",
    ),
    "split": (
        "number", "indicator_id", "indicator", "target", "kind", "regions_with_target", "regions_expected",
        "at_least_as_strict", "result", "unit", "verdict", "short_by", "rest", "weights_period", "synthetic",
    ),
    "targets": (
        "indicator_id", "region_code", "region", "set_by", "target", "value", "unit", "bearing", "weight",
        "weight_unit", "weights_period", "synthetic",
    ),
}  # fmt: skip
_DIGITS = 10


def levels_table(found: Levels, table: LevelsTable) -> pd.DataFrame:
    """One of the tables; names of methods and ids untranslated, texts in Chinese.

    `synthetic`: the row rests on an example plan's made-up target. `short_by`, `result`, `rest` in `unit`, differences
    of percentages in points.
    """
    rows = {"carried": _carried, "own": _own, "split": _split, "targets": _targets}[table](found)
    return pd.DataFrame(rows, columns=list(_COLUMNS[table]), dtype=object)


def _carried(found: Levels) -> list[tuple[object, ...]]:
    return [
        (
            plan.plan.id, plan.region.code, plan.region.name, one.above.number, one.above.id, one.above.name.zh,
            one.bearing, one.indicator.id if one.indicator else None, one.indicator.name.zh if one.indicator else None,
            said(one.target), said(one.upper), number(one.shortfall), one.above.unit, one.because, plan.example,
        )
        for plan in found.plans
        for one in plan.carried
    ]  # fmt: skip


def _own(found: Levels) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for plan in found.plans:
        for own in plan.own:
            figure, indicator = own.figure, own.indicator
            known = figure is not None and figure.value is not None
            value = (figure.value, figure.period.code, figure.class_) if figure is not None and known else (None,) * 3
            rows.append(
                (plan.plan.id, plan.region.code, plan.region.name, indicator.id, indicator.name.zh, indicator.unit,
                 said(own.target), *value, plan.example or (figure is not None and figure.synthetic))
            )  # fmt: skip
    return rows


def _split(found: Levels) -> list[tuple[object, ...]]:
    return [
        (
            one.indicator.number, one.indicator.id, one.indicator.name.zh, said(one.target), one.kind, one.covered,
            len(one.expected), one.at_least, number(one.result), one.indicator.unit, one.verdict, number(one.short),
            number(one.rest), one.weights_at.code if one.weights_at is not None else None,
            any(_is_made_up(share) for share in one.shares),
        )
        for one in found.splits
    ]  # fmt: skip


def _targets(found: Levels) -> list[tuple[object, ...]]:
    return [
        (
            one.indicator.id, share.region.code, share.region.name, share.plan.id if share.plan else found.parent.id,
            said(share.target), number(share.value), one.indicator.unit, share.bearing, number(share.weight),
            one.weight_unit or None, one.weights_at.code if one.weights_at is not None else None,
            _is_made_up(share),
        )
        for one in found.splits
        for share in one.shares
    ]  # fmt: skip


def _is_made_up(share: RegionTarget) -> bool:
    return share.plan is not None and share.plan.id.startswith(EXAMPLE)


def said(target: Target | None) -> str | None:
    """A target as it is printed, else its text or its number."""
    if target is None:
        return None
    if isinstance(target, JudgeTarget):
        return target.text.zh
    if target.printed:
        return target.printed
    return target.rule if target.value is None else f"{target.value:f}"


def number(value: Fraction | None) -> Decimal | float | None:
    """The whole number as a decimal where there is one, else the nearest float."""
    if value is None:
        return None
    scaled = value * 10**_DIGITS
    if scaled.denominator != 1:
        return float(value)
    return Decimal(scaled.numerator).scaleb(-_DIGITS).normalize()
