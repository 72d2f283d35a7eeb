"""Hostile files: refused with one clear reason, quickly and in little memory; the server's process never notices."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from monitor.intake.reading import Reading
from tests.intake.desk import ReadingDesk, codes
from tests.intake.hostile import good_workbook, hostile_files

FILES = hostile_files()


@pytest.fixture(scope="module")
def readings(desk: ReadingDesk) -> dict[str, Reading]:
    """Each read by a call in this process."""
    return _read_all(desk)


@pytest.fixture(scope="module")
def readings_of_children(desk: ReadingDesk) -> dict[str, Reading]:
    """Each read in a process of its own, as in service."""
    return _read_all(desk)


def _read_all(desk: ReadingDesk) -> dict[str, Reading]:
    return desk.read_all({name: (file.file, file.content) for name, file in FILES.items()})


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_with_its_reason(name: str, readings: dict[str, Reading]) -> None:
    _is_refused(name, readings[name])


@pytest.mark.process
@pytest.mark.child_process
@pytest.mark.parametrize("name", FILES)
def test_its_own_process_sees_a_hostile_file_coming(name: str, readings_of_children: dict[str, Reading]) -> None:
    _is_refused(name, readings_of_children[name])


def _is_refused(name: str, reading: Reading) -> None:
    assert FILES[name].code in codes(reading), reading.problems[:3]
    assert reading.blocked and reading.staging is None
    assert "reader_failed" not in codes(reading)  # it was seen coming, the child did not have to die
    reason = next(problem for problem in reading.problems if problem.code == FILES[name].code)
    assert reason.severity == "error" and reason.zh and reason.en


@pytest.mark.child_process
def test_the_workbook_they_are_made_from_is_good(desk: ReadingDesk) -> None:
    reading = desk.read(good_workbook(), "a.xlsx")
    assert not reading.blocked, reading.problems
    assert (reading.row_count, reading.sheet, reading.encoding) == (1, "数据", None)


def test_nothing_is_left_behind(desk: ReadingDesk, readings: dict[str, Reading]) -> None:
    assert readings
    assert not [path for path in desk.staging.iterdir() if path.suffix in (".input", ".rows", ".spill")]


def test_a_link_is_not_followed(desk: ReadingDesk, tmp_path: Path) -> None:
    target = desk.path("indicator_id\n")
    link = tmp_path / "link.csv"
    link.symlink_to(target)
    reading = desk.read_path(link)
    assert codes(reading) == ["not_regular_file"] and reading.blocked and reading.sha256 == ""


def test_a_pipe_is_not_waited_for(desk: ReadingDesk, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    assert codes(desk.read_path(pipe)) == ["not_regular_file"]


def test_a_folder_is_no_file(desk: ReadingDesk, tmp_path: Path) -> None:
    assert codes(desk.read_path(tmp_path)) == ["not_regular_file"]


def test_a_file_that_is_not_there_is_the_callers_mistake(desk: ReadingDesk, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        desk.read_path(tmp_path / "none.csv")


def test_a_file_above_the_limit_is_not_copied(desk: ReadingDesk) -> None:
    reading = desk.read(b"x" * 20_000_001)
    assert codes(reading) == ["file_too_large"]
    assert (reading.sha256, reading.size) == ("", 0)
