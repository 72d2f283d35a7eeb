"""Since when the catalogue shown is in force, as of any moment."""

from __future__ import annotations

from pathlib import Path

from monitor.method.settings import MethodSettings
from monitor.report.plan_card import plan_card

from .calls import PLAN, World, at


def test_a_catalogue_is_in_force_since_its_text_was_first_recorded(tmp_path: Path) -> None:
    world = World(tmp_path)
    first = plan_card(world.desk).since
    assert first is not None and abs((first - at("2023-01-01T12:00")).total_seconds()) < 1
    world.now = at("2023-02-01T12:00")
    world.configured(PLAN, MethodSettings(near=MethodSettings().near / 2))  # a setting alone changes no catalogue
    assert plan_card(world.desk).since == first
    world.now = at("2023-03-01T12:00")
    world.configured(PLAN.replace("value: 90", "value: 95"), MethodSettings())
    card = plan_card(world.desk)
    assert card.since is not None and card.since >= at("2023-03-01T12:00")
    then = plan_card(world.desk, as_of=at("2023-02-15T12:00"))
    assert (then.since, then.catalogue.version) != (card.since, card.catalogue.version)
    assert then.since == first
    world.store.close()
