"""Hostile files and names through the doors behind the reader: the draft of the upload page, and the inbox."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.access.actors import Actor
from monitor.intake.cycle import Cycle
from monitor.intake.inbox import Seen, poll
from monitor.intake.inbox_receipts import receipt_path
from monitor.intake.submissions import list_submissions
from monitor.store.store import Store
from tests.intake.desk import ReadingDesk, as_csv, row
from tests.intake.hostile import HOSTILE_NAMES, hostile_files

pytestmark = pytest.mark.child_process
FILES = hostile_files()
REPORTER = Actor("王芳", "reporter", frozenset({"110000", "120000"}))
# every one passes the reader in test_hostile.py; here some of each kind
CHOSEN = list(FILES)[3::6]


@pytest.fixture
def cycle(tmp_path: Path, desk: ReadingDesk) -> Iterator[Cycle]:
    (tmp_path / "data").mkdir()
    with Store.open(tmp_path / "data" / "monitor.duckdb") as store:
        yield Cycle(store, desk.catalogues, desk.regions)


def beside(folder: Path) -> set[str]:
    """Everything below a folder but the store itself."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.name.startswith("monitor.duckdb")}


def test_as_drafts_they_are_kept_with_their_receipt_and_nothing_else(cycle: Cycle, tmp_path: Path) -> None:
    names = list(HOSTILE_NAMES.values())
    path = tmp_path / "upload"
    received = {}
    for number, name in enumerate(CHOSEN):
        path.write_bytes(FILES[name].content)
        draft = cycle.draft(REPORTER, path, name=names[number % len(names)])
        assert draft.state == "rejected" and FILES[name].code in [one.code for one in draft.result.problems], name
        received[draft.receipt_id] = FILES[name].content
    path.write_text(as_csv([row()]))
    assert cycle.draft(REPORTER, path, name="good.csv").state == "draft"
    kept = cycle.received_folder
    assert all((kept / str(receipt)).read_bytes() == content for receipt, content in received.items())
    ids = {f"data/received/{receipt}" for receipt in (*received, max(received) + 1)}
    log = {"data/audit", "data/audit/chain.key"}
    assert beside(tmp_path) == {"upload", "data", "data/received", "data/staging", *log, *ids}
    assert list_submissions(cycle.store) == ()
    for line in cycle.drafts(REPORTER):
        assert line.file_name.isprintable() and len(line.file_name) <= 121


def test_a_draft_is_no_door_for_what_is_no_file(cycle: Cycle, tmp_path: Path) -> None:
    pipe, link, folder = tmp_path / "pipe", tmp_path / "link", tmp_path / "folder"
    os.mkfifo(pipe)
    link.symlink_to("/etc/hostname")
    folder.mkdir()
    for path in (pipe, link, folder):
        draft = cycle.draft(REPORTER, path, name="a.csv")
        assert [one.code for one in draft.result.problems] == ["not_regular_file"]


def test_in_the_inbox_each_is_answered_and_the_good_ones_between_them_are_taken(cycle: Cycle, tmp_path: Path) -> None:
    folder = tmp_path / "inbox" / "110000"
    folder.mkdir(parents=True)
    expected = {}
    for number, name in enumerate(CHOSEN[::2]):
        path = folder / f"{number:03d} {FILES[name].file}"
        path.write_bytes(FILES[name].content)
        expected[path] = FILES[name].code
    for year in range(2001, 2004):
        (folder / f"{year}.csv").write_text(as_csv([row(period=str(year))]))
    seen = Seen()
    assert poll(cycle, tmp_path / "inbox", seen) == ()
    assert len(poll(cycle, tmp_path / "inbox", seen)) == len(expected) + 3
    assert {one.period for one in list_submissions(cycle.store)} == {"2001", "2002", "2003"}
    for path, code in expected.items():
        answer = json.loads(receipt_path(path, ".receipt.json").read_text(encoding="utf-8"))
        assert answer["verdict"] in ("rows", "reject") and code in [one["code"] for one in answer["problems"]]
        assert receipt_path(path, ".receipt.txt").exists()
    assert not [name for name in beside(folder) if name.startswith(".")]
