"""A performance table as the budget prints it: three levels with merged cells, mid-term beside annual."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any
from urllib.parse import quote, urlencode

from monitor.budget.balance import printed, table_findings
from monitor.budget.frames import target_frame
from monitor.budget.models import Amount, PerformanceTable, Row

from ..taken import Rows
from ..view import View
from ..words import Words
from . import html
from .budget_parts import outcome_badge
from .parts import attributes, card, link
from .take import take_table


def target_card(view: View, table: PerformanceTable) -> html.Section:
    words = view.words
    form = link(words("budget.form_target"), book_address(view, table.project.id, "target"), "button")
    return card(
        words("budget.table_title"),
        [
            _facts(words, table),
            _sub_projects(words, table),
            _goals(words, table),
            _indicators(view, table),
            html.P(form),
        ],
        marks=[html.Span(" " + words("budget.year_of", year=table.project.year), className="quiet")],
        tools=take_table(view, "target"),
        foot=[words("budget.source", source=words.text(table.source))],
    )


def book_address(view: View, project: str, what: str) -> str:
    """Where the official form comes from, as of the page's moment."""
    as_of = f"?{urlencode({'as_of': view.address.as_of})}" if view.address.as_of else ""
    return f"/download/budget/{quote(project, safe='')}/{what}.xlsx{as_of}"


def _facts(words: Words, table: PerformanceTable) -> html.Dl:
    project, funds = table.project, table.funds
    shown = (
        ("project_name", words.text(project.name)),
        ("department", f"{project.department}[{project.department_code}]"),
        ("implementing", project.implementing_unit),
        ("attribute", project.attribute),
        ("cycle", f"{project.cycle} ({project.first_year}\u2013{project.last_year})"),
        ("mid_total", _amount(words, funds.mid_term, funds.unit)),
        ("year_total", _amount(words, funds.annual, funds.unit)),
    )
    parts = [part for key, said in shown for part in (html.Dt(words(f"budget.{key}")), html.Dd(said))]
    return html.Dl(parts, className="facts budget-facts")


def _amount(words: Words, amount: Amount, unit: str) -> str:
    parts = [f"{printed(amount.total)} {words.unit(unit)}"]
    for key, value in (("appropriation", amount.appropriation), ("other_funds", amount.other)):
        parts.append(f"{words(f'budget.{key}')} {words('number.none') if value is None else printed(value)}")
    return " · ".join(parts)


def _sub_projects(words: Words, table: PerformanceTable) -> html.Div:
    """The sub-projects with their amounts, and whether all sums of the table agree."""
    items = [
        html.Li([one.name, " ", html.Span(printed(one.amount), className="num")]) for one in table.funds.sub_projects
    ]
    checks = [
        html.Li([outcome_badge(words, one.outcome), " ", words.text(one.name), "：", one.arithmetic])
        for one in table_findings(table)
    ]
    title = html.H3(words("budget.sub_projects"), className="card-title")
    return html.Div([title, html.Ul(items, className="budget-subs"), html.Ul(checks, className="findings")])


def _goals(words: Words, table: PerformanceTable) -> html.Div:
    columns = [
        html.Div([html.H3(words(f"budget.{key}"), className="card-title"), _listed(words, goals)])
        for key, goals in (("mid_goals", table.goals.mid_term), ("year_goals", table.goals.annual))
    ]
    return html.Div(columns, className="budget-goals")


def _listed(words: Words, goals: Sequence[str]) -> html.Ul:
    return html.Ul([html.Li(words("budget.goal_n", n=n) + goal) for n, goal in enumerate(goals, start=1)])


def _indicators(view: View, table: PerformanceTable) -> html.Div:
    words = view.words
    wide = {"colSpan": 3, "scope": "colgroup"}
    head = html.Thead(
        [
            html.Tr(
                [
                    html.Th(words("budget.level"), rowSpan=2, scope="col"),
                    html.Th(words("budget.mid_term"), **wide),
                    html.Th(words("budget.annual"), **wide),
                ]
            ),
            html.Tr([html.Th(words(f"budget.{key}"), scope="col") for key in ("kind", "third", "value") * 2]),
        ]
    )
    bodies = []
    for level, rows in groupby(table.indicators, key=lambda one: one.level):
        bodies.append(html.Tbody(_level_rows(view, level, list(rows))))
    frame = target_frame(table)
    taken = Rows(tuple(frame.columns), tuple(tuple(row) for row in frame.itertuples(index=False)))
    title = words("budget.table_title")
    drawn = html.Table(
        [html.Caption(title, className="unseen"), head, *bodies],
        className="plain budget-form",
        key="target",
        rows=taken,
    )
    return html.Div(drawn, className="table-wrap", tabIndex=0, role="region", **attributes(aria_label=title))


def _level_rows(view: View, level: str, rows: Sequence[Row]) -> list[Any]:
    """The rows of one first level; kinds that repeat are one merged cell on either side."""
    words, drawn = view.words, []
    kinds = [(kind, len(list(ones))) for kind, ones in groupby(rows, key=lambda one: one.kind)]
    begins = {sum(size for _, size in kinds[:place]): kinds[place] for place in range(len(kinds))}
    for place, row in enumerate(rows):
        cells: list[Any] = []
        if place == 0:
            cells.append(html.Th(level, rowSpan=len(rows), scope="rowgroup"))
        for cell in (row.mid_term, row.annual):
            if place in begins:
                kind, size = begins[place]
                cells.append(html.Td(kind, rowSpan=size, className="kind"))
            name: list[Any] = [cell.name]
            if cell is row.annual and row.plan_indicator is not None:
                name += [" ", html.Span(words("budget.is_shared"), className="mark")]
            cells += [html.Td(name, className="name"), html.Td(cell.value, className="value")]
        drawn.append(html.Tr(cells))
    return drawn
