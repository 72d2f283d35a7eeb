"""The pages around the plan in a browser: no rule broken, none too wide, and papers that go up and come down."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.system.windows import Open, in_turn

PAGES = (
    "/rounds", "/rounds/2025-final", "/rounds/2025-final?show=enrolment_rate", "/rounds/2023-midterm", "/tasks",
    "/tasks/uhs-14:box8-2", "/supervision", "/supervision/2026-001", "/budget", "/budget/2020-system",
    "/budget/2020-management", "/pooling", "/pooling/residents", "/pooling/settle",
)  # fmt: skip


@pytest.mark.parametrize(("scheme", "language"), [("light", "zh"), ("dark", "en")])
def test_no_accessibility_rule_is_broken(opened: Open, scheme: str, language: str) -> None:
    for width in (1440, 390):
        paths = [f"{path}{'&' if '?' in path else '?'}lang={language}" for path in PAGES]
        for path, page in in_turn(opened, paths, width, color_scheme=scheme, bypass_csp=True):
            assert page.locator(".duty-tabs").count() and page.locator("main .card").count(), path  # it is there
            found = Axe().run(page).response["violations"]
            assert not found, [(path, width, rule["id"], rule["nodes"][0]["html"]) for rule in found]


@pytest.mark.parametrize("width", [390, 1024, 3840])
def test_no_page_is_wider_than_its_window(opened: Open, width: int) -> None:
    for path, page in in_turn(opened, PAGES, width):
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_a_comment_goes_up_with_its_paper_and_comes_down_as_it_was(opened: Open, tmp_path: Path) -> None:
    paper = tmp_path / "依据 材料.txt"
    paper.write_bytes("材料一\n".encode() * 1000)
    page = opened("/rounds/2025-final")
    form = page.locator("form[action$='/comment']").last
    form.locator("textarea").fill("请补充说明")
    form.locator("input[type=file]").set_input_files(paper)
    form.locator("button").click()
    expect(page.locator("main")).to_contain_text("请补充说明")
    with page.expect_download() as coming:
        page.get_by_role("link", name="依据 材料.txt").click()
    assert Path(coming.value.path()).read_bytes() == paper.read_bytes()
