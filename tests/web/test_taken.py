"""Tables taken from pages: the rows of the page, with exact numbers, and where they come from."""

from __future__ import annotations

import csv
import io
import re
from urllib.parse import quote

import openpyxl
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from monitor.report.as_of import read_as_of
from monitor.report.desk import Desk
from monitor.report.export import restored_text, to_csv
from monitor.web.app import create_app
from monitor.web.components import html
from monitor.web.markup import to_html, to_node
from monitor.web.taken import Rows, find, frame_of, keys, rows_of

from .conftest import NOW
from .people import CHEAP, browser

PERIODS = "/table/periods.{kind}/indicator/out_of_pocket_share?as_of=2024-12-31&rows=all"
TEXTS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)


def rows_in(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def test_a_table_holds_the_exact_figures_of_the_scorecard(client: FlaskClient, desk: Desk) -> None:
    found = rows_in(client.get(PERIODS.format(kind="csv")).data)
    moment = found[0]["as_of"]
    assert moment == "2024-12-31T15:59:59.999999Z" and {row["as_of"] for row in found} == {moment}
    assert {row["address"] for row in found} == {"/indicator/out_of_pocket_share?as_of=2024-12-31&rows=all"}
    shown = {row["报告期"]: float(row["现值 / %"]) for row in found if row["测算结果"]}
    as_of = read_as_of(desk.store, "2024-12-31", desk.timezone, NOW)
    card = desk.scorecard(region="000000", as_of=as_of).frame
    own = card[(card.indicator_id == "out_of_pocket_share") & card.value.notna()]
    assert {p: v for p, v in shown.items() if p >= "2021"} == dict(zip(own.period, own.value, strict=True))


def test_the_same_address_gives_the_same_bytes_in_both_formats(client: FlaskClient) -> None:
    for kind in ("csv", "xlsx"):
        first, second = (client.get(PERIODS.format(kind=kind)) for _ in range(2))
        assert first.status_code == 200 and first.data == second.data, kind
        assert "indicator-out_of_pocket_share-periods-2024-12-31" in first.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(second.data))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert len(rows) == len(rows_in(client.get(PERIODS.format(kind="csv")).data)) + 1
    assert any(isinstance(cell, float) for row in rows for cell in row)
    facts = dict(book.worksheets[1].iter_rows(values_only=True))
    assert facts["as_of"] == "2024-12-31T15:59:59.999999Z" and facts["synthetic"] in ("true", "false")


def test_a_shortened_table_is_taken_whole(client: FlaskClient) -> None:
    page = client.get("/indicator/drg_dip_payment_share").text
    address = "/table/periods.csv/indicator/drg_dip_payment_share?rows=all"
    assert address in page
    assert len(rows_in(client.get(address).data)) > page.count('class="year-row"') + 12


@pytest.mark.parametrize(
    "path",
    [
        "/table/nothing.csv/", "/table/periods.csv/indicator/nobody", "/table/periods.csv/nowhere/at/all",
        "/table/periods.csv/indicator/out_of_pocket_share?as_of=1999-13-01", "/picture/nothing.svg/",
        "/picture/periods.svg/indicator/out_of_pocket_share", "/table/periods.pdf/indicator/out_of_pocket_share",
    ],
)  # fmt: skip
def test_what_a_page_does_not_hold_is_not_there(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_name_that_would_be_a_formula_stays_text(hostile: Desk) -> None:
    client = browser(create_app(hostile, secret_key=b"k" * 32, passwords=CHEAP, clock=lambda: NOW))
    body = client.get("/table/periods.csv/indicator/medical_aid_share").data.decode("utf-8-sig")
    assert "71.5" in body
    assert not [cell for row in csv.reader(io.StringIO(body)) for cell in row if cell[:1] in "=+@-" and len(cell) > 1]


@given(heads=st.lists(TEXTS, min_size=1, max_size=4), cells=st.lists(TEXTS, min_size=1, max_size=4))
def test_any_heads_and_cells_come_back_as_they_were(heads: list[str], cells: list[str]) -> None:
    head = html.Thead(html.Tr([html.Th(text) for text in heads]))
    body = html.Tbody(html.Tr([html.Td([html.Span("heard", className="unseen"), text]) for text in cells]))
    page = [html.Div([html.P("beside"), html.Table([head, body], key="one")])]
    table = find(page, "one")
    assert table is not None and keys(page) == ("one",)
    rows = rows_of(table)
    assert len(set(rows.heads)) == len(rows.heads) == max(len(heads), len(cells))
    wanted = [text.strip() or "heard" for text in cells]
    assert list(rows.rows[0][: len(cells)]) == wanted
    written = list(csv.reader(io.StringIO(to_csv(frame_of(rows)).decode("utf-8-sig"), newline="")))
    assert len(written) == 2 and len(written[0]) == len(rows.heads)
    assert [restored_text(cell) for cell in written[1][: len(cells)]] == wanted


def test_what_is_no_table_says_its_rows_itself() -> None:
    told = Rows(("unit", "value"), (("北京", 1.5), ("天津", None)))
    page = [html.Ol([html.Li("北京 1.5")], key="ranking", rows=told)]
    assert to_html(to_node(page[0])) == "<ol><li>北京 1.5</li></ol>"
    ranking = find(page, "ranking")
    assert ranking is not None and rows_of(ranking) == told
    assert quote("北京") not in str(ranking.names)


def test_a_failure_on_the_way_to_a_file_is_told_in_both_languages_with_an_id(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = browser(create_app(desk, secret_key=b"k" * 32, passwords=CHEAP, clock=lambda: NOW))
    monkeypatch.setattr("monitor.web.public.overview", lambda *_, **__: 1 / 0)
    answer = broken.get("/table/indicators.csv/")
    assert answer.status_code == 500 and answer.mimetype == "text/plain"
    numbers = re.findall(r"[0-9a-f]{8}", answer.text)
    assert len(numbers) == 2 and len(set(numbers)) == 1
    assert "系统管理员" in answer.text and "operator" in answer.text and "division" not in answer.text
