"""How a class came about: base, target, shares and gaps with the numbers in, the rows asked, years and both methods."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from monitor.method.figures import part_factor
from monitor.report.counted import REGIONS, as_count
from monitor.report.explain import Explanation
from monitor.report.explain_verdict import Numbers, Reasoned

from ..view import View
from ..words import Words
from . import html
from .alone import stands_alone
from .columns import figure_places, is_computed
from .exact_numbers import exact_number, exact_text, time_text
from .explain_bounds import bound_note, exact_of, resting_on, worked_out
from .explain_facts import Fact, facts_table, number_fact, scroller, text_fact
from .explain_ladder import condition, here, ladder, number, share
from .explain_outlook import outlook_facts
from .parts import badge, card
from .scorecards import baseline_text, target_text
from .take import take_table
from .why import why


def verdict_facts(words: Words, answer: Explanation, verdict: Reasoned) -> list[Fact | None]:
    """Everything that was compared, each with its formula and the numbers in it."""
    n, figure, unit = verdict.numbers, answer.figure, answer.indicator.unit
    if figure is None or verdict.rule == "none":
        return []
    shown_unit = "%" if verdict.rule == "share" else unit
    facts: list[Fact | None] = [_base(words, answer, verdict), _target(words, answer, verdict)]
    facts.append(text_fact(words("indicator.direction"), words(f"direction.{answer.indicator.direction}")))
    if verdict.rule == "band" and n.centre is not None:
        low, high = n.centre - n.tolerance, n.centre + n.tolerance
        ends = f"{exact_text(n.centre)} ± {exact_text(n.tolerance)}"
        facts.append(text_fact(words("explain.band"), f"{exact_text(low)} – {exact_text(high)}", ends))
    facts.append(number_fact(words("explain.time_share"), n.s, "", _time_formula(n), cut=4))
    if verdict.rule not in ("band", "judge"):
        facts += _progress(words, answer, verdict, shown_unit)
    gap_name = words("explain.gap_share" if verdict.rule == "share" else "explain.target_gap")
    gap = number_fact(gap_name, n.target_gap, _difference_unit(words, shown_unit), _gap_formula(words, verdict))
    if verdict.rule == "share" and figure.numerator is not None and figure.denominator is not None:
        left = as_count(figure).target_gap
        how = f"{words.number(figure.denominator)} − {words.number(figure.numerator)}"
        facts.append(number_fact(words("explain.gap_regions"), left, words.unit(REGIONS), how))
    facts.append(worked_out(words, gap, resting_on(verdict, base=verdict.rule == "band")))
    facts.append(_numerator_gap(words, answer, verdict))
    facts += outlook_facts(words, answer, verdict, shown_unit)
    if figure.met_period:
        facts.append(text_fact(words("explain.met_period"), figure.met_period))
    if figure.first_failing_period:
        facts.append(text_fact(words("explain.first_failing"), figure.first_failing_period))
    if figure.certainty:
        facts.append(text_fact(words("explain.certainty"), words(f"explain.certainty_{figure.certainty}")))
    if figure.reasons:
        facts.append(text_fact(words("explain.reasons"), words.join([words.reason(one) for one in figure.reasons])))
    return facts


def _numerator_gap(words: Words, answer: Explanation, verdict: Reasoned) -> Fact | None:
    """What the numerator lacks with the present denominator, in the unit of the parts; of a falling one, its excess."""
    n, figure, indicator = verdict.numbers, verdict.cell.figure, answer.indicator
    if n.numerator_gap is None or indicator.part_unit is None or verdict.rule == "share" or figure is None:
        return None
    times = f" ÷ {number(part_factor(indicator))}" if part_factor(indicator) != 1 else ""
    wanted, own = f"{number(n.g)} × {number(figure.denominator)}{times}", number(figure.numerator)
    how = f"max(0, {wanted} − {own})" if n.d >= 0 else f"max(0, {own} − {wanted})"
    name = words("explain.numerator_gap" if n.d >= 0 else "explain.numerator_gap_down")
    gap = number_fact(name, n.numerator_gap, words.unit(indicator.part_unit), how)
    return worked_out(words, gap, resting_on(verdict, base=False))


def _base(words: Words, answer: Explanation, verdict: Reasoned) -> Fact | None:
    base, goal = verdict.cell.goal.base, verdict.cell.goal
    name = words("explain.base_of", year=goal.t0)
    if answer.figure is None or verdict.rule == "share" or (verdict.rule == "judge" and base is None):
        return None
    if base is None:
        return text_fact(name, words("number.none"), words("explain.base_none"))
    shown = baseline_text(words, answer.figure, answer.indicator)
    how = words(f"explain.base_{verdict.base_kind}", year=goal.t0)
    exact = exact_number(base.value) if base.comparator == "eq" else None
    return Fact(name, shown, exact, words.unit(answer.indicator.unit) if exact is not None else "", how)


def _target(words: Words, answer: Explanation, verdict: Reasoned) -> Fact | None:
    goal = verdict.cell.goal
    if answer.figure is None or goal.target is None:
        return None
    name = words("explain.target_of", year=goal.end)
    own = answer.indicator.regional_targets.get(answer.region.code)
    key = "own" if own is not None and own.target is not None else "plan"
    how = f"{words(f'rule.{goal.target.rule}')} · {words(f'explain.target_{key}')}"
    if goal.target.rule == "judge":
        return text_fact(name, answer.figure.target_printed, how)
    shown = target_text(words, answer.figure, answer.indicator)
    if verdict.rule == "share":
        return text_fact(name, shown, words("explain.target_share"))
    exact = None if verdict.numbers.g is None else exact_number(verdict.numbers.g)
    return Fact(name, shown, exact, words.unit(answer.indicator.unit), how)


def _time_formula(n: Numbers) -> str:
    if n.s is None:
        return ""
    if n.path_now is not None:
        return f"({number(n.path_now)} − {number(n.b)}) ÷ ({number(n.g)} − {number(n.b)})"
    return f"({time_text(n.t)} − {time_text(n.t0)}) ÷ ({time_text(n.end)} − {time_text(n.t0)})"


def _progress(words: Words, answer: Explanation, verdict: Reasoned, unit: str) -> list[Fact | None]:
    n, p = verdict.numbers, share(verdict.numbers)
    facts: list[Fact | None] = []
    if p is None:
        facts.append(text_fact(words("explain.progress"), words("number.none"), _why_no_progress(words, verdict)))
    elif n.drop_share is not None and n.p is None:
        how = f"ln(1 − {number(n.v)}/100) ÷ ln(1 − {number(n.g)}/100)"
        facts.append(number_fact(words("explain.progress"), n.drop_share, "", how))
    else:
        how = f"({number(n.v)} − {number(n.b)}) ÷ ({number(n.g)} − {number(n.b)})"
        how = f"{number(n.v)} ÷ 100" if verdict.rule == "share" else how
        facts.append(number_fact(words("explain.progress"), n.p, "", how, cut=4))
    if p is not None and n.s is not None:
        how = f"100 × ({exact_text(p, 4)} − {exact_text(n.s, 4)})"
        facts.append(number_fact(words("explain.schedule_gap"), n.schedule_gap, words("number.pp"), how))
    if n.pace is not None:
        how = f"({number(n.v)} − {number(n.b)}) ÷ ({time_text(n.t)} − {time_text(n.t0)})"
        facts.append(number_fact(words("explain.pace"), n.pace, _per_year(words, unit), how, cut=4))
    rests = resting_on(verdict, base=True)
    return [*(worked_out(words, fact, rests) for fact in facts), _required(words, verdict, unit)]


def _required(words: Words, verdict: Reasoned, unit: str) -> Fact | None:
    """What every year left has to bring; nothing where the target is met, but how far the figure may go back."""
    n, name = verdict.numbers, words("explain.required")
    if n.required is None:
        return None
    rests = resting_on(verdict, base=False)
    if verdict.meets_target:
        return text_fact(name, words("explain.required_none"), _margin(words, verdict, unit, rests))
    how = f"({number(n.g)} − {number(n.v)}) ÷ ({time_text(n.end)} − {time_text(n.t)})"
    if n.drop_share is not None and n.p is None:
        how = f"100 × (1 − ((1 − {number(n.g)}/100) ÷ (1 − {number(n.v)}/100))^(1 ÷ {number(n.end - n.t)}))"
    cut = 6 if rests == "eq" else 2  # no finer than what it rests on
    return worked_out(words, number_fact(name, n.required, _per_year(words, unit), how, cut=cut), rests)


def _margin(words: Words, verdict: Reasoned, unit: str, rests: str) -> str:
    """How far a figure that meets the target may go back; empty where it lies right on it."""
    gap, d = verdict.numbers.target_gap, verdict.numbers.d
    if not gap or not d:
        return ""
    margin = f"{exact_text(-gap, 4)} {_difference_unit(words, unit)}"
    return bound_note(words, words("explain.margin_up" if d > 0 else "explain.margin_down", margin=margin), rests)


def _difference_unit(words: Words, unit: str) -> str:
    return words("number.pp") if unit == "%" else words.unit(unit)


def _per_year(words: Words, unit: str) -> str:
    return words("explain.per_year", unit=_difference_unit(words, unit))


def _why_no_progress(words: Words, verdict: Reasoned) -> str:
    n = verdict.numbers
    if n.v is None:
        return words("explain.no_progress_figure")
    if n.b is None:
        return words("explain.no_progress_base")
    return words("explain.no_progress_equal" if n.g == n.b else "explain.no_progress_met")


def _gap_formula(words: Words, verdict: Reasoned) -> str:
    n = verdict.numbers
    if n.target_gap is None:
        return ""
    if verdict.rule == "band" and n.centre is not None:
        return f"max(0, |{number(n.v)} − {number(n.centre)}| − {number(n.tolerance)})"
    if getattr(verdict.cell.goal.target, "comparator", "") == "eq":
        return f"|{number(n.g)} − {number(n.v)}|"
    return f"{number(n.g)} − {number(n.v)}" if n.d >= 0 else f"{number(n.v)} − {number(n.g)}"


def decision(words: Words, answer: Explanation, verdict: Reasoned) -> str:
    """The row that decided, in plain words with the numbers in."""
    if not verdict.row:
        return words("explain.context_note")
    place = words("explain.decided_row", row=verdict.row) if verdict.row.isdigit() else words("explain.decided_between")
    rule, told = condition(words, verdict.row, verdict), here(words, answer, verdict, verdict.row)
    return words("explain.decided", place=place, rule=rule, here=told, class_=words.class_name(verdict.class_))


@stands_alone
def verdict_card(view: View, answer: Explanation, facts: list[Fact | None]) -> html.Section | None:
    words, verdict, figure = view.words, answer.verdict, answer.figure
    if verdict is None or figure is None:
        return None
    title = words("explain.verdict_title")
    if verdict.rule == "none":
        return card(title, html.P(words("explain.context_note"), className="quiet"))
    said = html.P([badge(words, verdict.class_), html.Span(decision(words, answer, verdict))], className="decision")
    taken = html.P(take_table(view, "ladder"), className="card-foot")
    body = [
        said,
        ladder(view, answer, verdict),
        taken,
        facts_table(words, words("explain.numbers_title"), facts, "verdict"),
    ]
    used = words("explain.settings_used", ahead=answer.settings.ahead, near=answer.settings.near,
                 band=answer.settings.band_tolerance)  # fmt: skip
    foot: Sequence[Any] = [used, take_table(view, "verdict"), _more(view, words)]
    return card(title, body, class_name="verdict-card", foot=foot)


def _more(view: View, words: Words) -> html.A:
    return html.A(words("explain.to_method"), href=view.href("method", period=None))


@stands_alone
def years_card(view: View, answer: Explanation) -> html.Section | None:
    """The plan's years as they stand to the target, where the class looks at more than one."""
    words, verdict = view.words, answer.verdict
    if verdict is None or verdict.rule in ("none", "judge", "share") or len(verdict.years) < 2:
        return None
    title = words("explain.years_title")
    heads = [words("column.period"), words("column.value"), words("explain.h_standing")]
    head = html.Tr([html.Th(text, scope="col", className="num" if i == 1 else None) for i, text in enumerate(heads)])
    unit = answer.indicator.unit
    places = figure_places((one.figure for one in verdict.years), unit)
    rows = []
    for one in verdict.years:
        shown = words("number.none")
        if one.figure is not None:
            least = places if is_computed(one.figure) else 0
            shown = words.number(float(one.figure.value), unit, one.figure.comparator, least)
        link = why(view, shown, answer.indicator.id, answer.region.code, one.period)
        standing = words(f"explain.standing_{verdict.rule if verdict.rule == 'band' else 'target'}_{one.standing}")
        cells = [html.Td(link, className="num", exact=exact_of(one.figure)), html.Td(standing)]
        rows.append(html.Tr([html.Th(one.period.code, scope="row"), *cells]))
    caption = html.Caption(title, className="unseen")
    table = html.Table([caption, html.Thead(head), html.Tbody(rows)], className="plain", key="years")
    return card(title, scroller(table, title), foot=[take_table(view, "years")])


def methods_facts(words: Words, answer: Explanation, verdict: Reasoned) -> list[Fact | None]:
    """What each of the two methods says, with its ratio."""
    n = verdict.numbers
    linear = words("explain.context_linear") if verdict.rule == "none" else words.class_name(verdict.class_)
    p = share(n)
    rests = resting_on(verdict, base=True)
    first = "" if p is None else words.join([f"p = {exact_text(p, 4)}", f"s = {number(n.s)}"])
    ratio = number_fact("V" if verdict.rule == "none" else "R", verdict.growth_ratio, "", words("explain.ratio_note"))
    key = f"explain.growth_{verdict.growth_class}"
    growth = words(key) if key in words else words.class_name(verdict.growth_class)
    why_not = words.reason(verdict.growth_reason) if verdict.growth_reason else ""
    return [
        text_fact(words("explain.method_linear"), linear, bound_note(words, first, rests)),
        text_fact(words("explain.method_cagr"), growth, _growth_formula(words, verdict) or why_not),
        worked_out(words, ratio, rests),
    ]


def _growth_formula(words: Words, verdict: Reasoned) -> str:
    n = verdict.numbers
    if verdict.growth_ratio is None or n.b is None or n.v is None:
        return ""
    sign = "−" if n.d * (1 if n.b > 0 else -1) < 0 else ""
    own = f"[({number(n.v)} ÷ {number(n.b)})^(1 ÷ {number(n.t - n.t0)}) − 1]"
    if verdict.rule == "none":
        return f"V = {sign}{own}"
    asked = f"|({number(n.g)} ÷ {number(n.b)})^(1 ÷ {number(Fraction(n.end - n.t0))}) − 1|"
    return f"R = {sign}{own} ÷ {asked}"


@stands_alone
def methods_card(view: View, answer: Explanation, facts: list[Fact | None]) -> html.Section | None:
    """Both methods beside each other; the page says so where they disagree rather than hiding one."""
    words, verdict = view.words, answer.verdict
    if verdict is None or answer.made.figure is None:
        return None
    title = words("explain.methods_title")
    return card(title, facts_table(words, title, facts, "methods"), note=words("explain.methods_note"),
                foot=[take_table(view, "methods")])  # fmt: skip
