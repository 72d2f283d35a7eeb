"""A contestant in a process of its own: it reads tasks from its standard input, one JSON object a line, and answers.

Imports nothing but the standard library: it runs in the environments of the peers too.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Task = Callable[..., Any]


def own_processor() -> float:
    """Seconds that this process and the children it has waited for have worked."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def own_megabytes() -> float:
    """The most memory that this process, or the largest child it has waited for, has held.

    Of this process by /proc: what getrusage tells of it begins with the memory of the process that started it.
    """
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return max(most_megabytes(os.getpid()), children)


def most_megabytes(process: int) -> float:
    """The most memory that a process has held."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def serve(
    tasks: Mapping[str, Task],
    processor: Callable[[], float] = own_processor,
    megabytes: Callable[[], float] = own_megabytes,
) -> None:
    """Answer until the input ends. A task's result must be JSON; its time is that of the call alone.

    `processor`, `megabytes`: others than this process's own, where the work is done elsewhere.
    """
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not stand between the answers
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        gc.collect()
        worked, started = processor(), time.perf_counter()
        answer = tasks[asked["task"]](**asked["given"])
        said = {
            "wall": time.perf_counter() - started,
            "processor": processor() - worked,
            "megabytes": megabytes(),
            "answer": answer,
        }
        print(json.dumps(said), file=answers, flush=True)
