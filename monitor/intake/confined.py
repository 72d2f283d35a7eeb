"""Work on untrusted bytes in a process of its own: a copy with its hash, a limited child, what its death means."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from select import select
from typing import Any

from .limits import Limits
from .problems import Refused, escape_text

_LOG = logging.getLogger(__name__)
_PIECE = 1 << 20
_COMPLAINT_CHARACTERS = 800
CHILDREN = threading.BoundedSemaphore(2)  # reliability.md section 3: two children at once at most
_PACKAGES = str(Path(__file__).resolve().parents[2])
# -I: neither the environment nor the working folder decides what is imported. The package's own folder is named,
# so that a checkout that is not installed reads with the same code.
CHILD = ("-I", "-X", "utf8", "-c", "import sys; sys.path.insert(0, sys.argv[1]); "
         "from monitor.intake.child import main; main()", _PACKAGES)  # fmt: skip
_KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")

DEATHS = {
    "time": ("读取超过时限", "reading took longer than allowed"),
    "memory": ("读取需要的内存超过上限", "reading needed more memory than allowed"),
    "size": ("读取结果超过上限", "the result is larger than allowed"),
    "crash": ("读取程序异常中止", "the reader broke off"),
}
# how a death shows: the signal that ended the process, or its last words
_SIGNS: dict[str, tuple[int | str, ...]] = {
    "time": (-signal.SIGXCPU,),
    "size": (-signal.SIGXFSZ, "File too large"),
    "memory": ("MemoryError", "memory allocation", "Out of Memory"),
}


class ChildDied(Exception):
    """The child gave no answer; `reason` is a key of the known deaths."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def ask_child(job: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
    """The answer of a limited child to a job that leaves no files in a folder of ours. Raises ChildDied."""
    with CHILDREN, tempfile.TemporaryDirectory(prefix="monitor-") as folder:
        return run_child(CHILD, job, Path(folder), limits)


def run_child(arguments: Sequence[str], job: Mapping[str, Any], folder: Path, limits: Limits) -> dict[str, Any]:
    """Start Python with `arguments`, give it the job, return its answer. Raises ChildDied."""
    environment = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    # one arena: each further one would take 64 MiB of the address space that is limited
    environment |= {"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1"}
    environment["OPENPYXL_LXML"] = "False"  # where lxml is there, openpyxl would write by it, past kept_results.py
    deadline = time.monotonic() + limits.child_wall_seconds
    with tempfile.TemporaryFile(dir=folder) as question, tempfile.TemporaryFile(dir=folder) as complaints:
        question.write(json.dumps(job).encode())
        question.seek(0)
        process = subprocess.Popen(
            [sys.executable, *arguments], stdin=question, stdout=subprocess.PIPE, stderr=complaints,
            cwd=folder, env=environment, start_new_session=True,
        )  # fmt: skip
        try:
            answer = _answer(process, deadline, limits.reply_bytes)
            code = process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise ChildDied("time") from None
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()
        complaints.seek(0)
        return _understood(answer, code, complaints.read(_PIECE).decode("utf-8", "replace"))


def _answer(process: subprocess.Popen[bytes], deadline: float, limit: int) -> bytes:
    """What the child says until it closes its mouth. Raises ChildDied when it says too much or takes too long."""
    assert process.stdout is not None
    mouth = process.stdout.fileno()
    said = bytearray()
    while True:
        ready, _, _ = select([mouth], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise ChildDied("time")
        piece = os.read(mouth, _PIECE)
        if not piece:
            return bytes(said)
        said += piece
        if len(said) > limit:
            raise ChildDied("size")


def _understood(answer: bytes, code: int, complaint: str) -> dict[str, Any]:
    if code == 0:
        try:
            content: dict[str, Any] = json.loads(answer)
        except ValueError:
            raise ChildDied("crash") from None
        return content
    _LOG.warning(
        "reader ended with %d: %s", code, escape_text(complaint.strip()[-_COMPLAINT_CHARACTERS:], _COMPLAINT_CHARACTERS)
    )
    if "No space left" in complaint:
        raise OSError(errno.ENOSPC, "no space left for reading a file")
    for reason, signs in _SIGNS.items():
        if code in signs or any(isinstance(sign, str) and sign in complaint for sign in signs):
            raise ChildDied(reason)
    raise ChildDied("crash")


def open_regular(path: Path) -> int:
    """A descriptor of a regular file, never of what a link points to, never waiting. Raises Refused, OSError."""
    try:
        source = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as fault:
        if path.is_symlink():
            raise Refused("not_regular_file") from fault
        raise
    if not stat.S_ISREG(os.fstat(source).st_mode):
        os.close(source)
        raise Refused("not_regular_file")
    return source


def copy_file(path: Path, target: Path, limits: Limits) -> tuple[str, int]:
    """Copy a regular file and return the SHA-256 and size of what was copied. Raises Refused, OSError."""
    source = open_regular(path)
    try:
        return copy_open(source, target, limits)
    finally:
        os.close(source)


def copy_open(source: int, target: Path, limits: Limits) -> tuple[str, int]:
    """As `copy_file`, from a descriptor at its start, which stays open."""
    told = os.fstat(source).st_size
    if told > limits.file_bytes:
        raise Refused("file_too_large", size=told, limit=limits.file_bytes)
    digest, size = hashlib.sha256(), 0
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while piece := os.read(source, _PIECE):
            size += len(piece)
            if size > limits.file_bytes:  # it grew while it was read
                raise Refused("file_too_large", size=size, limit=limits.file_bytes)
            digest.update(piece)
            out.write(piece)
    return digest.hexdigest(), size
