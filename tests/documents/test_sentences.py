"""Sentences by rule: for every class of methods.md section 5 a case worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from monitor.catalogue.periods import parse_period
from monitor.documents.case import Case, Known, Origin
from monitor.documents.sentences import Number, result_text, tell, text_of
from monitor.documents.words import CLASS
from monitor.report.desk import Desk
from monitor.report.figures import CLASSES
from monitor.web.words import catalogue_of

PLAN = Origin("x", "某指标", "全国", "2025", "plan", "某规划")


def figure(
    value: str, comparator: str = "eq", *, period: str = "2022", unit: str = "%", synthetic: bool = False
) -> Known:
    origin = Origin("x", "某指标", "全国", period, "bulletin", "某公报", (7,), None, synthetic)
    return Known(Fraction(value), comparator, unit, origin)


def case(class_: str, value: str | None, *, year: int = 2022, **more: Any) -> Case:
    """A falling or rising share from 2020 to 2025, as methods.md section 6 has them."""
    known = None if value is None else figure(value, period=str(year))
    return replace(
        Case(
            indicator_id="x", number=1, name="某指标", category="某类", nature="binding", unit="%", direction="up",
            rule="reach", class_=class_, reasons=(), period=parse_period(str(year)), start=2021, t0=2020, end=2025,
            target_printed="90", base_printed="70", target_origin=PLAN, known=known, b=Fraction(70), base_origin=PLAN,
            g=Fraction(90),
        ),
        **more,
    )  # fmt: skip


# b 70, g 90, t 2022: s = 2/5; v 80: p = 1/2; v 78: p = 2/5; v 77: p = 7/20; v 72: p = 1/10
SHARE = {"s": Fraction(2, 5)}
SENTENCES = {
    "achieved early, beyond the target": (
        case("achieved", "92", gap=Fraction(-2)),
        "2022年为92%（公报数），已提前实现2025年90%的目标，超出目标2个百分点。",
    ),
    "achieved at the end, by a falling share": (
        case("achieved", "26.4", year=2025, direction="down", gap=Fraction("-0.6"), g=Fraction(27),
             target_printed="27"),
        "2025年为26.4%（公报数），实现2025年27%的目标，比目标低0.6个百分点。",
    ),
    "achieved by a bound: how far beyond is not known": (
        case("achieved", "80", known=figure("80", "gt"), g=Fraction(70), target_printed=">70", gap=Fraction(-10)),
        "2022年为>80%（公报数，公布的是下限），已提前实现2025年>70%的目标。",
    ),
    "achieved by all regions": (
        case("achieved", "100", year=2025, unit="个", reached=31, expected=31, target_printed=">500", g=Fraction(100)),
        "2025年31个地区中31个达到规划目标（>500个）（公报数），各地区均已达标。",
    ),
    "ahead": (
        case("ahead", "80", p=Fraction(1, 2), gap=Fraction(10), **SHARE),
        "2022年为80%（公报数），完成进度50%，时间进度40%，高于时序进度10个百分点，快于时序。",
    ),
    "ahead of a yearly table": (
        case("ahead", "60", path_now=Fraction(50), path_next=Fraction(60), b=None),
        "2022年为60%（公报数），已达到下一年的年度目标60%，快于时序。",
    ),
    "on schedule, exactly": (
        case("on_schedule", "78", p=Fraction(2, 5), gap=Fraction(12), **SHARE),
        "2022年为78%（公报数），完成进度40%，时间进度40%，与时序进度持平，达到时序。",
    ),
    "on schedule by a yearly table": (
        case("on_schedule", "50", path_now=Fraction(50), b=None),
        "2022年为50%（公报数），达到本期年度目标50%，达到时序。",
    ),
    "nearly, by an approximate baseline": (
        case("nearly", "77", p=Fraction(7, 20), gap=Fraction(13), certainty="approximate", **SHARE),
        "2022年为77%（公报数），按约数计，完成进度35%，时间进度40%，低于时序进度5个百分点，基本达到时序，与目标90%相差13个百分点。",
    ),
    "behind": (
        case("behind", "72", p=Fraction(1, 10), gap=Fraction(18), **SHARE),
        "2022年为72%（公报数），完成进度10%，时间进度40%，低于时序进度30个百分点，滞后，与目标90%相差18个百分点。",
    ),
    "behind where the base is the target": (
        case("behind", "69", b=Fraction(90), gap=Fraction(21)),
        "2022年为69%（公报数），基期即为目标值，目前未达到，滞后，与目标90%相差21个百分点。",
    ),
    "behind, regions counted": (
        case("behind", "10", unit="个", reached=3, expected=31, p=Fraction(3, 31), g=Fraction(100), **SHARE),
        "2022年31个地区中3个达到规划目标（90个）（公报数），完成进度9.68%，时间进度40%，低于时序进度30.32个百分点，滞后，还有28个未达标。",
    ),
    "below the baseline": (
        case("below_baseline", "69.5", gap=Fraction("20.5")),
        "2022年为69.5%（公报数），比基期低0.5个百分点（基期70%），与目标90%相差20.5个百分点。",
    ),
    "slipped": (
        case("slipped", "27.3", year=2023, direction="down", g=Fraction(27), target_printed="27", met="2022",
             gap=Fraction("0.3"), years={"2022": figure("26.89")}),
        "2023年为27.3%（公报数），2022年为26.89%，曾达标，已达标后回落，与目标27%相差0.3个百分点。",
    ),
    "missed, met before": (
        case("missed", "27.109", year=2025, g=Fraction(27), target_printed="27", met="2022", gap=Fraction("0.109"),
             years={"2022": figure("26.89")}),
        "2025年为27.11%（公报数），期末未达标（2022年为26.89%，曾达标），与目标27%相差0.11个百分点。",
    ),
    "missed": (
        case("missed", "89.996", year=2025, gap=Fraction("0.004")),
        "2025年为89.996%（公报数），期末未达标，与目标90%相差0.004个百分点。",
    ),
    "held every year": (
        case("held", "95", known=figure("95", "approx"), rule="hold", g=Fraction(95), target_printed=">95"),
        "2022年为95%左右（公报数，约数），2021年以来有数据的各年均符合>95%（按≥95%判断）的要求，保持。",
    ),
    "held within the band, exactly at its edge": (
        case("held", "84.2", rule="band", g=None, b=Fraction("85.2"), base_printed="85.2", centre=Fraction("85.2"),
             reasons=("years_without_figure:2021",)),
        "2022年为84.2%（公报数），与基期85.2%相差1个百分点，在±1个百分点的容差之内，保持稳定。2021年没有数据，未参与判断。",
    ),
    "held around a value": (
        case("held", "86", rule="band", g=Fraction(86), target_printed="稳定在86%左右", centre=Fraction(86), b=None,
             base_printed="—"),
        "2022年为86%（公报数），与目标86%持平，在±1个百分点的容差之内，保持稳定。",
    ),
    "breached now": (
        case("breached", "84.1", year=2025, rule="band", g=None, b=Fraction("85.2"), base_printed="85.2",
             centre=Fraction("85.2"), first_failing="2025"),
        "2025年为84.1%（公报数），与基期85.2%相差1.1个百分点，超出±1个百分点的容差，未保持稳定。",
    ),
    "breached before": (
        case("breached", "95.5", rule="hold", g=Fraction(95), target_printed="95", first_failing="2021",
             years={"2021": figure("94.9")}),
        "2022年为95.5%（公报数），2021年为94.9%，当年即不符合95%的要求，未保持。",
    ),
    "not assessable: a bound across the target": (
        case("not_assessable", "65", known=figure("65", "gt"), g=Fraction(70), target_printed=">70",
             reasons=("bound_straddles_target",)),
        "2022年为>65%（公报数，公布的是下限），公布的是范围，跨过目标>70%，暂无法判断。",
    ),
    "not assessable: a bound across two classes": (
        case("not_assessable", "75", known=figure("75", "ge"), reasons=("bound_straddles_class",)),
        "2022年为≥75%（公报数，公布的是下限），公布的是范围，跨过两个等级，暂无法判断。",
    ),
    "not assessable: no baseline": (
        case("not_assessable", "60", b=None, base_printed="—", reasons=("no_baseline",), gap=Fraction(30)),
        "2022年为60%（公报数），没有基期数，进度无法判断，与目标90%相差30个百分点。",
    ),
    "not assessable: before the yearly table": (
        case("not_assessable", "60", reasons=("before_path",)),
        "2022年为60%（公报数），早于年度目标的起点，暂无法判断。",
    ),
    "no data": (case("no_data", None), "2022年暂无数据。"),
    "no data: withheld": (case("no_data", None, reasons=("withheld",)), "2022年暂无数据（保密）。"),
    "judged, with evidence": (
        case("judged", "3.5", known=figure("3.5", unit="万亿元"), unit="万亿元", rule="judge", g=None,
             b=Fraction("2.5"), target_printed="更加适应", evidence=(figure("1.2", unit="亿元", synthetic=True),)),
        "2022年为3.5万亿元（公报数），比基期增加1万亿元；目标为定性表述（“更加适应”），由人工评估。佐证：某指标1.2亿元（模拟数据）。",
    ),
    "judged: part of a year is not held against a whole one": (
        case("judged", "1.8", known=figure("1.8", unit="万亿元"), unit="万亿元", rule="judge", g=None,
             b=Fraction("2.5"), period=parse_period("2023-Q2"), target_printed="更加适应", is_cumulative=True),
        "2023年二季度为1.8万亿元（公报数）；目标为定性表述（“更加适应”），由人工评估。",
    ),
    "synthetic figures and a new definition": (
        case("ahead", "80", known=figure("80", synthetic=True), p=Fraction(1, 2), gap=Fraction(10),
             breaks=("自2022年起改变口径。",), **SHARE),
        "2022年为80%（公报数，模拟数据），完成进度50%，时间进度40%，高于时序进度10个百分点，快于时序。自2022年起改变口径。",
    ),
    "where the pace leads": (
        case("behind", "72", p=Fraction(1, 10), gap=Fraction(18), outlook="unlikely", projected=75.0, **SHARE),
        "2022年为72%（公报数），完成进度10%，时间进度40%，低于时序进度30个百分点，滞后，与目标90%相差18个百分点。按近年走势推算，2025年为75%，难以完成目标。",
    ),
    "where the pace leads beyond all": (
        case("ahead", "80", p=Fraction(1, 2), gap=Fraction(10), outlook="likely", projected=110.0, **SHARE),
        "2022年为80%（公报数），完成进度50%，时间进度40%，高于时序进度10个百分点，快于时序。按近年走势推算，2025年目标能完成。",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SENTENCES)
def test_each_class_is_told_by_its_rule(name: str) -> None:
    told, text = SENTENCES[name]
    assert text_of(tell(told)) == text


def test_every_class_has_a_rule_and_its_word_is_that_of_the_pages() -> None:
    assert {told.class_ for told, _ in SENTENCES.values()} == set(CLASSES) == set(CLASS)
    words = catalogue_of("zh")
    assert {name: words[f"class.{name}"] for name in CLASSES} == CLASS


@pytest.mark.parametrize("name", SENTENCES)
def test_each_number_knows_where_it_is_from(name: str) -> None:
    told, _ = SENTENCES[name]
    for piece in tell(told):
        if isinstance(piece, Number):
            assert piece.exact and piece.meaning and piece.origin.source
    if told.class_ == "no_data":
        assert not [piece for piece in tell(told) if isinstance(piece, Number)]


def test_the_table_names_the_period_with_the_class() -> None:
    assert result_text(case("missed", "27.1", year=2025, met="2022")) == "期末未达标（2022年曾达标）"
    assert result_text(case("breached", "66", first_failing="2022")) == "未保持（首个未保持期：2022年）"
    assert result_text(case("ahead", "80")) == "快于时序"


def test_the_final_evaluation_of_the_published_figures(published: Desk) -> None:
    from monitor.documents.facts import gather

    told = {one.number: text_of(tell(one)) for one in gather(published, period="2025").cases}
    assert told[1] == "2025年为95%左右（公报数，约数），2021年以来有数据的各年均符合>95%（按≥95%判断）的要求，保持。"
    assert told[5] == (
        "2025年为66%（公报数），2022年为68.3%，当年即超出容差，未保持稳定；本期与基期70%相差4个百分点，超出±1个百分点的容差。"
        "自2022年起公报口径由“政策范围内住院费用”改为“住院费用目录内”。"
    )
    assert told[7] == "2025年为27.11%（公报数），期末未达标（2022年为26.89%，曾达标），与目标27%相差0.11个百分点。"
    assert {number for number, text in told.items() if text == "2025年暂无数据。"} == {6, 8, 9, 10, 11, 12, 13, 14, 15}
