"""Who acts, and on whose figures they may act: the services ask here, whatever door somebody came through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["viewer", "reporter", "reviewer", "planner", "operator"]

ROLES: tuple[Role, ...] = ("viewer", "reporter", "reviewer", "planner", "operator")
_SENDERS = frozenset({"reporter", "operator"})
_REVIEWERS = frozenset({"reviewer", "planner"})
_READERS = frozenset({"reporter", "reviewer", "planner", "operator"})


@dataclass(frozen=True)
class Actor:
    """A person or a program by name. `regions`: the reporting units within reach, None for every one."""

    name: str
    role: Role
    regions: frozenset[str] | None = None

    def may_see(self, region: str) -> bool:
        """What has not been accepted: drafts, what waits, what was returned. Accepted figures are everybody's."""
        return self.role in _READERS and self._reaches(region)

    def may_send(self, region: str) -> bool:
        return self.role in _SENDERS and self._reaches(region)

    def may_review(self, region: str) -> bool:
        return self.role in _REVIEWERS and self._reaches(region)

    @property
    def sends(self) -> bool:
        """Whether sending is this role's at all."""
        return self.role in _SENDERS

    @property
    def reviews(self) -> bool:
        return self.role in _REVIEWERS

    def _reaches(self, region: str) -> bool:
        return self.regions is None or region in self.regions
