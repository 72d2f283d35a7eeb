"""The owner's file, beside the store: which process has the store open for good, and where it lends it to commands.

A lock on the file is held as long as its owner lives, so that of servers that start at once one lives. What it says
(JSON, mode 0600) is for commands of the same user: they ask the owner instead of opening the store (see lending.py).
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from .errors import StoreError, in_use, opening_error

_NAMED_SECONDS = 1.0  # between having the lock and saying so lie a few statements


@dataclass(frozen=True)
class Owner:
    """`port`: on the loopback address, None while the owner is still starting; `token`: hexadecimal; `version`: of
    its program.
    """

    pid: int
    version: str
    port: int | None = None
    token: str = ""


def owner_file(store: Path) -> Path:
    store = store.resolve()  # one for all paths that lead to the store
    return store.with_name(f"{store.name}.owner")


def find_owner(store: Path) -> Owner | None:
    """Who says that it owns the store; one that was killed still says so. None where the file cannot be read."""
    try:
        said = json.loads(owner_file(store).read_text(encoding="utf-8"))
        return Owner(int(said["pid"]), str(said["version"]), said["port"], str(said["token"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None


class Ownership:
    """What the one owner has, made by `owning`; says in the file who owns the store."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def tell(self, owner: Owner) -> None:
        """Raises OSError."""
        said = json.dumps(asdict(owner)).encode()
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, said, 0)


@contextmanager
def owning(store: Path, version: str) -> Iterator[Ownership]:
    """Be the one owner of the store, which need not be there yet, to the end of the block.

    Raises StoreError: another process is its owner (`in_use`, its pid named), no permission.
    """
    file, is_new = owner_file(store), not store.parent.exists()
    try:
        store.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = _locked(file)
    except OSError as error:
        raise opening_error(store, error) from error
    if descriptor is None:
        raise _owned(store)
    try:
        ownership = Ownership(descriptor)
        ownership.tell(Owner(os.getpid(), version))
        yield ownership
    finally:
        file.unlink(missing_ok=True)
        os.close(descriptor)
        if is_new:
            with suppress(OSError):  # there is a store by now
                store.parent.rmdir()


def _locked(file: Path) -> int | None:
    """The descriptor of the file, locked; None where another has the lock. Raises OSError."""
    while True:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.exists(file) and os.path.samestat(os.fstat(descriptor), os.stat(file)):
                os.fchmod(descriptor, 0o600)
                return descriptor
        except BlockingIOError:
            os.close(descriptor)
            return None
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # its owner ended just now and took the file away


def _owned(store: Path) -> StoreError:
    until = time.monotonic() + _NAMED_SECONDS
    while (owner := find_owner(store)) is None and time.monotonic() < until:
        time.sleep(0.01)
    return in_use(store, owner.pid if owner is not None else None)
