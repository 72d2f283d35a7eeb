"""What the clock does: looks into the inbox, writes the mails that are due and hands them to the mail server."""

from __future__ import annotations

import logging
from pathlib import Path

from monitor.intake.cycle import Cycle
from monitor.intake.inbox import Seen, poll
from monitor.mail.collect import Postman
from monitor.mail.delivery import MailServer, deliver

from .clock import Tick

_LOG = logging.getLogger(__name__)
MAIL_SECONDS = 60
FILES_OF_ONE = 10  # that are taken from one unit's folder before the next unit's turn


def inbox_tick(cycle: Cycle, inbox: Path, seconds: float, *, language: str = "zh") -> Tick:
    """A look into the watched folder."""
    seen = Seen()

    def look() -> None:
        for taken in poll(cycle, inbox, seen, language=language, most=FILES_OF_ONE):
            verdict = taken.result.verdict if taken.result is not None else "forbidden"
            _LOG.info("inbox: %s: %s", taken.path.name.encode("unicode_escape").decode(), verdict)

    return Tick("inbox", seconds, look)


def mail_tick(postman: Postman, server: MailServer, seconds: float = MAIL_SECONDS) -> Tick:
    """Put the mails that the state of the cycle asks for, where it may have changed, then send what is ready."""
    looked: list[tuple[int, object]] = []

    def look() -> None:
        store = postman.desk.store
        # by the hour: due days pass, and reviewers are written to in the morning
        now = (store.event_version(), store.now().replace(minute=0, second=0, microsecond=0))
        if looked != [now]:
            postman.collect()
            looked[:] = [now]
        deliver(store, server)

    return Tick("mail", seconds, look)
