"""How the server does: the verdict in words, and each point with its figures and what to do where it is not well."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from monitor.watch.recent import Line

from ..components import html
from ..components.cycle_parts import notice_of, to
from ..components.form_elements import element
from ..components.parts import attributes, card, link, page_head
from ..components.upkeep_parts import cell, level_badge, moment_mark, result_badge, run_button, table_of
from ..condition import Condition
from ..identity import Person
from ..notices import Notice
from ..points import Point, points_of, verdict
from ..view import View
from .page import Page

_LINES = 20


def status_page(view: View, person: Person, now: Condition, notice: Notice | None) -> Page:
    words = view.words
    points = points_of(words, now)
    title = verdict(words, points)
    subtitle = html.P(words("status.subtitle", at=words.moment(now.now)), className="subtitle")
    again = link(words("upkeep.again"), to(view, "status"), "button")
    body: list[Any] = [page_head(title, subtitle, again)]
    body += notice_of(view, notice)
    running = {one.name for one in now.jobs if one.running is not None}
    cards = [_card(view, person, one, running) for one in points]
    body.append(element("div", cards, class_="points", id="points", data_live="", data_again="3" if running else None))
    body.append(html.Div([_lines(view, now.lines)], className="stack"))
    return Page(title, body, view.address, ((words("nav.status"), None),), has_moments=False)


def _card(view: View, person: Person, point: Point, running: set[str]) -> html.Section:
    words = view.words
    body: list[Any] = [html.P([level_badge(words, point.level), " ", point.said], className="verdict")]
    if point.advice:
        body.append(html.P(point.advice, className="advice"))
    facts = [part for name, said in point.facts for part in (element("dt", name), element("dd", said))]
    if facts:
        body.append(element("dl", facts, class_="facts"))
    ways: list[Any] = []
    if point.job is not None and point.level != "well" and person.may("run_jobs"):
        title = words(f"status.point_{point.name}")
        if point.job in running:
            ways.append(result_badge(words, "running"))
        else:
            ways.append(run_button(words, point.job, title, "status", primary=point.level == "fault"))
    if point.page is not None:
        ways.append(link(words(f"nav.{point.page}"), to(view, point.page), "button"))
    if ways:
        body.append(element("div", ways, class_="buttons"))
    return card(words(f"status.point_{point.name}"), body, class_name=f"point-card is-{point.level}")


def _lines(view: View, lines: Sequence[Line]) -> html.Section:
    """The newest warnings and errors of the log."""
    words = view.words
    if not lines:
        return card(words("status.log_title"), html.P(words("status.log_none"), className="quiet"))
    keys = ("status.log_at", "status.log_level", "status.log_text")
    rows = []
    for line in lines[:_LINES]:
        level = "fault" if line.level >= logging.ERROR else "heed"
        said = words("status.log_error" if level == "fault" else "status.log_warning")
        rows.append(
            html.Tr(
                [
                    cell(words, keys[0], moment_mark(words, line.at), "when"),
                    cell(words, keys[1], html.Span(said, className=f"log-{level}")),
                    cell(words, keys[2], html.Span(line.text, **attributes(lang="en")), "detail"),
                ]
            )
        )
    tally = html.Span(words("status.log_of", n=min(len(lines), _LINES), total=len(lines)), className="tally")
    table = table_of(words, keys, rows, "log-lines")
    return card(
        words("status.log_title"), table, note=words("status.log_note"), marks=[tally], class_name="office-card"
    )
