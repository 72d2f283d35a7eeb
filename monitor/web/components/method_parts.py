"""The parts of the method page: classes, order of decision, worked rows, settings, formulas, edges, words."""

from __future__ import annotations

from typing import Any

from monitor.catalogue.models import VINTAGE_ORDER
from monitor.method.figures import Figure
from monitor.method.settings import MethodSettings
from monitor.report.worked import Worked

from ..glossary import TERMS
from ..view import View
from ..words import Words
from . import html
from .parts import badge, card, link
from .tables import head, number_cell, plain_table
from .take import take_table

SYMBOLS = ("b", "g", "v", "d", "t", "s", "p")
FORMULAS = (
    "value", "progress", "time", "schedule_gap", "target_gap", "numerator_gap", "pace", "required", "path", "drop",
    "outlook",
)  # fmt: skip
GROWTH = ("target_achieved", "substantial", "moderate", "limited", "deterioration", "not_available")
GROWTH_FORMULAS = ("ratio", "without_target", "limit")
EDGES = (
    "bounds", "approximate", "vintages", "missing", "withheld", "latched", "breaks", "each_region", "band", "hold",
    "zero", "ties", "path", "baseline", "cumulative", "synthetic", "proxy", "judge",
)  # fmt: skip
AGGREGATES = (
    "ratio_of_sums", "sum", "weighted_mean", "share_reached", "count_reached", "max", "min", "none",
)  # fmt: skip
SETTINGS = ("ahead", "near", "band_tolerance", "vintage_order")
CHECKS = ("range", "change", "completeness", "parts", "cumulative", "outlier", "relation")
# the decision table of the method, in order: (row, what it gives, the reason's word or none)
DECISIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("1", ("judged",)), ("2", ("no_data",)), ("3a", ("breached",)), ("3b", ("not_assessable",)), ("3c", ("held",)),
    ("4", ("not_assessable",)), ("5", ("achieved",)), ("6", ("slipped",)), ("7", ("missed",)),
    ("8", ("not_assessable",)), ("8b", ("not_assessable",)), ("9", ("below_baseline",)), ("10", ("behind",)),
    ("11", ("ahead",)), ("12", ("on_schedule",)), ("13", ("nearly",)), ("14", ("behind",)),
)  # fmt: skip
# in the order of reading: good to bad, then those that say neither
CLASSES_SHOWN = (
    "achieved", "held", "ahead", "on_schedule", "nearly", "behind", "below_baseline", "slipped", "missed", "breached",
    "not_assessable", "judged", "no_data",
)  # fmt: skip


def classes_card(view: View) -> html.Section:
    """Every class: shape, colour and word, what it says, when it is given. Each has an address of its own."""
    words = view.words
    rows = [
        html.Tr(
            [
                html.Th(badge(words, name), scope="row"),
                html.Td(words(f"method.shape_{name}")),
                html.Td(words(f"method.class_{name}")),
                html.Td(html.Span(name, className="code")),
            ],
            id=f"class-{name}",
        )
        for name in CLASSES_SHOWN
    ]
    heads = [words(f"method.h_{name}") for name in ("class", "shape", "meaning", "code")]
    table = plain_table(words("method.classes_title"), heads, rows, key="classes")
    return card(
        words("method.classes_title"), table, note=words("method.classes_note"), foot=[take_table(view, "classes")]
    )


def decisions_card(view: View, settings: MethodSettings) -> html.Section:
    """In what order a class is decided: the first line that holds."""
    words = view.words
    numbers = {"ahead": f"{settings.ahead.normalize():f}", "near": f"{settings.near.normalize():f}"}
    rows = []
    for row, classes in DECISIONS:
        given = [badge(words, name) for name in classes]
        rows.append(
            html.Tr(
                [
                    html.Td(row.rstrip("abc") if row[-1] != "b" or row == "3b" else "–", className="num"),
                    html.Td(words(f"method.when_{row}", **numbers)),
                    html.Td([link(one, f"#class-{name}") for one, name in zip(given, classes, strict=True)]),
                ],
                id=f"rule-{row}",
            )
        )
    heads = [head(words("method.h_row"), "num"), words("method.h_when"), words("method.h_class")]
    table = plain_table(words("method.decisions_title"), heads, rows, key="decisions")
    return card(words("method.decisions_title"), table, note=words("method.decisions_note"),
                foot=[take_table(view, "decisions")])  # fmt: skip


def formulas_card(view: View) -> html.Section:
    """The symbols and the formulas of the main method."""
    words = view.words
    symbols = _pairs(words, "symbol", SYMBOLS)
    formulas = _pairs(words, "formula", FORMULAS, prefix="formula-")
    parts = [html.H3(words("method.symbols_title"), className="within", id="symbols"), symbols,
             html.H3(words("method.linear_title"), className="within", id="linear"), formulas]  # fmt: skip
    return card(words("method.formulas_title"), parts, note=words("method.formulas_note"))


def growth_card(view: View) -> html.Section:
    """The second method, its formulas and its classes."""
    words = view.words
    items = [
        part
        for name in GROWTH
        for part in (
            html.Dt(words(f"cagr.{name}"), id=f"growth-{name}"),
            html.Dd(words(f"two.said_{name}")),
        )
    ]
    parts = [_pairs(words, "growth", GROWTH_FORMULAS, prefix="growth-"), html.Dl(items, className="facts")]
    return card(words("method.growth_title"), parts, note=words("method.growth_note"))


def _pairs(words: Words, kind: str, names: tuple[str, ...], prefix: str = "") -> html.Dl:
    items = [
        part
        for name in names
        for part in (
            html.Dt(words(f"method.{kind}_{name}_name"), **({"id": f"{prefix}{name}"} if prefix else {})),
            html.Dd(words(f"method.{kind}_{name}")),
        )
    ]
    return html.Dl(items, className="facts")


def worked_card(view: View, rows: tuple[Worked, ...]) -> html.Section:
    """The worked rows, judged now by the method itself under the settings in force."""
    words = view.words
    heads = [
        words("method.h_example"), head("b", "num"), head("v", "num"), head("g", "num"), words("method.h_period"),
        head("p", "num"), head("s", "num"), words("method.h_class"), words("method.h_growth"), words("method.h_shows"),
    ]  # fmt: skip
    lines = [_worked_row(words, one) for one in rows]
    table = plain_table(words("method.worked_title"), heads, lines, key="worked", class_name="worked-table")
    return card(
        words("method.worked_title"), table, note=words("method.worked_note"), foot=[take_table(view, "worked")]
    )


def _worked_row(words: Words, one: Worked) -> html.Tr:
    figure, none = one.figure, words("number.none")
    shares = [none if share is None else f"{share:.3f}" for share in (one.progress_share, one.time_share)]
    growth = words.known("cagr", one.growth) if f"cagr.{one.growth}" in words else words.class_name(one.growth)
    if one.growth_ratio is not None and one.growth != one.class_:
        growth = (
            f"{growth}（{one.growth_ratio:.3f}）" if words.language == "zh" else f"{growth} ({one.growth_ratio:.3f})"
        )
    tail = one.met_period or one.first_failing_period
    after = [html.Small(f" {tail}")] if tail and tail != one.period else []
    return html.Tr(
        [
            html.Th(words(f"method.example_{one.name}"), scope="row"),
            html.Td(one.baseline, className="num"),
            number_cell(_value_said(words, figure), float(figure.value)),
            html.Td(one.target, className="num"),
            html.Td(one.period, className="period"),
            number_cell(shares[0], one.progress_share),
            number_cell(shares[1], one.time_share),
            html.Td([link(badge(words, one.class_), f"#class-{one.class_}"), *after]),
            html.Td(growth),
            html.Td(words(f"method.shows_{one.name}"), className="said"),
        ],
        id=f"example-{one.name}",
    )


def _value_said(words: Words, figure: Figure) -> str:
    """The figure; of two amounts both and their quotient."""
    if figure.numerator is None or figure.denominator is None:
        return words.number(float(figure.value), "", figure.comparator)
    return f"{float(figure.numerator):g} ÷ {float(figure.denominator):g} = {float(figure.value):.5f}"


def edges_card(view: View) -> html.Section:
    """What is decided at the edges, each with its reason."""
    words = view.words
    title = words("method.edges_title")
    return card(title, _pairs(words, "edge", EDGES, prefix="edge-"))


def aggregates_card(view: View) -> html.Section:
    """How a parent's figure is formed of its units' figures."""
    words = view.words
    rows = [
        html.Tr(
            [
                html.Th(words(f"aggregate.{name}"), scope="row"),
                html.Td(words(f"method.aggregate_{name}")),
                html.Td(html.Span(name, className="code")),
            ],
            id=f"aggregate-{name}",
        )
        for name in AGGREGATES
    ]
    heads = [words("method.h_aggregate"), words("method.h_formed"), words("method.h_code")]
    table = plain_table(words("method.aggregates_title"), heads, rows, key="aggregates")
    return card(words("method.aggregates_title"), table, note=words("method.aggregates_note"),
                foot=[take_table(view, "aggregates")])  # fmt: skip


def settings_card(view: View, settings: MethodSettings, vintages: tuple[str, ...], title: str) -> html.Section:
    """Every setting that a class depends on, with its present value and what it changes."""
    words = view.words
    default = MethodSettings()
    order = words("catalogue.order_sign")

    def said(names: tuple[str, ...]) -> str:
        return order.join(words.known("vintage", name) for name in names)

    values = {
        name: (f"{getattr(settings, name).normalize():f}", f"{getattr(default, name).normalize():f}")
        for name in ("ahead", "near", "band_tolerance")
    }
    values["vintage_order"] = (said(vintages), said(VINTAGE_ORDER))
    rows = [
        html.Tr(
            [
                html.Th([words(f"method.setting_{name}_name"), html.Small(words(f"method.setting_{name}_where"))],
                        scope="row", className="two-lines"),
                html.Td(html.B(values[name][0])),
                html.Td(values[name][1]),
                html.Td(words(f"method.setting_{name}")),
            ],
            id=f"setting-{name}",
        )
        for name in SETTINGS
    ]  # fmt: skip
    heads = [words(f"method.h_{name}") for name in ("setting", "present", "default", "changes")]
    table = plain_table(words("method.settings_title"), heads, rows, key="settings")
    return card(words("method.settings_title"), table, note=title, foot=[take_table(view, "settings")])


def checks_card(view: View) -> html.Section:
    """Kinds of checks, and what blocking and query mean."""
    return card(view.words("method.checks_title"), _pairs(view.words, "check", CHECKS, prefix="check-"),
                note=view.words("method.checks_note"))  # fmt: skip


def glossary_card(view: View) -> html.Section:
    """The words of the field in both languages."""
    words = view.words
    rows = []
    for place, term in enumerate(TERMS):
        first, second = (term.zh, term.en) if words.language == "zh" else (term.en, term.zh)
        shown: Any = link(first, f"#{term.anchor}") if term.anchor else first
        rows.append(html.Tr([html.Th(shown, scope="row"), html.Td(second)], id=f"word-{place}"))
    heads = [words("method.h_word"), words("method.h_other_language")]
    table = plain_table(words("method.glossary_title"), heads, rows, key="glossary", class_name="glossary-table")
    return card(words("method.glossary_title"), table, foot=[take_table(view, "glossary")])
