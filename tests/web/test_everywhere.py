"""What holds on every page: each table can be taken with all its rows, and each page speaks one language."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import monitor.demo
from monitor.catalogue.loader import load_catalogues
from monitor.catalogue.regions import Regions
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.web.app import MonitorApp, create_app

from .conftest import NOW
from .people import CHEAP, FAULTY, GOOD, LOST, Person, person
from .reading import Element, read

PAGES = (
    "/", "/?period=2023", "/indicator/out_of_pocket_share", "/indicator/fund_income?region=320000",
    "/indicator/procured_drugs", "/indicator/enrolment_rate?period=2024&sort=code", "/region/320000", "/region/000000",
    "/reporting", "/compare", "/compare?from=2025-05-31&to=2025-06-30", "/history/out_of_pocket_share/000000/2024",
    "/matrix", "/matrix?show=gap", "/explain/out_of_pocket_share/000000/2024", "/explain/procured_drugs/000000/2025",
    "/explain/fund_income/320000/2025-Q3", "/quality", "/catalogue", "/catalogue/out_of_pocket_share", "/method",
    "/search?q=js", "/wall", "/compare?kind=periods&from=2023&to=2024", "/compare?kind=regions&with=320000,330000",
    "/compare?kind=plans",
)  # fmt: skip


def rows_of(client: FlaskClient, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def cards(page: Element) -> Iterator[Element]:
    """The parts of a page that stand for themselves: sections and forms of the class card, the innermost."""
    for one in page.all(class_name="card"):
        if not one.all(class_name="card"):
            yield one


def check_tables(client: FlaskClient, path: str, *, accepted: bool = True) -> int:
    """How many tables the page has; raises AssertionError where one cannot be taken whole.

    `accepted`: whether the store has accepted anything, so that the data have a moment.
    """
    answer = client.get(path)
    assert answer.status_code == 200, path
    page = read(answer.text)
    tables = [one for one in page.all("table") if "grid-table" not in one.classes]
    links = [a.attributes["href"] for a in page.all("a") if a.attributes.get("href", "").startswith("/table/")]
    addresses = [href for href in links if re.match(r"/table/[^/]+\.csv/", href)]
    assert len(addresses) == len(set(addresses)), path
    taken_rows: dict[str, list[dict[str, str]]] = {}
    for card in cards(page):
        shown = [one for one in card.all("table") if "grid-table" not in one.classes]
        taken = [a for a in card.all("a") if re.match(r"/table/[^/]+\.csv/", a.attributes.get("href", ""))]
        assert len(taken) >= len(shown), (path, card.text[:60])
        for table, link in zip(shown, taken, strict=False):
            rows = rows_of(client, link.attributes["href"])
            # a row of one cell is a heading or a remark; the matrix's totals are told from its rows
            parts = (*table.all("tbody"), *table.all("tfoot"))
            lines = [row for part in parts for row in part.all("tr") if "m-totals" not in row.classes]
            lines = [row for row in lines if len(row.all("td")) + len(row.all("th")) > 1]
            assert len(rows) >= len(lines) > 0, (path, link.attributes["href"])
            taken_rows[link.attributes["href"]] = rows
    for address in addresses:
        rows = taken_rows.get(address) or rows_of(client, address)
        assert rows and all(row["address"] and (row["as_of"] or not accepted) for row in rows), address
    for address in addresses[:1]:
        assert client.get(address.replace(".csv/", ".xlsx/", 1)).status_code == 200, address
    return len(tables)


@pytest.mark.parametrize("path", PAGES)
def test_every_table_is_taken_with_all_its_rows(client: FlaskClient, path: str) -> None:
    check_tables(client, path)


@pytest.fixture(scope="module")
def cycle(regions: Regions, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MonitorApp]:
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    store = Store.open(tmp_path_factory.mktemp("cycle") / "store.duckdb", clock=lambda: NOW)
    desk = Desk(store, catalogues, regions, MethodSettings())
    yield create_app(desk, secret_key=b"k" * 32, passwords=CHEAP, clock=lambda: NOW, demo=True)
    store.close()


@pytest.fixture(scope="module")
def places(cycle: MonitorApp) -> dict[str, tuple[Person, str]]:
    """A page of the cycle in each state, with who sees it."""
    sender, reviewer = person(cycle, "王填报", "reporter", "320000"), person(cycle, "李审核", "reviewer")
    faulty, open_draft, submitted = sender.draft(FAULTY), sender.draft(LOST), sender.submit(GOOD)
    return {
        "upload": (sender, "/upload"),
        "faulty": (sender, f"/draft/{faulty}"),
        "draft": (sender, f"/draft/{open_draft}"),
        "submission": (reviewer, f"/submission/{submitted}"),
        "queue": (reviewer, "/queue"),
        "me": (sender, "/me"),
        "board": (reviewer, "/reporting"),
    }


@pytest.mark.parametrize("place", ["upload", "faulty", "draft", "submission", "queue", "me", "board"])
def test_every_table_of_the_cycle_is_taken_by_those_who_see_it(
    places: dict[str, tuple[Person, str]], cycle: MonitorApp, place: str
) -> None:
    who, path = places[place]
    found = check_tables(who.client, path, accepted=False)
    assert found or place == "me"
    stranger = person(cycle, "外省填报", "reporter", "650000").client
    if place in ("faulty", "draft", "submission"):
        links = [a.attributes.get("href", "") for a in who.get(path).all("a")]
        for link in (href for href in links if href.startswith("/table/")):
            assert stranger.get(link).status_code == 404, link  # another province


NOTHING_YET = ("as_of=2016-01-01", "period=2029", "region=999999", "plan=nobody", "as_of=yesterday")


@pytest.mark.parametrize("path", dict.fromkeys(path.split("?")[0] for path in PAGES))
@pytest.mark.parametrize("query", NOTHING_YET)
def test_where_there_is_nothing_every_page_says_why(client: FlaskClient, path: str, query: str) -> None:
    """Before the first acceptance, for a period without data, for what nobody knows: never a fault, never blank."""
    answer = client.get(f"{path}?{query}&lang=zh")
    assert answer.status_code in (200, 404), (path, query, answer.status_code)
    page = read(answer.text)
    assert page.one("h1").text.strip() and "None" not in page.one("h1").text
    if answer.status_code == 404:
        assert page.all(class_name="problem") and page.all("a", "button"), (path, query)
    for one in page.all("section", "card"):
        assert one.text.strip(), (path, query)


CHINESE = re.compile("[\u4e00-\u9fff]{2,}")


def words_of(element: Element) -> Iterator[str]:
    """Texts of an English page outside what is marked as of another language, as the switch is."""
    if element.attributes.get("lang", "en") != "en":
        return
    for child in element.children:
        if isinstance(child, str):
            yield child
        else:
            yield from words_of(child)


@pytest.fixture(scope="module")
def data_texts() -> str:
    """Everything that comes in Chinese as data: the catalogue, the regions, and what is sent with figures."""
    files = [find_shipped("indicators.yaml"), *sorted(find_shipped("data/regions.csv").parent.glob("*.csv"))]
    files += sorted(Path(monitor.demo.__file__).parent.glob("*.py"))
    return "".join(file.read_text(encoding="utf-8-sig") for file in files).replace("\n", "").replace(" ", "")


# the glossary and the search show Chinese terms for their own sake
@pytest.mark.parametrize("path", [path for path in PAGES if not path.startswith(("/method", "/search"))])
def test_an_english_page_is_chinese_in_data_texts_alone(client: FlaskClient, data_texts: str, path: str) -> None:
    page = read(client.get(f"{path}{'&' if '?' in path else '?'}lang=en").text)
    found = {run for said in words_of(page.one("main")) for run in CHINESE.findall(said)}
    assert {run for run in found if run not in data_texts} == set()
