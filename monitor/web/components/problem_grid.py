"""The file's own rows with every problem at its cell, and the list of problems that leads there and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from monitor.intake.glance import Glance, GlanceRow
from monitor.intake.problems import FileProblem

from ..view import View
from . import html
from .cycle_parts import severity_badge, severity_mark
from .form_elements import element, textarea
from .parts import attributes, hidden

_WORST = ("error", "query", "warning")
_EXPLANATION_CHARACTERS = 1000
Place = tuple[int, int | None]
"""A cell of the file: its row, and its column's index (None: the row as a whole)."""


def message(view: View, problem: FileProblem) -> str:
    return problem.zh if view.words.language == "zh" else problem.en


def field_name(key: tuple[int | None, str]) -> str:
    """The name of the field in which a query is explained; read back by `actions.explanations_given`."""
    row, rule = key
    return f"explain:{'' if row is None else row}:{rule}"


def placed(problems: Sequence[FileProblem], glance: Glance | None) -> dict[Place, list[int]]:
    """cell → the indices of its problems."""
    found: dict[Place, list[int]] = defaultdict(list)
    for index, problem in enumerate(problems):
        if problem.row is not None:
            found[problem.row, _column(problem, glance)].append(index)
    return found


def _column(problem: FileProblem, glance: Glance | None) -> int | None:
    """The index of the cell's column; what a check says of a figure stands at the number that was sent."""
    if glance is None or problem.row is None:
        return None
    if problem.column is None and problem.indicator_id is not None:
        return glance.figure_place(problem.row)
    return glance.place(problem.column)


def cell_id(place: Place) -> str:
    line, column = place
    return f"cell-{line}" if column is None else f"cell-{line}-{column}"


def problem_list(
    view: View,
    problems: Sequence[FileProblem],
    glance: Glance | None,
    answers: Mapping[tuple[int | None, str], str],
    *,
    form_id: str | None,
    names: Mapping[str, str],
) -> Any:
    """Every problem with its message and cure, worst first; `form_id`: the form that takes explanations, None: none.

    `names`: what each indicator is called.
    """
    shown = {row.line for row in glance.rows} if glance is not None else set()
    order = sorted(range(len(problems)), key=lambda index: _WORST.index(problems[index].severity))
    rows, asked = [], set()
    for index in order:
        problem = problems[index]
        is_first = problem.key not in asked  # several problems of one rule in one row have one answer
        asked.add(problem.key)
        row = _problem_row(view, index, problem, glance, shown, names, answers, form_id if is_first else None)
        rows.append(row)
    heads = [view.words(f"draft.column_{name}") for name in ("kind", "place", "problem")]
    return element(
        "table",
        [html.Thead(html.Tr([html.Th(text, scope="col") for text in heads])), element("tbody", rows)],
        class_="plain problems",
        key="problems",
    )


def _problem_row(
    view: View,
    index: int,
    problem: FileProblem,
    glance: Glance | None,
    shown: set[int],
    names: Mapping[str, str],
    answers: Mapping[tuple[int | None, str], str],
    form_id: str | None,
) -> Any:
    words = view.words
    place: Any = words("draft.whole_file")
    if problem.row is not None:
        where = words("draft.row", n=problem.row)
        column = _column(problem, glance)
        told = f"{where} · {problem.column}" if problem.column else where
        place = html.A(told, href=f"#{cell_id((problem.row, column))}") if problem.row in shown else told
        indicator = problem.indicator_id or (glance.indicator(problem.row) if glance is not None else None)
        if indicator is not None and indicator in names:
            place = [place, html.Small(names[indicator], className="problem-name")]
    said: list[Any] = [html.Span(message(view, problem))]
    if problem.text and problem.text not in message(view, problem):
        said.append(html.Span([words("draft.written"), html.Q(problem.text)], className="written"))
    if problem.severity == "query":
        said.append(_answer(view, index, problem, answers, form_id))
    cells = [
        html.Td(severity_badge(words, problem.severity)),
        html.Td(place, className="when"),
        html.Td(said, className="said"),
    ]
    return element("tr", cells, id=f"problem-{index}", class_=f"p-{problem.severity}", data_code=problem.code)


def _answer(
    view: View,
    index: int,
    problem: FileProblem,
    answers: Mapping[tuple[int | None, str], str],
    form_id: str | None,
) -> Any:
    text = answers.get(problem.key, "")
    if form_id is None:
        return html.Span([view.words("draft.answer"), text], className="written") if text else None
    return textarea(
        field_name(problem.key),
        text,
        form=form_id,
        class_="answer",
        maxlength=_EXPLANATION_CHARACTERS,
        placeholder=view.words("draft.explain"),
        aria_label=view.words("draft.explain_for", text=message(view, problem)[:80]),
        id=f"answer-{index}",
    )


def problem_grid(view: View, problems: Sequence[FileProblem], glance: Glance) -> Any:
    """The rows as they stand in the file; the header and the line numbers stay while the box scrolls."""
    words, places = view.words, placed(problems, glance)
    head = [html.Th(words("draft.line"), scope="col", className="line-no")]
    head += [
        html.Th([html.Small(letter), name if name != letter else ""], scope="col")
        for name, letter in zip(glance.columns, glance.letters, strict=True)
    ]
    rows: list[Any] = []
    before = 0
    for row in glance.rows:
        if row.line == glance.header_row:
            before = row.line
            continue
        if before and row.line > before + 1 and rows:
            gap = html.Td(words("draft.gap"), colSpan=len(glance.columns) + 1)
            rows.append(html.Tr(gap, className="gap"))
        before = row.line
        rows.append(_grid_row(view, row, problems, places))
    table = element(
        "table",
        [
            html.Caption(words("draft.grid_caption"), className="unseen"),
            html.Thead(html.Tr(head)),
            element("tbody", rows),
        ],
        class_="grid-table",
    )
    return html.Div(
        table, className="grid-box", tabIndex=0, role="region", **attributes(aria_label=words("draft.grid_caption"))
    )


def _grid_row(
    view: View, row: GlanceRow, problems: Sequence[FileProblem], places: Mapping[Place, Sequence[int]]
) -> Any:
    whole = places.get((row.line, None), ())
    number: list[Any] = [str(row.line), *_marks(view, problems, whole)]
    worst = _worst(problems, whole)
    head = element(
        "th", number, scope="row", class_=f"line-no p-{worst}" if worst else "line-no",
        id=cell_id((row.line, None)) if whole else None, title=_titles(view, problems, whole),
    )  # fmt: skip
    cells = [head]
    for column, text in enumerate(row.cells):
        here = places.get((row.line, column), ())
        worst = _worst(problems, here)
        if worst is None:
            cells.append(element("td", text))
            continue
        said = [element("span", text), *_marks(view, problems, here)]
        cells.append(
            element(
                "td", said, class_=f"p-{worst}", id=cell_id((row.line, column)), title=_titles(view, problems, here)
            )
        )
    return element("tr", cells)


def _worst(problems: Sequence[FileProblem], indices: Sequence[int]) -> str | None:
    found = {problems[index].severity for index in indices}
    return next((severity for severity in _WORST if severity in found), None)


def _titles(view: View, problems: Sequence[FileProblem], indices: Sequence[int]) -> str | None:
    return "\n".join(message(view, problems[index]) for index in indices) or None


def _marks(view: View, problems: Sequence[FileProblem], indices: Sequence[int]) -> list[Any]:
    """A mark for each problem, which leads back to the list."""
    return [
        html.A(
            [severity_mark(problems[index].severity), hidden(message(view, problems[index]))],
            href=f"#problem-{index}",
            className="to-problem",
        )
        for index in indices
    ]
