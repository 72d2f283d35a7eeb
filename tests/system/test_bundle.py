"""The bundle installs, serves and is upgraded on a machine without a network, and goes back where a release fails."""

from __future__ import annotations

import re
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .bundles import CHECKOUT, bundle_facts, later_release, make_bundle, unpack
from .closed import Closed, closed_network

READY = """
import sys, urllib.request
print(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode(), end="")
"""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack(make_bundle(tmp_path_factory.mktemp("made")), tmp_path_factory.mktemp("carried"))


@pytest.fixture(scope="module")
def closed() -> Iterator[Closed]:
    with closed_network() as network:
        yield network


class House:
    """An installation in folders of its own, with commands that stand for a supervisor's."""

    def __init__(self, folder: Path, closed: Closed, bundle: Path) -> None:
        self.closed, self.folder, self.prefix, self.data = closed, folder, folder / "opt", folder / "data"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        start, stop = folder / "start", folder / "stop"
        start.write_text(
            f"#!/bin/bash\nsetsid {self.prefix}/bin/monitor serve --port {self.port} </dev/null >>{folder}/log 2>&1 &\n"
            f"echo $! >{folder}/pid\n"
        )
        stop.write_text(
            f"#!/bin/bash\npid=$(cat {folder}/pid) || exit 0\nkill $pid 2>/dev/null\n"
            f"while kill -0 $pid 2>/dev/null; do sleep 0.1; done\nrm -f {folder}/pid\n"
        )
        for script in (start, stop):
            script.chmod(0o755)
        settings = folder / "settings.env"
        text = (CHECKOUT / "deploy" / "settings.env").read_text(encoding="utf-8")
        text = text.replace("/var/lib/plan-monitor", str(self.data)).replace("PORT=8050", f"PORT={self.port}")
        settings.write_text(text, encoding="utf-8")
        self.start, self.stop = start, stop
        self.said = closed.run(
            bundle / "install.sh", "--prefix", self.prefix, "--data", self.data, "--settings", settings,
            "--user", "root", "--python", sys.executable, "--start", start, "--stop", stop,
        )  # fmt: skip

    def monitor(self, *arguments: str) -> str:
        ended = self.closed.run(self.prefix / "bin" / "monitor", *arguments, cwd=self.folder)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def upgrade(self, bundle: Path, *options: str) -> tuple[int, str]:
        ended = self.closed.run(
            bundle / "upgrade.sh", "--prefix", self.prefix, *options, env={"PYTHON": sys.executable}
        )
        return ended.returncode, ended.stderr

    def ready(self) -> str:
        return self.closed.run(sys.executable, "-c", READY, f"http://127.0.0.1:{self.port}/readyz").stdout

    def came_back(self) -> bool:
        """Waits as upgrade.sh does, by the release's own functions."""
        waiting = f"cd {self.prefix}/current; . {self.prefix}/install.conf; PREFIX={self.prefix}"
        functions = (
            "for part in lib settings; do . deploy/$part.sh; done; load_settings $(pointed current); wait_ready 30"
        )
        return self.closed.run("bash", "-c", f"{waiting}; {functions}").returncode == 0

    def release(self, link: str = "current") -> str:
        return (self.prefix / link).resolve().name


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, closed: Closed, bundle: Path) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("house"), closed, bundle)
    yield house
    closed.run(house.stop)


def test_it_holds_every_package_by_its_hash_and_what_an_operator_needs(bundle: Path) -> None:
    listed = dict(reversed(line.split("  ./")) for line in (bundle / "SHA256SUMS").read_text().splitlines())  # type: ignore[misc]
    held = {str(path.relative_to(bundle)) for path in bundle.rglob("*") if path.is_file()} - {"SHA256SUMS"}
    assert set(listed) == held
    (lock,) = bundle.glob("requirements-*.lock")
    text = lock.read_text()
    wheels = [name for name in held if name.startswith("wheels/")]
    assert all(listed[wheel] in text for wheel in wheels)
    assert len(wheels) == len(re.findall(r"^[a-z0-9]", text, re.MULTILINE))
    assert {f"deploy/{path.name}" for path in (CHECKOUT / "deploy").iterdir()} - held == {
        "deploy/install.sh", "deploy/upgrade.sh", "deploy/README.txt",
    }  # fmt: skip
    assert {"install.sh", "upgrade.sh", "README.txt", "docs/operators.md", "docs/operators.zh-CN.md"} <= held
    facts = bundle_facts(bundle)
    assert float(facts["GLIBC"].split(".")[1]) <= 34 and facts["RELEASE"].startswith(facts["VERSION"])


def test_a_damaged_bundle_and_a_machine_of_another_kind_are_refused(
    bundle: Path, tmp_path: Path, closed: Closed
) -> None:
    target = ("--prefix", tmp_path / "opt", "--data", tmp_path / "data", "--user", "root")
    for damage in (lambda path: path.write_bytes(path.read_bytes() + b"#"), Path.unlink):
        copy = later_release(bundle, tmp_path / damage.__name__.strip("<>"), "0.0.9", {})
        damage(next(copy.glob("plan_monitor-*.whl")))
        for script in ("install.sh", "upgrade.sh"):
            ended = closed.run(copy / script, *target)
            assert ended.returncode == 1 and "damaged" in ended.stderr and "安装包已损坏" in ended.stderr
    other = closed.run(bundle / "install.sh", *target, "--python", "/bin/true")
    assert other.returncode == 1 and "needs Python 3." in other.stderr and "root 可运行的 Python" in other.stderr
    assert closed.run(bundle / "install.sh", "--everything").returncode == 2
    assert closed.run(bundle / "upgrade.sh", "--prefix", tmp_path / "opt").stderr.count("install.sh") == 2
    assert not (tmp_path / "opt").exists() and not (tmp_path / "data").exists()


def test_it_installs_and_serves_without_a_network(house: House) -> None:
    outside = "import socket; socket.create_connection(('192.0.2.1', 443), timeout=5)"
    assert "Network is unreachable" in house.closed.run(sys.executable, "-c", outside).stderr
    assert house.said.returncode == 0, house.said.stderr
    assert (house.data.stat().st_mode & 0o777) == 0o700
    again = house.closed.run(
        house.prefix / "current" / "bin" / "python", "-c", "import monitor; print(monitor.__file__)"
    )
    assert again.stdout.startswith(str(house.prefix))
    assert not shutil.which("pip", path=str(house.prefix / "current" / "bin"))
    assert house.closed.run(house.start).returncode == 0
    assert house.came_back(), (house.folder / "log").read_text()
    assert house.ready() == "ready\n"
    assert (house.data / "first-password").exists()


@pytest.fixture(scope="module")
def newer(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A later release that changes the store's structure."""
    changes = {later_migration(): "CREATE TABLE of_a_later_release (n INTEGER);\n"}
    return later_release(bundle, tmp_path_factory.mktemp("newer"), "0.9.1", changes)


def test_a_release_that_does_not_start_gives_its_place_back(house: House, bundle: Path, tmp_path: Path) -> None:
    old = house.release()
    house.monitor("user", "add", "--login", "wang", "--name", "王计划", "--role", "planner")
    changes = {
        later_migration(): "CREATE TABLE of_a_later_release (n INTEGER);\n",
        "monitor/commands/serve.py": "\ndef run_server(*_: object) -> None:\n    raise SystemExit(1)\n",
    }
    code, said = house.upgrade(later_release(bundle, tmp_path, "0.9.0", changes), "--wait", "5")
    assert code == 1 and "going back" in said and "退回旧版" in said, said
    assert house.release() == old and house.ready() == "ready\n"
    assert "王计划" in house.monitor("user", "list")
    (aside,) = house.data.glob("set-aside-*")
    assert (aside / "store").stat().st_size > 0


def test_an_upgrade_keeps_everything(house: House, newer: Path) -> None:
    old = house.release()
    code, said = house.upgrade(newer)
    assert code == 0, said
    assert house.release() == bundle_facts(newer)["RELEASE"] and house.release("previous") == old
    assert house.ready() == "ready\n"
    assert "王计划" in house.monitor("user", "list")
    assert list((house.data / "backups").glob("plan-monitor-*/manifest.json"))
    assert sorted(path.name for path in (house.prefix / "releases").iterdir()) == sorted([old, house.release()])
    house.closed.run(house.stop)  # as after a power cut while it was upgraded
    code, said = house.upgrade(newer)
    assert code == 0 and "installed already, and ready" in said and house.ready() == "ready\n"


def test_an_upgrade_is_taken_back_with_the_data_where_the_structure_has_changed(house: House, newer: Path) -> None:
    old = house.release("previous")
    house.monitor("user", "add", "--login", "li", "--name", "李计划", "--role", "planner")
    code, said = house.upgrade(newer, "--roll-back")
    assert code == 1 and "--with-data" in said and house.came_back()
    assert house.release() == bundle_facts(newer)["RELEASE"]
    code, said = house.upgrade(newer, "--roll-back", "--with-data")
    assert code == 0, said
    assert house.release() == old and house.ready() == "ready\n"
    known = house.monitor("user", "list")
    assert "王计划" in known and "李计划" not in known
    assert len(list(house.data.glob("set-aside-*/store"))) == 2


def later_migration() -> str:
    """The name in the wheel of the step after the last one of this release."""
    known = sorted((CHECKOUT / "monitor" / "store" / "migrations").glob("[0-9]*.sql"))
    return f"monitor/store/migrations/{len(known) + 1:04d}_later.sql"
