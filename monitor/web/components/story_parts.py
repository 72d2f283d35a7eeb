"""One revision of a cell with its story: what it said, where it is from, who did and said what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from monitor.catalogue.models import Indicator
from monitor.report.timeline import CellRevision, Happened, Said

from ..view import View
from ..words import Words
from . import html
from .cycle_parts import state_badge
from .notes import note_spans
from .parts import dotted, link, synthetic_mark


def value_text(words: Words, indicator: Indicator, one: CellRevision) -> str:
    """The figure of a revision with its unit, or why it has none."""
    if one.figure is not None:
        return words.amount(float(one.figure.value), indicator.unit, one.comparator)
    return absence_text(words, one)


def absence_text(words: Words, one: CellRevision) -> str:
    """What the cell was sent as where it has no figure."""
    return words.known("compare", f"cell_{one.state}") if f"compare.cell_{one.state}" in words else one.state


def submission_link(view: View, one: CellRevision) -> html.A:
    number = one.carried_from or one.submission_id
    return link(f"#{number}", view.href("submission", str(number), period=None, as_of=None), "more")


def revision_item(view: View, indicator: Indicator, one: CellRevision) -> html.Li:
    """What a revision said of the cell, where it is from, and all that was done with it and said of it, in time."""
    words = view.words
    head: list[Any] = [
        html.Strong(value_text(words, indicator, one)),
        state_badge(words, one.submission_state),
        html.Span(words.known("vintage", one.vintage), className="quiet"),
        html.Span([words("history.revision", n=one.revision), " ", submission_link(view, one)], className="quiet"),
    ]
    if one.synthetic:
        head.append(synthetic_mark(words))
    if one.estimated:
        head.append(html.Span(words("mark.estimated"), className="mark"))
    told: list[tuple[datetime, Any]] = [(event.at, _event(words, event)) for event in one.events]
    told += [(remark.at, _said(words, remark, "remark")) for remark in one.remarks]
    # one text may answer several queries
    told += [(answer.at, _said(words, answer, "answer")) for answer in dict.fromkeys(one.explanations)]
    lines = [line for _, line in sorted(told, key=lambda one: one[0])]
    return html.Li(
        [
            html.Div(head, className="story-head"),
            html.P(dotted(_facts(words, one)), className="quiet"),
            html.Ul(lines, className="story-events"),
        ],
        className=f"r-{one.submission_state}",
    )


def _facts(words: Words, one: CellRevision) -> list[Any]:
    facts: list[Any] = []
    if one.numerator is not None and one.denominator is not None:
        parts = {"numerator": words.number(float(one.numerator)), "denominator": words.number(float(one.denominator))}
        facts.append(words("evidence.parts", unit=words.unit(one.part_unit or ""), **parts).rstrip())
    place = one.file_name if one.line is None else words("history.line", file=one.file_name, line=one.line)
    facts.append(place)
    if one.source:
        facts.append(words("evidence.source", text=one.source))
    if one.published_on is not None:
        facts.append(words("evidence.published", date=words.day(one.published_on)))
    if one.note:
        facts += note_spans(words, one.note)
    return facts


def _event(words: Words, one: Happened) -> html.Li:
    parts: list[Any] = [
        html.Span(words.moment(one.at), className="when"),
        words.known("event", one.action),
        one.actor,
    ]
    line: list[Any] = [dotted(parts)]
    if one.text:
        line.append(html.Span(f"“{one.text}”", className="said-why"))
    return html.Li(line)


def _said(words: Words, one: Said, kind: str) -> html.Li:
    whole = words("history.of_whole") if one.whole else ""
    parts: list[Any] = [html.Span(words.moment(one.at), className="when"), words(f"history.{kind}") + whole, one.actor]
    return html.Li([dotted(parts), html.Span(f"“{one.text}”", className="said-why")])
