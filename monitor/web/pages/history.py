"""The history of one cell: what it showed from when to when, and every revision with what was said of it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from monitor.catalogue.models import Indicator
from monitor.report.timeline import KnownStep, Timeline

from ..components import html
from ..components.parts import attributes, card, dotted, link, page_head, synthetic_mark
from ..components.story_parts import revision_item, submission_link, value_text
from ..components.take import take_table
from ..components.why import as_known, why
from ..view import View
from ..words import Words
from .page import Page


def history_page(view: View, story: Timeline, *, hidden: bool, asked: Indicator) -> Page:
    """`hidden`: the reader may not see what was never accepted, and is told so. `asked`: the indicator asked for, which
    may take its figures from the story's.
    """
    words = view.words
    name, place = words.text(story.indicator.name), words.region(story.region)
    title = _headline(words, story)
    href = view.href("indicator", story.indicator.id, region=story.region.code, period=story.period.code)
    facts: list[Any] = [
        link(name, href),
        link(place, view.href("region", story.region.code, period=None)),
        story.period.code,
        words("reporting.as_of", date=view.as_of),
    ]
    marks = [synthetic_mark(words)] if story.synthetic else []
    body: list[Any] = [page_head(title, html.P(dotted(facts), className="subtitle"), html.Span(), marks=marks)]
    if asked.id != story.indicator.id:
        body.append(html.P(words("history.aligned", asked=words.text(asked.name), name=name), className="subtitle"))
    if not story.revisions:
        mark = html.Span(className="glyph g-hatch", **attributes(aria_hidden="true"))
        cell = f"{asked.id}/{story.region.code}/{story.period.code}"
        said = html.Div(
            [
                html.Strong(words("history.empty")),
                html.P(words("history.empty_body")),
                html.P([words("history.empty_shown"), link(words("why.title"), view.href("explain", cell))]),
            ]
        )
        body.append(html.Div([mark, said], className="state"))
    else:
        body.append(
            html.Div([_steps_card(view, story), _revisions_card(view, story, hidden=hidden)], className="stack")
        )
    crumbs = (
        (words("overview.title"), view.href("overview")),
        (name, href),
        (words("history.crumb", region=words.region_short(story.region), period=story.period.code), None),
    )
    return Page(title, body, view.address, crumbs, story.plan.id, synthetic=story.synthetic)


def _headline(words: Words, story: Timeline) -> str:
    place = {"name": words.text(story.indicator.name), "region": words.region_short(story.region),
             "period": story.period.code}  # fmt: skip
    if not story.steps:
        return words("history.headline_unknown", n=len(story.revisions), **place)
    shown = [value_text(words, story.indicator, step.revision) for step in story.steps]
    changes = sum(before != after for before, after in pairwise(shown))
    return words("history.headline" if changes else "history.headline_once", value=shown[-1], n=changes, **place)


def _steps_card(view: View, story: Timeline) -> html.Section:
    """What somebody who looked on a day saw."""
    words = view.words
    title = words("history.steps_title")
    if not story.steps:
        return card(title, html.P(words("history.steps_none"), className="quiet"))
    heads = ["value", "vintage", "since", "until", "submission"]
    head = html.Tr([html.Th(words(f"history.h_{one}"), scope="col", className=f"h-{one}") for one in heads])
    rows = [_step_row(view, story, step) for step in reversed(story.steps)]
    table = html.Table(
        [html.Caption(title, className="unseen"), html.Thead(head), html.Tbody(rows)],
        className="plain steps",
        key="steps",
    )
    box = html.Div(table, className="table-wrap", tabIndex=0, role="region", **attributes(aria_label=title))
    foot = [words("overview.foot_as_of", date=view.as_of), take_table(view, "steps")]
    return card(title, box, note=words("history.steps_note"), foot=foot)


def _step_row(view: View, story: Timeline, step: KnownStep) -> html.Tr:
    words, one = view.words, step.revision
    until = words("history.still") if step.until is None else words.moment(step.until)
    then = view if step.until is None else as_known(view, step.since)
    cell = (story.indicator.id, story.region.code, story.period)
    return html.Tr(
        [
            html.Th(why(then, value_text(words, story.indicator, one), *cell), scope="row", className="num"),
            html.Td(words.known("vintage", one.vintage), className="vintage"),
            html.Td(words.moment(step.since), className="when"),
            html.Td(until, className="when"),
            html.Td(submission_link(view, one)),
        ]
    )


def _revisions_card(view: View, story: Timeline, *, hidden: bool) -> html.Section:
    words = view.words
    sent = [one for one in story.revisions if one.carried_from is None]
    items = [revision_item(view, story.indicator, one) for one in reversed(sent)]
    carried = len(story.revisions) - len(sent)
    foot = [words("history.carried", n=carried)] if carried else []
    if hidden:
        foot.append(words("history.hidden"))
    count = html.Span(words("history.revisions", n=len(sent)), className="tally")
    return card(words("history.revisions_title"), html.Ol(items, className="story"), marks=[count], foot=foot)
