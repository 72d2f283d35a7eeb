"""A command beside a running server judges by what the server judges by, or says that it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor import __version__
from monitor.store.configuration import configuration_as_of
from monitor.store.lending import lending
from monitor.store.owner import owning
from monitor.store.store import Store

from .conftest import Run


def test_a_command_with_other_settings_is_refused_and_changes_nothing(
    run: Run, catalogue: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "var" / "monitor.duckdb"

    def frozen(name: str) -> tuple[int, str]:
        ended = run("snapshot", "freeze", name)
        assert ended.err.count("\n") == (ended.code != 0), ended.err
        return ended.code, ended.err

    Store.open(path).close()
    assert frozen("第1版")[0] == 0  # without a server what judges from now on is recorded
    with owning(path, __version__) as ownership, Store.open(path) as store, lending(store, ownership, __version__):
        known = configuration_as_of(store, None)
        assert frozen("第2版")[0] == 0
        monkeypatch.setenv("MONITOR_NEAR", "0.7")
        catalogue.write_text(catalogue.read_text(encoding="utf-8") + "\n# later\n", encoding="utf-8")
        monkeypatch.setenv("MONITOR_CATALOGUE", str(catalogue))
        code, told = frozen("第3版")
        assert code == 1 and "(catalogues, settings)" in told
        assert configuration_as_of(store, None) == known
