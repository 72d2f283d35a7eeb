"""The watched folder: `<inbox>/<unit code>/` for each unit, and the inbox itself for the operator.

Whoever may write there can leave anything: links, pipes, half-written files. A file is taken once it has stood still
for two polls and nobody has it open for writing; its bytes are copied first, and what was copied is what is read. What
was taken is known by the receipt beside it, where the store knows that receipt, and else by the store's own of the same
sender, name and bytes, so that a restart sends nothing twice.
"""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import shutil
import signal
import stat
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from monitor.access.actors import Actor
from monitor.store.errors import StoreError
from monitor.store.space import LowSpaceError
from monitor.store.store import INGEST_PREFIX

from .annotated import AnnotateError, annotate
from .confined import copy_open, open_regular
from .cycle import Cycle
from .inbox_receipts import RECEIPT_ENDS, Answer, Stamp, find_answered, receipt_stamp, write_receipts
from .problems import Refused, escape_text
from .revisions import IngestResult
from .submission_errors import SubmissionError

_LOG = logging.getLogger(__name__)
_UNFINISHED = (".part", ".tmp")
_SET_SIGNAL = 10  # F_SETSIG of fcntl(2), which Python does not name
_SHOWN = 120
_TOLD = 1_000


@dataclass(frozen=True)
class Taken:
    """One file that was taken from the inbox. `region`: whose folder, None for the operator's.

    `result` is None where sending was not allowed at all; `error` says why.
    """

    path: Path
    region: str | None
    sha256: str
    result: IngestResult | None
    error: SubmissionError | None = None


@dataclass
class Seen:
    """What earlier polls saw; empty at the start. `waiting`: seen once; `done`: taken, or known by its receipt."""

    waiting: dict[Path, Stamp] = field(default_factory=dict)
    done: dict[Path, Stamp] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    is_waiting_for_room: bool = False

    def forget_gone(self, found: set[Path]) -> None:
        for known in (self.waiting, self.done):
            for path in known.keys() - found:
                del known[path]

    def tell(self, path: Path, why: str) -> None:
        """Log something about a file, once."""
        line = f"inbox: {escape_text(str(path), _SHOWN)}: {why}"
        if line not in self.told:
            if len(self.told) >= _TOLD:
                self.told.clear()
            self.told.add(line)
            _LOG.warning("%s", line)


class _Found(NamedTuple):
    path: Path
    region: str | None
    stamp: Stamp


class _NotYet(Exception):
    """Somebody may still be writing."""


def poll(
    cycle: Cycle,
    inbox: Path,
    seen: Seen,
    *,
    by: str = "inbox",
    language: str = "zh",
    dry_run: bool = False,
    most: int | None = None,
) -> tuple[Taken, ...]:
    """Look through the inbox once and send what has stood still since the last poll; `seen` remembers.

    `by` sends what lies in the inbox itself, `inbox:CODE` what lies in a unit's folder. A dry run writes nothing,
    neither receipts nor into the store. `most`: of one folder in one poll, so that nobody keeps the others waiting.
    One file's trouble never keeps the others; with too little room on the disk none is taken, and that is logged.
    Raises OSError (no inbox).
    """
    try:
        cycle.space.need()
    except LowSpaceError as low:
        if not seen.is_waiting_for_room:
            _LOG.warning("inbox: %s", low.en)
        seen.is_waiting_for_room = True
        return ()
    seen.is_waiting_for_room = False
    with cycle.store.alone("inbox"):  # a command may look while the server watches
        return _look(cycle, inbox, seen, by, language, dry_run, most)


def _look(
    cycle: Cycle, inbox: Path, seen: Seen, by: str, language: str, dry_run: bool, most: int | None
) -> tuple[Taken, ...]:
    taken = []
    tried: Counter[str | None] = Counter()
    found = list(_files(cycle, inbox, seen))
    seen.forget_gone({one.path for one in found})
    for one in found:
        if seen.done.get(one.path) == one.stamp or _is_answered(cycle, one, seen):
            continue
        if seen.waiting.get(one.path) != one.stamp:
            seen.waiting[one.path] = one.stamp
            continue
        if most is not None and tried[one.region] >= most:
            continue
        tried[one.region] += 1
        try:
            answer = _take(cycle, one, by, language, dry_run, seen)
        except _NotYet:
            continue
        except (StoreError, OSError) as fault:  # the machine's trouble: tried again at the next poll
            seen.tell(one.path, str(fault))
            continue
        except Exception:  # a fault of ours: this file is left until it changes, the others go on
            _LOG.exception("inbox: %s", escape_text(str(one.path), _SHOWN))
            answer = None
        seen.done[one.path] = one.stamp
        if answer is not None:
            taken.append(answer)
    return tuple(taken)


def _files(cycle: Cycle, inbox: Path, seen: Seen) -> Iterator[_Found]:
    """The regular files in their order: the inbox's own, then those of each unit's folder."""
    yield from _files_in(inbox, None, seen)
    with os.scandir(inbox) as entries:
        folders = sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
    for name in folders:
        if name in cycle.regions:
            try:
                yield from _files_in(inbox / name, name, seen)
            except OSError as fault:  # not ours to read
                seen.tell(inbox / name, str(fault))
        elif not name.startswith("."):
            seen.tell(inbox / name, "no region has this code; the folder is not read")


def _files_in(folder: Path, region: str | None, seen: Seen) -> Iterator[_Found]:
    with os.scandir(folder) as entries:
        listed = sorted(entries, key=lambda entry: os.fsencode(entry.name))
    for entry in listed:
        lower = entry.name.lower()
        if lower.startswith((".", "~$")) or lower.endswith((*_UNFINISHED, *RECEIPT_ENDS)):
            continue
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue
        path = folder / entry.name
        if stat.S_ISREG(status.st_mode) and status.st_nlink == 1:
            yield _Found(path, region, Stamp.of(status))
        elif not stat.S_ISDIR(status.st_mode):
            seen.tell(path, "no regular file of one name; it is not read")


def _is_answered(cycle: Cycle, one: _Found, seen: Seen) -> bool:
    """Whether the receipt beside the file is the store's, of the file as it stands; read once."""
    if one.path in seen.waiting or one.path in seen.done:
        return False
    stamp = receipt_stamp(one.path, cycle.store)
    if stamp is None or not stamp.is_same_file(one.stamp):
        return False
    seen.done[one.path] = one.stamp
    return True


def _take(cycle: Cycle, one: _Found, by: str, language: str, dry_run: bool, seen: Seen) -> Taken | None:
    """Send a file and answer beside it; None where the same bytes were answered before. Raises _NotYet and others."""
    actor = (
        Actor(by, "console")
        if one.region is None
        else Actor(f"inbox:{one.region}", "reporter", frozenset({one.region}))
    )
    folder = Path(tempfile.mkdtemp(prefix=INGEST_PREFIX, dir=cycle.store.staging_folder))
    try:
        copy, digest = _copied(cycle, one, folder)
        earlier = receipt_stamp(one.path, cycle.store)
        if digest and earlier is not None and earlier.sha256 == digest and not dry_run:
            _answer(one, Answer.again(one.path, one.stamp), None, seen)
            return None
        senders = {actor.name, "inbox"} if one.region is None else {actor.name}
        if digest and not dry_run and (known := find_answered(cycle.store, senders, one.path.name, one.stamp, digest)):
            answer = Answer.known(one.stamp, digest, *known)
            _answer(one, answer, _annotated(cycle, one, copy, known[1], language, folder), seen)
            return None
        result, error = None, None
        try:
            result = cycle.send(actor, copy, name=one.path.name, dry_run=dry_run, is_counted=False)
        except SubmissionError as refusal:
            error = refusal
        taken = Taken(one.path, one.region, digest, result, error)
        if not dry_run:
            answer = Answer.of(one.stamp, digest, cycle.store.now(), result, error)
            _answer(one, answer, _annotated(cycle, one, copy, result, language, folder), seen)
        return taken
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copied(cycle: Cycle, one: _Found, folder: Path) -> tuple[Path, str]:
    """A copy of the file and its SHA-256; the file itself and "" where it is too large to be copied.

    Raises _NotYet when it is not the file that stood still, or somebody has it open for writing.
    """
    copy = folder / "copy"
    try:
        source = open_regular(one.path)
    except (Refused, FileNotFoundError):
        raise _NotYet from None
    try:
        if not _stands_still(source, one.stamp):
            raise _NotYet
        with _nobody_writing(source):
            try:
                digest, _ = copy_open(source, copy, cycle.limits)
            except Refused:  # the reader says so again, with a receipt
                return one.path, ""
        if not _stands_still(source, one.stamp):
            raise _NotYet
    finally:
        os.close(source)
    return copy, digest


def _stands_still(source: int, stamp: Stamp) -> bool:
    status = os.fstat(source)
    return Stamp.of(status) == stamp and status.st_nlink == 1


@contextmanager
def _nobody_writing(source: int) -> Iterator[None]:
    """A read lease, where the system grants one: not while anybody has the file open for writing. Raises _NotYet."""
    try:
        # who opens the file for writing meanwhile is told to wait, and we by a signal that nothing heeds
        fcntl.fcntl(source, _SET_SIGNAL, signal.SIGURG)
        fcntl.fcntl(source, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as fault:
        if fault.errno == errno.EAGAIN:
            raise _NotYet from None
        yield  # not our file, or a file system without leases: standing still for two polls has to do
        return
    try:
        yield
    finally:
        fcntl.fcntl(source, fcntl.F_SETLEASE, fcntl.F_UNLCK)


def _annotated(
    cycle: Cycle, one: _Found, copy: Path, result: IngestResult | None, language: str, folder: Path
) -> Path | None:
    """The annotated workbook, where a problem has a place in the file and the file can be opened."""
    if result is None or copy == one.path or all(problem.row is None for problem in result.problems):
        return None
    target = folder / "annotated.xlsx"
    try:
        annotate(
            copy,
            result.problems,
            language="en" if language == "en" else "zh",
            target=target,
            limits=cycle.limits,
            problem_count=result.problem_count,
        )
    except AnnotateError:
        return None
    return target


def _answer(one: _Found, answer: Answer, annotated: Path | None, seen: Seen) -> None:
    """Receipts beside the file; where none can be written, the store has the answer all the same."""
    try:
        write_receipts(one.path, answer, annotated)
    except OSError as fault:
        seen.tell(one.path, f"no receipt could be written: {fault}")
