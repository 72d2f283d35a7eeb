"""The texts of mails: templates in both languages, filled in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Template
from typing import Literal

from .contacts import Language

Kind = Literal["called", "due_soon", "overdue", "returned", "accepted", "waiting", "supervised"]
KINDS: tuple[Kind, ...] = ("called", "due_soon", "overdue", "returned", "accepted", "waiting", "supervised")
_SUBJECT_CHARACTERS = 200
_BODY_CHARACTERS = 50_000


def write_letter(kind: Kind, language: Language, values: Mapping[str, object]) -> tuple[str, str]:
    """Subject and body. `values` are plain texts: nothing in them is taken for a part of the template."""
    subject, _, body = _template(kind, language).partition("\n")
    filled = {name: str(value) for name, value in values.items()}
    return one_line(Template(subject).substitute(filled)), Template(body).substitute(filled)[:_BODY_CHARACTERS]


def one_line(text: str) -> str:
    """A text that fits a header: no line ends, no other control characters, not endless."""
    flat = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(flat.split())[:_SUBJECT_CHARACTERS]


@cache
def _template(kind: Kind, language: Language) -> str:
    return (files("monitor.mail") / "templates" / language / f"{kind}.txt").read_text(encoding="utf-8")
