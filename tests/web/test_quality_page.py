"""The data quality page: its title is its cards' numbers, every line leads on, every table can be taken."""

from __future__ import annotations

import csv
import io

import pytest
from flask.testing import FlaskClient

from monitor.report.desk import Desk
from monitor.report.quality import quality
from monitor.web.components.quality_parts import UNIT_ORDERS

from .reading import Element, read


def page(client: FlaskClient, address: str) -> Element:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:400]
    return read(answer.text)


def table(root: Element, anchor: str) -> list[Element]:
    """The rows of the first table of a card."""
    (card,) = [one for one in root.all("section") if one.attributes.get("id") == anchor]
    return card.one("tbody").all("tr")


def test_the_title_says_what_the_cards_say(client: FlaskClient, desk: Desk) -> None:
    root, found = page(client, "/quality"), quality(desk)
    title = root.one("h1").text
    assert f"{found.failures} 处审核关系不成立" in title
    rate = found.overall.completeness
    assert f"报送率 {100 * rate.numerator / rate.denominator:.1f}".rstrip("0").rstrip(".") in title
    numbers = [one.text for one in root.one("ul", "quality-counts").all("strong")]
    assert str(found.failures) in numbers and str(found.outlier_count.queries) in numbers


def test_every_unit_has_a_row_that_leads_to_it(client: FlaskClient, desk: Desk) -> None:
    rows = table(page(client, "/quality"), "units")
    assert len(rows) == len(quality(desk).units) == 32
    assert all(row.one("th").one("a").attributes["href"].startswith("/region/") for row in rows)


@pytest.mark.parametrize("name", sorted(UNIT_ORDERS))
def test_units_are_ordered_by_a_column(client: FlaskClient, desk: Desk, name: str) -> None:
    root = page(client, f"/quality?sort={name}")
    heads = [one for one in root.all("th") if one.attributes.get("aria-sort") == "descending"]
    assert len(heads) == 1
    shown = [row.one("th").text for row in table(root, "units")]
    units = {unit.region.short_name: UNIT_ORDERS[name](unit) for unit in quality(desk).units}
    keys = [units[one] for one in shown]
    assert keys == sorted(keys, reverse=True)


def test_each_failing_relation_leads_to_the_unit_the_submission_and_the_explanation(client: FlaskClient) -> None:
    root = page(client, "/quality?rows=all")
    (card,) = [one for one in root.all("section") if one.attributes.get("id") == "relations"]
    failures = card.all("table")[1].one("tbody").all("tr")
    assert failures
    for row in failures:
        links = [one.attributes["href"] for one in row.all("a")]
        assert any(one.startswith("/region/") for one in links)
        assert any(one.startswith("/explain/") for one in links)
        assert any(one.startswith("/submission/") for one in links)


def test_an_empty_list_says_why(client: FlaskClient, desk: Desk) -> None:
    assert not quality(desk).query_count.unexplained
    (card,) = [one for one in page(client, "/quality").all("section") if one.attributes.get("id") == "queries"]
    assert "没有未说明的核实性问题" in card.text


def test_what_waits_is_told_by_number_alone(client: FlaskClient, desk: Desk) -> None:
    waiting = quality(desk).waiting
    assert waiting.submissions
    text = page(client, "/quality").text
    assert f"另有 {waiting.submissions} 件报送待审核" in text and f"{waiting.unexplained} 处未说明" in text


@pytest.mark.parametrize(
    "key", ["units", "forms", "makeup", "relations", "failures", "differences", "queries", "outliers"]
)
def test_every_table_is_taken_with_exact_numbers(client: FlaskClient, desk: Desk, key: str) -> None:
    answer = client.get(f"/table/{key}.csv/quality?lang=zh")
    assert answer.status_code == 200
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows
    if key == "failures":
        found = [one.difference for result in quality(desk).relations for one in result.failures]
        assert sorted(float(row["差"]) for row in rows) == sorted(float(one) for one in found if one is not None)


def test_a_day_before_anything_was_known_says_so(client: FlaskClient) -> None:
    root = page(client, "/quality?as_of=2010-01-01")
    assert "还没有数据" in root.one("h1").text
    assert root.all(None, "state") and not root.all("table")


def test_english_is_complete(client: FlaskClient) -> None:
    root = page(client, "/quality?lang=en")
    assert "Completeness" in root.one("h1").text
    assert "relations do not hold" in root.one("h1").text
