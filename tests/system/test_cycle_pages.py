"""The cycle's pages in a browser: no accessibility rule broken, narrow windows, keyboard, dropping, no scripts."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.system.windows import Open, act_as, origin, settled

HEAD = "indicator_id,region_code,period,numerator,denominator,value,synthetic,note\n"
FAULTY = HEAD + (
    "enrolment_rate,320000,2025-Q4,many,8400,,true,<b>x</b>\n"
    "drug_platform_share,320000,2025-Q4,920,1000,,true,\n"
    "procured_drugs,320000,2025-13,,,520,true,\n"
)
JIANGSU = "reporter-320000"
ODD = HEAD + "enrolment_rate,320000,2025-Q4,5000,8400,,true,\ncounter_service_share,320000,2025-Q4,20,100,,true,\n"


def send(page: Page, tmp_path: Path, text: str) -> str:
    """Uploads by choosing a file; returns the draft's path."""
    file = tmp_path / "sent.csv"
    file.write_text(text, encoding="utf-8")
    page.goto(f"{origin(page)}/upload")
    settled(page)
    page.set_input_files("#upload-file", file)
    page.wait_for_url("**/draft/*")
    settled(page)
    return page.url.removeprefix(origin(page))


@pytest.fixture
def room(opened: Open) -> Page:
    """A reporter's window."""
    return opened("/upload", who=JIANGSU)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_accessibility_rule_is_broken(opened: Open, tmp_path: Path, scheme: str) -> None:
    page = opened("/me", who=JIANGSU, color_scheme=scheme, bypass_csp=True)
    refused, odd = send(page, tmp_path, FAULTY), send(page, tmp_path, ODD)
    page.fill("#reason", "决算后更正")
    for box in page.locator("textarea.answer").all():
        box.fill("口径调整")
    page.click("#submit")
    page.wait_for_url("**/submission/*")
    submission = page.url.split("?")[0].removeprefix(origin(page))
    look(page, ["/me", "/upload", refused, odd, submission])
    act_as(page, "reviewer", "/queue")
    look(page, ["/queue", submission])
    page.goto(origin(page) + submission)
    settled(page)
    page.locator(".remark-fold summary").first.click()
    page.locator("textarea.remark").first.fill("请核对")
    page.fill("#return-reason", "请核对")
    page.click("#return")
    settled(page)
    look(page, [submission])


def look(page: Page, paths: list[str]) -> None:
    """Every page in both languages, wide and narrow: axe finds nothing, and nothing is wider than the window."""
    for width, height, language in ((1440, 900, "zh"), (390, 844, "en")):
        page.set_viewport_size({"width": width, "height": height})
        for path in paths:
            page.goto(f"{origin(page)}{path}?lang={language}")
            settled(page)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
            found = Axe().run(page).response["violations"]
            assert not found, [(path, width, rule["id"], rule["nodes"][0]["html"]) for rule in found]
    page.goto(f"{origin(page)}/me?lang=zh")
    settled(page)  # its question is answered before somebody else signs in in this window
    page.set_viewport_size({"width": 1440, "height": 900})


def test_from_a_problem_to_its_cell_and_back_by_keyboard(room: Page, tmp_path: Path) -> None:
    send(room, tmp_path, FAULTY)
    place = room.locator("table.problems a").first
    place.focus()
    room.keyboard.press("Enter")
    cell = room.locator(".grid-table td.p-error").first
    expect(cell).to_be_in_viewport()
    assert room.url.endswith("#" + str(cell.get_attribute("id")))
    mark = cell.locator("a.to-problem")
    mark.focus()
    room.keyboard.press("Enter")
    assert "#problem-" in room.url
    expect(room.locator("table.problems tr:target")).to_be_in_viewport()


def test_a_file_is_dropped(room: Page) -> None:
    room.evaluate(
        """(text) => {
            const bag = new DataTransfer();
            bag.items.add(new File([text], "dropped.csv", {type: "text/csv"}));
            document.querySelector(".drop").dispatchEvent(new DragEvent("drop", {dataTransfer: bag, bubbles: true}));
        }""",
        FAULTY,
    )
    room.wait_for_url("**/draft/*")
    settled(room)
    expect(room.locator(".subtitle")).to_contain_text("dropped.csv")


def test_a_file_that_is_too_large_is_told_at_once(room: Page, tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    file.write_bytes(b"x" * 20_000_001)
    room.set_input_files("#upload-file", file)
    expect(room.locator("#upload-fault")).to_contain_text("20 MB")
    assert room.url.endswith("/upload")


def test_one_explanation_fills_every_answer(room: Page, tmp_path: Path) -> None:
    send(room, tmp_path, ODD)
    answers = room.locator("textarea.answer")
    assert answers.count() >= 2
    answers.first.fill("其一")
    room.fill("#explain-all", "口径调整")
    room.get_by_role("button", name="填入各处").click()
    assert [box.input_value() for box in answers.all()] == ["其一", *["口径调整"] * (answers.count() - 1)]
    room.click("#save")
    room.wait_for_url("**said=*")
    settled(room)
    assert answers.first.input_value() == "其一" and answers.last.input_value() == "口径调整"


def test_sending_works_without_scripts(opened: Open, tmp_path: Path) -> None:
    page = opened("/upload", script=False, who=JIANGSU)
    file = tmp_path / "plain.csv"
    file.write_text(FAULTY, encoding="utf-8")
    page.set_input_files("#upload-file", file)
    page.click("#upload-send")
    expect(page.locator("h1")).to_contain_text("处错误")
    expect(page.locator(".grid-table td.p-error").first).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("link", name="下载批注文件").click()
    assert saved.value.suggested_filename == "plain-批注.xlsx"


def test_what_was_typed_survives_the_hand_over(room: Page, tmp_path: Path) -> None:
    draft = send(room, tmp_path, ODD)
    room.route("**/_dash-layout", lambda route: (room.wait_for_timeout(1500), route.continue_()))
    room.goto(origin(room) + draft)
    room.locator("#first-paint #reason").fill("决算后更正")
    room.locator("#first-paint textarea.answer").first.fill("口径调整")
    settled(room)
    expect(room.locator("#page #reason")).to_have_value("决算后更正")
    expect(room.locator("#page textarea.answer").first).to_have_value("口径调整")
