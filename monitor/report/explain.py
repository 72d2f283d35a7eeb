"""One figure explained: how it came about, how it was judged, where it is from, and what else is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from importlib.resources import files
from typing import TYPE_CHECKING

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.models import Break, Indicator, Plan, Version
from monitor.catalogue.periods import Period
from monitor.catalogue.regions import Region
from monitor.method.figures import Figure as Exact
from monitor.method.goals import in_force
from monitor.method.settings import METHOD_VERSION, MethodSettings
from monitor.method.tree import Tree

from .counted import is_count_of_regions
from .explain_figure import NOT_APPLICABLE, WITHHELD, Gathered, Made, gathered_of, made_of, why_absent
from .explain_sent import Due, Provenance, due_calls, provenance
from .explain_verdict import Reasoned, reasoned
from .figures import Figure
from .scorecard import judge_rows
from .selection import Selection, select
from .sheet import Sheet

if TYPE_CHECKING:
    from .desk import Configuration, Desk

_SQL = files("monitor.report") / "sql"


@dataclass(frozen=True)
class Absent:
    """Why there is no figure: `reason` as the parts say it, `lacking` parts of the period, and who is asked for it.

    `units_lacking`: units below that have none, where the region's figure would be made up of theirs.
    """

    reason: str
    lacking: tuple[Period, ...]
    due: tuple[Due, ...]
    units: int
    units_lacking: int


@dataclass(frozen=True)
class Acceptance:
    """Who accepted a submission; `at` naive UTC."""

    submission_id: int
    by: str
    at: datetime


@dataclass(frozen=True)
class Previous:
    """The last earlier figure to compare with, exact."""

    period: Period
    figure: Exact


@dataclass(frozen=True)
class Explanation:
    """`indicator` as it is in force at the period's end. `figure` is the scorecard's row, `made` its exact number.

    `verdict` is None where the region was no part of the plan in that period, and `figure` too. `as_of`: naive UTC.
    `acceptances`: of the submissions that the figures of the units below come from, by number. `lineage`: the region's
    code and those of all above it.
    """

    plan: Plan
    indicator: Indicator
    region: Region
    period: Period
    figure: Figure | None
    made: Made
    gathered: Gathered | None
    acceptances: Mapping[int, Acceptance]
    verdict: Reasoned | None
    provenance: Provenance | None
    absent: Absent | None
    previous: Previous | None
    counts_regions: bool
    breaks: tuple[Break, ...]
    versions: tuple[Version, ...]
    as_of: datetime | None
    settings: MethodSettings
    catalogue_version: str
    method_version: str
    lineage: tuple[str, ...]

    @property
    def synthetic(self) -> bool:
        known = self.made.figure is not None and self.made.figure.synthetic
        return known or (self.provenance is not None and self.provenance.story.synthetic)

    @property
    def difference(self) -> Fraction | None:
        """Aggregated less published, exact; None where not both are known as single numbers."""
        whole = self.gathered.aggregate.figure if self.gathered is not None else None
        own = self.made.figure
        if whole is None or own is None or self.made.kind in ("aggregate", "regions", "none"):
            return None
        return whole.value - own.value if whole.comparator == own.comparator == "eq" else None


def explain_cell(
    desk: Desk,
    indicator_id: str,
    region_code: str,
    period: Period,
    *,
    today: date,
    plan: str | None = None,
    as_of: datetime | None = None,
) -> Explanation | None:
    """The cell's explanation as known at `as_of`; None for an unknown indicator or region.

    Without `plan` the first plan that has the indicator and in whose tree the region lies. Raises QuestionError for an
    unknown plan.
    """
    configuration = desk.configuration(as_of)
    catalogue = _catalogue(configuration, indicator_id, region_code, plan)
    region = configuration.regions.get(region_code, period.end) or configuration.regions.get(region_code)
    stated = None if catalogue is None else catalogue.indicator(indicator_id)
    if catalogue is None or region is None or stated is None:
        return None
    tree = desk.tree(plan=catalogue.plan.id, as_of=as_of)
    indicator = tree.indicators[indicator_id]
    moment = desk.moment(as_of)
    figure, verdict = _judged(tree, indicator_id, region_code, period, configuration.settings, catalogue, moment)
    gathered = gathered_of(tree, indicator, region, period)
    made = made_of(tree, indicator, region, period, gathered)
    absent = None
    if made.figure is None:
        absent = _absent(configuration, tree, indicator, region_code, period, gathered, today)
    return Explanation(
        plan=catalogue.plan,
        indicator=in_force(indicator, period),
        region=region,
        period=period,
        figure=figure,
        made=made,
        gathered=gathered,
        acceptances=_acceptances(desk, gathered, as_of),
        verdict=verdict,
        provenance=provenance(desk, catalogue, stated, region_code, made.period, as_of),
        absent=absent,
        previous=_previous(tree, indicator, region_code, period) if made.figure is not None else None,
        counts_regions=figure is not None and is_count_of_regions(indicator, catalogue.plan, figure),
        breaks=tuple(one for one in indicator.breaks if one.first.index <= period.index),
        versions=tuple(one for one in indicator.versions if one.valid_from <= period.end),
        as_of=moment,
        settings=configuration.settings,
        catalogue_version=catalogue.version,
        method_version=METHOD_VERSION,
        lineage=configuration.regions.lineage(region_code, period.end),
    )


def _catalogue(configuration: Configuration, indicator: str, region: str, plan: str | None) -> Catalogue | None:
    asked = [configuration.plan(plan)] if plan is not None else list(configuration.catalogues)
    for one in asked:
        codes = {one.plan.region, *(row.code for row in configuration.regions.descendants(one.plan.region))}
        if one.indicator(indicator) is not None and region in codes:
            return one
    return None


def _acceptances(desk: Desk, gathered: Gathered | None, as_of: datetime | None) -> Mapping[int, Acceptance]:
    """All units at once, in one question to the store."""
    figures = [unit.figure for unit in gathered.units if unit.figure is not None] if gathered is not None else []
    numbers = sorted({number for figure in figures for number in figure.sources})
    if not numbers:
        return {}
    rows = desk.store.ask(_SQL / "accepted_by.sql", {"submission_ids": numbers, "as_of": as_of})
    return {int(number): Acceptance(int(number), by, at) for number, by, at in rows}


def _previous(tree: Tree, indicator: Indicator, region: str, period: Period) -> Previous | None:
    """As Sheet.previous: of the same length; of what starts anew each January, the same period a year earlier."""
    earlier = period.year_earlier() if indicator.accumulation == "ytd" else period.previous()
    while earlier.index > Period.of(tree.plan.period.base - 1).index:
        figure = tree.figure(indicator, region, earlier)
        if figure is not None:
            return Previous(earlier, figure)
        if indicator.accumulation == "ytd":
            return None
        earlier = earlier.previous()
    return None


def _judged(
    tree: Tree,
    indicator: str,
    region: str,
    period: Period,
    settings: MethodSettings,
    catalogue: Catalogue,
    moment: datetime | None,
) -> tuple[Figure | None, Reasoned | None]:
    """The cell's row of the scorecard and what was compared for it; none where the region was no part of the plan."""
    selection = Selection(region, period, "linear", True, frozenset({(indicator, region)}))
    rows = select(tree, selection).rows
    if not rows:
        return None, None
    frame = judge_rows(tree, selection, settings).table.assign(conclusion="")
    figure = Sheet(frame, moment, settings, catalogue.version).at(region, indicator, period)
    return figure, reasoned(tree, rows[0], settings)


def _absent(
    configuration: Configuration,
    tree: Tree,
    indicator: Indicator,
    region: str,
    period: Period,
    gathered: Gathered | None,
    today: date,
) -> Absent:
    reason, lacking = why_absent(tree, indicator, region, period)
    due: tuple[Due, ...] = ()
    if reason not in (WITHHELD, NOT_APPLICABLE):  # these were sent, and are an answer
        due = due_calls(configuration.catalogues, configuration.regions, indicator, region, period, today)
    units = gathered.units if gathered is not None else ()
    return Absent(reason, lacking, due, len(units), sum(one.figure is None for one in units))
