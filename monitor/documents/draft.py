"""The draft of the report: five chapters, their sentences made by rule from figures or said by people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from .case import Case, Origin
from .facts import Facts
from .numbers import printed
from .prose import Citations, OriginRow, Paragraph, Submissions
from .said import Occasion, Said, Tasks
from .sentences import Number, Piece, Sentence, tell
from .table import basis_lines
from .words import CLASS, NATURE, SYNTHETIC, moment_text, period_text

CHAPTERS = ("一、基本评价", "二、主要指标进展", "三、重点任务进展", "四、问题与原因", "五、对策建议")
_GOOD = ("achieved", "ahead", "on_schedule", "held")
_LAGGING = ("behind", "below_baseline", "slipped", "missed", "breached")
_NUMERALS = "一二三四五六七八九十"
_COUNTED = "由各主要指标的测算结果计数"


@dataclass(frozen=True)
class Section:
    """`title` is "" where the chapter has no parts."""

    title: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class Chapter:
    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Draft:
    """`origins`: where each number of the text is from; `groups`: the ids that they name together; `basis`: moment,
    settings and versions.
    """

    title: str
    subtitle: str
    chapters: tuple[Chapter, ...]
    origins: tuple[OriginRow, ...]
    groups: tuple[str, ...]
    as_of: str
    basis: tuple[str, ...]
    synthetic: bool


def report_draft(facts: Facts, occasion: Occasion | None = None) -> Draft:
    """The draft from the figures of one plan, region and period; with a round also what its people said."""
    occasion = occasion or Occasion()
    cited, submissions = Citations(), Submissions()
    bodies = (
        _overall(facts, occasion),
        _by_category(facts, occasion),
        _of_tasks(occasion.tasks),
        _problems(facts, occasion),
        _advice(facts, occasion),
    )
    chapters = tuple(
        Chapter(title, tuple(Section(head, tuple(cited.paragraph(one) for one in said)) for head, said in body))
        for title, body in zip(CHAPTERS, bodies, strict=True)
    )
    where = "" if facts.is_of_plan_region else f"（{facts.region.name}）"
    synthetic = facts.synthetic or (occasion.tasks is not None and occasion.tasks.synthetic)
    told = [facts.region.name, f"报告期：{period_text(facts.period)}", occasion.title]
    return Draft(
        title=f"{facts.plan.title.zh}实施情况评估报告（初稿）{where}",
        subtitle="　".join(one for one in told if one),
        chapters=chapters,
        origins=cited.rows(submissions),
        groups=submissions.groups,
        as_of=moment_text(facts.as_of, facts.timezone),
        basis=basis_lines(facts),
        synthetic=synthetic,
    )


_Body = list[tuple[str, list[Sentence]]]


def _overall(facts: Facts, occasion: Occasion) -> _Body:
    """How many indicators stand how, all and the binding ones; nothing that is not counted."""
    cases = facts.cases
    period = period_text(facts.period)
    document = f"（{facts.plan.document}）" if facts.plan.document else ""
    known = f"截至{moment_text(facts.as_of, facts.timezone)}所知" if facts.as_of else "库中尚无数据"
    first: Sentence = (
        f"《{facts.plan.title.zh}》{document}确定主要指标", _many(facts, cases, "主要指标数"),
        "，其中约束性指标", _many(facts, [c for c in cases if c.nature == "binding"], "约束性指标数"),
        f"。{known}，{period}各指标测算结果如下。",
    )  # fmt: skip
    said: list[Sentence] = [first]
    assessable = [case for case in cases if case.class_ in (*_GOOD, "nearly", *_LAGGING)]
    good = [case for case in cases if case.class_ in _GOOD]
    if assessable:
        rate: Sentence = (
            "可判断的指标",
            _many(facts, assessable, "可判断的指标数"),
            "，其中达标、保持或不慢于时序的",
            _many(facts, good, "达标、保持或不慢于时序的指标数"),
        )
        share = Fraction(100 * len(good), len(assessable))
        number = Number(f"{printed(share)}%", f"{len(good)}/{len(assessable)}", "占可判断指标的比例", _own(facts))
        said.append((*rate, "，占", number, "。"))
    for name in CLASS:
        alike = [case for case in cases if case.class_ == name]
        if alike:
            said.append((CLASS[name], _many(facts, alike, f"“{CLASS[name]}”的指标数"), f"：{_names(alike)}。"))
    binding = [case for case in cases if case.nature == "binding" and case.class_ in _LAGGING]
    if binding:
        said.append(
            ("约束性指标中", _many(facts, binding, "滞后或未达标的约束性指标数"), f"滞后或未达标：{_names(binding)}。")
        )
    differing = [c for c in cases if (one := occasion.said.get(c.indicator_id)) is not None and one.differs]
    if differing:
        said.append(
            (
                "评估结论与测算结果不一致的",
                _many(facts, differing, "结论与测算不一致的指标数"),
                f"：{_names(differing)}，理由见第二部分。",
            )
        )
    if facts.synthetic:
        marked = [case for case in cases if case.is_synthetic]
        if marked:
            said.append(
                ("注意：", _many(facts, marked, f"使用{SYNTHETIC}的指标数"), f"指标的数字为{SYNTHETIC}，不是真实情况。")
            )
    return [("", said)]


def _by_category(facts: Facts, occasion: Occasion) -> _Body:
    body: _Body = []
    for place, (category, cases) in enumerate(facts.by_category):
        numeral = _NUMERALS[place] if place < len(_NUMERALS) else str(place + 1)
        said = [one for case in cases for one in _of_indicator(case, occasion.said.get(case.indicator_id))]
        body.append((f"（{numeral}）{category or '主要指标'}", said))
    return body


def _of_indicator(case: Case, said: Said | None) -> Iterable[Sentence]:
    yield f"{case.number}. {case.name}（{NATURE.get(case.nature, case.nature)}）。", *tell(case)
    if said is None:
        return
    if said.absent:
        yield (f"责任单位未提交自评：{_closed(said.absent)}",)
    if said.completion:
        yield (f"责任单位自评：{_closed(said.completion)}",)
    if said.outlook:
        yield (f"责任单位对目标前景的判断：{_closed(said.outlook)}",)
    if said.conclusion:
        differs = "（与测算结果不一致）" if said.differs else ""
        reason = f"理由：{_closed(said.reason)}" if said.reason else ""
        yield (f"评估结论：{said.conclusion}{differs}。{reason}",)


def _of_tasks(tasks: Tasks | None) -> _Body:
    """Counts by state, the countable goals, and what is overdue; one line where nothing has been reported."""
    if tasks is None:
        return [("", [("没有纳入本稿的重点任务进展报告。",)])]
    origin = Origin("", "重点任务台账", "", tasks.day, "task", "由任务进展报告计数", (), None, tasks.synthetic)
    total = Number(f"{tasks.total}项", str(tasks.total), "重点任务数", origin)
    first: list[Piece] = [f"截至{tasks.day}，重点任务", total, "："]
    for place, one in enumerate(tasks.counts):
        number = Number(f"{len(one.titles)}项", str(len(one.titles)), f"“{one.state}”的任务数", origin)
        first += ["；" if place else "", one.state, number]
    said: list[Sentence] = [(*first, f"（含{SYNTHETIC}）。" if tasks.synthetic else "。")]
    for one in tasks.counts:
        if one.state != "未报告" and one.state not in ("已完成", "进展良好"):
            said.append((f"{one.state}：{'；'.join(one.titles)}。",))
    said += tasks.goals
    if late := sum(len(one.titles) for one in tasks.overdue):
        overdue: list[Piece] = ["超期", Number(f"{late}项", str(late), "超期的任务数", origin)]
        for one in tasks.overdue:
            number = Number(f"{len(one.titles)}项", str(len(one.titles)), f"“{one.state}”的任务数", origin)
            overdue += ["。", one.state, number, f"：{'；'.join(one.titles)}"]
        said.append((*overdue, "。"))
    return [("", said)]


def _problems(facts: Facts, occasion: Occasion) -> _Body:
    """What lags, by figure; what cannot be judged, and why; then the problems that the units name themselves."""
    by_figure: list[Sentence] = []
    for case in facts.cases:
        if case.class_ in _LAGGING:
            by_figure.append((f"{case.name}：", *tell(case)))
    open_ = [case for case in facts.cases if case.class_ in ("no_data", "not_assessable")]
    if open_:
        by_figure.append(
            ("暂无数据或暂无法判断的", _many(facts, open_, "暂无数据或无法判断的指标数"), f"：{_names(open_)}。")
        )
    body: _Body = [("（一）数字反映的问题", by_figure or [("没有滞后、未达标或无法判断的指标。",)])]
    told = [(c, s) for c in facts.cases if (s := occasion.said.get(c.indicator_id)) is not None and s.problems]
    if told:
        body.append(
            (
                "（二）责任单位自评的问题与原因",
                [(f"{c.name}（{s.unit or '责任单位'}）：{_closed(s.problems)}",) for c, s in told],
            )
        )
    return body


def _advice(facts: Facts, occasion: Occasion) -> _Body:
    """Measures and wishes to adjust are people's; nothing is advised by the program."""
    said = [(case, one) for case in facts.cases if (one := occasion.said.get(case.indicator_id)) is not None]
    measures = [_by_unit(c, s, s.measures) for c, s in said if s.measures]
    adjust = [_by_unit(c, s, s.adjust) for c, s in said if s.adjust]
    body: _Body = []
    if measures:
        body.append(("（一）责任单位提出的措施", measures))
    if adjust:
        body.append((f"（{_NUMERALS[len(body)]}）责任单位提出的目标调整", adjust))
    return body or [("", [("没有收到自评中的措施，请评估人员补充。",)])]


def _by_unit(case: Case, said: Said, text: str) -> Sentence:
    return (f"{case.name}（{said.unit or '责任单位'}）：{_closed(text)}",)


def _many(facts: Facts, cases: Iterable[Case], meaning: str) -> Number:
    numbers = [case.number for case in cases]
    listed = "、".join(map(str, numbers))
    return Number(f"{len(numbers)}项", f"{len(numbers)}（指标 {listed}）" if numbers else "0", meaning, _own(facts))


def _own(facts: Facts) -> Origin:
    return Origin("", "主要指标", facts.region.name, facts.period.code, "computed", _COUNTED, (), None, facts.synthetic)


def _names(cases: Iterable[Case]) -> str:
    return "、".join(case.name for case in cases)


def _closed(text: str) -> str:
    """A text of people with a full stop at its end; their line ends become one paragraph's."""
    plain = "；".join(line.strip() for line in text.splitlines() if line.strip())
    return plain if plain.endswith(("。", "！", "？", ".")) else f"{plain}。"
