"""The figures that checks compare, as columns of numbers: those of the file, and those in force beside it.

Floats serve to pass over what is clearly right; whatever is close is decided on the exact figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from monitor.catalogue.periods import Period
from monitor.method.figures import Sent

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

NOWHERE = -1
_MONTHS = np.array([12, 6, 3, 1], dtype=np.int64)
_LAST_END = 12 * 10_000
_VINTAGES = 16  # more than there are
TEXTS = ("comparator", "unit", "part_unit", "sent_value", "sent_numerator", "sent_denominator")
"""The columns of a figure as it was sent."""


@dataclass(frozen=True)
class Cells:
    """Many cells at once: places of indicators and regions, `end` and `months` of periods, synthetic 0 or 1."""

    indicator: Integers
    region: Integers
    end: Integers
    months: Integers
    synthetic: Integers

    def of(self, rows: Integers | Mask) -> Cells:
        return Cells(self.indicator[rows], self.region[rows], self.end[rows], self.months[rows], self.synthetic[rows])

    def earlier(self, months: Integers) -> Cells:
        """The same cells for periods that end `months` earlier."""
        return Cells(self.indicator, self.region, self.end - months, self.months, self.synthetic)


@dataclass(frozen=True)
class Known:
    """One entry a figure. `line`: in the file, negative for what is in force (as check_force.sql numbers it).

    `number`: the part of the file. `checked`: of a part that says something new. `rank`: how much the vintage is
    preferred, 0 best. `value`: in the indicator's unit, a ratio as its quotient; `numerator`, `denominator`: in the
    unit of its parts, NaN where there are none. `decimals`: with how many the figure was sent, 2 for a quotient.
    `texts`: TEXTS of what is in force, which stand below what is sent, '' for what was not sent.
    `exact`: what has been made of these so far, by line.
    """

    cells: Cells
    line: Integers
    number: Integers
    checked: Mask
    vintage: Integers
    rank: Integers
    recency: Integers
    point: Mask
    value: Floats
    numerator: Floats
    denominator: Floats
    decimals: Integers
    regions: tuple[str, ...]
    texts: Mapping[str, Texts]
    exact: dict[int, Sent]

    @property
    def sent(self) -> Mask:
        """Of the file."""
        return self.line > 0

    def texts_of(self, row: int) -> list[str]:
        """TEXTS of a figure in force."""
        own = row - len(self.line)  # from the end
        return [self.texts[name][own] for name in TEXTS]

    def period(self, row: int) -> Period:
        return Period(int(self.cells.end[row]), int(self.cells.months[row]))

    def checked_rows(self, indicator: int) -> Integers:
        """Rows of one indicator that are to be checked, in the order of the file."""
        start, end = np.searchsorted(self._checked_indicators, [indicator, indicator + 1])
        return self._checked_rows[start:end]

    @cached_property
    def _checked_rows(self) -> Integers:
        rows = np.flatnonzero(self.checked)
        return rows[np.lexsort((self.line[rows], self.cells.indicator[rows]))]

    @cached_property
    def _checked_indicators(self) -> Integers:
        return self.cells.indicator[self._checked_rows]

    def _key(self, cells: Cells) -> Integers:
        """One number a cell; periods before the year 1 are no cells."""
        kind = np.searchsorted(-_MONTHS, -cells.months)
        key: Integers = (cells.indicator * len(self.regions) + cells.region) * _LAST_END + np.maximum(cells.end, 0)
        return (key * 4 + kind) * 2 + cells.synthetic

    @cached_property
    def _best(self) -> tuple[Integers, Integers]:
        """Keys ascending, and of each the preferred row: by vintage, then the file's, then by recency."""
        keys = self._key(self.cells)
        order = np.lexsort((-self.recency, ~self.sent, self.rank, keys))
        found, first = np.unique(keys[order], return_index=True)
        return found, order[first]

    @cached_property
    def _same_sent(self) -> tuple[Integers, Integers]:
        """Keys with vintage ascending, and the file's row of each."""
        return self._by_vintage(np.flatnonzero(self.sent))

    @cached_property
    def _same(self) -> tuple[Integers, Integers]:
        """Keys with vintage ascending, and of each the row that will count: the file's first, else the latest."""
        return self._by_vintage(np.arange(len(self.line)))

    def _by_vintage(self, rows: Integers) -> tuple[Integers, Integers]:
        keys = self._key(self.cells.of(rows)) * _VINTAGES + self.vintage[rows]
        order = np.lexsort((-self.recency[rows], ~self.sent[rows], keys))
        found, first = np.unique(keys[order], return_index=True)
        return found, rows[order[first]]

    def one_a_moment(self, rows: Integers) -> Integers:
        """Of the rows of each (region, period, synthetic or not, vintage) one."""
        cells = self.cells.of(rows)
        alike = Cells(np.zeros(len(rows), dtype=np.int64), cells.region, cells.end, cells.months, cells.synthetic)
        _, first = np.unique(self._key(alike) * _VINTAGES + self.vintage[rows], return_index=True)
        return rows[first]

    def find(self, cells: Cells, vintage: Integers) -> Integers:
        """The row that is known of each cell, NOWHERE where there is none.

        The file's figure of the same vintage, else the preferred of all vintages (methods.md section 1), of the file
        or in force. Synthetic and real figures are not compared with each other.
        """
        keys = self._key(cells)
        found = _look_up(self._best, keys)
        same = _look_up(self._same_sent, keys * _VINTAGES + vintage)
        return np.where(same == NOWHERE, found, same)

    def find_same(self, cells: Cells, vintage: Integers) -> Integers:
        """The row that is known of each cell in just that vintage: the file's, else the one in force, else NOWHERE."""
        return _look_up(self._same, self._key(cells) * _VINTAGES + vintage)


def _look_up(table: tuple[Integers, Integers], keys: Integers) -> Integers:
    known, rows = table
    if not len(known):
        return np.full(len(keys), NOWHERE, dtype=np.int64)
    place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.where(known[place] == keys, rows[place], NOWHERE)
