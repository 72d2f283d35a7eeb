"""The parts of the reporting page: rates, the board of units × periods, who is to be chased, the calendar."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import urlencode

from monitor.catalogue.periods import Period
from monitor.catalogue.regions import Region, Regions
from monitor.report.rates import FORMULAS, Rate, Rates
from monitor.report.reporting import HORIZON_DAYS, Board, DueDay
from monitor.report.reporting_cells import REPORT_STATES, Report

from ..view import View
from ..words import Words
from . import html
from .form_elements import button, form, hidden_field
from .parted import MOST, PART, of_level, part_of
from .parts import attributes, card, hidden, link
from .take import take_table

# state → (shape, colour); the word comes from the locale
_LOOKS = {
    "accepted": ("tick", "strong"), "restated": ("lozenge", "strong"), "submitted": ("dot", "light"),
    "returned": ("diamond", "amber"), "draft": ("ring", "plain"), "late": ("down", "brick"),
    "missing": ("cross", "brick"), "not_due": ("hatch", "empty"),
}  # fmt: skip
_ORDINALS = ("first", "second", "third", "fourth")
_DAYS_BEFORE, _DAYS_AFTER = 2, 6


def report_badge(words: Words, state: str, *, short: bool = False) -> html.Span:
    """Colour, shape and word of a report's state."""
    shape, colour = _LOOKS[state]
    mark = html.Span(className=f"glyph g-{shape}", **attributes(aria_hidden="true"))
    word = words(f"reporting.short_{state}" if short else f"reporting.state_{state}")
    return html.Span([mark, word], className=f"badge k-{colour}")


def share_text(words: Words, rate: Rate) -> str:
    """`84.4%`; a dash where nothing was expected."""
    return words.share(None if rate.value is None else float(rate.value), 1)


def parts_text(rate: Rate) -> str:
    return f"{rate.numerator}/{rate.denominator}"


def rate_cards(view: View, board: Board) -> html.Ul:
    """The four rates of the period, each with what it divides; its formula is the card's title."""
    words = view.words
    items = []
    for rate in board.rates.all:
        value = None if rate.value is None else float(rate.value)
        colour = "plain" if value is None else "strong" if value >= 1 else "amber" if value >= 0.9 else "brick"
        items.append(
            html.Li(
                [
                    html.Span(words(f"reporting.rate_{rate.name}"), className="count-label"),
                    html.Span(html.Strong(share_text(words, rate)), className="count-number"),
                    html.Span(parts_text(rate) if rate.denominator else words("reporting.none_expected"),
                              className="count-split"),
                ],
                className=f"count k-{colour}",
                title=formula(words, rate),
            )
        )  # fmt: skip
    owing = [report for report in board.cells.values() if report.call.period == board.period and report.is_owed]
    owed, is_over = len(owing), any(report.is_due for report in owing)
    items.append(
        html.Li(
            [
                html.Span(words("reporting.owing"), className="count-label"),
                html.Span(html.Strong(str(owed)), className="count-number"),
                html.Span(words("reporting.of_called", n=board.rates.called), className="count-split"),
            ],
            className=f"count k-{'brick' if is_over else 'plain'}{'' if owed else ' zero'}",
        )
    )
    return html.Ul(items, className="counts")


def formula(words: Words, rate: Rate) -> str:
    zh, en = FORMULAS[rate.name]
    return en if words.language == "en" else zh


def formulas(view: View, rates: Rates) -> html.Details:
    """How each rate is worked out, and what does not count."""
    words = view.words
    lines = [html.Li(formula(words, rate)) for rate in rates.all]
    beside = [words("reporting.early", n=rates.early)] if rates.early else []
    beside += [words("reporting.unexpected", n=rates.unexpected)] if rates.unexpected else []
    return html.Details(
        [html.Summary(words("reporting.formulas")), html.Ul([*lines, *(html.Li(text) for text in beside)])],
        className="fold formulas",
    )


def board_card(view: View, board: Board) -> html.Section:
    words = view.words
    title = words("reporting.board_title")
    legend = html.Span([report_badge(words, state) for state in REPORT_STATES], className="legend board-legend")
    units, levels = of_level(view, board.units)
    shown, pager = part_of(view, units)
    table = html.Table(
        [
            html.Caption(title, className="unseen"),
            html.Thead(html.Tr(_head(view, board))),
            html.Tbody([_unit_row(view, board, unit) for unit in shown]),
            html.Tfoot(_foot_row(view, board)),
        ],
        className="plain board",
        key="board",
    )
    box = html.Div(table, className="table-wrap", tabIndex=0, role="region", **attributes(aria_label=title))
    return card(
        title,
        [part for part in (levels, box, pager) if part is not None],
        note=[legend, html.Span(words("reporting.late_note"), className="note-text")],
        tools=_downloads(view, board),
        foot=[
            words("reporting.as_of", date=view.as_of),
            words("reporting.on_day", date=board.today.isoformat()),
            take_table(view, "board"),
        ],
        class_name="board-card",
    )


def _head(view: View, board: Board) -> list[html.Th]:
    words = view.words
    periods = []
    for period in reversed(board.shown):
        is_chosen = period == board.period
        text: Any = period.code if is_chosen else link(period.code, view.here(period=period.code))
        chosen = attributes(aria_current="true") if is_chosen else {}
        periods.append(html.Th(text, scope="col", className="cell chosen" if is_chosen else "cell", **chosen))
    rates = [
        html.Th(
            words(f"reporting.rate_{name}"), scope="col", className="num", title=words("reporting.rate_all_periods")
        )
        for name in ("completeness", "timeliness")
    ]
    return [html.Th(words("reporting.unit"), scope="col", className="unit-name"), *periods, *rates]


def _unit_row(view: View, board: Board, region: Region) -> html.Tr:
    words, code = view.words, region.code
    cells = [
        _cell(view, board, board.cells.get((code, period)), period == board.period) for period in reversed(board.shown)
    ]
    rates = board.by_unit[code]
    shares = [
        html.Td(share_text(words, rate), className="num", title=parts_text(rate), exact=_exact(rate))
        for rate in (rates.completeness, rates.timeliness)
    ]
    name = link(words.region_short(region), view.href("region", code, period=None))
    return html.Tr([html.Th(name, scope="row", className="unit-name"), *cells, *shares])


def _cell(view: View, board: Board, report: Report | None, chosen: bool) -> html.Td:
    words = view.words
    name = "cell chosen" if chosen else "cell"
    if report is None:
        return html.Td(words("number.none"), className=f"{name} none", title=words("reporting.not_called"))
    parts: list[Any] = [report_badge(words, report.state, short=True)]
    if report.is_late:
        parts.append(html.Span(words("reporting.late_mark"), className="mark late-mark"))
    if report.call.extended is not None:
        parts.append(html.Span(words("reporting.extended_mark"), className="mark"))
    if report.pending:
        parts.append(html.Span(words(f"reporting.pending_{report.pending}"), className="mark"))
    said = "\n".join(report_lines(words, report))
    shown = report.shown
    body: Any = parts
    if shown is not None:
        body = link(parts, view.href("submission", str(shown.submission_id), period=None, as_of=None), "cell-link")
    return html.Td(body, className=f"{name} c-{report.state}", title=said)


def report_lines(words: Words, report: Report) -> list[str]:
    """What a cell says on hover: state, days, who sent and accepted it, how many cells it has."""
    call, shown = report.call, report.shown
    lines = [words(f"reporting.state_{report.state}"), words("reporting.line_due", date=words.day(call.due_on))]
    if call.extended is not None:
        lines[-1] += f" · {words('reporting.line_extended', reason=words.text(call.extended.reason))}"
    if call.closes_on is not None:
        lines.append(words("reporting.line_closes", date=words.day(call.closes_on)))
    if shown is not None:
        sent = {"n": shown.revision, "by": shown.submitted_by, "date": words.day(shown.submitted_at)}
        lines.append(words("reporting.line_sent", **sent))
        if shown.accepted_at is not None:
            lines.append(words("reporting.line_accepted", by=shown.accepted_by, date=words.day(shown.accepted_at)))
        lines.append(words("reporting.line_cells", given=report.cells, expected=report.cells_expected))
    if report.is_late and report.first_sent_at is not None:
        lines.append(words("reporting.line_late", date=words.day(report.first_sent_at)))
    return lines


def _foot_row(view: View, board: Board) -> list[html.Tr]:
    words = view.words
    rows = []
    for name in ("completeness", "timeliness", "acceptance"):
        rates = [getattr(board.by_period[period], name) for period in reversed(board.shown)]
        cells = [
            html.Td(
                share_text(words, rate),
                className="cell",
                title=parts_text(rate) if rate.denominator else None,
                exact=_exact(rate),
            )
            for rate in rates
        ]
        head = html.Th(words(f"reporting.rate_{name}"), scope="row", className="unit-name")
        rows.append(html.Tr([head, *cells, html.Td(className="num"), html.Td(className="num")]))
    return rows


def _exact(rate: Rate) -> float | None:
    return None if rate.value is None else float(rate.value)


def _downloads(view: View, board: Board) -> html.Span:
    words = view.words
    query = {"form": board.form.id, "as_of": view.address.as_of, "plan": view.address.plan}
    return download_links(words, "reporting", query)


def download_links(words: Words, name: str, query: dict[str, str | None]) -> html.Span:
    """The same rows as CSV and as a workbook."""
    given = urlencode({key: value for key, value in query.items() if value})
    tail = f"?{given}" if given else ""
    said = words("reporting.download")
    links = [
        html.A([hidden(said), kind], href=f"/download/{name}.{suffix}{tail}", className="tool")
        for kind, suffix in (("CSV", "csv"), ("Excel", "xlsx"))
    ]
    return html.Span(
        [html.Span(said, className="quiet", **attributes(aria_hidden="true")), *links], className="downloads"
    )


def chase_card(
    view: View, board: Board, regions: Regions, contacts: Collection[str], *, may_chase: bool
) -> html.Section:
    """Who owes what, the longest overdue first; one click sends a reminder where an address is known."""
    words = view.words
    title = words("reporting.chase_title")
    foot: list[Any] = [words("reporting.chase_closed", n=board.closed)] if board.closed else []
    if not board.chase:
        return card(title, html.P(words("reporting.chase_none", n=HORIZON_DAYS), className="quiet"), foot=foot)
    with_form = any(report.call.form.id != board.form.id for report in board.chase)
    shown = board.chase if len(board.chase) <= MOST or view.address.rows == "all" else board.chase[:PART]
    if len(shown) < len(board.chase):
        foot.append(words("tree.only", first=len(shown), n=f"{len(board.chase):,}"))
    heads = ["unit", *(["form"] if with_form else []), "period", "state", "days", "mail"]
    rows = [_chase_row(view, report, regions, contacts, with_form=with_form, may_chase=may_chase) for report in shown]
    head = html.Tr([html.Th(words(f"reporting.chase_{name}"), scope="col", className=f"h-{name}") for name in heads])
    table = html.Table(
        [html.Caption(title, className="unseen"), html.Thead(head), html.Tbody(rows)],
        className="plain chase",
        key="chase",
    )
    count = html.Span(words("reporting.chase_count", n=len(board.chase)), className="tally")
    known = [report.call for report in board.chase if report.call.region in contacts]
    tools = None
    if may_chase and len(known) > 1:
        calls = [hidden_field("call", f"{one.form.id} {one.period.code} {one.region}") for one in known]
        tools = form([*calls, button(words("reporting.chase_all", n=len(known)), class_="tool")], "/do/chase")
    box = html.Div(table, className="scroll table-wrap", tabIndex=0, role="region", **attributes(aria_label=title))
    note = words("reporting.chase_note", n=HORIZON_DAYS)
    foot += [words("reporting.on_day", date=board.today.isoformat()), take_table(view, "chase")]
    return card(title, box, marks=[count], note=note, foot=foot, tools=tools)


def _chase_row(
    view: View, report: Report, regions: Regions, contacts: Collection[str], *, with_form: bool, may_chase: bool
) -> html.Tr:
    words, call = view.words, report.call
    region = regions.get(call.region)
    name = call.region if region is None else words.region_short(region)
    days = report.days_left
    far = words("reporting.days_over", n=-days) if days < 0 else words("reporting.days_left", n=days)
    known = call.region in contacts
    mail: Any = words("reporting.mail_known") if known else words("reporting.mail_unknown")
    if may_chase and known:
        fields = [hidden_field("form", call.form.id), hidden_field("period", call.period.code),
                  hidden_field("region", call.region)]  # fmt: skip
        mail = form([*fields, button([words("reporting.chase_do"), hidden(name)], class_="tool")], "/do/chase")
    cells: list[Any] = [html.Th(name, scope="row", className="unit-name")]
    if with_form:
        cells.append(html.Td(words.text(call.form.name), className="form-name"))
    return html.Tr(
        [
            *cells,
            html.Td(call.period.code, className="period"),
            html.Td(report_badge(words, report.state), className="state-cell"),
            html.Td(far, className=f"num{' worse' if days < 0 else ''}", title=words.day(call.due_on)),
            html.Td(mail, className="mail-cell"),
        ]
    )


def calendar_card(view: View, board: Board) -> html.Section:
    """The due days around today: the last that are over, and the next."""
    words = view.words
    over = [day for day in board.calendar if day.day < board.today]
    ahead = [day for day in board.calendar if day.day >= board.today]
    shown = [*over[-_DAYS_BEFORE:], *ahead[:_DAYS_AFTER]]
    items = [_day_item(view, board, day) for day in shown]
    return card(words("reporting.calendar_title"), html.Ol(items, className="due-days"))


def _day_item(view: View, board: Board, day: DueDay) -> html.Li:
    words = view.words
    days = (day.day - board.today).days
    far = words("reporting.days_ago", n=-days) if days < 0 else words("reporting.days_to", n=days)
    form_name = words.text(day.form.name)
    href = view.href("reporting", period=day.period.code, form=day.form.id)
    tail = [html.Span(words("reporting.extended_mark"), className="mark")] if day.is_extended else []
    counts = words("reporting.day_counts", received=day.received, called=day.called)
    closes = "" if day.closes_on is None else words("reporting.line_closes", date=words.day(day.closes_on))
    return html.Li(
        [
            html.Span([html.B(words.day(day.day)), html.Span(far, className="quiet")], className="due-day"),
            html.Span([link(f"{form_name} {day.period.code}", href), *tail]),
            html.Span(counts, className="quiet", title=closes),
        ],
        className="over" if days < 0 else "ahead",
    )


def period_text(words: Words, period: Period) -> str:
    """A period as people say it: 2025年四季度, Q4 2025."""
    part = ((period.index - 1) % 12 + 1) // period.months
    if period.kind in ("quarter", "half"):
        return words(f"reporting.period_{period.kind}_{_ORDINALS[part - 1]}", year=period.year)
    return words(f"reporting.period_{period.kind}", year=period.year, month=part)


def headline(words: Words, board: Board) -> str:
    """`2025-Q4：32 个单位应报，27 个已报，及时率 84.4%（27/32）`, or when it will be due."""
    rates, period = board.rates, period_text(words, board.period)
    if not rates.completeness.denominator:
        days = [report.call.due_on for report in board.cells.values() if report.call.period == board.period]
        facts = {"called": rates.called, "received": rates.early, "due": words.day(min(days))}
        return words("reporting.headline_not_due", period=period, **facts)
    return words(
        "reporting.headline",
        period=period,
        expected=rates.completeness.denominator,
        received=rates.completeness.numerator,
        share=share_text(words, rates.timeliness),
        parts=parts_text(rates.timeliness),
    )
