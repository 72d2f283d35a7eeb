"""The history of one cell: every revision with who, when and why, and what was known of it from when to when."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from monitor.catalogue.models import Indicator, Plan
from monitor.catalogue.periods import Period
from monitor.catalogue.regions import Region
from monitor.method.figures import Figure
from monitor.method.stored import to_sent

if TYPE_CHECKING:
    from .desk import Desk

_SQL = files("monitor.report") / "sql"
_STORE_SQL = files("monitor.store") / "sql"


@dataclass(frozen=True)
class Happened:
    """One event of a submission; `text` is the reason of a return, withdrawal or restatement, or an explanation."""

    at: datetime
    actor: str
    action: str
    text: str | None


@dataclass(frozen=True)
class Said:
    """A reviewer's remark, or a sender's answer to a query: of this cell, or (`whole`) of all of the submission."""

    at: datetime
    actor: str
    text: str
    whole: bool


@dataclass(frozen=True)
class CellRevision:
    """What one revision said of the cell. `figure` is in the indicator's unit; None without a figure.

    The parts are in `part_unit` and the value in `unit`, as they were sent.
    `state` is the cell's (value, missing …), `submission_state` its submission's. `carried_from`: the submission that
    had sent it, where this one did not name the cell.
    """

    submission_id: int
    form: str
    vintage: str
    revision: int
    carried_from: int | None
    state: str
    figure: Figure | None
    numerator: Decimal | None
    denominator: Decimal | None
    part_unit: str | None
    value: Decimal | None
    unit: str
    comparator: str
    synthetic: bool
    published_on: date | None
    note: str | None
    source: str | None
    submitted_at: datetime
    submitted_by: str
    estimated: bool
    explanation: str | None
    submission_state: str
    accepted_at: datetime | None
    accepted_by: str | None
    accepted_seq: int | None
    file_name: str
    line: int | None
    events: tuple[Happened, ...]
    remarks: tuple[Said, ...]
    explanations: tuple[Said, ...]

    @property
    def is_accepted(self) -> bool:
        return self.accepted_at is not None


@dataclass(frozen=True)
class KnownStep:
    """What the cell showed from `since` on, `until` the next step (None: still); None where it showed nothing."""

    since: datetime
    until: datetime | None
    revision: CellRevision


@dataclass(frozen=True)
class Timeline:
    """`revisions` in the order they were sent; `steps` in time; `as_of` is naive UTC, None for now."""

    plan: Plan
    indicator: Indicator
    region: Region
    period: Period
    revisions: tuple[CellRevision, ...]
    steps: tuple[KnownStep, ...]
    as_of: datetime | None

    @property
    def synthetic(self) -> bool:
        return any(one.synthetic for one in self.revisions)


def cell_timeline(
    desk: Desk,
    indicator_id: str,
    region_code: str,
    period: Period,
    *,
    plan: str | None = None,
    as_of: datetime | None = None,
    accepted_only: bool = False,
) -> Timeline | None:
    """The history of the figures that a cell shows, as known at `as_of`; None for an unknown indicator or region.

    Its own, or where it has none that of the indicator it aligns to.

    `accepted_only`: without what was never accepted, for readers who may see no more. Raises QuestionError for an
    unknown plan.
    """
    configuration = desk.configuration(as_of)
    plans = [configuration.plan(plan)] if plan is not None else list(configuration.catalogues)
    catalogue = next((one for one in plans if one.indicator(indicator_id) is not None), None)
    region = configuration.regions.get(region_code)
    indicator = None if catalogue is None else catalogue.indicator(indicator_id)
    own: Timeline | None = None
    while catalogue is not None and indicator is not None and region is not None:
        revisions = _revisions(desk, indicator, region_code, period, as_of)
        if accepted_only:
            revisions = tuple(one for one in revisions if one.is_accepted)
        steps = known_steps(revisions, catalogue.plan.vintages)
        found = Timeline(catalogue.plan, indicator, region, period, revisions, steps, as_of)
        if revisions:
            return found
        own = own or found
        parent, source = catalogue.plan.parent, indicator.aligns_to
        catalogue = next((one for one in configuration.catalogues if one.plan.id == parent), None)
        indicator = catalogue.indicator(source) if catalogue is not None and source is not None else None
    return own


def known_steps(revisions: Sequence[CellRevision], vintages: Sequence[str]) -> tuple[KnownStep, ...]:
    """What the cell showed after each acceptance, by the order of figures_as_of.sql; equal neighbours are one step."""
    moments = sorted({one.accepted_at for one in revisions if one.accepted_at is not None})
    steps: list[KnownStep] = []
    for moment in moments:
        shown = preferred_revision(revisions, moment, vintages)
        if shown is None or (steps and _same(steps[-1].revision, shown)):
            continue
        if steps:
            steps[-1] = KnownStep(steps[-1].since, moment, steps[-1].revision)
        steps.append(KnownStep(moment, None, shown))
    return tuple(steps)


def preferred_revision(
    revisions: Sequence[CellRevision], moment: datetime, vintages: Sequence[str]
) -> CellRevision | None:
    """The revision whose figure the cell shows at a moment (naive UTC); None before anything was accepted."""
    in_force: dict[tuple[str, str], CellRevision] = {}
    for one in revisions:
        if one.accepted_at is not None and one.accepted_at <= moment and one.vintage != "plan":
            last = in_force.get((one.form, one.vintage))
            if last is None or one.revision > last.revision:
                in_force[one.form, one.vintage] = one
    places = {name: place for place, name in enumerate(vintages)}

    def rank(one: CellRevision) -> tuple[int, int, int, int]:
        published = -one.published_on.toordinal() if one.published_on is not None else 1
        return one.state != "value", places.get(one.vintage, len(places)), published, -(one.accepted_seq or 0)

    return min(in_force.values(), key=rank, default=None)


def _same(one: CellRevision, other: CellRevision) -> bool:
    """Whether both show what one sending said."""
    return (one.carried_from or one.submission_id) == (other.carried_from or other.submission_id)


def _revisions(
    desk: Desk, indicator: Indicator, region: str, period: Period, as_of: datetime | None
) -> tuple[CellRevision, ...]:
    asked = {"indicator_ids": [indicator.id], "region_codes": [region], "periods": [period.code], "as_of": as_of}
    frame = desk.store.ask_frame(_STORE_SQL / "cell_history.sql", asked)
    rows: list[dict[str, Any]] = [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
    if not rows:
        return ()
    ids = [int(row["submission_id"]) for row in rows]
    within = {"submission_ids": ids, "as_of": as_of}
    of_cell = {**within, "indicator_id": indicator.id}
    events = _grouped(desk.store.ask(_SQL / "story_events.sql", within))
    remarks = _grouped(desk.store.ask(_SQL / "story_remarks.sql", of_cell))
    answers = _grouped(desk.store.ask(_SQL / "story_explanations.sql", of_cell))
    found = []
    for row in rows:
        number = int(row["submission_id"])
        found.append(
            CellRevision(
                submission_id=number,
                carried_from=None if row["carried_from"] is None else int(row["carried_from"]),
                figure=_figure(row, indicator),
                line=None if row["line"] is None else int(row["line"]),
                accepted_seq=None if row["accepted_seq"] is None else int(row["accepted_seq"]),
                events=tuple(_happened(*one) for one in events.get(number, ())),
                remarks=tuple(Said(at, by, text, whole is None) for at, by, whole, text in remarks.get(number, ())),
                explanations=tuple(Said(at, by, text, False) for at, by, _, text in answers.get(number, ())),
                **{name: row[name] for name in _AS_THEY_ARE},
            )
        )
    return tuple(sorted(found, key=lambda one: (one.submitted_at, one.submission_id)))


_AS_THEY_ARE = (
    "form", "vintage", "revision", "state", "numerator", "denominator", "part_unit", "value", "unit", "comparator",
    "synthetic", "published_on", "note", "source", "submitted_at", "submitted_by", "estimated", "explanation",
    "submission_state", "accepted_at",
    "accepted_by", "file_name",
)  # fmt: skip


def _figure(row: Mapping[str, Any], indicator: Indicator) -> Figure | None:
    stored = [row[name] for name in _STORED]
    try:
        sent = to_sent(stored, indicator)
    except ValueError:  # the unit of an older definition that this one cannot be converted to
        return None
    return sent if isinstance(sent, Figure) else None


_STORED = (
    "indicator_id", "region_code", "period", "vintage", "state", "numerator", "denominator", "part_unit", "value",
    "unit", "comparator", "synthetic", "published_on", "submission_id",
)  # fmt: skip


def _grouped(rows: Sequence[Sequence[Any]]) -> dict[int, list[Sequence[Any]]]:
    """The rows by their first column, without it."""
    found: dict[int, list[Sequence[Any]]] = {}
    for number, *rest in rows:
        found.setdefault(int(number), []).append(rest)
    return found


def _happened(_seq: int, at: datetime, actor: str, action: str, detail: str | None) -> Happened:
    told = json.loads(detail) if detail else {}
    texts = [told.get("reason"), told.get("explanation")]
    return Happened(at, actor, action, "；".join(str(text) for text in texts if text) or None)
