"""The documents in an office program: opened, set as pages and read back; and the PDFs that are set without one."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from monitor.documents.build import Papers, papers_of
from monitor.documents.filing import papers_of_round
from monitor.documents.fonts import find_font
from monitor.documents.press import Press
from monitor.report.desk import Desk
from tests.documents.world import published_desk, ready_round

BOX = (
    "基本医疗保险参保率", ">95", "95左右", "收入规模与经济社会发展水平更加适应", "85.2", "保持稳定",
    "27.11", "75左右", "—",
    "期末未达标", "约束性", "预期性", "①指“十四五”期间", "④指住院费用跨省直接结算人次", "数据截至",
)  # fmt: skip
CHAPTERS = ("一、基本评价", "二、主要指标进展", "三、重点任务进展", "四、问题与原因", "五、对策建议", "附件2")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = published_desk(tmp_path_factory.mktemp("published") / "m.duckdb")
    yield made
    made.store.close()


@pytest.fixture(scope="module")
def papers(desk: Desk) -> Papers:
    return papers_of_round(desk, ready_round(desk), Press(find_font(None)))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes, str], tuple[str, int]]:
    """Gives the text and the number of pages of a file as LibreOffice sets it."""
    program = shutil.which("soffice")
    assert program is not None, "apt-get install libreoffice-writer libreoffice-calc poppler-utils fonts-noto-cjk"
    folder = tmp_path_factory.mktemp("office")

    def convert(content: bytes, name: str) -> tuple[str, int]:
        (folder / name).write_bytes(content)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(folder / name)]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        return read_pdf((folder / name).with_suffix(".pdf"))

    return convert


def read_pdf(path: Path) -> tuple[str, int]:
    """By poppler: the text without blanks and line ends, and the number of pages."""
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, timeout=60).stdout
    raw = subprocess.run(["pdftotext", "-raw", str(path), "-"], check=True, capture_output=True, timeout=60).stdout
    pages = text.count(b"\f")
    return "".join((text + raw).decode().split()), pages


def test_the_table_as_word_document_is_two_or_three_pages(
    papers: Papers, office: Callable[..., tuple[str, int]]
) -> None:
    text, pages = office(papers.made("table", "docx"), "table.docx")
    assert 1 <= pages <= 3
    assert [part for part in BOX if part not in text] == []


def test_the_workbook_opens_with_the_same_table(papers: Papers, office: Callable[..., tuple[str, int]]) -> None:
    text, pages = office(papers.made("table", "xlsx"), "table.xlsx")
    assert pages <= 8 and [part for part in BOX if part not in text] == []
    assert "3.592132" in text


def test_the_draft_as_word_document(papers: Papers, office: Callable[..., tuple[str, int]]) -> None:
    text, pages = office(papers.made("draft", "docx"), "draft.docx")
    assert 8 <= pages <= 16
    assert [part for part in (*CHAPTERS, "期末未达标1项", "评估结论：基本实现") if part not in text] == []
    assert "{{" not in text and "{%" not in text


@pytest.mark.parametrize("embedded", [True, False])
def test_the_pdfs_that_are_set_without_an_office_program(desk: Desk, tmp_path: Path, embedded: bool) -> None:
    press = Press(find_font(None) if embedded else None)
    made = papers_of(desk, period="2025", press=press)
    for kind, least, most, parts in (("table", 1, 3, BOX), ("draft", 6, 14, CHAPTERS)):
        (tmp_path / f"{kind}.pdf").write_bytes(made.made(kind, "pdf"))  # type: ignore[arg-type]
        text, pages = read_pdf(tmp_path / f"{kind}.pdf")
        assert least <= pages <= most
        assert [part for part in parts if part not in text] == []
        fonts = subprocess.run(
            ["pdffonts", str(tmp_path / f"{kind}.pdf")], capture_output=True, text=True, timeout=60
        ).stdout
        assert ("+PM" in fonts) is embedded and ("STSong-Light" in fonts) is not embedded
