"""The files of a folder of records: which they are, what each holds, and that none changed meanwhile."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .errors import RecordsError, all_of

SUFFIX = ".parquet"
MOST_FILES = 20_000
_HIDDEN = ("_", ".")  # what Spark and others leave beside their files: _SUCCESS, .part-0.crc, _temporary
# whatever else means something in a pattern of file names, on one engine or the other
_PLAIN = re.compile(r"[\w .=+@%~-]+")
_HASHING = 2


@dataclass(frozen=True)
class RecordFile:
    """`name`: its place in the folder, with `/`; `stamp`: what changes when the file does."""

    name: str
    path: Path
    size: int
    stamp: tuple[int, int, int]

    @property
    def parts(self) -> dict[str, str]:
        """What the folders say that are named `column=value`."""
        folders = self.name.split("/")[:-1]
        return {key: value for key, mark, value in (one.partition("=") for one in folders) if mark}


@dataclass(frozen=True)
class Folder:
    """`files` by name; `passed`: names of files that are no Parquet, which are not read."""

    path: Path
    files: tuple[RecordFile, ...]
    passed: tuple[str, ...]


@dataclass(frozen=True)
class Sealed:
    """A file as it was computed from. `rows`: as its footer says."""

    name: str
    size: int
    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    files: tuple[Sealed, ...]

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.files)

    @property
    def size(self) -> int:
        return sum(one.size for one in self.files)

    @property
    def sha256(self) -> str:
        """Of one line a file, `sha256 rows size name`, by name: the same records in the same files give the same."""
        digest = hashlib.sha256()
        for one in self.files:
            digest.update(f"{one.sha256} {one.rows} {one.size} {one.name}\n".encode())
        return digest.hexdigest()


def look_into(folder: Path) -> Folder:
    """The Parquet files at and below a folder, by name. Raises RecordsError with all that cannot be read as it is."""
    try:
        root = folder.resolve(strict=True)
    except OSError:
        raise RecordsError("no_folder", f"{folder}：没有这个文件夹", f"{folder}: there is no such folder") from None
    if not root.is_dir():
        raise RecordsError(
            "no_folder",
            f"{folder}：不是文件夹；请给出存放记录的文件夹",
            f"{folder}: no folder: name that of the records",
        )
    if not all(_PLAIN.fullmatch(part) for part in root.parts[1:]):
        zh, en = f"{folder}：路径中有特殊字符，请换一个文件夹", f"{folder}: its path holds special characters: move it"
        raise RecordsError("bad_name", zh, en)
    files: list[RecordFile] = []
    passed: list[str] = []
    problems: list[tuple[str, str]] = []
    for name, entry in _entries(root, ""):
        problem = _problem(name, entry)
        if problem is not None:
            problems.append(problem)
        elif not entry.name.lower().endswith(SUFFIX):
            passed.append(name)
        else:
            files.append(_file(name, root / name))
        if len(files) > MOST_FILES:
            zh, en = f"超过 {MOST_FILES} 个文件；请合并", f"more than {MOST_FILES} files: merge them"
            raise RecordsError("too_many_files", f"{folder}：{zh}", f"{folder}: {en}")
    if problems:
        raise all_of("bad_file", problems)
    if not files:
        zh, en = f"{folder}：没有 {SUFFIX} 文件", f"{folder}: holds no {SUFFIX} file"
        raise RecordsError("no_files", zh, en)
    return Folder(root, tuple(sorted(files, key=lambda one: one.name)), tuple(sorted(passed)))


def _entries(folder: Path, above: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Everything below that is no folder, with its name; a link is not followed."""
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        name = f"{above}{entry.name}"
        if entry.name.startswith(_HIDDEN):
            continue
        if entry.is_dir(follow_symlinks=False) and _PLAIN.fullmatch(entry.name):
            yield from _entries(folder / entry.name, f"{name}/")
        else:
            yield name, entry


def _problem(name: str, entry: os.DirEntry[str]) -> tuple[str, str] | None:
    shown = ascii(name)[1:-1] if not name.isprintable() else name
    if entry.is_symlink():
        return (
            f"{shown}：是链接；记录须是本文件夹自己的文件，请复制过来",
            f"{shown}: is a link; records are read from files of the folder itself: copy it here",
        )
    if not _PLAIN.fullmatch(entry.name):
        return f"{shown}：文件名有特殊字符，请改名", f"{shown}: its name holds special characters: rename it"
    if not entry.is_file(follow_symlinks=False):
        return f"{shown}：不是普通文件", f"{shown}: is no regular file"
    return None


def _file(name: str, path: Path) -> RecordFile:
    found = path.lstat()
    return RecordFile(name, path, found.st_size, _stamp(found))


def _stamp(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_ino, found.st_size, found.st_mtime_ns


def seal(folder: Folder, rows: Sequence[int]) -> Manifest:
    """The SHA-256 of each file; `rows`: of each, in their order. Raises RecordsError for one that changed, OSError."""
    with ThreadPoolExecutor(_HASHING) as hashing:
        digests = hashing.map(_digest, folder.files)
        return Manifest(
            tuple(
                Sealed(file.name, file.size, count, digest)
                for file, count, digest in zip(folder.files, rows, digests, strict=True)
            )
        )


def _digest(file: RecordFile) -> str:
    handle = os.open(file.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as opened:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or _stamp(found) != file.stamp:
            raise _changed([file])
        return hashlib.file_digest(opened, "sha256").hexdigest()


def refuse_changed(files: Iterable[RecordFile]) -> None:
    """To be asked when all has been read. Raises RecordsError."""
    changed = [file for file in files if not file.path.exists() or _stamp(file.path.lstat()) != file.stamp]
    if changed:
        raise _changed(changed)


def _changed(files: Sequence[RecordFile]) -> RecordsError:
    problems = [
        (f"{file.name}：读取期间被改动；请在写完后再计算", f"{file.name}: changed while it was read: compute again")
        for file in files
    ]
    return all_of("changed", problems)
