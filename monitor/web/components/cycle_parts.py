"""The small parts of the cycle's pages: what an action said, why nothing can be written, states, days and figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from monitor.catalogue.forms import Call, by_form
from monitor.catalogue.loader import Catalogue
from monitor.catalogue.models import Indicator
from monitor.catalogue.regions import Regions
from monitor.intake.sent_figure import SentFigure
from monitor.method.figures import Figure
from monitor.method.stored import to_sent

from ..address import PageName
from ..notices import Notice
from ..view import View
from ..words import Words
from . import html
from .form_elements import element
from .parts import attributes

# state → (shape, colour), as on the board (board_parts.py); the word comes from the locale
_STATES = {
    "due": ("hatch", "empty"),
    "draft": ("ring", "plain"),
    "rejected": ("cross", "brick"),
    "submitted": ("dot", "light"),
    "returned": ("diamond", "amber"),
    "accepted": ("tick", "strong"),
}
_SEVERITIES = {
    "error": ("cross", "brick"),
    "query": ("diamond", "amber"),
    "warning": ("ring", "plain"),
    "explained": ("tick", "plain"),
}


def mark(shape: str) -> html.Span:
    return html.Span(className=f"glyph g-{shape}", **attributes(aria_hidden="true"))


def state_badge(words: Words, state: str) -> html.Span:
    """Colour, shape and word of a submission's or draft's state."""
    shape, colour = _STATES.get(state, ("ring", "plain"))
    return html.Span([mark(shape), words(f"state.{state}")], className=f"badge k-{colour}")


def severity_badge(words: Words, severity: str) -> html.Span:
    shape, colour = _SEVERITIES[severity]
    return html.Span([mark(shape), words(f"severity.{severity}")], className=f"badge k-{colour}")


def severity_mark(severity: str) -> html.Span:
    return mark(_SEVERITIES[severity][0])


def notice_box(words: Words, notice: Notice) -> Any:
    """What the last action had to tell, read out by screen readers as it appears."""
    chinese = words.language == "zh"
    said: list[Any] = [html.Strong(notice.zh if chinese else notice.en)]
    if notice.lines:
        said.append(html.Ul([html.Li(zh if chinese else en) for zh, en in notice.lines]))
    kind = "strong" if notice.kind == "done" else "brick"
    face = mark("tick" if notice.kind == "done" else "cross")
    return element("div", [face, html.Div(said)], class_=f"notice k-{kind}", role="status", id="notice")


def notice_of(view: View, notice: Notice | None) -> list[Any]:
    """What the last action had to tell, under the title of a page of the cycle."""
    return [] if notice is None else [notice_box(view.words, notice)]


def to(view: View, page: PageName, item: object = "", **changes: str | None) -> str:
    """A link within the cycle, which knows no period and no moment of the dashboard's."""
    href = view.href(page, str(item), **{"period": None, "as_of": None, **changes})
    return href


def here(view: View, **changes: str | None) -> str:
    return replace(view.address, said=None, **changes).href  # type: ignore[arg-type]


def form_name(words: Words, catalogues: Sequence[Catalogue], name: str) -> str:
    """What a form (or the plan that stands for one) is called; its id where it is no longer known."""
    catalogue = by_form(catalogues).get(name)
    if catalogue is None:
        return name
    form = catalogue.form(name)
    return words.text(form.name if form is not None else catalogue.plan.title)


def region_name(words: Words, regions: Regions, code: str) -> str:
    region = regions.get(code)
    return code if region is None else words.region_short(region)


def due_line(words: Words, call: Call | None, today: date, *, is_answered: bool = False) -> Any:
    """The due day, how far it is (unless the call `is_answered` already), and an extension; nothing without a call."""
    if call is None:
        return None
    days = (call.due_on - today).days
    late = call.due_on < today
    far = words("cycle.days_over", n=-days) if late else words("cycle.days_left", n=days)
    face = html.Span([mark("down"), far], className="badge k-brick") if late else html.Span(far, className="quiet")
    parts: list[Any] = [html.Span(words.day(call.due_on)), *([] if is_answered else [" ", face])]
    if call.extended is not None:
        reason = words.text(call.extended.reason)
        parts += [" ", html.Span(words("cycle.extended"), className="mark", title=reason)]
    return html.Span(parts, className="due")


def sent_in_time(words: Words, call: Call, sent: date) -> html.Span:
    """The due day, and whether it was kept."""
    over = (sent - call.due_on).days
    if over > 0:
        face = html.Span([mark("down"), words("cycle.late", n=over)], className="badge k-brick")
    else:
        face = html.Span(words("cycle.in_time"), className="quiet")
    return html.Span([words("cycle.due", date=words.day(call.due_on)), " ", face], className="due")


def exact(indicator: Indicator | None, figure: SentFigure | None) -> Fraction | None:
    """A sent figure in the indicator's unit; None where there is none or it cannot be said."""
    if indicator is None or figure is None:
        return None
    sent = (
        figure.state, figure.numerator, figure.denominator, figure.part_unit, figure.value, figure.unit,
        figure.comparator or "eq",
    )  # fmt: skip
    try:
        found = to_sent(("", "", "", "reported", *sent, False, None, 0), indicator)
    except (ValueError, ZeroDivisionError):
        return None
    return found.value if isinstance(found, Figure) else None


def figure_cell(words: Words, indicator: Indicator | None, figure: SentFigure | None) -> Any:
    """A figure as sent; a rate first as what its parts make, with the parts below."""
    if figure is None:
        return html.Span(words("number.none"), className="none")
    value = exact(indicator, figure)
    if value is None or figure.numerator is None or indicator is None:
        return html.Span(figure.text, className="sent-figure")
    rate = words.amount(float(value), indicator.unit, figure.comparator or "eq")
    return html.Span([html.Span(rate, className="sent-figure"), html.Small(figure.text, className="parts")])
