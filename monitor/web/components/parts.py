"""The small parts every page shares: class badges, marks, links, cards, and a figure with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from monitor.report.figures import Figure, Source

from ..words import Words
from . import html
from .notes import note_lines

# dashboard.md, Language of the eye: class → (shape, colour); the word comes from the locale
_LOOKS = {
    "achieved": ("tick", "strong"),
    "held": ("tick", "strong"),
    "ahead": ("up", "strong"),
    "on_schedule": ("dot", "light"),
    "nearly": ("diamond", "amber"),
    "behind": ("down", "brick"),
    "below_baseline": ("down", "brick"),
    "slipped": ("down", "brick"),
    "missed": ("cross", "brick"),
    "breached": ("cross", "brick"),
    "not_assessable": ("ring", "plain"),
    "judged": ("lozenge", "plain"),
    "no_data": ("hatch", "empty"),
}


def attributes(**names: str) -> dict[str, Any]:
    """`aria_label="…"`, `data_x="…"` as Dash wants them: with hyphens."""
    return {name.replace("_", "-"): value for name, value in names.items()}


def look(class_: str) -> tuple[str, str]:
    """Shape and colour of a class."""
    return _LOOKS.get(class_, ("ring", "plain"))


def glyph(class_: str) -> html.Span:
    shape, _ = look(class_)
    return html.Span(className=f"glyph g-{shape}", **attributes(aria_hidden="true"))


def badge(words: Words, class_: str, title: str | None = None) -> html.Span:
    """Colour, shape and word of a class, always the three."""
    _, colour = look(class_)
    return html.Span([glyph(class_), words.class_name(class_)], className=f"badge k-{colour}", title=title)


def hidden(text: str) -> html.Span:
    """Text for those who hear the page."""
    return html.Span(text, className="unseen")


def link(children: Any, href: str, class_name: str | None = None, title: str | None = None) -> html.A:
    """A real link; within the app it moves without a reload (assets/shell.js)."""
    return html.A(children, href=href, className=class_name, title=title)


def synthetic_mark(words: Words) -> html.Span:
    return html.Span(words("mark.synthetic"), className="mark synthetic", title=words("evidence.synthetic"))


def page_head(title: Any, subtitle: html.P, tools: Any, *, marks: Sequence[Any] = ()) -> html.Div:
    """The page's finding over its whole width, with its marks; below it what is shown, and the choice of period."""
    said = [*(title if isinstance(title, list) else [title]), *marks]
    return html.Div([html.H1(said), html.Div([subtitle, tools], className="below-title")], className="page-head")


def card(
    title: Any,
    body: Any,
    *,
    note: Any = None,
    foot: Sequence[Any] = (),
    class_name: str = "",
    marks: Sequence[Any] = (),
    tools: Any = None,
    level: int = 2,
) -> html.Section:
    """A titled section: heading with marks, a line of note, the body, and a foot that says where it is from."""
    heading = (html.H2 if level == 2 else html.H3)([title, *marks], className="card-title")
    head: list[Any] = [html.Div([heading, tools] if tools is not None else [heading], className="card-head")]
    if note is not None:
        head.append(html.P(note, className="card-note"))
    parts = [*head, *(body if isinstance(body, list) else [body])]
    if foot:
        parts.append(html.P(_dotted(foot), className="card-foot"))
    return html.Section(parts, className=f"card {class_name}".strip())


def _dotted(items: Sequence[Any]) -> list[Any]:
    found: list[Any] = []
    for item in items:
        if found:
            found.append(" · ")
        found.append(item)
    return found


def dotted(items: Sequence[Any], class_name: str = "dotted") -> html.Span:
    """Texts in a row with middle dots between."""
    return html.Span(_dotted([item for item in items if item]), className=class_name)


def evidence_lines(words: Words, figure: Figure, source: Source | None, as_of: str) -> list[str]:
    """Where a figure comes from: source, vintage, period, parts, submission, as-of; bounds and notes."""
    lines = []
    if figure.vintage == "aggregated":
        aggregated = words("evidence.aggregated")
        if figure.coverage is not None:
            aggregated += f" · {words('indicator.compare_coverage', share=words.share(figure.coverage))}"
        lines.append(aggregated)
    else:
        text = source.source if source is not None else None
        lines.append(words("evidence.source", text=text) if text else words("evidence.no_source"))
    if source is not None and source.published_on is not None:
        lines.append(words("evidence.published", date=words.day(source.published_on)))
    lines.append(words("evidence.vintage", vintage=words.known("vintage", figure.vintage)))
    lines.append(words("evidence.period", period=figure.period.code))
    if figure.numerator is not None and figure.denominator is not None:
        parts = {"numerator": words.number(figure.numerator), "denominator": words.number(figure.denominator)}
        lines.append(words("evidence.parts", unit="", **parts).rstrip())
    if source is not None:
        key = "evidence.submission_estimated" if source.estimated else "evidence.submission"
        date = words.day(source.accepted_at)
        lines.append(words(key, id=source.submission_id, revision=source.revision, date=date))
        if source.note:
            lines += note_lines(words, source.note)
    if figure.comparator == "approx":
        lines.append(words("evidence.approximate"))
    elif figure.comparator not in ("", "eq"):
        lines.append(words("evidence.bound"))
    if figure.aggregated_value is not None and figure.vintage != "aggregated":
        beside = words.amount(figure.aggregated_value, figure.unit)
        lines.append(words("evidence.aggregate_beside", value=beside))
    if figure.synthetic:
        lines.append(words("evidence.synthetic"))
    lines.append(words("evidence.as_of", date=as_of))
    return lines
