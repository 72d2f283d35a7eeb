"""What is installed: locked by hash, no address, the same versions everywhere, and a wheel that lacks nothing."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from plotly.offline import get_plotlyjs_version

from .conftest import CHECKOUT

LOCKS = ("requirements.lock", "requirements-runtime.lock", "requirements-system.lock")
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def blocks(lock: str) -> dict[str, frozenset[str]]:
    """Requirement (name, version, marker) → its hashes."""
    text = (CHECKOUT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip()]
    return {
        line.split("--hash")[0].strip(): frozenset(re.findall(r"--hash=sha256:([0-9a-f]{64})", line)) for line in lines
    }


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_package_with_hashes_and_names_no_address(lock: str) -> None:
    for requirement, hashes in blocks(lock).items():
        assert re.match(r"[a-z0-9._-]+==[^ ]+( ; .+)?$", requirement), requirement
        assert hashes, requirement
    text = (CHECKOUT / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|--index|--find-links|^#|(^|[ =])/", text, re.MULTILINE)


def test_the_locks_agree_with_one_another() -> None:
    full, runtime, system = (set(blocks(lock).items()) for lock in LOCKS)
    assert runtime < full < system


def test_every_dependency_is_locked_and_has_its_reason() -> None:
    names = {re.match(r"[a-z0-9._-]+", one)[0] for one in PROJECT["dependencies"]}  # type: ignore[index]
    assert names <= {requirement.split("==")[0] for requirement in blocks("requirements-runtime.lock")}
    text = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
    declared = re.findall(r'^    "([a-z][a-z0-9._-]*(?:==|>=)[^"]*)",(.*)$', text, re.MULTILINE)
    assert {name for name, _ in declared} >= set(PROJECT["dependencies"])
    assert all(re.search(r"# \S+", reason) for _, reason in declared)


def test_what_is_imported_is_declared_and_what_is_declared_is_used() -> None:
    imported = set()
    for path in (CHECKOUT / "monitor").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                imported.add(node.module.split(".")[0])
    # extras, which this environment is without
    distributions = packages_distributions() | {"pyspark": ["pyspark-client"], "grpc": ["grpcio"]}
    found = {
        distributions[name][0].lower().replace("_", "-")
        for name in imported - set(sys.stdlib_module_names) - {"monitor"}
    }
    extra = PROJECT["optional-dependencies"]["spark"]
    declared = {re.match(r"[a-z0-9-]+", one)[0] for one in [*PROJECT["dependencies"], *extra]}  # type: ignore[index]
    # parts of declared packages, and what is used without being imported: zone files, plotly's own script
    assert found - {"pydantic-core", "werkzeug"} == declared - {"tzdata", "plotly"}


def test_the_served_plotly_basic_is_of_the_wheels_version() -> None:
    lines = (CHECKOUT / "scripts" / "plotly_basic.lock").read_text(encoding="utf-8").splitlines()
    pins = [line.split() for line in lines if not line.startswith("#")]
    assert {pin[4] for pin in pins} == {"plotly-basic.min.js", "plotly-locale-zh-cn.js"}
    assert {pin[2] for pin in pins} == {get_plotlyjs_version()}


def test_the_container_is_made_by_the_scripts_that_make_uses() -> None:
    dockerfile = (CHECKOUT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    steps = re.findall(r"^RUN (.*)$", dockerfile, re.MULTILINE)
    steps = [step for step in steps if not step.startswith(("apt-get", "useradd"))]
    assert [step.split()[0] for step in steps] == [
        "scripts/environment.sh",
        "scripts/bundle.sh",
        "cd",
        "/bundle/install.sh",
    ]
    assert all(os.access(CHECKOUT / step.split()[0], os.X_OK) for step in steps[:2])
    copied = {name for line in re.findall(r"^COPY (?!--)(.*) \S+$", dockerfile, re.MULTILINE) for name in line.split()}
    assert all((CHECKOUT / name).exists() for name in copied)
    assert {"monitor", "scripts", "data", "indicators.yaml", "pyproject.toml", "LICENSE"} <= copied
    stages = dockerfile.split("\nFROM ")
    assert "USER monitor" in stages[-1] and "HEALTHCHECK" in stages[-1] and "VOLUME /data" in stages[-1]


def test_the_rooms_import_only_what_the_table_allows() -> None:
    script = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    ended = subprocess.run([sys.executable, "-c", script], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    ended = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    (found,) = folder.glob("*.whl")
    return found


def test_the_wheel_holds_every_file_of_the_program(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    package = CHECKOUT / "monitor"
    needed = {
        str(path.relative_to(CHECKOUT))
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    data = (path.relative_to(CHECKOUT) for path in (CHECKOUT / "data").rglob("*") if path.is_file())
    needed |= {f"monitor/_shipped/{path}" for path in data}
    assert needed | {"monitor/_shipped/indicators.yaml"} <= held
    assert {path.rsplit(".", 1)[-1] for path in needed} >= {"py", "sql", "css", "js", "csv"}
    strangers = [name for name in held if not name.startswith(("monitor/", "plan_monitor-"))]
    assert strangers == []


def test_the_program_runs_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    (tmp_path / "empty").mkdir()
    script = (
        "import monitor, sys; from monitor.cli import main; code = main(['check']);"
        "print(monitor.__file__, file=sys.stderr); sys.exit(code)"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path / "empty",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "uhs-14" in ended.stdout
    assert ended.stderr.strip().startswith(str(tmp_path / "site"))
