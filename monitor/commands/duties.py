"""`monitor duties`: the register of responsibilities, and whether it meets the catalogues."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.common import describe, load_plans, need_file
from monitor.commands.errors import WrongUse
from monitor.commands.tables import format_option, print_rows
from monitor.language import say

if TYPE_CHECKING:
    from monitor.duties.register import Register, Unit

_UNITS = ("id", "name", "level", "region_code", "kind", "duties", "indicators", "phone")
_DUTIES = ("id", "text", "items", "paragraph", "source", "indicators")
_FINDINGS = ("code", "plan_id", "indicator_id", "text", "zh", "en")


@click.group(
    short_help=say("职责登记册", "The register of responsibilities"),
    help=describe(
        "职责登记册：哪个单位有哪些公开职责，由此对哪些指标负责。",
        "The register of responsibilities: which unit has which published duties, and so answers for which indicators.",
        "monitor duties list",
        "monitor duties show 待遇保障司",
        "monitor duties check",
    ),
)
def duties() -> None:
    """Its commands follow."""


@duties.command("list", help=describe("列出单位。", "Lists the units.", "monitor duties list --format csv"))
@format_option
def list_(format_: str | None) -> None:
    from monitor.duties.answers import indicators_of

    register = _register(None)
    rows = [
        {
            "id": unit.id,
            "name": unit.name.zh,
            "level": unit.level,
            "region_code": unit.region,
            "kind": unit.kind,
            "duties": len(unit.duties),
            "indicators": " ".join(one.indicator for one in indicators_of(register, unit)),
            "phone": " ".join(contact.number for contact in unit.contacts),
        }
        for unit in register.units
    ]
    print_rows(rows, _UNITS, format_)


@duties.command(
    "show",
    help=describe(
        "一个单位的职责：原文、段落、由此负责的指标。",
        "One unit's duties: the text, its paragraph, the indicators that follow from it.",
        "monitor duties show 待遇保障司",
        "monitor duties show hainan_bureau --format json",
    ),
)
@click.argument("unit")
@format_option
def show(unit: str, format_: str | None) -> None:
    register = _register(None)
    found = _unit(register, unit)
    follows = {duty.id: [one.indicator for one in register.follows if one.duty == duty.id] for duty in found.duties}
    rows = [
        {
            "id": duty.id,
            "text": duty.text.zh,
            "items": "；".join(duty.items),
            "paragraph": duty.paragraph.zh,
            "source": register.source(duty.source).title.zh,
            "indicators": " ".join(dict.fromkeys(follows[duty.id])),
        }
        for duty in found.duties
    ]
    print_rows(rows, _DUTIES, format_)


@duties.command(
    "check",
    help=describe(
        "核对登记册（文件:行: 路径: 说明；有问题时退出码为 1），并列出它与指标目录对不上的地方（只是发现，不是差错）。",
        "Checks a register (file:line: path: message; exits 1 when there is a problem) and lists where it and the"
        " catalogues do not meet, which are findings and no faults.",
        "monitor duties check",
        "monitor duties check my-duties.yaml --format csv",
    ),
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@format_option
def check(file: Path | None, format_: str | None) -> int:
    from monitor.catalogue.problems import CatalogueError
    from monitor.duties.answers import check_register
    from monitor.settings import load_settings
    from monitor.web.answerable import leads_of, plans_of

    try:
        register = _register(file)
    except CatalogueError as error:
        for problem in error.problems:
            place = problem.file if problem.line is None else f"{problem.file}:{problem.line}"
            path = f" {problem.path}:" if problem.path else ""
            click.echo(f"{place}:{path} {say(problem.zh, problem.en)}")
        return 1
    plans = load_plans(load_settings()).catalogues
    found = check_register(register, plans_of(plans), leads_of(plans))
    if not found:
        click.echo(say("登记册与指标目录对得上", "the register and the catalogues meet"), err=True)
    rows = [
        {"code": f.code, "plan_id": f.plan, "indicator_id": f.indicator, "text": f.text, "zh": f.zh, "en": f.en}
        for f in found
    ]
    print_rows(rows, _FINDINGS, format_)
    return 0


def _register(file: Path | None) -> Register:
    """The file's register, else the shipped one. Raises WrongUse for no file, CatalogueError for its faults."""
    from monitor.duties.loader import load_register
    from monitor.web.answerable import register

    if file is None:
        return register()
    return load_register(need_file(file, "职责登记册", "register of responsibilities"))


def _unit(register: Register, name: str) -> Unit:
    """By id, name or alias. Raises WrongUse that names the known ones."""
    for unit in register.units:
        if name in (unit.id, unit.name.zh, unit.name.en, *unit.aliases):
            return unit
    known = ", ".join(f"{unit.id} {unit.name.zh}" for unit in register.units)
    raise WrongUse(f"登记册里没有单位“{name}”；有：{known}", f"the register has no unit '{name}': it has {known}")
