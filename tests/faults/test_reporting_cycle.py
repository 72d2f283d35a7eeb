"""The reporting cycle against its model: `FAULT_SHARE` of 300 lives of 40 steps, with restarts (reliability.md 6).

At the end of each life its store is proven, and its figures are made again from the files that it kept.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from monitor.integrity import run_checks
from monitor.integrity.proof import verify_store
from monitor.integrity.rebuild import rebuild
from monitor.method.settings import MethodSettings
from monitor.report.desk import Configuration
from tests.cycle.model import ReportingCycle

LIVES, STEPS = 300, 40


class ProvenCycle(ReportingCycle):
    def teardown(self) -> None:
        try:
            configured = Configuration(tuple(self.cycle.catalogues), self.cycle.regions, MethodSettings())
            assert not [one for one in run_checks(self.store) if one.count and one.severity == "fault"]
            assert verify_store(self.store, lambda: configured, quick=True).findings == ()
            made = rebuild(self.store, lambda: configured, by="root")
            assert made.findings == ()
        finally:
            super().teardown()


def test_no_life_of_the_cycle_differs_from_its_model() -> None:
    lives = max(1, round(LIVES * float(os.environ.get("FAULT_SHARE", "1"))))
    run_state_machine_as_test(
        ProvenCycle,
        settings=settings(
            max_examples=lives,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            print_blob=True,
        ),
    )
