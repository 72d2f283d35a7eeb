"""A submission beside what a reviewer compares it with: what is in force, earlier periods, the other units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from importlib.resources import files
from statistics import median
from typing import TYPE_CHECKING

from monitor.catalogue.forms import Call
from monitor.catalogue.models import Indicator
from monitor.catalogue.periods import Period, parse_period
from monitor.method.figures import Figure
from monitor.method.stored import StoredRow, to_sent
from monitor.store.migrations import SQL as STORE_SQL

from .preview import indicator_named
from .sent_figure import SentFigure
from .submissions import Cell, Notice, Submission, SubmissionDetail, list_submissions, show

if TYPE_CHECKING:
    from .cycle import Cycle

SQL = files(__package__) / "sql"


@dataclass(frozen=True)
class Remark:
    """A reviewer's word, at one indicator or (None) on the whole. `action`: returned or commented; `at` UTC."""

    at: datetime
    by: str
    action: str
    indicator_id: str | None
    text: str


@dataclass(frozen=True)
class Others:
    """The other reporting units' figures of the same period, exact, in the indicator's unit; lowest first.

    `place`: that of this unit's figure among all of them counted from the highest, 1 = highest; None without a figure.
    """

    values: tuple[tuple[str, Fraction], ...]
    place: int | None

    @property
    def n(self) -> int:
        return len(self.values)

    @property
    def middle(self) -> Fraction | None:
        return median(value for _, value in self.values) if self.values else None


@dataclass(frozen=True)
class ReviewCell:
    """One figure of a submission. Values are exact, in the indicator's unit; None where there is no figure.

    `cell`: as sent, beside the last accepted revision. `returned`: what the revision that was returned last said, where
    this one says otherwise.
    """

    indicator_id: str
    indicator: Indicator | None
    cell: Cell
    value: Fraction | None
    accepted: Fraction | None
    previous: Fraction | None
    year_earlier: Fraction | None
    others: Others
    notices: tuple[Notice, ...]
    remarks: tuple[Remark, ...]
    returned: SentFigure | None


@dataclass(frozen=True)
class Review:
    """`returned`: the revision that was returned last before this one. `previous`, `year_earlier`: those periods."""

    detail: SubmissionDetail
    call: Call | None
    period: Period
    previous: Period
    year_earlier: Period
    cells: tuple[ReviewCell, ...]
    remarks: tuple[Remark, ...]
    returned: Submission | None
    reason: str | None

    @property
    def submission(self) -> Submission:
        return self.detail.submission


def review_of(cycle: Cycle, one: Submission, *, accepted_only: bool = False) -> Review:
    """All of it in a handful of questions to the store.

    `accepted_only`: without what a returned revision had said, which was never accepted and is the unit's own, and
    without reviewers' remarks, which may quote it.
    """
    store, period = cycle.store, parse_period(one.period)
    detail = show(store, one.submission_id)
    said = [] if accepted_only else store.ask(SQL / "submission_remarks.sql", {"submission_id": one.submission_id})
    remarks = tuple(Remark(*row) for row in said)
    returned = None if accepted_only else _returned_before(cycle, one)
    before = _as_returned(cycle, one, returned)
    known = _known(cycle, detail, period)
    cells = tuple(_cell(cycle, detail, cell, period, known, remarks, before) for cell in detail.cells)
    reasons = (event.detail.get("reason") for event in detail.events if event.action == "submitted")
    return Review(
        detail,
        cycle.call(one.form, one.region_code, one.period),
        period,
        period.previous(),
        period.year_earlier(),
        cells,
        remarks,
        returned,
        next((str(reason) for reason in reasons if reason), None),
    )


Known = Mapping[tuple[str, Period], Mapping[str, Fraction]]
"""(indicator, period) → region → its figure in force."""


def _known(cycle: Cycle, detail: SubmissionDetail, period: Period) -> Known:
    one = detail.submission
    region = cycle.regions.get(one.region_code, period.end) or cycle.regions.get(one.region_code)
    parent = region.parent_code if region else None
    siblings = cycle.regions.children(parent, period.end) if parent else ()
    asked = {
        "as_of": None,
        "indicator_ids": [cell.indicator_id for cell in detail.cells],
        "region_codes": [one.region_code, *(row.code for row in siblings if row.reporting)],
        "periods": [p.code for p in (period, period.previous(), period.year_earlier())],
        "vintages": list(cycle.catalogues[0].plan.vintages),
    }
    found: dict[tuple[str, Period], dict[str, Fraction]] = {}
    for row in cycle.store.ask(STORE_SQL / "figures_as_of.sql", asked):
        value = _value(cycle, row)
        if value is not None:
            found.setdefault((str(row[0]), parse_period(str(row[2]))), {})[str(row[1])] = value
    return found


def _cell(
    cycle: Cycle,
    detail: SubmissionDetail,
    cell: Cell,
    period: Period,
    known: Known,
    remarks: Sequence[Remark],
    before: Mapping[str, SentFigure | None],
) -> ReviewCell:
    one, name = detail.submission, cell.indicator_id
    now = (cell.state, cell.numerator, cell.denominator, cell.part_unit, cell.value, cell.unit, cell.comparator)
    was = (
        cell.was_state, cell.was_numerator, cell.was_denominator, cell.was_part_unit, cell.was_value, cell.was_unit,
        cell.was_comparator,
    )  # fmt: skip
    value = _of(cycle, one, name, now)
    at = known.get((name, period), {})
    return ReviewCell(
        name,
        indicator_named(cycle.catalogues, name),
        cell,
        value,
        _of(cycle, one, name, was),
        known.get((name, period.previous()), {}).get(one.region_code),
        known.get((name, period.year_earlier()), {}).get(one.region_code),
        _others(at, one.region_code, value),
        tuple(n for n in detail.notices if n.indicator_id == name or (n.line is not None and n.line == cell.line)),
        tuple(remark for remark in remarks if remark.indicator_id == name),
        before.get(name),
    )


def _others(values: Mapping[str, Fraction], region: str, own: Fraction | None) -> Others:
    others = sorted(((code, value) for code, value in values.items() if code != region), key=lambda pair: pair[1])
    place = None if own is None else 1 + sum(value > own for _, value in others)
    return Others(tuple(others), place)


def _of(cycle: Cycle, one: Submission, name: str, figure: Sequence[object]) -> Fraction | None:
    state, numerator, denominator, part_unit, value, unit, comparator = figure
    if state is None:
        return None
    row = (
        name, one.region_code, one.period, one.vintage, state, numerator, denominator, part_unit, value, unit,
        comparator, False, None, one.submission_id,
    )  # fmt: skip
    return _value(cycle, row)


def _value(cycle: Cycle, row: StoredRow) -> Fraction | None:
    indicator = indicator_named(cycle.catalogues, str(row[0]))
    sent = None if indicator is None else to_sent(row, indicator)
    return sent.value if isinstance(sent, Figure) else None


def _returned_before(cycle: Cycle, one: Submission) -> Submission | None:
    """The latest earlier revision of the same four, if it was returned."""
    earlier = list_submissions(
        cycle.store, regions=[one.region_code], forms=[one.form], periods=[one.period], states=["returned"]
    )
    return next((s for s in earlier if s.vintage == one.vintage and s.revision < one.revision), None)


def _as_returned(cycle: Cycle, one: Submission, returned: Submission | None) -> dict[str, SentFigure | None]:
    """indicator → what the returned revision said, where this one says otherwise."""
    if returned is None:
        return {}
    asked = {"submission_id": one.submission_id, "other_id": returned.submission_id}
    rows = cycle.store.ask(SQL / "submission_against.sql", asked)
    return {str(row[0]): SentFigure.of(row[1:]) for row in rows}
