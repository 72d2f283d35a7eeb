"""Children of the program as calls in this process: the same code on the same job, for tests of what comes of it.

A child costs a tenth of a second and more, most of it its imports, and the tests ask for thousands. Its process, limits
and death are what tests with the mark `child_process` are about (and all of tests/system and tests/faults): they have
real ones, and so has whoever starts Python with other arguments.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from monitor.backup import proving
from monitor.intake import child, confined, reading
from monitor.intake.limits import Limits

_run_child, _ask_prover = confined.run_child, proving._asked


def _read(arguments: Sequence[str], job: Mapping[str, Any], folder: Path, limits: Limits) -> dict[str, Any]:
    if arguments is not _READER:
        return _run_child(arguments, job, folder, limits)
    answer: dict[str, Any] = json.loads(json.dumps(child.do(json.loads(json.dumps(job)))))
    return answer


def _prove(job: Mapping[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(json.dumps(proving._answer(json.loads(json.dumps(job)))))
    return answer


_READER = confined.CHILD


def have_children(real: bool) -> None:
    """From now on; whatever another fixture has put there meanwhile is its own to take away."""
    confined.run_child = reading.run_child = _run_child if real else _read
    proving._asked = _ask_prover if real else _prove
