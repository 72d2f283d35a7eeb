"""What stands behind the figures: the visible observations, who has reported, what a unit has sent.

Every function takes T, the as-of time as naive UTC, or None for no limit; so are the times it gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from monitor.catalogue.forms import forms_of_plan
from monitor.catalogue.models import Plan
from monitor.catalogue.periods import Period, parse_period
from monitor.catalogue.regions import Region, Regions

from .figures import Figure, Source

if TYPE_CHECKING:
    from .desk import Desk

_SQL = files("monitor.report") / "sql"
_END_OF_TIME = datetime.max  # noqa: DTZ901 — the store's moments are UTC without a zone


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


@dataclass(frozen=True)
class Reported:
    """Who has an accepted submission for one period."""

    period: Period
    expected: tuple[Region, ...]
    reported: frozenset[str]

    @property
    def missing(self) -> tuple[Region, ...]:
        return tuple(region for region in self.expected if region.code not in self.reported)


@dataclass(frozen=True)
class Sent:
    """One submission of a reporting unit and its last state; times are UTC."""

    submission_id: int
    form: str
    period: Period
    vintage: str
    revision: int
    row_count: int
    submitted_at: datetime | None
    submitted_by: str | None
    estimated: bool
    explanation: str | None
    state: str
    state_at: datetime
    actor: str | None


def _limit(as_of: datetime | None) -> datetime:
    return as_of or _END_OF_TIME


def _day(value: Any) -> date | None:
    return value.date() if isinstance(value, datetime) else value


def observations(
    desk: Desk, as_of: datetime | None, *, indicator: str | None = None, region: str | None = None
) -> tuple[Observation, ...]:
    """The accepted figures visible as of T, of one indicator or one region or both."""
    rows = desk.store.ask(
        _SQL / "visible_observations.sql", {"as_of": _limit(as_of), "indicator": indicator, "region": region}
    )
    return tuple(_observation(row) for row in rows)


def _observation(row: tuple[Any, ...]) -> Observation:
    (indicator, region, period, vintage, state, value, numerator, denominator, part_unit, unit, comparator,
     synthetic, note, source, published_on, grade, submission_id, revision, accepted_at, estimated) = row  # fmt: skip
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
            revision=int(revision),
            accepted_at=accepted_at,
            estimated=bool(estimated),
            synthetic=bool(synthetic),
        ),
    )


def source_of(figure: Figure, known: Iterable[Observation]) -> Source | None:
    """The source of the very figure shown: same period and vintage; a shorter period with the same end will do."""
    periods = (figure.period, *figure.period.same_end)
    found = {
        observation.period: observation.source
        for observation in known
        if observation.indicator_id == figure.indicator_id
        and observation.region_code == figure.region_code
        and observation.vintage == figure.vintage
    }
    return next((found[period] for period in periods if period in found), None)


def sources(desk: Desk, as_of: datetime | None, shown: Iterable[Figure]) -> Mapping[str, Mapping[str, Source]]:
    """Indicator → region → source, for figures of one region."""
    wanted = list(shown)
    found: dict[str, dict[str, Source]] = {}
    for code in {figure.region_code for figure in wanted}:
        known = observations(desk, as_of, region=code)
        for figure in wanted:
            source = source_of(figure, known) if figure.region_code == code else None
            if source is not None:
                found.setdefault(figure.indicator_id, {})[code] = source
    return found


def newest(desk: Desk, as_of: datetime | None) -> datetime | None:
    """When the last figure visible as of T was accepted, in UTC."""
    rows = desk.store.ask(_SQL / "last_acceptance.sql", {"as_of": _limit(as_of)})
    return rows[0][0] if rows else None


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
    rows = desk.store.ask(_SQL / "units_reported.sql", {"as_of": _limit(as_of), "forms": list(forms)})
    accepted: dict[Period, set[str]] = {}
    for code, region, done, _first in rows:
        if done and region in codes:
            accepted.setdefault(parse_period(code), set()).add(region)
    chosen = period
    if chosen is None and accepted:
        end = max(one.index for one in accepted)
        last = [one for one in accepted if one.index == end]
        chosen = min(last, key=lambda one: (len(accepted[one]), one.months))
    if chosen is None:
        return None
    return Reported(chosen, expected, frozenset(accepted.get(chosen, ())))


def submissions(desk: Desk, region: str, as_of: datetime | None) -> tuple[Sent, ...]:
    """What a reporting unit has sent, newest period first, with each submission's state as of T."""
    rows = desk.store.ask(_SQL / "region_submissions.sql", {"as_of": _limit(as_of), "region": region})
    return tuple(
        Sent(
            submission_id=int(row[0]),
            form=row[1],
            period=parse_period(row[2]),
            vintage=row[3],
            revision=int(row[4]),
            row_count=int(row[5]),
            submitted_at=row[6],
            submitted_by=row[7],
            estimated=bool(row[8]),
            explanation=row[9],
            state=row[10],
            state_at=row[11],
            actor=row[12],
        )
        for row in rows
    )
