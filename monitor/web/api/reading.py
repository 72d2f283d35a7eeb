"""What is read: scorecards, figures, their history, catalogues, calls, snapshots; each as of any moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from monitor.catalogue.canonical import canonical
from monitor.catalogue.forms import Call, calls, forms_of_plan
from monitor.catalogue.loader import Catalogue
from monitor.catalogue.models import CatalogueFile
from monitor.catalogue.periods import parse_period
from monitor.report.as_of import format_as_of, read_as_of
from monitor.report.desk import QuestionError
from monitor.store.snapshots import list_snapshots

from .asked import AsOfQuery, CallsQuery, FiguresQuery, ScorecardQuery, SubmissionsQuery
from .operations import Answer, Caller
from .paging import Place, read_cursor, write_cursor
from .tables import Tables, exact_rows, number_rows
from .told import CallLine, CallPage, CatalogueAnswer, CatalogueLine, CatalogueList, SnapshotLine, SnapshotList

ACCEPTED = ("accepted", "superseded")
"""States whose figures are everybody's; in the others only who may see the unit sees them."""


def moment_of(caller: Caller, text: str | None) -> datetime | None:
    """`as_of` as naive UTC, None for now. Raises AsOfError."""
    return None if text is None else read_as_of(caller.desk.store, text, caller.desk.timezone, caller.now)


class Reading:
    """The answers, over tables that are kept between pages."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def scorecards(self, caller: Caller, query: ScorecardQuery) -> Answer:
        def rows(as_of: datetime | None) -> pd.DataFrame:
            asked: dict[str, Any] = {
                "region": query.region, "period": query.period, "as_of": as_of, "method": query.method,
                "include_context": query.include_context,
            }  # fmt: skip
            plans = sorted(catalogue.plan.id for catalogue in caller.plans(query.plan, as_of))
            return _of_plans(lambda plan: caller.desk.scorecard(plan=plan, **asked).frame, plans)

        return _page(caller, query, rows, number_rows)

    def observations(self, caller: Caller, query: FiguresQuery) -> Answer:
        def rows(as_of: datetime | None) -> pd.DataFrame:
            return self._tables.get("observations", *_figures_asked(caller, query, as_of), as_of)

        return _page(caller, query, rows, exact_rows)

    def history(self, caller: Caller, query: FiguresQuery) -> Answer:
        def rows(as_of: datetime | None) -> pd.DataFrame:
            frame = self._tables.get("history", *_figures_asked(caller, query, as_of), as_of)
            return _visible(caller, frame, "submission_state")

        return _page(caller, query, rows, exact_rows)

    def submissions(self, caller: Caller, query: SubmissionsQuery) -> Answer:
        """In the order they came; a page starts after a number, since what is accepted meanwhile leaves the list."""
        place = _place(caller, query)
        regions, periods = caller.desk.codes(query.region, query.period, place.as_of)
        forms = _forms_asked(caller, query, place.as_of)
        frame = self._tables.get("submissions", forms, _listed(regions), _listed(periods), place.as_of)
        frame = _visible(caller, frame, "state")
        if query.state is not None:
            frame = frame[frame["state"] == query.state]
        rows = frame[frame["submission_id"] > place.start].iloc[: query.limit + 1]
        page = rows.iloc[: query.limit]
        more = len(rows) > len(page)
        last = int(page["submission_id"].iloc[-1]) if len(page) else 0
        content = {
            "as_of": _printed(caller, place.as_of),
            "total": len(frame),
            "next": write_cursor(Place(last, place.as_of), caller.question) if more else None,
            "items": exact_rows(page),
        }
        return Answer(content)


def catalogues(caller: Caller, query: AsOfQuery) -> Answer:
    as_of = moment_of(caller, query.as_of)
    lines = [_line_of(catalogue) for catalogue in caller.plans(None, as_of)]
    return Answer(CatalogueList(as_of=_printed(caller, as_of), items=lines))


def catalogue(caller: Caller, query: AsOfQuery, plan_id: str) -> Answer:
    as_of = moment_of(caller, query.as_of)
    (one,) = caller.plans(plan_id, as_of)
    relations = tuple(parsed.relation for parsed in one.relations)
    whole = CatalogueFile(plan=one.plan, indicators=one.indicators, relations=relations, forms=one.forms)
    answer = CatalogueAnswer(
        as_of=_printed(caller, as_of), plan_id=one.plan.id, version=one.version, catalogue=canonical(whole)
    )
    return Answer(answer)


def due(caller: Caller, query: CallsQuery) -> Answer:
    """The calls of all plans, in pages."""
    place = _place(caller, query)
    configuration = caller.desk.configuration(place.as_of)
    caller.desk.codes(query.region, None, place.as_of)
    period = None if query.period is None else parse_period(query.period)
    found = [
        (one.plan.id, call)
        for one in configuration.catalogues
        for call in calls(one, configuration.regions, form=query.form, region=query.region, period=period)
    ]
    end = place.start + query.limit
    page = CallPage(
        as_of=_printed(caller, place.as_of),
        total=len(found),
        next=_next(caller, place, end, len(found)),
        items=[_call_line(plan, call) for plan, call in found[place.start : end]],
    )
    return Answer(page)


def snapshots(caller: Caller) -> Answer:
    lines = [
        SnapshotLine(name=one.name, as_of=format_as_of(one.at), note=one.note, by=one.by)
        for one in list_snapshots(caller.desk.store)
    ]
    return Answer(SnapshotList(items=lines))


def _of_plans(ask: Callable[[str], pd.DataFrame], plans: Sequence[str]) -> pd.DataFrame:
    """The plans' rows below each other; a region counts for the plans that have it. Raises QuestionError."""
    frames, failure = [], None
    for plan in plans:
        try:
            frames.append(ask(plan))
        except QuestionError as error:
            failure = error
    if not frames and failure is not None:
        raise failure
    return frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)


def _figures_asked(caller: Caller, query: FiguresQuery, as_of: datetime | None) -> tuple[Any, ...]:
    """Indicators, regions and periods for the ledger. Raises QuestionError."""
    plans = caller.plans(query.plan, as_of)
    known = {indicator.id for catalogue in plans for indicator in catalogue.indicators}
    if query.indicator is not None and query.indicator not in known:
        raise QuestionError(f"没有指标“{query.indicator}”", f"there is no indicator '{query.indicator}'")
    regions, periods = caller.desk.codes(query.region, query.period, as_of)
    wanted = sorted(known) if query.indicator is None else [query.indicator]
    return tuple(wanted), _listed(regions), _listed(periods)


def _forms_asked(caller: Caller, query: SubmissionsQuery, as_of: datetime | None) -> tuple[str, ...] | None:
    """The form asked for, else those of the plan asked for, else all. Raises QuestionError."""
    if query.form is not None:
        return (query.form,)
    return None if query.plan is None else forms_of_plan(caller.plans(query.plan, as_of)[0])


def _listed(values: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)


def _visible(caller: Caller, frame: pd.DataFrame, state: str) -> pd.DataFrame:
    """Without what was never accepted of units that the actor may not see into."""
    regions = {code for code in frame["region_code"].unique() if caller.actor.may_see(str(code))}
    return frame[frame[state].isin(ACCEPTED) | frame["region_code"].isin(regions)]


AnyQuery = ScorecardQuery | FiguresQuery | SubmissionsQuery | CallsQuery


def _place(caller: Caller, query: AnyQuery) -> Place:
    """Where the page starts and as of when; a first page of now is as of the latest acceptance."""
    if query.cursor is None:
        return Place(0, moment_of(caller, query.as_of))
    place = read_cursor(query.cursor, caller.question)
    # the latest acceptance is what is known now: one answer, kept once
    return Place(place.start, None) if place.as_of == caller.desk.moment(None) else place


def _page(
    caller: Caller,
    query: ScorecardQuery | FiguresQuery,
    rows: Callable[[datetime | None], pd.DataFrame],
    written: Callable[[pd.DataFrame], list[dict[str, Any]]],
) -> Answer:
    """One page of a table of accepted figures."""
    place = _place(caller, query)
    frame = rows(place.as_of)
    end = place.start + query.limit
    content = {
        "as_of": _printed(caller, place.as_of),
        "total": len(frame),
        "next": _next(caller, place, end, len(frame)),
        "items": written(frame.iloc[place.start : end]),
    }
    return Answer(content)


def _next(caller: Caller, place: Place, end: int, total: int) -> str | None:
    return None if end >= total else write_cursor(Place(end, caller.desk.moment(place.as_of)), caller.question)


def _printed(caller: Caller, as_of: datetime | None) -> str | None:
    return format_as_of(caller.desk.moment(as_of)) or None


def _line_of(one: Catalogue) -> CatalogueLine:
    plan = one.plan
    return CatalogueLine(
        plan_id=plan.id, title_zh=plan.title.zh, title_en=plan.title.en, region_code=plan.region, version=one.version,
        file=one.file, base=plan.period.base, start=plan.period.start, end=plan.period.end,
        indicators=len(one.indicators), forms=len(one.forms),
    )  # fmt: skip


def _call_line(plan_id: str, call: Call) -> CallLine:
    form = call.form
    return CallLine(
        plan_id=plan_id, form=form.id, name_zh=form.name.zh, name_en=form.name.en, region_code=call.region,
        period=call.period.code, vintage=form.vintage, due_on=call.due_on.isoformat(),
        closes_on=None if call.closes_on is None else call.closes_on.isoformat(),
        is_extended=call.extended is not None, indicators=list(form.indicators),
    )  # fmt: skip
