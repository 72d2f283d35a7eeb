"""Passwords: what is asked of them, and argon2id hashes that are made and checked two at a time.

One check takes 19 MiB and some 50 ms, so a flood of them would be a way to stop the server: two run at once, and on a
small machine one, so that pages have a core to themselves; a few wait, all others are sent away (reliability.md 1.14).
They run in threads of their own, for a thread that has made a hash keeps its 19 MiB.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from decimal import Decimal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from .names import as_heard

LEAST_CHARACTERS = 12
MOST_CHARACTERS = 128
# nothing that is read as something else
_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # pragma: allowlist secret
_ONE_TIME_CHARACTERS = 24
ONE_TIME_DAYS = 3
_AT_ONCE = max(1, min(2, (os.cpu_count() or 1) - 1))
_NICE = 10
_TURNS = 10
"""Looked at or waiting."""
_LEAST_GUESSES = 10**9
"""So many tries by whoever knows how passwords are made: more than a century at the pace that the brakes allow."""
_LOOKED_AT = 64
"""Characters of a new password: the time of the estimate grows with the square of them."""


class TooManyError(Exception):
    """So many passwords are being checked that this one was not: ask again in some seconds."""


class PasswordError(ValueError):
    """A password that will not do; `zh` and `en` say why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class Passwords:
    """Safe to use from many threads. `hasher`: with other costs than those of the service, for tests."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._threads = ThreadPoolExecutor(_AT_ONCE, "passwords", _give_way)
        self._waiting = threading.BoundedSemaphore(_TURNS)
        # what an unknown name is checked against, so that it takes as long as a known one
        self._nobody = self.hash(secrets.token_urlsafe(32))

    def hash(self, password: str) -> str:
        """Raises TooManyError."""
        with self.turn():
            return self._threads.submit(self._hasher.hash, password).result()

    def check(self, hash_: str | None, password: str) -> bool:
        """Whether it is the password of that hash; None takes as long and is never right. To be asked in a turn."""
        try:
            given = password[: MOST_CHARACTERS + 1]
            right = self._threads.submit(self._hasher.verify, hash_ or self._nobody, given).result()
        except (VerificationError, InvalidHashError):
            return False
        return right and hash_ is not None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Around a check and what is looked up for it, so that a flood costs no look-ups. Raises TooManyError."""
        if not self._waiting.acquire(blocking=False):
            raise TooManyError
        try:
            yield
        finally:
            self._waiting.release()


def _give_way() -> None:
    """Whoever reads a page goes before whoever tries a password."""
    with suppress(OSError, AttributeError):  # threads have no priority of their own on some systems
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


def one_time_password() -> str:
    """Some 138 bits, to be read from a screen once."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_ONE_TIME_CHARACTERS))


def need_good_password(password: str, *known: str) -> None:
    """Length alone makes a password good, unless it is easily guessed; `known`: the login and the name of its owner.

    Raises PasswordError.
    """
    if len(password) < LEAST_CHARACTERS:
        raise PasswordError(
            f"密码至少 {LEAST_CHARACTERS} 个字符；可以用几个词连成一句",
            f"a password has at least {LEAST_CHARACTERS} characters: a few words make one",
        )
    if len(password) > MOST_CHARACTERS:
        raise PasswordError(
            f"密码最多 {MOST_CHARACTERS} 个字符", f"a password has at most {MOST_CHARACTERS} characters"
        )
    heard = as_heard(password)
    own = [name for name in map(as_heard, known) if len(name) > 2 and name in heard]
    if own or _guesses(password, known) < _LEAST_GUESSES:
        raise PasswordError(
            "密码太容易被猜到：不要用自己的姓名、登录名、常见密码、重复或连续的字符；几个词连成一句最好",
            "this password is too easily guessed: no names of your own, no common password, nothing repeated, no rows"
            " of characters; a few words make a good one",
        )


def _guesses(password: str, known: Sequence[str]) -> Decimal:
    """After Wheeler, zxcvbn: low-budget password strength estimation (USENIX Security 2016). Its words are English, so
    that a Chinese text counts by its length alone."""
    from zxcvbn import zxcvbn  # its lists take a while to load, and a password is chosen seldom

    found: Decimal = zxcvbn(password[:_LOOKED_AT], [*known])["guesses"]
    return found
