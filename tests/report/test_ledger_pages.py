"""Pages of the long tables make the whole: the same rows in the same order, for everybody what they may see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from monitor.report import ledger, ledger_pages
from monitor.report.ledger_pages import ACCEPTED, Kind, LedgerPages, Question, Sees

from .calls import World

INDICATORS = ("number", "rate")
NOW = datetime.fromisoformat("2030-01-01")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """For all that only read it."""
    made = filled(tmp_path_factory.mktemp("ledger"))
    yield made
    made.store.close()


def filled(folder: Path) -> World:
    made = World(folder)
    for region, period in (("110000", "2023-Q4"), ("660000", "2023-Q1"), ("110000", "2023"), ("110000", "2023-Q1")):
        made.accept(made.send(region, period, when="2024-02-01T09:00", rate="80", number="10"))
    made.accept(made.send("110000", "2023-Q1", rate="81", number="11"))
    made.send("110000", "2023-Q1", rate="82", number="12")
    made.send("660000", "2023", rate="1", number="2")
    return made


def whole(world: World, kind: Kind, question: Question, sees: Sees) -> list[tuple[Any, ...]]:
    """By the question that reads all of it."""
    lists = [None if one is None else list(one) for one in (question.regions, question.periods)]
    frame = getattr(ledger, kind)(world.store, list(question.indicators), *lists, question.as_of)
    if kind == "history":
        shown = [
            row.submission_state in ACCEPTED or sees(row.indicator_id, row.region_code) for row in frame.itertuples()
        ]
        frame = frame[shown]
    return list(frame.itertuples(index=False, name=None))


@pytest.mark.parametrize("rows_of_a_block", [1, 3, 5, 1000])
@pytest.mark.parametrize("kind", get_args(Kind))
def test_pages_make_the_whole(world: World, monkeypatch: pytest.MonkeyPatch, kind: Kind, rows_of_a_block: int) -> None:
    monkeypatch.setattr(ledger_pages, "_BLOCK_ROWS", rows_of_a_block)
    pages = LedgerPages(world.store)
    early = datetime.fromisoformat("2024-02-01T01:00:00.000004")
    questions = [
        Question(INDICATORS, None, None, NOW),
        Question(INDICATORS, None, None, early),
        Question(("rate",), ("110000",), ("2023-Q1", "2023"), NOW),
        Question(INDICATORS, ("660000",), None, NOW),
        Question(("rate",), ("110000",), ("2020",), NOW),
    ]
    seen = 0
    for question in questions:
        for sees in (_everything, _nothing, _one_unit):
            expected = whole(world, kind, question, sees)
            seen = max(seen, len(expected))
            for limit in (1, 4, 1000):
                found: list[tuple[Any, ...]] = []
                for start in range(0, len(expected) + 1, limit):
                    total, rows = pages.page(kind, question, start, limit, sees)
                    assert total == len(expected) and len(rows) <= limit
                    found += rows
                assert found == expected
    assert seen == {"observations": 8, "history": 14}[kind]


def test_a_page_reads_the_units_that_stand_on_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_pages, "_BLOCK_ROWS", 1)
    asked: list[Any] = []
    ask_each = world.store.ask_each

    def noted(sql: Any, parameters: Any) -> Any:
        asked.append((parameters["indicator_ids"], parameters["region_codes"]))
        return ask_each(sql, parameters)

    monkeypatch.setattr(world.store, "ask_each", noted)
    pages = LedgerPages(world.store)
    question = Question(INDICATORS, None, None, NOW)
    assert pages.page("observations", question, 3, 1, _nothing)[1][0][:2] == ("number", "660000")
    assert pages.page("observations", question, 4, 2, _nothing)[1][0][:2] == ("rate", "110000")
    pages.page("observations", question, 6, 1, _nothing)  # of the same unit: kept
    assert asked == [(["number"], ["660000"]), (["rate"], ["110000"])]


def test_what_comes_between_two_pages_changes_neither(tmp_path: Path) -> None:
    world = filled(tmp_path)
    pages = LedgerPages(world.store)
    now = world.store.ask(ledger_pages.SQL / "last_event.sql")[0][1]
    question = Question(INDICATORS, None, None, now)
    before = {kind: pages.page(kind, question, 0, 100, _everything) for kind in get_args(Kind)}
    world.accept(world.send("110000", "2023-Q4", rate="5", number="6"))
    assert {kind: pages.page(kind, question, 0, 100, _everything) for kind in get_args(Kind)} == before
    world.store.close()


def _everything(_indicator: str, _region: str) -> bool:
    return True


def _nothing(_indicator: str, _region: str) -> bool:
    return False


def _one_unit(indicator: str, region: str) -> bool:
    return (indicator, region) == ("rate", "110000")
