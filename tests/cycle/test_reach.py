"""Reviewers of some indicators: what they see, remark on, return and accept, and what they are told of the rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.access.actors import Actor
from monitor.intake.cycle import Cycle
from monitor.intake.submission_errors import (
    ForbiddenError,
    NotAssignedError,
    PartlyAssignedError,
    UnknownSubmissionError,
)
from monitor.store.store import Store

from .forms import shipped
from .in_process import reading_in_process

DRUGS = frozenset({"procured_drugs"})
REPORTER = Actor("王", "reporter", frozenset({"320000"}))
WHOLE = Actor("全", "reviewer")
OF_DRUGS = Actor("药", "reviewer", indicators=DRUGS)
OF_BOTH = Actor("两", "reviewer", indicators=frozenset({"procured_drugs", "procured_consumables"}))
OF_FUND = Actor("金", "reviewer", indicators=frozenset({"fund_income"}))
ELSEWHERE = Actor("浙", "reviewer", frozenset({"330000"}), DRUGS)
PLANNER = Actor("计", "planner", indicators=DRUGS)  # a scope that the role does not have is not looked at


@pytest.fixture
def cycle() -> Iterator[Cycle]:
    with Store.open(":memory:") as store, reading_in_process():
        yield Cycle(store, *shipped())


def send(cycle: Cycle, folder: Path, **figures: str) -> int:
    path = folder / "sent.csv"
    rows = "".join(f"{name},320000,2025,{value}\n" for name, value in figures.items())
    path.write_text("indicator_id,region_code,period,value\n" + rows, encoding="utf-8")
    number = cycle.send(REPORTER, path, name="sent.csv", explain="补报").submissions[0].submission_id
    assert number is not None
    return number


def queue(cycle: Cycle, actor: Actor) -> list[int]:
    return [line.submission.submission_id for line in cycle.queue(actor)]


def test_a_submission_is_theirs_to_see_where_one_of_its_indicators_is(cycle: Cycle, tmp_path: Path) -> None:
    both = send(cycle, tmp_path, procured_drugs="512", procured_consumables="6")
    for actor in (WHOLE, OF_DRUGS, OF_BOTH, PLANNER):
        assert queue(cycle, actor) == [both] and len(cycle.review(actor, both).cells) == 2
    for actor in (OF_FUND, ELSEWHERE):
        assert queue(cycle, actor) == []
        with pytest.raises(UnknownSubmissionError):
            cycle.review(actor, both)
        with pytest.raises(UnknownSubmissionError):
            cycle.return_(actor, both, reason="口径")
    cycle.comment(OF_DRUGS, both, {"procured_drugs": "请核对", "": "整体"})
    cycle.accept(PLANNER, both)
    # accepted figures are everybody's, what reviewers said of them is not
    assert len(cycle.review(OF_FUND, both).cells) == 2 and cycle.review(OF_FUND, both).remarks == ()
    assert len(cycle.review(OF_DRUGS, both).remarks) == 2
    with pytest.raises(ForbiddenError):
        cycle.comment(OF_FUND, both, {"": "整体"})


def test_remarks_stand_at_ones_own_indicators(cycle: Cycle, tmp_path: Path) -> None:
    both = send(cycle, tmp_path, procured_drugs="512", procured_consumables="6")
    with pytest.raises(NotAssignedError) as refused:
        cycle.comment(OF_DRUGS, both, {"procured_drugs": "请核对", "procured_consumables": "请核对"})
    assert "procured_consumables" in refused.value.zh and "procured_drugs" not in refused.value.en
    with pytest.raises(NotAssignedError):
        cycle.return_(OF_DRUGS, both, reason="口径", remarks={"procured_consumables": "请核对"})
    assert cycle.review(WHOLE, both).remarks == ()
    cycle.return_(OF_DRUGS, both, reason="口径", remarks={"procured_drugs": "请核对", "procured_consumables": " "})
    assert cycle.review(WHOLE, both).submission.state == "returned"


def test_only_who_has_all_that_was_sent_accepts_and_the_refusal_says_who_can(cycle: Cycle, tmp_path: Path) -> None:
    both = send(cycle, tmp_path, procured_drugs="512", procured_consumables="6")
    with pytest.raises(PartlyAssignedError) as refused:
        cycle.accept(OF_DRUGS, both)
    assert "procured_consumables" in refused.value.zh and "计划员" in refused.value.zh
    assert "a planner can accept it" in refused.value.en
    decided = {one.submission_id: one.error for one in cycle.accept_clean(OF_DRUGS, [both, 99])}
    assert isinstance(decided[both], PartlyAssignedError) and isinstance(decided[99], UnknownSubmissionError)
    assert [type(one.error) for one in cycle.accept_clean(OF_FUND, [both])] == [UnknownSubmissionError]
    assert [one.error for one in cycle.accept_clean(OF_BOTH, [both])] == [None]
    # the cell that is carried over was accepted before, by somebody who had it
    drugs = send(cycle, tmp_path, procured_drugs="513")
    cycle.accept(OF_DRUGS, drugs, explain="更正")
    cells = {cell.indicator_id: cell.cell.change for cell in cycle.review(OF_DRUGS, drugs).cells}
    assert cells == {"procured_drugs": "updated", "procured_consumables": "carried"}
    assert cycle.review(OF_DRUGS, drugs).submission.state == "accepted"


def test_the_latest_revision_waits_even_where_an_earlier_one_had_more(cycle: Cycle, tmp_path: Path) -> None:
    send(cycle, tmp_path, procured_drugs="512", procured_consumables="6")
    latest = send(cycle, tmp_path, procured_consumables="7")
    assert queue(cycle, OF_DRUGS) == [] and queue(cycle, OF_BOTH) == [latest]
