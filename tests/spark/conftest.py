"""A real cluster of this machine (scripts/spark.sh), and stores with published versions for it to read."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.demo.loader import load_demo
from monitor.shipped import find_shipped
from monitor.store.configuration import record_configuration
from monitor.store.publishing import publish_store
from monitor.store.store import Store

ROOT = Path(__file__).parents[2]
PLAIN_PYTHON = ROOT / ".venv" / "bin" / "python"
"""The program as most have it: without Spark's client, and without pyarrow, which pandas uses where it finds it."""
HEADER = "indicator_id,region_code,period,vintage,numerator,denominator,value,comparator,published_on,note\n"
FIRST = HEADER + (
    "enrolment_rate,110000,2023,reported,96,100,,,,=说明\n"
    "drg_dip_payment_share,110000,2023,reported,60,100,,,,带入下一版\n"
    "enrolment_rate,110000,2024,bulletin,,,95.5,ge,2025-03-01,下限\n"
    "enrolment_rate,110000,2024,flash,,,96.1,approx,2025-01-10,约数\n"
    "enrolment_rate,120000,2023,reported,—,—,—,,,缺失\n"
    "enrolment_rate,120000,2024,reported,不适用,不适用,不适用,,,\n"
    "enrolment_rate,130000,2023,reported,保密,保密,保密,,,\n"
    "enrolment_rate,320000,2023,reported,95.0000000001,100.0000000003,,,,十位小数\n"
    "enrolment_rate,320000,2020,plan,,,94.2,,,基期\n"
)
LATER = HEADER + (
    "enrolment_rate,110000,2023,reported,90,100,,,,重报 'a' \\\\ \"b\"\n"
    "enrolment_rate,330000,2023,reported,99,100,,,,\n"
)


@dataclass(frozen=True)
class Cluster:
    remote: str
    folder: Path
    environment: dict[str, str]

    def script(self, action: str) -> str:
        command = [str(ROOT / "scripts" / "spark.sh"), action, str(self.folder)]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def group(self, name: str) -> int:
        """The process group of a part: a worker's own process and its executors'."""
        return int((self.folder / f"{name}.pid").read_text())


@dataclass(frozen=True)
class World:
    """A store, what it published, and a moment between its acceptances."""

    store: Path
    published: Path
    catalogue: Path
    then: str

    @property
    def settings(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MONITOR_", "SPARK_"))}
        return kept | {
            "MONITOR_STORE": str(self.store), "MONITOR_CATALOGUE": str(self.catalogue),
            "MONITOR_REGIONS": str(find_shipped("data/regions.csv")), "PYTHONPATH": str(ROOT),
        }  # fmt: skip


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    ports = {"SPARK_CONNECT_PORT": str(free_port()), "SPARK_MASTER_PORT": str(free_port())}
    one = Cluster(
        f"sc://127.0.0.1:{ports['SPARK_CONNECT_PORT']}", tmp_path_factory.mktemp("spark"), {**os.environ, **ports}
    )
    try:
        assert one.script("start") == one.remote
        yield one
    finally:
        one.script("stop")


EACH = Path(__file__).with_name("each.py")


def command(
    settings: dict[str, str], *commands: list[str], python: Path | str = sys.executable
) -> subprocess.CompletedProcess[str]:
    """Several commands in one process, which loads the libraries once."""
    said = [str(python), str(EACH), json.dumps(commands)]
    return subprocess.run(said, env=settings, capture_output=True, text=True, check=False, cwd="/")


def _sent(folder: Path, catalogue: Path, *files: Path) -> World:
    """Files accepted one after another through the command line, then published; `then`: after the first."""
    world = World(folder / "monitor.duckdb", folder / "published", catalogue, "")
    moments = []
    for file in files:
        done = command(world.settings, ["ingest", str(file), "--accept", "--by", "审核员", "--explain", "已核实"])
        assert done.returncode == 0, done.stderr
        moments.append(datetime.now(UTC).replace(tzinfo=None))
    with Store.open(world.store) as store:
        publish_store(store, world.published)
    return World(world.store, world.published, catalogue, f"{moments[0].isoformat(timespec='microseconds')}Z")


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, World]:
    shipped, golden = find_shipped("indicators.yaml"), ROOT / "tests" / "golden"
    peculiar = tmp_path_factory.mktemp("peculiar")
    for name, text in (("first.csv", FIRST), ("later.csv", LATER)):
        (peculiar / name).write_text(text, encoding="utf-8")
    return {
        "national": _sent(tmp_path_factory.mktemp("national"), shipped, find_shipped("data/published_national.csv")),
        "golden": _sent(tmp_path_factory.mktemp("golden"), golden / "worked_rows.yaml", golden / "worked_rows.csv"),
        "peculiar": _sent(peculiar, shipped, peculiar / "first.csv", peculiar / "later.csv"),
        "demo": _demo(tmp_path_factory.mktemp("demo"), shipped),
    }


def _demo(folder: Path, catalogue: Path) -> World:
    regions_file = find_shipped("data/regions.csv")
    regions = load_regions(regions_file)
    with Store.open(folder / "monitor.duckdb") as store:
        load_demo(store, load_catalogues([catalogue], regions), regions, datetime.now(UTC))
        record_configuration(
            store,
            catalogues=[(catalogue.name, catalogue.read_text(encoding="utf-8"))],
            regions=(regions_file.name, regions_file.read_text(encoding="utf-8-sig")),
            settings={"ahead": "1.2", "near": "0.8", "band_tolerance": "1"},
            by="test",
        )
        publish_store(store, folder / "published")
    return World(folder / "monitor.duckdb", folder / "published", catalogue, "2024-12-31")
