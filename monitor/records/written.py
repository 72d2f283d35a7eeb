"""Computed figures as an ordinary file of observations: the same records and the same catalogue give the same bytes."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from monitor.report.export import to_csv

from .computing import Computed, Figure
from .lineage import definition_hash

COLUMNS = (
    "indicator_id", "region_code", "period", "numerator", "denominator", "part_unit", "value", "unit", "vintage",
    "synthetic", "note", "source",
)  # fmt: skip
_HASH = 16


def observations(computed: Computed, *, vintage: str, synthetic: bool, only: Collection[str] = ()) -> bytes:
    """The CSV of interface.md; `only`: these units, all where none is named. `synthetic`: the records are made up."""
    chosen = [one for one in computed.figures if not only or one.region in only]
    rows = [_row(computed, one, vintage, synthetic) for one in chosen]
    cells = {name: [row[place] for row in rows] for place, name in enumerate(COLUMNS)}
    return to_csv(pd.DataFrame(cells, columns=list(COLUMNS), dtype=object))


def _row(computed: Computed, one: Figure, vintage: str, synthetic: bool) -> tuple[object, ...]:
    has_parts = one.value is None
    table = one.wanted.records.table
    manifest, defined = computed.manifest.sha256[:_HASH], definition_hash(one.wanted)[:_HASH]
    made_up = ("模拟数据；", "synthetic; ") if synthetic else ("", "")
    note = (
        f"{made_up[0]}由 {table} 的 {one.records} 条记录计算，清单 {manifest}，定义 {defined}；"
        f"{made_up[1]}computed from {one.records} records of {table}, manifest {manifest}, definition {defined}"
    )
    return (
        one.wanted.indicator.id,
        one.region,
        computed.period.code,
        one.numerator,
        one.denominator,
        one.wanted.unit if has_parts else "",
        one.value,
        "" if has_parts else one.wanted.unit,
        vintage,
        synthetic,
        note,
        table,
    )
