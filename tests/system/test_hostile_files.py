"""Every file that can be taken, over a world whose every text would like to be a formula: none of them is one."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import openpyxl
import pytest
from flask.testing import FlaskClient

from monitor.report import ledger
from monitor.report.export import to_csv
from tests.system.test_hostile_pages import PATHS, WHO
from tests.web.hostile_world import EVIL, MARKUP, OTHER, UNIT, World, hostile_world

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
BLANK = " \u00a0\u3000\t\r\n\ufeff\u200b"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = hostile_world(tmp_path_factory.mktemp("hostile"))
    yield made
    made.desk.store.close()


def client_of(world: World, role: str) -> FlaskClient:
    client = world.app.server.test_client()
    client.set_cookie(world.app.cookies.name, world.cookie(role))
    return client


def running(body: bytes) -> list[str]:
    """The cells of a CSV that a spreadsheet would run."""
    cells = [cell for row in csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")) for cell in row]
    return [
        cell
        for cell in cells
        if cell.lstrip(BLANK)[:1] in tuple("=+-@＝＋－＠") and not NUMBER.fullmatch(cell) and cell.lstrip(BLANK)
    ]


def formulas(body: bytes) -> list[str]:
    """The formulas of a workbook, and its links to elsewhere."""
    book = openpyxl.load_workbook(io.BytesIO(body))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    links = [str(cell.hyperlink.target) for cell in cells if cell.hyperlink is not None and cell.hyperlink.target]
    return [str(cell.value) for cell in cells if cell.data_type == "f"] + links


def test_no_table_of_a_page_runs_in_a_spreadsheet(world: World) -> None:
    numbers = dict(zip(("accepted", "waiting", "returned"), world.submissions, strict=True))
    asked, evil = 0, 0
    for name, paths in PATHS.items():
        client = client_of(world, WHO.get(name, "planner"))
        for path in paths:
            page = client.get(path.format(draft=world.draft, refused=world.refused, **numbers)).text
            for address in sorted(set(re.findall(r'href="(/table/[^"]+\.csv[^"]*)"', page))):
                address = address.replace("&amp;", "&")
                taken = client.get(address)
                assert taken.status_code == 200 and running(taken.data) == [], address
                workbook = client.get(address.replace(".csv", ".xlsx", 1))
                assert workbook.status_code == 200 and formulas(workbook.data) == [], address
                asked, evil = asked + 1, evil + (b"onerror" in taken.data)
    assert asked > 15 and evil > 8


def test_no_list_of_the_cycle_runs_in_a_spreadsheet(world: World) -> None:
    client = client_of(world, "planner")
    for name in ("reporting", "rates", "compare"):
        taken, workbook = (client.get(f"/download/{name}.{kind}?from=2026-01-01") for kind in ("csv", "xlsx"))
        assert running(taken.data) == [] and formulas(workbook.data) == [], name
        assert EVIL.encode() in taken.data, name


def test_no_entry_of_the_audit_log_runs_in_a_spreadsheet(world: World) -> None:
    client = client_of(world, "operator")
    taken, workbook = (client.get(f"/download/audit.{kind}") for kind in ("csv", "xlsx"))
    assert taken.status_code == workbook.status_code == 200
    assert running(taken.data) == [] and formulas(workbook.data) == [] and EVIL.encode() in taken.data


def test_no_row_of_the_store_runs_in_a_spreadsheet(world: World) -> None:
    """As the command line writes them."""
    store = world.desk.store
    for frame in (
        ledger.observations(store, ["enrolment_rate"], None, None, None),
        ledger.history(store, ["enrolment_rate"], None, None, None),
        ledger.submissions(store, None, None, None, None),
    ):
        body = to_csv(frame)
        assert running(body) == [] and b"onerror" in body


def test_a_form_computes_its_own_formulas_alone(world: World) -> None:
    client = client_of(world, "reporter")
    for unit in (UNIT, OTHER):
        asked = {"form": "quarterly", "region": unit, "period": "2025-Q4"}
        body = client.get("/download/template", query_string=asked)
        assert body.status_code == 200
        assert not [one for one in formulas(body.data) if "PWN" in one or "HYPERLINK" in one or "evil" in one]
        texts = [cell.value for row in openpyxl.load_workbook(io.BytesIO(body.data)).worksheets[0] for cell in row]
        assert MARKUP in texts


def test_what_is_wrong_at_each_cell_is_no_formula(world: World) -> None:
    client = client_of(world, "reporter")
    for receipt in (world.draft, world.refused):
        body = client.get(f"/download/annotated/{receipt}.xlsx")
        assert body.status_code == 200 and formulas(body.data) == []
        assert (
            b"evil" not in body.headers["Content-Disposition"].encode() or "%3C" in body.headers["Content-Disposition"]
        )
