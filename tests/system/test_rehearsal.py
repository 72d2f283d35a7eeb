"""The guides' own lines of the quarterly rehearsal, typed with production's settings, leave production untouched."""

from __future__ import annotations

import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.backup.making import make_backup
from monitor.jobs import history
from monitor.mail.outbox import Outbox
from monitor.store.store import Store
from tests.store.world import Sent
from tests.store.world import send as send_rows

from .test_restore import HEADER, bytes_of, environment

DOCS = Path(__file__).parents[2] / "docs"
NEWEST, FOLDER = "NEWEST", "/srv/plan-monitor/rehearsal"
LONG_ENOUGH = 3.0  # for two looks into the inbox, a mail, and the jobs that a plain start makes up at once


def lines_of(guide: str, head: str) -> list[str]:
    """The block of commands below the heading, as one types them."""
    text = (DOCS / guide).read_text(encoding="utf-8").split(head, 1)[1]
    block = re.search(r"```sh\n(.*?)```", text, re.DOTALL)
    assert block is not None
    lines = [re.sub(r" +#.*$", "", line).removeprefix("sudo ") for line in block[1].splitlines()]
    assert [line.split("monitor ")[-1].split()[0] for line in lines] == ["backup", "restore", "verify", "serve", "rm"]
    assert all(FOLDER in line for line in lines[1:])
    return [line.replace("最新的一份", NEWEST) for line in lines]


class Production:
    """A store that is ahead of its backup, whose jobs are all due, with a file and a mail that wait."""

    def __init__(self, folder: Path, smtp: socket.socket) -> None:
        self.folder, self.smtp = folder, smtp
        self.audit = folder / "audit-apart"
        self.store = folder / "data" / "monitor.duckdb"
        for name in ("inbox/320000", "published"):
            (folder / name).mkdir(parents=True)
        then = datetime.now(UTC) - timedelta(days=2)
        with Store.open(self.store, audit_folder=self.audit, clock=lambda: then) as store:
            for job in ("inbox", "mail", "periods", "caches", "backup", "integrity", "publish", "prune"):
                history.switch(store, job, paused=False, by="schedule")
            outbox = Outbox(store, "a@example.com")
            outbox.put("waiting", language="zh", recipients=["b@example.com"], subject="x", body="x", key="x")
            send_rows(store, Sent(value="1"), accept=True)
            made = make_backup(store, folder / "backups", by="me", kind="asked", portable=False)
            send_rows(store, Sent(value="2"), accept=True)
        self.newest = made.path
        row = "enrolment_rate,320000,2023,950,1000\n"
        (folder / "inbox" / "320000" / "q.csv").write_text(HEADER + row, encoding="utf-8")

    def settings(self) -> dict[str, str]:
        folder, port = self.folder, str(self.smtp.getsockname()[1])
        said = environment(
            MONITOR_STORE=str(self.store), MONITOR_AUDIT_FOLDER=str(self.audit), MONITOR_INBOX=str(folder / "inbox"),
            MONITOR_INBOX_SECONDS="1", MONITOR_PUBLISH_FOLDER=str(folder / "published"),
            MONITOR_BACKUP_FOLDER=str(folder / "backups"), MONITOR_SMTP_HOST="127.0.0.1", MONITOR_SMTP_PORT=port,
            MONITOR_SMTP_SECURITY="none", MONITOR_SMTP_FROM="a@example.com", MONITOR_HOST="0.0.0.0",
        )  # fmt: skip
        del said["MONITOR_PLAIN_HTTP"]
        return said


def served(command: list[str], settings: dict[str, str], cwd: Path) -> str:
    """The page of signing in, and what the server said until Ctrl-C."""
    server = subprocess.Popen(
        command, cwd=cwd, env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        assert server.stdout is not None
        said = server.stdout.readline()
        while "http://" not in said and server.poll() is None:
            said += server.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert address is not None, said
        with urllib.request.urlopen(f"{address[0]}/login?lang=en", timeout=30) as answer:
            page = answer.read().decode()
        with urllib.request.urlopen(f"{address[0]}/readyz", timeout=30) as answer:
            assert answer.read() == b"ready\n"
        time.sleep(LONG_ENOUGH)
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=30)
        assert server.returncode == 0
    finally:
        server.kill()
        server.communicate()
    return str(page)


def test_the_lines_of_the_guides_touch_nothing_of_production(tmp_path: Path) -> None:
    lines = lines_of("operators.md", "**Rehearse it**")
    assert lines == lines_of("operators.zh-CN.md", "**恢复演练")
    work = tmp_path / "work"
    work.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as smtp:
        smtp.settimeout(0)
        production = Production(tmp_path / "production", smtp)
        rehearsal = tmp_path / "rehearsal"
        before = bytes_of(production.folder)
        for line in lines:
            words = shlex.split(line.replace(FOLDER, str(rehearsal)).replace(NEWEST, str(production.newest)))
            settings = production.settings()
            while "=" in words[0]:
                name, _, value = words.pop(0).partition("=")
                settings[name] = value
            command = [sys.executable, "-m", *words] if words[0] == "monitor" else words
            if "serve" in words:
                page = served([*command, "--port", "0"], settings, work)
                assert "A rehearsal: this is a copy restored from a backup" in page
                with Store.open(rehearsal / "monitor.duckdb", read_only=True) as store:
                    assert history.list_runs(store) == ()
            else:
                ended = subprocess.run(command, cwd=work, env=settings, capture_output=True, text=True, timeout=60)
                assert ended.returncode == 0, (line, ended.stderr)
                assert "verify" not in words or ended.stdout.rstrip().endswith(": sound")
        assert bytes_of(production.folder) == before and not rehearsal.exists()
        with pytest.raises(BlockingIOError):  # nobody has called
            smtp.accept()
    Store.open(production.store, audit_folder=production.audit).close()  # its head is its own
