"""A store that its owner lends: the same answers and the same writes, and no borrower that can stop the others."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import duckdb
import numpy as np
import pytest

from monitor.dossier.acts import NewPaper, read_acts, read_paper, writing
from monitor.store import lending, wire
from monitor.store.borrowed import Borrowed, open_or_borrow
from monitor.store.errors import StoreError
from monitor.store.migrations import SQL
from monitor.store.owner import Owner, find_owner, owner_file, owning
from monitor.store.store import Store
from monitor.store.wire import Wire, WireError, greet_as_borrower

EVENTS = {"seq": 0}  # those of this test


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("data") / "monitor.duckdb") as store:
        yield store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Of a store that is not there yet."""
    return tmp_path / "data" / "monitor.duckdb"


@pytest.fixture
def owned(opened: Store) -> Iterator[Store]:
    """The owner's store, lent meanwhile."""
    assert opened.path is not None
    EVENTS["seq"] = opened.audit_head().seq + 1
    with owning(opened.path, "1") as ownership, lending.lending(opened, ownership, "1"):
        yield opened


@pytest.fixture
def lent(owned: Store) -> Iterator[Borrowed]:
    assert owned.path is not None
    with open_or_borrow(owned.path, "1") as store:
        assert isinstance(store, Borrowed)
        yield store


def noted(store: Store) -> list[str]:
    return [str(row[2]) for row in store.ask(SQL / "audit_since.sql", EVENTS)]


def owner_of(store: Store) -> Owner:
    assert store.path is not None
    owner = find_owner(store.path)
    assert owner is not None
    return owner


def connect(store: Store) -> socket.socket:
    return socket.create_connection(("127.0.0.1", owner_of(store).port or 0), timeout=5)


# ---- the same as an open store


def test_it_answers_as_the_store_itself(owned: Store, lent: Borrowed) -> None:
    with owned.transaction() as transaction:
        for number in range(12):
            transaction.note("looked", by=f"谁{number}", detail={"n": number}, before=None, after="0" * 64)
    rows = owned.ask(SQL / "audit_since.sql", EVENTS)
    assert lent.ask(SQL / "audit_since.sql", EVENTS) == rows and isinstance(rows[0][1], datetime)
    for at_once in (1, 5, 12, 13):
        assert list(lent.ask_each(SQL / "audit_since.sql", EVENTS, at_once=at_once)) == rows
    assert lent.ask_frame(SQL / "audit_since.sql", EVENTS).equals(owned.ask_frame(SQL / "audit_since.sql", EVENTS))
    assert lent.audit_head() == owned.audit_head()
    assert (lent.data_version(), lent.event_version()) == (owned.data_version(), owned.event_version())
    assert (lent.path, lent.staging_folder, lent.received_folder) == (
        owned.path, owned.staging_folder, owned.received_folder,
    )  # fmt: skip
    assert lent.audit_folder == owned.audit_folder and not lent.read_only


def test_every_kind_of_value_arrives_as_it_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        one = Wire(socket.create_connection(server.getsockname()))
        other = Wire(server.accept()[0])
    values = {
        "texts": ["", "中文", "\ud800", '"\\\n'], "numbers": [0, -(2**100), 1.5, float("inf")], "none": None,
        "truth": [True, False], "decimal": Decimal("-1.230"), "date": date(2026, 1, 2), "bytes": b"\0\xff",
        "moment": datetime.fromisoformat("2026-01-02T03:04:05.678901"), "zoned": datetime(2026, 1, 2, tzinfo=UTC),
        "empty": {}, "one": {"name": 1}, "two": {"a": {"b": Decimal(1)}, "c": []},
    }  # fmt: skip
    one.send(values)
    assert other.receive() == values
    arrays = {
        "integers": np.arange(3, dtype=np.int64), "shares": np.array([0.1, np.nan]),
        "truth": np.array([True, False]), "objects": np.array(["甲", None, Decimal("1.0")], dtype=object),
        "lists": np.array([None, [1, 2], [3, 4]], dtype=object),
        "days": np.array(["2026-01-02"], dtype="datetime64[us]"),
        "none": np.array([], dtype=np.int32),
    }  # fmt: skip
    one.send(arrays)
    for name, array in other.receive().items():
        assert array.dtype == arrays[name].dtype
        np.testing.assert_array_equal(array, arrays[name])
    one.send({"some": np.ma.MaskedArray([1, 2, 3], [False, True, False]), "number": np.int64(7)})
    got = other.receive()
    assert got["some"].tolist() == [1, None, 3] and got["number"] == 7
    with pytest.raises(TypeError):
        one.send({"path": Path("x")})
    one.close()
    with pytest.raises(WireError):
        other.receive()
    other.close()


def test_a_transaction_is_committed_rolled_back_or_abandoned(owned: Store, lent: Borrowed) -> None:
    with lent.transaction() as transaction:
        transaction.note("looked", by="kept", detail={"at": transaction.moment()})
        assert noted(owned) == []
    with lent.transaction() as transaction:
        transaction.note("looked", by="abandoned")
        transaction.abandon()
    with pytest.raises(KeyError), lent.transaction() as transaction:
        transaction.note("looked", by="failed")
        raise KeyError
    lent.note("looked", by="at once")
    assert noted(owned) == noted(lent) == ["kept", "at once"]
    with lent.transaction(), pytest.raises(RuntimeError, match="already"), lent.transaction():
        raise AssertionError


def test_versions_change_for_both_and_the_owner_prepares(owned: Store, lent: Borrowed) -> None:
    prepared: list[int] = []
    owned.prepare_with(prepared.append)
    with lent.transaction() as transaction:
        event = {"moment": transaction.moment(), "actor": "me", "action": "configured", "detail": "{}"}
        transaction.run(SQL / "event_record.sql", {**event, "submission_id": None, "receipt_id": None})
    assert prepared == [owned.data_version()] == [lent.data_version()] and owned.data_version() > 0


def test_acts_and_their_papers_are_added_by_a_borrower(owned: Store, lent: Borrowed) -> None:
    content = bytes(range(256)) * 4000
    with writing(lent, "task", "t", by="a") as dossier:
        act = dossier.add("reported", {"text": "进展"}, [NewPaper("依据.bin", content)])
    assert read_acts(owned, "task", "t") == read_acts(lent, "task", "t") == (act,)
    assert read_paper(lent, act.seq, 1) == read_paper(owned, act.seq, 1)
    assert read_paper(lent, act.seq, 1)[3] == content


def test_a_reading_is_of_one_moment(owned: Store, lent: Borrowed) -> None:
    owned.note("looked", by="before")
    with lent.reading() as then:
        owned.note("looked", by="meanwhile")
        one = then.ask_each(SQL / "audit_since.sql", EVENTS, at_once=1)
        assert next(one)[2] == "before"
        assert len(then.ask(SQL / "audit_since.sql", EVENTS)) == 1
        assert list(then.ask_frame(SQL / "audit_since.sql", EVENTS)["actor"]) == ["before"]
        assert list(one) == []
    assert noted(lent) == ["before", "meanwhile"]


def test_a_copy_is_made_where_both_reach_it(owned: Store, lent: Borrowed) -> None:
    owned.note("looked", by="me")
    told: list[str] = []
    copy = lent.copy_to_staging(lambda zh, en, *, done=None, total=None: told.append(en))
    try:
        assert copy.path.is_file() and copy.head == owned.audit_head() and told
        assert copy.tables["audit"][0] == copy.head.seq and copy.tables.keys() >= {"event", "observation"}
    finally:
        copy.discard()


def test_mistakes_and_refusals_come_as_they_are(owned: Store, lent: Borrowed) -> None:
    with pytest.raises(duckdb.Error, match="seq") as there:
        owned.ask(SQL / "audit_since.sql")
    with pytest.raises(type(there.value), match="seq"):
        lent.ask(SQL / "audit_since.sql")
    assert noted(lent) == []  # and the next question is answered
    with pytest.raises(RuntimeError, match="no borrower may ask"):
        lending_says(lent, {"do": "shutdown"})


def lending_says(lent: Borrowed, message: dict[str, object]) -> object:
    from monitor.store.asking import ask_owner

    with lent._asking() as wire:
        return ask_owner(wire, message)


@pytest.mark.parametrize(
    "name",
    ["SELECT 1", "../sql/x.sql", "store/sql/../../cli.py", "store/migrations/0001_first.sql", "/etc/sql/passwd.sql", 1],
)
def test_only_packaged_statements_are_run(lent: Borrowed, name: object) -> None:
    with pytest.raises(RuntimeError, match="is no statement"):
        lending_says(lent, {"do": "ask", "sql": name, "with": {}, "at_once": 5})


def test_every_statement_of_the_program_can_be_named() -> None:
    package = Path(str(files("monitor")))
    for statement in package.rglob("sql/*.sql"):
        assert lending._STATEMENT.fullmatch(statement.relative_to(package).as_posix()), statement


def test_many_threads_ask_and_write_at_once(owned: Store, lent: Borrowed) -> None:
    def work(number: int) -> None:
        for _ in range(3):
            with lent.transaction() as transaction:
                transaction.note("looked", by=str(number))
            assert str(number) in noted(lent)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(noted(owned)) == sorted(str(number) for number in range(8) for _ in range(3))


def test_the_owner_hears_what_borrowers_note(owned: Store, lent: Borrowed) -> None:
    heard: list[str] = []
    owned.hear_with(lambda notes: heard.extend(note.action for note in notes))
    with lent.transaction() as transaction:
        transaction.note("people_erased", by="me", object="receipt:1")
    with owned.transaction() as transaction:
        transaction.note("looked", by="me")
    with lent.transaction() as transaction:
        transaction.note("abandoned", by="me")
        transaction.abandon()
    with lent.alone("erasing"):
        assert heard == ["people_erased"]
    assert heard == ["people_erased", "erasing"]


def test_one_at_a_time_is_alone_at_something(owned: Store, lent: Borrowed) -> None:
    with owned.alone("mail"):
        with lent.alone("mail", wait=False) as is_alone:
            assert not is_alone
        with lent.alone("inbox") as is_alone:
            assert is_alone
    with lent.alone("mail") as is_alone, owned.alone("mail", wait=False) as also:
        assert is_alone and not also
    with owned.alone("mail", wait=False) as is_alone:
        assert is_alone


# ---- who may borrow


def test_without_an_owner_the_store_is_opened(path: Path) -> None:
    with open_or_borrow(path, "1") as store:
        assert not isinstance(store, Borrowed)
    owner_file(path).write_text(json.dumps(dataclasses.asdict(Owner(1, "1", _free_port(), "ab"))))  # it was killed
    with open_or_borrow(path, "1", read_only=True) as store:
        assert not isinstance(store, Borrowed) and store.read_only


def test_the_owner_is_found_on_every_way_to_the_store(owned: Store, tmp_path: Path) -> None:
    assert owned.path is not None
    (tmp_path / "link").symlink_to(owned.path.parent)
    with open_or_borrow(tmp_path / "link" / owned.path.name, "1") as store:
        assert isinstance(store, Borrowed) and store.path == owned.path


def test_another_version_is_refused_in_one_line(owned: Store) -> None:
    assert owned.path is not None
    with pytest.raises(StoreError) as refused:
        open_or_borrow(owned.path, "2")
    assert refused.value.code == "other_version" and "\n" not in refused.value.en
    assert str(os.getpid()) in refused.value.en and "version 1, and this is 2" in refused.value.en


def test_the_owners_file_is_for_its_user_alone_and_goes_with_the_owner(path: Path) -> None:
    with owning(path, "1") as ownership:
        assert owner_file(path).stat().st_mode & 0o777 == 0o600
        ownership.tell(Owner(7, "1", 8, "ab"))
        assert find_owner(path) == Owner(7, "1", 8, "ab")
    assert not owner_file(path).exists() and find_owner(path) is None


def test_what_is_no_owners_file_names_nobody(path: Path) -> None:
    path.parent.mkdir(parents=True)
    for text in ("", "{", "[]", '{"pid": 1}', '{"pid": "x", "version": "1", "port": 1, "token": ""}'):
        owner_file(path).write_text(text)
        assert find_owner(path) is None
    with owning(path, "1"):  # and it is taken over
        assert find_owner(path) == Owner(os.getpid(), "1")


def test_a_second_owner_is_told_who_the_first_is(path: Path) -> None:
    with owning(path, "1"), pytest.raises(StoreError) as refused, owning(path, "1"):
        raise AssertionError
    assert refused.value.code == "in_use" and refused.value.pid == os.getpid()
    with owning(path, "1"):
        pass


NO_MESSAGES = ("abc", '{"$array":5}', '{"$masked":[1]}', '{"$array":["<f8","x"]}', '{"$decimal":"x"}', "[" * 4000, "1")


@pytest.mark.parametrize("talk", ["nothing", "wrong proof", "own proof sent back", *NO_MESSAGES, "too long"])
def test_who_does_not_know_the_token_gets_nothing(owned: Store, talk: str, caplog: pytest.LogCaptureFixture) -> None:
    with connect(owned) as stranger:
        wire = Wire(stranger)
        nonce = wire.receive()["nonce"]
        said: dict[str, object] = {"nonce": "0" * 64, "proof": "0" * 64}
        if talk == "nothing":
            stranger.shutdown(socket.SHUT_WR)
        elif talk in NO_MESSAGES:
            stranger.sendall(len(talk).to_bytes(8) + talk.encode())
        elif talk == "too long":
            stranger.sendall((2**30).to_bytes(8))
        else:
            if talk == "own proof sent back":
                said = {"nonce": nonce, "proof": hmac.digest(bytes(32), b"owner", "sha256").hex()}
            wire.send(said)
        assert stranger.recv(1) == b""
    assert noted(owned) == [] and "Traceback" not in caplog.text


def test_strangers_who_say_nothing_keep_no_command_waiting(owned: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice as many as are greeted at once, and none of them runs out of time."""
    assert owned.path is not None
    monkeypatch.setattr(wire, "_GREETING_SECONDS", 3600.0)
    strangers = [connect(owned) for _ in range(2 * lending._STRANGERS)]
    try:
        for stranger in strangers:
            assert stranger.recv(8)  # each was let in
        monkeypatch.setattr(wire, "_GREETING_SECONDS", 20.0)
        with open_or_borrow(owned.path, "1") as store:
            assert isinstance(store, Borrowed) and store.audit_head() == owned.audit_head()
        for early in strangers[: lending._STRANGERS]:
            while early.recv(100):  # cut off, after the rest of what it was told
                pass
    finally:
        for stranger in strangers:
            stranger.close()
    until = time.monotonic() + 30
    while any(thread.name == "borrower" for thread in threading.enumerate()):
        assert time.monotonic() < until, "who was cut off is still waited for"
        time.sleep(0.01)


def test_a_stranger_who_speaks_slowly_is_cut_off(owned: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The greeting has one end, however many bytes come before it."""
    monkeypatch.setattr(wire, "_GREETING_SECONDS", 0.5)
    with connect(owned) as stranger:
        stranger.settimeout(0.1)
        stranger.sendall((4000).to_bytes(8))
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                stranger.sendall(b" ")
                if not stranger.recv(100):
                    return
            except TimeoutError:
                continue
            except OSError:  # what was sent after the end
                return
    pytest.fail("it is greeted for ever")


def test_borrowers_beyond_the_room_wait_until_one_leaves(owned: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert owned.path is not None
    monkeypatch.setattr(lending, "_BORROWERS", 1)
    with owning(owned.path.with_name("other"), "1") as ownership, lending.lending(owned, ownership, "1"):
        owner = find_owner(owned.path.with_name("other"))
        assert owner is not None
        first, second = (socket.create_connection(("127.0.0.1", owner.port or 0), timeout=5) for _ in range(2))
        one, other = Wire(first), Wire(second)
        greet_as_borrower(one, owner.token)
        one.send({"do": "versions"})
        one.receive()
        greet_as_borrower(other, owner.token)
        other.send({"do": "versions"})
        other.be_patient(0.3)
        with pytest.raises(WireError):
            other.receive()
        one.close()
        other.be_patient(20)
        assert other.receive()["event"] == owned.event_version()
        other.close()


def test_a_program_on_an_old_port_learns_no_token_and_is_not_believed(path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        path.parent.mkdir(parents=True)
        token = hashlib.sha256(b"x").hexdigest()
        owner = Owner(1, "1", other.getsockname()[1], token)
        owner_file(path).write_text(json.dumps(dataclasses.asdict(owner)))
        heard: list[object] = []

        def answer() -> None:
            connected, _ = other.accept()
            with connected:
                wire = Wire(connected)
                wire.send({"nonce": "0" * 64})
                heard.append(wire.receive())
                wire.send({"proof": "0" * 64, "store": "x", "staging": "x", "audit": None})

        thread = threading.Thread(target=answer)
        thread.start()
        with open_or_borrow(path, "1") as store:
            assert not isinstance(store, Borrowed)
        thread.join(10)
        assert token not in repr(heard) and len(heard) == 1


# ---- who stalls, dies or stays


def test_who_is_silent_in_a_transaction_is_rolled_back(owned: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lending, "SILENCE_SECONDS", 0.1)
    wire = Wire(connect(owned))
    greet_as_borrower(wire, owner_of(owned).token)
    wire.send({"do": "transaction"})
    assert wire.receive() == {}
    wire.send({"do": "note", "action": "looked", "said": {"by": "silent"}})
    assert wire.receive() == {}
    with owned.transaction() as transaction:  # waits for it
        transaction.note("looked", by="next")
    assert noted(owned) == ["next"]
    with pytest.raises(WireError):
        wire.receive()


def test_who_says_that_it_is_at_work_is_waited_for(owned: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert owned.path is not None
    monkeypatch.setattr(lending, "SILENCE_SECONDS", 0.3)
    monkeypatch.setattr("monitor.store.borrowed._SIGN_OF_LIFE_SECONDS", 0.03)
    with open_or_borrow(owned.path, "1") as lent, lent.transaction() as transaction:
        time.sleep(0.4)
        transaction.note("looked", by="slow")
    assert noted(owned) == ["slow"]


def test_who_says_so_and_asks_nothing_is_rolled_back(owned: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert owned.path is not None
    monkeypatch.setattr(lending, "WORKLESS_SECONDS", 0.2)
    monkeypatch.setattr("monitor.store.borrowed._SIGN_OF_LIFE_SECONDS", 0.02)
    with (
        open_or_borrow(owned.path, "1") as lent,
        pytest.raises(StoreError) as gone,
        lent.transaction() as transaction,
    ):
        transaction.note("looked", by="hung")
        with owned.transaction() as next_one:  # waits for it
            next_one.note("looked", by="next")
        transaction.note("looked", by="too late")
    assert gone.value.code == "owner_gone" and noted(owned) == ["next"]


def test_borrowers_are_told_when_the_owner_stops(opened: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert opened.path is not None
    monkeypatch.setattr(lending, "_LEAVE_SECONDS", 0.3)
    EVENTS["seq"] = opened.audit_head().seq + 1
    with owning(opened.path, "1") as ownership:
        with lending.lending(opened, ownership, "1"):
            idle, ending = (open_or_borrow(opened.path, "1") for _ in range(2))
            began = threading.Event()

            def end() -> None:
                with ending.transaction() as transaction:
                    transaction.note("looked", by="ended")
                    began.set()
                    time.sleep(0.05)

            thread = threading.Thread(target=end)
            thread.start()
            assert began.wait(5)
        thread.join(5)
        assert noted(opened) == ["ended"]
        with pytest.raises(StoreError) as gone:
            idle.note("looked", by="late")
        assert gone.value.code == "owner_gone" and str(os.getpid()) in gone.value.en


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def test_nothing_of_a_store_is_left_out() -> None:
    """What a store gains needs its way through the owner, unless it is the owner's alone or asks nothing."""
    of_the_owner = {"open", "prepare_with", "hear_with", "tell"}
    asks_nothing = {"now", "received_folder"}
    public = {name for name in vars(Store) if not name.startswith("_")}
    assert public - of_the_owner - asks_nothing == {name for name in vars(Borrowed) if not name.startswith("_")}
