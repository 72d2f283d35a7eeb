"""PostgreSQL with the same observations: the figures of a scorecard in one query, in exact decimals.

Besides, our own text (store/sql/figures_as_of.sql) as it stands, with the parameters written as psycopg writes them.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from .worker import most_megabytes, own_processor, serve

_HERE = Path(__file__).parent
_OUR_TEXT = _HERE.parent.parent / "monitor" / "store" / "sql" / "figures_as_of.sql"
_PAGE = os.sysconf("SC_CLK_TCK")
_TABLES = ("submission", "event", "observation")
_held: list[psycopg.Connection[Any]] = []
_last: list[list[Any]] = []


def open_tables(folder: str, socket: str) -> None:
    """Load the CSV files of a folder by COPY, index them and let the planner know."""
    connection = psycopg.connect(
        host=socket, user="peer", dbname="postgres", autocommit=True, cursor_factory=psycopg.ClientCursor
    )
    _held.append(connection)
    connection.execute(_text("postgres_tables"))
    for name in _TABLES:
        with (
            (Path(folder) / f"{name}.csv").open("rb") as file,
            connection.cursor() as cursor,
            cursor.copy(f"COPY {name} FROM STDIN (FORMAT csv, HEADER true)") as copy,
        ):
            while block := file.read(1 << 20):
                copy.write(block)
    connection.execute(_text("postgres_indexes"))
    connection.execute(_text("postgres_array_contains"))
    connection.execute("VACUUM ANALYZE")


def figures(question: str) -> int:
    """The year's figures, and those of parents."""
    given = json.loads(Path(question).read_text(encoding="utf-8"))
    indicators = given["indicators"]
    regions = {given["root"]: None, **given["parents"]}
    _last[:] = _held[0].execute(_text("postgres_figures"), {
        "as_of": given["as_of"], "indicator_ids": list(indicators),
        "factors": [one["factor"] for one in indicators.values()],
        "flows": [name for name, one in indicators.items() if one["flow"]],
        "sums": [name for name, one in indicators.items() if one["sums"]],
        "regions": list(regions), "parents": list(regions.values()),
        "ends": given["ends"], "parts": given["parts"], "vintages": given["vintages"],
    }).fetchall()  # fmt: skip
    return len(_last)


def our_text(question: str) -> int:
    """Rows of the packaged query, over all periods that the question needs; -1 where PostgreSQL does not take it."""
    given = json.loads(Path(question).read_text(encoding="utf-8"))
    text = re.sub(r"\$(\w+)", r"%(\1)s", re.sub("--.*", "", _OUR_TEXT.read_text(encoding="utf-8")).replace("%", "%%"))
    asked = {
        "as_of": given["as_of"], "indicator_ids": list(given["indicators"]),
        "region_codes": [given["root"], *given["parents"]], "periods": [*given["ends"], *given["parts"]],
        "vintages": given["vintages"],
    }  # fmt: skip
    for name, value in asked.items():
        if isinstance(value, list):  # a list of texts must say that it is one
            text = text.replace(f"%({name})s", f"%({name})s::text[]")
    try:
        return len(_held[0].execute(text, asked).fetchall())
    except psycopg.Error as told:
        print(told, flush=True)
        return -1


def version() -> str:
    """The server's, without the words of who packed it."""
    found = _held[0].execute("SHOW server_version").fetchone()
    return str(found[0]).partition(" ")[0] if found else ""


def told() -> list[list[Any]]:
    """Amounts and figures as their exact decimals."""
    return [[*row[:2], *(None if cell is None else str(cell) for cell in row[2:])] for row in _last]


def _text(name: str) -> str:
    return (_HERE / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def _processor() -> float:
    """Seconds worked by this client, its server process, and the parallel workers that have ended."""
    if not _held:
        return own_processor()
    backend = _held[0].info.backend_pid
    own = sum(_ticks(backend)[:2])
    parent = int(Path(f"/proc/{backend}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[1])
    return own_processor() + (own + sum(_ticks(parent)[2:])) / _PAGE


def _ticks(process: int) -> list[int]:
    """Of a process: its user and system time, and those of the children it has waited for."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return [int(field) for field in fields[11:15]]


def _megabytes() -> float:
    """The most memory that the server process has held, with what it touched of the shared buffers."""
    return most_megabytes(_held[0].info.backend_pid) if _held else 0.0


@contextmanager
def _closing() -> Iterator[None]:
    try:
        yield
    finally:
        for connection in _held:
            connection.close()


if __name__ == "__main__":
    with _closing():
        serve(
            {"open": open_tables, "figures": figures, "our_text": our_text, "version": version, "told": told},
            _processor, _megabytes,
        )  # fmt: skip
