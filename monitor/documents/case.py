"""One main indicator as a document tells it: the judged figure, exact, and where each of its numbers is from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from monitor.catalogue.periods import Period

OF_CATALOGUE = "plan"


@dataclass(frozen=True)
class Origin:
    """Where a number can be found again. `submissions`: ids, none for what the plan itself says."""

    indicator_id: str
    indicator: str
    region: str
    period: str
    vintage: str
    source: str
    submissions: tuple[int, ...] = ()
    published_on: date | None = None
    synthetic: bool = False


@dataclass(frozen=True)
class Known:
    """A figure of one period, in the indicator's unit."""

    value: Fraction
    comparator: str
    unit: str
    origin: Origin


@dataclass(frozen=True)
class Case:
    """Symbols as in methods.md: v, b, g, p, s exact, None where there is none; `end` is the target year T.

    `reached`, `expected`: regions, where the figure is the share of regions that reached. `drop`: the progress share of
    a cumulative percentage drop, a float by its nature. `first_failing`, `met`: the period's code or "".
    """

    indicator_id: str
    number: int
    name: str
    category: str
    nature: str
    unit: str
    direction: str
    rule: str
    class_: str
    reasons: tuple[str, ...]
    period: Period
    start: int
    t0: int
    end: int
    target_printed: str
    base_printed: str
    target_origin: Origin
    known: Known | None = None
    b: Fraction | None = None
    b_comparator: str = "eq"
    base_origin: Origin | None = None
    g: Fraction | None = None
    g_comparator: str = "ge"
    p: Fraction | None = None
    drop: float | None = None
    s: Fraction | None = None
    gap: Fraction | None = None
    centre: Fraction | None = None
    tolerance: Fraction = Fraction(1)
    path_now: Fraction | None = None
    path_next: Fraction | None = None
    first_failing: str = ""
    met: str = ""
    reached: int | None = None
    expected: int | None = None
    outlook: str = ""
    projected: float | None = None
    certainty: str = ""
    note: str = ""
    is_cumulative: bool = False
    owner: str = ""
    breaks: tuple[str, ...] = ()
    years: Mapping[str, Known] = field(default_factory=dict)
    evidence: tuple[Known, ...] = ()

    @property
    def at_end(self) -> bool:
        return self.period.time >= self.end

    @property
    def is_synthetic(self) -> bool:
        return self.known is not None and self.known.origin.synthetic

    @property
    def v(self) -> Fraction | None:
        return None if self.known is None else self.known.value

    @property
    def lacking_years(self) -> tuple[str, ...]:
        """Plan years without a figure, where the verdict looks at every year."""
        for reason in self.reasons:
            name, _, years = reason.partition(":")
            if name == "years_without_figure":
                return tuple(years.split(","))
        return ()
