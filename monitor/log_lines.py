"""Logs that nobody can forge: one line for each record whatever its text holds, a traceback's lines marked as such.

What a sender wrote (addresses, headers, names of files) gets into logs. A line break in it would begin a line of its
own making, an escape sequence would drive the operator's terminal, and a token in an address would be kept.
"""

from __future__ import annotations

import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime

FORMAT = "%(asctime)s %(levelname)s %(message)s"
MARK = "    | "
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""Of the request that this thread answers: on every line that is logged meanwhile, and told to whoever asked."""
_TOKEN = re.compile(r"pm_[A-Za-z0-9_-]{16,}")
_MOST_CHARACTERS = 4_000


def shown(text: str) -> str:
    """The text as one line of printable characters: others are spelled out, and no token is among them."""
    cut = text if len(text) <= _MOST_CHARACTERS else text[:_MOST_CHARACTERS] + "…"
    spelled = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in cut)
    return _TOKEN.sub("pm_…", spelled)


class Lines(logging.Formatter):
    """A record as one line; the lines of its traceback are marked, so that none can be taken for a record.

    A record that carries the id of a request has it in brackets before its text. Times are UTC and say so, as those of
    the audit log.
    """

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{int(record.msecs):03d}Z"

    def format(self, record: logging.LogRecord) -> str:
        request_id = getattr(record, "request_id", "")
        record.message = f"[{request_id}] {record.getMessage()}" if request_id else record.getMessage()
        if self.usesTime():
            record.asctime = self.formatTime(record, self.datefmt)
        lines = [shown(self.formatMessage(record))]
        if record.exc_info:
            lines += (MARK + shown(line) for line in self.formatException(record.exc_info).splitlines())
        return "\n".join(lines)
