"""LibreOffice Calc as a reporter uses it, one office for each job, with a profile of its own."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_SCRIPT = Path(__file__).with_name("calc_fill.py")
_SYSTEM_PYTHON = "/usr/bin/python3"
_SECONDS = 120
NEEDED = "these tests need libreoffice-calc-nogui python3-uno: run scripts/system_packages.sh"


def office() -> str:
    found = shutil.which("soffice") or shutil.which("libreoffice")
    assert found, NEEDED
    return found


def _profile(folder: Path) -> str:
    return f"-env:UserInstallation={(folder / 'office').as_uri()}"


@contextmanager
def _listening(folder: Path) -> Iterator[str]:
    """An office that listens on a pipe; only this one is ended, by its own process group."""
    pipe = f"monitor-{secrets.token_hex(6)}"
    command = [office(), "--headless", "--norestore", _profile(folder), f"--accept=pipe,name={pipe};urp;"]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, cwd=folder
    )
    try:
        yield pipe
        process.wait(timeout=_SECONDS)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def fill(
    source: Path,
    target: Path,
    cells: Mapping[str, float | str],
    read: Sequence[str] = (),
    *,
    sheet: str | None = None,
) -> dict[str, str]:
    """Type into the cells of a sheet (the first), save as .xlsx, and give what the cells in `read` then show."""
    orders = json.dumps({"cells": list(cells.items()), "read": list(read), "sheet": sheet})
    with _listening(target.parent) as pipe:
        ended = subprocess.run(
            [_SYSTEM_PYTHON, str(_SCRIPT), pipe, str(source), str(target)],
            input=orders, capture_output=True, text=True, timeout=_SECONDS, check=False,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
    shown: dict[str, str] = json.loads(ended.stdout)
    return shown


def to_pdf(source: Path, folder: Path) -> Path:
    """Print the workbook as the office prints it."""
    command = [office(), "--headless", "--norestore", _profile(folder), "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, str(source)], check=True, timeout=_SECONDS, capture_output=True)
    return folder / f"{source.stem}.pdf"


def to_xlsx(source: Path, folder: Path) -> Path:
    """Open a CSV as a spreadsheet does that is asked nothing (UTF-8, commas, its own guesses), and save it."""
    told = "Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1,true"
    command = [office(), "--headless", "--norestore", _profile(folder), f"--infilter={told}", "--convert-to", "xlsx"]
    made = folder / "opened"
    subprocess.run([*command, "--outdir", str(made), str(source)], check=True, timeout=_SECONDS, capture_output=True)
    return next(made.glob(f"{source.stem}*.xlsx"))
