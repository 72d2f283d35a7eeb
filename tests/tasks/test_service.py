"""Who may report, what is refused, what stays to be seen: through the service alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from monitor.access.actors import Actor
from monitor.dossier.acts import NewPaper, read_acts, read_paper
from monitor.dossier.errors import DossierError
from monitor.tasks.progress import DoneMilestone
from monitor.tasks.service import NewReport

from .world import TODAY, World, count, report

CONSOLE, PLANNER = Actor("张三", "console"), Actor("王计划", "planner")
WINDOWS, BENEFITS = "box8-2", "s05-1"


def refused(world: World, actor: Actor, task: str, new: NewReport) -> DossierError:
    before = read_acts(world.store, "task")
    with pytest.raises(DossierError) as found:
        world.tasks.report(actor, task, new, (), today=TODAY)
    assert read_acts(world.store, "task") == before
    assert found.value.zh and found.value.en
    return found.value


def test_the_lead_unit_s_reviewer_reports_and_no_other_unit_s(world: World) -> None:
    benefits = world.person("赵", "reviewer", "待遇保障司")
    fund = world.person("钱", "reviewer", "基金监管司")  # leads tasks, answers for no indicator
    everything = world.person("孙", "reviewer")
    assert world.tasks.report(benefits, BENEFITS, report(), (), today=TODAY).number == 1
    assert world.tasks.report(fund, "box6-1", report(), (), today=TODAY).number == 1
    assert world.tasks.report(everything, "box6-1", report(), (), today=TODAY).number == 2
    assert world.tasks.report(PLANNER, "box6-1", report(), (), today=TODAY).number == 3
    assert refused(world, fund, BENEFITS, report()).code == "forbidden"
    assert refused(world, benefits, "box6-1", report()).code == "forbidden"


def test_nobody_else_reports(world: World) -> None:
    for actor in (
        Actor("看", "viewer"),
        Actor("报", "reporter", frozenset({"320000"})),
        Actor("管", "operator"),
        world.person("地", "reviewer", "待遇保障司", regions=("320000",)),  # whose units are not the nation
        Actor("令", "reviewer", None, frozenset({"enrolment_rate"})),  # a token limited to an indicator
    ):
        assert refused(world, actor, BENEFITS, report()).code == "forbidden"
    assert refused(world, CONSOLE, "box99-1", report()).code == "unknown"


IMPOSSIBLE = [
    (report("fine"), "选择状态"),
    (report(text="  "), "进展情况"),
    (report("hard"), "困难"),
    (report("adjust"), "困难"),
    (report("failing"), "困难"),
    (report(day=TODAY + timedelta(days=1)), "报告日期"),
    (report(day=date(2020, 12, 31)), "报告日期"),
    (report(text="长" * 5001), "5000"),
    (report(counts=(count("-1"),)), "不小于 0"),
    (report(counts=(count("1.5"),)), "整数"),
    (report(counts=(count("NaN"),)), "不小于 0"),
    (report(counts=(count("1E-400000"),)), "小数"),
    (report(counts=(count("5", "other"),)), "没有可计数目标"),
    (report(counts=(count("5"), count("6"))), "写了两次"),
    (report(counts=(count("5", day=TODAY + timedelta(days=1)),)), "截至日期"),
    (report(milestones=(DoneMilestone("nothing", TODAY),)), "没有节点"),
]


def test_what_cannot_be_is_refused_and_nothing_is_kept(world: World) -> None:
    for new, said in IMPOSSIBLE:
        error = refused(world, CONSOLE, WINDOWS, new)
        assert error.code == "field" and said in error.zh


def test_everything_that_is_wrong_is_told_at_once(world: World) -> None:
    error = refused(world, CONSOLE, WINDOWS, NewReport("hard", date(2030, 1, 1), "", counts=(count("-1"),)))
    assert error.zh.count("；") == error.en.count("; ") == 3


def test_a_share_is_at_most_a_hundred(world: World) -> None:
    assert "100%" in refused(world, CONSOLE, "box8-1", report(counts=(count("100.1", "coverage"),))).zh
    sent = world.tasks.report(CONSOLE, "box8-1", report(counts=(count("99.95", "coverage"),)), (), today=TODAY)
    assert f"{sent.counts[0].number}" == "99.95"


@pytest.mark.parametrize(("number", "fits"), [("399", False), ("400", True), ("401", True)])
def test_done_with_less_than_the_goal_needs_an_explanation(world: World, number: str, fits: bool) -> None:
    new = report("done", counts=(count(number),))
    if fits:
        assert world.tasks.report(CONSOLE, WINDOWS, new, (), today=TODAY).state == "done"
        return
    assert "399/400 个" in refused(world, CONSOLE, WINDOWS, new).zh
    explained = report("done", counts=(count(number),), explanation="一个窗口因撤并取消")
    assert world.tasks.report(CONSOLE, WINDOWS, explained, (), today=TODAY).explanation == "一个窗口因撤并取消"


def test_done_rests_on_the_last_count_that_was_reported_whoever_reported_it(world: World) -> None:
    assert "没有报数" in refused(world, CONSOLE, WINDOWS, report("done")).zh
    day = TODAY - timedelta(days=10)
    world.tasks.report(CONSOLE, WINDOWS, report(day=day, counts=(count("400", day=day),)), (), today=TODAY)
    assert world.tasks.report(CONSOLE, WINDOWS, report("done"), (), today=TODAY).number == 2


def test_done_needs_every_year_and_every_milestone(world: World) -> None:
    years = [date(year, 6, 1) for year in (2021, 2022, 2024, 2025)]
    for day in years:
        new = report(day=day, counts=(count("1", "inspections", day),))
        world.tasks.report(CONSOLE, "box6-2", new, (), today=TODAY)
    assert "2023 年没有达到" in refused(world, CONSOLE, "box6-2", report("done")).zh
    assert "没有完成日期" in refused(world, CONSOLE, "s10-1", report("done")).zh
    done = report("done", milestones=(DoneMilestone("drug_scope", date(2022, 12, 1)),))
    assert world.tasks.report(CONSOLE, "s10-1", done, (), today=TODAY).state == "done"


def test_cannot_be_done_with_everything_reached_needs_an_explanation(world: World) -> None:
    new = report("failing", difficulties="难", counts=(count("400"),))
    assert "不能完成" in refused(world, CONSOLE, WINDOWS, new).zh


def test_a_later_report_of_the_same_day_revises_and_the_earlier_one_stays(world: World) -> None:
    world.tasks.report(CONSOLE, WINDOWS, report(counts=(count("300"),)), (), today=TODAY)
    between = world.tick()
    world.tasks.report(PLANNER, WINDOWS, report("hard", difficulties="慢", counts=(count("310"),)), (), today=TODAY)
    now = world.tasks.state(WINDOWS, TODAY)
    assert [(one.number, one.by, one.revised_by) for one in now.reports] == [(1, "张三", 2), (2, "王计划", None)]
    assert now.state == "hard" and now.goals[0].count is not None and now.goals[0].count.number == 310
    then = world.tasks.state(WINDOWS, TODAY, between)
    assert then.state == "well" and [one.revised_by for one in then.reports] == [None]
    assert [one.state for one in world.tasks.board(TODAY, between) if one.task.id == WINDOWS] == ["well"]


def test_an_earlier_day_reported_late_changes_nothing_of_today(world: World) -> None:
    world.tasks.report(CONSOLE, WINDOWS, report("hard", difficulties="慢"), (), today=TODAY)
    world.tasks.report(CONSOLE, WINDOWS, report(day=TODAY - timedelta(days=90)), (), today=TODAY)
    assert world.tasks.state(WINDOWS, TODAY).state == "hard"
    assert world.tasks.state(WINDOWS, TODAY - timedelta(days=1)).state == "well"
    assert world.tasks.state(WINDOWS, TODAY - timedelta(days=91)).state is None


def test_a_planner_confirms_what_somebody_else_sent_once(world: World) -> None:
    lead = world.person("赵", "reviewer", "待遇保障司")
    world.tasks.report(lead, BENEFITS, report(), (), today=TODAY)
    for actor in (lead, Actor("看", "viewer")):
        with pytest.raises(DossierError) as found:
            world.tasks.confirm(actor, BENEFITS, 1)
        assert found.value.code == "forbidden"
    confirmed = world.tasks.confirm(PLANNER, BENEFITS, 1, "同意")
    assert (confirmed.decision, confirmed.decided_by, confirmed.remark) == ("confirmed", "王计划", "同意")
    assert confirmed.decided_at is not None
    for decide in (world.tasks.confirm, world.tasks.send_back):
        with pytest.raises(DossierError) as found:
            decide(PLANNER, BENEFITS, 1, "再来")
        assert found.value.code == "state"
    with pytest.raises(DossierError) as found:
        world.tasks.confirm(PLANNER, BENEFITS, 7)
    assert found.value.code == "unknown"
    world.tasks.report(PLANNER, BENEFITS, report(), (), today=TODAY)
    with pytest.raises(DossierError) as found:
        world.tasks.confirm(PLANNER, BENEFITS, 2)
    assert found.value.code == "state" and "他人" in found.value.zh


def test_what_was_returned_stays_and_counts_for_nothing(world: World) -> None:
    day = TODAY - timedelta(days=30)
    world.tasks.report(
        CONSOLE, WINDOWS, report("hard", day, difficulties="慢", counts=(count("300", day=day),)), (), today=TODAY
    )
    world.tasks.report(CONSOLE, WINDOWS, report("done", counts=(count("400"),)), (), today=TODAY)
    with pytest.raises(DossierError) as found:
        world.tasks.send_back(PLANNER, WINDOWS, 2, " ")
    assert found.value.code == "field"
    world.tasks.send_back(PLANNER, WINDOWS, 2, "没有评定文件")
    state = world.tasks.state(WINDOWS, TODAY)
    assert state.state == "hard" and state.goals[0].count is not None and state.goals[0].count.number == 300
    assert [(one.number, one.decision, one.remark) for one in state.reports] == [
        (1, "open", ""),
        (2, "returned", "没有评定文件"),
    ]


def test_a_revised_report_is_not_confirmed_and_a_returned_one_is_not_revised(world: World) -> None:
    world.tasks.report(CONSOLE, BENEFITS, report(), (), today=TODAY)
    world.tasks.report(CONSOLE, BENEFITS, report(), (), today=TODAY)
    with pytest.raises(DossierError) as found:
        world.tasks.confirm(PLANNER, BENEFITS, 1)
    assert found.value.code == "state" and "第 2 份" in found.value.zh
    world.tasks.send_back(PLANNER, BENEFITS, 2, "重报")
    world.tasks.report(CONSOLE, BENEFITS, report(), (), today=TODAY)
    assert [one.revised_by for one in world.tasks.state(BENEFITS, TODAY).reports] == [2, None, None]


def test_papers_come_back_as_they_were(world: World) -> None:
    sent = world.tasks.report(CONSOLE, WINDOWS, report(), [NewPaper("评定文件.pdf", b"%PDF-1")], today=TODAY)
    (paper,) = sent.papers
    assert read_paper(world.store, paper.seq, paper.number) == ("task", "uhs-14:box8-2", paper, b"%PDF-1")
