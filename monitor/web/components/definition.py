"""Everything the catalogue says of an indicator, as a list of facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from monitor.catalogue.models import ChangeCheck, Check, Indicator, OutlierCheck, PlainCheck, Plan, RangeCheck
from monitor.report.indicator import IndicatorAnswer

from ..view import View
from ..words import Words
from . import html
from .parts import card


def definition_card(view: View, answer: IndicatorAnswer) -> html.Section:
    """Everything the catalogue says of the indicator."""
    words, plan = view.words, answer.plan
    facts = indicator_facts(words, plan, answer.indicator)
    return card(words("indicator.definition_title"), facts_list(words, facts), class_name="definition-card",
                foot=[words.text(plan.title), plan.document or ""])  # fmt: skip


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
