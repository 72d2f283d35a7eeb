"""The end of a round: approved, with the documents that are filed, or withdrawn; it never moves again."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.access.actors import Actor
from monitor.access.names import same_person
from monitor.dossier.acts import NewPaper
from monitor.dossier.errors import DossierError, forbidden
from monitor.store.store import Store

from .rounds import Round, Subject, read_round
from .work import at_work, own_work, refuse_changed, taken_text

_NAMED = 5


def approve(
    store: Store, actor: Actor, round_id: str, papers: Sequence[NewPaper] = (), *, built_on: int | None = None
) -> Round:
    """Sign the round. `papers`: its documents, built on the round as it was at its act `built_on` (`Round.seq`).

    Raises DossierError: forbidden; state (approved before, one's own, something is lacking); changed (acts were added
    since `built_on`: build the documents again); StoreError.
    """
    if not actor.may("evaluate"):
        raise forbidden()
    with at_work(store, actor, round_id) as (dossier, told):
        refuse_changed(told, built_on)
        refuse_approval(told, actor)
        dossier.add("approved", {"built_on": told.seq}, papers)
    return read_round(store, round_id)


def withdraw(store: Store, actor: Actor, round_id: str, reason: str) -> Round:
    """End a round that was opened in error; all of it is kept, its title stays taken.

    Raises DossierError: forbidden, unknown, state, field, StoreError.
    """
    if not actor.may("evaluate"):
        raise forbidden()
    with at_work(store, actor, round_id) as (dossier, _):
        dossier.add("withdrawn", {"reason": taken_text(reason, "撤销原因", "reason", needed=True)})
    return read_round(store, round_id)


def refuse_approval(told: Round, actor: Actor) -> None:
    """Raises DossierError (state) for who opened the round, and where something is lacking, which it names."""
    if same_person(told.opened_by, actor.name):
        raise own_work(
            f"本轮是您（{actor.name}）开的，不能由本人审定",
            f"the round was opened by you ({actor.name}) and cannot be approved by you",
        )
    zh, en = [], []
    if told.without_assessment:
        zh.append(f"缺自评（未注明原因）{_named(told.without_assessment)}")
        en.append(f"no self-assessment, and no reason why, for {_named(told.without_assessment, zh=False)}")
    if told.without_approval:
        zh.append(f"结论未审定 {_named(told.without_approval)}")
        en.append(f"no approved conclusion for {_named(told.without_approval, zh=False)}")
    if unanswered := [one for one in told.comments if one.answer is None]:
        zh.append(f"有 {len(unanswered)} 条意见未答复")
        en.append(f"{len(unanswered)} comments are not answered")
    if zh:
        raise DossierError(
            "state",
            f"还不能审定：{'；'.join(zh)}。请先补齐",
            f"the round cannot be approved yet: {'; '.join(en)}. Complete it first",
        )


def _named(subjects: Sequence[Subject], *, zh: bool = True) -> str:
    """`12 项（甲、乙…）`, at most some of the names."""
    names = [one.name if zh else one.indicator for one in subjects[:_NAMED]]
    more = len(subjects) > _NAMED
    if zh:
        return f"{len(subjects)} 项（{'、'.join(names)}{'等' if more else ''}）"
    return f"{len(subjects)} ({', '.join(names)}{', …' if more else ''})"
