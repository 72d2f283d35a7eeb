"""The method page: its worked rows are the contract's, its anchors are where other pages lead."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from monitor.method.settings import MethodSettings
from monitor.report.figures import CLASSES
from monitor.report.worked import worked_rows
from monitor.web.components.parts import look
from monitor.web.glossary import TERMS
from monitor.web.words import Words

from .reading import Element, read

# methods.md section 6: example → p, s, class, met or first failing period
CONTRACT = {
    "unchanged": (0, 0.2, "behind", ""),
    "met": (1, 0.4, "achieved", ""),
    "by_parts": (0.990, 0.4, "ahead", ""),
    "slipped": (0.571, 0.6, "slipped", "2022"),
    "missed": (0.844, 1, "missed", "2022"),
    "band_held": (None, 0.2, "held", ""),
    "band_breached": (None, 0.4, "breached", "2022"),
    "band_edge": (None, 0.4, "held", ""),
    "band_over": (None, 1, "breached", "2025"),
    "bound": (1.5, 0.6, "achieved", ""),
    "approximate": (None, 0.8, "held", ""),
    "past_target": (None, 0.4, "below_baseline", ""),
    "falling": (0.4, 0.4, "on_schedule", ""),
}


def page(client: FlaskClient, address: str = "/method") -> Element:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:400]
    return read(answer.text)


@pytest.mark.parametrize("name", CONTRACT)
def test_worked_rows_are_the_contracts(client: FlaskClient, name: str) -> None:
    p, s, class_, period = CONTRACT[name]
    (row,) = [one for one in page(client).all("tr") if one.attributes.get("id") == f"example-{name}"]
    cells = [cell.text for cell in row.all("td")]
    assert cells[4] == ("—" if p is None else f"{p:.3f}")
    assert cells[5] == f"{s:.3f}"
    assert Words("zh").class_name(class_) in cells[6]
    assert period in cells[6] or period == row.one("td", "period").text


def test_the_value_of_parts_is_their_quotient(client: FlaskClient) -> None:
    (row,) = [one for one in page(client).all("tr") if one.attributes.get("id") == "example-by_parts"]
    assert "22914.5 ÷ 84846.7 = 27.00694" in row.text


def test_the_second_method_disagrees_on_the_falling_count(client: FlaskClient) -> None:
    (row,) = [one for one in page(client).all("tr") if one.attributes.get("id") == "example-falling"]
    assert "进展中等（0.816）" in row.text


def test_worked_rows_follow_the_settings() -> None:
    wide = worked_rows(MethodSettings(band_tolerance=Decimal(2)))
    assert {one.name: one.class_ for one in wide}["band_breached"] == "held"
    strict = worked_rows(MethodSettings(ahead=Decimal(3)))
    assert {one.name: one.class_ for one in strict}["by_parts"] == "on_schedule"


def test_every_class_has_a_place_with_its_shape_and_word(client: FlaskClient) -> None:
    for address, words in (("/method", Words("zh")), ("/method?lang=en", Words("en"))):
        rows = {one.attributes.get("id"): one for one in page(client, address).all("tr")}
        for name in CLASSES:
            row = rows[f"class-{name}"]
            assert words.class_name(name) in row.text
            shape, colour = look(name)
            assert row.all(None, f"g-{shape}") and row.all(None, f"k-{colour}")


def test_every_link_of_the_page_leads_somewhere_on_it(client: FlaskClient) -> None:
    root = page(client)
    ids = {one.attributes["id"] for one in root.all() if "id" in one.attributes}
    anchors = [one.attributes["href"][1:] for one in root.all("a") if one.attributes.get("href", "").startswith("#")]
    assert len(anchors) > 40
    assert set(anchors) <= ids
    assert {term.anchor for term in TERMS if term.anchor} <= ids


def test_settings_are_shown_with_their_present_values(client: FlaskClient) -> None:
    rows = {one.attributes.get("id"): one for one in page(client).all("tr")}
    for name, value in (("ahead", "1.2"), ("near", "0.8"), ("band_tolerance", "1")):
        row = rows[f"setting-{name}"]
        assert [cell.text for cell in row.all("td")][:2] == [value, value]
        assert "MONITOR_" in row.text
    assert "核算数 > 年鉴数 > 公报数" in rows["setting-vintage_order"].text
