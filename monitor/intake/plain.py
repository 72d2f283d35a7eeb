"""Long text files by columns: what is plain about a row is seen by the database, what is not is read as ever.

A file is plain in form when a separator always ends a cell and a line feed a row: no quotes, no blank lines, every row
as wide as the header. Of such a file the texts of units, codes and periods are few, and each is read once; numbers in
their canonical form need no reading; and most figures are clearly right. Rows of which all this holds go straight to
the staging table (plain_rows.sql). Every other row goes through the normaliser, which alone can find fault: nothing is
ever reported here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from monitor.catalogue.units import factor_between

from .cells import YEARS
from .csv_reader import BATCH_ROWS, Batch, CsvTable
from .encoding import Encoding
from .figures import LEAST_SHARE_TOLERANCE, MARGIN
from .limits import Limits
from .normalise import Normaliser
from .numbers import PLAIN_NUMBER
from .rules import IndicatorRule
from .staging import Staging, fetched, literal, set_variable, sql

if TYPE_CHECKING:
    import duckdb

LEAST_BYTES = 1_000_000
"""Of a shorter file every row is read one by one: to ask the database so many questions would take as long."""
_PIECE = 1 << 22
_MOST_TEXTS = 20_000
_SEPARATORS = (",", ";", "\t")
_LISTED = ("comparator", "vintage", "synthetic")
"""Columns of so few meanings that to look a text up in a list is quicker than a join."""


@dataclass(frozen=True)
class PlainForm:
    """How the rows of a plain file lie: `rows` of them below the header's line, each ended by `line_end`."""

    line_end: str
    rows: int


def stage_plain(
    path: Path, encoding: Encoding, table: CsvTable, limits: Limits, normaliser: Normaliser, staging: Staging
) -> int | None:
    """Stage the rows of a plain file and report what is wrong with them; how many rows there are.

    None, with nothing reported and nothing staged, where the file is to be read batch by batch, as `table` gives them.
    """
    with path.open("rb") as stream:
        form = _plain_form(stream, encoding, table, limits)
    if form is None:
        return None
    connection = staging.connection
    count = None
    if _read_raw(connection, path, form, table):
        count = _stage_raw(connection, form, table, normaliser, staging)
    for forgotten in ("VIEW IF EXISTS raw", "TABLE IF EXISTS cells"):  # whatever follows has their memory
        connection.execute(f"DROP {forgotten}")
    return count


def _stage_raw(
    connection: duckdb.DuckDBPyConnection,
    form: PlainForm,
    table: CsvTable,
    normaliser: Normaliser,
    staging: Staging,
) -> int | None:
    """Stage the rows of `raw`; how many there are, None with nothing staged where it is not so plain after all."""
    first = connection.execute(sql("plain_first")).fetchall()[0]
    set_variable(connection, "most", str(_MOST_TEXTS + 1))
    texts = connection.execute(sql("plain_texts")).fetchall()
    if len(texts) > _MOST_TEXTS or table.header.is_repeated_by(first[1 : 1 + table.header.width]):
        return None
    _make_meanings(connection, texts, normaliser)
    set_variable(connection, "number", literal(PLAIN_NUMBER))
    set_variable(connection, "margin", str(MARGIN))
    set_variable(connection, "share_tolerance", str(LEAST_SHARE_TOLERANCE))
    set_variable(connection, "text_bytes", str(normaliser.text_limit))
    for name, year, day in (("first_day", YEARS.start, "01-01"), ("last_day", YEARS.stop - 1, "12-31")):
        set_variable(connection, name, f"'{year}-{day}'")
    count = staging.take("plain_rows")
    if count < form.rows:
        for batch in _others(connection, table):
            count += len(batch.rows)
            staging.add(normaliser.rows(batch))
    return count


def _plain_form(stream: BinaryIO, encoding: Encoding, table: CsvTable, limits: Limits) -> PlainForm | None:
    """How the file's rows lie, where it is long enough and plain in form and has no fault in its form; else None."""
    header, separator = table.header, table.separator
    is_known = encoding.name == "utf-8" and separator in _SEPARATORS
    if not is_known or header.unnamed or not header.has_keys or stream.seek(0, 2) < LEAST_BYTES:
        return None
    stream.seek(0)
    mark = separator.encode()
    above = b"".join(stream.readline(limits.line_bytes + 1) for _ in range(header.row))
    lines, returns, separators = 0, 0, -above.count(mark)
    for piece in chain([above], _pieces(stream, limits.line_bytes)):
        if b'"' in piece or b"\0" in piece or not _has_short_lines(piece, limits.line_bytes):
            return None
        count = piece.count(b"\r")
        if count and count != piece.count(b"\r\n"):
            return None
        lines += piece.count(b"\n") + (not piece.endswith(b"\n"))
        returns += count
        separators += piece.count(mark)
    rows = lines - header.row
    # the database passes over blank lines and reads a row with one separator too many at its end, both without a word
    if not 0 < rows <= limits.rows or separators != rows * (header.width - 1) or returns not in (0, lines, lines - 1):
        return None
    return PlainForm("\r\n" if returns else "\n", rows)


def _pieces(stream: BinaryIO, line_bytes: int) -> Iterator[bytes]:
    """The rest of a stream in pieces that end with a line, where lines are not too long."""
    while piece := stream.read(_PIECE):
        yield piece if piece.endswith(b"\n") else piece + stream.readline(line_bytes + 1)


def _has_short_lines(piece: bytes, most: int) -> bool:
    start = 0
    while len(piece) - start > most:
        start = piece.rfind(b"\n", start, start + most) + 1
        if not start:
            return False
    return True


def _read_raw(connection: duckdb.DuckDBPyConnection, path: Path, form: PlainForm, table: CsvTable) -> bool:
    """Fill the table `cells` and show it as `raw`; whether all rows came as they were counted."""
    import duckdb

    header = table.header
    named = {position: name for name, position in header.positions.items()}
    names = [named.get(place, f"other_{place}") for place in range(header.width)]
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    set_variable(connection, "path", literal(str(path)))
    set_variable(connection, "columns", f"{{{columns}}}")
    set_variable(connection, "present", _list(names))
    set_variable(connection, "separator", literal(table.separator))
    set_variable(connection, "line_end", "'\\r\\n'" if form.line_end == "\r\n" else "'\\n'")
    set_variable(connection, "skip", str(header.row))
    try:
        connection.execute(f"CREATE TABLE cells AS {sql('plain_cells')}")
    except duckdb.InvalidInputException:  # a row of another width
        return False
    connection.execute(f"CREATE VIEW raw AS {sql('plain_raw')}")
    return bool(connection.execute(sql("plain_count")).fetchall()[0][0] == form.rows)


def _others(connection: duckdb.DuckDBPyConnection, table: CsvTable) -> Iterator[Batch]:
    """The rows that are not staged yet, in batches, without those in which nothing stands."""
    width = table.header.width
    lines: list[int] = []
    rows: list[list[str]] = []
    for line, *cells in fetched(connection.execute(sql("plain_others"))):
        if any(cell.strip() for cell in cells[:width]):
            lines.append(line)
            rows.append(cells[:width])
        if len(rows) == BATCH_ROWS:
            yield Batch(lines, rows)
            lines, rows = [], []
    if rows:
        yield Batch(lines, rows)


def _make_meanings(
    connection: duckdb.DuckDBPyConnection, texts: Sequence[tuple[str, str, str, str]], normaliser: Normaliser
) -> None:
    """Tell the database what the normaliser makes of the texts about which there is nothing to say."""
    rows: list[dict[str, object]] = []
    lists: dict[str, dict[str, str]] = {name: {} for name in _LISTED}
    for name, text, unit, part_unit in texts:
        if name == "rule":
            if found := normaliser.plain_rule(text, unit, part_unit):
                read = {"name": name, "text": text, "unit_text": unit, "part_unit_text": part_unit}
                rows.append(read | _rule_row(*found))
        elif (meaning := normaliser.plain_meaning(name, text)) is None:
            continue
        elif name in lists:
            lists[name][text] = meaning
        else:
            rows.append({"name": name, "text": text, "meaning": meaning})
    set_variable(connection, "meanings", literal(json.dumps(rows)))
    connection.execute(f"CREATE TABLE meaning AS {sql('plain_meanings')}")
    for name, meanings in lists.items():
        set_variable(connection, f"{name}_texts", _list(meanings))
        set_variable(connection, f"{name}_meanings", _list(meanings.values()))


def _rule_row(rule: IndicatorRule, unit: str, part_unit: str) -> dict[str, object]:
    low, high, times = rule.float_low, rule.float_high, factor_between(unit, rule.unit)
    return {
        "meaning": rule.id,
        "unit": unit,
        "part_unit": part_unit,
        "own_unit": rule.unit,
        "times": None if times is None else float(times),
        "factor": rule.float_factor,
        "low": low if math.isfinite(low) else None,
        "high": high if math.isfinite(high) else None,
    }


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(literal, texts))}]::VARCHAR[]"
