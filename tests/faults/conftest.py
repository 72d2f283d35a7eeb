"""In which order the files are given to the workers."""

from __future__ import annotations

import pytest

from tests.order import longest_first

# by the seconds that a tenth of the rounds takes
LONGEST = (
    "test_reporting_cycle", "test_server_killed", "test_disk_full", "test_clock_jumps", "test_backups", "test_owner",
    "test_round_trip", "test_access_matrix", "test_erasing_killed", "test_login_flood", "test_store_killed",
    "test_anomalies", "test_proven_while_written", "test_stopped",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    longest_first(items, LONGEST)
