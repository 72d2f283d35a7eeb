"""What is in force beside a file, read once for all files that are compared with the same.

A file that waits for review changes nothing that is in force, and in the hours before a deadline many units send, one
after the other, what is compared with the same siblings. Only an acceptance or another configuration ends a reading.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from monitor.method.figures import Sent
from monitor.store.migrations import SQL as STORE_SQL
from monitor.store.store import Transaction

SQL = files(__package__) / "sql"
MOST_FIGURES = 50_000
"""So many are kept in all, at 150 bytes each and 600 once it was made exact; those of 31 siblings of 26 indicators over
five years are 29,000."""

Columns = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class Force:
    """What was in force at a data version.

    `columns`: as check_figures.sql gives them; `exact`: by line, of those that somebody has asked for.
    """

    version: int
    columns: Columns
    exact: dict[int, Sent] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.columns["line"])

    def without(self, lines: npt.NDArray[Any]) -> Columns:
        """All but the figures of those lines."""
        stays = ~np.isin(self.columns["line"], lines)
        return {name: column[stays] for name, column in self.columns.items()}


class KeptForce:
    """Readings of one store, each as long as nothing in force has changed.

    To be asked within its transactions, which keep others from writing, before they write: what is taken back again
    must not be kept.
    """

    def __init__(self, most: int = MOST_FIGURES) -> None:
        self._most, self._known = most, {"version": 0, "event": 0}
        self._kept: OrderedDict[Hashable, Force] = OrderedDict()

    def get(self, transaction: Transaction, asked: Hashable, read: Callable[[], Columns]) -> Force:
        """What `read` gives of `asked`, which has to name all but the store that it depends on."""
        version, event = transaction.run(STORE_SQL / "versions_since.sql", dict(self._known))[0]
        self._known = {"version": version, "event": event}
        found = self._kept.get(asked)
        if found is None or found.version != version:
            columns = {name: _as_one(column) for name, column in read().items()}
            exact = found.exact if found is not None else {}  # a stored figure never changes
            there = exact.keys() & set(columns["line"].tolist())
            found = self._kept[asked] = Force(version, columns, {line: exact[line] for line in there})
        self._kept.move_to_end(asked)
        while sum(map(len, self._kept.values())) > self._most:
            self._kept.popitem(last=False)
        return found


def _as_one(column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A column of texts with each text there once: units and signs come as a text a row."""
    if not column.dtype.hasobject:
        return column
    texts: dict[str, str] = {}
    return np.array([texts.setdefault(text, text) for text in column.tolist()], dtype=object)
