"""What a supervision asks for (布置): purpose, regular or special, scope, format, channel and deadline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

Kind = Literal["data", "onsite"]
Regularity = Literal["regular", "special"]
KINDS: tuple[Kind, ...] = ("data", "onsite")
REGULARITIES: tuple[Regularity, ...] = ("regular", "special")


@dataclass(frozen=True)
class Request:
    """`kind`: by data (非现场) or on site (现场). `made_on`: the day of the request, which may have been on paper.

    The scope of one by data is `units` × `periods` of `indicators` of a form; one on site has units alone, and may
    name the dossier by data that it came from (`source`). `format`: 报送格式, `channel`: 报送方式.
    """

    kind: Kind
    title: str
    purpose: str
    made_on: date
    units: tuple[str, ...]
    basis: str = ""
    regularity: Regularity = "regular"
    plan: str = ""
    form: str = ""
    indicators: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    format: str = ""
    channel: str = ""
    deadline: date | None = None
    source: str = ""

    def body(self) -> dict[str, Any]:
        """As an act says it."""
        return {
            "kind": self.kind, "title": self.title, "purpose": self.purpose, "made_on": self.made_on.isoformat(),
            "units": list(self.units), "basis": self.basis, "regularity": self.regularity, "plan": self.plan,
            "form": self.form, "indicators": list(self.indicators), "periods": list(self.periods),
            "format": self.format, "channel": self.channel, "source": self.source,
            "deadline": None if self.deadline is None else self.deadline.isoformat(),
        }  # fmt: skip

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Request:
        """From an act."""
        return cls(**_opened(body))


def _opened(body: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a request, with their days and lists read."""
    lists = {name: tuple(map(str, body[name])) for name in ("units", "indicators", "periods")}
    deadline = body["deadline"]
    days = {"made_on": day_of(body["made_on"]), "deadline": None if deadline is None else day_of(deadline)}
    return {**body, **lists, **days}


def day_of(text: Any) -> date:
    return date.fromisoformat(str(text))


def moment_of(text: Any) -> datetime:
    """Naive UTC, as acts say it."""
    return datetime.fromisoformat(str(text))
