"""The demonstration's figures, made once for all tests of this folder."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from monitor.catalogue.loader import Catalogue, load_catalogues, load_regions
from monitor.catalogue.regions import Regions
from monitor.demo.generate import generate
from monitor.demo.rows import SentRow
from monitor.demo.stories import Sending
from monitor.shipped import find_shipped


@pytest.fixture(scope="session")
def published() -> Path:
    return find_shipped("data/published_national.csv")


@pytest.fixture(scope="session")
def regions() -> Regions:
    return load_regions(find_shipped("data/regions.csv"))


@pytest.fixture(scope="session")
def catalogues(regions: Regions) -> tuple[Catalogue, ...]:
    return load_catalogues([find_shipped("indicators.yaml")], regions)


@pytest.fixture(scope="session")
def sendings(catalogues: tuple[Catalogue, ...], regions: Regions, published: Path) -> tuple[Sending, ...]:
    return generate(catalogues[0].indicators, regions, published)


@pytest.fixture(scope="session")
def final(sendings: Sequence[Sending]) -> dict[tuple[str, str, str], SentRow]:
    """(indicator, unit, period) → the row in force when everything accepted is in; reported before flash."""
    found: dict[tuple[str, str, str], SentRow] = {}
    for vintage in ("flash", "reported"):
        for sending in sorted(sendings, key=lambda sending: sending.number):
            if sending.outcome == "accepted" and sending.vintage == vintage:
                found |= {(row.indicator_id, row.region_code, row.period): row for row in sending.rows}
    return found


@pytest.fixture(scope="session")
def published_rows(published: Path) -> list[dict[str, str]]:
    with published.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def amounts(rows: Sequence[SentRow]) -> Iterator[tuple[Decimal, Decimal]]:
    """Numerators and denominators of the rows that have both."""
    for row in rows:
        if row.denominator:
            yield Decimal(row.numerator), Decimal(row.denominator)
