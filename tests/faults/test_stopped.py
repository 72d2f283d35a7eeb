"""SIGTERM while a file is taken in: its sender is answered, the store is closed, exit 0 (reliability.md 4d). 50 rounds.

Nobody forks meanwhile: a forked child that writes through the connection it inherited loses what it writes.
"""

from __future__ import annotations

from pathlib import Path

from tests.faults.served import SHARE, check_store, furnish, launch, rounds

POINTS = ("after_spool", "after_keep", "before_commit", "after_commit")
LEAVE_SECONDS = 10.0 if SHARE >= 1 else 60.0  # in part of the rounds the machine may be busy with others


def test_a_stop_lets_what_is_under_way_end(tmp_path: Path) -> None:
    house, forks = furnish(tmp_path / "data"), tmp_path / "forks"
    told: list[tuple[int, int]] = []
    signs = {point: tmp_path / point for point in POINTS}
    options = ["--wait", "--forks", str(forks)]
    for point, sign in signs.items():
        options += ["--at", f"{point}:{sign}:stop"]
    following = launch(house, *options)
    try:
        for number in range(1, rounds(50) + 1):
            server, following = following, launch(house, *options)
            server.go()
            server.wait_ready()
            signs[POINTS[number % len(POINTS)]].touch()
            status, answer = server.send(number)
            assert status in (201, 202), answer
            told.append((answer["receipt_id"], number))
            server.process.communicate(timeout=LEAVE_SECONDS)
            assert server.process.returncode == 0
            assert not house.store.with_name("monitor.duckdb.wal").exists()  # all of it is in the file
            assert check_store(house.store, told, []) == number
    finally:
        following.kill()
    assert forks.read_text() == ""


def test_what_takes_long_is_waited_for(tmp_path: Path) -> None:
    house, sign = furnish(tmp_path / "data"), tmp_path / "sign"
    server = launch(house, "--at", f"after_spool:{sign}:stop7").wait_ready()
    sign.touch()
    status, answer = server.send(1)
    assert status in (201, 202), answer
    server.process.communicate(timeout=LEAVE_SECONDS)
    assert server.process.returncode == 0
    assert check_store(house.store, [(answer["receipt_id"], 1)], []) == 1
