"""A PostgreSQL server of its own for one run: a Unix socket in a temporary folder, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from .contest import ContestError

_SETTINGS = {"shared_buffers": "1GB", "work_mem": "64MB", "maintenance_work_mem": "512MB", "max_wal_size": "4GB"}


@contextmanager
def postgres() -> Iterator[str]:
    """The folder of its socket. Raises ContestError where PostgreSQL is not installed or does not start."""
    programs = _programs()
    with tempfile.TemporaryDirectory(prefix="monitor-peers-") as name:
        folder, who = Path(name), _user()
        if who:
            shutil.chown(folder, who["user"], who["group"])
        data = folder / "data"
        made = subprocess.run(
            [str(programs / "initdb"), "--pgdata", str(data), "--username", "peer", "--auth", "trust", "--encoding",
             "UTF8", "--locale", "C", "--no-sync"],
            cwd=folder, capture_output=True, text=True, check=False, **who,
        )  # fmt: skip
        if made.returncode:
            raise ContestError(f"initdb failed: {made.stderr.strip()}")
        options = [part for pair in _SETTINGS.items() for part in ("-c", "=".join(pair))]
        server = subprocess.Popen(
            [str(programs / "postgres"), "-D", str(data), "-k", str(folder), "-c", "listen_addresses=", *options],
            cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **who,
        )  # fmt: skip
        try:
            _until_ready(server, folder)
            yield str(folder)
        finally:
            with suppress(ProcessLookupError):
                server.send_signal(2)  # fast shutdown
            server.wait(timeout=120)


def _programs() -> Path:
    """The folder of PostgreSQL's programs; Debian keeps them off the path."""
    found = shutil.which("pg_ctl")
    if found and (Path(found).resolve().parent / "initdb").exists():
        return Path(found).resolve().parent
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    raise ContestError("PostgreSQL is not installed: apt-get install postgresql-15")


def _user() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: whom it runs as, where this is root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            one = pwd.getpwnam(name)
            return {"user": one.pw_uid, "group": one.pw_gid, "extra_groups": []}
    raise ContestError("PostgreSQL does not run as root, and there is no user postgres or nobody")


def _until_ready(server: subprocess.Popen[str], folder: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if server.poll() is not None:
            assert server.stderr is not None
            raise ContestError(f"PostgreSQL did not start: {server.stderr.read().strip()}")
        lines = folder / "data" / "postmaster.pid"
        with suppress(OSError):
            if lines.read_text(encoding="ascii").splitlines()[-1].strip() == "ready":
                return
        time.sleep(0.1)
    raise ContestError("PostgreSQL was not ready within a minute")
