"""What may be shown elsewhere, as files: each version is complete, never changes, and CURRENT names the newest.

    PUBLISH/versions/20260716T155959.999999Z/{scorecard,gaps,observations,reporting}.{csv,csv.meta.json}
    PUBLISH/CURRENT                the name of the newest version, replaced in one go

A version is named by the moment that it speaks of; where nothing has happened and no setting changed since, none is
made.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path

from monitor.report.as_of import format_as_of
from monitor.report.desk import Desk
from monitor.report.exported import OF_CALLS, exported_table, write_exported
from monitor.store.erasures import to_disk

from ..job import Job, Summary, Work
from ..schedule import Schedule

TABLES = ("scorecard", "gaps", "observations", "reporting")
CURRENT = "CURRENT"


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
    versions.mkdir(parents=True, exist_ok=True)
    for left in versions.glob(".new-*"):  # of a run that was cut off
        shutil.rmtree(left)
    version = versions / _name(desk)
    is_new = not version.exists()
    if is_new:
        _write(desk, version, work)
    _name_current(folder, version.name)
    return version, is_new


def _name(desk: Desk) -> str:
    """The moment of the newest acceptance, and of the configuration in force eight digits."""
    current = desk.configuration(None)
    said = [[one.plan.id, one.version] for one in current.catalogues] + [current.settings.to_json()]
    digest = hashlib.sha256(json.dumps([*said, str(desk.store.event_version())]).encode()).hexdigest()
    moment = format_as_of(desk.moment(None)).replace(":", "").replace("-", "")
    return f"{moment or 'empty'}-{digest[:8]}"


def _write(desk: Desk, version: Path, work: Work) -> None:
    made = version.with_name(f".new-{version.name}")
    made.mkdir()
    for number, kind in enumerate(TABLES, start=1):
        question: dict[str, object] = {"plan": None, "region": None, "period": None}
        question |= {"form": None} if kind in OF_CALLS else {}
        question |= {"method": "linear", "include_context": False} if kind in ("scorecard", "gaps") else {}
        table, facts = exported_table(desk, kind, None, question)
        rows = write_exported(table, facts, made / f"{kind}.csv")
        work.store.note("exported", by=work.by, object=kind, detail={"published": version.name})
        work.tell(f"{kind}：{rows} 行", f"{kind}: {rows} rows", done=number, total=len(TABLES))
    for file in made.iterdir():
        to_disk(file)
    to_disk(made)
    os.rename(made, version)
    to_disk(version.parent)


def _name_current(folder: Path, name: str) -> None:
    current = folder / CURRENT
    if current.exists() and current.read_text(encoding="utf-8").strip() == name:
        return
    temporary = folder / f".{CURRENT}.tmp"
    temporary.write_text(name + "\n", encoding="utf-8")
    to_disk(temporary)
    os.replace(temporary, current)
    to_disk(folder)
