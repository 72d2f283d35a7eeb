"""The service log: one line for each record, as text or as JSON, to a stream that may fail without failing anybody.

Whoever logs stands in the middle of a request. So a full disk, a stream that was closed and a pipe that nobody reads
cost the line and nothing else; how many were lost is a measure.
"""

from __future__ import annotations

import json
import logging
import os
import select
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Literal, TextIO

from prometheus_client import Metric

from monitor.log_lines import FORMAT, REQUEST_ID, Lines, shown

from .families import all_of, counters

Format = Literal["text", "json"]
Level = Literal["warning", "info"]
_LEVELS = ("info", "warning", "error", "critical")
_PIPE_BYTES = select.PIPE_BUF
"""So many a pipe takes at once where it takes any."""
_PATIENCE_MILLISECONDS = 200
"""So long the first line waits for a reader that has fallen behind; the next ones wait for nothing."""


class JsonLines(Lines):
    """A record as one JSON object on one line; `fields` of a record are members beside the usual ones."""

    def format(self, record: logging.LogRecord) -> str:
        fields: Mapping[str, object] = getattr(record, "fields", {})
        told: dict[str, object] = {
            "time": self.formatTime(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request_id": getattr(record, "request_id", ""),
            "message": shown(record.getMessage()),
            **{name: shown(value) if isinstance(value, str) else value for name, value in fields.items()},
        }
        if record.exc_info:
            told["traceback"] = [shown(line) for line in self.formatException(record.exc_info).splitlines()]
        return json.dumps({name: value for name, value in told.items() if value != ""}, ensure_ascii=False)


class Sink(logging.Handler):
    """Writes records to a stream and never raises. `written` and `lost` count them, the former by level."""

    def __init__(self, stream: TextIO | None) -> None:
        super().__init__()
        self.written: Counter[str] = Counter()
        self.lost = 0
        self._stream = stream
        self._descriptor = _descriptor(stream)
        self._is_stalled = False
        self._is_torn = False

    def measures(self) -> Iterator[Metric]:
        written = {level: float(number) for level, number in self.written.items()}
        yield counters("monitor_log_lines", "Lines of the service log", ("level",), all_of(written, _LEVELS))
        lost = [((), float(self.lost))]
        yield counters("monitor_log_lines_lost", "Lines that could not be written", (), lost)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            record.request_id = REQUEST_ID.get()
            self._write(self.format(record) + "\n")
        except Exception:  # disk full, stream closed, nobody reads, or a record that cannot be written at all
            self.lost += 1
        else:
            self.written[record.levelname.lower()] += 1

    def _write(self, text: str) -> None:
        """Raises whatever the stream raises. A line that was cut off is ended before the next one begins."""
        if self._descriptor is None:
            if self._stream is None:
                raise OSError
            self._stream.write(text)
            self._stream.flush()
            return
        left = (b"\n" if self._is_torn else b"") + text.encode("utf-8", "backslashreplace")
        while left:
            self._need_reader(self._descriptor)
            left = left[os.write(self._descriptor, left[:_PIPE_BYTES]) :]
            self._is_torn = True
        self._is_torn = False

    def _need_reader(self, descriptor: int) -> None:
        """Raises OSError where writing now would wait."""
        waiting = select.poll()
        waiting.register(descriptor, select.POLLOUT)
        if not waiting.poll(0 if self._is_stalled else _PATIENCE_MILLISECONDS):
            self._is_stalled = True
            raise BlockingIOError
        self._is_stalled = False


def _descriptor(stream: TextIO | None) -> int | None:
    """Of the file behind a stream; None where there is none, as in tests that look at what was written."""
    try:
        return None if stream is None else stream.fileno()
    except (OSError, ValueError):
        return None


def log_to(stream: TextIO | None, form: Format = "text", level: Level = "warning") -> Sink:
    """Send records to the stream: what is a warning or worse, with `info` also a line for each request and job."""
    sink = Sink(stream)
    sink.setFormatter(JsonLines() if form == "json" else Lines(FORMAT))
    logging.basicConfig(handlers=[sink], level=logging.WARNING)
    logging.getLogger("monitor").setLevel(level.upper())
    return sink
