"""A settlement of all districts of a city: one CSV in, every problem of it at once, or a table with its totals out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from monitor.catalogue.problems import suggestion
from monitor.intake.encoding import detect_encoding
from monitor.intake.problems import ProblemLog, Refused, escape_text

from .amounts import Said, plus
from .cases import FIELDS, Case, Employees, Residents, read_case
from .employees import work_out_employees
from .outcome import AMOUNTS, Outcome
from .residents import work_out_residents
from .rules import Rules, Scheme

MOST_BYTES = 1_000_000
MOST_ROWS = 2_000
MOST_COLUMNS = 100
MOST_PROBLEMS = 500
SYNTHETIC = "模拟数据"
DISTRICT = Said("区县", "District")
NOTE = Said("备注", "Note")
_DISTRICT_HEADS = ("district", "区县", "区县（自治县）")
_NOTE_HEADS = ("note", "备注")


@dataclass(frozen=True)
class TableProblem:
    """One fault: `row` counts from 1 with the head (None: the whole file), `column` is the head as written."""

    row: int | None
    column: str
    text: str
    said: Said


class TableError(ValueError):
    """A table that cannot be settled; holds every fault at once."""

    def __init__(self, problems: Sequence[TableProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.said.en for problem in self.problems[:3]))


@dataclass(frozen=True)
class Line:
    """A district: its year as typed, and what comes of it."""

    district: str
    case: Case
    outcome: Outcome
    note: str


@dataclass(frozen=True)
class Settlement:
    scheme: Scheme
    lines: tuple[Line, ...]

    @property
    def is_synthetic(self) -> bool:
        """Whether a row says of itself that it is made up."""
        return any(SYNTHETIC in line.note or SYNTHETIC in line.district for line in self.lines)

    def known(self, name: str) -> list[Decimal]:
        """An amount of the districts that have a result for it."""
        return [amount for line in self.lines if (amount := line.outcome.amounts[name]) is not None]

    def total(self, name: str) -> Decimal | None:
        """An amount of the whole city; None where a district has no result: a part of it is no total."""
        amounts = self.known(name)
        return plus(*amounts) if len(amounts) == len(self.lines) else None

    @property
    def columns(self) -> tuple[str, ...]:
        """The amounts of the scheme."""
        return tuple(AMOUNTS[self.scheme])


def work_out(rules: Rules, case: Case) -> Outcome:
    """What comes of a year, by its scheme."""
    if isinstance(case, Employees):
        return work_out_employees(rules.employees, case)
    return work_out_residents(rules.residents, case)


def settle(rules: Rules, scheme: Scheme, content: bytes) -> Settlement:
    """The settlement of a file's districts. Raises TableError with every problem of the file."""
    rows = _rows(content)
    heads, problems = _heads(scheme, rows[0])
    if problems:
        raise TableError(problems)
    lines: list[Line] = []
    first: dict[str, int] = {}
    for number, cells in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in cells):
            line, found = _line(rules, scheme, heads, number, cells, first)
            problems += found
            lines += [line] if line is not None else []
    if not lines and not problems:
        problems.append(_whole("表中没有区县；表头之下每个区县写一行", "the table holds no district: write one a row"))
    if problems:
        raise TableError(problems[:MOST_PROBLEMS])
    return Settlement(scheme, tuple(lines))


def _rows(content: bytes) -> list[list[str]]:
    if len(content) > MOST_BYTES:
        raise TableError([_whole("文件超过 1 MB；请拆分", "the file is larger than 1 MB: split it")])
    try:
        encoding = detect_encoding(io.BytesIO(content))
        text = content[encoding.mark :].decode(encoding.name)
    except Refused as error:
        told = ProblemLog("")
        told.refuse(error)
        raise TableError([_whole(one.zh, one.en) for one in told.first()]) from None
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        zh, en = f"不是完好的 CSV（{error}）；检查引号", f"no sound CSV ({error}): check the quotation marks"
        raise TableError([_whole(zh, en)]) from None
    if not rows or not any(cell.strip() for cell in rows[0]):
        raise TableError([_whole("文件没有表头", "the file has no head")])
    if len(rows[0]) > MOST_COLUMNS:
        raise TableError([_whole(f"超过 {MOST_COLUMNS} 列", f"more than {MOST_COLUMNS} columns")])
    if len(rows) > MOST_ROWS + 1:
        raise TableError([_whole(f"超过 {MOST_ROWS} 行", f"more than {MOST_ROWS} rows")])
    return rows


def _heads(scheme: Scheme, cells: Sequence[str]) -> tuple[dict[int, tuple[str, str]], list[TableProblem]]:
    """Column → (field, head as written); and what is wrong with the heads."""
    meant = _meanings(scheme)
    heads: dict[int, tuple[str, str]] = {}
    problems = []
    for place, cell in enumerate(cells):
        head = cell.strip()
        name = meant.get(head.lower())
        if not head:
            continue
        if name is None:
            zh, en = suggestion(head, meant)
            said = Said(f"没有这一列{zh}", f"no such column{en}")
            problems.append(TableProblem(1, escape_text(head), escape_text(head), said))
        elif name in {known for known, _ in heads.values()}:
            said = Said("这一列出现两次；只留一列", "the column stands there twice: keep one")
            problems.append(TableProblem(1, head, head, said))
        else:
            heads[place] = (name, head)
    if "district" not in {name for name, _ in heads.values()} and not problems:
        said = Said("缺少“区县”列", "the column 'district' is missing")
        problems.append(TableProblem(1, "district", "", said))
    return heads, problems


def _meanings(scheme: Scheme) -> dict[str, str]:
    """Every head that is understood → its field."""
    meant = dict.fromkeys(_DISTRICT_HEADS, "district") | dict.fromkeys(_NOTE_HEADS, "note")
    for field in FIELDS[scheme]:
        for head in (field.name, field.said.zh, field.said.en, *field.heads):
            meant[head.lower()] = field.name
    return meant


def _line(
    rules: Rules,
    scheme: Scheme,
    heads: Mapping[int, tuple[str, str]],
    number: int,
    cells: Sequence[str],
    first: dict[str, int],
) -> tuple[Line | None, list[TableProblem]]:
    """One district, and every fault of its row. `first`: the row in which each district came first."""
    texts = {name: cells[place].strip() if place < len(cells) else "" for place, (name, _) in heads.items()}
    written = dict(heads.values())
    problems = []
    if any(cell.strip() for place, cell in enumerate(cells) if place not in heads):
        said = Said("这一行有表头之外的内容；检查逗号和引号", "the row has cells without a head: check commas")
        problems.append(TableProblem(number, "", escape_text(",".join(cells)), said))
    district = texts["district"]
    if not district:
        problems.append(TableProblem(number, written["district"], "", Said("没有写区县", "no district is named")))
    elif first.setdefault(district, number) != number:
        said = Said(
            f"这个区县在第 {first[district]} 行已有；只留一行", f"the district stands in row {first[district]} already"
        )
        problems.append(TableProblem(number, written["district"], escape_text(district), said))
    case, faults = read_case(rules, scheme, texts)
    for fault in faults:
        column = written.get(fault.field, fault.field)
        problems.append(TableProblem(number, column, escape_text(fault.text), fault.said))
    if problems:
        return None, problems
    return Line(district, case, work_out(rules, case), texts.get("note", "")), []


def _whole(zh: str, en: str) -> TableProblem:
    return TableProblem(None, "", "", Said(zh, en))


def values_of(case: Case) -> Iterator[tuple[str, Decimal | bool | str | None]]:
    """The inputs of a year by name of field, in the order of the scheme."""
    for field in FIELDS["residents" if isinstance(case, Residents) else "employees"]:
        yield field.name, getattr(case, "class_" if field.name == "class" else field.name)


def sample(scheme: Scheme) -> bytes:
    """A table to fill in, with made-up districts that say so: UTF-8 with BOM and CRLF."""
    heads = [DISTRICT.zh, *(field.said.zh for field in FIELDS[scheme]), NOTE.zh]
    lines = [heads, *([*row, SYNTHETIC] for row in _SAMPLES[scheme])]
    return ("\ufeff" + "".join(",".join(line) + "\r\n" for line in lines)).encode()


_SAMPLES: Mapping[Scheme, tuple[tuple[str, ...], ...]] = {
    "employees": (
        ("示例甲区", "10000", "9800", "9000", "8500", "1200", "是", "主城区"),
        ("示例乙区", "10000", "9300", "9000", "10000", "120", "是", "区域中心城市"),
        ("示例丙县", "8000", "7600", "7000", "8000", "600", "是", "其他区县"),
        ("示例丁县", "6000", "5900", "5500", "5600", "300", "否", "其他区县"),
    ),
    "residents": (
        ("示例甲区", "5000", "是", "", "400", "5000", "4800", "900", "是", ""),
        ("示例乙区", "5000", "否", "360", "40", "5000", "5300", "100", "是", "120"),
        ("示例丙县", "4000", "否", "350", "0", "4000", "4200", "50", "是", ""),
        ("示例丁县", "4000", "否", "300", "20", "4000", "4100", "60", "否", ""),
    ),
}
