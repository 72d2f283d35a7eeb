"""What pip cannot say of another machine: its lines of a lock, its platform tags, the C library that wheels ask for.

    python scripts/bundle_wheels.py requirements LOCK PYTHON ARCH     the lock without the lines for other Pythons
    python scripts/bundle_wheels.py platforms ARCH                    platform tags, the oldest C library first choice
    python scripts/bundle_wheels.py glibc FOLDER                      the C library that the wheels in FOLDER need

PYTHON is such as 3.11, ARCH such as x86_64 or aarch64.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from pip._vendor.packaging.markers import Marker

PREFERRED = 28
"""Of glibc 2.28: Kylin V10 SP3, openEuler 20.03, Debian 10, RHEL 8 and whatever is newer run such wheels."""


def requirements(lock: str, python: str, arch: str) -> str:
    """The blocks of a lock that count on that machine, markers taken away (pip would ask its own Python)."""
    environment = {
        "implementation_name": "cpython",
        "os_name": "posix",
        "platform_machine": arch,
        "platform_python_implementation": "CPython",
        "platform_system": "Linux",
        "python_full_version": f"{python}.0",
        "python_version": python,
        "sys_platform": "linux",
    }
    kept = []
    for block in re.split(r"\n(?=\S)", lock.strip()):
        head, _, hashes = block.partition("\\\n")
        name, _, marker = (part.strip() for part in head.partition(";"))
        if not marker or Marker(marker).evaluate(environment):
            kept.append(f"{name} \\\n{hashes}")
    return "\n".join(kept) + "\n"


def platforms(arch: str) -> list[str]:
    """Tags in order of choice: at most the preferred C library, then the least one above it."""
    minors = [*range(PREFERRED, 16, -1), 12, 5, *range(PREFERRED + 1, 40)]
    return [*(f"manylinux_2_{minor}_{arch}" for minor in minors), f"manylinux2014_{arch}"]


def glibc(folder: Path) -> str:
    """The highest of what each wheel asks for at least."""
    needed = 17
    for wheel in folder.glob("*.whl"):
        minors = [int(minor) for minor in re.findall(r"manylinux_2_(\d+)_", wheel.name)]
        needed = max(needed, min(minors, default=17))
    return f"2.{needed}"


def main(arguments: list[str]) -> str:
    match arguments:
        case ["requirements", lock, python, arch]:
            return requirements(Path(lock).read_text(encoding="utf-8"), python, arch)
        case ["platforms", arch]:
            return "\n".join(platforms(arch)) + "\n"
        case ["glibc", folder]:
            return glibc(Path(folder)) + "\n"
    raise SystemExit(__doc__)


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1:]))
