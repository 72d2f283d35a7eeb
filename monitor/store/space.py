"""How much room the disk of the store has left, and how little of it is too little to take in a file."""

from __future__ import annotations

import errno
import shutil
from dataclasses import dataclass
from pathlib import Path

from .errors import StoreError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FULL_WORDS = ("No space left", "Disk quota exceeded", "File too large")


@dataclass(frozen=True)
class Room:
    """Bytes. `free`: on the disk of the store; `needed`: below so many no file is taken."""

    free: int
    needed: int

    @property
    def is_low(self) -> bool:
        return self.free < self.needed


class LowSpaceError(StoreError):
    """Nothing was written: what is left has to do for reviews, the log and a backup."""

    def __init__(self, room: Room) -> None:
        self.room = room
        free, needed = f"{room.free / 1e6:,.0f}", f"{room.needed / 1e6:,.0f}"
        super().__init__(
            "low_space",
            f"磁盘可用空间只剩 {free} MB，少于 {needed} MB：暂不接收文件，本次没有写入任何内容；"
            "已有数据照常查看和审核。请系统管理员腾出空间后再送",
            f"the disk has {free} MB left, less than {needed} MB: no file is taken and nothing was written; what is"
            " there is read and reviewed as before. Send again when the operator has made room",
        )


@dataclass(frozen=True)
class Space:
    """The disk of a store's file, None for a store in memory. `least`: bytes that have to be free in any case."""

    store: Path | None
    least: int

    def look(self) -> Room | None:
        """The room there is: `least` bytes are needed, or twice the store with its log; None in memory.

        Raises OSError where the folder is gone.
        """
        if self.store is None:
            return None
        return Room(shutil.disk_usage(self.store.parent).free, max(self.least, 2 * _size(self.store)))

    def need(self) -> None:
        """Asked before anything of a file is written. Raises LowSpaceError, OSError as `look` does."""
        room = self.look()
        if room is not None and room.is_low:
            raise LowSpaceError(room)


def is_full(error: BaseException) -> bool:
    """Whether a failure means that the disk, a quota or a limit left no room for what was to be written."""
    if isinstance(error, OSError):
        return error.errno in _FULL
    return isinstance(error, LowSpaceError) or any(words in str(error) for words in _FULL_WORDS)


def _size(store: Path) -> int:
    total = 0
    for path in (store, store.with_name(store.name + ".wal")):
        try:
            total += path.stat().st_size
        except FileNotFoundError:  # the log goes at each checkpoint
            continue
    return total
