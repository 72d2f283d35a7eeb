"""The same figures in another form are the same rows: order of rows and columns, CSV or workbook, encoding."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.intake.reading import Reading
from tests.intake.desk import ReadingDesk, as_csv, codes, rows_of
from tests.intake.workbooks import workbook
from tests.properties import examples

_PERIODS = [f"{year}{part}" for year in range(2019, 2024) for part in ("", "-H1", "-Q3", "-06")]
_RATIO = st.fixed_dictionaries(
    {"indicator_id": st.sampled_from(["enrolment_rate", "strict_share"])},
    optional={"value": st.sampled_from(["96.2", "27.0", "", "不适用", "保密", "—"]), "comparator": st.just("eq")},
)
_PLAIN = st.fixed_dictionaries(
    {
        "indicator_id": st.sampled_from(["fund_income", "procured_drugs"]),
        "value": st.decimals(0, 500, places=4).map(str),
    },
    optional={"synthetic": st.sampled_from(["true", "false"]), "vintage": st.sampled_from(["flash", "公报"])},
)
_TEXTS = st.fixed_dictionaries(
    {}, optional={"note": st.text(st.sampled_from("甲乙丙 ,\"'\n"), max_size=8), "grade": st.sampled_from(["A", "B"])}
)
_KEYS = st.tuples(st.sampled_from(["000000", "110000", "660000"]), st.sampled_from(_PERIODS))


@st.composite
def tables(draw: st.DrawFn) -> list[dict[str, str]]:
    keys = draw(st.lists(_KEYS, min_size=1, max_size=12, unique=True))
    return [
        {"region_code": region, "period": period, **draw(st.one_of(_RATIO, _PLAIN)), **draw(_TEXTS)}
        for region, period in keys
    ]


def content_of(*readings: Reading) -> list[tuple[Any, ...]]:
    """The rows of all readings together, without their place; none of one that is refused."""
    stored = [row for reading in readings if reading.staging for row in rows_of(reading.staging)]
    return sorted((row[2:] for row in stored), key=repr)


@settings(max_examples=examples(12), deadline=None)
@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_does_not_matter(
    desk: ReadingDesk, rows: list[dict[str, str]], chance: Any
) -> None:
    names = sorted({name for row in rows for name in row} | {"value"})
    shuffled, turned = list(rows), list(names)
    chance.shuffle(shuffled)
    chance.shuffle(turned)
    one, other = desk.read_inside(as_csv(rows, names)), desk.read_inside(as_csv(shuffled, turned))
    assert content_of(one) == content_of(other)
    assert (one.problem_count, one.blocked) == (other.problem_count, other.blocked)


@settings(max_examples=examples(12), deadline=None)
@given(tables())
def test_a_workbook_says_the_same_as_a_text(desk: ReadingDesk, rows: list[dict[str, str]]) -> None:
    names = sorted({name for row in rows for name in row} | {"value"})
    text = desk.read_inside(as_csv(rows, names))
    cells = [names, *([row.get(name) or None for name in names] for row in rows)]
    book = desk.read_inside(workbook(cells), "a.xlsx")
    assert content_of(text) == content_of(book)
    assert codes(text) == codes(book)


@settings(max_examples=examples(12), deadline=None)
@given(tables())
def test_the_encoding_does_not_matter(desk: ReadingDesk, rows: list[dict[str, str]]) -> None:
    names = sorted({name for row in rows for name in row} | {"value"})
    text = as_csv(rows, names)
    utf8, *others = (desk.read_inside(text.encode(codec)) for codec in ("utf-8", "utf-16", "gb18030"))
    assert all(content_of(other) == content_of(utf8) for other in others)


@settings(max_examples=examples(12), deadline=None)
@given(tables(), st.integers(0, 12))
def test_one_file_says_the_same_as_two(desk: ReadingDesk, rows: list[dict[str, str]], cut: int) -> None:
    names = sorted({name for row in rows for name in row} | {"value"})
    whole = desk.read_inside(as_csv(rows, names))
    parts = [desk.read_inside(as_csv(part, names)) for part in (rows[:cut], rows[cut:]) if part]
    assert whole.blocked or content_of(whole) == content_of(*parts)
