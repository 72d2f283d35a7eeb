"""A request from what people wrote in a form or behind the options of a command."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

from monitor.catalogue.periods import parse_period
from monitor.dossier.errors import DossierError
from monitor.report.desk import Desk

from .request import Kind, Regularity, Request

_BETWEEN = re.compile(r"[\s,，、;；]+")


def request_of(desk: Desk, given: Mapping[str, str], lists: Mapping[str, Sequence[str]], *, today: date) -> Request:
    """The request. `given`: texts by field; `form` is `form` or `plan/form`. `lists`: units and indicators; none means
    all that the form asks. Whether it can be made is asked by checking.py. Raises DossierError for what is no day.
    """
    kind = cast(Kind, given.get("kind") or "data")
    named, _, form = given.get("form", "").rpartition("/")
    plan = named or desk.current.catalogues[0].plan.id
    periods = tuple(dict.fromkeys(one for one in _BETWEEN.split(given.get("periods", "").strip()) if one))
    by_data = kind == "data"
    units, indicators = tuple(lists.get("units", ())), tuple(lists.get("indicators", ()))
    if by_data:
        units, indicators = units or _called(desk, plan, form, periods), indicators or _asked(desk, plan, form)
    return Request(
        kind=kind,
        title=given.get("title", "").strip(),
        purpose=given.get("purpose", "").strip(),
        made_on=read_day(given.get("made_on", "")) or today,
        units=tuple(dict.fromkeys(units)),
        basis=given.get("basis", "").strip(),
        regularity=cast(Regularity, given.get("regularity") or "regular"),
        plan=plan if by_data else "",
        form=form if by_data else "",
        indicators=tuple(dict.fromkeys(indicators)),
        periods=periods if by_data else (),
        format=given.get("format", "").strip(),
        channel=given.get("channel", "").strip(),
        deadline=read_day(given.get("deadline", "")) if by_data else None,
        source=given.get("source", "").strip(),
    )


def _asked(desk: Desk, plan: str, form: str) -> tuple[str, ...]:
    found = next((one.form(form) for one in desk.current.catalogues if one.plan.id == plan), None)
    return () if found is None else found.indicators


def _called(desk: Desk, plan: str, form: str, periods: Sequence[str]) -> tuple[str, ...]:
    """The units that the form asks in every one of the periods."""
    catalogue = next((one for one in desk.current.catalogues if one.plan.id == plan), None)
    found = None if catalogue is None else catalogue.form(form)
    if catalogue is None or found is None:
        return ()
    try:
        parsed = [parse_period(one) for one in periods]
    except ValueError:
        return ()
    asked = [found.units_of(catalogue.plan, desk.current.regions, one) for one in parsed]
    return tuple(one for one in asked[0] if all(one in some for some in asked)) if asked else ()


def read_day(text: str) -> date | None:
    """A day as people write it, None for nothing. Raises DossierError."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        shown = text.strip()[:40]
        raise DossierError(
            "field", f"“{shown}”不是日期；请写成 2026-12-01", f"'{shown}' is no day: write 2026-12-01"
        ) from None
