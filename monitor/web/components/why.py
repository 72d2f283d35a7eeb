"""A number that is a link to its explanation: every figure explains itself with one click and one address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from monitor.catalogue.periods import Period
from monitor.report.as_of import format_as_of
from monitor.report.figures import Figure

from ..view import View
from . import html


def why(
    view: View,
    shown: Any,
    indicator_id: str,
    region_code: str,
    period: Period | str,
    *,
    title: str = "",
    class_name: str = "",
) -> html.A:
    """`shown` as a link to /explain/INDICATOR/REGION/PERIOD of the same plan, day and language.

    `title`: where the figure comes from, in short. The words for those who hear the page follow the visible ones, so
    that the link's name begins with what is seen.
    """
    words = view.words
    return html.A(
        [shown, html.Span(words("why.heard"), className="unseen")],
        href=explain_href(view, indicator_id, region_code, period),
        className=f"why {class_name}".rstrip(),
        title=title or words("why.title"),
    )


def explained(view: View, shown: Any, figure: Figure, lines: Sequence[str] = (), *, class_name: str = "") -> html.A:
    """A judged figure as the link to its explanation; `lines`: where it comes from, in short."""
    cell = (figure.indicator_id, figure.region_code, figure.period)
    return why(view, shown, *cell, title="\n".join(lines), class_name=class_name)


def explain_href(view: View, indicator_id: str, region_code: str, period: Period | str) -> str:
    """The address of a figure's explanation; what belongs to one page alone is dropped, the chosen period too."""
    address = view.address
    code = period if isinstance(period, str) else period.code
    language = address.language if address.language_in_url else None
    return f"/explain/{_quoted(indicator_id)}/{_quoted(region_code)}/{_quoted(code)}" + _query(
        address.plan, address.as_of, language
    )


def as_known(view: View, moment: datetime | None) -> View:
    """The view as of a moment (naive UTC, None = as it is), for links to what was known then."""
    if moment is None:
        return view
    return replace(view, address=replace(view.address, as_of=format_as_of(moment)))


@lru_cache(maxsize=4096)
def _quoted(part: str) -> str:
    return quote(part, safe="")


@lru_cache(maxsize=256)
def _query(plan: str | None, as_of: str | None, language: str | None) -> str:
    """The same names in the same order as Address.href: a page has hundreds of these links and one query."""
    query = urlencode({key: value for key, value in (("plan", plan), ("as_of", as_of), ("lang", language)) if value})
    return f"?{query}" if query else ""
