"""The key: written once with 256 random bits and mode 0600; a bad one is refused, never replaced."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from monitor.secret_key import KEY_FILE, SecretKeyError, load_secret_key


def test_the_first_start_writes_it_and_later_starts_read_it(tmp_path: Path) -> None:
    key = load_secret_key(tmp_path / "data")
    assert len(key) == 32
    assert stat.S_IMODE((tmp_path / "data" / KEY_FILE).stat().st_mode) == 0o600
    assert load_secret_key(tmp_path / "data") == key
    assert load_secret_key(tmp_path / "other") != key
    assert [path.name for path in (tmp_path / "data").iterdir()] == [KEY_FILE]


def test_many_first_starts_at_once_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: load_secret_key(tmp_path), range(40)))
    assert len(keys) == 1


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("", 0o600),
        ("short", 0o600),
        ("0123456789abcdef" * 3, 0o600),
        ("0123456789abcdef" * 4 + "00", 0o600),
        ("0123456789ABCDEF" * 4, 0o600),
        ("0" * 64, 0o600),
        ("0123456789abcdef" * 4, 0o640),
        ("0123456789abcdef" * 4, 0o604),
        ("0123456789abcdef" * 4, 0o666),
    ],
)
def test_a_bad_key_is_refused_and_left_alone(tmp_path: Path, text: str, mode: int) -> None:
    path = tmp_path / KEY_FILE
    path.write_text(text)
    path.chmod(mode)
    with pytest.raises(SecretKeyError) as refused:
        load_secret_key(tmp_path)
    assert str(path) in refused.value.zh and str(path) in refused.value.en
    assert path.read_text() == text


def test_a_link_pipe_or_folder_is_refused_without_waiting(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    load_secret_key(real)
    for place, make in (
        ("link", lambda path: path.symlink_to(real / KEY_FILE)),
        ("dangling", lambda path: path.symlink_to(tmp_path / "nowhere")),
        ("pipe", lambda path: os.mkfifo(path, 0o600)),
        ("folder", lambda path: path.mkdir(mode=0o700)),
    ):
        (tmp_path / place).mkdir()
        make(tmp_path / place / KEY_FILE)
        with pytest.raises(SecretKeyError):
            load_secret_key(tmp_path / place)
