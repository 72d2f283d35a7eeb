"""Where a figure is from: its sending with its story, what else is known of the period, its definition."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from monitor.report.explain import Explanation
from monitor.report.explain_figure import NOT_APPLICABLE, WITHHELD
from monitor.report.explain_sent import Due, Fired, Vintage
from monitor.report.timeline import CellRevision

from ..view import View
from ..words import Words
from . import html
from .alone import stands_alone
from .board_parts import period_text
from .columns import Measure, measure_of
from .cycle_parts import severity_badge
from .exact_numbers import exact_number, exact_text
from .explain_bounds import exact_of, figure_fact
from .explain_facts import Fact, facts_table, number_fact, scroller, text_fact
from .notes import foreign_span, own_and_foreign
from .parts import attributes, card, link, synthetic_mark
from .story_parts import absence_text, revision_item, submission_link
from .take import take_table
from .why import as_known, why


def source_facts(view: View, answer: Explanation) -> list[Fact | None]:
    """The sending in force: its submission, file and line, who sent and who accepted it, and why it was restated."""
    words, known = view.words, answer.provenance
    one = known.chosen if known is not None else None
    if known is None or one is None:
        return []
    sender = known.sender or one
    submission = words("explain.submission_value", id=sender.submission_id, n=sender.revision)
    where = sender.file_name
    where = words("history.line", file=where, line=sender.line) if sender.line is not None else where
    source = one.source or words("evidence.no_source")
    facts = [
        text_fact(words("column.source"), source, body=html.Span(source, dir="auto")),
        text_fact(words("column.vintage"), words.known("vintage", one.vintage)),
        text_fact(words("column.published"), words.day(one.published_on) if one.published_on else ""),
        text_fact(words("explain.submission"), submission, body=_to_submission(view, submission, sender)),
        text_fact(words("explain.file"), where),
        text_fact(words("explain.sent_by"), sender.submitted_by, words.moment(sender.submitted_at)),
        text_fact(words("explain.accepted_by"), sender.accepted_by or "", words.moment(sender.accepted_at)),
    ]
    if one.carried_from is not None:
        carried = words("explain.carried_value", id=one.submission_id, n=one.revision, origin=one.carried_from)
        facts.append(text_fact(words("explain.carried"), carried, words.moment(one.accepted_at)))
    if sender.estimated:
        facts.append(text_fact(words("explain.estimated"), words("mark.estimated"), words("explain.estimated_note")))
    facts.append(text_fact(words("explain.explained"), sender.explanation or ""))
    facts += [text_fact(words.known("event", event.action), event.text or "", event.actor) for event in sender.events]
    own, foreign = own_and_foreign(words, one.note or "")
    facts.append(text_fact(words("column.note"), own, body=html.Span(own, dir="auto")))
    how = words("explain.note_foreign_how")
    facts.append(text_fact(words("explain.note_foreign"), foreign, how, foreign_span(words, foreign)))
    if known.indicator_id != answer.indicator.id:
        facts.append(text_fact(words("explain.taken_from"), known.indicator_id, words("explain.taken_from_note")))
    return facts


def _to_submission(view: View, shown: str, one: CellRevision) -> html.A:
    return link(shown, view.href("submission", str(one.submission_id), period=None, as_of=None), "more")


@stands_alone
def source_card(view: View, answer: Explanation, facts: list[Fact | None]) -> html.Section | None:
    """Facts, checks that spoke, and the story of the sending."""
    words, known = view.words, answer.provenance
    if known is None or known.chosen is None or answer.made.kind not in ("sent", "shorter", "none"):
        return None
    title = words("explain.source_title")
    sender = known.sender or known.chosen
    body: list[Any] = [
        facts_table(words, title, facts, "source"),
        *_fired(view, known.fired, answered=bool(sender.explanation) or any(event.text for event in sender.events)),
    ]
    story = html.Ol([revision_item(view, answer.indicator, sender)], className="story")
    body.append(html.Details([html.Summary(words("explain.story")), story], className="fold"))
    place = f"{answer.indicator.id}/{answer.region.code}/{answer.made.period.code}"
    more = link(words("explain.to_history"), view.href("history", place, period=None))
    marks = [synthetic_mark(words)] if known.chosen.synthetic else []
    return card(title, body, marks=marks, foot=[more, take_table(view, "source")], class_name="source-card")


def _fired(view: View, fired: tuple[Fired, ...], *, answered: bool) -> list[Any]:
    """What the checks said, each with the sender's explanation; `answered`: one was given for all of the sending."""
    words = view.words
    if not fired:
        return [html.P(words("explain.no_checks"), className="quiet")]
    items = []
    for one in fired:
        parts: list[Any] = [severity_badge(words, one.severity), " ", fired_text(words, one)]
        if one.explanation:
            by = f" {one.explained_by or ''} {words.moment(one.explained_at)}"
            parts.append(html.Span([words("draft.answer"), html.Q(one.explanation), by], className="written"))
        elif one.severity == "query" and not answered:
            parts.append(html.Span(words("submission.unexplained"), className="written open"))
        items.append(html.Li(parts))
    return [html.H3(words("explain.checks_title")), html.Ul(items, className="said-list")]


def fired_text(words: Words, one: Fired) -> str:
    return one.en if words.language == "en" else one.zh


def check_facts(words: Words, answer: Explanation) -> list[Fact | None]:
    fired = answer.provenance.fired if answer.provenance is not None else ()
    return [text_fact(f"{one.severity} · {one.rule}", fired_text(words, one), one.explanation or "") for one in fired]


@stands_alone
def vintages_card(view: View, answer: Explanation) -> html.Section | None:
    """What else is known of the period, in the order of preference, each with why it is or is not the one judged."""
    words, known = view.words, answer.provenance
    if known is None or len(known.vintages) < 2 or answer.made.kind == "parts":
        return None
    title = words("explain.vintages_title")
    heads = ["vintage", "value", "published", "submission", "reason"]
    texts = [words("column.vintage"), words("column.value"), words("column.published"), words("explain.submission"),
             words("explain.h_reason")]  # fmt: skip
    measure = _measure(words, answer, [one.revision for one in known.vintages])
    head = html.Tr([_value_head(words, answer, text, measure) if name == "value" else
                    html.Th(text, scope="col", className=name)
                    for name, text in zip(heads, texts, strict=True)])  # fmt: skip
    rows = [_vintage_row(view, one, measure) for one in known.vintages]
    caption = html.Caption(title, className="unseen")
    table = html.Table([caption, html.Thead(head), html.Tbody(rows)], className="plain", key="vintages")
    order = words.join([words.known("vintage", name) for name in answer.plan.vintages])
    return card(title, scroller(table, title), note=words("explain.vintage_order", order=order),
                foot=[words("overview.foot_as_of", date=view.as_of), take_table(view, "vintages")])  # fmt: skip


def _measure(words: Words, answer: Explanation, revisions: Sequence[CellRevision]) -> Measure:
    values = [one.figure.value for one in revisions if one.figure is not None]
    return measure_of(words, answer.indicator.unit, values)


def _value_head(words: Words, answer: Explanation, text: str, measure: Measure) -> html.Th:
    """With the unit of the column; in a file, with that of the exact numbers."""
    exact = f"{text} / {words.unit(answer.indicator.unit)}"
    return html.Th(f"{text} / {measure.name}", scope="col", className="num", exact=exact)


def _said(words: Words, one: CellRevision, measure: Measure) -> str:
    """The figure in the column's unit, or why there is none."""
    return absence_text(words, one) if one.figure is None else measure.figure(words, one.figure)


def _vintage_row(view: View, one: Vintage, measure: Measure) -> html.Tr:
    words, revision = view.words, one.revision
    exact = exact_of(revision.figure)
    return html.Tr(
        [
            html.Th(words.known("vintage", revision.vintage), scope="row"),
            html.Td(_said(words, revision, measure), className="num", exact=exact),
            html.Td(words.day(revision.published_on), className="when"),
            html.Td(submission_link(view, revision)),
            html.Td(words(f"explain.vintage_{one.reason}"), className="note"),
        ],
        className="decided" if one.reason == "preferred" else None,
    )


def vintage_facts(words: Words, answer: Explanation) -> list[Fact | None]:
    found: list[Fact | None] = []
    for one in answer.provenance.vintages if answer.provenance is not None else ():
        name = words.known("vintage", one.revision.vintage)
        reason = words(f"explain.vintage_{one.reason}")
        if one.revision.figure is None:
            found.append(text_fact(name, words.known("compare", f"cell_{one.revision.state}"), reason))
        else:
            found.append(figure_fact(words, name, one.revision.figure, answer.indicator.unit, reason))
    return found


def beside_facts(words: Words, answer: Explanation) -> list[Fact | None]:
    """The published figure, the aggregate, and their difference."""
    gathered, figure = answer.gathered, answer.made.figure
    whole = gathered.aggregate.figure if gathered is not None else None
    if whole is None or figure is None or answer.made.kind in ("aggregate", "regions"):
        return []
    unit, difference = answer.indicator.unit, answer.difference
    reported, aggregated = words("indicator.compare_reported"), words("indicator.compare_aggregated")
    between = Fact(words("indicator.compare_difference"), words("number.none"), how=_no_difference(words, answer))
    if difference is not None:
        how = f"{exact_text(whole.value, 6)} − {exact_text(figure.value, 6)}"
        difference_unit = words("number.pp") if unit == "%" else words.unit(unit)
        shown = words.difference(float(difference), unit)
        between = Fact(between.name, shown, exact_number(difference), difference_unit, how)
    return [
        figure_fact(words, reported, figure, unit),
        figure_fact(words, aggregated, whole, unit),
        between,
    ]


def _no_difference(words: Words, answer: Explanation) -> str:
    """Why published and aggregated figure are not taken from each other: one of them is no single number."""
    whole = answer.gathered.aggregate.figure if answer.gathered is not None else None
    for name, figure in (("compare_reported", answer.made.figure), ("compare_aggregated", whole)):
        if figure is not None and figure.comparator != "eq":
            kind = "approx" if figure.comparator == "approx" else "bound"
            return words(f"explain.no_difference_{kind}", which=words(f"indicator.{name}"))
    return ""


@stands_alone
def beside_card(view: View, answer: Explanation, facts: list[Fact | None]) -> html.Section | None:
    if not facts:
        return None
    title = view.words("indicator.compare_title")
    return card(title, facts_table(view.words, title, facts, "beside"), note=view.words("explain.beside_note"),
                marks=[synthetic_mark(view.words)] if _whole_synthetic(answer) else [],
                foot=[take_table(view, "beside")])  # fmt: skip


def _whole_synthetic(answer: Explanation) -> bool:
    whole = answer.gathered.aggregate.figure if answer.gathered is not None else None
    return whole is not None and whole.synthetic


@stands_alone
def revisions_card(view: View, answer: Explanation) -> html.Section | None:
    """Earlier accepted revisions: what was to be read here before, each as it explained itself then."""
    words, known = view.words, answer.provenance
    steps = known.story.steps if known is not None else ()
    if known is None or len(steps) < 2:
        return None
    title = words("explain.revisions_title")
    cell = (answer.indicator.id, answer.region.code, answer.made.period)
    measure = _measure(words, answer, [step.revision for step in steps])
    rows = [
        html.Tr(
            [
                html.Th(words.moment(step.since), scope="row", className="when"),
                html.Td(
                    _then(view, step.revision, cell, step.since, measure),
                    className="num",
                    exact=exact_of(step.revision.figure),
                ),
                html.Td(words.known("vintage", step.revision.vintage), className="vintage"),
                html.Td(submission_link(view, step.revision)),
            ]
        )
        for step in reversed(steps)
    ]
    heads = [words("history.h_since"), words("history.h_vintage"), words("explain.submission")]
    named = [html.Th(text, scope="col") for text in heads]
    head = html.Tr([named[0], _value_head(words, answer, words("history.h_value"), measure), *named[1:]])
    caption = html.Caption(title, className="unseen")
    table = html.Table([caption, html.Thead(head), html.Tbody(rows)], className="plain", key="revisions")
    place = f"{answer.indicator.id}/{answer.region.code}/{answer.made.period.code}"
    more = link(words("explain.to_history"), view.href("history", place, period=None))
    return card(title, scroller(table, title), foot=[more, take_table(view, "revisions")])


def _then(view: View, one: CellRevision, cell: tuple[str, str, Any], since: Any, measure: Measure) -> html.A:
    return why(as_known(view, since), _said(view.words, one, measure), *cell)


def absent_facts(words: Words, answer: Explanation) -> list[Fact | None]:
    """What is not there and why, who should send it and by when."""
    absent = answer.absent
    if absent is None:
        return []
    below = absent.units > 0
    reason = words("explain.absent_below", n=absent.units, k=absent.units_lacking) if below else (
        words(f"explain.absent_{absent.reason}"))  # fmt: skip
    facts = [text_fact(words("explain.absent_why"), reason, words.join([one.code for one in absent.lacking]))]
    facts += [_due(words, answer, one) for one in absent.due]
    if not absent.due and absent.reason not in (WITHHELD, NOT_APPLICABLE):
        text = words("explain.not_asked_below" if below else "explain.not_asked")
        facts.append(text_fact(words("explain.absent_who"), text))
    return facts


def _due(words: Words, answer: Explanation, one: Due) -> Fact | None:
    call = one.call
    when = words("explain.due_over" if one.is_over else "explain.due_by", date=words.day(call.due_on))
    what = f"{words.region_short(answer.region)} · {words.text(call.form.name)} · {period_text(words, call.period)}"
    return text_fact(words("explain.absent_who"), what, when)


@stands_alone
def absent_card(view: View, answer: Explanation, facts: list[Fact | None]) -> html.Section | None:
    if answer.absent is None:
        return None
    words = view.words
    title = words("explain.absent_title")
    mark = html.Span(className="glyph g-hatch", **attributes(aria_hidden="true"))
    return card(title, marks=[mark], body=[html.P(words("explain.absent_note"), className="quiet"),
                                     facts_table(words, title, facts, "absent")],
                foot=[link(words("explain.to_reporting"), view.href("reporting", period=None)),
                      take_table(view, "absent")])  # fmt: skip


def definition_facts(words: Words, answer: Explanation) -> list[Fact | None]:
    indicator = answer.indicator
    owner = ""
    if indicator.owner is not None:
        owner = words.text(indicator.owner)
    inferred = words("mark.inferred") if indicator.owner is not None and indicator.owner.inferred else ""
    facts = [
        text_fact(words("indicator.definition"), words.text(indicator.definition)),
        text_fact(words("indicator.unit"), words.unit(indicator.unit)),
        text_fact(words("indicator.aggregation"), words(f"aggregate.{indicator.aggregate}")),
        text_fact(words("indicator.accumulation"), words(f"accumulation.{indicator.accumulation}")),
        text_fact(words("indicator.source"), words.text(indicator.source)),
        text_fact(words("indicator.owner"), owner, inferred),
    ]
    facts += [text_fact(words("explain.break", period=one.period), words.text(one.note)) for one in answer.breaks]
    for version in answer.versions:
        what = f"{words.text(version.reason)} · {words.text(version.approval)}"
        facts.append(text_fact(words("explain.version", date=version.valid_from.isoformat()), what))
    return facts


def setting_facts(words: Words, view: View, answer: Explanation) -> list[Fact | None]:
    settings = answer.settings
    return [
        text_fact(words("explain.as_of"), words.moment(answer.as_of) if answer.as_of else view.as_of),
        text_fact(words("explain.plan"), words.text(answer.plan.title), answer.plan.document or ""),
        text_fact(words("explain.catalogue_version"), answer.catalogue_version),
        text_fact(words("explain.method_version"), answer.method_version),
        number_fact(words("explain.setting_ahead"), Fraction(settings.ahead)),
        number_fact(words("explain.setting_near"), Fraction(settings.near)),
        number_fact(words("explain.setting_band"), Fraction(settings.band_tolerance)),
        text_fact(words("mark.synthetic"), words("evidence.synthetic") if answer.synthetic else words("explain.real")),
    ]
