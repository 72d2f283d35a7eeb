"""Who signed a form, for those who may know: a small card, and for who may erase it the way to do so."""

from __future__ import annotations

from typing import Any

from monitor.intake.people import FIELDS, FormPeople

from ..view import View
from . import html
from .form_elements import button, element, form, input_, label
from .parts import card

_REASON_CHARACTERS = 300


def people_card(view: View, people: FormPeople | None, *, erase: str | None = None) -> html.Section | None:
    """None where there is nothing to tell, or the reader may not know. `erase`: the address that erases it, if any."""
    words = view.words
    if people is None or (not people.filled and people.erased_at is None):
        return None
    if people.erased_at is not None and not people.filled:
        told = words("people.erased", time=words.moment(people.erased_at), by=people.erased_by or "")
        return card(words("people.title"), html.P(told, className="quiet"), class_name="people-card")
    filled = people.filled
    pairs = [
        element("div", [element("dt", words(f"people.{name}")), element("dd", filled[name])])
        for name in FIELDS
        if name in filled
    ]
    body: list[Any] = [element("dl", pairs, class_="people")]
    if erase is not None:
        body.append(_erasing(view, erase))
    return card(words("people.title"), body, note=words("people.note"), class_name="people-card")


def _erasing(view: View, address: str) -> Any:
    """Two steps, so that nobody erases by one click: open, read what will happen, confirm."""
    words = view.words
    field = input_("text", "reason", id="erase-reason", maxlength=_REASON_CHARACTERS, required=True,
                   placeholder=words("people.reason_hint"))  # fmt: skip
    sure = button(words("people.sure"), class_="button grave", id="erase-people")
    parts = [
        element("p", words("people.what"), class_="quiet"),
        element("p", [label(words("people.reason"), "erase-reason"), field], class_="field"),
        element("p", sure, class_="buttons"),
    ]
    folded = element("details", [element("summary", words("people.erase")), *parts], class_="fold")
    return form(folded, address, id="erase-form")
