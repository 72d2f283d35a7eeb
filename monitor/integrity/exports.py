"""I9: what is in force, exported and read again as any file is, says the same to the digit and to the character."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.regions import Regions
from monitor.intake.limits import Limits
from monitor.intake.reading import read_file
from monitor.report.desk import Configuration
from monitor.report.export import write_table
from monitor.report.ledger import observations
from monitor.store.findings import Finding
from monitor.store.migrations import SQL as STORE_SQL
from monitor.store.store import INGEST_PREFIX
from monitor.store.transaction import text_of

from .asking import Asking, as_store
from .checks import SQL

_AT_ONCE = 50_000  # rows of a file
_KEY = ("indicator_id", "region_code", "period", "vintage")
_TOLD = 20
Row = tuple[str, ...]
"""Key, state, then what is said, in the columns of sent_again.sql."""


def check_exports(
    asked: Asking,
    configuration: Configuration,
    rows_by_region: Mapping[str, int],
    told: Callable[[int], None],
) -> tuple[int, Iterable[Finding]]:
    """How many rows went out and came back, and what differs. `rows_by_region`: how many are in force of each."""
    indicators = sorted({one.id for catalogue in configuration.catalogues for one in catalogue.indicators})
    unchecked = tuple(_without_checks(catalogue) for catalogue in configuration.catalogues)
    looked, found = 0, []
    folder = Path(tempfile.mkdtemp(prefix=INGEST_PREFIX))
    try:
        for regions in _portions(rows_by_region):
            frame = observations(as_store(asked), indicators, regions, None, None)
            kept = _in_force(asked, indicators, regions)
            read: Counter[Row] = Counter()
            refused: list[Finding] = []
            for part in _each_cell_once(frame):
                rows, why = _there_and_back(folder, part, unchecked, configuration.regions)
                read.update(rows)
                refused += why
            found += refused or _differing(kept, read)
            looked += kept.total()
            told(looked)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return looked, _some(found)


def _portions(rows_by_region: Mapping[str, int]) -> Iterator[list[str]]:
    """Regions together as long as their rows make no too long file."""
    regions: list[str] = []
    size = 0
    for region, rows in sorted(rows_by_region.items()):
        if regions and size + rows > _AT_ONCE:
            yield regions
            regions, size = [], 0
        regions.append(region)
        size += rows
    if regions:
        yield regions


def _each_cell_once(frame: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """A cell that two forms have is in force twice; a file names it once."""
    if frame.empty:
        return
    place = frame.groupby(list(_KEY), sort=False).cumcount()
    for number in range(int(place.max()) + 1):
        yield frame[place == number].reset_index(drop=True)


def _without_checks(catalogue: Catalogue) -> Catalogue:
    """What was accepted under earlier rules is accepted; whether it comes back is another matter."""
    plain = tuple(one.model_copy(update={"checks": ()}) for one in catalogue.indicators)
    return replace(catalogue, indicators=plain)


def _in_force(asked: Asking, indicators: list[str], regions: list[str]) -> Counter[Row]:
    """What the store says, by none of the ways of an export."""
    question = {"as_of": None, "indicator_ids": indicators, "region_codes": regions, "periods": None}
    return Counter(
        _text((*row[:5], row[5], row[6], row[7], row[8], row[9], row[10], row[11], row[14], row[15], row[12], row[16]))
        for row in asked.ask_each(STORE_SQL / "vintages_as_of.sql", question)
    )


def _there_and_back(
    folder: Path, frame: pd.DataFrame, catalogues: Sequence[Catalogue], regions: Regions
) -> tuple[list[Row], list[Finding]]:
    """What is read from the exported rows; why, where it is refused."""
    exported = folder / "exported.csv"
    write_table(frame, exported, {})
    reading = read_file(exported, catalogues, regions, staging_folder=folder, limits=Limits.operator())
    if reading.staging is None:
        first = reading.problems[0]
        zh, en = f"第 {first.row} 行，{first.zh}（{first.text}）", f"row {first.row}: {first.en} ({first.text})"
        return [], [
            Finding(
                "export_refused", f"导出的观测数据不能再读入：{zh}", f"exported observations cannot be read again: {en}"
            )
        ]
    with duckdb.connect() as connection:
        rows = connection.execute(text_of(SQL / "sent_again.sql"), {"path": str(reading.staging)}).fetchall()
    reading.staging.unlink()
    return [_text(row) for row in rows], []


def _differing(kept: Counter[Row], read: Counter[Row]) -> list[Finding]:
    """A finding for each cell."""
    cells = {row[:4] for row in (kept - read) + (read - kept)}
    return [
        Finding(
            "export_differs",
            f"{' '.join(cell)}：导出后再读入，与数据库中的不同",
            f"{' '.join(cell)}: exported and read again it is not what the store says",
        )
        for cell in sorted(cells)
    ]


def _text(row: Sequence[Any]) -> Row:
    return tuple("" if value is None else str(value) for value in row)


def _some(found: Sequence[Finding]) -> Iterator[Finding]:
    yield from found[:_TOLD]
    if (more := len(found) - _TOLD) > 0:
        yield Finding("export_differs", f"另有 {more} 处不同", f"{more} more differ")
