"""What is in force beside a file is read once for many files, and never used once something else is in force."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from monitor.access.actors import Actor
from monitor.intake.checks.force import Columns, KeptForce
from monitor.intake.cycle import Cycle
from monitor.intake.problems import FileProblem
from monitor.intake.submissions import ingest
from monitor.store.store import Store
from tests.store.world import Clock

from .checking import CHECKS, PROVINCES, Sent, parsed, plan
from .desk import as_csv

PLANNER, BOSS = Actor("planner", "planner"), Actor("boss", "reviewer")
NOW, BEFORE = "2024-Q4", "2024-Q3"
_ASKED = {name: rules for name, rules in CHECKS.items() if "completeness" not in rules}


class Ministry:
    """One cycle that goes on for all files, beside one made anew for each question."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder = store, folder
        self.cycle = Cycle(store, *parsed(plan(_ASKED)))

    def file(self, *rows: Sent) -> Path:
        path = self.folder / "file.csv"
        path.write_text(as_csv([row.cells() for row in rows]), encoding="utf-8")
        return path

    def accepted(self, *rows: Sent) -> None:
        file, (catalogues, regions) = self.file(*rows), (self.cycle.catalogues, self.cycle.regions)
        result = ingest(self.store, catalogues, regions, file, by="planner", accept=True, explain="模拟")
        assert not result.waiting and result.created + result.updated == len(rows)

    def sent(self, *rows: Sent) -> list[int]:
        """The submissions of a file that wait."""
        result = self.cycle.send(PLANNER, self.file(*rows), name="file.csv", explain="模拟")
        assert all(one.is_new for one in result.submissions), result.problems
        return [one.submission_id for one in result.submissions if one.submission_id is not None]

    def asked(self) -> tuple[FileProblem, ...]:
        """What is found of a file that is compared with all that was sent, by both; nothing is written."""
        file = self.file(
            *(Sent("spread", code, NOW, value="60") for code in PROVINCES[:1]),
            Sent("points", PROVINCES[0], NOW, "44"), Sent("total", PROVINCES[0], NOW, "10"),
            Sent("part_a", PROVINCES[0], NOW, "1"), Sent("part_b", PROVINCES[0], NOW, "2"),
        )  # fmt: skip
        kept, anew = (
            cycle.send(PLANNER, file, name="file.csv", dry_run=True).problems
            for cycle in (self.cycle, Cycle(self.store, self.cycle.catalogues, self.cycle.regions))
        )
        assert kept == anew
        return kept


def _spread(period: str, *values: str) -> list[Sent]:
    return [Sent("spread", code, period, value) for code, value in zip(PROVINCES, values, strict=False)]


@pytest.fixture(scope="module")
def in_force(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with all provinces' figures of two quarters, to be copied."""
    folder = tmp_path_factory.mktemp("force")
    with Store.open(folder / "data" / "monitor.duckdb", clock=Clock()) as store:
        one = Ministry(store, folder)
        one.accepted(*_spread(BEFORE, *["40"] * 9), Sent("points", PROVINCES[0], BEFORE, "44"))
        one.accepted(*_spread(NOW, *["41"] * 9), Sent("whole", PROVINCES[0], NOW, "0.0003"))
    return folder / "data"


@pytest.fixture
def ministry(in_force: Path, tmp_path: Path) -> Iterator[Ministry]:
    """Those figures are in force, and a file has been compared with them."""
    folder, clock = shutil.copytree(in_force, tmp_path / "data"), Clock()
    clock.time += timedelta(days=1)
    with Store.open(folder / "monitor.duckdb", clock=clock) as store:
        one = Ministry(store, tmp_path)
        assert [problem.code for problem in one.asked()] == ["outlier"]
        yield one


def test_an_acceptance_counts_for_the_next_file(ministry: Ministry) -> None:
    ministry.accepted(Sent("total", PROVINCES[0], BEFORE, "11"))
    assert {problem.code for problem in ministry.asked()} == {"outlier", "cumulative_falls"}


def test_a_restatement_counts_and_what_it_replaces_does_not(ministry: Ministry) -> None:
    ministry.accepted(Sent("points", PROVINCES[0], BEFORE, "99"))
    assert {problem.code for problem in ministry.asked()} == {"outlier", "change_previous_period"}
    ministry.accepted(Sent("points", PROVINCES[0], BEFORE, "43"), *_spread(NOW, "41.5", *["58"] * 8))
    assert not ministry.asked()


def test_what_waits_is_returned_or_withdrawn_counts_for_nothing(ministry: Ministry) -> None:
    waits = [ministry.sent(Sent("total", code, BEFORE, "11")) for code in PROVINCES[:3]]
    assert [problem.code for problem in ministry.asked()] == ["outlier"]
    ministry.cycle.withdraw(PLANNER, waits[0][0])
    ministry.cycle.return_(BOSS, waits[1][0], reason="模拟")
    assert [problem.code for problem in ministry.asked()] == ["outlier"]
    ministry.accepted(Sent("total", PROVINCES[0], BEFORE, "12"))
    assert {problem.code for problem in ministry.asked()} == {"outlier", "cumulative_falls"}


def test_another_configuration_reads_anew(ministry: Ministry) -> None:
    """The same figures under plans with other checks, in turn."""
    kept = ministry.cycle.force
    less = {name: rules for name, rules in _ASKED.items() if name != "spread"}
    for checks in (less, _ASKED, {**_ASKED, "spread": '[{rule: outlier, threshold: "1000", severity: query}]'}):
        ministry.cycle = Cycle(ministry.store, *parsed(plan(checks)))
        ministry.cycle.force = kept
        assert ("outlier" in {problem.code for problem in ministry.asked()}) == (checks is _ASKED)


def test_a_file_is_never_compared_with_what_it_replaces(ministry: Ministry) -> None:
    """The file names cells that are in force: the kept reading has them, its checks must not."""
    shares = {"part_a": "5", "part_b": "7", "whole": "0.0012"}
    ministry.accepted(*(Sent(name, PROVINCES[0], NOW, value) for name, value in shares.items()))
    found = ministry.asked()
    assert [one.code for one in found if one.rule and one.rule.startswith("relation")] == ["relation_fails"]
    assert "left 1 + 2 = 3, right 12 " in next(one.en for one in found if one.code == "relation_fails")


def test_erasing_names_changes_no_finding(ministry: Ministry) -> None:
    before = ministry.asked()
    ministry.cycle.erase_people(PLANNER, 1)
    assert ministry.asked() == before


def _column(lines: int) -> Columns:
    return {"line": -np.arange(1, lines + 1), "unit": np.array(["%"] * lines, dtype=object)}


def test_it_reads_once_and_keeps_no_more_than_it_may(ministry: Ministry) -> None:
    kept, read = KeptForce(most=10), list[str]()

    def ask(name: str, lines: int) -> int:
        with ministry.store.transaction() as transaction:
            return len(kept.get(transaction, name, lambda: (read.append(name), _column(lines))[1]))

    assert [ask("a", 4), ask("b", 4), ask("a", 4), ask("b", 4)] == [4, 4, 4, 4] and read == ["a", "b"]
    assert ask("c", 4) == 4 and ask("b", 4) == 4 and read == ["a", "b", "c"]  # `a` was asked for longest ago
    assert ask("huge", 11) == 11 and ask("huge", 11) == 11 and read[3:] == ["huge", "huge"]
    ask("c", 4)
    ministry.sent(Sent("total", PROVINCES[0], BEFORE, "11"))  # an event, but nothing that counts
    asked = len(read)
    ask("c", 4)
    assert len(read) == asked
    ministry.accepted(Sent("total", PROVINCES[0], BEFORE, "12"))
    ask("c", 4)
    assert len(read) == asked + 1
