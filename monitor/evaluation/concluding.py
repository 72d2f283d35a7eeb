"""Conclusions (评估结论): proposed by one person, approved or returned by another, never by the same."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.access.actors import Actor
from monitor.access.names import same_person
from monitor.dossier.acts import NewPaper
from monitor.dossier.errors import DossierError, forbidden
from monitor.store.store import Store

from .conclusions import BY_PEOPLE, CONCLUSIONS, ConclusionCode, needs_reason, usual
from .rounds import Conclusion, Round, read_round
from .work import at_work, own_work, refuse_changed, taken_text


def propose(
    store: Store,
    actor: Actor,
    round_id: str,
    indicator: str,
    conclusion: str,
    reason: str = "",
    papers: Sequence[NewPaper] = (),
) -> Round:
    """Propose an indicator's conclusion (its code or word in conclusions.py); a later proposal replaces an earlier.

    Raises DossierError: forbidden, unknown, state, field (no such conclusion, or it needs a reason), StoreError.
    """
    if not actor.may("evaluate"):
        raise forbidden()
    code = read_conclusion(conclusion)
    with at_work(store, actor, round_id) as (dossier, told):
        subject = told.subject(indicator)
        said = taken_text(reason, "理由", "reason", needed=False)
        if not said and needs_reason(code, subject.computed):
            raise _no_reason(subject.name, subject.computed == BY_PEOPLE)
        dossier.add("proposed", {"indicator": indicator, "conclusion": code, "reason": said}, papers)
    return read_round(store, round_id)


def approve_conclusion(store: Store, actor: Actor, round_id: str, indicator: str, of: int | None = None) -> Round:
    """Approve the newest proposal; `of`: the proposal that was looked at, so that no newer one is approved unseen.

    Raises DossierError: forbidden, unknown, state (nothing waits, or it is one's own), changed, StoreError.
    """
    return _decide(store, actor, round_id, indicator, of, None)


def return_conclusion(
    store: Store, actor: Actor, round_id: str, indicator: str, reason: str, of: int | None = None
) -> Round:
    """Give the newest proposal back with a reason; raises as `approve_conclusion`, and field without a reason."""
    return _decide(store, actor, round_id, indicator, of, taken_text(reason, "退回理由", "reason", needed=True))


def propose_agreeing(store: Store, actor: Actor, round_id: str) -> tuple[str, ...]:
    """Propose what agrees with the computed class for every indicator that has no conclusion yet; which they are.

    Targets in words are left out, since their conclusion is a judgement. Raises DossierError: forbidden, unknown, state
    (there is none), StoreError.
    """
    if not actor.may("evaluate"):
        raise forbidden()
    with at_work(store, actor, round_id) as (dossier, told):
        rest = [one for one in told.subjects if one.conclusion is None and one.computed != BY_PEOPLE]
        if not rest:
            raise DossierError(
                "state", "没有可按测算结果提出的结论", "no conclusion is left to be proposed by the computed class"
            )
        for one in rest:
            code = usual(one.computed)
            dossier.add("proposed", {"indicator": one.indicator, "conclusion": code, "reason": ""})
    return tuple(one.indicator for one in rest)


def approve_waiting(store: Store, actor: Actor, round_id: str, built_on: int | None = None) -> tuple[str, ...]:
    """Approve every conclusion that waits and was proposed by somebody else; which indicators they are of.

    `built_on`: `Round.seq` of what was looked at. Raises DossierError: forbidden, unknown, state (none waits), changed.
    """
    if not actor.may("evaluate"):
        raise forbidden()
    with at_work(store, actor, round_id) as (dossier, told):
        refuse_changed(told, built_on)
        waiting = waiting_for(actor, told)
        if not waiting:
            raise DossierError(
                "state",
                "没有等您审定的结论（本人提出的须由另一人审定）",
                "no conclusion waits for you: somebody else has to approve your own",
            )
        for indicator, of in waiting.items():
            dossier.add("conclusion_approved", {"indicator": indicator, "of": of})
    return tuple(waiting)


def waiting_for(actor: Actor, told: Round) -> dict[str, int]:
    """The indicators whose newest conclusion waits and is not the actor's own proposal, each with the proposal."""
    return {
        one.indicator: newest.seq
        for one in told.subjects
        if (newest := one.conclusion) is not None
        and newest.decision == "waiting"
        and not same_person(newest.by, actor.name)
    }


def _decide(store: Store, actor: Actor, round_id: str, indicator: str, of: int | None, reason: str | None) -> Round:
    if not actor.may("evaluate"):
        raise forbidden()
    with at_work(store, actor, round_id) as (dossier, told):
        proposal = _waiting(told, indicator, of)
        if same_person(proposal.by, actor.name):
            raise own_work(
                f"“{indicator}”的结论是您（{actor.name}）提出的，不能由本人审定或退回",
                f"the conclusion of '{indicator}' was proposed by you ({actor.name}) and cannot be decided by you",
            )
        if reason is None:
            dossier.add("conclusion_approved", {"indicator": indicator, "of": proposal.seq})
        else:
            dossier.add("conclusion_returned", {"indicator": indicator, "of": proposal.seq, "reason": reason})
    return read_round(store, round_id)


def read_conclusion(text: str) -> ConclusionCode:
    """A code, or its word in either language. Raises DossierError (field)."""
    said = text.strip()
    for code, wording in CONCLUSIONS.items():
        if said in (code, wording.zh, wording.en):
            return code
    zh = "、".join(one.zh for one in CONCLUSIONS.values())
    raise DossierError(
        "field",
        f"没有“{said}”这一结论；可选：{zh}",
        f"there is no conclusion '{said}': choose {', '.join(CONCLUSIONS)}",
    )


def _waiting(told: Round, indicator: str, of: int | None) -> Conclusion:
    newest = told.subject(indicator).conclusion
    if newest is not None and of is not None and newest.seq != of:
        raise DossierError(
            "changed",
            f"“{indicator}”的结论刚由 {newest.by} 改过；请重新查看后再办理",
            f"the conclusion of '{indicator}' has just been changed by {newest.by}: look again",
        )
    if newest is None or newest.decision != "waiting":
        raise DossierError(
            "state",
            f"“{indicator}”没有待审定的结论；请先提出结论",
            f"'{indicator}' has no conclusion that waits: propose one first",
        )
    return newest


def _no_reason(name: str, by_people: bool) -> DossierError:
    if by_people:
        return DossierError(
            "field",
            f"“{name}”的目标是文字，结论由人判断；请写明理由",
            f"the target of '{name}' is in words, so its conclusion is a judgement: give the reason",
        )
    return DossierError(
        "field",
        f"“{name}”的结论与测算结果不一致；请写明理由",
        f"the conclusion of '{name}' differs from the computed result: give the reason",
    )
