"""The target table and the self-rating as workbooks in their official form, with merged cells; the same bytes again."""

from __future__ import annotations

import io
from datetime import datetime
from itertools import groupby
from typing import Any

import xlsxwriter

from .balance import printed
from .models import Amount, PerformanceTable
from .rated import Rated
from .scoring import execution_rate, two_places

_FIXED_DATE = datetime.fromisoformat("2000-01-01")
SYNTHETIC = "模拟数据 synthetic"


class _Sheet:
    """A sheet whose cells are written as texts: none is ever a formula or a link."""

    def __init__(self, book: Any, name: str, widths: tuple[int, ...]) -> None:
        self.sheet = book.add_worksheet(name)
        base = {"border": 1, "text_wrap": True, "valign": "vcenter", "font_size": 10}
        self.plain = book.add_format({**base, "align": "center"})
        self.left = book.add_format({**base, "align": "left"})
        self.bold = book.add_format({**base, "align": "center", "bold": True})
        self.title = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
        self.quiet = book.add_format({"align": "center", "font_size": 10})
        for place, width in enumerate(widths):
            self.sheet.set_column(place, place, width)
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.last = len(widths) - 1

    def put(self, row: int, first: int, last: int, text: str, look: Any = None, *, down: int = 0) -> None:
        """A text over columns `first` to `last` and `down` further rows."""
        look = look or self.plain
        if first == last and not down:
            self.sheet.write_string(row, first, text, look)
        else:
            self.sheet.merge_range(row, first, row + down, last, "", look)
            self.sheet.write_string(row, first, text, look)


def _book(fill: Any) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": _FIXED_DATE})
        fill(book)
    return made.getvalue()


def target_book(table: PerformanceTable) -> bytes:
    """项目支出绩效目标表 as an .xlsx, mid-term beside annual."""

    def fill(book: Any) -> None:
        sheet = _Sheet(book, "绩效目标表", (8, 14, 30, 20, 14, 30, 20))
        row = _head(sheet, table, "项目支出绩效目标表")
        half = (1, 3), (4, 6)
        for label, goals in (("中期目标", table.goals.mid_term), ("年度目标", table.goals.annual)):
            first, last = half[0] if label == "中期目标" else half[1]
            sheet.put(row, first, last, label, sheet.bold)
            text = "\n".join(f"目标{number}：{goal}" for number, goal in enumerate(goals, start=1))
            sheet.put(row + 1, first, last, text, sheet.left)
        sheet.put(row, 0, 0, "总体目标", sheet.bold, down=1)
        sheet.sheet.set_row(row + 1, 30 + 28 * max(len(table.goals.mid_term), len(table.goals.annual)))
        row += 2
        for place, text in enumerate(("一级指标", *("二级指标", "三级指标", "指标值") * 2)):
            sheet.put(row, place, place, text, sheet.bold)
        row += 1
        for level, rows in groupby(table.indicators, key=lambda one: one.level):
            held = list(rows)
            sheet.put(row, 0, 0, level, sheet.bold, down=len(held) - 1)
            for one in held:
                for place, cell in ((1, one.mid_term), (4, one.annual)):
                    for offset, text in enumerate((one.kind, cell.name, cell.value)):
                        sheet.put(row, place + offset, place + offset, text)
                sheet.sheet.set_row(row, 30)
                row += 1
        sheet.sheet.write_string(row, 0, f"来源：{table.source.zh}")

    return _book(fill)


def _head(sheet: _Sheet, table: PerformanceTable, title: str) -> int:
    """Title, project and funds; gives the next row."""
    project, funds = table.project, table.funds
    sheet.sheet.merge_range(0, 0, 0, sheet.last, "", sheet.title)
    sheet.sheet.write_string(0, 0, title, sheet.title)
    sheet.sheet.merge_range(1, 0, 1, sheet.last, "", sheet.quiet)
    sheet.sheet.write_string(1, 0, f"（ {project.year}年度）", sheet.quiet)
    pairs = (
        ("项目名称", project.name.zh, "", ""),
        ("主管部门及代码", f"{project.department}[{project.department_code}]", "实施单位", project.implementing_unit),
        ("项目属性", project.attribute, "项目周期", project.cycle),
    )
    for row, (name, value, other, said) in enumerate(pairs, start=2):
        sheet.put(row, 0, 1, name, sheet.bold)
        if other:
            sheet.put(row, 2, 3, value)
            sheet.put(row, 4, 4, other, sheet.bold)
            sheet.put(row, 5, sheet.last, said)
        else:
            sheet.put(row, 2, sheet.last, value)
    sheet.put(5, 0, 1, f"项目资金（{funds.unit}）", sheet.bold, down=2)
    for first, last, label, amount in (
        (2, 3, "中期资金总额", funds.mid_term),
        (4, sheet.last, "年度资金总额", funds.annual),
    ):
        for offset, text in enumerate(_amounts(label, amount)):
            sheet.put(5 + offset, first, last, text, sheet.left)
    return 8


def _amounts(label: str, amount: Amount) -> tuple[str, str, str]:
    parts = (amount.total, amount.appropriation, amount.other)
    shown = ["" if one is None else f"{one:f}" for one in parts]
    return f"{label}：{shown[0]}", f"其中：财政拨款 {shown[1]}".rstrip(), f"其他资金 {shown[2]}".rstrip()


def rating_book(rated: Rated, *, synthetic: bool) -> bytes:
    """项目支出绩效自评表 as an .xlsx: funds, goals, each indicator with points, score and cause, the total."""

    def fill(book: Any) -> None:
        sheet = _Sheet(book, "绩效自评表", (8, 14, 30, 16, 24, 8, 8, 36))
        table, answers = rated.table, rated.answers
        row = _head(
            sheet, table, "项目支出绩效自评表" + (f"（{SYNTHETIC}）" if synthetic or rated.rests_on_synthetic else "")
        )
        for place, text in enumerate(("", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")):
            sheet.put(row, place, place, text, sheet.bold)
        numbers = [table.funds.annual.total, answers.budget, answers.executed, rated.execution.points]
        shown = ["" if one is None else printed(one) for one in numbers]
        executed = execution_rate(answers.budget, answers.executed)
        rate = "" if executed is None else f"{two_places(executed * 100)}%"
        sheet.put(row + 1, 0, 1, "年度资金总额", sheet.bold)
        for place, text in enumerate((*shown, rate, _score(rated.execution.score)), start=2):
            sheet.put(row + 1, place, place, text)
        row += 2
        goals = "\n".join(f"目标{number}：{goal}" for number, goal in enumerate(table.goals.annual, start=1))
        sheet.put(row, 0, 1, "年度总体目标", sheet.bold)
        sheet.put(row, 2, 4, goals, sheet.left)
        sheet.put(row, 5, sheet.last, answers.goals_reached, sheet.left)
        sheet.sheet.set_row(row, 30 + 26 * len(table.goals.annual))
        row += 1
        heads = (
            "一级指标",
            "二级指标",
            "三级指标",
            "年度指标值",
            "实际完成值",
            "分值",
            "得分",
            "偏差原因分析及改进措施",
        )
        for place, text in enumerate(heads):
            sheet.put(row, place, place, text, sheet.bold)
        row = _rated_rows(sheet, rated, row + 1)
        sheet.put(row, 0, 4, "总分", sheet.bold)
        sheet.put(row, 5, 5, "100")
        total = rated.total
        low, high = two_places(total.low), two_places(total.high)
        sheet.put(row, 6, 6, low if total.is_known else f"{low}—{high}")
        sheet.put(row, 7, 7, total.grade.name.zh if total.grade is not None else "")
        sheet.sheet.write_string(row + 1, 0, f"评分依据：{rated.scoring.source.zh}")

    return _book(fill)


def _rated_rows(sheet: _Sheet, rated: Rated, row: int) -> int:
    for level, rows in groupby(rated.rows, key=lambda one: one.row.level):
        held = list(rows)
        sheet.put(row, 0, 0, level, sheet.bold, down=len(held) - 1)
        for one in held:
            said = "；".join(text for text in (one.answer.cause, one.answer.measures) if text)
            texts = (one.row.kind, one.row.annual.name, one.goal.printed, one.actual, f"{one.scored.points:f}",
                     _score(one.scored.score), said)  # fmt: skip
            for place, text in enumerate(texts, start=1):
                sheet.put(row, place, place, text, sheet.left if place == 7 else None)
            sheet.sheet.set_row(row, 30)
            row += 1
    return row


def _score(score: Any) -> str:
    return "" if score is None else two_places(score)
