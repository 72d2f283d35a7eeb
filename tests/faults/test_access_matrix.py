"""`FAULT_SHARE` of the whole product of doors, people, units and states of tests/access/expected.csv: 0 wrong."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest

from tests.access.asking import wrong_answers
from tests.access.table import lines
from tests.access.world import World, opened

SHARE = float(os.environ.get("FAULT_SHARE", "1"))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with opened(tmp_path_factory.mktemp("matrix")) as world:
        yield world


@pytest.mark.parametrize("unit", ["a", "b"])
def test_the_whole_matrix_is_as_the_table_says(world: World, unit: str) -> None:
    asked = [line for line in lines(unit) if unit == "a" or line.thing != "missing"]
    some = random.Random(1).sample(asked, max(1, round(SHARE * len(asked))))
    assert wrong_answers(world, some) == []
