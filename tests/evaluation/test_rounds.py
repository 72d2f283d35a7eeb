"""A round by its services: frozen for good, units and people in their roles, nothing after the approval."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from monitor.access.actors import Actor
from monitor.dossier.acts import NewPaper, read_acts
from monitor.dossier.errors import DossierError
from monitor.evaluation.assessing import assess, mark_missing
from monitor.evaluation.changes import compare_rounds, previous_rounds
from monitor.evaluation.closing import approve, withdraw
from monitor.evaluation.concluding import (
    approve_conclusion,
    approve_waiting,
    propose,
    propose_agreeing,
    return_conclusion,
)
from monitor.evaluation.conclusions import CONCLUSIONS, agreeing, differs, needs_reason, usual
from monitor.evaluation.consulting import answer, comment
from monitor.evaluation.frozen import is_unmoved
from monitor.evaluation.rounds import read_rounds
from monitor.evaluation.table import round_table
from monitor.integrity import run_checks
from monitor.report.export import to_csv
from monitor.store.snapshots import find_snapshot

from .conftest import BENEFITS, CHIEF, FIELDS, PLANNER, REGION, VIEWER, World


def refused(code: str, act: Callable[[], object]) -> DossierError:
    with pytest.raises(DossierError) as found:
        act()
    assert found.value.code == code, found.value
    assert found.value.zh and found.value.en
    return found.value


def test_what_is_frozen_stays_when_other_figures_come(world: World) -> None:
    told = world.opened()
    assert {one.indicator: one.computed for one in told.subjects if one.computed != "no_data"} == {
        "enrolment_rate": "held", "fund_income": "judged", "fund_expenditure": "judged",
        "drug_platform_share": "achieved", "out_of_pocket_share": "missed",
    }  # fmt: skip
    assert told.id == "2025-final" and len(told.subjects) == 15
    before = to_csv(round_table(world.desk, told))
    world.send({"out_of_pocket_share": "26.9,%", "drug_platform_share": "88,%"})
    now = world.desk.scorecard(region="000000", period="2025").frame.set_index("indicator_id")["class"]
    assert (now["out_of_pocket_share"], now["drug_platform_share"]) == ("achieved", "missed")
    assert to_csv(round_table(world.desk, world.look(told))) == before
    assert is_unmoved(world.desk, told)
    row = round_table(world.desk, told).set_index("indicator_id").loc["out_of_pocket_share"]
    assert (row["value"], row["class"], row["target_printed"]) == (27.5, "missed", "27")
    snapshot = find_snapshot(world.store, "总结评估")
    assert snapshot is not None and snapshot.at == told.as_of
    assert not [one for one in run_checks(world.store) if one.name == "dossiers" and one.count]


def test_a_round_as_of_a_day_knows_no_more_than_that_day(world: World) -> None:
    moment = world.later(days=1)
    world.send({"out_of_pocket_share": "26.9,%"})
    early, late = world.opened("早", as_of=moment), world.opened("晚")
    assert (early.subject("out_of_pocket_share").computed, late.subject("out_of_pocket_share").computed) == (
        "missed", "achieved",
    )  # fmt: skip
    assert (early.id, late.id) == ("2025-final", "2025-final-2")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"kind": "weekly"}, "weekly"),
        ({"period": "去年"}, "去年"),
        ({"period": "2020"}, "base year 2020"),
        ({"plan": "nothing"}, "nothing"),
        ({"region": "999999"}, "999999"),
        ({"title": "2025-01-01"}, "2025-01-01"),
        ({"title": "  "}, "title"),
    ],
)
def test_a_round_that_cannot_be_is_refused_and_freezes_nothing(world: World, more: dict[str, Any], said: str) -> None:
    error = refused("field", lambda: world.opened(**{"title": "一轮", **more}))
    assert said in error.en
    assert read_rounds(world.store) == () and find_snapshot(world.store, "一轮") is None


def test_a_title_is_given_once(world: World) -> None:
    world.opened("一轮")
    assert "一轮" in refused("field", lambda: world.opened("一轮")).zh
    assert len(read_rounds(world.store)) == 1


def test_conclusions_agree_with_computed_classes_or_say_why(world: World) -> None:
    assert agreeing("achieved") == ("early", "achieved") and usual("achieved") == "achieved"
    assert differs("nearly", "missed") and needs_reason("nearly", "missed") and not differs("missed", "missed")
    assert not differs("achieved", "judged") and needs_reason("achieved", "judged")
    every = set().union(*(one.agrees for one in CONCLUSIONS.values()))
    assert every == {
        "achieved", "ahead", "on_schedule", "nearly", "behind", "below_baseline", "slipped", "missed", "held",
        "breached", "not_assessable", "no_data",
    }  # fmt: skip
    told, store = world.opened(), world.store
    refused("field", lambda: propose(store, PLANNER, told.id, "out_of_pocket_share", "基本实现"))
    refused("field", lambda: propose(store, PLANNER, told.id, "fund_income", "achieved"))
    refused("field", lambda: propose(store, PLANNER, told.id, "fund_income", "achieved", "\u200b \u2800"))
    refused("field", lambda: propose(store, PLANNER, told.id, "enrolment_rate", "很好"))
    paper = NewPaper("依据.pdf", b"%PDF-1.4")
    now = propose(store, PLANNER, told.id, "out_of_pocket_share", "基本实现", "差 0.5 个百分点", [paper])
    newest = now.subject("out_of_pocket_share").conclusion
    assert newest is not None and (newest.code, newest.differs, newest.decision) == ("nearly", True, "waiting")
    assert [one.name for one in newest.papers] == ["依据.pdf"]
    assert [one.indicator for one in now.differing] == ["out_of_pocket_share"]
    assert propose(store, PLANNER, told.id, "enrolment_rate", "held").differing == now.differing
    row = round_table(world.desk, world.look(told)).set_index("indicator_id").loc["out_of_pocket_share"]
    assert (row["conclusion"], row["differs"], row["class"]) == ("nearly", True, "missed")


def test_nobody_approves_what_is_their_own(world: World) -> None:
    told, store = world.opened(), world.store
    propose(store, Actor("Wang", "console"), told.id, "enrolment_rate", "held")
    for name in ("Wang", " wang ", "ＷＡＮＧ", "W ang", "Wang\u200b", "Wa\u2060ng"):
        same = Actor(name, "console")
        refused("state", lambda same=same: approve_conclusion(store, same, told.id, "enrolment_rate"))  # type: ignore[misc]
        refused("state", lambda same=same: return_conclusion(store, same, told.id, "enrolment_rate", "否"))  # type: ignore[misc]
        refused("state", lambda same=same: approve_waiting(store, same, told.id))  # type: ignore[misc]
    approved = approve_conclusion(store, CHIEF, told.id, "enrolment_rate").subject("enrolment_rate").approved
    assert approved is not None and (approved.by, approved.decided_by) == ("Wang", "李主任")
    world.complete(told)
    refused("state", lambda: approve(store, PLANNER, told.id))
    assert approve(store, CHIEF, told.id).state == "approved"


def test_a_returned_conclusion_is_proposed_again_and_the_newest_counts(world: World) -> None:
    told, store = world.opened(), world.store
    first = propose(store, PLANNER, told.id, "enrolment_rate", "missed", "试").subject("enrolment_rate").conclusion
    assert first is not None
    refused("field", lambda: return_conclusion(store, CHIEF, told.id, "enrolment_rate", " "))
    returned = return_conclusion(store, CHIEF, told.id, "enrolment_rate", "与数据不符")
    newest = returned.subject("enrolment_rate").conclusion
    assert newest is not None and (newest.decision, newest.decided_reason) == ("returned", "与数据不符")
    refused("state", lambda: approve_conclusion(store, CHIEF, told.id, "enrolment_rate"))
    propose(store, PLANNER, told.id, "enrolment_rate", "held")
    refused("changed", lambda: approve_conclusion(store, CHIEF, told.id, "enrolment_rate", of=first.seq))
    one = approve_conclusion(store, CHIEF, told.id, "enrolment_rate").subject("enrolment_rate")
    assert [kept.decision for kept in one.conclusions] == ["returned", "approved"]


def test_each_unit_assesses_its_own_indicators(world: World) -> None:
    told = world.opened()
    world.later(days=1)
    assess(world.desk, BENEFITS, told.id, "enrolment_rate", FIELDS)
    now = assess(world.desk, BENEFITS, told.id, "enrolment_rate", FIELDS | {"problems": "无"})
    one = now.subject("enrolment_rate")
    assert [kept.problems for kept in one.assessments] == ["流动人口参保不足", "无"]
    assert one.assessment is not None and not one.assessment.late
    refused("forbidden", lambda: assess(world.desk, BENEFITS, told.id, "drug_platform_share", FIELDS))
    for nobody in (VIEWER, REGION):
        refused("forbidden", lambda who=nobody: assess(world.desk, who, told.id, "enrolment_rate", FIELDS))  # type: ignore[misc]
    error = refused("field", lambda: assess(world.desk, BENEFITS, told.id, "enrolment_rate", {"adjust": "yes"}))
    assert all(
        said in error.zh for said in ("完成情况", "预计能否实现目标", "存在问题及原因", "下一步措施", "调整理由")
    )
    refused("state", lambda: mark_missing(world.store, PLANNER, told.id, "enrolment_rate", "缺"))
    world.time[0] += timedelta(days=200)
    late = assess(world.desk, BENEFITS, told.id, "medical_aid_share", FIELDS).subject("medical_aid_share").assessment
    assert late is not None and late.late


def test_the_last_day_of_the_deadline_still_counts(world: World) -> None:
    told = world.opened(deadline=date(2026, 3, 2))
    world.time[0] = world.time[0].replace(month=3, day=2, hour=15, minute=59)  # 23:59 in Shanghai
    on_time = assess(world.desk, PLANNER, told.id, "enrolment_rate", FIELDS).subject("enrolment_rate").assessment
    world.later(minutes=2)
    late = assess(world.desk, PLANNER, told.id, "drug_platform_share", FIELDS).subject("drug_platform_share").assessment
    assert on_time is not None and late is not None and (on_time.late, late.late) == (False, True)


def test_comments_are_heard_and_answered(world: World) -> None:
    told, store = world.opened(), world.store
    refused("forbidden", lambda: comment(store, VIEWER, told.id, "意见"))
    refused("unknown", lambda: comment(store, REGION, told.id, "意见", "nothing"))
    comment(store, REGION, told.id, "口径请注明", "enrolment_rate")
    number = comment(store, BENEFITS, told.id, "同意").comments[0].seq
    refused("forbidden", lambda: answer(store, BENEFITS, told.id, number, "taken"))
    refused("field", lambda: answer(store, PLANNER, told.id, number, "declined"))
    refused("unknown", lambda: answer(store, PLANNER, told.id, 1, "taken"))
    answered = answer(store, PLANNER, told.id, number, "部分采纳", "已注明").comments
    assert [(one.by, one.answer) for one in answered] == [("江苏填报人", "partly"), ("待遇司", None)]


def test_a_round_is_approved_when_it_is_whole_and_never_moves_again(world: World) -> None:
    told, store = world.opened(), world.store
    error = refused("state", lambda: approve(store, CHIEF, told.id))
    assert "15 项" in error.zh and "15 (" in error.en
    whole = world.complete(told)
    comment(store, REGION, told.id, "意见")
    refused("changed", lambda: approve(store, CHIEF, told.id, built_on=whole.seq))
    error = refused("state", lambda: approve(store, CHIEF, told.id))
    assert "1 条意见未答复" in error.zh
    number = world.look(told).comments[0].seq
    seen = answer(store, PLANNER, told.id, number, "taken").seq
    refused("forbidden", lambda: approve(store, BENEFITS, told.id))
    signed = approve(store, CHIEF, told.id, [NewPaper("完成情况表.csv", b"a,b\n")], built_on=seen)
    assert (signed.state, signed.closed_by, [one.name for one in signed.papers]) == (
        "approved", "李主任", ["完成情况表.csv"],
    )  # fmt: skip
    acts, table = read_acts(store, "round"), to_csv(round_table(world.desk, signed))
    doings: list[Callable[[], object]] = [
        lambda: assess(world.desk, BENEFITS, told.id, "enrolment_rate", FIELDS),
        lambda: mark_missing(store, PLANNER, told.id, "enrolment_rate", "缺"),
        lambda: propose(store, PLANNER, told.id, "enrolment_rate", "held"),
        lambda: propose_agreeing(store, PLANNER, told.id),
        lambda: approve_conclusion(store, CHIEF, told.id, "enrolment_rate"),
        lambda: approve_waiting(store, CHIEF, told.id),
        lambda: return_conclusion(store, CHIEF, told.id, "enrolment_rate", "否"),
        lambda: comment(store, REGION, told.id, "又一条"),
        lambda: answer(store, PLANNER, told.id, number, "taken"),
        lambda: approve(store, CHIEF, told.id),
        lambda: withdraw(store, PLANNER, told.id, "否"),
    ]
    for doing in doings:
        assert "李主任" in refused("state", doing).zh
    world.send({"enrolment_rate": "94.1,%"})
    assert read_acts(store, "round") == acts
    assert to_csv(round_table(world.desk, world.look(told))) == table


def test_a_round_opened_in_error_is_withdrawn_and_kept(world: World) -> None:
    told = world.opened()
    gone = withdraw(world.store, PLANNER, told.id, "报告期有误")
    assert (gone.state, gone.closed_reason) == ("withdrawn", "报告期有误")
    refused("state", lambda: assess(world.desk, BENEFITS, told.id, "enrolment_rate", FIELDS))
    assert previous_rounds(read_rounds(world.store), world.opened("另一轮")) == ()


def test_each_moment_shows_the_round_as_it_was_known(world: World) -> None:
    before = world.later()
    world.later()
    told = world.opened()
    opened = world.later()
    world.later()
    world.complete(told)
    complete = world.later()
    world.later()
    approve(world.store, CHIEF, told.id)
    assert read_rounds(world.store, before) == ()
    assert len(world.look(told, opened).without_approval) == 15
    assert world.look(told, complete).without_approval == () and world.look(told, complete).state == "open"
    assert world.look(told).state == "approved"
    refused("unknown", lambda: world.look(told, before))


def test_what_is_refused_within_an_act_leaves_nothing(world: World) -> None:
    told = world.opened()
    acts = read_acts(world.store, "round")
    paper = NewPaper("空.txt", b"")
    refused("field", lambda: propose(world.store, PLANNER, told.id, "enrolment_rate", "held", "", [paper]))
    refused("field", lambda: assess(world.desk, BENEFITS, told.id, "enrolment_rate", FIELDS, [paper]))
    assert read_acts(world.store, "round") == acts


def test_a_later_round_says_what_changed_and_why(world: World) -> None:
    first = world.opened("第一轮")
    propose(world.store, PLANNER, first.id, "drug_platform_share", "achieved")
    world.send({"out_of_pocket_share": "26.9,%"})
    second = world.opened("第二轮")
    propose(world.store, PLANNER, second.id, "drug_platform_share", "early")
    changed = {
        one.indicator: one
        for one in compare_rounds(world.desk, world.look(first), world.look(second))
        if one.is_changed
    }
    assert list(changed) == ["out_of_pocket_share", "drug_platform_share"]
    figure, people = changed["out_of_pocket_share"], changed["drug_platform_share"]
    assert figure.before is not None and figure.after is not None
    assert (figure.before.value, figure.after.value) == (27.5, 26.9)
    assert (figure.before.computed, figure.after.computed, figure.why) == ("missed", "achieved", ("figure",))
    assert figure.submissions and people.why == ("people",) and not people.submissions
    refused("field", lambda: compare_rounds(world.desk, second, first))
    other = world.opened("地方", region="320000")
    refused("field", lambda: compare_rounds(world.desk, first, other))
    assert [one.id for one in previous_rounds(read_rounds(world.store), second)] == [first.id]
