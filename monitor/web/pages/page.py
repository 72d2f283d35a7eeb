"""What every page gives back: its title, its body and its HTTP status."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..address import Address


@dataclass(frozen=True)
class Page:
    """`crumbs` are (text, href), the last one without a link. `has_moments`: shown as of a past day on demand.

    `is_bare`: without the top bar, the breadcrumb and the foot, for a screen that hangs on a wall.
    """

    title: str
    body: list[Any]
    address: Address
    crumbs: tuple[tuple[str, str | None], ...] = ()
    plan_id: str | None = None
    status: int = 200
    synthetic: bool = False
    has_moments: bool = True
    is_bare: bool = False
