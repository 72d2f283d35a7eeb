"""The form to fill: what stands in it, what may be typed, and that it comes back without a question."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.catalogue import Catalogue, Regions, parse_catalogues, parse_regions
from monitor.catalogue.base import Language
from monitor.catalogue.periods import parse_period
from monitor.intake.columns import COLUMNS
from monitor.intake.reading import Reading
from monitor.intake.rules import rules_of
from monitor.intake.submissions import ingest, list_submissions, return_
from monitor.intake.template import TemplateError, find_call, template_name, write_template
from monitor.intake.template_marks import FOOT, INSTRUCTIONS, MARK, REFERENCE
from monitor.store.store import Store
from tests.intake.desk import ReadingDesk, codes, rows_of
from tests.properties import examples

PLAN = """\
plan: {id: small, title: 小规划, region: "000000", period: {base: 2020, start: 2021, end: 2025}}
indicators:
  - id: rate
    number: 1
    name: {zh: "=参保率", en: "=Rate"}
    nature: context
    unit: "%"
    direction: up
    figure: {numerator: {zh: 参保人数, en: insured}, denominator: {zh: 应参保人数, en: due}, factor: 100, unit: 万人}
    accumulation: stock
    aggregate: ratio_of_sums
    frequency: quarter
    checks:
      - {rule: range, min: 0, max: 100, severity: error}
      - {rule: change, against: previous_period, max_points: 3, severity: query}
  - {id: income, number: 2, name: {zh: 收入, en: Income}, nature: context, unit: 万亿元, direction: none,
     accumulation: ytd, aggregate: sum, frequency: quarter,
     checks: [{rule: range, min: 0, max: 5, severity: error}, {rule: cumulative, severity: query}]}
  - {id: spending, number: 3, name: {zh: 支出, en: Spending}, nature: context, unit: 亿元, direction: none,
     accumulation: ytd, aggregate: sum, frequency: quarter,
     checks: [{rule: range, min: 0, max: 40000, severity: query}]}
relations:
  - {left: income, operator: ge, right: spending, unit: 亿元, tolerance: 0, severity: query}
forms:
  - id: quarterly
    name: {zh: 季报表, en: Quarterly form}
    authority: {zh: 某局, en: Some office, inferred: true}
    scope: {zh: 各省, en: Provinces}
    channel: {zh: 上传, en: Upload}
    notes: {zh: 示例表式，未经批准, en: A sample}
    valid_until: 2026-12-31
    indicators: [rate, income, spending]
    frequency: quarter
    due: {days: 20, year_end: 30}
    closes: {days: 60, year_end: 90}
  - id: yearly
    name: 年报表
    number: 医统1表
    approval: 国统制〔2000〕1号
    indicators: [spending]
    frequency: year
    due: {days: 200}
  - id: special
    name: 专项
    kind: special
    indicators: [income]
    periods: [2024]
    due: {days: 10}
"""
REGIONS = """region_code,parent_code,level,name
000000,,nation,全国
110000,000000,province,北京市
120000,000000,province,天津市
"""
LABELS: Mapping[Language, Mapping[str, str]] = {
    "zh": {**COLUMNS, **{name: label[0] for name, label in REFERENCE.items()}},
    "en": {
        **{name: name.replace("_", " ").capitalize() for name in COLUMNS},
        **{name: label[1] for name, label in REFERENCE.items()},
    },
}


class FormDesk(ReadingDesk):
    """Reads with the plan that has forms."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.regions: Regions = parse_regions(REGIONS, "regions.csv")
        self.catalogues: tuple[Catalogue, ...] = parse_catalogues([("forms.yaml", PLAN)], self.regions)
        self._rules = rules_of(self.catalogues, self.regions).as_json()

    def form(
        self,
        store: Store | None = None,
        *,
        name: str | None = "quarterly",
        region: str = "110000",
        period: str = "2024-Q2",
        language: Language = "zh",
    ) -> bytes:
        target = io.BytesIO()
        write_template(store, self.catalogues, self.regions, name, region, period, target, language=language)
        return target.getvalue()


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> FormDesk:
    return FormDesk(tmp_path_factory.mktemp("forms"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "monitor.duckdb") as opened:
        yield opened


@dataclass(frozen=True)
class Filled:
    """A form in openpyxl: the first sheet, the header's row, the column of each name."""

    book: Any
    language: Language

    @property
    def sheet(self) -> Any:
        return self.book.worksheets[0]

    @property
    def header(self) -> int:
        first = LABELS[self.language]["number"]
        return next(int(row[0].row) for row in self.sheet.iter_rows(max_col=1) if row[0].value == first)

    def column(self, name: str) -> int:
        label = LABELS[self.language][name]
        return next(int(cell.column) for cell in self.sheet[self.header] if cell.value == label)

    def rows(self) -> dict[str, int]:
        ids = self.column("indicator_id")
        found: dict[str, int] = {}
        for row in range(self.header + 1, self.sheet.max_row + 1):
            name = self.sheet.cell(row, ids).value
            if name == FOOT:
                return found
            found[name] = row
        raise AssertionError("the form has no foot")

    def cell(self, indicator: str, name: str) -> Any:
        return self.sheet.cell(self.rows()[indicator], self.column(name))

    def fill(self, figures: Mapping[tuple[str, str], object]) -> bytes:
        """Type the figures and save, as a program does that calculates nothing: formulas stay without a result."""
        for (indicator, name), figure in figures.items():
            cell = self.cell(indicator, name)
            assert not cell.protection.locked, (indicator, name)
            cell.value = figure
        target = io.BytesIO()
        self.book.save(target)
        return target.getvalue()


def opened(content: bytes, language: Language = "zh") -> Filled:
    return Filled(openpyxl.load_workbook(io.BytesIO(content), rich_text=True), language)


def figures_of(reading: Reading) -> dict[str, tuple[Any, ...]]:
    """indicator → region, period, state, numerator, denominator, part unit, value, unit, comparator"""
    return {row[2]: (*row[3:12],) for row in rows_of(reading.staging)}


FIGURES = {
    ("rate", "numerator"): 2100.5, ("rate", "denominator"): 2200, ("income", "value"): 812.25, ("spending", "value"): 0,
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_filled_form_is_read_without_a_question(forms: FormDesk, language: Language) -> None:
    content = opened(forms.form(language=language), language).fill(FIGURES)
    reading = forms.read(content, "form.xlsx")
    assert reading.problems == ()
    assert figures_of(reading) == {
        "rate": ("110000", "2024-Q2", "value", Decimal("2100.5"), Decimal(2200), "万人", None, "%", "eq"),
        "income": ("110000", "2024-Q2", "value", None, None, None, Decimal("812.25"), "亿元", "eq"),
        "spending": ("110000", "2024-Q2", "value", None, None, None, Decimal(0), "亿元", "eq"),
    }


def numbers(most: int, digits: int) -> st.SearchStrategy[Decimal]:
    """Numbers that a cell of a workbook holds whole: at most 15 digits, at most 10 of them decimals."""
    places = st.integers(0, min(10, 15 - digits))
    return places.flatmap(lambda n: st.integers(0, most * 10**n).map(lambda whole: Decimal(whole).scaleb(-n)))


@settings(max_examples=examples(40))
@given(
    st.sampled_from(["zh", "en"]), numbers(1000, 4), numbers(1000, 4), numbers(50_000, 5), numbers(40_000, 5),
    st.sets(st.sampled_from(["rate", "income", "spending"])), st.sampled_from(["不适用", "保密", None]),
)  # fmt: skip
def test_any_figures_filled_in_come_back_equal(
    forms: FormDesk, language: Language, low: Decimal, high: Decimal, income: Decimal, spending: Decimal,
    left_out: set[str], mark: str | None,
) -> None:  # fmt: skip
    above, below = sorted((low, high))
    below = below or Decimal(1)
    typed: dict[tuple[str, str], object] = {
        ("rate", "numerator"): float(above), ("rate", "denominator"): float(below),
        ("income", "value"): float(income), ("spending", "value"): float(spending),
    }  # fmt: skip
    for name, column in list(typed):
        if name in left_out:
            typed[name, column] = mark if column != "denominator" else None
    reading = forms.read_inside(opened(forms.form(language=language), language).fill(typed), "form.xlsx")
    assert reading.problems == ()
    state = {"不适用": "not_applicable", "保密": "withheld", None: "missing"}[mark]
    without = (None, None, None, None)
    expected = {
        "rate": ("value", above, below, "万人", None), "income": ("value", None, None, None, income),
        "spending": ("value", None, None, None, spending),
    }  # fmt: skip
    for name in left_out:
        expected[name] = (state, *without)  # type: ignore[assignment]
    assert {name: found[2:7] for name, found in figures_of(reading).items()} == expected


def test_an_empty_form_is_read_as_missing(forms: FormDesk) -> None:
    reading = forms.read(forms.form(), "form.xlsx")
    assert reading.problems == () and {found[2] for found in figures_of(reading).values()} == {"missing"}


def test_the_same_form_is_the_same_bytes(forms: FormDesk) -> None:
    first = forms.form()
    assert forms.form() == first != forms.form(region="120000")
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}


def test_texts_of_the_catalogue_are_never_formulas(forms: FormDesk) -> None:
    for language in ("zh", "en"):
        form = opened(forms.form(language=language), language)
        name = form.cell("rate", "name")
        assert name.data_type == "s" and str(name.value).startswith("=")
        formulas = {
            cell.column for sheet in form.book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
        }
        computed = {form.column(name) for name in ("computed", "verdict")}
        assert formulas == computed


def test_inputs_are_open_and_everything_else_is_locked_without_a_password(forms: FormDesk) -> None:
    form = opened(forms.form())
    assert form.sheet.protection.sheet and not form.sheet.protection.password
    assert form.book.worksheets[1].protection.sheet
    unlocked = {
        (name, column)
        for name in form.rows()
        for column in ("number", "name", *COLUMNS, *REFERENCE)
        if column in ("number", "name") or column not in ("vintage", "synthetic", "source", "published_on", "grade")
        if not form.cell(name, column).protection.locked
    }
    inputs = {("rate", "numerator"), ("rate", "denominator"), ("income", "value"), ("spending", "value")}
    assert unlocked == inputs | {(name, column) for name in form.rows() for column in ("note", "comparator")}
    fills = {form.cell(*one).fill.fgColor.rgb for one in inputs}
    assert len(fills) == 1 and form.cell("rate", "value").fill.fgColor.rgb not in fills
    signs = [cell for row in form.sheet.iter_rows(min_row=max(form.rows().values()) + 1) for cell in row]
    labels = {cell.value for cell in signs if cell.value}
    assert {"单位负责人：", "统计负责人：", "填表人：", "联系电话：", "报出日期："} <= labels
    assert sum(not cell.protection.locked for cell in signs) >= 5


def test_typing_is_validated_by_the_catalogues_ranges_in_the_rows_unit(forms: FormDesk) -> None:
    form = opened(forms.form())
    rules = {str(rule.sqref): rule for rule in form.sheet.data_validations.dataValidation}

    def rule(indicator: str, column: str) -> Any:
        return rules[form.cell(indicator, column).coordinate]

    income, spending = rule("income", "value"), rule("spending", "value")
    assert ">=0" in income.formula1 and "<=50000" in income.formula1  # 5 万亿元
    assert (income.errorStyle or "stop", spending.errorStyle) == ("stop", "warning")
    assert "应在 0–50000 之间" in income.error and "亿元" in income.prompt
    assert ">=0" in rule("rate", "numerator").formula1 and ">0" in rule("rate", "denominator").formula1
    assert rule("rate", "comparator").type == "list"
    assert all("不适用" in one.formula1 for one in rules.values() if one.type == "custom")


def test_it_prints_on_a4_landscape_one_page_wide_with_its_header_repeated(forms: FormDesk) -> None:
    form = opened(forms.form())
    for sheet in form.book.worksheets:
        setup = sheet.page_setup
        assert (str(setup.paperSize), setup.orientation) == ("9", "landscape")
        assert (setup.fitToWidth or 1, setup.fitToHeight) == (1, 0) and sheet.sheet_properties.pageSetUpPr.fitToPage
    assert form.sheet.print_title_rows == f"${form.header}:${form.header}"
    last = form.sheet.print_area.rpartition(":")[2].replace("$", "")
    assert last.startswith(form.cell("rate", "note").column_letter)


def test_the_banner_has_the_elements_of_a_statistical_form(forms: FormDesk) -> None:
    form = opened(forms.form())
    banner = "\n".join(
        str(cell.value) for row in form.sheet.iter_rows(max_row=form.header - 1) for cell in row if cell.value
    )
    for text in (
        "季报表", "制定机关：某局（推定）", "有效期至：2026年12月31日", "填报单位：北京市（110000）",
        "报告期：2024年二季度", "计量单位", "填报范围：各省", "报送方式：上传",
        "不晚于 2024年7月20日", "2024年8月29日", MARK,
    ):  # fmt: skip
        assert text in banner
    assert "表号" not in banner and "批准文号" not in banner
    approved = opened(forms.form(name="yearly", period="2024"))
    texts = {cell.value for row in approved.sheet.iter_rows(max_row=approved.header) for cell in row}
    assert {"表号：医统1表", "批准文号：国统制〔2000〕1号"} <= texts
    guide = form.book.worksheets[1]
    assert guide.title == INSTRUCTIONS["zh"]
    told = "\n".join(str(cell.value) for row in guide.iter_rows() for cell in row if cell.value)
    for text in (
        "参保人数 ÷ 应参保人数 × 100",
        "0–100%",
        "较上期变动不超过 3 个百分点",
        "强制性",
        "核实性",
        "收入 ≥ 支出",
    ):
        assert text in told


def sent(forms: FormDesk, store: Store, text: str, *, accept: bool = True) -> int:
    """Send rows as CSV; gives the submission's id."""
    content = (
        "indicator_id,region_code,period,numerator,denominator,value,unit,comparator,vintage,note,synthetic\n" + text
    )
    path = forms.path(content)
    result = ingest(store, forms.catalogues, forms.regions, path, by="甲", accept=accept, explain="已核实")
    assert not result.is_refused, result.problems
    found = result.submissions[0].submission_id
    assert found is not None
    return found


def test_earlier_figures_stand_beside_and_feed_the_checks(forms: FormDesk, store: Store) -> None:
    sent(forms, store, "rate,110000,2024-Q1,95,100,,,,,,\nincome,110000,2024-Q1,,,0.05,万亿元,,,,\n")
    sent(forms, store, "rate,110000,2023-Q2,,,93,%,,,,\nincome,110000,2023-Q2,,,900,亿元,,,,\n")
    form = opened(forms.form(store))
    assert form.cell("rate", "previous").value == 95 and form.cell("rate", "year_earlier").value == 93
    # the unit that was used last is the unit to use
    assert form.cell("income", "unit").value == "万亿元"
    assert form.cell("income", "previous").value == 0.05 and form.cell("income", "year_earlier").value == 0.09
    assert form.cell("spending", "previous").value == "—"
    verdict = str(form.cell("rate", "verdict").value)
    assert f"ABS(${form.cell('rate', 'computed').coordinate}-${form.cell('rate', 'previous').coordinate})>3" in verdict
    fallen = f"${form.cell('income', 'value').coordinate}<${form.cell('income', 'previous').coordinate}"
    assert fallen in str(form.cell("income", "verdict").value)


def test_what_was_sent_for_this_period_stands_in_the_form_and_is_no_news(forms: FormDesk, store: Store) -> None:
    rows = (
        "rate,110000,2024-Q2,95,100,,,,,第一次,true\nincome,110000,2024-Q2,,,0.09,万亿元,ge,,,\n"
        "spending,110000,2024-Q2,,,不适用,,,,,\n"
    )
    sent(forms, store, rows)
    content = forms.form(store)
    form = opened(content)
    assert form.cell("rate", "numerator").value == 95 and form.cell("rate", "note").value == "第一次"
    assert form.cell("income", "comparator").value == "ge" and form.cell("spending", "value").value == "不适用"
    assert any("模拟数据" in str(row[0].value) for row in form.sheet.iter_rows(max_row=form.header - 1))
    path = forms.path(content, "form.xlsx")
    again = ingest(store, forms.catalogues, forms.regions, path, by="甲")
    assert again.verdict == "duplicate" and again.unchanged == 3
    changed = forms.path(form.fill({("rate", "numerator"): 96}), "form.xlsx")
    result = ingest(store, forms.catalogues, forms.regions, changed, by="甲", dry_run=True)
    assert (result.updated, result.unchanged) == (1, 2)


def test_a_number_longer_than_a_workbooks_15_digits_comes_back_whole(forms: FormDesk, store: Store) -> None:
    sent(forms, store, "spending,110000,2024-Q2,,,12345.6789012345,,,,,\n")
    reading = forms.read(forms.form(store), "form.xlsx")
    assert "changed" not in codes(reading) and figures_of(reading)["spending"][6] == Decimal("12345.6789012345")
    sent(forms, store, "spending,110000,2024-Q2,,,123456.7890123456,亿元,,,,\n")
    reading = forms.read(forms.form(store), "form.xlsx")
    assert figures_of(reading)["spending"][6] == Decimal("123456.7890123456")


def test_a_form_for_another_vintage_says_so_in_its_rows(tmp_path: Path) -> None:
    flash = FormDesk(tmp_path)
    text = PLAN.replace(
        "    frequency: quarter\n    due: {days: 20", "    frequency: quarter\n    vintage: flash\n    due: {days: 20"
    )
    flash.catalogues = parse_catalogues([("forms.yaml", text)], flash.regions)
    reading = flash.read(flash.form(), "form.xlsx")
    assert reading.problems == () and {row[12] for row in rows_of(reading.staging)} == {"flash"}


def test_waiting_figures_stand_in_it_before_those_in_force_and_returned_ones_do_not(
    forms: FormDesk, store: Store
) -> None:
    sent(forms, store, "income,110000,2024-Q2,,,700,亿元,,,,\nspending,110000,2024-Q2,,,600,,,,,\n")
    waiting = sent(forms, store, "income,110000,2024-Q2,,,800,亿元,,,,\n", accept=False)
    form = opened(forms.form(store))
    assert (form.cell("income", "value").value, form.cell("spending", "value").value) == (800, 600)
    return_(store, waiting, by="乙", reason="有误")
    form = opened(forms.form(store))
    assert (form.cell("income", "value").value, form.cell("spending", "value").value) == (700, 600)
    assert [one.state for one in list_submissions(store)] == ["returned", "accepted"]


def test_a_share_sent_without_its_parts_keeps_its_cell_open(forms: FormDesk, store: Store) -> None:
    sent(forms, store, "rate,110000,2024-Q2,,,95,%,gt,,,\n")
    form = opened(forms.form(store))
    assert form.cell("rate", "value").value == 95 and not form.cell("rate", "value").protection.locked
    reading = forms.read(forms.form(store), "form.xlsx")
    assert reading.problems == ()
    assert figures_of(reading)["rate"] == ("110000", "2024-Q2", "value", None, None, None, Decimal(95), "%", "gt")


def test_results_stand_in_the_cells_before_anybody_calculates(forms: FormDesk, store: Store) -> None:
    sent(forms, store, "rate,110000,2024-Q1,90,100,,,,,,\n")
    sent(forms, store, "rate,110000,2024-Q2,95,100,,,,,,\nincome,110000,2024-Q2,,,5,亿元,,,,\n"
         "spending,110000,2024-Q2,,,6,,,,,\n")  # fmt: skip
    values = openpyxl.load_workbook(io.BytesIO(forms.form(store)), data_only=True)
    form = Filled(values, "zh")
    assert form.cell("rate", "computed").value == 95 and form.cell("rate", "change").value == 5
    assert form.cell("rate", "verdict").value == "请核实"
    assert form.cell("income", "verdict").value == form.cell("spending", "verdict").value == "通过"
    below = [cell.value for row in form.sheet.iter_rows(min_row=max(form.rows().values()) + 2) for cell in row]
    assert "请核实" in below  # income is below spending


def unmarked(content: bytes) -> bytes:
    form = opened(content)
    for row in form.sheet.iter_rows(max_row=form.header):
        for cell in row:
            if cell.value == MARK:
                cell.value = None
    target = io.BytesIO()
    form.book.save(target)
    return target.getvalue()


def test_without_the_mark_nothing_is_passed_over(forms: FormDesk) -> None:
    reading = forms.read(unmarked(opened(forms.form()).fill(FIGURES)), "form.xlsx")
    found = set(codes(reading))
    assert {"sheet_chosen", "header_below_top", "unknown_column", "missing_key"} <= found and reading.blocked


def saved(form: Filled) -> bytes:
    target = io.BytesIO()
    form.book.save(target)
    return target.getvalue()


def test_what_is_not_part_of_the_form_is_told_in_a_form_too(forms: FormDesk) -> None:
    form = opened(forms.form())
    form.sheet.cell(form.header, form.sheet.max_column + 1).value = "联系人"
    assert codes(forms.read(saved(form), "form.xlsx")) == ["unknown_column"]
    form = opened(forms.form())
    form.book.create_sheet("底稿")["A1"] = "x"
    assert codes(forms.read(saved(form), "form.xlsx")) == ["sheet_chosen"]
    form = opened(forms.form())
    other = form.book.create_sheet("另表")
    other.append(["indicator_id", "region_code", "period", "value"])
    other.append(["income", "110000", "2024-Q1", 1])
    assert codes(forms.read(saved(form), "form.xlsx")) == ["several_sheets"]


def test_a_figure_below_the_foot_is_read_and_a_row_without_a_key_above_it_is_told(forms: FormDesk) -> None:
    form = opened(forms.form())
    row = form.sheet.max_row + 3
    for name, text in (("indicator_id", "income"), ("region_code", "120000"), ("period", "2024-Q2"), ("value", 3)):
        form.sheet.cell(row, form.column(name)).value = text
    reading = forms.read(saved(form), "form.xlsx")
    assert reading.problems == () and reading.row_count == 4
    form = opened(forms.form())
    for cell in [form.cell("income", name) for name in ("indicator_id", "region_code", "period")]:
        cell.value = None
    assert "missing_key" in codes(forms.read(saved(form), "form.xlsx"))


def test_mistakes_in_a_form_are_told_at_their_cells(forms: FormDesk) -> None:
    form = opened(forms.form())
    content = form.fill(
        FIGURES | {("rate", "numerator"): 2300, ("income", "value"): "约八百", ("spending", "value"): "=1+1"}
    )
    reading = forms.read(content, "form.xlsx")
    rows = form.rows()
    assert [(found.row, found.column, found.code) for found in reading.problems] == [
        (rows["rate"], "分子", "out_of_range"), (rows["income"], "数值", "not_a_number"),
        (rows["spending"], "数值", "formula_without_result"),
    ]  # fmt: skip


def test_a_form_has_the_columns_it_needs_and_no_more(forms: FormDesk) -> None:
    special = opened(forms.form(name="special", period="2024"))
    labels = {cell.value for cell in special.sheet[special.header]}
    zh = LABELS["zh"]
    assert {zh["value"], zh["previous"]} <= labels
    assert labels.isdisjoint(zh[name] for name in ("numerator", "computed", "year_earlier", "vintage", "synthetic"))
    reading = forms.read(special.fill({("income", "value"): 1.5}), "form.xlsx")
    assert reading.problems == () and figures_of(reading)["income"][6] == Decimal("1.5")


def test_the_one_form_is_found_and_otherwise_it_is_said_why_not(forms: FormDesk) -> None:
    def found(region: str, period: str, form: str | None = None) -> str:
        return find_call(forms.catalogues, forms.regions, region, parse_period(period), form).form.id

    assert found("110000", "2024-Q2") == "quarterly" and found("110000", "2025") == "yearly"
    assert found("110000", "2024", "special") == "special"
    for code, names, arguments in (
        ("several_forms", "yearly, special", ("110000", "2024")),
        ("no_call", "quarterly", ("110000", "2019-Q1")),
        ("no_call", "2021-Q1 … 2025-Q4", ("110000", "2024", "quarterly")),
        ("unknown_form", "quarterly", ("110000", "2024-Q2", "quaterly")),
        ("unknown_region", "110000", ("11000", "2024-Q2")),
    ):
        with pytest.raises(TemplateError) as caught:
            found(*arguments)
        assert caught.value.code == code and names in caught.value.en and names in caught.value.zh
    with pytest.raises(TemplateError) as caught:
        forms.form(period="2024-Q9")
    assert caught.value.code == "bad_period"


def test_the_files_name_says_what_it_is(forms: FormDesk) -> None:
    call = find_call(forms.catalogues, forms.regions, "110000", parse_period("2024-Q2"))
    assert template_name(call, forms.regions) == "季报表_北京市_2024-Q2.xlsx"
    assert template_name(call, forms.regions, "en") == "Quarterly form_110000_2024-Q2.xlsx"


def test_a_figure_is_filed_under_the_form_that_asks_for_it(forms: FormDesk, store: Store) -> None:
    rows = (
        "income,110000,2024-Q2,,,1,亿元,,,,\nincome,000000,2024-Q2,,,1,亿元,,,,\nincome,110000,2020-Q4,,,1,亿元,,,,\n"
        "income,110000,2024,,,1,亿元,,,,\nspending,110000,2024,,,1,亿元,,,,\nrate,110000,2024,1,2,,,,,,\n"
    )
    sent(forms, store, rows)
    filed = {(one.region_code, one.period, one.form, one.row_count) for one in list_submissions(store)}
    assert filed == {
        ("110000", "2024-Q2", "quarterly", 1), ("000000", "2024-Q2", "small", 1), ("110000", "2020-Q4", "small", 1),
        ("110000", "2024", "special", 1), ("110000", "2024", "yearly", 1), ("110000", "2024", "small", 1),
    }  # fmt: skip
