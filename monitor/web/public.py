"""The pages that are the same for everybody: each asks `report` one question and hands the answer to its page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from monitor.catalogue.periods import Period
from monitor.report.compare_regions import codes_in
from monitor.report.desk import Desk
from monitor.report.explain import explain_cell
from monitor.report.freshness import freshness
from monitor.report.indicator import indicator_answer
from monitor.report.matrix import Ask, matrix
from monitor.report.overview import overview
from monitor.report.plan_card import plan_card
from monitor.report.quality import quality
from monitor.report.region import region_answer
from monitor.report.wall import wall
from monitor.report.worked import worked_rows

from .address import PageName
from .pages.catalogue import catalogue_page, indicator_card_page
from .pages.explain import explain_page
from .pages.indicator import indicator_page
from .pages.matrix import matrix_page
from .pages.method import method_page
from .pages.overview import overview_page
from .pages.page import Page
from .pages.problem import not_found
from .pages.quality import quality_page
from .pages.region import region_page
from .pages.search import search_page
from .pages.tree import tree_page
from .pages.wall import wall_page
from .trees import tree_answer
from .view import View


@dataclass(frozen=True)
class Asked:
    """`as_of`: naive UTC, None for now; `period`: None for each indicator's latest; `today` in the zone of the desk."""

    desk: Desk
    view: View
    period: Period | None
    as_of: datetime | None
    today: date


def _day(asked: Asked) -> date:
    """The day on which the page is as it shows: today, or that of the as-of moment."""
    if asked.as_of is None:
        return asked.today
    return asked.as_of.replace(tzinfo=UTC).astimezone(ZoneInfo(asked.desk.timezone)).date()


def _in_its_plan(asked: Asked) -> Asked:
    """An indicator of another plan than the first stands in its own plan, where the address names none."""
    address = asked.view.address
    plans = asked.desk.configuration(asked.as_of).catalogues
    found = next((one.plan.id for one in plans if one.indicator(address.item) is not None), None)
    if address.plan is not None or found in (None, plans[0].plan.id):
        return asked
    return replace(asked, view=replace(asked.view, address=replace(address, plan=found)))


def _overview(asked: Asked) -> Page:
    view, address = asked.view, asked.view.address
    by_number = address.sort == "number"
    answer = overview(asked.desk, plan=address.plan, period=asked.period, as_of=asked.as_of, by_number=by_number)
    return overview_page(view, answer, freshness(answer.entries, _day(asked)))


def _indicator(asked: Asked) -> Page:
    asked = _in_its_plan(asked)
    view, address = asked.view, asked.view.address
    found = indicator_answer(
        asked.desk, address.item, plan=address.plan, region=address.region, period=asked.period, as_of=asked.as_of
    )
    return not_found(view, "indicator", address.item) if found is None else indicator_page(view, found)


def _region(asked: Asked) -> Page:
    view, address = asked.view, asked.view.address
    by_number = address.sort == "number"
    found = region_answer(
        asked.desk, address.item, plan=address.plan, period=asked.period, as_of=asked.as_of, by_number=by_number,
        beside=codes_in(address.beside), today=asked.today,
    )  # fmt: skip
    if found is not None:
        return region_page(view, found)
    configuration = asked.desk.configuration(asked.as_of)
    region, plan = configuration.regions.get(address.item), configuration.plan(address.plan).plan
    if region is None:
        return not_found(view, "region", address.item)
    return not_found(view, "outside", view.words.region(region), plan=view.words.text(plan.title))


def _matrix(asked: Asked) -> Page:
    view, address = asked.view, asked.view.address
    ask = Ask(address.sort, address.show or "class", address.nature, address.category, address.class_)
    return matrix_page(view, matrix(asked.desk, plan=address.plan, period=asked.period, as_of=asked.as_of, ask=ask))


def _tree(asked: Asked) -> Page:
    view, address = asked.view, asked.view.address
    found = tree_answer(asked.desk, address, asked.period, asked.as_of)
    return not_found(view, "region", address.region or "") if found is None else tree_page(view, found)


def _quality(asked: Asked) -> Page:
    view = asked.view
    return quality_page(view, quality(asked.desk, plan=view.address.plan, as_of=asked.as_of))


def _catalogue(asked: Asked) -> Page:
    asked = _in_its_plan(asked)
    view, item = asked.view, asked.view.address.item
    answer = plan_card(asked.desk, plan=view.address.plan, as_of=asked.as_of)
    if not item:
        return catalogue_page(view, answer)
    indicator = answer.catalogue.indicator(item)
    return not_found(view, "indicator", item) if indicator is None else indicator_card_page(view, answer, indicator)


def _wall(asked: Asked) -> Page:
    address = asked.view.address
    shown = wall(
        asked.desk,
        plan=address.plan,
        period=asked.period,
        as_of=asked.as_of,
        slide=address.slide,
        seconds=address.seconds,
    )
    return wall_page(asked.view, shown)


def _explain(asked: Asked) -> Page:
    view, desk = asked.view, asked.desk
    indicator, region, period = view.address.read_cell()
    found = explain_cell(desk, indicator, region, period, today=_day(asked), plan=view.address.plan, as_of=asked.as_of)
    if found is None:
        known = any(one.indicator(indicator) for one in desk.configuration(asked.as_of).catalogues)
        return not_found(view, "region" if known else "indicator", region if known else indicator)
    return explain_page(view, found)


def _method(asked: Asked) -> Page:
    configuration = asked.desk.configuration(asked.as_of)
    plan = configuration.plan(asked.view.address.plan).plan
    return method_page(asked.view, plan, configuration.settings, worked_rows(configuration.settings))


def _search(asked: Asked) -> Page:
    return search_page(asked.view, asked.desk, asked.desk.configuration(asked.as_of), asked.as_of)


PUBLIC_PAGES: Mapping[PageName, Callable[[Asked], Page]] = {
    "overview": _overview,
    "indicator": _indicator,
    "region": _region,
    "matrix": _matrix,
    "tree": _tree,
    "explain": _explain,
    "wall": _wall,
    "quality": _quality,
    "catalogue": _catalogue,
    "method": _method,
    "search": _search,
}
