"""What a row of a form holds before anybody fills it: units, figures sent so far, earlier ones for reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from monitor.catalogue.units import factor_between
from monitor.store.migrations import SQL as STORE_SQL

if TYPE_CHECKING:
    from monitor.catalogue.forms import Call
    from monitor.catalogue.loader import Catalogue
    from monitor.catalogue.models import Indicator
    from monitor.catalogue.periods import Period
    from monitor.store.store import Store

_SQL = files("monitor.intake") / "sql"
# A unit below the plan's own region counts in these where the nation counts in those.
_SMALLER = {"万亿元": "亿元", "亿人": "万人"}


@dataclass(frozen=True)
class Sent:
    """A figure of this very call that was sent already, in the sender's units."""

    state: str
    numerator: Decimal | None
    denominator: Decimal | None
    part_unit: str | None
    value: Decimal | None
    unit: str
    comparator: str
    synthetic: bool
    note: str | None
    source: str | None
    published_on: date | None
    grade: str | None


@dataclass(frozen=True)
class Earlier:
    """An earlier figure: `value` in the row's unit (of a ratio the quotient), the parts in the row's part unit."""

    value: Fraction | None
    numerator: Fraction | None
    denominator: Fraction | None
    synthetic: bool


@dataclass(frozen=True)
class Line:
    """One row. `unit` of its value, `part_unit` of its parts; both stay as they are while the form is filled.

    `has_value`: a ratio whose value was sent as well as, or instead of, its parts: its cell is open too.
    """

    indicator: Indicator
    unit: str
    part_unit: str
    sent: Sent | None
    previous: Earlier | None
    year_earlier: Earlier | None

    @property
    def is_ratio(self) -> bool:
        return self.indicator.figure is not None

    @property
    def has_value(self) -> bool:
        return self.is_ratio and self.sent is not None and self.sent.value is not None

    @property
    def is_synthetic(self) -> bool:
        return any(one is not None and one.synthetic for one in (self.sent, self.previous, self.year_earlier))

    def scale(self) -> Fraction:
        """What a number in the indicator's unit is multiplied by to be in the row's."""
        return factor_between(self.indicator.unit, self.unit) or Fraction(1)


def read_lines(store: Store | None, catalogue: Catalogue, call: Call) -> tuple[Line, ...]:
    """The rows of the form, in its order; without a store nothing is known of earlier figures."""
    indicators = [found for name in call.form.indicators if (found := catalogue.indicator(name)) is not None]
    sent: Mapping[str, Sent] = {}
    known: Mapping[tuple[str, str], tuple[Any, ...]] = {}
    if store is not None:
        sent = _sent(store, call)
        periods = [call.period.previous(), call.period.year_earlier()]
        known = _known(store, catalogue, call.region, [one.id for one in indicators], periods)
    below = call.region != catalogue.plan.region
    return tuple(_line(one, call, sent.get(one.id), known, below=below) for one in indicators)


def _sent(store: Store, call: Call) -> dict[str, Sent]:
    asked = {
        "region": call.region,
        "form": call.form.id,
        "period": call.period.code,
        "vintage": call.form.vintage,
    }
    return {row[0]: Sent(*row[1:]) for row in store.ask(_SQL / "template_cells.sql", asked)}


def _known(
    store: Store, catalogue: Catalogue, region: str, indicators: Sequence[str], periods: Sequence[Period]
) -> dict[tuple[str, str], tuple[Any, ...]]:
    """(indicator, period) → state, numerator, denominator, part unit, value, unit, synthetic of the accepted figure."""
    asked = {
        "as_of": None,
        "indicator_ids": list(indicators),
        "region_codes": [region],
        "periods": [period.code for period in periods],
        "vintages": list(catalogue.plan.vintages),
    }
    rows = store.ask(STORE_SQL / "figures_as_of.sql", asked)
    return {(row[0], row[2]): (*row[4:10], row[11]) for row in rows}


def _line(
    indicator: Indicator,
    call: Call,
    sent: Sent | None,
    known: Mapping[tuple[str, str], tuple[Any, ...]],
    *,
    below: bool,
) -> Line:
    rows = [known.get((indicator.id, when.code)) for when in (call.period.previous(), call.period.year_earlier())]
    unit = _SMALLER.get(indicator.unit, indicator.unit) if below else indicator.unit
    part_unit = indicator.part_unit or ""
    for row in (*reversed(rows), None if sent is None else (0, 0, 0, sent.part_unit, 0, sent.unit)):
        if row is not None:
            unit, part_unit = str(row[5] or unit), str(row[3] or part_unit)
    previous, year_earlier = (_earlier(row, indicator, unit, part_unit) for row in rows)
    return Line(indicator, unit, part_unit, sent, previous, year_earlier)


def _earlier(row: tuple[Any, ...] | None, indicator: Indicator, unit: str, part_unit: str) -> Earlier | None:
    if row is None or row[0] != "value":
        return None
    _, above, below, own_part_unit, value, own_unit, synthetic = row
    if above is not None and below:
        quotient = Fraction(above) * Fraction(indicator.factor) / Fraction(below)
        figure = quotient * (factor_between(indicator.unit, unit) or 1)
        times = factor_between(own_part_unit or part_unit, part_unit) or Fraction(1)
        return Earlier(figure, Fraction(above) * times, Fraction(below) * times, synthetic)
    if value is None:
        return None
    return Earlier(Fraction(value) * (factor_between(own_unit, unit) or 1), None, None, synthetic)
