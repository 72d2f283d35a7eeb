"""From a path to a text: every way in which a file cannot be read is a Problem, never a traceback."""

from __future__ import annotations

from pathlib import Path

from .problems import CatalogueError, Problem

MOST_BYTES = 5 * 1024 * 1024


def read_text(path: Path, name: str) -> str:
    """The file's text, UTF-8 with or without BOM. Raises CatalogueError, naming the file `name`."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise _whole(name, "missing_file", "文件不存在；检查路径", "no such file; check the path") from None
    except IsADirectoryError:
        raise _whole(name, "not_a_file", "这是文件夹，不是文件", "this is a folder, not a file") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _whole(name, "unreadable_file", f"文件读不出：{reason}", f"cannot be read: {reason}") from None
    if len(data) > MOST_BYTES:
        limit = MOST_BYTES // 1024 // 1024
        raise _whole(name, "file_too_large", f"文件超过 {limit} MB", f"the file is larger than {limit} MB")
    return decode(data, name)


def decode(data: bytes, name: str) -> str:
    """Raises CatalogueError at the line of the first byte that is not UTF-8."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CatalogueError(
            [Problem(name, line, "", "bad_encoding", "不是 UTF-8 编码；另存为 UTF-8", "not UTF-8; save it as UTF-8")]
        ) from None
    return text


def refuse_empty(text: str, name: str) -> None:
    """Raises CatalogueError when nothing but white space is there."""
    if not text.strip():
        raise _whole(name, "empty_file", "文件是空的", "the file is empty")


def _whole(name: str, code: str, zh: str, en: str) -> CatalogueError:
    return CatalogueError([Problem(name, None, "", code, zh, en)])
