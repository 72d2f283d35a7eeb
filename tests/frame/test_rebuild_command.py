"""The figures made again from the received files, by the command line."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import duckdb

from tests.cycle.in_process import reading_in_process

from .conftest import Run

DATA = Path("var")
FILE = "indicator_id,region_code,period,numerator,denominator\nenrolment_rate,320000,2025-Q4,1,2\n"


def test_a_store_is_made_again_and_what_differs_is_told(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "sent.csv"
    path.write_text(FILE, encoding="utf-8")
    with reading_in_process():
        assert run("ingest", path, "--accept", "--explain", "台账").code == 0
        equal = run("rebuild", "--to", tmp_path / "again")
        assert (equal.code, equal.err) == (0, "") and "1 files, 1 submissions, 1 rows, 0 carried: equal" in equal.out
        assert sorted(one.name for one in (tmp_path / "again").iterdir()) == ["audit", "monitor.duckdb", "received"]
        with duckdb.connect(str(tmp_path / "again" / "monitor.duckdb"), read_only=True) as connection:
            rows = connection.execute("SELECT submission_id, numerator FROM observation").fetchall()
            entry = connection.execute("SELECT action, object FROM audit ORDER BY seq DESC LIMIT 1").fetchall()
        assert [tuple(map(float, row)) for row in rows] == [(1, 1)] and entry == [("rebuilt", "store")]
        (noted,) = csv.DictReader(io.StringIO(run("audit", "list", "--action", "exported").out))
        assert noted["object"] == "rebuilt" and "again" in noted["detail"]
        refused = run("rebuild", "--to", tmp_path / "again")
        assert (refused.code, refused.err.count("\n")) == (2, 1)
        kept = DATA / "received" / "1"
        kept.write_text(FILE.replace(",1,2", ",1,3"), encoding="utf-8")
        differs = run("rebuild")
    assert differs.code == 1 and "submission 1 enrolment_rate: the store does not say what the file says" in differs.err
    assert not list((DATA / "staging").iterdir())
