"""polars over the same Parquet: the figures of a scorecard, in exact decimals until the last quotient."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from .worker import serve

_TABLES = {
    "submission": ["submission_id", "region_code", "form", "period", "vintage", "revision"],
    "event": ["submission_id", "at", "action"],
    "observation": [
        "submission_id", "indicator_id", "region_code", "period", "state", "numerator", "denominator", "value",
        "vintage",
    ],
}  # fmt: skip
_AMOUNTS = ("numerator", "denominator", "value")
_CELL = ["indicator_id", "region_code"]
_memory: dict[str, pl.DataFrame] = {}
_last: list[pl.DataFrame] = []
_folder: list[Path] = []


def open_tables(folder: str) -> None:
    _folder[:] = [Path(folder)]
    _memory.update(
        {name: pl.read_parquet(_folder[0] / f"{name}.parquet", columns=columns) for name, columns in _TABLES.items()}
    )


def in_memory(question: str) -> int:
    return _answer({name: frame.lazy() for name, frame in _memory.items()}, question)


def from_file(question: str) -> int:
    """Lazily, from the files: what is not asked for is not read."""
    return _answer({name: pl.scan_parquet(_folder[0] / f"{name}.parquet") for name in _TABLES}, question)


def _answer(tables: dict[str, pl.LazyFrame], question: str) -> int:
    """The year's figure of each indicator and region, and that of each parent from its children."""
    given = json.loads(Path(question).read_text(encoding="utf-8"))
    periods = [*given["ends"], *given["parts"]]
    flows = [name for name, one in given["indicators"].items() if one["flow"]]
    sums = [name for name, one in given["indicators"].items() if one["sums"]]
    factors = {name: one["factor"] for name, one in given["indicators"].items() if one["factor"] is not None}
    accepted = tables["event"].filter(
        (pl.col("action") == "accepted") & (pl.col("at") <= datetime.fromisoformat(given["as_of"]))
    )
    decided = (
        tables["submission"]
        .filter(
            pl.col("region_code").is_in([*given["parents"], given["root"]]),
            pl.col("period").is_in(periods),
            pl.col("vintage") != "plan",
        )
        .join(accepted, on="submission_id", how="semi")
        .sort("revision")
        .unique(["region_code", "form", "period", "vintage"], keep="last")
        .select("submission_id")
    )
    best = (
        tables["observation"]
        .filter(
            pl.col("period").is_in(periods),
            pl.col("indicator_id").is_in(list(given["indicators"])),
            pl.col("state") == "value",
        )
        .join(decided, on="submission_id", how="semi")
        .sort(pl.col("vintage").replace_strict(_places(given["vintages"]), return_dtype=pl.Int8), maintain_order=True)
        .unique([*_CELL, "period"], keep="first", maintain_order=True)
    )
    is_flow = pl.col("indicator_id").is_in(flows)
    whole_year = pl.col("period") == given["ends"][0]
    stands = (
        best.filter(pl.col("period").is_in(given["ends"]) & (whole_year | ~is_flow))
        .sort(pl.col("period").replace_strict(_places(given["ends"]), return_dtype=pl.Int8))
        .unique(_CELL, keep="first", maintain_order=True)
        .select(*_CELL, *_AMOUNTS)
    )
    added = (
        best.filter(is_flow & pl.col("period").is_in(given["parts"]))
        .group_by(_CELL)
        .agg(*_added(), pl.len().alias("months"))
        .filter(pl.col("months") == len(given["parts"]))
        .select(*_CELL, *_AMOUNTS)
    )
    own = (
        pl.concat([stands, added], how="vertical_relaxed")
        .unique(_CELL, keep="first", maintain_order=True)
        .with_columns(_figure(factors).alias("figure"))
    )
    above = (
        own.filter(pl.col("indicator_id").is_in(sums))
        .with_columns(pl.col("region_code").replace_strict(given["parents"], default=None))
        .group_by(_CELL)
        .agg(*_added())
        .select(*_CELL, _figure(factors).alias("aggregated_value"))
    )
    _last[:] = [own.join(above, on=_CELL, how="full", coalesce=True).collect()]
    return len(_last[0])


def _places(names: list[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(names)}


def _added() -> list[pl.Expr]:
    """Sums that are missing where nothing was added."""
    return [pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name) for name in _AMOUNTS]


def _figure(factors: dict[str, float]) -> pl.Expr:
    factor = pl.col("indicator_id").replace_strict(factors, default=None, return_dtype=pl.Float64)
    parts = pl.col("numerator").cast(pl.Float64) * factor / pl.col("denominator").cast(pl.Float64)
    return parts.fill_null(pl.col("value").cast(pl.Float64))


def told() -> list[list[Any]]:
    shown = _last[0].select(
        *_CELL, *(pl.col(name).cast(pl.Float64) for name in _AMOUNTS[:2]), "figure", "aggregated_value"
    )
    return [list(row) for row in shown.rows()]


if __name__ == "__main__":
    serve({"open": open_tables, "in_memory": in_memory, "from_file": from_file, "told": told})
