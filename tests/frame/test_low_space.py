"""`monitor ingest` on a disk that is nearly full, and what happens to a server whose database has given up."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from monitor.store.errors import StoreFatal, watching_for_the_end, working_error

from .conftest import Run

FIGURE = "indicator_id,region_code,period,numerator,denominator\nenrolment_rate,320000,2025-Q4,8100,8400\n"


def test_a_file_that_the_disk_has_no_room_for_is_refused_in_one_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.csv").write_text(FIGURE, encoding="utf-8")
    monkeypatch.setenv("MONITOR_STORE", str(tmp_path / "data" / "m.duckdb"))
    assert run("ingest", "--accept", "a.csv").code == 0
    monkeypatch.setenv("MONITOR_MIN_FREE_BYTES", str(10**18))
    (tmp_path / "b.csv").write_text(FIGURE.replace("8100", "8101"), encoding="utf-8")
    ended = run("ingest", "--accept", "b.csv")
    assert (ended.code, ended.out) == (1, "") and len(ended.err.splitlines()) == 1
    assert "暂不接收文件" in ended.err and "1,000,000,000,000 MB" in ended.err
    assert len(list((tmp_path / "data" / "received").iterdir())) == 1
    assert run("ingest", "--dry-run", "b.csv").code == 0  # it writes nothing


def test_the_end_of_the_database_is_heard_whoever_catches_it() -> None:
    heard: list[StoreFatal] = []
    with watching_for_the_end(heard.append):
        found = working_error(duckdb.FatalException("FATAL Error: could not write: No space left on device"))
        assert heard == [found] and isinstance(found, StoreFatal)
        working_error(duckdb.IOException("IO Error: No space left on device"))
    working_error(duckdb.FatalException("FATAL Error: again"))
    assert len(heard) == 1
