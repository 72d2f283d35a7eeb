"""What stands in Spark's way is told in words that name it and the cure, and no file is written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.spark.conftest import Cluster, World, command, free_port


@pytest.fixture
def copied(worlds: dict[str, World], tmp_path: Path) -> Path:
    """A published folder of one's own to spoil."""
    return Path(shutil.copytree(worlds["peculiar"].published, tmp_path / "published"))


def _refused(world: World, folder: Path | None, remote: str, *said: str, kind: str = "scorecard") -> None:
    output = world.store.parent / "refused.csv"
    settings = world.settings | {"MONITOR_ENGINE": "spark", "MONITOR_SPARK_REMOTE": remote}
    place = [] if folder is None else ["--from", str(folder)]
    done = command(settings, ["export", kind, *place, "--output", str(output)])
    assert done.returncode in (1, 2), done.stderr
    assert done.stderr.count("\n") == 1 and "Traceback" not in done.stderr
    for one in said:
        assert one in done.stderr
    assert not output.exists()


def test_no_server_and_no_address(worlds: dict[str, World]) -> None:
    world = worlds["peculiar"]
    nobody = f"sc://127.0.0.1:{free_port()}"
    _refused(world, world.published, nobody, nobody, "没有应答", "does not answer", "MONITOR_ENGINE=duckdb")
    _refused(world, world.published, "http://127.0.0.1:1", "sc://主机:端口", "write sc://host:port")


def test_no_folder_and_what_no_version_holds(worlds: dict[str, World], cluster: Cluster, tmp_path: Path) -> None:
    world = worlds["peculiar"]
    _refused(world, None, cluster.remote, "MONITOR_PUBLISH_FOLDER", "--from DIR")
    _refused(world, tmp_path, cluster.remote, "没有已发布的版本", "has no published version")
    _refused(world, world.published, cluster.remote, "在主服务上导出", "export it at the owner", kind="rates")


def test_files_that_are_cut_or_spoilt(worlds: dict[str, World], cluster: Cluster, copied: Path) -> None:
    months = sorted(copied.glob("versions/*/store/observation/*.parquet"))
    text = months[0].read_bytes()
    months[0].write_bytes(bytes(len(text)))  # as long as before, so that only whoever reads it can see
    _refused(worlds["peculiar"], copied, cluster.remote, "无法读取", "cannot read")
    months[0].write_bytes(text[:-1])
    _refused(worlds["peculiar"], copied, cluster.remote, months[0].name, "不可用", "cannot be used")


def test_pages_are_not_served_by_spark(worlds: dict[str, World], cluster: Cluster) -> None:
    done = command(worlds["peculiar"].settings | {"MONITOR_ENGINE": "spark"}, ["serve", "--port", str(free_port())])
    assert done.returncode == 2
    assert "monitor export" in done.stderr and "monitor serve --read-only" in done.stderr
