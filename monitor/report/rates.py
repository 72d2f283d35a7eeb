"""How complete and how timely reporting is: four named rates, each with its numerator and denominator.

A rate is never clamped: only reports that were expected stand above the line, so it cannot pass 1 by what nobody asked
for. Where nothing was expected there is no rate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from .reporting_cells import Report

RateName = Literal["completeness", "completeness_cells", "acceptance", "timeliness"]

FORMULAS: Mapping[RateName, tuple[str, str]] = {
    "completeness": (
        "报送率 = 已报份数 ÷ 应报份数；应报：应报日已过的布置；已报：已上报且未撤回，含已退回",
        "completeness = reports received ÷ reports expected; expected: calls whose due day is over; received: sent and"
        " not withdrawn, returned ones included",
    ),
    "completeness_cells": (
        "数据完整率 = 已填指标数 ÷ 应填指标数；已填：有数值，或注明不适用、保密；缺失不算",
        "cell completeness = cells given ÷ cells expected; given: a figure, or stated as not applicable or withheld;"
        " missing ones do not count",
    ),
    "acceptance": (
        "通过率 = 已通过份数 ÷ 应报份数",
        "acceptance = reports accepted ÷ reports expected",
    ),
    "timeliness": (
        "及时率 = 应报日及以前首次报到份数 ÷ 应报份数",
        "timeliness = reports first received on or before the due day ÷ reports expected",
    ),
}
"""Rate → its formula in Chinese and in English."""


@dataclass(frozen=True)
class Rate:
    name: RateName
    numerator: int
    denominator: int

    @property
    def value(self) -> Fraction | None:
        """None where nothing was expected."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None


@dataclass(frozen=True)
class Rates:
    """`called`: all calls, due or not; `early`: received before their due day was over, not counted yet;
    `unexpected`: sent for what nobody had called for, never counted.
    """

    completeness: Rate
    completeness_cells: Rate
    acceptance: Rate
    timeliness: Rate
    called: int
    early: int
    unexpected: int

    @property
    def all(self) -> tuple[Rate, ...]:
        return self.completeness, self.timeliness, self.completeness_cells, self.acceptance


def rates_of(reports: Iterable[Report], unexpected: int = 0) -> Rates:
    """The rates of some reports; `unexpected`: how many were sent beside them for what had not been called for."""
    everything = tuple(reports)
    due = [report for report in everything if report.is_due]
    expected = len(due)
    return Rates(
        Rate("completeness", sum(report.is_received for report in due), expected),
        Rate("completeness_cells", sum(r.cells for r in due), sum(r.cells_expected for r in due)),
        Rate("acceptance", sum(report.is_accepted for report in due), expected),
        Rate("timeliness", sum(report.is_on_time for report in due), expected),
        len(everything),
        sum(report.is_received for report in everything if not report.is_due),
        unexpected,
    )
