"""Both languages say the same things; numbers, dates and differences are written as people there write them."""

from __future__ import annotations

import re
import string
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import monitor.web
from monitor.catalogue.models import VINTAGES
from monitor.report.figures import CLASSES
from monitor.web.address import Address
from monitor.web.pinyin import initials
from monitor.web.words import MINUS, Words, catalogue_of

ZH, EN = Words("zh"), Words("en")
FLOATS = st.floats(allow_nan=False, allow_infinity=False, width=32)


def test_both_languages_have_the_same_keys_and_placeholders() -> None:
    zh, en = catalogue_of("zh"), catalogue_of("en")
    assert list(zh) == list(en)

    def fields(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for key in zh:
        if key != "nav.other_language_title":
            assert fields(zh[key]) == fields(en[key]), key
        assert zh[key].strip() and en[key].strip()


def test_english_has_no_chinese_in_it_and_chinese_no_english_sentence() -> None:
    own = {"nav.other_language", "nav.other_language_title"}
    for key, text in catalogue_of("en").items():
        assert key in own or not re.search(r"[\u4e00-\u9fff，。：；“”（）]", text.replace("“", "").replace("”", "")), (
            key
        )
    for key, text in catalogue_of("zh").items():
        assert key in own or not re.search(r"[A-Za-z]{3,} [A-Za-z]{3,}", re.sub(r"\{\w+\}", "", text)), key


def test_every_word_is_used() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in Path(monitor.web.__file__).parent.rglob("*.py"))
    literal = set(re.findall(r"""["']([a-z_]+(?:\.[a-z_]+)*)["']""", code))
    patterns = [re.compile(re.sub(r"\\{.*?\\}", "[A-Za-z_0-9]+", re.escape(text).replace(r"\ ", " ")))
                for text in re.findall(r"""f["']([a-z_.]*\{[^"']*?\}[a-z_]*)["']""", code)]  # fmt: skip
    sections = set(re.findall(r'known\("([a-z_]+)"', code)) | {"reason"}
    for key in catalogue_of("zh"):
        section, _, name = key.partition(".")
        by_pattern = name in literal or any(pattern.fullmatch(key) for pattern in patterns)
        assert key in literal or section in sections or by_pattern, key


def test_every_class_and_vintage_has_a_word() -> None:
    for words in (ZH, EN):
        assert len({words.class_name(name) for name in CLASSES}) == len(CLASSES)
        assert all(f"vintage.{name}" in words for name in (*VINTAGES, "aggregated"))


@pytest.mark.parametrize(
    ("value", "unit", "comparator", "zh", "en"),
    [
        (66, "%", "eq", "66.0%", "66.0%"),
        (27.0069444, "%", "eq", "27.01%", "27.01%"),
        (95, "%", "ge", "≥95%", "≥95%"),
        (80, "%", "gt", ">80%", ">80%"),
        (65, "%", "approx", "65%左右", "≈65%"),
        (132662, "万人", "eq", "13.27 亿人", "1.33 billion persons"),
        (3.592132, "万亿元", "eq", "3.59 万亿元", "3.59 tn yuan"),
        (0.19, "万亿元", "eq", "1,900 亿元", "190 bn yuan"),
        (101.756, "亿元", "eq", "101.76 亿元", "10.18 bn yuan"),
        (619, "个", "eq", "619 个", "619 items"),
        (None, "%", "eq", "—", "—"),
    ],
)
def test_amounts_as_people_say_them(value: float | None, unit: str, comparator: str, zh: str, en: str) -> None:
    assert (ZH.amount(value, unit, comparator), EN.amount(value, unit, comparator)) == (zh, en)


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [(-0.5, "%", "−0.5 个百分点", "−0.5 pp"), (4, "%", "+4 个百分点", "+4 pp"), (0, "%", "0 个百分点", "0 pp"),
     (-0.0001, "%", "0 个百分点", "0 pp"), (0.12, "万亿元", "+1,200 亿元", "+120 bn yuan")],
)  # fmt: skip
def test_differences_have_a_sign_and_rates_differ_in_points(value: float, unit: str, zh: str, en: str) -> None:
    assert (ZH.difference(value, unit), EN.difference(value, unit)) == (zh, en)


@given(value=FLOATS, unit=st.sampled_from(["%", "亿元", "万人", "个"]))
def test_no_number_is_minus_nothing_or_in_another_notation(value: float, unit: str) -> None:
    for text in (ZH.amount(value, unit), EN.difference(value, unit), ZH.signed(value), EN.number(value, unit)):
        assert "e+" not in text and "-" not in text
        assert not re.match(rf"[{MINUS}+]0(\.0+)?(?![\d.])", text)


@given(share=st.floats(min_value=0, max_value=2))
def test_a_share_short_of_all_is_never_printed_as_all(share: float) -> None:
    text = ZH.share(share)
    assert (text == "100%") <= (share >= 1)
    assert (text == "0%") == (share == 0)


def test_times_name_their_zone() -> None:
    assert ZH.moment(datetime(2026, 7, 16, 15, 59)) == "2026-07-16 23:59 (UTC+8)"  # noqa: DTZ001 — as the store keeps it
    assert Words("en", "America/St_Johns").moment(datetime(2026, 1, 1)) == f"2025-12-31 20:30 (UTC{MINUS}3:30)"  # noqa: DTZ001
    assert EN.day(date(2026, 7, 16)) == "2026-07-16" and EN.day(None) == "—"


@given(
    item=st.text(min_size=1, max_size=20).filter(
        lambda text: text.strip() == text and max(text, default="") < "\ud800"
    ),
    period=st.sampled_from([None, "2023", "2023-Q2"]),
    as_of=st.sampled_from([None, "2025-12-31"]),
    language=st.sampled_from(["zh", "en"]),
)
def test_an_address_says_what_was_read_from_it(item: str, period: str | None, as_of: str | None, language: str) -> None:
    written = Address("indicator", item, period=period, as_of=as_of, language=language, language_in_url=True)  # type: ignore[arg-type]
    path, _, query = written.href.partition("?")
    assert Address.read(path, query, None) == written


@pytest.mark.parametrize(
    ("text", "letters"),
    [("参保率", "cbl"), ("江苏省", "jss"), ("重庆市", "zqs"), ("DRG 付费", "drgff"), ("", ""), ("①§", "")],
)
def test_pinyin_initials(text: str, letters: str) -> None:
    assert initials(text) == letters
