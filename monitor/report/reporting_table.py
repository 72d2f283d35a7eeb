"""The board and its rates as tables (docs/users.md): one row a call, and one row a rate."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

import pandas as pd

from monitor.catalogue.regions import Regions

from .as_of import format_as_of
from .desk import Desk
from .rates import FORMULAS, Rates
from .reporting import Reports, newest_moment, read_reports
from .reporting_cells import Report

REPORTING_COLUMNS = (
    "plan_id", "form", "form_name", "region_code", "region_name", "period", "state", "pending", "is_late", "due_on",
    "closes_on", "extended", "extension_reason", "expected", "received", "on_time", "accepted", "days_left", "owed",
    "contact", "submission_id", "revision", "first_submitted_at", "submitted_at", "submitted_by", "accepted_at",
    "accepted_by", "cells_expected", "cells_given", "as_of",
)  # fmt: skip
RATE_COLUMNS = (
    "plan_id", "form", "form_name", "scope", "region_code", "region_name", "period", "rate", "numerator", "denominator",
    "value", "formula_zh", "formula_en", "called", "early", "unexpected", "as_of",
)  # fmt: skip


def reporting_table(
    desk: Desk,
    *,
    plan: str | None = None,
    form: str | None = None,
    region: str | None = None,
    period: str | None = None,
    as_of: datetime | None = None,
    contacts: Collection[str] = (),
) -> tuple[pd.DataFrame, datetime | None]:
    """Every call with what has come of it, by form, period and unit, and the moment T that it speaks of.

    Without `as_of` T is that of the newest event, so the same T gives the same bytes. `contacts`: units whose mail
    address is known. Raises QuestionError as `read_reports`.
    """
    known = as_of or newest_moment(desk)
    found = read_reports(desk, plan=plan, form=form, region=region, period=period, as_of=as_of, now=known)
    regions = desk.configuration(as_of).regions
    rows = [_row(report, regions, contacts, format_as_of(known)) for report in found.reports]
    return _frame(rows, REPORTING_COLUMNS, numbers=("days_left", "revision", "cells_expected", "cells_given")), known


def rates_table(
    desk: Desk,
    *,
    plan: str | None = None,
    form: str | None = None,
    region: str | None = None,
    period: str | None = None,
    as_of: datetime | None = None,
) -> tuple[pd.DataFrame, datetime | None]:
    """The rates of each form, of each of its periods, and of each unit; as `reporting_table`."""
    known = as_of or newest_moment(desk)
    found = read_reports(desk, plan=plan, form=form, region=region, period=period, as_of=as_of, now=known)
    regions = desk.configuration(as_of).regions
    rows = [{**row, "as_of": format_as_of(known)} for row in _rates(found, regions)]
    return _frame(
        rows, RATE_COLUMNS, numbers=("numerator", "denominator", "value", "called", "early", "unexpected")
    ), known


def _row(report: Report, regions: Regions, contacts: Collection[str], as_of: str) -> dict[str, Any]:
    call, shown = report.call, report.shown
    region = regions.get(call.region)
    return {
        "plan_id": report.plan_id, "form": call.form.id, "form_name": call.form.name.zh, "region_code": call.region,
        "region_name": "" if region is None else region.name, "period": call.period.code, "state": report.state,
        "pending": report.pending, "is_late": report.is_late, "due_on": call.due_on.isoformat(),
        "closes_on": "" if call.closes_on is None else call.closes_on.isoformat(),
        "extended": call.extended is not None,
        "extension_reason": "" if call.extended is None else call.extended.reason.zh,
        "expected": report.is_due, "received": report.is_received, "on_time": report.is_on_time,
        "accepted": report.is_accepted, "days_left": report.days_left, "owed": report.is_owed,
        "contact": call.region in contacts, "submission_id": None if shown is None else str(shown.submission_id),
        "revision": None if shown is None else shown.revision,
        "first_submitted_at": format_as_of(report.first_sent_at),
        "submitted_at": format_as_of(None if shown is None else shown.submitted_at),
        "submitted_by": None if shown is None else shown.submitted_by,
        "accepted_at": format_as_of(None if shown is None else shown.accepted_at),
        "accepted_by": None if shown is None else shown.accepted_by,
        "cells_expected": report.cells_expected, "cells_given": report.cells, "as_of": as_of,
    }  # fmt: skip


def _rates(found: Reports, regions: Regions) -> Iterator[dict[str, Any]]:
    """By form: of all of it, of each period, of each unit."""
    forms = {report.call.form.id: report for report in found.reports}
    for name, any_report in forms.items():
        own = [report.call for report in found.reports if report.call.form.id == name]
        head = {"plan_id": any_report.plan_id, "form": name, "form_name": any_report.call.form.name.zh}
        yield from _four({**head, "scope": "form"}, found.rates(form=name))
        for period in sorted({call.period for call in own}, key=lambda one: one.order):
            yield from _four({**head, "scope": "period", "period": period.code}, found.rates(form=name, period=period))
        for code in dict.fromkeys(call.region for call in own):
            region = regions.get(code)
            place = {"scope": "unit", "region_code": code, "region_name": "" if region is None else region.name}
            yield from _four({**head, **place}, found.rates(form=name, region=code))


def _four(head: dict[str, Any], rates: Rates) -> Iterator[dict[str, Any]]:
    beside = {"called": rates.called, "early": rates.early, "unexpected": rates.unexpected}
    for rate in rates.all:
        zh, en = FORMULAS[rate.name]
        value = None if rate.value is None else float(rate.value)
        said = {"rate": rate.name, "numerator": rate.numerator, "denominator": rate.denominator, "value": value}
        yield {**head, **said, "formula_zh": zh, "formula_en": en, **beside}


_YES_NO = frozenset({"is_late", "extended", "expected", "received", "on_time", "accepted", "owed", "contact"})


def _frame(rows: list[dict[str, Any]], columns: tuple[str, ...], *, numbers: tuple[str, ...]) -> pd.DataFrame:
    made: dict[str, Any] = {}
    for name in columns:
        cells = [row.get(name) for row in rows]
        if name in numbers:
            made[name] = pd.Series(cells, dtype=float)
        elif name in _YES_NO:
            made[name] = pd.Series(cells, dtype=bool)
        else:
            made[name] = pd.Series(["" if cell is None else cell for cell in cells], dtype=object)
    return pd.DataFrame(made, columns=list(columns))
