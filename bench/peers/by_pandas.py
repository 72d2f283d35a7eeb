"""pandas over the same Parquet: the figures of a scorecard as a careful analyst would work them out.

Texts are categories and amounts floats, as pandas is used; it knows no quick exact decimals.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from .worker import serve

_SUBMISSION = ["submission_id", "region_code", "form", "period", "vintage", "revision"]
_OBSERVATION = [
    "submission_id", "indicator_id", "region_code", "period", "state", "numerator", "denominator", "value", "vintage",
]  # fmt: skip
_AMOUNTS = ["numerator", "denominator", "value"]
_TEXTS = ["indicator_id", "region_code", "period", "state", "vintage"]
_CELL = ["indicator_id", "region_code", "period"]
_tables: dict[str, pd.DataFrame] = {}
_last: list[pd.DataFrame] = []
_folder: list[Path] = []


def open_tables(folder: str) -> None:
    """Load all three into memory."""
    _folder[:] = [Path(folder)]
    _tables["submission"] = pd.read_parquet(_folder[0] / "submission.parquet", columns=_SUBMISSION)
    _tables["event"] = pd.read_parquet(_folder[0] / "event.parquet", columns=["submission_id", "at", "action"])
    _tables["observation"] = _observations()


def in_memory(question: str) -> int:
    given = json.loads(Path(question).read_text(encoding="utf-8"))
    decided = _decided(_tables["submission"], _tables["event"], given)
    sent = _tables["observation"]
    wanted = sent["submission_id"].isin(decided) & sent["indicator_id"].isin(given["indicators"])
    return _answer(sent[wanted], given)


def from_file(question: str) -> int:
    """The same without anything in memory: the reader of Parquet passes over what is not asked for."""
    given = json.loads(Path(question).read_text(encoding="utf-8"))
    submission = pd.read_parquet(_folder[0] / "submission.parquet", columns=_SUBMISSION)
    event = pd.read_parquet(_folder[0] / "event.parquet", columns=["submission_id", "at", "action"])
    decided = _decided(submission, event, given)
    periods = [*given["ends"], *given["parts"]]
    sent = _observations([("period", "in", periods), ("submission_id", "in", decided)])
    return _answer(sent[sent["indicator_id"].isin(given["indicators"])], given)


def _observations(only: list[tuple[str, str, list[Any]]] | None = None) -> pd.DataFrame:
    """Through Arrow: pandas itself would make a Python object of every decimal."""
    path = _folder[0] / "observation.parquet"
    table = pq.read_table(path, columns=_OBSERVATION, filters=only, read_dictionary=_TEXTS)
    for name in _AMOUNTS:
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, table[name].cast(pa.float64()))
    return table.to_pandas()


def _decided(submission: pd.DataFrame, event: pd.DataFrame, given: dict[str, Any]) -> list[int]:
    """The submissions that decide at that moment: the last accepted revision of each."""
    accepted = event[(event["action"] == "accepted") & (event["at"] <= pd.Timestamp(given["as_of"]))]
    asked = submission[
        submission["submission_id"].isin(accepted["submission_id"])
        & (submission["vintage"] != "plan")
        & submission["region_code"].isin([*given["parents"], given["root"]])
        & submission["period"].isin([*given["ends"], *given["parts"]])
    ]
    last = asked.sort_values("revision").drop_duplicates(["region_code", "form", "period", "vintage"], keep="last")
    return [int(number) for number in last["submission_id"]]


def _answer(sent: pd.DataFrame, given: dict[str, Any]) -> int:
    """The year's figure of each indicator and region, and that of each parent from its children."""
    sent = sent[sent["state"] == "value"].astype(dict.fromkeys(_TEXTS, object))
    place = {name: number for number, name in enumerate(given["vintages"])}
    best = sent.assign(place=sent["vintage"].map(place)).sort_values("place", kind="stable").drop_duplicates(_CELL)
    end = {period: number for number, period in enumerate(given["ends"])}
    flows = [name for name, one in given["indicators"].items() if one["flow"]]
    is_flow = best["indicator_id"].isin(flows)
    stands = best[best["period"].isin(given["ends"][:1]) | (~is_flow & best["period"].isin(given["ends"]))]
    stands = stands.assign(end=stands["period"].map(end)).sort_values("end", kind="stable").drop_duplicates(_CELL[:2])
    months = best[is_flow & best["period"].isin(given["parts"])].groupby(_CELL[:2], sort=False)
    added = months[_AMOUNTS].sum(min_count=1)[months.size() == len(given["parts"])].reset_index()
    own = pd.concat([stands[[*_CELL[:2], *_AMOUNTS]], added]).drop_duplicates(_CELL[:2])
    factor = {name: one["factor"] for name, one in given["indicators"].items()}
    own["value"] = (own["numerator"] * own["indicator_id"].map(factor) / own["denominator"]).fillna(own["value"])
    sums = [name for name, one in given["indicators"].items() if one["sums"]]
    children = own[own["indicator_id"].isin(sums)].assign(
        region_code=lambda frame: frame["region_code"].map(given["parents"])
    )
    above = children.groupby(_CELL[:2], sort=False)[_AMOUNTS].sum(min_count=1).reset_index()
    ratio = above["numerator"] * above["indicator_id"].map(factor) / above["denominator"]
    above["aggregated_value"] = ratio.fillna(above["value"])
    _last[:] = [own.merge(above[[*_CELL[:2], "aggregated_value"]], on=_CELL[:2], how="outer")]
    return len(_last[0])


def told() -> list[list[Any]]:
    rows = _last[0][[*_CELL[:2], *_AMOUNTS, "aggregated_value"]].to_numpy(dtype=object)
    return [[None if isinstance(cell, float) and math.isnan(cell) else cell for cell in row] for row in rows]


if __name__ == "__main__":
    serve({"open": open_tables, "in_memory": in_memory, "from_file": from_file, "told": told})
