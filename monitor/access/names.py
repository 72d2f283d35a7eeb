"""Names as people hear them: two that the eye does not tell apart are one person's."""

from __future__ import annotations

import unicodedata

_BLANK = "\u115f\u1160\u2800"  # printable by their category, and yet nothing to see


_OF_THE_LOG = frozenset({"anonymous", "clock", "console", "demo", "inbox", "monitor", "schedule"})
"""By whom the audit log says that something was done which no account did."""


def is_reserved(name: str) -> bool:
    """Whether the log says by this name that the program did it itself; the inbox adds the unit: `inbox:320000`."""
    return as_heard(name).partition(":")[0] in _OF_THE_LOG


def as_heard(name: str) -> str:
    """A name without what the eye does not tell apart: width, case, spaces and characters that cannot be seen."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(
        c for c in folded if c.isprintable() and unicodedata.category(c) not in ("Zs", "Mn") and c not in _BLANK
    )


def same_person(one: str, other: str) -> bool:
    return as_heard(one) == as_heard(other)
