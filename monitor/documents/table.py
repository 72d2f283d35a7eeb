"""The table of the main indicators (主要指标完成情况表) in the form of the plan's own: one model, four formats."""

from __future__ import annotations

from dataclasses import dataclass

from .case import Case, Known
from .facts import Facts, note_explains_the_name
from .numbers import exact, printed, with_mark
from .prose import OriginRow, Paragraph, Run, Submissions
from .said import Occasion, Said
from .sentences import result_text
from .words import NATURE, NO_BASE, NO_DATA, SYNTHETIC, VINTAGE, moment_text, period_text


@dataclass(frozen=True)
class Cell:
    """A cell of the table; `mark` is raised behind the text (①), `tail` follows it."""

    text: str
    mark: str = ""
    tail: str = ""

    @property
    def runs(self) -> Paragraph:
        return tuple(run for run in (Run(self.text), Run(self.mark, raised=True), Run(self.tail)) if run.text)

    @property
    def plain(self) -> str:
        return f"{self.text}{self.mark}{self.tail}"


@dataclass(frozen=True)
class TableRow:
    """`exact`: the figure with every digit, "" without one. Sources as in the table of origins."""

    indicator_id: str
    number: int
    name: Cell
    unit: str
    base: Cell
    target: Cell
    actual: Cell
    result: Cell
    conclusion: Cell
    nature: Cell
    exact: str
    period: str
    vintage: str
    source: str
    submissions: str
    class_: str
    synthetic: bool

    @property
    def told_name(self) -> Cell:
        """With the unit behind it, as the plan's own table has it; a mark stands before the unit."""
        return Cell(self.name.text, self.name.mark, f"（{self.unit}）")


@dataclass(frozen=True)
class Group:
    """The rows of one category, whose cell is merged over them."""

    category: str
    rows: tuple[TableRow, ...]


@dataclass(frozen=True)
class IndicatorTable:
    """`heads`: of the columns 类别 … 指标属性; `notes`: what stands under the table, in order; `facts` in the files."""

    title: str
    subtitle: str
    heads: tuple[str, ...]
    groups: tuple[Group, ...]
    notes: tuple[str, ...]
    basis: tuple[str, ...]
    sources: tuple[str, ...]
    synthetic: bool

    @property
    def rows(self) -> tuple[TableRow, ...]:
        return tuple(row for group in self.groups for row in group.rows)


def indicator_table(facts: Facts, occasion: Occasion | None = None) -> IndicatorTable:
    """The table as a person signs it; without a round the conclusions are left open."""
    occasion, submissions = occasion or Occasion(), Submissions()
    groups = tuple(
        Group(category, tuple(_row(c, facts, occasion.said.get(c.indicator_id), submissions) for c in cases))
        for category, cases in facts.by_category
    )
    rows = [row for group in groups for row in group.rows]
    plan = facts.plan
    where = "" if facts.is_of_plan_region else f"（{facts.region.name}）"
    told = [facts.region.name, f"报告期：{period_text(facts.period)}"]
    told += [occasion.title] if occasion.title else []
    return IndicatorTable(
        title=f"{plan.title.zh}主要指标完成情况表{where}",
        subtitle="　".join(told),
        heads=(
            "类别",
            "主要指标",
            f"{plan.period.base}年",
            f"{plan.period.end}年目标",
            f"{period_text(facts.period)}实际",
            "测算结果",
            "评估结论",
            "指标属性",
        ),
        groups=groups,
        notes=_notes(facts),
        basis=basis_lines(facts),
        sources=(*(_source_line(row) for row in rows if row.exact), *submissions.groups),
        synthetic=facts.synthetic,
    )


def basis_lines(facts: Facts) -> tuple[str, ...]:
    """What the figures and classes rest on: the moment, the catalogue and every setting."""
    settings = facts.settings
    lines = [
        f"数据截至：{moment_text(facts.as_of, facts.timezone)}；规划目录版本：{facts.catalogue_version}"
        f"（{facts.plan.document or facts.plan.id}）。",
        f"测算口径：时序进度法（方法版本 {facts.method_version}）；"
        f"“保持稳定”容差±{settings.band_tolerance.normalize():f}"
        f"（指标另有规定的从其规定），完成进度不低于时间进度的 {settings.ahead.normalize():f} 倍为快于时序，"
        f"不低于 {settings.near.normalize():f} 倍为基本达到时序。测算结果由系统按数字得出，评估结论由人作出。",
    ]
    if facts.synthetic:
        lines.append(f"注有“{SYNTHETIC}”的不是真实数据，仅供演示。")
    return tuple(lines)


def origins(table: IndicatorTable, facts: Facts) -> tuple[OriginRow, ...]:
    """The figures of the table with every digit, for the second sheet of the workbook."""
    return tuple(
        OriginRow(str(row.number), row.actual.text, row.exact, "实际值", row.name.text, facts.region.name, row.period,
                  row.vintage, row.source, row.submissions)
        for row in table.rows if row.exact
    )  # fmt: skip


def _row(case: Case, facts: Facts, said: Said | None, submissions: Submissions) -> TableRow:
    known = case.known
    explains = bool(case.note) and note_explains_the_name(_note_text(facts, case.note))
    at_name, at_target = (case.note, "") if explains else ("", case.note)
    return TableRow(
        case.indicator_id,
        case.number,
        Cell(case.name, at_name),
        case.unit,
        Cell(_base(case, facts)),
        Cell(_target(case, facts), at_target),
        Cell(_actual(case)),
        Cell(result_text(case)),
        Cell(_conclusion(said)),
        Cell(NATURE.get(case.nature, case.nature)),
        _exact(case),
        known.origin.period if known else case.period.code,
        VINTAGE.get(known.origin.vintage, known.origin.vintage) if known else "",
        _source(known) if known else "",
        submissions.told(known.origin.submissions) if known else "",
        case.class_,
        case.is_synthetic,
    )


def _base(case: Case, facts: Facts) -> str:
    """As the plan prints it, — where there is none; the year beside it where it is not the plan's own."""
    if case.base_printed in ("", NO_BASE):
        return NO_BASE
    year = "" if case.t0 == facts.plan.period.base else f"（{case.t0}年）"
    return f"{case.base_printed}{year}"


def _target(case: Case, facts: Facts) -> str:
    year = "" if case.end == facts.plan.period.end else f"（{case.end}年）"
    is_drop = case.is_cumulative and case.rule == "reach" and case.period.index % 12 == 0
    return f"{bracketed(case.target_printed, is_drop)}{year}"


def _actual(case: Case) -> str:
    """The figure with its mark; regions that are counted as k of n; 〔 〕 around what is added up since some day."""
    if case.known is None:
        return NO_DATA
    if case.expected is not None:
        text = f"{case.expected}个地区中{case.reached}个达标"
    else:
        text = with_mark(printed(case.known.value, (case.g, case.b)), case.known.comparator)
    synthetic = f"（{SYNTHETIC}）" if case.is_synthetic else ""
    return f"{bracketed(text, case.is_cumulative)}{synthetic}"


def bracketed(text: str, is_cumulative: bool) -> str:
    """〔12.5〕 for cumulative figures, as five-year plans print them; a printed string that has them keeps them."""
    return f"〔{text}〕" if is_cumulative and not text.startswith("〔") else text


def _exact(case: Case) -> str:
    if case.known is None:
        return ""
    if case.expected is not None:
        return f"{case.reached}/{case.expected}"
    return with_mark(exact(case.known.value), case.known.comparator)


def _conclusion(said: Said | None) -> str:
    if said is None or not said.conclusion:
        return ""
    return f"{said.conclusion}（与测算不一致）" if said.differs else said.conclusion


def _source(known: Known) -> str:
    return f"{known.origin.source}{f'（{SYNTHETIC}）' if known.origin.synthetic else ''}"


def _source_line(row: TableRow) -> str:
    return f"{row.number}. {row.name.text}：{row.source}，{row.period}，{row.vintage}，报送编号 {row.submissions}"


def _note_text(facts: Facts, mark: str) -> str:
    note = facts.plan.notes.get(mark)
    return note.zh if note is not None else ""


def _notes(facts: Facts) -> tuple[str, ...]:
    """The plan's own notes that the table uses, then what 〔 〕 and — mean where they stand."""
    used = {case.note for case in facts.cases if case.note}
    lines = [f"{mark}{note.zh}" for mark, note in facts.plan.notes.items() if mark in used]
    if any(case.is_cumulative for case in facts.cases):
        drops = any(case.is_cumulative and case.period.index % 12 == 0 for case in facts.cases)
        partly = facts.period.index % 12 != 0
        told = [*(["自年初累计数"] if partly else []), *(["规划期累计数"] if drops else [])]
        lines.append(f"〔 〕内为{'或'.join(told)}。")
    if any(row.base_printed in ("", NO_BASE) for row in facts.cases):
        lines.append(f"“{NO_BASE}”表示规划没有基期数。" if facts.is_of_plan_region else f"“{NO_BASE}”表示没有基期数。")
    return tuple(lines)
