"""The overview's cards: counts that filter, how fresh the figures are, and what changed."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from monitor.report.desk import Desk
from monitor.report.freshness import freshness
from monitor.report.overview import overview
from monitor.web.components.overview_parts import age
from monitor.web.words import Words

from .test_pages import page


@pytest.mark.parametrize("group", ["lag", "near", "good", "open"])
def test_a_count_leads_to_exactly_its_indicators_and_back(client: FlaskClient, desk: Desk, group: str) -> None:
    whole = page(client, "/?sort=number")
    links = [card.one("a").attributes["href"] for card in whole.all("li", "count")[:4]]
    assert f"/?sort=number&class={group}" in links
    part = page(client, f"/?sort=number&class={group}")
    numbers = [int(row.one(class_name="no").text) for row in part.one("table", "scorecard").one("tbody").all("tr")]
    wanted = [e.indicator.number for e in overview(desk, by_number=True).entries if e.figure.group == group]
    assert numbers == wanted
    assert part.one("h1").text == whole.one("h1").text  # what is shown alone changes no finding
    assert part.one(class_name="narrowed").one("a", "chip").attributes["href"] == "/?sort=number"
    card = next(card for card in part.all("li", "count") if "chosen" in card.classes)
    assert card.one("a").attributes["href"] == "/?sort=number"
    assert int(card.one("strong").text) == len(numbers)


def test_binding_indicators_can_be_shown_alone(client: FlaskClient) -> None:
    rows = page(client, "/?nature=binding").one("table", "scorecard").one("tbody").all("tr")
    assert len(rows) == 3 and all(row.all(class_name="binding") for row in rows)


def test_changes_tell_figures_and_classes(client: FlaskClient, desk: Desk) -> None:
    words, answer = Words("zh"), overview(desk)
    items = page(client, "/").one("section", "changes-card").all("li")
    assert len(items) == len(answer.changes)
    for item, entry in zip(items, answer.changes, strict=True):
        assert entry.previous is not None
        for figure in (entry.previous, entry.figure):
            assert figure.period.code in item.text and words.class_name(figure.class_) in item.text
            wanted = f"/explain/{figure.indicator_id}/000000/{figure.period.code}"
            assert wanted in [link.attributes["href"] for link in item.all("a", "why")]
    within = page(client, "/").one(class_name="changed-within")
    changed = {entry.indicator.id for entry in answer.changes}
    for link in within.all("a", "why"):
        assert link.attributes["href"].split("/")[2] not in changed


def test_freshness_is_told_by_source(client: FlaskClient, desk: Desk) -> None:
    fresh = freshness(overview(desk).entries, date(2026, 10, 1))
    said = page(client, "/").one("ul", "fresh").text
    words = Words("zh")
    assert sum(source.count for source in fresh.sources) + len(fresh.missing) == 15
    for source in fresh.sources:
        assert f"{words.known('vintage', source.vintage)} {source.count} 项" in said
        assert source.on is None or f"{source.on} 发布" in said
    older = page(client, "/?as_of=2023-06-30").one("ul", "fresh").text
    assert "较旧的指标" in older and "2023-06" not in older.split("发布")[0][-4:]


@pytest.mark.parametrize(
    ("days", "said"),
    [(-1, "今天"), (0, "今天"), (1, "1 天前"), (59, "59 天前"), (60, "2 个月前"), (729, "24 个月前"), (730, "2 年前")],
)
def test_ages_are_told_in_the_unit_people_would_say(days: int, said: str) -> None:
    assert age(Words("zh"), days) == said


@pytest.mark.parametrize(("period", "share"), [("2022", "40%"), ("2023-Q2", "50%"), ("2025", "100%")])
def test_a_period_tells_the_time_gone_by_its_own_end(client: FlaskClient, period: str, share: str) -> None:
    root = page(client, f"/?period={period}")
    line = next(one for one in root.all("p") if "subtitle" in one.classes).text
    assert f"到 {period} 期末时间已过 {share}" in line
    choices = [one for one in root.all("nav") if one.attributes.get("aria-label") == "报告期"]
    assert [one.text for one in choices[0].all("span") if "chosen" in one.classes] == [period]
    assert ("另 " in root.text) == (period == "2023-Q2")


def test_rows_without_any_figure_name_no_period(client: FlaskClient) -> None:
    root = page(client, "/?as_of=2020-01-01")
    shown = {cell.text.strip() for cell in root.all("td") if "period" in cell.classes}
    assert shown == {"—"}
