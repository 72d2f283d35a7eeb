"""The reporting cycle against its model: `FAULT_SHARE` of 300 lives of 40 steps, with restarts (reliability.md 6)."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.cycle.model import ReportingCycle

LIVES, STEPS = 300, 40


def test_no_life_of_the_cycle_differs_from_its_model() -> None:
    lives = max(1, round(LIVES * float(os.environ.get("FAULT_SHARE", "1"))))
    run_state_machine_as_test(
        ReportingCycle,
        settings=settings(
            max_examples=lives,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            print_blob=True,
        ),
    )
