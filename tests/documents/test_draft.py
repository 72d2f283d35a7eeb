"""The draft of the report: five chapters, every number with its origin, what people said taken up, nothing invented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.documents.build import Papers, papers_of
from monitor.documents.draft import CHAPTERS, Draft
from monitor.documents.filing import papers_of_round
from monitor.documents.press import Press
from monitor.documents.prose import plain_text
from monitor.evaluation.rounds import read_round
from monitor.report.desk import Desk

from .reading import docx_text, pdf_text
from .world import ROUND

MARK = re.compile(r"\[\d+\]")


def paragraphs(draft: Draft) -> list[str]:
    return [plain_text(one) for chapter in draft.chapters for section in chapter.sections for one in section.paragraphs]


@pytest.fixture(scope="module")
def papers(published: Desk) -> Papers:
    return papers_of(published, period="2025", press=Press())


def test_it_has_the_usual_chapters_and_counts_by_hand(papers: Papers) -> None:
    assert tuple(chapter.title for chapter in papers.draft.chapters) == CHAPTERS
    text = [MARK.sub("", one) for one in paragraphs(papers.draft)]
    # of 15: 1 held, 2 breached, 1 missed, 2 judged, 9 without data; 1 of 4 good
    assert "可判断的指标4项，其中达标、保持或不慢于时序的1项，占25%。" in text
    assert "期末未达标1项：个人卫生支出占卫生总费用的比例。" in text
    assert "约束性指标中1项滞后或未达标：个人卫生支出占卫生总费用的比例。" in text
    assert not any("已达标" in one for one in text)
    assert "没有纳入本稿的重点任务进展报告。" in text and "没有收到自评中的措施，请评估人员补充。" in text


def test_every_number_of_the_text_is_found_again(papers: Papers) -> None:
    draft = papers.draft
    marked = [mark for one in paragraphs(draft) for mark in MARK.findall(one)]
    assert sorted(set(marked), key=marked.index) == [row.mark for row in draft.origins]
    for row in draft.origins:
        assert all((row.printed, row.exact, row.meaning, row.indicator, row.period, row.vintage, row.source))
        text = "".join(paragraphs(draft))
        assert f"{row.printed}{row.mark}" in text
    out = next(row for row in draft.origins if row.printed == "27.11%")
    assert (out.exact, out.period, out.vintage) == ("27.10898473…（6327725/233418） %", "2025", "公报数")
    assert out.submissions.isdigit() and "国家卫生健康委" in out.source


def test_no_bare_figure_stands_in_the_text(papers: Papers) -> None:
    """Each percentage and percentage point of the chapters on figures is followed by its mark."""
    text = "".join(paragraphs(papers.draft)).replace("在95%以上", "")
    assert re.findall(r"\d(?:%|个百分点|万亿元|亿元)(?!左右|\[)", text) == []


def test_what_people_said_is_taken_up_with_the_round(ready: Desk) -> None:
    made = papers_of_round(ready, read_round(ready.store, ROUND), Press())
    text = [MARK.sub("", one) for one in paragraphs(made.draft)]
    assert "责任单位自评：2022年曾降到26.89%，此后回升。" in text
    assert "责任单位对目标前景的判断：难以完成。受人口老龄化影响。" in text
    assert "评估结论：基本实现（与测算结果不一致）。理由：与目标仅差0.11个百分点。" in text
    assert "个人卫生支出占卫生总费用的比例（规划财务和法规司）：提高门诊保障水平。" in text
    assert "个人卫生支出占卫生总费用的比例（规划财务和法规司）：建议按核算口径评价。" in text
    assert "责任单位未提交自评：单位未报。" in text
    assert "评估结论与测算结果不一致的1项：个人卫生支出占卫生总费用的比例，理由见第二部分。" in text
    rows = {row.number: row.conclusion.text for row in made.table.rows}
    assert (rows[1], rows[2], rows[6], rows[7]) == ("保持", "已实现", "无法判断", "基本实现（与测算不一致）")
    assert "“十四五”总结评估" in made.table.subtitle


def test_word_and_pdf_say_the_same(papers: Papers) -> None:
    word, pdf = docx_text(papers.made("draft", "docx")), pdf_text(papers.made("draft", "pdf"))
    for part in (*CHAPTERS, "（五）优质服务", "附件2　数据出处", "（6327725/233418）"):
        assert part in word and "".join(part.split()) in "".join(pdf.split())
    assert "27.11%[" in word and "{{" not in word and "{%" not in word


def test_the_ledger_of_tasks_is_told_where_there_are_reports(desk: Desk, tmp_path: Path) -> None:
    from monitor.demo.tasks import load_task_reports
    from monitor.documents.occasion import tasks_told
    from monitor.documents.said import Occasion

    assert tasks_told(desk, None, None) is None
    load_task_reports(desk.store, desk.current.catalogues, desk.store.now().date())
    told = tasks_told(desk, None, desk.store.now())
    assert told is not None and told.total == 103 and told.synthetic
    made = papers_of(desk, period="2025", as_of=None, occasion=Occasion(tasks=told), press=Press())
    text = "".join(paragraphs(made.draft))
    assert re.search(r"重点任务103项\[\d+\]：", text) and "（含模拟数据）" in text
    assert made.draft.synthetic


def test_overdue_tasks_are_counted_and_named_in_one_paragraph(desk: Desk) -> None:
    from monitor.demo.tasks import load_task_reports
    from monitor.documents.occasion import tasks_told
    from monitor.documents.said import Occasion

    load_task_reports(desk.store, desk.current.catalogues, desk.store.now().date())
    told = tasks_told(desk, None, desk.store.now())
    assert told is not None
    # at 2026-11-02 every day of the plan is over: what is not done is overdue, whether reported of or not
    open_ = [title for one in told.counts if one.state != "已完成" for title in one.titles]
    made = papers_of(desk, period="2025", occasion=Occasion(tasks=told), press=Press())
    late = [MARK.sub("", one) for one in paragraphs(made.draft) if one.startswith("超期")]
    assert len(late) == 1
    assert late[0].startswith(f"超期{len(open_)}项。已过完成期限（2025年12月31日）{len(open_)}项：")
    assert all(title in late[0] for title in open_) and any(one.state == "未报告" for one in told.counts)


def test_a_share_to_hold_is_told_as_it_is_judged(papers: Papers) -> None:
    """The plan prints >95 and its note says 95% and more: 95% would not be more than 95%."""
    text = [MARK.sub("", one) for one in paragraphs(papers.draft)]
    assert any("各年均符合>95%（按≥95%判断）的要求，保持" in one for one in text)


def test_a_category_that_comes_twice_is_told_once(tmp_path: Path) -> None:
    """The example plan has indicators of its own at its end, in categories that came before; and its store is empty."""
    from monitor.catalogue.loader import load_catalogues, load_regions
    from monitor.method.settings import MethodSettings
    from monitor.shipped import find_shipped
    from monitor.store.store import Store

    regions = load_regions(find_shipped("data/regions.csv"))
    plans = load_catalogues([find_shipped("data/plans/example-hainan-14.yaml")], regions)
    desk = Desk(Store.open(tmp_path / "monitor.duckdb"), plans, regions, MethodSettings())
    made = papers_of(desk, period="2025", press=Press())
    categories = [group.category for group in made.table.groups]
    assert len(categories) == len(set(categories)) and len(made.table.rows) == len(plans[0].indicators)
    assert [one.title[3:] for one in made.draft.chapters[1].sections] == categories
    assert "库中尚无数据，2025年各指标测算结果如下。" in MARK.sub("", "".join(paragraphs(made.draft)))
    desk.store.close()
