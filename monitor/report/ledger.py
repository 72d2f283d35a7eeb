"""The store's own rows as tables: observations as they can be sent again, submissions, and the history of cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from itertools import groupby, islice
from typing import Any

import pandas as pd

from monitor.catalogue.periods import parse_period
from monitor.store.store import Store

from .as_of import format_as_of
from .streamed import Streamed

_SQL = files("monitor.store") / "sql"
_SUBMISSIONS_AT_ONCE = 20_000

OBSERVATION_COLUMNS = (
    "indicator_id", "region_code", "period", "numerator", "denominator", "part_unit", "value", "unit", "comparator",
    "vintage", "synthetic", "note", "source", "published_on", "grade", "submission_id", "carried_from", "accepted_at",
)  # fmt: skip
HISTORY_COLUMNS = (
    "indicator_id", "region_code", "period", "vintage", "revision", "submission_state", "state", "numerator",
    "denominator", "part_unit", "value", "unit", "comparator", "synthetic", "published_on", "note", "source", "grade",
    "submission_id", "carried_from", "submitted_at", "submitted_by", "accepted_at", "accepted_by", "estimated",
    "explanation", "file_name", "line",
)  # fmt: skip
SUBMISSION_COLUMNS = (
    "submission_id", "region_code", "form", "period", "vintage", "revision", "state", "state_at", "state_by",
    "row_count", "queries", "explanation", "submitted_at", "submitted_by", "estimated", "in_force", "file_name",
    "content_sha256",
)  # fmt: skip

# what a reader of observation files takes for each state without a figure (interface.md)
STATE_MARKS = {"missing": "—", "not_applicable": "不适用", "withheld": "保密"}


def observations(
    store: Store, indicators: list[str], regions: list[str] | None, periods: list[str] | None, as_of: datetime | None
) -> pd.DataFrame:
    """Every accepted row visible at T, all vintages, in the columns of an observation file and where it came from.

    Numbers are exact, in the unit they were sent in. Lists are codes; None for all.
    """
    asked = _parameters(indicators, regions, periods, as_of)
    frame = store.ask_frame(_SQL / "vintages_as_of.sql", asked)
    return _finished(frame, OBSERVATION_COLUMNS, ["indicator_id", "region_code", "period", "vintage", "submission_id"])


def each_observation(
    store: Store, indicators: list[str], regions: list[str] | None, periods: list[str] | None, as_of: datetime | None
) -> Streamed:
    """The rows of `observations`, read while they are written; all of one moment."""
    return Streamed(OBSERVATION_COLUMNS, _each(store, OBSERVATIONS, _parameters(indicators, regions, periods, as_of)))


def each_revision(
    store: Store, indicators: list[str], regions: list[str] | None, periods: list[str] | None, as_of: datetime | None
) -> Streamed:
    """The rows of `history`, read while they are written; all of one moment."""
    return Streamed(HISTORY_COLUMNS, _each(store, REVISIONS, _parameters(indicators, regions, periods, as_of)))


def _each(store: Store, table: LongTable, asked: dict[str, object]) -> Iterator[tuple[Any, ...]]:
    """Indicator after indicator, so that the store never holds more than one."""
    with store.reading() as moment:
        for one in sorted(asked["indicator_ids"]):  # type: ignore[call-overload]
            yield from in_order(table, moment.ask_each(_SQL / table.sql, {**asked, "indicator_ids": [one]}))


def in_order(
    table: LongTable, rows: Iterable[tuple[Any, ...]], *, is_wanted: Callable[[tuple[str, str]], bool] | None = None
) -> Iterator[tuple[Any, ...]]:
    """What the table's SQL gave, each unit's rows in order and in the columns of the export.

    `is_wanted`: of (indicator, region); all by default.
    """
    at = {name: place for place, name in enumerate(table.given)}
    indicator, region, period = at["indicator_id"], at["region_code"], at["period"]
    keys = [at[name] for name in table.order]
    told = _told_of(table.given, table.columns)

    def ranked(row: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(parse_period(row[place]).order if place == period else row[place] for place in keys)

    for unit, of_unit in groupby(rows, key=lambda row: (row[indicator], row[region])):
        if is_wanted is None or is_wanted(unit):
            yield from map(told, sorted(of_unit, key=ranked))


def _told_of(given: tuple[str, ...], columns: tuple[str, ...]) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """What makes a row of `given` one of `columns`: moments as exports print them, marks for what is no figure."""
    at = {name: place for place, name in enumerate(given)}
    state = at["state"]
    taken = [(at[name], name == "value", name in _MOMENTS) for name in columns]

    def told(row: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(
            STATE_MARKS.get(row[state], row[place])
            if is_value
            else (format_as_of(row[place]) if row[place] else "")
            if is_moment
            else row[place]
            for place, is_value, is_moment in taken
        )

    return told


def history(
    store: Store, indicators: list[str], regions: list[str] | None, periods: list[str] | None, as_of: datetime | None
) -> pd.DataFrame:
    """Every revision of every cell that had been sent by T, accepted or not, with who and when."""
    asked = _parameters(indicators, regions, periods, as_of)
    frame = store.ask_frame(_SQL / "cell_history.sql", asked)
    order = ["indicator_id", "region_code", "period", "vintage", "revision", "submission_id"]
    return _finished(frame, HISTORY_COLUMNS, order)


def submissions(
    store: Store,
    forms: list[str] | None,
    regions: list[str] | None,
    periods: list[str] | None,
    as_of: datetime | None,
    *,
    numbers: list[int] | None = None,
) -> pd.DataFrame:
    """The submissions there were at T with the state each was in, in the order they came.

    `forms`: ids of forms; those of a plan are `forms_of_plan`. `numbers`: of submissions.
    """
    asked = {
        "as_of": as_of, "submission_ids": numbers, "receipt_ids": None, "region_codes": regions,
        "forms": forms, "periods": periods, "states": None, "most": None,
    }  # fmt: skip
    frame = store.ask_frame(_SQL / "submissions_as_of.sql", asked)
    return _finished(frame, SUBMISSION_COLUMNS, ["submission_id"])


def each_submission(
    store: Store,
    forms: list[str] | None,
    regions: list[str] | None,
    periods: list[str] | None,
    as_of: datetime | None,
) -> Streamed:
    """The rows of `submissions`, read while they are written; all of one moment."""
    lists = {"region_codes": regions, "forms": forms, "periods": periods}

    def rows() -> Iterator[tuple[Any, ...]]:
        with store.reading() as moment:
            numbers = moment.ask_each(_SQL / "submission_numbers.sql", lists)
            while portion := [number for (number,) in islice(numbers, _SUBMISSIONS_AT_ONCE)]:
                asked = {
                    **lists, "as_of": as_of, "submission_ids": portion, "receipt_ids": None, "states": None,
                    "most": None,
                }  # fmt: skip
                newest_first = moment.ask(_SQL / "submissions_as_of.sql", asked)
                yield from map(_told_of(_SUBMISSIONS, SUBMISSION_COLUMNS), reversed(newest_first))

    return Streamed(SUBMISSION_COLUMNS, rows())


def _parameters(
    indicators: list[str], regions: list[str] | None, periods: list[str] | None, as_of: datetime | None
) -> dict[str, object]:
    return {"as_of": as_of, "indicator_ids": indicators, "region_codes": regions, "periods": periods}


_MOMENTS = ("accepted_at", "submitted_at", "state_at")
# what the questions give, in their order
_VINTAGES = (
    "indicator_id", "region_code", "period", "vintage", "state", "numerator", "denominator", "part_unit", "value",
    "unit", "comparator", "synthetic", "published_on", "submission_id", "note", "source", "grade", "carried_from",
    "accepted_at", "accepted_seq",
)  # fmt: skip
_REVISIONS = (
    "indicator_id", "region_code", "form", "period", "vintage", "revision", "submission_id", "carried_from", "state",
    "numerator", "denominator", "part_unit", "value", "unit", "comparator", "synthetic", "published_on", "note",
    "source", "grade", "submitted_at", "submitted_by", "estimated", "explanation", "submission_state", "state_at",
    "state_by", "state_detail", "accepted_at", "accepted_by", "accepted_seq", "receipt_id", "file_name", "line",
)  # fmt: skip
_SUBMISSIONS = (
    "submission_id", "receipt_id", "region_code", "form", "period", "vintage", "revision", "state", "state_at",
    "state_by", "detail", "row_count", "content_sha256", "submitted_at", "submitted_by", "estimated", "explanation",
    "queries", "in_force", "file_name", "open_queries",
)  # fmt: skip


@dataclass(frozen=True)
class LongTable:
    """A table that is read unit by unit. `given`: the columns that its SQL gives, by indicator and region.

    `order`: of the rows of one unit.
    """

    sql: str
    given: tuple[str, ...]
    columns: tuple[str, ...]
    order: tuple[str, ...]


OBSERVATIONS = LongTable("vintages_as_of.sql", _VINTAGES, OBSERVATION_COLUMNS, ("period", "vintage", "submission_id"))
REVISIONS = LongTable(
    "cell_history.sql", _REVISIONS, HISTORY_COLUMNS, ("period", "vintage", "revision", "submission_id")
)


def _finished(frame: pd.DataFrame, columns: tuple[str, ...], order: list[str]) -> pd.DataFrame:
    """The columns in their order, rows sorted (periods by time), moments as exports print them."""
    for name in _MOMENTS:
        if name in frame:
            frame[name] = [format_as_of(moment) if isinstance(moment, datetime) else "" for moment in frame[name]]
    if "state" in frame and "value" in frame:
        marks = frame["state"].map(STATE_MARKS)
        frame["value"] = frame["value"].where(marks.isna(), marks)
    in_time = frame["period"].map(lambda code: parse_period(code).order)
    keys = [in_time if name == "period" else frame[name] for name in order]
    ranked = pd.Series(list(zip(*keys, strict=True)), index=frame.index, dtype=object)
    return frame.loc[sorted(frame.index, key=lambda row: ranked[row]), list(columns)].reset_index(drop=True)
