"""All that the catalogue says of one indicator, in cards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from monitor.catalogue.models import Indicator
from monitor.report.plan_card import PlanCard

from ..view import View
from ..words import Words
from . import html
from .alone import stands_alone
from .catalogue_parts import relations_list, target_sentence
from .definition import check_text, facts_list, indicator_facts
from .parts import card, dotted, link
from .tables import plain_table
from .take import take_table


@stands_alone
def says_card(view: View, answer: PlanCard, indicator: Indicator) -> html.Section:
    """Definition, formula, baseline and target as printed with the plan's notes, rule in plain words, owner, source."""
    words, plan = view.words, answer.catalogue.plan
    other = "en" if words.language == "zh" else "zh"
    name = indicator.name.in_language(other)  # type: ignore[arg-type]
    tolerance = float(answer.settings.band_tolerance)
    rule = target_sentence(words, plan, indicator, indicator.target, tolerance)
    shown = [
        ("rule", [rule]) if fact == "rule" else (fact, said) for fact, said in indicator_facts(words, plan, indicator)
    ]
    apart = ("checks", "breaks", "aligns")
    facts = [(fact, said) for fact, said in shown if fact not in apart]
    identity = [words("catalogue.id_said", id=indicator.id, number=indicator.number), name]
    note = dotted([part for part in identity if part != words.text(indicator.name)])
    foot = [
        words.text(plan.title),
        plan.document or "",
        words("catalogue.version_short", version=answer.catalogue.version),
    ]
    return card(words("catalogue.says_title"), facts_list(words, facts), note=note, foot=[one for one in foot if one])


@stands_alone
def checks_card(view: View, indicator: Indicator) -> html.Section:
    """What is checked of each figure that is sent, in words."""
    words = view.words
    title = words("catalogue.checks_title", n=len(indicator.checks))
    if not indicator.checks:
        return card(title, html.P(words("catalogue.checks_none"), className="quiet"))
    rows = [
        html.Tr(
            [
                html.Th(check_text(words, one), scope="row"),
                html.Td(words(f"catalogue.check_{one.rule}")),
                html.Td(words(f"catalogue.severity_{one.severity}")),
            ]
        )
        for one in indicator.checks
    ]
    heads = [words("catalogue.h_check"), words("catalogue.h_finds"), words("catalogue.h_then")]
    return card(title, plain_table(title, heads, rows, key="checks"), foot=[take_table(view, "checks")])


@stands_alone
def changes_card(view: View, answer: PlanCard, indicator: Indicator) -> html.Section:
    """Breaks of the definition and mid-plan changes of baseline, target or definition."""
    words, plan = view.words, answer.catalogue.plan
    key = "catalogue.changes_title" if indicator.breaks or indicator.versions else "catalogue.unchanged_title"
    title = words(key, b=len(indicator.breaks), v=len(indicator.versions))
    parts: list[Any] = []
    if indicator.breaks:
        items = [html.Li([html.B(one.period), " ", words.text(one.note)]) for one in indicator.breaks]
        parts += [html.H3(words("indicator.breaks"), className="within"), html.Ul(items, className="said-list")]
    if indicator.versions:
        parts.append(html.H3(words("catalogue.versions"), className="within"))
        parts.append(_versions_table(view, answer, indicator))
    if not parts:
        parts = [html.P(words("catalogue.changes_none", start=plan.period.start), className="quiet")]
    return card(title, parts)


def _versions_table(view: View, answer: PlanCard, indicator: Indicator) -> html.Div:
    words, plan = view.words, answer.catalogue.plan
    tolerance = float(answer.settings.band_tolerance)
    rows = []
    for one in indicator.versions:
        changed: list[str] = []
        if one.target is not None:
            said = target_sentence(words, plan, indicator, one.target, tolerance)
            changed.append(f"{words('indicator.target')}：{said}")
        if one.baseline is not None:
            base = one.baseline.printed or words.amount(
                float(one.baseline.value), indicator.unit, one.baseline.comparator
            )
            changed.append(f"{words('indicator.baseline')}：{base}")
        if one.definition is not None:
            changed.append(f"{words('indicator.definition')}：{words.text(one.definition)}")
        rows.append(
            html.Tr(
                [
                    html.Th(words.day(one.valid_from), scope="row"),
                    html.Td([html.Div(text) for text in changed]),
                    html.Td(words.text(one.reason)),
                    html.Td(words.text(one.approval)),
                ]
            )
        )
    heads = [words(f"catalogue.h_{name}") for name in ("since", "change", "reason", "approval")]
    return plain_table(words("catalogue.versions"), heads, rows, key="versions")


@stands_alone
def regional_card(view: View, answer: PlanCard, indicator: Indicator) -> html.Section | None:
    """Targets, baselines and yearly tables that single regions have of their own."""
    if not indicator.regional_targets:
        return None
    words, plan = view.words, answer.catalogue.plan
    title = words("catalogue.regional_title", n=len(indicator.regional_targets))
    tolerance = float(answer.settings.band_tolerance)
    rows = []
    for code, own in indicator.regional_targets.items():
        region = answer.regions.get(code)
        base = "" if own.baseline is None else own.baseline.printed or words.amount(
            float(own.baseline.value), indicator.unit, own.baseline.comparator)  # fmt: skip
        target = "" if own.target is None else target_sentence(words, plan, indicator, own.target, tolerance)
        path = words.join([f"{year} {value.normalize():f}" for year, value in (own.path or {}).items()])
        name = code if region is None else words.region(region)
        cells = [html.Td(text or words("number.none")) for text in (base, target, path)]
        rows.append(html.Tr([html.Th(link(name, view.href("region", code)), scope="row"), *cells]))
    heads = [words("column.region"), *(words(f"indicator.{name}") for name in ("baseline", "target", "path"))]
    return card(title, plain_table(title, heads, rows, key="regional"), foot=[take_table(view, "regional")])


@stands_alone
def related_card(view: View, answer: PlanCard, indicator: Indicator) -> html.Section:
    """Forms that ask for it, evidence, indicators of other plans that stand for the same thing."""
    words = view.words

    def to_cards(some: Sequence[Indicator]) -> list[Any]:
        return [link(words.text(one.name), view.href("catalogue", one.id)) for one in some]

    lines: list[tuple[str, list[Any]]] = [
        ("forms", [link(words.text(one.name), view.href("reporting", form=one.id, period=None))
                   for one in answer.forms_asking(indicator)]),
        ("evidence", to_cards(answer.evidence_of(indicator))),
        ("evidence_for", to_cards(answer.evidence_for(indicator))),
        ("weight", _weight(view, answer, indicator)),
        ("aligned", [
            link(f"{words.text(one.catalogue.plan.title)} {one.indicator.number} {words.text(one.indicator.name)}",
                 view.href("catalogue", one.indicator.id, plan=one.catalogue.plan.id))
            for one in answer.aligned(indicator)
        ]),
    ]  # fmt: skip
    some = [(name, found) for name, found in lines if found]
    items = [part for name, found in some for part in (html.Dt(words(f"catalogue.r_{name}")), html.Dd(dotted(found)))]
    title = words("catalogue.related_title")
    if not items:
        return card(title, html.P(words("catalogue.related_none"), className="quiet"))
    return card(title, html.Dl(items, className="facts"))


def _weight(view: View, answer: PlanCard, indicator: Indicator) -> list[Any]:
    one = answer.catalogue.indicator(indicator.weight or "")
    return [] if one is None else [link(view.words.text(one.name), view.href("catalogue", one.id))]


@stands_alone
def relations_of(view: View, answer: PlanCard, indicator: Indicator) -> html.Section | None:
    found = answer.relations_of(indicator)
    return relations_list(view, answer, found, key="relations") if found else None


def neighbours(view: View, words: Words, answer: PlanCard, indicator: Indicator) -> html.Nav:
    """To the indicators before and after it, and to its figures."""
    every = sorted(answer.catalogue.indicators, key=lambda one: one.number)
    at = every.index(indicator)
    links: list[Any] = []
    if at:
        links.append(link(f"← {every[at - 1].number}", view.href("catalogue", every[at - 1].id), "tool",
                          words.text(every[at - 1].name)))  # fmt: skip
    if not indicator.is_context:
        links.append(link(words("catalogue.to_figures"), view.href("indicator", indicator.id), "button"))
    if at + 1 < len(every):
        links.append(link(f"{every[at + 1].number} →", view.href("catalogue", every[at + 1].id), "tool",
                          words.text(every[at + 1].name)))  # fmt: skip
    return html.Nav(links, className="neighbours", **{"aria-label": words("catalogue.neighbours")})
