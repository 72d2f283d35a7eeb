"""a) Validation and load of one submission: our ingest beside frictionless and pandera, same file, same rules."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.intake.rules import rules_of
from monitor.shipped import find_shipped

from .contest import OURS, PEERS, TIME_HEAD, Contestant, Measured, Turn, contestants, in_turns, milliseconds, time_rows
from .fault_file import Found, compare, write_files
from .rules import rules_for_peers

TITLE = "### a) Validation and load of a submission"
REFERENCE = "`read_csv(dtype=str)` + bare insert (no check)"
WHOLE, CHECK = "**we**: read, check, store, accept, audit", "we: read and check alone"
FRICTIONLESS, PANDERA = "frictionless: validation alone", "pandas + pandera (floats): validation alone"
PANDERA_EXACT = "pandas + pandera (decimals): validation alone"
PANDERA_LOAD = "pandas + pandera (floats): validation, bare insert"

_ABOUT = f"""\
{TITLE}

A CSV of {{rows:,}} rows (32 units × months × indicators); in one of a hundred parts of it a sum does not hold. The
same rules for all, made from our catalogue: required columns, types, lists of indicators, regions and units, form
of the period, each indicator's unit, parts and range (so that no numerator is above its denominator), no key twice,
and the sums between indicators. frictionless says what its schema can and the rest in a check of its own, in exact
decimals. pandera checks whole columns, in floats or, for the ranges, in decimals row by row; the sums are plain
pandas.
"""
_ONLY_OURS = """\
- Only ours: each problem at its cell, in two languages, with its cure; encodings, full-width digits and Chinese
  headings read; comparison with what was sent before (told here besides: {others}); reading in a process with
  limits; revisions, receipt, events and audit log."""


@dataclass(frozen=True)
class Result:
    """`good`: times on the file that is accepted; `faulty`: on that with planted faults, checks alone.

    `sums`: (told by a checker, told by us) of the (region, period) whose sums do not hold, in the good file.
    """

    rows: int
    good: Mapping[str, Measured]
    faulty: Mapping[str, Measured]
    found: Mapping[str, Found]
    sums: Mapping[str, tuple[int, int, bool]]
    others: Sequence[str]


def run(rows: int, rounds: int) -> Result:
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    units = [region.code for region in regions.children(catalogues[0].plan.region) if region.reporting]
    rules = rules_of(catalogues, regions)
    with tempfile.TemporaryDirectory(prefix="monitor-peers-") as name:
        good, faulty, said = (Path(name) / file for file in ("good.csv", "faulty.csv", "rules.json"))
        faults = write_files(good, faulty, catalogues[0], rules, units, rows)
        said.write_text(json.dumps(rules_for_peers(catalogues[0], rules)), encoding="utf-8")
        modules = {
            "bare": (OURS, "by_bare"), "we": (OURS, "by_us_checked"), "frictionless": (PEERS, "by_frictionless"),
            "pandera": (PEERS, "by_pandera"),
        }  # fmt: skip
        with contestants(modules) as ask:
            accepted = in_turns(_ways(ask, good, said, stores=True), rounds)
            checked = in_turns(_ways(ask, faulty, said, stores=False), max(1, rounds // 2))
        rows_read = {accepted[who].answer["rows"] for who in (FRICTIONLESS, PANDERA)} | {accepted[REFERENCE].answer}
        assert rows_read == {accepted[WHOLE].answer["stored"]} == {rows}, rows_read
        found = {who: compare(faults, set(one.answer["errors"])) for who, one in checked.items()}
        ours = _places(good, accepted[CHECK].answer["relations"])
        sums = {who: _agreed(accepted[who].answer["relations"], ours) for who in (FRICTIONLESS, PANDERA)}
    return Result(rows, accepted, checked, found, sums, accepted[CHECK].answer["others"])


def _ways(ask: Mapping[str, Contestant], file: Path, rules: Path, *, stores: bool) -> dict[str, Any]:
    path = str(file)
    given = {"path": path, "rules": str(rules)}

    def way(who: str, task: str, given: Mapping[str, Any]) -> Any:
        def turn() -> Turn:
            return ask[who](task, **given)

        return turn

    checks = {
        CHECK: way("we", "check", {"path": path}),
        FRICTIONLESS: way("frictionless", "check", given),
        PANDERA: way("pandera", "check", given),
        PANDERA_EXACT: way("pandera", "check", {**given, "exact": True}),
    }
    if not stores:
        return checks
    loads = {REFERENCE: way("bare", "load", {"path": path}), WHOLE: way("we", "whole", {"path": path})}
    return {**loads, **checks, PANDERA_LOAD: way("pandera", "load", given)}


def _places(file: Path, lines: Collection[int]) -> set[tuple[str, str]]:
    """The (region, period) of some lines."""
    wanted = set(lines)
    with file.open(encoding="utf-8", newline="") as text:
        return {
            (row["region_code"], row["period"]) for line, row in enumerate(csv.DictReader(text), 2) if line in wanted
        }


def _agreed(told: Sequence[Sequence[str]], ours: set[tuple[str, str]]) -> tuple[int, int, bool]:
    """How many they told, how many we, and whether they are the same."""
    theirs = {(region, period) for region, period in told}
    return len(theirs), len(ours), theirs == ours


def describe(result: Result) -> str:
    good, found = result.good, result.found
    kinds = next(iter(found.values())).by_kind
    lines = [
        _ABOUT.format(rows=result.rows), TIME_HEAD, *time_rows(good, REFERENCE), "",
        f"Our whole ingest takes {_times(good[WHOLE].wall / good[FRICTIONLESS].wall)} as long as frictionless's"
        f" validation alone and {_times(good[WHOLE].wall / good[PANDERA].wall)} as long as pandera's.", "",
        f"The same file with {sum(planted for _, planted in kinds.values())} planted faults, checks alone:", "",
        "| fault | planted | " + " | ".join(found) + " |", "|---|---|" + "---|" * len(found),
        *(f"| {kind} | {planted} | " + " | ".join(str(one.by_kind[kind][0]) for one in found.values()) + " |"
          for kind, (_, planted) in kinds.items()),
        "| rows without a fault | 0 | " + " | ".join(str(len(one.false_alarms)) for one in found.values()) + " |",
        "| time | | " + " | ".join(milliseconds(one.wall) for one in result.faulty.values()) + " |", "",
        *(f"- Sums that do not hold in the first file: {who.partition(':')[0]} tells {theirs}, we {ours}:"
          f" {'the same places' if same else '**not the same places**'}."
          for who, (theirs, ours, same) in result.sums.items()),
        _ONLY_OURS.format(others=", ".join(result.others) or "nothing"),
    ]  # fmt: skip
    return "\n".join(lines)


def _times(ratio: float) -> str:
    return f"{ratio:.1f} times" if ratio >= 1 else f"1/{1 / ratio:.1f}"


def wins(result: Result) -> list[tuple[str, str]]:
    """Where a peer is ahead of us: (who, how)."""
    good, told = result.good, []
    for who in (FRICTIONLESS, PANDERA, PANDERA_EXACT, PANDERA_LOAD):
        ours = CHECK if "alone" in who else WHOLE
        if good[who].wall < good[ours].wall:
            told.append((who, f"{good[ours].wall / good[who].wall:.1f} times as fast as {ours.replace('*', '')}"))
        if good[who].megabytes < good[ours].megabytes:
            told.append((who, f"{good[who].megabytes:.0f} MB of memory, we {good[ours].megabytes:.0f} MB"))
    return told
