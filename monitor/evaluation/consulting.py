"""Consultation (征求意见): what units and regions remark on a round or an indicator, and how it was answered."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.access.actors import Actor
from monitor.dossier.acts import NewPaper
from monitor.dossier.errors import DossierError, forbidden
from monitor.store.store import Store

from .conclusions import ANSWERS, Answer
from .rounds import Round, read_round
from .work import at_work, taken_text


def may_comment(actor: Actor) -> bool:
    """Departments and regions: whoever assesses, and whoever reports."""
    return actor.may("self_assess") or actor.may("send")


def comment(
    store: Store, actor: Actor, round_id: str, text: str, indicator: str | None = None, papers: Sequence[NewPaper] = ()
) -> Round:
    """Remark on the round, or on one indicator. Raises DossierError: forbidden, unknown, state, field, StoreError."""
    if not may_comment(actor):
        raise forbidden()
    with at_work(store, actor, round_id) as (dossier, told):
        if indicator is not None:
            told.subject(indicator)
        said = taken_text(text, "意见", "comment", needed=True)
        dossier.add("commented", {"indicator": indicator, "text": said}, papers)
    return read_round(store, round_id)


def answer(store: Store, actor: Actor, round_id: str, of: int, given: str, reason: str = "") -> Round:
    """Answer a comment (taken, partly, declined, or the Chinese word); the newest answer counts.

    Raises DossierError: forbidden, unknown, state, field (no such answer; not wholly taken up without a reason).
    """
    if not actor.may("evaluate"):
        raise forbidden()
    code = _answer(given)
    with at_work(store, actor, round_id) as (dossier, told):
        if of not in {one.seq for one in told.comments}:
            raise DossierError("unknown", f"本轮没有第 {of} 号意见", f"the round has no comment {of}")
        said = taken_text(reason, "采纳情况说明", "reason", needed=code != "taken")
        dossier.add("answered", {"of": of, "answer": code, "reason": said})
    return read_round(store, round_id)


def _answer(text: str) -> Answer:
    for code, words in ANSWERS.items():
        if text.strip() in (code, *words):
            return code
    zh = "、".join(words[0] for words in ANSWERS.values())
    raise DossierError(
        "field", f"没有“{text}”这种答复；可选：{zh}", f"there is no answer '{text}': choose {', '.join(ANSWERS)}"
    )
