"""The course of one indicator over time: actual, target path or range, other vintages, breaks, outlook."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from monitor.catalogue.models import Indicator
from monitor.report.figures import Figure
from monitor.report.indicator import IndicatorAnswer, Printed

from ..components.goal import Goal
from ..components.indicator_parts import outlook_text, unit_of
from ..components.parts import look
from ..components.scorecards import baseline_text, target_text
from ..words import Words
from .template import AMBER, CLASS_COLOURS, INK, QUIET, STRONG, axis, escaped, layout

_BOUND_SYMBOLS = {"ge": "triangle-up", "gt": "triangle-up", "le": "triangle-down", "lt": "triangle-down",
                  "approx": "square"}  # fmt: skip
# a veil behind each note, so that a line below it does not cross its words
_NOTE = {"showarrow": False, "font": {"color": QUIET, "size": 12}, "bgcolor": "rgba(255,255,255,0.7)", "borderpad": 0}
_YEARS_LABELLED = 8  # of more, every other one has its number
_FAN = "rgba(91,104,119,0.16)"
_HOVER = "%{customdata}<extra></extra>"


def _symbol(comparator: str, *, synthetic: bool) -> str:
    return _BOUND_SYMBOLS.get(comparator, "circle") + ("-open" if synthetic else "")


def _said(words: Words, figure: Figure) -> str:
    vintage = words.known("vintage", figure.vintage)
    text = words("indicator.hover", period=figure.period.code, value=words.value(figure), vintage=vintage)
    extra = [words.class_name(figure.class_)]
    if figure.synthetic:
        extra.append(words("mark.synthetic"))
    return escaped(f"{text} · {' · '.join(extra)}")


def _actual(words: Words, figures: Sequence[Figure], *, labels: bool, target: float | None = None) -> dict[str, Any]:
    """A line through the figures of one length, each point in the colour of its class."""
    colours = [CLASS_COLOURS[look(f.class_)[1]] for f in figures]
    return {
        "type": "scatter",
        "mode": "lines+markers+text" if labels else "markers",
        "x": [float(f.period.time) for f in figures],
        "y": [f.value for f in figures],
        "text": [escaped(_label(words, f)) for f in figures] if labels else None,
        "textposition": _label_places(figures, target),
        "textfont": {"color": INK, "size": 12},
        "line": {"color": INK, "width": 2},
        "marker": {
            "size": 11 if labels else 6,
            "color": colours,
            "symbol": [_symbol(f.comparator, synthetic=f.synthetic) for f in figures],
            "line": {"color": colours if any(f.synthetic for f in figures) else INK, "width": 2 if labels else 1},
        },
        "customdata": [_said(words, f) for f in figures],
        "hovertemplate": _HOVER,
        "cliponaxis": False,
    }


def _label(words: Words, figure: Figure) -> str:
    if figure.unit == "%":
        return words.figure_number(figure) if figure.comparator in ("", "eq") else words.value(figure).replace("%", "")
    return words.number(words.scaled(figure.value or 0.0, figure.unit)[0], "", figure.comparator or "eq")


def _label_places(figures: Sequence[Figure], target: float | None) -> list[str]:
    """Above a peak, below a valley, so that no label lies on its own line; the last one away from the target."""
    values = [f.value or 0.0 for f in figures]
    places = []
    for index, value in enumerate(values):
        beside = [values[i] for i in (index - 1, index + 1) if 0 <= i < len(values)]
        places.append("top center" if not beside or value >= sum(beside) / len(beside) else "bottom center")
    if target is not None and values:
        places[-1] = "top center" if values[-1] >= target else "bottom center"
    return places


@dataclass(frozen=True)
class _Way:
    """The way to a target: points in order of time, the printed target, and the printed base where there is one."""

    points: tuple[tuple[int, float], ...]
    target: str
    base: str | None


def _way(words: Words, answer: IndicatorAnswer, figure: Figure | None) -> _Way | None:
    """The annual table where there is one, else a straight line from base to target."""
    indicator = answer.indicator
    target, plan = indicator.target, answer.plan.period
    if figure is None or figure.rule != "reach" or figure.target is None:
        return None
    if answer.counts_regions:  # from no region at the base to all of them (methods.md section 5: p = n/d)
        return _Way(((plan.base, 0.0), (plan.end, figure.target)), words.amount(figure.target, figure.unit), None)
    end = (target.year if target is not None else None) or plan.end
    start = (indicator.baseline.year if indicator.baseline is not None else None) or plan.base
    points: list[tuple[int, float]] = []
    if figure.baseline is not None:
        points.append((start, figure.baseline))
    points += [(year, float(value)) for year, value in sorted((indicator.path or {}).items())]
    if not points or points[-1][0] < end:
        points.append((end, figure.target))
    base = None if figure.baseline is None else baseline_text(words, figure, indicator)
    return _Way(tuple(points), target_text(words, figure, indicator), base)


def _way_traces(way: _Way) -> list[dict[str, Any]]:
    """The dashed way, a diamond at its end, a bar at its base."""
    end, goal = way.points[-1]
    marks = [([end], [goal], "diamond-open", 13)]
    if way.base is not None:
        marks.append(([way.points[0][0]], [way.points[0][1]], "line-ew-open", 14))
    line = {
        "type": "scatter", "mode": "lines", "x": [x for x, _ in way.points], "y": [y for _, y in way.points],
        "line": {"color": QUIET, "width": 1.5, "dash": "dash"}, "hoverinfo": "skip",
    }  # fmt: skip
    return [line] + [
        {
            "type": "scatter", "mode": "markers", "x": x, "y": y, "hoverinfo": "skip", "cliponaxis": False,
            "marker": {"symbol": symbol, "size": size, "color": INK, "line": {"width": 2, "color": INK}},
        }
        for x, y, symbol, size in marks
    ]  # fmt: skip


def _way_notes(words: Words, way: _Way, first: float, last: float | None) -> list[dict[str, Any]]:
    """Target and base in words, on the side of the way where no figure is expected, and never past the edge.

    `last`: the figure at the way's end; the target is said on its other side.
    """
    (start, low), (end, goal) = way.points[0], way.points[-1]
    falling = goal < low
    below = falling if last is None or last == goal else last > goal
    side, shift = ("top", -9 if falling else -14) if below else ("bottom", 14 if falling else 9)
    text = words("indicator.label_target", year=end, target=way.target)
    notes = [{**_NOTE, "x": 1, "xref": "paper", "y": goal, "yref": "y", "text": escaped(text), "xanchor": "right",
              "yanchor": side, "yshift": shift}]  # fmt: skip
    if way.base is not None:
        text = words("indicator.label_baseline", year=start, baseline=way.base)
        anchor = "right" if first < start - 0.9 else "center"  # years before the base leave room at its left
        side, shift = ("bottom", 9) if falling else ("top", -9)
        if anchor == "right":
            side, shift = "middle", 0
        place = {"xanchor": anchor, "xshift": -9 if anchor == "right" else 0, "yanchor": side, "yshift": shift}
        notes.append({**_NOTE, "x": start, "xref": "x", "y": low, "yref": "y", "text": escaped(text), **place})
    return notes


def _range_shapes(answer: IndicatorAnswer, figure: Figure | None, tolerance: float) -> list[dict[str, Any]]:
    """The allowed range of a hold or band target as a shade over the plan's years, its centre as a dashed line."""
    if figure is None or figure.rule not in ("hold", "band"):
        return []
    goal = Goal.of(answer.indicator, figure, tolerance)
    if goal.centre is None:
        return []
    plan = answer.plan.period
    low, high = _span(answer, figure, tolerance)
    pad = 0.06 * (high - low)
    box = {
        "type": "rect", "xref": "x", "yref": "y", "x0": plan.base + 0.5, "x1": plan.end + 0.5,
        "y0": low - pad if goal.low is None else goal.low, "y1": high + pad if goal.high is None else goal.high,
        "fillcolor": STRONG, "opacity": 0.1, "line": {"width": 0}, "layer": "below",
    }  # fmt: skip
    centre = {
        "type": "line", "xref": "x", "yref": "y", "x0": plan.base, "x1": plan.end + 0.5, "y0": goal.centre,
        "y1": goal.centre, "line": {"color": QUIET, "width": 1.5, "dash": "dash"}, "layer": "below",
    }  # fmt: skip
    return [box, centre]


def _centre(words: Words, answer: IndicatorAnswer, figure: Figure | None, tolerance: float) -> list[dict[str, Any]]:
    """What the dashed line of a hold or band target is, said at its left end."""
    if figure is None or figure.rule not in ("hold", "band"):
        return []
    centre = Goal.of(answer.indicator, figure, tolerance).centre
    if centre is None:
        return []
    plan = answer.plan.period
    if figure.rule == "band" and figure.target is None:
        shown = baseline_text(words, figure, answer.indicator)
        text = words("indicator.label_baseline", year=plan.base, baseline=shown)
    else:
        text = words("indicator.label_target", year=plan.end, target=target_text(words, figure, answer.indicator))
    first = next((f.value for f in answer.course if f.value is not None and f.period.kind == "year"), None)
    anchor = "top" if first is not None and first >= centre else "bottom"  # off the first figure's own label
    return [{**_NOTE, "x": plan.base, "y": centre, "xref": "x", "yref": "y", "text": escaped(text), "xanchor": "left",
             "xshift": 9, "yanchor": anchor}]  # fmt: skip


def _breaks(words: Words, indicator: Indicator) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A dotted line before the first period of each new definition."""
    shapes, notes = [], []
    for one in indicator.breaks:
        at = float(one.first.time) - one.first.months / 24
        shapes.append({"type": "line", "xref": "x", "yref": "paper", "x0": at, "x1": at, "y0": 0, "y1": 1,
                       "line": {"color": AMBER, "width": 1.5, "dash": "dot"}})  # fmt: skip
        notes.append({"x": at, "y": 1, "xref": "x", "yref": "paper", "text": escaped(words("indicator.label_break")),
                      "showarrow": False, "font": {"color": QUIET, "size": 11}, "xanchor": "left", "yanchor": "top",
                      "hovertext": escaped(words.text(one.note))})  # fmt: skip
    return shapes, notes


def _others(words: Words, printed: Sequence[Printed]) -> dict[str, Any] | None:
    """Vintages that are not the one judged, and years before the plan, as small grey marks."""
    rest = [p for p in printed if not p.chosen and p.observation.vintage != "plan"]
    if not rest:
        return None
    return {
        "type": "scatter", "mode": "markers", "x": [float(p.observation.period.time) for p in rest],
        "y": [p.value for p in rest],
        "marker": {"symbol": "x-thin-open", "size": 8, "color": QUIET, "line": {"width": 1.5, "color": QUIET}},
        "customdata": [_printed_said(words, p) for p in rest], "hovertemplate": _HOVER, "cliponaxis": False,
    }  # fmt: skip


def _printed_said(words: Words, printed: Printed) -> str:
    observation = printed.observation
    value = words.number(printed.value, observation.unit, observation.comparator)
    vintage = words.known("vintage", observation.vintage)
    return escaped(words("indicator.hover", period=observation.period.code, value=value, vintage=vintage))


def _outlook(words: Words, answer: IndicatorAnswer) -> list[dict[str, Any]]:
    """A fan between the smallest and the largest step, and a dotted line to the projected value; marked as no data."""
    fan = answer.fan
    if fan is None:
        return []
    traces: list[dict[str, Any]] = []
    if fan.low is not None and fan.high is not None:
        traces.append(
            {
                "type": "scatter", "mode": "lines", "x": [fan.first_year, fan.year, fan.year, fan.first_year],
                "y": [fan.first, fan.high, fan.low, fan.first], "fill": "toself", "fillcolor": _FAN,
                "line": {"width": 0, "color": QUIET}, "hoverinfo": "skip", "name": "outlook-interval",
            }
        )  # fmt: skip
    traces.append(
        {
            "type": "scatter", "mode": "lines+markers", "x": [fan.first_year, fan.year], "y": [fan.first, fan.value],
            "line": {"color": QUIET, "width": 1.5, "dash": "dot"},
            "marker": {"size": [0, 8], "symbol": "circle-open", "color": QUIET}, "hoverinfo": "skip",
            "cliponaxis": False, "name": "outlook",
        }
    )  # fmt: skip
    return traces


def _outlook_notes(words: Words, answer: IndicatorAnswer) -> list[dict[str, Any]]:
    """What the fan says, above or below its end: where it is further from the target and from the figures there are."""
    fan = answer.fan
    if fan is None:
        return []
    low, high = (fan.value if end is None else end for end in (fan.low, fan.high))
    said = {"value": outlook_text(words, answer, fan.value)}
    key = "indicator.label_outlook_plain"
    if fan.low is not None:
        said |= {"low": outlook_text(words, answer, low), "high": outlook_text(words, answer, high)}
        key = "indicator.label_outlook"
    near = [f.value for f in answer.course if f.value is not None and f.period.time >= fan.year - 1]
    goal = _goal_at_end(answer.figure)
    near += [goal] if goal is not None else []
    above = not near or min(abs(high - one) for one in near) >= min(abs(low - one) for one in near)
    place = {"y": high, "yanchor": "bottom"} if above else {"y": low, "yanchor": "top"}
    text = escaped(words(key, **said))
    return [
        {**_NOTE, **place, "x": 1, "xref": "paper", "yref": "y", "xanchor": "right", "text": text, "name": "outlook"}
    ]


def _aggregated(words: Words, course: Sequence[Figure]) -> dict[str, Any] | None:
    """What the units add up to, where the figure shown is a published one."""
    both = [f for f in course if f.aggregated_value is not None and f.vintage != "aggregated"]
    if not both:
        return None
    name = words("indicator.series_aggregated")
    return {
        "type": "scatter", "mode": "markers", "x": [float(f.period.time) for f in both],
        "y": [f.aggregated_value for f in both],
        "marker": {"symbol": "line-ew-open", "size": 14, "color": STRONG, "line": {"width": 2, "color": STRONG}},
        "customdata": [escaped(f"{f.period.code} {name} {words.amount(f.aggregated_value, f.unit)}") for f in both],
        "hovertemplate": _HOVER, "cliponaxis": False,
    }  # fmt: skip


def _span(answer: IndicatorAnswer, figure: Figure | None, tolerance: float) -> tuple[float, float]:
    """Lowest and highest number drawn."""
    values = [f.value for f in answer.course if f.value is not None]
    values += [p.value for p in answer.printed if p.observation.vintage != "plan"]
    values += [f.aggregated_value for f in answer.course if f.aggregated_value is not None]
    if figure is not None:
        fan = (answer.fan.value, answer.fan.low, answer.fan.high) if answer.fan is not None else ()
        ends = (figure.baseline, figure.target, *fan)
        values += [value for value in ends if value is not None]
        if figure.rule in ("hold", "band"):
            goal = Goal.of(answer.indicator, figure, tolerance)
            values += [value for value in (goal.low, goal.high) if value is not None]
    return (min(values), max(values)) if values else (0.0, 1.0)


def _goal_at_end(figure: Figure | None) -> float | None:
    return figure.target if figure is not None and figure.rule == "reach" else None


def trajectory(words: Words, answer: IndicatorAnswer, tolerance: float) -> dict[str, Any]:
    """The figure as a dict for `dcc.Graph`."""
    figure = answer.figure
    years = [f for f in answer.course if f.period.kind == "year"]
    parts = [f for f in answer.course if f.period.kind != "year"]
    way = _way(words, answer, figure)
    traces: list[dict[str, Any] | None] = [
        *(_way_traces(way) if way is not None else ()),
        _others(words, answer.printed),
    ]
    traces += [_aggregated(words, answer.course), *_outlook(words, answer)]
    if parts:
        traces.append(_actual(words, parts, labels=False))
    if years:
        traces.append(_actual(words, years, labels=True, target=_goal_at_end(figure)))
    shapes = _range_shapes(answer, figure, tolerance)
    break_shapes, notes = _breaks(words, answer.indicator)
    plan = answer.plan.period
    times = [float(f.period.time) for f in answer.course]
    times += [float(p.observation.period.time) for p in answer.printed]
    first, last = min([plan.base, *times]), max([plan.end, *times])
    years_shown = list(range(math.floor(last), math.ceil(first) - 1, -2 if last - first > _YEARS_LABELLED else -1))
    if way is not None:
        at_end = next((f.value for f in years if f.period.year == way.points[-1][0]), None)
        notes += _way_notes(words, way, first, at_end)
    notes += _outlook_notes(words, answer)
    low, high = _span(answer, figure, tolerance)
    pad = 0.16 * (high - low) or 0.1 * abs(high) or 1.0
    unit = unit_of(answer)
    return {
        "data": [trace for trace in traces if trace is not None],
        "layout": layout(
            xaxis=axis(range=[first - 0.5, last + 0.6], tickvals=years_shown, tickangle=0, showgrid=False),
            yaxis=axis(range=[low - pad, high + pad], nticks=6, ticksuffix="%" if unit == "%" else "",
                       separatethousands=True),
            shapes=[*shapes, *break_shapes],
            annotations=[*notes, *_centre(words, answer, figure, tolerance)],
        ),
    }  # fmt: skip
