"""One figure explained to a program: the numbers of its formula and of its verdict, exact, and where it is from."""

from __future__ import annotations

from datetime import UTC
from fractions import Fraction
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from monitor.catalogue.periods import parse_period
from monitor.duties.answers import Answerable, Ground
from monitor.report.as_of import format_as_of
from monitor.report.computed import ComputedFrom
from monitor.report.desk import QuestionError
from monitor.report.explain import Explanation, explain_cell
from monitor.report.explain_figure import Contribution, Formula
from monitor.report.explain_verdict import Reasoned

from ..answerable import answerable
from .asked import ExplanationQuery
from .operations import Answer, Caller
from .pages import moment_of, printed
from .values import Told

Exact = Annotated[str | None, Field(description="精确值 exact: a decimal, or a fraction as 25/3; null = none")]


class FormulaModel(Told):
    """quotient: factor × numerator ÷ denominator; count: the numerator; weighted_mean: Σ term × weight ÷ Σ weight."""

    operation: str
    terms: list[str]
    weights: list[str]
    numerator: Exact
    denominator: Exact
    factor: str
    result: str
    unit: str


class PartModel(Told):
    """A unit below the region, or a period that was added up. `why`: why it has no figure or did not enter."""

    region_code: str
    period: str
    value: Exact
    comparator: str
    numerator: Exact
    denominator: Exact
    weight: Exact
    target: Exact
    reached: bool | None
    entered: bool
    why: str


class VerdictModel(Told):
    """`row`: the row of the class table that decided, after those in `steps` that did not hold. Names of methods.md."""

    rule: str
    class_: Annotated[str, Field(alias="class")]
    reason: str
    row: str
    steps: list[str]
    b: Exact
    v: Exact
    g: Exact
    p: Exact
    s: Exact
    target_gap: Exact
    numerator_gap: Exact
    required_per_year: float | None
    cagr_class: str
    cagr_ratio: float | None


class VintageModel(Told):
    """The revision in force of one vintage; `reason`: why it is the one judged (preferred), or why it is not."""

    vintage: str
    value: Exact
    submission_id: int
    revision: int
    carried_from: int | None
    submitted_by: str
    accepted_by: str | None
    accepted_at: str
    file_name: str
    line: int | None
    source: str | None
    reason: str


class RejectedModel(Told):
    """Records that a rule could not place, and that were left out."""

    rule: str
    records: int


class RecordFileModel(Told):
    name: str
    rows: int
    sha256: str


class ComputedModel(Told):
    """What the figure was computed from. `expressions`: SQL by column; read = used + other_period + rejected.

    `files`: where they are few; `manifest_sha256`: of the list of all.
    """

    by: str
    at: str
    table: str
    expressions: dict[str, str]
    unit: str
    sql_sha256: str
    catalogue: str
    catalogue_version: str
    engine: str
    software: str
    first: str
    last: str
    read: int
    used: int
    other_period: int
    rejected: list[RejectedModel]
    file_count: int
    manifest_sha256: str
    files: list[RecordFileModel]


class GroundModel(Told):
    """A published duty; `words`: the part of `duty` that is meant, null for the whole of it."""

    unit: str
    duty: str
    words: str | None
    paragraph: str
    source: str
    inferred: bool


class AnswersModel(Told):
    """Who answers for the figure. `unit`: the owner's id in the register, null for one it does not know.

    `local`: the duty of the region's own unit. `phone`: a published number of `phone_unit`.
    """

    owner: str | None
    inferred: bool
    unit: str | None
    ground: GroundModel | None
    beside: list[GroundModel]
    local: GroundModel | None
    provider: str | None
    phone: str | None
    phone_unit: str | None


class ExplanationAnswer(Told):
    """`kind`: sent, shorter (of `figure_period`), parts, aggregate, regions or none; `absence`: why there is none."""

    as_of: Annotated[str | None, Field(description="截至 as of, UTC; null in a store without acceptances")]
    plan_id: str
    indicator_id: str
    region_code: str
    period: str
    kind: str
    figure_period: str
    formula: FormulaModel | None
    comparator: str
    synthetic: bool
    coverage: Exact
    aggregated_value: Exact
    verdict: VerdictModel | None
    units: list[PartModel]
    parts: list[PartModel]
    vintages: list[VintageModel]
    absence: str
    answers: AnswersModel
    computed: Annotated[ComputedModel | None, Field(description="由记录计算 from records; null = sent in a file")]
    catalogue_version: str
    method_version: str
    settings: str


def explanation(caller: Caller, query: ExplanationQuery) -> Answer:
    """The explanation of one cell. Raises QuestionError for an unknown plan, indicator or region."""
    desk, as_of = caller.desk, moment_of(caller, query.as_of)
    day = (as_of or caller.now).replace(tzinfo=UTC).astimezone(ZoneInfo(desk.timezone)).date()
    found = explain_cell(
        desk, query.indicator, query.region, parse_period(query.period), today=day, plan=query.plan, as_of=as_of
    )
    if found is None:
        cell = f"{query.indicator} {query.region}"
        raise QuestionError(f"规划中没有这项指标或地区：{cell}", f"no plan has this indicator and region: {cell}")
    return Answer(_told(found, printed(caller, as_of)))


def _exact(value: Fraction | None) -> str | None:
    """A decimal where it ends within 20 digits, else the fraction."""
    if value is None:
        return None
    scaled = value * 10**20
    if scaled.denominator != 1:
        return f"{value.numerator}/{value.denominator}"
    whole, part = divmod(abs(scaled.numerator), 10**20)
    tail = f"{part:020d}".rstrip("0")
    return f"{'-' if value < 0 else ''}{whole}{f'.{tail}' if tail else ''}"


def _said(value: Fraction) -> str:
    return _exact(value) or "0"


def _told(found: Explanation, as_of: str | None) -> ExplanationAnswer:
    made, gathered, figure = found.made, found.gathered, found.made.figure
    whole = gathered.aggregate if gathered is not None else None
    known = found.provenance.vintages if found.provenance is not None else ()
    unit = "%" if made.kind == "regions" else found.indicator.unit
    return ExplanationAnswer(
        as_of=as_of,
        plan_id=found.plan.id,
        indicator_id=found.indicator.id,
        region_code=found.region.code,
        period=found.period.code,
        kind=made.kind,
        figure_period=made.period.code,
        formula=None if made.formula is None else _formula(made.formula, unit),
        comparator=figure.comparator if figure is not None else "",
        synthetic=figure is not None and figure.synthetic,
        coverage=_exact(whole.coverage) if whole is not None else None,
        aggregated_value=_exact(whole.figure.value) if whole is not None and whole.figure is not None else None,
        verdict=None if found.verdict is None else _verdict(found.verdict),
        units=[_part(one) for one in (gathered.units if gathered is not None else ())],
        parts=[_part(one) for one in made.parts],
        vintages=[
            VintageModel(
                vintage=one.revision.vintage,
                value=_exact(one.revision.figure.value) if one.revision.figure is not None else None,
                submission_id=one.revision.submission_id,
                revision=one.revision.revision,
                carried_from=one.revision.carried_from,
                submitted_by=one.revision.submitted_by,
                accepted_by=one.revision.accepted_by,
                accepted_at=format_as_of(one.revision.accepted_at),
                file_name=one.revision.file_name,
                line=one.revision.line,
                source=one.revision.source,
                reason=one.reason,
            )
            for one in known
        ],
        absence=found.absent.reason if found.absent is not None else "",
        answers=_answers(answerable(found.plan, found.indicator, found.lineage)),
        computed=_computed(found.provenance.computed) if found.provenance is not None else None,
        catalogue_version=found.catalogue_version,
        method_version=found.method_version,
        settings=found.settings.to_json(),
    )


def _computed(one: ComputedFrom | None) -> ComputedModel | None:
    if one is None:
        return None
    return ComputedModel(
        by=one.by,
        at=format_as_of(one.at),
        table=one.table,
        expressions=dict(one.expressions),
        unit=one.unit,
        sql_sha256=one.sql_sha256,
        catalogue=one.catalogue,
        catalogue_version=one.catalogue_version,
        engine=one.engine,
        software=one.software,
        first=one.first,
        last=one.last,
        read=one.read,
        used=one.used,
        other_period=one.other_period,
        rejected=[RejectedModel(rule=each.rule, records=each.records) for each in one.rejected],
        file_count=one.file_count,
        manifest_sha256=one.manifest_sha256,
        files=[RecordFileModel(name=name, rows=rows, sha256=sha256) for name, rows, sha256 in one.files],
    )


def _answers(one: Answerable) -> AnswersModel:
    return AnswersModel(
        owner=one.owner.zh if one.owner is not None else None,
        inferred=one.inferred,
        unit=one.unit.id if one.unit is not None else None,
        ground=_ground(one.ground, inferred=one.inferred),
        beside=[ground for other in one.beside if (ground := _ground(other, inferred=one.inferred)) is not None],
        local=_ground(one.local, inferred=one.local_inferred),
        provider=one.provider.zh if one.provider is not None else None,
        phone=one.contact[1].number if one.contact is not None else None,
        phone_unit=one.contact[0].name.zh if one.contact is not None else None,
    )


def _ground(one: Ground | None, *, inferred: bool) -> GroundModel | None:
    if one is None:
        return None
    return GroundModel(
        unit=one.unit.name.zh,
        duty=one.duty.text.zh,
        words=one.words,
        paragraph=one.duty.paragraph.zh,
        source=one.source.title.zh,
        inferred=inferred,
    )


def _formula(one: Formula, unit: str) -> FormulaModel:
    return FormulaModel(
        operation=one.operation,
        terms=[_said(term) for term in one.terms],
        weights=[_said(weight) for weight in one.weights],
        numerator=_exact(one.numerator),
        denominator=_exact(one.denominator),
        factor=_said(one.factor),
        result=_said(one.result),
        unit=unit,
    )


def _part(one: Contribution) -> PartModel:
    figure = one.figure
    return PartModel(
        region_code=one.region.code,
        period=one.period.code,
        value=_exact(figure.value) if figure is not None else None,
        comparator=figure.comparator if figure is not None else "",
        numerator=_exact(figure.numerator) if figure is not None else None,
        denominator=_exact(figure.denominator) if figure is not None else None,
        weight=_exact(one.weight),
        target=_exact(one.goal.value) if one.goal is not None else None,
        reached=one.reached,
        entered=one.entered,
        why=one.absence,
    )


def _verdict(one: Reasoned) -> VerdictModel:
    n = one.numbers
    return VerdictModel.model_validate(
        {
            "rule": one.rule, "class": one.class_, "reason": one.reason, "row": one.row, "steps": list(one.steps[:-1]),
            "b": _exact(n.b), "v": _exact(n.v), "g": _exact(n.g), "p": _exact(n.p), "s": _exact(n.s),
            "target_gap": _exact(n.target_gap), "numerator_gap": _exact(n.numerator_gap),
            "required_per_year": n.required, "cagr_class": one.growth_class, "cagr_ratio": one.growth_ratio,
        }
    )  # fmt: skip
