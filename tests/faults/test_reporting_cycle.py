"""The reporting cycle against its model: `FAULT_SHARE` of 300 lives of 40 steps, with restarts (reliability.md 6).

At the end of a tenth of as many lives the store is proven, and its figures are made again from the files that it kept.
"""

from __future__ import annotations

import os

import pytest
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


@pytest.mark.parametrize(("cycle", "lives"), [(ReportingCycle, LIVES), (ProvenCycle, LIVES // 10)])
def test_no_life_of_the_cycle_differs_from_its_model(cycle: type[ReportingCycle], lives: int) -> None:
    run_state_machine_as_test(
        cycle,
        settings=settings(
            max_examples=max(1, round(lives * float(os.environ.get("FAULT_SHARE", "1")))),
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            print_blob=True,
        ),
    )
