"""What the catalogue in force at a moment says: the plan, its indicators, and how they hang together."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from monitor.catalogue.alignment import Alignment, find_alignment
from monitor.catalogue.forms import Form
from monitor.catalogue.loader import Catalogue
from monitor.catalogue.models import Indicator, JudgeTarget
from monitor.catalogue.regions import Regions
from monitor.catalogue.relations import ParsedRelation
from monitor.method.settings import MethodSettings

if TYPE_CHECKING:
    from .desk import Desk

_SQL = files("monitor.report") / "sql"
_KEPT = 16


@dataclass(frozen=True)
class Aligned:
    """An indicator of another plan that stands for the same thing, above (`is_parent`) or below."""

    catalogue: Catalogue
    indicator: Indicator
    is_parent: bool


@dataclass(frozen=True)
class PlanCard:
    """`since`: when this text of the catalogue came into force (naive UTC); None where no store has recorded it.

    `alignment`: how the plan agrees with the plan above it; None where it names none.
    """

    catalogue: Catalogue
    catalogues: tuple[Catalogue, ...]
    regions: Regions
    settings: MethodSettings
    since: datetime | None
    alignment: Alignment | None

    @property
    def main(self) -> tuple[Indicator, ...]:
        return tuple(one for one in self.catalogue.indicators if not one.is_context)

    @property
    def context(self) -> tuple[Indicator, ...]:
        return tuple(one for one in self.catalogue.indicators if one.is_context)

    def forms_asking(self, indicator: Indicator) -> tuple[Form, ...]:
        return tuple(form for form in self.catalogue.forms if indicator.id in form.indicators)

    def relations_of(self, indicator: Indicator) -> tuple[ParsedRelation, ...]:
        return tuple(parsed for parsed in self.catalogue.relations if indicator.id in parsed.indicators())

    def evidence_for(self, indicator: Indicator) -> tuple[Indicator, ...]:
        """The main indicators whose text target names this one as evidence."""
        return tuple(
            one for one in self.main if isinstance(one.target, JudgeTarget) and indicator.id in one.target.evidence
        )

    def evidence_of(self, indicator: Indicator) -> tuple[Indicator, ...]:
        """The indicators that a person judges this one's text target by."""
        names = indicator.target.evidence if isinstance(indicator.target, JudgeTarget) else ()
        return tuple(one for name in names if (one := self.catalogue.indicator(name)) is not None)

    def aligned(self, indicator: Indicator) -> tuple[Aligned, ...]:
        """The indicators of other loaded plans that are said to be the same, or have the same id."""
        found = []
        for other in self.catalogues:
            if other is self.catalogue:
                continue
            for one in other.indicators:
                upwards = other.plan.id == self.catalogue.plan.parent and one.id == (
                    indicator.aligns_to or indicator.id
                )
                downwards = other.plan.parent == self.catalogue.plan.id and (one.aligns_to or one.id) == indicator.id
                if upwards or downwards or (one.id == indicator.id and not one.is_context):
                    found.append(Aligned(other, one, upwards))
        return tuple(found)


def plan_card(desk: Desk, *, plan: str | None = None, as_of: datetime | None = None) -> PlanCard:
    """The catalogue of a plan as of T (naive UTC, None = now). Raises QuestionError for an unknown plan."""
    configuration = desk.configuration(as_of)
    catalogue = configuration.plan(plan)
    aligned = next((one for one in find_alignment(configuration.catalogues) if one["id"] == catalogue.plan.id), None)
    return PlanCard(
        catalogue,
        configuration.catalogues,
        configuration.regions,
        configuration.settings,
        _since(desk, desk.store.event_version(), catalogue.file, catalogue.text, as_of),
        aligned if aligned is not None and aligned["parent"] else None,
    )


@lru_cache(maxsize=_KEPT)
def _since(desk: Desk, _version: int, file: str, text: str, as_of: datetime | None) -> datetime | None:
    """When the text was first recorded of those that have held it without a break up to T."""
    found: datetime | None = None
    for _, at, content in desk.store.ask(_SQL / "configurations_to.sql", {"as_of": as_of}):
        texts: Sequence[Mapping[str, str]] = json.loads(str(content))["catalogues"]
        if not any(one["file"] == file and one["text"] == text for one in texts):
            break
        assert isinstance(at, datetime)
        found = at
    return found
