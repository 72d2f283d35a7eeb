"""Drawn numbers and exact splitting."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from monitor.demo.numbers import allot, plain, scaled, settle, uniform, whole

weights = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.floats(0.001, 1000), min_size=1, max_size=40)


@given(st.integers(0, 10**12), weights)
def test_allotted_parts_sum_exactly_and_lie_next_to_their_quota(total: int, shares: dict[str, float]) -> None:
    parts = allot(total, shares)
    assert sum(parts.values()) == total
    whole_weight = sum(shares.values())
    assert all(abs(parts[key] - total * share / whole_weight) < 1.01 for key, share in shares.items())


@given(st.integers(-(10**6), 10**6), weights)
def test_settling_keeps_the_total_whatever_was_wished(total: int, wanted: dict[str, float]) -> None:
    assert sum(settle(total, wanted).values()) == total


@given(st.integers(0, 10**13))
def test_amounts_survive_being_written(amount: int) -> None:
    number = plain(amount)
    assert scaled(number) == amount
    assert "E" not in str(number) and ("." not in str(number) or not str(number).endswith(("0", ".")))


def test_a_number_belongs_to_its_key() -> None:
    """Pinned: the demonstration's figures rest on these bits."""
    assert uniform("a", "b") == uniform("a", "b") != uniform("ab")
    assert uniform("fund", "110000", 2021) == 0.05623537356965891
    assert {whole(3, 5, n) for n in range(100)} == {3, 4, 5}
    assert scaled("17342.45") == 173_424_500 and plain(173_424_500) == Decimal("17342.45")
