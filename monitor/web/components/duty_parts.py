"""What the pages around the plan share: the row of links from one to the other, and papers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from monitor.dossier.acts import Paper

from ..address import PageName
from ..gatekeeper import PAGE_ACTIONS
from ..identity import Person
from ..view import View
from . import html
from .form_elements import element, input_, label
from .parts import attributes

DUTIES: tuple[PageName, ...] = ("rounds", "tasks", "levels", "supervision", "budget", "pooling", "duties")


def duty_tabs(view: View, person: Person) -> html.Nav:
    """One link for each page around the plan that is open to who asks; the present one is marked."""
    words, here = view.words, view.address.page
    items = []
    for name in DUTIES:
        if person.may(PAGE_ACTIONS[name]):
            current = attributes(aria_current="page") if name == here else {}
            items.append(html.Li(html.A(words(f"duty.{name}"), href=view.href(name, period=None), **current)))
    return html.Nav(html.Ul(items, className="duty-tabs"), **attributes(aria_label=words("duty.tabs")))


def paper_links(view: View, papers: Sequence[Paper]) -> Any:
    """Papers as links that save them, each with its size and the beginning of its SHA-256."""
    items = []
    for paper in papers:
        size = f"{paper.size / 1000:,.0f} kB" if paper.size >= 1000 else f"{paper.size} B"
        said = html.Span(f"{size} · {paper.sha256[:12]}", className="quiet", title=f"SHA-256 {paper.sha256}")
        save = html.A(paper.name, href=f"/paper/{paper.seq}/{paper.number}", download="")
        items.append(html.Li([save, " ", said]))
    return html.Ul(items, className="papers")


def papers_field(view: View, identity: str) -> Any:
    """Where files are chosen in a form (which must be `enctype="multipart/form-data"`)."""
    name = label(view.words("duty.papers"), identity)
    return element("p", [name, " ", input_("file", "papers", id=identity, multiple=True)], class_="field")
