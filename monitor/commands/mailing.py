"""From settings to what mail needs: the server with its password, the contacts, the postman."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.commands.errors import WrongUse

if TYPE_CHECKING:
    from monitor.mail.collect import Postman
    from monitor.mail.contacts import Contacts
    from monitor.mail.delivery import MailServer
    from monitor.report.desk import Desk
    from monitor.settings import Settings

_PASSWORD_BYTES = 1_000


def mail_server(settings: Settings) -> MailServer | None:
    """The server of the settings; None where none is set. Raises WrongUse for a password file that cannot be read."""
    from monitor.mail.delivery import MailServer

    if settings.smtp_host is None or settings.smtp_from is None:
        return None
    return MailServer(
        settings.smtp_host,
        settings.smtp_from,
        settings.smtp_security,
        settings.smtp_port,
        settings.smtp_user,
        _password(settings),
    )


def read_contacts(settings: Settings, desk: Desk) -> Contacts:
    """The contacts of the settings, nobody where there are none. Raises ContactsError, WrongUse."""
    from monitor.mail.contacts import Contacts, load_contacts

    path = settings.contacts
    if path is None:
        return Contacts(())
    try:
        return load_contacts(path, desk.current.regions)
    except OSError as fault:
        raise WrongUse(
            f"{path}：联系人文件无法读取（{fault.strerror}）；请检查 MONITOR_CONTACTS",
            f"{path}: the contacts cannot be read ({fault.strerror}): check MONITOR_CONTACTS",
        ) from None


def postman_of(settings: Settings, desk: Desk) -> Postman:
    """Who writes the mails; without a mail server they wait. Raises ContactsError, WrongUse."""
    from monitor.mail.collect import Postman

    sender = settings.smtp_from or "monitor@localhost"
    return Postman(desk, read_contacts(settings, desk), sender, public_url=settings.public_url or "")


def _password(settings: Settings) -> str | None:
    path = settings.smtp_password_file
    if path is None:
        return None
    try:
        text = path.read_bytes()[:_PASSWORD_BYTES].decode().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as fault:
        reason = getattr(fault, "strerror", None) or "UTF-8"
        raise WrongUse(
            f"{path}：密码文件无法读取（{reason}）；请检查 MONITOR_SMTP_PASSWORD_FILE",
            f"{path}: the password file cannot be read ({reason}): check MONITOR_SMTP_PASSWORD_FILE",
        ) from None
    if not text:
        raise WrongUse(f"{path}：密码文件是空的；请写入密码", f"{path}: the password file is empty: write the password")
    return text
