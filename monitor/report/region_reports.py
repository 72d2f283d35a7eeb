"""What one unit has sent and how good it was: each call with its sendings, and its place among all units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitor.catalogue.forms import Form, forms_of_plan
from monitor.catalogue.periods import Period, parse_period

from .once import KeptOnce
from .ranking import Rank, place_of
from .rates import Rate, Rates, rates_of
from .reporting import Reports, read_reports
from .reporting_cells import Report
from .sendings import Sending, Sendings, Sent, SentKey

if TYPE_CHECKING:
    from .desk import Desk

_KEPT = 8


@dataclass(frozen=True)
class PeriodReport:
    """One form for one period. `report` is None where nobody had called for it; `form` too where it is no form's.

    `days_late`: from the due day to the first sending, to today where nothing has come; None where it is not late.
    """

    period: Period
    form_id: str
    vintage: str
    form: Form | None
    report: Report | None
    days_late: int | None
    sendings: tuple[Sending, ...]

    @property
    def queries(self) -> int:
        return sum(one.queries for one in self.sendings)

    @property
    def explained(self) -> int:
        return self.queries - sum(one.open_queries for one in self.sendings)

    @property
    def returns(self) -> int:
        return sum(one.state == "returned" for one in self.sendings)

    @property
    def last(self) -> Sending | None:
        return self.sendings[-1] if self.sendings else None


@dataclass(frozen=True)
class Quality:
    """A unit's reporting in a few numbers; a rank is None where the unit or nobody was asked for anything.

    `queries` count over all its sendings; its rank puts the fewest a sending first.
    """

    rates: Rates
    timeliness: Rank | None
    completeness: Rank | None
    sendings: int
    queries: int
    explained: int
    returns: int
    query_rank: Rank | None


@dataclass(frozen=True)
class UnitReports:
    """`lines`: the newest period first. `quality` is None where the plan calls for nothing from this unit."""

    lines: tuple[PeriodReport, ...]
    quality: Quality | None

    @property
    def sendings(self) -> int:
        return sum(len(line.sendings) for line in self.lines)


@dataclass(frozen=True)
class _Everything:
    """All reports of a plan, all that was sent, by (unit, form, period, vintage), and the rates of each unit asked."""

    reports: Reports
    sent: Sent
    rates: Mapping[str, Rates]


def unit_reports(desk: Desk, plan_id: str, region: str, *, as_of: datetime | None, today: date) -> UnitReports:
    """What a unit was asked for by a plan and what it has sent, as of T (naive UTC, None: now).

    What is not due yet and has not come is left out.
    """
    everything = _everything(desk, desk.cycle_version(as_of), plan_id, as_of, today)
    zone = ZoneInfo(desk.timezone)
    forms = {form.id: form for form in desk.configuration(as_of).plan(plan_id).forms}
    lines: list[PeriodReport] = []
    called: set[SentKey] = set()
    for report in everything.reports.reports:
        call = report.call
        if call.region != region:
            continue
        key: SentKey = (region, call.form.id, call.period.code, call.form.vintage)
        called.add(key)
        sendings = everything.sent.get(key, ())
        if sendings or report.is_due or report.state == "draft":
            late = _days_late(report, everything.reports.today, zone)
            lines.append(PeriodReport(call.period, key[1], key[3], call.form, report, late, sendings))
    for key, sendings in everything.sent.items():
        if key[0] == region and key not in called:
            lines.append(PeriodReport(parse_period(key[2]), key[1], key[3], forms.get(key[1]), None, None, sendings))
    lines.sort(key=lambda line: (line.period.order, line.form_id, line.vintage), reverse=True)
    return UnitReports(tuple(lines), _quality(everything, region))


def _days_late(report: Report, today: date, zone: ZoneInfo) -> int | None:
    if report.first_sent_at is not None:
        sent = report.first_sent_at.replace(tzinfo=UTC).astimezone(zone).date()
        return (sent - report.call.due_on).days if report.is_late else None
    return (today - report.call.due_on).days if report.is_due else None


def _quality(everything: _Everything, region: str) -> Quality | None:
    rates = everything.rates
    if region not in rates:
        return None
    sent: dict[str, list[Sending]] = {unit: [] for unit in rates}
    for (unit, *_), found in everything.sent.items():
        if unit in sent:
            sent[unit].extend(found)
    share = {unit: Fraction(sum(one.queries for one in some), len(some)) for unit, some in sent.items() if some}
    mine = sent[region]
    queries = sum(one.queries for one in mine)
    return Quality(
        rates=rates[region],
        timeliness=_rate_rank(rates[region].timeliness, [one.timeliness for one in rates.values()]),
        completeness=_rate_rank(rates[region].completeness, [one.completeness for one in rates.values()]),
        sendings=len(mine),
        queries=queries,
        explained=queries - sum(one.open_queries for one in mine),
        returns=sum(one.state == "returned" for one in mine),
        query_rank=place_of(share[region], share.values(), high_is_best=False) if region in share else None,
    )


def _rate_rank(mine: Rate, all_: Sequence[Rate]) -> Rank | None:
    values = [one.value for one in all_ if one.value is not None]
    return None if mine.value is None else place_of(mine.value, values, high_is_best=True)


def _read_everything(desk: Desk, _version: int, plan_id: str, as_of: datetime | None, _today: date) -> _Everything:
    configuration = desk.configuration(as_of)
    forms, codes = forms_of_plan(configuration.plan(plan_id)), configuration.regions.codes
    sent = _sendings.read(desk, tuple(forms), tuple(codes), as_of)
    reports = read_reports(desk, plan=plan_id, as_of=as_of)
    of_unit: dict[str, list[Report]] = {}
    for report in reports.reports:
        of_unit.setdefault(report.call.region, []).append(report)
    return _Everything(reports, sent, {unit: rates_of(some) for unit, some in of_unit.items()})


_sendings = Sendings(_KEPT)
_everything = KeptOnce(_read_everything, _KEPT)
"""Kept until the next event or day, for the pages of all units; after an event read once, whoever asks meanwhile."""
