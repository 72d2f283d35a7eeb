"""The folder that is restored into: what a killed restore left there goes, what another one does is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.backup.errors import BackupError
from monitor.backup.target import filling


def test_what_a_restore_that_was_killed_left_goes(tmp_path: Path) -> None:
    left = tmp_path / ".restoring"
    (left / "received").mkdir(parents=True)
    (left / "received" / "1").write_text("half")
    (left / "monitor.duckdb").write_text("half")
    with filling(tmp_path, "monitor.duckdb") as work:
        assert list(work.iterdir()) == []
        (work / "monitor.duckdb").write_text("whole")
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("monitor.duckdb", "whole")]


def test_a_restore_that_is_at_work_is_left_alone(tmp_path: Path) -> None:
    with filling(tmp_path, "monitor.duckdb") as work:
        (work / "monitor.duckdb").write_text("whole")
        with pytest.raises(BackupError) as refused, filling(tmp_path, "monitor.duckdb"):
            raise AssertionError
        assert "another restore" in refused.value.en
    assert (tmp_path / "monitor.duckdb").read_text() == "whole"
    with pytest.raises(BackupError) as refused, filling(tmp_path, "monitor.duckdb"):
        raise AssertionError
    assert "it holds monitor.duckdb" in refused.value.en and "其中有 monitor.duckdb" in refused.value.zh
