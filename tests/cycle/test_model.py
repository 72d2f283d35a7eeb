"""A few lives of the reporting cycle on every run; `make faults` plays 300 of 40 steps (tests/faults)."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings

from .model import ReportingCycle

TestReportingCycle = ReportingCycle.TestCase
TestReportingCycle.settings = settings(
    max_examples=3,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # a failing life is short enough to read, and shrinking one takes longer than all the tests
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
