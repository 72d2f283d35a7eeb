"""Everything the catalogue says of an indicator, as a list of facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.catalogue.models import ChangeCheck, Check, Indicator, OutlierCheck, PlainCheck, Plan, RangeCheck
from monitor.method.relations import sentence
from monitor.report.indicator import IndicatorAnswer

from ..view import View
from ..words import Words
from . import html
from .alone import stands_alone
from .parts import card, link


@stands_alone
def definition_card(view: View, answer: IndicatorAnswer) -> html.Section:
    """Everything the catalogue says of the indicator."""
    words, plan = view.words, answer.plan
    facts = [fact for fact in indicator_facts(words, plan, answer.indicator) if fact[0] != "aligns"]
    facts += _own_goal(words, answer) + _around(view, answer)
    whole = link(words("indicator.to_catalogue"), view.href("catalogue", answer.indicator.id))
    return card(words("indicator.definition_title"), facts_list(words, facts), class_name="definition-card",
                foot=[words.text(plan.title), plan.document or "", whole])  # fmt: skip


def _own_goal(words: Words, answer: IndicatorAnswer) -> list[tuple[str, Any]]:
    """What the region, being another than the plan's, is held against, where the catalogue says so."""
    own = answer.indicator.regional_targets.get(answer.region.code)
    if own is None or answer.region.code == answer.plan.region:
        return [("regional", _regional_targets(words, answer))]
    said = []
    if own.target is not None:
        changed = answer.indicator.model_copy(update={"target": own.target})
        said.append(f"{words('indicator.target')} {target_said(words, answer.plan, changed)}")
    if own.baseline is not None:
        base = own.baseline.printed or words.amount(
            float(own.baseline.value), answer.indicator.unit, own.baseline.comparator
        )
        said.append(f"{words('indicator.baseline')} {base}")
    said += [f"{year} {value.normalize():f}" for year, value in sorted((own.path or {}).items())]
    return [("own_goal", words.join(said))]


def _regional_targets(words: Words, answer: IndicatorAnswer) -> str:
    """Which regions have a target, a baseline or a yearly table of their own."""
    codes = answer.indicator.regional_targets
    return words("indicator.regional_said", n=len(codes)) if codes else ""


def _around(view: View, answer: IndicatorAnswer) -> list[tuple[str, Any]]:
    """Mid-plan changes, the weight, the indicator of the plan above that it serves, and the relations it stands in."""
    words, names = view.words, {name: view.words.text(one.name) for name, one in answer.related.items()}
    versions = [
        html.Li(words("indicator.version_said", day=words.day(one.valid_from), reason=words.text(one.reason),
                      approval=words.text(one.approval)))
        for one in answer.indicator.versions
    ]  # fmt: skip
    weight = answer.weight
    aligned: Any = ""
    if answer.aligned is not None and answer.parent_plan is not None:
        above = answer.aligned
        text = f"{words.text(answer.parent_plan.title)} {above.number} {words.text(above.name)}"
        aligned = link(text, view.href("indicator", above.id, plan=answer.parent_plan.id))
    relations = [
        html.Li(sentence(parsed, names | _unnamed(parsed.indicators(), names), lambda number: f"{float(number):g}"))
        for parsed in answer.relations
    ]
    return [
        ("versions", html.Ul(versions) if versions else ""),
        ("weight", "" if weight is None else link(words.text(weight.name), view.href("catalogue", weight.id))),
        ("aligns", aligned or (answer.indicator.aligns_to or "")),
        ("relations", html.Ul(relations) if relations else ""),
    ]


def _unnamed(ids: Sequence[str], names: Mapping[str, str]) -> dict[str, str]:
    return {name: name for name in ids if name not in names}


def facts_list(words: Words, facts: Sequence[tuple[str, Any]]) -> html.Dl:
    """Facts with their words; those that say nothing are left out."""
    parts = [part for key, value in facts if value for part in (html.Dt(words(f"indicator.{key}")), html.Dd(value))]
    return html.Dl(parts, className="facts")


def indicator_facts(words: Words, plan: Plan, indicator: Indicator) -> list[tuple[str, Any]]:
    """What the catalogue says of an indicator: (word of `indicator.`, what it says)."""
    target = indicator.target
    owner: Any = None
    if indicator.owner is not None:
        owner = [words.text(indicator.owner)]
        if indicator.owner.inferred:
            owner.append(html.Span(words("mark.inferred"), className="mark"))
    baseline = indicator.baseline
    base_text = words("number.none") if baseline is None else baseline.printed or words.amount(
        float(baseline.value), indicator.unit, baseline.comparator)  # fmt: skip
    note = plan.notes.get(target.note) if target is not None and target.note else None
    return [
        ("definition", words.text(indicator.definition)),
        ("formula", _formula(words, indicator)),
        ("unit", words.unit(indicator.unit)),
        ("direction", words(f"direction.{indicator.direction}")),
        ("baseline", base_text if baseline is None else _in_year(words, base_text, baseline.year or plan.period.base)),
        ("target", target_said(words, plan, indicator)),
        (
            "path",
            words.join([f"{year} {value.normalize():f}" for year, value in sorted((indicator.path or {}).items())]),
        ),
        ("note", f"{target.note} {words.text(note)}" if note is not None and target is not None else ""),
        ("rule", words(f"rule.{target.rule}") if target is not None else ""),
        ("aggregation", words(f"aggregate.{indicator.aggregate}")),
        (
            "accumulation",
            f"{words(f'accumulation.{indicator.accumulation}')} · {words(f'frequency.{indicator.frequency}')}",
        ),
        ("owner", owner),
        ("source", words.text(indicator.source)),
        ("checks", words.join([check_text(words, check) for check in indicator.checks])),
        (
            "breaks",
            html.Ul([html.Li(f"{b.period} {words.text(b.note)}") for b in indicator.breaks])
            if indicator.breaks
            else "",
        ),
        ("aligns", indicator.aligns_to or ""),
    ]


def _formula(words: Words, indicator: Indicator) -> str:
    figure = indicator.figure
    if figure is None:
        return ""
    parts = {"numerator": words.text(figure.numerator), "denominator": words.text(figure.denominator)}
    if figure.factor == 1:
        return words("indicator.formula_plain", **parts)
    return words("indicator.formula_parts", factor=f"{figure.factor.normalize():f}", **parts)


def target_said(words: Words, plan: Plan, indicator: Indicator) -> str:
    """The target as printed, with its year; empty where there is none."""
    target = indicator.target
    if target is None:
        return ""
    year = target.year or plan.period.end
    text = getattr(target, "text", None)
    printed = words.text(text) if text is not None else target.printed
    if not printed:
        value = getattr(target, "value", None)
        printed = words.amount(float(value), indicator.unit) if value is not None else words(f"rule.{target.rule}")
    return _in_year(words, printed, year)


def _in_year(words: Words, text: str, year: int) -> str:
    return f"{text}（{year}）" if words.language == "zh" else f"{text} ({year})"


def check_text(words: Words, check: Check) -> str:
    severity = words(f"check.{check.severity}")
    if isinstance(check, RangeCheck):
        said = _range(words, check)
    elif isinstance(check, ChangeCheck):
        key = "check.change_points" if check.max_points is not None else "check.change_percent"
        limit = check.max_points if check.max_points is not None else check.max_percent
        said = words(key, against=words(f"check.{check.against}"), limit=f"{limit:f}")
    elif isinstance(check, OutlierCheck):
        said = words("check.outlier", limit=f"{check.threshold:f}")
    elif isinstance(check, PlainCheck):
        said = words(f"check.{check.rule}")
    else:
        said = check.rule
    return f"{said}（{severity}）" if words.language == "zh" else f"{said} ({severity})"


def _range(words: Words, check: RangeCheck) -> str:
    if check.min is None:
        return words("check.at_most", max=f"{check.max:f}")
    if check.max is None:
        return words("check.at_least", min=f"{check.min:f}")
    return words("check.range", min=f"{check.min:f}", max=f"{check.max:f}")
