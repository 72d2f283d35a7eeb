"""What changed between two moments: one restated figure, one class, one setting, each with its cause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from monitor.access.actors import Actor
from monitor.catalogue.periods import parse_period
from monitor.intake.cycle import Cycle
from monitor.method.settings import MethodSettings
from monitor.report.compare import compare
from monitor.report.compare_table import COMPARE_COLUMNS, comparison_table
from monitor.report.desk import QuestionError
from monitor.report.export import to_csv
from monitor.report.timeline import cell_timeline

from .calls import PLAN, World, at

BEFORE, AFTER = at("2025-03-01T12:00"), at("2025-05-01T12:00")
YEAR_PLAN = PLAN.replace(
    "    frequency: quarter\n    first: 2023-Q1\n    last: 2023-Q4",
    "    frequency: year\n    first: 2021\n    last: 2025",
).replace("period: 2023-Q1, due_on: 2023-05-10", "period: 2023, due_on: 2024-05-10")
# at the end of 2023 the time share is 0.6, so 50 → 90 wants 74; 0.8 × 0.6 of the way is 69.2, 1.2 × 0.6 is 78.8


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """110000 has an accepted figure of 2023 that lags."""
    made = World(tmp_path, YEAR_PLAN)
    made.accept(made.send("110000", "2023", when="2024-01-20T09:00", rate="70", number="10"), when="2024-01-21T09:00")
    yield made
    made.store.close()


def _restate(world: World) -> int:
    """The same unit says 75 instead of 70, with the reason; its other figure is carried."""
    reporter = Actor("张三", "reporter", frozenset({"110000"}))
    world.now = at("2025-04-01T09:00")
    cycle = Cycle(world.store, world.catalogues, world.regions)
    path = world.path("110000", "2023", rate="75")
    result = cycle.send(reporter, path, name="again.csv", explain="核对了台账", reason="漏计一个统筹区")
    (one,) = result.submissions
    assert one.submission_id is not None
    world.accept(one.submission_id, when="2025-04-02T10:00", by="李四")
    return one.submission_id


def test_one_restated_figure_and_the_class_it_changes(world: World) -> None:
    number = _restate(world)
    found = compare(world.desk, BEFORE, AFTER)
    (figure,) = found.figures
    assert (figure.indicator.id, figure.region_code, figure.period.code, figure.kind) == (
        "rate", "110000", "2023", "changed",
    )  # fmt: skip
    assert figure.old is not None
    assert figure.new is not None
    assert [side.figure and side.figure.value for side in (figure.old, figure.new)] == [70, 75]
    assert figure.difference == Fraction(5)
    sent = figure.submission
    assert sent is not None
    assert (sent.submission_id, sent.revision, sent.submitted_by, sent.accepted_by) == (number, 2, "张三", "李四")
    assert (sent.submitted_at, sent.accepted_at) == (at("2025-04-01T09:00"), at("2025-04-02T10:00"))
    assert (sent.reason, sent.explanation) == ("漏计一个统筹区", "已核实")
    (class_,) = found.classes
    assert (class_.region_code, class_.period.code, class_.old_class, class_.new_class) == (
        "110000", "2023", "nearly", "on_schedule",
    )  # fmt: skip
    assert not class_.by_configuration
    assert [one.submission_id for one in class_.submissions] == [number]
    assert found.configuration == ()


def test_nothing_changed_without_an_acceptance(world: World) -> None:
    world.send("110000", "2023", when="2025-04-01T09:00", rate="75", number="10")
    found = compare(world.desk, BEFORE, AFTER)
    assert (found.figures, found.classes, found.configuration) == ((), (), ())
    assert (found.start, found.end) == (BEFORE, AFTER)


def test_figures_that_come_and_go(world: World) -> None:
    """New, withdrawn to missing, and another vintage preferred."""
    world.accept(world.send("120000", "2023", when="2025-04-01T09:00", rate="60", number="3"))
    world.accept(world.send("110000", "2023", when="2025-04-02T09:00", rate="70", number="—"))
    world.accept(world.send("110000", "2023", when="2025-04-03T09:00", vintage="yearbook", rate="71"))
    found = compare(world.desk, BEFORE, AFTER)
    assert {(one.region_code, one.indicator.id): one.kind for one in found.figures} == {
        ("110000", "rate"): "vintage", ("110000", "number"): "withdrawn",
        ("120000", "rate"): "new", ("120000", "number"): "new",
    }  # fmt: skip
    of_region = compare(world.desk, BEFORE, AFTER, region="120000")
    assert {one.region_code for one in of_region.figures} == {"120000"}
    assert {one.region_code for one in of_region.classes} == {"120000"}
    assert compare(world.desk, BEFORE, AFTER, period="2022").figures == ()


def test_a_carried_cell_names_the_submission_that_sent_it(world: World) -> None:
    second = _restate(world)
    world.accept(world.send("110000", "2023", when="2025-04-10T09:00", number="11"))
    found = {one.indicator.id: one.submission for one in compare(world.desk, BEFORE, AFTER).figures}
    assert found["rate"] is not None
    assert found["rate"].submission_id == second
    assert found["number"] is not None
    assert found["number"].submission_id != second


def test_a_setting_alone_changes_a_class(world: World) -> None:
    world.now = at("2025-04-01T09:00")
    world.configured(YEAR_PLAN, replace(MethodSettings(), near=Decimal("0.9")))
    found = compare(world.desk, BEFORE, AFTER)
    assert found.figures == ()
    (class_,) = found.classes
    assert (class_.old_class, class_.new_class, class_.by_configuration, class_.submissions) == (
        "nearly", "behind", True, (),
    )  # fmt: skip
    (change,) = found.configuration
    assert (change.part, change.name, change.old, change.new) == ("setting", "near", "0.8", "0.9")
    assert (change.by, change.at) == ("管理员", at("2025-04-01T09:00"))


def test_catalogue_and_figure_change_together(world: World) -> None:
    """The target falls and the figure rises: both are named, and only what each did."""
    world.now = at("2025-04-01T08:00")
    world.configured(YEAR_PLAN.replace("ge, value: 90}", "ge, value: 72}"), MethodSettings())
    number = _restate(world)
    found = compare(world.desk, BEFORE, AFTER)
    class_ = next(one for one in found.classes if one.region_code == "110000")
    # 70 of 72 is ahead of the new schedule already; 75 has met it
    assert (class_.old_class, class_.new_class, class_.by_configuration) == ("nearly", "achieved", True)
    assert [one.submission_id for one in class_.submissions] == [number]
    assert [(one.part, one.name, one.key, one.old, one.new) for one in found.configuration] == [
        ("indicator", "rate", "target.value", "90", "72")
    ]


def test_another_order_of_vintages_is_the_cause_of_what_it_prefers(world: World) -> None:
    world.accept(world.send("110000", "2023", when="2024-02-01T09:00", vintage="yearbook", rate="71"))
    world.now = at("2025-04-01T09:00")
    order = "  vintage_order: [reported, yearbook]\n"
    world.configured(
        YEAR_PLAN.replace("indicators:\n  - id: rate", f"{order}indicators:\n  - id: rate", 1), MethodSettings()
    )
    (figure,) = compare(world.desk, BEFORE, AFTER).figures
    assert (figure.kind, figure.submission) == ("vintage", None)


def test_the_table_is_a_contract(world: World) -> None:
    number = _restate(world)
    frame = comparison_table(compare(world.desk, BEFORE, AFTER), world.regions)
    assert tuple(frame.columns) == COMPARE_COLUMNS
    assert frame["what"].tolist() == ["class", "figure"]
    row = frame.iloc[1]
    assert (row["old_value"], row["new_value"], row["difference"], row["unit"]) == (70, 75, 5, "%")
    assert (row["submission_id"], row["revision"], row["cause"]) == (str(number), 2, "submission")
    assert (row["from"], row["to"]) == ("2025-03-01T04:00:00.000000Z", "2025-05-01T04:00:00.000000Z")
    assert to_csv(frame) == to_csv(comparison_table(compare(world.desk, BEFORE, AFTER), world.regions))


def test_moments_in_the_wrong_order_and_unknown_places_are_refused(world: World) -> None:
    for wrong in (
        lambda: compare(world.desk, AFTER, BEFORE),
        lambda: compare(world.desk, BEFORE, AFTER, region="999999"),
        lambda: compare(world.desk, BEFORE, AFTER, plan="none"),
    ):
        with pytest.raises(QuestionError):
            wrong()


def test_history_of_one_cell(world: World) -> None:
    """Returned, sent again, restated: who, when, why, and what was seen when."""
    from monitor.intake.submissions import return_

    bad = world.send("110000", "2023", when="2025-03-10T09:00", rate="99", number="10")
    world.now = at("2025-03-11T09:00")
    return_(world.store, bad, by="李四", reason="数据有误", remarks={"rate": "高于上年太多", "number": "无关"})
    last = _restate(world)
    story = cell_timeline(world.desk, "rate", "110000", parse_period("2023"))
    assert story is not None
    assert [(one.figure and one.figure.value, one.submission_state) for one in story.revisions] == [
        (70, "superseded"), (99, "returned"), (75, "accepted"),
    ]  # fmt: skip
    assert [happened.text for happened in story.revisions[1].events if happened.action == "returned"] == ["数据有误"]
    assert [remark.text for remark in story.revisions[1].remarks] == ["高于上年太多"]
    assert "漏计一个统筹区" in str(story.revisions[2].events[0].text)
    assert [(step.since, step.until, step.revision.figure and step.revision.figure.value) for step in story.steps] == [
        (at("2024-01-21T09:00"), at("2025-04-02T10:00"), 70), (at("2025-04-02T10:00"), None, 75),
    ]  # fmt: skip
    earlier = cell_timeline(world.desk, "rate", "110000", parse_period("2023"), as_of=BEFORE)
    assert earlier is not None
    assert [one.submission_id for one in earlier.revisions] == [story.revisions[0].submission_id]
    accepted = cell_timeline(world.desk, "rate", "110000", parse_period("2023"), accepted_only=True)
    assert accepted is not None
    assert [one.submission_id for one in accepted.revisions] == [story.revisions[0].submission_id, last]
    assert cell_timeline(world.desk, "none", "110000", parse_period("2023")) is None


def test_the_steps_of_a_cell_are_what_the_scorecard_showed(world: World) -> None:
    """At every acceptance the timeline's step and the scorecard agree."""
    _restate(world)
    world.accept(world.send("110000", "2023", when="2025-04-20T09:00", vintage="bulletin", rate="74"))
    world.accept(world.send("110000", "2023", when="2025-04-21T09:00", rate="76", number="10"))
    story = cell_timeline(world.desk, "rate", "110000", parse_period("2023"))
    assert story is not None
    moments = [one.accepted_at for one in story.revisions if one.accepted_at is not None]
    assert len(moments) == 4
    for moment in moments:
        frame = world.desk.scorecard(region="110000", period="2023", as_of=moment).frame
        shown = frame[frame["indicator_id"] == "rate"]["value"].iloc[0]
        step = next(one for one in story.steps if one.since <= moment and (one.until is None or moment < one.until))
        assert step.revision.figure is not None
        assert float(step.revision.figure.value) == shown
