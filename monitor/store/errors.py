"""What can be wrong with a store, in words for people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb


class StoreError(Exception):
    """The store cannot be opened, read or written; nothing was changed by the call that raised it.

    `code` is stable snake_case; `zh` and `en` say what, where and the cure; `pid` is the owner's where another
    process holds the store.
    """

    def __init__(self, code: str, zh: str, en: str, *, pid: int | None = None) -> None:
        super().__init__(f"{zh} | {en}")
        self.code, self.zh, self.en, self.pid = code, zh, en, pid


class StoreFatal(Exception):
    """DuckDB has given up the database inside this process (disk full at a checkpoint, an internal fault).

    Every further question would fail too, so the owner process exits and is started again; all acknowledged
    commits are there after reopening. Not a `StoreError`, so that a handler of those cannot hide it.
    """

    def __init__(self, reason: str) -> None:
        self.zh = f"数据库已在本进程内停止工作（{reason}），请重新启动程序；已确认的数据不会丢失。"
        self.en = f"the database has stopped ({reason}): start the program again, no acknowledged data is lost"
        super().__init__(f"{self.zh} | {self.en}")


_watchers: list[Callable[[StoreFatal], None]] = []


@contextmanager
def watching_for_the_end(told: Callable[[StoreFatal], None]) -> Iterator[None]:
    """While it lasts, `told` hears of every StoreFatal, whoever catches it, in the thread that met it."""
    _watchers.append(told)
    try:
        yield
    finally:
        _watchers.remove(told)


def first_line(error: BaseException) -> str:
    """DuckDB's message without its stack trace or hints."""
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def opening_error(path: Path, error: Exception) -> StoreError:
    """Why DuckDB refused to open `path`."""
    text = first_line(error)
    said = text.replace(str(path), "")  # a folder may be named anything
    if "lock" in said and (owner := re.search(r"PID (\d+)", str(error))):
        return in_use(path, int(owner[1]))
    if "version number" in said or "newer version" in said:
        return newer_store(path, text)
    if "ermission denied" in said or "Read-only file system" in said or isinstance(error, PermissionError):
        return StoreError(
            "no_permission",
            f"没有权限读写 {path}；请检查该文件及其所在文件夹的所有者和权限。",
            f"no permission to read and write {path}: check the owner and mode of the file and of its folder",
        )
    if "WAL" in said or "replay" in said:
        return StoreError(
            "damaged_wal",
            f"数据库 {path} 的预写日志损坏（{text}）；请停止使用该文件，从备份的副本恢复。",
            f"the write-ahead log of {path} is damaged ({text}): put it aside and restore a backup copy",
        )
    if any(words in said for words in ("No such file", "Not a directory", "does not exist")):
        return StoreError(
            "not_found",
            f"数据库 {path} 不存在，或其路径不是文件夹；请检查设置 MONITOR_STORE。",
            f"the store {path} does not exist or its folder is no folder: check MONITOR_STORE",
        )
    return StoreError(
        "damaged",
        f"{path} 不是可用的数据库文件（{text}）；请检查路径，或从备份的副本恢复。",
        f"{path} is no usable store ({text}): check the path, or restore a backup copy",
    )


def in_use(path: Path, pid: int | None) -> StoreError:
    """`pid` None: it is not known yet."""
    return StoreError(
        "in_use",
        f"数据库 {path} 正由进程 {pid or '（未知）'} 使用；一个数据库只能由一个程序打开，"
        "请先停止该进程，或改用它提供的页面。",
        f"the store {path} is in use by pid {pid or '(unknown)'}: only one program may open it; stop that one or use"
        " its pages",
        pid=pid,
    )


def newer_store(path: Path | str, detail: str) -> StoreError:
    return StoreError(
        "newer",
        f"数据库 {path} 由更新版本的程序写成（{detail}）；请升级本程序，旧版本不能打开它。",
        f"the store {path} was written by a newer program ({detail}): upgrade this program, it cannot open it",
    )


def older_store(path: Path | str, missing: int) -> StoreError:
    return StoreError(
        "older",
        f"数据库 {path} 的结构尚未升级（缺 {missing} 步），只读方式不能升级；请先用本版本以读写方式打开一次。",
        f"the store {path} lacks {missing} migrations and was opened read-only: open it once for writing",
    )


def foreign_store(path: Path | str) -> StoreError:
    return StoreError(
        "foreign",
        f"{path} 是其他程序的 DuckDB 文件，不会改动；请检查设置 MONITOR_STORE。",
        f"{path} is another program's DuckDB file and was left alone: check MONITOR_STORE",
    )


def working_error(error: duckdb.Error) -> Exception:
    """What a failed statement means: the end of the database, a fault of the machine, or (as it is) a mistake in it."""
    if isinstance(error, (duckdb.FatalException, duckdb.InternalException)):
        fatal = StoreFatal(first_line(error))
        for told in tuple(_watchers):
            told(fatal)
        return fatal
    text = first_line(error)
    if "checksum" in text or "Corrupt database file" in text:
        return StoreError(
            "damaged",
            f"数据库文件有损坏之处（{text}）；请停止程序，用 monitor restore 从备份恢复。",
            f"the store's file is damaged ({text}): stop the program and restore a backup (`monitor restore`)",
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        return StoreError(
            "machine",
            f"数据库内存或磁盘不足，本次操作未生效（{text}）；请检查磁盘空间，或加大 MONITOR_STORE_MEMORY_BYTES"
            "（只读副本为 MONITOR_READER_MEMORY_BYTES）后重试。",
            f"the database has too little memory or disk, and nothing was changed ({text}): check disk space, or raise"
            " MONITOR_STORE_MEMORY_BYTES (of a read-only copy MONITOR_READER_MEMORY_BYTES)",
        )
    machine = isinstance(error, duckdb.IOException)
    if machine or "No space left" in str(error) or "Failed to commit" in text:
        return StoreError(
            "machine",
            f"数据库读写失败，本次操作未生效（{text}）；请检查磁盘空间和权限后重试。",
            f"reading or writing the store failed and nothing was changed ({text}): check disk space and permissions",
        )
    return error
