"""Lines of a PDF break as Chinese is printed, whatever stands in a paragraph and however narrow it is."""

from __future__ import annotations

import pytest
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont

from monitor.documents.wrapping import Wrapped

TEXT = (
    "佐证：基本医疗保险（含生育保险）基金收入3.59万亿元<super>[16]</super>；职工基本医疗保险基金支出19376.55亿元"
    "<super>[22]</super>；比基期增加0.91万亿元<super>[21]</super>，“按疾病诊断相关分组付费”，期末未达标。"
)
PLAIN = TEXT.replace("<super>", "").replace("</super>", "")


def lines(text: str, width: float) -> list[str]:
    """The lines at a width in points, letters being 10 wide."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    style = ParagraphStyle("s", fontName="STSong-Light", fontSize=10, leading=12, wordWrap="CJK")
    made = Wrapped(text, style)
    made.wrap(width, 1000)
    return ["".join(word.text for word in line.words) for line in made.blPara.lines]


@pytest.mark.parametrize("width", range(120, 320, 10))
def test_no_mark_begins_a_line_and_no_number_is_torn(width: int) -> None:
    found = lines(TEXT, width)
    assert "".join(found) == PLAIN and len(found) > 1
    assert not [one for one in found if one[0] in "，。；）”["]
    assert not [one for one in found if one[-1] in "（“"]
    for whole in ("3.59万亿元[16]；", "19376.55亿元[22]；", "0.91万亿元[21]，"):
        assert any(whole in one for one in found)


def test_what_is_wider_than_a_line_is_torn_and_nothing_is_lost() -> None:
    assert lines("f" * 64, 100) and "".join(lines("f" * 64, 100)) == "f" * 64
    assert "".join(lines(TEXT, 8)) == PLAIN and lines("", 100) == []
