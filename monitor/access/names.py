"""Names as people hear them: two that the eye does not tell apart are one person's."""

from __future__ import annotations

import unicodedata

_BLANK = "\u115f\u1160\u2800"  # printable by their category, and yet nothing to see


def as_heard(name: str) -> str:
    """A name without what the eye does not tell apart: width, case, spaces and characters that cannot be seen."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(
        c for c in folded if c.isprintable() and unicodedata.category(c) not in ("Zs", "Mn") and c not in _BLANK
    )


def same_person(one: str, other: str) -> bool:
    return as_heard(one) == as_heard(other)
