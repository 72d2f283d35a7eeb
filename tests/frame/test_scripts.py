"""The scripts behind `make`, run in a copy with stand-ins for what they call: which steps, in which order, and once."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import CHECKOUT

TOOLS = (
    "bash",
    "cat",
    "chmod",
    "cmp",
    "dirname",
    "find",
    "id",
    "mkdir",
    "mktemp",
    "mv",
    "rm",
    "tail",
    "tar",
    "gzip",
    "env",
    "sleep",
)

# Stands for every Python: writes down what it was asked, makes what `venv` makes, and locks as the real one.
PYTHON = f"""#!/usr/bin/env bash
case "$*" in
    *version_info*) exit 0 ;;
    *fcntl*|*hashlib*) exec {sys.executable} "$@" ;;
esac
printf '%s\\n' "$*" >>"$CALLS"
if [ "$1 $2" = "-m venv" ]; then
    sleep 0.2; mkdir -p .venv/bin; cat "$0" >.venv/bin/python; chmod +x .venv/bin/python
fi
case "$*" in *"$FAILS"*) exit 1 ;; esac
"""


class Copy:
    """A checkout's scripts and locks in a folder of their own, and a PATH that holds only what is put there."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.bin, self.calls = folder / "checkout", folder / "bin", folder / "calls"
        shutil.copytree(CHECKOUT / "scripts", self.folder / "scripts")
        for name in ("requirements.lock", "requirements-system.lock", "pyproject.toml"):
            shutil.copy(CHECKOUT / name, self.folder)
        self.bin.mkdir()
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found is not None
            (self.bin / tool).symlink_to(found)

    def put(self, name: str, text: str) -> None:
        path = self.bin / name
        path.unlink(missing_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def start(self, script: str, *arguments: str, fails: str = "nothing fails", **more: str) -> subprocess.Popen[str]:
        environment = {
            "PATH": str(self.bin),
            "CALLS": str(self.calls),
            "FAILS": fails,
            "HOME": str(self.folder),
            **more,
        }
        command = [str(self.bin / "bash"), f"scripts/{script}", *arguments]
        return subprocess.Popen(
            command, cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def run(self, script: str, *arguments: str, fails: str = "nothing fails") -> tuple[int, str]:
        process = self.start(script, *arguments, fails=fails)
        _, err = process.communicate(timeout=60)
        return process.returncode, err

    def asked(self) -> list[str]:
        """What the stand-in Python was asked, in order; forgotten afterwards."""
        lines = self.calls.read_text().splitlines() if self.calls.exists() else []
        self.calls.unlink(missing_ok=True)
        return lines


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def test_the_environment_is_made_from_the_lock_once_and_again_when_the_lock_changes(copy: Copy) -> None:
    copy.put("python3", PYTHON)
    assert copy.run("environment.sh")[0] == 0
    made = copy.asked()
    assert made[0] == "-m venv --clear .venv"
    assert "--require-hashes --requirement requirements.lock" in made[1]
    assert "--no-deps --no-build-isolation --editable ." in made[2]
    assert len(made) == 3
    assert copy.run("environment.sh") == (0, "")
    assert copy.asked() == []
    with (copy.folder / "requirements.lock").open("a") as lock:
        lock.write("\n")
    assert copy.run("environment.sh")[0] == 0
    assert copy.asked() == made


def test_an_environment_that_was_moved_is_made_anew(copy: Copy) -> None:
    copy.put("python3", PYTHON)
    copy.run("environment.sh")
    made = copy.asked()
    copy.folder = copy.folder.rename(copy.folder.with_name("moved"))
    assert copy.run("environment.sh")[0] == 0
    assert copy.asked() == made


def test_an_environment_that_failed_half_way_is_made_anew(copy: Copy) -> None:
    copy.put("python3", PYTHON)
    assert copy.run("environment.sh", fails="--editable")[0] != 0
    made = copy.asked()
    assert copy.run("environment.sh")[0] == 0
    assert copy.asked() == made


def test_two_at_once_make_it_once(copy: Copy) -> None:
    copy.put("python3", PYTHON)
    both = [copy.start("environment.sh") for _ in range(2)]
    assert [process.communicate(timeout=60) and process.returncode for process in both] == [0, 0]
    assert len(copy.asked()) == 3


def test_the_system_packages_come_on_top_once(copy: Copy) -> None:
    copy.put("python3", PYTHON)
    copy.run("environment.sh")
    copy.asked()
    assert copy.run("environment.sh", "--system")[0] == 0
    (added,) = copy.asked()
    assert "--require-hashes --requirement requirements-system.lock" in added
    assert copy.run("environment.sh", "--system")[0] == 0
    assert copy.asked() == []


def test_without_a_python_that_is_new_enough_the_cure_is_told(copy: Copy) -> None:
    copy.put("python3", "#!/usr/bin/env bash\nexit 1\n")
    code, err = copy.run("environment.sh")
    assert code != 0
    assert "Python 3.11 or newer" in err and "PYTHON=" in err and "需要 Python 3.11" in err
    assert not (copy.folder / ".venv").exists()


def test_without_the_venv_module_the_cure_is_told(copy: Copy) -> None:
    copy.put("python3", PYTHON)
    code, err = copy.run("environment.sh", fails="-m venv")
    assert code != 0 and "python3-venv" in err


def with_environment(copy: Copy) -> None:
    (copy.folder / ".venv" / "bin").mkdir(parents=True)
    (copy.folder / ".venv" / "bin" / "python").symlink_to(sys.executable)


def test_without_npm_the_charts_fall_back_and_nothing_fails(copy: Copy) -> None:
    with_environment(copy)
    code, err = copy.run("fetch_plotly_basic.sh")
    assert code == 0
    assert "npm is not installed" in err and "make charts" in err


def test_npm_without_a_network_is_told_and_no_failure(copy: Copy) -> None:
    with_environment(copy)
    copy.put("npm", "#!/usr/bin/env bash\nexit 1\n")
    code, err = copy.run("fetch_plotly_basic.sh")
    assert code == 0 and "could not fetch plotly.js" in err


def test_a_file_that_is_not_the_pinned_one_is_never_served(copy: Copy) -> None:
    with_environment(copy)
    pins = (copy.folder / "scripts" / "plotly_basic.lock").read_text().splitlines()
    version = next(line.split()[2] for line in pins if not line.startswith("#"))
    member = "package/dist/plotly-basic.min.js"
    other = f"mkdir -p package/dist; echo other >{member}; tar -czf plotly.js-{version}.tgz package"
    copy.put("npm", f"#!/usr/bin/env bash\n{other}\n")
    code, err = copy.run("fetch_plotly_basic.sh")
    assert code == 0 and "not the file that was pinned" in err
    assert list((copy.folder / "monitor" / "web" / "vendor").iterdir()) == []


def test_browser_tests_name_exactly_what_is_missing(copy: Copy) -> None:
    (copy.bin / "id").unlink()
    copy.put("id", "#!/usr/bin/env bash\necho 1000\n")
    code, err = copy.run("system_packages.sh")
    assert code == 2 and "chromium" in err and "apt-get install" in err


def test_root_installs_what_is_missing(copy: Copy) -> None:
    (copy.bin / "id").unlink()
    copy.put("id", "#!/usr/bin/env bash\necho 0\n")
    copy.put("apt-get", '#!/usr/bin/env bash\nprintf "%s\\n" "$*" >>"$CALLS"\n')
    assert copy.run("system_packages.sh")[0] == 0
    update, install = copy.asked()
    assert update.startswith("update") and "chromium" in install


def test_the_openid_provider_is_fetched_once_by_its_lock_and_named_where_it_cannot_be(copy: Copy) -> None:
    source = copy.folder / "tests" / "system" / "oidc"
    shutil.copytree(CHECKOUT / "tests" / "system" / "oidc", source)
    (copy.bin / "cp").symlink_to(shutil.which("cp") or "")
    code, err = copy.run("openid_provider.sh")
    assert code == 2 and "node and npm are not installed" in err
    copy.put("node", '#!/usr/bin/env bash\n[ "$1" = -v ] && echo v18.1.0 || echo 18\n')
    copy.put("npm", '#!/usr/bin/env bash\nprintf "%s\\n" "$*" >>"$CALLS"\n')
    code, err = copy.run("openid_provider.sh")
    assert code == 2 and "v18.1.0 is older than 20" in err
    copy.put("node", "#!/usr/bin/env bash\necho 20\n")
    assert copy.run("openid_provider.sh") == (0, "")
    (asked,) = copy.asked()
    assert asked.startswith("ci ") and "--ignore-scripts" in asked
    assert copy.run("openid_provider.sh") == (0, "") and copy.asked() == []
    with (source / "package-lock.json").open("a") as lock:
        lock.write("\n")
    copy.put("npm", "#!/usr/bin/env bash\nexit 1\n")
    code, err = copy.run("openid_provider.sh")
    assert code == 2 and "npm ci failed" in err
    assert not (copy.folder / ".node" / "oidc" / "made-from").exists()


def test_every_package_of_the_openid_provider_is_pinned_by_its_hash() -> None:
    lock = json.loads((CHECKOUT / "tests" / "system" / "oidc" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: facts for name, facts in lock["packages"].items() if name}
    assert len(packages) > 30 and all(facts["integrity"].startswith("sha512-") for facts in packages.values())
    assert not any("resolved" in facts for facts in packages.values())  # any registry will do


def test_the_demo_gives_its_place_to_the_program(copy: Copy) -> None:
    copy.put("python3", PYTHON)
    process = copy.start("demo.sh", "8077", "--fresh")
    process.communicate(timeout=60)
    assert copy.asked()[-1] == "-m monitor demo --port 8077 --fresh"
    assert "exec .venv/bin/python" in (CHECKOUT / "scripts" / "demo.sh").read_text()


@pytest.mark.parametrize(("fails", "code"), [("nothing", 0), ("test", 1), ("check", 1), ("faults", 1)])
def test_ci_runs_every_part_and_fails_when_one_did(copy: Copy, fails: str, code: int) -> None:
    (copy.folder / ".ci").mkdir()
    shutil.copy(CHECKOUT / ".ci" / "run", copy.folder / ".ci")
    copy.put("make", f'#!/usr/bin/env bash\nprintf "%s\\n" "$*" >>"$CALLS"\n[ "$1" != {fails} ]\n')
    assert copy.run("../.ci/run")[0] == code
    assert copy.asked() == ["test", "check", "test-system", "test-spark", "faults SHARE=0.1"]


def test_a_bundle_is_made_for_the_python_and_machine_that_are_asked_for(copy: Copy) -> None:
    for tool in ("cp", "cut", "sha256sum", "sort", "tee", "touch", "uname", "xargs"):
        (copy.bin / tool).symlink_to(shutil.which(tool) or "")
    for name in ("deploy", "docs"):
        shutil.copytree(CHECKOUT / name, copy.folder / name)
    for name in ("LICENSE", "CHANGELOG.md", "compose.yaml", "requirements-runtime.lock"):
        shutil.copy(CHECKOUT / name, copy.folder)
    with_environment(copy)
    python = copy.folder / ".venv" / "bin" / "python"
    python.unlink()
    build = 'case "$*" in *hatchling*) touch "${@: -1}/plan_monitor-1.2-py3-none-any.whl" ;; esac'
    python.write_text(f"{PYTHON.replace('*fcntl*', '*bundle_wheels*|*fcntl*')}\n{build}\n")
    python.chmod(0o755)
    chosen = {"PYTHONS": "3.11 3.13", "ARCH": "aarch64"}
    process = copy.start("bundle.sh", "out", **chosen)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    asked = [line for line in copy.asked() if "pip download" in line]
    assert [re.search(r"--python-version (\S+)", line)[1] for line in asked[:2]] == ["3.11", "3.13"]  # type: ignore[index]
    assert all("--require-hashes" in line and "--only-binary :all:" in line for line in asked)
    assert "--platform=manylinux_2_28_aarch64" in asked[0] and "x86_64" not in asked[0]
    names = sorted(path.name for path in (copy.folder / "out").iterdir())
    assert names == ["plan-monitor-1.2-aarch64.tar.gz", "plan-monitor-1.2-aarch64.tar.gz.sha256"]


@pytest.mark.parametrize(("makes", "goes_on"), [(True, True), (False, False)])
def test_an_upgrade_goes_on_from_a_backup_of_a_store_with_faults(tmp_path: Path, makes: bool, goes_on: bool) -> None:
    program = tmp_path / "current" / "bin" / "monitor"
    program.parent.mkdir(parents=True)
    program.write_text(
        "#!/bin/sh\n"
        f'cd {tmp_path}; case "$*" in *--help) exit 0 ;; *--list*) echo path; cat made 2>/dev/null; exit 0 ;; esac\n'
        f"{'echo plan-monitor-1 >made' if makes else ':'}; echo told above >&2; exit 1\n"
    )
    program.chmod(0o755)
    script = f"""set -euo pipefail
        PREFIX={tmp_path} store={tmp_path} old=1; as_user() {{ "$@"; }}; with_settings() {{ "$@"; }}
        tell() {{ echo "$1"; }}; fail() {{ echo "FAIL $1"; exit 1; }}
        . {CHECKOUT}/deploy/switching.sh; back_up; echo GOES ON"""
    ended = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert ("GOES ON" in ended.stdout, ended.returncode) == (goes_on, 0 if goes_on else 1), ended
    assert ("FAIL" in ended.stdout) != goes_on and "told above" in ended.stderr


def test_a_copy_of_the_store_that_failed_ends_an_upgrade_and_moves_no_data(tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    (tmp_path / "store").write_text("what is there")
    (tmp_path / "copy" / "store").write_text("what was there before")
    script = f"""set -euo pipefail
        DATA={tmp_path} RELEASE=2 store={tmp_path}/store audit=none; as_user() {{ "$@"; }}; tell() {{ echo "$1"; }}
        STORE=$store COPY={tmp_path}/copy AUDIT=none TO=2
        . {CHECKOUT}/deploy/switching.sh
        broken() {{ head -c 3 "${{@: -2:1}}" >"${{@: -1}}"; return 1; }}"""
    for then in (
        'cp() { broken "$@"; }; keep_data; echo GOES ON',
        'cp() { broken "$@"; }; put_data_back; echo GOES ON',
    ):
        ended = subprocess.run(["bash", "-c", f"{script}\n{then}"], capture_output=True, text=True, check=False)
        assert ended.returncode == 1 and "GOES ON" not in ended.stdout, ended
        assert (tmp_path / "store").read_text() == "what is there" and not (tmp_path / "before-2").exists()
    ended = subprocess.run(["bash", "-c", f"{script}\nkeep_data; put_data_back"], capture_output=True, check=False)
    assert ended.returncode == 0 and (tmp_path / "store").read_text() == "what was there before", ended
    assert (tmp_path / "before-2" / "store").read_text() == "what is there"
    assert [one.read_text() for one in tmp_path.glob("set-aside-*/store")] == ["what is there"]


def settings_read(tmp_path: Path, text: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "settings.env").write_text(text, encoding="utf-8", newline="")
    script = f"set -euo pipefail; . {CHECKOUT}/deploy/settings.sh; export_settings {tmp_path}/settings.env; env"
    command = ["bash", "-c", script]
    return subprocess.run(
        command, env={"PATH": os.environ["PATH"], "MONITOR_PORT": "1"}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "line",
    [
        "MONITOR_STORE=/data/a b.duckdb \t",
        "MONITOR_STORE=/data/a b.duckdb\r",
        "  MONITOR_STORE = /data/a b.duckdb",
        "MONITOR_STORE='/data/a b.duckdb' \r",
        'MONITOR_STORE="/data/a b.duckdb"',
        "MONITOR_STORE=/data/before\n;\n\r\nTZ=UTC\nMONITOR_STORE=/data/a b.duckdb",
    ],
)
def test_commands_read_the_settings_file_as_the_service_does(tmp_path: Path, line: str) -> None:
    ended = settings_read(tmp_path, f"# of the service\n{line}\nMONITOR_PORT=2\nMONITOR_SMTP_USER=A\\\\b")
    told = ended.stdout.splitlines()
    assert "MONITOR_STORE=/data/a b.duckdb" in told and "MONITOR_SMTP_USER=A\\b" in told, ended
    assert "MONITOR_PORT=1" in told  # the caller's own value goes first


@pytest.mark.parametrize(
    "line",
    ["export MONITOR_STORE=/a", "MONITOR_STORE", "MONITOR_STORE='/a", "MONITOR_STORE=/a\\", "MONITOR_STORE=/a\\b"],
)
def test_a_line_of_the_settings_file_that_is_not_understood_is_named(tmp_path: Path, line: str) -> None:
    ended = settings_read(tmp_path, f"# of the service\n{line}\nMONITOR_PORT=2\n")
    assert ended.returncode == 2 and "settings.env:2: not understood" in ended.stderr and line in ended.stderr
    (tmp_path / "settings.env").unlink()
    script = f"set -e; . {CHECKOUT}/deploy/settings.sh; export_settings {tmp_path}/settings.env; echo GOES ON"
    gone = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert gone.returncode == 2 and "is not there" in gone.stderr and not gone.stdout


def test_an_upgrade_refuses_a_store_that_is_not_there(tmp_path: Path) -> None:
    script = f"""set -euo pipefail
        cd /; DATA={tmp_path} SETTINGS=settings.env S_store=data/a.duckdb S_audit_folder=
        fail() {{ echo "FAIL $1"; exit 1; }}; . {CHECKOUT}/deploy/switching.sh; find_store; echo "$store" "$audit" """
    ended = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert ended.returncode == 1 and f"FAIL there is no store at {tmp_path}/data/a.duckdb" in ended.stdout
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.duckdb").touch()
    ended = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert ended.stdout.split() == [f"{tmp_path}/data/a.duckdb", f"{tmp_path}/data/audit"], ended
    upgrade = (CHECKOUT / "deploy" / "upgrade.sh").read_text(encoding="utf-8")
    assert upgrade.index("\nfind_store\n") < upgrade.index("\nneed_space\nt") < upgrade.index("\nback_up\n")


@pytest.mark.parametrize("fails", [False, True])
def test_the_end_of_the_audit_log_on_another_disk_is_kept_and_put_back(tmp_path: Path, fails: bool) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "audit").symlink_to(tmp_path / "disk")
    store, head = tmp_path / "store", tmp_path / "disk" / "store.head"
    store.write_text("10 entries")
    head.write_text("10")
    script = f"""set -euo pipefail
        DATA={tmp_path} RELEASE=2 store={store} audit={tmp_path}/audit; as_user() {{ "$@"; }}; tell() {{ echo "$1"; }}
        STORE=$store AUDIT=$audit TO=2; . {CHECKOUT}/deploy/switching.sh
        keep_data; COPY=$copy; echo "12 entries" >$store; echo 12 >$audit/store.head
        broken() {{ if [ "${{@: -1}}" = "$audit" ]; then echo 1 >$audit/store.head; else command cp "$@"; fi; }}
        {'cp() { broken "$@"; }' if fails else ""}
        put_data_back; echo PUT BACK"""
    ended = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert (tmp_path / "audit").is_symlink() and not (tmp_path / "before-2" / "audit").is_symlink(), ended
    assert [one.read_text() for one in tmp_path.glob("set-aside-*/audit/store.head")] == ["12\n"]
    if fails:
        assert ended.returncode == 1 and store.read_text() == "12 entries\n" and head.read_text() == "12\n"
        assert not (tmp_path / "store.back").exists()
    else:
        assert "PUT BACK" in ended.stdout and (store.read_text(), head.read_text()) == ("10 entries", "10")


def test_the_command_moves_to_the_data_where_its_user_may_not_stand(tmp_path: Path) -> None:
    for folder in ("bin", "data", "current/bin", "current/deploy"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(CHECKOUT / "deploy" / "monitor", tmp_path / "bin")
    shutil.copy(CHECKOUT / "deploy" / "settings.sh", tmp_path / "current" / "deploy")
    program = tmp_path / "current" / "bin" / "monitor"
    program.write_text('#!/bin/sh\npwd; echo "$@"\n')
    program.chmod(0o755)
    (tmp_path / "settings.env").touch()
    conf = f"DATA={tmp_path}/data SETTINGS={tmp_path}/settings.env USER_NAME=$(id -un)\n"
    (tmp_path / "install.conf").write_text(conf)
    for may, where in (("true", tmp_path), ("false", tmp_path / "data")):
        script = f'test() {{ [ "$*" = "-x ." ] && {may}; }}; export -f test; cd {tmp_path}; bin/monitor user list'
        ended = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
        assert ended.stdout.splitlines() == [str(where), "user list"], ended


def test_the_service_is_started_again_as_often_as_it_takes() -> None:
    text = (CHECKOUT / "deploy" / "plan-monitor.service").read_text(encoding="utf-8")
    assert "\nStartLimitIntervalSec=0\n" in text and "StartLimitBurst" not in text and "\nRestartSec=10\n" in text


SCRIPTS = sorted(path.name for path in (CHECKOUT / "scripts").glob("*.sh"))
DEPLOYED = sorted(f"../deploy/{path.name}" for path in (CHECKOUT / "deploy").glob("*.sh"))


@pytest.mark.parametrize("script", [*SCRIPTS, *DEPLOYED, "../deploy/monitor", "../.ci/run"])
def test_every_script_is_sound_bash(script: str) -> None:
    path = CHECKOUT / "scripts" / script
    ended = subprocess.run(["bash", "-n", str(path)], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert os.access(path, os.X_OK) == path.read_text().startswith("#!")
