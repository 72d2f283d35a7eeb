"""How far the figures can be relied on, as of any moment (数据质量): what is there, what was asked, what disagrees.

Completeness and timeliness are those of the reporting board (reporting.py, rates.py). Of what has been sent and not yet
accepted only counts are given, never figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitor.catalogue.forms import Form, forms_of_plan
from monitor.catalogue.loader import Catalogue
from monitor.catalogue.models import Indicator, Plan, ReachTarget
from monitor.catalogue.periods import Period, parse_period
from monitor.catalogue.regions import Region, Regions
from monitor.method.figures import AGGREGATED

from .figures import Figure
from .known import Deciding
from .once import KeptOnce
from .quality_makeup import Makeup, makeups_of, sum_makeups
from .quality_relations import RelationResult, relation_results
from .rates import Rate, Rates, rates_of
from .reporting import Reports, read_reports
from .reporting_cells import Report
from .sheet import Sheet

if TYPE_CHECKING:
    from .desk import Desk, Since

_SQL = files("monitor.report") / "sql"
QUERIES_LISTED = 300
_ALL = 1_000_000
_KEPT = 8
OUTLIER = "outlier"


@dataclass(frozen=True)
class Query:
    """A query (核实性问题) at an accepted figure; `explanation` None where nobody gave one."""

    submission_id: int
    region_code: str
    form: str
    period: Period
    vintage: str
    revision: int
    indicator_id: str | None
    rule: str
    code: str
    zh: str
    en: str
    explanation: str | None


@dataclass(frozen=True)
class QueryCount:
    queries: int = 0
    unexplained: int = 0

    @property
    def explained(self) -> int:
        return self.queries - self.unexplained


@dataclass(frozen=True)
class Waiting:
    """What has been sent and is not accepted yet; counts alone."""

    submissions: int = 0
    queries: int = 0
    unexplained: int = 0


@dataclass(frozen=True)
class FormQuality:
    form: Form
    rates: Rates


@dataclass(frozen=True)
class Difference:
    """A published figure of the plan's region beside what its units add up to (汇总数与公布数), of one period.

    `difference`: aggregated − published in the indicator's unit, None where the published one is a bound or
    approximate. `agrees`: whether the aggregate lies within the bound; about an approximate figure it says nothing,
    so nothing disagrees with one. `relative`: |difference| ÷ |published|.
    """

    indicator: Indicator
    figure: Figure
    published: float
    aggregated: float
    coverage: float | None

    @property
    def is_bound(self) -> bool:
        return self.figure.comparator not in ("", "eq", "approx")

    @property
    def is_approximate(self) -> bool:
        return self.figure.comparator == "approx"

    @property
    def difference(self) -> float | None:
        return None if self.is_bound or self.is_approximate else self.aggregated - self.published

    @property
    def relative(self) -> float:
        return abs(self.aggregated - self.published) / abs(self.published) if self.published else float("inf")

    @property
    def agrees(self) -> bool:
        """Whether the aggregate lies within the bound that was published; of points whether they are equal."""
        a, p = self.aggregated, self.published
        return {"approx": True, "ge": a >= p, "gt": a > p, "le": a <= p, "lt": a < p}.get(
            self.figure.comparator, a == p
        )


@dataclass(frozen=True)
class UnitQuality:
    """One reporting unit's row. `relations`: how many of its figures' relations do not hold."""

    region: Region
    rates: Rates
    missing_reports: int
    makeup: Makeup
    queries: QueryCount
    outliers: int
    relations: int
    waiting: Waiting


@dataclass(frozen=True)
class Quality:
    """The answer. `units`: worst first; `queries`: at most QUERIES_LISTED, those without explanation first.

    `overall`: the rates of all forms and units; `makeup`: of the plan's region and all units.
    """

    plan: Plan
    as_of: datetime | None
    today: date
    regions: Regions
    forms: tuple[FormQuality, ...]
    overall: Rates
    units: tuple[UnitQuality, ...]
    makeup: Makeup
    query_count: QueryCount
    by_kind: Mapping[str, QueryCount]
    queries: tuple[Query, ...]
    waiting: Waiting
    differences: tuple[Difference, ...]
    relations: tuple[RelationResult, ...]
    catalogue: Catalogue

    @property
    def outliers(self) -> tuple[Query, ...]:
        return tuple(query for query in self.queries if query.code == OUTLIER)

    @property
    def outlier_count(self) -> QueryCount:
        return self.by_kind.get(OUTLIER, QueryCount())

    @property
    def failures(self) -> int:
        return sum(len(result.failures) for result in self.relations)

    @property
    def is_empty(self) -> bool:
        """Nothing has been accepted, and nothing was due either."""
        return not self.makeup.cells and not self.overall.completeness.denominator


@dataclass(frozen=True)
class _Asked:
    """Region → kind of query → counts, and the queries themselves."""

    counts: Mapping[str, Mapping[str, QueryCount]]
    queries: tuple[Query, ...]


@dataclass(frozen=True)
class _Accepted:
    """What rests on accepted figures alone, and changes only with an acceptance or a configuration."""

    makeups: Mapping[str, Makeup]
    relations: tuple[RelationResult, ...]
    differences: tuple[Difference, ...]


def quality(desk: Desk, *, plan: str | None = None, as_of: datetime | None = None) -> Quality:
    """The quality of a plan's data as of T (naive UTC, None = what is known now). Raises QuestionError."""
    configuration = desk.configuration(as_of)
    catalogue, regions = configuration.plan(plan), configuration.regions
    units = _units(catalogue, regions)
    day = desk.store.now().astimezone(ZoneInfo(desk.timezone)).date()
    reports, waiting = _cycle(desk, desk.cycle_version(as_of), catalogue.plan.id, as_of, day)
    since = desk.since(as_of)
    accepted, asked = _accepted(desk, since, catalogue.plan.id), _queried(desk, since, catalogue.plan.id, as_of)
    by_code = list(asked.counts.values())
    kinds = sorted({kind for by_kind in by_code for kind in by_kind})
    return Quality(
        plan=catalogue.plan,
        as_of=as_of,
        today=reports.today,
        regions=regions,
        forms=tuple(FormQuality(form, reports.rates(form=form.id)) for form in catalogue.forms),
        overall=reports.rates(),
        units=_unit_rows(units, _by_region(reports.reports), accepted, asked, waiting),
        makeup=sum_makeups(accepted.makeups.values()),
        query_count=_sum_counts(count for by_kind in by_code for count in by_kind.values()),
        by_kind={kind: _sum_counts(by_kind[kind] for by_kind in by_code if kind in by_kind) for kind in kinds},
        queries=asked.queries,
        waiting=_sum_waiting(waiting.values()),
        differences=accepted.differences,
        relations=accepted.relations,
        catalogue=catalogue,
    )


def _units(catalogue: Catalogue, regions: Regions) -> list[Region]:
    return [region for region in regions.children(catalogue.plan.region) if region.reporting]


def _codes(catalogue: Catalogue, regions: Regions) -> list[str]:
    return [catalogue.plan.region, *(region.code for region in _units(catalogue, regions))]


def _read_cycle(
    desk: Desk, _version: int, plan_id: str, as_of: datetime | None, _day: date
) -> tuple[Reports, Mapping[str, Waiting]]:
    """What changes with every event and every day: what has come of each call, and what waits of each unit."""
    configuration = desk.configuration(as_of)
    catalogue = configuration.plan(plan_id)
    codes = _codes(catalogue, configuration.regions)
    asked = {"as_of": as_of, "forms": list(forms_of_plan(catalogue)), "region_codes": codes}
    waiting = {
        str(region): Waiting(*map(int, numbers))
        for region, *numbers in desk.store.ask(_SQL / "quality_waiting.sql", asked)
    }
    return read_reports(desk, plan=plan_id, as_of=as_of), waiting


_cycle = KeptOnce(_read_cycle, _KEPT)


def _read_accepted(desk: Desk, since: Since, plan_id: str) -> _Accepted:
    """The same for all moments at which the same is known."""
    catalogue = desk.configuration(since.at).plan(plan_id)
    figures = [one for one in _deciding(desk, catalogue, since.at) if one.vintage != "plan"]
    return _Accepted(
        makeups_of(desk, catalogue, since, figures),
        relation_results(desk, catalogue, [one.submission_id for one in figures]),
        differences(catalogue, desk.sheet(plan_id, since.at)),
    )


_accepted = KeptOnce(_read_accepted, _KEPT)


def _read_asked(desk: Desk, _since: Since, plan_id: str, as_of: datetime | None) -> _Asked:
    """Of every moment apart: an acceptance may be recorded for a moment before the explanations."""
    catalogue = desk.configuration(as_of).plan(plan_id)
    forms = forms_of_plan(catalogue)
    ids = [one.submission_id for one in _deciding(desk, catalogue, as_of) if one.form in forms]
    asked = {"as_of": as_of, "submission_ids": ids}
    return _Asked(_query_counts(desk, asked), _queries(desk, asked))


_queried = KeptOnce(_read_asked, _KEPT)


def _deciding(desk: Desk, catalogue: Catalogue, as_of: datetime | None) -> list[Deciding]:
    """The submissions that decide the figures of the plan's region and its units, in the order of their acceptance."""
    codes = _codes(catalogue, desk.configuration(as_of).regions)
    visible = desk.visible(as_of)
    found = [one for (code, _), some in visible.items() if code in codes for one in some]
    return sorted(found, key=lambda one: (one.seq, one.submission_id))


def _unit_rows(
    units: Sequence[Region],
    reports: Mapping[str, Sequence[Report]],
    accepted: _Accepted,
    asked: _Asked,
    waiting: Mapping[str, Waiting],
) -> tuple[UnitQuality, ...]:
    failing = Counter(failure.region_code for result in accepted.relations for failure in result.failures)
    rows = []
    for region in units:
        own, counts = reports.get(region.code, ()), asked.counts.get(region.code, {})
        rows.append(
            UnitQuality(
                region=region,
                rates=rates_of(own),
                missing_reports=sum(report.is_due and not report.is_received for report in own),
                makeup=accepted.makeups.get(region.code, Makeup()),
                queries=_sum_counts(counts.values()),
                outliers=counts.get(OUTLIER, QueryCount()).queries,
                relations=failing[region.code],
                waiting=waiting.get(region.code, Waiting()),
            )
        )
    return tuple(sorted(rows, key=_worst))


def differences(catalogue: Catalogue, sheet: Sheet) -> tuple[Difference, ...]:
    """Every published figure of the plan's region that its units' figures can be held against, biggest first.

    Shares of regions that reached are no such figures: a published count never fills them.
    """
    found = []
    for indicator in catalogue.indicators:
        target = indicator.target
        if indicator.is_context or (isinstance(target, ReachTarget) and target.scope == "each_region"):
            continue
        for figure in sheet.course(catalogue.plan.region, indicator.id):
            if figure.value is None or figure.aggregated_value is None or figure.vintage == AGGREGATED:
                continue
            found.append(Difference(indicator, figure, figure.value, figure.aggregated_value, figure.coverage))
    return tuple(sorted(found, key=lambda one: (one.difference is None and one.agrees, -one.relative)))


def _by_region(reports: Iterable[Report]) -> Mapping[str, list[Report]]:
    found: dict[str, list[Report]] = {}
    for report in reports:
        found.setdefault(report.call.region, []).append(report)
    return found


def _share(rate: Rate) -> float:
    return 2.0 if rate.value is None else float(rate.value)


def _worst(unit: UnitQuality) -> tuple[float | int | str, ...]:
    """Least complete, then least timely, then most that nobody explained; units of whom nothing is due come last."""
    rates = unit.rates
    return (
        _share(rates.completeness), _share(rates.timeliness), -unit.queries.unexplained, -unit.makeup.missing,
        -unit.queries.queries, unit.region.code,
    )  # fmt: skip


def _query_counts(desk: Desk, asked: Mapping[str, object]) -> dict[str, dict[str, QueryCount]]:
    """Region → kind of query → counts."""
    found: dict[str, dict[str, QueryCount]] = {}
    for region, code, queries, unexplained in desk.store.ask(_SQL / "quality_issue_counts.sql", asked):
        found.setdefault(str(region), {})[str(code)] = QueryCount(int(queries), int(unexplained))
    return found


def queries_of(desk: Desk, submissions: Sequence[int], as_of: datetime | None) -> tuple[Query, ...]:
    """All queries at some accepted submissions, with the explanations known then; those without first."""
    return _queries(desk, {"as_of": as_of, "submission_ids": list(submissions)}, most=_ALL)


def _queries(desk: Desk, asked: Mapping[str, object], most: int = QUERIES_LISTED) -> tuple[Query, ...]:
    rows = desk.store.ask(_SQL / "quality_issues.sql", {**asked, "most": most})
    return tuple(
        Query(
            submission_id=int(submission), region_code=region, form=form, period=parse_period(period), vintage=vintage,
            revision=int(revision), indicator_id=indicator, rule=rule, code=code, zh=zh, en=en, explanation=explanation,
        )
        for (submission, region, form, period, vintage, revision, _line, indicator, rule, code, zh, en, explanation)
        in rows
    )  # fmt: skip


def _sum_counts(counts: Iterable[QueryCount]) -> QueryCount:
    some = list(counts)
    return QueryCount(sum(one.queries for one in some), sum(one.unexplained for one in some))


def _sum_waiting(waiting: Iterable[Waiting]) -> Waiting:
    some = list(waiting)
    return Waiting(
        sum(one.submissions for one in some), sum(one.queries for one in some), sum(one.unexplained for one in some)
    )
