"""The figures of a moment as columns, straight from the store's rows: what `method.stored.to_sent` makes one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from monitor.catalogue.models import Indicator
from monitor.catalogue.periods import Period
from monitor.catalogue.units import UNITS, factor_between
from monitor.method.aggregation import FigureColumns, quotients
from monitor.method.bounds import COMPARATORS, EQ
from monitor.method.exact import Exact, Floats, Integers, Mask, where
from monitor.method.grown import Branches, SentColumns
from monitor.store.store import Store

from .acceptances import Places
from .known import Visible

_SQL = files("monitor.report") / "sql"
_STATES = ("value", "missing", "withheld", "not_applicable")
_REASONS = np.array(["", "", "withheld", "not_applicable"], dtype=object)
_DIGITS = 10  # of a stored figure behind the point
_SCALES = (0, 2, 4, 6, _DIGITS)
_LARGE = 100_000
_TOO_LARGE = 2.0**50
_ROOM = 2**62
_INDICATOR, _SYNTHETIC, _STATE, _COMPARATOR, _UNIT = 10**9, 10**8, 10**7, 10**6, 10**3
"""What the digits of a row's `kind` in figures_in_columns.sql stand for."""


class NotByColumns(Exception):
    """A stored row is of a kind that only the general way knows."""


@dataclass(frozen=True)
class Asked:
    """Which rows are wanted: of indicators, for periods, of all regions of some branches."""

    indicators: Sequence[Indicator]
    periods: Sequence[Period]
    branches: Branches
    vintages: Sequence[str]
    of_plan: bool = False


Numbers = npt.NDArray[np.int64]
Sent = dict[tuple[str, Period], SentColumns]


def read_sent(store: Store, visible: Visible, asked: Asked) -> Sent:
    """What every region sent for each indicator and period that anything was sent for. Raises NotByColumns."""
    chosen, period, region = _decided(visible, asked)
    if not len(chosen) or not asked.indicators:
        return {}
    accepted = visible.acceptances
    numbers = accepted.submission[chosen]
    present = np.flatnonzero(np.bincount(period))
    periods = [asked.periods[number] for number in present.tolist()]
    place_of = _places(present, period) * len(asked.branches.codes) + region
    cells = len(present) * len(asked.branches.codes)

    def ask(*, exactly: bool) -> tuple[dict[str, Any], Places, Places]:
        """What the store says, and of each row its place among the acceptances and its cell."""
        said = store.ask_columns(
            _SQL / "figures_in_columns.sql",
            {
                "submission_ids": numbers, "indicator_ids": [one.id for one in asked.indicators],
                "periods": [one.code for one in periods], "states": list(_STATES), "comparators": list(COMPARATORS),
                "units": list(UNITS), "exactly": exactly,
            },
        )  # fmt: skip
        row = _places(numbers, np.ma.getdata(said["submission_id"]))
        return said, row, (_kinds(said) // _INDICATOR - 1) * cells + place_of[row]

    said, row, cell = ask(exactly=False)
    if _is_more_to_say(said, cell):
        said, row, cell = ask(exactly=True)
    vintage = _vintages(visible, asked)[accepted.part[chosen]][row]
    if not asked.of_plan and (vintage == len(asked.vintages)).any():
        raise NotByColumns
    rows = _preferred(said, cell, vintage, accepted.seq[chosen][row])
    return _by_period(asked, periods, _Laid(said, vintage, cell, rows, len(asked.indicators) * cells))


def _is_more_to_say(said: dict[str, Any], cell: Places) -> bool:
    """Whether there are figures with more digits than a double has, or of which the day of publication decides."""
    figures = (np.ma.filled(said[name], 0) for name in ("numerator", "denominator", "value"))
    return any((np.abs(one) >= _LARGE).any() for one in figures) or int(np.bincount(cell).max(initial=0)) > 1


def _kinds(said: dict[str, Any]) -> Numbers:
    kinds: Numbers = np.ma.getdata(said["kind"]).astype(np.int64, copy=False)
    return kinds


def _by_period(asked: Asked, periods: Sequence[Period], laid: _Laid) -> Sent:
    """The cells of each indicator and period that anything was sent for."""
    width, found = len(asked.branches.codes), {}
    for place, one in enumerate(asked.indicators):
        first = place * len(periods) * width
        dense = _dense(one, laid, slice(first, first + len(periods) * width))
        if dense is not None:
            for number, of_period in enumerate(periods):
                found[one.id, of_period] = _cut(dense, slice(number * width, (number + 1) * width))
    return found


class _Laid:
    """The store's rows, each at its cell; NaN and 0 where there is none."""

    def __init__(self, said: dict[str, Any], vintage: Numbers, cell: Places, rows: Places | slice, size: int) -> None:
        self._cell, self._rows, self._size = cell[rows], rows, size
        kind = _kinds(said) % _INDICATOR
        self.kind = self._at(kind % _SYNTHETIC)
        self.vintage = self._at(vintage)
        self.synthetic = self._at(kind >= _SYNTHETIC)
        self._numbers = {name: self._with_nan(said[name]) for name in said if said[name].dtype == np.float64}

    def _at(self, values: Any) -> Any:
        whole = np.zeros(self._size, dtype=values.dtype)
        whole[self._cell] = values[self._rows]
        return whole

    def _with_nan(self, values: Any) -> Floats | None:
        """None where all are unknown."""
        missing = np.ma.getmaskarray(values)
        if missing.all():
            return None
        whole = np.full(self._size, np.nan)
        whole[self._cell] = np.where(missing, np.nan, np.ma.getdata(values))[self._rows]
        return whole

    def near(self, name: str, part: slice) -> tuple[Floats, Floats]:
        """Figures as doubles, and what large ones have behind the point."""
        nothing = np.full(part.stop - part.start, np.nan)
        near, rest = self._numbers.get(name), self._numbers.get(f"{name}_rest")
        return nothing if near is None else near[part], nothing if rest is None else rest[part]


def _places(numbers: Numbers, wanted: Numbers) -> Places:
    """Where the wanted numbers, all of which are there, stand among the numbers."""
    least = int(numbers.min())
    place = np.zeros(int(numbers.max()) - least + 1, dtype=np.intp)
    place[numbers - least] = np.arange(len(numbers))
    return place[wanted - least]


def _decided(visible: Visible, asked: Asked) -> tuple[Places, Places, Places]:
    """The acceptances that decide what is asked, and of each the places of its period and region."""
    accepted = visible.acceptances
    wanted = {one.code: place for place, one in enumerate(asked.periods)}
    places = np.array([wanted.get(period, -1) for _, period, _ in accepted.parts], dtype=np.intp)
    places = np.where(accepted.is_plan == asked.of_plan, places, -1)
    region_of = np.array([asked.branches.place.get(code, -1) for code in accepted.regions], dtype=np.intp)
    if not len(places):
        return places, places, places
    period, region = places[accepted.part[visible.chosen]], region_of[accepted.region[visible.chosen]]
    mine = (period >= 0) & (region >= 0)
    return visible.chosen[mine], period[mine], region[mine]


def _vintages(visible: Visible, asked: Asked) -> npt.NDArray[np.int64]:
    """Of each part the place of its vintage in the plan's order; plan rows have none."""
    rank = {name: place for place, name in enumerate(asked.vintages)}
    last = len(rank)
    return np.array([0 if asked.of_plan else rank.get(name, last) for *_, name in visible.acceptances.parts], np.int64)


def _preferred(
    said: dict[str, Any], cell: Places, vintage: npt.NDArray[np.int64], seq: npt.NDArray[np.int64]
) -> Places | slice:
    """Of several rows of a cell the one that store/sql/figures_as_of.sql prefers."""
    counts = np.bincount(cell)
    if counts.max(initial=0) <= 1:
        return slice(None)
    lacks = _kinds(said) % _SYNTHETIC // _STATE != 1
    published = said["published_on"]
    day = np.ma.getdata(published).astype("datetime64[D]").astype(np.int64)
    day = np.where(np.ma.getmaskarray(published), np.iinfo(np.int64).min, day)
    order = np.lexsort((-seq, ~day, vintage, lacks, cell))
    is_first = np.append(True, cell[order][1:] != cell[order][:-1])
    return np.sort(order[is_first])


def _dense(indicator: Indicator, laid: _Laid, part: slice) -> SentColumns | None:
    """The rows of one indicator as figures; None where there is none."""
    kind = laid.kind[part]
    is_there = kind > 0
    if not is_there.any():
        return None
    state, comparator = kind // _STATE, kind // _COMPARATOR % 10
    unit, part_unit = kind // _UNIT % 1000, kind % _UNIT
    is_value = state == 1
    if (is_there & (state == 0)).any() or (is_value & (comparator == 0)).any():
        raise NotByColumns
    numerator, denominator = (_numbers(*laid.near(name, part)) for name in ("numerator", "denominator"))
    in_parts = is_value & numerator.known & denominator.known
    parts = indicator.figure
    if parts is not None:
        numerator = _converted(numerator, part_unit, in_parts & (part_unit != 0), parts.unit)
        denominator = _converted(denominator, part_unit, in_parts & (part_unit != 0), parts.unit)
    value = _converted(_numbers(*laid.near("value", part)), unit, is_value & ~in_parts, indicator.unit)
    judged = where(in_parts, quotients(indicator, numerator, denominator), value).only(is_value)
    has_parts = in_parts & judged.known
    figures = FigureColumns(
        judged, numerator.only(has_parts), denominator.only(has_parts),
        np.where(judged.known, comparator - 1, EQ).astype(np.int8),
        laid.synthetic[part] & judged.known, np.zeros(len(kind), dtype=bool),
    )  # fmt: skip
    return SentColumns(figures, laid.vintage[part], _REASONS[np.maximum(state - 1, 0)] if (state > 2).any() else None)


def _numbers(near: Floats, rest: Floats) -> Exact:
    """A column of stored figures, exact, over one power of ten that is no larger than need be."""
    known = ~np.isnan(near)
    near = np.where(known, near, 0.0)
    size = np.abs(near)
    if size.max(initial=0) >= _TOO_LARGE:
        raise NotByColumns
    large = size >= _LARGE
    if not large.any():
        return _small_numbers(near, known)
    unit = 10**_DIGITS
    rest = np.where(large, rest, 0.0)
    tiny = np.rint(np.where(large, 0.0, near) * unit).astype(np.int64)
    whole = np.where(large, np.rint(near - rest).astype(np.int64), tiny // unit)
    behind = np.where(large, np.rint(rest * unit).astype(np.int64), tiny % unit)
    digits = next(n for n in _SCALES if not (behind % 10 ** (_DIGITS - n)).any())
    most = int(np.abs(whole).max(initial=0)) + 1
    top: Integers = whole * 10**digits if most * 10**digits < _ROOM else whole.astype(object) * 10**digits
    return Exact(top + behind // 10 ** (_DIGITS - digits), np.full(len(near), 10**digits, dtype=np.int64), known)


def _small_numbers(near: Floats, known: Mask) -> Exact:
    """As `_numbers`, of none that is large: as each is one of at most ten digits behind the point, none is as near."""
    for digits in _SCALES:
        top = np.rint(near * 10**digits)
        if digits == _DIGITS or (top / 10**digits == near).all():
            break
    return Exact(top.astype(np.int64), np.full(len(near), 10**digits, dtype=np.int64), known)


def _converted(column: Exact, unit: npt.NDArray[np.int64], mask: Mask, target: str) -> Exact:
    """The numbers in another unit where the mask holds."""
    for place in np.flatnonzero(np.bincount(unit[mask])).tolist():
        source = UNITS[place - 1] if place else None
        if source == target:
            continue
        factor = None if source is None else factor_between(source, target)
        if factor is None:
            raise NotByColumns
        changed = column * Exact.constant(Fraction(factor), len(column))
        column = where(mask & (unit == place), changed, column)
    return column


def _cut(sent: SentColumns, part: slice) -> SentColumns:
    figures = sent.figures
    cut = FigureColumns(
        figures.value.rows(part), figures.numerator.rows(part), figures.denominator.rows(part),
        figures.comparator[part], figures.synthetic[part], figures.partial[part],
    )  # fmt: skip
    return SentColumns(cut, sent.vintage[part], None if sent.absence is None else sent.absence[part])


def with_shorter(periods: Iterable[Period], *, parts: bool) -> list[Period]:
    """The periods with all shorter ones that may stand for them, or that they are added up from."""
    found: set[Period] = set()
    wanted = set(periods)
    while wanted:
        found |= wanted
        shorter = {one for longer in wanted for one in (*longer.same_end, *(longer.parts if parts else ()))}
        wanted = shorter - found
    return sorted(found, key=lambda one: one.order)
