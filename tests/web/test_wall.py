"""The wall: bare slides that follow each other and work without scripts."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from monitor.report.desk import Desk
from monitor.report.matrix import Ask, matrix
from monitor.report.overview import overview
from monitor.report.wall import UNITS_SHOWN, slides_of

from .test_pages import page, with_language


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_slide_has_its_finding_its_day_and_its_mark_and_no_bars(
    client: FlaskClient, desk: Desk, language: str
) -> None:
    slides = slides_of(overview(desk))
    titles = set()
    for number, slide in enumerate(slides, start=1):
        root = page(client, with_language(f"/wall?slide={number}", language))
        wall = root.one("section", "wall")
        titles.add(wall.one("h1").text)
        assert not root.all("header") and not root.all(class_name="crumbs")
        assert not [one for one in root.all("footer") if "hidden" not in one.attributes]
        foot = wall.one(class_name="wall-foot").text
        assert "2026-10-01" in foot and ("模拟数据" in foot) == (language == "zh")
        assert f"slide={number % len(slides) + 1}" in wall.attributes["data-next"]
        assert root.all(class_name=f"wall-{slide.kind}")
        current = [mark for mark in wall.one(class_name="wall-marks").all("a") if "aria-current" in mark.attributes]
        assert len(current) == 1
    assert len(titles) == len(slides)


def test_the_first_slide_says_what_the_overview_says(client: FlaskClient) -> None:
    wall, overview_page = page(client, "/wall"), page(client, "/")
    assert wall.one("title").text == overview_page.one("title").text
    counted = [[card.one("strong").text for card in root.all("li", "count")] for root in (wall, overview_page)]
    assert counted[0] == counted[1]
    hrefs = [card.one("a").attributes["href"] for card in wall.all("li", "count")[:4]]
    assert hrefs == [f"/?class={group}" for group in ("lag", "near", "good", "open")]


def test_a_slide_of_an_indicator_shows_who_lags_most(client: FlaskClient, desk: Desk) -> None:
    slides = slides_of(overview(desk))
    number = next(n for n, slide in enumerate(slides, 1) if slide.kind == "indicator")
    root = page(client, f"/wall?slide={number}")
    links = [one.attributes["href"] for one in root.one(class_name="wall-bars").all("a", "why")]
    assert links and all(link.startswith(f"/explain/{slides[number - 1].indicator}/") for link in links)
    assert root.one(class_name="wall-years").all("li")


def test_the_pace_is_kept_in_the_address(client: FlaskClient) -> None:
    wall = page(client, "/wall?slide=2&seconds=45&as_of=2024-06-30").one("section", "wall")
    assert wall.attributes["data-seconds"] == "45"
    assert {"seconds=45", "as_of=2024-06-30", "slide=3"} <= set(wall.attributes["data-next"].split("?")[1].split("&"))
    assert wall.attributes["data-leave"] == "/?as_of=2024-06-30"
    assert page(client, "/wall?seconds=x").one("section", "wall").attributes["data-seconds"] == "20"


def test_a_plan_without_figures_has_a_wall_too(client: FlaskClient) -> None:
    root = page(client, "/wall?as_of=2001-01-01")
    assert root.one("h1").text


def test_what_the_wall_cuts_is_counted_with_those_level_with_the_last(client: FlaskClient, desk: Desk) -> None:
    units = [line.lagging for line in matrix(desk, ask=Ask(sort="lag")).units if line.lagging]
    level = units[UNITS_SHOWN:].count(units[UNITS_SHOWN - 1])
    assert level  # the demonstration has such a cut
    root = page(client, "/wall?slide=2")
    shown = root.one("ol", "wall-bars").all("li")
    said = root.one(class_name="wall-rest").text
    assert len(shown) == UNITS_SHOWN
    rest = len(units) - UNITS_SHOWN
    assert said == f"其余 {rest} 个未列出，其中 {level} 个与末位相同（{units[UNITS_SHOWN - 1]} 项）"
    english = page(client, "/wall?slide=2&lang=en").one(class_name="wall-rest").text
    assert english.startswith(f"And {rest} more, {level} of them level")
