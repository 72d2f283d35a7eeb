"""A tasks file is checked as a whole, every fault with file, line and path; and it is found where it should lie."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from monitor.catalogue.loader import load_catalogues, parse_catalogues
from monitor.catalogue.problems import CatalogueError
from monitor.shipped import find_shipped
from monitor.tasks.files import load_tasks, parse_tasks, tasks_of

from .world import SMALL


def faults(text: str, plan: str | None = None) -> list[tuple[int | None, str, str]]:
    with pytest.raises(CatalogueError) as found:
        parse_tasks(text, "tasks-p.yaml", plan)
    for problem in found.value.problems:
        assert problem.file == "tasks-p.yaml" and problem.zh and problem.en
    return [(one.line, one.path, one.code) for one in found.value.problems]


def test_every_fault_is_told_at_once_with_its_place() -> None:
    text = SMALL.replace("lead: 基金监管司", "leed: 基金监管司").replace("number: 400", "number: -4")
    text = text.replace("id: plain", "id: windows").replace("section: s1", "section: s9")
    text = text.replace("printed: 每年检查一次", "printed: 每月检查").replace("part: box2", "part: box3")
    assert faults(text, "q") == [
        (2, "plan", "wrong_plan"),
        (8, "parts[1].section", "unknown_part"),
        (15, "tasks[1].id", "duplicate_id"),
        (16, "tasks[1].part", "unknown_part"),
        (20, "tasks[1].leed", "unknown_key"),
        (25, "tasks[1].goals[0].number", "bad_value"),
        (26, "tasks[1].goals[1].printed", "not_in_text"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("due: 2023-12-31", "due: 2023-13-31", "tasks[1].milestones[0].due"),
        ("start: 2021, end: 2024", "start: 2025, end: 2024", "timetable"),
        ("near: 30", "near: -1", "reminders.near"),
        ("kind: box", "kind: bx", "parts[1].kind"),
        ("id: windows\n    part", "id: Win dows\n    part", "tasks[1].id"),
        ("text: 做好工作。", "text: ''", "tasks[0].text"),
        ("printed: 2023年", "printed: 2022年", "tasks[1].milestones[0].printed"),
        ("id: checks", "id: windows", "tasks[1].goals[1].id"),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(old: str, new: str, place: str) -> None:
    assert old in SMALL
    assert place in [path for _, path, _ in faults(SMALL.replace(old, new, 1))]


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n", "plan: [", "plan: p\nplan: q\n"])
def test_what_is_no_tasks_file_is_told(text: str) -> None:
    assert faults(text)


def test_a_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "tasks-p.yaml"
    path.write_text(SMALL, encoding="utf-8")
    assert len(load_tasks(path).tasks) == 2
    path.write_text(SMALL.replace("平常任务", "另一项平常任务"), encoding="utf-8")
    assert load_tasks(path).tasks[0].title.zh == "另一项平常任务"
    path.unlink()
    with pytest.raises(CatalogueError):
        load_tasks(path)


def _plan(folder: Path, name: str, *, key: str = "", id: str = "uhs-14") -> Path:
    text = find_shipped("indicators.yaml").read_text(encoding="utf-8").replace("id: uhs-14", f"id: {id}", 1)
    path = folder / name
    path.write_text(key + text, encoding="utf-8")
    return path


def test_a_plan_has_the_tasks_beside_it_or_those_that_its_catalogue_names(tmp_path: Path) -> None:
    small = SMALL.replace("plan: p", "plan: hn")
    beside = _plan(tmp_path, "hn.yaml", id="hn")
    assert tasks_of(load_catalogues([beside])[0]) is None
    (tmp_path / "tasks-hn.yaml").write_text(small, encoding="utf-8")
    assert tasks_of(load_catalogues([beside])[0]) == parse_tasks(small, "tasks-hn.yaml")
    other = small.replace("平常任务", "别的任务")
    (tmp_path / "tasks-other.yaml").write_text(other, encoding="utf-8")
    named = _plan(tmp_path, "hn.yaml", key="tasks: tasks-other.yaml\n", id="hn")
    (catalogue,) = load_catalogues([named])
    found = tasks_of(catalogue)
    assert found is not None and found.tasks[0].title.zh == "别的任务"
    assert load_catalogues([tmp_path])[0].file == "hn.yaml"  # a folder's files of tasks are no catalogues


def test_the_key_changes_the_version_and_its_absence_does_not() -> None:
    text = find_shipped("indicators.yaml").read_text(encoding="utf-8")
    plain = load_catalogues([find_shipped("indicators.yaml")])[0].version
    assert parse_catalogues([("a.yaml", text)])[0].version == plain
    assert parse_catalogues([("a.yaml", "tasks: tasks-a.yaml\n" + text)])[0].version != plain


@pytest.mark.parametrize("name", ["../tasks-a.yaml", "other.yaml", "/etc/tasks-a.yaml", "[a]"])
def test_the_key_names_a_file_of_the_same_folder(name: str) -> None:
    text = find_shipped("indicators.yaml").read_text(encoding="utf-8")
    with pytest.raises(CatalogueError) as found:
        parse_catalogues([("a.yaml", f"tasks: {name}\n{text}")])
    assert [(one.line, one.path) for one in found.value.problems] == [(1, "tasks")]


def test_a_file_of_another_plan_is_refused(tmp_path: Path) -> None:
    path = _plan(tmp_path, "hn.yaml", id="hn")
    shutil.copy(find_shipped("data/tasks-uhs-14.yaml"), tmp_path / "tasks-hn.yaml")
    with pytest.raises(CatalogueError, match="uhs-14"):
        tasks_of(load_catalogues([path])[0])
