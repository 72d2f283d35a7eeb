"""The two files that everyone checks: one whose only faults are sums that do not hold, one with a fault of each kind.

Every planted fault is one that a row, or a key, shows by itself, so that a schema can say it. Faults stand on rows far
apart; `Fault.rows` are the lines of the file (its header is line 1) at any of which it may rightly be told.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from bench.ingest import COLUMNS, figures
from monitor.catalogue.loader import Catalogue
from monitor.intake.rules import IndicatorRule, Rules

Row = dict[str, str]
_OF_EACH_KIND = 12
_SPACE = 23


@dataclass(frozen=True)
class Fault:
    """A planted fault. `rows`: two for a key that stands twice, else one."""

    kind: str
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Found:
    """What one checker told of the planted faults: how many of each kind, and lines that have no fault."""

    by_kind: Mapping[str, tuple[int, int]]
    false_alarms: tuple[int, ...]

    @property
    def is_complete(self) -> bool:
        return all(found == planted for found, planted in self.by_kind.values()) and not self.false_alarms


def compare(faults: Sequence[Fault], told: Collection[int]) -> Found:
    """Which planted faults stand among the lines that a checker told."""
    by_kind: dict[str, tuple[int, int]] = {}
    for fault in faults:
        found, planted = by_kind.get(fault.kind, (0, 0))
        by_kind[fault.kind] = (found + any(row in told for row in fault.rows), planted + 1)
    allowed = {row for fault in faults for row in fault.rows}
    return Found(by_kind, tuple(sorted(set(told) - allowed)))


def write_files(
    good: Path, faulty: Path, catalogue: Catalogue, rules: Rules, units: list[str], rows: int
) -> list[Fault]:
    """Both files, of as many rows each; what was planted in the second."""
    made = [
        dict(zip(COLUMNS, map(str, figure), strict=True))
        for figure in itertools.islice(figures(catalogue, units), rows)
    ]
    _write(good, made)
    faults = plant(made, rules)
    _write(faulty, made)
    return faults


def plant(rows: list[Row], rules: Rules) -> list[Fault]:
    """Change rows here and there, as many of each kind as fit; gives what was planted, by line."""
    faults: list[Fault] = []
    at = _SPACE
    for _ in range(_OF_EACH_KIND):
        for kind, (suits, change) in KINDS.items():
            place = next((n for n in range(at, len(rows)) if suits(rules.indicators[rows[n]["indicator_id"]])), None)
            if place is None:
                return faults
            line = place + 2
            if change is None:
                rows[place] = _again(rows[place - 1])
                faults.append(Fault(kind, (line - 1, line)))
            else:
                change(rows[place], rules)
                faults.append(Fault(kind, (line,)))
            at = place + _SPACE
    return faults


def _again(row: Row) -> Row:
    """The same key with another figure that is in order by itself."""
    name = "value" if row["value"] else "denominator"
    return {**row, name: f"{Decimal(row[name]) * Decimal('1.01'):f}"}


def _any(_rule: IndicatorRule) -> bool:
    return True


def _is_ratio(rule: IndicatorRule) -> bool:
    return rule.factor is not None


def _is_limited_ratio(rule: IndicatorRule) -> bool:
    return _is_ratio(rule) and any(check.high == 100 and check.severity == "error" for check in rule.ranges)


def _is_amount_from_nothing(rule: IndicatorRule) -> bool:
    return not _is_ratio(rule) and any(check.low == 0 and check.severity == "error" for check in rule.ranges)


def _set(column: str, text: str) -> Callable[[Row, Rules], None]:
    def change(row: Row, _rules: Rules) -> None:
        row[column] = text

    return change


def _too_large(row: Row, _rules: Rules) -> None:
    row["numerator"] = f"{Decimal(row['denominator']) * Decimal('1.5'):f}"


def _too_large_by_a_hair(row: Row, _rules: Rules) -> None:
    row["numerator"], row["denominator"] = "123456789012.0000000001", "123456789012"


def _unit_of_something_else(row: Row, rules: Rules) -> None:
    row["unit"] = "万人" if rules.indicators[row["indicator_id"]].unit in ("%", "个", "类", "元") else "%"


def _letters(row: Row, _rules: Rules) -> None:
    row["numerator" if row["numerator"] else "value"] = "12o.5"


# kind → on which indicators' rows it can be, and how it is made (None: by the row before, once more)
KINDS: Mapping[str, tuple[Callable[[IndicatorRule], bool], Callable[[Row, Rules], None] | None]] = {
    "unknown indicator": (_any, _set("indicator_id", "no_such_indicator")),
    "unknown region": (_any, _set("region_code", "999999")),
    "no region": (_any, _set("region_code", "")),
    "no such month": (_any, _set("period", "2024-13")),
    "unknown unit": (_any, _set("unit", "斗")),
    "another indicator's unit": (_any, _unit_of_something_else),
    "not a number": (_any, _letters),
    "negative part": (_is_ratio, _set("numerator", "-5")),
    "denominator 0": (_is_ratio, _set("denominator", "0")),
    "denominator missing": (_is_ratio, _set("denominator", "")),
    "numerator above denominator": (_is_limited_ratio, _too_large),
    "numerator above denominator, in the 22nd digit": (_is_limited_ratio, _too_large_by_a_hair),
    "value out of its range": (_is_amount_from_nothing, _set("value", "-5")),
    "a part where none is expected": (_is_amount_from_nothing, _set("numerator", "5")),
    "a key twice, with two figures": (_any, None),
}


def _write(path: Path, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
