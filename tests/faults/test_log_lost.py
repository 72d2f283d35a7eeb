"""A log that cannot be written costs its lines and nothing else: disk full, stream closed, nobody who reads it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families as read_text

from monitor.store.store import Store
from monitor.store.tokens import make_token

from .served import CHECKOUT, SHARE, Server, check_store, furnish

REQUESTS = 150
LONG = "/vendor/" + "x" * 180  # twice in each line, so that these fill any pipe
SECONDS = 1.0
REDIRECTED = {"full": "2>/dev/full", "closed": "2>&-", "unread": ""}


@pytest.mark.parametrize("log", REDIRECTED if SHARE >= 1 else ["unread"])
def test_a_log_that_cannot_be_written_holds_up_nobody(tmp_path: Path, log: str) -> None:
    house = furnish(tmp_path / "data", log_level="info", log_format="json")
    with Store.open(house.store) as store:
        house.tokens["operator"] = make_token(store, name="prometheus", role="operator", regions=None, by="admin")[1]
    order = f'exec "$0" -m monitor serve --port 0 {REDIRECTED[log]}'
    house.log.touch()
    reading, writing = os.pipe()
    process = subprocess.Popen(
        ["/bin/sh", "-c", order, sys.executable], cwd=CHECKOUT, env=house.environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=writing,
    )  # fmt: skip
    os.close(writing)
    try:
        server = Server(house, process, time.monotonic()).wait_ready()
        took = []
        for _ in range(REQUESTS):
            begun = time.monotonic()
            assert server.ask("GET", LONG)[0] == 404
            took.append(time.monotonic() - begun)
        assert sorted(took)[-2] <= SECONDS, took  # the first line that is lost waits for a reader
        status, answer = server.send(1)
        assert status == 202, answer
        found = {one.name: one for one in read_text(server.ask("GET", "/metrics", "operator")[1].decode())}
        lost = found["monitor_log_lines_lost"].samples[0].value
        assert lost == 0 if log == "closed" else lost > 50  # where it is closed, lines go where nobody looks
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    finally:
        process.kill()
        os.close(reading)
    assert process.returncode == 0
    assert check_store(house.store, [(answer["receipt_id"], 1)], []) == 1
