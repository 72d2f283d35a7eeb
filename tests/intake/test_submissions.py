"""What becomes of a file: revisions, what they carry, what waits, and what a reviewer may do."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from monitor.intake.problems import FileProblem
from monitor.intake.revisions import LOST_FIGURE
from monitor.intake.submissions import (
    ExplanationMissingError,
    LaterAcceptedError,
    NotSenderError,
    ReasonMissingError,
    SubmissionError,
    UnknownSubmissionError,
    WrongStateError,
    accept,
    explain,
    ingest,
    list_submissions,
    return_,
    show,
    withdraw,
)
from monitor.store.migrations import SQL
from monitor.store.store import Store
from tests.store.world import Clock, File, Sent, country, day, figures, send, send_file, visible


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(":memory:", clock=Clock()) as opened:
        yield opened


def _problem(severity: str, row: int | None, code: str = "odd") -> FileProblem:
    return FileProblem("file.csv", None, row, "数值", code, severity, "中文", "English", "x")  # type: ignore[arg-type]


def _counts(store: Store) -> list[tuple[object, ...]]:
    """How many rows each table has, and the newest event: equal when nothing was written."""
    asked = {"as_of": None, "submission_ids": None, "receipt_ids": None, "region_codes": None, "forms": None}
    listed = store.ask(SQL / "submissions_as_of.sql", {**asked, "periods": None, "states": None, "most": None})
    return [*store.ask(SQL / "last_event.sql"), (len(listed),)]


# what a file becomes


def test_a_file_is_split_by_region_form_period_and_vintage(store: Store) -> None:
    result = send(
        store,
        Sent("a", "120000", "2023-06"),
        Sent("b", "120000", "2023-06"),
        Sent("a", "120000", "2023-07"),
        Sent("a", "110000", "2023-06"),
        Sent("a", "110000", "2023-06", vintage="flash"),
    )
    parts = {(o.region_code, o.form, o.period, o.vintage): o.created for o in result.submissions}
    assert parts == {
        ("120000", "nation", "2023-06", "reported"): 2,
        ("120000", "nation", "2023-07", "reported"): 1,
        ("110000", "nation", "2023-06", "reported"): 1,
        ("110000", "nation", "2023-06", "flash"): 1,
    }
    assert (result.verdict, result.created, result.row_count) == ("review", 5, 5)
    assert sorted(o.submission_id or 0 for o in result.submissions) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("indicator", "region", "form"),
    [
        ("b", "120000", "nation"),  # in the nation's tree alone
        ("b", "110000", "nation"),  # in both: the plan loaded first
        ("d", "110101", "capital"),  # the capital's alone has d, and the district lies in its tree
        ("d", "120000", "capital"),  # in no tree of a plan with d: the first plan that has it
    ],
)
def test_a_row_belongs_to_the_first_plan_that_has_the_indicator_for_the_region(
    store: Store, indicator: str, region: str, form: str
) -> None:
    assert send(store, Sent(indicator, region)).submissions[0].form == form


def test_each_cell_is_created_updated_unchanged_or_carried(store: Store) -> None:
    send(store, Sent("a", value="1"), Sent("b", value="2"), Sent("d", "110000"), accept=True)
    result = send(store, Sent("a", value="1.000"), Sent("b", value="3"), accept=True)
    assert (result.created, result.updated, result.unchanged, result.carried) == (0, 1, 1, 0)
    result = send(store, Sent("c", value="4"), accept=True)
    assert (result.created, result.updated, result.unchanged, result.carried) == (1, 0, 0, 2)
    assert [o.revision for o in result.submissions] == [3]
    assert visible(store) == {
        ("a", "120000", "2023-06", "reported"): Decimal(1),
        ("b", "120000", "2023-06", "reported"): Decimal(3),
        ("c", "120000", "2023-06", "reported"): Decimal(4),
        ("d", "110000", "2023-06", "reported"): Decimal(1),
    }


@pytest.mark.parametrize(
    "other",
    [
        Sent(note="now with a note"),
        Sent(published_on=date(2024, 1, 1)),
        Sent(value=None, state="withheld"),
        Sent(value=None, numerator="1", denominator="100"),
    ],
)
def test_whatever_a_row_says_differently_is_an_update(store: Store, other: Sent) -> None:
    send(store, Sent(), accept=True)
    assert send(store, other, accept=True).updated == 1
    assert send(store, other, accept=True).unchanged == 1


def test_carried_cells_name_who_sent_them(store: Store) -> None:
    send(store, Sent("a"), Sent("b"), accept=True)
    send(store, Sent("b", value="2"), accept=True)
    send(store, Sent("c", value="3"), accept=True)
    asked = {"as_of": None, "indicator_ids": ["a", "b", "c"], "region_codes": None, "periods": None}
    rows = store.ask(SQL / "cell_history.sql", asked)
    told = [(row[0], row[5], row[7], row[12]) for row in rows]  # indicator, revision, carried_from, value
    assert told == [
        ("a", 1, None, 1), ("a", 2, 1, 1), ("a", 3, 1, 1),
        ("b", 1, None, 1), ("b", 2, None, 2), ("b", 3, 2, 2),
        ("c", 3, None, 3),
    ]  # fmt: skip
    changes = {cell.indicator_id: (cell.change, cell.was_submission_id) for cell in show(store, 3).cells}
    assert changes == {"a": ("carried", 1), "b": ("carried", 2), "c": ("created", None)}


def test_the_preview_of_a_waiting_submission_shows_what_it_would_carry(store: Store) -> None:
    send(store, Sent("a"), Sent("b"), accept=True)
    result = send(store, Sent("b", value="5"))
    assert (result.updated, result.carried) == (1, 1)
    cells = show(store, 2).cells
    assert [(c.indicator_id, c.change, c.value, c.was_value) for c in cells] == [
        ("b", "updated", Decimal(5), Decimal(1)),
        ("a", "carried", None, Decimal(1)),
    ]
    assert len(visible(store)) == 2 and visible(store)["b", "120000", "2023-06", "reported"] == 1


def test_a_pending_revision_is_what_the_next_file_is_compared_with(store: Store) -> None:
    send(store, Sent("a"), Sent("b"), accept=True)
    send(store, Sent("a", value="2"))
    again = send(store, Sent("a", value="2"), Sent("b"))
    assert (again.verdict, again.unchanged, again.submissions[0].submission_id) == ("duplicate", 2, 2)
    back = send(store, Sent("a", value="1"))  # as in force, but not what was said last
    assert (back.updated, back.submissions[0].revision) == (1, 3)


# the same again


def test_the_same_file_again_changes_nothing(store: Store) -> None:
    file = File((Sent("a"), Sent("b", value=None)))
    first = send_file(store, file)
    before = _counts(store)
    again = send_file(store, file)
    assert (again.verdict, again.receipt_id, again.duplicate_of) == ("duplicate", first.receipt_id, first.receipt_id)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    assert _counts(store) == before


def test_the_same_figures_in_another_file_get_a_receipt_and_no_revision(store: Store) -> None:
    first = send(store, Sent("a"))
    again = send_file(store, File((Sent("a"),), bytes_=b"other bytes"))
    assert (again.verdict, again.duplicate_of) == ("duplicate", first.receipt_id)
    assert again.receipt_id != first.receipt_id
    assert len(list_submissions(store)) == 1


@pytest.mark.parametrize("ending", ["returned", "withdrawn"])
def test_a_file_sent_again_after_its_return_is_a_new_revision(store: Store, ending: str) -> None:
    file = File((Sent("a"),))
    send_file(store, file)
    if ending == "returned":
        return_(store, 1, by="reviewer", reason="check the scope")
    else:
        withdraw(store, 1, by="reporter")
    again = send_file(store, file)
    assert (again.verdict, again.created, again.submissions[0].revision) == ("review", 1, 2)
    assert [s.state for s in list_submissions(store)] == ["submitted", ending]


def test_an_old_file_sent_again_after_a_newer_one_is_a_restatement(store: Store) -> None:
    old, new = File((Sent("a", value="1"),)), File((Sent("a", value="2"),))
    send_file(store, old, accept=True)
    send_file(store, new, accept=True)
    replay = send_file(store, old)
    assert (replay.verdict, replay.updated, replay.submissions[0].revision) == ("review", 1, 3)
    assert figures(store)["a", "120000", "2023-06"] == 2


def test_the_same_file_with_accept_accepts_what_waits(store: Store) -> None:
    file = File((Sent("a"),))
    send_file(store, file)
    assert figures(store) == {}
    again = send_file(store, file, by="operator", accept=True)
    assert (again.verdict, again.submissions[0].state) == ("duplicate", "accepted")
    assert figures(store) == {("a", "120000", "2023-06"): Decimal(1)}
    before = _counts(store)
    send_file(store, file, accept=True)
    assert _counts(store) == before


# queries


def test_missing_where_a_figure_was_is_a_query_and_waits_for_an_explanation(store: Store) -> None:
    send(store, Sent("a", value="27.50"), Sent("b"), accept=True)
    file = File((Sent("b"), Sent("a", value=None)))
    result = send_file(store, file, accept=True)
    assert result.verdict == "review"
    assert [(o.state, o.waits, o.queries) for o in result.submissions] == [("submitted", "explanation", 1)]
    (problem,) = result.problems
    assert (problem.code, problem.severity, problem.row, problem.text) == (LOST_FIGURE, "query", 3, "27.5")
    assert figures(store)["a", "120000", "2023-06"] == Decimal("27.5")
    with pytest.raises(ExplanationMissingError):
        accept(store, 2, by="reviewer")
    explained = send_file(store, file, accept=True, explain="the survey was stopped")
    assert (explained.verdict, explained.submissions[0].state) == ("duplicate", "accepted")
    assert figures(store)["a", "120000", "2023-06"] is None
    assert list_submissions(store, ids=[2])[0].explanation == "the survey was stopped"


def test_withheld_or_not_applicable_where_a_figure_was_is_no_query(store: Store) -> None:
    send(store, Sent("a"), Sent("b"), accept=True)
    result = send(
        store, Sent("a", value=None, state="withheld"), Sent("b", value=None, state="not_applicable"), accept=True
    )
    assert (result.verdict, result.problems) == ("accept", ())


def test_only_the_parts_with_a_query_wait(store: Store) -> None:
    rows = (Sent("a", period="2023-06"), Sent("a", period="2023-07"))
    result = send_file(store, File(rows, problems=(_problem("query", 3), _problem("warning", 2))), accept=True)
    assert [(o.period, o.state, o.waits) for o in result.submissions] == [
        ("2023-06", "accepted", None),
        ("2023-07", "submitted", "explanation"),
    ]
    assert [n.severity for n in show(store, 1).notices] == ["warning"]
    assert [(n.severity, n.line, n.column, n.zh) for n in show(store, 2).notices] == [("query", 3, "数值", "中文")]


def test_a_query_about_the_whole_file_concerns_every_part(store: Store) -> None:
    rows = (Sent("a", period="2023-06"), Sent("a", period="2023-07"))
    result = send_file(store, File(rows, problems=(_problem("query", None),)), accept=True)
    assert [o.waits for o in result.submissions] == ["explanation", "explanation"]


def test_more_queries_than_are_listed_make_every_part_wait(store: Store) -> None:
    rows = (Sent("a", period="2023-06"), Sent("a", period="2023-07"))
    cut = File(rows, problems=(_problem("query", 2),), problem_count=2)
    assert [o.waits for o in send_file(store, cut, accept=True).submissions] == ["explanation", "explanation"]
    whole = File(rows, problems=(_problem("query", 2), _problem("warning", 3)), problem_count=3, bytes_=b"x")
    assert send_file(store, whole, accept=True).verdict == "duplicate"


def test_an_explanation_with_the_file_lets_it_pass_and_stays_with_it(store: Store) -> None:
    file = File((Sent("a"),), problems=(_problem("query", 2),))
    assert send_file(store, file, accept=True, explain="checked with the bureau").verdict == "warn"
    assert list_submissions(store)[0].explanation == "checked with the bureau"


def test_an_explanation_can_be_given_later(store: Store) -> None:
    send_file(store, File((Sent("a"),), problems=(_problem("query", 2),)))
    with pytest.raises(ExplanationMissingError):
        explain(store, 1, by="reporter", text="  ")
    explain(store, 1, by="reporter", text="a new hospital")
    accept(store, 1, by="reviewer")
    (submission,) = list_submissions(store)
    assert (submission.state, submission.explanation, submission.state_by) == ("accepted", "a new hospital", "reviewer")


def test_an_explanation_sent_with_the_same_file_is_added_once(store: Store) -> None:
    file = File((Sent("a"),), problems=(_problem("query", 2),))
    send_file(store, file)
    send_file(store, file, explain="why")
    before = _counts(store)
    send_file(store, file, explain="why")
    assert _counts(store) == before
    assert [event.action for event in show(store, 1).events] == ["submitted", "submitted"]
    accepted = send_file(store, file, accept=True)
    assert [(o.state, o.waits) for o in accepted.submissions] == [("accepted", None)]


# refusal, dry run


@pytest.mark.parametrize(("row", "verdict"), [(2, "rows"), (None, "reject")])
def test_nothing_of_a_refused_file_is_stored_but_its_receipt(store: Store, row: int | None, verdict: str) -> None:
    file = File((Sent("a"), Sent("b")), problems=(_problem("error", row),), blocked=True)
    result = send_file(store, file, accept=True)
    assert (result.verdict, result.is_refused, result.rejected, result.receipt_id) == (verdict, True, 2, 1)
    assert list_submissions(store) == () and figures(store) == {}
    assert [r[4] for r in store.ask(SQL / "receipt_issues.sql", {"receipt_id": 1})] == ["odd"]
    assert send_file(store, file).receipt_id == 2  # read again: the catalogue may have changed meanwhile
    good = File((Sent("a"), Sent("b")))
    assert send_file(store, good).created == 2


def test_a_dry_run_computes_everything_and_writes_nothing(store: Store) -> None:
    send(store, Sent("a"), Sent("b"), accept=True)
    before, version = _counts(store), store.data_version()
    result = send(store, Sent("a", value=None), Sent("c"), accept=True, dry_run=True)
    assert (result.created, result.updated, result.carried, result.receipt_id) == (1, 1, 1, None)
    assert [(o.submission_id, o.revision, o.waits) for o in result.submissions] == [(None, 2, "explanation")]
    assert [p.code for p in result.problems] == [LOST_FIGURE]
    assert _counts(store) == before and store.data_version() == version
    assert send(store, Sent("c")).submissions[0].submission_id == 2


# states


def test_a_revision_cannot_be_accepted_once_a_later_one_has_been(store: Store) -> None:
    send(store, Sent("a", value="1"))
    send(store, Sent("a", value="2"))
    accept(store, 2, by="reviewer")
    with pytest.raises(LaterAcceptedError) as caught:
        accept(store, 1, by="reviewer")
    assert caught.value.later_id == 2 and "2" in caught.value.zh
    return_(store, 1, by="reviewer", reason="overtaken")
    assert figures(store)["a", "120000", "2023-06"] == 2


def test_earlier_waiting_revisions_can_be_accepted_in_order(store: Store) -> None:
    send(store, Sent("a", value="1"))
    send(store, Sent("b", value="2"))
    accept(store, 1, by="reviewer")
    accept(store, 2, by="reviewer")
    assert figures(store) == {("a", "120000", "2023-06"): 1, ("b", "120000", "2023-06"): 2}
    assert [s.state for s in list_submissions(store)] == ["accepted", "superseded"]


def _to(store: Store, state: str) -> None:
    send(store, Sent("a", value="1"))
    if state == "returned":
        return_(store, 1, by="reviewer", reason="why")
    elif state == "withdrawn":
        withdraw(store, 1, by="reporter")
    else:
        accept(store, 1, by="reviewer")
        if state == "superseded":
            send(store, Sent("a", value="2"), accept=True)


@pytest.mark.parametrize("state", ["accepted", "superseded", "returned", "withdrawn"])
def test_no_state_but_submitted_can_be_acted_on(store: Store, state: str) -> None:
    _to(store, state)
    before = _counts(store)
    for act in (
        lambda: accept(store, 1, by="reviewer"),
        lambda: return_(store, 1, by="reviewer", reason="why"),
        lambda: withdraw(store, 1, by="reporter"),
        lambda: explain(store, 1, by="reporter", text="why"),
    ):
        with pytest.raises(WrongStateError) as caught:
            act()
        assert caught.value.state == state
    assert _counts(store) == before


def test_a_return_needs_a_reason_which_stays_with_it(store: Store) -> None:
    send(store, Sent("a"))
    for nothing in ("", "  "):
        with pytest.raises(ReasonMissingError):
            return_(store, 1, by="reviewer", reason=nothing)
    return_(store, 1, by="reviewer", reason="unit?")
    assert list_submissions(store)[0].detail == {"reason": "unit?"}


def test_only_the_sender_withdraws(store: Store) -> None:
    send(store, Sent("a"), by="beijing")
    with pytest.raises(NotSenderError):
        withdraw(store, 1, by="tianjin")
    withdraw(store, 1, by="beijing", reason="wrong file")
    assert list_submissions(store)[0].state == "withdrawn"


def test_an_unknown_submission_is_named_in_both_languages(store: Store) -> None:
    for act in (lambda: accept(store, 7, by="x"), lambda: show(store, 7)):
        with pytest.raises(UnknownSubmissionError) as caught:
            act()
        assert "7" in caught.value.zh and "7" in caught.value.en and isinstance(caught.value, SubmissionError)


# time


def test_a_back_dated_acceptance_is_marked_and_never_in_the_future(store: Store) -> None:
    past, future = datetime(2023, 7, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)
    send(store, Sent("a"), accept=True, accepted_at=past)
    send(store, Sent("a", value="2"), accept=True, accepted_at=future)
    newer, older = list_submissions(store)
    assert older.estimated and older.submitted_at == day(2023, 7, 1)
    assert newer.submitted_at < day(2026, 1, 2)
    assert figures(store, as_of=past)["a", "120000", "2023-06"] == 1
    assert list_submissions(store, as_of=past)[0].state == "accepted"
    send(store, Sent("b"), accept=True)
    assert not list_submissions(store)[0].estimated


def test_a_state_and_the_newest_few_are_asked_for_as_they_were_at_a_moment(store: Store) -> None:
    for number, month in enumerate(("2023-01", "2023-02", "2023-03"), 1):
        send(store, Sent("a", period=month))
        if number != 2:
            accept(store, number, by="reviewer")
    then = store.now()
    return_(store, 2, by="reviewer", reason="unit?")
    send(store, Sent("a", period="2023-04"))
    send(store, Sent("a", value="2", period="2023-01"), accept=True)

    def ids(**asked: Any) -> list[int]:
        return [one.submission_id for one in list_submissions(store, **asked)]

    assert (ids(states=["submitted"]), ids(states=["submitted"], as_of=then)) == ([4], [2])
    assert (ids(states=["accepted"]), ids(states=["accepted"], as_of=then)) == ([5, 3], [3, 1])
    assert ids(states=["returned", "superseded"]) == [2, 1]
    assert (ids(most=2), ids(most=2, as_of=then)) == ([5, 4], [3, 2])
    assert (ids(states=["accepted"], most=1), ids(states=["accepted"], most=1, as_of=then)) == ([5], [3])
    assert ids(states=["accepted"], ids=[1, 2, 4]) == []


def test_a_clock_that_goes_back_does_not_make_times_decrease() -> None:
    clock = Clock()
    with Store.open(":memory:", clock=clock) as store:
        send(store, Sent("a", value="1"), accept=True)
        clock.time = datetime(2020, 1, 1, tzinfo=UTC)
        send(store, Sent("a", value="2"))
        accept(store, 2, by="reviewer")
        events = sorted((*show(store, 1).events, *show(store, 2).events), key=lambda event: event.seq)
        times = [event.at for event in events]
        assert times == sorted(times) and min(times) > day(2025, 12, 31)
        assert figures(store, as_of=times[-1])["a", "120000", "2023-06"] == 2


def test_an_event_tells_who_did_what_when(store: Store) -> None:
    send(store, Sent("a"), by="beijing")
    accept(store, 1, by="reviewer")
    send(store, Sent("a", value="2"), by="operator", accept=True)
    events = [(e.action, e.actor) for e in show(store, 1).events]
    assert events == [("submitted", "beijing"), ("accepted", "reviewer"), ("superseded", "operator")]
    assert show(store, 1).events[-1].detail == {"by": 2}
    seen = show(store, 1, as_of=show(store, 1).events[1].at)
    assert (seen.submission.state, len(seen.events)) == ("accepted", 2)


# concurrency


def test_revisions_have_no_gap_and_no_double_under_eight_threads(store: Store) -> None:
    files = [File((Sent("a", region, value=str(n)),)) for n in range(24) for region in ("120000", "110000")]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda file: send_file(store, file), files))
    assert all(result.created + result.updated == 1 for result in results)
    listed = list_submissions(store)
    assert sorted(s.submission_id for s in listed) == list(range(1, 49))
    for region in ("120000", "110000"):
        assert sorted(s.revision for s in listed if s.region_code == region) == list(range(1, 25))


def test_one_file_from_eight_threads_is_one_submission(store: Store) -> None:
    file = File((Sent("a"), Sent("b")))
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: send_file(store, file, accept=True), range(16)))
    assert sorted(result.verdict for result in results) == ["accept", *["duplicate"] * 15]
    assert {result.receipt_id for result in results} == {1}
    assert len(list_submissions(store)) == 1


# listing


def test_submissions_are_listed_newest_first_and_filtered(store: Store) -> None:
    send(store, Sent("a", "120000", "2023-06"), Sent("a", "110000", "2023-07"))
    send(store, Sent("d", "110000", "2023-07"), accept=True)

    def ids(**filters: object) -> list[int]:
        return [s.submission_id for s in list_submissions(store, **filters)]  # type: ignore[arg-type]

    assert ids() == [3, 2, 1]
    assert ids(most=1) == [3]
    assert ids(regions=["110000"]) == [3, 1]
    assert ids(periods=["2023-06"]) == [2]
    assert ids(forms=["capital"]) == [3]
    assert ids(states=["submitted"]) == [2, 1]
    assert ids(receipts=[1], regions=["120000"]) == [2]
    assert ids(states=[]) == []
    assert ids(as_of=day(2020, 1, 1)) == []


# the whole way from a file


def test_a_real_file_goes_all_the_way(tmp_path: Path) -> None:
    catalogues, regions = country()
    sent = tmp_path / "六月 报送.csv"
    sent.write_text(
        "指标编码,地区代码,报告期,数值\na,120000,2023年6月,27.5\nb,120000,2023-06,保密\n", encoding="utf-8-sig"
    )
    with Store.open(tmp_path / "data" / "monitor.duckdb") as store:
        result = ingest(store, catalogues, regions, sent, by="operator", accept=True)
        assert (result.file, result.created, result.receipt_id) == ("六月 报送.csv", 2, 1)
        assert (
            store.received_folder is not None and store.received_folder.joinpath("1").read_bytes() == sent.read_bytes()
        )
        again = ingest(store, catalogues, regions, sent, by="operator", accept=True)
        assert (again.verdict, again.duplicate_of) == ("duplicate", 1)
        assert [p.name for p in store.received_folder.iterdir()] == ["1"]
        assert list(store.staging_folder.iterdir()) == []
        assert figures(store) == {("a", "120000", "2023-06"): Decimal("27.5"), ("b", "120000", "2023-06"): None}
        sent.write_text("指标编码,地区代码,报告期,数值\nzzz,120000,2023-06,1\n", encoding="utf-8")
        refused = ingest(store, catalogues, regions, sent, by="operator", accept=True)
        assert (refused.verdict, refused.rejected) == ("rows", 1)
        assert (store.received_folder / "2").read_bytes() == sent.read_bytes()
        with pytest.raises(OSError):
            ingest(store, catalogues, regions, tmp_path / "nowhere.csv", by="operator")
        assert list(store.staging_folder.iterdir()) == []


def test_the_receipt_holds_the_hash_of_the_bytes_that_are_kept(tmp_path: Path) -> None:
    with Store.open(tmp_path / "monitor.duckdb") as store:
        for value in ("1", "2"):
            send(store, Sent("a", value=value))
        send(store, Sent("a", value="9"), dry_run=True)
        kept = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in (tmp_path / "received").iterdir()}
        assert sorted(kept) == ["1", "2"]
        events = [e for s in list_submissions(store) for e in show(store, s.submission_id).events]
        assert len(events) == 2
