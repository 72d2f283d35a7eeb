"""Who signed a form: read with it, shown to its unit and its reviewers alone, erased without a trace and with proof."""

from __future__ import annotations

import hashlib
import html
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from monitor.access.actors import Actor
from monitor.catalogue.base import Language
from monitor.intake import erasing
from monitor.intake.annotated import annotate
from monitor.intake.cycle import Cycle
from monitor.intake.people import list_people
from monitor.intake.submission_errors import ForbiddenError, ReasonNamesError, UnknownReceiptError
from monitor.intake.template_marks import FOOT
from monitor.store.store import Store

from .forms import SIGNED, UNIT, form, shipped
from .in_process import reading_in_process

REPORTER = Actor("江苏填报", "reporter", frozenset({UNIT}))
FOREIGN = Actor("浙江填报", "reporter", frozenset({"330000"}))
REVIEWER = Actor("审核", "reviewer")
PLANNER = Actor("计划", "planner")
VIEWER = Actor("领导", "viewer")
OPERATOR = Actor("运维", "operator")
CONSOLE = Actor("root", "console")
FIGURES = {"procured_drugs": 512, "procured_consumables": 6}


@pytest.fixture
def cycle(tmp_path: Path) -> Iterator[Cycle]:
    with opened(tmp_path) as store, reading_in_process():
        yield cycle_of(store)


def opened(folder: Path) -> Store:
    return Store.open(folder / "monitor.duckdb")


def cycle_of(store: Store) -> Cycle:
    return Cycle(store, *shipped())


def submitted(cycle: Cycle, folder: Path, people: dict[str, object] | None = None) -> tuple[int, int]:
    """The ids of the receipt and of the submission."""
    path = form(cycle, folder, FIGURES, SIGNED if people is None else people)
    draft = cycle.draft(REPORTER, path, name="f.xlsx")
    assert draft.result.problems == () or {p.code for p in draft.result.problems} <= {"late", "period_closed"}
    (outcome,) = cycle.submit(
        REPORTER, draft.receipt_id, explanations={q.key: "补报" for q in draft.queries}
    ).submissions
    assert outcome.submission_id is not None
    return draft.receipt_id, outcome.submission_id


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_stands_at_the_foot_is_read_and_changes_nothing_else(
    cycle: Cycle, tmp_path: Path, language: Language
) -> None:
    signed = cycle.draft(REPORTER, form(cycle, tmp_path, FIGURES, language=language), name="f.xlsx")
    people = cycle.people_of_draft(REPORTER, signed.receipt_id)
    assert people is not None and people.filled == SIGNED
    bare = cycle.draft(REPORTER, form(cycle, tmp_path, FIGURES, {}, language=language), name="f.xlsx")
    assert cycle.people_of_draft(REPORTER, bare.receipt_id).filled == {}  # type: ignore[union-attr]
    assert bare.result.problems == signed.result.problems and bare.changes == signed.changes


def test_hands_that_fill_a_form_otherwise_are_understood(cycle: Cycle, tmp_path: Path) -> None:
    path = form(cycle, tmp_path, FIGURES, {"phone": 13800138000, "date": "  2026-01-12 "})
    book = openpyxl.load_workbook(path)
    cells = {str(cell.value): cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value}
    cells["单位负责人："].value = "单 位负责人: 钱\u200b学礼\n" + "长" * 200
    book.save(path)
    draft = cycle.draft(REPORTER, path, name="f.xlsx")
    found = cycle.people_of_draft(REPORTER, draft.receipt_id)
    assert found is not None and found.filled["phone"] == "13800138000" and found.filled["date"] == "2026-01-12"
    head = found.filled["head"]
    assert head.startswith("钱\\u200b学礼\\u000a长长") and head.endswith("长…") and len(head) < 120


def test_only_a_form_has_a_foot(cycle: Cycle, tmp_path: Path) -> None:
    path = form(cycle, tmp_path, FIGURES)
    book = openpyxl.load_workbook(path)
    cell = next(cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == FOOT)
    cell.value = None
    book.save(path)
    cycle.draft(REPORTER, path, name="f.xlsx")
    assert list_people(cycle.store, CONSOLE) == ()


def test_its_unit_and_reviewers_see_who_signed_and_nobody_else(cycle: Cycle, tmp_path: Path) -> None:
    receipt, number = submitted(cycle, tmp_path)
    cycle.accept(PLANNER, number, explain="已核实")
    of_drugs = Actor("药品", "reviewer", indicators=frozenset({"procured_drugs"}))
    of_others = Actor("基金", "reviewer", indicators=frozenset({"fund_income"}))
    of_zhejiang = Actor("浙江", "reviewer", frozenset({"330000"}))
    for actor in (REPORTER, REVIEWER, PLANNER, CONSOLE, of_drugs):
        found = cycle.people(actor, number)
        assert found is not None and found.filled == SIGNED, actor
    for actor in (FOREIGN, VIEWER, OPERATOR, of_others, of_zhejiang):
        assert cycle.people(actor, number) is None, actor
        with pytest.raises(ForbiddenError):
            list_people(cycle.store, actor)
    ((kept),) = list_people(cycle.store, PLANNER)
    assert (kept.receipt_id, kept.regions, kept.periods, kept.people.filled) == (receipt, UNIT, "2025", SIGNED)
    assert SIGNED["head"] not in repr(kept)


def test_erased_people_are_in_no_table_and_no_byte_and_the_form_still_counts(cycle: Cycle, tmp_path: Path) -> None:
    receipt, number = submitted(cycle, tmp_path)
    kept = cycle.received_folder / str(receipt)
    assert SIGNED["head"] in "".join(parts_of(kept).values())
    assert SIGNED["head"].encode() in (tmp_path / "monitor.duckdb.wal").read_bytes()
    before = hashlib.sha256(kept.read_bytes()).hexdigest()
    for actor in (REPORTER, REVIEWER, VIEWER, OPERATOR):
        with pytest.raises(ForbiddenError):
            cycle.erase_people(actor, receipt, "本人要求")
    with pytest.raises(ReasonNamesError):
        cycle.erase_people(PLANNER, receipt, f"{SIGNED['head']}要求")
    with pytest.raises(UnknownReceiptError):
        cycle.erase_people(PLANNER, 99)
    assert cycle.people(PLANNER, number).filled == SIGNED  # type: ignore[union-attr]

    assert cycle.erase_people(PLANNER, receipt, "本人要求") and cycle.erasures == 1
    people = cycle.people(REPORTER, number)
    assert people is not None and people.filled == {} and people.erased_by == "计划" and people.erased_at is not None
    assert list_people(cycle.store, CONSOLE) == ()
    parts = parts_of(kept)
    assert sum(name.startswith("xl/worksheets/sheet") for name in parts) == 2, "it keeps its look"
    assert not [name for name, content in parts.items() if any(text in content for text in SIGNED.values())]
    assert not (cycle.received_folder / ".erasing").exists()
    written = [path for path in tmp_path.iterdir() if path.name.startswith("monitor.duckdb")]
    assert not any(text.encode() in path.read_bytes() for path in written for text in SIGNED.values())

    entries = cycle.store.ask(Path(__file__).parent / "erasures.sql")
    after = hashlib.sha256(kept.read_bytes()).hexdigest()
    ((actor_, object_, detail, was, is_),) = entries
    assert (actor_, object_, was, is_) == ("计划", f"receipt:{receipt}", before, after)
    assert not any(text in detail for text in SIGNED.values())
    assert not cycle.erase_people(PLANNER, receipt) and cycle.erasures == 1
    assert cycle.store.ask(Path(__file__).parent / "erasures.sql") == entries

    cycle.accept(PLANNER, number, explain="已核实")
    again = cycle.draft(REPORTER, form(cycle, tmp_path, FIGURES), name="f.xlsx")
    assert again.result.verdict == "duplicate"


def test_a_draft_without_its_people_says_the_same_and_can_be_submitted(cycle: Cycle, tmp_path: Path) -> None:
    draft = cycle.draft(REPORTER, form(cycle, tmp_path, FIGURES), name="f.xlsx")
    assert cycle.erase_people(CONSOLE, draft.receipt_id)
    again = Cycle(cycle.store, cycle.catalogues, cycle.regions).look(REPORTER, draft.receipt_id)
    assert again.result.problems == draft.result.problems and again.changes == draft.changes
    result = cycle.submit(REPORTER, draft.receipt_id, explanations={q.key: "补报" for q in draft.queries})
    number = result.submissions[0].submission_id
    assert number is not None and cycle.people(REPORTER, number).filled == {}  # type: ignore[union-attr]


def test_a_form_that_openpyxl_cannot_write_keeps_its_rows(
    cycle: Cycle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = cycle.draft(REPORTER, form(cycle, tmp_path, FIGURES), name="f.xlsx")
    monkeypatch.setattr(erasing, "open_book", lambda _: 1 / 0)
    assert cycle.erase_people(PLANNER, draft.receipt_id)
    parts = parts_of(cycle.received_folder / str(draft.receipt_id))
    assert not [name for name, content in parts.items() if any(text in content for text in SIGNED.values())]
    again = Cycle(cycle.store, cycle.catalogues, cycle.regions).look(REPORTER, draft.receipt_id)
    assert again.result.problems == draft.result.problems and again.changes == draft.changes


def test_what_is_not_a_signed_form_is_left_alone_and_what_nobody_can_open_goes(cycle: Cycle, tmp_path: Path) -> None:
    text = tmp_path / "f.csv"
    text.write_text("indicator_id,region_code,period,value\nprocured_drugs,320000,2025,512\n", encoding="utf-8")
    draft = cycle.draft(REPORTER, text, name="f.csv")
    assert not cycle.erase_people(PLANNER, draft.receipt_id)
    assert (cycle.received_folder / str(draft.receipt_id)).read_bytes() == text.read_bytes()
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(form(cycle, tmp_path, FIGURES).read_bytes()[:-400])
    refused = cycle.draft(REPORTER, broken, name="broken.xlsx")
    assert refused.result.is_refused and cycle.people_of_draft(REPORTER, refused.receipt_id) is None
    assert cycle.erase_people(PLANNER, refused.receipt_id) and not cycle.erase_people(PLANNER, refused.receipt_id)
    assert (cycle.received_folder / str(refused.receipt_id)).read_bytes() == b""
    assert cycle.look(REPORTER, refused.receipt_id).result.is_refused


def test_a_form_that_is_sent_back_marked_still_says_who_signed(cycle: Cycle, tmp_path: Path) -> None:
    draft = cycle.draft(REPORTER, form(cycle, tmp_path, {"procured_drugs": -5}), name="f.xlsx")
    assert draft.result.is_refused
    assert [kept.people.filled for kept in list_people(cycle.store, PLANNER)] == [SIGNED]
    marked = tmp_path / "marked.xlsx"
    annotate(draft.path, draft.result.problems, language="zh", target=marked)
    mended = cycle.draft(REPORTER, marked, name="marked.xlsx")
    assert [kept.people.filled for kept in list_people(cycle.store, PLANNER)] == [SIGNED, SIGNED]
    for receipt in (draft.receipt_id, mended.receipt_id):
        assert cycle.erase_people(PLANNER, receipt)
    assert list_people(cycle.store, PLANNER) == ()


def parts_of(path: Path) -> dict[str, str]:
    """The parts of a workbook, unpacked, with their characters however they were written."""
    with zipfile.ZipFile(path) as book:
        return {name: html.unescape(book.read(name).decode("utf-8", "replace")) for name in book.namelist()}
