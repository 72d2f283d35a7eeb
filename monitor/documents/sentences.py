"""Sentences made by rule from a judged figure: one small function a class of methods.md section 5.

A sentence is a row of pieces: text, and numbers that know what they are and where they are from. Where there is no
number there is no sentence about it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from monitor.catalogue.periods import parse_period

from .case import Case, Known, Origin
from .numbers import difference_unit, exact, plain, printed, with_mark, with_unit
from .words import CLASS, SYNTHETIC, VINTAGE, period_text


@dataclass(frozen=True)
class Number:
    """`printed` stands in the text (with its unit), `exact` in the table of origins; `meaning`: what it is."""

    printed: str
    exact: str
    meaning: str
    origin: Origin


Piece = str | Number
Sentence = tuple[Piece, ...]


def text_of(sentence: Sentence) -> str:
    """The plain text."""
    return "".join(piece if isinstance(piece, str) else piece.printed for piece in sentence)


def tell(case: Case) -> Sentence:
    """The whole paragraph of an indicator: the figure, the verdict of its class, and what is to be known beside it."""
    return (*opening(case), *_VERDICTS[case.class_](case), "。", *beside(case))


def opening(case: Case) -> Sentence:
    """`2025年为27.11%（公报数）`; for regions that are counted `31个地区中23个达标`; nothing without a figure."""
    known = case.known
    if known is None:
        return ()
    when = period_text(case.period)
    said = [VINTAGE.get(known.origin.vintage, known.origin.vintage)]
    said += {
        "approx": ["约数"],
        "gt": ["公布的是下限"],
        "ge": ["公布的是下限"],
        "lt": ["公布的是上限"],
        "le": ["公布的是上限"],
    }.get(known.comparator, [])
    said += [SYNTHETIC] if known.origin.synthetic else []
    kind = f"（{'，'.join(said)}）"
    if case.expected is not None:
        return (
            when, _count(case, case.expected, "应达标地区数"), "中", _count(case, case.reached or 0, "已达标地区数"),
            "达到规划目标（", _target(case), "）", kind,
        )  # fmt: skip
    return when, "为", value_number(known, (case.g, case.b)), kind


def value_number(known: Known, against: tuple[Fraction | None, ...] = ()) -> Number:
    text = with_unit(with_mark(printed(known.value, against), known.comparator), known.unit)
    exactly = with_unit(with_mark(exact(known.value), known.comparator), f" {known.unit}")
    return Number(text, exactly, "实际值", known.origin)


def achieved(case: Case) -> Sentence:
    """Before the target year it is early; how far beyond the target only where the figure is a point."""
    done: Sentence = ("，实现", f"{case.end}年") if case.at_end else ("，已提前实现", f"{case.end}年")
    if case.expected is not None:
        return ("，各地区均已达标",) if case.at_end else ("，各地区均已提前达标",)
    beyond: Sentence = ()
    if case.gap is not None and case.gap < 0 and case.known is not None and case.known.comparator == "eq":
        beyond = ("，比目标低" if case.direction == "down" else "，超出目标", _difference(case, -case.gap, "超出目标"))
    return (*done, _target(case), "的目标", *beyond)


def ahead(case: Case) -> Sentence:
    if case.p is None and case.path_next is not None:
        return "，已达到下一年的年度目标", _path(case, case.path_next, "下一年年度目标"), "，快于时序"
    return (*_against_schedule(case), "，快于时序")


def on_schedule(case: Case) -> Sentence:
    if case.path_now is not None:
        return "，达到本期年度目标", _path(case, case.path_now, "本期年度目标"), "，达到时序"
    return (*_against_schedule(case), "，达到时序")


def nearly(case: Case) -> Sentence:
    return (*_against_schedule(case), "，基本达到时序", *_to_go(case))


def behind(case: Case) -> Sentence:
    if case.g is not None and case.g == case.b and case.path_now is None and case.expected is None:
        return "，基期即为目标值，目前未达到，滞后", *_to_go(case)
    if case.path_now is not None:
        return "，未达到本期年度目标", _path(case, case.path_now, "本期年度目标"), "，滞后", *_to_go(case)
    return (*_against_schedule(case), "，滞后", *_to_go(case))


def below_baseline(case: Case) -> Sentence:
    """Worse than where it began."""
    if case.b is None or case.v is None:
        return ("，差于基期", *_to_go(case))
    word = "，比基期低" if case.v < case.b else "，比基期高"
    base = (*_basis(case), word, _difference(case, abs(case.v - case.b), "与基期之差"))
    return *base, "（基期", _base(case), "）", *_to_go(case)


def slipped(case: Case) -> Sentence:
    return "，", *_once_met(case), "，已达标后回落", *_to_go(case)


def missed(case: Case) -> Sentence:
    once: Sentence = ("（", *_once_met(case), "）") if case.met else ()
    return "，期末未达标", *once, *_to_go(case)


def held(case: Case) -> Sentence:
    if case.rule == "band":
        return *_off_centre(case, case.known), "，保持稳定"
    return f"，{case.start}年以来有数据的各年均符合", *_required(case), "的要求，保持"


def breached(case: Case) -> Sentence:
    """The first year that failed, with its figure, then where the figure of the period stands."""
    failing = case.years.get(case.first_failing)
    if failing is None or case.first_failing == case.period.code:
        if case.rule == "band":
            return *_off_centre(case, case.known), "，未保持稳定"
        return "，不符合", *_required(case), "的要求，未保持", *_to_go(case)
    first: Sentence = (
        f"，{period_text(parse_period(case.first_failing))}为", value_number(failing, (case.g, case.centre)),
    )  # fmt: skip
    if case.rule == "band":
        return *first, "，当年即超出容差，未保持稳定", *_off_centre(case, case.known, "；本期")
    return *first, "，当年即不符合", *_required(case), "的要求，未保持"


def not_assessable(case: Case) -> Sentence:
    first = case.reasons[0].partition(":")[0] if case.reasons else ""
    if first == "bound_straddles_target":
        return "，公布的是范围，跨过目标", _target(case), "，暂无法判断"
    if first == "bound_straddles_class":
        return ("，公布的是范围，跨过两个等级，暂无法判断",)
    if first == "before_path":
        return ("，早于年度目标的起点，暂无法判断",)
    return "，没有基期数，进度无法判断", *_to_go(case)


def no_data(case: Case) -> Sentence:
    why = {"withheld": "（保密）", "not_applicable": "（不适用）"}
    return (f"{period_text(case.period)}暂无数据{next((why[one] for one in case.reasons if one in why), '')}",)


def judged(case: Case) -> Sentence:
    """The figure is the evidence; the conclusion is a person's."""
    if case.known is None:
        return f"目标为定性表述（“{case.target_printed}”），由人工评估；{period_text(case.period)}暂无数据", *_evidence(
            case
        )
    change: Sentence = ()
    # what has come in since January is not held against a whole year
    if case.b is not None and not case.is_cumulative and case.known.comparator == "eq" and case.b_comparator == "eq":
        more = case.known.value - case.b
        word = "比基期增加" if more > 0 else "比基期减少"
        change = ("，", word, _difference(case, abs(more), "与基期之差")) if more else ("，与基期持平",)
    return *change, f"；目标为定性表述（“{case.target_printed}”），由人工评估", *_evidence(case)


_VERDICTS: Mapping[str, Callable[[Case], Sentence]] = {
    "achieved": achieved, "ahead": ahead, "on_schedule": on_schedule, "nearly": nearly, "behind": behind,
    "below_baseline": below_baseline, "slipped": slipped, "missed": missed, "held": held, "breached": breached,
    "not_assessable": not_assessable, "no_data": no_data, "judged": judged,
}  # fmt: skip


def beside(case: Case) -> Sentence:
    """What is to be known beside the verdict: years without figures, new definitions, where the pace leads."""
    said: list[Piece] = []
    if case.lacking_years and case.class_ != "no_data":
        said.append(f"{'、'.join(case.lacking_years)}年没有数据，未参与判断。")
    if case.known is not None:
        said += [text if text.endswith("。") else f"{text}。" for text in case.breaks]
    said += outlook(case)
    return tuple(said)


def outlook(case: Case) -> Sentence:
    """Where the pace of the last years leads; said to be worked out, never shown as a figure.

    Of a share that the line leads beyond 0–100% only the words are printed, and the number stands among the origins.
    """
    words = {"likely": "能完成", "possible": "有望完成", "unlikely": "难以完成"}
    if case.outlook not in words or case.projected is None or case.known is None:
        return ()
    if case.class_ == "achieved" and case.outlook == "likely":
        return ()
    unit = "%" if case.expected is not None else case.unit
    said = words[case.outlook]
    meaning, exactly = "推算值（不是数据）", f"{case.projected!r} {unit}"
    if case.expected is not None or (unit == "%" and not 0 <= case.projected <= 100):
        return f"按近年走势推算，{case.end}年目标", Number(said, exactly, meaning, case.known.origin), "。"
    number = Number(f"{plain(Fraction(case.projected), 2)}{unit}", exactly, meaning, case.known.origin)
    return f"按近年走势推算，{case.end}年为", number, f"，{said}目标。"


def result_text(case: Case) -> str:
    """The computed result as the table prints it: the class, with the period that it names."""
    name = CLASS[case.class_]
    if case.class_ in ("missed", "slipped") and case.met:
        return f"{name}（{period_text(parse_period(case.met))}曾达标）"
    if case.class_ == "breached" and case.first_failing:
        return f"{name}（首个未保持期：{period_text(parse_period(case.first_failing))}）"
    return name


def _target(case: Case) -> Number:
    text = with_unit(case.target_printed, case.unit) if case.g is not None else case.target_printed
    value = with_unit(case.target_printed, f" {case.unit}") if case.g is not None else case.target_printed
    return Number(text, value, "目标值", case.target_origin)


def _required(case: Case) -> Sentence:
    """What is to be held; where the plan prints `>95` and its note means 95 and more, that is said, too."""
    asked = with_mark("", case.g_comparator)
    if case.g is None or case.target_printed[:1] not in ("<", ">") or case.target_printed[:1] == asked:
        return (_target(case),)
    text = f"{asked}{exact(case.g)}"
    judged_by = Number(
        with_unit(text, case.unit), with_unit(text, f" {case.unit}"), "判断用的目标值", case.target_origin
    )
    return _target(case), "（按", judged_by, "判断）"


def _base(case: Case) -> Number:
    assert case.b is not None
    text = case.base_printed if case.base_printed != "—" else with_mark(printed(case.b), case.b_comparator)
    origin = case.base_origin or case.target_origin
    exactly = with_unit(with_mark(exact(case.b), case.b_comparator), f" {case.unit}")
    return Number(with_unit(text, case.unit), exactly, "基期值", origin)


def _count(case: Case, number: int, meaning: str) -> Number:
    assert case.known is not None
    return Number(f"{number}个{'地区' if meaning.startswith('应') else ''}", str(number), meaning, case.known.origin)


def _difference(case: Case, amount: Fraction, meaning: str) -> Number:
    origin = case.known.origin if case.known is not None else case.target_origin
    unit = difference_unit(case.unit)
    return Number(f"{printed(amount)}{unit}", f"{exact(amount)} {unit}", meaning, origin)


def _path(case: Case, value: Fraction, meaning: str) -> Number:
    return Number(f"{printed(value)}{case.unit}", f"{exact(value)} {case.unit}", meaning, case.target_origin)


def _basis(case: Case) -> Sentence:
    """Gaps and shares of a bound are those of the number at the bound, of an approximate figure those of its number."""
    return {"bound": ("，按公布的界限值计",), "approximate": ("，按约数计",)}.get(case.certainty, ())


def _against_schedule(case: Case) -> Sentence:
    """`，完成进度84.43%，时间进度60%，高于时序进度24.43个百分点`."""
    if case.known is None or case.s is None or (case.p is None and case.drop is None):
        return ()
    share = case.p if case.p is not None else Fraction(case.drop or 0.0)
    gap = 100 * (share - case.s)
    origin = case.known.origin
    done = Number(f"{printed(100 * share, (100 * case.s,))}%", f"{exact(100 * share)} %", "完成进度", origin)
    time = Number(f"{printed(100 * case.s)}%", f"{exact(100 * case.s)} %", "时间进度", case.target_origin)
    first: Sentence = (*_basis(case), "，完成进度", done, "，时间进度", time)
    if not gap:
        return *first, "，与时序进度持平"
    off = Number(f"{printed(abs(gap))}个百分点", f"{exact(gap)} 个百分点", "与时序进度之差", origin)
    return *first, "，高于时序进度" if gap > 0 else "，低于时序进度", off


def _to_go(case: Case) -> Sentence:
    """`，与目标27%相差0.11个百分点`; of regions how many are still to reach it."""
    if case.expected is not None and case.reached is not None:
        left = case.expected - case.reached
        return ("，还有", _count(case, left, "未达标地区数"), "未达标") if left else ()
    if case.gap is None or case.gap < 0:
        return ()
    if not case.gap:  # a strict target, met to the number and not beyond
        return "，与目标", _target(case), "的界限相同，未超过"
    basis = _basis(case) if case.class_ not in ("nearly", "behind", "below_baseline") or case.p is None else ()
    return *basis, "，与目标", _target(case), "相差", _difference(case, case.gap, "与目标之差")


def _once_met(case: Case) -> Sentence:
    when = period_text(parse_period(case.met)) if case.met else ""
    known = case.years.get(case.met)
    if known is None:
        return (f"{when}曾达标",)
    return f"{when}为", value_number(known, (case.g,)), "，曾达标"


def _off_centre(case: Case, known: Known | None, lead: str = "，") -> Sentence:
    """`，与基期85.2%相差1.1个百分点，在±1个百分点的容差之内`."""
    if known is None or case.centre is None:
        return ()
    unit = difference_unit(case.unit)
    amount = abs(known.value - case.centre)
    from_base = case.g is None and case.b is not None
    middle = Number(
        f"{printed(case.centre)}{case.unit}", f"{exact(case.centre)} {case.unit}", "目标值", case.target_origin
    )
    centre = _base(case) if from_base else middle
    reach = Number(f"{printed(case.tolerance)}{unit}", f"{exact(case.tolerance)} {unit}", "容差", case.target_origin)
    first: Sentence = (f"{lead}与基期" if from_base else f"{lead}与目标", centre)
    if amount:
        number = Number(
            f"{printed(amount, (case.tolerance,))}{unit}", f"{exact(amount)} {unit}",
            "与基期之差" if from_base else "与目标之差", known.origin,
        )  # fmt: skip
        first = *first, "相差", number
    else:
        first = *first, "持平"
    return (
        *first,
        "，在±" if amount <= case.tolerance else "，超出±",
        reach,
        "的容差之内" if amount <= case.tolerance else "的容差",
    )


def _evidence(case: Case) -> Sentence:
    if not case.evidence:
        return ()
    pieces: list[Piece] = ["。佐证："]
    for place, known in enumerate(case.evidence):
        pieces += ["；" if place else "", known.origin.indicator, value_number(known)]
        if known.origin.synthetic:
            pieces.append(f"（{SYNTHETIC}）")
    return tuple(pieces)
