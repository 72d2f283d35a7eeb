"""What changed between two moments: which figures, which classes, by which submission or setting, and why.

A figure is the preferred one of its cell (methods.md section 1); plan rows are cells of their own, with vintage `plan`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from importlib.resources import files
from itertools import chain
from typing import TYPE_CHECKING, Literal

from monitor.catalogue.models import Indicator
from monitor.catalogue.periods import Period, parse_period
from monitor.method.figures import Figure
from monitor.method.stored import StoredRow, to_sent
from monitor.method.tree import Tree

from .classes import Judged, Place, classes_in, classes_of, dependents, parents, reached
from .configuration_changes import ConfigurationChange, changes_between
from .desk import Configuration, Desk, QuestionError

if TYPE_CHECKING:
    from monitor.catalogue.loader import Catalogue

_SQL = files("monitor.report") / "sql"
_STORE_SQL = files("monitor.store") / "sql"
# the columns of figures_as_of.sql that make a figure what it is
_SAID = slice(3, 12)
# so few cells are judged by themselves; for more a whole scorecard is taken, which pages of either moment share
_FEW_CELLS = 60

FigureKind = Literal["new", "changed", "vintage", "withdrawn", "state"]
"""new: a figure where none was; changed: another one of the same vintage; vintage: another vintage is preferred;
withdrawn: no figure where one was; state: without a figure before and after, but for another reason."""


@dataclass(frozen=True)
class Submitted:
    """A submission as the cause of a change; moments are naive UTC. `reason`: why accepted figures were restated."""

    submission_id: int
    region_code: str
    form: str
    period: str
    vintage: str
    revision: int
    submitted_at: datetime
    submitted_by: str
    accepted_at: datetime | None
    accepted_by: str | None
    estimated: bool
    explanation: str | None
    reason: str | None
    file_name: str


@dataclass(frozen=True)
class Known:
    """What a cell said at one of the two moments. `figure` is in the indicator's unit, None where there is none."""

    state: str
    vintage: str
    figure: Figure | None
    submission_id: int


@dataclass(frozen=True)
class FigureChange:
    """`old`, `new`: None where the cell was not there. `submission` is None where a setting is the cause."""

    plan_id: str
    indicator: Indicator
    region_code: str
    period: Period
    kind: FigureKind
    old: Known | None
    new: Known | None
    submission: Submitted | None

    @property
    def difference(self) -> Fraction | None:
        """New less old, in the indicator's unit; None unless both are exact figures."""
        figures = [side.figure if side is not None else None for side in (self.old, self.new)]
        old, new = figures
        if old is None or new is None or {old.comparator, new.comparator} - {"eq", "approx"}:
            return None
        return new.value - old.value


@dataclass(frozen=True)
class ClassChange:
    """A row of the scorecard whose class changed; "" where the row was not there.

    `by_configuration`: the old figures have another class under the new configuration. `submissions`: those whose
    figures changed below this row, of its cell first.
    """

    plan_id: str
    indicator: Indicator
    region_code: str
    period: Period
    old_class: str
    new_class: str
    old: Figure | None
    new: Figure | None
    by_configuration: bool
    submissions: tuple[Submitted, ...]


@dataclass(frozen=True)
class Comparison:
    """`start`, `end`: the moments compared, naive UTC; where now was asked for, that of the latest acceptance."""

    start: datetime
    end: datetime
    figures: tuple[FigureChange, ...]
    classes: tuple[ClassChange, ...]
    configuration: tuple[ConfigurationChange, ...]

    def count(self, kind: FigureKind) -> int:
        return sum(change.kind == kind for change in self.figures)


def compare(
    desk: Desk,
    start: datetime | None,
    end: datetime | None,
    *,
    plan: str | None = None,
    region: str | None = None,
    period: str | None = None,
) -> Comparison:
    """What was known at `end` (None: now) and not at `start`, of one plan (None: all), region and period.

    Raises QuestionError for an unknown plan, region or period, and where `start` is after `end`.
    """
    known = desk.moment(end)
    first = start if start is not None else known
    codes, periods = desk.codes(region, period, end)
    last = known if known is not None else first
    if first is None or last is None:
        nothing = datetime.min  # noqa: DTZ901 — an empty store knows no moment
        return Comparison(nothing, nothing, (), (), ())
    if end is not None and (start is None or first > last):
        raise QuestionError("起始时间晚于截止时间；请对调", "the first moment is after the second: swap them")
    last = max(first, last)
    work = _Comparing(desk, first, end)
    asked = desk.configuration(end).plan(plan).plan.id if plan is not None else None
    plans = [one for one in desk.configuration(end).catalogues if asked in (None, one.plan.id)]
    figures = [change for one in plans for change in work.figures(one)]
    classes = [change for one in plans for change in work.classes(one, figures, codes)]

    def wanted(change: FigureChange | ClassChange) -> bool:
        in_region = codes is None or change.region_code in codes
        return in_region and (periods is None or change.period.code in periods)

    configuration = tuple(one for one in work.changed if asked is None or one.plan_id in ("", asked))
    return Comparison(first, last, tuple(filter(wanted, figures)), tuple(filter(wanted, classes)), configuration)


class _OneConfiguration(Desk):
    """Old figures as today's catalogue and settings see them."""

    def configuration(self, as_of: datetime | None) -> Configuration:
        return self.current


class _Comparing:
    """One comparison on its way; `end` is None for now."""

    def __init__(self, desk: Desk, start: datetime, end: datetime | None) -> None:
        self._desk, self._start, self._end = desk, start, end
        self._before, self._after = desk.configuration(start), desk.configuration(end)
        self.changed = changes_between(desk, start, end)
        touched = desk.store.ask(_SQL / "touched_units.sql", {"after": start, "until": end})
        self._touched = {(str(region), str(period)) for region, period in touched}

    def figures(self, catalogue: Catalogue) -> list[FigureChange]:
        """The cells of a plan whose figure changed: by number, region, time."""
        earlier = self._plan_before(catalogue)
        definitions = {one.id: one for plan in (earlier, catalogue) if plan is not None for one in plan.indicators}
        same_order = earlier is not None and earlier.plan.vintages == catalogue.plan.vintages
        if same_order and not self._touched:
            return []
        old = self._rows(self._start, definitions, (earlier or catalogue).plan.vintages, everything=not same_order)
        new = self._rows(self._end, definitions, catalogue.plan.vintages, everything=not same_order)
        # a cell of one side alone, or said otherwise
        places = [
            place for place in {**old, **new}
            if place not in old or place not in new or old[place][_SAID] != new[place][_SAID]
        ]  # fmt: skip
        origins = self._origins(new[place] for place in places if place in new)
        facts = self._submitted(origins.values())
        found = [
            _figure_change(catalogue, definitions[place[0]], place, old.get(place), new.get(place), origins, facts)
            for place in places
        ]
        changes = [self._with_cause(change) for change in found if change is not None]
        return sorted(changes, key=lambda one: (one.indicator.number, one.region_code, one.period.order))

    def classes(
        self, catalogue: Catalogue, figures: Sequence[FigureChange], codes: Sequence[str] | None
    ) -> list[ClassChange]:
        """The rows of a plan, in the regions `codes`, whose class changed, in the order of the scorecard."""
        plan_id, earlier = catalogue.plan.id, self._plan_before(catalogue)
        if earlier is None:
            return []
        definitions = {one.id: one for plan in (earlier, catalogue) for one in plan.indicators}
        cells = None if self.changed else self._reachable(figures)
        if codes is not None:
            here = frozenset((name, code) for name in definitions for code in codes)
            cells = here if cells is None else here & cells
        if cells is not None and not cells:
            return []
        old = self._judged(self._desk, self._start, plan_id, self._before, cells)
        new = self._judged(self._desk, self._end, plan_id, self._after, cells)
        between = old
        if self.changed:
            after = self._after
            desk = _OneConfiguration(
                self._desk.store, after.catalogues, after.regions, after.settings, self._desk.timezone
            )
            between = self._judged(desk, self._start, plan_id, after, cells)
        causes = self._causes(figures)
        found = []
        for place in {**new, **old}:
            classes = [side[place].class_ if place in side else "" for side in (old, between, new)]
            if classes[0] == classes[2]:
                continue
            indicator, region, period = place
            found.append(
                ClassChange(
                    plan_id, definitions[indicator], region, period, classes[0], classes[2],
                    _figure(old, place), _figure(new, place), classes[0] != classes[1],
                    _below(causes.get((indicator, region), ()), place) if classes[1] != classes[2] else (),
                )
            )  # fmt: skip
        return sorted(found, key=lambda one: (one.indicator.number, one.region_code, one.period.order))

    def _plan_before(self, catalogue: Catalogue) -> Catalogue | None:
        return next((one for one in self._before.catalogues if one.plan.id == catalogue.plan.id), None)

    def _rows(
        self, as_of: datetime | None, ids: Iterable[str], vintages: Sequence[str], *, everything: bool
    ) -> dict[tuple[str, str, str, bool], StoredRow]:
        """What the cells said then: (indicator, region, period, whether a plan row) → stored row."""
        regions = None if everything else sorted({region for region, _ in self._touched})
        periods = None if everything else sorted({period for _, period in self._touched})
        asked: dict[str, object] = {
            "as_of": as_of, "indicator_ids": sorted(ids), "region_codes": regions, "periods": periods,
        }  # fmt: skip
        store = self._desk.store
        plan_rows = store.ask(_STORE_SQL / "plan_rows_as_of.sql", asked)
        actual = store.ask(_STORE_SQL / "figures_as_of.sql", {**asked, "vintages": list(vintages)})
        return {(row[0], row[1], row[2], row[3] == "plan"): row for row in chain(actual, plan_rows)}

    def _origins(self, rows: Iterable[StoredRow]) -> dict[tuple[int, str], int]:
        """(submission, indicator) → the submission that had sent the cell, where it was carried in later."""
        cells = {(int(str(row[13])), str(row[0])) for row in rows}
        found = {cell: cell[0] for cell in cells}
        asked = {"submission_ids": sorted({submission for submission, _ in cells})}
        for submission, indicator, origin in self._desk.store.ask(_SQL / "carried_origins.sql", asked):
            if (submission, indicator) in found:
                found[submission, indicator] = origin
        return found

    def _submitted(self, ids: Iterable[int]) -> dict[int, Submitted]:
        asked = {"submission_ids": sorted(set(ids)), "as_of": self._end}
        rows = self._desk.store.ask(_SQL / "submission_facts.sql", asked)
        return {int(row[0]): Submitted(*row) for row in rows}

    def _with_cause(self, change: FigureChange) -> FigureChange:
        """A submission that counted at the start already is not the cause: another order of vintages is."""
        sent = change.submission
        if sent is None or sent.accepted_at is None or sent.accepted_at > self._start:
            return change
        return replace(change, submission=None)

    def _reachable(self, figures: Sequence[FigureChange]) -> frozenset[tuple[str, str]]:
        """The (indicator, region) whose classes the changed figures can have changed."""
        judged = {one.id for plan in self._after.catalogues for one in plan.indicators if not one.is_context}
        leads = {name: found & judged for name, found in dependents(self._after.catalogues).items()}
        up = parents(self._after.regions)
        tops = {code: reached(code, up) for code in {change.region_code for change in figures}}
        cells = {(change.indicator.id, change.region_code) for change in figures}
        return frozenset(
            (indicator, region)
            for source, code in cells
            for indicator in leads.get(source, ())
            for region in tops[code]
        )

    def _judged(
        self,
        desk: Desk,
        as_of: datetime | None,
        plan_id: str,
        configuration: Configuration,
        cells: frozenset[tuple[str, str]] | None,
    ) -> dict[Place, Judged]:
        if desk is self._desk and (cells is None or len(cells) > _FEW_CELLS):
            return classes_in(desk.judged(plan_id, as_of), cells)
        only = None if cells is None else frozenset(indicator for indicator, _ in cells)
        tree: Tree = desk.tree(plan=plan_id, as_of=as_of, only=only)
        return classes_of(tree, configuration.settings, cells)

    def _causes(self, figures: Sequence[FigureChange]) -> dict[tuple[str, str], list[FigureChange]]:
        """(indicator, region) of a row → the changed figures that it may rest on."""
        leads = dependents(self._after.catalogues)
        up = parents(self._after.regions)
        tops = {code: reached(code, up) for code in {change.region_code for change in figures}}
        found: dict[tuple[str, str], list[FigureChange]] = {}
        for change in figures:
            for region in tops[change.region_code]:
                for indicator in leads.get(change.indicator.id, ()):
                    found.setdefault((indicator, region), []).append(change)
        return found


def _figure(side: dict[Place, Judged], place: Place) -> Figure | None:
    return side[place].figure if place in side else None


def _below(changes: Sequence[FigureChange], place: Place) -> tuple[Submitted, ...]:
    """The submissions behind a row: of its own cell; else of the cells below it that end as it does; else of earlier
    years, which are evidence.
    """
    indicator, region, period = place
    sent = [one for one in changes if one.submission is not None and one.period.index <= period.index]
    now = [one for one in sent if one.period.index == period.index]
    own = [one for one in now if one.region_code == region and one.indicator.id == indicator]
    chosen = own or now or sent
    return tuple({one.submission.submission_id: one.submission for one in chosen if one.submission}.values())


def _figure_change(
    catalogue: Catalogue,
    indicator: Indicator,
    place: tuple[str, str, str, bool],
    old: StoredRow | None,
    new: StoredRow | None,
    origins: dict[tuple[int, str], int],
    facts: dict[int, Submitted],
) -> FigureChange | None:
    was, now = _known(old, indicator), _known(new, indicator)
    submission = None if new is None else facts.get(origins[int(str(new[13])), place[0]])
    kind = _kind(was, now)
    return FigureChange(catalogue.plan.id, indicator, place[1], parse_period(place[2]), kind, was, now, submission)


def _kind(old: Known | None, new: Known | None) -> FigureKind:
    had = old is not None and old.figure is not None
    has = new is not None and new.figure is not None
    if had and has and old is not None and new is not None:
        return "changed" if old.vintage == new.vintage else "vintage"
    if has:
        return "new"
    return "withdrawn" if had else "state"


def _known(row: StoredRow | None, indicator: Indicator) -> Known | None:
    if row is None:
        return None
    sent = to_sent(row, indicator)
    return Known(str(row[4]), str(row[3]), sent if isinstance(sent, Figure) else None, int(str(row[13])))
