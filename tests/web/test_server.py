"""The server as a process of its own: a request under way is finished before it stops."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PROGRAM = """
import sys, time
from pathlib import Path
from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.web import server

def with_a_slow_answer(*given, **named):
    app = made(*given, **named)
    slow = lambda: (print("asked", flush=True), time.sleep(1.5), "done " * 50_000)[-1]
    app.server.view_functions["_alive"] = slow  # the one that asks for no account
    return app

made, server.create_app = server.create_app, with_a_slow_answer
regions = load_regions(find_shipped("data/regions.csv"))
catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
desk = Desk(Store.open(Path(sys.argv[1])), catalogues, regions, MethodSettings())
server.serve(desk, "127.0.0.1", 0, secret_key=b"k" * 32)
print("stopped", flush=True)
"""


@pytest.mark.process
def test_a_request_under_way_is_finished(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "store.duckdb")],
        cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    answers: list[int] = []
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:")

        def ask() -> None:
            with urllib.request.urlopen(f"{address}healthz", timeout=30) as answer:
                answers.append(len(answer.read()))

        asking = threading.Thread(target=ask)
        asking.start()
        assert process.stdout.readline() == "asked\n"
        process.send_signal(signal.SIGTERM)
        asking.join(timeout=30)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert (answers, process.returncode, out, err) == ([250_000], 0, "stopped\n", "")
