"""Where a figure was sent from: the revision in force, what was noticed at it, and what else is known of the period.

Only what has been accepted is ever named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

from monitor.catalogue.forms import Call
from monitor.catalogue.loader import Catalogue
from monitor.catalogue.models import Indicator
from monitor.catalogue.periods import Period
from monitor.catalogue.regions import Regions

from .computed import ComputedFrom, computed_from
from .timeline import CellRevision, Timeline, cell_timeline, preferred_revision

if TYPE_CHECKING:
    from .desk import Desk

_SQL = files("monitor.report") / "sql"
Reason = Literal["preferred", "no_figure", "vintage_order", "published_on", "accepted_later", "baseline"]


@dataclass(frozen=True)
class Fired:
    """A check that spoke at the cell, in both languages, and the sender's explanation; `at` naive UTC."""

    code: str
    severity: str
    zh: str
    en: str
    text: str | None
    rule: str
    explanation: str | None
    explained_by: str | None
    explained_at: datetime | None


@dataclass(frozen=True)
class Vintage:
    """The revision in force of one vintage of the period; `reason`: why it is the one judged, or why it is not."""

    revision: CellRevision
    reason: Reason


@dataclass(frozen=True)
class Provenance:
    """Everything accepted for one period of a cell. `chosen`: the revision whose figure is judged, None without any.

    `sender`: the revision that sent it, where `chosen` only carried it on. `indicator_id`: another one's where the
    indicator takes the figures of the one it aligns to. `computed`: where the program computed the figure from records.
    """

    indicator_id: str
    story: Timeline
    chosen: CellRevision | None
    sender: CellRevision | None
    fired: tuple[Fired, ...]
    vintages: tuple[Vintage, ...]
    computed: ComputedFrom | None

    @property
    def revisions(self) -> tuple[CellRevision, ...]:
        return self.story.revisions


@dataclass(frozen=True)
class Due:
    """Who is asked for the figure; `is_over`: the due day has passed."""

    call: Call
    is_over: bool


def provenance(
    desk: Desk, catalogue: Catalogue, indicator: Indicator, region: str, period: Period, as_of: datetime | None
) -> Provenance | None:
    """What was accepted for the cell, of the indicator itself or else of the one it aligns to."""
    story = cell_timeline(desk, indicator.id, region, period, plan=catalogue.plan.id, as_of=as_of, accepted_only=True)
    return None if story is None else _provenance(desk, story, catalogue.plan.vintages)


def _provenance(desk: Desk, story: Timeline, vintages: Sequence[str]) -> Provenance:
    moments = [one.accepted_at for one in story.revisions if one.accepted_at is not None]
    chosen = preferred_revision(story.revisions, max(moments), vintages) if moments else None
    sender = chosen
    if chosen is not None and chosen.carried_from is not None:
        sender = next((one for one in story.revisions if one.submission_id == chosen.carried_from), chosen)
    fired: tuple[Fired, ...] = ()
    computed: ComputedFrom | None = None
    if sender is not None:
        asked = {
            "submission_id": sender.submission_id, "indicator_id": story.indicator.id, "as_of": story.as_of,
        }  # fmt: skip
        fired = tuple(Fired(*row) for row in desk.store.ask(_SQL / "figure_issues.sql", asked))
        computed = computed_from(desk.store, sender.submission_id, story.indicator.id)
    others = _vintages(story, chosen, vintages)
    return Provenance(story.indicator.id, story, chosen, sender, fired, others, computed)


def _vintages(story: Timeline, chosen: CellRevision | None, vintages: Sequence[str]) -> tuple[Vintage, ...]:
    """The revisions in force, the judged one first, then in the order of preference."""
    in_force: dict[tuple[str, str], CellRevision] = {}
    for one in story.revisions:
        last = in_force.get((one.form, one.vintage))
        if last is None or one.revision > last.revision:
            in_force[one.form, one.vintage] = one
    places = {name: place for place, name in enumerate(vintages)}
    found = [Vintage(one, _reason(one, chosen, places)) for one in in_force.values()]
    return tuple(sorted(found, key=lambda one: _rank(one, places)))


def _rank(one: Vintage, places: dict[str, int]) -> tuple[bool, bool, int, int, int]:
    revision = one.revision
    published = -revision.published_on.toordinal() if revision.published_on is not None else 1
    place = places.get(revision.vintage, len(places))
    return one.reason != "preferred", one.reason == "baseline", place, published, -(revision.accepted_seq or 0)


def _reason(one: CellRevision, chosen: CellRevision | None, places: dict[str, int]) -> Reason:
    if one.vintage == "plan":
        return "baseline"
    if one is chosen or chosen is None:
        return "preferred" if one is chosen else "no_figure"
    if one.state != "value" and chosen.state == "value":
        return "no_figure"
    if places.get(one.vintage, len(places)) != places.get(chosen.vintage, len(places)):
        return "vintage_order"
    return "published_on" if one.published_on != chosen.published_on else "accepted_later"


def due_calls(
    catalogues: Sequence[Catalogue], regions: Regions, indicator: Indicator, region: str, period: Period, today: date
) -> tuple[Due, ...]:
    """Who is asked for the figure of the period: the unit itself, else for shorter periods that would make it up."""
    shorter = period.parts if indicator.accumulation == "period" else period.same_end
    for wanted in ((period,), shorter):
        found = [call for one in wanted for call in _calls(catalogues, regions, indicator.id, region, one)]
        if found:
            return tuple(Due(call, call.due_on < today) for call in found)
    return ()


def _calls(
    catalogues: Sequence[Catalogue], regions: Regions, indicator_id: str, region: str, period: Period
) -> list[Call]:
    for catalogue in catalogues:
        roster = catalogue.roster(regions)
        form = roster.form_asking(indicator_id, region, period)
        if form is not None:
            return [roster.call(form, region, period)]
    return []
