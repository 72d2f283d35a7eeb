"""The machine's clock an hour back, an hour on, and back again under the running server (reliability.md 4d).

What is due every second goes on within two intervals; the order of what was sent is that of its arrival.
"""

from __future__ import annotations

import signal
import time
from importlib.resources import files
from pathlib import Path

from monitor.store.store import Store
from tests.faults.served import SHARE, check_store, content, furnish, launch

SECONDS = 1
# for a machine that is busy; in the full run two looks at a file, each within two intervals, and one to read it
PATIENCE = 60.0
INTERVALS = 5.0


def test_a_clock_that_jumps_keeps_nothing_waiting_and_changes_no_order(tmp_path: Path) -> None:
    inbox, shift = tmp_path / "inbox", tmp_path / "shift"
    inbox.mkdir()
    house = furnish(tmp_path / "data", inbox=str(inbox), inbox_seconds=str(SECONDS))
    shift.write_text("0")
    server = launch(house, "--shift", str(shift)).wait_ready()
    told: list[tuple[int, int]] = []
    try:
        for number, hours in enumerate((0, -1, 0, 1, 0, -25), start=1):
            shift.write_text(str(hours * 3600))
            began = time.monotonic()
            status, answer = server.send(10 * number)
            assert status in (201, 202), answer
            told.append((answer["receipt_id"], 10 * number))
            sent = inbox / f"{number}.csv"
            sent.write_bytes(content(10 * number + 1))
            while not sent.with_name(sent.name + ".receipt.json").exists():
                assert time.monotonic() - began < PATIENCE, f"nothing is taken from the inbox, {hours:+d} h"
                time.sleep(0.05)
            took = time.monotonic() - began
            print(f"\nclock {hours:+d} h: taken after {took:.1f} s")
            assert SHARE < 1 or took <= INTERVALS * SECONDS
    finally:
        server.process.send_signal(signal.SIGTERM)
        server.process.communicate(timeout=30)
    assert check_store(house.store, told, []) == 12
    with Store.open(house.store) as store:
        moments = [row[0] for row in store.ask(files(__package__) / "event_moments.sql")]
    assert len(moments) >= 24 and moments == sorted(moments)
