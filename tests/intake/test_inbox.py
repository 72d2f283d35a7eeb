"""The watched folder: what is taken, what is left alone, and what lies beside a file afterwards."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from monitor.intake.cycle import Cycle
from monitor.intake.inbox import Seen, Taken, poll
from monitor.intake.inbox_receipts import receipt_path
from monitor.intake.limits import Limits
from monitor.intake.submissions import list_submissions
from monitor.store.store import Store
from tests.cycle.in_process import reading_in_process
from tests.intake.desk import ReadingDesk, as_csv, row
from tests.intake.hostile import HOSTILE_NAMES

GOOD = as_csv([row()])


class Inbox:
    """An inbox over a store in memory, polled until nothing changes."""

    def __init__(self, folder: Path, desk: ReadingDesk, limits: Limits | None = None) -> None:
        self.folder = folder
        folder.mkdir()
        self.store = Store.open(":memory:")
        self.cycle = Cycle(self.store, desk.catalogues, desk.regions, limits=limits)
        self.seen = Seen()

    def put(self, name: str, content: str | bytes = GOOD, unit: str | None = None) -> Path:
        folder = self.folder / unit if unit else self.folder
        folder.mkdir(exist_ok=True)
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def poll(self, **options: Any) -> tuple[Taken, ...]:
        return poll(self.cycle, self.folder, self.seen, **options)

    def settle(self, **options: Any) -> tuple[Taken, ...]:
        return self.poll(**options) + self.poll(**options)

    def receipt(self, path: Path) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(receipt_path(path, ".receipt.json").read_text(encoding="utf-8"))
        return content

    def sent(self) -> int:
        return len(list_submissions(self.store))


@pytest.fixture(scope="module", autouse=True)
def _in_this_process() -> Iterator[None]:
    """The tests are about what was read: files cost a process each otherwise."""
    with reading_in_process():
        yield


@pytest.fixture
def inbox(tmp_path: Path, desk: ReadingDesk) -> Iterator[Inbox]:
    made = Inbox(tmp_path / "inbox", desk)
    yield made
    made.store.close()


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_file_that_stands_still_for_two_polls_is_taken_once(inbox: Inbox) -> None:
    path = inbox.put("北京.csv")
    assert inbox.poll() == ()
    (taken,) = inbox.poll()
    assert (taken.path, taken.region) == (path, None) and taken.result is not None
    assert taken.result.verdict == "review" and inbox.sent() == 1
    assert inbox.settle() == () and path.read_text() == GOOD
    assert names(inbox.folder) == ["北京.csv", "北京.csv.receipt.json", "北京.csv.receipt.txt"]
    (submission,) = list_submissions(inbox.store)
    assert (submission.submitted_by, submission.file_name) == ("inbox", "北京.csv")


def test_the_receipt_holds_the_whole_answer(inbox: Inbox) -> None:
    path = inbox.put("a.csv", as_csv([row(value="九十六"), row(period="2022", value=" 95.1 %")]), unit="110000")
    (taken,) = inbox.settle()
    answer = inbox.receipt(path)
    assert taken.result is not None
    assert answer["verdict"] == "rows" and answer["sha256"] == taken.sha256 and answer["file"] == "a.csv"
    assert answer["receipt_id"] == taken.result.receipt_id and answer["rejected"] == 2
    assert answer["problem_count"] == len(answer["problems"]) == taken.result.problem_count
    first = answer["problems"][0]
    assert (first["row"], first["column"], first["text"]) == (2, "value", "九十六")
    text = receipt_path(path, ".receipt.txt").read_text(encoding="utf-8")
    assert first["zh"] in text and first["en"] in text and "第 2 行 value" in text
    marked = openpyxl.load_workbook(path.with_name(answer["annotated"]))["数据"]
    assert first["zh"] in marked["D2"].comment.text


def test_a_workbook_comes_back_as_it_was_with_its_marks(inbox: Inbox) -> None:
    book = openpyxl.Workbook()
    book.active.title = "上报"
    for line in (["indicator_id", "region_code", "period", "value"], ["enrolment_rate", "110000", "2023", "x"]):
        book.active.append(line)
    book.active["A1"].number_format = "0.00"
    path = inbox.folder / "a.xlsx"
    book.save(path)
    inbox.settle()
    marked = openpyxl.load_workbook(path.with_name(inbox.receipt(path)["annotated"]))
    assert marked.sheetnames == ["差错清单", "上报"] and marked["上报"]["D2"].comment is not None
    assert marked["上报"]["A1"].number_format == "0.00"


def test_a_units_folder_sends_for_that_unit_alone(inbox: Inbox) -> None:
    own = inbox.put("own.csv", GOOD, unit="110000")
    foreign = inbox.put("foreign.csv", as_csv([row(), row(region_code="120000")]), unit="110000")
    inbox.settle()
    assert inbox.receipt(own)["verdict"] == "review"
    answer = inbox.receipt(foreign)
    assert answer["verdict"] == "forbidden"
    assert [(one["code"], one["row"]) for one in answer["problems"]] == [("not_your_unit", 3)]
    (only,) = list_submissions(inbox.store)
    assert (only.region_code, only.submitted_by) == ("110000", "inbox:110000")


def test_a_mended_file_is_taken_anew_and_its_old_marks_go(inbox: Inbox) -> None:
    path = inbox.put("a.csv", as_csv([row(value="x")]))
    inbox.settle()
    assert "a.csv.annotated.xlsx" in names(inbox.folder)
    inbox.put("a.csv", GOOD)
    (taken,) = inbox.settle()
    assert taken.result is not None and taken.result.verdict == "review"
    assert inbox.receipt(path)["verdict"] == "review" and "a.csv.annotated.xlsx" not in names(inbox.folder)


def test_the_same_figures_under_another_name_are_a_duplicate(inbox: Inbox) -> None:
    inbox.put("a.csv")
    inbox.settle()
    again = inbox.put("b.csv")
    inbox.settle()
    answer = inbox.receipt(again)
    assert (answer["verdict"], answer["unchanged"]) == ("duplicate", 1)
    assert answer["duplicate_of"] == 1 and inbox.sent() == 1


def test_the_same_bytes_at_another_time_keep_their_answer(inbox: Inbox) -> None:
    path = inbox.put("a.csv", as_csv([row(value="x")]))
    inbox.settle()
    before = inbox.receipt(path)
    os.utime(path, ns=(1, 1))
    assert inbox.settle() == ()
    assert inbox.receipt(path) == {**before, "mtime_ns": 1}
    assert (path.with_name("a.csv.annotated.xlsx")).exists()


def test_a_restart_sends_nothing_again(inbox: Inbox) -> None:
    for name in ("a.csv", "b.csv"):
        inbox.put(name, as_csv([row(period="2022" if name == "b.csv" else "2023")]))
    inbox.settle()
    inbox.seen = Seen()
    events = inbox.store.event_version()
    assert inbox.settle() + inbox.settle() == () and inbox.store.event_version() == events
    receipt_path(inbox.folder / "a.csv", ".receipt.json").unlink()  # the crash came before the receipt
    inbox.seen = Seen()
    assert inbox.settle() + inbox.settle() == () and inbox.store.event_version() == events and inbox.sent() == 2
    answer = inbox.receipt(inbox.folder / "a.csv")
    assert (answer["receipt_id"], answer["verdict"], answer["duplicate_of"]) == (1, "review", None)


def tidied(inbox: Inbox, unit: str) -> None:
    """As after a restart, when the unit has removed what was answered."""
    for path in (inbox.folder / unit).glob("*.receipt.*"):
        path.unlink()
    inbox.seen = Seen()


def test_a_unit_that_tidies_its_receipts_away_sends_nothing_again(inbox: Inbox) -> None:
    files = [inbox.put("v1.csv", unit="110000")]
    inbox.settle()
    files.append(inbox.put("v2.csv", as_csv([row(value="97.1")]), unit="110000"))
    files.append(inbox.put("x.csv", as_csv([row(value="x")]), unit="110000"))
    inbox.settle()
    before, events = [inbox.receipt(path) for path in files], inbox.store.event_version()
    tidied(inbox, "110000")
    (inbox.folder / "110000" / "x.csv.annotated.xlsx").unlink()
    assert inbox.settle() == () and inbox.store.event_version() == events and inbox.sent() == 2
    for path, was in zip(files, before, strict=True):
        again = inbox.receipt(path)
        assert again.pop("taken_at") <= was.pop("taken_at")  # the store's moment, a little before that of the answer
        kept = {name: value for name, value in was.items() if name in again}
        assert again == kept and {"problems", "receipt_id", "verdict"} <= kept.keys()
        assert receipt_path(path, ".receipt.txt").exists()
    assert inbox.receipt(files[2])["problems"] and (inbox.folder / "110000" / "x.csv.annotated.xlsx").exists()
    inbox.seen = Seen()
    assert inbox.settle() == ()  # and these receipts are believed


@pytest.mark.parametrize("how", ["newer", "other name", "in the place of another", "of another unit"])
def test_older_figures_that_are_sent_again_on_purpose_are_taken(inbox: Inbox, how: str) -> None:
    path = inbox.put("a.csv", unit="110000")
    inbox.settle()
    other = inbox.put("a.csv" if "place" in how else "b.csv", as_csv([row(value="97.1")]), unit="110000")
    inbox.settle()
    tidied(inbox, "110000")
    match how:
        case "newer":
            os.utime(path, (time.time() + 60, time.time() + 60))
        case "other name":
            path.rename(path.with_name("c.csv"))
        case "in the place of another":
            other.write_text(GOOD)
            os.utime(other, (1, 1))
        case _:
            (inbox.folder / "120000").mkdir()
            path.rename(inbox.folder / "120000" / "a.csv")
    (taken,) = inbox.settle()
    assert taken.result is not None
    assert taken.result.verdict == ("rows" if "unit" in how else "review"), taken.result
    assert inbox.sent() == (2 if "unit" in how else 3)


def test_an_inbox_that_cannot_be_written_to_sends_nothing_again(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*_: Any) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("monitor.intake.inbox.write_receipts", closed)
    for name, value in (("a.csv", "96.1"), ("b.csv", "97.1")):
        inbox.put(name, as_csv([row(value=value)]), unit="110000")
        inbox.settle()
    assert names(inbox.folder / "110000") == ["a.csv", "b.csv"] and inbox.sent() == 2
    events, inbox.seen = inbox.store.event_version(), Seen()
    assert inbox.settle() == () and inbox.store.event_version() == events


def test_a_receipt_that_the_store_does_not_know_keeps_no_file_away(inbox: Inbox, tmp_path: Path) -> None:
    """Another store gave it, or this one before it was restored from a backup."""
    path, folder = inbox.put("a.csv"), inbox.folder
    for later in ("0.csv", "1.csv"):
        inbox.settle()
        assert inbox.receipt(path)["receipt_id"] == 1
        inbox.store.close()
        inbox.store, inbox.seen = Store.open(":memory:"), Seen()
        inbox.cycle = Cycle(inbox.store, inbox.cycle.catalogues, inbox.cycle.regions)
        if later == "1.csv":  # the number is given anew, to other bytes
            inbox.folder = tmp_path / "other"
            inbox.folder.mkdir()
            inbox.put(later, as_csv([row(period="2022")]))
            assert len(inbox.settle()) == 1
            inbox.folder = folder
        (taken,) = inbox.settle()
        assert taken.result is not None and taken.result.verdict == "review"
        inbox.seen = Seen()
        assert inbox.settle() == ()
    assert inbox.receipt(path)["receipt_id"] == inbox.sent() == 2


@pytest.mark.parametrize("junk", ["", "{", "[]", '{"size": true}', '{"size": "1", "mtime_ns": 1}', "[" * 100_000])
def test_a_receipt_of_somebody_else_is_not_believed(inbox: Inbox, junk: str) -> None:
    path = inbox.put("a.csv")
    receipt_path(path, ".receipt.json").write_text(junk, encoding="utf-8")
    assert len(inbox.settle()) == 1 and inbox.receipt(path)["verdict"] == "review"


@pytest.mark.parametrize(
    "more", [{}, {"verdict": "<b>"}, {"verdict": "accept", "taken_at": "x", "problems": [1], "problem_count": 1}]
)
def test_a_receipt_of_the_same_bytes_that_says_nothing_is_not_believed(inbox: Inbox, more: dict[str, Any]) -> None:
    path = inbox.put("a.csv")
    forged = {"size": 1, "mtime_ns": 1, "sha256": hashlib.sha256(GOOD.encode()).hexdigest(), **more}
    receipt_path(path, ".receipt.json").write_text(json.dumps(forged), encoding="utf-8")
    assert len(inbox.settle()) == inbox.sent() == 1
    assert inbox.receipt(path)["verdict"] == "review"


def test_what_is_no_plain_file_is_left_alone_and_the_others_are_read(inbox: Inbox, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(GOOD)
    (inbox.folder / "link.csv").symlink_to(secret)
    os.link(secret, inbox.folder / "hard.csv")
    os.mkfifo(inbox.folder / "pipe.csv")
    (inbox.folder / "folder.csv").mkdir()
    (inbox.folder / "110000").symlink_to(tmp_path)
    (inbox.folder / "999999").mkdir()
    (inbox.folder / "999999" / "a.csv").write_text(GOOD)
    for name in (".a.csv", "~$a.xlsx", "a.csv.part", "A.TMP", "x.receipt.json", "x.receipt.txt", "x.annotated.xlsx"):
        inbox.put(name)
    inbox.put("good.csv")
    before = names(tmp_path)
    assert [taken.path.name for taken in inbox.settle()] == ["good.csv"]
    assert secret.read_text() == GOOD and names(tmp_path) == before
    assert names(inbox.folder / "999999") == ["a.csv"]


def test_a_link_in_the_place_of_a_receipt_is_replaced_not_followed(inbox: Inbox, tmp_path: Path) -> None:
    target = tmp_path / "target.txt"
    target.write_text("mine")
    path = inbox.put("a.csv")
    for end in (".receipt.json", ".receipt.txt"):
        receipt_path(path, end).symlink_to(target)
    inbox.settle()
    assert target.read_text() == "mine" and inbox.receipt(path)["verdict"] == "review"


def test_a_file_swapped_for_a_link_between_two_polls_is_not_followed(inbox: Inbox, tmp_path: Path) -> None:
    path = inbox.put("a.csv")
    inbox.poll()
    secret = tmp_path / "secret.csv"
    path.rename(secret)
    path.symlink_to(secret)
    assert inbox.settle() == () and inbox.sent() == 0


def test_a_half_written_file_waits_until_its_writer_lets_go(inbox: Inbox) -> None:
    rows = [f"enrolment_rate,110000,{year},96.2" for year in range(2001, 2011)]
    path, done = inbox.folder / "a.csv", threading.Event()

    def write() -> None:
        with path.open("w") as out:
            out.write("indicator_id,region_code,period,value\n")
            for line in rows:
                out.write(line + "\n")
                out.flush()
                time.sleep(0.1)  # slower than the polls: it stands still for many of them
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    taken: list[Taken] = []
    while not taken:
        taken += inbox.poll()
        assert not taken or done.is_set()
        time.sleep(0.01)
    writer.join()
    assert len(taken) == 1 and taken[0].result is not None and taken[0].result.row_count == 10
    assert inbox.settle() == ()


def test_a_file_renamed_over_while_it_is_read_is_what_its_hash_says(inbox: Inbox) -> None:
    contents = {value: as_csv([row(value=value)]) for value in ("96.1", "96.2")}
    path, stop = inbox.put("a.csv", contents["96.1"]), threading.Event()
    fresh = inbox.folder / ".fresh"

    def swap() -> None:
        number = 0
        while not stop.wait(0.002):
            number += 1
            fresh.write_text(list(contents.values())[number % 2])
            os.utime(fresh, ns=(1, 1))  # the swapped file looks just like the other, but for its inode
            fresh.rename(path)

    swapper = threading.Thread(target=swap)
    swapper.start()
    try:
        for _ in range(40):
            inbox.poll()
    finally:
        stop.set()
        swapper.join()
    path.write_text(contents["96.2"])
    inbox.settle()
    kept = {
        one.receipt_id: (inbox.cycle.received_folder / str(one.receipt_id)) for one in list_submissions(inbox.store)
    }
    for path_of_bytes in kept.values():
        assert path_of_bytes.read_text() in contents.values()
    answer = inbox.receipt(path)
    assert answer["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


# on a disk, where a name holds no slash, no NUL and no more than 255 bytes
NAMES = [
    name
    for name in (*HOSTILE_NAMES.values(), "长" * 83 + ".csv", "data")
    if name and not set(name) & {"/", "\0"} and len(os.fsencode(name)) <= 255 and not name.startswith(".")
]


def test_names_are_only_texts(inbox: Inbox, tmp_path: Path) -> None:
    for name in NAMES:
        inbox.put(name)
    taken = inbox.settle()
    assert {one.path.name for one in taken} == set(NAMES)
    for name in NAMES:
        assert inbox.receipt(inbox.folder / name)["verdict"] in ("review", "duplicate")
    assert names(tmp_path) == ["inbox"]
    for line in list_submissions(inbox.store):
        assert line.file_name.isprintable() and len(line.file_name) <= 121


def test_a_file_that_is_too_large_is_answered_without_being_copied(tmp_path: Path, desk: ReadingDesk) -> None:
    inbox = Inbox(tmp_path / "inbox", desk, replace(Limits(), file_bytes=100))
    path = inbox.put("a.csv", GOOD * 3)
    (taken,) = inbox.settle()
    assert taken.result is not None and [one.code for one in taken.result.problems] == ["file_too_large"]
    assert inbox.receipt(path)["sha256"] == "" and inbox.settle() == ()
    inbox.seen = Seen()
    assert inbox.settle() == ()
    inbox.store.close()


def test_one_files_trouble_keeps_nobody(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox.put("a.csv")
    inbox.put("b.csv", as_csv([row(period="2022")]))
    send, calls = inbox.cycle.send, []

    def failing(actor: Any, path: Path, *, name: str, **options: Any) -> Any:
        calls.append(name)
        if name == "a.csv" and calls.count("a.csv") < 3:
            raise OSError(28, "No space left on device")
        return send(actor, path, name=name, **options)

    monkeypatch.setattr(inbox.cycle, "send", failing)
    assert [taken.path.name for taken in inbox.settle()] == ["b.csv"]
    assert [taken.path.name for taken in inbox.settle()] == ["a.csv"]


def test_a_fault_of_ours_leaves_one_file_and_takes_the_others(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox.put("a.csv")
    inbox.put("b.csv", as_csv([row(period="2022")]))
    send, calls = inbox.cycle.send, []

    def failing(actor: Any, path: Path, *, name: str, **options: Any) -> Any:
        calls.append(name)
        if name == "a.csv":
            raise RuntimeError("boom")
        return send(actor, path, name=name, **options)

    monkeypatch.setattr(inbox.cycle, "send", failing)
    assert [taken.path.name for taken in inbox.settle() + inbox.settle()] == ["b.csv"]
    assert calls == ["a.csv", "b.csv"]


def test_a_folder_in_the_place_of_a_receipt_does_not_send_again_and_again(inbox: Inbox) -> None:
    path = inbox.put("a.csv")
    receipt_path(path, ".receipt.json").mkdir()
    assert len(inbox.settle()) == 1 and inbox.settle() == ()


def test_a_unit_that_sends_many_files_keeps_nobody_waiting(inbox: Inbox) -> None:
    for year in range(2001, 2005):
        inbox.put(f"{year}.csv", as_csv([row(period=str(year))]), unit="110000")
    inbox.put("a.csv", as_csv([row(region_code="120000")]), unit="120000")
    assert inbox.poll(most=2) == ()
    polls = [sorted(taken.path.name for taken in inbox.poll(most=2)) for _ in range(3)]
    assert polls == [["2001.csv", "2002.csv", "a.csv"], ["2003.csv", "2004.csv"], []]


def test_a_dry_run_writes_nothing(inbox: Inbox) -> None:
    inbox.put("a.csv", as_csv([row(value="x")]))
    (taken,) = inbox.settle(dry_run=True)
    assert taken.result is not None and taken.result.dry_run
    assert names(inbox.folder) == ["a.csv"] and inbox.store.event_version() == 0


def test_an_inbox_that_is_gone_is_the_callers_to_know(inbox: Inbox) -> None:
    inbox.folder.rmdir()
    with pytest.raises(FileNotFoundError):
        inbox.poll()
