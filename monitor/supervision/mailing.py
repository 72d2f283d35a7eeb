"""Notices by mail, through the outbox of the reporting cycle: one for each language of a unit's contacts, once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from monitor.mail.collect import Postman
from monitor.mail.contacts import by_language
from monitor.mail.letters import write_letter

from .dossier import Supervision
from .hands import Writer


def writer_of(postman: Postman | None) -> Writer | None:
    """Who writes the notices of a supervision; None where no mail is set up."""
    return None if postman is None else partial(write_notices, postman)


def write_notices(
    postman: Postman, state: Supervision, texts: Mapping[str, tuple[str, str]], by: str
) -> frozenset[str]:
    """Puts the mails; the units that somebody is written to for. `texts`: unit → notice in both languages."""
    reached = set()
    for unit, (zh, en) in texts.items():
        for language, addresses in by_language(postman.contacts.reporters(unit)).items():
            page = f"supervision/{state.dossier}{'?lang=en' if language == 'en' else ''}"
            said = {
                "title": state.request.title,
                "notice": zh if language == "zh" else en,
                "link": f"{postman.public_url}/{page}" if postman.public_url else "—",
            }
            subject, body = write_letter("supervised", language, said)
            postman.outbox.put(
                "supervised", language=language, recipients=addresses, subject=subject, body=body,
                key=f"supervised:{state.dossier}:{unit}:{language}", region=unit, by=by,
            )  # fmt: skip
            reached.add(unit)
    return frozenset(reached)
