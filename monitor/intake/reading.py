"""The one door for files: a copy with its hash, a child that reads it, a `Reading` whatever happens."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .confined import CHILD, CHILDREN, DEATHS, ChildDied, copy_file, run_child
from .limits import Limits
from .problems import FileProblem, ProblemLog, Refused, escape_text
from .rules import rules_of

if TYPE_CHECKING:
    from monitor.catalogue.loader import Catalogue
    from monitor.catalogue.regions import Regions

_NAME_CHARACTERS = 120


@dataclass(frozen=True)
class Reading:
    """What came of a file.

    `sha256` and `size` are of the bytes that were read. `problems`: the first 200 of `problem_count`.
    `staging`: the Parquet file of its rows (columns as `rows.Row`), the caller's to use and delete; None when the
    file is `blocked` (has an error). `copy`: the bytes that were read, when they were asked for. `people`: who signed
    at the foot of a form (foot.py), field → text; personal data, which goes nowhere but into form_person.
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
    people: Mapping[str, str] = field(default_factory=dict, repr=False)


def read_file(
    path: Path,
    catalogues: Sequence[Catalogue],
    regions: Regions,
    *,
    staging_folder: Path,
    limits: Limits | None = None,
    keep_copy: bool = False,
    name: str | None = None,
) -> Reading:
    """Read a file in a limited child process and report everything that is wrong with it.

    Never raises for what a file holds: a Reading that is blocked says why. Raises OSError when `path` cannot be
    opened at all, or the staging folder not be written. `keep_copy` leaves the copied bytes in `Reading.copy`.
    `name`: what its sender calls the file, where `path` does not say it.
    """
    bounds = limits or Limits()
    problems = ProblemLog(shown_name(path.name if name is None else name))
    copy = staging_folder / f"{secrets.token_hex(8)}.input"
    try:
        digest, size = copy_file(path, copy, bounds)
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
        with CHILDREN:
            answer = run_child(CHILD, job, staging_folder, bounds)
    except ChildDied as death:
        zh, en = DEATHS[death.reason]
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
        people=answer["people"],
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


def shown_name(name: str) -> str:
    """What a sender calls a file, as it is kept and shown."""
    return escape_text(unicodedata.normalize("NFC", name), _NAME_CHARACTERS)


def _refused(problems: ProblemLog, digest: str, size: int, copy: Path | None) -> Reading:
    found = problems.first()
    return Reading(problems.file, digest, size, None, None, 0, tuple(found), len(found), None, True, copy)


def _remove_folder(folder: Path) -> None:
    if folder.is_dir():
        for entry in folder.iterdir():
            entry.unlink(missing_ok=True)
        folder.rmdir()
