"""Six hundred clients that send half a form and fall silent: everybody else is answered (reliability.md 4c)."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

CHECKOUT = Path(__file__).parents[2]
CLIENTS, SECONDS = 600, 1.0
HALF = (
    b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 20000\r\n\r\nlogin="
)
PROGRAM = """
import sys
from pathlib import Path
from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.web.server import serve

regions = load_regions(find_shipped("data/regions.csv"))
catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
serve(Desk(Store.open(Path(sys.argv[1])), catalogues, regions, MethodSettings()), "127.0.0.1", 0, secret_key=b"k" * 32)
"""


def test_stalled_clients_hold_up_nobody(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "m.duckdb")], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    stalled: list[socket.socket] = []
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        while not address.startswith("http"):
            address = process.stdout.readline().strip()
        host = urlsplit(address)
        for _ in range(CLIENTS):
            one = socket.create_connection((host.hostname, host.port), timeout=10)
            one.sendall(HALF)
            stalled.append(one)
        took = []
        for path in ("healthz",) * 20 + ("login",) * 5:
            begun = time.monotonic()
            with urllib.request.urlopen(f"{address}{path}", timeout=30) as answer:
                assert answer.status == 200
            took.append(time.monotonic() - begun)
        assert max(took) <= SECONDS, took
        assert all(one.fileno() >= 0 for one in stalled)
    finally:
        for one in stalled:
            one.close()
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 0
