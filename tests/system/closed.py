"""A machine without a network: a network of its own that holds nothing but loopback, for programs to be run in."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_HOLDER = """
import fcntl, socket, struct, sys
with socket.socket() as one:
    fcntl.ioctl(one, 0x8914, struct.pack("16sh14x", b"lo", 0x41))  # SIOCSIFFLAGS: loopback up and running
print("up", flush=True)
sys.stdin.read()
"""


@dataclass(frozen=True)
class Closed:
    """The process that keeps that network alive; commands enter it."""

    pid: int

    def run(
        self, *command: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None, timeout: float = 120
    ) -> subprocess.CompletedProcess[str]:
        entering: Sequence[str] = ["nsenter", f"--target={self.pid}", "--user", "--net", "--preserve-credentials"]
        bare = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent"}
        return subprocess.run(
            [*entering, *map(str, command)], cwd=cwd or "/", env={**bare, **(env or {})}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=timeout, check=False,
        )  # fmt: skip


@contextmanager
def closed_network() -> Iterator[Closed]:
    holder = subprocess.Popen(
        ["unshare", "--map-root-user", "--net", sys.executable, "-c", _HOLDER],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "LANG": "C.UTF-8"},
    )  # fmt: skip
    assert holder.stdout is not None and holder.stdin is not None
    try:
        assert holder.stdout.readline() == "up\n"
        yield Closed(holder.pid)
    finally:
        holder.stdin.close()
        holder.wait(timeout=10)
