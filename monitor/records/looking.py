"""What the files of a folder hold, before anything is computed: every one whole, every column there and of its type."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb

from .engines import Machine, Table, locked
from .errors import RecordsError, all_of
from .folder import Folder, RecordFile
from .texts import quoted, text_of

SYNTHETIC = b"synthetic"
"""The key of the mark in a file's footer that its records are made up; its value is `true`."""
_DECIMAL = re.compile(r"DECIMAL\(([0-9]+),([0-9]+)\)", re.IGNORECASE)
_KINDS: Mapping[str, frozenset[str]] = {
    "text": frozenset({"VARCHAR"}),
    "date": frozenset({"DATE"}),
    "boolean": frozenset({"BOOLEAN"}),
    "integer": frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}),
}
Problem = tuple[str, str]


@dataclass(frozen=True)
class Looked:
    """`rows`: of each file, in their order; `synthetic`: one of them at least says so of itself."""

    table: Table
    rows: tuple[int, ...]
    synthetic: bool


def look(folder: Folder, columns: Mapping[str, str], machine: Machine) -> Looked:
    """Raises RecordsError with every file that is damaged and every column that is not as declared."""
    rows: list[int] = []
    problems: list[Problem] = []
    parted: frozenset[str] | None = None
    synthetic = False
    with locked(folder.path, machine) as connection:
        for file in folder.files:
            try:
                kinds, count, marked = _facts(connection, file)
            except duckdb.Error as error:
                line = str(error).partition("\n")[0][:300]
                problems.append(
                    (
                        f"{file.name}：不是完整的 Parquet 文件（{line}）",
                        f"{file.name}: is no whole Parquet file ({line})",
                    )
                )
                continue
            rows.append(count)
            synthetic = synthetic or marked
            problems += _columns(file, kinds, columns)
            told = frozenset(name for name in columns if name in file.parts)
            if parted is not None and told != parted:
                problems.append(
                    (
                        f"{file.name}：分区文件夹与其他文件不同",
                        f"{file.name}: lies in other partitions than the files before",
                    )
                )
            parted = told if parted is None else parted
    if problems:
        raise all_of("bad_file", problems)
    return Looked(Table(folder, dict(columns), parted or frozenset()), tuple(rows), synthetic)


def _facts(connection: duckdb.DuckDBPyConnection, file: RecordFile) -> tuple[dict[str, str], int, bool]:
    """The file's columns with their types, its rows, and whether it says that it is made up. Raises duckdb.Error."""
    place = {"file": quoted(str(file.path))}
    kinds = connection.execute(text_of("file_columns").format(**place)).fetchall()
    (count,) = connection.execute(text_of("file_rows").format(**place)).fetchall()[0]
    marks = connection.execute(text_of("file_marks").format(**place)).fetchall()
    marked = any(bytes(key) == SYNTHETIC and bytes(value) == b"true" for key, value in marks)
    return {str(name): str(kind) for name, kind, *_ in kinds}, int(count), marked


def _columns(file: RecordFile, kinds: Mapping[str, str], wanted: Mapping[str, str]) -> Iterator[Problem]:
    for name, kind in wanted.items():
        alike = [one for one in kinds if one.lower() == name]
        if name in file.parts:
            if alike:
                zh, en = "文件中和文件夹名中都有", "is both in the file and in the names of its folders"
                yield f"{file.name}：{name} {zh}", f"{file.name}: {name} {en}"
        elif alike != [name]:
            said = f"（有 {'、'.join(alike)}）" if alike else "", f" (there is {', '.join(alike)})" if alike else ""
            yield f"{file.name}：缺少列 {name}{said[0]}", f"{file.name}: lacks the column {name}{said[1]}"
        elif not _fits(kinds[name], kind):
            found = kinds[name][:60]
            yield f"{file.name}：列 {name} 是 {found}，应为 {kind}", f"{file.name}: {name} is {found}, not {kind}"


def _fits(found: str, kind: str) -> bool:
    """Whether every value of the file's type is one of the declared type."""
    if kind in _KINDS:
        return found in _KINDS[kind]
    have, wanted = _DECIMAL.fullmatch(found), _DECIMAL.fullmatch(kind)
    if have is None or wanted is None:
        return False
    digits, places, most, most_places = (int(one) for one in (*have.groups(), *wanted.groups()))
    return places <= most_places and digits - places <= most - most_places


def refuse_short(read: int, rows: tuple[int, ...]) -> None:
    """Every record is counted once, by whatever verdict. Raises RecordsError."""
    if read != sum(rows):
        raise RecordsError(
            "short",
            f"应有 {sum(rows)} 条记录，只读到 {read} 条；请检查文件是否完整",
            f"there should be {sum(rows)} records and {read} were read: check whether the files are whole",
        )
