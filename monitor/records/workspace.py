"""A folder for what is made meanwhile; what a run that was killed left behind is cleared by the next one."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "plan-monitor-records-"


@contextmanager
def workspace() -> Iterator[Path]:
    """An empty folder of this user's own among the system's temporary ones, locked while in use, gone at the end."""
    above = Path(tempfile.gettempdir())
    _clear_dead(above)
    folder, handle = _made(above)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def _made(above: Path) -> tuple[Path, int]:
    """A new folder and its lock; one that another run found before it was locked is made again."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=above))
        with suppress(FileNotFoundError):
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(handle, fcntl.LOCK_EX)
            if os.fstat(handle).st_nlink > 0:
                return folder, handle
            os.close(handle)


def _clear_dead(above: Path) -> None:
    for left in above.glob(f"{PREFIX}*"):
        with suppress(OSError):
            handle = os.open(left, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                if os.fstat(handle).st_uid == os.getuid():
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(left, ignore_errors=True)
            finally:
                os.close(handle)
