"""A city's rules of pooling as data: rates, classes of districts, and the texts that they come from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, ValidationError, model_validator

from monitor.catalogue.base import Model, Text
from monitor.catalogue.explain import Explainer
from monitor.catalogue.files import read_text, refuse_empty
from monitor.catalogue.problems import CatalogueError, Problem, in_order
from monitor.catalogue.yaml_nodes import Node, parse_nodes, to_data

Scheme = Literal["employees", "residents"]
SHIPPED = "data/pooling/chongqing-2011.yaml"


def _plain(rate: Decimal) -> Decimal:
    """0.50 and 0.5 print alike."""
    return rate.normalize()


Rate = Annotated[Decimal, Field(ge=0, le=1), AfterValidator(_plain)]


class Quote(Model):
    """A rule as it is printed: `where` is article and paragraph, `zh` verbatim, `en` its sense."""

    where: str = Field(min_length=1)
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class DistrictClass(Model):
    """Who bears which part of overspending in districts of a class; the parts add up to 1."""

    id: str = Field(pattern="^[a-z][a-z0-9_]*$")
    name: Text
    city: Rate
    district: Rate

    @model_validator(mode="after")
    def _whole(self) -> DistrictClass:
        if self.city + self.district != 1:
            raise ValueError("city and district must add up to 1")
        return self


class EmployeesQuotes(Model):
    surplus: Quote
    shortfall: Quote
    savings: Quote
    overspending: Quote
    classes: Quote
    unified: Quote
    balance: Quote


class ResidentsQuotes(Model):
    kept: Quote
    sources: Quote
    policy: Quote
    approval: Quote
    missed: Quote
    deducted: Quote
    rate: Quote
    changed: Quote
    support: Quote
    separate: Quote


class EmployeesRules(Model):
    """`floor`: the part of the task below which there is a shortfall and above which there is a surplus."""

    title: Text
    floor: Rate
    surplus_kept: Rate
    savings_kept: Rate
    classes: tuple[DistrictClass, ...] = Field(min_length=1)
    quotes: EmployeesQuotes

    def class_of(self, id: str) -> DistrictClass:
        """Raises KeyError."""
        found = {one.id: one for one in self.classes}
        return found[id]


class ResidentsRules(Model):
    """`rate`: the part of the year's funding that is held in the city's adjustment fund."""

    title: Text
    rate: Rate
    quotes: ResidentsQuotes


class Rules(Model):
    id: str = Field(pattern="^[A-Za-z0-9][A-Za-z0-9._-]*$")
    city: Text
    source: Text
    issued_on: date
    employees: EmployeesRules
    residents: ResidentsRules

    def quotes_of(self, scheme: Scheme) -> dict[str, Quote]:
        """The scheme's quotations by name, in the order of its model."""
        quotes: BaseModel = self.employees.quotes if scheme == "employees" else self.residents.quotes
        return {name: getattr(quotes, name) for name in type(quotes).model_fields}


def load_rules(path: Path) -> Rules:
    """The rules of a file. Raises CatalogueError with every fault, its line and its path."""
    return parse_rules(read_text(path, path.name), path.name)


def parse_rules(text: str, file: str) -> Rules:
    """The same from a text."""
    refuse_empty(text, file)
    root, problems = parse_nodes(text, file)
    if root is None:
        raise CatalogueError(problems or [_nothing(file)])
    try:
        rules = Rules.model_validate(to_data(root))
    except ValidationError as error:
        problems += Explainer(file, root, Rules, ()).problems(error.errors())
        raise CatalogueError(in_order(problems)) from None
    if problems := [*problems, *_twice(rules, root, file)]:
        raise CatalogueError(in_order(problems))
    return rules


def _nothing(file: str) -> Problem:
    return Problem(file, None, "", "empty_file", "文件里只有注释", "the file holds nothing but comments")


def _twice(rules: Rules, root: Node, file: str) -> list[Problem]:
    """Classes that a cell of a table could not tell apart."""
    line = root.entries["employees"].entries["classes"].line
    names = [name for one in rules.employees.classes for name in {one.id, one.name.zh, one.name.en or one.id}]
    return [
        Problem(
            file,
            line,
            "employees.classes",
            "duplicate_id",
            f"类别“{name}”出现两次；各类的编码和名称须互不相同",
            f"'{name}' names two classes; ids and names must differ",
            name,
        )
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
