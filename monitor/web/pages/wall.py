"""The wall: one slide at a time for a meeting room, without bars; assets/wall.js turns to the next."""

from __future__ import annotations

from typing import Any

from monitor.report.wall import Wall

from ..components import html
from ..components.parts import attributes, dotted, hidden, link, synthetic_mark
from ..components.wall_parts import slide_body, slide_title
from ..view import View
from .page import Page


def wall_page(view: View, answer: Wall) -> Page:
    title, rest = slide_title(view.words, answer)
    synthetic = _is_synthetic(answer)
    heading: list[Any] = [title]
    if rest:
        heading.append(html.Span(rest, className="headline-rest"))
    facts = attributes(
        data_seconds=str(answer.seconds),
        data_next=_href(view, answer, answer.next),
        data_previous=_href(view, answer, answer.previous),
        data_leave=view.href("overview"),
    )
    slide = html.Section(
        [
            html.H1(heading),
            html.Div(slide_body(view, answer), className=f"wall-body wall-{answer.slide.kind}"),
            _foot(view, answer, synthetic=synthetic),
        ],
        className="wall",
        **attributes(aria_label=view.words("wall.label", n=answer.number, of=len(answer.slides))),
        **facts,
    )
    return Page(
        title,
        [slide],
        view.address,
        plan_id=answer.overview.plan.id,
        synthetic=synthetic,
        has_moments=False,
        is_bare=True,
    )


def _is_synthetic(answer: Wall) -> bool:
    shown = answer.overview
    return any(e.figure.synthetic for e in shown.entries) or any(unit.synthetic for unit in shown.units)


def _href(view: View, answer: Wall, number: int) -> str:
    return view.here(slide=str(number), seconds=None if answer.seconds == 20 else str(answer.seconds))


def _foot(view: View, answer: Wall, *, synthetic: bool) -> html.Div:
    """What every slide says of its data, how far the wall has come, and what can be done."""
    words, plan = view.words, answer.overview.plan
    facts: list[Any] = [
        words.text(plan.title),
        words("overview.data_as_of", date=words.day(answer.overview.as_of)),
        words("overview.updated_at", time=words.moment(answer.overview.newest)),
    ]
    marks = []
    for number in range(1, len(answer.slides) + 1):
        here = attributes(aria_current="step") if number == answer.number else {}
        face = hidden(words("wall.slide", n=number))
        marks.append(html.Li(html.A(face, href=_href(view, answer, number), **here)))
    said = html.P([dotted(facts), *([synthetic_mark(words)] if synthetic else [])], className="wall-facts-line")
    notice = html.P(words("wall.away"), className="wall-notice", hidden=True, role="status")
    return html.Div(
        [
            html.Div([html.Span(className="wall-clock", **attributes(aria_hidden="true"))], className="wall-time"),
            said,
            notice,
            html.Ol(marks, className="wall-marks", **attributes(aria_label=words("wall.slides"))),
            _controls(view, answer),
        ],
        className="wall-foot",
    )


def _controls(view: View, answer: Wall) -> html.Nav:
    words = view.words
    running = html.Span(words("wall.pause"), className="wall-running")
    pause = html.Button(
        [running, html.Span(words("wall.go_on"), className="wall-paused")],
        type="button", className="tool", hidden=True, title=words("wall.pause_key"), **attributes(data_wall="pause"),
    )  # fmt: skip
    full = html.Button(words("wall.full"), type="button", className="tool", hidden=True, **attributes(data_wall="full"))
    return html.Nav(
        [
            link(words("wall.previous"), _href(view, answer, answer.previous), "tool", words("wall.previous_key")),
            pause,
            link(words("wall.next"), _href(view, answer, answer.next), "tool", words("wall.next_key")),
            full,
            link(words("wall.leave"), view.href("overview"), "tool", words("wall.leave_key")),
        ],
        className="wall-controls",
        **attributes(aria_label=words("wall.controls")),
    )
