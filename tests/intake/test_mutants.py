"""Good files with bytes changed at random: each is read or refused with a reason; no other way out."""

from __future__ import annotations

import io
import zipfile

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from monitor.intake.child import do
from monitor.intake.limits import Limits
from tests.intake.desk import ReadingDesk, as_csv, row, rows_of
from tests.intake.hostile import good_workbook
from tests.intake.workbooks import pack
from tests.properties import examples

_WORKBOOK = good_workbook()
_TEXT = as_csv([row(note="参保率，“公报”"), row(period="2022", value="—"), row(period="2021-Q2", value="１，２３４")])


def _mutate(content: bytes, data: st.DataObject) -> bytes:
    """Flip, cut, double or insert up to four times."""
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, max(len(content) - 1, 0)))
        kind = data.draw(st.sampled_from(["flip", "cut", "double", "insert", "zero"]))
        span = data.draw(st.integers(1, 64))
        if kind == "flip" and content:
            content = content[:place] + bytes([content[place] ^ (1 << span % 8)]) + content[place + 1 :]
        elif kind == "cut":
            content = content[:place] + content[place + span :]
        elif kind == "double":
            content = content[:place] + content[place : place + span] + content[place:]
        elif kind == "insert":
            content = content[:place] + data.draw(st.binary(min_size=1, max_size=8)) + content[place:]
        else:
            content = content[:place] + bytes(len(content[place : place + span])) + content[place + span :]
    return content


def _has_a_verdict(desk: ReadingDesk, content: bytes, name: str) -> None:
    reading = desk.read_inside(content, name)
    assert reading.blocked == any(problem.severity == "error" for problem in reading.problems)
    assert reading.blocked or rows_of(reading.staging)


def _is_shown_and_marked_or_refused(desk: ReadingDesk, content: bytes, name: str) -> None:
    path = desk.path(content, name)
    job = {"copy": str(path), "limits": Limits().as_json()}
    shown = do({"task": "glance", **job, "most": 500, "lines": []})
    assert "refused" in shown or shown["rows"]
    problem = {"row": 2, "column": "value", "code": "x", "severity": "error", "message": "m", "text": None}
    said = {"language": "zh", "problems": [problem], "remarks": [], "count": 1, "as_texts": False}
    target = path.with_name("out.xlsx")
    marked = do({"task": "annotate", **job, **said, "target": str(target)})
    assert "refused" in marked or load_workbook(target).worksheets[0].title == "差错清单"


@settings(max_examples=examples(80), deadline=None)
@given(st.data())
def test_a_damaged_container(desk: ReadingDesk, data: st.DataObject) -> None:
    _has_a_verdict(desk, _mutate(_WORKBOOK, data), "a.xlsx")


@settings(max_examples=examples(80), deadline=None)
@given(st.data())
def test_damaged_xml_in_a_sound_container(desk: ReadingDesk, data: st.DataObject) -> None:
    with zipfile.ZipFile(io.BytesIO(_WORKBOOK)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    victim = data.draw(st.sampled_from(sorted(parts)))
    parts[victim] = _mutate(parts[victim], data)
    content = pack(parts)
    _has_a_verdict(desk, content, "a.xlsx")
    _is_shown_and_marked_or_refused(desk, content, "a.xlsx")


@settings(max_examples=examples(80), deadline=None)
@given(st.data(), st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_damaged_text(desk: ReadingDesk, data: st.DataObject, codec: str) -> None:
    content = _mutate(_TEXT.encode(codec), data)
    _has_a_verdict(desk, content, "a.csv")
    _is_shown_and_marked_or_refused(desk, content, "a.csv")
