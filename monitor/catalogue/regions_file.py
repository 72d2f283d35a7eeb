"""The regions file: a CSV with the columns of `data/regions.csv` plus `valid_from, valid_to` (interface.md)."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Generic, TypeVar

from .files import read_text, refuse_empty
from .problems import CatalogueError, Problem, in_order, nearest
from .regions import Region, Regions

REQUIRED = ("region_code", "parent_code", "level", "name")
COLUMNS = (
    *REQUIRED, "short_name", "glyph", "name_en", "code_system", "census_2020_population",
    "tile_column", "tile_row", "reporting", "valid_from", "valid_to", "formerly",
)  # fmt: skip

LEVELS = ("nation", "province", "prefecture", "county", "township")
"""Levels that pages know by name; another word is a level of its own unless it looks like a slip of the hand."""
_SLIP = 0.8
MOST_OF_A_RING = 20
_BOOLEANS = {"true": True, "1": True, "yes": True, "是": True, "false": False, "0": False, "no": False, "否": False}

T = TypeVar("T")


@dataclass(frozen=True)
class _Kind(Generic[T]):
    """How a cell is read (None: not at all) and what to say when it cannot be."""

    parse: Callable[[str], T | None]
    zh: str
    en: str


def _matching(pattern: str) -> Callable[[str], str | None]:
    return lambda text: text if re.fullmatch(pattern, text) else None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,12}", text) else None


_CODE = _Kind(_matching(r"[0-9]{6}"), "地区代码须是6位数字", "a region code has 6 digits")
_WHOLE = _Kind(_whole, "须是非负整数", "must be a whole number, not negative")
_CODES = _Kind(
    _matching(r"[0-9]{6}(;[0-9]{6})*"), "写6位地区代码，用分号隔开", "write region codes of 6 digits, with ; between"
)
_DAY = _Kind(_date, "不是日期；写作 2021-01-01", "not a date; write it as 2021-01-01")
_BOOLEAN = _Kind(lambda text: _BOOLEANS.get(text.lower()), "写 true 或 false", "write true or false")


def load_regions(path: Path) -> Regions:
    """Raises CatalogueError with every fault: `line` is the file's row (the header is 1), `path` the column."""
    return parse_regions(read_text(path, path.name), path.name)


def parse_regions(text: str, file: str) -> Regions:
    """The same from a text."""
    refuse_empty(text, file)
    reader = _Reader(file)
    rows = reader.read(text.removeprefix("\ufeff"))
    problems = [*reader.problems, *_tree(rows, reader.codes, file)]
    if not problems and not rows:
        problems.append(Problem(file, None, "", "empty_file", "没有一行地区", "holds no region"))
    if problems:
        raise CatalogueError(in_order(problems))
    return Regions(tuple(row.region for row in rows), file=file, text=text)


@dataclass(frozen=True)
class _Row:
    line: int
    region: Region


class _Reader:
    """Cells to regions; `codes` are all well-formed codes, also those of rows with another fault."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.codes: set[str] = set()

    def read(self, text: str) -> list[_Row]:
        rows: list[_Row] = []
        header: list[str] | None = None
        for line, cells in self._lines(text):
            if header is None:
                header = [cell.strip() for cell in cells]
                if not self._header(header, line):
                    return []
            elif any(cell.strip() for cell in cells):
                region = self._region(header, cells, line)
                if region is not None:
                    rows.append(_Row(line, region))
        return rows

    def _lines(self, text: str) -> Iterator[tuple[int, list[str]]]:
        """Each record with the row on which it begins."""
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        begin = 1
        try:
            for cells in reader:
                yield begin, cells
                begin = reader.line_num + 1
        except csv.Error as error:
            zh, en = f"CSV 写法有误；检查引号：{error}", f"not valid CSV; check quotes: {error}"
            self._fault(begin, "", "bad_csv", zh, en)

    def _header(self, header: list[str], line: int) -> bool:
        sound = True
        for name in REQUIRED:
            if name not in header:
                sound = False
                near = nearest(name, [column for column in header if column not in COLUMNS])
                zh, en = (f"；“{near}”应改名？", f"; is '{near}' meant?") if near else ("", "")
                self._fault(line, name, "missing_column", f"缺少列“{name}”{zh}", f"the column '{name}' is missing{en}")
        for name in {name for name in header if name and header.count(name) > 1}:
            sound = False
            self._fault(line, name, "duplicate_column", f"列“{name}”重复", f"the column '{name}' is there twice", name)
        for name in header:
            near = nearest(name, [column for column in COLUMNS if column not in header and column not in REQUIRED])
            if name not in COLUMNS and near:
                self._fault(line, name, "unknown_column", f"未知的列“{name}”；是不是“{near}”？",
                            f"unknown column '{name}'; did you mean '{near}'?", name)  # fmt: skip
        return sound

    def _region(self, header: list[str], cells: list[str], line: int) -> Region | None:
        if len(cells) != len(header):
            zh = f"有 {len(cells)} 格，表头有 {len(header)} 列；含逗号的文字要加引号"
            en = f"has {len(cells)} cells, the header has {len(header)}; quote texts with commas"
            self._fault(line, "", "bad_row", zh, en)
            return None
        before = len(self.problems)
        cell = dict(zip(header, (text.strip() for text in cells), strict=True))

        def read(column: str, kind: _Kind[T]) -> T | None:
            text = cell.get(column, "")
            value = kind.parse(text) if text else None
            if text and value is None:
                self._fault(line, column, "bad_value", kind.zh, kind.en, text)
            return value

        code, parent = read("region_code", _CODE), read("parent_code", _CODE)
        if code:
            self.codes.add(code)
        for column in ("region_code", "level", "name"):
            if not cell[column]:
                self._fault(line, column, "missing_value", f"“{column}”不能为空", f"'{column}' must not be empty")
        population = read("census_2020_population", _WHOLE)
        tile_column, tile_row = read("tile_column", _WHOLE), read("tile_row", _WHOLE)
        valid_from, valid_to = read("valid_from", _DAY), read("valid_to", _DAY)
        reporting, formerly = read("reporting", _BOOLEAN), read("formerly", _CODES)
        self._level(cell["level"], line)
        if valid_from and valid_to and valid_to < valid_from:
            self._fault(line, "valid_to", "bad_value", "止日早于起日", "ends before it begins", cell["valid_to"])
        if code is None or len(self.problems) > before:
            return None
        return Region(
            code, parent, cell["level"], cell["name"], bool(parent) if reporting is None else reporting,
            cell.get("short_name", ""), cell.get("glyph", ""), cell.get("name_en", ""), cell.get("code_system", ""),
            population, tile_column, tile_row, valid_from, valid_to, tuple(formerly.split(";")) if formerly else (),
        )  # fmt: skip

    def _level(self, level: str, line: int) -> None:
        near = next(iter(difflib.get_close_matches(level.lower(), LEVELS, 1, _SLIP)), None)
        if near and level != near:
            self._fault(line, "level", "unknown_level", f"未知的级别“{level}”；是不是“{near}”？",
                        f"unknown level '{level}'; did you mean '{near}'?", level)  # fmt: skip

    def _fault(self, line: int, column: str, code: str, zh: str, en: str, text: str | None = None) -> None:
        self.problems.append(Problem(self.file, line, column, code, zh, en, text))


def _tree(rows: list[_Row], codes: set[str], file: str) -> Iterator[Problem]:
    """Parents that exist, no rings, and one row for a region on any day."""
    by_code: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        for other in by_code[row.region.code]:
            if _overlap(row.region, other.region):
                zh = f"{row.region.code} 与第 {other.line} 行在同一时期重复；各写 valid_from、valid_to"
                en = f"{row.region.code} holds on the same days as row {other.line}; give valid_from and valid_to"
                yield Problem(file, row.line, "region_code", "duplicate_region", zh, en, row.region.code)
                break
        by_code[row.region.code].append(row)
    for row in rows:
        parent = row.region.parent_code
        if parent is None:
            continue
        if parent not in codes:
            near = nearest(parent, codes - {row.region.code})
            zh, en = (f"；是不是 {near}？", f"; did you mean {near}?") if near else ("", "")
            yield Problem(file, row.line, "parent_code", "unknown_parent", f"没有上级地区 {parent}{zh}",
                          f"there is no region {parent}{en}", parent)  # fmt: skip
        elif by_code[parent] and (day := _day_without(row.region, [other.region for other in by_code[parent]])):
            told_zh, told_en = (f"{day} ", f" on {day}") if day != date.min else ("最初", " at first")
            zh = f"上级地区 {parent} 在此期间并非一直存在（{told_zh.strip()}没有）；各写 valid_from、valid_to"
            en = f"the parent {parent} does not exist all that time (not{told_en}); give valid_from and valid_to"
            yield Problem(file, row.line, "parent_code", "parent_not_valid", zh, en, parent)
    yield from _names(rows, file)
    yield from _former(rows, codes, file)
    yield from _rings(rows, file)


def _rings(rows: list[_Row], file: str) -> Iterator[Problem]:
    """A region above itself, whatever the dates of the links: one problem for each ring.

    A walk from each region towards the root, iterative, that visits every link once.
    """
    links: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        if row.region.parent_code:
            links[row.region.code].append(row)
    done: set[str] = set()
    for start in links:
        if start in done:
            continue
        way = {start: iter(links[start])}
        while way:
            link = next(next(reversed(way.values())), None)
            if link is None:
                done.add(way.popitem()[0])
                continue
            parent = link.region.parent_code or ""
            if parent in way:
                codes = [*way]
                ring = " → ".join([*codes[codes.index(parent) :][:MOST_OF_A_RING], parent])
                zh, en = f"上级关系成环：{ring}", f"the parents form a ring: {ring}"
                yield Problem(file, link.line, "parent_code", "region_cycle", zh, en, parent)
            elif parent not in done:
                way[parent] = iter(links.get(parent, ()))


def _names(rows: list[_Row], file: str) -> Iterator[Problem]:
    """Two regions of one name under one parent at the same time: nobody could tell them apart."""
    seen: dict[tuple[str | None, str], list[_Row]] = defaultdict(list)
    for row in rows:
        alike = seen[row.region.parent_code, row.region.name]
        for other in alike:
            if other.region.code != row.region.code and _overlap(row.region, other.region):
                zh = f"与第 {other.line} 行（{other.region.code}）同名、同上级、同时期；请核对名称"
                en = f"has the name, the parent and the days of row {other.line} ({other.region.code}): check the name"
                yield Problem(file, row.line, "name", "duplicate_name", zh, en, row.region.name)
                break
        alike.append(row)


def _former(rows: list[_Row], codes: set[str], file: str) -> Iterator[Problem]:
    for row in rows:
        for code in row.region.formerly:
            if code not in codes or code == row.region.code:
                zh, en = f"文件中没有原地区 {code}", f"the file holds no former region {code}"
                yield Problem(file, row.line, "formerly", "unknown_region", zh, en, code)


def _day_without(region: Region, parents: list[Region]) -> date | None:
    """The first day of a row on which none of the parent's rows holds; None where there is always one."""
    day, last = region.valid_from or date.min, region.valid_to or date.max
    for parent in sorted(parents, key=lambda one: one.valid_from or date.min):
        if (parent.valid_from or date.min) > day:
            return day
        end = parent.valid_to or date.max
        if end >= last:
            return None
        if end >= day:
            day = end + timedelta(days=1)
    return day


def _overlap(one: Region, other: Region) -> bool:
    begins = max(one.valid_from or date.min, other.valid_from or date.min)
    return begins <= min(one.valid_to or date.max, other.valid_to or date.max)
