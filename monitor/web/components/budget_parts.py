"""The budget's overview: projects with funds and grades, the sums that were checked, the points, the files in force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from monitor.budget.balance import Finding, exact, printed
from monitor.budget.findings import findings_frame
from monitor.budget.library import Library
from monitor.budget.models import PerformanceTable, Scoring
from monitor.budget.rated import Rated
from monitor.budget.ratings import Rating
from monitor.budget.scoring import Total, two_places

from ..taken import Rows
from ..view import View
from ..words import Words
from . import html
from .cycle_parts import mark
from .parts import attributes, card, link, synthetic_mark
from .tables import head, number_cell, plain_table
from .take import take_table

_STATES = {
    "none": ("hatch", "empty"),
    "draft": ("ring", "plain"),
    "submitted": ("dot", "light"),
    "returned": ("diamond", "amber"),
    "accepted": ("tick", "strong"),
    "hidden": ("ring", "plain"),
}
_OUTCOMES = {"agrees": ("tick", "strong"), "differs": ("cross", "brick"), "incomplete": ("hatch", "empty")}
_FUNDS = ("mid_term_funds", "annual_funds")
_BY_LINE = ("rows", "columns", "change", "percent", "same")


@dataclass(frozen=True)
class Standing:
    """A project with its rating; `rated` only where the reader may see it and something was said."""

    table: PerformanceTable
    rating: Rating
    rated: Rated | None
    is_hidden: bool

    @property
    def total(self) -> Decimal:
        return self.table.funds.annual.total

    @property
    def rests_on_synthetic(self) -> bool:
        return self.rated is not None and (self.rating.synthetic or self.rated.rests_on_synthetic)


def rating_badge(words: Words, state: str) -> html.Span:
    """Colour, shape and word of where a self-rating is."""
    shape, colour = _STATES[state]
    return html.Span([mark(shape), words(f"budget.state_{state}")], className=f"badge k-{colour}")


def outcome_badge(words: Words, outcome: str) -> html.Span:
    shape, colour = _OUTCOMES[outcome]
    return html.Span([mark(shape), words(f"budget.outcome_{outcome}")], className=f"badge k-{colour}")


def total_words(total: Total) -> str:
    """`92.50`, or the span in which the total lies."""
    low = two_places(total.low)
    return low if total.is_known else f"{low}\u2013{two_places(total.high)}"


def state_words(words: Words, rating: Rating, rated: Rated | None) -> str:
    """How a rating stands, in a clause; `rated` None where the reader may not see it."""
    if rated is None or rating.state == "none":
        name = "none" if rating.state == "none" else "hidden"
        return words("budget.table_state", state=words(f"budget.state_{name}"))
    state, score = words(f"budget.state_{rating.state}"), total_words(rated.total)
    if rated.total.grade is None:
        return words("budget.table_scored_open", state=state, score=score)
    return words("budget.table_scored", state=state, score=score, grade=words.text(rated.total.grade.name))


def projects_card(view: View, standings: Sequence[Standing]) -> html.Section:
    words = view.words
    names = ("project", "cycle", "mid_term_funds", "annual_funds", "indicators", "shared", "state", "score", "grade")
    heads = [head(words(f"budget.{name}"), "num" if name in _FUNDS else "") for name in names]
    rows = [_project_row(view, one) for one in standings]
    table = plain_table(words("budget.projects"), heads, rows, key="projects", class_name="stacking budget-projects")
    return card(words("budget.projects"), table, note=words("budget.projects_note"), tools=take_table(view, "projects"))


def _project_row(view: View, one: Standing) -> html.Tr:
    words, project, funds = view.words, one.table.project, one.table.funds
    name = [link(words.text(project.name), view.href("budget", project.id, period=None)), " "]
    name.append(html.Span(project.id, className="quiet"))
    state: list[Any] = [rating_badge(words, "hidden" if one.is_hidden else one.rating.state)]
    if one.rests_on_synthetic:
        state += [" ", synthetic_mark(words)]
    score = total_words(one.rated.total) if one.rated is not None else words("number.none")
    grade = words("number.none")
    if one.rated is not None and one.rated.total.grade is not None:
        grade = words.text(one.rated.total.grade.name)

    def cell(key: str, said: Any) -> html.Td:
        return html.Td(said, **attributes(data_label=words(f"budget.{key}")))

    def number(key: str, value: Decimal) -> html.Td:
        return html.Td(printed(value), className="num", exact=value, **attributes(data_label=words(f"budget.{key}")))

    return html.Tr(
        [
            html.Th(name, scope="row"),
            cell("cycle", f"{project.first_year}\u2013{project.last_year}"),
            number("mid_term_funds", funds.mid_term.total),
            number("annual_funds", funds.annual.total),
            cell("indicators", str(len(one.table.indicators))),
            cell("shared", str(len(one.table.plan_indicators))),
            cell("state", state),
            cell("score", score),
            cell("grade", grade),
        ]
    )


def checks_card(view: View, findings: Sequence[Finding]) -> html.Section:
    """What does not agree first; then the checks of totals and ties, and how many of each kind were made by line."""
    words = view.words
    count = Counter(one.outcome for one in findings)
    everything = view.address.rows == "all"
    wrong = [one for one in findings if one.outcome != "agrees"]
    shown = [*wrong, *(one for one in findings if one.outcome == "agrees" and (everything or one.rule not in _BY_LINE))]
    heads: list[Any] = [words("budget.check"), words("budget.arithmetic"), head(words("budget.difference"), "num")]
    heads.append(words("budget.outcome"))
    rows = [_finding_row(words, one) for one in shown]
    note = words(
        "budget.checks_note",
        n=len(findings), agree=count["agrees"], differ=count["differs"], incomplete=count["incomplete"],
    )  # fmt: skip
    frame = findings_frame(findings)
    taken = Rows(tuple(frame.columns), tuple(tuple(row) for row in frame.itertuples(index=False)))
    table = plain_table(words("budget.checks"), heads, rows, key="checks", class_name="stacking budget-checks")
    table.children.names["rows"] = taken
    parts: list[Any] = [table]
    if not everything:
        parts += [_by_line(view, findings)]
        more = link(words("budget.all_checks", n=len(findings)), view.here(rows="all", said=None), "more")
        parts.append(html.P(more))
    return card(words("budget.checks"), parts, note=note, tools=take_table(view, "checks"))


def _finding_row(words: Words, one: Finding) -> html.Tr:
    def label(key: str) -> dict[str, Any]:
        return attributes(data_label=words(f"budget.{key}"))

    gap = "" if one.difference is None else exact(one.difference)
    return html.Tr(
        [
            html.Th(words.text(one.name), scope="row"),
            html.Td(one.arithmetic, className="arithmetic", **label("arithmetic")),
            html.Td(gap, className="num", **label("difference")),
            html.Td(outcome_badge(words, one.outcome), **label("outcome")),
        ]
    )


def _by_line(view: View, findings: Sequence[Finding]) -> html.Div:
    words = view.words
    heads = [words("budget.line_checks"), head(words("budget.count"), "num"), words("budget.outcome")]
    rows = []
    for rule in _BY_LINE:
        made = [one for one in findings if one.rule == rule]
        agree = sum(one.outcome == "agrees" for one in made)
        if made:
            outcome = outcome_badge(words, "agrees" if agree == len(made) else "differs")
            said = [outcome, f" {agree} / {len(made)}"]
            name = html.Th(words(f"budget.rule_{rule}"), scope="row")
            rows.append(html.Tr([name, number_cell(str(len(made)), len(made)), html.Td(said)]))
    return plain_table(words("budget.line_checks"), heads, rows, key="line-checks")


def scoring_card(view: View, scoring: Scoring) -> html.Section:
    """The points, the bands and the grades in force, with the rules in words."""
    words, points = view.words, scoring.points
    given = [(name, getattr(points, name)) for name in ("execution", "output", "benefit", "satisfaction")]
    rows = [
        html.Tr([html.Th(words(f"budget.points_{name}"), scope="row"), number_cell(f"{value:f}", value)])
        for name, value in given
    ]
    rows.append(
        html.Tr([html.Th(words("budget.points_total"), scope="row"), number_cell(f"{points.total:f}", points.total)])
    )
    bands = [
        html.Tr([html.Th(one.word, scope="row"), html.Td(f"{one.at_least:f}%\u2013{one.up_to:f}%")])
        for one in scoring.attainment
    ]
    grades = [
        html.Tr(
            [html.Th(words.text(one.name), scope="row"), html.Td(words("budget.from_points", n=f"{one.at_least:f}"))]
        )
        for one in scoring.grades
    ]
    tables = html.Div(
        [
            plain_table(words("budget.points"), [words("budget.level"), words("budget.points")], rows, key="points"),
            plain_table(words("budget.band"), [words("budget.band"), words("budget.band_span")], bands, key="bands"),
            plain_table(words("budget.grade"), [words("budget.grade"), words("budget.score")], grades, key="grades"),
        ],
        className="budget-scoring",
    )
    rules = [
        words("budget.rule_quantity"),
        words(f"budget.rule_bare_{scoring.bare_number}"),
        words("budget.rule_bound"),
        words("budget.rule_even"),
    ]
    source = words("budget.scoring_source", source=words.text(scoring.source))
    listed = html.Ul([html.Li(rule) for rule in rules], className="findings")
    return card(words("budget.scoring"), [tables, listed], foot=[source])


def files_card(view: View, known: Library) -> html.Section:
    words = view.words
    heads = [words("budget.code"), words("budget.file"), words("budget.version"), words("budget.loaded_by")]
    rows = []
    for name, one in sorted(known.files.items()):
        by = words("budget.shipped") if one.by is None else f"{one.by} · {words.moment(one.at)}"
        rows.append(html.Tr([html.Th(name, scope="row"), html.Td(one.file), html.Td(one.version), html.Td(by)]))
    return card(words("budget.files"), plain_table(words("budget.files"), heads, rows, key="files"))
