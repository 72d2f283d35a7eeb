"""What the audit log tells of submissions to those who see none: that it happened, never what people wrote.

Reasons and explanations quote figures, and stand in the events that the log seals. Operators run the log and read no
figures, so on their page and in their tables these are left out; a file that can be proven holds every word, so it is
for those who see what waits (planners), and for the command line.
"""

from __future__ import annotations

import json

from .identity import Person

WITHHELD = "…"
_OF_DRAFTS = ("submission", "receipt")
_HARMLESS = frozenset({"sha256", "file", "parts", "reach"})


def sees_all(person: Person) -> bool:
    """Whether every word of the log may be shown."""
    return person.may("read_waiting")


def detail_for(person: Person, object_: str | None, event_seq: int | None, detail: str | None) -> str | None:
    """The detail of an entry as the person may read it; numbers, codes and hashes stay."""
    if detail is None or (object_ or "").partition(":")[0] not in _OF_DRAFTS or sees_all(person):
        return detail
    said = json.loads(detail)
    if event_seq is None and isinstance(said, dict):  # the program's own words, but for a reason that somebody gave
        told = {key: WITHHELD if key == "reason" else value for key, value in said.items()}
        return json.dumps(told, ensure_ascii=False)
    if not isinstance(said, dict):
        return json.dumps(WITHHELD, ensure_ascii=False)
    told = {
        key: value if key in _HARMLESS or not value or isinstance(value, int | float) else WITHHELD
        for key, value in said.items()
    }
    return json.dumps(told, ensure_ascii=False)
