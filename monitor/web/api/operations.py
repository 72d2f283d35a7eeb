"""One operation of the API: its address, who may ask, what goes in and comes out, and the function that answers.

The table of operations (routes.py) registers the routes, decides who may use them and writes the OpenAPI document, so
the three cannot disagree.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from monitor.access.actors import Actor
from monitor.access.rights import Action
from monitor.access.tokens import Tokens
from monitor.catalogue.loader import Catalogue
from monitor.intake.cycle import Cycle
from monitor.report.desk import Desk
from monitor.store.tokens import Token

JSON = "application/json"
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

TEXTS = ("plan_id", "round_id")
Follows = Literal["data", "events", "nothing"]
"""What an answer changes with: acceptances and configurations, any event, or more than that (never kept)."""


@dataclass(frozen=True)
class Answer:
    """What is sent back: JSON-able content, or bytes with their media type."""

    content: Any
    status: int = 200
    media_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> bytes:
        match self.content:
            case bytes():
                return self.content
            case BaseModel():
                return self.content.model_dump_json(by_alias=True).encode()
            case _:
                return json.dumps(self.content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Caller:
    """Who asks what of which services. `question`: the address without its cursor."""

    token: Token
    actor: Actor
    desk: Desk
    cycle: Cycle
    now: datetime
    language: Literal["zh", "en"]
    question: str
    tokens: Tokens

    def plans(self, plan: str | None, as_of: datetime | None) -> tuple[Catalogue, ...]:
        """The plan asked for, else all in force. Raises QuestionError."""
        configuration = self.desk.configuration(as_of)
        return configuration.catalogues if plan is None else (configuration.plan(plan),)


@dataclass(frozen=True)
class Operation:
    """`action`: the right that the caller needs (rights.py). `upload`: the body is a file.

    `faults`: the statuses of problems beyond those any operation may end in. `answers`: status → the model of its
    JSON, or the media type of its bytes. `takes`: what is answered is figures that somebody takes away. `path` names
    its variables in braces: those of TEXTS are texts, all others are numbers from 1.
    """

    name: str
    method: Literal["GET", "POST"]
    path: str
    tag: str
    zh: str
    en: str
    action: Action
    run: Callable[..., Answer]
    answers: Mapping[int, type[BaseModel] | str]
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    needs_body: bool = True
    upload: bool = False
    takes: bool = False
    follows: Follows = "nothing"
    faults: tuple[int, ...] = ()
    links: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
