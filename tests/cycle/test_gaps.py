"""What a file leaves out is told before it is submitted, and restated figures are counted against what is accepted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.access.actors import Actor
from monitor.intake.cycle import Cycle, Draft
from monitor.store.store import Store

from .forms import shipped
from .in_process import reading_in_process

REPORTER = Actor("王", "reporter", frozenset({"320000"}))
REVIEWER = Actor("李", "reviewer")


@pytest.fixture
def cycle() -> Iterator[Cycle]:
    with Store.open(":memory:") as store:
        yield Cycle(store, *shipped())


def draft(cycle: Cycle, folder: Path, **figures: str) -> Draft:
    rows = "".join(f"{name},320000,2025,{value}\n" for name, value in figures.items())
    path = folder / "sent.csv"
    path.write_text("indicator_id,region_code,period,value\n" + rows, encoding="utf-8")
    with reading_in_process():
        return cycle.draft(REPORTER, path, name="sent.csv")


def submit(cycle: Cycle, one: Draft, reason: str | None = None) -> int:
    with reading_in_process():
        result = cycle.submit(REPORTER, one.receipt_id, reason=reason)
    number = result.submissions[0].submission_id
    assert number is not None
    return number


def codes(one: Draft) -> dict[str, str | None]:
    return {problem.code: problem.text for problem in one.result.problems}


def test_a_form_that_is_not_filled_says_what_is_lacking_and_is_not_clean(cycle: Cycle, tmp_path: Path) -> None:
    half = draft(cycle, tmp_path, procured_drugs="512")
    assert codes(half)["form_incomplete"] == "procured_consumables"
    submit(cycle, half)
    assert [(line.has_gaps, line.is_clean) for line in cycle.queue(REVIEWER)] == [(True, False)]
    whole = draft(cycle, tmp_path, procured_drugs="513", procured_consumables="6")
    assert "form_incomplete" not in codes(whole)
    submit(cycle, whole)
    assert [(line.has_gaps, line.is_clean) for line in cycle.queue(REVIEWER)] == [(False, True)]


def test_what_the_waiting_revision_said_and_the_next_leaves_out_is_told(cycle: Cycle, tmp_path: Path) -> None:
    submit(cycle, draft(cycle, tmp_path, procured_drugs="512", procured_consumables="6"))
    partial = draft(cycle, tmp_path, procured_drugs="513")
    assert codes(partial)["waiting_not_carried"] == "procured_consumables"
    submit(cycle, partial)
    assert not cycle.queue(REVIEWER)[0].is_clean
    cycle.accept(REVIEWER, cycle.queue(REVIEWER)[0].submission.submission_id)
    carried = draft(cycle, tmp_path, procured_consumables="7")
    assert "waiting_not_carried" not in codes(carried) and "form_incomplete" not in codes(carried)


def test_restated_figures_are_those_that_differ_from_the_accepted_ones(cycle: Cycle, tmp_path: Path) -> None:
    first = submit(cycle, draft(cycle, tmp_path, procured_drugs="512", procured_consumables="6"))
    cycle.accept(REVIEWER, first)
    submit(cycle, draft(cycle, tmp_path, procured_drugs="600"), reason="更正")
    again = draft(cycle, tmp_path, procured_drugs="600", procured_consumables="7")
    assert again.restated == 2, "the drugs differ from what is accepted though not from what waits"
    was = {change.indicator_id: change.was.text for change in again.changes if change.was and change.restates}
    assert was == {"procured_drugs": "512 个", "procured_consumables": "6 类"}
    assert submit(cycle, again, reason="更正") and cycle.queue(REVIEWER)[0].restated == 2


def test_a_file_that_says_nothing_new_is_put_away(cycle: Cycle, tmp_path: Path) -> None:
    submit(cycle, draft(cycle, tmp_path, procured_drugs="512", procured_consumables="6"))
    again = draft(cycle, tmp_path, procured_drugs="512", procured_consumables="6")
    assert (again.result.verdict, again.result.duplicate_of, again.state) == ("duplicate", 1, "discarded")
