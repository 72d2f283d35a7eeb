"""One indicator of a round: what is computed, what its unit says, what people conclude, and the forms for all three."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.access.names import same_person
from monitor.evaluation.assessing import may_assess
from monitor.evaluation.consulting import may_comment
from monitor.evaluation.frozen import frozen_scorecard
from monitor.evaluation.rounds import Assessment, Round, Subject

from ..components import html
from ..components.cycle_parts import notice_of
from ..components.duty_parts import duty_tabs, paper_links
from ..components.form_elements import element
from ..components.parts import badge, card, dotted, link, page_head, synthetic_mark
from ..components.rounds_forms import answer_form, assess_form, comment_form, decide_form, missing_form, propose_form
from ..components.rounds_parts import (
    assessed_mark,
    comment_of,
    conclusion_badge,
    conclusion_name,
    conclusion_of,
    differs_mark,
    outlook_name,
    told_text,
)
from ..components.upkeep_parts import moment_mark
from ..view import View
from .page import Page

if TYPE_CHECKING:
    from ..duties import DutyAsked


def subject_page(asked: DutyAsked, told: Round, indicator: str) -> Page:
    """Raises DossierError (unknown)."""
    view, words = asked.view, asked.view.words
    one = told.subject(indicator)
    computed = words.class_name(one.computed)
    newest = one.conclusion
    concluded = words("rounds.no_conclusion") if newest is None else conclusion_name(words, newest.code)
    title = words("rounds.headline_one", name=one.name, computed=computed, conclusion=concluded)
    facts = [told.title, one.unit or words("rounds.no_unit"), told.period]
    if asked.as_of is not None:
        facts.append(words("rounds.known_at", moment=words.moment(asked.as_of)))
    is_open = asked.as_of is None and told.state == "open"
    cards = [
        _figure(asked, told, one),
        _assessments(asked, told, one, is_open=is_open),
        _conclusions(asked, told, one, is_open=is_open),
        _comments(asked, told, one, is_open=is_open),
    ]
    body: list[Any] = [
        duty_tabs(view, asked.person),
        page_head(title, html.P(dotted(facts), className="subtitle"), html.Span()),
        *notice_of(view, asked.notice),
        html.Div(cards, className="stack"),
    ]
    crumbs = (
        (words("duty.rounds"), view.href("rounds", period=None)),
        (told.title, view.href("rounds", told.id, period=None)),
        (one.name, None),
    )
    return Page(title, body, view.address, crumbs, told.plan)


def _typed(asked: DutyAsked, mine: str) -> dict[str, str]:
    """What was typed into the form that has the field `mine`, and refused."""
    typed = dict(asked.notice.typed) if asked.notice is not None else {}
    return typed if mine in typed else {}


def _figure(asked: DutyAsked, told: Round, one: Subject) -> html.Section:
    view, words = asked.view, asked.view.words
    frame = frozen_scorecard(asked.desk, told).frame
    row = frame[frame["indicator_id"] == one.indicator].iloc[0]
    value = float(row["value"])
    said = words.amount(None if value != value else value, str(row["unit"]), str(row["comparator"]))
    figure: list[Any] = [html.Strong(said)]
    if row["synthetic"]:
        figure += [" ", synthetic_mark(words)]
    cell = f"{one.indicator}/{told.region}/{told.period}"
    why = link(words("rounds.explain"), view.href("explain", cell, period=None, as_of=told.snapshot))
    shown: list[tuple[str, Any]] = [
        ("rounds.value", figure),
        ("rounds.baseline", str(row["baseline_printed"])),
        ("rounds.target", str(row["target_printed"])),
        ("rounds.computed", [badge(words, one.computed), " ", why]),
    ]
    if one.reason:
        shown.append(("rounds.computed_reason", words.join([words.reason(part) for part in one.reason.split(";")])))
    newest = one.conclusion
    verdict: list[Any] = [conclusion_badge(words, None if newest is None else newest.code)]
    if newest is not None and newest.differs:
        verdict += [" ", differs_mark(words)]
    shown.append(("rounds.conclusion", verdict))
    facts = [part for key, text in shown for part in (element("dt", words(key)), element("dd", text))]
    return card(words("rounds.side_by_side"), element("dl", facts, class_="facts"), note=words("rounds.two_things"))


def _assessments(asked: DutyAsked, told: Round, one: Subject, *, is_open: bool) -> html.Section:
    view, words, actor = asked.view, asked.view.words, asked.person.actor
    parts: list[Any] = [html.P(assessed_mark(words, one), className="verdict")]
    if one.missing is not None:
        said = words("rounds.missing_by", name=one.missing.by)
        parts += [told_text(said, one.missing.reason)]
    if one.assessment is not None:
        parts += _fields(view, one.assessment)
    if earlier := one.assessments[:-1]:
        kept = [html.Li(_fields(view, revision)) for revision in reversed(earlier)]
        summary = element("summary", words("rounds.earlier", n=len(earlier)))
        parts.append(element("details", [summary, html.Ol(kept, className="round-notes")]))
    if is_open and may_assess(actor, told, one.indicator):
        parts += [html.H3(words("rounds.write")), assess_form(view, told, one, _typed(asked, "completion"))]
    if is_open and actor.may("evaluate") and not one.is_assessed:
        parts += [html.H3(words("rounds.missing_title")), missing_form(view, told, one)]
    return card(words("rounds.assessment"), parts)


def _fields(view: View, one: Assessment) -> list[Any]:
    words = view.words
    outlook = outlook_name(words, one.outlook)
    outlook += f"。{one.outlook_text}" if one.outlook_text and words.language == "zh" else f" {one.outlook_text}"
    adjust = words("rounds.adjust_yes" if one.adjust else "rounds.adjust_no")
    adjust += f" · {one.adjust_reason}" if one.adjust_reason else ""
    parts: list[Any] = [
        html.P([words("rounds.assessed_by", name=one.by), " ", moment_mark(words, one.at)], className="quiet"),
        told_text(words("rounds.completion"), one.completion),
        told_text(words("rounds.outlook"), outlook),
        told_text(words("rounds.problems"), one.problems),
        told_text(words("rounds.adjust"), adjust),
        told_text(words("rounds.measures"), one.measures),
    ]
    return [*parts, paper_links(view, one.papers)] if one.papers else parts


def _conclusions(asked: DutyAsked, told: Round, one: Subject, *, is_open: bool) -> html.Section:
    view, words, actor = asked.view, asked.view.words, asked.person.actor
    parts: list[Any] = []
    if one.conclusions:
        lines = [conclusion_of(view, proposal) for proposal in reversed(one.conclusions)]
        parts.append(html.Ol(lines, className="round-notes"))
    else:
        parts.append(html.P(words("rounds.no_conclusions"), className="quiet"))
    if is_open and actor.may("evaluate"):
        waiting = one.conclusion
        if waiting is not None and waiting.decision == "waiting":
            if same_person(waiting.by, actor.name):
                parts.append(html.P(words("rounds.own_proposal"), className="quiet"))
            else:
                parts += [html.H3(words("rounds.decide")), decide_form(view, told, one, waiting)]
        parts += [
            html.H3(words("rounds.propose_title")),
            propose_form(view, told, one, _typed(asked, "conclusion")),
        ]
    return card(words("rounds.conclusion"), parts)


def _comments(asked: DutyAsked, told: Round, one: Subject, *, is_open: bool) -> html.Section:
    view, words = asked.view, asked.view.words
    mine = [said for said in told.comments if said.indicator == one.indicator]
    may_answer = is_open and asked.person.may("evaluate")
    lines = [comment_of(view, said, one.name, [answer_form(view, told, said)] if may_answer else []) for said in mine]
    parts: list[Any] = [
        html.Ol(lines, className="round-notes") if lines else html.P(words("rounds.no_comments"), className="quiet")
    ]
    if is_open and may_comment(asked.person.actor):
        parts.append(comment_form(view, told, one.indicator))
    return card(words("rounds.comments"), parts)
