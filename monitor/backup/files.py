"""Files copied so that they are there after a power cut, with the SHA-256 of what was copied."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

from monitor.store.erasures import digest_of, to_disk

_PIECE = 1 << 20


def copy_file(source: Path, target: Path) -> str:
    """Copy a file's bytes to a new file of mode 0600, to the disk; SHA-256 of them. Raises OSError."""
    with source.open("rb") as given:
        return copy_stream(given, target)


def copy_stream(given: BinaryIO, target: Path) -> str:
    """As `copy_file`, of what is open already and stays so."""
    digest = hashlib.sha256()
    given.seek(0)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as taken:
        while piece := given.read(_PIECE):
            digest.update(piece)
            taken.write(piece)
        taken.flush()
        os.fsync(taken.fileno())
    return digest.hexdigest()


def write_text(target: Path, text: str) -> str:
    """As `copy_file`, of a text."""
    content = text.encode()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as taken:
        taken.write(content)
        taken.flush()
        os.fsync(taken.fileno())
    return hashlib.sha256(content).hexdigest()


def take_file(source: Path, target: Path) -> str:
    """Move a file, from another disk too; it is on the disk then. Raises OSError."""
    if source.stat().st_dev != target.parent.stat().st_dev:
        digest = copy_file(source, target)
        source.unlink()
        return digest
    os.rename(source, target)
    to_disk(target)
    return digest_of(target)


def link_file(source: Path, target: Path, expected: str) -> bool:
    """Give the file a second name where it holds the expected bytes and the disk can do that; whether it did."""
    try:
        if digest_of(source) != expected:
            return False
        os.link(source, target)
    except OSError:
        return False
    return True


def folders_to_disk(folder: Path) -> None:
    """Let the names in a folder and in those within it be there after a crash. Raises OSError."""
    for inner in folder.iterdir():
        if inner.is_dir():
            folders_to_disk(inner)
    to_disk(folder)
