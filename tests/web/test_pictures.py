"""Pictures taken from pages: well-formed, the same bytes each time, the page's own numbers, hostile names as text."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from monitor.report.desk import Desk
from monitor.web.app import create_app
from monitor.web.pictures.frame import Caption, framed
from monitor.web.pictures.svg import number, tag, text, width_of, wrapped

from .conftest import EVIL, NOW
from .people import CHEAP, browser
from .reading import read

SVG = "{http://www.w3.org/2000/svg}"
PICTURES = (
    ("lagging", "/"),
    ("bars", "/"),
    ("ranking", "/indicator/out_of_pocket_share"),
    ("classes", "/indicator/out_of_pocket_share"),
    ("gap-bars", "/indicator/out_of_pocket_share"),
    ("heat", "/matrix"),
    ("bars", "/region/320000"),
    ("courses", "/region/320000"),
    ("distance", "/compare?kind=regions&with=110000,310000"),
    ("distance", "/compare?kind=periods"),
)


def drawn(client: FlaskClient, key: str, page: str, query: str = "") -> ElementTree.Element:
    answer = client.get(f"/picture/{key}.svg{page}{query}")
    assert answer.status_code == 200 and answer.mimetype == "image/svg+xml"
    return ElementTree.fromstring(answer.data)


def texts(picture: ElementTree.Element) -> list[str]:
    return ["".join(one.itertext()) for one in picture.iter(f"{SVG}text")]


@pytest.mark.parametrize(("key", "page"), PICTURES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_picture_says_what_it_is_and_where_it_is_from(
    client: FlaskClient, key: str, page: str, language: str
) -> None:
    query = f"{'&' if '?' in page else '?'}as_of=2025-06-30&lang={language}"
    picture = drawn(client, key, page, query)
    said = " ".join(texts(picture))
    whole, title = read(client.get(page + query).text), picture.findtext(f"{SVG}title")
    assert title and any(heading.text.startswith(title) for heading in (*whole.all("h1"), *whole.all("h2")))
    mark, version = ("模拟数据", "目录版本") if language == "zh" else ("Synthetic", "catalogue")
    assert "2025-06-30" in said and mark in said and version in said
    # a long address may be broken between two lines
    address = said.replace(" ", "")
    place = page.split("?")[0]
    assert f"{place}?as_of=2025-06-30&" in address and f"&lang={language}" in address
    assert not any(name.endswith(("href", "src")) for one in picture.iter() for name in one.attrib)


@pytest.mark.parametrize(("key", "page"), PICTURES)
def test_the_same_address_gives_the_same_bytes(client: FlaskClient, key: str, page: str) -> None:
    address = f"/picture/{key}.svg{page}{'&' if '?' in page else '?'}as_of=2024-12-31"
    first, second = client.get(address), client.get(address)
    assert first.data == second.data
    assert key in first.headers["Content-Disposition"] and "2024-12-31.svg" in first.headers["Content-Disposition"]
    assert client.get(f"/picture/{key}.svg{page}").data != first.data


def test_the_numbers_are_those_of_the_page(client: FlaskClient) -> None:
    page = read(client.get("/indicator/out_of_pocket_share").text)
    tiles = [(tile.one("b").text, tile.all("span")[0].text) for tile in page.all("a", "tile")]
    found = texts(drawn(client, "classes", "/indicator/out_of_pocket_share"))
    pairs = list(pairwise(found))
    assert len(tiles) == 32 and all(pair in pairs for pair in tiles)
    overview = read(client.get("/").text)
    rows = overview.one("table", "scorecard").one("tbody").all("tr")
    wanted = [row.one("td", "base").text for row in rows]
    shown = texts(drawn(client, "bars", "/"))
    assert len(wanted) == 15 and all(text in shown for text in wanted)


def test_every_class_has_its_shape_beside_its_colour(client: FlaskClient) -> None:
    picture = drawn(client, "classes", "/indicator/out_of_pocket_share")
    squares = [one for one in picture.iter(f"{SVG}rect") if one.get("rx") == "3" and one.get("width") == "74"]
    shapes = [one for one in picture.iter() if one.tag in (f"{SVG}path", f"{SVG}polygon", f"{SVG}circle")]
    assert len(squares) == 32 and len(shapes) >= 32


def test_names_that_would_be_markup_stay_text(hostile: Desk) -> None:
    client = browser(create_app(hostile, secret_key=b"k" * 32, passwords=CHEAP, clock=lambda: NOW))
    for key, page in (("lagging", "/"), ("bars", "/"), ("classes", "/indicator/medical_aid_share")):
        picture = drawn(client, key, page)
        assert EVIL in (picture.findtext(f"{SVG}title") or "")
        assert {one.tag.removeprefix(SVG) for one in picture.iter()} <= {
            "svg", "title", "desc", "g", "rect", "line", "circle", "path", "polygon", "polyline", "text",
        }  # fmt: skip


@given(st.text(max_size=40), st.floats(-1e6, 1e6))
def test_any_text_and_number_make_well_formed_xml(said: str, at: float) -> None:
    parts = [text(at, at, said, fill="#000"), tag("g", text(0, 0, said, fill="#000"), data_x=said)]
    whole = framed(Caption(said, said, (said,), said[:5], "zh"), 700, 100, parts)
    ElementTree.fromstring(whole.encode())
    assert float(number(at)) == pytest.approx(at, abs=0.0051)


@given(st.text(alphabet="医保基金 a bcdef9%，", max_size=120), st.floats(60, 400))
def test_lines_hold_every_character_and_are_no_wider_than_their_room(said: str, room: float) -> None:
    lines = wrapped(said, 13, room)
    assert "".join(lines).replace(" ", "") == said.replace(" ", "")
    assert all(width_of(line, 13) <= room for line in lines)
