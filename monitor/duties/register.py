"""The register of responsibilities as data: units, their duties word for word, and what follows from a duty.

The catalogue says who owns an indicator, by name (`owner`); `Register.unit_named` is the one place where such a name
becomes a unit. What nobody has published stays absent: no office, person or number is ever filled in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from monitor.catalogue.base import Model, Owner, Text
from monitor.catalogue.values import Id, RegionCode, refusal

Level = Literal["national", "provincial"]
Kind = Literal["bureau", "department", "centre", "office", "partner"]
"""`partner`: a body beside the bureau that the documents name where duties meet (health, finance, tax)."""

_PHONE = re.compile(r"[0-9]{3,4}-[0-9]{7,8}|[0-9]{5,8}")


def _phone(text: str) -> str:
    if not _PHONE.fullmatch(text):
        raise refusal("电话只写数字与连字符，如 0898-66531826", "a phone number has digits and a hyphen: 0898-66531826")
    return text


class Source(Model):
    """A published document: `note` says what it lacks."""

    id: Id
    title: Text
    note: Text | None = None


class Duty(Model):
    """`text` word for word in Chinese (its English is a translation); `items`: the concrete work it is broken into."""

    id: Id
    text: Text
    paragraph: Text
    source: Id
    items: tuple[str, ...] = ()


class Contact(Model):
    """A published number and what it is for; `area_code` as the document prints it."""

    service: Text
    content: Text | None = None
    phone: Annotated[str, AfterValidator(_phone)]
    area_code: str | None = None
    source: Id
    paragraph: Text

    @property
    def number(self) -> str:
        """As it is dialled from elsewhere."""
        return f"{self.area_code}-{self.phone}" if self.area_code else self.phone


class Unit(Model):
    """A bureau, a department of it, a centre, an office, or a partner; `aliases`: other names the documents use."""

    id: Id
    name: Text
    level: Level
    region: RegionCode
    kind: Kind
    under: Id | None = None
    aliases: tuple[str, ...] = ()
    duties: tuple[Duty, ...] = ()
    contacts: tuple[Contact, ...] = ()


class Follows(Model):
    """From which duty it follows that a unit answers for an indicator, in a region and all below it.

    `words`: the part of the duty's text that says it. `provider`: who has the data, where that is somebody else.
    `beside`: duties of others that bear on it, too. `contact`: the unit whose published number is to be asked.
    """

    indicator: Id
    region: RegionCode
    duty: Id
    words: str | None = None
    inferred: bool = True
    provider: Owner | None = None
    beside: tuple[Id, ...] = ()
    contact: Id | None = None


class Share(Model):
    """What one or more units do in a matter that several have a part in."""

    units: tuple[Id, ...] = Field(min_length=1)
    text: str = Field(min_length=1)


class Boundary(Model):
    """Where the duties of several units meet, who does what, and on which legal basis."""

    matter: Text
    level: Level
    shares: tuple[Share, ...] = Field(min_length=1)
    basis: tuple[str, ...] = ()
    source: Id
    paragraph: Text


class Register(Model):
    """The whole of one `duties.yaml`; references are checked by the loader."""

    sources: tuple[Source, ...] = Field(min_length=1)
    units: tuple[Unit, ...] = Field(min_length=1)
    follows: tuple[Follows, ...] = ()
    boundaries: tuple[Boundary, ...] = ()

    @model_validator(mode="after")
    def _names_once(self) -> Register:
        names = [(unit.region, name) for unit in self.units for name in (unit.name.zh, *unit.aliases)]
        twice = sorted({name for place, name in names if names.count((place, name)) > 1})
        if twice:
            raise refusal(
                f"同一地区有两个单位叫“{twice[0]}”；名称与别名不得重复",
                f"two units of one region are called '{twice[0]}'; names and aliases must differ",
            )
        return self

    @cached_property
    def by_id(self) -> Mapping[str, Unit]:
        return {unit.id: unit for unit in self.units}

    @cached_property
    def _duties(self) -> Mapping[str, tuple[Unit, Duty]]:
        return {duty.id: (unit, duty) for unit in self.units for duty in unit.duties}

    @cached_property
    def _sources(self) -> Mapping[str, Source]:
        return {source.id: source for source in self.sources}

    def unit(self, id: str) -> Unit | None:
        return self.by_id.get(id)

    def unit_named(self, name: str, region: str = "000000") -> Unit | None:
        """The region's unit of that name or alias, as a catalogue or a task writes it; None for an unknown one."""
        asked = name.strip()
        known = (unit for unit in self.units if unit.region == region)
        return next((unit for unit in known if asked in (unit.name.zh, unit.name.en, *unit.aliases)), None)

    def duty(self, id: str) -> tuple[Unit, Duty] | None:
        """A duty with the unit that has it."""
        return self._duties.get(id)

    def source(self, id: str) -> Source:
        """Raises KeyError for an unknown one, which the loader has ruled out for all references."""
        return self._sources[id]

    def follow(self, indicator: str, region: str) -> Follows | None:
        """What is said of an indicator for exactly that region."""
        return next((one for one in self.follows if (one.indicator, one.region) == (indicator, region)), None)
