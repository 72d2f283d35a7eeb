"""For whom the pages are used otherwise: by keyboard alone, in the system's high contrast, enlarged, and by ear."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.system.windows import House, Open, in_turn, opening, origin, settled

EVERY_KIND = (
    "/", "/indicator/resident_inpatient_payment_share", "/region/110000", "/matrix", "/quality", "/reporting",
    "/explain/out_of_pocket_share/000000/2022", "/compare", "/compare?kind=regions&with=110000&with=310000",
    "/compare?kind=periods", "/catalogue", "/method", "/search?q=yb", "/upload", "/me", "/wall?slide=2",
    "/audit", "/accounts", "/login",
)  # fmt: skip
# where the focus is: the stop's number in order of visits, and what is wrong with it ("" where nothing is)
STOP = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return [0, 'nothing'];
    window.stops = window.stops || new Map();
    if (!window.stops.has(one)) window.stops.set(one, window.stops.size + 1);
    const box = one.getBoundingClientRect();
    const styles = [getComputedStyle(one), getComputedStyle(one, '::after')];
    const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    const wrong = [
        box.width < 2 || box.height < 2 || styles[0].visibility === 'hidden' ? 'not to be seen' : '',
        box.right <= 0 || box.bottom <= 0 || box.x >= innerWidth || box.y >= innerHeight ? 'outside the window' : '',
        styles.some((style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 1) ? '' : 'no ring',
        at && !one.contains(at) && !at.contains(one) ? 'covered' : '',
    ].filter(Boolean);
    // the button of a date's field wears a ring of its own, which a script does not see
    if (one.type === 'date' && wrong[0] === 'no ring') wrong.shift();
    return [window.stops.get(one), wrong.length ? wrong.join(', ') + ': ' + one.outerHTML.slice(0, 120) : ''];
}"""
FOCUSABLE = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({ visibilityProperty: true }))
    .filter((one) => one.type !== 'hidden' && one.type !== 'radio').length"""


def walked(page: Any, most: int) -> list[tuple[int, str]]:
    """The stops of so many Tab presses, or up to the first press after the last stop of the page."""
    found: list[tuple[int, str]] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        number, wrong = page.evaluate(STOP)
        if found and number == 0 and len(found) >= page.evaluate(FOCUSABLE) * 0.9:
            return found
        found.append((number, wrong))
    return found


@pytest.fixture(scope="module")
def window(browser: Browser, dashboard: House) -> Iterator[Page]:
    """A planner's, for page after page."""
    with opening(browser, dashboard) as open_page:
        yield open_page("/")


@pytest.mark.parametrize("path", EVERY_KIND)
def test_every_stop_of_the_keyboard_is_seen_with_its_ring(opened: Open, window: Page, path: str) -> None:
    if path in ("/accounts", "/login"):
        page = opened(path, who={"/accounts": "operator"}.get(path))
    else:
        page = window
        page.goto(origin(page) + path)
        settled(page)
    if path == "/login":
        page.locator(".language").focus()  # the first of the page; the focus is at the first field from the start
    stops = walked(page, 45)
    assert not [wrong for _, wrong in stops if wrong]
    numbers = [number for number, _ in stops]
    assert numbers == sorted(numbers)  # forward only: no trap, nothing visited twice but a date's parts
    assert len(set(numbers)) > (10 if path == "/login" else 15)


def test_tab_after_the_search_box_goes_to_what_follows_it(opened: Open) -> None:
    page = opened("/")
    box = page.get_by_placeholder("查找指标或地区")
    box.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "tool who"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("jiangsu")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "tool who"


# what of a page is cut off at the side or spills over, outside boxes that scroll by themselves
SPILT = """() => [...document.querySelectorAll('#page *')].filter((one) => {
    const box = one.getBoundingClientRect();
    if (box.width < 2 || box.right <= innerWidth + 1 || one.closest('.unseen')) return false;
    for (let around = one.parentElement; around; around = around.parentElement)
        if (/auto|scroll|hidden/.test(getComputedStyle(around).overflowX)) return false;
    return true;
}).map((one) => one.outerHTML.slice(0, 90))"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_letters_twice_as_large_push_nothing_out_of_the_window(opened: Open, language: str) -> None:
    kinds = ("/", "/indicator/resident_inpatient_payment_share", "/region/110000", "/matrix", "/compare")
    for path, page in in_turn(opened, [f"{kind}?lang={language}" for kind in kinds], 1280, 800):
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert not page.evaluate(SPILT), path


LABELLED = """() => [...document.querySelectorAll('.scorecard tbody tr')].map((row) =>
    ['target', 'gap', 'change'].filter((name) => row.querySelector(`td.${name}:not(.none)`)).every((name) => {
        const cell = row.querySelector(`td.${name}`), label = getComputedStyle(cell, '::before').content;
        return cell.checkVisibility() && label.slice(1, -1) === cell.dataset.label;
    }))"""


def test_a_narrow_window_hides_no_figure_of_a_row(opened: Open) -> None:
    for path, page in in_turn(opened, ["/", "/region/110000"], 390, 844):
        rows = page.evaluate(LABELLED)
        assert len(rows) == 15 and all(rows), path


CONTRAST = """() => {
    const seen = (one, part) => getComputedStyle(one, part || null);
    const bar = document.querySelector('.wall-bar'), tile = document.querySelector('.tile'), page = seen(document.body);
    return [bar && seen(bar).backgroundColor !== page.backgroundColor, tile && seen(tile).boxShadow !== 'none'];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_high_contrast_keeps_classes_bars_and_the_focus(opened: Open, scheme: str) -> None:
    page = opened("/wall?slide=2", forced_colors="active", color_scheme=scheme)
    assert page.evaluate(CONTRAST) == [True, True]
    page = opened("/matrix", forced_colors="active", color_scheme=scheme)
    cells = page.locator("table.matrix td[class*='k-']")
    faces = cells.evaluate_all(
        """(all) => all.map((one) => [one.className.split(' ').find((name) => name.startsWith('s-')),
            getComputedStyle(one.querySelector('a'), '::before').maskImage])"""
    )
    assert len({mask for _, mask in faces}) == len({name for name, _ in faces}) > 2  # each class has a shape of its own
    ink = "(e) => [getComputedStyle(e, '::before').backgroundColor, getComputedStyle(e.parentElement).backgroundColor]"
    assert all(len(set(cells.nth(place).locator("a").evaluate(ink))) == 2 for place in range(15))
    assert not [wrong for _, wrong in walked(page, 12) if wrong]


# the smallest letters of a slide in hundredths of the window's height, and how much of it the list of units fills
READ_AFAR = """() => {
    const found = [], walk = document.createTreeWalker(document.querySelector('#page'), NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const one = walk.currentNode.parentElement;
        if (!walk.currentNode.textContent.trim() || !one.checkVisibility() || one.closest('.unseen, caption')) continue;
        found.push(100 * parseFloat(getComputedStyle(one).fontSize) / innerHeight);
    }
    const bars = document.querySelector('#page .wall-bars');
    const full = bars && bars.children.length > 12 ? bars.parentElement.lastElementChild.getBoundingClientRect() : null;
    return [Math.min(...found), full ? full.bottom / innerHeight : 1];
}"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_wall_is_read_from_afar_and_uses_its_height(opened: Open, language: str) -> None:
    for width, height in ((1920, 1080), (3840, 2160)):
        slides = [f"/wall?slide={number}&lang={language}" for number in (1, 2, 3, 4)]
        for path, page in in_turn(opened, slides, width, height):
            smallest, filled = page.evaluate(READ_AFAR)
            assert smallest >= 1.6 and filled > 0.85, (path, width, smallest, filled)


def heard(page: Any) -> list[tuple[str, str, int]]:
    """Role, name and level of all that the browser tells a reader's voice."""
    session = page.context.new_cdp_session(page)
    found = []
    for node in session.send("Accessibility.getFullAXTree")["nodes"]:
        if not node.get("ignored"):
            facts = {one["name"]: one["value"].get("value") for one in node.get("properties", [])}
            name = node.get("name", {}).get("value", "")
            found.append((node["role"]["value"], name, int(facts.get("level") or 0)))
    return found


@pytest.mark.parametrize("path", ["/", "/indicator/resident_inpatient_payment_share", "/matrix", "/wall?slide=2"])
def test_what_is_heard_has_order_and_names(opened: Open, path: str) -> None:
    page = opened(path)
    page.wait_for_load_state("networkidle")  # the chart is drawn
    told = heard(page)
    levels = [level for role, _, level in told if role == "heading"]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert [role for role, _, _ in told].count("main") == 1
    named = {"navigation", "table", "region", "heading"}
    assert not [role for role, name, _ in told if role in named and not name]
    assert all(name for role, name, _ in told if role == "image")


def test_a_tile_is_heard_with_its_unit_and_class(opened: Open) -> None:
    path, ends = "/indicator/resident_inpatient_payment_share?lang=", {"zh": "%，未保持", "en": "%, Breached"}
    for address, page in in_turn(opened, [path + language for language in ends]):
        told = heard(page)
        tiles = [name for role, name, _ in told if role == "link" and name.endswith(ends[address[-2:]])]
        assert len(tiles) >= 30
