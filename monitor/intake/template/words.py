"""The words of a form in both languages, and how it names periods, numbers and checks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from monitor.catalogue.base import Language
from monitor.catalogue.relations import ParsedRelation

from .verdicts import Verdict, expression_text

if TYPE_CHECKING:
    from monitor.catalogue.models import Check, Indicator
    from monitor.catalogue.periods import Period

VERDICTS: Mapping[Language, Mapping[Verdict, str]] = {
    "zh": {"good": "通过", "query": "请核实", "error": "错误", "empty": "未填"},
    "en": {"good": "OK", "query": "Query", "error": "Error", "empty": "Empty"},
}

_WORDS: dict[str, tuple[str, str]] = {
    "number": ("表号：{}", "Form number: {}"),
    "authority": ("制定机关：{}", "Issued by: {}"),
    "inferred": ("{}（推定）", "{} (inferred)"),
    "approval": ("批准文号：{}", "Approval: {}"),
    "valid_until": ("有效期至：{}", "Valid until: {}"),
    "scope": ("填报范围：{}", "Scope: {}"),
    "channel": ("报送方式：{}", "How to send: {}"),
    "due": ("报送日期：不晚于 {}", "Due: not later than {}"),
    "closes": ("{}；{} 后不再接收", "{}; nothing is taken after {}"),
    "extended": ("{}（已延期：{}）", "{} (extended: {})"),
    "unit": ("填报单位：{}（{}）", "Reporting unit: {} ({})"),
    "period": ("报告期：{}", "Period: {}"),
    "units": ("计量单位：见各行", "Units: see each row"),
    "earlier": ("上期：{}　上年同期：{}", "Previous period: {}; year earlier: {}"),
    "before": ("上期：{}", "Previous period: {}"),
    "parts": ("分子：{}　分母：{}", "Numerator: {}; denominator: {}"),
    "technical": ("以下各列由系统使用，请勿改动", "For the system; please leave as it is"),
    "relations": ("表内审核关系", "Relations between rows"),
    "notes": ("说明：{}", "Notes: {}"),
    "synthetic": ("本表预填或参考的数据含模拟数据，仅供演示。", "Some of the figures in this form are synthetic."),
    "person": ("{}：", "{}:"),
    "page": ("第 &P 页 / 共 &N 页", "Page &P of &N"),
    "invalid": ("请检查填写内容", "Please check"),
    "fill_number": ("填数字，单位：{}", "A number in {}"),
    "fill_marks": (
        "；不适用填“不适用”，不公开填“保密”，没有数据留空",
        "; 不适用 for not applicable, 保密 for withheld, empty if missing",
    ),
    "fill_range": ("；应在 {} 之间", "; within {}"),
    "fill_least": ("；不小于 {}", "; not below {}"),
    "fill_most": ("；不大于 {}", "; not above {}"),
    "fill_not_negative": ("；不小于 0", "; not negative"),
    "fill_positive": ("；大于 0", "; above zero"),
    "comparator": (
        "一般不填。公布为“以上”等界限时选：ge 不小于，gt 大于，le 不大于，lt 小于，approx 约",
        "Usually empty. For bounds: ge at least, gt more than, le at most, lt less than, approx about",
    ),
    "steps": ("怎样填", "How to fill it in"),
    "definitions": ("指标解释", "Definitions"),
    "checks": ("审核关系", "Checks"),
    "indicator": ("指标名称", "Indicator"),
    "measure": ("计量单位", "Unit of measure"),
    "quotient": ("分子 ÷ 分母", "Numerator ÷ denominator"),
    "definition": ("指标解释", "Definition"),
    "origin": ("数据来源", "Where the figure comes from"),
    "sent_before": ("上期报送", "Sent for the previous period"),
    "sent_year": ("上年同期报送", "Sent a year earlier"),
    "blocking": ("强制性：不符须改正", "Blocking: has to be mended"),
    "queried": ("核实性：不符须说明", "Query: has to be explained"),
}
STEPS: Mapping[Language, tuple[str, ...]] = {
    "zh": (
        "只填浅黄色单元格；其余单元格已锁定（不设密码）。复制粘贴时请用“只粘贴数值”。",
        "比例类指标填分子、分母，比例在“计算值”一栏自动算出，不必填数值；其他指标填“数值”。",
        "没有数据的留空（不是零）；不适用的填“不适用”，不便公开的填“保密”。",
        "“审核”一栏：通过；请核实——可以上报，但须附书面说明；错误——须改正后才能上报；未填——作缺失处理。",
        "填完保存为 .xlsx，在系统“报送”页面上传，或由操作员用 monitor ingest 读入。行、列、表头和右侧灰色各列勿改。",
        "表末的负责人、填表人、电话和报出日期随表读入，只有本单位和审核人员能看到，不公开、不导出；可要求清除。",
    ),
    "en": (
        "Fill in the pale yellow cells only; the others are locked (without a password). Paste values only.",
        "For rates give numerator and denominator: the rate appears under “Computed”. For the others give the value.",
        "Leave empty what is missing (it is not zero); write 不适用 for not applicable and 保密 for withheld.",
        "Check: OK; Query: may be sent, with a written explanation; Error: has to be mended first; Empty: missing.",
        "Save as .xlsx and upload it, or have it read with monitor ingest. Leave rows and columns as they are.",
        "Names, phone and date at the foot are read too: your own unit and its reviewers alone see them; they are never"
        " published or exported, and are erased on request.",
    ),
}


def say(name: str, language: Language, *values: object) -> str:
    """A phrase of the form with its values filled in."""
    text = _WORDS[name][0 if language == "zh" else 1]
    return text.format(*values) if values else text


def period_text(period: Period, language: Language) -> str:
    """`2025年四季度`, `2025 Q4`."""
    part = (period.index - 1) % 12 // period.months
    if language == "en":
        return period.code.replace("-", " ")
    month = (period.index - 1) % 12 + 1
    ends = {12: "", 6: ("上半年", "下半年")[part % 2], 3: f"{'一二三四'[part % 4]}季度", 1: f"{month}月"}
    return f"{period.year}年{ends[period.months]}"


def day_text(day: date, language: Language) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else day.isoformat()


def figure_text(number: Fraction | Decimal | None, most: int = 4) -> str:
    """A figure for people: thousands grouped, at most so many decimals, no trailing zeros."""
    if number is None:
        return "—"
    text = f"{float(number):,.{most}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def check_text(check: Check, indicator: Indicator, language: Language) -> str:
    """What a check asks, in words."""
    zh = language == "zh"
    if check.rule == "range":
        low, high = ("" if bound is None else f"{bound:f}" for bound in (check.min, check.max))
        if low and high:
            return f"{low}–{high}{indicator.unit}" if zh else f"between {low} and {high} {indicator.unit}"
        if low:
            return f"不小于 {low}{indicator.unit}" if zh else f"at least {low} {indicator.unit}"
        return f"不大于 {high}{indicator.unit}" if zh else f"at most {high} {indicator.unit}"
    if check.rule == "change":
        year = check.against == "same_period_last_year"
        than_zh, than_en = ("较上年同期", "a year earlier") if year else ("较上期", "the previous period")
        if check.max_points is not None:
            points = f"{check.max_points:f}"
            unit = "个百分点" if indicator.unit == "%" else indicator.unit
            if zh:
                return f"{than_zh}变动不超过 {points} {unit}"
            return f"within {points} {'percentage points' if indicator.unit == '%' else indicator.unit} of {than_en}"
        percent = f"{check.max_percent:f}"
        return f"{than_zh}变动不超过 {percent}%" if zh else f"within {percent}% of {than_en}"
    plain = {
        "completeness": ("必须报送", "must be sent"),
        "before": ("上期：{}", "Previous period: {}"),
        "parts": ("数值与分子、分母一致", "the value agrees with its parts"),
        "cumulative": ("自年初累计数不小于上期", "counted since the year began, it never falls"),
        "outlier": ("与其他单位的变动相比不异常", "no outlier among the other units"),
    }[check.rule]
    return plain[0 if zh else 1]


_SIGNS = {"eq": "＝", "ge": "≥", "gt": "＞", "le": "≤", "lt": "＜"}


def relation_text(relation: ParsedRelation, names: Mapping[str, str], language: Language) -> str:
    """A relation with the indicators' names, its tolerance and unit."""
    signs = str.maketrans({"+": " ＋ ", "-": " － ", "*": " × ", "/": " ÷ "})
    places = {name: f"\x00{index}\x00" for index, name in enumerate(names)}
    sides = [expression_text(side, places).translate(signs) for side in (relation.left, relation.right)]
    text = f"{sides[0]} {_SIGNS[relation.relation.operator]} {sides[1]}"
    for name, place in places.items():
        text = text.replace(place, names[name])
    tolerance = relation.relation.tolerance
    if not tolerance:
        return text
    unit = relation.relation.unit
    return (
        f"{text}（允许误差 {tolerance:f} {unit}）" if language == "zh" else f"{text} (tolerance {tolerance:f} {unit})"
    )
