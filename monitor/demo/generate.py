"""Synthetic submissions of all reporting units, 2020–2025: the same bytes from the same catalogue, always.

No figure here is a province's own. The units' figures are drawn from hashes of (indicator, unit, period), shaped so
that they sum to what was published for the nation, and every row says that it is synthetic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from monitor.catalogue.models import Indicator
from monitor.catalogue.periods import Period
from monitor.catalogue.regions import Regions

from .amounts import Ingredients, amounts
from .levels import enrolment, procurement, services
from .nation import FIRST_YEAR, LAST_YEAR, YEARS, Nation, read_nation
from .peculiar import as_sent
from .ratios import ratios
from .rows import SentRow, period_kind, periods, rate, rows_for
from .stories import (
    LAST_QUARTER,
    ODD,
    SETTLED,
    UNPUBLISHED,
    Sending,
    Story,
    after,
    due_on,
    odd,
    received,
    stale_counts,
    story_of,
    unsettled,
)
from .units import Unit, reporting_units


@dataclass(frozen=True)
class Plot:
    """What one unit sends for one period: its final rows, and where the figures come from."""

    indicators: tuple[Indicator, ...]
    figures: Ingredients
    unit: Unit
    period: Period

    def rows(self, changed: Mapping[str, int] | None = None) -> tuple[SentRow, ...]:
        found = rows_for(self.indicators, self.figures, self.unit.code, self.period, changed)
        return tuple(as_sent(row) for row in found)

    def first(self, *, late: bool = False) -> Sending:
        """The unit's first sending, complete, accepted some days later."""
        key = (self.unit.code, self.period.code)
        at = received(self.period, self.unit.code, late=late)
        days = max(0, (at.date() - due_on(self.period)).days)
        rows = self.rows()
        lateness = f"迟报{days}天：系统升级，数据汇总推迟（模拟）" if days else ""
        return Sending(
            unit=self.unit.code,
            period=self.period.code,
            vintage="reported",
            number=1,
            due_on=due_on(self.period),
            received_at=at,
            outcome="accepted",
            decided_at=after(at, 2, 8, *key, "decided"),
            reason="",
            explanation="；".join(text for text in (lateness, deficit(rows)) if text),
            rows=rows,
        )

    def next(self, before: Sending, low: int, high: int, explanation: str) -> Sending:
        """A later sending of the final figures, `low` to `high` days after the last decision, accepted."""
        key = (self.unit.code, self.period.code, before.number + 1)
        at = after(before.decided_at or before.received_at, low, high, *key)
        return replace(
            before,
            number=before.number + 1,
            received_at=at,
            outcome="accepted",
            reason="",
            decided_at=after(at, 2, 6, *key, "decided"),
            explanation=explanation,
            rows=self.rows(),
        )


def deficit(rows: Sequence[SentRow]) -> str:
    """The unit's explanation when its funds paid out more than they took in, else empty."""
    found = {
        row.indicator_id: Decimal(row.value) for row in rows if row.indicator_id in ("fund_income", "fund_expenditure")
    }
    if len(found) < 2 or found["fund_income"] >= found["fund_expenditure"]:
        return ""
    return "当年支出大于收入，由历年结余弥补（模拟）"


def figures_of(nation: Nation, units: Sequence[Unit], indicators: Sequence[Indicator]) -> Ingredients:
    """All final amounts, by (series, unit, year, quarter)."""
    found = amounts(nation, units)
    parts = tuple(f"insured_persons_{part}" for part in ("employee", "resident", "rounding"))
    insured = {
        (unit.code, year): sum(found.get((part, unit.code, year, 4), 0) for part in parts)
        for unit in units
        for year in YEARS
    }
    found |= enrolment(nation, units, insured)
    found |= ratios(nation, units)
    found |= services(units)
    found |= procurement(units, _expected(indicators))
    return found


def _expected(indicators: Sequence[Indicator]) -> tuple[str, ...] | None:
    for indicator in indicators:
        if indicator.id == "procured_drugs" and indicator.target and indicator.target.rule == "reach":
            return indicator.target.expected
    return None


def generate(
    indicators: Sequence[Indicator], regions: Regions, published: Path, *, nation: str = "000000"
) -> tuple[Sending, ...]:
    """Every sending of every unit, in the order of receipt.

    `indicators`: those of the catalogue; the ones the demonstration has no recipe for are not sent. `published`: the
    published figures of the nation. Raises OSError when they cannot be read.
    """
    units = reporting_units(regions, nation)
    if not units:
        return ()
    figures = figures_of(read_nation(published, nation), units, indicators)
    kinds = {period_kind(indicator) for indicator in indicators}
    found: list[Sending] = []
    for kind in sorted(kinds):
        of_kind = tuple(indicator for indicator in indicators if period_kind(indicator) == kind)
        for period in periods(FIRST_YEAR, LAST_YEAR, kind):
            for unit in units:
                found += _sendings(Plot(of_kind, figures, unit, period))
    return tuple(sorted((_stamped(sending) for sending in found if sending.rows), key=_order))


def _stamped(sending: Sending) -> Sending:
    """Accepted rows say from which day they count."""
    if sending.outcome != "accepted" or sending.decided_at is None:
        return sending
    day = sending.decided_at.date().isoformat()
    return replace(sending, rows=tuple(replace(row, published_on=day) for row in sending.rows))


def _order(sending: Sending) -> tuple[object, ...]:
    return (sending.received_at, sending.unit, sending.period, sending.vintage, sending.number)


def _sendings(plot: Plot) -> list[Sending]:
    found = _TELLERS[story_of(plot.unit.code, plot.period)](plot)
    return [_flash(plot), *found] if plot.period.code == LAST_QUARTER else found


def _flash(plot: Plot) -> Sending:
    """The year's first count; where the nation has published a figure of the year it already is the final one."""
    at = received(plot.period, plot.unit.code, late=False, vintage="flash")
    early = unsettled(plot.figures, plot.unit.code, plot.period, UNPUBLISHED)
    return replace(
        plot.first(),
        vintage="flash",
        due_on=due_on(plot.period, "flash"),
        received_at=at,
        decided_at=after(at, 1, 4, plot.unit.code, "flash"),
        explanation=deficit(plot.rows()),
        rows=tuple(replace(row, vintage="flash") for row in plot.rows(early)),
    )


def _late(plot: Plot) -> list[Sending]:
    return [plot.first(late=True)]


def _on_time(plot: Plot) -> list[Sending]:
    return [plot.first()]


def _never(plot: Plot) -> list[Sending]:
    return []


def _returned(plot: Plot) -> list[Sending]:
    """Sent with a fault, returned with a reason, sent again and accepted."""
    fault = _faulty(plot)
    return [fault, plot.next(fault, 2, 7, "已按退回意见核实修改（模拟）")]


def _faulty(plot: Plot) -> Sending:
    first = plot.first()
    if int(plot.unit.code[:2]) % 2:
        stale = stale_counts(plot.figures, plot.unit.code, plot.period)
        return replace(
            first,
            outcome="returned",
            rows=plot.rows(stale),
            reason="药品、耗材集采品种数与上季完全相同，请核实是否漏更新后重报（模拟）",
        )
    kept = tuple(row for row in first.rows if not row.indicator_id.endswith("_platform_share"))
    return replace(
        first, outcome="returned", rows=kept, reason="漏报药品和耗材网采金额（第9、10项），请补齐后重报（模拟）"
    )


def _restated(plot: Plot) -> list[Sending]:
    """Accepted, and months later replaced: only the changed cells are sent, the others are carried."""
    early = unsettled(plot.figures, plot.unit.code, plot.period, SETTLED)
    first = replace(plot.first(), rows=plot.rows(early))
    final = plot.next(first, 60, 150, "年终清算后调整基金收支和网采金额（模拟）")
    sent_before = {row.indicator_id: row for row in first.rows}
    return [first, replace(final, rows=tuple(row for row in final.rows if sent_before[row.indicator_id] != row))]


def _questioned(plot: Plot) -> list[Sending]:
    """A printed share that does not agree with its parts: a query, answered in writing."""
    first = plot.first()
    asked = "drug_platform_share"
    rows = tuple(
        replace(row, value=str(rate(row, Decimal(100), "0.1") + Decimal("0.6"))) if row.indicator_id == asked else row
        for row in first.rows
    )
    return [replace(first, rows=rows, explanation="公布比例含军队医院，分子分母不含，以分子分母为准（模拟）")]


def _waiting(plot: Plot) -> list[Sending]:
    sent = replace(plot.first(late=True), outcome="submitted", decided_at=None)
    if plot.unit.code not in ODD:
        return [sent]
    return [replace(sent, explanation="", rows=plot.rows(odd(plot.figures, plot.unit.code, plot.period)))]


def _still_returned(plot: Plot) -> list[Sending]:
    return [_faulty(plot)]


def _restatement_waiting(plot: Plot) -> list[Sending]:
    """The accepted figures stand until the later ones are accepted."""
    first = plot.first()
    early = unsettled(plot.figures, plot.unit.code, plot.period, UNPUBLISHED)
    changed = tuple(row for row, was in zip(plot.rows(early), first.rows, strict=True) if row != was)
    later = plot.next(first, 60, 120, "复核后调减按病种付费和网采金额（模拟）")
    return [first, replace(later, outcome="submitted", decided_at=None, rows=changed)]


def _withdrawn(plot: Plot) -> list[Sending]:
    """Sent in error, taken back by its sender, and sent again."""
    first = replace(plot.first(), outcome="withdrawn", reason="上传了错误的文件，撤回（模拟）")
    return [first, plot.next(first, 1, 3, "")]


_TELLERS: Mapping[Story, Callable[[Plot], list[Sending]]] = {
    "on_time": _on_time,
    "late": _late,
    "never": _never,
    "returned": _returned,
    "restated": _restated,
    "questioned": _questioned,
    "waiting": _waiting,
    "still_returned": _still_returned,
    "restatement_waiting": _restatement_waiting,
    "withdrawn": _withdrawn,
}
