"""What the forms of a catalogue must keep beyond the shape of their keys.

As in crosschecks.py only keys that the draft knows are judged, so that one slip is told once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .drafts import Draft, DraftFile
from .forms import Form
from .models import Plan
from .periods import MONTHS, Period, parse_period
from .problems import Problem, suggestion
from .regions import Regions
from .yaml_nodes import Location

_SHOWN_PERIODS = 8


def check_forms(file: DraftFile, regions: Regions | None) -> Iterator[Problem]:
    """Every fault of the forms of one file."""
    for part in file.forms:
        yield from _indicators(file, part)
        yield from _approval(file, part)
        yield from _times(file, part)
        yield from _units(file, part, regions)
        plan = file.plan.model if file.plan and file.plan.knows("period", "region") else None
        if plan is not None and part.knows("kind", "frequency", "first", "last", "periods"):
            periods = _periods(part.model, plan)
            yield from _deadlines(file, part, periods)
            yield from _extensions(file, part, periods, plan, regions)


def check_forms_together(files: Sequence[DraftFile]) -> Iterator[Problem]:
    """Ids of forms: each its own over all catalogues, and none a plan's id."""
    plans = {file.plan.model.id: file for file in files if file.plan and file.plan.knows("id")}
    first: dict[str, tuple[DraftFile, Draft[Form]]] = {}
    for file in files:
        for part in file.forms:
            if not part.knows("id"):
                continue
            name, here = part.model.id, (*part.location, "id")
            if name in plans:
                zh, en = f"“{name}”已是规划的编码；请另取一个", f"'{name}' is the id of a plan: take another"
                yield file.problem(here, "duplicate_id", zh, en)
            earlier, other = first.setdefault(name, (file, part))
            if other is not part:
                place = f"forms[{other.location[1]}]" if earlier is file else earlier.file
                zh = f"编码 {name} 已用于 {place}；每张表各不相同"
                en = f"the id {name} is already that of {place}; each form has its own"
                yield file.problem(here, "duplicate_id", zh, en)


def _indicators(file: DraftFile, part: Draft[Form]) -> Iterator[Problem]:
    if not part.knows("indicators"):
        return
    ids = file.known_ids()
    for index, name in enumerate(part.model.indicators):
        here: Location = (*part.location, "indicators", index)
        if name not in ids:
            zh, en = suggestion(name, ids)
            zh, en = f"本目录没有指标“{name}”{zh}", f"this catalogue has no indicator '{name}'{en}"
            yield file.problem(here, "unknown_reference", zh, en)
        elif name in part.model.indicators[:index]:
            zh, en = f"{name} 写了两次", f"{name} is written twice"
            yield file.problem(here, "duplicate_reference", zh, en)


def _approval(file: DraftFile, part: Draft[Form]) -> Iterator[Problem]:
    form = part.model
    if part.knows("number", "approval") and form.number is not None and form.approval is None:
        zh = "未经批准或备案的表没有表号；写 approval（批准或备案机关和文号），或删去 number"
        en = "a form without legal approval carries no number: give `approval`, or remove this"
        yield file.problem((*part.location, "number"), "number_without_approval", zh, en)


def _times(file: DraftFile, part: Draft[Form]) -> Iterator[Problem]:
    """Regular forms have a frequency, special ones a list of periods."""
    form, at = part.model, part.location
    if not part.knows("kind"):
        return
    if form.kind == "special":
        if part.knows("periods") and form.periods is None:
            zh, en = "专项（special）要写 periods：所要的报告期", "a special form needs `periods`, those it asks for"
            yield file.problem((*at, "periods"), "special_without_periods", zh, en)
        for key in ("frequency", "first", "last"):
            if part.knows(key) and getattr(form, key) is not None:
                zh = f"专项（special）只写 periods，不写 {key}"
                en = f"a special form lists its periods and has no `{key}`"
                yield file.problem((*at, key), "special_with_frequency", zh, en)
    else:
        if part.knows("frequency") and form.frequency is None:
            zh, en = "定期（regular）要写 frequency", "a regular form needs a `frequency`"
            yield file.problem((*at, "frequency"), "missing_frequency", zh, en)
        if part.knows("periods") and form.periods is not None:
            zh = "定期（regular）写 frequency，不列 periods；只报这几期的是专项（kind: special）"
            en = "a regular form has a `frequency`, no `periods`; one for these alone is `kind: special`"
            yield file.problem((*at, "periods"), "regular_with_periods", zh, en)
        yield from _bounds(file, part)
    for index, code in enumerate(form.periods or ()):
        if code in (form.periods or ())[:index]:
            zh, en = f"{code} 写了两次", f"{code} is written twice"
            yield file.problem((*at, "periods", index), "duplicate_period", zh, en)


def _bounds(file: DraftFile, part: Draft[Form]) -> Iterator[Problem]:
    """`first` and `last` are periods of the frequency, in order."""
    form = part.model
    if form.frequency is None or not part.knows("frequency"):
        return
    found: dict[str, Period] = {}
    for key in ("first", "last"):
        code = getattr(form, key)
        if code is None or not part.knows(key):
            continue
        period = parse_period(code)
        if period.months != MONTHS[form.frequency]:
            zh = f"frequency 是 {form.frequency}，{code} 不是这样的报告期"
            en = f"the frequency is {form.frequency}, and {code} is no such period"
            yield file.problem((*part.location, key), "frequency_mismatch", zh, en)
            continue
        found[key] = period
    plan = file.plan.model if file.plan and file.plan.knows("period") else None
    if plan is not None and part.knows("first", "last"):
        ends = _ends(form, plan)
        if ends is not None and ends[0].index > ends[1].index and found:
            key = "last" if "last" in found else "first"
            zh = f"从 {ends[0]} 到 {ends[1]} 没有报告期；first 不晚于 last"
            en = f"there is no period from {ends[0]} to {ends[1]}: `first` is not after `last`"
            yield file.problem((*part.location, key), "no_period", zh, en)


def _ends(form: Form, plan: Plan) -> tuple[Period, Period] | None:
    """The first and last period as `Form.periods_of` takes them; None where one is not of the frequency."""
    assert form.frequency is not None
    months = MONTHS[form.frequency]
    first = parse_period(form.first) if form.first else Period.of(plan.period.start, form.frequency)
    last = parse_period(form.last) if form.last else Period.of(plan.period.end, form.frequency, 12 // months)
    return (first, last) if first.months == last.months == months else None


def _periods(form: Form, plan: Plan) -> tuple[Period, ...]:
    """The form's periods, none where they cannot be told."""
    if form.kind == "special":
        return form.periods_of(plan) if form.periods is not None else ()
    if form.periods is not None or form.frequency is None or _ends(form, plan) is None:
        return ()
    return form.periods_of(plan)


def _units(file: DraftFile, part: Draft[Form], regions: Regions | None) -> Iterator[Problem]:
    form = part.model
    if not part.knows("units"):
        return
    for index, code in enumerate(form.units or ()):
        here: Location = (*part.location, "units", index)
        if code in (form.units or ())[:index]:
            yield file.problem(here, "duplicate_region", f"{code} 写了两次", f"{code} is written twice")
        elif regions is not None and code not in regions:
            zh, en = suggestion(code, regions.codes)
            yield file.problem(
                here, "unknown_region", f"地区表中没有 {code}{zh}", f"the regions file has no {code}{en}"
            )
        elif regions is not None and file.plan and file.plan.knows("region"):
            top = file.plan.model.region
            if code != top and all(below.code != code for below in regions.descendants(top)):
                zh, en = f"{code} 不在规划地区 {top} 之内", f"{code} does not lie in the plan's region {top}"
                yield file.problem(here, "unit_outside_plan", zh, en)


def _deadlines(file: DraftFile, part: Draft[Form], periods: Sequence[Period]) -> Iterator[Problem]:
    """Nothing closes before it is due, and nothing is due before its period is over and known."""
    form = part.model
    if not part.knows("due", "closes") or form.closes is None:
        return
    for period in periods:
        due, closes = form.due.of(period), form.closes.of(period)
        if closes < due:
            zh = f"{period} 的截止日 {closes} 早于应报日 {due}；closes 不早于 due"
            en = f"{period} would close on {closes}, before it is due on {due}: `closes` is not before `due`"
            yield file.problem((*part.location, "closes"), "closes_before_due", zh, en)
            return


def _extensions(
    file: DraftFile, part: Draft[Form], periods: Sequence[Period], plan: Plan, regions: Regions | None
) -> Iterator[Problem]:
    form = part.model
    if not part.knows("extensions"):
        return
    known = {period.code: period for period in periods}
    seen: set[tuple[str, str]] = set()
    for index, one in enumerate(form.extensions):
        here: Location = (*part.location, "extensions", index)
        period = known.get(one.period)
        if periods and period is None:
            shown = ", ".join(known) if len(known) <= _SHOWN_PERIODS else f"{periods[0]} … {periods[-1]}"
            yield file.problem(
                (*here, "period"),
                "period_not_called",
                f"本表不要 {one.period}；它的报告期：{shown}",
                f"the form does not ask for {one.period}; its periods: {shown}",
            )
        yield from _extended_unit(file, part, (*here, "region"), one.region, period, plan, regions)
        if (one.region, one.period) in seen:
            zh, en = f"{one.region} {one.period} 已有延期", f"{one.region} has an extension for {one.period} already"
            yield file.problem(here, "duplicate_extension", zh, en)
        seen.add((one.region, one.period))
        if one.closes_on is not None and one.closes_on < one.due_on:
            zh = f"截止日 {one.closes_on} 早于应报日 {one.due_on}"
            en = f"it would close on {one.closes_on}, before it is due on {one.due_on}"
            yield file.problem((*here, "closes_on"), "closes_before_due", zh, en)
        if period is not None and part.knows("due") and one.due_on <= form.due.of(period):
            zh = f"延期须晚于原应报日 {form.due.of(period)}"
            en = f"an extension is later than the day it extends, {form.due.of(period)}"
            yield file.problem((*here, "due_on"), "extension_not_later", zh, en)


def _extended_unit(
    file: DraftFile,
    part: Draft[Form],
    here: Location,
    code: str,
    period: Period | None,
    plan: Plan,
    regions: Regions | None,
) -> Iterator[Problem]:
    """An extension is for a unit that is asked."""
    if not part.knows("units"):
        return
    if regions is not None and code not in regions:
        zh, en = suggestion(code, regions.codes)
        yield file.problem(here, "unknown_region", f"地区表中没有 {code}{zh}", f"the regions file has no {code}{en}")
        return
    asked = part.model.units
    if regions is not None and period is not None:
        asked = part.model.units_of(plan, regions, period)
    if asked is not None and code not in asked:
        zh, en = suggestion(code, asked)
        yield file.problem(
            here, "unit_not_called", f"本表不要 {code} 报送{zh}", f"the form does not ask {code} for anything{en}"
        )
