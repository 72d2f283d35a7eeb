"""A self-rating worked out: what was answered, against the table, with the points in force and the plan's figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from monitor.method.figures import Figure

from .answers import Answer, Answers, Fault
from .linked import Linked
from .models import PerformanceTable, Row, Scoring
from .scoring import (
    Scored,
    Total,
    points_faults,
    score_execution,
    score_measure,
    score_word,
    shared_points,
    total_of,
)
from .values import Measure, Value, read_measure


@dataclass(frozen=True)
class RatedRow:
    """`number` counts from 1; `linked`: where the plan's figure is the actual value; `faults`: zh, en."""

    number: int
    row: Row
    goal: Value
    answer: Answer
    linked: Linked | None
    scored: Scored
    faults: tuple[Fault, ...]

    @property
    def actual(self) -> str:
        """The actual value as it is printed; empty for none."""
        if self.linked is not None:
            return self.linked.printed
        if isinstance(self.goal, Measure):
            return with_unit(self.answer.actual or "", self.goal)
        percent = self.answer.percent
        return f"{self.answer.attainment or ''}{'' if percent is None else f' {percent:f}%'}".strip()


@dataclass(frozen=True)
class Rated:
    """`faults`: of the answers as a whole, those of the rows not among them; `lacking`: what forbids to submit."""

    table: PerformanceTable
    scoring: Scoring
    answers: Answers
    rows: tuple[RatedRow, ...]
    execution: Scored
    total: Total
    faults: tuple[Fault, ...]
    lacking: tuple[Fault, ...]

    @property
    def rests_on_synthetic(self) -> bool:
        """Whether a figure of the plan that is scored here is made up."""
        figures = [row.linked.figure for row in self.rows if row.linked is not None]
        return any(figure is not None and figure.synthetic for figure in figures)

    @property
    def all_faults(self) -> tuple[Fault, ...]:
        return (*self.faults, *(fault for row in self.rows for fault in row.faults))


def rate(table: PerformanceTable, scoring: Scoring, answers: Answers, linked: Mapping[str, Linked]) -> Rated:
    """Every row scored, with what is wrong in what was said and what is still lacking."""
    shared = shared_points(table, scoring)
    rows = []
    for number, (row, points) in enumerate(zip(table.indicators, shared, strict=True), start=1):
        rows.append(_row(table, scoring, number, row, answers.of(number), points, linked))
    execution = score_execution(answers.budget, answers.executed, scoring.points.execution)
    total = total_of([execution, *(row.scored for row in rows)], scoring)
    lacking = (*_lacking_funds(answers, execution), *(fault for row in rows for fault in _lacking(row)))
    faults = tuple(_faults(table, scoring, answers, rows))
    return Rated(table, scoring, answers, tuple(rows), execution, total, faults, lacking)


def _row(
    table: PerformanceTable, scoring: Scoring, number: int, row: Row, answer: Answer, points: Decimal,
    linked: Mapping[str, Linked],
) -> RatedRow:  # fmt: skip
    goal = table.value(row.annual)
    points = answer.points if answer.points is not None else points
    one = linked.get(row.plan_indicator) if row.plan_indicator is not None else None
    faults: list[Fault] = []
    if isinstance(goal, Measure):
        if answer.attainment or answer.percent is not None:
            faults.append(_at(number, "这一行是定量指标，请填数", "this row is a number: write one"))
        figure = _typed(number, goal, answer, faults) if one is None else _of_plan(number, goal, answer, one, faults)
        scored = score_measure(goal, figure, points, scoring)
        if one is not None and one.figure is not None and one.unit != goal.unit:
            scored = Scored("unjudged", None, points, f"{one.unit} ≠ {goal.unit}")
    else:
        scored = _qualitative(number, answer, points, scoring, faults)
    return RatedRow(number, row, goal, answer, one, scored, tuple(faults))


def _typed(number: int, goal: Measure, answer: Answer, faults: list[Fault]) -> Figure | None:
    """The number that was typed, in the goal's unit."""
    if answer.actual is None or not answer.actual.strip():
        return None
    measure = read_measure(answer.actual)
    if measure is None:
        said = answer.actual.strip()
        faults.append(
            _at(
                number, f"“{said}”不是带单位的数；写作 {example(goal)}", f"'{said}' is no number: write {example(goal)}"
            )
        )
        return None
    if measure.unit not in ("", goal.unit):
        faults.append(
            _at(
                number,
                f"单位“{measure.unit}”与指标值的单位“{goal.unit}”不同",
                f"the unit '{measure.unit}' is not the goal's, '{goal.unit}'",
            )
        )
        return None
    return Figure(Fraction(measure.number), measure.comparator or "eq")


def _of_plan(number: int, goal: Measure, answer: Answer, linked: Linked, faults: list[Fault]) -> Figure | None:
    """The plan's figure; whoever types another is refused."""
    typed = (answer.actual or "").strip()
    if typed and with_unit(typed, goal) != linked.printed:
        has = linked.printed or "—"
        faults.append(
            _at(
                number,
                f"这一项与规划指标是同一个数，取自数据库（{has}），不能另填“{typed}”；数有误时请按报送流程更正",
                f"this figure is the plan's own and comes from the store ({has}): '{typed}' cannot be written instead;"
                " where it is wrong, have it corrected as any figure is",
            )
        )
    return linked.figure


def _qualitative(number: int, answer: Answer, points: Decimal, scoring: Scoring, faults: list[Fault]) -> Scored:
    if answer.actual is not None and answer.actual.strip():
        faults.append(
            _at(number, "这一行是定性指标，请选完成情况并填比例", "this row is a word: choose one and a percentage")
        )
    word = (answer.attainment or "").strip()
    band = next((one for one in scoring.attainment if one.word == word), None)
    known = "、".join(one.word for one in scoring.attainment)
    if word and band is None:
        faults.append(_at(number, f"完成情况“{word}”不在名单中；只能是 {known}", f"'{word}' is none of {known}"))
        return Scored("missing", None, points)
    if band is not None and answer.percent is not None and not band.holds(answer.percent):
        span = f"{band.at_least:f}%—{band.up_to:f}%"
        faults.append(
            _at(number, f"“{word}”的完成比例应在 {span} 之内，而不是 {answer.percent:f}%",
                f"'{word}' goes with {span}, not with {answer.percent:f}%")
        )  # fmt: skip
        return Scored("missing", None, points)
    return score_word(answer.percent, word, points, scoring)


def _faults(table: PerformanceTable, scoring: Scoring, answers: Answers, rows: list[RatedRow]) -> Iterator[Fault]:
    numbers = [one.row for one in answers.rows]
    for number in sorted(set(numbers)):
        if not 1 <= number <= len(table.indicators):
            yield (
                f"没有第 {number} 行；表有 {len(table.indicators)} 行",
                f"there is no row {number} of {len(table.indicators)}",
            )
        if numbers.count(number) > 1:
            yield (f"第 {number} 行写了两次", f"row {number} is there twice")
    for level, given, due in points_faults(table, scoring, [row.scored.points for row in rows]):
        yield (
            f"{level}各行分值之和是 {given:f}，应是 {due:f}（差 {due - given:f}）",
            f"the rows of {level} have {given:f} points together instead of {due:f} (by {due - given:f})",
        )


def _lacking_funds(answers: Answers, execution: Scored) -> Iterator[Fault]:
    if execution.score is None:
        yield ("缺少全年预算数或全年执行数", "the year's budget or what was executed is missing")
    elif not execution.is_full and not answers.funds_cause.strip():
        yield ("预算执行未得满分，须写明原因", "the budget was not fully executed: give the cause")


def _lacking(row: RatedRow) -> Iterator[Fault]:
    if row.scored.score is None and row.linked is None:
        what = "实际完成值" if isinstance(row.goal, Measure) else "完成情况和比例"
        what_en = "actual value" if isinstance(row.goal, Measure) else "attainment and percentage"
        yield _at(row.number, f"缺少{what}", f"the {what_en} is missing")
    elif not row.scored.is_full and not row.answer.cause.strip():
        yield _at(row.number, "未得满分，须写偏差原因", "not all points: give the cause")


def _at(number: int, zh: str, en: str) -> Fault:
    return f"第 {number} 行：{zh}", f"row {number}: {en}"


def with_unit(text: str, goal: Measure) -> str:
    """`3` → `3次`, where the goal's unit is 次."""
    measure = read_measure(text)
    return text.strip() + goal.unit if measure is not None and not measure.unit else text.strip()


def example(goal: Measure) -> str:
    return f"{goal.number:f}{goal.unit}"
