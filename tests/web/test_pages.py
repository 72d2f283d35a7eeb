"""The pages as HTML, before any script: what they say, in both languages, for any address."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient

from monitor.catalogue.loader import parse_catalogues
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.report.figures import group_of
from monitor.shipped import find_shipped
from monitor.web.app import create_app
from monitor.web.words import Words

from .conftest import EVIL, NOW
from .people import CHEAP, browser
from .reading import Element, read

PAGES = (
    "/", "/indicator/out_of_pocket_share", "/indicator/fund_income", "/indicator/procured_drugs", "/region/320000",
    "/region/000000", "/indicator/enrolment_rate?region=320000", "/?period=2023", "/?as_of=2023-06-30",
)  # fmt: skip
LANGUAGES = ("zh", "en")


def with_language(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


def page(client: FlaskClient, path: str, status: int = 200) -> Element:
    answer = client.get(path)
    assert answer.status_code == status, path
    return read(answer.text)


def rendered(client: FlaskClient, path: str, search: str = "") -> Any:
    inputs = [
        {"id": "address", "property": "pathname", "value": path},
        {"id": "address", "property": "search", "value": search},
    ]
    body = {"output": "page.children", "outputs": {"id": "page", "property": "children"}, "inputs": inputs}
    answer = client.post("/_dash-update-component", json={**body, "changedPropIds": []})
    assert answer.status_code == 200
    return answer.get_json()["response"]["page"]["children"]


def texts(node: Any) -> Iterator[str]:
    """Every text of a callback's answer, trees included."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, list):
        start = 2 if len(node) > 1 and isinstance(node[0], str) and isinstance(node[1], dict) else 0
        for child in node[start:]:
            yield from texts(child)
    elif isinstance(node, dict):
        props = node["props"]
        yield from texts(json.loads(props.get("tree", "[]")))
        yield from texts(props.get("children") or [])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_its_finding_in_its_language(client: FlaskClient, path: str, language: str) -> None:
    root = page(client, with_language(path, language))
    html, title = root.one("html"), root.one("title").text
    assert html.attributes["lang"] == ("zh-CN" if language == "zh" else "en")
    assert [h.text for h in root.all("h1")] and root.one("h1").text.startswith(title)
    assert re.search(r"\d", title)
    assert len(root.all("main")) == len(root.all("header")) == 1
    assert root.one(class_name="crumbs").text
    words = {text.strip() for text in (child.text for child in root.all("button"))}
    assert ("打印" in words) == (language == "zh")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_first_paint_wears_the_chosen_theme(client: FlaskClient, theme: str) -> None:
    client.set_cookie("theme", theme)
    assert page(client, "/").one("html").attributes["data-theme"] == theme
    client.set_cookie("theme", '"><script>')
    assert "data-theme" not in page(client, "/").one("html").attributes


def test_the_language_of_the_address_is_remembered(client: FlaskClient) -> None:
    assert page(client, "/").one("html").attributes["lang"] == "zh-CN"
    client.get("/?lang=en")
    assert page(client, "/region/110000").one("html").attributes["lang"] == "en"
    assert page(client, "/?lang=zh").one("html").attributes["lang"] == "zh-CN"
    assert page(client, "/?lang=xx").one("html").attributes["lang"] == "zh-CN"


@pytest.mark.parametrize("path", ["/", "/?period=2024", "/?as_of=2023-06-30", "/?sort=number"])
def test_headline_cards_and_rows_count_the_same(client: FlaskClient, desk: Desk, path: str) -> None:
    root, words = page(client, path), Words("zh")
    rows = root.one("table", "scorecard").one("tbody").all("tr")
    class_of = {words.class_name(name): name for name in ("missed", "breached", "below_baseline", "slipped", "behind")}
    lagging = [row for row in rows if row.all(class_name="badge")[0].text in class_of]
    assert len(rows) == 15 and all(group_of(name) == "lag" for name in class_of.values())
    cards = [int(card.one("strong").text) for card in root.all("li", "count")[:4]]
    assert sum(cards) == 15
    assert cards[0] == len(lagging)
    said = re.search(r"15 项主要指标中 (\d+) 项", root.one("h1").text)
    assert (int(said[1]) if said else 0) == len(lagging)
    binding = [row for row in lagging if row.all(class_name="binding")]
    assert f"约束性 {len(binding)} ·" in root.one("li", "count").text


def test_the_overview_is_the_scorecard(client: FlaskClient, desk: Desk) -> None:
    words, root = Words("zh"), page(client, "/")
    rows = root.one("table", "scorecard").one("tbody").all("tr")
    nation = desk.scorecard(region="000000").frame
    years = nation[nation["period"] == "2025"].set_index("indicator_id")
    numbers = {i.number: i.id for i in desk.current.catalogues[0].indicators}
    for row in rows:
        known = years.loc[numbers[int(row.one(class_name="no").text)]]
        assert row.one(class_name="period").text.startswith("2025")
        assert row.one(class_name="badge").text == words.class_name(known["class"])
        assert row.one(class_name="base").text == (known["baseline_printed"] or "—")


def test_worst_first_with_the_binding_ones_first_or_by_number(client: FlaskClient) -> None:
    rows = page(client, "/").one("table", "scorecard").one("tbody").all("tr")
    order = [int(row.one(class_name="no").text) for row in rows]
    by_number = page(client, "/?sort=number").one("table", "scorecard").one("tbody").all("tr")
    assert [int(row.one(class_name="no").text) for row in by_number] == list(range(1, 16))
    assert sorted(order) == list(range(1, 16)) and order != sorted(order)
    assert rows[0].all(class_name="binding")


@pytest.mark.parametrize("path", ["/", "/region/320000", "/indicator/out_of_pocket_share"])
def test_every_number_is_a_link_to_its_explanation_and_says_where_it_is_from(client: FlaskClient, path: str) -> None:
    links = page(client, path).one("main").all("a", "why")
    assert len(links) >= 10
    for one in links:
        assert re.fullmatch(r"/explain/\w+/\d{6}/20\d\d(-\w+)?", one.attributes["href"])
        assert one.text.endswith("怎么来的") and not one.text.startswith("，")
    told = [one.attributes["title"] for one in links if "来源" in one.attributes["title"]]
    assert len(told) >= 10
    assert all(word in title for title in told for word in ("版本：", "报告期：", "截至：")), told


def test_synthetic_figures_are_marked_wherever_they_stand(client: FlaskClient) -> None:
    root = page(client, "/indicator/drug_platform_share")
    for section in root.all("section", "card"):
        if section.all("a", "why") or section.all("a", "tile"):
            assert any("模拟" in mark.text for mark in section.all(class_name="synthetic")), section.one("h2").text
    published = page(client, "/indicator/out_of_pocket_share")
    assert not published.one("section", "periods-card").all(class_name="synthetic")


def test_units_are_links_and_the_others_are_not(client: FlaskClient) -> None:
    tiles = page(client, "/").one("ul", "tiles")
    links = tiles.all("a", "tile")
    assert len(links) == 32 and len(tiles.all("li")) == 35
    assert {link.attributes["href"] for link in links} >= {"/region/110000", "/region/660000"}
    assert "710000" not in str([link.attributes for link in links])


def test_links_keep_the_slice(client: FlaskClient) -> None:
    root = page(client, "/?as_of=2024-06-30&period=2023&lang=en")
    hrefs = [a.attributes["href"] for a in root.one("main").all("a") if a.attributes["href"].startswith("/")]
    assert len(hrefs) > 40
    assert all("as_of=2024-06-30" in href and "lang=en" in href for href in hrefs)


def test_a_period_is_shown_alone_and_never_filled(client: FlaskClient) -> None:
    rows = page(client, "/?period=2022").one("table", "scorecard").one("tbody").all("tr")
    assert {row.one("td", "period").text[:4] for row in rows} == {"2022"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_before_the_first_acceptance_the_page_says_so(client: FlaskClient, language: str) -> None:
    root = page(client, f"/?as_of=2001-01-01&lang={language}")
    assert Words("zh" if language == "zh" else "en")("empty.no_data_title") in root.one(class_name="state").text
    assert page(client, f"/?period=2019&lang={language}").all(class_name="state")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path",
    ["/nothing", "/indicator/none", "/region/999999", "/indicator/fund_balance_all_accounts", "/?plan=none",
     "/?period=20x3", "/?as_of=yesterday", "/?as_of=2999-01-01", "/indicator/..%2f..", "/region/%00", "/region/x'--",
     "/indicator/fund_income?region=999999", "/indicator/fund_income/more", "/?as_of=2026-13-01"],
)  # fmt: skip
def test_what_is_not_there_gets_a_page_of_its_own(client: FlaskClient, path: str, language: str) -> None:
    root = page(client, with_language(path, language), 404)
    assert root.one("h1").text == root.one("title").text
    assert root.one(class_name="problem").all("a", "button")


def test_a_region_outside_the_plan_is_said_to_be(client: FlaskClient) -> None:
    assert Words("zh")("region.not_reporting") in page(client, "/region/710000").one("main").text


def test_a_failure_of_ours_is_a_page_with_an_id(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = browser(create_app(desk, secret_key=b"k" * 32, passwords=CHEAP, clock=lambda: NOW))
    monkeypatch.setattr("monitor.web.public.overview", lambda *_, **__: 1 / 0)
    root = page(broken, "/?lang=en", 500)
    assert re.search(r"number [0-9a-f]{8}", root.one(class_name="problem").text)
    assert "division" not in root.text and "Traceback" not in root.text
    assert page(broken, "/region/320000").one("h1").text


@pytest.mark.parametrize(
    ("path", "failing"),
    [
        ("/", "components.overview_parts"),
        ("/", "pages.overview"),
        ("/indicator/out_of_pocket_share", "components.definition"),
        ("/indicator/out_of_pocket_share", "pages.indicator"),
        ("/region/320000", "components.unit_reports_parts"),
        ("/matrix", "pages.matrix"),
        ("/quality", "components.quality_findings"),
        ("/explain/out_of_pocket_share/000000/2022", "components.explain_formula"),
        ("/catalogue", "components.catalogue_parts"),
        ("/compare", "components.change_parts"),
    ],
)
def test_where_a_card_fails_the_rest_of_the_page_lives_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, path: str, failing: str
) -> None:
    client = browser(create_app(desk, secret_key=b"k" * 32, passwords=CHEAP, clock=lambda: NOW))
    with monkeypatch.context() as broken:
        broken.setattr(f"monitor.web.{failing}.card", lambda *_, **__: 1 / 0)
        root = page(client, path)
    told = [one.text for one in root.all("div", "state") if one.attributes.get("role") == "alert"]
    number_said = r"编号 ([0-9a-f]{8})"
    numbers = [found[1] for text in told if (found := re.search(number_said, text))]
    assert numbers and all(number in caplog.text for number in numbers)
    assert "division" not in root.text and root.one("h1").text
    whole = page(client, path)  # what failed is not kept
    assert whole.one("h1").text == root.one("h1").text and not re.search(number_said, whole.one("main").text)
    assert len(whole.all("section", "card")) == len(root.all("section", "card"))


@pytest.mark.parametrize("path", ["/", "/indicator/out_of_pocket_share", "/region/320000", "/nothing"])
def test_the_app_draws_what_the_first_paint_shows(client: FlaskClient, path: str) -> None:
    root = read(client.get(path).text)
    shown = root.one(class_name="top"), root.one("main")
    drawn = "".join(texts(rendered(client, path)))
    for part in shown:
        for heading in (*part.all("h1"), *part.all("h2"), *part.all("table")):
            assert heading.text in drawn


@pytest.mark.parametrize("path", ["/", "/indicator/medical_aid_share", "/region/000000"])
def test_names_and_notes_are_never_markup(hostile: Desk, path: str) -> None:
    client = browser(create_app(hostile, secret_key=b"k" * 32, passwords=CHEAP, clock=lambda: NOW))
    answer = client.get(path)
    assert "<img" not in answer.text and 'href="https' not in answer.text
    root = read(answer.text)
    assert EVIL in root.one("h1").text or path == "/region/000000"
    assert EVIL in root.one("main").text
    for node in texts(rendered(client, path)):
        assert not node.startswith("<img") or node == EVIL or EVIL in node


def test_a_second_plan_has_pages_of_its_own(desk: Desk) -> None:
    text = find_shipped("indicators.yaml").read_text(encoding="utf-8")
    other = yaml.safe_load(text)
    other["plan"] |= {"id": "js-14", "title": {"zh": "江苏规划"}, "region": "320000", "parent": "uhs-14"}
    del other["forms"]  # each form belongs to one plan
    for indicator in other["indicators"]:
        indicator["aligns_to"] = indicator["id"]
        indicator["regional_targets"] = {}
        if (indicator.get("target") or {}).get("scope") == "each_region":  # what is asked of the nation's provinces
            indicator["target"] = {k: v for k, v in indicator["target"].items() if k not in ("scope", "expected")}
    texts = [("a.yaml", text), ("b.yaml", yaml.safe_dump(other, allow_unicode=True))]
    catalogues = parse_catalogues(texts, desk.current.regions)
    two = Desk(desk.store, catalogues, desk.current.regions, MethodSettings())
    client = browser(create_app(two, secret_key=b"k" * 32, passwords=CHEAP, clock=lambda: NOW))
    first = page(client, "/")
    assert [a.attributes["href"] for a in first.one(class_name="plans").all("a")] == ["/?plan=js-14"]
    second = page(client, "/?plan=js-14")
    assert second.one("h1").text.startswith("江苏规划") and not second.all("ul", "tiles")
    assert "/?plan=uhs-14" in [a.attributes["href"] for a in second.one(class_name="plans").all("a")]
    assert page(client, "/indicator/out_of_pocket_share?plan=js-14").one("h1").text
    assert page(client, "/region/320000?plan=js-14").one("table", "scorecard")


def test_nothing_comes_from_another_host(client: FlaskClient) -> None:
    answers = [client.get(path).text for path in (*PAGES, "/_dash-layout", "/_dash-dependencies", "/nothing")]
    for path in re.findall(r'(?:src|href)="(/(?:assets|vendor)/[^"]+)"', answers[0]):
        answers.append(client.get(path).get_data(as_text=True))
    assert any("DOMContentLoaded" in text or "MutationObserver" in text for text in answers[-3:])
    for text in answers:
        outside = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w{2,}", text)) - {
            "http://www.w3.org",
            "//www.w3.org",
        }  # SVG's name
        assert not outside
