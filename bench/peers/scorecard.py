"""b) A scorecard as of a past moment: our report layer beside pandas, polars and PostgreSQL, same observations."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from bench.store16m import MONTHS, UNITS, make_store
from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.shipped import find_shipped

from .compare import Agreement, agreement, amounts_by_cell
from .contest import OURS, PEERS, TIME_HEAD, Contestant, Measured, Turn, contestants, in_turns, milliseconds, time_rows
from .postgres import postgres
from .question import codes_by_level, question

TITLE = "### b) Scorecard as of a past moment"
YEAR, AS_OF = 2024, "2025-06-30T00:00:00"
A_UNIT = 15 * 4.45 * MONTHS
"""About how many observations a unit sends."""
REFERENCE = "DuckDB: the bare SQL of the figures"
WE, AGAIN = "**we**: figures, gaps, classes, reasons", "we: the same again"
PANDAS, PANDAS_FILE = "pandas, in memory", "pandas, from Parquet"
POLARS, POLARS_FILE = "polars, in memory", "polars, lazily from Parquet"
POSTGRES, OUR_TEXT = "PostgreSQL, a query of its own", "PostgreSQL, the text of our query of the figures"
TREE = "**we**: the whole tree"
_EXPORTED = {
    "submission": "submission_id, region_code, form, period, vintage, revision",
    "event": 'seq, "at", action, submission_id',
    "observation": "submission_id, indicator_id, region_code, period, state, numerator, denominator, part_unit, value,"
    " unit, comparator, vintage, synthetic, published_on",
}

_ABOUT = f"""\
{TITLE}

{{observations:,}} synthetic observations in four or five revisions each; the figures of {{year}} as known on
{{day}}. The peers are told what they cannot know (which periods make a year, which regions are whose children, how
an indicator adds up) and work out each region's figure and the aggregate of its children, as frames or as one
query. They give no classes, gaps, reasons, coverage or lineage; ours does. pandas counts in floats, polars in
decimals up to the last quotient, PostgreSQL in decimals, with indexes and after ANALYZE (PostgreSQL {{server}},
shared_buffers 1 GB, work_mem 64 MB). Its memory is that of the one server process, with what it touched of the
shared buffers.
"""
_LOADING = """\
- Before the first answer: {loading}. We open the store; pandas and polars read the Parquet into memory; PostgreSQL
  copies, indexes and analyses. What a peer holds is as old as its export."""
_TAKEN = """\
- The text of our own query of the figures runs on PostgreSQL as it stands (one function, `array_contains`, is
  defined there): {rows:,} rows."""
_NOT_TAKEN = """\
- The text of our own query of the figures is not taken by PostgreSQL as it stands; its line above is the refusal's."""


@dataclass(frozen=True)
class Result:
    """`provinces`, `tree`: times by who; `agreed`: cell by cell against ours. `loading`: seconds before all answers."""

    observations: int
    rows: Mapping[str, int]
    provinces: Mapping[str, Measured]
    tree: Mapping[str, Measured]
    agreed: Mapping[str, Mapping[str, Agreement]]
    loading: Mapping[str, float]
    server: str


def run(observations: int, rounds: int) -> Result:
    provinces = load_regions(find_shipped("data/regions.csv"))
    every = load_regions(find_shipped("data/regions-full.csv"))
    catalogue = load_catalogues([find_shipped("indicators.yaml")], every)[0]
    units = min(UNITS, max(32, round(observations / A_UNIT)))
    with tempfile.TemporaryDirectory(prefix="monitor-peers-") as name, postgres() as socket:
        folder = Path(name)
        store = folder / "monitor.duckdb"
        made = make_store(store, catalogue, codes_by_level(catalogue, every, YEAR), units)
        _export(store, folder)
        asked = {"provinces": folder / "provinces.json", "tree": folder / "tree.json"}
        for what, regions in (("provinces", provinces), ("tree", every)):
            asked[what].write_text(json.dumps(question(catalogue, regions, YEAR, AS_OF)), encoding="utf-8")
        modules = {
            "we": (OURS, "by_us_scorecard"), "pandas": (PEERS, "by_pandas"), "polars": (PEERS, "by_polars"),
            "postgres": (PEERS, "by_postgres"),
        }  # fmt: skip
        with contestants(modules) as ask:
            loading = {
                "we": ask["we"]("open", path=str(store)).wall,
                "pandas": ask["pandas"]("open", folder=name).wall,
                "polars": ask["polars"]("open", folder=name).wall,
                "PostgreSQL": ask["postgres"]("open", folder=name, socket=socket).wall,
            }
            times, agreed = {}, {}
            for what in asked:
                times[what] = in_turns(_ways(ask, what, str(asked[what])), rounds)
                agreed[what] = _compared(ask, what, asked[what])
            server = str(ask["postgres"]("version").answer)
    ours = {"provinces": int(times["provinces"][WE].answer), "tree": int(times["tree"][TREE].answer)}
    return Result(made, ours, times["provinces"], times["tree"], agreed, loading, server)


def _export(store: Path, folder: Path) -> None:
    """The tables as Parquet, which pandas and polars read, and as CSV, which PostgreSQL copies."""
    with duckdb.connect(str(store), read_only=True) as connection:
        for name, columns in _EXPORTED.items():
            told = connection.table(name).project(columns)
            told.write_parquet(str(folder / f"{name}.parquet"))
            told.write_csv(str(folder / f"{name}.csv"))


def _ways(ask: Mapping[str, Contestant], what: str, said: str) -> dict[str, Callable[[], Turn]]:
    peers: dict[str, Callable[[], Turn]] = {
        PANDAS: lambda: ask["pandas"]("in_memory", question=said),
        PANDAS_FILE: lambda: ask["pandas"]("from_file", question=said),
        POLARS: lambda: ask["polars"]("in_memory", question=said),
        POLARS_FILE: lambda: ask["polars"]("from_file", question=said),
        POSTGRES: lambda: ask["postgres"]("figures", question=said),
        OUR_TEXT: lambda: ask["postgres"]("our_text", question=said),
    }
    when = {"period": str(YEAR), "as_of": AS_OF}
    if what == "tree":
        return {TREE: lambda: ask["we"]("tree", **when), **peers}
    ours: dict[str, Callable[[], Turn]] = {
        REFERENCE: lambda: ask["we"]("bare", **when),
        WE: lambda: ask["we"]("scorecard", **when),
        AGAIN: lambda: ask["we"]("scorecard", cached=True, **when),
    }
    return {**ours, **peers}


def _compared(ask: Mapping[str, Contestant], what: str, said: Path) -> dict[str, Agreement]:
    """Each peer's last figures against ours. Both ways of pandas and of polars end in the same code."""
    indicators = json.loads(said.read_text(encoding="utf-8"))["indicators"]
    ours = amounts_by_cell(_as_peers_tell(row, indicators) for row in ask["we"]("told", what=what).answer)
    return {who: agreement(ours, amounts_by_cell(ask[who]("told").answer)) for who in ("pandas", "polars", "postgres")}


def _as_peers_tell(row: Sequence[Any], indicators: Mapping[str, Any]) -> list[Any]:
    """Our row without what no peer was asked for: an aggregate in the place of a missing figure, shares of regions."""
    indicator, region, *amounts, vintage = row
    if vintage == "aggregated":
        amounts[:3] = [None, None, None]
    if not indicators[indicator]["sums"]:
        amounts[3] = None
    return [indicator, region, *amounts]


def describe(result: Result) -> str:
    provinces, tree = result.provinces, result.tree
    loading = ", ".join(f"{who} {milliseconds(seconds)}" for who, seconds in result.loading.items())
    lines = [
        _ABOUT.format(observations=result.observations, year=YEAR, day=AS_OF[:10], server=result.server),
        f"**32 units × 15 indicators and the nation** ({result.rows['provinces']} rows of ours):", "",
        TIME_HEAD, *time_rows(provinces, REFERENCE), "",
        f"**The whole tree** ({result.rows['tree']:,} rows of ours; the reference is pandas in memory):", "",
        TIME_HEAD, *time_rows(tree, PANDAS), "",
        _LOADING.format(loading=loading),
        *(f"- {_said(what, who, one)}" for what, told in result.agreed.items() for who, one in told.items()),
        _TAKEN.format(rows=provinces[OUR_TEXT].answer) if provinces[OUR_TEXT].answer >= 0 else _NOT_TAKEN,
    ]  # fmt: skip
    return "\n".join(lines)


def _said(what: str, who: str, one: Agreement) -> str:
    name = "PostgreSQL" if who == "postgres" else who
    where = "32 units" if what == "provinces" else "the whole tree"
    if one.is_whole:
        return (
            f"{name}, {where}: all {one.figures:,} numbers of {one.cells:,} cells as ours: parts to the last digit,"
            f" figures to {float(one.furthest):.0e} of their size at most."
        )
    return (
        f"{name}, {where}: **not as ours**: {len(one.missing)} cells missing, {len(one.extra)} more than ours,"
        f" {len(one.apart)} apart, such as {[*one.missing, *one.extra, *one.apart][:3]}."
    )


def wins(result: Result) -> list[tuple[str, str]]:
    """Where a peer is ahead of us: (who, how)."""
    told = []
    for what, times, ours in (("32 units", result.provinces, WE), ("the whole tree", result.tree, TREE)):
        for who in (PANDAS, PANDAS_FILE, POLARS, POLARS_FILE, POSTGRES):
            if times[who].wall < times[ours].wall:
                ratio = times[ours].wall / times[who].wall
                told.append((who, f"{ratio:.1f} times as fast over {what} (figures alone, no classes)"))
    return told
