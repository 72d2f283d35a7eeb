"""The range a hold or band figure has to lie in, for pictures; the class itself is decided in `method`, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from monitor.catalogue.models import Indicator
from monitor.report.figures import Figure

_SLACK = 1e-9  # floats of the scorecard against the floats drawn here


@dataclass(frozen=True)
class Goal:
    """In the indicator's unit; an end that is open is None."""

    centre: float | None
    low: float | None = None
    high: float | None = None

    @classmethod
    def of(cls, indicator: Indicator, figure: Figure, tolerance: float) -> Goal:
        """`tolerance`: the setting, in the indicator's unit; the target's own comes first."""
        centre = figure.target if figure.target is not None else figure.baseline
        if centre is None:
            return cls(None)
        if figure.rule == "band":
            own = getattr(indicator.target, "tolerance", None)
            reach = float(own) if own is not None else tolerance
            return cls(centre, centre - reach, centre + reach)
        comparator = getattr(indicator.target, "comparator", "ge")
        low = centre if comparator in ("ge", "gt", "eq") else None
        high = centre if comparator in ("le", "lt", "eq") else None
        return cls(centre, low, high)

    def kept(self, figure: Figure) -> Literal["held", "breached", "open", "none"]:
        """Whether the figure of that very period lies inside."""
        if figure.value is None:
            return "none"
        if figure.class_ == "not_assessable":
            return "open"
        low_ok = self.low is None or figure.value >= self.low - _SLACK
        high_ok = self.high is None or figure.value <= self.high + _SLACK
        return "held" if low_ok and high_ok else "breached"
