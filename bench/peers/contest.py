"""Contestants asked in turn, so that a busy moment of the machine slows all alike; medians and ratios."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parent.parent.parent
OURS = Path(sys.executable)
PEERS = CHECKOUT / ".venv-peers" / "bin" / "python"
SUPERSET = CHECKOUT / ".venv-superset" / "bin"


@dataclass(frozen=True)
class Turn:
    """One task done. Seconds; `megabytes`: the most memory held by then."""

    wall: float
    processor: float
    megabytes: float
    answer: Any


@dataclass(frozen=True)
class Measured:
    """Medians of one contestant's turns, in seconds; the answer of the last."""

    wall: float
    processor: float
    megabytes: float
    answer: Any

    def times(self, reference: Measured) -> float:
        """How many times as long as the reference, by the clock."""
        return self.wall / reference.wall


class Contestant:
    """A worker process (worker.py) that does one task after the other."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._answer()  # ready

    def __call__(self, task: str, **given: Any) -> Turn:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"task": task, "given": given}) + "\n")
        self._process.stdin.flush()
        return Turn(**self._answer())

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise ContestError(f"a contestant ended with {self._process.wait()}: {self._process.args!r}")
        content: dict[str, Any] = json.loads(line)
        return content


class ContestError(RuntimeError):
    """A contestant could not be run; says why."""


@contextmanager
def contestants(modules: Mapping[str, tuple[Path, str]], **variables: str) -> Iterator[dict[str, Contestant]]:
    """Workers by name, from (interpreter, module of this package); all end with the block."""
    environment = {**os.environ, **variables}
    with ExitStack() as stack:
        started = {}
        for name, (python, module) in modules.items():
            if not python.exists():
                raise ContestError(f"{python} is missing: bench/peers/environment.sh makes it")
            process = subprocess.Popen(
                [str(python), "-m", f"bench.peers.{module}"], cwd=CHECKOUT, env=environment, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
            stack.callback(_end, process)
            started[name] = Contestant(process)
        yield started


def _end(process: subprocess.Popen[str]) -> None:
    """Close its input, at which a worker ends; end it where it does not."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def in_turns(ways: Mapping[str, Callable[[], Turn]], rounds: int) -> dict[str, Measured]:
    """Each way once a round, in order; one round first that is not measured. Medians of the others."""
    turns: dict[str, list[Turn]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            turn = way()
            if number:
                turns[name].append(turn)
    return {name: _median(done) for name, done in turns.items()}


def _median(turns: Sequence[Turn]) -> Measured:
    return Measured(
        statistics.median(one.wall for one in turns),
        statistics.median(one.processor for one in turns),
        max(one.megabytes for one in turns),
        turns[-1].answer,
    )


def time_rows(measured: Mapping[str, Measured], reference: str) -> list[str]:
    """Lines of a Markdown table: name, clock, against the reference, processor, memory."""
    base = measured[reference]
    return [
        f"| {name} | {milliseconds(one.wall)} | {one.times(base):.2f} | {milliseconds(one.processor)} "
        f"| {one.megabytes:,.0f} MB |"
        for name, one in measured.items()
    ]


TIME_HEAD = "| who | time | against the reference | processor | most memory |\n|---|---|---|---|---|"


def milliseconds(seconds: float) -> str:
    """In whole milliseconds, with a decimal below ten."""
    return f"{seconds * 1000:,.1f} ms" if seconds < 0.01 else f"{seconds * 1000:,.0f} ms"
