"""Whether a store goes to another version of DuckDB and back: `python -m bench versions 2.0.0` (asks pip for that one).

A store is backed up with its portable copy. A program with the other DuckDB restores it, by the file and by Parquet,
goes on and backs up in its turn, and this one restores that. What was sent has the same hashes everywhere.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import sysconfig
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path

_CHECKOUT = Path(__file__).parent.parent
_HEADER = "indicator_id,region_code,period,numerator,denominator\n"
_HASHES = "submissions list --format csv"  # content_sha256, and all that was decided
_Ended = tuple[bool, str]


def main(arguments: Sequence[str] = ()) -> int:
    """Prints a line for each way; 1 where one that must go does not."""
    parser = argparse.ArgumentParser(prog="python -m bench versions", description=__doc__)
    parser.add_argument("version", nargs="?", default="2.0.0")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as name:
        folder = Path(name)
        other = _python_with(folder / "venv", asked.version)
        here = sys.executable
        for turn in range(3):
            row = f"enrolment_rate,320000,2025-Q4,{8000 + turn},8200\n"
            (folder / f"{turn}.csv").write_text(_HEADER + row, encoding="utf-8")
            _need(_typed(here, folder, "data", f"ingest {turn}.csv --accept --explain 更正"))
        said = _need(_typed(here, folder, "data", _HASHES))
        backup = _backed_up(here, folder, "data", "backups")
        ways = {
            "there, by the file": _restored(other, folder, backup, "file"),
            "there, by Parquet": _restored(other, folder, backup, "parquet", "--from-parquet"),
        }
        same = [_typed(other, folder, name, _HASHES) == (True, said) for name in ("file", "parquet")]
        back = _backed_up(other, folder, "parquet", "backups-there")
        refused, why = _restored(here, folder, back, "file-back")
        ways["back, by Parquet"] = _restored(here, folder, back, "back", "--from-parquet")
        same.append(_typed(here, folder, "back", _HASHES) == (True, said))
        ways["back, proven whole"] = _typed(here, folder, "back", "verify")
        unchanged = _typed(here, folder, "data", "verify")
    for way, (went, told) in ways.items():
        print(f"{way}: {'yes' if went else 'NO'} ({told.strip().splitlines()[0]})")
    print(f"back, by the file: {'yes' if refused else 'refused'} ({why.strip().splitlines()[-1]})")
    digest = hashlib.sha256(said.encode()).hexdigest()[:12]
    print(f"the same submissions and hashes in all ({digest}): {'yes' if all(same) else 'NO'}")
    return 0 if all(same) and unchanged[0] and all(went for went, _ in ways.values()) else 1


def _python_with(folder: Path, version: str) -> str:
    """A Python with that DuckDB and everything else of this one. Raises CalledProcessError where pip has none."""
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", f"duckdb=={version}"], check=True)
    paths = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", vars=paths))
    (packages / "others.pth").write_text(f"{sysconfig.get_path('purelib')}\n{_CHECKOUT}\n", encoding="utf-8")
    found = subprocess.run([python, "-c", "import duckdb; print(duckdb.__version__)"], capture_output=True, text=True)
    assert found.stdout.strip() == version, found
    return python


def _typed(python: str, folder: Path, data: str, command: str) -> _Ended:
    """Whether a command ended well, and what it printed."""
    settings = {"MONITOR_STORE": str(folder / data / "monitor.duckdb"), "MONITOR_LANGUAGE": "en"}
    environment = {**os.environ, **settings, "PYTHONPATH": str(_CHECKOUT)}
    ended = subprocess.run(
        [python, "-m", "monitor", *command.split()], cwd=folder, env=environment, capture_output=True, text=True
    )
    return ended.returncode == 0, ended.stdout + ended.stderr


def _need(ended: _Ended) -> str:
    went, told = ended
    if not went:
        raise SystemExit(told)
    return told


def _backed_up(python: str, folder: Path, data: str, target: str) -> Path:
    _need(_typed(python, folder, data, f"backup {target} --portable"))
    (backup,) = (folder / target).glob("plan-monitor-*")
    return backup


def _restored(python: str, folder: Path, backup: Path, target: str, *options: str) -> _Ended:
    return _typed(python, folder, "nothing", f"restore {backup} --to {target} {' '.join(options)}")
