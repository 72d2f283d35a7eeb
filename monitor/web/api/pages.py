"""Long tables in pages: scorecards, figures, their history, submissions, the board; each as of any moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.catalogue.forms import forms_of_plan
from monitor.intake.reach import sent_indicators
from monitor.report import ledger
from monitor.report.as_of import format_as_of, read_as_of
from monitor.report.desk import QuestionError
from monitor.report.ledger_pages import Kind, Question
from monitor.report.reporting_table import rates_table, reporting_table
from monitor.store.migrations import SQL

from .asked import BoardQuery, ChangesQuery, FiguresQuery, ScorecardQuery, SubmissionsQuery
from .operations import Answer, Caller
from .paging import Place, read_cursor, write_cursor
from .tables import Listed, Tables, exact_items, exact_rows, number_rows


def moment_of(caller: Caller, text: str | None) -> datetime | None:
    """`as_of` as naive UTC, None for now. Raises AsOfError."""
    return None if text is None else read_as_of(caller.desk.store, text, caller.desk.timezone, caller.now)


class Pages:
    """The answers, over tables that are kept between pages."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def scorecards(self, caller: Caller, query: ScorecardQuery) -> Answer:
        place = place_of(caller, query)
        asked: dict[str, Any] = {
            "region": query.region, "period": query.period, "as_of": place.as_of, "method": query.method,
            "include_context": query.include_context,
        }  # fmt: skip
        plans = sorted(catalogue.plan.id for catalogue in caller.plans(query.plan, place.as_of))
        frame = _of_plans(lambda plan: caller.desk.scorecard(plan=plan, **asked).frame, plans)
        return _numbers(caller, query.limit, Place(place.start, caller.desk.moment(place.as_of)), frame)

    def observations(self, caller: Caller, query: FiguresQuery) -> Answer:
        place = place_of(caller, query)
        asked = _figures_asked(caller, query, place.as_of, caller.desk.moment(place.as_of))
        return self._figures(caller, query, place, "observations", asked)

    def history(self, caller: Caller, query: FiguresQuery) -> Answer:
        """Of now it holds what was sent after the latest acceptance, too."""
        place = place_of(caller, query)
        until = caller.desk.store.ask(SQL / "last_event.sql")[0][1] if place.as_of is None else place.as_of
        return self._figures(caller, query, place, "history", _figures_asked(caller, query, place.as_of, until))

    def _figures(self, caller: Caller, query: FiguresQuery, place: Place, kind: Kind, asked: Question) -> Answer:
        def sees(indicator: str, region: str) -> bool:
            return caller.actor.may("read_waiting", region, frozenset([indicator]))

        total, rows = self._tables.figures.page(kind, asked, place.start, query.limit, sees)
        columns = ledger.OBSERVATION_COLUMNS if kind == "observations" else ledger.HISTORY_COLUMNS
        place = Place(place.start, caller.desk.moment(place.as_of))
        return _paged(caller, query.limit, place, total, exact_items(columns, rows))

    def submissions(self, caller: Caller, query: SubmissionsQuery) -> Answer:
        """In the order they came; a page starts after a number, since what is accepted meanwhile leaves the list."""
        place = place_of(caller, query)
        regions, periods = caller.desk.codes(query.region, query.period, place.as_of)
        forms = _forms_asked(caller, query, place.as_of)
        listed = self._tables.listed(
            place.as_of, query.state, region_codes=_listed(regions), forms=forms, periods=_listed(periods)
        )
        numbers = _visible(caller, listed)
        rest = numbers[np.searchsorted(numbers, place.start, side="right") :]
        page = rest[: query.limit].tolist()
        more = len(rest) > len(page)
        content = {
            "as_of": printed(caller, place.as_of),
            "total": len(numbers),
            "next": write_cursor(Place(page[-1], place.as_of), caller.question) if more else None,
            "items": exact_rows(self._tables.submissions(page, place.as_of)),
        }
        return Answer(content)

    def board(self, caller: Caller, query: BoardQuery) -> Answer:
        """Who has sent, who has not (报送情况): a row a call."""
        return _known_page(caller, query, lambda asked: reporting_table(caller.desk, **asked))

    def rates(self, caller: Caller, query: BoardQuery) -> Answer:
        """Completeness and timeliness by form, period and unit, each with its formula."""
        return _known_page(caller, query, lambda asked: rates_table(caller.desk, **asked))

    def changes(self, caller: Caller, query: ChangesQuery) -> Answer:
        """What changed between two moments; all pages end at the moment of the first."""
        desk = caller.desk
        start = moment_of(caller, query.from_)
        if query.cursor is None:
            place = Place(0, desk.moment(moment_of(caller, query.to)))
        else:
            place = read_cursor(query.cursor, caller.question)
        frame = self._tables.changes(start, place.as_of, query.plan, query.region, query.period)
        return _numbers(caller, query.limit, place, frame)


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


def _figures_asked(caller: Caller, query: FiguresQuery, as_of: datetime | None, until: datetime | None) -> Question:
    """What of the ledger is asked for, under the catalogues of `as_of`; up to `until`. Raises QuestionError."""
    plans = caller.plans(query.plan, as_of)
    known = {indicator.id for catalogue in plans for indicator in catalogue.indicators}
    if query.indicator is not None and query.indicator not in known:
        raise QuestionError(f"没有指标“{query.indicator}”", f"there is no indicator '{query.indicator}'")
    regions, periods = caller.desk.codes(query.region, query.period, as_of)
    wanted = sorted(known) if query.indicator is None else [query.indicator]
    return Question(tuple(wanted), _listed(regions), _listed(periods), until)


def _forms_asked(caller: Caller, query: SubmissionsQuery, as_of: datetime | None) -> tuple[str, ...] | None:
    """The form asked for, else those of the plan asked for, else all. Raises QuestionError."""
    if query.form is not None:
        return (query.form,)
    return None if query.plan is None else forms_of_plan(caller.plans(query.plan, as_of)[0])


def _listed(values: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)


def _visible(caller: Caller, listed: Listed) -> npt.NDArray[np.int64]:
    """The numbers without what was never accepted of units, or of indicators, that the actor may not see into."""
    actor, shown = caller.actor, np.ma.getmaskarray(listed.regions).copy()
    ids = listed.numbers[~shown].tolist()
    sent = sent_indicators(caller.cycle.store, actor, ids)
    regions = np.ma.getdata(listed.regions)[~shown].tolist()
    shown[~shown] = [
        actor.may("read_waiting", region, sent.get(number)) for region, number in zip(regions, ids, strict=True)
    ]
    seen: npt.NDArray[np.int64] = listed.numbers[shown]
    return seen


class PagedQuery(Protocol):
    """What is asked for in pages."""

    @property
    def as_of(self) -> str | None: ...

    @property
    def cursor(self) -> str | None: ...


def place_of(caller: Caller, query: PagedQuery) -> Place:
    """Where the page starts and as of when; a first page of now is as of the latest acceptance."""
    if query.cursor is None:
        return Place(0, moment_of(caller, query.as_of))
    place = read_cursor(query.cursor, caller.question)
    # the latest acceptance is what is known now: one answer, kept once
    return Place(place.start, None) if place.as_of == caller.desk.moment(None) else place


def _known_page(
    caller: Caller, query: BoardQuery, ask: Callable[[dict[str, Any]], tuple[pd.DataFrame, datetime | None]]
) -> Answer:
    """One page of a table of the cycle, which knows of what moment it speaks."""
    place = Place(0, moment_of(caller, query.as_of))
    if query.cursor is not None:
        place = read_cursor(query.cursor, caller.question)
    asked: dict[str, Any] = {"plan": query.plan, "form": query.form, "region": query.region, "period": query.period}
    frame, known = ask({**asked, "as_of": place.as_of})
    return _numbers(caller, query.limit, Place(place.start, known), frame)


def _paged(caller: Caller, limit: int, place: Place, total: int, items: list[dict[str, Any]]) -> Answer:
    end = place.start + limit
    content = {
        "as_of": format_as_of(place.as_of) or None,
        "total": total,
        "next": None if end >= total else write_cursor(Place(end, place.as_of), caller.question),
        "items": items,
    }
    return Answer(content)


def _numbers(caller: Caller, limit: int, place: Place, frame: pd.DataFrame) -> Answer:
    """One page of a table of numbers that is there as a whole."""
    items = number_rows(frame.iloc[place.start : place.start + limit])
    return _paged(caller, limit, place, len(frame), items)


def printed(caller: Caller, as_of: datetime | None) -> str | None:
    return format_as_of(caller.desk.moment(as_of)) or None
