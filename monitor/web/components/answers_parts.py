"""Who answers for a figure: the unit, the duty it follows from, who has the data, who accepted it, whom to ask."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from monitor.catalogue.base import Owner
from monitor.catalogue.models import Indicator, Plan
from monitor.duties.answers import Answerable, Ground
from monitor.duties.register import Contact, Unit
from monitor.report.explain import Explanation

from ..answerable import answerable
from ..view import View
from ..words import Words
from . import html
from .alone import stands_alone
from .explain_facts import Fact, facts_table, text_fact
from .parts import card, link
from .take import take_table


def answers_of(answer: Explanation) -> Answerable:
    return answerable(answer.plan, answer.indicator, answer.lineage)


def answers_facts(view: View, found: Answerable, accepted: Sequence[tuple[str, datetime]] = ()) -> list[Fact | None]:
    """`accepted`: who accepted what the figure is made of, and when (naive UTC), newest last.

    The register has no past: as of an earlier moment it is said that it is today's.
    """
    words = view.words
    inferred = words("mark.inferred") if found.inferred else ""
    unknown = words("answers.unknown_unit") if found.owner is not None and found.unit is None else ""
    owner = words.text(found.owner) if found.owner is not None else words("answers.no_owner")
    facts = [
        text_fact(words("indicator.owner"), owner, words.join([one for one in (inferred, unknown) if one]),
                  None if found.unit is None else unit_link(view, found.unit, owner)),
        _ground_fact(view, words("answers.ground"), found.ground),
        *(_ground_fact(view, words("answers.beside"), one, named=True) for one in found.beside),
        _provider_fact(words, found.provider),
        _local_fact(view, found),
        _contact_fact(view, found.contact),
        text_fact(words("answers.register"), words("answers.register_today") if view.address.as_of else ""),
    ]  # fmt: skip
    return [*facts, *_accepted_facts(words, accepted)]


def _local_fact(view: View, found: Answerable) -> Fact | None:
    """The region's own unit; where the register has none, that it has none."""
    words = view.words
    if found.local is None:
        return text_fact(words("answers.local"), words("answers.local_unknown") if found.is_below else "")
    mark = words("mark.inferred") if found.local_inferred else ""
    return _ground_fact(view, words("answers.local"), found.local, named=True, mark=mark)


def unit_link(view: View, unit: Unit, text: str | None = None) -> html.A:
    return link(text or view.words.text(unit.name), view.href("duties", unit.id, period=None), "more")


def _ground_fact(view: View, name: str, ground: Ground | None, *, named: bool = False, mark: str = "") -> Fact | None:
    """The duty as it is published, the words that are meant set apart, and where it stands."""
    if ground is None:
        return None
    words = view.words
    place = words("answers.place", source=words.text(ground.source.title), paragraph=words.text(ground.duty.paragraph))
    unit = words.text(ground.unit.name)
    quoted = duty_quote(words, ground)
    body = [unit_link(view, ground.unit), " ", *quoted] if named else quoted
    shown = f"{unit} {ground.duty.text.zh}" if named else ground.duty.text.zh
    return text_fact(name, shown, words.join([one for one in (mark, place) if one]), html.Span(body))


def duty_quote(words: Words, ground: Ground) -> list[Any]:
    """The duty's Chinese text with the words that are meant emphasised; in English with the translation where known."""
    text, meant = ground.duty.text.zh, ground.words
    if meant is None or meant == text:
        parts: list[Any] = [text]
    else:
        before, _, after = text.partition(meant)
        parts = [before, html.Strong(meant), after]
    quoted: list[Any] = [html.Q(parts, className="duty-text", lang="zh-CN")]
    if words.language == "en" and ground.duty.text.en:
        quoted += [" ", html.Span(words("answers.translation", text=ground.duty.text.en), className="quiet")]
    return quoted


def _provider_fact(words: Words, provider: Owner | None) -> Fact | None:
    if provider is None:
        return None
    how = words("mark.inferred") if provider.inferred else words("answers.provider_how")
    return text_fact(words("answers.provider"), words.text(provider), how)


def _contact_fact(view: View, contact: tuple[Unit, Contact] | None) -> Fact | None:
    if contact is None:
        return None
    words, (unit, number) = view.words, contact
    said = words("answers.contact_said", unit=words.text(unit.name), phone=number.number)
    how = words("answers.contact_how", service=words.text(number.service), paragraph=words.text(number.paragraph))
    return text_fact(words("answers.contact"), said, how, html.Span([unit_link(view, unit), " ", number.number]))


def _accepted_facts(words: Words, accepted: Sequence[tuple[str, datetime]]) -> list[Fact | None]:
    """One line for each who accepted, with the newest moment."""
    newest: dict[str, datetime] = {}
    for by, at in accepted:
        newest[by] = max(at, newest.get(by, at))
    return [text_fact(words("explain.accepted_by"), by, words.moment(at)) for by, at in sorted(newest.items())]


def accepted_of(answer: Explanation) -> list[tuple[str, datetime]]:
    """Who accepted the figure's own sending, else those of the units below."""
    known = answer.provenance
    if answer.made.kind in ("aggregate", "regions"):
        return [(one.by, one.at) for one in answer.acceptances.values()]
    sender = None if known is None else known.sender or known.chosen
    if sender is None or sender.accepted_by is None or sender.accepted_at is None:
        return []
    return [(sender.accepted_by, sender.accepted_at)]


def _foot(view: View) -> list[Any]:
    return [link(view.words("answers.to_register"), view.href("duties", period=None)), take_table(view, "answers")]


@stands_alone
def answers_card(view: View, answer: Explanation) -> html.Section:
    """On an explanation: who answers for this figure."""
    words = view.words
    title = words("answers.title")
    facts = answers_facts(view, answers_of(answer), accepted_of(answer))
    table = facts_table(words, title, facts, "answers", how=words("answers.how"))
    return card(title, table, note=words("answers.note"), foot=_foot(view), class_name="answers-card")


@stands_alone
def indicator_answers_card(view: View, plan: Plan, indicator: Indicator, lineage: Sequence[str]) -> html.Section:
    """On an indicator's page: who answers for its figures here."""
    words = view.words
    title = words("answers.title_indicator")
    facts = answers_facts(view, answerable(plan, indicator, lineage))
    return card(title, facts_table(words, title, facts, "answers", how=words("answers.how")),
                foot=_foot(view), class_name="answers-card")  # fmt: skip
