"""The whole ingest of a CSV of 100,000 and of a million rows, from reading to the audit log: `python -m bench.ingest`.

One part in a hundred has a wrong figure. Reference: `pandas.read_csv(dtype=str)` and a bare insert of its frame into an
empty DuckDB file. `--processor` compares processor time, of the limited child too, for a machine that has other work;
`--rows N` takes one size alone.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd

from monitor.catalogue.loader import Catalogue, load_catalogues, parse_regions
from monitor.catalogue.regions import Regions
from monitor.intake.limits import Limits
from monitor.intake.submissions import ingest
from monitor.shipped import find_shipped
from monitor.store.store import Store

from .measure import Ratio, in_turn

ROWS = 100_000
SIZES = (ROWS, 1_000_000)
BOUND = 5.0
COLUMNS = ("indicator_id", "region_code", "period", "numerator", "denominator", "value", "unit", "synthetic", "note")
_ROUNDS = {ROWS: 5}
_ROUNDS_OF_LONG = 3
_MOST_OF_PROVINCES = 175_000  # 32 units, twelve years of months, 38 indicators
_FILES_OF_COUNTIES = 2_000_000


@dataclass(frozen=True)
class Taken:
    """The ratio of one size; `memory`, `child_memory`: the most of either process so far, in bytes."""

    rows: int
    submissions: int
    ratio: Ratio
    memory: int
    child_memory: int


def run(sizes: Sequence[int] = SIZES, clock: Callable[[], float] = time.perf_counter) -> tuple[Taken, ...]:
    return tuple(_taken(rows, clock) for rows in sizes)


def describe(taken: Sequence[Taken]) -> list[tuple[str, str, Ratio]]:
    """Lines for the table: work, reference, ratio."""
    return [
        (
            f"ingest of a CSV of {one.rows:,} rows: read, check, store, accept, audit",
            "`read_csv(dtype=str)` + bare insert",
            one.ratio,
        )
        for one in taken
    ]


def describe_memory(taken: Sequence[Taken]) -> str:
    """What the files were, and what taking them in needed."""
    told = "; ".join(
        f"{one.rows:,} rows in {one.submissions:,} submissions: {one.memory >> 20:,} MB in the owner,"
        f" {one.child_memory >> 20:,} MB in the child"
        for one in taken
    )
    return f"Most memory (the owner's includes the frame of the reference): {told}."


def _taken(rows: int, clock: Callable[[], float]) -> Taken:
    catalogues, regions = country(0 if rows <= _MOST_OF_PROVINCES else 10 if rows <= _FILES_OF_COUNTIES else 40)
    made: list[int] = []
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as name:
        folder = Path(name)
        path = folder / "figures.csv"
        write_figures(path, catalogues[0], regions, rows)

        def whole() -> None:
            with Store.open(folder / "work" / "monitor.duckdb") as store:
                result = ingest(
                    store, catalogues, regions, path,
                    by="bench", accept=True, explain="模拟数据", limits=Limits.operator(),
                )  # fmt: skip
                made.append(len(result.submissions))
                assert sum(part.created for part in result.submissions) == rows, result.problems[:3]
            shutil.rmtree(folder / "work")

        def bare() -> None:
            frame = pd.read_csv(path, dtype=str)
            with duckdb.connect(str(folder / "bare.duckdb")) as connection:
                connection.register("sent", frame)
                connection.execute("CREATE TABLE observation AS SELECT * FROM sent")
            (folder / "bare.duckdb").unlink()

        work, reference = in_turn(whole, bare, _ROUNDS.get(rows, _ROUNDS_OF_LONG), clock)
    memory, children = (resource.getrusage(who).ru_maxrss << 10 for who in _WHO)
    return Taken(rows, made[-1], Ratio("ingest", work, reference, BOUND), memory, children)


_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def _processor_seconds() -> float:
    """Of this process and of the children it has waited for."""
    used = [resource.getrusage(who) for who in _WHO]
    return sum(one.ru_utime + one.ru_stime for one in used)


def country(prefectures: int) -> tuple[tuple[Catalogue, ...], Regions]:
    """The shipped plan, and the provinces with as many prefectures each that are made up."""
    table = find_shipped("data/regions.csv").read_text(encoding="utf-8-sig").rstrip("\n")
    plain = parse_regions(table, "regions.csv")
    head = table.splitlines()[0].split(",")
    lines = []
    for region in plain.children("000000"):
        for number in range(1, prefectures + 1):
            row = {
                "region_code": f"{region.code[:2]}{number:02d}00", "parent_code": region.code, "level": "prefecture",
                "name": f"{region.name}模拟{number}",
            }  # fmt: skip
            if plain.get(row["region_code"]) is None:
                lines.append(",".join(row.get(column, "") for column in head))
    regions = parse_regions("\n".join([table, *lines]) + "\n", "regions.csv")
    return load_catalogues([find_shipped("indicators.yaml")], regions), regions


def write_figures(path: Path, catalogue: Catalogue, regions: Regions, rows: int) -> None:
    """A file of so many synthetic figures, of all reporting units of the tree."""
    units = [region.code for region in regions.descendants(catalogue.plan.region) if region.reporting]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(itertools.islice(figures(catalogue, units), rows))


# What amounts are of one another, so that the catalogue's relations hold; all others are a tenth of the whole.
_SHARES = {
    "fund_income": Decimal("0.0001"),  # 万亿元 of 亿元
    "fund_income_employee": Decimal("0.7"),
    "fund_income_resident": Decimal("0.3"),
    "fund_expenditure": Decimal("0.00009"),
    "fund_expenditure_employee": Decimal("0.63"),
    "fund_expenditure_resident": Decimal("0.27"),
    "insured_persons": Decimal(1),
    "insured_persons_employee": Decimal("0.3"),
    "insured_persons_resident": Decimal("0.7"),
    "fund_balance_pooled": Decimal("0.05"),
    "total_health_expenditure": Decimal(1),
    "out_of_pocket_expenditure": Decimal("0.27"),
    "cross_province_inpatients": Decimal(1),
    "cross_province_settled_inpatients": Decimal("0.7"),
}
_PARTS = {"out_of_pocket_share": Decimal("0.27"), "cross_province_settlement_rate": Decimal("0.7")}
_TENTH, _WRONG = Decimal("0.1"), Decimal("1.5")


def figures(
    catalogue: Catalogue, units: list[str], first_year: int = 2014, turn: int = 0
) -> Iterator[tuple[object, ...]]:
    """Synthetic figures as units would send them month by month: sums that hold, year-to-date figures that rise.

    `turn`: another one gives other figures of the same cells.
    """
    for month, unit in itertools.product(range(12 * 12), units):
        period = f"{first_year + month // 12}-{month % 12 + 1:02d}"
        is_wrong = (month * 32 + int(unit[:2])) % 97 == 0
        for place, indicator in enumerate(catalogue.indicators):
            wobble = (month + 1 + turn) * (int(unit) + place) * 7919 % 997
            whole = 1000 + Decimal((month + 1 + turn) * int(unit) * 7919 % 997) / 100
            if indicator.accumulation == "ytd":
                whole *= month % 12 + 1
            parts = ("", "")
            if indicator.id in _PARTS:
                parts = (f"{whole * _PARTS[indicator.id]:f}", f"{whole:f}")
            elif indicator.figure:
                parts = (f"{900 + wobble / 100:.2f}", f"{1000 + wobble / 50:.2f}")
            amount = whole * _SHARES.get(indicator.id, _TENTH)
            if indicator.unit == "%":
                amount = 40 + Decimal(wobble) / 100
            if is_wrong and indicator.id == "fund_income":
                amount *= _WRONG
            value = "" if indicator.figure else f"{amount:f}"
            yield (indicator.id, unit, period, *parts, value, indicator.unit, "true", "模拟数据")


def main(rest: Sequence[str] = ()) -> int:
    """Prints the table; 0 when every ratio holds."""
    parser = argparse.ArgumentParser(prog="python -m bench.ingest", description=__doc__)
    parser.add_argument("--processor", action="store_true")
    parser.add_argument("--rows", type=int)
    asked = parser.parse_args(rest)
    clock = _processor_seconds if asked.processor else time.perf_counter
    taken = run(SIZES if asked.rows is None else (asked.rows,), clock)
    print("| work | reference | work | reference | ratio | bound |\n|---|---|---|---|---|---|")
    for work, against, one in describe(taken):
        print(
            f"| {work} | {against} | {one.work * 1000:.0f} ms | {one.reference * 1000:.0f} ms | {one.ratio:.2f}"
            f" | ≤ {one.bound:g} |"
        )
    print(f"\n{describe_memory(taken)}")
    return 0 if all(one.ratio.holds for one in taken) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
