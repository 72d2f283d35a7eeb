"""Markup, bars and figures: the same page twice, nothing read as markup, nothing cut in silence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dash import dcc
from hypothesis import given
from hypothesis import strategies as st

import monitor.web
from monitor.report.desk import Desk
from monitor.report.indicator import IndicatorAnswer, indicator_answer
from monitor.report.overview import Entry, overview
from monitor.web.components import html
from monitor.web.components.bars import lane
from monitor.web.components.spark import spark
from monitor.web.figures.template import escaped
from monitor.web.figures.trajectory import trajectory
from monitor.web.markup import Tree, compact, to_html, to_node, written
from monitor.web.words import Words

from .conftest import EVIL
from .reading import read

TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20)
ELEMENTS = st.recursive(
    TEXTS,
    lambda inner: st.builds(
        lambda tag, children, name, title: tag(children, className=name or None, title=title or None),
        st.sampled_from([html.Div, html.Span, html.Li, html.Section]),
        st.lists(inner, max_size=3),
        TEXTS,
        TEXTS,
    ),
    max_leaves=12,
)


def opened(node: Any) -> Any:
    """A compacted component as a node again, trees without their wrapper."""
    if isinstance(node, Tree):
        return json.loads(node.tree)
    children = node.children if isinstance(node.children, list) else [node.children]
    inner = [part for child in children for part in ([child] if isinstance(child, str) else opened(child))]
    return [
        [*to_node(type(node)(**{k: v for k, v in node.to_plotly_json()["props"].items() if k != "children"})), *inner]
    ]


@given(node=ELEMENTS)
def test_texts_and_attributes_survive_and_are_never_markup(node: Any) -> None:
    tree = to_node(node)
    markup = to_html(tree)
    root = read(markup)
    flat = re.sub(r"\s+", " ", root.text)

    def said(one: Any) -> str:
        return one if isinstance(one, str) else "".join(said(child) for child in one[2:])

    assert flat == re.sub(r"\s+", " ", said(tree))
    assert json.loads(json.dumps(tree)) == tree


@given(before=st.lists(ELEMENTS, max_size=3), after=st.lists(ELEMENTS, max_size=3))
def test_compacting_keeps_widgets_and_changes_nothing_that_is_seen(before: list[Any], after: list[Any]) -> None:
    page = html.Div([*before, dcc.Graph(id="kept", className="chart"), *after], className="whole", title="a<b")
    made = compact([page])
    inside = made[0].children
    assert [type(part) for part in inside if getattr(part, "id", None)] == [dcc.Graph]
    assert len(inside) == 1 + bool(before) + bool(after)
    seen = [node for part in inside if isinstance(part, Tree) for node in json.loads(part.tree)]
    assert "".join(map(to_html, seen)) == "".join(to_html(to_node(part)) for part in (*before, *after))
    assert written(made) == to_html(to_node(page))


def test_what_only_a_script_draws_is_an_empty_box_of_its_size() -> None:
    markup = to_html(to_node(html.Div(dcc.Graph(className="chart", figure={"data": []}))))
    assert markup == '<div><div class="waiting chart"></div></div>'


@pytest.fixture(scope="module")
def entries(desk: Desk) -> dict[str, Entry]:
    return {entry.indicator.id: entry for entry in overview(desk).entries}


def drawn(entry: Entry, **changes: Any) -> html.Div:
    figure = replace(entry.figure, **changes)
    return lane(Words("zh"), entry.indicator, figure, entry.years, tolerance=1.0, counts_regions=entry.counts_regions)


def parts(bar: html.Div) -> set[str]:
    return {name for span in bar.children for name in span.names["className"].split()}


def test_each_rule_has_its_form(entries: dict[str, Entry]) -> None:
    for name, form, marks in (
        ("out_of_pocket_share", "reach", {"fill", "goal", "time", "sched"}),
        ("online_service_share", "reach", {"fill", "hollow", "goal", "time"}),
        ("procured_drugs", "reach", {"fill", "goal", "time", "sched"}),
        ("enrolment_rate", "range", {"zone", "spot", "about", "year", "y-held"}),
        ("resident_inpatient_payment_share", "range", {"zone", "spot", "year", "y-breached"}),
        ("fund_income", "judge", {"column", "lane-word"}),
    ):
        bar = drawn(entries[name])
        assert form in bar.names["className"].split() and marks <= parts(bar), name
        assert bar.names["aria-label"] and bar.names["role"] == "img"


@pytest.mark.parametrize(("share", "mark"), [(2.2, "over"), (1.3, "over"), (1.1, None), (-0.5, "under"), (-0.05, None)])
def test_a_bar_past_its_lane_is_marked(entries: dict[str, Entry], share: float, mark: str | None) -> None:
    bar = drawn(entries["out_of_pocket_share"], progress_share=share)
    assert parts(bar) & {"over", "under"} == ({mark} if mark else set())
    assert f"{100 * share:.0f}".replace("-", "−") in bar.names["aria-label"]


@given(share=st.floats(min_value=-1e9, max_value=1e9), time=st.floats(min_value=0, max_value=3))
def test_a_bar_stays_in_its_lane(entries: dict[str, Entry], share: float, time: float) -> None:
    style = drawn(entries["out_of_pocket_share"], progress_share=share, time_share=time).names["style"]
    left, width, sched = (float(style[name].rstrip("%")) for name in ("--l", "--w", "--s"))
    assert 0 <= left <= left + width <= 100.01 and 0 <= sched <= 100.01


@given(points=st.lists(st.tuples(st.floats(2000, 2030), st.floats(-1e6, 1e6)), max_size=6))
def test_small_lines_stay_in_their_box(points: list[tuple[float, float]]) -> None:
    picture = spark(points, [], None, (2000.0, 2030.0), "x")
    for number in re.findall(r"[ML](-?[\d.e+-]+)%20(-?[\d.e+-]+)", str(picture)):
        assert -1 <= float(number[0]) <= 101 and -1 <= float(number[1]) <= 41


def answer_for(desk: Desk, indicator: str) -> IndicatorAnswer:
    found = indicator_answer(desk, indicator)
    assert found is not None
    return found


INDICATORS = (
    "out_of_pocket_share", "enrolment_rate", "employee_inpatient_payment_share", "fund_income", "procured_drugs",
    "cross_province_settlement_rate", "drug_platform_share", "online_service_share",
)  # fmt: skip


@pytest.mark.parametrize("indicator", INDICATORS)
def test_a_figure_is_plain_data_in_colours_both_themes_know(desk: Desk, indicator: str) -> None:
    figure = trajectory(Words("zh"), answer_for(desk, indicator), 1.0)
    text = json.dumps(figure)
    assert len(text) < 40_000
    css = (Path(monitor.web.__file__).parent / "assets" / "40-chart.css").read_text(encoding="utf-8")
    mapped = {tuple(map(int, rgb)) for rgb in re.findall(r"rgb\((\d+), (\d+), (\d+)\)", css)}
    for colour in set(re.findall(r"#[0-9a-f]{6}", text)):
        assert tuple(bytes.fromhex(colour[1:])) in mapped, colour
    actual = [
        trace for trace in figure["data"] if trace["mode"] == "lines+markers+text" and trace["line"]["width"] == 2
    ]
    assert len(actual) == 1 and list(actual[0]["x"]) == sorted(actual[0]["x"])
    low, high = figure["layout"]["yaxis"]["range"]
    values = [value for trace in figure["data"] for value in trace["y"]]
    assert low <= min(values) and max(values) <= high


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list, tuple)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


def test_a_figure_never_reads_data_as_markup(hostile: Desk) -> None:
    figure = trajectory(Words("zh"), answer_for(hostile, "medical_aid_share"), 1.0)
    read = list(strings(figure))
    assert escaped(EVIL) in read  # the note of a break: letter by letter
    assert not [text for text in read if "<" in text and text != "%{customdata}<extra></extra>"]
    templates = {trace.get("hovertemplate") for trace in figure["data"]} - {None}
    assert templates <= {"%{customdata}<extra></extra>"}
    assert escaped(EVIL).count("<") == 0
