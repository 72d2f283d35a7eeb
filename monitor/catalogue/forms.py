"""Forms and calls (布置): which unit sends which figures for which period, by when.

A form is what a plan asks for, with the elements of a Chinese statistical form; a call is one thing that is due: one
form, one unit, one period. A figure belongs to the first form that asks for it, else to its plan.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Literal, Protocol, TypeVar

from pydantic import AfterValidator, Field, model_validator

from .base import Frequency, Model, Owner, Text
from .periods import MONTHS, Period, parse_period
from .values import Day, DayCount, Id, PeriodCode, Printed, RegionCode, refusal

if TYPE_CHECKING:
    from .models import Indicator, Plan
    from .regions import Regions

FormKind = Literal["regular", "special"]
Vintage = Literal[
    "final_accounts", "yearbook", "bulletin", "reported", "flash",
    "long_series", "report", "briefing", "blue_book", "plan",
]  # fmt: skip


T = TypeVar("T")


def _some(items: tuple[T, ...]) -> tuple[T, ...]:
    """Said after the items are read, so that one faulty item is not told as an empty list too."""
    if not items:
        raise refusal("至少要有 1 项", "needs at least 1 item")
    return items


Some = Annotated[tuple[T, ...], AfterValidator(_some), Field(json_schema_extra={"minItems": 1})]


class Deadline(Model):
    """The last day of something: `days` after the period's end (`year_end` where that ends the year), or one day."""

    days: DayCount | None = None
    year_end: DayCount | None = None
    on: Day | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Deadline:
        if (self.days is None) == (self.on is None):
            raise refusal("days 与 on 写且只写一个", "needs one of `days` and `on`")
        if self.year_end is not None and self.days is None:
            raise refusal("写了 year_end 就要写 days", "`year_end` needs `days`")
        return self

    def of(self, period: Period) -> date:
        """The day itself."""
        if self.on is not None:
            return self.on
        ends_year = period.index % 12 == 0
        days = self.year_end if ends_year and self.year_end is not None else self.days
        return period.end + timedelta(days=days or 0)


class Extension(Model):
    """More time for one unit and one period."""

    region: RegionCode
    period: PeriodCode
    due_on: Day
    closes_on: Day | None = None
    reason: Text


class Form(Model):
    """What is asked of whom, how often, by when. `authority`: who made it (制定机关)."""

    id: Id
    name: Text
    number: Printed | None = None
    authority: Owner | None = None
    approval: Text | None = None
    valid_until: Day | None = None
    kind: FormKind = "regular"
    scope: Text | None = None
    channel: Text | None = None
    notes: Text | None = None
    indicators: Some[Id]
    units: Some[RegionCode] | None = None
    frequency: Frequency | None = None
    first: PeriodCode | None = None
    last: PeriodCode | None = None
    periods: Some[PeriodCode] | None = None
    vintage: Vintage = "reported"
    due: Deadline
    closes: Deadline | None = None
    extensions: tuple[Extension, ...] = ()

    def periods_of(self, plan: Plan) -> tuple[Period, ...]:
        """The periods it asks for, in time: those listed, else every one of its frequency from first to last."""
        if self.periods is not None:
            return tuple(sorted(map(parse_period, self.periods), key=lambda period: period.order))
        if self.frequency is None:
            return ()
        months = MONTHS[self.frequency]
        first = parse_period(self.first) if self.first else Period.of(plan.period.start, self.frequency)
        last = parse_period(self.last) if self.last else Period.of(plan.period.end, self.frequency, 12 // months)
        return tuple(Period(index, months) for index in range(first.index, last.index + 1, months))

    def units_of(self, plan: Plan, regions: Regions, period: Period) -> tuple[str, ...]:
        """Who is asked for a period: the units listed, else every reporting descendant of the plan's region.

        Those that exist on the period's last day, in the order of the catalogue or of the regions file.
        """
        if self.units is not None:
            return tuple(code for code in self.units if regions.get(code, period.end) is not None)
        found = regions.descendants(plan.region, period.end)
        return tuple(region.code for region in found if region.reporting)


@dataclass(frozen=True)
class Call:
    """One thing that is due: a form of one unit for one period.

    `due_on`: the last day in time, `closes_on`: the last day on which anything is taken (None: always), both with the
    unit's extension, if it has one.
    """

    form: Form
    region: str
    period: Period
    due_on: date
    closes_on: date | None
    extended: Extension | None


class Asking(Protocol):
    """What is needed of a loaded catalogue; named here, since the models must not know the loader."""

    @property
    def plan(self) -> Plan: ...
    @property
    def forms(self) -> tuple[Form, ...]: ...
    def form(self, id: str, /) -> Form | None: ...
    def indicator(self, id: str, /) -> Indicator | None: ...
    def roster(self, regions: Regions, /) -> Roster: ...


C = TypeVar("C", bound=Asking)


class Roster:
    """One plan's calls over one regions file, ready to be asked; made by `Catalogue.roster`.

    Who is asked changes only on the days on which the tree of regions does: `eras` numbers the times between them.
    """

    def __init__(self, catalogue: Asking, regions: Regions) -> None:
        plan, self.forms = catalogue.plan, catalogue.forms
        self.tree = frozenset((plan.region, *(region.code for region in regions.descendants(plan.region))))
        """every region that ever lay in the plan's"""
        starts = {row.valid_from for row in regions.rows if row.valid_from is not None}
        starts |= {row.valid_to + timedelta(days=1) for row in regions.rows if row.valid_to not in (None, date.max)}
        changes = sorted(starts)
        self.periods: dict[str, dict[Period, int]] = {}
        """form → its periods in time, each with its era"""
        self.units: dict[tuple[str, int], tuple[str, ...]] = {}
        """(form, era) → who is asked"""
        self._members: dict[tuple[str, int], frozenset[str]] = {}
        self._extensions: dict[tuple[str, str, str], Extension] = {}
        for form in self.forms:
            eras = {period: bisect_right(changes, period.end) for period in form.periods_of(plan)}
            self.periods[form.id] = eras
            for period, era in eras.items():
                if (form.id, era) not in self.units:
                    found = form.units_of(plan, regions, period)
                    self.units[form.id, era], self._members[form.id, era] = found, frozenset(found)
            for one in form.extensions:
                self._extensions.setdefault((form.id, one.region, one.period), one)
        self._indicators = {form.id: frozenset(form.indicators) for form in self.forms}

    def asks(self, form: Form, region: str, period: Period) -> bool:
        era = self.periods[form.id].get(period)
        return era is not None and region in self._members[form.id, era]

    def call(self, form: Form, region: str, period: Period) -> Call:
        """The call itself, of a unit that is asked."""
        due_on = form.due.of(period)
        closes_on = None if form.closes is None else form.closes.of(period)
        extended = self._extensions.get((form.id, region, period.code))
        if extended is not None:
            due_on = extended.due_on
            if closes_on is not None:
                closes_on = extended.closes_on or max(closes_on, due_on)
        return Call(form, region, period, due_on, closes_on, extended)

    def form_asking(self, indicator_id: str, region: str, period: Period) -> Form | None:
        """The first form that asks this of that unit for that period."""
        for form in self.forms:
            if indicator_id in self._indicators[form.id] and self.asks(form, region, period):
                return form
        return None


def calls(
    catalogue: Asking,
    regions: Regions,
    *,
    form: str | None = None,
    region: str | None = None,
    period: Period | None = None,
) -> tuple[Call, ...]:
    """Everything that is due by one plan, by form, in time, by unit; a filter that is None lets all through."""
    roster = catalogue.roster(regions)
    found: list[Call] = []
    for one in catalogue.forms:
        if form is not None and one.id != form:
            continue
        for when, era in roster.periods[one.id].items():
            if period is not None and when is not period:
                continue
            units: Sequence[str] = roster.units[one.id, era]
            if region is not None:
                units = (region,) if roster.asks(one, region, when) else ()
            found += (roster.call(one, unit, when) for unit in units)
    return tuple(found)


def call_of(catalogues: Sequence[Asking], regions: Regions, form_id: str, region: str, period: Period) -> Call | None:
    """The call of that form, unit and period; None where none of the plans makes it."""
    for catalogue in catalogues:
        form = catalogue.form(form_id)
        if form is not None:
            roster = catalogue.roster(regions)
            return roster.call(form, region, period) if roster.asks(form, region, period) else None
    return None


def form_of(catalogues: Sequence[Asking], regions: Regions, indicator_id: str, region: str, period: Period) -> str:
    """Which form a figure belongs to: the id of the first form that asks for it, else a plan's id.

    The plan is the first that has the indicator and in whose region's tree the region ever lay, else the first that
    has the indicator. Raises KeyError where no plan has it. Many rows at once: submit_form_of.sql.
    """
    for catalogue in catalogues:
        form = catalogue.roster(regions).form_asking(indicator_id, region, period)
        if form is not None:
            return form.id
    having = [catalogue for catalogue in catalogues if catalogue.indicator(indicator_id) is not None]
    for catalogue in having:
        if region in catalogue.roster(regions).tree:
            return catalogue.plan.id
    if not having:
        raise KeyError(indicator_id)
    return having[0].plan.id


def forms_of_plan(catalogue: Asking) -> tuple[str, ...]:
    """Under which names figures of a plan are kept: its forms' ids, and its own."""
    return (*(form.id for form in catalogue.forms), catalogue.plan.id)


def by_form(catalogues: Sequence[C]) -> Mapping[str, C]:
    """form id (or plan id) → the catalogue it stands in."""
    return {name: catalogue for catalogue in catalogues for name in forms_of_plan(catalogue)}
