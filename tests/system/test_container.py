"""The Dockerfile's own steps, run in order on a copy of what it copies: the wheel serves, and is healthy."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .closed import closed_network

CHECKOUT = Path(__file__).parents[2]
DOCKERFILE = (CHECKOUT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the container takes over from its build stage; its last step runs without a network."""
    folder = tmp_path_factory.mktemp("container")
    source, bundle, target = folder / "source", folder / "bundle", folder / "plan-monitor"
    source.mkdir()
    for line in re.findall(r"^COPY (?!--)(.*) \S+$", DOCKERFILE, re.MULTILINE):
        for name in line.split():
            if (CHECKOUT / name).is_dir():
                shutil.copytree(CHECKOUT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(CHECKOUT / name, source)
    build = DOCKERFILE.split("\nFROM ")[1]
    steps = [step for step in re.findall(r"^RUN (.*)$", build, re.MULTILINE) if not step.startswith("apt-get")]
    steps = [re.sub(r"(?<!\w)/bundle", str(bundle), step.replace("/opt/plan-monitor", str(target))) for step in steps]
    for step in steps[:-1]:
        ended = subprocess.run(["bash", "-c", step], cwd=source, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, f"{step}\n{ended.stdout}{ended.stderr}"
    with closed_network() as closed:
        ended = closed.run("bash", "-c", steps[-1], env={"PYTHON": sys.executable})
        assert ended.returncode == 0, f"{steps[-1]}\n{ended.stdout}{ended.stderr}"
    shutil.rmtree(source)  # nothing of the build stage may be needed
    shutil.rmtree(bundle)
    return target / "current"


def test_the_image_carries_no_test_tool(installed: Path) -> None:
    names = {path.name.split("-")[0].lower() for path in installed.glob("lib/python*/site-packages/*.dist-info")}
    assert {"plan_monitor", "duckdb", "dash"} <= names
    assert not names & {"pytest", "mypy", "ruff", "hypothesis", "playwright"}


def test_it_serves_answers_its_health_check_and_stops(installed: Path, tmp_path: Path) -> None:
    health = json.loads(re.search(r"HEALTHCHECK .*?CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[1])  # type: ignore[index]
    environment = {"PATH": f"{installed / 'bin'}:{os.environ['PATH']}", "LANG": "C.UTF-8"}
    environment |= {"MONITOR_STORE": str(tmp_path / "monitor.duckdb"), "MONITOR_PORT": "0"}
    server = subprocess.Popen(
        ["monitor", "serve"], cwd=tmp_path, env=environment, executable=str(installed / "bin" / "monitor"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        port = re.search(r"http://127\.0\.0\.1:(\d+)/", server.stdout.readline())
        assert port is not None
        ended = subprocess.run(
            health, env={**environment, "MONITOR_PORT": port[1]}, executable=str(installed / "bin" / "python"),
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
    finally:
        server.send_signal(signal.SIGTERM)
        _, err = server.communicate(timeout=30)
    assert server.returncode == 0 and err.count("\n") == 1 and "first-password" in err
    assert (tmp_path / "first-password").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
