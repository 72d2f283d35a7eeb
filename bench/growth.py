"""How time and memory grow with observations and regions: `python -m bench growth`. Writes docs/growth.md's table.

Observations grow by the number of units that send monthly, 2 to 3,332, while the question stays that of the 32
provincial units; regions grow by how far down the tree goes: provinces, prefectures, counties, each sending monthly.
Each question is asked in a process of its own (growth_asked.py).
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.catalogue.loader import Catalogue, load_catalogues, load_regions
from monitor.catalogue.regions import Regions
from monitor.intake.limits import Limits
from monitor.intake.submissions import ingest
from monitor.shipped import find_shipped
from monitor.store.store import Store

from .growth_plot import write_plot
from .ingest import country, write_figures
from .store16m import make_store

UNITS = {10_000: 2, 100_000: 21, 1_000_000: 208, 10_000_000: 2_081, 16_000_000: 3_332}
LEVELS = {32: ("province",), 400: ("province", "prefecture"), 3_300: ("province", "prefecture", "county")}
QUESTIONS = ("scorecard", "explain", "export", "page")
OF_REGIONS = ("tree", "scorecard", "explain", "page", "region", "acceptance")
ROUNDS = {"export": 1, "page": 2, "region": 2, "acceptance": 2}
"""Answers of each question; three of those not named. Where there are several the first is left out."""
CHECKOUT = Path(__file__).parent.parent
PAGE = CHECKOUT / "docs" / "growth.md"
PICTURES = CHECKOUT / "docs" / "pictures"
_BEGIN, _END = "<!-- measured -->\n", "<!-- /measured -->\n"


@dataclass(frozen=True)
class Measured:
    """Seconds and bytes of one question at one size; `rows`: of its answer."""

    seconds: float
    peak: int
    rows: int


Table = Mapping[str, Mapping[int, Measured]]
"""By question and size."""


def main(arguments: Sequence[str] = ()) -> int:
    """Prints and writes the tables and plots of all sizes, or prints those of the sizes asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench growth", description=__doc__)
    parser.add_argument("--observations", type=int, nargs="*", choices=list(UNITS), default=list(UNITS))
    parser.add_argument("--regions", type=int, nargs="*", choices=list(LEVELS), default=list(LEVELS))
    parser.add_argument("--ingest", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    asked = parser.parse_args(arguments)
    shipped = find_shipped("data/regions.csv")
    catalogue = load_catalogues([find_shipped("indicators.yaml")], load_regions(shipped))[0]
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as name:
        folder = Path(name)
        taken = {"ingest": {size: _ingested(folder, size) for size in asked.ingest}}
        grown = _by_observations(folder, catalogue, shipped, asked.observations)
        wider = _by_regions(folder, catalogue, asked.regions)
    text = _described(taken, grown, wider)
    print(text)
    if (list(asked.observations), list(asked.regions)) == (list(UNITS), list(LEVELS)):
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(_BEGIN)
        PAGE.write_text(before + _BEGIN + text + _END + rest.partition(_END)[2], encoding="utf-8")
        for measure in ("seconds", "peak"):
            write_plot({**taken, **grown}, measure, "observations", PICTURES / f"growth-observations-{measure}.svg")
            write_plot(wider, measure, "regions", PICTURES / f"growth-regions-{measure}.svg")
    return 0


def _by_observations(
    folder: Path, catalogue: Catalogue, regions_path: Path, sizes: Sequence[int]
) -> dict[str, dict[int, Measured]]:
    regions = load_regions(regions_path)
    provinces = [one.code for one in regions.children(catalogue.plan.region) if one.reporting]
    found: dict[str, dict[int, Measured]] = {question: {} for question in QUESTIONS}
    for size in sizes:
        path = folder / "monitor.duckdb"
        _tell(f"{make_store(path, catalogue, provinces, UNITS[size]):,} observations")
        for question in QUESTIONS:
            found[question][size] = _asked(question, path, regions_path)
        _cleared(folder)
    return found


def _by_regions(folder: Path, catalogue: Catalogue, sizes: Sequence[int]) -> dict[str, dict[int, Measured]]:
    full = load_regions(find_shipped("data/regions-full.csv"))
    found: dict[str, dict[int, Measured]] = {question: {} for question in OF_REGIONS}
    for size in sizes:
        path, regions_path = folder / "monitor.duckdb", folder / "regions.csv"
        codes = _write_regions(full, LEVELS[size], regions_path)
        observations = make_store(path, catalogue, codes, len(codes))
        _tell(f"{len(codes):,} regions, {observations:,} observations")
        for question in OF_REGIONS:
            found[question][size] = _asked(question, path, regions_path)
        _cleared(folder)
    return found


def _write_regions(full: Regions, levels: Sequence[str], path: Path) -> list[str]:
    """A regions file down to some level, and the codes of those that report."""
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(full.text.splitlines()))
        kept = [line for line in lines if line["level"] in ("nation", *levels)]
        writer = csv.DictWriter(file, fieldnames=list(lines[0]))
        writer.writeheader()
        # what a region was before may lie below the levels that are kept
        writer.writerows({**line, "formerly": ""} for line in kept)
    return sorted({line["region_code"] for line in kept if line["reporting"] == "true"})


def _asked(question: str, store: Path, regions: Path) -> Measured:
    command = [
        sys.executable,
        "-m",
        "bench.growth_asked",
        question,
        str(store),
        str(regions),
        str(ROUNDS.get(question, 3)),
    ]
    said = subprocess.run([*command, str(store.parent)], cwd=CHECKOUT, check=True, stdout=subprocess.PIPE, text=True)
    answer = json.loads(said.stdout)
    measured = Measured(answer["median"], answer["peak"], answer["rows"])
    _tell(f"  {question}: {measured.seconds * 1000:,.0f} ms, {measured.peak / 1e6:,.0f} MB, {measured.rows:,}")
    return measured


def _ingested(folder: Path, rows: int) -> Measured:
    """The whole ingest of one file into an empty store, in a process of its own; memory is that of its largest one."""
    command = [sys.executable, "-m", "bench.growth", "ingest", str(folder), str(rows)]
    said = subprocess.run(command, cwd=CHECKOUT, check=True, stdout=subprocess.PIPE, text=True).stdout
    seconds, peak, created = json.loads(said)
    _cleared(folder)
    _tell(f"ingest of {rows:,} rows: {seconds:.1f} s, {peak / 1e6:,.0f} MB")
    return Measured(seconds, peak, created)


def _ingest(folder: Path, rows: int) -> None:
    catalogues, regions = country(0 if rows <= 100_000 else 10)
    path = folder / "figures.csv"
    write_figures(path, catalogues[0], regions, rows)
    with Store.open(folder / "monitor.duckdb") as store:
        started = time.perf_counter()
        result = ingest(
            store, catalogues, regions, path, by="bench", accept=True, explain="模拟数据", limits=Limits.operator()
        )
        seconds = time.perf_counter() - started
    created = sum(part.created for part in result.submissions)
    assert created == rows, result.problems[:3]
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) * 1024
    print(json.dumps([seconds, peak, created]))


def _cleared(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink()


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _described(taken: Table, grown: Table, wider: Table) -> str:
    return "\n".join(
        [
            *_lines("observations", {**taken, **grown}),
            "",
            *_lines("regions that send", wider),
            "",
        ]
    )


def _lines(sizes_of: str, table: Table) -> list[str]:
    """A table of one kind of growth; the last column: how the time grew against the size, 1 is in proportion."""
    sizes = sorted({size for row in table.values() for size in row})
    lines = [f"| {sizes_of} | {' | '.join(f'{size:,}' for size in sizes)} | growth |", "|---" * (len(sizes) + 2) + "|"]
    for question, row in table.items():
        cells = [_cell(row.get(size)) for size in sizes]
        lines.append(f"| {question} | {' | '.join(cells)} | {_growth(row)} |")
    return lines


def _cell(one: Measured | None) -> str:
    return "" if one is None else f"{one.seconds * 1000:,.0f} ms, {one.peak / 1e6:,.0f} MB"


def _growth(row: Mapping[int, Measured]) -> str:
    """Time's growth over size's, of the two largest sizes: above 1 it is worse than linear."""
    if len(row) < 2:
        return ""
    small, large = sorted(row)[-2:]
    return f"{row[large].seconds / row[small].seconds / (large / small):.2f}"


if __name__ == "__main__":
    if sys.argv[1:2] == ["ingest"]:
        _ingest(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        sys.exit(main(sys.argv[1:]))
