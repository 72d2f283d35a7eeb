"""Where units stand is derived from the real cycle: nothing is kept twice, and the request's own deadline decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from monitor.supervision.standing import Standing, late_units, standings

from .conftest import INDICATORS, PLANNER, REPORTERS, REST, REVIEWER, A, B, World


def board(world: World, name: str, **more: object) -> dict[str, Standing]:
    found = standings(world.desk, world.look(name).request, **more)  # type: ignore[arg-type]
    return {one.unit: one for one in found}


def test_each_step_of_the_cycle_shows(world: World) -> None:
    name = world.told(A, B)
    assert {one.state for one in board(world, name).values()} == {"not_sent"}
    world.later(hours=1)
    draft = world.draft(A)
    assert (board(world, name)[A].state, board(world, name)[B].state) == ("draft", "not_sent")
    number = world.cycle.submit(REPORTERS[A], draft, explain="已核实").submissions[0].submission_id
    before = world.later(minutes=1)
    assert (board(world, name)[A].state, board(world, name)[A].submission) == ("submitted", number)
    world.later(minutes=1)
    world.cycle.return_(REVIEWER, number, reason="口径有误")
    assert (board(world, name)[A].state, board(world, name)[A].needs) == ("returned", "resend")
    again = world.submit(A, 8200)
    world.cycle.accept(REVIEWER, again)
    found = board(world, name)[A]
    assert (found.state, found.needs, found.submission, found.revision) == ("accepted", "", again, 2)
    assert board(world, name, as_of=before)[A].state == "submitted"
    assert board(world, name)[B].state == "not_sent"


def test_the_deadline_is_the_requests_own(world: World) -> None:
    """The form's own due day is 2026-01-30; the request gives until 2026-02-01."""
    name = world.told(A, B)
    world.time[0] = world.time[0].replace(month=2, day=1)
    world.accepted(A)
    found = board(world, name)
    assert (found[A].sent_on, found[A].is_late) == (date(2026, 2, 1), False)
    assert (found[B].is_late, found[B].needs) == (False, "")
    world.later(days=1)
    found = board(world, name)
    assert not found[A].is_late and found[B].is_overdue and found[B].needs == "supplement"
    assert late_units(found.values()) == (B,)
    world.accepted(B)
    late = board(world, name)[B]
    assert (late.sent_on, late.is_late, late.is_overdue) == (date(2026, 2, 2), True, False)


def test_what_lacks_figures_is_to_be_supplemented(world: World) -> None:
    whole = world.service.create(PLANNER, replace(world.request(A), indicators=(*INDICATORS, *REST)))
    name = world.told(A)
    world.accepted(A, rest=False)
    found = board(world, whole)[A]
    assert (found.state, found.cells, found.expected, found.needs) == ("accepted", 2, 14, "supplement")
    own = board(world, name)[A]  # which asks for two of the form's fourteen alone
    assert (own.cells, own.expected, own.needs) == (2, 2, "")
