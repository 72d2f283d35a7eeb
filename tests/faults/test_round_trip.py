"""`FAULT_SHARE` of 2,000 figures with notes of every kind, exported and sent again (reliability.md 6)."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.demo.loader import load_demo
from monitor.intake.limits import Limits
from monitor.intake.submissions import ingest
from monitor.report.export import write_table
from monitor.report.ledger import observations
from monitor.shipped import find_shipped
from monitor.store.store import Store
from tests.report.test_round_trip import SENT, TEXTS, Plans, there_and_back

COUNT = 31
ROUNDS = max(2, round(2_000 / COUNT * float(os.environ.get("FAULT_SHARE", "1"))))
NUMBERS = st.decimals(Decimal(0), Decimal("1e16"), places=4, allow_nan=False, allow_infinity=False)


@pytest.fixture(scope="module")
def plans() -> Plans:
    regions = load_regions(find_shipped("data/regions.csv"))
    return load_catalogues([find_shipped("indicators.yaml")], regions), regions


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@settings(
    max_examples=ROUNDS // 2, deadline=None, phases=[Phase.generate], database=None, print_blob=False,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(
    texts=st.lists(TEXTS, min_size=2 * COUNT, max_size=2 * COUNT),
    numbers=st.lists(NUMBERS, min_size=COUNT, max_size=COUNT),
)
def test_figures_exported_and_sent_again_are_the_same(
    plans: Plans, tmp_path_factory: pytest.TempPathFactory, suffix: str, texts: list[str], numbers: list[Decimal]
) -> None:
    units = plans[1].codes[1 : COUNT + 1]
    there_and_back(plans, tmp_path_factory.mktemp("trip"), suffix, units, texts, numbers)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_all_that_the_demo_has_accepted_comes_back_equal(plans: Plans, tmp_path: Path, suffix: str) -> None:
    ids = sorted({indicator.id for catalogue in plans[0] for indicator in catalogue.indicators})
    exported = tmp_path / f"all{suffix}"

    def known(store: Store) -> list[tuple[object, ...]]:
        found = observations(store, ids, None, None, None)[list(SENT)]
        return sorted(tuple(map(str, row)) for row in found.itertuples(index=False))

    with Store.open(tmp_path / "demo.duckdb") as store:
        load_demo(store, *plans, datetime.now(UTC))
        write_table(observations(store, ids, None, None, None), exported, {})
        before = known(store)
    with Store.open(tmp_path / "other.duckdb") as store:
        result = ingest(store, *plans, exported, by="x", accept=True, explain="x", limits=Limits.operator())
        assert not result.is_refused and not result.waiting
        after = known(store)
    assert len(before) > 10_000 and after == before
