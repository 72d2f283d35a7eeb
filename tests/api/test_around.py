"""What is done around the plan, as programs read it: the same rows as on the page, as of any moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from monitor.access.actors import Actor
from monitor.evaluation.concluding import propose
from monitor.evaluation.opening import open_round
from monitor.tasks.service import NewReport, tasks_over
from monitor.web.api.tables import RoundRow, TaskRow

from .conftest import World

PLANNER = Actor("张三", "planner")


def test_a_round_is_read_as_it_was_at_any_moment(world: World) -> None:
    made = open_round(world.desk, PLANNER, kind="final", title="总结评估", period="2024")
    before = world.desk.store.now().isoformat()
    propose(world.desk.store, PLANNER, made.id, "enrolment_rate", "undecidable", "按年数据不足")
    (line,) = world.get("/rounds")["items"]
    assert (line["round_id"], line["title"], line["state"]) == (made.id, "总结评估", "open")
    told = world.get(f"/rounds/{made.id}")
    assert told["sha256"] == made.sha256 and len(told["items"]) == 15
    enrolled = next(row for row in told["items"] if row["indicator_id"] == "enrolment_rate")
    assert (enrolled["conclusion"], enrolled["proposed_by"]) == ("undecidable", "张三")
    for row in told["items"]:
        RoundRow.model_validate(row)
    earlier = world.get(f"/rounds/{made.id}", query_string={"as_of": before})
    assert {row["conclusion"] for row in earlier["items"]} == {None}
    assert world.get("/rounds", query_string={"as_of": "2020-01-01"})["items"] == []
    assert world.ask("GET", "/rounds/nothing").status_code == 404


def test_the_ledger_of_tasks_is_read_with_its_reports(world: World) -> None:
    found = tasks_over(world.desk.store, world.desk.current.plan(None))
    assert found is not None
    today = date(2026, 2, 1)
    told = world.get("/tasks")
    assert (told["plan_id"], told["today"], len(told["items"])) == ("uhs-14", "2026-02-01", 103)
    assert {row["state"] for row in told["items"]} == {None}
    task = found.file.tasks[0].id
    found.report(PLANNER, task, NewReport("done", today, "已建立"), [], today=today)
    (reported,) = [row for row in world.get("/tasks")["items"] if row["state"] is not None]
    assert (reported["task"], reported["state"], reported["reported_by"]) == (task, "done", "张三")
    TaskRow.model_validate(reported)
    assert world.ask("GET", "/tasks?plan=nothing").status_code == 404


def test_tasks_of_a_plan_whose_file_cannot_be_read_are_told_as_its_fault(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "tasks-own.yaml"
    broken.write_text("tasks: nothing\n", encoding="utf-8")
    current = world.desk.current
    faulty = tuple(replace(one, tasks=broken) for one in current.catalogues)
    monkeypatch.setattr(world.desk, "current", replace(current, catalogues=faulty))
    answer = world.ask("GET", "/tasks")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "faulty_tasks")


def test_without_a_name_the_first_plan_that_has_tasks_is_meant(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    (with_tasks,) = world.desk.current.catalogues
    without = replace(with_tasks, tasks=None, plan=with_tasks.plan.model_copy(update={"id": "format-2026"}))
    both = replace(world.desk.current, catalogues=(without, with_tasks))
    monkeypatch.setattr(world.desk, "current", both)
    assert world.get("/tasks")["plan_id"] == "uhs-14"
    assert world.ask("GET", "/tasks?plan=format-2026").status_code == 404
