"""The empty folder that a store is restored into: nothing looks like a store there before all of it is proven."""

from __future__ import annotations

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
        if any(one.name != "lost+found" for one in target.iterdir()):
            raise BackupError(
                "not_empty",
                f"{target}：不是空文件夹；请用 --to 指明一个空文件夹或新文件夹",
                f"{target}: is not empty: name an empty or a new folder with --to",
            )
        work.mkdir(mode=0o700)
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
