"""What SQL a catalogue may hold: the hostile is refused word by word, and again by the engine, at its line and path."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.catalogue import CatalogueError
from monitor.catalogue.problems import Problem
from monitor.catalogue.record_checks import locked_engine
from monitor.catalogue.record_sql import faults
from monitor.records.engines import Table, locked, on_duckdb
from monitor.records.errors import RecordsError
from monitor.records.folder import look_into
from monitor.shipped import find_shipped

from .conftest import EXAMPLE, Run, catalogue, machine

NUMERATOR = "count(CASE WHEN is_cross_province AND settled_directly THEN 1 END)"
COLUMNS = ("visit_id", "region_code", "discharged_on", "is_cross_province", "settled_directly", "expense")


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(CatalogueError) as caught:
        catalogue(text)
    return caught.value.problems


def with_numerator(sql: str) -> str:
    quoted = yaml.safe_dump(sql, default_style='"', width=10_000).strip()
    return EXAMPLE.replace(f"numerator: {NUMERATOR}", f"numerator: {quoted}")


HOSTILE = (
    "(SELECT count(*) FROM read_csv('/etc/passwd'))",
    "count(*) FROM read_parquet('/etc/*.parquet')",
    "(SELECT max(content) FROM read_text('/etc/passwd'))",
    "sum((SELECT 1 FROM glob('/*')))",
    "count(*); DROP TABLE inpatient_visit",
    "count(*); COPY inpatient_visit TO '/tmp/x.csv'",
    "count(*) -- ",
    "count(*) /* x */",
    "count(*) - - 1",
    "count(*) FROM other",
    "(SELECT count(*) FROM other_table)",
    "count(*) FROM '/etc/passwd'",
    "ATTACH '/tmp/x.duckdb'",
    "PRAGMA database_list",
    "INSTALL httpfs",
    "SET memory_limit='1TB'",
    "count(*) UNION ALL SELECT 1",
    "count(getenv('HOME'))",
    "sum(random())",
    "max(now())",
    "count(current_user)",
    "count(*) FILTER (WHERE is_cross_province)",
    "count(*) OVER ()",
    "sum(expense) / 2",
    "avg(expense)",
    "sum(CAST(expense AS DOUBLE))",
    "sum(expense::double)",
    "sum(1e3)",
    "sum(1.5e3)",
    'count("visit_id")',
    "count(`visit_id`)",
    "count($1)",
    "count(?)",
    "count(inpatient_visit.visit_id)",
    "count(visit_id) WHERE true",
    "count(CASE WHEN visit_id = 'it''s' THEN 1 END)",
    "count(CASE WHEN visit_id = 'a\\b' THEN 1 END)",
    "count(CASE WHEN visit_id = 'a\nb' THEN 1 END)",
    "count(CASE WHEN visit_id = 'open THEN 1 END)",
    "count(CASE WHEN visit_id = E'\\x41' THEN 1 END)",
    "count(CASE WHEN visit_id = U&'\\0041' THEN 1 END)",
    "count(列)",
    "count(visit_id)\x00",
    "count(visit_id) AS x, 1",
    "({0})",
    "{figures}",
    "count(visit_id))",
    "(" * 60 + "count(visit_id)" + ")" * 60,
    "1",
    "region_code",
    "sum(DATE 'tomorrow')",
    "sum(extract(year FROM discharged_on))",
    "count(lateral)",
    "list(visit_id)",
    "string_agg(visit_id, ',')",
    "query('SELECT 1')",
    "sum(nextval('s'))",
    "count(visit_id), count(*)",  # two columns: the second would be the denominator
    "(count(visit_id), count(*))",
    "count(*), 1",
    "count((visit_id, region_code))",
    "count()",
    "max(expense, 2)",
    "count(CASE WHEN trim(visit_id, 'V') = '1' THEN 1 END)",  # the other way round on Spark
    "count(CASE WHEN substring(region_code, 0, 2) = '32' THEN 1 END)",  # '3' on DuckDB, '32' on Spark
    "count(CASE WHEN substring(region_code, -9, 2) = '32' THEN 1 END)",
    "count(CASE WHEN substring(region_code, 1, length(region_code) - 9) = '32' THEN 1 END)",
    "sum(greatest(expense))",
)


@pytest.mark.parametrize("sql", HOSTILE)
def test_hostile_sql_is_refused_by_its_words(sql: str) -> None:
    assert [*faults(sql, COLUMNS)], sql


@pytest.mark.parametrize("sql", HOSTILE[:12])
def test_what_is_refused_is_told_with_file_line_and_path(sql: str) -> None:
    found = problems(with_numerator(sql))
    line = next(n for n, text in enumerate(with_numerator(sql).splitlines(), 1) if 'numerator: "' in text)
    assert found
    for one in found:
        assert (one.file, one.line, one.path) == ("plan.yaml", line, "indicators[1].records.numerator")
        assert one.code == "sql_refused" and one.text and one.zh != one.en


@pytest.mark.parametrize(
    "sql",
    [
        "count(*)",
        NUMERATOR,
        "COUNT(DISTINCT visit_id)",
        "sum(CASE WHEN discharged_on BETWEEN DATE '2024-01-01' AND DATE '2024-06-30' THEN 1 ELSE 0 END)",
        "sum(CASE WHEN region_code IN ('110000', '320000') AND NOT is_cross_province THEN expense * 2 - 1 ELSE 0 END)",
        "count(CASE WHEN visit_id LIKE 'V%' OR year(discharged_on) = 2024 THEN 1 END)",
        "sum(coalesce(nullif(expense, 0), 0)) + max(abs(-1)) - min(greatest(1, 2))",
        "count(CASE WHEN substring(trim(region_code), 1, 2) = '32' AND length(visit_id) <> 3 THEN 1 END)",
        "count(CASE WHEN visit_id = '; DROP TABLE x -- /* SELECT' THEN 1 END)",  # a text is a text
    ],
)
def test_what_indicators_need_can_be_said(sql: str) -> None:
    assert [*faults(sql, COLUMNS)] == []


@pytest.mark.parametrize(
    ("was", "now", "path", "code"),
    [
        (NUMERATOR, "sum(is_cross_provinc)", "records.numerator", "sql_refused"),
        (NUMERATOR, "sum(visit_id)", "records.numerator", "sql_refused"),
        (NUMERATOR, "max(visit_id)", "records.numerator", "sql_not_exact"),
        (NUMERATOR, "count(visit_id) + region_code", "records.numerator", "sql_refused"),
        (NUMERATOR, "sum(discharged_on - discharged_on)", "records.numerator", "sql_refused"),
        (NUMERATOR, "sum(sum(1))", "records.numerator", "sql_refused"),
        (NUMERATOR, "count(*) = 1", "records.numerator", "sql_not_exact"),
        ("is_cross_province: boolean", "is_cross_province: float", "records.columns.is_cross_province", "bad_value"),
        ("is_cross_province: boolean", "is_cross_province: boolean\n        select: boolean", "records.columns",
         "sql_refused"),
        ("is_cross_province: boolean", "count: boolean", "records.columns.count", "reserved_name"),
        ("is_cross_province: boolean", "'a b': boolean", "records.columns", "bad_value"),
        ("table: inpatient_visit  ", "table: 'x; DROP'  ", "records.table", "bad_value"),
        ("region: region_code\n      day: discharged_on\n      key: [visit_id]                   #",
         "region: regoin_code\n      day: discharged_on\n      key: [visit_id]                   #",
         "records.region", "unknown_column"),
        ("rules: {outside_plan: warning}", "rules: {unknown_regoin: warning}", "records.rules", "bad_value"),
        ("unit: 人次", "unit: 元", "records.unit", "unit_not_convertible"),
        ("      denominator: count(CASE WHEN is_cross_province THEN 1 END)\n", "", "records.denominator",
         "missing_key"),
        ("settled_directly: boolean", "settled_directly: boolean\n        expense: integer", "records.columns.expense",
         "unlike_table"),
    ],
)  # fmt: skip
def test_every_fault_has_its_place(was: str, now: str, path: str, code: str) -> None:
    assert EXAMPLE.count(was) == 1, was
    found = problems(EXAMPLE.replace(was, now))
    assert any(one.code == code and path in one.path and one.line for one in found), [str(one) for one in found]


def test_the_command_tells_every_fault_at_once(run: Run, tmp_path: Path) -> None:
    text = with_numerator("sum(1e3)").replace("denominator: sum(expense)", "denominator: avg(expense)")
    (tmp_path / "plan.yaml").write_text(text, encoding="utf-8")
    ended = run("check", "plan.yaml")
    assert ended.code == 1
    assert "indicators[0].records.denominator" in ended.out and "indicators[1].records.numerator" in ended.out
    assert "avg" in ended.out and "Traceback" not in ended.err
    assert run("check", find_shipped("data/records/example-records.yaml")).code == 0


def test_an_indicator_without_records_keeps_its_version() -> None:
    """The key is optional: the shipped plan is the plan that it was."""
    shipped = catalogue(find_shipped("indicators.yaml").read_text(encoding="utf-8"))
    assert all(one.records is None for one in shipped.indicators)
    assert catalogue(EXAMPLE).version != catalogue(EXAMPLE.replace(NUMERATOR, "count(visit_id)")).version
    assert catalogue(EXAMPLE).version == catalogue(EXAMPLE.replace("decimal(12,2)", "DECIMAL(12, 2)")).version


# the second lock: were a word let through, the engine would still reach nothing

ESCAPES = (
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/hostname')",
    "SELECT * FROM glob('/etc/*')",
    "COPY (SELECT 1) TO '/tmp/plan-monitor-escaped.csv'",
    "ATTACH '/tmp/plan-monitor-escaped.duckdb'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET memory_limit = '1TB'",
    "SET lock_configuration = false",
    "SET allowed_directories = ['/']",
    "EXPORT DATABASE '/tmp/plan-monitor-escaped'",
    "SELECT * FROM 'https://127.0.0.1/x.parquet'",
)


@pytest.mark.parametrize("sql", ESCAPES)
def test_no_engine_reaches_beyond_its_records(sql: str, records: Path, tmp_path: Path) -> None:
    with locked_engine() as connection, pytest.raises(duckdb.Error):
        connection.execute(sql)
    with locked(records, machine(tmp_path / "spill")) as connection, pytest.raises(duckdb.Error):
        connection.execute(sql)
    table = Table(look_into(records), {"visit_id": "text"}, frozenset())
    with on_duckdb(machine(tmp_path / "spill"))(table) as engine, pytest.raises(RecordsError):
        engine.ask(sql)
    assert not [*Path("/tmp").glob("plan-monitor-escaped*")]


@given(st.text(alphabet="selctfromunhx_()*'\"`;-/\\$., 0159=<>\n\u3000é列", max_size=40))
@example("count(*)")
def test_whatever_is_let_through_is_one_expression(text: str) -> None:
    """It may be nonsense, which the engine says; but it is never two statements, and names nothing but columns."""
    if [*faults(text, COLUMNS)]:
        return
    statements = duckdb.extract_statements(f"SELECT {text} FROM t")
    assert [one.type for one in statements] == [duckdb.StatementType.SELECT]
