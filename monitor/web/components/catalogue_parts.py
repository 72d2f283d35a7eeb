"""The parts of the catalogue's pages: the plan's card, the table of indicators, and all that one indicator says."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from monitor.catalogue.forms import Form
from monitor.catalogue.models import BandTarget, HoldTarget, Indicator, JudgeTarget, Plan, ReachTarget, Target
from monitor.catalogue.relations import ParsedRelation
from monitor.method.relations import sentence
from monitor.report.plan_card import PlanCard

from ..view import View
from ..words import Words
from . import html
from .alone import stands_alone
from .definition import target_said
from .parts import card, dotted, link
from .tables import head, number_cell, plain_table
from .take import take_table


def target_sentence(words: Words, plan: Plan, indicator: Indicator, target: Target | None, tolerance: float) -> str:
    """The target's rule in plain words; `tolerance`: the setting, for bands without one of their own."""
    if target is None:
        return words("catalogue.rule_none")
    year = target.year or plan.period.end
    if isinstance(target, JudgeTarget):
        return words("catalogue.rule_judge", text=words.text(target.text))
    if isinstance(target, BandTarget):
        own = target.tolerance
        around = words.points(float(own) if own is not None else tolerance, indicator.unit)
        base = None if indicator.baseline is None else indicator.baseline.value
        centre = base if target.value is None else target.value
        if centre is None:
            return words("catalogue.rule_band_open", tolerance=around)
        facts = {"centre": _exact(words, centre, indicator.unit), "tolerance": around}
        said = words("catalogue.rule_band", **facts, start=plan.period.start, end=year)
        return said if own is not None else said + words("catalogue.by_setting")
    amount = _exact(words, target.value, indicator.unit)
    bound = words(f"catalogue.comparator_{target.comparator}", value=amount)
    if isinstance(target, HoldTarget):
        return words("catalogue.rule_hold", bound=bound, start=plan.period.start, end=year)
    return _reach_sentence(words, target, bound, year)


def _exact(words: Words, value: Decimal, unit: str) -> str:
    """A number of the catalogue as it stands there: `70%`, not `70.0%`."""
    return f"{value.normalize():f}%" if unit == "%" else words.amount(float(value), unit)


def _reach_sentence(words: Words, target: ReachTarget, bound: str, year: int) -> str:
    if target.progress == "percent_drop":
        return words("catalogue.rule_drop", value=f"{target.value:f}", year=year)
    if target.scope == "each_region":
        key = "catalogue.rule_each_named" if target.expected else "catalogue.rule_each"
        return words(key, bound=bound, year=year, n=len(target.expected or ()))
    return words("catalogue.rule_reach", bound=bound, year=year)


@stands_alone
def plan_facts(view: View, answer: PlanCard) -> html.Section:
    """The plan itself: document, years, order of vintages, settings, version and since when it is in force."""
    words, plan, catalogue = view.words, answer.catalogue.plan, answer.catalogue
    period, settings = plan.period, answer.settings
    region = answer.regions.get(plan.region)
    parent = next((one for one in answer.catalogues if one.plan.id == plan.parent), None)
    facts: list[tuple[str, Any]] = [
        ("document", plan.document or ""),
        ("issued", "" if plan.issued_on is None else words.day(plan.issued_on)),
        ("region", plan.region if region is None else words.region(region)),
        ("period", words("catalogue.period_said", base=period.base, start=period.start, end=period.end)),
        ("parent", "" if parent is None else
         link(words.text(parent.plan.title), view.href("catalogue", plan=parent.plan.id))),
        ("vintages", words("catalogue.order_sign").join(words.known("vintage", name) for name in plan.vintages)),
        ("notes", [html.P(f"{mark} {words.text(note)}") for mark, note in plan.notes.items()]),
        ("settings", link(
            words("overview.settings", band=words.number(float(settings.band_tolerance)),
                  ahead=words.number(float(settings.ahead)), near=words.number(float(settings.near))),
            f"{view.href('method')}#settings")),
        ("version", words("catalogue.version_said", version=catalogue.version, file=catalogue.file)),
        ("since", words("catalogue.since_unknown") if answer.since is None else words.moment(answer.since)),
    ]  # fmt: skip
    items = [part for name, said in facts if said for part in (html.Dt(words(f"catalogue.plan_{name}")), html.Dd(said))]
    return card(words.text(plan.title), html.Dl(items, className="facts"), foot=[plan.document or plan.id])


@stands_alone
def indicators_card(view: View, answer: PlanCard, title: str, some: Sequence[Indicator], *, key: str) -> html.Section:
    """Indicators as rows; each leads to its card."""
    words, plan = view.words, answer.catalogue.plan
    tolerance = float(answer.settings.band_tolerance)
    is_main = key == "catalogue"
    names = ["number", "indicator", "category", "nature", "unit", "direction"]
    names += ["baseline", "target", "rule"] if is_main else ["definition"]
    names += ["owner", "forms"] if is_main else ["source"]
    heads = [head(words(f"catalogue.h_{name}"), "num" if name == "number" else "") for name in names]
    rows = []
    for one in some:
        category = words.text(one.category)
        cells: list[Any] = [
            number_cell(str(one.number), float(one.number)),
            html.Th(link(words.text(one.name), view.href("catalogue", one.id)), scope="row"),
            html.Td(link(category, view.href("catalogue", category=category)) if category else "", className="short"),
            html.Td(words(f"nature.{one.nature}"), className="short"),
            html.Td(words.unit(one.unit), className="short"),
            html.Td(words(f"direction.{one.direction}"), className="short"),
        ]
        if is_main:
            cells += [
                html.Td(_baseline_said(words, plan, one), className="short"),
                html.Td(target_said(words, plan, one)),
                html.Td(target_sentence(words, plan, one, one.target, tolerance), className="said"),
                html.Td(_owner(words, one)),
                html.Td(_forms(view, answer.forms_asking(one)), className="said"),
            ]
        else:
            cells += [html.Td(words.text(one.definition), className="said"),
                      html.Td(words.text(one.source), className="said")]  # fmt: skip
        rows.append(html.Tr(cells))
    if not rows:
        return card(title, html.P(words("catalogue.none_found"), className="quiet"))
    table = plain_table(title, heads, rows, key=key, class_name="catalogue-table")
    return card(title, table, foot=[words("catalogue.version_short", version=answer.catalogue.version),
                                    take_table(view, key)])  # fmt: skip


def _baseline_said(words: Words, plan: Plan, one: Indicator) -> str:
    base = one.baseline
    if base is None:
        return words("number.none")
    printed = base.printed or words.amount(float(base.value), one.unit, base.comparator)
    year = base.year or plan.period.base
    return f"{printed}（{year}）" if words.language == "zh" else f"{printed} ({year})"


def _owner(words: Words, one: Indicator) -> list[Any]:
    if one.owner is None:
        return [words("number.none")]
    inferred = [html.Span(words("mark.inferred"), className="mark")] if one.owner.inferred else []
    return [words.text(one.owner), *inferred]


def _forms(view: View, forms: Sequence[Form]) -> Any:
    words = view.words
    if not forms:
        return words("number.none")
    return dotted([link(words.text(form.name), view.href("reporting", form=form.id, period=None)) for form in forms])


@stands_alone
def relations_list(view: View, answer: PlanCard, some: Sequence[ParsedRelation], *, key: str) -> html.Section:
    """Relations with the names of their indicators."""
    words = view.words
    title = words("catalogue.relations_title", n=len(some))
    heads = [words("quality.h_relation"), words("quality.h_severity"), head(words("quality.h_tolerance"), "num")]
    rows = []
    for parsed in some:
        said = parsed.relation
        rows.append(
            html.Tr(
                [
                    html.Th(relation_said(words, answer, parsed), scope="row", className="relation"),
                    html.Td(words(f"check.{said.severity}")),
                    number_cell(f"{said.tolerance.normalize():f} {words.unit(said.unit)}", said.tolerance),
                ]
            )
        )
    failing = link(words("catalogue.relations_checked"), f"{view.href('quality')}#relations", "more")
    return card(title, plain_table(title, heads, rows, key=key), foot=[failing, take_table(view, key)])


def relation_said(words: Words, answer: PlanCard, parsed: ParsedRelation) -> str:
    found = {name: answer.catalogue.indicator(name) for name in parsed.indicators()}
    return sentence(
        parsed, {name: name if one is None else words.text(one.name) for name, one in found.items()}, _plain
    )


def _plain(number: Fraction) -> str:
    return f"{float(number):g}"


@stands_alone
def alignment_card(view: View, answer: PlanCard) -> html.Section | None:
    """How the plan agrees with the one above it: carried, lacking, weaker."""
    found = answer.alignment
    if found is None:
        return None
    words = view.words
    parent = next((one for one in answer.catalogues if one.plan.id == found["parent"]), None)
    if parent is None:
        return None

    def name(id: str) -> Any:
        one = parent.indicator(id)
        text = id if one is None else words.text(one.name)
        return link(text, view.href("catalogue", id, plan=parent.plan.id))

    items = [
        html.Li([html.B(words(f"catalogue.align_{kind}", n=len(ids))), " ", dotted([name(id) for id in ids])])
        for kind, ids in (("carried", found["carried"]), ("lacking", found["lacking"]))
    ]
    weaker = [
        html.Li([link(one["id"], view.href("catalogue", one["id"])), f" {one['target']} < {one['parent_target']}"])
        for one in found["weaker"]
    ]
    if weaker:
        items.append(html.Li([html.B(words("catalogue.align_weaker", n=len(weaker))), html.Ul(weaker)]))
    title = words("catalogue.align_title", parent=words.text(parent.plan.title))
    return card(title, html.Ul(items, className="said-list"))
