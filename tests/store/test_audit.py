"""The audit log: what is in it, when, and what is said of a store that was changed by other means."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import json
import shutil
import stat
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.backup.making import make_backup
from monitor.backup.restoring import restore_backup
from monitor.intake.revisions import Orders
from monitor.intake.submissions import ingest_reading
from monitor.store.audit import mac_of
from monitor.store.audit_folder import AuditFolder, Head
from monitor.store.audit_listing import (
    AuditFilter,
    audit_lines,
    audit_names,
    audit_rows,
    check_lines,
    count_audit,
    list_audit,
)
from monitor.store.migrations import SQL
from monitor.store.store import Store, StoreError
from monitor.store.verifying import Verified, verify
from tests.properties import examples

from .world import Clock, File, Sent, country, day, send

EVENT = {"moment": day(2026, 1, 1), "actor": "a", "action": "x", "submission_id": None, "receipt_id": None}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "monitor.duckdb"


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(":memory:", clock=Clock()) as opened:
        yield opened


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed store: two revisions of a, of which the second carries b; then a note. Eight entries, seven events."""
    path = tmp_path_factory.mktemp("made") / "monitor.duckdb"
    with Store.open(path) as store:
        send(store, Sent(value="1"), Sent(indicator_id="b", value="5"), accept=True)
        send(store, Sent(value="2"), accept=True)
        store.note("exported", by="审核员", object="scorecard")
    return path


@pytest.fixture
def sent(made: Path, path: Path) -> Path:
    """A copy of it with its folders."""
    return Path(shutil.copytree(made.parent, path.parent)) / path.name


def proven(path: Path) -> Verified:
    folder = AuditFolder.of(path, None)
    with Store.open(path, read_only=True) as store:
        return verify(store, folder.load_key() if folder.has_key() else None, folder.read_head())


def edited(path: Path, *statements: str) -> None:
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)


# what is in it


def test_every_event_has_its_entry_with_what_its_object_said_before_and_says_now(store: Store) -> None:
    first = send(store, Sent(value="1"), accept=True)
    second = send(store, Sent(value="2"), accept=True)
    entries = list_audit(store)[::-1]
    assert [(one.seq, one.action, one.object) for one in entries] == [
        (1, "received", f"receipt:{first.receipt_id}"), (2, "submitted", "submission:1"),
        (3, "accepted", "submission:1"), (4, "received", f"receipt:{second.receipt_id}"),
        (5, "submitted", "submission:2"), (6, "accepted", "submission:2"), (7, "superseded", "submission:1"),
    ]  # fmt: skip
    assert [one.event_seq for one in entries] == list(range(1, 8))
    assert entries[3].after == hashlib.sha256(repr((Sent(value="2"),)).encode()).hexdigest()
    assert (entries[5].before, entries[5].after) == (entries[2].after, entries[4].after)
    assert json.loads(entries[5].detail or "")["replaces"] == 1


def test_a_note_is_an_entry_of_its_own_and_changes_no_version(store: Store) -> None:
    versions = (store.data_version(), store.event_version())
    store.note("signed_in", by="张三\ud800" + "x" * 1000, object="account:3", detail={"from": "127.0.0.1"})
    (entry,) = list_audit(store)
    assert (entry.action, entry.object, entry.event_seq) == ("signed_in", "account:3", None)
    assert entry.actor.startswith("张三?x") and len(entry.actor) == 300
    assert (store.data_version(), store.event_version()) == versions


def test_notes_of_a_transaction_come_with_it_or_not_at_all(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction() as transaction:
        transaction.note("account_added", by="a")
        raise ZeroDivisionError
    with store.transaction() as transaction:
        transaction.note("account_added", by="a")
        transaction.abandon()
    with pytest.raises(duckdb.ConstraintException), store.transaction() as transaction:
        transaction.run(SQL / "event_record.sql", {**EVENT, "actor": None, "detail": None})
    with store.transaction() as transaction:
        transaction.note("account_changed", by="a", before="0" * 64, after="1" * 64)
        transaction.run(SQL / "event_record.sql", {**EVENT, "detail": None})
    assert [(one.seq, one.action) for one in list_audit(store)] == [(2, "account_changed"), (1, "x")]


def test_a_note_does_not_wait_for_a_writer_at_work(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.run(SQL / "event_record.sql", {**EVENT, "detail": None})
        with ThreadPoolExecutor(1) as others:
            others.submit(store.note, "signed_in", by="b").result(timeout=20)
        assert [one.action for one in list_audit(store)] == ["signed_in"]
    assert [one.action for one in list_audit(store)] == ["x", "signed_in"]


def test_its_time_never_goes_back(store: Store) -> None:
    clock = store._clock
    assert isinstance(clock, Clock)
    store.note("signed_in", by="a")
    clock.time = datetime(2020, 1, 1, tzinfo=UTC)
    store.note("signed_out", by="a")
    later, earlier = list_audit(store)
    assert later.at == earlier.at


def test_writers_and_notes_at_once_make_one_chain(path: Path) -> None:
    with Store.open(path) as store:
        start = threading.Barrier(4)

        def work(number: int) -> None:
            start.wait()
            for _ in range(10):
                if number % 2:
                    store.note("signed_in", by=f"b{number}")
                    continue
                with store.transaction() as transaction:
                    moment = {**EVENT, "moment": transaction.moment(), "detail": None}
                    transaction.run(SQL / "event_record.sql", moment)

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(work, range(4)))
    found = proven(path)
    assert found.findings == () and found.entries == 40


def test_it_is_listed_by_who_what_of_what_and_when(store: Store) -> None:
    send(store, Sent(value="1"), accept=True)
    store.note("exported", by="审核员", object="scorecard")
    assert [one.seq for one in list_audit(store, AuditFilter(actor="审核员"))] == [4]
    assert [one.seq for one in list_audit(store, AuditFilter(action="accepted"))] == [3]
    assert [one.seq for one in list_audit(store, AuditFilter(object="submission"))] == [3, 2]
    assert [one.seq for one in list_audit(store, AuditFilter(object="submission:1"))] == [3, 2]
    assert list_audit(store, AuditFilter(object="sub")) == ()
    last = list_audit(store)[0].at
    assert [one.seq for one in list_audit(store, AuditFilter(start=last, end_=last))] == [4]
    assert [one.seq for one in list_audit(store, most=2, offset=1)] == [3, 2]
    assert count_audit(store) == 4 and count_audit(store, AuditFilter(actor="nobody")) == 0
    assert audit_names(store) == (("reporter", "审核员"), ("accepted", "exported", "received", "submitted"))


# key and head


def test_key_and_head_are_outside_the_store(sent: Path) -> None:
    folder = AuditFolder.of(sent, None)
    assert stat.S_IMODE((sent.parent / "audit" / "chain.key").stat().st_mode) == 0o600
    head = folder.read_head()
    with Store.open(sent) as store:
        last = list_audit(store, most=1)[0]
        assert head == Head(last.seq, last.mac, 7, last.at) == store.audit_head()
        store.note("signed_in", by="a")
    found = proven(sent)
    assert found.findings == () and found.entries == 9


def test_a_store_that_lost_what_its_head_knows_is_not_opened(sent: Path, tmp_path: Path) -> None:
    older = sent.read_bytes()
    with Store.open(sent) as store:
        for _ in range(3):
            store.note("signed_in", by="a")
    sent.write_bytes(older)
    with pytest.raises(StoreError) as caught:
        Store.open(sent)
    assert caught.value.code == "audit_short"
    assert "3 entries" in caught.value.en and "3 条" in caught.value.zh
    assert [one.code for one in proven(sent).findings] == ["cut"]
    (sent.parent / "audit" / "monitor.duckdb.head").rename(tmp_path / "away")
    Store.open(sent).close()
    assert [(one.code, one.entries) for one in proven(sent).findings] == [("went_on", (9, 9))]


def test_a_lost_store_is_not_begun_anew_in_silence(sent: Path) -> None:
    sent.unlink()
    with pytest.raises(StoreError) as caught:
        Store.open(sent)
    assert caught.value.code == "audit_short" and "8 entries" in caught.value.en


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda audit: (audit / "chain.key").unlink(), "audit_key_missing"),
        (lambda audit: (audit / "chain.key").write_text("0123456789abcdef" * 4), "audit_differs"),
        (lambda audit: (audit / "chain.key").write_text("short"), "audit_key"),
        (lambda audit: (audit / "chain.key").chmod(0o644), "audit_key"),
    ],
)
def test_another_key_is_refused(sent: Path, change: Callable[[Path], object], code: str) -> None:
    change(sent.parent / "audit")
    with pytest.raises(StoreError) as caught:
        Store.open(sent)
    assert caught.value.code == code and caught.value.zh and caught.value.en
    Store.open(sent, read_only=True).close()


def test_a_head_that_cannot_be_read_counts_as_gone(sent: Path) -> None:
    (sent.parent / "audit" / "monitor.duckdb.head").write_text("")
    assert [one.code for one in proven(sent).findings] == ["head_missing"]
    Store.open(sent).close()
    assert [one.code for one in proven(sent).findings] == ["went_on"]


def test_a_restored_store_does_not_take_the_head_of_the_store_that_it_was_copied_from(
    sent: Path, tmp_path: Path
) -> None:
    production = sent.parent / "audit"
    with Store.open(sent) as store:
        made = make_backup(store, tmp_path / "backups", by="me", kind="asked", portable=False)
    before = (production / "monitor.duckdb.head").read_text(encoding="utf-8")
    restored = restore_backup(made.path, tmp_path / "restored", by="me").store
    with pytest.raises(StoreError) as caught:
        Store.open(restored, audit_folder=production)
    assert caught.value.code == "audit_other" and "--rehearse" in caught.value.en
    with Store.open(restored, read_only=True) as store:
        folder = AuditFolder.of(restored, production)
        assert [one.code for one in verify(store, folder.load_key(), folder.read_head()).findings] == ["other_store"]
    assert (production / "monitor.duckdb.head").read_text(encoding="utf-8") == before
    assert proven(restored).findings == () and proven(sent).findings == ()
    Store.open(restored).close()
    Store.open(sent).close()


def test_a_head_of_the_version_before_is_taken_and_from_then_on_says_whose_it_is(sent: Path) -> None:
    folder, file = AuditFolder.of(sent, None), sent.parent / "audit" / "monitor.duckdb.head"
    said = json.loads(file.read_text(encoding="utf-8"))
    store = said.pop("store")
    file.write_text(json.dumps(said), encoding="utf-8")
    assert proven(sent).findings == ()
    Store.open(sent).close()
    head = folder.read_head()
    assert isinstance(head, Head) and head.store == store and proven(sent).findings == ()


def test_a_head_that_lags_after_a_crash_is_no_fault(sent: Path) -> None:
    folder = AuditFolder.of(sent, None)
    for seq, mac in [(0, "0" * 64), (5, None)]:
        with Store.open(sent) as store:
            entry = store.ask(SQL / "audit_since.sql", {"seq": max(seq, 1)})[0]
        folder.write_head(Head(seq, mac or entry[-1], seq, None))
        with Store.open(sent) as store:
            store.note("signed_in", by="a")
        assert proven(sent).findings == ()


def test_another_end_than_the_head_is_not_opened(sent: Path) -> None:
    edited(sent, "UPDATE audit SET mac = md5('x') || md5('y') WHERE seq = 8")
    with pytest.raises(StoreError) as caught:
        Store.open(sent)
    assert caught.value.code == "audit_differs"


def test_a_store_of_the_version_before_is_sealed_in_one_go(sent: Path) -> None:
    edited(sent, "DELETE FROM audit")
    for name in ("chain.key", "monitor.duckdb.head"):
        (sent.parent / "audit" / name).unlink()
    Store.open(sent).close()
    found = proven(sent)
    assert found.is_clean and found.entries == 8
    assert [(one.code, one.entries, one.is_fault) for one in found.findings] == [("began_late", (8, 8), False)]


def test_a_log_that_was_removed_is_no_store_of_the_version_before(sent: Path) -> None:
    edited(sent, "DELETE FROM audit")
    (sent.parent / "audit" / "monitor.duckdb.head").unlink()
    Store.open(sent).close()
    assert [(one.code, one.is_fault) for one in proven(sent).findings] == [("began_late", True)]


def test_what_was_put_in_from_outside_is_never_sealed(sent: Path) -> None:
    edited(sent, "INSERT INTO event VALUES (8, '2026-01-01', 'x', 'returned', 2, NULL, '{}')")
    with Store.open(sent) as store, store.transaction() as transaction:
        transaction.run(SQL / "event_record.sql", {**EVENT, "detail": None})
    (finding,) = proven(sent).findings
    assert finding.code == "event_unsealed" and "event 8 " in finding.en


# the full check


def test_what_was_changed_by_other_means_is_found_and_named(sent: Path) -> None:
    with Store.open(sent) as store:  # submissions 3 to 9, of one receipt
        send(
            store, *[Sent(period=f"2023-{month:02}", value=str(month)) for month in range(1, 13) if month not in (5, 6)]
        )
    one = "UPDATE observation SET {} WHERE submission_id = {}"
    made = [
        (one.format("value = 9", "1 AND indicator_id = 'a'"), "content", "submission 1 does not say what was sent"),
        (one.format("value = 9", "2 AND indicator_id = 'b'"), "carried", "submission 2 has carried rows"),
        ("DELETE FROM observation WHERE submission_id = 3", "content", "submission 3 has 0 rows and was sent with 1"),
        (one.format("region_code = '110000'", 4), "content", "submission 4 has 1 rows of another region"),
        (one.format("submission_id = 99", 5), "no_submission", "submission 99 "),
        (one.format("state = 'missing'", 6), "numbers", "submission 6 has rows that break the rules of numbers"),
        ("UPDATE submission SET revision = 3 WHERE submission_id = 7", "revisions", "120000 nation 2023-07 reported"),
        ("UPDATE submission SET content_sha256 = 'x' WHERE submission_id = 8", "object_changed", "submission:8"),
        ("DELETE FROM receipt WHERE receipt_id = 1", "no_receipt", "submission:1 "),
        ("INSERT INTO submission SELECT * FROM submission WHERE submission_id = 9", "twice", "submission:9"),
        ("UPDATE event SET submission_id = 1 WHERE submission_id = 10", "no_event", "submission:10"),
        ("INSERT INTO audit SELECT -1, * EXCLUDE (seq) FROM audit WHERE seq = 2", "foreign", "entry -1 "),
    ]
    edited(sent, *[statement for statement, _, _ in made])
    found = proven(sent).findings
    for _, code, words in made:
        assert any(one.code == code and words in one.en and one.zh for one in found), (code, words, found)


def test_received_files_are_what_their_receipts_were_given_for(sent: Path) -> None:
    received = sent.parent / "received"
    (received / "1").write_bytes(b"other")
    (received / "2").unlink()
    assert [one.code for one in proven(sent).findings] == ["file_changed", "file_missing"]
    with Store.open(sent) as store:
        store.note("people_erased", by="a", object="receipt:1", after=hashlib.sha256(b"other").hexdigest())
        too_large = dataclasses.replace(File((), blocked=True).read(store), sha256="", size=0, copy=None)
        ingest_reading(store, *country(), too_large, Orders("reporter"))
    assert [one.code for one in proven(sent).findings] == ["file_missing"]


def test_an_exported_log_is_proven_by_itself(sent: Path) -> None:
    key = AuditFolder.of(sent, None).load_key()
    with Store.open(sent) as store:
        head = store.audit_head()
        lines = [*audit_lines(audit_rows(store), head, {})]
        some = [*audit_lines(audit_rows(store, AuditFilter(action="accepted")), head, {"action": "accepted"})]
    assert check_lines(lines, key) == (8, [])
    assert check_lines(some, key) == (2, [])
    changed = [*lines[:3], lines[3].replace("reporter", "reviewer"), *lines[4:]]
    assert [one.entries for one in check_lines(changed, key)[1]] == [(4, 4)]
    assert [one.entries for one in check_lines([*lines[:3], *lines[5:]], key)[1]] == [(4, 5)]
    assert [one.entries for one in check_lines([*lines[:6], lines[8]], key)[1]] == [(7, 8)]
    assert [one.code for one in check_lines(lines[:8], key)[1]] == ["head_missing"]
    assert len(check_lines(some[1:], bytes(32))[1]) == 1
    for text in ("x", "[]", "{}", '{"seq": 1}'):
        with pytest.raises(ValueError):
            check_lines([text], key)


def test_a_read_only_store_takes_no_notes(sent: Path) -> None:
    with Store.open(sent, read_only=True) as store, pytest.raises(StoreError) as caught:
        store.note("exported", by="a")
    assert caught.value.code == "read_only"


TEXTS = st.none() | st.text(st.characters(exclude_categories=["Cs"]))


@settings(max_examples=examples(50))
@given(st.integers(1, 2**62), st.datetimes(), TEXTS, TEXTS, st.none() | st.integers(1, 2**62))
def test_an_entry_is_sealed_as_json_that_anybody_can_write(
    seq: int, at: datetime, actor: str | None, detail: str | None, event: int | None
) -> None:
    entry = [seq, at, actor, "accepted", None, detail, event, None, None, "0" * 64]
    text = json.dumps([seq, at.isoformat(timespec="microseconds"), *entry[2:]], separators=(",", ":"))
    expected = hmac.new(b"k" * 32, ("f" * 64 + text).encode(), hashlib.sha256).hexdigest()
    assert mac_of(b"k" * 32, "f" * 64, entry) == expected
