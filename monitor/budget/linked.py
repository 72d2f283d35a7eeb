"""The figures that a performance table shares with the plan: there is one of each, and it comes from the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from monitor.catalogue.periods import Period
from monitor.method.figures import Figure
from monitor.method.goals import printed_number
from monitor.report.desk import Desk

from .models import PerformanceTable


@dataclass(frozen=True)
class Linked:
    """The plan's figure of a row for the table's year; `figure` None where the store has none.

    `unit`: "" where no plan that is loaded has the indicator.
    """

    indicator: str
    region: str
    year: int
    unit: str
    figure: Figure | None

    @property
    def printed(self) -> str:
        """`≥95%`, as the store has it; empty for none."""
        if self.figure is None:
            return ""
        return printed_number(self.figure.value, self.figure.comparator) + self.unit

    def to_body(self) -> dict[str, object]:
        """As it is kept in an act: exact."""
        body: dict[str, object] = {"region": self.region, "year": self.year, "unit": self.unit, "figure": None}
        if self.figure is not None:
            one = self.figure
            body["figure"] = {
                "value": str(one.value), "comparator": one.comparator, "vintage": one.vintage,
                "synthetic": one.synthetic, "sources": list(one.sources),
            }  # fmt: skip
        return body


def linked_of(indicator: str, body: Mapping[str, object]) -> Linked:
    """The reverse of `Linked.to_body`."""
    kept, figure = body["figure"], None
    if isinstance(kept, Mapping):
        figure = Figure(
            Fraction(str(kept["value"])), str(kept["comparator"]), vintage=str(kept["vintage"]),
            synthetic=bool(kept["synthetic"]), sources=tuple(kept["sources"]),
        )  # fmt: skip
    return Linked(indicator, str(body["region"]), int(str(body["year"])), str(body["unit"]), figure)


def linked_figures(desk: Desk, table: PerformanceTable, as_of: datetime | None = None) -> dict[str, Linked]:
    """By indicator: the figure of the plan's own region for the table's year, as known at a moment (naive UTC)."""
    found: dict[str, Linked] = {}
    year = table.project.year
    for name in sorted(table.plan_indicators):
        found[name] = Linked(name, "", year, "", None)
        for catalogue in desk.configuration(as_of).catalogues:
            if (indicator := catalogue.indicator(name)) is not None:
                tree = desk.tree(plan=catalogue.plan.id, as_of=as_of, only=frozenset({name}))
                region = catalogue.plan.region
                figure = tree.figure(tree.indicators[name], region, Period.of(year))
                found[name] = Linked(name, region, year, indicator.unit, figure)
                break
    return found
