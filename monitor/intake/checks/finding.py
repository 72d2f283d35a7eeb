"""What a check found, before it is put into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.catalogue.models import Severity


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
