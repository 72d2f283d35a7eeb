"""Tables whose rows are written while they are read, so that a million of them never stand in memory together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

AT_ONCE = 5000
Row = tuple[Any, ...]


class Streamed:
    """Columns and rows, to be read once; `count`: how many have been read."""

    def __init__(self, columns: Sequence[str], rows: Iterable[Row]) -> None:
        self.columns, self._rows, self.count = tuple(columns), iter(rows), 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.count += 1
            yield row


def streamed(frame: pd.DataFrame) -> Streamed:
    """A frame's rows, with Python's values."""

    def rows() -> Iterator[Row]:
        for start in range(0, len(frame), AT_ONCE):
            part = frame.iloc[start : start + AT_ONCE]
            yield from zip(*(part[name].tolist() for name in frame.columns), strict=True)

    return Streamed([str(name) for name in frame.columns], rows())
