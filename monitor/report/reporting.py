"""Who has sent what: the board of units × periods, the chase list and the calendar of due days (报送情况)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib.resources import files
from itertools import chain
from typing import TYPE_CHECKING

from monitor.catalogue.forms import Call, Form, calls
from monitor.catalogue.loader import Catalogue
from monitor.catalogue.models import Plan
from monitor.catalogue.periods import Period, parse_period
from monitor.catalogue.regions import Region
from monitor.store.times import to_stored

from .once import KeptOnce
from .rates import Rates, rates_of
from .reporting_cells import Report, Revision, Today, by_call, report_of

if TYPE_CHECKING:
    from .desk import Desk

_SQL = files("monitor.report") / "sql"
_STORE_SQL = files("monitor.store") / "sql"
HORIZON_DAYS = 7
COLUMNS_SHOWN = 8
# of plans; those of a province's thousand units are some ten megabytes
_KEPT = 8
_Key = tuple[str, str, str, str]
"""Form, region, period, vintage."""


@dataclass(frozen=True)
class Unexpected:
    """Something sent for what nobody had called for."""

    form: str
    region_code: str
    period: Period


@dataclass(frozen=True)
class Reports:
    """All reports asked for, by form, period and unit, as of `as_of` (naive UTC; None: now) on `today`."""

    reports: tuple[Report, ...]
    unexpected: tuple[Unexpected, ...]
    as_of: datetime | None
    today: date

    def rates(self, *, form: str | None = None, period: Period | None = None, region: str | None = None) -> Rates:
        """The rates of one form, period and unit; None lets all through."""
        chosen = [
            report for report in self.reports
            if form in (None, report.call.form.id)
            and period in (None, report.call.period)
            and region in (None, report.call.region)
        ]  # fmt: skip
        beside = [
            one for one in self.unexpected
            if form in (None, one.form) and period in (None, one.period) and region in (None, one.region_code)
        ]  # fmt: skip
        return rates_of(chosen, len(beside))

    def of(self, form: str | None, codes: Collection[str] | None, periods: Collection[str] | None) -> Reports:
        """Those of one form, of some units and periods; None lets all through."""
        return replace(
            self,
            reports=tuple(
                one for one in self.reports if form in (None, one.call.form.id) and _within(one.call, codes, periods)
            ),
            unexpected=tuple(
                one for one in self.unexpected
                if form in (None, one.form)
                and (codes is None or one.region_code in codes)
                and (periods is None or one.period.code in periods)
            ),
        )  # fmt: skip


@dataclass(frozen=True)
class DueDay:
    """One day on which something is due: a form and period, of how many units, how many of them have sent."""

    day: date
    form: Form
    period: Period
    closes_on: date | None
    called: int
    received: int
    is_extended: bool


@dataclass(frozen=True)
class Board:
    """One form's board. `cells`: (unit, period) → report; `period` is the one that the headline speaks of.

    `chase` and `calendar` look at all forms of the plan.
    """

    plan: Plan
    forms: tuple[Form, ...]
    form: Form
    period: Period
    periods: tuple[Period, ...]
    shown: tuple[Period, ...]
    units: tuple[Region, ...]
    cells: Mapping[tuple[str, Period], Report]
    rates: Rates
    by_unit: Mapping[str, Rates]
    by_period: Mapping[Period, Rates]
    chase: tuple[Report, ...]
    closed: int
    calendar: tuple[DueDay, ...]
    as_of: datetime | None
    today: date


def read_reports(
    desk: Desk,
    *,
    plan: str | None = None,
    form: str | None = None,
    region: str | None = None,
    period: str | None = None,
    as_of: datetime | None = None,
    now: datetime | None = None,
) -> Reports:
    """Every call of one plan (None: of all), form, unit and period with what has come of it.

    `as_of`: naive UTC, None for what is known now; due days are measured against it, or against `now` (None: the
    store's clock). Raises QuestionError for an unknown plan, form, region or period.
    """
    from .desk import QuestionError

    configuration = desk.configuration(as_of)
    codes, periods = desk.codes(region, period, as_of)
    plans = [configuration.plan(plan)] if plan is not None else list(configuration.catalogues)
    known = {one.id for catalogue in plans for one in catalogue.forms}
    if form is not None and form not in known:
        raise QuestionError(f"没有报表“{form}”；已有：{'、'.join(sorted(known)) or '无'}",
                            f"there is no form '{form}'; known: {', '.join(sorted(known)) or 'none'}")  # fmt: skip
    today = Today(as_of or now or to_stored(desk.store.now()), desk.timezone)
    version = desk.cycle_version(as_of)
    found = []
    for catalogue in plans:
        whole = (desk, version, catalogue.plan.id, as_of, today)
        if form is region is period is None:
            found.append(_of_plan(*whole))
            continue
        kept = _of_plan.held(*whole)
        chosen = [one for one in catalogue.forms if form in (None, one.id)]
        found.append(
            _read_of_forms(desk, catalogue, chosen, codes, periods, as_of, today)
            if kept is None
            else kept.of(form, codes, periods)
        )
    reports = tuple(chain.from_iterable(one.reports for one in found))
    return Reports(reports, tuple(chain.from_iterable(one.unexpected for one in found)), as_of, today.day)


def _read_of_plan(desk: Desk, _version: int, plan_id: str, as_of: datetime | None, today: Today) -> Reports:
    """Everything of one plan: the same for all pages, languages and readers until the next event or day."""
    catalogue = desk.configuration(as_of).plan(plan_id)
    return _read_of_forms(desk, catalogue, catalogue.forms, None, None, as_of, today)


_of_plan = KeptOnce(_read_of_plan, _KEPT)


def _read_of_forms(
    desk: Desk,
    catalogue: Catalogue,
    forms: Sequence[Form],
    codes: Sequence[str] | None,
    periods: Sequence[str] | None,
    as_of: datetime | None,
    today: Today,
) -> Reports:
    regions, drafts = desk.configuration(as_of).regions, _drafts(desk, as_of)
    asked = {"as_of": as_of, "region_codes": codes, "periods": periods, "forms": [one.id for one in forms]}
    sent = by_call(desk.store.ask(_SQL / "board_submissions.sql", asked))
    reports: list[Report] = []
    unexpected: list[Unexpected] = []
    for form in forms:
        cells = _cells(desk, form, sent)
        called = [one for one in calls(catalogue, regions, form=form.id) if _within(one, codes, periods)]
        for call in called:
            key = (form.id, call.region, call.period.code, form.vintage)
            count = cells.get((call.region, call.period.code), 0)
            reports.append(
                report_of(catalogue.plan.id, call, sent.get(key, ()), has_draft=key in drafts, cells=count, today=today)
            )
        places = {(call.region, call.period.code) for call in called}
        for (name, region, period, vintage), revisions in sent.items():
            is_ours = name == form.id and vintage == form.vintage and (region, period) not in places
            if is_ours and any(one.state != "withdrawn" for one in revisions):
                unexpected.append(Unexpected(name, region, parse_period(period)))
    return Reports(tuple(reports), tuple(unexpected), as_of, today.day)


def _within(call: Call, codes: Collection[str] | None, periods: Collection[str] | None) -> bool:
    return (codes is None or call.region in codes) and (periods is None or call.period.code in periods)


def _cells(desk: Desk, form: Form, sent: Mapping[_Key, Sequence[Revision]]) -> dict[tuple[str, str], int]:
    """(region, period) → how many cells of the form are filled there; what was withdrawn does not count."""
    standing = [
        one
        for (name, _, _, vintage), revisions in sent.items()
        if name == form.id and vintage == form.vintage
        for one in revisions
        if one.state != "withdrawn"
    ]
    if not standing:
        return {}
    asked = {
        "submission_ids": [one.submission_id for one in standing],
        "settled": [one.state in ("accepted", "superseded") for one in standing],
        "indicator_ids": list(form.indicators),
    }
    rows = desk.store.ask(_SQL / "board_cells.sql", asked)
    return {(region, period): int(count) for region, period, count in rows}


def _drafts(desk: Desk, as_of: datetime | None) -> frozenset[_Key]:
    """(form, region, period, vintage) of what open drafts hold."""
    rows = desk.store.ask(_SQL / "board_drafts.sql", {"as_of": as_of})
    parts = [part for *_, detail in rows for part in (json.loads(detail) if detail else {}).get("parts", ())]
    return frozenset((part["form"], part["region"], part["period"], part["vintage"]) for part in parts)


def newest_moment(desk: Desk) -> datetime | None:
    """The moment of the newest event: what an export of the board without as-of prints; None in a new store."""
    found = desk.store.ask(_STORE_SQL / "last_event.sql")[0][1]
    return found if isinstance(found, datetime) else None


def chase_list(reports: Iterable[Report], *, horizon: int = HORIZON_DAYS) -> tuple[Report, ...]:
    """Who owes what (催报): what is overdue, returned, or due within `horizon` days; the longest overdue first."""
    owed = [
        report for report in reports
        if report.is_owed and (report.days_left <= horizon or report.state == "returned")
    ]  # fmt: skip
    return tuple(sorted(owed, key=lambda one: (one.days_left, one.call.form.id, one.call.region)))


def calendar_of(reports: Iterable[Report]) -> tuple[DueDay, ...]:
    """Every day on which something is due, in time, extensions apart."""
    found: dict[tuple[date, str, Period, bool], list[Report]] = {}
    for report in reports:
        call = report.call
        found.setdefault((call.due_on, call.form.id, call.period, call.extended is not None), []).append(report)
    days = [
        DueDay(day, some[0].call.form, period, some[0].call.closes_on, len(some), sum(r.is_received for r in some), ext)
        for (day, _, period, ext), some in found.items()
    ]
    return tuple(sorted(days, key=lambda one: (one.day, one.form.id, one.period.order, one.is_extended)))


def reporting_board(
    desk: Desk,
    *,
    plan: str | None = None,
    form: str | None = None,
    period: Period | None = None,
    as_of: datetime | None = None,
    now: datetime | None = None,
) -> Board | None:
    """The board of one form (None: the plan's first); None where the plan has no forms, or calls nobody.

    `period` None: the last that has ended. Raises QuestionError for an unknown plan or form, or a period that the
    form does not ask for.
    """
    from .desk import QuestionError

    configuration = desk.configuration(as_of)
    catalogue = configuration.plan(plan)
    everything = read_reports(desk, plan=catalogue.plan.id, as_of=as_of, now=now)
    if not everything.reports:
        return None
    chosen = form or catalogue.forms[0].id
    definition = catalogue.form(chosen)
    if definition is None:
        known = ", ".join(one.id for one in catalogue.forms)
        raise QuestionError(f"没有报表“{chosen}”；已有：{known}", f"there is no form '{chosen}'; known: {known}")
    own = [report for report in everything.reports if report.call.form.id == chosen]
    periods = tuple(sorted({report.call.period for report in own}, key=lambda one: one.order))
    if not own or (period is not None and period not in periods):
        asked = "" if period is None else period.code
        raise QuestionError(f"报表“{chosen}”没有布置报告期“{asked}”", f"the form '{chosen}' asks for no '{asked}'")
    ended = [one for one in periods if one.end < everything.today]
    current = period or (ended[-1] if ended else periods[0])
    by_unit: dict[str, list[Report]] = {}
    for report in own:
        by_unit.setdefault(report.call.region, []).append(report)
    beside = Counter(one.region_code for one in everything.unexpected if one.form == chosen)
    found = (configuration.regions.get(code) for code in dict.fromkeys(report.call.region for report in own))
    chase = chase_list(everything.reports)
    shown = _window(periods, current)
    return Board(
        plan=catalogue.plan,
        forms=catalogue.forms,
        form=definition,
        period=current,
        periods=periods,
        shown=shown,
        units=tuple(region for region in found if region is not None),
        cells={(report.call.region, report.call.period): report for report in own},
        rates=everything.rates(form=chosen, period=current),
        by_unit={code: rates_of(by_unit[code], beside[code]) for code in sorted(by_unit)},
        by_period={one: everything.rates(form=chosen, period=one) for one in shown},
        chase=chase,
        closed=sum(report.state == "missing" for report in everything.reports),
        calendar=calendar_of(everything.reports),
        as_of=as_of,
        today=everything.today,
    )


def _window(periods: Sequence[Period], current: Period) -> tuple[Period, ...]:
    """The columns: the current period, the next one, and those before."""
    last = min(periods.index(current) + 2, len(periods))
    return tuple(periods[max(0, last - COLUMNS_SHOWN) : last])
