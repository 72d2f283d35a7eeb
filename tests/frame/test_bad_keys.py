"""No start on a key that others may know, and no key that everybody may know among the files of the project."""

from __future__ import annotations

import re
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.store.store import Store

from .conftest import CHECKOUT, Run

HEX = "0123456789abcdef" * 4  # sound as far as it goes: 64 digits, not all the same
KEYS = ("var/secret.key", "var/audit/chain.key")
# no key, password or token has a place among tracked files; hashes of packages stand in the lock files
SECRET = (
    r"(^|[^0-9A-Za-z])[0-9a-fA-F]{64}($|[^0-9A-Za-z])|pm_[A-Za-z0-9_-]{43}|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|eyJ[A-Za-z0-9_-]{20,}[.]eyJ[A-Za-z0-9_-]{20,}[.]"
    r"|[$]argon2id[$]v=19[$]m=[0-9]+,t=[0-9]+,p=[0-9]+[$][A-Za-z0-9+/]{11,}[$][A-Za-z0-9+/]{22,}"
)


def written(text: str, mode: int = 0o600) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        path.write_text(text)
        path.chmod(mode)

    return write


def linked(path: Path) -> None:
    real = path.with_name("elsewhere")
    written(HEX)(real)
    path.symlink_to(real)


BAD: dict[str, Callable[[Path], object]] = {
    "empty": written(""), "16 bytes": written(HEX[:32]), "31 bytes": written(HEX[:62]), "33 bytes": written(HEX + "00"),
    "no hex": written("changeme" * 8), "zeros": written("0" * 64), "two digits": written("01" * 32),
    "read by all": written(HEX, 0o644), "read by the group": written(HEX, 0o640), "written by all": written(HEX, 0o602),
    "link": linked, "folder": Path.mkdir,
}  # fmt: skip


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    ("kind", "key"),
    # that the loader refuses all of these test_secret_key.py tells; a store is opened before the first of the keys
    [*((kind, KEYS[0]) for kind in ("16 bytes", "zeros", "read by all", "link")), *((kind, KEYS[1]) for kind in BAD)],
)
def test_no_start_on_a_bad_key(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str, key: str) -> None:
    def served(*_: object, **__: object) -> None:
        raise AssertionError("it would have answered")

    monkeypatch.setenv("MONITOR_LANGUAGE", "en")
    monkeypatch.setattr("monitor.web.server.serve", served)
    monkeypatch.setattr("monitor.commands.serving.log_to", lambda *_: None)
    path = tmp_path / key
    path.parent.mkdir(mode=0o700, parents=True)
    BAD[kind](path)
    before = path.lstat()
    ended = run("serve", "--port", "0")
    assert ended.code != 0 and ended.out == ""
    assert ended.err.startswith("monitor: ") and ended.err.count("\n") == 1 and path.name in ended.err
    assert HEX[:16] not in ended.err and "changeme" not in ended.err
    after = path.lstat()
    assert (after.st_ino, after.st_mode, after.st_size) == (before.st_ino, before.st_mode, before.st_size)


def test_the_first_start_makes_keys_that_nobody_else_may_read(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("monitor.web.server.serve", stopped)
    monkeypatch.setattr("monitor.commands.serving.log_to", lambda *_: None)
    run("serve", "--port", "0")
    made = [(tmp_path / key).read_text() for key in KEYS]
    assert [stat.S_IMODE((tmp_path / key).stat().st_mode) for key in KEYS] == [0o600, 0o600]
    assert all(re.fullmatch(r"[0-9a-f]{64}\n", text) and len(set(text)) > 8 for text in made) and made[0] != made[1]
    Store.open(tmp_path / "var" / "monitor.duckdb").close()


def test_no_key_or_password_is_tracked() -> None:
    names = git("ls-files").splitlines()
    assert len(names) > 400
    assert not [name for name in names if re.search(r"\.(key|pem|p12|pfx|duckdb)$|(^|/)(\.env|first-password)$", name)]
    found = git("grep", "-lIE", SECRET).splitlines()
    assert [name for name in found if not name.endswith(".lock")] == []
    assert "requirements.lock" in found  # it does find what looks like a key
    for sample in ("key = " + "a1" * 32, "pm_" + "A" * 43, "-----BEGIN EC PRIVATE" + " KEY-----"):
        assert re.search(SECRET, sample)
