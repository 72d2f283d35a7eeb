"""Whose submissions an actor reaches: by the unit, and for who has some indicators assigned by what is sent of them.

What is carried over from an earlier revision was accepted then, and asks for nobody's reach.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from importlib.resources import files

from monitor.access.actors import Actor
from monitor.store.store import Store

from .submission_errors import (
    ForbiddenError,
    NotAssignedError,
    PartlyAssignedError,
    UnknownSubmissionError,
)
from .submissions import Submission, list_submissions

SQL = files(__package__) / "sql"
Sent = Mapping[int, frozenset[str]]
"""Submission → the indicators that it sends; empty where nobody has to ask."""


def sent_indicators(store: Store, actor: Actor, submission_ids: Sequence[int]) -> Sent:
    """Asked of the store only for an actor who has some indicators assigned."""
    if actor.indicators is None or not submission_ids:
        return {}
    found: dict[int, set[str]] = {number: set() for number in submission_ids}
    for number, indicator in store.ask(SQL / "sent_indicators.sql", {"submission_ids": list(submission_ids)}):
        found[number].add(indicator)
    return {number: frozenset(names) for number, names in found.items()}


def look_up(store: Store, actor: Actor, submission_id: int) -> tuple[Submission, Sent]:
    """The submission, if the actor may see it, and what it sends. Raises UnknownSubmissionError."""
    found = list_submissions(store, ids=[submission_id])
    sent = sent_indicators(store, actor, [submission_id])
    return visible(actor, submission_id, found[0] if found else None, sent), sent


def visible(actor: Actor, submission_id: int, one: Submission | None, sent: Sent) -> Submission:
    """The submission, if the actor may see it: accepted ones are everybody's. Raises UnknownSubmissionError."""
    public = one is not None and one.state in ("accepted", "superseded")
    if one is None or not (public or sees_waiting(actor, one, sent)):
        raise UnknownSubmissionError(submission_id)
    return one


def sees_waiting(actor: Actor, one: Submission, sent: Sent) -> bool:
    """Whether the actor may see what of it is not everybody's."""
    return actor.may("read_waiting", one.region_code, sent.get(one.submission_id))


def reviews(actor: Actor, one: Submission, sent: Sent) -> bool:
    """Whether the actor may remark on it and return it."""
    return actor.may("review", one.region_code, sent.get(one.submission_id))


def accepts(actor: Actor, one: Submission, sent: Sent) -> bool:
    """Whether the actor may accept it: all that is sent is theirs to review."""
    return actor.may_all("review", one.region_code, sent.get(one.submission_id, ()))


def need_review(actor: Actor, one: Submission, sent: Sent) -> None:
    """Raises ForbiddenError."""
    if not reviews(actor, one, sent):
        raise ForbiddenError


def need_accept(actor: Actor, one: Submission, sent: Sent) -> None:
    """Only who has all that is sent assigned accepts it. Raises ForbiddenError, PartlyAssignedError."""
    need_review(actor, one, sent)
    if not accepts(actor, one, sent):
        foreign = sent.get(one.submission_id, frozenset()) - (actor.indicators or frozenset())
        raise PartlyAssignedError(one.submission_id, sorted(foreign))


def need_own(actor: Actor, one: Submission, indicators: Collection[str]) -> None:
    """Remarks stand at indicators of one's own, or (no name) at the whole. Raises NotAssignedError."""
    foreign = [name for name in indicators if name and not actor.may("review", one.region_code, [name])]
    if foreign:
        raise NotAssignedError(sorted(foreign))


def need_sender(actor: Actor) -> None:
    """Raises ForbiddenError."""
    if not actor.sends:
        raise ForbiddenError


def knows_whole_unit(actor: Actor, region: str) -> bool:
    """Whether all that a unit has sent and nobody has accepted may be shown, whatever indicators it is of."""
    return actor.may_see(region) and (actor.indicators is None or actor.role != "reviewer")
