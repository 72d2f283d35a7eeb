"""What is killed while Spark answers: a worker changes no figure, the server leaves no file and an error in words."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from pathlib import Path

from monitor.store.published import Published
from monitor.store.spark import SparkStore
from tests.spark.conftest import Cluster, World, command

_LONG = Path(__file__).parent / "long_question.sql"
_BY = {"least": 800}


def _settings(world: World, cluster: Cluster) -> dict[str, str]:
    return world.settings | {"MONITOR_ENGINE": "spark", "MONITOR_SPARK_REMOTE": cluster.remote}


def _count(cluster: Cluster, words: str) -> int:
    return (cluster.folder / "connect.log").read_text(encoding="utf-8").count(words)


def _wait_for(cluster: Cluster, words: str, times: int) -> None:
    until = time.monotonic() + 120
    while _count(cluster, words) < times:
        assert time.monotonic() < until, words
        time.sleep(0.05)


def test_a_worker_killed_while_it_answers_changes_nothing(
    cluster: Cluster, worlds: dict[str, World], tmp_path: Path
) -> None:
    world = worlds["demo"]
    with Published.open(world.published) as version:
        expected = version.ask(_LONG, _BY)
    with SparkStore(world.published, cluster.remote) as spark:
        answers: list[object] = []
        asking = threading.Thread(target=lambda: answers.append(spark.ask(_LONG, _BY)))
        before = _count(cluster, "Starting task ")
        asking.start()
        _wait_for(cluster, "Starting task ", before + 2)  # one on each worker
        assert asking.is_alive()
        os.killpg(cluster.group("worker1"), signal.SIGKILL)  # the worker and its executor, as when a machine is lost
        asking.join(240)
        assert answers == [expected]
    assert _count(cluster, "Lost executor") >= 1
    # and with the other one alone
    for python, name in ((None, "spark"), ("plain", "duckdb")):
        settings = world.settings if python else _settings(world, cluster)
        asked = ["export", "scorecard", "--from", str(world.published), "--output", str(tmp_path / f"{name}.csv")]
        done = command(settings, asked)
        assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "spark.csv").read_bytes() == (tmp_path / "duckdb.csv").read_bytes()
    cluster.script("start")


def test_a_killed_server_leaves_no_file_and_is_told_in_words(
    cluster: Cluster, worlds: dict[str, World], tmp_path: Path
) -> None:
    world = worlds["demo"]
    output = tmp_path / "observations.csv"
    before = _count(cluster, "Finished task ")

    def kill() -> None:
        _wait_for(cluster, "Finished task ", before + 4)  # rows have been written by then
        os.killpg(cluster.group("connect"), signal.SIGKILL)

    killing = threading.Thread(target=kill)
    killing.start()
    done = command(
        _settings(world, cluster),
        ["export", "observations", "--from", str(world.published), "--output", str(output)],
    )
    killing.join()
    assert done.returncode == 1, done.stderr
    assert "没有应答" in done.stderr and "does not answer" in done.stderr and cluster.remote in done.stderr
    assert "Traceback" not in done.stderr and done.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())
    assert cluster.script("start") == cluster.remote
    with socket.create_connection(("127.0.0.1", int(cluster.remote.rpartition(":")[2])), 5):
        pass
