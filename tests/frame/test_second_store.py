"""A data folder that is empty because its disk is not there is no place for a new store; whose backup is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.backup.making import make_backup
from monitor.commands.backing import naming_the_way_back
from monitor.settings import load_settings
from monitor.store.errors import StoreError
from monitor.store.store import Store

from .conftest import Run
from .test_serving import started


@pytest.fixture
def backups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where the backups of a store are whose data folder is gone."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MONITOR_BACKUP_FOLDER", str(tmp_path / "backups"))
    with Store.open(tmp_path / "lost" / "monitor.duckdb") as store:
        made = make_backup(store, tmp_path / "backups", by="operator", kind="nightly", portable=False)
    return made.path


@pytest.mark.parametrize("command", ["serve --port 0", "user add --login op --name Op --role operator"])
def test_no_second_store_is_made_beside_the_backups_of_another(
    backups: Path, run: Run, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONITOR_LANGUAGE", "en")
    ended = run(*command.split())
    assert (ended.code, ended.out) == (2, "") and ended.err.count("\n") == 1
    for named in ("var/monitor.duckdb", "1 backups", str(backups.parent), "mounted", "monitor serve --new"):
        assert named in ended.err
    assert not Path("var/monitor.duckdb").exists()


@pytest.mark.process
def test_a_new_one_is_made_where_that_is_meant(
    backups: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "var" / "backups"
    elsewhere.parent.mkdir()
    backups.parent.rename(elsewhere)
    monkeypatch.delenv("MONITOR_BACKUP_FOLDER")
    ended = run("serve", "--port", "0")
    assert (ended.code, ended.out) == (2, "")
    with started(tmp_path, "serve", "--new") as (_, line):
        assert "http://" in line
    served: list[object] = []
    monkeypatch.setattr("monitor.web.server.serve", lambda *given, **_: served.append(given))
    assert run("serve", "--port", "0").code == 0 and served  # from now on it is there


def test_the_newest_backup_of_the_store_itself_is_named(backups: Path, tmp_path: Path) -> None:
    with Store.open(tmp_path / "other" / "monitor.duckdb") as store:
        others = make_backup(store, backups.parent, by="operator", kind="asked", portable=False)
    damaged = StoreError("damaged", "坏了", "damaged")
    for folder, newest in (("lost", backups), ("other", others.path), ("unknown", others.path)):
        settings = load_settings().model_copy(update={"store": tmp_path / folder / "monitor.duckdb"})
        assert f"monitor restore {newest} --to" in naming_the_way_back(settings, damaged).en
