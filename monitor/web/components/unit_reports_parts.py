"""What a unit has sent and how good it was: a sentence with its ranks, and a line for every form and period."""

from __future__ import annotations

from typing import Any

from monitor.report.ranking import Rank
from monitor.report.rates import Rate
from monitor.report.region import RegionAnswer
from monitor.report.region_reports import PeriodReport, Quality
from monitor.report.sendings import Sending

from ..view import View
from ..words import Words
from . import html
from .alone import stands_alone
from .board_parts import formula, parts_text, report_badge, share_text
from .cycle_parts import state_badge
from .parts import card, hidden, link, synthetic_mark
from .sided import Head, sided_table
from .take import take_table

_LINES_SHOWN = 12


@stands_alone
def reports_card(view: View, answer: RegionAnswer) -> html.Section:
    words, reports = view.words, answer.reports
    to_board = link(words("region.to_reporting"), view.href("reporting", period=None), "more")
    if not reports.lines:
        text = html.P(words("region.submissions_none"), className="quiet")
        return card(words("region.submissions_title"), text, foot=[to_board], class_name="submissions-card")
    quality = reports.quality
    title = _title(words, quality) if quality is not None else words("region.submissions_title")
    lines = reports.lines
    shown = lines if view.address.rows == "all" or len(lines) <= _LINES_SHOWN + 2 else lines[:_LINES_SHOWN]
    heads: list[Head] = [("period", words("column.period")), ("form-name", words("unit_reports.form"))]
    heads += [("state-cell", words("column.state")), ("on-time", words("unit_reports.on_time"))]
    heads += [("num", words(f"unit_reports.{name}")) for name in ("cells", "queries", "returns", "revisions")]
    heads.append(("numbers", words("column.submission")))
    table = sided_table(
        title, heads, [_line(view, line) for line in shown], key="submissions", class_name="submissions"
    )
    rest = len(lines) - len(shown)
    more = [link(words("unit_reports.rest", n=rest), view.here(rows="all"), "more")] if rest else []
    foot = [*more, words("unit_reports.foot"), to_board, words("overview.foot_as_of", date=view.as_of)]
    marks: list[Any] = [html.Span(words("region.submissions_count", n=reports.sendings), className="tally")]
    marks += [synthetic_mark(words)] if answer.synthetic else []
    body: list[Any] = [_summary(words, quality)] if quality is not None else []
    return card(title, [*body, table], marks=marks, foot=[*foot, take_table(view, "submissions")],
                class_name="submissions-card")  # fmt: skip


def _title(words: Words, quality: Quality) -> str:
    """How many reports were asked for, how many came, in time, late or not at all."""
    rates = quality.rates
    due, received, on_time = rates.completeness.denominator, rates.completeness.numerator, rates.timeliness.numerator
    if not due:
        return words("unit_reports.title_none_due")
    parts = [words("unit_reports.part_on_time", n=on_time)]
    if received > on_time:
        parts.append(words("unit_reports.part_late", n=received - on_time))
    if due > received:
        parts.append(words("unit_reports.part_missing", n=due - received))
    if quality.returns:
        parts.append(words("unit_reports.part_returned", n=quality.returns))
    return words("unit_reports.title", due=due, parts=words.join(parts))


def _summary(words: Words, quality: Quality) -> html.Ul:
    """The rates with their formulas as titles, and the queries, each with the unit's place among all."""
    rates = quality.rates
    items = [
        _fact(words, words("reporting.rate_completeness"), rates.completeness, quality.completeness),
        _fact(words, words("reporting.rate_timeliness"), rates.timeliness, quality.timeliness),
        _fact(words, words("reporting.rate_completeness_cells"), rates.completeness_cells, None),
    ]
    open_ = quality.queries - quality.explained
    said = words("unit_reports.queries_said", n=quality.queries, sendings=quality.sendings)
    shown: list[Any] = [html.B(said)]
    if open_:
        shown.append(f" {words('unit_reports.queries_open', n=open_)}")
    items.append(html.Li([html.Span(words("unit_reports.queries_label")), *shown, *_place(words, quality.query_rank)],
                         title=words("unit_reports.queries_rank_title")))  # fmt: skip
    return html.Ul(items, className="quality-line")


def _fact(words: Words, label: str, rate: Rate, rank: Rank | None) -> html.Li:
    shown = html.B(share_text(words, rate))
    parts = html.Span(f" {parts_text(rate)}", className="quiet") if rate.denominator else ""
    return html.Li([html.Span(label), shown, parts, *_place(words, rank)], title=formula(words, rate))


def _place(words: Words, rank: Rank | None) -> list[Any]:
    if rank is None:
        return []
    return [" ", html.Span(words("unit_reports.rank", place=rank.place, of=rank.of), className="rank")]


def _line(view: View, line: PeriodReport) -> list[Any]:
    words, report = view.words, line.report
    vintage = "" if line.vintage == "reported" else words.known("vintage", line.vintage)
    name = words.text(line.form.name) if line.form is not None else words("unit_reports.no_form")
    cells: list[Any] = [
        html.Th(line.period.code, scope="row", className="period"),
        html.Td([name, *([html.Span(vintage, className="mark")] if vintage else [])], className="form-name"),
        html.Td(_state(words, line), className="state-cell"),
        _on_time(words, line),
    ]
    if report is not None:
        given = f"{report.cells}/{report.cells_expected}"
        kind = "num" if report.cells == report.cells_expected else "num short"
        cells.append(html.Td(given, className=kind))
    else:
        rows = line.last.row_count if line.last is not None else 0
        cells.append(html.Td(words("unit_reports.cells_sent", n=rows), className="num quiet"))
    queries = words.number(float(line.queries))
    asked: Any = queries if not line.queries else words("unit_reports.queries_cell", n=line.queries, m=line.explained)
    cells += [
        html.Td(asked, className="num short" if line.queries > line.explained else "num"),
        html.Td(str(line.returns), className="num", exact=float(line.returns)),
        html.Td(str(len(line.sendings)), className="num", exact=float(len(line.sendings))),
        html.Td(_numbers(view, line.sendings), className="numbers"),
    ]
    return cells


def _state(words: Words, line: PeriodReport) -> list[Any]:
    if line.report is not None:
        shown: list[Any] = [report_badge(words, line.report.state)]
        if line.report.pending:
            shown += [" ", html.Span(words(f"reporting.pending_{line.report.pending}"), className="mark")]
    else:
        shown = [state_badge(words, line.last.state)] if line.last is not None else []
    if line.last is not None and line.last.estimated:
        shown += [" ", html.Span(words("mark.estimated"), className="mark", title=words("unit_reports.estimated"))]
    return shown


def _on_time(words: Words, line: PeriodReport) -> html.Td:
    report = line.report
    if report is None:
        return html.Td(words("unit_reports.not_asked"), className="on-time quiet")
    due = words("unit_reports.due", date=report.call.due_on.isoformat())
    if line.days_late is not None:
        key = "late_by" if report.is_received else "overdue_by"
        return html.Td(words(f"unit_reports.{key}", n=line.days_late), className="on-time short", title=due)
    key = "in_time" if report.is_received else "not_yet"
    return html.Td(words(f"unit_reports.{key}"), className="on-time", title=due)


def _numbers(view: View, sendings: tuple[Sending, ...]) -> list[Any]:
    words, found = view.words, list[Any]()
    for one in reversed(sendings):
        heard = hidden(f" {words('unit_reports.revision', n=one.revision)}")
        href = view.href("submission", str(one.submission_id), period=None, as_of=None)
        state = words.known("state", one.state)
        title = words("unit_reports.sending", n=one.revision, state=state, date=words.day(one.state_at))
        found += [" " if found else "", link([f"#{one.submission_id}", heard], href, "more", title)]
    return found or [words("number.none")]
