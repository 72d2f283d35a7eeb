"""The newest warnings and errors of the service log, kept in memory for the operators' page."""

from __future__ import annotations

import logging
import threading
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime

from monitor.log_lines import shown
from monitor.store.times import to_stored

_KEPT = 200
_CHARACTERS = 240


@dataclass(frozen=True)
class Line:
    """One record without its traceback. `at`: naive UTC; `level` as logging has it (30 warning, 40 error)."""

    at: datetime
    level: int
    text: str


class Recent(logging.Handler):
    """Keeps the last records from warnings upwards."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._kept: deque[Line] = deque(maxlen=_KEPT)
        self._guard = threading.Lock()

    def emit(self, record: logging.LogRecord) -> None:
        try:
            at = to_stored(datetime.fromtimestamp(record.created, UTC))
            line = Line(at, record.levelno, shown(record.getMessage())[:_CHARACTERS])
        except Exception:  # a record that cannot be written at all: the log itself counts it (logs.py)
            return
        with self._guard:
            self._kept.append(line)

    def since(self, moment: datetime) -> tuple[Line, ...]:
        """Those from `moment` (naive UTC) on, the newest first."""
        with self._guard:
            return tuple(line for line in reversed(self._kept) if line.at >= moment)
