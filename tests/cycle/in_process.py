"""Reads files in this process instead of a child, so that thousands of them can be sent in a test.

The same code reads them; only the process around it, its limits and its death are left out (tests/intake/test_child.py
and the hostile files have those).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from monitor.intake import annotated, child, glance, people, reading


@contextmanager
def reading_in_process() -> Iterator[None]:
    def run(_arguments: object, job: Mapping[str, Any], *_: object) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(json.dumps(child.read(dict(job))))
        return answer

    def ask(job: Mapping[str, Any], _limits: object) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(json.dumps(child.do(dict(job))))
        return answer

    with ExitStack() as patches:
        patches.enter_context(patch.object(reading, "run_child", run))
        for asking in (people, glance, annotated):
            patches.enter_context(patch.object(asking, "ask_child", ask))
        yield
