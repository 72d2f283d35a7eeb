"""From an address to the comparisons of two periods, regions or plans (`kind=`); that of two moments is a ledger's."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from monitor.catalogue.periods import Period
from monitor.report.compare_periods import compare_periods
from monitor.report.compare_plans import compare_plans
from monitor.report.compare_regions import codes_in, compare_regions
from monitor.report.desk import Desk

from .pages.compare_periods import compare_periods_page
from .pages.compare_plans import compare_plans_page, one_plan_page
from .pages.compare_regions import compare_regions_page
from .pages.page import Page
from .pages.problem import not_found
from .view import View


def comparing_page(desk: Desk, view: View, as_of: datetime | None) -> Page:
    """The page of an address with a kind. Raises AddressError, QuestionError."""
    address = view.address
    view = replace(view, as_of=view.words.day(desk.moment(as_of)))
    if address.kind == "regions":
        period = address.read_period()
        found = compare_regions(desk, codes_in(address.beside), plan=address.plan, period=period, as_of=as_of)
        return compare_regions_page(view, found, desk.configuration(as_of).plan(found.plan.id).version)
    if address.kind == "periods":
        return _periods(desk, view, as_of)
    if address.kind == "plans":
        plans = compare_plans(desk, address.start, address.end, as_of=as_of)
        if plans is None:
            return one_plan_page(view, desk.configuration(as_of).plan(address.plan).plan)
        return compare_plans_page(view, plans)
    return not_found(view)


def _periods(desk: Desk, view: View, as_of: datetime | None) -> Page:
    address = view.address
    first, second = (_period(view, text) for text in (address.start, address.end))
    found = compare_periods(desk, first, second, plan=address.plan, region=address.region, as_of=as_of)
    if found is None:
        return not_found(view, "region", address.region or "")
    return compare_periods_page(view, found, desk.configuration(as_of).plan(found.plan.id).version)


def _period(view: View, text: str | None) -> Period | None:
    return replace(view.address, period=text).read_period()
