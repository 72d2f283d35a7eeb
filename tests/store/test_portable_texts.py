"""What scorecards and exports ask is written so that Spark, and other engines, read it as it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.intake.submissions import ingest
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.report.exported import exported_table, write_exported
from monitor.shipped import find_shipped
from monitor.store import store as store_module
from monitor.store.spark_text import for_spark
from monitor.store.store import Store
from tests.cycle.in_process import reading_in_process

KINDS = ("scorecard", "gaps", "observations", "history", "submissions")
NOT_PORTABLE = {
    "QUALIFY": r"\bqualify\b", "GROUP BY ALL": r"\b(group|order)\s+by\s+all\b", "PIVOT": r"\b(un)?pivot\b",
    "a list function of DuckDB": r"\blist_\w+\(|\b(len|range|generate_series|flatten)\(",
    "arg_max": r"\b(arg|min|max)_(max|min|by)\(|\bany_value\(", "a cast with ::": r"::",
    "a list literal": r"[=(,]\s*\[", "VARCHAR without a length": r"\bAS\s+VARCHAR\s*\)", "a list type": r"\w\[\]",
    "EXCLUDE or REPLACE": r"\*\s+(exclude|replace)\b", "DISTINCT ON": r"\bdistinct\s+on\b", "BY NAME": r"\bby\s+name\b",
    "LIMIT of what may be null": r"\blimit\s+\$", "ILIKE or a pattern": r"\bilike\b|\bsimilar\s+to\b|\bglob\b",
    "unnest of anything but a parameter": r"\bunnest\((?!\$[a-z_]+\))",
    "ANY of anything but a parameter": r"\bany\((?!\$[a-z_]+\))",
    # 0 where Spark does not find it, NULL where DuckDB does not
    "array_position without NULLIF": r"(?<!nullif\()\barray_position\(",
    "a function of JSON that Spark's session is not given": r"\bjson_(?!extract_string\()\w+\(|->",
}  # fmt: skip


def faults(text: str) -> list[str]:
    code = "\n".join(line.split("--")[0] for line in text.splitlines())
    return [name for name, pattern in NOT_PORTABLE.items() if re.search(pattern, code, re.IGNORECASE)]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Every text that the exports of KINDS ask of a store, now and as of a moment, for all and for a part."""
    texts: dict[str, str] = {}
    run = store_module.execute

    def noted(cursor: duckdb.DuckDBPyConnection, sql: Traversable, given: Mapping[str, object] | None = None) -> Any:
        texts[Path(str(sql)).name] = sql.read_text(encoding="utf-8")
        return run(cursor, sql, given)

    folder = tmp_path_factory.mktemp("portable")
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    with pytest.MonkeyPatch.context() as patched, Store.open(":memory:") as store:
        with reading_in_process():
            ingest(store, catalogues, regions, find_shipped("data/published_national.csv"), by="t", accept=True)
        for module in ("monitor.store.store", "monitor.store.reading"):
            patched.setattr(f"{module}.execute", noted)
        for kind in KINDS:
            for as_of in (None, datetime.now(UTC).replace(tzinfo=None)):
                for period in (None, "2023"):
                    desk = Desk(store, catalogues, regions, MethodSettings())
                    question: dict[str, Any] = {"plan": None, "region": None, "period": period}
                    if kind in ("scorecard", "gaps"):
                        question |= {"method": "linear", "include_context": False}
                    table, facts = exported_table(desk, kind, as_of, question)
                    write_exported(table, facts, folder / "out.csv")
    return texts


def test_every_text_of_scorecards_and_exports_is_portable(asked: dict[str, str]) -> None:
    assert {"figures_as_of.sql", "figures_of_submissions.sql", "cell_history.sql", "submissions_as_of.sql"} <= set(
        asked
    )
    assert {name: found for name, text in asked.items() if (found := faults(text))} == {}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("SELECT a FROM t QUALIFY row_number() OVER (ORDER BY a) = 1", "QUALIFY"),
        ("SELECT a, count(*) FROM t GROUP BY ALL", "GROUP BY ALL"),
        ("SELECT a FROM t WHERE list_contains($l, a)", "a list function of DuckDB"),
        ("SELECT a FROM t ORDER BY array_position($l, a)", "array_position without NULLIF"),
        ("SELECT a FROM t LIMIT $most", "LIMIT of what may be null"),
        ("SELECT json_extract(a, '$.b') FROM t", "a function of JSON that Spark's session is not given"),
        ("SELECT unnest([1, 2])", "unnest of anything but a parameter"),
    ],
)
def test_what_is_not_portable_is_found(text: str, fault: str) -> None:
    assert fault in faults(text)


def test_only_parameters_are_written_otherwise_for_spark() -> None:
    text = (
        "-- Parameters: l, n.\n"
        "SELECT json_extract_string(d, '$.reason') FROM t JOIN (SELECT unnest($ids) AS i) AS u ON u.i = t.i\n"
        "WHERE ($l IS NULL OR a = ANY($l)) AND array_contains($m, b) AND c = $n AND e <= CAST($at AS TIMESTAMP)"
    )
    moment = datetime(2024, 5, 6, 7, 8, 9, 10, tzinfo=UTC)
    given = {"ids": [3, 1], "l": None, "m": ["甲", "'"], "n": 4, "at": moment, "unused": 1}
    found, values = for_spark(text, given)
    strings, numbers = ("from_json(CAST(:{} AS STRING), 'ARRAY<" + kind + ">')" for kind in ("STRING", "BIGINT"))
    assert found == (
        f"SELECT json_extract_string(d, '$.reason') FROM t JOIN (SELECT explode({numbers.format('ids')}) AS i) AS u"
        f" ON u.i = t.i\nWHERE ({strings.format('l')} IS NULL OR a IN (SELECT explode({strings.format('l')})))"
        f" AND array_contains({strings.format('m')}, b) AND c = :n AND e <= CAST(:at AS TIMESTAMP)"
    )
    assert values == {"ids": "[3, 1]", "l": None, "m": '["甲", "\'"]', "n": 4, "at": "2024-05-06 07:08:09.000010"}


def test_an_array_is_a_relation_of_its_name() -> None:
    text = "SELECT count(*) AS n, sum(wanted.number) AS s FROM a JOIN places AS wanted ON wanted.number = a.n"
    found, values = for_spark(text, {"places": np.array([3, 1])})
    assert found == text.replace(
        "JOIN places", "JOIN (SELECT explode(from_json(CAST(:places AS STRING), 'ARRAY<BIGINT>')) AS number)"
    )
    assert values == {"places": "[3, 1]"}
    assert for_spark(text, {"places": np.array([], dtype=np.int64)})[0] == found


def test_a_parameter_that_spark_cannot_be_given_is_refused() -> None:
    with pytest.raises(TypeError):
        for_spark("SELECT $x", {"x": 1.5})
    with pytest.raises(KeyError):
        for_spark("SELECT $x", {})


def test_without_the_client_the_cure_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from monitor.store.errors import StoreError
    from monitor.store.publishing import publish_store
    from monitor.store.spark import SparkStore

    with Store.open(tmp_path / "store" / "monitor.duckdb") as store:
        publish_store(store, tmp_path / "published")
    for name in ("pyspark", "pyspark.logger", "pyspark.sql"):
        monkeypatch.setitem(__import__("sys").modules, name, None)
    with pytest.raises(StoreError) as told:
        SparkStore(tmp_path / "published", "sc://127.0.0.1:1")
    assert told.value.code == "no_spark_client"
    assert "plan-monitor[spark]" in told.value.zh and "plan-monitor[spark]" in told.value.en
