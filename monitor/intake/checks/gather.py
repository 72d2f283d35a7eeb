"""What the checks need to know, gathered set by set: the file's figures and those in force beside them.

Reads the temporary tables `bundle`, `incoming`, `standing` and `compared` of the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from monitor.catalogue.models import VINTAGE_ORDER
from monitor.catalogue.periods import MONTHS, Period, parse_period
from monitor.catalogue.units import UNITS, factor_between
from monitor.method.figures import Figure, Sent
from monitor.method.stored import to_sent_once
from monitor.store.store import Transaction

from .force import SQL, Columns, Force, KeptForce
from .known import TEXTS, Cells, Known
from .rulebook import Rulebook

if TYPE_CHECKING:
    from monitor.catalogue.loader import Catalogue
    from monitor.catalogue.regions import Regions

INDICATORS = 1_000_000
"""More than there are: a figure in force is numbered by its submission and its indicator, below 0."""


@dataclass(frozen=True)
class Part:
    """One (region, form, period, vintage) of the file; `is_new`: it says something that is not known yet."""

    number: int
    region_code: str
    form: str
    period: Period
    vintage: str
    is_new: bool


def parts_of(transaction: Transaction) -> tuple[Part, ...]:
    rows = transaction.run(SQL / "check_parts.sql")
    return tuple(
        Part(number, region, form, parse_period(period), vintage, is_new)
        for number, region, form, period, vintage, is_new in rows
    )


def known_figures(
    transaction: Transaction,
    catalogues: Sequence[Catalogue],
    rulebook: Rulebook,
    parts: Sequence[Part],
    regions: Regions,
    kept: KeptForce,
) -> Known:
    """Every figure of the file and, beside it, those in force of the cells that any check may ask for."""
    asked = regions_asked(parts, regions) if rulebook.outliers else {part.region_code for part in parts}
    codes = tuple(sorted(asked))
    periods = tuple(sorted(_periods_asked(part.period for part in parts), key=lambda period: period.order))
    _make_tables(transaction, rulebook, codes, periods)
    versions = tuple(catalogue.version for catalogue in catalogues)
    force = kept.get(transaction, (versions, codes, periods), lambda: _in_force(transaction))
    replaced = transaction.columns(SQL / "check_replaced.sql")["line"]
    sent = transaction.columns(SQL / "check_sent.sql")
    beside = force.without(replaced)
    columns = {name: np.concatenate([sent[name], beside[name]]) for name in sent}
    return _known(columns, {name: beside[name] for name in TEXTS}, rulebook, parts, codes, force)


def _in_force(transaction: Transaction) -> Columns:
    transaction.run(SQL / "check_force.sql")
    return transaction.columns(SQL / "check_figures.sql")


def _known(
    columns: Columns,
    texts: Columns,
    rulebook: Rulebook,
    parts: Sequence[Part],
    codes: tuple[str, ...],
    force: Force,
) -> Known:
    cells = Cells(
        *(columns[name].astype(np.int64, copy=False) for name in ("indicator", "region", "end", "months", "synthetic"))
    )
    vintage = columns["vintage"]
    is_new = np.zeros(len(parts) + 1, dtype=bool)  # parts are numbered from 1; 0 is what is in force
    is_new[[part.number for part in parts if part.is_new]] = True
    ranks = np.array(
        [[order.index(name) for name in VINTAGE_ORDER] for order in rulebook.vintages], dtype=np.int64
    ).reshape(-1, len(VINTAGE_ORDER))  # fmt: skip
    return Known(
        cells=cells,
        line=columns["line"],
        number=columns["number"],
        checked=is_new[columns["number"]],
        vintage=vintage,
        rank=ranks[cells.indicator, vintage],
        recency=columns["recency"],
        point=columns["point"],
        value=columns["value"],
        numerator=columns["numerator"],
        denominator=columns["denominator"],
        decimals=columns["decimals"],
        regions=codes,
        texts=texts,
        exact=force.exact,
    )


def regions_asked(parts: Iterable[Part], regions: Regions) -> set[str]:
    """The regions of the file and every region that ever had the same parent."""
    found = {part.region_code for part in parts}
    parents = {row.parent_code for row in regions.rows if row.code in found and row.parent_code}
    return found | {row.code for row in regions.rows if row.parent_code in parents}


def _periods_asked(sent: Iterable[Period]) -> set[Period]:
    """Those sent, those before them, those a year earlier, and all of the same years."""
    distinct = set(sent)
    found = distinct | {period.previous() for period in distinct} | {period.year_earlier() for period in distinct}
    for year in {period.year for period in distinct}:
        found |= {Period.of(year, kind, part) for kind, months in MONTHS.items() for part in range(1, 12 // months + 1)}
    return {period for period in found if period.index >= period.months}


def _make_tables(transaction: Transaction, rulebook: Rulebook, codes: Sequence[str], listed: Sequence[Period]) -> None:
    """The small tables that say what is asked."""
    counted = {place for place, _, _ in rulebook.outliers}
    chosen = rulebook.indicators
    transaction.run(
        SQL / "check_indicators.sql",
        {
            "places": list(range(len(chosen))),
            "indicator_ids": [indicator.id for indicator in chosen],
            "units": [indicator.unit for indicator in chosen],
            "part_units": [indicator.part_unit for indicator in chosen],
            "factors": [float(indicator.factor) for indicator in chosen],
            "counts_decimals": [place in counted for place in range(len(chosen))],
        },
    )
    transaction.run(SQL / "check_units.sql", _unit_lists())
    transaction.run(
        SQL / "check_periods.sql",
        {
            "periods": [period.code for period in listed],
            "ends": [period.index for period in listed],
            "lengths": [period.months for period in listed],
        },
    )
    transaction.run(SQL / "check_regions.sql", {"region_codes": list(codes), "places": list(range(len(codes)))})
    vintages = {"vintages": list(VINTAGE_ORDER), "places": list(range(len(VINTAGE_ORDER)))}
    transaction.run(SQL / "check_vintages.sql", vintages)


@lru_cache(maxsize=1)
def _unit_lists() -> Mapping[str, list[str] | list[float]]:
    pairs = [
        (source, target, float(factor))
        for source in UNITS
        for target in UNITS
        if (factor := factor_between(source, target)) is not None
    ]
    return {
        "sources": [source for source, _, _ in pairs],
        "targets": [target for _, target, _ in pairs],
        "times": [times for _, _, times in pairs],
    }


def exact_figures(
    transaction: Transaction, rulebook: Rulebook, known: Known, rows: Iterable[int]
) -> Mapping[int, Figure]:
    """Rows of `known` as exact figures in the indicator's units; a row without one is left out."""
    asked = sorted(set(rows))
    lines = known.line[asked].tolist()
    lacking = [row for row, line in zip(asked, lines, strict=True) if line not in known.exact]
    made = dict(_made_exact(transaction, rulebook, known, lacking))
    # what is in force is compared with every unit's file, what is sent once
    known.exact.update((line, made[row]) for row, line in zip(asked, lines, strict=True) if row in made and line < 0)
    found = {row: made[row] if row in made else known.exact[line] for row, line in zip(asked, lines, strict=True)}
    return {row: figure for row, figure in found.items() if isinstance(figure, Figure)}


def _made_exact(
    transaction: Transaction, rulebook: Rulebook, known: Known, rows: Sequence[int]
) -> Iterator[tuple[int, Sent]]:
    """Each row with its figure, or the absence of one, from what was sent."""
    cells = known.cells
    lines = [line for line in known.line[rows].tolist() if line > 0]
    told = {line: texts for line, *texts in transaction.run(SQL / "check_texts.sql", {"lines": lines})} if lines else {}
    numbers = (column[rows].tolist() for column in (known.line, cells.indicator, known.vintage, cells.synthetic))
    for row, line, place, vintage, synthetic in zip(rows, *numbers, strict=True):
        comparator, unit, part_unit, *sent = told[line] if line > 0 else known.texts_of(row)
        value, numerator, denominator = (Decimal(text) if text else None for text in sent)
        indicator, source = rulebook.indicators[place], max(-line // INDICATORS, 0)
        stored = (
            indicator.id, None, None, VINTAGE_ORDER[vintage], "value", numerator, denominator, part_unit, value, unit,
            comparator, bool(synthetic), None, source,
        )  # fmt: skip # whose it is, of when and when it was published make no figure
        yield row, to_sent_once(stored, indicator)
