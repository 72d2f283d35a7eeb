"""The questions to the store that give a plan's figures as they were known at a moment."""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.periods import Period

from .configured import Configuration, codes_of, not_reporting
from .known import Question
from .needed import needed_periods, resting_on

_STORE_SQL = files("monitor.store") / "sql"


def figure_questions(
    configuration: Configuration,
    catalogue: Catalogue,
    as_of: datetime | None,
    period: Period | None,
    only: frozenset[str] | None,
) -> list[Question]:
    """The SQL, with its parameters, that gives the figures of a plan: of actual figures, then of plan rows.

    `only`: of these indicators, and of those that they are weighed by or aligned to.
    """
    indicators = [one for other in configuration.catalogues for one in other.indicators]
    if only is not None:
        needed = resting_on(only, indicators)
        indicators = [one for one in indicators if one.id in needed]
    codes = codes_of(catalogue, configuration.regions)
    # a region that does not report has rows as soon as it has a figure, of whatever period
    seldom = [] if period is None else not_reporting(catalogue, configuration.regions)
    often = [code for code in codes if code not in seldom]
    questions: list[Question] = []

    def ask(ids: set[str], regions: list[str], periods: list[str] | None) -> None:
        asked: dict[str, object] = {
            "as_of": as_of, "indicator_ids": sorted(ids), "region_codes": regions, "periods": periods,
            "vintages": list(catalogue.plan.vintages),
        }  # fmt: skip
        questions.append((_STORE_SQL / "figures_as_of.sql", asked))

    # only flows are added up from shorter periods, so only of them all are needed
    for flows in (False, True):
        ids = {one.id for one in indicators if (one.accumulation == "period") == flows}
        ask(ids, often, None if period is None else needed_periods(catalogue, period, parts=flows))
    all_ids = {one.id for one in indicators}
    if seldom:
        ask(all_ids, seldom, None)
    rows: dict[str, object] = {
        "as_of": as_of, "indicator_ids": sorted(all_ids), "region_codes": list(codes), "periods": None,
    }  # fmt: skip
    return [*questions, (_STORE_SQL / "plan_rows_as_of.sql", rows)]
