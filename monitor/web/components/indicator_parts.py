"""The parts of an indicator's page: the finding, its figures by period, the units in order, the definition."""

from __future__ import annotations

from typing import Any

from dash import html

from monitor.catalogue.models import ChangeCheck, Check, Indicator, OutlierCheck, PlainCheck, RangeCheck
from monitor.report.figures import Figure
from monitor.report.indicator import IndicatorAnswer, Printed, Standing

from ..view import View
from ..words import Words
from .choices import choice
from .goal import Goal
from .parts import attributes, badge, card, evidence_lines, glyph, hidden, link, look, synthetic_mark, with_evidence
from .scorecards import baseline_text, gap_cell, target_text
from .tiles import Tile, tile_map

_ROWS_SHOWN = 12


def difference_from_base(words: Words, value: float, base: float, unit: str) -> str:
    """`低于基期 4 个百分点`."""
    gap = words.points(value - base, unit)
    if not gap.split(" ")[0].strip("0.,"):
        return words("finding.equal_base")
    return words("finding.below_base" if value < base else "finding.above_base", gap=gap)


def finding(words: Words, answer: IndicatorAnswer, tolerance: float) -> str:
    """What the indicator's page says in its title: the figure and what it means."""
    name, figure = words.text(answer.indicator.name), answer.figure
    if answer.region.code != answer.plan.region:
        name = words("finding.region_prefix", region=words.region_short(answer.region)) + name
    if figure is None or figure.value is None:
        code = figure.period.code if figure is not None else (answer.period.code if answer.period else "")
        return words("finding.no_data", name=name, period=code)
    values = {"name": name, "value": words.value(figure), "target": target_text(words, figure, answer.indicator)}
    if answer.counts_regions and figure.numerator is not None and figure.denominator is not None:
        counted = {"k": words.number(figure.numerator), "n": words.number(figure.denominator)}
        return words("finding.regions", name=name, **counted)
    values["gap"] = words.points(figure.target_gap or 0.0, figure.unit)
    values["progress"] = words.share(figure.progress_share)
    values["time"] = words.share(figure.time_share)
    values["met"] = figure.met_period
    values["period"] = figure.first_failing_period
    return words(f"finding.{_finding_key(answer, figure, tolerance, values, words)}", **values)


def _finding_key(
    answer: IndicatorAnswer, figure: Figure, tolerance: float, values: dict[str, str], words: Words
) -> str:
    class_ = figure.class_
    if class_ in ("held", "breached"):
        goal = Goal.of(answer.indicator, figure, tolerance)
        if class_ == "breached" and goal.kept(figure) == "held":
            return "breached_before"
        if figure.rule == "band" and goal.centre is not None and figure.value is not None:
            values["difference"] = difference_from_base(words, figure.value, goal.centre, figure.unit)
            return f"{class_}_band"
        if class_ == "breached" and goal.low is None:
            return "breached_above"
    if class_ in ("ahead", "on_schedule", "nearly") and figure.progress_share is None:
        return f"{class_}_plain" if class_ != "nearly" else "behind"
    if class_ == "below_baseline" and figure.baseline is not None and figure.value is not None:
        values["gap"] = words.points(figure.value - figure.baseline, figure.unit)
    if class_ == "missed" and figure.met_period:
        return "missed_met"
    return class_ if f"finding.{class_}" in words else "not_assessable"


def sibling_strip(view: View, answer: IndicatorAnswer) -> html.Nav:
    """All indicators of the plan by number, each with its class, to go to the next with one click."""
    words = view.words
    items = []
    for indicator, figure in answer.siblings:
        name = words.text(indicator.name)
        face: list[Any] = [
            glyph(figure.class_),
            str(indicator.number),
            hidden(f" {name} {words.class_name(figure.class_)}"),
        ]
        kind = f"sibling k-{look(figure.class_)[1]}"
        if indicator.id == answer.indicator.id:
            items.append(html.Li(html.Span(face, className=f"{kind} chosen", **attributes(aria_current="page"))))
        else:
            href = view.href("indicator", indicator.id, region=view.address.region)
            items.append(html.Li(link(face, href, kind, f"{name} · {words.class_name(figure.class_)}")))
    return html.Nav(html.Ul(items), className="siblings", **attributes(aria_label=words("nav.indicators")))


def periods_table(view: View, answer: IndicatorAnswer) -> html.Section:
    """Every figure there is, newest first; other vintages of a period stand below the one that is judged."""
    words = view.words
    heads = ["period", "value", "vintage", "progress_share", "gap", "class"]
    rows = []
    others: dict[Any, list[Printed]] = {}
    for printed in answer.printed:
        if not printed.chosen and printed.observation.vintage != "plan":
            others.setdefault(printed.observation.period, []).append(printed)
    judged = {figure.period: figure for figure in answer.course}
    for period in sorted({*judged, *others}, key=lambda p: p.order, reverse=True):
        if period in judged:
            rows.append(_judged_row(view, answer, judged[period]))
        rows += [
            _other_row(view, printed, before=period.year <= answer.plan.period.base)
            for printed in others.get(period, [])
        ]
    shown, rest = rows, 0
    if view.address.rows != "all" and len(rows) > _ROWS_SHOWN + 2:
        shown, rest = rows[:_ROWS_SHOWN], len(rows) - _ROWS_SHOWN
    if not rows:
        return card(words("indicator.table_title"), html.P(words("indicator.table_none"), className="quiet"))
    unit = "%" if answer.counts_regions else words.unit(answer.indicator.unit)
    table = html.Table(
        [
            html.Caption(words("indicator.table_title"), className="unseen"),
            html.Thead(
                html.Tr(
                    [
                        html.Th(words(f"column.{head}") + (f" / {unit}" if head == "value" else ""), scope="col",
                                className="num" if head in ("value", "progress_share", "gap") else head)
                        for head in heads
                    ]
                )
            ),
            html.Tbody(shown),
        ],
        className="plain",
    )  # fmt: skip
    marks = [synthetic_mark(words)] if answer.synthetic else []
    more = [link(words("indicator.more_periods", n=rest), view.here(rows="all"))] if rest else []
    scroll = html.Div(table, className="scroll", tabIndex=0, role="region",
                      **attributes(aria_label=words("indicator.table_title")))  # fmt: skip
    foot = [*more, words("overview.foot_as_of", date=view.as_of)]
    return card(words("indicator.table_title"), scroll, marks=marks, class_name="periods-card", foot=foot)


def plain_number(words: Words, figure: Figure) -> str:
    """A figure's number in its own unit, as tables with the unit in their head want it."""
    if figure.comparator in ("", "eq"):
        return words.figure_number(figure)
    return words.number(figure.value, figure.unit, figure.comparator)


def _judged_row(view: View, answer: IndicatorAnswer, figure: Figure) -> html.Tr:
    words = view.words
    known = [p for p in answer.printed if p.chosen and p.observation.period == figure.period]
    source = known[0].observation.source if known else None
    lines = evidence_lines(words, figure, source, view.as_of)
    shown = plain_number(words, figure)
    return html.Tr(
        [
            html.Th(figure.period.code, scope="row", className="period"),
            html.Td(with_evidence(words, shown, lines), className="num value"),
            html.Td(words.known("vintage", figure.vintage), className="vintage"),
            html.Td(words.share(figure.progress_share), className="num"),
            gap_cell(view, figure),
            html.Td(badge(words, figure.class_), className="class"),
        ],
        className="year-row" if figure.period.kind == "year" else None,
    )


def _other_row(view: View, printed: Printed, *, before: bool) -> html.Tr:
    words, observation = view.words, printed.observation
    vintage = words.known("vintage", observation.vintage)
    source = observation.source
    lines = [words("evidence.source", text=source.source) if source.source else words("evidence.no_source")]
    if source.published_on is not None:
        lines.append(words("evidence.published", date=words.day(source.published_on)))
    lines += [words("evidence.vintage", vintage=vintage), words("evidence.period", period=observation.period.code)]
    if source.note:
        lines.append(words("evidence.note", text=source.note))
    if source.synthetic:
        lines.append(words("evidence.synthetic"))
    lines.append(words("evidence.as_of", date=view.as_of))
    number = words.number(printed.value, observation.unit, observation.comparator)
    return html.Tr(
        [
            html.Th(observation.period.code, scope="row", className="period"),
            html.Td(with_evidence(words, number, lines), className="num value"),
            html.Td(vintage, className="vintage"),
            html.Td(words("indicator.before_plan" if before else "indicator.reference"), colSpan=3, className="quiet"),
        ],
        className="other-row",
    )


def ranking(view: View, answer: IndicatorAnswer) -> html.Section:
    """The units in order, as dots on one scale with the target as a line; a scale of dots need not begin at zero."""
    words = view.words
    period = answer.standing_period
    present = [s for s in answer.standings if s.figure is not None]
    if period is None or not present:
        return card(words("indicator.ranking_title", period=period.code if period else ""),
                    html.P(words("indicator.ranking_none"), className="quiet"))  # fmt: skip
    by_code = view.address.sort == "code"
    ordered = answer.standings if by_code else _best_first(answer.indicator, answer.standings)
    values = [s.figure.value for s in present if s.figure is not None and s.figure.value is not None]
    target = next((s.figure.target for s in present if s.figure is not None and s.figure.target is not None), None)
    ends = [*values, *([target] if target is not None else [])]
    low, high = min(ends), max(ends)
    width = (high - low) or 1.0

    def at(value: float) -> str:
        return f"{4 + 92 * (value - low) / width:.3g}%"

    items = [_standing(view, answer, s, at) for s in ordered]
    style = {} if target is None else {"--t": at(target)}
    by_value = "indicator.sort_value" if answer.indicator.direction == "none" else "indicator.sort_rank"
    tools = choice(
        words("tools.order"),
        [
            (words(by_value), view.here(sort=None), not by_code),
            (words("indicator.sort_code"), view.here(sort="code"), by_code),
        ],
    )
    synthetic = any(s.figure is not None and s.figure.synthetic for s in present)
    vintages = dict.fromkeys(words.known("vintage", s.figure.vintage) for s in present if s.figure is not None)
    return card(
        words("indicator.ranking_title", period=period.code),
        html.Ol(items, className="ranking" if target is None else "ranking with-target", style=style),
        marks=[synthetic_mark(words)] if synthetic else [],
        note=_dots_note(words, answer, len(present), target),
        tools=tools,
        class_name="ranking-card",
        foot=[
            words("overview.foot_sources", sources=words.join(list(vintages))),
            words("overview.foot_as_of", date=view.as_of),
        ],
    )


def _dots_note(words: Words, answer: IndicatorAnswer, present: int, target: float | None) -> list[html.Span]:
    notes = [html.Span(words("indicator.ranking_counts", n=len(answer.standings), k=present))]
    if target is not None:
        shown = words.amount(target, answer.indicator.unit)
        notes.append(html.Span(words("indicator.ranking_target", target=shown)))
    return notes


def _best_first(indicator: Indicator, standings: tuple[Standing, ...]) -> list[Standing]:
    sign = -1.0 if indicator.direction != "down" else 1.0

    def key(standing: Standing) -> tuple[bool, float, str]:
        value = standing.figure.value if standing.figure is not None else None
        return (value is None, sign * (value or 0.0), standing.region.code)

    return sorted(standings, key=key)


def _standing(view: View, answer: IndicatorAnswer, standing: Standing, at: Any) -> html.Li:
    words, figure = view.words, standing.figure
    name = link(words.region_short(standing.region), view.href("region", standing.region.code), "unit-name")
    current = _current(answer, standing)
    if figure is None or figure.value is None:
        dash = html.Span(words("number.none"), className="num none")
        return html.Li([name, html.Span(className="dots"), dash], className=f"k-empty{current}")
    shape, colour = look(figure.class_)
    lines = evidence_lines(words, figure, standing.source, view.as_of)
    course = view.href("indicator", answer.indicator.id, region=standing.region.code)
    return html.Li(
        [
            name,
            html.Span(className="dots filled", style={"--x": at(figure.value)}),
            with_evidence(words, plain_number(words, figure), lines, href=course, class_name="num"),
            hidden(words.class_name(figure.class_)),
        ],
        className=f"k-{colour} s-{shape}{current}",
        title=words.class_name(figure.class_),
    )


def _current(answer: IndicatorAnswer, standing: Standing) -> str:
    return " current" if standing.region.code == answer.region.code else ""


def class_map(view: View, answer: IndicatorAnswer) -> html.Section:
    """The units as tiles in the colour and shape of their class."""
    words = view.words
    period = answer.standing_period
    tiles = []
    for standing in answer.standings:
        figure = standing.figure
        class_ = figure.class_ if figure is not None else "no_data"
        text = plain_number(words, figure) if figure is not None and figure.value is not None else words("number.none")
        heard = f"{words.class_name(class_)}"
        href = view.href("region", standing.region.code)
        kind = f"k-{look(class_)[1]} s-{look(class_)[0]}{_current(answer, standing)}"
        tiles.append(Tile(standing.region, text, kind, heard, href))
    found = dict.fromkeys(s.figure.class_ if s.figure is not None else "no_data" for s in answer.standings)
    legend = html.Span([badge(words, class_) for class_ in found], className="legend map-legend")
    synthetic = any(s.figure is not None and s.figure.synthetic for s in answer.standings)
    return card(
        words("indicator.map_title", period=period.code if period is not None else ""),
        [tile_map(words, tiles, answer.outside), legend],
        note=words("indicator.map_note"),
        marks=[synthetic_mark(words)] if synthetic else [],
        class_name="map-card",
        foot=[words("overview.foot_as_of", date=view.as_of), words("overview.foot_map")],
    )


def comparison(view: View, answer: IndicatorAnswer) -> html.Section | None:
    """Published beside aggregated, where both are known; nothing for a unit that has nothing below it."""
    words = view.words
    both = [f for f in answer.course if f.aggregated_value is not None and f.vintage != "aggregated"]
    if not both:
        if any(f.vintage == "aggregated" for f in answer.course):
            return card(words("indicator.compare_title"),
                        html.P(words("indicator.compare_only_aggregated"), className="quiet"))  # fmt: skip
        return None
    unit = answer.indicator.unit
    heads = [words("column.period"), words("indicator.compare_reported"), words("indicator.compare_aggregated"),
             words("indicator.compare_difference"), words("indicator.compare_cover")]  # fmt: skip
    rows = []
    for figure in reversed(both):
        aggregated = figure.aggregated_value or 0.0
        exact = figure.comparator in ("", "eq") and figure.value is not None
        gap = words.signed(aggregated - (figure.value or 0.0), unit) if exact else words("number.none")
        rows.append(
            html.Tr(
                [
                    html.Th(figure.period.code, scope="row", className="period"),
                    html.Td(plain_number(words, figure), className="num"),
                    html.Td(words.number(aggregated, unit), className="num"),
                    html.Td(gap, className="num"),
                    html.Td(words.share(figure.coverage), className="num"),
                ]
            )
        )
    head = html.Thead(
        html.Tr([html.Th(text, scope="col", className="num" if i else "period") for i, text in enumerate(heads)])
    )
    table = html.Table([html.Caption(words("indicator.compare_title"), className="unseen"), head, html.Tbody(rows)],
                       className="plain")  # fmt: skip
    return card(
        words("indicator.compare_title"),
        table,
        note=words("indicator.chart_unit", unit=words.unit(unit)),
        marks=[synthetic_mark(words)],
        foot=[words("overview.foot_as_of", date=view.as_of)],
    )


def outlook_card(view: View, answer: IndicatorAnswer) -> html.Section | None:
    """What the recent trend would lead to; marked as no data, absent where nothing is left to project."""
    words, figure = view.words, answer.figure
    if figure is None or figure.rule != "reach" or figure.target_gap is None or answer.counts_regions:
        return None
    lines: list[Any] = []
    if figure.outlook:
        lines.append(html.P(html.Strong(words(f"indicator.outlook_{figure.outlook}"))))
    if figure.projected_value is not None:
        target = answer.indicator.target
        year = (target.year if target is not None else None) or answer.plan.period.end
        value = words.amount(round(figure.projected_value, 1), figure.unit)
        lines.append(html.P(words("indicator.outlook_value", year=year, value=value)))
    facts = []
    if figure.pace_per_year is not None:
        facts.append(words("indicator.pace", pace=words.difference(figure.pace_per_year, figure.unit)))
    if figure.required_per_year is not None and figure.target_gap > 0:
        facts.append(words("indicator.required", required=words.difference(figure.required_per_year, figure.unit)))
    if figure.numerator_gap and answer.indicator.figure is not None:
        gap = words.amount(figure.numerator_gap, answer.indicator.figure.unit)
        facts.append(words("indicator.numerator_gap", gap=gap))
    lines += [html.P(fact) for fact in facts]
    if not lines:
        return None
    marks = [html.Span(words("mark.outlook"), className="mark")] if figure.outlook or figure.projected_value else []
    if figure.synthetic:
        marks.append(synthetic_mark(words))
    note = words("indicator.outlook_method") if marks and figure.projected_value is not None else None
    title = words("indicator.outlook_title" if figure.outlook else "indicator.pace_title")
    return card(title, html.Div(lines, className="prose"), marks=marks, note=note)


def definition_card(view: View, answer: IndicatorAnswer) -> html.Section:
    """Everything the catalogue says of the indicator."""
    words, indicator, plan = view.words, answer.indicator, answer.plan
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
    facts: list[tuple[str, Any]] = [
        ("definition", words.text(indicator.definition)),
        ("formula", _formula(words, indicator)),
        ("unit", words.unit(indicator.unit)),
        ("direction", words(f"direction.{indicator.direction}")),
        ("baseline", f"{base_text}（{baseline.year or plan.period.base}）" if baseline is not None else base_text),
        ("target", _target_said(words, answer)),
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
        ("checks", words.join([_check(words, check) for check in indicator.checks])),
        (
            "breaks",
            html.Ul([html.Li(f"{b.period} {words.text(b.note)}") for b in indicator.breaks])
            if indicator.breaks
            else "",
        ),
        ("aligns", indicator.aligns_to or ""),
    ]
    body = html.Dl(
        [part for key, value in facts if value for part in (html.Dt(words(f"indicator.{key}")), html.Dd(value))],
        className="facts",
    )
    return card(words("indicator.definition_title"), body, class_name="definition-card",
                foot=[words.text(plan.title), plan.document or ""])  # fmt: skip


def _formula(words: Words, indicator: Indicator) -> str:
    figure = indicator.figure
    if figure is None:
        return ""
    parts = {"numerator": words.text(figure.numerator), "denominator": words.text(figure.denominator)}
    if figure.factor == 1:
        return words("indicator.formula_plain", **parts)
    return words("indicator.formula_parts", factor=f"{figure.factor.normalize():f}", **parts)


def _target_said(words: Words, answer: IndicatorAnswer) -> str:
    target = answer.indicator.target
    if target is None:
        return ""
    year = target.year or answer.plan.period.end
    text = getattr(target, "text", None)
    printed = words.text(text) if text is not None else target.printed
    if not printed:
        value = getattr(target, "value", None)
        printed = (
            words.amount(float(value), answer.indicator.unit) if value is not None else words(f"rule.{target.rule}")
        )
    return f"{printed}（{year}）" if words.language == "zh" else f"{printed} ({year})"


def _check(words: Words, check: Check) -> str:
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


def unit_text(words: Words, answer: IndicatorAnswer) -> str:
    """The unit of the numbers shown; where they count regions, what they are."""
    if answer.counts_regions:
        return f"% · {words('aggregate.share_reached')}"
    return words.unit(answer.indicator.unit)


def base_and_target(view: View, answer: IndicatorAnswer) -> html.Span:
    """Base and target as printed, for the line below the title."""
    words, figure = view.words, answer.figure
    if figure is None:
        return html.Span("")
    base = f"{words('column.baseline')} {baseline_text(words, figure, answer.indicator)}"
    goal = f"{words('column.target')} {target_text(words, figure, answer.indicator)}"
    return html.Span(f"{base} → {goal}")
