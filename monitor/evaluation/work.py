"""What every act on a round asks first: that it is there and open; and how texts and names are taken."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from monitor.access.actors import Actor
from monitor.access.names import as_heard
from monitor.dossier.acts import Writing, writing
from monitor.dossier.errors import DossierError
from monitor.store.store import Store

from .rounds import KIND, Round, fold, unknown_round

LONGEST_TEXT = 5_000


@contextmanager
def at_work(store: Store, actor: Actor, round_id: str) -> Iterator[tuple[Writing, Round]]:
    """One transaction on an open round, which is as it is within that transaction.

    Raises DossierError: unknown, or state where the round is approved or withdrawn and so never moves again.
    """
    with writing(store, KIND, round_id, by=actor.name) as dossier:
        told = fold(dossier.acts)
        if told is None:
            raise unknown_round(round_id)
        refuse_closed(told)
        yield dossier, told


def refuse_closed(told: Round) -> None:
    """Raises DossierError (state) for a round that is approved or withdrawn."""
    if told.state == "approved":
        raise DossierError(
            "state",
            f"评估轮次“{told.title}”已由 {told.closed_by} 审定，不再改动；如有新情况，请另开一轮",
            f"the round '{told.title}' was approved by {told.closed_by} and never moves again: open another for what"
            " is new",
        )
    if told.state == "withdrawn":
        raise DossierError(
            "state",
            f"评估轮次“{told.title}”已由 {told.closed_by} 撤销；请另开一轮",
            f"the round '{told.title}' was withdrawn by {told.closed_by}: open another",
        )


def refuse_changed(told: Round, built_on: int | None) -> None:
    """Raises DossierError (changed) where acts were added since the one that was looked at (`Round.seq`)."""
    if built_on is not None and told.seq != built_on:
        raise DossierError(
            "changed",
            "您查看以后，本轮又有变动；请重新查看后再办理",
            "the round has changed since you looked at it: look again",
        )


def own_work(zh: str, en: str) -> DossierError:
    """Somebody would approve what is their own."""
    return DossierError("state", f"{zh}；请由另一人办理", f"{en}: somebody else has to")


def taken_text(text: str, zh: str, en: str, *, needed: bool) -> str:
    """A text as it is kept: plain line ends, empty where there is nothing to see.

    Raises DossierError (field): missing or too long.
    """
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    said = "".join(c for c in lines if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs")).strip()
    said = said if as_heard(said) else ""
    if needed and not said:
        raise DossierError("field", f"没有填写“{zh}”；请填写", f"'{en}' is empty: fill it in")
    if len(said) > LONGEST_TEXT:
        raise DossierError(
            "field",
            f"“{zh}”超过 {LONGEST_TEXT} 字（现有 {len(said)} 字）；请精简",
            f"'{en}' has {len(said)} characters, at most {LONGEST_TEXT} can be kept: shorten it",
        )
    return said
