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
from monitor.method.bounds import COMPARATORS
from monitor.method.exact import Exact, Integers, Mask, where
from monitor.method.grown import Branches, SentColumns
from monitor.store.store import Store

from .acceptances import Places
from .known import Visible

_SQL = files("monitor.report") / "sql"
_STATES = ("value", "missing", "withheld", "not_applicable")
_REASONS = np.array(["", "", "withheld", "not_applicable"], dtype=object)
_DIGITS = 10  # of a stored figure behind the point
_LARGE = 100_000
_TOO_LARGE = 2.0**50
_ROOM = 2**62


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
    order = np.argsort(numbers)
    chosen, period, region, numbers = chosen[order], period[order], region[order], numbers[order]
    said = store.ask_columns(
        _SQL / "figures_in_columns.sql",
        {
            "submission_ids": numbers.tolist(), "indicator_ids": [one.id for one in asked.indicators],
            "periods": [one.code for one in asked.periods], "states": list(_STATES), "comparators": list(COMPARATORS),
            "units": list(UNITS),
        },
    )  # fmt: skip
    row = np.searchsorted(numbers, np.ma.getdata(said["submission_id"]))
    indicator = np.ma.getdata(said["indicator"]).astype(np.intp) - 1
    width, kinds = len(asked.branches.codes), len(asked.periods)
    cell = (indicator * kinds + period[row]) * width + region[row]
    vintage = _vintages(visible, asked)[accepted.part[chosen]][row]
    if not asked.of_plan and (vintage == len(asked.vintages)).any():
        raise NotByColumns
    best = _preferred(said, cell, vintage, accepted.seq[chosen][row])
    columns = {name: values[best] for name, values in said.items()}
    cell, vintage, indicator = cell[best], vintage[best], indicator[best]
    found: Sent = {}
    for place, one in enumerate(asked.indicators):
        of_one = np.flatnonzero(indicator == place)
        if len(of_one):
            mine = {name: values[of_one] for name, values in columns.items()}
            within = cell[of_one] - place * kinds * width
            dense = _dense(one, mine, vintage[of_one], within, kinds * width)
            for number in np.unique(within // width).tolist():
                found[one.id, asked.periods[number]] = _cut(dense, slice(number * width, (number + 1) * width))
    return found


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
) -> Places:
    """Of several rows of a cell the one that store/sql/figures_as_of.sql prefers."""
    counts = np.bincount(cell)
    if counts.max(initial=0) <= 1:
        return np.arange(len(cell))
    lacks = np.ma.getdata(said["kind"]) // 10_000_000 != 1
    published = said["published_on"]
    day = np.ma.getdata(published).astype("datetime64[D]").astype(np.int64)
    day = np.where(np.ma.getmaskarray(published), np.iinfo(np.int64).min, day)
    order = np.lexsort((-seq, ~day, vintage, lacks, cell))
    is_first = np.append(True, cell[order][1:] != cell[order][:-1])
    return np.sort(order[is_first])


def _dense(
    indicator: Indicator, said: dict[str, Any], vintage: npt.NDArray[np.int64], cell: Places, size: int
) -> SentColumns:
    """The rows of one indicator as figures, each at its place among all."""
    kind = np.ma.getdata(said["kind"]).astype(np.int64)
    state, comparator = kind // 10_000_000, kind // 1_000_000 % 10
    unit, part_unit = kind // 1000 % 1000, kind % 1000
    is_value = state == 1
    if (state == 0).any() or (comparator[is_value] == 0).any():
        raise NotByColumns
    numerator, denominator = _numbers(said, "numerator"), _numbers(said, "denominator")
    in_parts = is_value & numerator.known & denominator.known
    parts = indicator.figure
    if parts is not None:
        numerator = _converted(numerator, part_unit, in_parts & (part_unit != 0), parts.unit)
        denominator = _converted(denominator, part_unit, in_parts & (part_unit != 0), parts.unit)
    value = _converted(_numbers(said, "value"), unit, is_value & ~in_parts, indicator.unit)
    judged = where(in_parts, quotients(indicator, numerator, denominator), value).only(is_value)
    has_parts = in_parts & judged.known
    names = np.array(("eq", *COMPARATORS), dtype="U6")
    numerator, denominator = numerator.only(has_parts), denominator.only(has_parts)
    figures = FigureColumns(
        _at(judged, cell, size), _at(numerator, cell, size), _at(denominator, cell, size),
        _spread(names[comparator], cell, np.full(size, "eq", dtype="U6")),
        _spread(np.ma.getdata(said["synthetic"]).astype(bool) & judged.known, cell, np.zeros(size, dtype=bool)),
        np.zeros(size, dtype=bool),
    )  # fmt: skip
    absence = _spread(_REASONS[state - 1], cell, np.full(size, "", dtype=object)) if (state > 2).any() else None
    return SentColumns(figures, _spread(vintage, cell, np.zeros(size, dtype=np.int64)), absence)


def _numbers(said: dict[str, Any], name: str) -> Exact:
    """A column of stored figures, exact, over one power of ten that is no larger than need be."""
    near = np.ma.getdata(said[name])
    known = ~np.ma.getmaskarray(said[name])
    near = np.where(known, near, 0.0)
    size = np.abs(near)
    if (size >= _TOO_LARGE).any():
        raise NotByColumns
    unit = 10**_DIGITS
    large = size >= _LARGE
    rest = np.where(large, np.ma.getdata(said[f"{name}_rest"]), 0.0)
    tiny = np.rint(np.where(large, 0.0, near) * unit).astype(np.int64)
    whole = np.where(large, np.rint(near - rest).astype(np.int64), tiny // unit)
    behind = np.where(large, np.rint(rest * unit).astype(np.int64), tiny - tiny // unit * unit)
    digits = next(n for n in (0, 2, 4, 6, _DIGITS) if not (behind % 10 ** (_DIGITS - n)).any())
    most = int(np.abs(whole).max(initial=0)) + 1
    top: Integers = whole * 10**digits if most * 10**digits < _ROOM else whole.astype(object) * 10**digits
    return Exact(top + behind // 10 ** (_DIGITS - digits), np.full(len(near), 10**digits, dtype=np.int64), known)


def _converted(column: Exact, unit: npt.NDArray[np.int64], mask: Mask, target: str) -> Exact:
    """The numbers in another unit where the mask holds."""
    for place in np.unique(unit[mask]).tolist():
        source = UNITS[place - 1] if place else None
        if source == target:
            continue
        factor = None if source is None else factor_between(source, target)
        if factor is None:
            raise NotByColumns
        changed = column * Exact.constant(Fraction(factor), len(column))
        column = where(mask & (unit == place), changed, column)
    return column


def _at(column: Exact, cell: Places, size: int) -> Exact:
    bottom = _spread(column.bottom, cell, np.ones(size, dtype=column.bottom.dtype))
    top = _spread(column.top, cell, np.zeros(size, dtype=column.top.dtype))
    return Exact(top, bottom, _spread(column.known, cell, np.zeros(size, dtype=bool)))


def _spread(values: Any, cell: Places, whole: Any) -> Any:
    whole[cell] = values
    return whole


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
