"""Work that looks for itself: the inbox, and the mails that are due."""

from __future__ import annotations

from pathlib import Path

from monitor.intake.cycle import Cycle
from monitor.intake.inbox import Seen, poll
from monitor.mail.collect import Postman
from monitor.mail.delivery import MailServer, deliver

from ..job import Job, Summary, Work
from ..schedule import Every

MAIL_SECONDS = 60
FILES_OF_ONE = 10  # that are taken from one unit's folder before the next unit's turn


def inbox_job(cycle: Cycle, inbox: Path, seconds: float, *, language: str = "zh") -> Job:
    """A look into the watched folder. It raises OSError where there is none."""
    seen = Seen()

    def look(work: Work) -> Summary | None:
        taken = poll(cycle, inbox, seen, language=language, most=FILES_OF_ONE)
        for one in taken:
            verdict = one.result.verdict if one.result is not None else "forbidden"
            work.touch(f"{one.path.name.encode('unicode_escape').decode()}: {verdict}")
        count = len(taken)
        return (f"读入 {count} 个文件", f"{count} file{'s' if count > 1 else ''} read") if taken else None

    return Job("inbox", Every(seconds), look)


def mail_job(postman: Postman, server: MailServer, seconds: float = MAIL_SECONDS) -> Job:
    """Put the mails that the state of the cycle asks for, where it may have changed, then send what is ready."""
    looked: list[tuple[int, object]] = []

    def look(work: Work) -> Summary | None:
        store, put = postman.desk.store, 0
        # by the hour: due days pass, and reviewers are written to in the morning
        now = (store.event_version(), store.now().replace(minute=0, second=0, microsecond=0))
        if looked != [now]:
            put = postman.collect()
            looked[:] = [now]
        done = deliver(store, server)
        if not put and not done.sent and not done.failed:
            return None
        for count, what in ((put, "written"), (done.sent, "sent"), (done.failed, "not sent")):
            if count:
                work.touch(f"{what}: {count}")
        return (
            f"写成 {put} 封，发出 {done.sent} 封，未发出 {done.failed} 封",
            f"{put} written, {done.sent} sent, {done.failed} not sent",
        )

    return Job("mail", Every(seconds), look)
