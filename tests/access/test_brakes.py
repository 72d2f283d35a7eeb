"""Guessing passwords: it becomes slow, it tells nothing, it stops nobody else and it fills no memory."""

from __future__ import annotations

import math
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from monitor.access.accounts import Account, AccountError, Scope
from monitor.access.brakes import (
    CHECKS_OF_A_NAME,
    CHECKS_OF_AN_ADDRESS,
    FREE_FAILURES,
    WINDOW_SECONDS,
    Brakes,
)
from monitor.access.passwords import MOST_CHARACTERS, PasswordError, Passwords, need_good_password, one_time_password
from monitor.access.signing import Access, SignInError
from monitor.access.tokens import Tokens
from monitor.catalogue.regions import Regions
from monitor.web.app import create_app
from tests.web.people import CHEAP, OWN

from .test_sessions import CONSOLE, GOOD, account_of
from .world import Clock, World


class Counted(Passwords):
    """Counts what reaches the hash."""

    def __init__(self) -> None:
        super().__init__(CHEAP._hasher)
        self.checks = 0

    def check(self, hash_: str | None, password: str) -> bool:
        self.checks += 1
        return super().check(hash_, password)


def access_of(world: World, brakes: Brakes | None = None) -> tuple[Access, Counted]:
    desk, counted = world.app.drawing._desk, Counted()
    made = Access(
        desk.store, lambda: desk.current.catalogues, lambda: desk.current.regions, passwords=counted, brakes=brakes
    )
    return made, counted


def tried(access: Access, login: str, address: str, password: str = "wrong") -> str:
    """What came of it: "in", or the code of the refusal."""
    try:
        access.sign_in(login, password, address)
    except SignInError as error:
        return error.code
    return "in"


@pytest.fixture
def quiet(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Without an entry of the log for each of the many failures."""
    monkeypatch.setattr(world.store, "note", lambda *_, **__: None)
    return world


@pytest.mark.parametrize("addresses", [1, 50])
def test_of_a_thousand_wrong_passwords_few_are_looked_at(quiet: World, addresses: int) -> None:
    """A thousand in ten minutes, a name or many, from one address or fifty."""
    clock = Clock()
    access, counted = access_of(quiet, Brakes(clock))
    account = account_of(quiet)
    access._read_again()
    for number in range(1_000):
        clock.now += 0.6
        tried(access, account.login, f"10.0.0.{number % addresses}")
    assert counted.checks / 10 <= 20


def test_no_spelling_of_a_login_is_another_name(quiet: World) -> None:
    """Padded, cut, in capitals: what is no login is nobody's, and one name for the brakes."""
    clock = Clock()
    access, counted = access_of(quiet, Brakes(clock))
    account = account_of(quiet)
    access._read_again()
    blanks = " \u3000\u2003\t"
    for number in range(400):
        clock.now += 0.1
        pad = "".join(blanks[number >> place & 3] for place in range(0, 8, 2)) * 23
        tried(access, (f"{pad}{account.login.upper()}{pad}", f"{account.login}{pad}x")[number % 2], f"10.0.{number}.1")
    assert counted.checks <= 2 * CHECKS_OF_A_NAME
    assert tried(access, f"{account.login}{' ' * 92}x", "10.9.0.1", GOOD) != "in"


def test_a_network_of_ipv6_is_one_address(quiet: World) -> None:
    access, counted = access_of(quiet, Brakes(Clock()))
    for number in range(200):
        tried(access, f"name{number}", f"2001:db8:1:3:{number:x}::{number + 1:x}")
    assert counted.checks == CHECKS_OF_AN_ADDRESS
    assert tried(access, "another", "2001:db8:1:4::1") == "wrong"  # a neighbour's network
    access, counted = access_of(quiet, Brakes(Clock()))
    for number, address in enumerate(["10.0.0.7", "::ffff:10.0.0.7", "::FFFF:0a00:7", "::ffff:10.0.0.7%eth0"] * 10):
        tried(access, f"name{number}", address)
    assert counted.checks == CHECKS_OF_AN_ADDRESS


@pytest.mark.parametrize(
    "name", ["console", "Anonymous", "ｃｏｎｓｏｌｅ", "in box", "inbox:320000", "clock", "schedule"]
)
def test_nobody_is_called_what_the_log_calls_itself(world: World, name: str) -> None:
    access, tokens = world.app.access, Tokens(world.store, lambda: (), lambda: Regions(()))
    with pytest.raises(AccountError) as refused:
        access.add(CONSOLE, login="another1", name=name, role="viewer", scope=Scope())
    assert refused.value.code == "name_reserved"
    with pytest.raises(AccountError) as refused:
        tokens.make(CONSOLE, name=name, role="viewer", scope=Scope())
    assert refused.value.code == "name_reserved"


def test_many_names_from_one_address_are_few_checks_too(quiet: World) -> None:
    clock = Clock()
    access, counted = access_of(quiet, Brakes(clock))
    for number in range(1_000):
        clock.now += 0.06
        tried(access, f"name{number}", "10.0.0.1")
    assert counted.checks == CHECKS_OF_AN_ADDRESS <= 20


def test_an_office_behind_one_address_signs_in_all_the_same(quiet: World) -> None:
    """Whoever knows the password, or was only sent away, uses up nothing of what their address may get wrong."""
    access, counted = access_of(quiet, Brakes(Clock()))
    people = [account_of(quiet).login for _ in range(5)]
    access._read_again()
    for _ in range(3):
        assert [tried(access, login, "10.0.0.1", GOOD) for login in people * 2] == ["in"] * 10
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counted, "_waiting", threading.BoundedSemaphore(1))
        with counted.turn():
            assert [tried(access, f"busy{n}", "10.0.0.1") for n in range(30)] == ["busy"] * 30
    assert [tried(access, f"name{n}", "10.0.0.1") for n in range(25)].count("wrong") == CHECKS_OF_AN_ADDRESS
    assert tried(access, people[0], "10.0.0.1", GOOD) == "wait" and tried(access, people[0], "10.0.0.2", GOOD) == "in"


def test_each_mistake_makes_one_wait_twice_as_long_and_no_longer_than_the_window() -> None:
    clock, waits = Clock(), []
    brakes = Brakes(clock)
    for number in range(20):
        assert brakes.wait("wang", "a") == 0
        brakes.fail("wang", "a")
        waited = brakes.wait("wang", "a") if number + 1 >= FREE_FAILURES else 0
        waits.append(waited)
        clock.now += waited + 60
    assert waits[FREE_FAILURES - 1 : FREE_FAILURES + 4] == [1, 2, 4, 8, 16] and max(waits) <= WINDOW_SECONDS
    brakes.succeed("wang", "a")
    assert brakes.wait("wang", "a") == 0


def test_nobody_is_locked_out_by_another(quiet: World) -> None:
    clock = Clock()
    access, _ = access_of(quiet, Brakes(clock))
    account = account_of(quiet)
    access._read_again()
    for _ in range(30):
        tried(access, account.login, "10.6.6.6")
        clock.now += 1
    assert tried(access, account.login, "10.6.6.6", GOOD) == "wait"
    clock.now += 60
    assert tried(access, account.login, "10.0.0.2", GOOD) == "in"
    # whoever has guessed at one name may still sign in under their own, from the same desk
    other = account_of(quiet)
    access._read_again()
    assert tried(access, other.login, "10.6.6.6", GOOD) == "in"


def test_failures_before_a_restart_are_counted_after_it(world: World) -> None:
    account, (first, _) = account_of(world), access_of(world)
    first._read_again()
    for _ in range(FREE_FAILURES):
        assert tried(first, account.login, "10.7.7.7") == "wrong"
    again, counted = access_of(world)
    assert (tried(again, account.login, "10.7.7.7", GOOD), counted.checks) == ("wait", 0)
    assert tried(again, account.login, "10.7.7.8", GOOD) == "in"


def test_the_counts_fill_no_memory_and_take_no_time() -> None:
    clock = Clock()
    brakes = Brakes(clock)
    for number in range(30_000):
        clock.now += 0.1
        if brakes.wait(f"n{number}", f"a{number}") == 0:
            brakes.fail(f"n{number}", f"a{number}")
    assert len(brakes._failures) + len(brakes._checks) < 25_000
    for _ in range(2_000):
        brakes.fail("n", "a")
    assert len(brakes._failures["n", "a"]) < 100 and 0 < brakes.wait("n", "a") <= WINDOW_SECONDS


@pytest.mark.parametrize(
    "text", ["", " ", "\0", "\ud800", "x" * 19_000, "名" * 6_000, "' OR 1=1 --", "../..", "\u202e", "%00", "\r\nx"]
)
def test_whatever_is_typed_is_answered_as_a_mistake(world: World, text: str) -> None:
    world.app.access.brakes = Brakes()
    client = world.app.server.test_client()
    for fields in ({"login": text, "password": "x"}, {"login": "viewer", "password": text}):
        data = {name: value.encode("utf-8", "surrogatepass") for name, value in fields.items()}
        answer = client.post("/login", data=data, headers=OWN)
        assert answer.status_code in (401, 413) and "Set-Cookie" not in answer.headers
        assert "Traceback" not in answer.text and len(answer.text) < 40_000


def test_a_flood_is_sent_away_with_the_time_to_come_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two passwords are looked at, eight wait, the others are told to come again."""
    slow, held = Counted(), threading.Event()
    verify = slow._hasher.verify

    class Slow:
        def hash(self, text: str) -> str:
            return CHEAP._hasher.hash(text)

        def verify(self, *given: Any) -> bool:
            held.wait(10)
            return verify(*given)

    slow._hasher = Slow()  # type: ignore[assignment]
    monkeypatch.setattr(world.app.access, "passwords", slow)
    world.app.access.brakes = Brakes()

    def knock(number: int) -> tuple[int, str | None]:
        client = world.app.server.test_client()
        answer = client.post(
            "/login", data={"login": f"n{number}", "password": "x"}, headers=OWN,
            environ_base={"REMOTE_ADDR": f"10.1.0.{number}"},
        )  # fmt: skip
        if answer.status_code == 429:
            gone.append(number)
            if len(gone) == 20:
                held.set()
        return answer.status_code, answer.headers.get("Retry-After")

    gone: list[int] = []
    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(knock, range(30)))
    assert sorted(status for status, _ in answers) == [401] * 10 + [429] * 20
    assert all(seconds is not None and int(seconds) > 0 for status, seconds in answers if status == 429)
    assert slow.check(None, "x") is False  # the turns were given back


def test_whoever_chooses_twice_at_once_ends_with_one_password(world: World) -> None:
    account, access = account_of(world), world.app.access
    access.brakes = Brakes()
    together = threading.Barrier(4)

    def choose(number: int) -> None:
        together.wait()
        with suppress(SignInError):
            access.choose_password(account, GOOD, f"another barrow {number} on mars", "10.2.0.1")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(choose, range(4)))
    access.brakes = Brakes()
    good = [n for n in range(4) if tried(access, account.login, "10.2.0.2", f"another barrow {n} on mars") == "in"]
    assert len(good) == 1 and tried(access, account.login, "10.2.0.3", GOOD) == "wrong"


@pytest.mark.parametrize("meanwhile", ["reset", "disabled", "changed"])
def test_what_happens_while_a_password_is_looked_at_is_not_overtaken(
    world: World, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    account, access = account_of(world), world.app.access
    access.brakes = Brakes()
    check = access.passwords.check

    def slowly(*given: Any) -> bool:
        found = check(*given)
        _meanwhile(access, account, meanwhile)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(access.passwords, "check", slowly)
        try:
            text = access.sign_in(account.login, GOOD, "10.3.0.1")
        except SignInError:
            return
    known = access.known(text)
    assert known is None or (meanwhile == "changed" and known.account.role == "viewer")


def _meanwhile(access: Access, account: Account, what: str) -> None:
    if what == "reset":
        access.reset_password(CONSOLE, account.account_id)
    else:
        access.change(CONSOLE, account.account_id, **({"disabled": True} if what == "disabled" else {"role": "viewer"}))


@pytest.mark.parametrize(
    "text",
    ["short", "x" * (MOST_CHARACTERS + 1), "aaaaaaaaaaaaaaaa", "abcdefghijklmnop", "1234567890123456", "wang.li-2026!!",
     "0123456789ab", "password1234567", "qwertyuiop123456", "iloveyou12345678", "Password123456!", "P@ssw0rd2026!!",
     "admin@123456", "1qaz2wsx3edc", "jiangsu202611", "woaini1314520", "hunter2hunter2"],
)  # fmt: skip
def test_passwords_that_are_guessed_first_are_not_taken(text: str) -> None:
    with pytest.raises(PasswordError):
        need_good_password(text, "wang.li", "王力")


@pytest.mark.parametrize(
    "text", [GOOD, "江苏医保的春天来了真好呀", "correct horse battery staple", "x9 wheel " * (MOST_CHARACTERS // 9)]
)
def test_a_few_words_are_a_password(text: str) -> None:
    need_good_password(text, "wang.li", "王力")


def test_a_one_time_password_has_more_than_128_bits() -> None:
    made = {one_time_password() for _ in range(500)}
    assert len(made) == 500 and len({len(one) for one in made}) == 1
    assert len(next(iter(made))) * math.log2(len(set("".join(made)))) > 128


def test_a_failure_is_told_in_one_text_and_one_log_entry(world: World) -> None:
    create_app(world.app.drawing._desk, passwords=CHEAP)  # counts what failed before, and adds nothing
    account, access = account_of(world), world.app.access
    access.brakes, told = Brakes(), set()
    for login in (account.login, "nobody-of-that-name", "operator"):
        with pytest.raises(SignInError) as refused:
            access.sign_in(login, "wrong password", "10.4.0.1")
        told.add((refused.value.code, refused.value.zh, refused.value.en))
    assert len(told) == 1
