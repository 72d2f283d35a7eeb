"""A comparison as one table: figures, classes and settings that changed, a row each (docs/users.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from monitor.catalogue.regions import Regions
from monitor.method.figures import Figure

from .as_of import format_as_of
from .compare import ClassChange, Comparison, FigureChange, Known, Submitted
from .configuration_changes import ConfigurationChange

COMPARE_COLUMNS = (
    "what", "change", "plan_id", "indicator_id", "indicator_name", "region_code", "region_name", "period",
    "old_value", "new_value", "difference", "unit", "old_comparator", "new_comparator", "old_numerator",
    "new_numerator", "old_denominator", "new_denominator", "old_state", "new_state", "old_vintage", "new_vintage",
    "old_class", "new_class", "setting", "old_setting", "new_setting", "cause", "submission_id", "revision",
    "submitted_by", "submitted_at", "accepted_by", "accepted_at", "explanation", "reason", "synthetic", "from", "to",
)  # fmt: skip
_TEXTS = frozenset(COMPARE_COLUMNS) - {
    "old_value", "new_value", "difference", "old_numerator", "new_numerator", "old_denominator", "new_denominator",
    "revision", "synthetic",
}  # fmt: skip


def comparison_table(comparison: Comparison, regions: Regions) -> pd.DataFrame:
    """Classes first, then figures, then settings: numbers float64, texts "" for none, one boolean."""
    rows = [
        *(_class_row(change, regions) for change in comparison.classes),
        *(_figure_row(change, regions) for change in comparison.figures),
        *(_configuration_row(change) for change in comparison.configuration),
    ]
    between = {"from": format_as_of(comparison.start), "to": format_as_of(comparison.end)}
    columns: dict[str, Any] = {}
    for name in COMPARE_COLUMNS:
        cells = [between.get(name, row.get(name)) for row in rows]
        if name in _TEXTS:
            columns[name] = pd.Series(["" if cell is None else str(cell) for cell in cells], dtype=object)
        else:
            kind = bool if name == "synthetic" else float
            columns[name] = pd.Series([kind(cell or 0) if kind is bool else cell for cell in cells], dtype=kind)
    return pd.DataFrame(columns, columns=list(COMPARE_COLUMNS))


def _place(change: FigureChange | ClassChange, regions: Regions) -> dict[str, object]:
    region = regions.get(change.region_code)
    return {
        "plan_id": change.plan_id, "indicator_id": change.indicator.id, "indicator_name": change.indicator.name.zh,
        "region_code": change.region_code, "region_name": "" if region is None else region.name,
        "period": change.period.code, "unit": change.indicator.unit,
    }  # fmt: skip


def _figure_row(change: FigureChange, regions: Regions) -> dict[str, object]:
    row = {"what": "figure", "change": change.kind, **_place(change, regions)}
    for side, known in (("old", change.old), ("new", change.new)):
        row |= _known(side, known)
    difference = change.difference
    row["difference"] = None if difference is None else float(difference)
    row["cause"] = "configuration" if change.submission is None else "submission"
    row |= _by([] if change.submission is None else [change.submission])
    figures = [one.figure for one in (change.old, change.new) if one is not None and one.figure is not None]
    return row | {"synthetic": any(figure.synthetic for figure in figures)}


def _class_row(change: ClassChange, regions: Regions) -> dict[str, object]:
    row: dict[str, object] = {"what": "class", "change": "class", **_place(change, regions)}
    row |= {"old_class": change.old_class, "new_class": change.new_class}
    for side, figure in (("old", change.old), ("new", change.new)):
        row |= _figure(side, figure) | {f"{side}_vintage": figure.vintage if figure else ""}
    causes = [name for name, holds in causes_of(change).items() if holds]
    figures = [figure for figure in (change.old, change.new) if figure is not None]
    return row | _by(change.submissions) | {
        "cause": ";".join(causes), "synthetic": any(figure.synthetic for figure in figures),
    }  # fmt: skip


def causes_of(change: ClassChange) -> Mapping[str, bool]:
    """What made a class another one: figures, the configuration, or both."""
    return {"submission": bool(change.submissions), "configuration": change.by_configuration}


def _configuration_row(change: ConfigurationChange) -> dict[str, object]:
    name = f"{change.name}.{change.key}" if change.key and change.part != "setting" else change.name
    return {
        "what": "configuration", "change": change.part, "plan_id": change.plan_id,
        "indicator_id": change.name if change.part == "indicator" else "",
        "region_code": change.name if change.part == "region" else "",
        "setting": name, "old_setting": change.old, "new_setting": change.new, "cause": "configuration",
        "accepted_by": change.by, "accepted_at": format_as_of(change.at),
    }  # fmt: skip


def _known(side: str, known: Known | None) -> dict[str, object]:
    if known is None:
        return {}
    return {f"{side}_state": known.state, f"{side}_vintage": known.vintage, **_figure(side, known.figure)}


def _figure(side: str, figure: Figure | None) -> dict[str, object]:
    """One side's numbers, each rounded once from its exact value."""
    if figure is None:
        return {}
    found: dict[str, object] = {f"{side}_value": float(figure.value), f"{side}_comparator": figure.comparator}
    if figure.numerator is not None and figure.denominator is not None:
        found |= {f"{side}_numerator": float(figure.numerator), f"{side}_denominator": float(figure.denominator)}
    return found


def _by(submissions: Sequence[Submitted]) -> dict[str, object]:
    """Who, when and why; of several submissions only which."""
    if len(submissions) != 1:
        return {"submission_id": ";".join(str(one.submission_id) for one in submissions)}
    one = submissions[0]
    return {
        "submission_id": one.submission_id, "revision": one.revision, "submitted_by": one.submitted_by,
        "submitted_at": format_as_of(one.submitted_at), "accepted_by": one.accepted_by,
        "accepted_at": format_as_of(one.accepted_at), "explanation": one.explanation, "reason": one.reason,
    }  # fmt: skip
