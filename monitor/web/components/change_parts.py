"""The parts of the comparison: classes that changed, figures by the submission that changed them, and settings."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby
from typing import Any

from monitor.catalogue.models import Indicator
from monitor.catalogue.regions import Regions
from monitor.method.figures import Figure
from monitor.report.compare import ClassChange, Comparison, FigureChange, FigureKind, Known, Submitted
from monitor.report.configuration_changes import ConfigurationChange

from ..taken import Cell, Rows
from ..view import View
from ..words import Words
from . import html
from .alone import stands_alone
from .parts import attributes, badge, card, dotted, link, synthetic_mark
from .sided import headed
from .take import take_table
from .why import as_known, why

_CLASSES_SHOWN = 40
_FIGURES_SHOWN = 80
_FIGURES_MOST = 3000
_SUBMISSIONS_NAMED = 3
_ARROW = "→"
_CLASS_HEADS = ("indicator", "region", "period", "class", "value", "cause")
_FIGURE_HEADS = ("indicator", "region", "period", "old", "new", "difference", "kind", "history")


def arrow() -> html.Span:
    return html.Span(_ARROW, className="arrow")


def value_text(words: Words, indicator: Indicator, figure: Figure) -> str:
    return words.amount(float(figure.value), indicator.unit, figure.comparator)


def side_text(words: Words, indicator: Indicator, known: Known | None) -> str:
    """A figure, or why there is none."""
    if known is None:
        return words("compare.not_there")
    if known.figure is None:
        return words(f"compare.cell_{known.state}") if f"compare.cell_{known.state}" in words else known.state
    return value_text(words, indicator, known.figure)


def region_name(words: Words, regions: Regions, code: str) -> str:
    region = regions.get(code)
    return code if region is None else words.region_short(region)


@stands_alone
def classes_card(view: View, found: Comparison, regions: Regions, own: frozenset[str]) -> html.Section:
    """The rows whose class changed; those of a plan's own region first."""
    words = view.words
    title = words("compare.classes_title")
    changes = sorted(found.classes, key=lambda one: one.region_code not in own)
    if not changes:
        return card(title, html.P(words("compare.classes_none"), className="quiet"))
    shown = changes if view.address.rows == "all" else changes[:_CLASSES_SHOWN]
    moments = (as_known(view, found.start), as_known(view, found.end))
    rows = [_class_row(view, moments, change, regions) for change in shown]
    table = html.Table(
        [html.Caption(title, className="unseen"), _heads(words, _CLASS_HEADS), html.Tbody(rows, role="rowgroup")],
        className="plain compared-rows sided",
        role="table",
        key="classes",
    )
    synthetic = any(one.new is not None and one.new.synthetic for one in shown)
    return card(
        title,
        html.Div(table, className="table-wrap", tabIndex=0, role="region", **attributes(aria_label=title)),
        marks=[_count(words, len(changes)), *([synthetic_mark(words)] if synthetic else [])],
        foot=[*_rest(view, len(changes) - len(shown)), take_table(view, "classes")],
    )


def _class_row(view: View, moments: tuple[View, View], change: ClassChange, regions: Regions) -> html.Tr:
    """`moments`: the view as of the two moments, so that each number explains itself as it stood then."""
    words, indicator = view.words, change.indicator
    cell = (indicator.id, change.region_code, change.period)
    none = words("number.none")
    shown = [none if one is None else value_text(words, indicator, one) for one in (change.old, change.new)]
    old, new = (why(moment, text, *cell) for moment, text in zip(moments, shown, strict=True))
    href = view.href("indicator", indicator.id, region=change.region_code, period=change.period.code)
    cells = [
        html.Th(link(words.text(indicator.name), href), scope="row", className="name"),
        html.Td(region_name(words, regions, change.region_code), className="place"),
        html.Td(change.period.code, className="period"),
        html.Td([_class(words, change.old_class), arrow(), _class(words, change.new_class)], className="step classes"),
        html.Td([old, " ", arrow(), " ", new], className="step num"),
        html.Td(_class_cause(view, change), className="note"),
    ]
    return html.Tr(headed(cells, _texts(words, _CLASS_HEADS)), role="row")


def _texts(words: Words, heads: Sequence[str]) -> list[str]:
    return [words(f"compare.h_{name}") for name in heads]


def _heads(words: Words, names: Sequence[str]) -> html.Thead:
    cells = [
        html.Th(words(f"compare.h_{name}"), scope="col", className=f"h-{name}", role="columnheader") for name in names
    ]
    return html.Thead(html.Tr(cells, role="row"), role="rowgroup")


def _class(words: Words, class_: str) -> Any:
    return badge(words, class_) if class_ else html.Span(words("compare.not_there"), className="quiet")


def _class_cause(view: View, change: ClassChange) -> list[Any]:
    words = view.words
    parts: list[Any] = []
    if change.by_configuration:
        parts.append(words("compare.by_configuration"))
    named = change.submissions[:_SUBMISSIONS_NAMED]
    links: list[Any] = []
    for one in named:
        links += [" " if links else "", submission_link(view, one)]
    more = len(change.submissions) - len(named)
    if more > 0:
        links.append(words("compare.and_more", n=more))
    if links:
        parts.append(html.Span([words("compare.by_submission"), " ", *links]))
    return [dotted(parts)]


def submission_link(view: View, one: Submitted) -> html.A:
    return link(
        f"#{one.submission_id}", view.href("submission", str(one.submission_id), period=None, as_of=None), "more"
    )


@stands_alone
def figures_card(view: View, found: Comparison, regions: Regions) -> html.Section:
    """The figures that changed, under the submission that changed them, the newest acceptance first."""
    words = view.words
    title = words("compare.figures_title")
    if not found.figures:
        return card(title, html.P(words("compare.figures_none"), className="quiet"))
    most = _FIGURES_MOST if view.address.rows == "all" else _FIGURES_SHOWN
    ordered = sorted(found.figures, key=_newest_first)
    shown = ordered[:most]
    moments = (as_known(view, found.start), as_known(view, found.end))
    bodies = []
    for _, group in groupby(shown, key=_newest_first):
        changes = list(group)
        rows = [_figure_row(view, moments, change, regions) for change in changes]
        head = html.Tr(_group_head(view, changes[0].submission, regions), role="row")
        bodies.append(html.Tbody([head, *rows], role="rowgroup"))
    table = html.Table(
        [html.Caption(title, className="unseen"), _heads(words, _FIGURE_HEADS), *bodies],
        className="plain compared-rows figures sided",
        role="table",
        key="figures",
        rows=_figures_taken(words, shown, regions),
    )
    kinds = [words(f"compare.kind_count_{kind}", n=found.count(kind)) for kind in _KINDS if found.count(kind)]
    return card(
        title,
        html.Div(table, className="table-wrap", tabIndex=0, role="region", **attributes(aria_label=title)),
        marks=[_count(words, len(found.figures)), *([synthetic_mark(words)] if is_synthetic(shown) else [])],
        note=[html.Span(dotted(kinds))],
        foot=[*_rest(view, len(ordered) - len(shown)), take_table(view, "figures")],
    )


_KINDS: tuple[FigureKind, ...] = ("new", "changed", "vintage", "withdrawn", "state")


def _newest_first(change: FigureChange) -> tuple[bool, float, int]:
    one = change.submission
    if one is None or one.accepted_at is None:
        return False, 0.0, 0
    return True, -one.accepted_at.timestamp(), one.submission_id


def _group_head(view: View, one: Submitted | None, regions: Regions) -> html.Th:
    """Which submission, of whom, by whom, when and why."""
    words = view.words
    if one is None:
        return _group(words("compare.group_configuration"))
    place = f"{region_name(words, regions, one.region_code)} {one.period} {words.known('vintage', one.vintage)}"
    facts: list[Any] = [
        place,
        words("compare.revision", n=one.revision),
        words("compare.sent_by", by=one.submitted_by, date=words.day(one.submitted_at)),
        words("compare.accepted_by", by=one.accepted_by or "", date=words.day(one.accepted_at)),
    ]
    why = [text for text in (one.reason, one.explanation) if text]
    head: list[Any] = [submission_link(view, one), " ", dotted(facts)]
    if why:
        head.append(html.Span([words("compare.why"), f"“{'；'.join(why)}”"], className="said-why"))
    return _group(head)


def _group(said: Any) -> html.Th:
    return html.Th(said, colSpan=len(_FIGURE_HEADS), scope="rowgroup", className="group", role="rowheader")


def _figure_row(view: View, moments: tuple[View, View], change: FigureChange, regions: Regions) -> html.Tr:
    words, indicator = view.words, change.indicator
    href = view.href("indicator", indicator.id, region=change.region_code, period=change.period.code)
    place = f"{indicator.id}/{change.region_code}/{change.period.code}"
    story = link(words("compare.history"), view.href("history", place, period=None), "more")
    kind = words(f"compare.kind_{change.kind}")
    if change.kind == "vintage" and change.old is not None and change.new is not None:
        kind = " ".join(
            [words.known("vintage", change.old.vintage), _ARROW, words.known("vintage", change.new.vintage)]
        )
    difference = change.difference
    cells = [
        html.Th(link(words.text(indicator.name), href), scope="row", className="name"),
        html.Td(region_name(words, regions, change.region_code), className="place"),
        html.Td(change.period.code, className="period"),
        html.Td(_side(moments[0], change, change.old), className="num old"),
        html.Td(_side(moments[1], change, change.new), className="num new"),
        html.Td(_difference(words, difference, indicator.unit), className="num"),
        html.Td(kind, className="kind"),
        html.Td(story),
    ]
    return html.Tr(headed(cells, _texts(words, _FIGURE_HEADS)), role="row")


def _figures_taken(words: Words, changes: Sequence[FigureChange], regions: Regions) -> Rows:
    """The changes with exact numbers, each with its submission."""
    heads = [*(words(f"column.{name}") for name in ("indicator", "region", "period", "unit"))]
    heads += [words(f"compare.h_{name}") for name in ("old", "new", "difference", "kind")]
    heads.append(words("column.submission"))
    lines = []
    for one in changes:
        sides = [known.figure if known is not None else None for known in (one.old, one.new)]
        line: list[Cell] = [words.text(one.indicator.name), region_name(words, regions, one.region_code)]
        line += [one.period.code, words.unit(one.indicator.unit)]
        line += [None if side is None else float(side.value) for side in sides]
        line.append(None if one.difference is None else float(one.difference))
        line += [words(f"compare.kind_{one.kind}"), str(one.submission.submission_id) if one.submission else ""]
        lines.append(tuple(line))
    return Rows(tuple(heads), tuple(lines))


def _side(view: View, change: FigureChange, known: Known | None) -> html.A:
    shown = side_text(view.words, change.indicator, known)
    return why(view, shown, change.indicator.id, change.region_code, change.period)


def _difference(words: Words, difference: Fraction | None, unit: str) -> str:
    return words("number.none") if difference is None else words.difference(float(difference), unit)


@stands_alone
def configuration_card(view: View, changes: Sequence[ConfigurationChange]) -> html.Section | None:
    """Settings, catalogue and regions that changed, each with when and by whom."""
    words = view.words
    if not changes:
        return None
    title = words("compare.configuration_title")
    heads = ["part", "key", "old", "new", "by"]
    head = html.Tr([html.Th(words(f"compare.c_{name}"), scope="col") for name in heads])
    shown = changes if view.address.rows == "all" else changes[:_CLASSES_SHOWN]
    table = html.Table(
        [
            html.Caption(title, className="unseen"),
            html.Thead(head),
            html.Tbody([_configuration_row(words, change) for change in shown]),
        ],
        className="plain configuration-rows",
    )
    return card(
        title,
        html.Div(table, className="table-wrap", tabIndex=0, role="region", **attributes(aria_label=title)),
        marks=[_count(words, len(changes))],
        note=words("compare.configuration_note"),
        foot=_rest(view, len(changes) - len(shown)),
    )


def _configuration_row(words: Words, change: ConfigurationChange) -> html.Tr:
    none = words("compare.not_there")
    name = change.key if change.part == "setting" else f"{change.name} {change.key}".strip()
    if change.part == "setting":
        name = words.known("compare.setting", change.name)
    by = words("compare.configured_by", by=change.by, date=words.day(change.at)) if change.at else words("number.none")
    return html.Tr(
        [
            html.Td(words(f"compare.part_{change.part}")),
            html.Th(name, scope="row", className="name"),
            html.Td(change.old if change.old is not None else none, className="note"),
            html.Td(change.new if change.new is not None else none, className="note"),
            html.Td(by, className="when"),
        ]
    )


def _count(words: Words, n: int) -> html.Span:
    return html.Span(words("compare.count", n=n), className="tally")


def _rest(view: View, n: int) -> list[Any]:
    if n <= 0:
        return []
    return [link(view.words("compare.rest", n=n), view.here(rows="all"), "more")]


def is_synthetic(changes: Sequence[FigureChange]) -> bool:
    """Whether a figure on either side is."""
    sides = (side for change in changes for side in (change.old, change.new))
    return any(side is not None and side.figure is not None and side.figure.synthetic for side in sides)
