"""What the `records` of an indicator must keep beyond the shape of their keys, their SQL tried on the engine itself.

The engine is DuckDB in memory with every door locked; it sees an empty table of the declared columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING

from .crosschecks import Fault
from .drafts import Draft, DraftFile
from .models import Indicator
from .problems import Problem, suggestion
from .record_sql import FUNCTIONS, WORDS, faults
from .records import MOST_PLACES, Records, sql_type
from .units import factor_between
from .yaml_nodes import Location

if TYPE_CHECKING:
    import duckdb

_SQL = files("monitor.catalogue") / "sql"
_EXACT = re.compile(r"(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DECIMAL\([0-9]+,([0-9]+)\))")
_SHARED = ("region", "day", "key")


def check_records(file: DraftFile) -> Iterator[Problem]:
    """Every fault of the records of one file."""
    first: dict[str, tuple[Records, Location]] = {}
    for part in file.indicators:
        records = part.model.records
        if records is None or not part.knows("records"):
            continue
        at: Location = (*part.location, "records")
        found = [*_columns(records, at), *_figures(part, records, at), *_alike(records, at, first)]
        if not found:
            found = [*_tried(records, at)]
        for fault in found:
            yield file.problem(*fault)
        first.setdefault(records.table, (records, at))


def _columns(records: Records, at: Location) -> Iterator[Fault]:
    """Names that a statement can hold, and the columns that place a record."""
    written: list[tuple[Location, str]] = [(("table",), records.table)]
    written += [(("columns", name), name) for name in records.columns]
    for place, name in written:
        if name in WORDS or name in FUNCTIONS:
            zh, en = f"{name} 是 SQL 的词，请换一个名称", f"{name} is a word of SQL: choose another name"
            yield Fault((*at, *place), "reserved_name", zh, en, name)
    named: list[tuple[Location, str, str | None]] = [
        (("region",), records.region, "text"),
        (("day",), records.day, "date"),
        *((("key", place), name, None) for place, name in enumerate(records.key)),
    ]
    for place, name, kind in named:
        if name not in records.columns:
            zh, en = suggestion(name, records.columns)
            yield Fault((*at, *place), "unknown_column", f"columns 中没有 {name}{zh}", f"`columns` has no {name}{en}")
        elif kind is not None and records.columns[name] != kind:
            zh, en = f"{name} 须为 {kind} 类型", f"{name} must be of type {kind}"
            yield Fault((*at, *place), "wrong_column_type", zh, en)


def _figures(part: Draft[Indicator], records: Records, at: Location) -> Iterator[Fault]:
    """Parts for a figure that has some, a value for one that has none, and what their words say."""
    if not part.knows("figure", "unit"):
        return
    indicator = part.model
    has_parts = indicator.figure is not None
    wanted = ("numerator", "denominator") if has_parts else ("value",)
    for name in wanted:
        if name not in records.expressions:
            zh, en = f"缺少必填的“{name}”", f"the required key '{name}' is missing"
            yield Fault((*at, name), "missing_key", zh, en)
    for name, expression in records.expressions.items():
        if name not in wanted:
            zh = f"{name} 与指标不符：" + ("它由分子、分母构成" if has_parts else "它没有 figure，只用 value")
            en = f"{name} does not fit the indicator, which " + (
                "is made of numerator and denominator" if has_parts else "has no `figure`: use `value`"
            )
            yield Fault((*at, name), "part_not_expected", zh, en)
        for fault in faults(expression, records.columns):
            yield Fault((*at, name), "sql_refused", fault.zh, fault.en, fault.text)
    unit = indicator.part_unit or indicator.unit
    if records.unit is not None and factor_between(records.unit, unit) is None:
        zh, en = f"{records.unit} 不能换算为 {unit}", f"{records.unit} cannot be converted to {unit}"
        yield Fault((*at, "unit"), "unit_not_convertible", zh, en)


def _alike(records: Records, at: Location, first: dict[str, tuple[Records, Location]]) -> Iterator[Fault]:
    """Two indicators of one table mean the same table, so that one scan serves both."""
    if records.table not in first:
        return
    other, place = first[records.table]
    where = f"indicators[{place[1]}].records"
    for name in _SHARED:
        if getattr(records, name) != getattr(other, name):
            zh = f"{records.table} 的 {name} 与 {where} 所写不同"
            en = f"`{name}` of {records.table} is not what {where} says"
            yield Fault((*at, name), "unlike_table", zh, en)
    for name, kind in records.columns.items():
        if other.columns.get(name, kind) != kind:
            zh, en = f"{where} 中 {name} 是 {other.columns[name]}", f"{name} is {other.columns[name]} in {where}"
            yield Fault((*at, "columns", name), "unlike_table", zh, en)


def _tried(records: Records, at: Location) -> Iterator[Fault]:
    """What the engine says to each expression over an empty table."""
    import duckdb

    connection = locked_engine()
    try:
        # as moments, since to Spark a day less a day is an interval and no number
        kinds = {name: "TIMESTAMP" if kind == "date" else sql_type(kind) for name, kind in records.columns.items()}
        columns = ", ".join(f"{name} {kind}" for name, kind in kinds.items())
        connection.execute(_text("record_table").format(table=records.table, columns=columns))
        for name, expression in records.expressions.items():
            text = _text("record_figure").format(expression=expression, table=records.table)
            try:
                kind = str(connection.execute(text).fetchall()[0][1])
            except duckdb.Error as error:
                said = str(error).partition("\n")[0].strip()
                yield Fault((*at, name), "sql_refused", f"SQL 无法执行：{said}", f"the SQL cannot run: {said}")
                continue
            exact = _EXACT.fullmatch(kind)
            if exact is None or int(exact[1] or 0) > MOST_PLACES:
                zh = f"结果是 {kind}；须是整数，或至多 {MOST_PLACES} 位小数的 decimal"
                en = f"gives {kind}; it must be whole, or a decimal of at most {MOST_PLACES} places"
                yield Fault((*at, name), "sql_not_exact", zh, en)
    except duckdb.Error as error:
        said = str(error).partition("\n")[0].strip()
        yield Fault((*at, "columns"), "sql_refused", f"不能建表：{said}", f"is no table: {said}")
    finally:
        connection.close()


def locked_engine() -> duckdb.DuckDBPyConnection:
    """A database in memory that reaches no file, no network and no variable of the program."""
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": False,
        "python_enable_replacements": False,
        "allow_community_extensions": False,
        "memory_limit": "64MB",
        "threads": 1,
        "lock_configuration": True,
    }
    return duckdb.connect(":memory:", config=config)


def _text(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")
