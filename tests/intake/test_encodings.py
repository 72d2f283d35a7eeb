"""Text comes through to the character, whatever it was written in; what is damaged is refused, not guessed."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.intake.desk import ReadingDesk, as_csv, codes, row, rows_of
from tests.properties import examples

NOTE = "参保率：“年末” — 95％以上（含生育保险）①②③ ㎡ 㐀 𠮷 é ü 한"
ENCODINGS = {
    "utf-8": ("utf-8", b"", "utf-8"),
    "utf-8 with a mark": ("utf-8", b"\xef\xbb\xbf", "utf-8"),
    "gb18030": ("gb18030", b"", "gb18030"),
    "utf-16 little-endian": ("utf-16-le", b"\xff\xfe", "utf-16-le"),
    "utf-16 big-endian": ("utf-16-be", b"\xfe\xff", "utf-16-be"),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_a_note_comes_through_to_the_character(desk: ReadingDesk, name: str) -> None:
    codec, mark, found = ENCODINGS[name]
    reading = desk.read(mark + as_csv([row(note=NOTE)]).encode(codec))
    assert not reading.problems and reading.encoding == found
    assert rows_of(reading.staging)[0][14] == NOTE


# characters a text file can hold: no surrogates; NUL and U+FFFD are reported, and have tests of their own
NOTES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffd"), max_size=60).filter(
    lambda text: not text.startswith("'")  # how an export marks a text; read back in a test of its own
)


@settings(max_examples=examples(30), deadline=None)
@given(st.lists(NOTES, min_size=1, max_size=6), st.sampled_from(["utf-8", "utf-16"]))
@example(["\x1e", "\x1f", "\x1e0\x1f\x1e3", "\x1e\x1e00", "a\nb\r\nc\rd", '"', '""\\,\t\''], "utf-8")
@example(["\ufeff", "\u2028\u2029\x85\x0b\x0c", "\x1a", " x ", "NULL", "\\N", "0.10"], "utf-8")
def test_any_note_is_stored_as_it_was_sent(desk: ReadingDesk, notes: list[str], codec: str) -> None:
    rows = [row(period=f"{1990 + number}", note=note) for number, note in enumerate(notes)]
    names = ["indicator_id", "region_code", "period", "value", "note"]
    reading = desk.read_inside(as_csv(rows, names).encode(codec))
    assert not reading.problems
    assert [line[14] for line in rows_of(reading.staging)] == [note or None for note in notes]


def test_a_text_that_an_export_marked_is_read_without_its_mark(desk: ReadingDesk) -> None:
    marked = {"'=1+1": "=1+1", "''": "'", "' @x": " @x", "'plain": "'plain", "'": "'"}
    rows = [row(period=f"{1990 + number}", note=note) for number, note in enumerate(marked)]
    reading = desk.read_inside(as_csv(rows))
    assert not reading.problems
    assert [line[14] for line in rows_of(reading.staging)] == list(marked.values())


@settings(max_examples=examples(30), deadline=None)
@given(
    st.text(st.sampled_from("参保率应人数基金收入住院费用支付比例全民医疗保障规划"), min_size=5, max_size=80), st.data()
)
def test_utf8_that_lost_a_byte_is_never_read_as_something_else(
    desk: ReadingDesk, text: str, data: st.DataObject
) -> None:
    content = as_csv([row(note=text)]).encode()
    start = content.index(text.encode())
    lost = data.draw(st.integers(start, start + len(text.encode()) - 1))
    assert codes(desk.read_inside(content[:lost] + content[lost + 1 :])) == ["damaged_utf8"]


@settings(max_examples=examples(30), deadline=None)
@given(st.text(st.sampled_from("参保率应人数基金收入住院费用支付比例全民医疗保障规划未完成"), max_size=80))
@example("住院住院住院住院")
def test_gb18030_is_read_as_gb18030(desk: ReadingDesk, text: str) -> None:
    reading = desk.read_inside(as_csv([row(note=text + "完")]).encode("gb18030"))
    assert not reading.problems and reading.encoding == "gb18030"
    assert rows_of(reading.staging)[0][14] == text + "完"


def test_the_place_of_a_bad_byte_is_named(desk: ReadingDesk) -> None:
    reading = desk.read(as_csv([row(), row(period="2022")]).encode() + b"x,\xff\xff")
    assert codes(reading) == ["unknown_encoding"]
    assert "line 4" in reading.problems[0].en and "第 4 行" in reading.problems[0].zh


def test_bytes_beyond_the_first_piece_are_looked_at(desk: ReadingDesk) -> None:
    filler = as_csv([row(period=f"{1900 + number % 300}", note="x" * 1500) for number in range(1500)])
    content = filler.encode() + as_csv([row(note="参保")]).encode("gb18030").partition(b"\n")[2]
    reading = desk.read(content)
    assert reading.encoding == "gb18030" and reading.row_count == 1501
