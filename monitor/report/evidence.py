"""What stands behind the figures: the visible observations, who has reported.

Every function takes T, the as-of time as naive UTC, or None for no limit; so are the times it gives.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal, get_args

from monitor.catalogue.forms import forms_of_plan
from monitor.catalogue.models import Plan
from monitor.catalogue.periods import Period, parse_period
from monitor.catalogue.regions import Region, Regions

from .figures import Figure, Source
from .known import Deciding
from .reporting import read_reports

if TYPE_CHECKING:
    from .desk import Desk

_SQL = files("monitor.report") / "sql"
_NO_REPORTS = ("flash", "plan")


@dataclass(frozen=True)
class Observation:
    """One figure as accepted: numbers in the sender's unit, exact."""

    indicator_id: str
    region_code: str
    period: Period
    vintage: str
    state: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    part_unit: str | None
    unit: str
    comparator: str
    source: Source


Standing = Literal["none", "returned", "submitted"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)
"""Where a unit without an accepted submission stands: it owes one, has one back, or waits for its review."""


@dataclass(frozen=True)
class Reported:
    """Who has an accepted submission for one period; `standing`: of the others, by code."""

    period: Period
    expected: tuple[Region, ...]
    reported: frozenset[str]
    standing: Mapping[str, Standing]

    @property
    def missing(self) -> tuple[Region, ...]:
        return tuple(region for region in self.expected if region.code not in self.reported)

    def at(self, standing: Standing) -> tuple[Region, ...]:
        return tuple(region for region in self.missing if self.standing[region.code] == standing)


def _day(value: Any) -> date | None:
    return value.date() if isinstance(value, datetime) else value


def observations(
    desk: Desk, as_of: datetime | None, *, indicator: str | None = None, region: str | None = None
) -> tuple[Observation, ...]:
    """The accepted figures visible as of T, of one indicator or one region or both."""
    visible = desk.visible(as_of)
    places = visible.items() if region is None else visible.of_regions([region])
    return _read(desk, [one for _, found in places for one in found], indicator)


def _read(desk: Desk, deciding: Iterable[Deciding], indicator: str | None) -> tuple[Observation, ...]:
    """The figures that came in some submissions."""
    by_id = {one.submission_id: one for one in deciding}
    if not by_id:
        return ()
    asked = {"submission_ids": sorted(by_id), "indicator": indicator}
    rows = desk.store.ask(_SQL / "observations_of_submissions.sql", asked)
    return tuple(_observation(row, by_id[row[-1]]) for row in rows)


def _observation(row: tuple[Any, ...], deciding: Deciding) -> Observation:
    (indicator, region, period, vintage, state, value, numerator, denominator, part_unit, unit, comparator,
     synthetic, note, source, published_on, grade, submission_id) = row  # fmt: skip
    return Observation(
        indicator_id=indicator,
        region_code=region,
        period=parse_period(period),
        vintage=vintage,
        state=state,
        value=value,
        numerator=numerator,
        denominator=denominator,
        part_unit=part_unit,
        unit=unit,
        comparator=comparator,
        source=Source(
            source=source,
            published_on=_day(published_on),
            note=note,
            grade=grade,
            submission_id=int(submission_id),
            revision=deciding.revision,
            accepted_at=deciding.accepted_at,
            estimated=deciding.estimated,
            synthetic=bool(synthetic),
        ),
    )


def source_of(figure: Figure, known: Iterable[Observation]) -> Source | None:
    """The source of the very figure shown: same period and vintage; a shorter period with the same end will do."""
    periods = _periods_behind(figure)
    found = {
        observation.period: observation.source
        for observation in known
        if observation.indicator_id == figure.indicator_id
        and observation.region_code == figure.region_code
        and observation.vintage == figure.vintage
    }
    return next((found[period] for period in periods if period in found), None)


def sources(desk: Desk, as_of: datetime | None, shown: Iterable[Figure]) -> Mapping[str, Mapping[str, Source]]:
    """Indicator → region → source, for figures of which no two are of the same indicator and region."""
    wanted = list(shown)
    visible = desk.visible(as_of)
    deciding = {
        one.submission_id: one
        for figure in wanted
        for period in _periods_behind(figure)
        for one in visible.get((figure.region_code, period.code), ())
        if one.vintage == figure.vintage
    }
    indicators = {figure.indicator_id for figure in wanted}
    known: dict[tuple[str, str], list[Observation]] = {}
    for observation in _read(desk, deciding.values(), indicators.pop() if len(indicators) == 1 else None):
        known.setdefault((observation.indicator_id, observation.region_code), []).append(observation)
    found: dict[str, dict[str, Source]] = {}
    for figure in wanted:
        source = source_of(figure, known.get((figure.indicator_id, figure.region_code), ()))
        if source is not None:
            found.setdefault(figure.indicator_id, {})[figure.region_code] = source
    return found


def _periods_behind(figure: Figure) -> tuple[Period, ...]:
    return (figure.period, *figure.period.same_end)


def newest(desk: Desk, as_of: datetime | None) -> datetime | None:
    """When the last figure visible as of T was accepted, in UTC."""
    return desk.visible(as_of).newest


def reported_units(
    desk: Desk, plan: Plan, regions: Regions, as_of: datetime | None, period: Period | None
) -> Reported | None:
    """Who has reported for `period`; without one, for the last that any unit has reported, and of several with the
    same end (a year and its last quarter) the one with most still to come. None when nobody ever did.

    A flash figure is no report: it comes before the period's own.
    """
    expected = tuple(r for r in regions.children(plan.region) if r.reporting)
    codes = {region.code for region in expected}
    forms = forms_of_plan(desk.configuration(as_of).plan(plan.id))
    accepted: dict[Period, set[str]] = {}
    for (region, code), deciding in desk.visible(as_of).of_regions(codes):
        if any(one.form in forms and one.vintage not in _NO_REPORTS for one in deciding):
            accepted.setdefault(parse_period(code), set()).add(region)
    chosen = period
    if chosen is None and accepted:
        end = max(one.index for one in accepted)
        last = [one for one in accepted if one.index == end]
        chosen = min(last, key=lambda one: (len(accepted[one]), one.months))
    if chosen is None:
        return None
    reported = frozenset(accepted.get(chosen, ()))
    return Reported(chosen, expected, reported, _standings(desk, plan, chosen, codes - reported, as_of))


def _standings(
    desk: Desk, plan: Plan, period: Period, codes: Collection[str], as_of: datetime | None
) -> Mapping[str, Standing]:
    """Of several forms the one with most left to do decides; a unit that nobody asked counts as owing."""
    found: dict[str, set[Standing]] = {code: set() for code in codes}
    if found:
        for report in read_reports(desk, plan=plan.id, period=period.code, as_of=as_of).reports:
            if report.call.region in found and not report.is_accepted:
                states: dict[str, Standing] = {"submitted": "submitted", "returned": "returned"}
                found[report.call.region].add(states.get(report.state, "none"))
    return {code: min(some, key=STANDINGS.index, default="none") for code, some in found.items()}
