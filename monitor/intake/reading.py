"""The one door for files: a copy with its hash, a child that reads it, a `Reading` whatever happens."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import secrets
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from select import select
from typing import TYPE_CHECKING, Any

from .limits import Limits
from .problems import FileProblem, ProblemLog, Refused, escape_text
from .rules import rules_of

if TYPE_CHECKING:
    from monitor.catalogue.loader import Catalogue
    from monitor.catalogue.regions import Regions

_LOG = logging.getLogger(__name__)
_PIECE = 1 << 20
_NAME_CHARACTERS = 120
_COMPLAINT_CHARACTERS = 800
_CHILDREN = threading.BoundedSemaphore(2)  # reliability.md section 3: two children at once at most
_PACKAGES = str(Path(__file__).resolve().parents[2])
# -I: neither the environment nor the working folder decides what is imported. The package's own folder is named,
# so that a checkout that is not installed reads with the same code.
CHILD = ("-I", "-X", "utf8", "-c", "import sys; sys.path.insert(0, sys.argv[1]); "
         "from monitor.intake.child import main; main()", _PACKAGES)  # fmt: skip
_KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")

_DEATHS = {
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


@dataclass(frozen=True)
class Reading:
    """What came of a file.

    `sha256` and `size` are of the bytes that were read. `problems`: the first 200 of `problem_count`.
    `staging`: the Parquet file of its rows (columns as `rows.Row`), the caller's to use and delete; None when the
    file is `blocked` (has an error). `copy`: the bytes that were read, when they were asked for.
    """

    file: str
    sha256: str
    size: int
    encoding: str | None
    sheet: str | None
    row_count: int
    problems: tuple[FileProblem, ...]
    problem_count: int
    staging: Path | None
    blocked: bool
    copy: Path | None = None


class ChildDied(Exception):
    """The child gave no answer; `reason` is a key of the known deaths."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_file(
    path: Path,
    catalogues: Sequence[Catalogue],
    regions: Regions,
    *,
    staging_folder: Path,
    limits: Limits | None = None,
    keep_copy: bool = False,
) -> Reading:
    """Read a file in a limited child process and report everything that is wrong with it.

    Never raises for what a file holds: a Reading that is blocked says why. Raises OSError when `path` cannot be
    opened at all, or the staging folder not be written. `keep_copy` leaves the copied bytes in `Reading.copy`.
    """
    bounds = limits or Limits()
    problems = ProblemLog(_shown_name(path.name))
    copy = staging_folder / f"{secrets.token_hex(8)}.input"
    try:
        digest, size = _copy(path, copy, bounds)
    except Refused as refusal:
        problems.refuse(refusal)
        copy.unlink(missing_ok=True)
        return _refused(problems, "", 0, None)
    except BaseException:  # a full disk, an interrupt: no half copy stays behind
        copy.unlink(missing_ok=True)
        raise
    job = _job(problems.file, copy, bounds, catalogues, regions)
    answer: Mapping[str, Any] | None = None
    try:
        with _CHILDREN:
            answer = run_child(CHILD, job, staging_folder, bounds)
    except ChildDied as death:
        zh, en = _DEATHS[death.reason]
        problems.add("reader_failed", values={"reason_zh": zh, "reason_en": en})
    finally:
        Path(job["work"]).unlink(missing_ok=True)
        _remove_folder(Path(job["spill"]))
        if answer is None or answer["blocked"]:
            Path(job["staging"]).unlink(missing_ok=True)
        if not keep_copy:
            copy.unlink(missing_ok=True)
    kept = copy if keep_copy else None
    if answer is None:
        return _refused(problems, digest, size, kept)
    return Reading(
        file=problems.file,
        sha256=digest,
        size=size,
        encoding=answer["encoding"],
        sheet=answer["sheet"],
        row_count=answer["row_count"],
        problems=tuple(FileProblem(**problem) for problem in answer["problems"]),
        problem_count=answer["count"],
        staging=None if answer["blocked"] else copy.with_suffix(".parquet"),
        blocked=answer["blocked"],
        copy=kept,
    )


def _job(file: str, copy: Path, limits: Limits, catalogues: Sequence[Catalogue], regions: Regions) -> dict[str, Any]:
    """What the child is told: the name to report, its files (all beside `copy`), what it may use, what to check."""
    base = copy.resolve()
    return {
        "file": file,
        "copy": str(base),
        "work": str(base.with_suffix(".rows")),
        "spill": str(base.with_suffix(".spill")),
        "staging": str(base.with_suffix(".parquet")),
        "limits": limits.as_json(),
        "rules": rules_of(catalogues, regions).as_json(),
    }


def run_child(arguments: Sequence[str], job: Mapping[str, Any], folder: Path, limits: Limits) -> dict[str, Any]:
    """Start Python with `arguments`, give it the job, return its answer. Raises ChildDied."""
    environment = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    # one arena: each further one would take 64 MiB of the address space that is limited
    environment |= {"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1"}
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


def _copy(path: Path, target: Path, limits: Limits) -> tuple[str, int]:
    """Copy a regular file and return the SHA-256 and size of what was copied. Raises Refused, OSError."""
    try:
        source = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as fault:
        if path.is_symlink():
            raise Refused("not_regular_file") from fault
        raise
    try:
        status = os.fstat(source)
        if not stat.S_ISREG(status.st_mode):
            raise Refused("not_regular_file")
        if status.st_size > limits.file_bytes:
            raise Refused("file_too_large", size=status.st_size, limit=limits.file_bytes)
    except BaseException:
        os.close(source)
        raise
    with os.fdopen(source, "rb") as stream:
        digest, size = hashlib.sha256(), 0
        with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            while piece := stream.read(_PIECE):
                size += len(piece)
                if size > limits.file_bytes:  # it grew while it was read
                    raise Refused("file_too_large", size=size, limit=limits.file_bytes)
                digest.update(piece)
                out.write(piece)
    return digest.hexdigest(), size


def _shown_name(name: str) -> str:
    return escape_text(unicodedata.normalize("NFC", name), _NAME_CHARACTERS)


def _refused(problems: ProblemLog, digest: str, size: int, copy: Path | None) -> Reading:
    found = problems.first()
    return Reading(problems.file, digest, size, None, None, 0, tuple(found), len(found), None, True, copy)


def _remove_folder(folder: Path) -> None:
    if folder.is_dir():
        for entry in folder.iterdir():
            entry.unlink(missing_ok=True)
        folder.rmdir()
