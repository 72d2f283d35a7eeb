"""The judged figures of one plan, region and period, each with its sources: what every document is made from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from monitor.catalogue.models import Indicator, JudgeTarget, Plan, ReachTarget
from monitor.catalogue.periods import Period, parse_period
from monitor.catalogue.regions import Region
from monitor.evaluation.frozen import refuse_evidence
from monitor.method.figures import AGGREGATED
from monitor.method.figures import Figure as Exact
from monitor.method.goals import base_year, in_force
from monitor.method.settings import METHOD_VERSION, MethodSettings
from monitor.method.tree import Tree
from monitor.report.desk import Desk, QuestionError
from monitor.report.evidence import sources
from monitor.report.explain_verdict import Reasoned, reasoned
from monitor.report.figures import Figure, Source
from monitor.report.selection import Row, Selection, select_rows
from monitor.report.sheet import Sheet

from .case import OF_CATALOGUE, Case, Known, Origin
from .numbers import printed, with_mark

_SAYS_WHEN = re.compile(r"\d{4}年|期间|每年")
_Sources = Mapping[tuple[str, str], Source]
"""Of one region: by indicator and period."""


@dataclass(frozen=True)
class Facts:
    """`as_of`: the moment asked for, else that of the latest acceptance (UTC without zone), None in an empty store."""

    plan: Plan
    region: Region
    period: Period
    cases: tuple[Case, ...]
    as_of: datetime | None
    settings: MethodSettings
    catalogue_version: str
    method_version: str
    timezone: str

    @property
    def is_of_plan_region(self) -> bool:
        return self.region.code == self.plan.region

    @property
    def by_category(self) -> tuple[tuple[str, tuple[Case, ...]], ...]:
        """The cases of each category, in the order in which the categories first come."""
        found: dict[str, list[Case]] = {}
        for case in self.cases:
            found.setdefault(case.category, []).append(case)
        return tuple((category, tuple(cases)) for category, cases in found.items())

    @property
    def synthetic(self) -> bool:
        return any(known.origin.synthetic for case in self.cases for known in (case.known, *case.evidence) if known)


def gather(
    desk: Desk, *, plan: str | None = None, region: str | None = None, period: str, as_of: datetime | None = None
) -> Facts:
    """Everything that the documents say of figures, as known at `as_of` (UTC, None = now).

    `region`: a code, None for the plan's own. Raises QuestionError for an unknown plan, region or period,
    or a period of before the plan.
    """
    configuration = desk.configuration(as_of)
    catalogue = configuration.plan(plan)
    code = region or catalogue.plan.region
    card = desk.scorecard(plan=catalogue.plan.id, region=code, as_of=as_of, include_context=True)
    asked = _period(period)
    refuse_evidence(catalogue.plan, asked)
    place = configuration.regions.get(code, asked.end) or configuration.regions.get(code)
    assert place is not None  # the scorecard has refused others
    tree = desk.tree(plan=catalogue.plan.id, as_of=as_of)
    sheet = Sheet(card.frame, card.as_of, card.settings, card.catalogue_version)
    rows = select_rows(tree, Selection(code, asked))
    answer = desk.scorecard(plan=catalogue.plan.id, region=code, period=asked.code, as_of=as_of).frame
    judged = Sheet(answer, card.as_of, card.settings, card.catalogue_version)
    found = _sources(desk, sheet, judged, rows, asked, as_of)
    making = _Making(tree, place, asked, found)
    cases = []
    for row in rows:
        figure = judged.at(code, row.cell.indicator.id, asked)
        assert figure is not None  # the same selection
        cases.append(making.case(row, reasoned(tree, row, configuration.settings), figure))
    return Facts(
        catalogue.plan, place, asked, tuple(cases), card.as_of, configuration.settings, catalogue.version,
        METHOD_VERSION, desk.timezone,
    )  # fmt: skip


def _period(text: str) -> Period:
    try:
        return parse_period(text)
    except ValueError:
        raise QuestionError(
            f"“{text}”不是报告期；请写成 2023、2023-H1、2023-Q2 或 2023-06",
            f"'{text}' is no period; write 2023, 2023-H1, 2023-Q2 or 2023-06",
        ) from None


def _sources(
    desk: Desk, sheet: Sheet, judged: Sheet, rows: Iterable[Row], asked: Period, as_of: datetime | None
) -> _Sources:
    """What is known of the origin of the figures of the period and of the years before it."""
    wanted: dict[Period, list[Figure]] = {}
    for row in rows:
        own = judged.at(row.region, row.cell.indicator.id, asked)
        named = [] if own is None else [own]
        named += [f for year, _ in row.cell.years if (f := sheet.at(row.region, row.cell.indicator.id, year))]
        for one in _evidence_of(row.cell.indicator):
            named += [f] if (f := sheet.at(row.region, one, asked)) else []
        for figure in named:
            if figure.vintage not in ("", AGGREGATED):
                wanted.setdefault(figure.period, []).append(figure)
    found: dict[tuple[str, str], Source] = {}
    for period, figures in wanted.items():
        unique = list({figure.indicator_id: figure for figure in figures}.values())
        for indicator, by_region in sources(desk, as_of, unique).items():
            for source in by_region.values():
                found[indicator, period.code] = source
    return found


def _evidence_of(indicator: Indicator) -> tuple[str, ...]:
    return indicator.target.evidence if isinstance(indicator.target, JudgeTarget) else ()


@dataclass(frozen=True)
class _Making:
    tree: Tree
    place: Region
    period: Period
    found: _Sources

    def known(
        self, indicator: Indicator, period: Period, figure: Exact | None, unit: str | None = None
    ) -> Known | None:
        if figure is None:
            return None
        source = self.found.get((indicator.id, period.code))
        told = "由所属地区的数汇总" if figure.vintage == AGGREGATED else ""
        if source is not None:
            told = source.source or told
        origin = Origin(
            indicator.id, indicator.name.zh, self.place.name, period.code, figure.vintage, told or "见报送编号",
            figure.sources, source.published_on if source is not None else None, figure.synthetic,
        )  # fmt: skip
        return Known(figure.value, figure.comparator, unit or indicator.unit, origin)

    def case(self, row: Row, verdict: Reasoned, figure: Figure) -> Case:
        cell, numbers = row.cell, verdict.numbers
        indicator = in_force(cell.indicator, cell.period)
        target = cell.goal.target
        note = getattr(target, "note", None) or ""
        plan = self.tree.plan
        is_drop = isinstance(target, ReachTarget) and target.progress == "percent_drop"
        partly = cell.period.index % 12 != 0
        return Case(
            indicator_id=indicator.id,
            number=indicator.number,
            name=indicator.name.zh,
            category=indicator.category.zh if indicator.category else "",
            nature=indicator.nature,
            unit=figure.unit if not cell.region_share else indicator.unit,
            direction=indicator.direction,
            rule=verdict.rule,
            class_=verdict.class_,
            reasons=figure.reasons,
            period=cell.period,
            start=plan.period.start,
            t0=base_year(plan, indicator, row.region),
            end=cell.goal.end,
            target_printed=figure.target_printed,
            base_printed=_base_printed(verdict, figure),
            target_origin=self._of_plan(indicator, str(cell.goal.end)),
            known=self.known(indicator, cell.period, cell.figure, "%" if cell.region_share else None),
            b=numbers.b,
            b_comparator=cell.goal.base.comparator if cell.goal.base else "eq",
            base_origin=self._base_origin(row, verdict, indicator),
            g=numbers.g,
            g_comparator="ge" if cell.region_share else getattr(target, "comparator", "ge"),
            p=numbers.p,
            drop=numbers.drop_share,
            s=numbers.s,
            gap=numbers.target_gap,
            centre=numbers.centre,
            tolerance=numbers.tolerance,
            path_now=numbers.path_now,
            path_next=numbers.path_next,
            first_failing=figure.first_failing_period,
            met=figure.met_period,
            reached=_count(cell.figure.numerator) if cell.region_share and cell.figure else None,
            expected=_count(cell.figure.denominator) if cell.region_share and cell.figure else None,
            outlook=verdict.outlook,
            projected=verdict.projected_value,
            certainty=figure.certainty,
            note=note,
            is_cumulative=is_drop or (indicator.accumulation == "ytd" and partly),
            owner=_owner(indicator),
            breaks=tuple(one.note.zh for one in indicator.breaks if one.first.index <= cell.period.index),
            years={
                year.code: known
                for year, sent in cell.years
                if (known := self.known(indicator, year, sent)) is not None
            },
            evidence=tuple(self._evidence(indicator)),
        )

    def _of_plan(self, indicator: Indicator, period: str) -> Origin:
        title = f"{self.tree.plan.title.zh}{f'（{self.tree.plan.document}）' if self.tree.plan.document else ''}"
        return Origin(indicator.id, indicator.name.zh, self.place.name, period, OF_CATALOGUE, title)

    def _base_origin(self, row: Row, verdict: Reasoned, indicator: Indicator) -> Origin | None:
        year = base_year(self.tree.plan, indicator, row.region)
        if verdict.base_kind == "catalogue":
            return self._of_plan(indicator, str(year))
        if verdict.base_kind == "plan_row":
            rows = self.tree.plan_rows.get((indicator.id, row.region), {})
            known = self.known(indicator, Period.of(year), rows.get(Period.of(year)))
            return known.origin if known else None
        if verdict.base_kind == "figure":
            figure = self.tree.figure(indicator, row.region, Period.of(year))
            known = self.known(indicator, Period.of(year), figure)
            return known.origin if known else None
        return None

    def _evidence(self, indicator: Indicator) -> Iterable[Known]:
        for name in _evidence_of(indicator):
            other = self.tree.indicators.get(name)
            figure = self.tree.figure(other, self.place.code, self.period) if other is not None else None
            if other is not None and (known := self.known(other, self.period, figure)) is not None:
                yield known


def note_explains_the_name(text: str) -> bool:
    """Whether a note of a plan's table says what the indicator is (注④), not when its target is to be met (注①–③).

    A note that names neither a year nor a stretch of time is about the indicator, and its mark stands at the name.
    """
    return _SAYS_WHEN.search(text) is None


def _base_printed(verdict: Reasoned, figure: Figure) -> str:
    """As the plan prints it; a region's own figure of the base year is rounded like every figure."""
    base = verdict.cell.goal.base
    if verdict.base_kind not in ("plan_row", "figure") or base is None:
        return figure.baseline_printed
    return with_mark(printed(base.value), base.comparator)


def _count(value: Fraction | None) -> int | None:
    return None if value is None else int(value)


def _owner(indicator: Indicator) -> str:
    if indicator.owner is None:
        return ""
    return f"{indicator.owner.zh}（推定）" if indicator.owner.inferred else indicator.owner.zh
