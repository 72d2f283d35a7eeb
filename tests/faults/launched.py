"""The program with faults put into it: a process of its own that runs one command as `python -m monitor` does.

    python -m tests.faults.launched [--wait] [--at POINT:SIGN] … COMMAND …

`--wait`: everything is loaded, then a line on standard input is waited for. `--at after_spool:FILE`: once FILE is
there, the process dies by SIGKILL where it comes to that point; `--at before_commit:FILE:100000` fills the disk of
FILE's folder there instead, but for so many bytes, and `--at before_commit:FILE:stop` sends itself SIGTERM
(`stop7`: and goes on after seven seconds).
`--unguarded`: does not look at the room on the disk, so that it runs full. `--checkpoint N`: of the log at N bytes.
`--shift FILE`: the clock is wrong by the seconds written there. `--forks FILE`: each fork of the process leaves a line.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

BALLAST = "ballast"
_POINTS = {
    "after_spool": ("monitor.intake.reading", "copy_file", "after"),
    "after_keep": ("monitor.intake.revisions", "_keep", "after"),
    "before_commit": ("monitor.store.store:Store", "_commit", "before"),
    "after_commit": ("monitor.store.store:Store", "_commit", "after"),
    "mid_export": ("monitor.report.export", "replace_file", "within"),
    "mid_backup": ("monitor.backup.making", "_take_received", "after"),
    "end_of_backup": ("monitor.backup.making", "folders_to_disk", "after"),
    "mid_migration": ("monitor.store.migrations", "_sql", "migration_record.sql"),
}


def fill(folder: Path, leave: int = 0) -> None:
    """Put so much into a file that `leave` bytes of the disk are free, more or less a block."""
    with (folder / BALLAST).open("ab", buffering=0) as out:
        while (room := _free(folder) - leave) > 0:
            try:
                out.write(b"\0" * min(room, 1 << 20))
            except OSError:
                return


def _free(folder: Path) -> int:
    told = os.statvfs(folder)
    return told.f_bavail * told.f_frsize


def _found(place: str) -> Any:
    import importlib

    module, _, name = place.partition(":")
    found = importlib.import_module(module)
    return getattr(found, name) if name else found


def _happening(sign: Path, what: str) -> Callable[[], None]:
    def happen() -> None:
        if not sign.exists():
            return
        if what == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        sign.unlink()
        if what.startswith("stop"):
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(float(what.removeprefix("stop") or 0))
        else:
            fill(sign.parent, int(what))

    return happen


def put_in(said: str) -> None:
    """Hang a fault on its point: `POINT:SIGN`, `POINT:SIGN:LEAVE` or `POINT:SIGN:stop`."""
    point, sign, *rest = said.split(":")
    happen = _happening(Path(sign), rest[0] if rest else "die")
    place, name, when = _POINTS[point]
    owner = _found(place)
    whole = getattr(owner, name)

    def faulty(*given: Any, **named: Any) -> Any:
        if when == "within":
            path, write = given

            def write_half(target: Path) -> None:
                write(target)
                os.truncate(target, target.stat().st_size // 2)
                happen()

            return whole(path, write_half)
        if when == "before" or when in given:
            happen()
        answer = whole(*given, **named)
        if when == "after":
            happen()
        return answer

    setattr(owner, name, faulty)


def _unguard() -> None:
    from monitor.store import space

    setattr(space.Space, "need", lambda _space: None)  # noqa: B010 — as a test hangs in another


def _checkpoint_at(size: int) -> None:
    from monitor.store import switches

    switches.LOGGED_BYTES = size


def _shift_clock(file: Path) -> None:
    """Every reading of the wall clock through datetime.now is wrong by what the file says now."""

    class Wrong(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Wrong:
            moment = super().now(tz)
            try:
                return moment + timedelta(seconds=float(file.read_text()))
            except (OSError, ValueError):
                return moment

    for name, module in list(sys.modules.items()):
        if name.startswith(("monitor.", "apscheduler.")) and getattr(module, "datetime", None) is datetime:
            setattr(module, "datetime", Wrong)  # noqa: B010 — as a module's attribute


def _count_forks(file: Path) -> None:
    file.touch()

    def heard(event: str, _given: tuple[Any, ...]) -> None:
        if event in ("os.fork", "os.forkpty"):
            with file.open("a") as out:
                out.write(f"{event}\n")

    sys.addaudithook(heard)


def main() -> int:
    asked = argparse.ArgumentParser()
    asked.add_argument("--wait", action="store_true")
    asked.add_argument("--at", action="append", default=[])
    asked.add_argument("--unguarded", action="store_true")
    asked.add_argument("--checkpoint", type=int)
    asked.add_argument("--shift", type=Path)
    asked.add_argument("--forks", type=Path)
    asked.add_argument("command", nargs=argparse.REMAINDER)
    said = asked.parse_args()
    if said.wait or said.shift:
        import monitor.commands.serve
        import monitor.jobs.clock
        import monitor.web.server  # noqa: F401
    for at in said.at:
        put_in(at)
    if said.unguarded:
        _unguard()
    if said.checkpoint:
        _checkpoint_at(said.checkpoint)
    if said.shift:
        _shift_clock(said.shift)
    if said.forks:
        _count_forks(said.forks)
    if said.wait and not sys.stdin.readline():  # whoever started it is gone
        return 0
    from monitor.cli import main as run

    return run(said.command)


if __name__ == "__main__":
    sys.exit(main())
