"""What a writer that was killed left beside its target is cleared by the next one, and nothing else is."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.report.whole_file import PARTS, replace_file

_DIES = """
import os, signal, sys
from pathlib import Path
from monitor.report.whole_file import PARTS, replace_file

def write(target):
    target.write_text("half")
    folder = target.with_name(target.name + PARTS)
    folder.mkdir()
    (folder / "0.parquet").write_text("part")
    os.kill(os.getpid(), signal.SIGKILL)

replace_file(Path(sys.argv[1]), write)
"""


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_remains_of_the_dead_are_cleared_by_the_next(tmp_path: Path) -> None:
    target = tmp_path / "all [1].csv"
    assert subprocess.run([sys.executable, "-c", _DIES, target], check=False).returncode == -9
    left = names(tmp_path)
    assert len(left) == 2 and all(name.startswith(".all [1]-") for name in left)
    replace_file(tmp_path / "other.csv", lambda path: path.write_text("x"))
    assert left < names(tmp_path)  # another target's are not its own
    replace_file(target, lambda path: path.write_text("whole"))
    assert names(tmp_path) == {"all [1].csv", "other.csv"} and target.read_text() == "whole"


def test_what_is_being_written_stays(tmp_path: Path) -> None:
    target = tmp_path / "all.csv"

    def write(path: Path) -> None:
        path.write_text("first")
        folder = path.with_name(path.name + PARTS)
        folder.mkdir()
        replace_file(target, lambda other: other.write_text("second"))
        assert target.read_text() == "second" and path.read_text() == "first" and folder.is_dir()
        folder.rmdir()

    replace_file(target, write)
    assert target.read_text() == "first" and names(tmp_path) == {"all.csv"}


def test_files_of_others_stay(tmp_path: Path) -> None:
    kept = {
        ".all-notes.csv",
        ".all-12345678.csv",
        ".all-12345678.part.xlsx",
        ".allx-12345678.part.csv",
        ".all-x.part.csv",
    }
    for name in kept:
        (tmp_path / name).write_text("x")
    (tmp_path / ".all-aaaaaaaa.part.csv").mkdir()
    (tmp_path / ".all-bbbbbbbb.part.csv").symlink_to(tmp_path / ".all-notes.csv")
    os.mkfifo(tmp_path / ".all-cccccccc.part.csv")
    before = names(tmp_path)
    replace_file(tmp_path / "all.csv", lambda path: path.write_text("x"))
    assert names(tmp_path) == before | {"all.csv"}


def test_a_new_file_that_another_writer_was_about_to_clear_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its making and its lock another writer may find it."""
    lock, taken = fcntl.flock, []

    def flock(handle: int, how: int) -> None:
        (found,) = tmp_path.iterdir()
        if not taken:  # the other has locked it
            taken.append(found)
            raise BlockingIOError
        if len(taken) == 1:  # the other has cleared it
            taken.append(found)
            found.unlink()
        lock(handle, how)

    monkeypatch.setattr(fcntl, "flock", flock)
    replace_file(tmp_path / "all.csv", lambda path: path.write_text("x"))
    assert len(set(taken)) == 2 and names(tmp_path) == {"all.csv"}


def test_where_nothing_can_be_locked_it_is_written_and_nothing_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flock(_handle: int, _how: int) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", flock)
    left = tmp_path / ".all-12345678.part.csv"
    left.write_text("half")
    replace_file(tmp_path / "all.csv", lambda path: path.write_text("x"))
    assert names(tmp_path) == {"all.csv", left.name}
