"""docs/points.md answers all forty points, with tests and pictures that exist."""

from __future__ import annotations

import re

from .conftest import CHECKOUT

POINTS = (CHECKOUT / "docs" / "points.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \| (.+) \| (.+) \| (.+) \|$", POINTS, re.MULTILINE)


def test_all_forty_points_are_answered_in_order() -> None:
    assert [int(row[0]) for row in ROWS] == list(range(1, 41))


def test_what_shows_a_point_exists() -> None:
    tests = {
        name
        for path in (CHECKOUT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    for number, _point, _answer, shown in ROWS:
        named = re.findall(r"`(test_\w+)`", shown)
        files = re.findall(r"\]\(([^)]+)\)", shown)
        assert named or files, number
        assert set(named) <= tests, (number, set(named) - tests)
        assert all((CHECKOUT / "docs" / file).is_file() for file in files), (number, files)
