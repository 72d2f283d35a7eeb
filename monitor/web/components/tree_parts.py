"""The grid of the tree: regions under a region, one indicator or all, of which only the rows in sight are drawn."""

from __future__ import annotations

from typing import Any

from monitor.catalogue.models import Indicator
from monitor.report.branch_table import Branch, Cell
from monitor.report.branches import Branches

from ..taken import Cell as Told
from ..taken import Rows
from ..view import View
from ..words import Words
from . import html
from .parts import attributes, badge, hidden, link, look
from .why import explain_href, why

WINDOW = 60
"""So many rows are drawn first, and asked for at once when somebody scrolls (assets/rows.js)."""

_TURNED = {False: ("▼", "descending"), True: ("▲", "ascending")}


def tree_finding(words: Words, answer: Branches) -> str:
    """How many of the regions shown lag, and which most."""
    root, number = words.region_short(answer.root), len(answer)
    if answer.ask.text is not None:
        return words("tree.found", q=answer.ask.text, n=f"{number:,}")
    if not number:
        return words("tree.nobody" if answer.ask.class_ is None else "tree.none_of_class", root=root)
    whom = words(f"tree.units_{answer.ask.level or 'children'}", n=f"{number:,}")
    if answer.is_empty:
        return words("tree.empty", root=root, units=whom, period=answer.period.code)
    if not answer.lagging or answer.worst is None:
        return words("tree.none_lag", root=root, units=whom, period=answer.period.code)
    name, one = words.region_short(answer.worst.region), answer.shown[0]
    facts = {"root": root, "units": whom, "lag": f"{answer.lagging:,}", "name": name, "period": answer.period.code}
    if answer.ask.indicator is None:
        return words("tree.some_lag", k=answer.worst.lagging, **facts)
    gap = answer.worst.cells[one.id].target_gap
    key = "tree.some_lag_one" if gap else "tree.some_lag_met"
    return words(key, indicator=words.text(one.name), gap=words.points(gap or 0.0, one.unit), **facts)


def tree_table(view: View, answer: Branches, first: int) -> html.Table:
    """The heads and the rows from `first` on, WINDOW of them; data-* tell assets/rows.js how many there are."""
    words = view.words
    single = answer.ask.indicator is not None
    heads = _single_heads(view, answer) if single else _heads(view, answer)
    rows = tree_rows(view, answer, first, first + WINDOW)
    facts = attributes(
        data_total=str(len(answer)), data_first=str(first), data_window=str(WINDOW),
        data_rows=f"/rows/tree{_query(view)}", data_failed=words("tree.failed"), aria_rowcount=str(len(answer) + 1),
    )  # fmt: skip
    return html.Table(
        [html.Caption(words("tree.title"), className="unseen"), html.Thead(html.Tr(heads)), html.Tbody(rows)],
        className="tree-one" if single else "matrix m-class tree-all",
        key="tree",
        rows=tree_data(words, answer) if view.address.rows == "all" else None,
        **facts,
    )


def tree_rows(view: View, answer: Branches, first: int, after: int) -> list[html.Tr]:
    single = answer.ask.indicator is not None
    draw = _single_row if single else _row
    return [draw(view, answer, branch, place) for place, branch in enumerate(answer.rows(first, after), first + 2)]


def _query(view: View) -> str:
    """The slice alone: what is asked for again with each window of rows."""
    _, mark, query = view.here(skip=None, rows=None, said=None).partition("?")
    return mark + query


def sorter(view: View, answer: Branches, key: str, what: str) -> tuple[html.A, dict[str, Any]]:
    """A link that sorts by a column, the worst first, and the other way round when it is clicked again."""
    ask = answer.ask
    default = "code" if ask.text is not None else "lag"
    now = ask.key or ("class" if ask.indicator is not None else default)
    chosen = now == key
    turned = chosen and not ask.is_turned
    said = view.words("matrix.sort_best" if turned else "matrix.sort_worst", what=what)
    mark, state = _TURNED[ask.is_turned] if chosen else ("↕", "")
    face = [html.Span(mark, **attributes(aria_hidden="true")), hidden(said)]
    wanted = f"-{key}" if turned else key
    target = link(face, view.here(sort=wanted, skip=None), "sorter" + (" chosen" if chosen else ""), said)
    return target, attributes(aria_sort=state) if state else {}


def _heads(view: View, answer: Branches) -> list[html.Th]:
    words = view.words
    by_code, code_state = sorter(view, answer, "code", words("tree.code"))
    by_lag, lag_state = sorter(view, answer, "lag", words("matrix.lagging"))
    found = [
        html.Th([words("tree.region"), by_code], scope="col", className="m-name", **code_state),
        html.Th([words("matrix.lagging"), by_lag], scope="col", className="m-lag", **lag_state),
    ]
    for one in answer.shown:
        name = words.text(one.name)
        by_it, state = sorter(view, answer, one.id, name)
        alone = view.here(indicator=one.id, sort=None, skip=None)
        face: list[Any] = [link([html.B(str(one.number)), html.Span(name)], alone, "m-indicator", name)]
        if one.nature == "binding":
            face.insert(0, html.Span(words("nature.binding_short"), className="mark binding"))
        found.append(html.Th(html.Div([*face, by_it], className="m-head"), scope="col", className="m-col", **state))
    return found


def _single_heads(view: View, answer: Branches) -> list[html.Th]:
    words, one = view.words, answer.shown[0]
    unit = words.unit(one.unit)
    in_points = words("number.pp") if one.unit == "%" else unit
    columns = [
        ("code", words("tree.region"), "m-name"), ("class", words("matrix.class"), ""),
        ("value", f"{words('tree.value')} / {unit}", "num"), ("gap", f"{words('tree.gap')} / {in_points}", "num"),
        ("contribution", f"{words('tree.contribution')} / {in_points}", "num"),
        ("", f"{words('tree.schedule')} / {words('number.pp')}", "num"),
        ("coverage", words("tree.coverage"), "num"),
    ]  # fmt: skip
    found = []
    for key, text, kind in columns:
        by_it, state = sorter(view, answer, key, text) if key else (None, {})
        found.append(html.Th([text, by_it] if by_it is not None else text, scope="col", className=kind, **state))
    return found


def region_cell(view: View, answer: Branches, branch: Branch) -> html.Th:
    """The region's name leads further down, or to its page where nothing is below; who stands above it, where that is
    not plain, and from when or until when it stands there."""
    words, region = view.words, branch.region
    name = words.region_short(region)
    down = view.here(region=region.code, level=None, asked=None, skip=None)
    page = view.href("region", region.code, period=view.address.period)
    notes: list[str] = []
    if (answer.ask.level or answer.ask.text) and branch.parent is not None and branch.parent.code != answer.root.code:
        notes.append(words.region_short(branch.parent))
    if region.valid_to is not None:
        notes.append(words("tree.until", day=words.day(region.valid_to)))
    said = [html.Span(" · ".join(notes), className="tree-note")] if notes else []
    if not branch.children:
        return html.Th([link(name, page, title=words.region(region)), *said], scope="row", className="m-name")
    count = html.Span(f" {branch.children}", className="m-of", title=words("tree.below", n=branch.children))
    target = link([name, count], down, title=words("tree.down", name=words.region(region)))
    detail = link(words("tree.page"), page, "tree-page", words("tree.page_title"))
    return html.Th([target, *said, detail], scope="row", className="m-name")


def _row(view: View, answer: Branches, branch: Branch, place: int) -> html.Tr:
    words = view.words
    lag = [html.B(str(branch.lagging)), html.Span(f"/{branch.assessed}", className="m-of")]
    cells: list[Any] = [region_cell(view, answer, branch), html.Td(lag, className="m-lag")]
    cells += [_shape(view, answer, branch, one) for one in answer.shown]
    return html.Tr(cells, title=words.region(branch.region), **attributes(aria_rowindex=str(place)))


def _shape(view: View, answer: Branches, branch: Branch, one: Indicator) -> html.Td:
    """A class as colour and shape, heard as its word, with the figure as its title: a link to the explanation."""
    words, cell = view.words, branch.cells[one.id]
    name = words.class_name(cell.class_)
    shape, colour = look(cell.class_ if cell.value is not None else "no_data")
    title = f"{one.number} {_amount(words, cell)} {name}".replace("  ", " ")
    href = explain_href(view, one.id, branch.region.code, answer.period)
    return html.Td(html.A(hidden(name), href=href, title=title), className=f"k-{colour} s-{shape}")


def _amount(words: Words, cell: Cell) -> str:
    return "" if cell.value is None else words.amount(cell.value, cell.unit, cell.comparator or "eq")


def _single_row(view: View, answer: Branches, branch: Branch, place: int) -> html.Tr:
    words, one = view.words, answer.shown[0]
    cell = branch.cells[one.id]
    shown = words.number(cell.value, cell.unit, cell.comparator or "eq", 2 if cell.comparator in ("", "eq") else 0)
    value = why(view, shown, one.id, branch.region.code, answer.period, title=words.known("vintage", cell.vintage))
    cells = [
        region_cell(view, answer, branch),
        html.Td(badge(words, cell.class_)),
        html.Td(value, className="num value"),
        html.Td(words.signed(cell.target_gap, places=2), className="num"),
        html.Td(words.signed(cell.contribution, places=4, digits=4), className="num"),
        html.Td(words.signed(cell.schedule_gap_pp, places=2), className="num"),
        html.Td(words.share(cell.coverage), className="num"),
    ]
    return html.Tr(cells, **attributes(aria_rowindex=str(place)))


def tree_data(words: Words, answer: Branches) -> Rows:
    """Every row that is shown, for a file: exact numbers, and classes in words."""
    heads = [words("matrix.code"), words("tree.region"), words("tree.level")]
    heads += [words("tree.parent_code"), words("tree.parent")]
    single = answer.shown[0] if answer.ask.indicator is not None else None
    if single is None:
        heads += [words("matrix.lagging"), words("matrix.judged")]
        heads += [f"{one.number} {words.text(one.name)}" for one in answer.shown]
    else:
        unit = words.unit(single.unit)
        heads += [
            words("matrix.class"), f"{words('tree.value')} ({unit})", words("tree.comparator"),
            f"{words('tree.gap')} ({unit})", f"{words('tree.contribution')} ({unit})",
            f"{words('tree.schedule')} ({words('number.pp')})", f"{words('tree.coverage')} 0–1",
            words("mark.synthetic"),
        ]  # fmt: skip
    rows: list[tuple[Told, ...]] = []
    for branch in answer.rows():
        region, parent = branch.region, branch.parent
        line: list[Told] = [region.code, words.region(region), words.known("level", region.level),
                            parent.code if parent else "", words.region(parent) if parent else ""]  # fmt: skip
        if single is None:
            line += [float(branch.lagging), float(branch.assessed)]
            line += [words.class_name(branch.cells[one.id].class_) for one in answer.shown]
        else:
            cell = branch.cells[single.id]
            line += [words.class_name(cell.class_), cell.value, cell.comparator, cell.target_gap, cell.contribution,
                     cell.schedule_gap_pp, cell.coverage, "true" if cell.synthetic else "false"]  # fmt: skip
        rows.append(tuple(line))
    return Rows(tuple(heads), tuple(rows))
