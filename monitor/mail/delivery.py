"""Hands what waits to the mail server; every attempt is logged, a server that fails is tried again later.

A server that answers without end costs the time of one session and no more.
"""

from __future__ import annotations

import json
import logging
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from monitor.store.migrations import SQL as STORE_SQL
from monitor.store.store import Store
from monitor.store.times import to_stored

from .letters import one_line
from .outbox import SQL, Mail, list_mails

_LOG = logging.getLogger(__name__)
Security = Literal["none", "starttls", "tls"]
# These concern one mail; the connection goes on. ValueError: what no header may hold.
_FAULTS_OF_ONE = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError, ValueError)
_PORTS: dict[Security, int] = {"none": 25, "starttls": 587, "tls": 465}


@dataclass(frozen=True)
class MailServer:
    """How mail leaves. `timeout`: seconds for each answer; `session`: for all that is said over one connection.
    `trust`: further certificate authorities, a PEM file.
    """

    host: str
    sender: str
    security: Security = "starttls"
    port: int | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = 10.0
    session: float = 60.0
    trust: Path | None = None


@dataclass(frozen=True)
class Delivered:
    """What one call did: mails that left, attempts that failed, and why the server could not be had at all."""

    sent: int = 0
    failed: int = 0
    fault: str | None = None


def deliver(store: Store, server: MailServer, *, now: datetime | None = None) -> Delivered:
    """Send what is ready. Never raises for the server's faults; raises StoreError.

    While somebody else delivers it does nothing. `now`: UTC, for tests; the store's clock otherwise.
    """
    with store.alone("delivering", wait=False) as is_alone:  # no mail leaves twice
        if not is_alone:
            return Delivered()
        moment = to_stored(store.now()) if now is None else now
        ready = [mail for mail in reversed(list_mails(store, unsent=True)) if mail.is_ready(moment)]
        return _deliver(store, server, ready) if ready else Delivered()


def _deliver(store: Store, server: MailServer, ready: Sequence[Mail]) -> Delivered:
    sent = failed = 0
    left = list(ready)
    try:
        while left:
            half = time.monotonic() + server.session / 2
            with _connected(server) as send:
                while left:
                    mail = left[0]
                    try:
                        refused = send(compose(replace(mail, sender=server.sender)))
                    except _FAULTS_OF_ONE as fault:
                        _record(store, mail, "failed", _explained(fault))
                        failed += 1
                    else:
                        _record(store, mail, "sent", f"refused: {', '.join(refused)}" if refused else None)
                        sent += 1
                    left.pop(0)
                    if time.monotonic() > half:
                        break  # the others over another connection, with time enough for each
    except (OSError, smtplib.SMTPException) as fault:
        # the connection is gone, or never was: whatever was not tried yet shares the fate
        reason = _explained(fault)
        _LOG.warning("mail: %s", reason)
        for mail in left:
            _record(store, mail, "failed", reason)
        return Delivered(sent, failed + len(left), reason)
    return Delivered(sent, failed)


@contextmanager
def _connected(server: MailServer) -> Iterator[Callable[[EmailMessage], dict[str, tuple[int, bytes]]]]:
    """A session with the server, logged in. Raises OSError, smtplib.SMTPException."""
    port = server.port or _PORTS[server.security]
    context = ssl.create_default_context()
    if server.trust is not None:
        context.load_verify_locations(cafile=server.trust)
    with _ending_after(server.session) as watch:
        session: smtplib.SMTP
        if server.security == "tls":
            session = _TlsSession(watch, server.host, port, _own_name(), timeout=server.timeout, context=context)
        else:
            session = _Session(watch, server.host, port, _own_name(), timeout=server.timeout)
        try:
            if server.security == "starttls":
                session.starttls(context=context)  # a server without it is refused, never spoken to in the clear
            if server.user is not None:
                session.login(server.user, server.password or "")
            yield session.send_message
            try:
                session.quit()
            except (OSError, smtplib.SMTPException):
                return  # all was said; how they part does not matter
        finally:
            session.close()


@contextmanager
def _ending_after(seconds: float) -> Iterator[Callable[[socket.socket], None]]:
    """Cuts the connection that it is given when the time is over: the timeout of a socket begins anew with each byte.

    What fails by that raises TimeoutError.
    """
    lock, is_over, lines = threading.Lock(), threading.Event(), list[socket.socket]()

    def cut() -> None:
        with lock:
            is_over.set()
            for line in lines:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)

    def watch(line: socket.socket) -> None:
        with lock:
            lines.append(line.dup())  # TLS takes the other one for itself
        if is_over.is_set():
            cut()

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield watch
    except (OSError, smtplib.SMTPException):
        if is_over.is_set():
            raise TimeoutError(f"timed out: the session was not done after {seconds:g} s") from None
        raise
    finally:
        timer.cancel()
        with lock:
            for line in lines:
                line.close()
            lines.clear()


class _Session(smtplib.SMTP):
    """Shows its connection to `watch` before a word is said."""

    def __init__(self, watch: Callable[[socket.socket], None], *place: Any, **options: Any) -> None:
        self._watch = watch
        super().__init__(*place, **options)

    def _get_socket(self, *place: Any) -> socket.socket:
        line: socket.socket = super()._get_socket(*place)  # type: ignore[misc]
        self._watch(line)
        return line


class _TlsSession(smtplib.SMTP_SSL, _Session):
    """The same, spoken over TLS; its handshake is watched too."""

    def __init__(self, watch: Callable[[socket.socket], None], *place: Any, **options: Any) -> None:
        self._watch = watch
        smtplib.SMTP_SSL.__init__(self, *place, **options)


def _own_name() -> str:
    """How this machine greets, without asking a name server, which in a closed network may never answer."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


def compose(mail: Mail) -> EmailMessage:
    """The message; the same mail always has the same Message-ID, so that a second copy can be known as one."""
    message = EmailMessage()
    message["Subject"] = one_line(mail.subject)
    message["From"] = mail.sender
    message["To"] = ", ".join(mail.recipients)
    message["Date"] = format_datetime(mail.created_at.replace(tzinfo=UTC))
    domain = mail.sender.rpartition("@")[2].rstrip(">")
    message["Message-ID"] = f"<{sha256(f'{mail.mail_id}:{mail.key}'.encode()).hexdigest()[:32]}@{domain}>"
    message["Content-Language"] = mail.language
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body, charset="utf-8")
    return message


def _record(store: Store, mail: Mail, outcome: Literal["sent", "failed"], detail: str | None) -> None:
    with store.transaction() as transaction:
        said = {"mail_id": mail.mail_id, "moment": transaction.moment(), "outcome": outcome, "detail": detail}
        transaction.run(SQL / "mail_attempt.sql", said)
        if outcome == "sent":
            # of no submission, since the last event of a submission is its state
            told = {"mail_id": mail.mail_id, "kind": mail.kind, "submission_id": mail.submission_id}
            event = {
                "moment": transaction.moment(),
                "actor": mail.created_by,
                "action": "mailed",
                "submission_id": None,
                "receipt_id": None,
                "detail": json.dumps(told),
            }
            transaction.run(STORE_SQL / "event_record.sql", event)


def _explained(fault: Exception) -> str:
    """What went wrong, on one line; of a refused password the number alone, since some servers repeat what was sent."""
    if isinstance(fault, smtplib.SMTPAuthenticationError):
        return f"SMTPAuthenticationError: {fault.smtp_code}, the server refuses MONITOR_SMTP_USER or its password"
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        parts = [f"{address}: {code} {_text(said)}" for address, (code, said) in fault.recipients.items()]
        return one_line("; ".join(parts))
    if isinstance(fault, smtplib.SMTPResponseException):
        return one_line(f"{type(fault).__name__}: {fault.smtp_code} {_text(fault.smtp_error)}")
    return one_line(f"{type(fault).__name__}: {fault}")


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
