"""What is read whole: catalogues, calls, snapshots; and files to take away."""

from __future__ import annotations

import io

from monitor.catalogue.canonical import canonical
from monitor.catalogue.forms import Call, calls
from monitor.catalogue.loader import Catalogue
from monitor.catalogue.models import CatalogueFile
from monitor.catalogue.periods import parse_period
from monitor.intake.annotated import AnnotateError
from monitor.intake.reach import knows_whole_unit
from monitor.intake.template import TemplateError, template_name, write_template
from monitor.report.as_of import format_as_of
from monitor.store.snapshots import list_snapshots

from ..downloads import annotated_bytes, attachment
from .asked import AsOfQuery, CallsQuery, LanguageQuery, TemplateQuery
from .faults import ApiProblem
from .operations import XLSX, Answer, Caller
from .pages import moment_of, place_of, printed
from .paging import Place, write_cursor
from .told import CallLine, CallPage, CatalogueAnswer, CatalogueLine, CatalogueList, SnapshotLine, SnapshotList


def catalogues(caller: Caller, query: AsOfQuery) -> Answer:
    as_of = moment_of(caller, query.as_of)
    lines = [_line_of(catalogue) for catalogue in caller.plans(None, as_of)]
    return Answer(CatalogueList(as_of=printed(caller, as_of), items=lines))


def catalogue(caller: Caller, query: AsOfQuery, plan_id: str) -> Answer:
    as_of = moment_of(caller, query.as_of)
    (one,) = caller.plans(plan_id, as_of)
    relations = tuple(parsed.relation for parsed in one.relations)
    whole = CatalogueFile(plan=one.plan, indicators=one.indicators, relations=relations, forms=one.forms)
    answer = CatalogueAnswer(
        as_of=printed(caller, as_of), plan_id=one.plan.id, version=one.version, catalogue=canonical(whole)
    )
    return Answer(answer)


def due(caller: Caller, query: CallsQuery) -> Answer:
    """The calls of all plans, in pages."""
    place = place_of(caller, query)
    configuration = caller.desk.configuration(place.as_of)
    caller.desk.codes(query.region, None, place.as_of)
    period = None if query.period is None else parse_period(query.period)
    found = [
        (one.plan.id, call)
        for one in configuration.catalogues
        for call in calls(one, configuration.regions, form=query.form, region=query.region, period=period)
    ]
    end = place.start + query.limit
    page = CallPage(
        as_of=printed(caller, place.as_of),
        total=len(found),
        next=None if end >= len(found) else write_cursor(Place(end, place.as_of), caller.question),
        items=[_call_line(plan, call) for plan, call in found[place.start : end]],
    )
    return Answer(page)


def snapshots(caller: Caller) -> Answer:
    lines = [
        SnapshotLine(name=one.name, as_of=format_as_of(one.at), note=one.note, by=one.by)
        for one in list_snapshots(caller.desk.store)
    ]
    return Answer(SnapshotList(items=lines))


def template(caller: Caller, query: TemplateQuery) -> Answer:
    """The workbook to fill in for a unit and a period."""
    cycle = caller.cycle
    # what the unit has sent and nobody has accepted yet is its own: others get the form without it
    store = cycle.store if knows_whole_unit(caller.actor, query.region) else None
    made = io.BytesIO()
    try:
        call = write_template(
            store, cycle.catalogues, cycle.regions, query.form, query.region, query.period, made,
            language=query.language,
        )  # fmt: skip
    except TemplateError as error:
        raise ApiProblem(404, error.code, error.zh, error.en) from None
    return _file(made.getvalue(), template_name(call, cycle.regions))


def annotated(caller: Caller, query: LanguageQuery, receipt_id: int) -> Answer:
    """A sender's own file with every problem and remark at its cell."""
    draft = caller.cycle.look(caller.actor, receipt_id)
    try:
        body = annotated_bytes(caller.cycle, caller.actor, draft, query.language)
    except AnnotateError as error:
        raise ApiProblem(409, "not_a_table", error.zh, error.en) from None
    stem = draft.line.file_name.rsplit(".", 1)[0]
    return _file(body, f"{stem}-{'批注' if query.language == 'zh' else 'annotated'}.xlsx")


def _file(body: bytes, name: str) -> Answer:
    headers = attachment(body, name, XLSX).headers
    return Answer(body, media_type=XLSX, headers={"Content-Disposition": headers["Content-Disposition"]})


def _line_of(one: Catalogue) -> CatalogueLine:
    plan = one.plan
    return CatalogueLine(
        plan_id=plan.id, title_zh=plan.title.zh, title_en=plan.title.en, region_code=plan.region, version=one.version,
        file=one.file, base=plan.period.base, start=plan.period.start, end=plan.period.end,
        indicators=len(one.indicators), forms=len(one.forms),
    )  # fmt: skip


def _call_line(plan_id: str, call: Call) -> CallLine:
    form = call.form
    return CallLine(
        plan_id=plan_id, form=form.id, name_zh=form.name.zh, name_en=form.name.en, region_code=call.region,
        period=call.period.code, vintage=form.vintage, due_on=call.due_on.isoformat(),
        closes_on=None if call.closes_on is None else call.closes_on.isoformat(),
        is_extended=call.extended is not None, indicators=list(form.indicators),
    )  # fmt: skip
