"""Pictures downloaded in a browser: SVG from the server, PNG made of it, both of what the chart library has drawn."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.system.windows import Open

SVG = "{http://www.w3.org/2000/svg}"
INDICATOR = "/indicator/out_of_pocket_share?as_of=2025-12-31"


def taken(page: Page, link: Locator) -> tuple[str, bytes]:
    with page.expect_download() as download:
        link.click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def size_of(png: bytes) -> tuple[int, int]:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


@pytest.mark.parametrize("path", ["/?as_of=2025-12-31", "/region/320000?as_of=2025-12-31", INDICATOR])
def test_every_picture_is_taken_as_svg_and_png(opened: Open, path: str) -> None:
    page = opened(path)
    links = page.locator(".take a[href^='/picture/']")
    assert links.count() >= 2
    for place in range(links.count()):
        name, svg = taken(page, links.nth(place))
        picture = ElementTree.fromstring(svg)
        said = " ".join("".join(one.itertext()) for one in picture.iter(f"{SVG}text"))
        assert name.endswith("2025-12-31.svg") and "2025-12-31" in said
        findings = [page.title(), *page.locator("h2").all_inner_texts()]  # the page's, or the card's own
        assert any(one.startswith(picture.findtext(f"{SVG}title") or "nothing") for one in findings)
        image, png = taken(page, page.locator("[data-action='png']").nth(place))
        assert image == name.replace(".svg", ".png")
        assert size_of(png) == tuple(round(2 * float(picture.get(side) or 0)) for side in ("width", "height"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_chart_is_taken_with_its_finding_and_changes_nothing(opened: Open, language: str) -> None:
    page = opened(f"{INDICATOR}&lang={language}", color_scheme="dark")
    chart = page.locator("#trajectory")
    chart.locator(".main-svg").first.wait_for()
    told = "(box) => { const g = box.querySelector('.js-plotly-plot'); return JSON.stringify([g.data, g.layout]); }"
    before = chart.evaluate(told)
    name, svg = taken(page, page.locator("[data-action='chart'][data-kind='svg']"))
    assert name == "indicator-out_of_pocket_share-trajectory-2025-12-31.svg"
    picture = ElementTree.fromstring(svg)
    said = " ".join("".join(one.itertext()) for one in picture.iter(f"{SVG}text"))
    assert picture.findtext(f"{SVG}title") == page.locator("h1").inner_text()
    assert "2025-12-31" in said and "/indicator/out_of_pocket_share?as_of=2025-12-31" in said
    assert "27.51" in said and b"rgb(20, 32, 46)" in svg  # the light theme's ink, whatever the page wears
    name, png = taken(page, page.locator("[data-action='chart'][data-kind='png']"))
    assert name.endswith(".png") and size_of(png)[0] == 2 * float(picture.get("width") or 0)
    assert chart.evaluate(told) == before and page.locator(".js-plotly-plot").count() == 1


@pytest.mark.parametrize(("language", "said"), [("zh", "服务器没有应答"), ("en", "No answer from the server")])
def test_a_picture_that_cannot_be_made_says_so(opened: Open, language: str, said: str) -> None:
    page = opened(f"/?lang={language}")
    page.route("**/picture/**", lambda route: route.fulfill(status=503, body=""))
    page.locator("[data-action='png']").first.click()
    expect(page.locator(".take-fault").first).to_contain_text(said)
    page.unroute("**/picture/**")
    taken(page, page.locator("[data-action='png']").first)
    expect(page.locator(".take-fault").first).to_be_empty()


def test_pictures_and_tables_are_taken_without_scripts(opened: Open) -> None:
    page = opened("/?as_of=2025-12-31", script=False)
    for start, kind in (("/picture/", ".svg"), ("/table/", ".csv")):
        name, body = taken(page, page.locator(f".take a[href^='{start}']").first)
        assert name.endswith(f"2025-12-31{kind}") and body
