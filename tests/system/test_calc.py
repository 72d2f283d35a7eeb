"""A form really filled in LibreOffice Calc says what it should while it is filled, and is read without a question."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from monitor.access.actors import Actor
from monitor.catalogue.base import Language
from monitor.catalogue.loader import Catalogue, load_catalogues, load_regions
from monitor.catalogue.regions import Regions
from monitor.demo.loader import load_demo
from monitor.intake.cycle import Cycle
from monitor.intake.reading import read_file
from monitor.intake.submissions import ingest, show
from monitor.intake.template import write_template
from monitor.shipped import find_shipped
from monitor.store.store import Store
from tests.cycle.forms import lines_to_sign
from tests.system import calc

# A unit that has not sent this quarter, so that its form comes empty, with the figures of earlier ones beside.
UNIT, PERIOD = "540000", "2025-Q4"
_ABOUT_TIME = {"late", "period_closed"}


@dataclass(frozen=True)
class Office:
    store: Store
    catalogues: tuple[Catalogue, ...]
    regions: Regions
    folder: Path


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    folder = tmp_path_factory.mktemp("calc")
    with Store.open(folder / "demo.duckdb") as store:
        load_demo(store, catalogues, regions, datetime.now(UTC))
        yield Office(store, catalogues, regions, folder)


@dataclass(frozen=True)
class Row:
    """A row of the form: its number on the sheet, its id, its earlier figure, the address of each of its columns."""

    number: int
    indicator_id: str
    year_earlier: float
    at: dict[str, str]


def form(office: Office, name: str) -> tuple[Path, list[Row]]:
    path = office.folder / name
    write_template(office.store, office.catalogues, office.regions, "quarterly", UNIT, PERIOD, path)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    header = next(row for row in sheet.iter_rows() if row[0].value == "序号")
    letters = {str(cell.value): cell.column_letter for cell in header if cell.value}
    rows = []
    for number in range(header[0].row + 1, sheet.max_row):
        name = sheet[f"{letters['指标编码']}{number}"].value
        if name == "plan-monitor:foot":
            break
        at = {label: f"{letter}{number}" for label, letter in letters.items()}
        rows.append(Row(number, name, float(sheet[at["上年同期数"]].value), at))
    return path, rows


def good_cells(office: Office, rows: list[Row]) -> tuple[dict[str, float | str], dict[str, tuple[str, ...]]]:
    """What a careful reporter types, by address, and what that says of each indicator: value, or both parts."""
    cells: dict[str, float | str] = {}
    said: dict[str, tuple[str, ...]] = {}
    for row in rows:
        indicator = office.catalogues[0].indicator(row.indicator_id)
        assert indicator is not None
        if indicator.figure is None:
            value = round(row.year_earlier * 1.04, 4) if indicator.unit != "个" else round(row.year_earlier + 3)
            cells[row.at["数值"]] = value
            said[indicator.id] = (str(value),)
        else:
            numerator = round(row.year_earlier * 12.345, 4)
            cells |= {row.at["分子"]: numerator, row.at["分母"]: 1234.5}
            said[indicator.id] = (str(numerator), "1234.5")
    return cells, said


def test_a_form_filled_in_calc_is_read_without_a_question_and_says_what_was_typed(office: Office) -> None:
    path, rows = form(office, "form.xlsx")
    assert len(rows) == 14
    cells, said = good_cells(office, rows)
    foot = max(row.number for row in rows)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    sign = next(
        cell for row in sheet.iter_rows(min_row=foot) for cell in row if cell.value == "填表人："
    )  # the line to sign begins right of its label
    area = next(one for one in sheet.merged_cells.ranges if one.min_row == sign.row and one.min_col > sign.column)
    typed = {**cells, sheet.cell(area.min_row, area.min_col).coordinate: "张三"}
    filled = office.folder / "filled.xlsx"
    shown = calc.fill(path, filled, typed, [row.at["审核"] for row in rows])
    assert set(shown.values()) == {"通过"}

    reading = read_file(filled, office.catalogues, office.regions, staging_folder=office.store.staging_folder)
    assert reading.problems == () and reading.row_count == 14
    assert reading.staging is not None
    reading.staging.unlink()

    result = ingest(office.store, office.catalogues, office.regions, filled, by="张三")
    assert {problem.code for problem in result.problems} <= _ABOUT_TIME
    (outcome,) = result.submissions
    assert (outcome.region_code, outcome.form, outcome.period) == (UNIT, "quarterly", PERIOD)
    assert outcome.submission_id is not None
    kept = {
        cell.indicator_id: tuple(
            number for number in (cell.numerator, cell.denominator, cell.value) if number is not None
        )
        for cell in show(office.store, outcome.submission_id).cells
    }
    assert kept == {name: tuple(map(Decimal, texts)) for name, texts in said.items()}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_who_signs_in_calc_is_read_and_leaves_a_form_that_calc_still_computes(
    office: Office, language: Language
) -> None:
    path, saved = office.folder / f"signed_{language}.xlsx", office.folder / f"saved_{language}.xlsx"
    write_template(None, office.catalogues, office.regions, "quarterly", UNIT, PERIOD, path, language=language)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    lines = lines_to_sign(sheet, language)
    verdicts = [cell.coordinate for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=IF(")]
    signed = {
        "head": "钱学礼",
        "officer": "孙晓梅",
        "prepared": "O'Brien <b>",
        "phone": "0891-6830000",
        "date": "2026/1/12",
    }
    shown = calc.fill(path, saved, {lines[field]: text for field, text in signed.items()}, verdicts)

    cycle = Cycle(office.store, office.catalogues, office.regions)
    sender = Actor(f"西藏填报 {language}", "reporter", frozenset({UNIT}))
    draft = cycle.draft(sender, saved, name="form.xlsx")
    people = cycle.people_of_draft(sender, draft.receipt_id)
    assert people is not None and people.filled == signed
    assert cycle.erase_people(Actor("计划", "planner"), draft.receipt_id)
    kept = office.folder / f"kept_{language}.xlsx"
    kept.write_bytes((cycle.received_folder / str(draft.receipt_id)).read_bytes())
    again = calc.fill(kept, office.folder / f"again_{language}.xlsx", {}, [*verdicts, *lines.values()])
    assert again == {**shown, **dict.fromkeys(lines.values(), "")} and len(set(shown.values())) > 1
    looked = Cycle(office.store, office.catalogues, office.regions).look(sender, draft.receipt_id)
    assert (looked.result.problems, looked.changes) == (draft.result.problems, draft.changes)


def test_what_was_sent_stands_in_the_next_form_and_comes_back_unchanged(office: Office) -> None:
    path = office.folder / "again.xlsx"
    write_template(office.store, office.catalogues, office.regions, None, "320000", PERIOD, path)
    through = office.folder / "through.xlsx"
    calc.fill(path, through, {})
    result = ingest(office.store, office.catalogues, office.regions, through, by="李四", dry_run=True)
    assert result.verdict == "duplicate" and {problem.code for problem in result.problems} <= _ABOUT_TIME


def test_the_checks_compute_in_calc_and_locked_cells_stay_locked(office: Office) -> None:
    path, rows = form(office, "faults.xlsx")
    cells, _ = good_cells(office, rows)
    by_id = {row.indicator_id: row for row in rows}
    above, income, share = by_id["counter_service_share"], by_id["fund_income"], by_id["drg_dip_payment_share"]
    cells[above.at["分子"]] = 1300  # of 1234.5: above 100 %
    cells[income.at["数值"]] = 1  # far below last year and below the spending
    cells[share.at["分母"]] = ""  # a numerator alone
    cells[by_id["online_service_share"].at["分子"]] = "不适用"
    cells[by_id["online_service_share"].at["分母"]] = ""
    cells[by_id["procured_drugs"].at["数值"]] = ""
    relation = f"{re.sub('[0-9]', '', above.at['审核'])}{max(row.number for row in rows) + 2}"
    asked = [row.at["审核"] for row in rows] + [relation, above.at["计算值"], income.at["较上年同期"]]
    shown = calc.fill(path, office.folder / "faulty.xlsx", cells, asked)
    told = {row.indicator_id: shown[row.at["审核"]] for row in rows}
    assert told == {row.indicator_id: "通过" for row in rows} | {
        "counter_service_share": "错误", "fund_income": "请核实", "drg_dip_payment_share": "错误",
        "procured_drugs": "未填",
    }  # fmt: skip
    assert shown[relation] == "请核实"
    assert shown[above.at["计算值"]].strip() == "105.31"
    fallen = (1 / income.year_earlier - 1) * 100
    assert float(shown[income.at["较上年同期"]].rstrip("%")) == pytest.approx(fallen, abs=0.01)
    with pytest.raises(AssertionError, match="is locked"):
        calc.fill(path, office.folder / "x.xlsx", {above.at["指标编码"]: "fund_income"})


@pytest.mark.parametrize(("unit", "period"), [("210000", "2025-Q2"), ("660000", "2024-Q4")])
def test_the_results_that_a_form_brings_along_are_those_that_calc_computes(
    office: Office, unit: str, period: str
) -> None:
    """Among them a share that was sent beside parts that say another, and cells that are withheld."""
    path = office.folder / f"{unit}.xlsx"
    write_template(office.store, office.catalogues, office.regions, None, unit, period, path)
    formulas, results = (openpyxl.load_workbook(path, data_only=stored).worksheets[0] for stored in (False, True))
    brought = {
        cell.coordinate: results[cell.coordinate].value
        for row in formulas.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }
    assert len(brought) > 40 and "通过" in brought.values()
    shown = calc.fill(path, office.folder / f"{unit}_again.xlsx", {}, [*brought])
    for address, result in brought.items():
        if isinstance(result, float | int):
            assert float(re.sub("[^0-9.+-]", "", shown[address])) == pytest.approx(result, abs=0.0051), address
        else:
            assert shown[address] == (result or ""), address


@pytest.mark.parametrize(("name", "unit", "period"), [("quarterly", UNIT, PERIOD), ("procurement_2025", UNIT, "2025")])
def test_a_form_prints_on_a4_one_page_wide(office: Office, name: str, unit: str, period: str) -> None:
    path = office.folder / f"{name}_print.xlsx"
    write_template(office.store, office.catalogues, office.regions, name, unit, period, path)
    printed = calc.to_pdf(path, office.folder)
    told = subprocess.run(["pdfinfo", str(printed)], capture_output=True, text=True, check=True).stdout
    pages = int(re.search(r"^Pages: +(\d+)", told, re.MULTILINE)[1])  # type: ignore[index]
    found = re.search(r"^Page size: +([\d.]+) x ([\d.]+)", told, re.MULTILINE)
    assert found is not None
    assert (round(float(found[1])), round(float(found[2]))) == (842, 595)
    order = ["pdftotext", "-f", "1", "-l", "1", "-layout", str(printed), "-"]
    first = subprocess.run(order, capture_output=True, text=True, check=True).stdout
    assert all(word in first for word in ("序号", "指标名称", "审核", "备注", "单位负责人", "报出日期"))
    assert "指标编码" not in first and "plan-monitor" not in first  # what only the system needs is not printed
    assert pages <= 4
