"""Who acts, and on whose figures they may act: the services ask here, whatever door somebody came through."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from .rights import READING, RIGHTS, Action, Role


@dataclass(frozen=True)
class Actor:
    """A person or a program by name.

    `regions`: the reporting units within reach, `indicators`: those assigned; None for every one. A scope that the
    role does not have (rights.py) is not looked at. `account_id`: None for a token, the inbox, the console.
    `reads_only`: where a published version is shown, whoever asks.
    """

    name: str
    role: Role
    regions: frozenset[str] | None = None
    indicators: frozenset[str] | None = None
    account_id: int | None = None
    reads_only: bool = False

    def may(self, action: Action, region: str | None = None, indicators: Collection[str] | None = None) -> bool:
        """Whether this is the role's at all and, where they are given, within reach: the unit, one of the indicators.

        One indicator is enough for looking at a submission, remarking on it and returning it; `may_all` is asked
        before it is accepted.
        """
        scope = RIGHTS[action].get(self.role)
        if scope is None or (self.reads_only and action not in READING):
            return False
        if scope != "all" and region is not None and not self._reaches(region):
            return False
        if scope != "assigned" or indicators is None or self.indicators is None:
            return True
        return not self.indicators.isdisjoint(indicators)

    def may_all(self, action: Action, region: str, indicators: Collection[str]) -> bool:
        """As `may`, with every one of the indicators within reach."""
        if not self.may(action, region):
            return False
        if RIGHTS[action][self.role] != "assigned" or self.indicators is None:
            return True
        return self.indicators.issuperset(indicators)

    def may_see(self, region: str) -> bool:
        """What has not been accepted: drafts, what waits, what was returned. Accepted figures are every reader's."""
        return self.may("read_waiting", region)

    def may_send(self, region: str) -> bool:
        return self.may("send", region)

    def may_review(self, region: str) -> bool:
        return self.may("review", region)

    @property
    def sends(self) -> bool:
        """Whether sending is this role's at all."""
        return self.may("send")

    @property
    def reviews(self) -> bool:
        return self.may("review")

    def _reaches(self, region: str) -> bool:
        return self.regions is None or region in self.regions
