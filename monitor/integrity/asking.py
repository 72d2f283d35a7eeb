"""What a proof asks its questions of: an open store, or one moment of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any, Protocol, cast

from monitor.store.migrations import SQL as STORE_SQL
from monitor.store.reading import columns_of
from monitor.store.store import Store

if TYPE_CHECKING:
    import pandas


class Asking(Protocol):
    """`Store` and `Reading` (store/reading.py) both are such."""

    def ask(self, sql: Traversable, parameters: Mapping[str, object] | None = None) -> list[tuple[Any, ...]]: ...

    def ask_each(
        self, sql: Traversable, parameters: Mapping[str, object] | None = None, *, at_once: int = 5000
    ) -> Iterator[tuple[Any, ...]]: ...

    def ask_frame(self, sql: Traversable, parameters: Mapping[str, object] | None = None) -> pandas.DataFrame: ...


class _Still:
    """One moment, as the rooms that only ask questions see a store."""

    def __init__(self, asked: Asking) -> None:
        self.ask, self.ask_frame = asked.ask, asked.ask_frame
        self._version = int(asked.ask(STORE_SQL / "data_version.sql")[0][0])

    def ask_columns(self, sql: Traversable, parameters: Mapping[str, object] | None = None) -> dict[str, Any]:
        return columns_of(self.ask_frame(sql, parameters))

    def data_version(self) -> int:
        return self._version


def as_store(asked: Asking) -> Store:
    """For `Desk` and the tables of the ledger, which ask questions and the data version, and nothing else."""
    return cast(Store, _Still(asked))
