"""Bullet bars in plain HTML and CSS: target, actual and time elapsed in one lane, a form for each rule.

A lane is 100 % wide. On a progress lane 0 stands at 8 % and the target at 84 %, so that falling below the base
and passing the target both have room; what passes the lane's end is marked by an arrow, never cut in silence.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.catalogue.models import Indicator
from monitor.report.figures import Figure

from ..words import Words
from . import html
from .goal import Goal
from .parts import attributes, look

_ZERO, _GOAL = 8.0, 84.0
_LEAST, _MOST = -0.09, 1.2  # shares a progress lane has room for


def _at(share: float) -> float:
    """Where on the lane a share of the way stands, in %."""
    return _ZERO + (_GOAL - _ZERO) * min(_MOST, max(_LEAST, share))


def _percent(value: float) -> str:
    return f"{value:.4g}%"


def _lane(children: list[html.Span], kind: str, label: str, **style: str) -> html.Div:
    variables = {f"--{name}": value for name, value in style.items()}
    heard = attributes(aria_label=label)
    return html.Div(children, className=f"lane {kind}", role="img", style=variables, title=label, **heard)


def _span(class_name: str) -> html.Span:
    return html.Span(className=class_name)


def progress_lane(words: Words, figure: Figure, *, counts_regions: bool) -> html.Div:
    """`reach`: the way from base to target; without a base the figure as a share of the target, drawn hollow."""
    time = figure.time_share if figure.time_share is not None else 0.0
    share, hollow = figure.progress_share, False
    if share is None and figure.value is not None and figure.target:
        share, hollow = figure.value / figure.target, True
        to_go = figure.target_gap is not None and figure.target_gap > 0
        if to_go and figure.value > figure.target > 0:
            share = figure.target / figure.value  # a falling target: how near the figure has come down to it
    time_text = words.share(figure.time_share)
    if share is None:
        return _lane([_span("time"), _span("goal")], "reach", words("bar.none", time=time_text), s=_percent(_at(time)))
    if counts_regions and figure.numerator is not None and figure.denominator is not None:
        counted = {"k": words.number(figure.numerator), "n": words.number(figure.denominator)}
        label = words("bar.regions", time=time_text, **counted)
    elif hollow:
        label = words("bar.completion", share=words.share(share), time=time_text)
    else:
        label = words("bar.reach", progress=words.share(share), time=time_text)
    left, right = sorted((_at(0.0), _at(share)))
    marks = [_span("fill hollow" if hollow else "fill"), _span("goal")]
    marks.append(_span("time"))
    if not hollow:
        marks.append(_span("sched"))
    if share > _MOST:
        marks.append(_span("over"))
    elif share < _LEAST:
        marks.append(_span("under"))
    _, colour = look(figure.class_)
    return _lane(
        marks, f"reach k-{colour}", label, l=_percent(left), w=_percent(max(right - left, 0.8)), s=_percent(_at(time))
    )


def _year_cells(words: Words, years: Sequence[Figure], goal: Goal) -> tuple[list[html.Span], str]:
    """One cell for each year of the plan up to the shown one: was it kept in that very year."""
    cells, said = [], []
    for figure in years:
        state = goal.kept(figure)
        cells.append(_span(f"year y-{state}"))
        said.append(words(f"bar.year_{state}", year=figure.period.year))
    return cells, words.join(said)


def range_lane(
    words: Words, indicator: Indicator, figure: Figure, years: Sequence[Figure], tolerance: float
) -> html.Div:
    """`hold` and `band`: the allowed range as a shade, the figure as a dot, each year of the plan as a cell."""
    goal = Goal.of(indicator, figure, tolerance)
    cells, said = _year_cells(words, [y for y in years if y.period.order <= figure.period.order], goal)
    shown = words.value(figure)
    if goal.centre is None or figure.value is None:
        return _lane(cells, "range", words("bar.band_plain", value=shown, years=said))
    values = [y.value for y in years if y.value is not None] + [figure.value]
    widest = max(abs(value - goal.centre) for value in values)
    centre = goal.centre
    reach = goal.high - centre if goal.high is not None and goal.low is not None else 0.0
    span = max(1.3 * widest, 2.2 * reach, 0.02 * abs(centre), 1e-9)

    def at(value: float) -> float:
        return 50 + 42 * max(-1.0, min(1.0, (value - centre) / span))

    low = 0.0 if goal.low is None else at(goal.low)
    high = 100.0 if goal.high is None else at(goal.high)
    arrow = {"ge": " more", "gt": " more", "le": " less", "lt": " less", "approx": " about"}.get(figure.comparator, "")
    marks = [_span("zone"), *cells, _span(f"spot{arrow}")]
    if goal.low is not None and goal.high is not None:
        ends = {"low": words.number(goal.low, figure.unit), "high": words.number(goal.high, figure.unit)}
        label = words("bar.band", value=shown, years=said, **ends)
    else:
        label = words("bar.hold", target=figure.target_printed, value=shown, years=said)
    _, colour = look(figure.class_)
    return _lane(
        marks,
        f"range k-{colour}",
        label,
        l=_percent(low),
        w=_percent(max(high - low, 0.8)),
        c=_percent(at(centre)),
        v=_percent(at(figure.value)),
    )


def judged_lane(words: Words, figure: Figure, years: Sequence[Figure]) -> html.Div:
    """`judge`: the yearly figures as columns from zero; the target is words, so there is none to draw."""
    known = [(y.period.year, y.value) for y in years if y.value is not None and y.period.order <= figure.period.order]
    top = max((value for _, value in known), default=0.0)
    heights = [_percent(max(4.0, 100 * value / top)) if top > 0 else "4%" for _, value in known]
    columns = [html.Span(className="column", style={"height": height}) for height in heights]
    said = words.join([f"{year} {words.amount(value, figure.unit)}" for year, value in known])
    columns.append(html.Span(words("bar.text_target"), className="lane-word"))
    return _lane(columns, "judge", words("bar.judge", values=said or words("number.none")))


def lane(
    words: Words,
    indicator: Indicator,
    figure: Figure,
    years: Sequence[Figure],
    *,
    tolerance: float,
    counts_regions: bool = False,
) -> html.Div:
    """The bar of one figure, in the form its rule asks for."""
    if figure.rule == "judge":
        return judged_lane(words, figure, years)
    if figure.rule in ("hold", "band"):
        return range_lane(words, indicator, figure, years, tolerance)
    return progress_lane(words, figure, counts_regions=counts_regions)
