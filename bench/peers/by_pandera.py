"""pandas and pandera with the catalogue's rules; the frame is read as text, its numbers beside it as floats.

`exact`: bounds are compared in decimals, row by row, since floats cannot tell figures apart beyond the 15th digit.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pandera.pandas as pa

from .worker import serve

_KEY = ["indicator_id", "region_code", "period"]
_PERIOD = r"^\d{4}(-(0[1-9]|1[0-2])|-Q[1-4]|-H[12])?$"
_PARTS = ("numerator", "denominator", "value")


def _read(path: str) -> pd.DataFrame:
    frame = pd.read_csv(path, dtype=str)
    return frame.assign(**{f"{name}_number": pd.to_numeric(frame[name], errors="coerce") for name in _PARTS})


def _schema(rules: dict[str, Any], *, exact: bool) -> pa.DataFrameSchema:
    table = pd.DataFrame.from_dict(rules["indicators"], orient="index")
    units = table["unit"].to_dict()
    numbers = {name: pd.to_numeric(table[name]).to_dict() for name in ("factor", "low", "high")}

    def of_indicator(frame: pd.DataFrame, name: str) -> pd.Series:
        return frame["indicator_id"].map(numbers[name])

    def own_unit(frame: pd.DataFrame) -> pd.Series:
        expected = frame["indicator_id"].map(units)
        return frame["unit"].isna() | expected.isna() | (frame["unit"] == expected)

    def parts_expected(frame: pd.DataFrame) -> pd.Series:
        has_parts = frame["numerator"].notna() | frame["denominator"].notna()
        known = frame["indicator_id"].isin(units)
        return ~(has_parts & known & of_indicator(frame, "factor").isna())

    def both_parts(frame: pd.DataFrame) -> pd.Series:
        return frame["numerator"].isna() == frame["denominator"].isna()

    def divides(frame: pd.DataFrame) -> pd.Series:
        return frame["denominator_number"] != 0

    # named as none of pandera's own checks: one called in_range is taken for that
    def within_bounds(frame: pd.DataFrame) -> pd.Series:
        if exact:
            return _exactly_within(frame, rules["indicators"])
        quotient = frame["numerator_number"] * of_indicator(frame, "factor") / frame["denominator_number"]
        figure = quotient.where(frame["numerator"].notna(), frame["value_number"])
        # a comparison with a missing bound or figure is false
        return ~((figure < of_indicator(frame, "low")) | (figure > of_indicator(frame, "high")))

    def is_number(name: str) -> Callable[[pd.DataFrame], pd.Series]:
        return lambda frame: frame[name].isna() | frame[f"{name}_number"].notna()

    positive = pa.Check.ge(0)
    return pa.DataFrameSchema(
        {
            "indicator_id": pa.Column(str, pa.Check.isin(list(units))),
            "region_code": pa.Column(str, pa.Check.isin(rules["regions"])),
            "period": pa.Column(str, pa.Check.str_matches(_PERIOD)),
            "unit": pa.Column(str, pa.Check.isin(rules["units"]), nullable=True),
            "synthetic": pa.Column(str, pa.Check.isin(["true", "false"]), nullable=True),
            "numerator_number": pa.Column(float, positive, nullable=True),
            "denominator_number": pa.Column(float, positive, nullable=True),
        },
        checks=[
            pa.Check(check, name=name, ignore_na=False)
            for name, check in {
                "own unit": own_unit, "parts expected": parts_expected, "both parts": both_parts, "divides": divides,
                "within bounds": within_bounds, **{f"{name} is a number": is_number(name) for name in _PARTS},
            }.items()
        ],
        unique=_KEY,
    )  # fmt: skip


def _exactly_within(frame: pd.DataFrame, rules: dict[str, Any]) -> pd.Series:
    """Whether each figure lies in its indicator's range, by exact arithmetic; what cannot be read is told elsewhere."""
    bounds = {
        name: tuple(None if rule[key] is None else Decimal(rule[key]) for key in ("factor", "low", "high"))
        for name, rule in rules.items()
    }
    readable = {name: frame[f"{name}_number"].notna() for name in _PARTS}
    columns = (frame[name].where(readable[name], "") for name in _PARTS)
    told = [
        _is_within(bounds.get(indicator), above, below, value)
        for indicator, above, below, value in zip(frame["indicator_id"], *columns, strict=True)
    ]
    return pd.Series(told, index=frame.index)


def _is_within(bounds: tuple[Decimal | None, ...] | None, above: str, below: str, value: str) -> bool:
    if bounds is None:
        return True
    factor, low, high = bounds
    if above and below and factor is not None:
        scaled, unit = Decimal(above) * factor, Decimal(below)
    elif value:
        scaled, unit = Decimal(value), Decimal(1)
    else:
        return True
    return not ((low is not None and scaled < low * unit) or (high is not None and scaled > high * unit))


def _broken(frame: pd.DataFrame, rules: dict[str, Any]) -> list[tuple[str, str]]:
    """The (region, period) whose sums do not hold; pandera has no word for a rule over several rows."""
    related = {name for one in rules["relations"] for name in one["terms"]}
    wide = frame[frame["indicator_id"].isin(related)].pivot_table(
        index=["region_code", "period"], columns="indicator_id", values="value_number"
    )
    found: set[tuple[str, str]] = set()
    for one in rules["relations"]:
        if not set(one["terms"]) <= set(wide.columns):
            continue
        total = sum(wide[name] * float(times) for name, times in one["terms"].items())
        wrong = total.abs() > float(one["tolerance"]) if one["least"] is None else total < float(one["least"])
        found.update(wide.index[wrong])
    return sorted(found)


def check(path: str, rules: str, *, exact: bool = False) -> dict[str, Any]:
    """The lines told, and the (region, period) whose sums do not hold."""
    given = json.loads(Path(rules).read_text(encoding="utf-8"))
    return _validated(_read(path), given, exact=exact)


def load(path: str, rules: str) -> dict[str, Any]:
    """The same, and the frame into an empty DuckDB file."""
    given = json.loads(Path(rules).read_text(encoding="utf-8"))
    frame = _read(path)
    told = _validated(frame, given, exact=False)
    with (
        tempfile.TemporaryDirectory(prefix="monitor-peers-") as folder,
        duckdb.connect(str(Path(folder) / "peer.duckdb")) as connection,
    ):
        connection.register("sent", frame)
        connection.execute("CREATE TABLE observation AS SELECT * FROM sent")
    return told


def _validated(frame: pd.DataFrame, rules: dict[str, Any], *, exact: bool) -> dict[str, Any]:
    lines: set[int] = set()
    try:
        _schema(rules, exact=exact).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as told:
        cases = told.failure_cases
        if cases["index"].isna().any():  # a check that could not be run, or a column that is not there
            raise
        lines = {int(place) + 2 for place in cases["index"]}
    return {"errors": sorted(lines), "relations": _broken(frame, rules), "rows": len(frame)}


if __name__ == "__main__":
    serve({"check": check, "load": load})
