"""What a component needs to know of the page it stands on: its words, and the address links start from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from .address import Address, PageName
from .words import Words


@dataclass(frozen=True)
class View:
    """`as_of` is the printed day of the data shown; `faults` the ids of the cards that failed (components/alone.py)."""

    words: Words
    address: Address
    as_of: str = ""
    faults: list[str] = field(default_factory=list, compare=False)

    def href(self, page: PageName, item: str = "", **changes: str | None) -> str:
        """A link to another page with the same slice, but for what `changes` says."""
        return self.address.to(page, item, **changes).href

    def here(self, **changes: str | None) -> str:
        """A link to this page with another slice."""
        return replace(self.address, **changes).href  # type: ignore[arg-type]
