"""What a check suspects in floats, and what it finds on exact figures, before it is put into words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from monitor.catalogue.models import Severity
from monitor.method.figures import Figure


@dataclass(frozen=True)
class Finding:
    """A figure that breaks a rule. `number`: the part of the file; `line` None: a figure that is not there.

    `rule`: what an explanation answers. `values` fill the words of `code`; `text`: the figure itself, for people.
    """

    number: int
    line: int | None
    indicator_id: str
    code: str
    rule: str
    severity: Severity
    values: Mapping[str, str]
    text: str | None


Figures = Mapping[int, Figure]
"""Rows of `Known` → their exact figures in the indicator's units."""


@dataclass(frozen=True)
class Suspect:
    """Something that is not clearly right: `decide`, given the exact figures of `rows`, says what is wrong.

    All suspects of a file are decided together, since reading exact figures one by one takes long.
    """

    rows: Sequence[int]
    decide: Callable[[Figures], Finding | None]
