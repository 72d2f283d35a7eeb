"""Search: whatever is known by any part of its name is found by it, and the part is marked."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.method.settings import MethodSettings
from monitor.report.desk import Configuration
from monitor.shipped import find_shipped
from monitor.web.address import Address
from monitor.web.matching import EXACT, INITIALS, INSIDE, PINYIN, START, WORD, Match, find, plain
from monitor.web.pages.search import marked
from monitor.web.pinyin import initials, pinyin
from monitor.web.search_index import Entry, Index, index_of, number_asked, period_asked
from monitor.web.shell import places
from monitor.web.view import View
from monitor.web.words import Words

from .reading import Element, read

REGIONS = load_regions(find_shipped("data/regions.csv"))
CATALOGUES = load_catalogues([find_shipped("indicators.yaml")], REGIONS)
CONFIGURATION = Configuration(CATALOGUES, REGIONS, MethodSettings())
ZH: Index = index_of(CONFIGURATION, "uhs-14", "zh")
EN: Index = index_of(CONFIGURATION, "uhs-14", "en")
INDICATORS = CATALOGUES[0].indicators
UNITS = tuple(one for one in REGIONS.descendants("000000") if one.reporting)


def page(client: FlaskClient, address: str) -> Element:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:400]
    return read(answer.text)


def found(index: Index, asked: str) -> list[tuple[str, str]]:
    return [(hit.entry.kind, hit.entry.item) for hit in index.search(asked)]


@given(data=st.data())
def test_every_name_is_found_by_any_part_of_it(data: st.DataObject) -> None:
    kind, item, name = data.draw(
        st.sampled_from(
            [("indicator", one.id, one.name.zh) for one in INDICATORS]
            + [("region", one.code, one.name) for one in UNITS]
        )
    )
    start = data.draw(st.integers(0, len(name) - 2))
    part = name[start : data.draw(st.integers(start + 2, len(name)))]
    for index in (ZH, EN):
        assert (kind, item) in found(index, part)
        assert (kind, item) in found(index, f"　{part.upper()} ")  # as typed with an input method for Chinese


@pytest.mark.parametrize("one", [*INDICATORS, *UNITS], ids=lambda one: getattr(one, "id", None) or one.code)
def test_every_name_is_found_by_its_initials_and_in_full(one: object) -> None:
    name = getattr(one, "name", "")
    kind, item, text = ("region", one.code, name) if isinstance(name, str) else ("indicator", one.id, name.zh)  # type: ignore[attr-defined]
    plain_text = "".join(character for character in text if "\u4e00" <= character <= "\u9fff")
    assert (kind, item) in found(ZH, initials(plain_text)[:6])
    assert (kind, item) in found(ZH, pinyin(plain_text[:4]))


@pytest.mark.parametrize("one", INDICATORS, ids=lambda one: one.id)
def test_every_indicator_is_found_by_its_number_its_id_and_the_start_of_english_words(one: object) -> None:
    key = ("indicator", one.id)  # type: ignore[attr-defined]
    assert key in found(EN, str(one.number))  # type: ignore[attr-defined]
    assert found(EN, one.id)[0] == key  # type: ignore[attr-defined]
    words = [word for word in one.name.en.replace("(", "").split() if len(word) > 3]  # type: ignore[attr-defined]
    assert key in found(EN, " ".join(word[:4] for word in words[:3]).upper())


@pytest.mark.parametrize(
    ("text", "asked", "rank"),
    [
        ("重庆市", "重庆市", EXACT), ("重庆市", "重庆", START), ("重庆市", "庆市", INSIDE),
        ("重庆市", "chongq", PINYIN),
        ("重庆市", "zqs", INITIALS), ("西藏自治区", "xizang", PINYIN), ("Fund income", "inc", WORD),
        ("Fund income", "come", INSIDE), ("职工ＤＲＧ", "drg", WORD), ("居民", "umin", None), ("重庆市", "q", None),
        ("Fund income", "om", None),
    ],
)  # fmt: skip
def test_how_well_something_is_found(text: str, asked: str, rank: int | None) -> None:
    match = find(text, plain(asked))
    assert (None if match is None else match.rank) == rank


@given(text=st.text(max_size=30), asked=st.text(min_size=1, max_size=8))
def test_what_is_marked_is_part_of_the_text(text: str, asked: str) -> None:
    match = find(text, plain(asked).strip())
    assert match is None or 0 <= match.start < match.end <= len(text)
    parts = marked(text, plain(asked).strip())
    assert "".join(part if isinstance(part, str) else part.children for part in parts) == text


@pytest.mark.parametrize(
    ("text", "asked", "part"),
    [
        ("城乡居民", "jumin", (2, 4)),
        ("城乡居民", "jm", (2, 4)),
        ("城乡居民", "居", (2, 3)),
        ("ＤＲＧ付费", "drg", (0, 3)),
    ],
)
def test_the_part_that_was_heard_is_marked(text: str, asked: str, part: tuple[int, int]) -> None:
    match = find(text, asked)
    assert isinstance(match, Match) and (match.start, match.end) == part


def test_better_findings_come_first() -> None:
    ranks = [hit.rank for hit in ZH.search("基金")]
    assert ranks == sorted(ranks) and len(set(ranks)) > 1
    assert found(ZH, "江苏")[0] == ("region", "320000")


@pytest.mark.parametrize(
    ("asked", "kind", "anchor"),
    [("滞后", "method", "class-behind"), ("behind", "method", "class-behind"),
     ("容差", "method", "setting-band_tolerance"),
     ("outlook", "method", "formula-outlook"), ("催报", "word", ""),
     ("sum of numerators", "method", "aggregate-ratio_of_sums"),
     ("数据质量", "page", ""), ("优质服务", "category", ""), ("季报", "form", ""), ("36号", "plan", "")],
)  # fmt: skip
def test_other_things_are_found_too(asked: str, kind: str, anchor: str) -> None:
    for index in (ZH, EN):
        hits = [hit.entry for hit in index.search(asked) if hit.entry.kind == kind]
        assert hits and (not anchor or anchor in {entry.anchor for entry in hits})


@pytest.mark.parametrize(
    ("asked", "number"), [("#756", 756), ("７５６", 756), ("第756号", 756), ("参保", None), ("7a", None)]
)
def test_numbers_of_submissions(asked: str, number: int | None) -> None:
    assert number_asked(asked) == number


@pytest.mark.parametrize("asked", ["2023-Q2", "2023年二季度", "2023年2季度", "2023q2", "Q2 2023", "２０２３Ｑ２"])
def test_periods_as_people_write_them(asked: str) -> None:
    period = period_asked(asked)
    assert period is not None and period.code == "2023-Q2"


def test_a_period_leads_to_what_is_known_of_it(client: FlaskClient) -> None:
    links = [one.attributes["href"] for one in page(client, "/search?q=2023年二季度").all("a", "hit")]
    assert {"/?period=2023-Q2", "/matrix?period=2023-Q2", "/reporting?period=2023-Q2"} <= set(links)


def test_only_accepted_submissions_are_found(client: FlaskClient, desk: object) -> None:
    store = desk.store  # type: ignore[attr-defined]
    rows = store.ask(files("monitor.store") / "sql" / "submissions_as_of.sql", {
        "as_of": None, "submission_ids": None, "receipt_ids": None, "region_codes": None, "forms": None,
        "periods": None, "states": ["submitted", "accepted"], "most": None,
    })  # fmt: skip
    known = {state: next(row[0] for row in rows if row[7] == state) for state in ("submitted", "accepted")}
    shown = [one.attributes["href"] for one in page(client, f"/search?q=%23{known['accepted']}").all("a", "hit")]
    assert f"/submission/{known['accepted']}" in shown
    hidden = [one.attributes["href"] for one in page(client, f"/search?q=%23{known['submitted']}").all("a", "hit")]
    assert not any(href.startswith("/submission/") for href in hidden)
    early = page(client, f"/search?q=%23{known['accepted']}&as_of=2010-01-01").all("a", "hit")
    assert not any(one.attributes["href"].startswith("/submission/") for one in early)


def test_nothing_found_says_what_can_be_searched(client: FlaskClient) -> None:
    root = page(client, "/search?q=没有这样的东西")
    assert "没有找到“没有这样的东西”" in root.one("h1").text
    assert "可以查找这些" in root.text
    for one in root.all("a", "more"):
        assert page(client, one.attributes["href"]).all("a", "hit")


def test_the_form_works_without_scripts_and_keeps_the_slice(client: FlaskClient) -> None:
    root = page(client, "/search?q=参保&as_of=2025-12-31&lang=zh")
    (form,) = root.all("form", "search-form")
    assert (form.attributes["method"], form.attributes["action"]) == ("get", "/search")
    fields = {one.attributes["name"]: one.attributes.get("value") for one in form.all("input")}
    assert fields == {"q": "参保", "as_of": "2025-12-31", "lang": "zh"}
    assert all("as_of=2025-12-31" in one.attributes["href"] for one in root.all("a", "hit"))
    assert any(one.text == "参保" for one in root.all("b", "found"))
    assert any(one.attributes.get("href", "").startswith("/search") for one in root.one("footer").all("a"))


def test_every_hit_leads_to_a_page(client: FlaskClient) -> None:
    led = {
        one.attributes["href"]
        for asked in ("参保", "江苏", "滞后", "总览", "季报", "优质服务")
        for one in page(client, f"/search?q={asked}&rows=all").all("a", "hit")
    }
    for address in led:
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_quick_box_is_small_and_ends_with_everything(language: str) -> None:
    view = View(Words(language), Address("overview", language=language, language_in_url=True, as_of="2025-12-31"))  # type: ignore[arg-type]
    groups = places(view, [one for one in INDICATORS if not one.is_context], [REGIONS.get("000000"), *UNITS])  # type: ignore[list-item]
    assert len(json.dumps(groups, ensure_ascii=False).encode()) < 12_000
    assert groups[-1]["items"][0]["value"].startswith("/search")
    values = [item["value"] for group in groups for item in group["items"]]
    assert len(values) == len(set(values))


def test_entries_without_names_are_never_found() -> None:
    assert Index((Entry("page", "", "", "overview"),)).search("a") == ()
