"""What a later round says that an earlier one of the same plan did not: value, class, conclusion, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from monitor.dossier.errors import DossierError
from monitor.report.compare import FigureChange, compare
from monitor.report.desk import Desk

from .conclusions import ConclusionCode
from .frozen import frozen_scorecard
from .rounds import Round, Subject

Why = Literal["period", "figure", "configuration", "people"]
"""period: the rounds look at different periods; figure: another figure became known; configuration: the catalogue or a
setting changed; people: the conclusion is another one, though nothing computed is."""


@dataclass(frozen=True)
class Side:
    """What one round says of an indicator. `value`: in the indicator's unit, None where there is none.

    `conclusion`: the newest, None where none was proposed; `is_approved`: whether it is.
    """

    value: float | None
    comparator: str
    computed: str
    conclusion: ConclusionCode | None
    is_approved: bool
    synthetic: bool


@dataclass(frozen=True)
class Changed:
    """An indicator in both rounds; a side is None where its round does not have it. `why`: "" causes known are none.

    `submissions`: those that changed the figure between the two frozen moments, where both look at one period.
    """

    indicator: str
    name: str
    unit: str
    before: Side | None
    after: Side | None
    why: tuple[Why, ...]
    submissions: tuple[int, ...]

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


def compare_rounds(desk: Desk, earlier: Round, later: Round) -> tuple[Changed, ...]:
    """Every indicator of the later round, in its order, then those that only the earlier one has.

    Raises DossierError (field) for rounds of two plans or regions, or in the wrong order of their moments.
    """
    if (earlier.plan, earlier.region) != (later.plan, later.region):
        raise DossierError(
            "field",
            f"“{earlier.title}”与“{later.title}”不是同一规划、同一地区，不能比较",
            f"'{earlier.title}' and '{later.title}' are not of one plan and region and cannot be compared",
        )
    if earlier.as_of > later.as_of:
        raise DossierError(
            "field",
            f"“{earlier.title}”的截至时间晚于“{later.title}”；请对调",
            f"'{earlier.title}' was frozen at a later moment than '{later.title}': swap them",
        )
    units, before = _sides(desk, earlier)
    more, after = _sides(desk, later)
    units |= more
    figures, configured = _between(desk, earlier, later)
    names = {one.indicator: one.name for told in (earlier, later) for one in told.subjects}
    order = [*after, *(one for one in before if one not in after)]
    return tuple(
        Changed(
            one, names[one], units[one], before.get(one), after.get(one),
            _why(before.get(one), after.get(one), one in figures, earlier.period != later.period, configured),
            figures.get(one, ()),
        )
        for one in order
    )  # fmt: skip


def previous_rounds(rounds: tuple[Round, ...], told: Round) -> tuple[Round, ...]:
    """The rounds that a round can be compared with: of its plan and region, frozen no later; newest first."""
    return tuple(
        one
        for one in rounds
        if one.id != told.id
        and one.state != "withdrawn"
        and (one.plan, one.region) == (told.plan, told.region)
        and one.as_of <= told.as_of
    )


def _sides(desk: Desk, told: Round) -> tuple[dict[str, str], dict[str, Side]]:
    frame = frozen_scorecard(desk, told).frame
    rows = {str(row["indicator_id"]): row for row in frame.to_dict("records")}
    units = {name: str(row["unit"]) for name, row in rows.items()}
    return units, {one.indicator: _side(one, rows[one.indicator]) for one in told.subjects}


def _side(one: Subject, row: dict[str, object]) -> Side:
    value = row["value"]
    number = value if isinstance(value, float) and value == value else None  # NaN: there is none
    newest = one.conclusion
    code = None if newest is None else newest.code
    return Side(number, str(row["comparator"]), one.computed, code, one.approved is not None, bool(row["synthetic"]))


def _between(desk: Desk, earlier: Round, later: Round) -> tuple[dict[str, tuple[int, ...]], bool]:
    """Of one period: the indicators whose figure is another one, with the submissions that changed it; and whether
    the catalogue or a setting is another one."""
    configured = (earlier.catalogue_version, earlier.settings) != (later.catalogue_version, later.settings)
    if earlier.period != later.period:
        return {}, configured
    found = compare(desk, earlier.as_of, later.as_of, plan=later.plan, region=later.region, period=later.period)
    figures: dict[str, list[FigureChange]] = {}
    for change in found.figures:
        figures.setdefault(change.indicator.id, []).append(change)
    sent = {
        name: tuple(sorted({one.submission.submission_id for one in changes if one.submission is not None}))
        for name, changes in figures.items()
    }
    return sent, configured


def _why(
    before: Side | None, after: Side | None, by_figure: bool, by_period: bool, configured: bool
) -> tuple[Why, ...]:
    if before is None or after is None or before == after:
        return ()
    found: list[Why] = []
    computed = (before.value, before.comparator, before.computed) != (after.value, after.comparator, after.computed)
    if computed:
        if by_period:
            found.append("period")
        if by_figure or (not by_period and (before.value, before.comparator) != (after.value, after.comparator)):
            found.append("figure")
        if configured:
            found.append("configuration")
    elif before.conclusion != after.conclusion:
        found.append("people")
    return tuple(found)
