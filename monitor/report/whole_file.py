"""Files that are there whole or not at all; what a writer that was killed left beside them is cleared by the next."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PARTS = ".parts"
"""What ends the name of a folder that a writer may make beside the file it was given, for what it is made of."""
_PART = ".part"
_RANDOM = "[a-z0-9_]{8}"  # as tempfile writes it


def replace_file(path: Path, write: Callable[[Path], object]) -> str:
    """Writes beside the target and renames, so that a reader sees the old file or the new one; gives its SHA-256.

    `write` is given a file that is empty. Raises OSError.
    """
    _clear_remains(path)
    with _beside(path) as temporary:
        write(temporary)
        temporary.chmod(0o644)
        with temporary.open("rb") as written:
            digest = hashlib.file_digest(written, "sha256").hexdigest()
            os.fsync(written.fileno())
        temporary.replace(path)
    return digest


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """An empty file of its own beside the target, locked as long as this process writes it, gone at the end."""
    while True:
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=_PART + path.suffix, dir=path.parent)
        temporary = Path(name)
        try:
            if _keep(handle):
                yield temporary
                return
        finally:
            temporary.unlink(missing_ok=True)
            os.close(handle)


def _keep(handle: int) -> bool:
    """Whether the new file is kept: False where another writer found it before it was locked, and clears it away."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks: nobody gets one on it either, and nothing is cleared there
        return True
    return os.fstat(handle).st_nlink > 0


def _clear_remains(path: Path) -> None:
    """Take away what dead writers of this target left. What is locked is being written, and stays."""
    name = re.compile(re.escape(f".{path.stem}-") + _RANDOM + re.escape(_PART + path.suffix))
    with suppress(OSError):
        for entry in os.scandir(path.parent):
            if name.fullmatch(entry.name):
                with suppress(OSError):
                    _clear_dead(path.parent / entry.name)


def _clear_dead(left: Path) -> None:
    """Raises OSError, also for one that is being written."""
    handle = os.open(left, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if stat.S_ISREG(os.fstat(handle).st_mode):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left.with_name(left.name + PARTS), ignore_errors=True)
            left.unlink()
    finally:
        os.close(handle)
