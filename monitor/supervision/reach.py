"""Who sees and handles which supervision: asked of the one table of rights, in one place for all doors."""

from __future__ import annotations

from dataclasses import replace

from monitor.access.actors import Actor

from .dossier import Supervision
from .request import Request


def handles(actor: Actor, request: Request) -> bool:
    """Whether the whole scope, every unit and every indicator, is within reach of who supervises."""
    return all(actor.may_all("supervise", unit, request.indicators) for unit in request.units)


def own_units(actor: Actor, state: Supervision) -> tuple[str, ...]:
    """The supervised units for which the actor answers, once they have been told."""
    told = {*state.notices, *state.deliveries}
    return tuple(unit for unit in state.request.units if unit in told and actor.may("rectify", unit))


def seen_by(actor: Actor, state: Supervision) -> Supervision | None:
    """What of it the actor may see; None for nothing. Who supervises sees all of it; a unit sees its own notice, the
    findings that were addressed to it and its own answers, never what is still being worked on or of another.
    """
    if handles(actor, state.request):
        return state
    units = own_units(actor, state)
    if not units:
        return None
    issued = state.issued
    if issued is not None:
        told = tuple(one for one in issued.findings if one.unit in units)
        issued = replace(issued, findings=told, chapters={}, papers=())
    return replace(
        state,
        request=replace(state.request, units=units),
        notices={unit: one for unit, one in state.notices.items() if unit in units},
        analyses=(),
        own=(),
        drafts=(),
        issued=issued,
        items=tuple(one for one in state.items if one.unit in units),
        escalations=(),
        deliveries={unit: one for unit, one in state.deliveries.items() if unit in units},
        closed=None if state.closed is None else replace(state.closed, text="", papers=()),
    )
