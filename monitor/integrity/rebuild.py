"""`monitor rebuild`: the figures of a store made again from the files as they were received, and compared row for row.

The register (receipts, submissions, events, accounts, the audit log …) is copied at one moment. Every row of figures is
made anew: each kept file is read by the intake under the configuration in force when it was taken in, each part goes
to the submission that was made of it, and what acceptances carried is carried again, by their order.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path

from monitor.backup.target import filling
from monitor.intake.form_lists import form_lists, plan_lists
from monitor.intake.limits import Limits
from monitor.intake.reading import Reading, read_file
from monitor.progress import Telling, untold
from monitor.report.desk import Configuration
from monitor.store.audit_folder import KEY_FILE, AuditFolder
from monitor.store.erasures import ASIDE
from monitor.store.errors import StoreError
from monitor.store.findings import Finding
from monitor.store.migrations import SQL as STORE_SQL
from monitor.store.store import INGEST_PREFIX, Store
from monitor.store.verifying import spans, verify

from .checks import SQL
from .proof import UNREADABLE, read_configuration

ACTION = "rebuilt"  # in the audit log of the new store
_INTAKE = files("monitor.intake") / "sql"
_READERS = 2
_TOLD = 100  # cells that differ, told one by one
_AUDIT, _RECEIVED = "audit", "received"
# whoever was let in once is not asked again whether the file is too long
_LIMITS = replace(Limits.operator(), columns=16_384, cells=10**9)


@dataclass(frozen=True)
class Rebuilt:
    """`files`: read again; `rows`, `carried`: made again; `erased`: receipts whose file lost names since it came.

    `store`: the new one, None where none was asked for. `findings`: what differs, and where.
    """

    files: int
    submissions: int
    rows: int
    carried: int
    erased: tuple[int, ...]
    findings: tuple[Finding, ...]
    store: Path | None = None

    @property
    def is_equal(self) -> bool:
        return not self.findings


@dataclass(frozen=True)
class _File:
    receipt_id: int
    name: str
    seq: int
    submissions: int
    is_erased: bool
    path: Path


@dataclass
class _Made:
    files: int = 0
    submissions: int = 0
    erased: list[int] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def tell(self, code: str, zh: str, en: str) -> None:
        self.findings.append(Finding(code, zh, en))


def rebuild(
    store: Store,
    otherwise: Callable[[], Configuration],
    *,
    by: str,
    target: Path | None = None,
    told: Telling = untold,
) -> Rebuilt:
    """Make the figures again and compare. `target`: an empty folder, which becomes a data folder with them.

    `otherwise`: what read the files of a store that recorded nothing. The store itself is not touched, and others go on
    using it. Raises BackupError (the folder cannot be used), StoreError, StoreFatal, OSError.
    """
    received, audit = store.received_folder, store.audit_folder
    if received is None or audit is None or store.path is None:
        raise StoreError("in_memory", "内存中的数据库没有收到的文件", "a store in memory keeps no received files")
    with _folder(store, target) as work:
        copy = store.copy_to_staging(told)
        try:
            place = work / store.path.name
            shutil.move(copy.path, place)
        finally:
            copy.discard()
        outside = AuditFolder(work / _AUDIT, store.path.name)
        _copy_key(audit, outside)
        outside.write_head(copy.head, durably=True)
        with Store.open(place, audit_folder=work / _AUDIT) as made:
            result = _make(made, received, otherwise, told)
            if target is not None:
                detail = {"seq": copy.head.seq, "differs": len(result.findings)}
                made.note(ACTION, by=by, object="store", detail=detail)
                made.ask(STORE_SQL / "checkpoint.sql")
        if target is None:
            return result
        _copy_received(received, work / _RECEIVED, told)
        findings = result.findings or _verified(place, work / _AUDIT)
        shutil.rmtree(work / "staging", ignore_errors=True)
        return replace(result, findings=findings, store=target / store.path.name)


@contextmanager
def _folder(store: Store, target: Path | None) -> Iterator[Path]:
    """Where the new store is made: its own folder, or one that goes at the end."""
    with ExitStack() as stack:
        if target is not None:
            assert store.path is not None
            yield stack.enter_context(filling(target, store.path.name))
            return
        work = Path(tempfile.mkdtemp(prefix=INGEST_PREFIX, dir=store.staging_folder))
        stack.callback(shutil.rmtree, work, ignore_errors=True)
        yield work


def _copy_key(audit: AuditFolder, outside: AuditFolder) -> None:
    assert audit.path is not None and outside.path is not None
    outside.path.mkdir(mode=0o700)
    if audit.has_key():
        shutil.copy2(audit.path / KEY_FILE, outside.path / KEY_FILE)


def _make(made: Store, received: Path, otherwise: Callable[[], Configuration], told: Telling) -> Rebuilt:
    """Make every row of figures of a copy again, and compare with those it came with."""
    found = _Made()
    with made.transaction() as transaction:
        transaction.run(SQL / "rebuild_set_aside.sql")
        transaction.run(SQL / "rebuild_empty.sql")
    folder = Path(tempfile.mkdtemp(prefix=INGEST_PREFIX, dir=made.staging_folder))
    try:
        _read_all(made, folder, received, otherwise, found, told)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    _carry(made, told)
    _compare(made, found, told)
    rows, carried = made.ask(SQL / "rebuild_count.sql")[0]
    with made.transaction() as transaction:
        transaction.run(SQL / "rebuild_drop.sql")
    return Rebuilt(found.files, found.submissions, rows, carried, tuple(found.erased), tuple(found.findings))


def _read_all(
    made: Store, folder: Path, received: Path, otherwise: Callable[[], Configuration], found: _Made, told: Telling
) -> None:
    """Read the files two at a time, each in a process of its own, and write their rows in order."""
    wanted = [
        _File(number, name or str(number), seq or 0, submissions, is_erased, received / str(number))
        for number, name, seq, submissions, is_erased in made.ask(SQL / "rebuild_files.sql")
    ]
    in_force = _Configurations(made, otherwise)

    def read(file: _File) -> tuple[_File, Configuration, Reading | None]:
        configuration = in_force.at(file.seq)
        if not file.path.is_file():
            return file, configuration, None
        reading = read_file(
            file.path, configuration.catalogues, configuration.regions,
            staging_folder=folder, limits=_LIMITS, name=file.name,
        )  # fmt: skip
        return file, configuration, reading

    with ThreadPoolExecutor(_READERS) as readers:
        for done, (file, configuration, reading) in enumerate(_ahead(readers, read, wanted)):
            told(f"读入回执 {file.receipt_id}", f"reading receipt {file.receipt_id}", done=done, total=len(wanted))
            _write(made, file, configuration, reading, found)


def _ahead(
    readers: ThreadPoolExecutor,
    read: Callable[[_File], tuple[_File, Configuration, Reading | None]],
    wanted: Sequence[_File],
) -> Iterator[tuple[_File, Configuration, Reading | None]]:
    """As `map`, a few at a time: what is read waits as a file until it is written."""
    at_once = 2 * _READERS
    for first in range(0, len(wanted), at_once):
        yield from readers.map(read, wanted[first : first + at_once])


def _write(
    made: Store, file: _File, configuration: Configuration, reading: Reading | None, found: _Made
) -> None:  # fmt: skip
    """Write the rows of one file to its submissions, and tell where that cannot be."""
    where = (f"回执 {file.receipt_id}（{file.path}）", f"receipt {file.receipt_id} ({file.path})")
    if file.is_erased:
        found.erased.append(file.receipt_id)
    if reading is None:
        found.tell("file_missing", f"{where[0]}：文件不在，其数据无从重建", f"{where[1]}: the file is gone")
        return
    if reading.staging is None:
        first = reading.problems[0]
        found.tell("not_read", f"{where[0]}：现在读不出（{first.zh}）", f"{where[1]}: is refused now ({first.en})")
        return
    found.files += 1
    found.submissions += file.submissions
    path = {"path": str(reading.staging)}
    lists = {
        **plan_lists(configuration.catalogues, configuration.regions),
        **form_lists(configuration.catalogues, configuration.regions),
    }
    try:
        with made.transaction() as transaction:
            transaction.run(_INTAKE / "submit_form_of.sql", {**path, **lists})
            transaction.run(_INTAKE / "submit_bundle.sql", path)
            transaction.run(_INTAKE / "submit_incoming.sql", path)
            transaction.run(SQL / "rebuild_rows.sql", {"receipt_id": file.receipt_id})
    finally:
        reading.staging.unlink(missing_ok=True)


class _Configurations:
    """What was in force at each event; read once, the last few kept."""

    def __init__(self, made: Store, otherwise: Callable[[], Configuration]) -> None:
        self._recorded: list[tuple[int, str]] = made.ask(SQL / "configurations_recorded.sql")
        self._otherwise = otherwise
        self._kept: dict[int, Configuration] = {}

    def at(self, event: int) -> Configuration:
        """Recorded before the event, else the first one there is (as `configuration_as_of`)."""
        before = [one for one in self._recorded if one[0] < event] or self._recorded[:1]
        seq, content = before[-1] if before else (0, "")
        if seq not in self._kept:
            try:
                self._kept[seq] = read_configuration(content) if content else self._otherwise()
            except UNREADABLE:  # which `monitor verify` tells
                self._kept[seq] = self._otherwise()
        return self._kept[seq]


def _carry(made: Store, told: Telling) -> None:
    """Carry what each acceptance carried; those together of which none takes the place of another."""
    told("沿用未报送的数据", "carrying what was not sent again")
    depth: dict[int, int] = {}
    steps: dict[int, list[tuple[int, int]]] = {}
    for submission, replaced in made.ask(SQL / "rebuild_acceptances.sql"):
        depth[submission] = depth.get(replaced, 0) + 1
        steps.setdefault(depth[submission], []).append((submission, replaced))
    for _, some in sorted(steps.items()):
        submissions, replaced = map(list, zip(*some, strict=True))
        with made.transaction() as transaction:
            chosen = {"submission_ids": submissions, "replaced_ids": replaced}
            transaction.run(SQL / "rebuild_chosen.sql", chosen)
            transaction.run(_INTAKE / "accept_carry.sql")


def _compare(made: Store, found: _Made, told: Telling) -> None:
    """Row for row with what the store has, and with the hash of each submission that the audit log sealed."""
    told("与数据库逐行比较", "comparing row for row")
    differing: list[tuple[int, str, int, int]] = []
    unlike: list[int] = []
    for first, last in spans(made.ask(STORE_SQL / "verify_sizes.sql")):
        span = {"first": first, "last": last}
        unlike += [row[0] for row in made.ask(STORE_SQL / "verify_submissions.sql", span)]
        differing += [(one[0], one[1], int(one[2]), int(one[3])) for one in made.ask(SQL / "rebuild_differs.sql", span)]
    for submission in unlike[:_TOLD]:
        found.tell(
            "not_as_sealed",
            f"报送 {submission}：由文件重建的内容与审计日志所封存的摘要不符",
            f"submission {submission}: made from its file it is not what the audit log sealed",
        )
    for submission, indicator, kept, remade in differing[:_TOLD]:
        zh, en = _how(kept, remade)
        found.tell("row_differs", f"报送 {submission} {indicator}：{zh}", f"submission {submission} {indicator}: {en}")
    if (more := len(unlike) - _TOLD) > 0:
        found.tell("not_as_sealed", f"另有 {more} 份报送与摘要不符", f"{more} more submissions are not as sealed")
    if (more := len(differing) - _TOLD) > 0:
        found.tell("row_differs", f"另有 {more} 个指标不同", f"{more} more cells differ")


def _how(kept: int, remade: int) -> tuple[str, str]:
    if not remade:
        return "数据库中有，文件中没有", "the store has it, the file has not"
    if not kept:
        return "文件中有，数据库中没有", "the file has it, the store has not"
    return "数据库中的不是文件中的", "the store does not say what the file says"


def _copy_received(received: Path, place: Path, told: Telling) -> None:
    told("复制收到的文件", "copying received files")
    place.mkdir(mode=0o700)
    if received.is_dir():
        shutil.copytree(received, place, dirs_exist_ok=True, ignore=shutil.ignore_patterns(ASIDE))


def _verified(place: Path, audit: Path) -> tuple[Finding, ...]:
    """What is wrong with the new store by itself."""
    folder = AuditFolder.of(place, audit)
    with Store.open(place, read_only=True, audit_folder=audit) as store:
        key = folder.load_key() if folder.has_key() else None
        return tuple(one for one in verify(store, key, folder.read_head()).findings if one.is_fault)
