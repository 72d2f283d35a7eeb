"""Synthetic figures of counties, so that the whole tree has something to show: every province's figures divided up.

A province's own figures stay as they are. Its amounts are divided among its counties to the last ten-thousandth, each
county leaning a little this or that way, so prefectures (which send nothing) and the province's sum add up to what the
province has reported. Items of services are no amounts that counties share: each county has the province's items and
does its own part of them. Everything depends on codes alone and is marked 模拟数据.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

from monitor.catalogue.models import Indicator
from monitor.catalogue.periods import Period, parse_period
from monitor.catalogue.regions import Region, Regions
from monitor.intake.submissions import ingest
from monitor.method.figures import Figure
from monitor.report.desk import Desk

from .numbers import SCALE, allot, plain, spread, uniform
from .rows import COLUMNS, NOTE, SentRow

SENT_BY = "模拟数据（县级）"
EXPLANATION = "模拟数据：按本省数分解，未逐县核实"
PERIODS = ("2020", "2020-Q4", "2024", "2024-Q4", "2025", "2025-Q4")
_ITEMS = frozenset({"online_service_share", "counter_service_share"})
# how far a county's rate may lie from its province's, as a share of the way to the nearer end of 0–100 %
_LEAN = 0.35
_SILENT = 0.02
"""Share of the counties that have sent nothing for a period."""


def load_counties(desk: Desk, folder: Path) -> int:
    """Hands in a file a period under `folder`, accepted at once; how many rows were sent.

    The store holds the provinces' figures already (loader.py). Raises StoreError as ingest does, OSError.
    """
    sent = 0
    for code in PERIODS:
        path = folder / f"模拟数据_县级_{code}.csv"
        sent += _write(path, county_rows(desk, parse_period(code)))
        ingest(
            desk.store, desk.current.catalogues, desk.current.regions, path, by=SENT_BY, accept=True,
            explain=EXPLANATION,
        )  # fmt: skip
    return sent


def county_rows(desk: Desk, period: Period) -> Iterator[SentRow]:
    """What every county sends for a period: the indicators of that frequency of which its province has a figure."""
    tree, regions = desk.tree(), desk.current.regions
    wanted = [one for one in tree.indicators.values() if not one.is_context and _is_sent(one, period)]
    provinces = [row for row in regions.children(tree.plan.region, period.end) if row.reporting]
    for province in provinces:
        counties = _leaves(regions, province, period)
        if not counties:
            continue
        people = {one.code: _size(one, province) for one in counties}
        for indicator in sorted(wanted, key=lambda one: one.number):
            figure = tree.figure(indicator, province.code, period)
            if figure is not None and figure.vintage != "aggregated":
                yield from _divided(indicator, figure, people, period)


def _is_sent(one: Indicator, period: Period) -> bool:
    return one.frequency == ("year" if period.kind == "year" else "quarter") and one.aggregate in (
        "ratio_of_sums",
        "sum",
    )


def _leaves(regions: Regions, province: Region, period: Period) -> list[Region]:
    """Counties, and cities without any: who has nobody below."""
    below = regions.descendants(province.code, period.end)
    return [row for row in below if row.reporting and not regions.children(row.code, period.end)]


def _size(county: Region, province: Region) -> float:
    """A weight between 1 and 6; districts of cities weigh more than counties."""
    city = 2.0 if county.name.endswith("区") or county.level == "prefecture" else 1.0
    return city * (1 + 2 * uniform("size", province.code, county.code))


def _divided(indicator: Indicator, figure: Figure, people: Mapping[str, float], period: Period) -> Iterator[SentRow]:
    silent = {code for code in people if uniform("silent", code, period.year) < _SILENT}
    named = indicator.figure
    if figure.numerator is None or figure.denominator is None or named is None:
        if indicator.aggregate != "sum":
            return
        unit, size = ("亿元", Fraction(SCALE)) if indicator.unit == "万亿元" else (indicator.unit, Fraction(1))
        parts = allot(_whole(figure.value * size), people)
        rows = {code: {"value": str(plain(amount)), "unit": unit} for code, amount in parts.items()}
    else:
        tops, bottoms = _parts(indicator, figure.numerator, figure.denominator, people)
        rows = {
            code: {
                "numerator": str(plain(tops[code])), "denominator": str(plain(bottoms[code])),
                "part_unit": named.unit, "unit": indicator.unit,
            }
            for code in people
            if bottoms[code]
        }  # fmt: skip
    for code, cells in rows.items():
        if code not in silent:
            yield SentRow(indicator.id, code, period.code, note=NOTE, **cells)


def _whole(amount: Fraction) -> int:
    return int(amount * SCALE)


def _parts(
    indicator: Indicator, top: Fraction, bottom: Fraction, people: Mapping[str, float]
) -> tuple[dict[str, int], dict[str, int]]:
    """Numerators and denominators by county; no part is above its whole where the province's is not."""
    rate = float(top / bottom)
    lean = _LEAN * min(rate, max(0.0, 1 - rate))
    rates = {code: rate + spread(lean, indicator.id, code) for code in people}
    if indicator.id in _ITEMS:
        items = int(bottom) * SCALE
        return {code: min(items, round(int(bottom) * rates[code]) * SCALE) for code in people}, dict.fromkeys(
            people, items
        )
    bottoms = allot(_whole(bottom), people)
    wanted = {code: bottoms[code] * rates[code] for code in people}
    tops = allot(_whole(top), {code: max(amount, 1e-9) for code, amount in wanted.items()})
    return _within(tops, bottoms) if rate <= 1 else tops, bottoms


def _within(tops: dict[str, int], bottoms: Mapping[str, int]) -> dict[str, int]:
    """The same sum with nobody above its denominator: what is too much goes to those with room, in order of code."""
    over = 0
    for code in sorted(tops):
        over += max(0, tops[code] - bottoms[code])
        tops[code] = min(tops[code], bottoms[code])
    for code in sorted(tops):
        room = min(over, bottoms[code] - tops[code])
        tops[code] += room
        over -= room
    return tops


def _write(path: Path, rows: Iterator[SentRow]) -> int:
    cells = [row.cells() for row in rows]
    with path.open("w", encoding="utf-8-sig", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(COLUMNS)
        writer.writerows(cells)
    return len(cells)
