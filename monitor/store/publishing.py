"""Publishing: a version of the store as Parquet files that never change, made whole under another name, then named.

What is read is of one moment. It is written into the staging folder, which alone the locked-down database may write
to, and goes from there into `.new-NAME`; months that nobody touched are hard links to those of the version before.
Nothing of a version is named before it is on the disk, so that whoever is killed leaves the version before in force.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from monitor.progress import Telling, untold

from .copying import filled, path_text, quoted
from .erasures import digest_of, to_disk
from .errors import StoreError
from .manifest import (
    CURRENT,
    FORMAT,
    MANIFEST,
    MONTHS,
    STORE,
    TABLES,
    VERSIONS,
    FileFacts,
    Manifest,
    current_name,
    damaged_file,
    month_path,
    read_manifest,
    schema_number,
)
from .migrations import SQL
from .times import to_stored
from .transaction import execute, roll_back

if TYPE_CHECKING:
    from .store import Store

_log = logging.getLogger("monitor.store")
_OPEN_FOLDER, _OPEN_FILE = 0o755, 0o644  # tables are for everybody, whatever the umask of the service
_FOLDER, _FILE = 0o750, 0o640  # accounts and acts are for those of the owner's group
PREFIX = "ingest-published-"  # cleared at the next opening like whatever else a killed process left
ALONE = "publish"


@dataclass(frozen=True)
class Version:
    """`version`: its folder; `is_new`: whether this call made it; `written` and `linked`: how many months."""

    version: Path
    manifest: Manifest
    is_new: bool
    written: int = 0
    linked: int = 0


@dataclass(frozen=True)
class _Known:
    """What the store holds to publish: `state` and `months` of publish_state.sql and publish_months.sql."""

    state: tuple[Any, ...]
    months: Mapping[str, str]

    @classmethod
    def of(cls, state: Sequence[Sequence[Any]], months: Sequence[Sequence[Any]]) -> _Known:
        return cls(tuple(state[0]), {str(period): str(said) for period, _, said in months})

    @property
    def name(self) -> str:
        """The moment of the newest change, and eight digits of all that is published."""
        moment: datetime | None = self.state[0]
        said = json.dumps([FORMAT, schema_number(), *self.state[1:], dict(self.months)], default=str)
        digest = hashlib.sha256(said.encode()).hexdigest()[:8]
        return f"{'empty' if moment is None else f'{moment:%Y%m%dT%H%M%S}.{moment:%f}Z'}-{digest}"


def publish_store(
    store: Store,
    folder: Path,
    *,
    software: str = "",
    beside: Callable[[Path, Manifest], None] | None = None,
    told: Telling = untold,
) -> Version:
    """The version in `folder` that stands for what is accepted now: made where there is none, and named in CURRENT.

    `beside` writes further files of the same version into the folder that it is given, world-readable ones; where it
    raises, nothing is published. Raises OSError, StoreError.
    """
    with store.alone(ALONE):
        versions = folder / VERSIONS
        _make_ready(folder, versions)
        with store.reading() as moment:
            known = _Known.of(moment.ask(SQL / "publish_state.sql"), moment.ask(SQL / "publish_months.sql"))
        if (found := _found(folder, known.name)) is not None:
            return found
        before = _before(folder)
        reusable = {} if before is None else _sound_months(versions / before[0] / STORE, before[1], known.months)
        staged = store.publish_to_staging(reusable, told)
        try:
            known, rows = _read_staged(staged)
            if (found := _found(folder, known.name)) is not None:
                return found
            made = versions / f".new-{known.name}"
            try:
                manifest, linked = _assemble(store, made / STORE, staged, known, rows, before, versions, software, told)
                if beside is not None:
                    beside(made, manifest)
                _finish(made, versions / known.name)
            except BaseException:  # a full disk, say, which half of a version must not keep full
                shutil.rmtree(made, ignore_errors=True)
                raise
        finally:
            shutil.rmtree(staged, ignore_errors=True)
        name_current(folder, known.name)
        return Version(versions / known.name, manifest, True, len(known.months) - linked, linked)


def write_to_staging(
    connection: duckdb.DuckDBPyConnection, staging: Path, known: Mapping[str, str], told: Telling = untold
) -> Path:
    """A new folder of `staging` with the small tables and the months whose text is not that of `known`, and what they
    are (STATE). Raises StoreError, duckdb.Error, OSError; no folder is left then.
    """
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=staging))
    try:
        (folder / MONTHS).mkdir()
        with connection.cursor() as cursor:
            cursor.begin()
            try:
                _write(cursor, folder, known, told)
            finally:
                roll_back(cursor)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


_STATE = "state.json"


def _write(cursor: duckdb.DuckDBPyConnection, folder: Path, known: Mapping[str, str], told: Telling) -> None:
    state = execute(cursor, SQL / "publish_state.sql").fetchall()
    months = execute(cursor, SQL / "publish_months.sql").fetchall()
    rows: dict[str, int] = {}

    def write(path: str, question: str) -> None:
        text = filled("publish_copy", question=question, path=path_text(folder / path))
        rows[path] = int(cursor.execute(text).fetchall()[0][0])

    for table, (question, places) in TABLES.items():
        parts = {"table": quoted(table), "places": places} if places else {}
        write(f"{table}.parquet", filled(question, **parts))
    changed = [str(period) for period, _, said in months if known.get(str(period)) != said]
    for done, period in enumerate(changed):
        told(f"写出 {period}", f"writing {period}", done=done, total=len(changed))
        write(month_path(period), filled("published_observation", period=path_text(Path(period))))
    said = {"state": state, "months": months, "rows": rows}
    (folder / _STATE).write_text(json.dumps(said, default=_as_text), encoding="utf-8")


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _read_staged(staged: Path) -> tuple[_Known, dict[str, int]]:
    said = json.loads((staged / _STATE).read_text(encoding="utf-8"))
    ((moment, *others),) = said["state"]
    state = (None if moment is None else datetime.fromisoformat(moment), *others)
    return _Known.of([state], said["months"]), said["rows"]


def _make_ready(folder: Path, versions: Path) -> None:
    for made in (folder, versions):
        if not made.is_dir():  # one that is there has the mode that its owner gave it
            made.mkdir(parents=True)
            made.chmod(_OPEN_FOLDER)
    for left in versions.glob(".new-*"):  # of a run that was cut off
        shutil.rmtree(left)


def _found(folder: Path, name: str) -> Version | None:
    """The version of that name, where it is there and whole; a damaged one is put out of the way."""
    version = folder / VERSIONS / name
    if not version.exists():
        return None
    try:
        manifest = read_manifest(folder, name)
        for path, facts in manifest.files.items():
            if not (version / STORE / path).is_file() or (version / STORE / path).stat().st_size != facts.bytes:
                raise damaged_file(name, path, "缺失或不完整", "is missing or cut off")
    except StoreError as fault:
        _log.warning("%s", fault.en)
        os.rename(version, version.with_name(f".new-damaged-{name}"))
        return None
    name_current(folder, name)
    return Version(version, manifest, False)


def _before(folder: Path) -> tuple[str, Manifest] | None:
    try:
        name = current_name(folder)
        return name, read_manifest(folder, name)
    except StoreError:  # there is none yet, or one of another program: everything is written
        return None


def _sound_months(store: Path, before: Manifest, months: Mapping[str, str]) -> dict[str, str]:
    """The months that stay as they are, and whose files still are what was written."""
    return {
        period: said
        for period, said in before.months.items()
        if months.get(period) == said
        and (facts := before.files.get(month_path(period))) is not None
        and (path := store / month_path(period)).is_file()
        and path.stat().st_size == facts.bytes
        and digest_of(path) == facts.sha256
    }


def _assemble(
    store: Store,
    made: Path,
    staged: Path,
    known: _Known,
    rows: Mapping[str, int],
    before: tuple[str, Manifest] | None,
    versions: Path,
    software: str,
    told: Telling,
) -> tuple[Manifest, int]:
    """The version's store, whole and on the disk; how many months of it are those of the version before."""
    (made / MONTHS).mkdir(parents=True)
    files: dict[str, FileFacts] = {}
    for path, count in rows.items():
        shutil.move(staged / path, made / path)
        files[path] = FileFacts(digest_of(made / path), (made / path).stat().st_size, count)
    kept = [path for period in known.months if (path := month_path(period)) not in rows]
    if kept:
        assert before is not None
        if _link_all(versions / before[0] / STORE, made, kept) == "copied":
            told("此文件系统不支持硬链接，未变化的月份已复制", "no hard links here: unchanged months were copied")
        files |= {path: before[1].files[path] for path in kept}
    moment, data_version, event_version, *_, configuration = known.state
    manifest = Manifest(
        data_version=data_version,
        event_version=event_version,
        known_at="" if moment is None else moment.isoformat(timespec="microseconds"),
        published_at=to_stored(store.now()).isoformat(timespec="microseconds"),
        software=software,
        configuration=configuration or "",
        schema=schema_number(),
        months=known.months,
        files=files,
    )
    (made / MANIFEST).write_text(manifest.text(), encoding="utf-8")
    for file in (*(made / path for path in files), made / MANIFEST):
        file.chmod(_FILE)
        to_disk(file)
    for one in (made / MONTHS, made):
        one.chmod(_FOLDER)
        to_disk(one)
    return manifest, len(kept)


def _link_all(old: Path, new: Path, paths: Sequence[str]) -> str:
    how = "linked"
    for path in paths:
        try:
            os.link(old / path, new / path)
        except OSError:  # no hard links here, or as many as the file system can count
            shutil.copyfile(old / path, new / path)
            how = "copied"
    return how


def _finish(made: Path, version: Path) -> None:
    for file in made.iterdir():
        if file.is_file():
            file.chmod(_OPEN_FILE)
            to_disk(file)
    made.chmod(_OPEN_FOLDER)
    to_disk(made)
    os.rename(made, version)
    to_disk(version.parent)


def name_current(folder: Path, name: str) -> None:
    """Let CURRENT name a version, in one go. Raises OSError."""
    current = folder / CURRENT
    if current.exists() and current.read_text(encoding="utf-8").strip() == name:
        return
    temporary = folder / f".{CURRENT}.tmp"
    temporary.write_text(name + "\n", encoding="utf-8")
    temporary.chmod(_OPEN_FILE)
    to_disk(temporary)
    os.replace(temporary, current)
    to_disk(folder)
