"""The demo as a process: made once, taken as it is the next time, anew when asked or broken off, never over another."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from monitor.store.store import Store

from .conftest import Run
from .test_serving import get, started

STORE = Path("var", "monitor.duckdb")
MARK = Path("var", "monitor.duckdb.demo.json")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a demo was made, looked at and stopped."""
    folder = tmp_path_factory.mktemp("demo")
    with started(folder, "demo") as (process, line):
        assert get(line, "/healthz")[0] == 200
        assert b"/login/demo" in get(line, "/")[1]
        page = get(line, "/", "demo-viewer")[1].decode()
        assert "模拟数据" in page and "/indicator/enrolment_rate" in page
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, "")
    assert err.count("\n") == 1 and "making the demo store" in err
    return folder


@pytest.mark.process
def test_the_store_is_complete_and_closed(folder: Path) -> None:
    assert json.loads((folder / MARK).read_text()) == {"complete": True}
    assert not (folder / "var" / "monitor.duckdb.wal").exists()
    with Store.open(folder / STORE) as store:
        assert store.data_version() > 0


@pytest.mark.process
def test_the_next_start_takes_it_as_it_is_and_it_is_not_pulled_away(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    before = (folder / STORE).stat().st_ino
    with started(folder, "demo") as (process, line):
        ended = run("demo", "--fresh", "--port", "0")
        assert ended.code == 1 and f"in use by pid {process.pid}" in ended.err
        assert get(line, "/healthz")[0] == 200
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert (folder / STORE).stat().st_ino == before


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stands for loading and serving: how often a store was filled, in an instant."""
    filled: list[str] = []

    def load(store: Store, *_: object, **__: object) -> None:
        filled.append(str(store.path))

    monkeypatch.setattr("monitor.demo.loader.load_demo", load)
    monkeypatch.setattr("monitor.demo.around.load_around", lambda _desk: None)  # there is nothing to evaluate
    monkeypatch.setattr("monitor.web.server.serve", lambda *_, **__: None)
    return filled


def test_it_is_made_once_and_anew_when_asked_for(run: Run, tmp_path: Path, loads: list[str]) -> None:
    for arguments, times in (([], 1), ([], 1), (["--fresh"], 2), ([], 2)):
        assert run("demo", *arguments, "--port", "0").code == 0
        assert loads == [str(tmp_path / STORE)] * times


def test_one_that_was_broken_off_is_made_anew(run: Run, tmp_path: Path, loads: list[str]) -> None:
    run("demo", "--port", "0")
    (tmp_path / MARK).write_text('{"complete": false}')
    (tmp_path / STORE).write_bytes(b"half a store")
    (tmp_path / "var" / "received").mkdir(exist_ok=True)
    (tmp_path / "var" / "received" / "7").write_text("left behind")
    assert run("demo", "--port", "0").code == 0
    assert len(loads) == 2
    assert not (tmp_path / "var" / "received" / "7").exists()
    assert json.loads((tmp_path / MARK).read_text()) == {"complete": True}


def test_one_whose_loading_fails_is_not_taken_for_whole(
    run: Run, tmp_path: Path, loads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "file")

    with monkeypatch.context() as broken:
        broken.setattr("monitor.demo.loader.load_demo", fail)
        ended = run("demo", "--port", "0")
        assert ended.code == 1 and "No space left" in ended.err
    assert run("demo", "--port", "0").code == 0
    assert len(loads) == 1


def test_another_store_is_never_touched(run: Run, tmp_path: Path) -> None:
    with Store.open(tmp_path / STORE):
        pass
    before = (tmp_path / STORE).read_bytes()
    for arguments in (["demo"], ["demo", "--fresh"]):
        ended = run(*arguments, "--port", "0")
        assert (ended.code, ended.out) == (2, "")
        assert "is no demo store" in ended.err and "MONITOR_STORE" in ended.err and ended.err.count("\n") == 1
    assert (tmp_path / STORE).read_bytes() == before


def test_a_folder_with_another_store_is_refused(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(tmp_path / STORE):
        pass
    monkeypatch.setenv("MONITOR_STORE", str(tmp_path / "var" / "demo.duckdb"))
    ended = run("demo", "--port", "0")
    assert ended.code == 2 and "monitor.duckdb" in ended.err
    assert (tmp_path / STORE).exists() and not (tmp_path / "var" / "demo.duckdb").exists()
