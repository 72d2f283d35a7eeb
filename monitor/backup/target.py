"""The empty folder that a store is restored into: nothing looks like a store there before all of it is proven."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.store.erasures import to_disk

from .errors import BackupError
from .files import folders_to_disk

_WORK = ".restoring"


@contextmanager
def filling(target: Path, store: str) -> Iterator[Path]:
    """A folder to make the data folder in; at the end of the block it is moved into `target`, the file `store` last.

    Where the block raises, `target` is as it was. Raises BackupError: not empty, or it cannot be used.
    """
    was_there = target.is_dir()
    work = target / _WORK
    try:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        held = sorted(one.name for one in target.iterdir() if one.name not in ("lost+found", _WORK))
        if held:
            raise BackupError(
                "not_empty",
                f"{target}：不是空文件夹（其中有 {held[0]}）；请用 --to 指明一个空文件夹或新文件夹",
                f"{target}: is not empty (it holds {held[0]}): name an empty or a new folder with --to",
            )
        lock = _locked(work)
    except OSError as error:
        raise BackupError(
            "folder",
            f"{target}：不能恢复到这里（{error.strerror}）；请检查路径、所有者和权限",
            f"{target}: nothing can be restored here ({error.strerror}): check path, owner and mode",
        ) from error
    try:
        yield work
        folders_to_disk(work)
        for one in sorted(work.iterdir(), key=lambda path: path.name == store):
            os.rename(one, target / one.name)
        work.rmdir()
        to_disk(target)
    except OSError as error:
        place = error.filename or target
        raise BackupError(
            "machine",
            f"{place}：恢复失败（{error.strerror}）；请检查磁盘空间和权限后重试",
            f"{place}: restoring failed ({error.strerror}): check disk space and permissions, then try again",
        ) from error
    finally:
        if work.exists():
            shutil.rmtree(work, ignore_errors=True)
            if not was_there:
                shutil.rmtree(target, ignore_errors=True)
        os.close(lock)


def _locked(work: Path) -> int:
    """The folder, made and locked as long as what is returned is open; what a restore that was killed left goes.

    Raises OSError, BackupError where another restore is at work there.
    """
    while True:
        is_new = not work.exists()
        work.mkdir(mode=0o700, exist_ok=True)
        lock = os.open(work, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_ours = os.path.samestat(os.fstat(lock), work.lstat())
        except FileNotFoundError:  # the other one has ended between the two
            is_ours = False
        except OSError as error:
            if is_new and not isinstance(error, BlockingIOError):
                return lock  # a file system on which folders cannot be locked
            os.close(lock)
            raise BackupError(
                "busy",
                f"{work.parent}：另一个恢复正在进行；若是中断后留下的，请删除 {work}",
                f"{work.parent}: another restore is at work there; where one was cut off, remove {work}",
            ) from None
        if is_ours:
            for one in work.iterdir():
                shutil.rmtree(one) if one.is_dir() and not one.is_symlink() else one.unlink()
            return lock
        os.close(lock)
