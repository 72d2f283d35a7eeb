"""The spread of the units: one line from the least to the most with its quartiles, and how many have each class."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from monitor.report.indicator import IndicatorAnswer

from ..taken import Rows
from ..view import View
from . import html
from .parts import attributes, badge


@dataclass(frozen=True)
class Scale:
    """From the least to the most of what is shown, target included, with a margin at both ends."""

    low: float
    width: float
    target: float | None

    @classmethod
    def of(cls, answer: IndicatorAnswer) -> Scale:
        figures = [s.figure for s in answer.standings if s.figure is not None]
        values = [figure.value for figure in figures if figure.value is not None]
        target = next((figure.target for figure in figures if figure.target is not None), None)
        ends = [*values, *([target] if target is not None else [])]
        return cls(min(ends), (max(ends) - min(ends)) or 1.0, target)

    def share(self, value: float) -> float:
        return 0.04 + 0.92 * (value - self.low) / self.width

    def at(self, value: float) -> str:
        return f"{100 * self.share(value):.3g}%"


def spread(view: View, answer: IndicatorAnswer, scale: Scale) -> html.Div:
    """Least, quartiles and most in numbers and on the scale of the list below; then the classes, counted."""
    words, found = view.words, answer.distribution
    assert found is not None
    unit = answer.indicator.unit
    names: tuple[tuple[str, Fraction], ...] = (
        ("least", found.least), ("lower", found.lower), ("median", found.median), ("upper", found.upper),
        ("most", found.most),
    )  # fmt: skip
    shown = {name: words.number(float(value), unit) for name, value in names}
    facts = [
        html.Span([words(f"spread.{name}"), " ", html.B(text)], className=f"spread-{name}")
        for name, text in shown.items()
    ]
    place = {f"--{name[:2]}": scale.at(float(value)) for name, value in names}
    if scale.target is not None:
        place["--t"] = scale.at(scale.target)
    lane = html.Div(
        [html.Span(className=f"spread-{part}") for part in ("range", "box", "middle")]
        + ([html.Span(className="spread-goal")] if scale.target is not None else []),
        className="spread-lane", role="img", style=place,
        **attributes(aria_label=words("spread.said", n=found.count, **shown)),
    )  # fmt: skip
    counts = [html.Span([badge(words, name), f" {count}"], className="spread-count") for name, count in found.classes]
    heads = tuple(words(f"spread.{name}") for name, _ in names) + tuple(words.class_name(c) for c, _ in found.classes)
    row = tuple(float(value) for _, value in names) + tuple(float(count) for _, count in found.classes)
    return html.Div(
        [lane, html.P(facts, className="spread-facts"), html.P(counts, className="spread-counts")],
        className="spread",
        key="distribution",
        rows=Rows(heads, (row,)),
    )
