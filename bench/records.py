"""Indicators from 50 million records: `python -m bench.records [--records N] [--memory-mb M] [--keep FOLDER]`.

The records are made up (模拟数据) by arithmetic, so that every count follows by hand. Visit number i, from 0 to N − 1:

    visit_id           V and i · 7368787 mod 10¹¹ in 11 digits: no two are the same, and none is near the one before
    region_code        the unit numbered i mod 32, by code
    discharged_on      1 January 2024 plus (i div 32) mod 366 days
    is_cross_province  (i div 32) mod 5 is 0 or 1
    settled_directly   (i div 32) mod 7 is less than 5
    expense            ((i div 32) mod 1000) + 0.25 yuan
    paid_by            DRG, DIP, ITEM as (i div 32) mod 3 is 0, 1, 2

With j = i div 32 each unit has the same visits, one for each j below N/32. The golden figures are counted in Python
over one turn of the remainders and multiplied, without any database. The ratio is to the bare SQL of
the same figures, run in turn with it on the same files with the same memory and threads.
"""

from __future__ import annotations

import argparse
import math
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import duckdb

from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.catalogue.periods import parse_period
from monitor.records.computing import Computed, compute
from monitor.records.engines import Machine, on_duckdb
from monitor.records.folder import look_into, seal
from monitor.records.wanted import Wanted, find
from monitor.shipped import find_shipped

from .measure import Ratio, in_turn

RECORDS = 50_000_000
FILES = 16
UNITS = 32
MEMORY_MB = 1_000
THREADS = 2
ROUNDS = 3
BOUND = 6.0  # placing every record and counting what cannot be, beside the bare sums; without keys
_FIRST = date(2024, 1, 1)
_MAKE = """
COPY (
    SELECT 'V' || lpad(CAST(i * 7368787 % 100000000000 AS VARCHAR), 11, '0') AS visit_id,
           list_extract([{units}], CAST(i % 32 AS INTEGER) + 1) AS region_code,
           DATE '2024-01-01' + CAST(i // 32 % 366 AS INTEGER) AS discharged_on, i // 32 % 5 < 2 AS is_cross_province,
           i // 32 % 7 < 5 AS settled_directly, CAST(i // 32 % 1000 + 0.25 AS DECIMAL(12, 2)) AS expense,
           list_extract(['DRG', 'DIP', 'ITEM'], CAST(i // 32 % 3 AS INTEGER) + 1) AS paid_by
    FROM range({start}, {stop}) AS made (i)
) TO '{path}' (FORMAT parquet, COMPRESSION zstd, KV_METADATA {{synthetic: 'true'}})
"""
_BARE = """
SELECT region_code, count(CASE WHEN is_cross_province AND settled_directly THEN 1 END),
       count(CASE WHEN is_cross_province THEN 1 END)
FROM read_parquet('{folder}/*.parquet')
WHERE discharged_on BETWEEN DATE '2024-01-01' AND DATE '{last}'
GROUP BY region_code
"""


def main(arguments: Sequence[str] = ()) -> int:
    """Prints the figures; 1 where a count is not the golden one or the ratio is above its bound."""
    parser = argparse.ArgumentParser(prog="python -m bench.records", description=__doc__)
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--memory-mb", type=int, default=MEMORY_MB)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--keep", type=Path, help="make the files in this folder and leave them there")
    asked = parser.parse_args(arguments)
    with _folder(asked.keep) as (records, spill):
        started = time.perf_counter()
        size = make(records, asked.records)
        print(f"made {asked.records:,} synthetic records, {size / 1e6:,.0f} MB of Parquet, "
              f"in {time.perf_counter() - started:.1f} s")  # fmt: skip
        return _measure(records, Machine(asked.memory_mb * 1_000_000, THREADS, spill), asked.records, asked.rounds)


@contextmanager
def _folder(keep: Path | None) -> Iterator[tuple[Path, Path]]:
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as name:
        records = keep or Path(name) / "inpatient_visit"
        records.mkdir(parents=True, exist_ok=True)
        yield records, Path(name) / "spill"


def units() -> list[str]:
    regions = load_regions(find_shipped("data/regions.csv"))
    found = sorted(row.code for row in regions.children("000000", _FIRST) if row.reporting)
    assert len(found) == UNITS
    return found


def make(folder: Path, records: int, files: int = FILES) -> int:
    """Make the records in so many files, the same bytes each time; their bytes together."""
    codes = ", ".join(f"'{code}'" for code in units())
    each = -(-records // files)
    with duckdb.connect(config={"threads": 1, "memory_limit": "1GB"}) as connection:
        for number in range(files):
            start, stop = number * each, min((number + 1) * each, records)
            if start < stop:
                path = folder / f"part-{number:05d}.parquet"
                connection.execute(_MAKE.format(units=codes, start=start, stop=stop, path=path))
    return sum(path.stat().st_size for path in folder.glob("*.parquet"))


@dataclass(frozen=True)
class Golden:
    """What each unit's figures are, counted by hand; the first `records mod 32` units have one visit more."""

    settled: int
    cross: int
    by_case: Fraction
    expense: Fraction


def golden(records: int, unit: int, last: date) -> Golden:
    """Of one unit up to a day of 2024: sums over j, by the arithmetic above and nothing else."""
    visits = records // UNITS + (unit < records % UNITS)
    days = (last - _FIRST).days
    settled = cross = 0
    turn = math.lcm(366, 5, 7)  # after so many visits day, place and settlement come together again
    for j in range(min(turn, visits)):
        if j % 366 <= days and j % 5 < 2:
            times = (visits - 1 - j) // turn + 1
            cross += times
            settled += times if j % 7 < 5 else 0
    by_case = expense = Fraction(0)
    turn = math.lcm(366, 1000, 3)
    for j in range(min(turn, visits)):
        if j % 366 <= days:
            times = (visits - 1 - j) // turn + 1
            amount = (Fraction(j % 1000) + Fraction(1, 4)) * times
            expense += amount
            by_case += amount if j % 3 < 2 else 0
    return Golden(settled, cross, by_case, expense)


def wrong(computed: Computed, records: int, last: date) -> int:
    """How many figures are not the golden ones."""
    known = {code: golden(records, number, last) for number, code in enumerate(units())}
    count = 0
    for one in computed.figures:
        right = known[one.region]
        parts = (one.numerator, one.denominator)
        if one.wanted.indicator.id == "cross_province_settlement_rate":
            count += parts != (right.settled, right.cross)
        else:
            count += tuple(map(Fraction, map(str, parts))) != (right.by_case, right.expense)
    return count


def _measure(folder: Path, machine: Machine, records: int, rounds: int) -> int:
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("data/records/example-records.yaml")], regions)
    both = find(catalogues, ["cross_province_settlement_rate", "drg_dip_payment_share"])
    period, faults = parse_period("2024"), 0
    without = [_without_key(one) for one in both]
    for name, wanted in (("with the key of every visit", both), ("without a key", without)):
        found = look_into(folder)
        started, worked = time.perf_counter(), time.process_time()
        computed = compute(wanted, regions, period, found, machine, on_duckdb(machine))
        seconds, processor = time.perf_counter() - started, time.process_time() - worked
        faults += wrong(computed, records, period.end) + (len(computed.figures) != 2 * UNITS)
        faults += computed.scans[0].used != records
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"two indicators of 2024, {name}: {seconds:.1f} s ({processor:.1f} s of processor), "
              f"{records / seconds:,.0f} records/s, peak memory of the process so far {peak:,.0f} MB")  # fmt: skip
    faults += _ratio(folder, machine, [_without_key(both[0])], rounds)
    print("every figure is the golden one" if not faults else f"{faults} FAULTS")
    return 1 if faults else 0


def _without_key(one: Wanted) -> Wanted:
    return replace(one, records=one.records.model_copy(update={"key": ()}))


def _ratio(folder: Path, machine: Machine, wanted: Sequence[Wanted], rounds: int) -> int:
    """One indicator of June so far, by processor time; hashing of the files apart."""
    regions = load_regions(find_shipped("data/regions.csv"))
    period = parse_period("2024-06")
    config = {"threads": machine.threads, "memory_limit": f"{machine.memory_bytes // 1_000_000}MB"}

    def ours() -> None:
        compute(wanted, regions, period, look_into(folder), machine, on_duckdb(machine))

    def bare() -> None:
        with duckdb.connect(config=config) as connection:
            connection.execute(_BARE.format(folder=folder, last=period.end)).fetchall()

    def hashed() -> None:
        found = look_into(folder)
        seal(found, [0] * len(found.files))

    work, reference = in_turn(ours, bare, rounds, time.process_time)
    hashing, _ = in_turn(hashed, bare, 1, time.process_time)
    ratio = Ratio("records", work - hashing, reference, BOUND)
    print(f"one indicator, January to June, of all records: {work:.2f} s of processor, {hashing:.2f} s of them hashing")
    print(f"the bare SQL: {reference:.2f} s; ratio without hashing {ratio.ratio:.2f} (bound {BOUND})")
    return 0 if ratio.holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
