"""Whether a request can be made: every fault at once, each with its cure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from monitor.catalogue.forms import Form
from monitor.catalogue.loader import Catalogue
from monitor.catalogue.periods import parse_period
from monitor.catalogue.regions import Regions
from monitor.dossier.errors import DossierError
from monitor.report.desk import Desk

from .request import KINDS, REGULARITIES, Request

LONGEST_TITLE, LONGEST_TEXT, LONGEST_CHAPTER = 120, 5_000, 50_000
_MOST_SHOWN = 5
Fault = tuple[str, str]


def need_request(desk: Desk, request: Request, today: date) -> None:
    """Raises DossierError (field) that names everything that is wrong with a request made on a day."""
    faults = [*_texts(request), *_days(request, today)]
    catalogues = desk.current.catalogues
    catalogue = next((one for one in catalogues if one.plan.id == (request.plan or catalogues[0].plan.id)), None)
    if request.kind not in KINDS:
        faults.append((f"监督方式“{request.kind}”不可用；可选 data、onsite", f"kind '{request.kind}': data or onsite"))
    elif catalogue is None:
        faults.append((f"没有规划“{request.plan}”", f"there is no plan '{request.plan}'"))
    else:
        faults += _scope(request, catalogue, desk.current.regions)
    if faults:
        raise DossierError("field", "；".join(zh for zh, _ in faults), "; ".join(en for _, en in faults))


def need_text(text: str, zh: str, en: str, *, longest: int = LONGEST_TEXT) -> str:
    """The text without blanks around it. Raises DossierError (field) where there is none, or too much."""
    given = text.strip()
    if not given:
        raise DossierError("field", f"请填写{zh}", f"write {en}")
    if len(given) > longest:
        raise DossierError("field", f"{zh}最多 {longest} 字", f"{en}: at most {longest} characters")
    return given


def _texts(request: Request) -> list[Fault]:
    by_data = request.kind == "data"
    named = [
        ("标题", "a title", request.title, LONGEST_TITLE, True),
        ("监督目的", "the purpose", request.purpose, LONGEST_TEXT, True),
        ("依据", "the basis", request.basis, LONGEST_TEXT, False),
        ("报送格式", "the format", request.format, LONGEST_TITLE, by_data),
        ("报送方式", "the channel", request.channel, LONGEST_TITLE, by_data),
    ]
    faults: list[Fault] = []
    for zh, en, text, longest, needed in named:
        if needed and not text.strip():
            faults.append((f"请填写{zh}", f"write {en}"))
        if len(text) > longest:
            faults.append((f"{zh}最多 {longest} 字", f"{en}: at most {longest} characters"))
    return faults


def _days(request: Request, today: date) -> list[Fault]:
    faults: list[Fault] = []
    if request.made_on > today:
        faults.append(
            (f"布置日期 {request.made_on} 尚未到来", f"the day of the request, {request.made_on}, is to come")
        )
    if request.kind != "data":
        return faults
    if request.regularity not in REGULARITIES:
        faults.append(("请选定期或专项", "choose regular or special"))
    if request.deadline is None:
        faults.append(("请写明报送时限", "name the deadline"))
    elif request.deadline < request.made_on:
        faults.append(
            (f"报送时限 {request.deadline} 早于布置日期 {request.made_on}",
             f"the deadline {request.deadline} is before the request of {request.made_on}")
        )  # fmt: skip
    return faults


def _scope(request: Request, catalogue: Catalogue, regions: Regions) -> list[Fault]:
    if not request.units:
        return [("请至少选一个被监督单位", "choose at least one unit")]
    unknown = [one for one in request.units if one not in regions]
    if unknown:
        return [
            (f"没有地区“{'、'.join(unknown[:_MOST_SHOWN])}”", f"there is no region {', '.join(unknown[:_MOST_SHOWN])}")
        ]
    if request.kind == "onsite":
        return []
    form = catalogue.form(request.form)
    if form is None:
        known = [one.id for one in catalogue.forms]
        return [
            (
                f"没有报表“{request.form}”；已有：{'、'.join(known)}",
                f"no form '{request.form}'; known: {', '.join(known)}",
            )
        ]
    return [*_indicators(request, form), *_places(request, catalogue, form, regions)]


def _indicators(request: Request, form: Form) -> list[Fault]:
    if not request.indicators:
        return [("请至少选一项指标", "choose at least one indicator")]
    foreign = [one for one in request.indicators if one not in form.indicators]
    if foreign:
        named = foreign[:_MOST_SHOWN]
        return [
            (
                f"报表“{form.id}”不含指标：{'、'.join(named)}",
                f"the form '{form.id}' does not ask for {', '.join(named)}",
            )
        ]
    return []


def _places(request: Request, catalogue: Catalogue, form: Form, regions: Regions) -> list[Fault]:
    """Every unit is asked by the form for every period, else it could not send what is wanted."""
    if not request.periods:
        return [("请至少选一个报告期", "choose at least one period")]
    roster = catalogue.roster(regions)
    wrong: list[str] = []
    for text in request.periods:
        try:
            period = parse_period(text)
        except ValueError:
            wrong.append(text)
            continue
        wrong += [f"{unit} {text}" for unit in request.units if not roster.asks(form, unit, period)]
    if not wrong:
        return []
    named: Sequence[str] = wrong[:_MOST_SHOWN]
    return [
        (f"报表“{form.id}”不向这些单位布置这些报告期：{'、'.join(named)}；请改单位、报告期或报表",
         f"the form '{form.id}' asks for none of {', '.join(named)}: change units, periods or form")
    ]  # fmt: skip
