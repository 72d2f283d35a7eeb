"""Who answers for a figure: the catalogue's responsible unit, the duty that it follows from, and the region's own unit.

Nothing is guessed: a name that the register does not hold stays a name, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from monitor.catalogue.base import Owner
from monitor.catalogue.models import Indicator

from .register import Contact, Duty, Follows, Register, Source, Unit

FindingCode = Literal["no_owner", "unknown_owner", "no_duty", "owner_differs", "unknown_indicator", "unknown_lead"]


@dataclass(frozen=True)
class Ground:
    """A duty with who has it and where it stands; `words`: the part of it that is meant, the whole where None."""

    unit: Unit
    duty: Duty
    source: Source
    words: str | None = None


@dataclass(frozen=True)
class Answerable:
    """Who answers for one indicator in one region.

    `owner`: as the plan names it. `unit`: that owner in the register, None for an unknown one. `ground`: the duty it
    follows from; `inferred`: no document names the unit for this indicator. `local`: the unit of the region itself, or
    of the nearest region above it that has one, with its duty; `is_below`: whether the figure is of a region below the
    plan's own, so that one is wanted. `contact`: a published number, and whose it is.
    `provider`: who has the data, where that is not who answers.
    """

    owner: Owner | None
    unit: Unit | None
    ground: Ground | None
    inferred: bool
    beside: tuple[Ground, ...] = ()
    local: Ground | None = None
    local_inferred: bool = True
    is_below: bool = False
    provider: Owner | None = None
    contact: tuple[Unit, Contact] | None = None


@dataclass(frozen=True)
class Lead:
    """Who leads a task of a plan, as it is written there."""

    plan: str
    region: str
    task: str
    name: str


@dataclass(frozen=True)
class Finding:
    """What the register and a catalogue do not agree in; `text` is the name or id that is at fault.

    `indicator` is a task's id where the plan's task names an unknown lead.
    """

    code: FindingCode
    plan: str
    indicator: str
    text: str
    zh: str
    en: str


def who_answers(register: Register, indicator: Indicator, plan_region: str, lineage: Sequence[str]) -> Answerable:
    """For a figure of the region `lineage[0]`; the rest of `lineage` are the regions above it, nearest first.

    The ground is that of the plan's own region; a region between has its own unit beside it.
    """
    id = indicator.aligns_to or indicator.id
    own = register.follow(id, plan_region)
    below = [code for code in lineage if code != plan_region]
    local = next((found for code in below if (found := register.follow(id, code)) is not None), None)
    asked = next((one for one in (local, own) if one is not None and one.contact is not None), None)
    unit = None if indicator.owner is None else register.unit_named(indicator.owner.zh, plan_region)
    return Answerable(
        owner=indicator.owner,
        unit=unit,
        ground=_ground(register, own),
        inferred=(own is not None and own.inferred) or (indicator.owner is not None and indicator.owner.inferred),
        beside=tuple(_of_duty(register, duty) for duty in (own.beside if own is not None else ())),
        local=_ground(register, local),
        local_inferred=local is None or local.inferred,
        is_below=bool(below),
        provider=next((one.provider for one in (local, own) if one is not None and one.provider is not None), None),
        contact=_contact(register, asked),
    )


def _ground(register: Register, one: Follows | None) -> Ground | None:
    return None if one is None else _of_duty(register, one.duty, one.words)


def _of_duty(register: Register, id: str, words: str | None = None) -> Ground:
    found = register.duty(id)
    assert found is not None, id  # the loader has refused a duty that is not there
    unit, duty = found
    return Ground(unit, duty, register.source(duty.source), words)


def _contact(register: Register, one: Follows | None) -> tuple[Unit, Contact] | None:
    unit = None if one is None or one.contact is None else register.unit(one.contact)
    return None if unit is None else (unit, unit.contacts[0])


def indicators_of(register: Register, unit: Unit) -> tuple[Follows, ...]:
    """What follows from the duties of a unit, in the order of the file."""
    return tuple(one for one in register.follows if any(duty.id == one.duty for duty in unit.duties))


def check_register(
    register: Register, plans: Sequence[tuple[str, str, Sequence[Indicator]]], leads: Sequence[Lead] = ()
) -> tuple[Finding, ...]:
    """Where catalogues and register do not meet; `plans`: id, region and indicators of each. Findings, not faults."""
    found = [one for id, region, indicators in plans for one in _of_plan(register, id, region, indicators)]
    regions = {region for _, region, _ in plans}
    known = {(one.aligns_to or one.id) for _, _, indicators in plans for one in indicators}
    for follows in register.follows:
        if follows.region in regions and follows.indicator not in known:
            zh = f"登记册提到的指标“{follows.indicator}”不在已载入的规划里"
            en = f"the register names the indicator '{follows.indicator}', which no loaded plan has"
            found.append(Finding("unknown_indicator", "", follows.indicator, follows.indicator, zh, en))
    return (*found, *_of_leads(register, leads))


def _of_leads(register: Register, leads: Sequence[Lead]) -> Iterator[Finding]:
    for one in leads:
        if register.unit_named(one.name, one.region) is None:
            zh = f"任务“{one.task}”的牵头单位“{one.name}”不在职责登记册里；登记它或把它列为别名"
            en = f"the lead unit '{one.name}' of task '{one.task}' is not in the register; add it there, or as an alias"
            yield Finding("unknown_lead", one.plan, one.task, one.name, zh, en)


def _of_plan(register: Register, plan: str, region: str, indicators: Sequence[Indicator]) -> Iterator[Finding]:
    for one in indicators:
        if one.is_context:
            continue
        if one.owner is None:
            zh = f"指标“{one.name.zh}”没有写责任单位；在指标目录里补 owner"
            en = f"indicator '{one.id}' names no responsible unit; write `owner` into the catalogue"
            yield Finding("no_owner", plan, one.id, "", zh, en)
            continue
        name = one.owner.zh
        unit = register.unit_named(name, region)
        if unit is None:
            zh = f"指标“{one.name.zh}”的责任单位“{name}”不在职责登记册里；登记它或把它列为别名"
            en = f"the unit '{name}' of indicator '{one.id}' is not in the register; add it there, or as an alias"
            yield Finding("unknown_owner", plan, one.id, name, zh, en)
            continue
        follows = register.follow(one.aligns_to or one.id, region)
        ground = _ground(register, follows)
        if ground is None:
            zh = f"指标“{one.name.zh}”没有写明依据哪一条职责；在登记册的 follows 里补上"
            en = f"no duty is given for indicator '{one.id}'; add it to `follows` of the register"
            yield Finding("no_duty", plan, one.id, name, zh, en)
        elif ground.unit.id != unit.id:
            zh = f"指标“{one.name.zh}”：指标目录写“{name}”，登记册的依据却属于“{ground.unit.name.zh}”"
            en = f"indicator '{one.id}': the catalogue says '{name}', the duty belongs to '{ground.unit.name.zh}'"
            yield Finding("owner_differs", plan, one.id, name, zh, en)
