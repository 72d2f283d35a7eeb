"""What may be shown elsewhere, as files: each version is complete, never changes, and CURRENT names the newest.

    PUBLISH/versions/20260716T155959.999999Z-5f3a9c01/{scorecard,gaps,observations}.{csv,csv.meta.json}
    PUBLISH/CURRENT                the name of the newest version, replaced in one go

A version is named by the moment that it speaks of, the newest acceptance, and by what judges; where neither changed
since, none is made. Everybody may read it: only accepted figures are in it. Each can be made again, to the byte, by
`monitor export --as-of`, so that old ones may go.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.report.as_of import format_as_of
from monitor.report.desk import Desk
from monitor.report.exported import exported_table, write_exported
from monitor.store.erasures import to_disk
from monitor.store.times import from_stored

from ..job import Job, Summary, Work
from ..schedule import Schedule

TABLES = ("scorecard", "gaps", "observations")
_FOLDER, _FILE = 0o755, 0o644  # whatever the umask of the service
CURRENT = "CURRENT"
_NAMED = re.compile(r"(\d{8}T\d{6})(?:\.\d+)?Z-[0-9a-f]{8}")


def publish_job(desk: Desk, folder: Path, schedule: Schedule) -> Job:
    """`folder`: the one that others read. The work raises OSError."""

    def publish(work: Work) -> Summary | None:
        version, is_new = publish_tables(desk, folder, work)
        if not is_new:
            return f"没有变化：仍为 {version.name}", f"nothing has changed: it is still {version.name}"
        work.touch(str(version))
        return f"已发布 {version.name}", f"published {version.name}"

    return Job("publish", schedule, publish)


def publish_tables(desk: Desk, folder: Path, work: Work) -> tuple[Path, bool]:
    """The version that stands for what is known now, and whether it was made by this call. Raises OSError."""
    versions = folder / "versions"
    for made in (folder, versions):
        if not made.is_dir():  # one that is there has the mode that its owner gave it
            made.mkdir(parents=True)
            made.chmod(_FOLDER)
    for left in versions.glob(".new-*"):  # of a run that was cut off
        shutil.rmtree(left)
    version = versions / _name(desk)
    is_new = not version.exists()
    if is_new:
        _write(desk, version, work)
    _name_current(folder, version.name)
    return version, is_new


def _name(desk: Desk) -> str:
    """The moment of the newest acceptance, and eight digits of the plans and settings in force."""
    current = desk.configuration(None)
    said = [[one.plan.id, one.version] for one in current.catalogues] + [current.settings.to_json()]
    digest = hashlib.sha256(json.dumps(said).encode()).hexdigest()
    moment = format_as_of(desk.moment(None)).replace(":", "").replace("-", "")
    return f"{moment or 'empty'}-{digest[:8]}"


def _write(desk: Desk, version: Path, work: Work) -> None:
    made = version.with_name(f".new-{version.name}")
    made.mkdir()
    for number, kind in enumerate(TABLES, start=1):
        question: dict[str, object] = {"plan": None, "region": None, "period": None}
        question |= {"method": "linear", "include_context": False} if kind in ("scorecard", "gaps") else {}
        table, facts = exported_table(desk, kind, None, question)
        rows = write_exported(table, facts, made / f"{kind}.csv")
        work.store.note("exported", by=work.by, object=kind, detail={"published": version.name})
        work.tell(f"{kind}：{rows} 行", f"{kind}: {rows} rows", done=number, total=len(TABLES))
    for file in made.iterdir():
        file.chmod(_FILE)
        to_disk(file)
    made.chmod(_FOLDER)
    to_disk(made)
    os.rename(made, version)
    to_disk(version.parent)


def _name_current(folder: Path, name: str) -> None:
    current = folder / CURRENT
    if current.exists() and current.read_text(encoding="utf-8").strip() == name:
        return
    temporary = folder / f".{CURRENT}.tmp"
    temporary.write_text(name + "\n", encoding="utf-8")
    temporary.chmod(_FILE)
    to_disk(temporary)
    os.replace(temporary, current)
    to_disk(folder)


def prune_versions(folder: Path, now: datetime, *, days: int, months: int) -> list[Path]:
    """Remove versions as backups: kept are those of the last days, the last of each month, and in any case CURRENT's.

    Their moments are compared with `now` (naive UTC). Gives what is gone. Raises OSError.
    """
    current = folder / CURRENT
    if not current.is_file():
        return []
    name, found = current.read_text(encoding="utf-8").strip(), []
    for version in sorted((folder / "versions").iterdir(), reverse=True):
        if named := _NAMED.fullmatch(version.name):
            found.append((datetime.strptime(named[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC), version))
    kept, last_of_month, today = {name}, set(), from_stored(now)
    for moment, version in found:
        month = moment.year * 12 + moment.month
        is_last, is_near = month not in last_of_month, month > today.year * 12 + today.month - months
        last_of_month.add(month)
        if today - moment <= timedelta(days=days) or (is_last and is_near):
            kept.add(version.name)
    gone = [version for _, version in found if version.name not in kept]
    for version in gone:
        shutil.rmtree(version)
    return gone
