"""Which checks the loaded plans ask for, indicator by indicator, ready to be put to figures.

An indicator that several plans hold is checked by every plan's checks; its definition is that of the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from monitor.catalogue.models import ChangeCheck, Indicator, OutlierCheck, PlainCheck, Severity
from monitor.catalogue.relations import ParsedRelation

if TYPE_CHECKING:
    from monitor.catalogue.loader import Catalogue


@dataclass(frozen=True)
class Rulebook:
    """`indicators`: those whose figures are needed, in a fixed order; their places name them in the columns.

    `vintages`: of each of them, best first. The checks go by the places of their indicators, `completeness` by ids.
    """

    indicators: tuple[Indicator, ...]
    vintages: tuple[tuple[str, ...], ...]
    changes: tuple[tuple[int, ChangeCheck], ...]
    cumulative: tuple[tuple[int, Severity], ...]
    outliers: tuple[tuple[int, Decimal, Severity], ...]
    relations: tuple[ParsedRelation, ...]
    completeness: Mapping[str, Severity]

    @property
    def places(self) -> dict[str, int]:
        return {indicator.id: place for place, indicator in enumerate(self.indicators)}


def rulebook_of(catalogues: Sequence[Catalogue]) -> Rulebook:
    """The checks of all plans that need more than the file's own row to be decided."""
    definitions: dict[str, tuple[Indicator, tuple[str, ...]]] = {}
    for catalogue in catalogues:
        for indicator in catalogue.indicators:
            definitions.setdefault(indicator.id, (indicator, catalogue.plan.vintages))
    checks = {
        name: tuple(
            dict.fromkeys(
                check
                for catalogue in catalogues
                if (held := catalogue.indicator(name)) is not None
                for check in held.checks
            )
        )
        for name in definitions
    }
    relations = tuple(dict.fromkeys(relation for catalogue in catalogues for relation in catalogue.relations))
    relations = tuple(relation for relation in relations if relation.indicators())  # one of numbers alone says nothing
    needed = {name for relation in relations for name in relation.indicators()}
    needed |= {name for name, found in checks.items() if any(_compares(check) for check in found)}
    used = [name for name in definitions if name in needed]
    return Rulebook(
        indicators=tuple(definitions[name][0] for name in used),
        vintages=tuple(definitions[name][1] for name in used),
        changes=tuple(
            (place, check)
            for place, name in enumerate(used)
            for check in checks[name]
            if isinstance(check, ChangeCheck)
        ),
        cumulative=tuple(
            (place, severity)
            for place, name in enumerate(used)
            if (severity := _strictest(checks[name], "cumulative")) and definitions[name][0].accumulation == "ytd"
        ),
        outliers=tuple(
            (place, check.threshold, check.severity)
            for place, name in enumerate(used)
            for check in checks[name]
            if isinstance(check, OutlierCheck)
        ),
        relations=relations,
        completeness={
            name: severity for name, found in checks.items() if (severity := _strictest(found, "completeness"))
        },
    )


def _compares(check: object) -> bool:
    """Whether a check puts a figure beside others."""
    return isinstance(check, ChangeCheck | OutlierCheck) or (
        isinstance(check, PlainCheck) and check.rule == "cumulative"
    )


def _strictest(checks: Iterable[object], rule: str) -> Severity | None:
    found = {check.severity for check in checks if isinstance(check, PlainCheck) and check.rule == rule}
    return "error" if "error" in found else "query" if found else None
