"""`monitor template`: the form of a unit, or one line that says why there is none."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest

from .conftest import Run

ASKED = ("--region", "320000", "--period", "2025-Q4")


def titles(path: Path) -> list[str]:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return [str(cell.value) for row in sheet.iter_rows(max_row=8) for cell in row if cell.value]


def test_a_form_is_written_and_read_without_a_question(run: Run, tmp_path: Path) -> None:
    ended = run("template", *ASKED, "--output", "form.xlsx")
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    path = tmp_path / "form.xlsx"
    assert "医疗保障规划主要指标季报表" in titles(path) and "填报单位：江苏省（320000）" in titles(path)
    read = run("ingest", path, "--by", "张三", "--dry-run", "--format", "json")
    (told,) = json.loads(read.out)
    assert (read.code, told["problems"], told["created"]) == (0, [], 14)
    assert [one["form"] for one in told["submissions"]] == ["quarterly"]


def test_it_knows_what_the_store_knows_and_is_the_same_again(run: Run, tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text(
        "indicator_id,region_code,period,numerator,denominator\nenrolment_rate,320000,2025-Q4,8000,8200\n"
    )
    assert run("ingest", "f.csv", "--by", "张三").code == 0
    assert run("template", *ASKED, "--output", "form.xlsx").code == 0
    numbers = {cell.value for row in openpyxl.load_workbook("form.xlsx").worksheets[0].iter_rows() for cell in row}
    assert {8000, 8200} <= numbers
    assert run("template", *ASKED, "--output", "again.xlsx").code == 0
    assert (tmp_path / "form.xlsx").read_bytes() == (tmp_path / "again.xlsx").read_bytes()
    noted = json.loads(run("audit", "list", "--action", "exported", "--object", "template", "--format", "json").out)
    assert [json.loads(one["detail"])["file"] for one in noted] == ["again.xlsx", "form.xlsx"]


def test_it_speaks_english_on_request(run: Run, tmp_path: Path) -> None:
    ended = run("template", *ASKED, "--form", "quarterly", "--lang", "en", "--output", "form.xlsx")
    assert ended.code == 0 and "Reporting unit: Jiangsu (320000)" in titles(tmp_path / "form.xlsx")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--region", "320000", "--period", "2025"), "annual, procurement_2025"),
        (("--region", "320001", "--period", "2025-Q4"), "did you mean '320000'"),
        (("--region", "320000", "--period", "2025-Q5"), "'2025-Q5' is no period"),
        (("--region", "320000", "--period", "2019-Q4"), "quarterly, annual, procurement_2025"),
        (("--region", "000000", "--period", "2025-Q4"), "no form asks 000000"),
        ((*ASKED, "--form", "quartrly"), "did you mean 'quarterly'"),
        ((*ASKED, "--form", "annual"), "2021, 2022, 2023, 2024, 2025"),
        ((*ASKED, "--output", "form.csv"), "a form is an .xlsx file"),
        ((*ASKED, "--output", "nowhere/form.xlsx"), "its folder does not exist"),
        ((*ASKED, "--lang", "fr"), "--lang"),
        (("--region", "320000"), "--period"),
    ],
)
def test_a_wrong_use_is_one_line_and_leaves_nothing(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    output = () if "--output" in arguments else ("--output", "form.xlsx")
    ended = run("template", *arguments, *output)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.count("\n") == 1 and told in ended.err
    assert not list(tmp_path.glob("*.xlsx"))


def test_a_plan_lists_every_form_of_its_submissions(run: Run, tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text(
        "indicator_id,region_code,period,value\nprocured_drugs,320000,2025-Q4,500\nprocured_drugs,320000,2019-Q4,50\n"
    )
    assert run("ingest", "f.csv", "--by", "张三", "--accept").code == 0
    listed = run("submissions", "list", "--plan", "uhs-14", "--format", "csv").out
    assert "quarterly" in listed and "uhs-14" in listed
    assert len(run("submissions", "list", "--plan", "other", "--format", "csv").out.splitlines()) == 1
    assert run("export", "submissions", "--plan", "uhs-14", "--output", "s.csv").code == 0
    exported = io.StringIO((tmp_path / "s.csv").read_text(encoding="utf-8-sig")).read()
    assert "quarterly" in exported and "uhs-14" in exported
