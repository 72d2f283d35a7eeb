"""The matrix as a page: every cell a link to its explanation, state in the address, and light."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask.testing import FlaskClient

from monitor.report.desk import Desk
from monitor.report.matrix import matrix
from monitor.web.words import Words

from .reading import Element, read
from .test_pages import page, with_language


def table(client: FlaskClient, path: str) -> Element:
    return page(client, path).one("table", "matrix")


def rows(found: Element) -> list[list[Element]]:
    """The rows of regions, without the totals."""
    body = found.one("tbody").all("tr")
    return [row.all("td") for row in body if "m-totals" not in row.classes]


def units(found: Element) -> list[str]:
    body = found.one("tbody").all("tr")
    return [row.one("th").text for row in body if not row.classes & {"m-totals", "m-nation"}]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("show", ["class", "gap", "value"])
def test_every_cell_is_a_link_that_says_its_class_and_period(
    client: FlaskClient, desk: Desk, show: str, language: str
) -> None:
    words, answer = Words("zh" if language == "zh" else "en"), matrix(desk)
    path = with_language(f"/matrix?show={show}", language)
    drawn = rows(table(client, path))
    assert len(drawn) == 33 and all(len(cells) == 16 for cells in drawn)
    for line, cells in zip(answer.lines, drawn, strict=True):
        for one, cell in zip(answer.indicators, cells[1:], strict=True):
            figure, link = line.figures[one.id], cell.one("a")
            assert figure is not None
            address = f"/explain/{one.id}/{line.region.code}/{figure.period.code}?lang={language}"
            assert link.attributes["href"] == address
            heard = link.one(class_name="unseen").text
            assert words.class_name(figure.class_) in heard and figure.period.code in heard
            assert words.region_short(line.region) in link.attributes["title"]


def test_heads_lead_to_regions_and_indicators(client: FlaskClient) -> None:
    found = table(client, "/matrix")
    heads = [link.attributes["href"] for link in found.one("thead").all("a", "m-indicator")]
    assert len(heads) == 15 and heads[0] == "/indicator/enrolment_rate"
    places = [
        row.one("th").one("a").attributes["href"] for row in found.one("tbody").all("tr") if row.one("th").all("a")
    ]
    assert len(places) == 33 and places[:2] == ["/region/000000", "/region/110000"]


def test_the_title_counts_as_the_table_does(client: FlaskClient, desk: Desk) -> None:
    root, answer = page(client, "/matrix"), matrix(desk)
    said = root.one("h1").text
    most = max(line.lagging for line in answer.units)
    assert f"（{most} 项）" in said or f"各 {most} 项" in said
    assert Words("zh").region_short(answer.worst[0].region) in said
    totals = root.one("tr", "m-totals").all("td")
    assert int(totals[0].text) == sum(line.lagging for line in answer.units)
    assert [int(cell.one("b").text) for cell in totals[1:]] == [answer.lagging[one.id] for one in answer.indicators]
    for line, cells in zip(answer.lines, rows(root.one("table", "matrix")), strict=True):
        assert cells[0].text == f"{line.lagging}/{line.assessed}"


def test_sorting_is_a_link_that_turns_round(client: FlaskClient) -> None:
    first = table(client, "/matrix?class=lag&show=gap")
    sorter = first.one("thead").all("a", "sorter")[1].attributes["href"]
    assert "sort=" in sorter and "class=lag" in sorter and "show=gap" in sorter
    ident = re.search(r"sort=(\w+)", sorter)
    assert ident
    sorted_ = table(client, f"/matrix?sort={ident[1]}")
    head = next(th for th in sorted_.one("thead").all("th") if "aria-sort" in th.attributes)
    assert head.attributes["aria-sort"] == "descending"
    assert f"sort=-{ident[1]}" in head.one("a", "sorter").attributes["href"]
    turned = table(client, f"/matrix?sort=-{ident[1]}")
    assert units(sorted_) != units(turned) and sorted(units(sorted_)) == sorted(units(turned))
    lagging = [int(cells[0].one("b").text) for cells in rows(table(client, "/matrix?sort=lag"))[1:]]
    assert lagging == sorted(lagging, reverse=True)


def test_a_choice_narrows_says_so_and_leads_back(client: FlaskClient, desk: Desk) -> None:
    root = page(client, "/matrix?class=lag&nature=binding")
    assert len(root.one("thead").all("a", "m-indicator")) == 3
    told = root.one(class_name="m-narrowed")
    assert told.one("a", "chip").attributes["href"] == "/matrix"
    dim = [cell for cells in rows(root.one("table", "matrix")) for cell in cells[1:] if "dim" in cell.classes]
    assert dim and not any("s-cross" in cell.classes or "s-down" in cell.classes for cell in dim)
    assert not page(client, "/matrix").all(class_name="m-narrowed")
    nothing = page(client, "/matrix?class=nearly")
    shown = [line for line in matrix(desk).units if any(f and f.class_ == "nearly" for f in line.figures.values())]
    assert len(units(nothing.one("table", "matrix"))) == len(shown)


def test_a_period_and_a_day_are_kept_by_every_link(client: FlaskClient) -> None:
    root = page(client, "/matrix?period=2023&as_of=2024-06-30")
    cell = rows(root.one("table", "matrix"))[1][1].one("a")
    assert cell.attributes["href"] == "/explain/enrolment_rate/110000/2023?as_of=2024-06-30"
    for link in root.one(class_name="m-filters").all("a") + root.one("thead").all("a", "sorter"):
        assert "period=2023" in link.attributes["href"] and "as_of=2024-06-30" in link.attributes["href"]


@pytest.mark.parametrize("path", ["/matrix", "/matrix?show=value&lang=en"])
def test_the_page_is_light(client: FlaskClient, path: str) -> None:
    assert len(client.get(path).data) < 200_000


def test_the_matrix_is_taken_with_exact_numbers(client: FlaskClient, desk: Desk) -> None:
    answer = matrix(desk)
    body = client.get("/table/matrix.csv/matrix?show=value&sort=lag").data.decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(body)))
    by_code = {row["地区代码"]: row for row in found}
    assert len(found) == 33
    for line in answer.lines:
        row = by_code[line.region.code]
        assert float(row["滞后"]) == line.lagging
        for one in answer.indicators:
            column = next(name for name in row if name.startswith(f"{one.number} "))
            figure = line.figures[one.id]
            assert figure is not None
            assert (float(row[column]) if row[column] else None) == figure.value


def test_without_data_the_page_says_why(client: FlaskClient) -> None:
    root = page(client, "/matrix?period=2030")
    assert root.one(class_name="state") and "还没有数据" in root.one("h1").text


def test_nothing_of_an_address_becomes_markup(client: FlaskClient) -> None:
    text = client.get("/matrix?sort=%3Cb%3E&class=%3Cb%3E&category=%22%3E%3Cscript%3E&nature=x").text
    assert "<b>&" not in text and '"><script>' not in text
    assert len(read(text).one("tbody").all("tr")) == 34
