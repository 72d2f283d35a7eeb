"""The command line as a caller meets it: exit code, stdout, stderr."""

from __future__ import annotations

import os
import shutil
import signal
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from monitor.language import current_language

# Texts of help are chosen when a command is imported: both languages, whatever the machine's locale.
os.environ["LC_ALL"] = "C.UTF-8"
os.environ.pop("MONITOR_LANGUAGE", None)
current_language.cache_clear()

from monitor.cli import main  # noqa: E402

CHECKOUT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture(autouse=True)
def _bare_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No setting from outside, an empty folder to stand in, and the process as it was afterwards."""
    for name in [name for name in os.environ if name.upper().startswith("MONITOR_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    before = signal.getsignal(signal.SIGTERM)
    with warnings.catch_warnings():
        yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    def run_command(*arguments: str | Path) -> Ended:
        capfd.readouterr()
        code = main([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return Ended(code, out, err)

    return run_command


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """A good catalogue in the current folder."""
    return Path(shutil.copy(CHECKOUT / "indicators.yaml", tmp_path / "plan.yaml"))
