"""The small parts of the pages of supervision: steps, states as colour, shape and word, names, fields of forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.regions import Regions
from monitor.supervision.days import Objection, objection, timing
from monitor.supervision.dossier import Item, Supervision
from monitor.supervision.standing import Standing, late_units

from ..identity import Person
from ..notices import Notice
from ..view import View
from ..words import Words
from . import html
from .cycle_parts import mark
from .form_elements import button, element, form, input_, label, textarea
from .parts import attributes, link

STEPS = ("requested", "notified", "analysed", "drafted", "issued", "closed")
_STATES = {
    "accepted": ("tick", "strong"), "submitted": ("dot", "light"), "returned": ("diamond", "amber"),
    "draft": ("ring", "plain"), "not_sent": ("hatch", "empty"),
}  # fmt: skip
_ITEMS = {
    "open": ("ring", "plain"), "answered": ("dot", "light"), "sent_back": ("diamond", "amber"),
    "accepted": ("tick", "strong"),
}  # fmt: skip
_TIMES = {"ahead": ("ring", "plain"), "near": ("diamond", "light"), "overdue": ("cross", "brick")}
_OBJECTIONS = {
    "open": ("dot", "light"), "objected": ("diamond", "amber"), "none": ("tick", "strong"),
    "deemed_none": ("tick", "plain"),
}  # fmt: skip
_STEPS = {"requested": "ring", "closed": "tick"}


@dataclass(frozen=True)
class Shown:
    """What one supervision's page is drawn from. `handles`: whether the reader supervises; `doable`: whether anything
    can be done here (not in the past, not when it is closed). `board`: where the reports in sight stand.
    `catalogue`: the plan's, None where that is gone.
    """

    view: View
    person: Person
    state: Supervision
    board: Sequence[Standing]
    regions: Regions
    catalogue: Catalogue | None
    today: date
    handles: bool
    doable: bool
    onsite: Sequence[Supervision] = ()
    notice: Notice | None = None

    @property
    def words(self) -> Words:
        return self.view.words

    @property
    def supervises(self) -> bool:
        """Whether the reader can do what supervising people do, here and now."""
        return self.doable and self.handles

    def unit(self, code: str) -> str:
        region = self.regions.get(code)
        return code if region is None else self.words.region_short(region)

    def typed(self, name: str, default: str = "") -> str:
        """What was written in a form that was refused, else the default."""
        told = dict(self.notice.typed) if self.notice is not None else {}
        return told.get(name, default)

    def said(self, zh: str, en: str) -> str:
        return zh if self.words.language == "zh" else en

    def path(self, verb: str) -> str:
        return f"/do/duty/supervision/{self.state.dossier}/{verb}"


def badge_of(shape: str, colour: str, said: str) -> html.Span:
    return html.Span([mark(shape), said], className=f"badge k-{colour}")


def standing_badge(words: Words, state: str) -> html.Span:
    shape, colour = _STATES[state]
    return badge_of(shape, colour, words(f"supervision.standing_{state}"))


def item_badge(words: Words, state: str) -> html.Span:
    shape, colour = _ITEMS[state]
    return badge_of(shape, colour, words(f"supervision.item_{state}"))


def objection_badge(words: Words, state: Objection) -> html.Span:
    shape, colour = _OBJECTIONS[state]
    return badge_of(shape, colour, words(f"supervision.objection_{state}"))


def due_mark(words: Words, due: date, today: date, *, is_done: bool) -> html.Span:
    """The day, and how near it is while something is owed."""
    if is_done:
        return html.Span(words.day(due), className="due")
    how = timing(due, today)
    shape, colour = _TIMES[how]
    days = abs((due - today).days)
    return html.Span(
        [words.day(due), " ", badge_of(shape, colour, words(f"supervision.due_{how}", n=days))], className="due"
    )


def step_badge(words: Words, state: Supervision) -> html.Span:
    """How far a supervision has come."""
    if state.is_onsite and state.step == "requested":
        return badge_of("ring", "plain", words("supervision.step_requested"))
    shape = _STEPS.get(state.step, "dot")
    return badge_of(shape, "strong" if state.step == "closed" else "light", words(f"supervision.step_{state.step}"))


def steps_of(view: View, state: Supervision) -> Any:
    """The chain, with what is done and where it stands now."""
    words = view.words
    names = [name for name in STEPS if not state.is_onsite or name in ("requested", "notified", "closed")]
    at = names.index(state.step)
    items = []
    for place, name in enumerate(names):
        done = place <= at
        shape = "tick" if done else "ring"
        current: dict[str, Any] = attributes(aria_current="step") if place == at else {}
        said = words("supervision.step_done" if done else "supervision.step_to_come")
        parts = [mark(shape), words(f"supervision.step_{name}"), html.Span(f" {said}", className="unseen")]
        items.append(html.Li(parts, className="done" if done else None, **current))
    return html.Ol(items, className="supervision-steps", **attributes(aria_label=words("supervision.steps")))


def overdue_items(state: Supervision, today: date) -> list[Item]:
    return [one for one in state.items if one.is_owed and timing(one.due, today) == "overdue"]


def near_items(state: Supervision, today: date) -> list[Item]:
    return [one for one in state.items if one.is_owed and timing(one.due, today) == "near"]


def finding_of(words: Words, state: Supervision, board: Sequence[Standing], today: date) -> str:
    """What one supervision needs now, in one sentence."""
    parts = []
    late, overdue, near = late_units(board), overdue_items(state, today), near_items(state, today)
    if state.closed is None:
        if late:
            parts.append(words("supervision.said_late", n=len(late), of=len(state.request.units)))
        if overdue:
            parts.append(words("supervision.said_overdue", n=len(overdue)))
        if near:
            parts.append(words("supervision.said_near", n=len(near)))
        answered = sum(one.state == "answered" for one in state.items)
        if answered:
            parts.append(words("supervision.said_answered", n=answered))
        parts += _of_objections(words, state, today)
    if not parts:
        is_told = state.is_onsite and state.step == "notified"
        parts.append(words("supervision.told_onsite" if is_told else f"supervision.said_{state.step}"))
    return words("supervision.comma").join(parts)


def _of_objections(words: Words, state: Supervision, today: date) -> list[str]:
    """How the units stand to an on-site report: by data there are no deliveries, and nothing is said."""
    found = [objection(one.received_on, one.said_on, today, objects=one.objects) for one in state.deliveries.values()]
    names = ("open", "objected", "none", "deemed_none")
    return [words(f"supervision.said_{name}", n=found.count(name)) for name in names if name in found]


def day_field(words: Words, name: str, said: str, value: str, identity: str, *, required: bool = True) -> Any:
    field = input_("date", name, value or None, id=identity, required=required)
    return element("p", [label(said, identity), field], class_="field")


def text_area(
    words: Words, name: str, said: str, value: str, identity: str, *, rows: int = 2, required: bool = True
) -> Any:
    field = textarea(name, value, id=identity, rows=rows, required=required, maxlength=5000)
    return element("p", [label(said, identity), field], class_="field")


def line_field(
    words: Words, name: str, said: str, value: str, identity: str, *, required: bool = True, note: str = ""
) -> Any:
    field = input_("text", name, value or None, id=identity, required=required, maxlength=120)
    parts = [label(said, identity), field, *([element("small", note)] if note else [])]
    return element("p", parts, class_="field")


def checks(name: str, legend: str, options: Sequence[tuple[str, str]], chosen: Sequence[str] = ()) -> Any:
    """Boxes to tick, as a group with its name."""
    boxes = [
        label([input_("checkbox", name, value, checked=value in chosen), said], class_="check")
        for value, said in options
    ]
    return element("fieldset", [element("legend", legend), element("div", boxes, class_="checks")], class_="field")


def doing(
    children: list[Any], action: str, said: str, identity: str, *, files: bool = False, grave: bool = False
) -> Any:
    """A form with its button."""
    look = "button grave" if grave else "button primary"
    more = {"enctype": "multipart/form-data"} if files else {}
    press = element("p", button(said, class_=look, id=identity), class_="buttons")
    return form([*children, press], action, class_="fields", id=f"{identity}-form", **more)


def folded(said: str, children: Any, *, is_open: bool = False) -> Any:
    return element("details", [element("summary", said), children], class_="fold", open=is_open or None)


def moment_by(words: Words, at: datetime, by: str) -> str:
    return f"{words.moment(at)} · {by}"


def template_link(view: View, form_id: str, unit: str, period: str) -> html.A:
    href = f"/download/template?form={form_id}&region={unit}&period={period}"
    return html.A(view.words("supervision.template"), href=href, download="")


def submission_link(view: View, number: int, revision: int | None) -> html.A:
    said = view.words("supervision.submission", n=number, revision=revision or 1)
    return link(said, view.href("submission", str(number), period=None))
