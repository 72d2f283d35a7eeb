"""The tree of regions on a day: who belonged to whom, at which level, and what codes a region had before."""

from __future__ import annotations

from datetime import UTC, date
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from monitor.catalogue.regions import Region, Regions

from .asked import AsOfQuery
from .faults import ApiProblem
from .operations import Answer, Caller
from .pages import place_of, printed
from .paging import Place, write_cursor
from .told import AsOf, Next, Total
from .values import Code, Cursor, Limit, Told

Day = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        description="上下级关系所在的日期 the day of the tree: 2020-12-31",
        json_schema_extra={"format": "date"},  # the pattern alone lets 2021-02-30 through, which is refused
    ),
]


class RegionsQuery(AsOfQuery):
    on: Day | None = None
    parent: Code | None = None
    level: Literal["nation", "province", "prefecture", "county", "township"] | None = None
    limit: Limit = 200
    cursor: Cursor | None = None


class RegionLine(Told):
    """One region as it was on the day. `children`: how many stood directly under it that report."""

    region_code: str
    parent_code: str | None
    level: str
    name: str
    name_en: str | None
    reporting: bool
    valid_from: str | None
    valid_to: str | None
    formerly: list[str]
    children: int


class RegionPage(Told):
    as_of: AsOf
    on: str
    total: Total
    next: Next
    items: list[RegionLine]


def regions(caller: Caller, query: RegionsQuery) -> Answer:
    """The regions of a day, by code: of one parent, of one level, or all."""
    place = place_of(caller, query)
    known = caller.desk.configuration(place.as_of).regions
    on = _day(caller, query.on)
    if query.parent is not None and query.parent not in known:
        raise ApiProblem(404, "unknown_region", f"没有地区“{query.parent}”", f"there is no region '{query.parent}'")
    rows = known.rows if query.parent is None else known.children(query.parent, on)
    found = sorted(
        (row for row in rows if row.is_valid(on) and query.level in (None, row.level)), key=lambda row: row.code
    )
    end = place.start + query.limit
    page = RegionPage(
        as_of=printed(caller, place.as_of),
        on=on.isoformat(),
        total=len(found),
        next=None if end >= len(found) else write_cursor(Place(end, place.as_of), caller.question),
        items=[_line(known, row, on) for row in found[place.start : end]],
    )
    return Answer(page)


def _day(caller: Caller, text: str | None) -> date:
    """The day asked for, else today in the server's zone."""
    if text is None:
        return caller.desk.store.now().astimezone(UTC).astimezone(ZoneInfo(caller.desk.timezone)).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ApiProblem(400, "bad_request", f"“{text}”不是日期", f"'{text}' is no date") from None


def _line(known: Regions, row: Region, on: date) -> RegionLine:
    return RegionLine(
        region_code=row.code,
        parent_code=row.parent_code,
        level=row.level,
        name=row.name,
        name_en=row.name_en or None,
        reporting=row.reporting,
        valid_from=None if row.valid_from is None else row.valid_from.isoformat(),
        valid_to=None if row.valid_to is None else row.valid_to.isoformat(),
        formerly=list(row.formerly),
        children=sum(child.reporting for child in known.children(row.code, on)),
    )
