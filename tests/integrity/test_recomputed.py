"""I7 where a figure needs verdicts of others, or is another plan's: it agrees, and a fault of the program is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from unittest.mock import patch

import pytest

from monitor.catalogue.loader import load_regions
from monitor.integrity.current import replay
from monitor.integrity.recomputed import check_figures
from monitor.method import tree
from monitor.method.settings import MethodSettings
from monitor.report import loading
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.findings import Finding
from tests.report.sichuan import desk_with

ROWS = """
procured_drugs,110000,2024,500,eq
procured_drugs,120000,2024,499.9999999999,eq
procured_drugs,310000,2024,500,ge
procured_drugs,320000,2024,600,le
procured_drugs,330000,2024,600,gt
procured_drugs,660000,2024,700,eq
procured_drugs,000000,2024,450,eq
procured_consumables,110000,2023,5,eq
drg_dip_payment_share,510000,2024-Q4,71.5,eq
enrolment_rate,510000,2024,95.5,eq
fund_income,320000,2024,5.5,ge
fund_income,330000,2024,4.5,eq
"""
SHARE, LENT = ("uhs-14 procured_drugs 000000 2024：", "uhs-14 procured_drugs 000000 2024:"), "sc-14 sc_inpatient_share"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = desk_with(tmp_path_factory.mktemp("data"), load_regions(find_shipped("data/regions.csv")), ROWS)
    yield made
    made.store.close()


def findings(desk: Desk) -> tuple[int, list[Finding]]:
    """By a desk that has kept nothing yet."""
    current = desk.current
    anew = Desk(desk.store, current.catalogues, current.regions, MethodSettings())
    looked, found = check_figures(desk.store, anew, replay(desk.store).accepted(), lambda _plan, _rows: None)
    return looked, list(found)


def test_shares_of_regions_and_lent_figures_are_worked_out_again(desk: Desk) -> None:
    looked, found = findings(desk)
    assert found == []
    frames = [desk.scorecard(plan=plan, include_context=True).frame for plan in ("uhs-14", "sc-14")]
    assert looked == sum(len(frame) for frame in frames)
    share = frames[0].query("indicator_id == 'procured_drugs' and region_code == '000000' and period == '2024'")
    assert share[["numerator", "denominator"]].to_numpy().tolist() == [[3, 31]]
    lent = frames[1].query("indicator_id == 'sc_inpatient_share' and period == '2024'")
    assert 71.5 in lent["value"].tolist()


def _one_more(share: Callable[..., tree.Aggregate]) -> Callable[..., tree.Aggregate]:
    def wrong(*given: object) -> tree.Aggregate:
        found = share(*given)
        figure = found.figure
        if figure is None or figure.numerator is None:
            return found
        return replace(found, figure=replace(figure, numerator=figure.numerator + 1))

    return wrong


@pytest.mark.parametrize(
    ("of", "name", "wrong", "where"),
    [
        (tree, "certainly_meets", lambda figure, g, target: figure.value >= g, SHARE),
        (tree, "certainly_meets", lambda figure, g, target: figure.value > g, SHARE),
        (tree.Tree, "_share", _one_more(tree.Tree._share), SHARE),
        (tree.Tree, "expected", lambda self, indicator, period: ("110000", "120000", "660000"), SHARE),
        (loading, "data_sources", lambda catalogue, others, with_figures: {}, (LENT, LENT)),
    ],
)
def test_a_fault_of_the_program_is_found(
    desk: Desk, of: object, name: str, wrong: object, where: tuple[str, str]
) -> None:
    with ExitStack() as stack:
        stack.enter_context(patch.object(of, name, wrong))
        _, found = findings(desk)
    assert any(one.zh.startswith(where[0]) and one.en.startswith(where[1]) for one in found)
