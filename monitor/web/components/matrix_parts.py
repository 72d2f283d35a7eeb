"""The heat table of units × indicators: every cell a link to its explanation, every head one to its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from monitor.catalogue.models import Indicator
from monitor.report.counted import is_count_of_regions
from monitor.report.figures import CLASSES, GROUPS, Figure, Group, group_of
from monitor.report.matrix import BY_LAG, Line, Matrix, gap_of, matches

from ..taken import Cell, Rows
from ..view import View
from ..words import Words
from . import html
from .choices import choice
from .parts import attributes, glyph, hidden, link, look
from .why import explain_href

_STEPS = 5
_GROUP_ORDER: tuple[Group, ...] = ("lag", "near", "good", "open")


def matrix_finding(words: Words, answer: Matrix) -> str:
    """Which units lag most, and which indicator most units lag in."""
    units, worst = answer.unit_count, answer.worst
    if answer.is_empty:
        return words("matrix.finding_empty", n=units)
    if not units:
        return words("matrix.finding_alone")
    if not worst:
        return words("matrix.finding_none", n=units)
    names = words.join([words.region_short(line.region) for line in worst[:3]])
    kind = "one" if len(worst) == 1 else "few" if len(worst) <= 3 else "many"
    said = words(f"matrix.finding_{kind}", n=units, names=names, count=len(worst), lag=worst[0].lagging)
    top = max(answer.all_indicators, key=lambda one: (answer.lagging.get(one.id, 0), -one.number))
    return said + words(
        "matrix.finding_indicator",
        number=top.number,
        name=words.text(top.name),
        lag=answer.lagging.get(top.id, 0),
        n=answer.judged.get(top.id, 0),
    )


def _sort_to(answer: Matrix, key: str) -> tuple[str, str | None]:
    """What a click on the head asks for, and how the column is sorted now."""
    if answer.ask.key != key:
        return key, None
    return (key, "ascending") if answer.ask.is_best_first else (f"-{key}", "descending")


def _sorter(view: View, answer: Matrix, key: str, what: str) -> tuple[html.A, dict[str, Any]]:
    wanted, now = _sort_to(answer, key)
    best = wanted.startswith("-")
    said = view.words("matrix.sort_best" if best else "matrix.sort_worst", what=what)
    mark = {"descending": "▼", "ascending": "▲"}.get(now or "", "↕")
    face = [html.Span(mark, **attributes(aria_hidden="true")), hidden(said)]
    target = link(face, view.here(sort=wanted), "sorter" + (" chosen" if now else ""), said)
    return target, attributes(aria_sort=now) if now else {}


def column_scale(words: Words, answer: Matrix, indicator: Indicator) -> tuple[float, str]:
    """What all numbers of a column are divided by, and their unit: that of the units' largest one."""
    sizes = [abs(f.value) for line in answer.units if (f := line.figures.get(indicator.id)) and f.value is not None]
    return words.scale(max(sizes, default=0.0), indicator.unit)


def _head(view: View, answer: Matrix, scales: Mapping[str, tuple[float, str]]) -> html.Thead:
    words = view.words
    lag_sorter, lag_state = _sorter(view, answer, BY_LAG, words("matrix.lagging"))
    by_code = answer.ask.sort is None
    unit_head: list[Any] = [words("matrix.unit")]
    if not by_code:
        unit_head.append(link(words("matrix.by_code"), view.here(sort=None), "sorter", words("matrix.by_code_title")))
    cells = [
        html.Th(unit_head, scope="col", className="m-name"),
        html.Th([words("matrix.lagging"), lag_sorter], scope="col", className="m-lag", **lag_state),
    ]
    for one in answer.indicators:
        name = words.text(one.name)
        sorter, state = _sorter(view, answer, one.id, name)
        face: list[Any] = [
            link([html.B(str(one.number)), html.Span(name)], view.href("indicator", one.id), "m-indicator", name)
        ]
        if answer.ask.show != "class":
            in_points = answer.ask.show == "gap" and one.unit == "%"
            face.append(html.Span(words("number.pp") if in_points else scales[one.id][1], className="m-unit"))
        binding = " m-binding" if one.nature == "binding" else ""
        if binding:
            face.insert(0, html.Span(words("nature.binding_short"), className="mark binding"))
        face.append(sorter)
        cells.append(html.Th(html.Div(face, className="m-head"), scope="col", className=f"m-col{binding}", **state))
    return html.Thead(html.Tr(cells))


def _shown(words: Words, answer: Matrix, indicator: Indicator, figure: Figure, size: float) -> str:
    """What is read in the cell besides its shape."""
    if answer.ask.show == "class" or figure.value is None:
        return ""
    counts = is_count_of_regions(indicator, answer.plan, figure)
    if answer.ask.show == "value":
        if counts and figure.numerator is not None and figure.denominator is not None:
            return f"{words.number(figure.numerator)}/{words.number(figure.denominator)}"
        if figure.unit == "%":
            return words.figure_number(figure)
        return words.number(figure.value / size, figure.unit, figure.comparator or "eq")
    gap = gap_of(figure)
    if not gap:
        return words("number.none") if gap is None else ""
    if counts and figure.numerator is not None and figure.denominator is not None:
        return f"{words.number(figure.denominator - figure.numerator)} {words('mark.regions')}"
    return words.distance(gap / size)


def _shape(answer: Matrix, figure: Figure, widest: float) -> str:
    """Colour and shape of a cell as CSS classes: those of its class, or a shade of one ink for its distance."""
    shape, colour = look(figure.class_ if figure.value is not None else "no_data")
    if answer.ask.show != "gap" or figure.value is None:
        return f"k-{colour} s-{shape}"
    gap = gap_of(figure)
    if gap is None:
        return "k-plain"
    if not gap:
        return "m-met s-tick"
    return f"t-{max(1, min(_STEPS, round(_STEPS * gap / widest)))}"


def _cell(
    view: View, answer: Matrix, line: Line, indicator: Indicator, size: float, widest: float, last_year: str
) -> html.Td:
    words = view.words
    figure = line.figures.get(indicator.id)
    if figure is None:
        period = answer.period.code if answer.period is not None else last_year
        words_said, shown, classes, value = words.class_name("no_data"), "", "k-empty s-hatch", ""
    else:
        period = figure.period.code
        words_said = words.class_name(figure.class_)
        shown, classes = _shown(words, answer, indicator, figure, size), _shape(answer, figure, widest)
        value = f" {words.value(figure)}" if figure.value is not None else ""
    dim = "" if matches(figure, answer.ask.class_) else " dim"
    heard = words("matrix.cell_heard", class_=words_said, period=period)
    title = f"{words.region_short(line.region)} {indicator.number}{value} {words_said} {period}"
    href = explain_href(view, indicator.id, line.region.code, period)
    return html.Td(
        html.A([shown, html.Span(heard, className="unseen")], href=href, title=title), className=classes + dim
    )


def _row(
    view: View,
    answer: Matrix,
    line: Line,
    scales: Mapping[str, tuple[float, str]],
    widest: Mapping[str, float],
    kind: str = "",
) -> html.Tr:
    words, region = view.words, line.region
    last_year = str(answer.plan.period.end)
    name = link(words.region_short(region), view.href("region", region.code), title=words.region(region))
    lag = [html.B(str(line.lagging)), html.Span(f"/{line.assessed}", className="m-of")]
    cells: list[Any] = [
        html.Th(name, scope="row", className="m-name"),
        html.Td(lag, className="m-lag", title=words("matrix.lag_title", lag=line.lagging, n=line.assessed)),
    ]
    cells += [_cell(view, answer, line, one, scales[one.id][0], widest[one.id], last_year) for one in answer.indicators]
    return html.Tr(cells, className=kind or None)


def _totals(view: View, answer: Matrix) -> html.Tr:
    """How many units lag in each indicator: a second look at the columns, right below the nation."""
    words = view.words
    cells: list[Any] = [
        html.Th(words("matrix.units_lagging"), scope="row", className="m-name"),
        html.Td(str(sum(answer.lagging.get(one.id, 0) for one in answer.indicators)), className="m-lag"),
    ]
    for one in answer.indicators:
        lag, judged = answer.lagging.get(one.id, 0), answer.judged.get(one.id, 0)
        title = words("matrix.units_title", lag=lag, n=judged)
        shown = [html.B(str(lag)), html.Span(f"/{judged}", className="m-of")]
        cells.append(html.Td(link(shown, view.here(sort=one.id), title=title)))
    return html.Tr(cells, className="m-totals")


def matrix_table(view: View, answer: Matrix) -> html.Table:
    words = view.words
    scales = {one.id: column_scale(words, answer, one) for one in answer.indicators}
    widest = answer.widest
    rows = [_row(view, answer, answer.nation, scales, widest, "m-nation")] if answer.nation is not None else []
    if answer.units:
        rows.append(_totals(view, answer))
    rows += [_row(view, answer, line, scales, widest) for line in answer.units]
    return html.Table(
        [html.Caption(words("matrix.title"), className="unseen"), _head(view, answer, scales), html.Tbody(rows)],
        className=f"matrix m-{answer.ask.show}",
        key="matrix",
        rows=matrix_rows(words, answer),
    )


def matrix_rows(words: Words, answer: Matrix) -> Rows:
    """The matrix as a table: a row for each region, a column for each indicator, in what the cells tell; numbers exact
    and in the indicator's own unit."""
    heads = [words("matrix.code"), words("matrix.unit"), words("matrix.lagging"), words("matrix.judged")]
    for one in answer.indicators:
        unit = f" ({words.unit(one.unit)})" if answer.ask.show != "class" else ""
        heads.append(f"{one.number} {words.text(one.name)}{unit}")

    def told(figure: Figure | None) -> Cell:
        if answer.ask.show == "class":
            return words.class_name("no_data" if figure is None else figure.class_)
        if figure is None:
            return None
        return figure.value if answer.ask.show == "value" else gap_of(figure)

    rows = []
    for line in answer.lines:
        figures = [told(line.figures.get(one.id)) for one in answer.indicators]
        rows.append((line.region.code, words.region(line.region), float(line.lagging), float(line.assessed), *figures))
    return Rows(tuple(heads), tuple(rows))


def filters(view: View, answer: Matrix) -> html.Div:
    """What the matrix can be narrowed to: links, each of which keeps the rest."""
    words, ask = view.words, answer.ask
    everything = words("matrix.all")
    natures = dict.fromkeys(one.nature for one in answer.all_indicators)
    categories = {one.category.zh: one.category for one in answer.all_indicators if one.category is not None}
    groups = dict.fromkeys(_GROUP_ORDER, 0)
    for name, number in answer.classes.items():
        groups[group_of(name)] += number
    parts = [
        choice(
            words("matrix.nature"),
            [
                (everything, view.here(nature=None), ask.nature is None),
                *((words(f"nature.{one}"), view.here(nature=one), ask.nature == one) for one in natures),
            ],
        ),
        choice(
            words("matrix.category"),
            [
                (everything, view.here(category=None), ask.category is None),
                *((words.text(text), view.here(category=key), ask.category == key) for key, text in categories.items()),
            ],
        ),
        choice(
            words("matrix.class"),
            [
                (everything, view.here(class_=None), ask.class_ is None),
                *(
                    (f"{words(f'group.{kind}')} {number}", view.here(class_=kind), ask.class_ == kind)
                    for kind, number in groups.items()
                    if number or ask.class_ == kind
                ),
            ],
        ),
    ]
    return html.Div(parts, className="m-filters")


def legend(view: View, answer: Matrix) -> html.Nav:
    """What each shape means, with how many cells have it; each a link that shows these alone."""
    words, ask = view.words, answer.ask
    items = []
    for name in sorted(answer.classes, key=_order):
        _, colour = look(name)
        face = [glyph(name), words.class_name(name), html.Span(str(answer.classes[name]), className="m-count")]
        chosen = ask.class_ == name
        href = view.here(class_=None if chosen else name)
        mark = attributes(aria_current="true") if chosen else {}
        items.append(html.A(face, href=href, className=f"m-key k-{colour}{' chosen' if chosen else ''}", **mark))
    return html.Nav(items, className="m-legend", **attributes(aria_label=words("matrix.legend")))


def _order(class_: str) -> tuple[int, int]:
    place = CLASSES.index(class_) if class_ in CLASSES else len(CLASSES)
    return GROUPS.index(group_of(class_)), place
