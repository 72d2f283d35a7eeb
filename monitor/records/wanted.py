"""What is to be computed: indicators with their SQL, the span of days, and which unit each region's records are for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.models import Accumulation, Indicator
from monitor.catalogue.periods import Period
from monitor.catalogue.problems import suggestion
from monitor.catalogue.records import Records, Rejection, Rule
from monitor.catalogue.regions import Regions

from .errors import RecordsError
from .texts import Questions


@dataclass(frozen=True)
class Wanted:
    """One indicator with what computes it, of the plan that says so first."""

    catalogue: Catalogue
    indicator: Indicator
    records: Records

    @property
    def unit(self) -> str:
        """What numerator and denominator, or the value, count in."""
        return self.records.unit or self.indicator.part_unit or self.indicator.unit


@dataclass(frozen=True)
class Scan:
    """Indicators of one table and one span of days: one reading of the records."""

    wanted: tuple[Wanted, ...]
    first: date
    last: date

    @property
    def columns(self) -> dict[str, str]:
        """Of all of them, by name."""
        return dict(sorted({name: kind for one in self.wanted for name, kind in one.records.columns.items()}.items()))

    def rejection(self, rule: Rule) -> Rejection:
        """The strictest of what the indicators say."""
        return "error" if any(one.records.rejection(rule) == "error" for one in self.wanted) else "warning"

    def questions(self, regions: Regions, period: Period) -> Questions:
        plan, records = self.wanted[0].catalogue.plan, self.wanted[0].records
        return Questions(
            figures=[sql for one in self.wanted for sql in one.records.expressions.values()],
            places=places(regions, plan.region, period),
            region=records.region,
            day=records.day,
            key=records.key,
            first=self.first,
            last=self.last,
            plan_first=date(plan.period.base, 1, 1),
            plan_last=date(plan.period.end, 12, 31),
        )


def find(catalogues: Sequence[Catalogue], names: Sequence[str]) -> tuple[Wanted, ...]:
    """The indicators by id, each once; all of one table. Raises RecordsError."""
    having: dict[str, Wanted] = {}
    for catalogue in catalogues:
        for indicator in catalogue.indicators:
            if indicator.records is not None:
                having.setdefault(indicator.id, Wanted(catalogue, indicator, indicator.records))
    found: list[Wanted] = []
    for name in dict.fromkeys(names):
        if name not in having:
            raise _not_computed_from_records(name, sorted(having))
        found.append(having[name])
    first = found[0]
    for one in found[1:]:
        if _table(one) != _table(first) or one.catalogue.plan != first.catalogue.plan:
            raise RecordsError(
                "two_tables",
                f"{one.indicator.id} 与 {first.indicator.id} 不是同一规划、同一张记录表；请分别计算",
                f"{one.indicator.id} is not computed from the table of {first.indicator.id} in the same plan: compute"
                " each by itself",
            )
    return tuple(found)


def _table(one: Wanted) -> tuple[object, ...]:
    return one.records.table, one.records.region, one.records.day, one.records.key


def _not_computed_from_records(name: str, known: Sequence[str]) -> RecordsError:
    if not known:
        return RecordsError(
            "no_records",
            f"{name}：指标目录中没有按记录计算的指标（records:），见 docs/records.md",
            f"{name}: no indicator of the catalogue is computed from records (`records:`), see docs/records.md",
        )
    zh, en = suggestion(name, known)
    return RecordsError(
        "no_records",
        f"{name} 不是按记录计算的指标{zh}；可用：{'、'.join(known)}",
        f"{name} is not computed from records{en}; known: {', '.join(known)}",
    )


def scans(wanted: Sequence[Wanted], period: Period) -> tuple[Scan, ...]:
    """By span of days, which the accumulation decides. Raises RecordsError for a period outside the plan."""
    plan = wanted[0].catalogue.plan
    if not plan.period.base <= period.year <= plan.period.end:
        raise RecordsError(
            "outside_plan",
            f"{period.code} 不在规划 {plan.id} 的 {plan.period.base}–{plan.period.end} 年之内",
            f"{period.code} is not within {plan.period.base}–{plan.period.end} of the plan {plan.id}",
        )
    by_span: dict[tuple[date, date], list[Wanted]] = {}
    for one in wanted:
        by_span.setdefault(span(one.indicator.accumulation, period), []).append(one)
    return tuple(Scan(tuple(found), first, last) for (first, last), found in by_span.items())


def span(accumulation: Accumulation, period: Period) -> tuple[date, date]:
    """Of a flow the period, of a cumulative figure the year so far, of a stock its last day alone."""
    if accumulation == "stock":
        return period.end, period.end
    if accumulation == "ytd":
        return date(period.year, 1, 1), period.end
    return date(period.year, period.end.month - period.months + 1, 1), period.end


def places(regions: Regions, top: str, period: Period) -> Mapping[str, str]:
    """Every code of the plan's tree on the period's last day and the unit that reports for it: itself or one above."""
    found: dict[str, str] = {}
    for region in (regions.get(top, period.end), *regions.descendants(top, period.end)):
        above = () if region is None else regions.lineage(region.code, period.end)
        for code in above:
            unit = regions.get(code, period.end)
            if unit is not None and unit.reporting:
                found[above[0]] = code
                break
    if not found:
        raise RecordsError(
            "no_units", f"地区表中 {top} 之下没有填报单位", f"the regions file has no reporting unit at or below {top}"
        )
    return dict(sorted(found.items()))
