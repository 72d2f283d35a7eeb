"""Long lists in pages. A cursor holds where the next page starts and the moment of the first one, so that all pages of
one list are of one state of knowledge whatever is accepted between them.

A cursor is sealed with a key of the process: whoever made one up could read a list whose first page, the one that the
audit log is told of, was never asked for. So a list that a restart interrupts begins anew.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime

from .faults import ApiProblem

_KEY = secrets.token_bytes(32)


@dataclass(frozen=True)
class Place:
    """Where a page starts. `as_of`: naive UTC, None in a store without acceptances."""

    start: int
    as_of: datetime | None


def write_cursor(place: Place, question: str) -> str:
    """An opaque text; `question` is everything else that was asked, and has to be the same for the next page."""
    moment = None if place.as_of is None else place.as_of.isoformat()
    content = json.dumps([place.start, moment, _seal(place.start, moment, question)], separators=(",", ":"))
    return base64.urlsafe_b64encode(content.encode()).rstrip(b"=").decode()


def read_cursor(text: str, question: str) -> Place:
    """Raises ApiProblem for a text that no answer to this question gave."""
    try:
        content = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        start, moment, seal = content
        place = Place(start, None if moment is None else datetime.fromisoformat(moment))
        is_ours = hmac.compare_digest(seal, _seal(start, moment, question))
    except (ValueError, TypeError):
        raise _unknown() from None
    if type(start) is not int or start < 0 or not is_ours or (place.as_of and place.as_of.tzinfo):
        raise _unknown()
    return place


def _seal(start: int, moment: str | None, question: str) -> str:
    content = json.dumps([start, moment, question]).encode()
    return hmac.digest(_KEY, content, "sha256").hex()[:32]


def _unknown() -> ApiProblem:
    return ApiProblem(
        404,
        "unknown_cursor",
        "没有这一页：cursor 须照抄上一页的 next，其余参数不变；服务重新启动后请从第一页取起",
        "there is no such page: send `next` of the last page as cursor, and the other parameters unchanged; after a"
        " restart of the server begin with the first page",
    )
