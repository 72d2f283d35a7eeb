"""Pages that say what is wrong: nothing at this address, a part of it that cannot be read, or our own failure."""

from __future__ import annotations

from ..address import AddressError
from ..components.states import problem_body
from ..view import View
from .page import Page


def not_found(view: View, kind: str = "not_found", text: str = "", **named: str) -> Page:
    """`kind`: not_found, indicator, region, outside (of the plan) or plan."""
    words = view.words
    title = words(f"error.{kind}_title")
    body = problem_body(view, title, words(f"error.{kind}_body", text=text, **named))
    crumbs = ((words("overview.title"), view.href("overview")), (title, None))
    return Page(title, body, view.address, crumbs, status=404)


def forbidden(view: View, elsewhere: tuple[str, str] | None = None) -> Page:
    """Of a page that the reader's role does not open; it leads to what it opens.

    `elsewhere`: on a read-only copy, that and where it is open, in Chinese and English.
    """
    words = view.words
    title = words("error.forbidden_title") if elsewhere is None else words("reader.title")
    said = words("error.forbidden_body") if elsewhere is None else elsewhere[0 if words.language == "zh" else 1]
    body = problem_body(view, title, said, way=(words("nav.who_title"), view.href("me")))
    return Page(title, body, view.address, ((title, None),), status=403, has_moments=False)


def unreadable(view: View, error: AddressError) -> Page:
    words = view.words
    title = words(f"error.{error.code}_title")
    text = error.en if words.language == "en" else error.zh
    return Page(title, problem_body(view, title, text), view.address, ((title, None),), status=404)


def failed(view: View, fault_id: str) -> Page:
    words = view.words
    title = words("error.failed_title")
    body = problem_body(view, title, words("error.failed_body", id=fault_id), retry=True)
    return Page(title, body, view.address, ((title, None),), status=500)
