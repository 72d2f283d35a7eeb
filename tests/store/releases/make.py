"""Makes the data folder of a store as this checkout's program writes it, packed: kept when a migration comes after it.

    git worktree add /elsewhere COMMIT
    cd /elsewhere && PYTHONPATH=. python …/tests/store/releases/make.py …/tests/store/releases [--killed]

COMMIT is the last one before the next migration, or for the newest level any with it. `--killed`: its owner dies, and
the last writes are in its log alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from monitor.intake.submissions import list_submissions
from monitor.store.configuration import record_configuration
from monitor.store.migrations import SQL, known_migrations
from monitor.store.store import Store
from tests.store.world import REGIONS, Clock, File, Sent, country, send, send_file, visible

LEVEL = len(known_migrations())


def fill(store: Store) -> dict[str, object]:
    """Two units, a restatement, a pending submission, a refused file, and what else this level knows of."""
    catalogues, _ = country()
    texts = [(one.file, one.text) for one in catalogues]
    judged = {"ahead": "1.2", "near": "0.8", "band_tolerance": "1"}
    record_configuration(store, catalogues=texts, regions=("regions.csv", REGIONS), settings=judged, by="planner")
    large = Sent("b", "110000", value="1234567890123456.1234567891")
    send(store, Sent("a", "110000", value="12.5"), large, accept=True)
    missing, nothing = Sent("b", value=None, note="暂缺"), Sent("c", period="2024-01", value="0")
    send(store, Sent("a", value="-3"), missing, nothing, accept=True)
    then = store.ask(SQL / "last_event.sql")[0][1]
    send(store, Sent("a", value="4", note="更正"), Sent("b", value="7"), accept=True, explain="更正")
    send(store, Sent("a", "110101", value="9"))
    send_file(store, File((Sent(),), name="坏.csv", blocked=True, problem_count=3))
    if LEVEL >= 2:
        from monitor.store.snapshots import freeze
        from monitor.store.tokens import make_token

        freeze(store, "第1版", by="planner", note="送审稿")
        make_token(store, name="统计局接口", role="viewer", regions=["110000"], days=30, by="planner")
    if LEVEL >= 3:
        store.note("exported", by="planner", object="scorecard", detail={"format": "csv"})
    if LEVEL >= 4:
        work(store)
    if LEVEL >= 5:
        from monitor.dossier.acts import NewPaper, writing

        with writing(store, "round", "final", by="planner") as dossier:
            dossier.add("opened", {"title": "总结评估"}, [NewPaper("依据.txt", "材料".encode())])
    listed = sorted(list_submissions(store), key=lambda one: one.submission_id)
    return {
        "level": LEVEL,
        "then": then.isoformat(),
        "figures": written(visible(store)),
        "figures_then": written(visible(store, then)),
        "submissions": [[one.submission_id, one.region_code, one.revision, one.state] for one in listed],
    }


def work(store: Store) -> None:
    """A run that was done, one that the end of its process interrupted, a paused job, and one that was asked for."""
    from monitor.jobs.history import LogLine, begin, end, request, settle, switch, tell
    from monitor.store.times import to_stored

    now = to_stored(store.now())
    done = begin(store, "prune", due_at=now, by="schedule", owner="一")
    tell(store, done, LogLine(1, now, "清理", "pruning", 1, 2))
    end(store, done, "done", "删除 1 个", "1 removed", ["backup-1"])
    begin(store, "backup", due_at=now, by="operator", owner="一", request_id=request(store, "backup", by="operator"))
    settle(store, "二")
    switch(store, "mail", paused=True, by="operator")
    request(store, "integrity", by="operator")


def written(figures: dict[tuple[str, str, str, str], object]) -> list[list[str | None]]:
    return [[*key, None if value is None else str(value)] for key, value in sorted(figures.items())]


def write(folder: Path, *, killed: bool) -> None:
    store = Store.open(folder / "monitor.duckdb", clock=Clock())
    (folder / "expected.json").write_text(json.dumps(fill(store), ensure_ascii=False, indent=1), encoding="utf-8")
    if not killed:
        store.close()
    os._exit(0)


def main(target: Path, *, killed: bool) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "data"
        subprocess.run([sys.executable, __file__, str(folder), "--write", *["--killed"][:killed]], check=True)
        assert (folder / "monitor.duckdb.wal").exists() == killed
        with tarfile.open(target / f"{LEVEL:04d}.tar.xz", "w:xz") as packed:
            packed.add(folder, "data", filter=lambda one: None if one.name.startswith("data/staging") else one)


if __name__ == "__main__":
    (write if "--write" in sys.argv else main)(Path(sys.argv[1]), killed="--killed" in sys.argv)
