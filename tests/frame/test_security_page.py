"""docs/security.md says what the program does: its matrix, every requirement once, proofs that exist."""

from __future__ import annotations

import re
from collections import Counter

from monitor.access.rights import ACTIONS, RIGHTS, ROLES

from .conftest import CHECKOUT

PAGE = (CHECKOUT / "docs" / "security.md").read_text(encoding="utf-8")
STATUSES = ("met", "partly", "not met", "operator", "n/a")
NUMBERS = re.compile(r"(V\d+\.\d+)\.(\d+)(?:–V\d+\.\d+\.(\d+))?")


def rows() -> list[tuple[list[str], str, str]]:
    """Numbers, status and proof of each row that answers requirements."""
    found = []
    for line in re.findall(r"^\| (V\d.+) \|$", PAGE, re.MULTILINE):
        numbers, _requirement, status, _how, proof = (cell.strip() for cell in f"{line} ".split("|"))
        named = NUMBERS.fullmatch(numbers)
        assert named is not None, line
        first, last = int(named[2]), int(named[3] or named[2])
        found.append(([f"{named[1]}.{number}" for number in range(first, last + 1)], status, proof))
    return found


def test_the_matrix_is_the_programs() -> None:
    heads = [cell.strip() for cell in re.findall(r"^\| action \|(.+)\|$", PAGE, re.MULTILINE)[0].split("|")]
    assert heads == [*ROLES, "console"]
    printed = {
        action: [cell.strip() for cell in cells.split("|")]
        for action, cells in re.findall(r"^\| `(\w+)` \|((?: [a-z–]+ \|){5} [a-z–]+) \|$", PAGE, re.MULTILINE)
    }
    assert [*printed] == [*ACTIONS]
    assert printed == {action: [RIGHTS[action].get(role, "–") for role in heads] for action in ACTIONS}


def test_every_requirement_of_both_levels_is_answered_once() -> None:
    numbers = [number for some, _, _ in rows() for number in some]
    assert len(numbers) == len(set(numbers)) == 70 + 183  # so many are of level 1 and of level 2 in ASVS 5.0.0
    assert {number.split(".")[0] for number in numbers} == {f"V{chapter}" for chapter in range(1, 18)}
    counted = Counter(status for some, status, _ in rows() for _ in some)
    assert set(counted) == set(STATUSES)
    assert ", ".join(f"{counted[status]} {status}" for status in STATUSES) in PAGE


def test_what_is_met_names_its_proof_and_what_is_not_is_said_again() -> None:
    told = PAGE.partition("\n## 5. ")[2]
    for numbers, status, proof in rows():
        if status in ("met", "partly"):
            assert re.search(r"`(?:monitor/|test_)", proof), numbers
        if status == "not met":
            assert numbers[0] in told, numbers


def test_modules_tests_and_pages_that_are_named_exist() -> None:
    tests = {
        name
        for path in (CHECKOUT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert not set(re.findall(r"`(test_\w+)`", PAGE)) - tests
    paths = re.findall(r"`((?:monitor|tests)/[^`]+)`", PAGE)
    linked = [f"docs/{path}" for path in re.findall(r"\]\(([^):#]+)\)", PAGE)]
    assert len(paths) > 100 and not [path for path in [*paths, *linked] if not (CHECKOUT / path).is_file()]
