"""An owner and two read-only copies as processes: what is accepted shows at both, whoever is pruned or killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from .served import CHECKOUT, Server, furnish, launch

_PATIENCE = 90.0


@dataclass
class Copy:
    """A process of `monitor serve --read-only`. `log`: its own."""

    process: subprocess.Popen[str]
    address: str
    log: Path

    def ask(self, path: str, method: str = "GET") -> tuple[int, str, str]:
        """Status, the version told, and the text."""
        asked = urllib.request.Request(self.address + path, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=_PATIENCE) as answer:
                return answer.status, answer.headers["X-Data-Version"], answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.headers["X-Data-Version"], refused.read().decode()

    def value(self) -> str | None:
        """The figure of the province that is sent here, as it is shown."""
        _, _, text = self.ask("/api/v1/observations?region=320000&period=2025&indicator=enrolment_rate")
        items = json.loads(text)["items"]
        return items[0]["numerator"] if items else None

    def shows(self, value: str) -> str:
        """Wait until it shows the figure; the version it is of."""
        until = time.monotonic() + _PATIENCE
        while self.value() != value:
            assert time.monotonic() < until, (self.value(), self.log.read_text()[-2000:])
            time.sleep(0.2)
        return self.ask("/healthz")[1]


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[Server]:
    given = {"publish_folder": str(tmp_path / "published"), "publish_after_seconds": "1", "publish_tables": "false"}
    server = launch(furnish(tmp_path / "data", **given)).wait_ready()
    yield server
    server.kill()


def copy_of(folder: Path, log: Path) -> Copy:
    own = {name: text for name, text in os.environ.items() if not name.startswith("MONITOR_")}
    order = [sys.executable, "-m", "monitor", "serve", "--read-only", "--from", str(folder), "--port", "0"]
    with log.open("a") as errors:
        process = subprocess.Popen(
            order, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=errors, text=True,
            env={**own, "MONITOR_READER_OPEN": "true", "MONITOR_LANGUAGE": "en"},
        )  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    assert ": http" in line, log.read_text()
    return Copy(process, line.split(": ", 1)[1].strip().rstrip("/"), log)


def accept(owner: Server, number: int) -> None:
    status, answer = owner.send(number)
    assert status in (200, 201, 202), answer
    one = answer["submissions"][0]["submission_id"]
    path = f"/api/v1/submissions/{one}/accept"
    body = b'{"explain": "restated"}'
    assert owner.ask("POST", path, "planner", body, Content_Type="application/json")[0] == 200


def wait_for(folder: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while not (folder / "CURRENT").exists():
        assert time.monotonic() < until
        time.sleep(0.1)


def test_what_is_accepted_at_the_owner_shows_at_every_copy(owner: Server, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    accept(owner, 1000)
    wait_for(folder)
    copies = [copy_of(folder, tmp_path / f"copy{number}.log") for number in (1, 2)]
    try:
        first = {copy.shows("1000") for copy in copies}
        accept(owner, 1001)
        second = {copy.shows("1001") for copy in copies}
        assert len(first) == len(second) == 1 and first != second
        for copy in copies:
            status, version, text = copy.ask("/api/v1/submissions", "POST")
            assert status == 403 and version in text and json.loads(text)["code"] == "read_only"
        shutil.rmtree(folder / "versions" / next(iter(second)))  # as by somebody's hand: what is open stays open
        assert {copy.value() for copy in copies} == {"1001"}
        copies[0].process.send_signal(signal.SIGKILL)
        copies[0].process.wait()
        owner.process.kill()
        assert copies[1].value() == "1001"  # neither needs the other
    finally:
        for copy in copies:
            copy.process.terminate()
            copy.process.wait()
    assert copies[1].process.returncode == 0
