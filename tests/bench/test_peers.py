"""What bench/peers says of peers rests on these comparisons; times are not tested."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bench.peers.compare import agreement, amounts_by_cell
from bench.peers.fault_file import KINDS, Fault, compare, plant
from bench.peers.open_sdg import Progress, progress
from bench.peers.page import TITLE, woven
from bench.peers.progress import Case, judged, reason_of
from bench.peers.rules import rules_for_peers
from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.intake.rules import rules_of
from monitor.shipped import find_shipped


def test_a_checker_is_told_what_it_found_and_what_it_made_up() -> None:
    faults = [Fault("unit", (5,)), Fault("unit", (9,)), Fault("key", (20, 21))]
    found = compare(faults, {5, 20, 33})
    assert found.by_kind == {"unit": (1, 2), "key": (1, 1)}
    assert found.false_alarms == (33,)
    assert not found.is_complete
    assert compare(faults, {5, 9, 21}).is_complete
    assert compare(faults, {5, 9, 20, 21}).is_complete


def test_every_kind_of_fault_is_planted_at_the_line_it_is_told_of() -> None:
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    rules = rules_of(catalogues, regions)
    given = rules_for_peers(catalogues[0], rules)
    ratio, amount = "enrolment_rate", "fund_income"
    rows = []
    for number in range(2_000):
        one = ratio if number % 2 else amount
        parts = {"numerator": "90", "denominator": "100"} if number % 2 else {"numerator": "", "denominator": ""}
        row = {"indicator_id": one, "region_code": "110000", "period": "2024-01", **parts, "value": "", "note": ""}
        rows.append({**row, "value": "" if number % 2 else "5", "unit": given["indicators"][one]["unit"]})
    before = [dict(row) for row in rows]
    faults = plant(rows, rules)
    assert {fault.kind for fault in faults} == set(KINDS)
    changed = {number + 2 for number, row in enumerate(rows) if row != before[number]}
    assert changed == {fault.rows[-1] for fault in faults}


def test_relations_that_are_sums_are_told_as_multiples_in_one_unit() -> None:
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    told = rules_for_peers(catalogues[0], rules_of(catalogues, regions))["relations"]
    # 万亿元 of 亿元; income in two parts is the whole
    income = {"fund_income_employee": "1.0", "fund_income_resident": "1.0", "fund_income": "-10000.0"}
    assert {"terms": income, "tolerance": "0.01", "least": None} in told
    # at most: the difference turned round is at least the tolerance's negative
    pooled = {"fund_balance_pooled": "-1.0", "fund_balance_all_accounts": "1.0"}
    assert [one["least"] for one in told if one["terms"] == pooled] == ["0"]
    assert not any("out_of_pocket_share" in one["terms"] for one in told)  # a quotient


def test_cells_agree_to_the_last_digit_of_their_parts() -> None:
    ours = amounts_by_cell([["a", "1", 1.5, 3.0, 50.0, None], ["b", "1", None, None, None, None]])
    assert agreement(ours, amounts_by_cell([["a", "1", "1.5000000000", "3", "50.0000000000001", None]])).is_whole
    part = agreement(ours, amounts_by_cell([["a", "1", "1.5000000001", "3", "50", None]]))
    assert part.apart == (("a", "1"),)
    figure = agreement(ours, amounts_by_cell([["a", "1", "1.5", "3", "50.000001", None]]))
    assert figure.apart == (("a", "1"),)
    assert figure.furthest == pytest.approx(Decimal("2e-8"), rel=Decimal("0.01"))
    lost = agreement(ours, amounts_by_cell([["a", "1", "1.5", "3", None, None], ["c", "1", 0, None, None, None]]))
    assert lost.apart == (("a", "1"),)
    assert lost.extra == (("c", "1"),)
    assert agreement(ours, {}).missing == (("a", "1"),)
    assert not agreement({}, {}).is_whole


@pytest.mark.parametrize(
    ("series", "target", "rises", "outcome", "ratio"),
    [
        # (110/100)^(1/2) − 1 = 0.048809 over (150/100)^(1/5) − 1 = 0.084472
        ({2020: 100, 2022: 110}, 150, True, "limited_progress", 0.5778),
        ({2020: 100, 2022: 115}, 150, True, "moderate_progress", 0.8569),
        ({2020: 100, 2022: 118}, 150, True, "substantial_progress", 1.0214),
        ({2020: 100, 2022: 99}, 150, True, "deterioration", -0.0593),
        ({2020: 100, 2022: 80}, 50, False, "moderate_progress", 0.8156),  # methods.md section 6
        ({2020: 100, 2022: 150}, 150, True, "target_achieved", 2.6606),
        ({2020: 100}, 150, True, "not_available", None),
        ({2020: 100, 2022: -1}, 150, True, "not_available", None),
        ({2021: 50, 2022: 60}, 70, True, "substantial_progress", 2.2790),  # the first year there is
        ({2019: 50}, 70, True, "not_available", None),
        ({2020: 70, 2022: 69}, 70, True, "not_available", None),  # nothing to grow by
    ],
)
def test_open_sdg_by_its_published_formula(
    series: dict[int, float], target: float, rises: bool, outcome: str, ratio: float | None
) -> None:
    told = progress(series, rises=rises, target=target, base_year=2020, target_year=2025)
    assert told.outcome == outcome
    assert told.ratio == (None if ratio is None else pytest.approx(ratio, abs=5e-5))


def test_why_classes_differ_is_the_first_reason_that_holds() -> None:
    plain = Case("reach", False, True, True, True, False, False, False)
    assert reason_of(plain, "moderate_progress") == "pace"
    assert reason_of(plain, None) == "short"
    changed = {
        "no data": {"has_figure": False},
        "text": {"rule": "judge"}, "band": {"rule": "band"}, "share": {"is_share": True},
        "hold": {"rule": "hold"}, "bound": {"exact": False}, "strict": {"meets_with_equality": True},
        "base": {"has_baseline": False}, "end": {"at_end": True},
    }  # fmt: skip
    for reason, change in changed.items():
        assert reason_of(Case(**{**vars(plain), **change}), "moderate_progress") == reason
    assert reason_of(Case(**{**vars(plain), "was_met": True}), "moderate_progress") == "end"
    assert reason_of(Case(**{**vars(plain), "at_end": True}), "moderate_progress", growth=True) == "pace"


def test_a_class_that_theirs_cannot_say_is_no_agreement() -> None:
    row = {"indicator_id": "a", "region_code": "110000", "period": "2024", "value": 70.0, "synthetic": True}
    band = Case("band", False, True, True, True, False, False, False)
    held = judged({**row, "class": "held"}, "held", band, None)
    assert (held.agrees, held.reason, held.growth_agrees, held.growth_reason) == (False, "band", False, "band")
    text = judged({**row, "class": "judged"}, "judged", Case(**{**vars(band), "rule": "judge"}), None)
    assert (text.agrees, text.growth_agrees) == (True, True)
    reach = Case(**{**vars(band), "rule": "reach"})
    told = judged({**row, "class": "nearly"}, "substantial", reach, Progress("substantial_progress", 0.96, 2020))
    assert (told.agrees, told.reason, told.growth_agrees) == (False, "pace", True)


def test_one_part_is_written_anew_and_the_others_stay() -> None:
    first = woven("", {"a": "### a) One\n\nold", "c": "### c) Three\n\nkept"}, {"a": [("x", "faster")], "c": []})
    assert first.startswith(TITLE)
    assert "| a | x | faster |" in first
    again = woven(first, {"a": "### a) One\n\nnew", "b": "### b) Two\n\nadded"}, {"a": [], "b": [("y", "smaller")]})
    assert "old" not in again
    assert "x | faster" not in again
    assert [again.index(text) for text in ("| b | y | smaller |", "new", "added", "kept")] == sorted(
        again.index(text) for text in ("| b | y | smaller |", "new", "added", "kept")
    )
    assert woven(again, {}, {}) == again
    assert "nobody" in woven("", {"d": "### d) Four"}, {"d": []})
