"""A settlement as a table of heads and rows, with its totals; what is written to files and drawn as a page."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .amounts import Said, plus
from .cases import FIELDS, field_of
from .outcome import AMOUNTS
from .rules import Rules
from .table import DISTRICT, NOTE, Line, Settlement, values_of

Cell = Decimal | Said | None
REASON = Said("没有结果的原因", "Why there is no result")
_YES_NO = {True: Said("是", "yes"), False: Said("否", "no")}


@dataclass(frozen=True)
class Sheet:
    """`rows`: the districts as they came; `totals`: the city, and where a column of it has no total what is known."""

    heads: tuple[Said, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[tuple[Cell, ...], ...]


def sheet_of(rules: Rules, settlement: Settlement) -> Sheet:
    """District, inputs, amounts, reason and note; amounts exact."""
    fields = FIELDS[settlement.scheme]
    heads = (DISTRICT, *(one.said for one in fields), *AMOUNTS[settlement.scheme].values(), REASON, NOTE)
    rows = tuple(_row(rules, settlement, line) for line in settlement.lines)
    width = len(fields) + len(settlement.columns)
    columns = [[row[place] for row in rows] for place in range(1, width + 1)]
    count = len(rows)
    total = tuple(_total(cells, whole=True) for cells in columns)
    totals = [(Said(f"合计（{count} 个区县）", f"Total ({count} districts)"), *total, None, None)]
    known = tuple(_total(cells, whole=False) for cells in columns)
    if known != total:
        said = Said("其中有数的合计（不是全市合计）", "Of those known (not the city's total)")
        totals.append((said, *known, None, None))
    return Sheet(heads, rows, tuple(totals))


def _row(rules: Rules, settlement: Settlement, line: Line) -> tuple[Cell, ...]:
    inputs: list[Cell] = []
    for name, value in values_of(line.case):
        if isinstance(value, bool):
            inputs.append(_YES_NO[value])
        elif field_of(settlement.scheme, name).kind == "class" and isinstance(value, str):
            shares = rules.employees.class_of(value)
            inputs.append(Said(shares.name.zh, shares.name.en or shares.id))
        else:
            inputs.append(value if isinstance(value, Decimal) else None)
    amounts = (line.outcome.amounts[name] for name in settlement.columns)
    note = Said(line.note, line.note) if line.note else None
    return (Said(line.district, line.district), *inputs, *amounts, _reason(line), note)


def _reason(line: Line) -> Said | None:
    """What is missing; also that targets were missed, which leaves a rule without a result."""
    parts = [Said(f"缺{one.said.zh}", f"no {one.said.en.lower()}") for one in line.outcome.missing]
    if line.outcome.scheme == "employees" and line.case.met is False:
        parts.append(Said("没有完成目标考核任务", "assessed targets missed"))
    if not parts:
        return None
    return Said("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))


def _total(cells: list[Cell], *, whole: bool) -> Decimal | None:
    """The sum of a column of amounts; `whole`: only where every district has one."""
    amounts = [cell for cell in cells if isinstance(cell, Decimal)]
    if not amounts or (whole and len(amounts) < len(cells)):
        return None
    return plus(*amounts)
