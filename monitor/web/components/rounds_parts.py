"""The small parts of the pages of rounds: states, conclusions and marks, always colour, shape and word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from monitor.evaluation.conclusions import (
    ANSWERS,
    CONCLUSIONS,
    OUTLOOKS,
    ROUND_NAMES,
    Answer,
    ConclusionCode,
    Outlook,
    RoundKind,
)
from monitor.evaluation.rounds import Comment, Conclusion, Round, Subject
from monitor.report.desk import Desk

from ..view import View
from ..words import Words
from . import html
from .cycle_parts import mark
from .duty_parts import paper_links
from .upkeep_parts import moment_mark

_STATES = {"open": ("dot", "light"), "approved": ("tick", "strong"), "withdrawn": ("ring", "plain")}
_DECISIONS = {"waiting": ("ring", "light"), "approved": ("tick", "strong"), "returned": ("diamond", "amber")}
_CONCLUSIONS: Mapping[ConclusionCode, tuple[str, str]] = {
    "early": ("tick", "strong"),
    "achieved": ("tick", "strong"),
    "expected": ("up", "strong"),
    "nearly": ("diamond", "amber"),
    "hard": ("down", "brick"),
    "missed": ("cross", "brick"),
    "held": ("tick", "strong"),
    "breached": ("cross", "brick"),
    "undecidable": ("ring", "plain"),
}
_GOOD = frozenset({"achieved", "held", "ahead", "on_schedule"})
_BAD = frozenset({"behind", "below_baseline", "slipped", "missed", "breached"})


def in_language(words: Words, pair: tuple[str, str]) -> str:
    return pair[0 if words.language == "zh" else 1]


def kind_name(words: Words, kind: RoundKind) -> str:
    return in_language(words, ROUND_NAMES[kind])


def outlook_name(words: Words, outlook: Outlook) -> str:
    return in_language(words, OUTLOOKS[outlook])


def answer_name(words: Words, answer: Answer) -> str:
    return in_language(words, ANSWERS[answer])


def conclusion_name(words: Words, code: ConclusionCode) -> str:
    return in_language(words, (CONCLUSIONS[code].zh, CONCLUSIONS[code].en))


def round_badge(words: Words, state: str) -> html.Span:
    shape, colour = _STATES[state]
    return html.Span([mark(shape), words(f"rounds.state_{state}")], className=f"badge k-{colour}")


def decision_badge(words: Words, decision: str) -> html.Span:
    shape, colour = _DECISIONS[decision]
    return html.Span([mark(shape), words(f"rounds.decision_{decision}")], className=f"badge k-{colour}")


def conclusion_badge(words: Words, code: ConclusionCode | None) -> html.Span:
    """None: nothing was proposed."""
    if code is None:
        return html.Span([mark("hatch"), words("rounds.no_conclusion")], className="badge k-empty")
    shape, colour = _CONCLUSIONS[code]
    return html.Span([mark(shape), conclusion_name(words, code)], className=f"badge k-{colour}")


def differs_mark(words: Words) -> html.Span:
    """Conclusion and computed class say two things."""
    title = words("rounds.differs_title")
    return html.Span([mark("diamond"), words("rounds.differs")], className="badge k-amber differs", title=title)


def assessed_mark(words: Words, one: Subject) -> html.Span:
    """Whether the self-assessment of an indicator is there."""
    if one.assessment is not None:
        late = one.assessment.late
        shape, colour = ("diamond", "amber") if late else ("tick", "strong")
        said = words("rounds.assessed_late" if late else "rounds.assessed")
    elif one.missing is not None:
        shape, colour, said = "ring", "plain", words("rounds.missing_told")
    else:
        shape, colour, said = "hatch", "empty", words("rounds.not_assessed")
    return html.Span([mark(shape), said], className=f"badge k-{colour}")


def conclusion_of(view: View, one: Conclusion) -> html.Li:
    """One proposal with its reason, papers and what became of it."""
    words = view.words
    head: list[Any] = [conclusion_badge(words, one.code), " ", decision_badge(words, one.decision)]
    if one.differs:
        head += [" ", differs_mark(words)]
    parts: list[Any] = [
        html.P(head, className="verdict"),
        html.P([words("rounds.proposed_by", name=one.by), " ", moment_mark(words, one.at)], className="quiet"),
    ]
    if one.reason:
        parts.append(told_text(words("rounds.reason"), one.reason))
    if one.papers:
        parts.append(paper_links(view, one.papers))
    if one.decided_by is not None:
        said = words(f"rounds.by_{one.decision}", name=one.decided_by)
        parts.append(html.P([said, " ", moment_mark(words, one.decided_at)], className="quiet"))
        if one.decided_reason:
            parts.append(told_text(words("rounds.returned_reason"), one.decided_reason))
    return html.Li(parts)


def comment_of(view: View, one: Comment, name: str, extra: Sequence[Any] = ()) -> html.Li:
    """A comment and its answer. `name`: of what it is about; `extra`: the form of who may answer."""
    words = view.words
    by = words("rounds.comment_by", name=one.by, about=name)
    parts: list[Any] = [html.P([html.Strong(by), " ", moment_mark(words, one.at)]), said_text(one.text)]
    if one.papers:
        parts.append(paper_links(view, one.papers))
    if one.answer is None:
        parts.append(html.P([mark("ring"), " ", words("rounds.unanswered")], className="quiet"))
    else:
        given = words("rounds.answered_by", name=one.answered_by or "", answer=answer_name(words, one.answer))
        parts.append(html.P([html.B(given), " ", moment_mark(words, one.answered_at)]))
        if one.answer_reason:
            parts.append(said_text(one.answer_reason))
    return html.Li([*parts, *extra])


def told_text(name: str, text: str) -> html.P:
    return html.P([html.B(name), " ", text], className="said-text")


def said_text(text: str) -> html.P:
    return html.P(text, className="said-text")


def spoken(words: Words, desk: Desk, told: Round) -> Round:
    """The round with its indicators and units named in the reader's language, as the frozen catalogue names them."""
    if words.language == "zh":
        return told
    plan = desk.configuration(told.as_of).plan(told.plan)
    names = {one.id: words.text(one.name) for one in plan.indicators}
    units = {one.id: words.text(one.owner) for one in plan.indicators if one.owner is not None}
    subjects = tuple(
        replace(one, name=names[one.indicator], unit=units.get(one.indicator, one.unit)) for one in told.subjects
    )
    return replace(told, subjects=subjects)


def headline(words: Words, told: Round) -> str:
    """The finding: how many are well, how many are not, how many conclusions differ, whose self-assessments lack."""
    good = sum(one.computed in _GOOD for one in told.subjects)
    bad = sum(one.computed in _BAD for one in told.subjects)
    said = words("rounds.headline", title=told.title, n=len(told.subjects), good=good, bad=bad)
    if told.differing:
        said += words("rounds.headline_differ", n=len(told.differing))
    if told.state == "open" and told.without_assessment:
        said += words("rounds.headline_missing", n=len(told.without_assessment))
    return said


def lacking_units(words: Words, told: Round) -> list[str]:
    """`unit 3`: whose self-assessments are lacking, in the order of the indicators."""
    counted = Counter(one.unit or words("rounds.no_unit") for one in told.without_assessment)
    return [words("rounds.unit_n", unit=unit, n=n) for unit, n in counted.items()]
