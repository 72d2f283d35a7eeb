"""Bundles for the tests: the one that `make bundle` makes, and later releases made from it."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]


def make_bundle(folder: Path) -> Path:
    """The archive of `make bundle`, made in `folder`."""
    command = [CHECKOUT / "scripts" / "bundle.sh", folder]
    ended = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    (archive,) = folder.glob("plan-monitor-*.tar.gz")
    return archive


def unpack(archive: Path, folder: Path) -> Path:
    with tarfile.open(archive) as held:
        held.extractall(folder, filter="tar")
    (found,) = folder.iterdir()
    return found


def bundle_facts(bundle: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in (bundle / "bundle.conf").read_text().splitlines())


def later_release(bundle: Path, folder: Path, version: str, changes: Mapping[str, str]) -> Path:
    """A copy of the bundle whose program calls itself `version`; `changes`: file of the wheel → text at its end."""
    copy = folder / f"plan-monitor-{version}"
    shutil.copytree(bundle, copy, copy_function=_link)
    (wheel,) = copy.glob("plan_monitor-*.whl")
    old = wheel.name.split("-")[1]
    newer = wheel.with_name(wheel.name.replace(old, version, 1))
    with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(newer, "w", zipfile.ZIP_STORED) as target:
        held = {
            name: source.read(name).decode() if name in changes else source.read(name) for name in source.namelist()
        }
        for name, text in changes.items():
            held[name] = str(held.get(name, "")) + text
        held["monitor/__init__.py"] = f'"""A later release."""\n__version__ = "{version}"\n'
        metadata = next(name for name in held if name.endswith(".dist-info/METADATA"))
        held[metadata] = _text(held[metadata]).replace(f"Version: {old}", f"Version: {version}")
        held[metadata.replace("METADATA", "RECORD")] = "".join(f"{name},,\n" for name in held)
        for name, text in held.items():
            target.writestr(name.replace(f"plan_monitor-{old}.", f"plan_monitor-{version}."), text)
    wheel.unlink()
    facts = copy / "bundle.conf"
    text = re.sub(r"(?m)^VERSION=.*$", f"VERSION={version}", facts.read_text())
    _replace(facts, re.sub(r"(?m)^RELEASE=.*$", f"RELEASE={version}-{_digest(newer)[:8]}", text))
    sealed = sorted(path for path in copy.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    _replace(copy / "SHA256SUMS", "".join(f"{_digest(path)}  ./{path.relative_to(copy)}\n" for path in sealed))
    return copy


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)


def _replace(path: Path, text: str) -> None:
    """A new file under the name: the bundle that it was copied from keeps its own."""
    path.unlink()
    path.write_text(text, encoding="utf-8")


def _text(held: str | bytes) -> str:
    return held.decode() if isinstance(held, bytes) else held


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
