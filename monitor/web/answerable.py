"""The register of responsibilities that the pages and the API answer from, read once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.models import Indicator, Plan
from monitor.catalogue.problems import CatalogueError
from monitor.duties.answers import Answerable, Lead, indicators_of, who_answers
from monitor.duties.loader import load_register
from monitor.duties.register import Register, Unit
from monitor.shipped import find_shipped
from monitor.tasks.files import tasks_of
from monitor.tasks.models import Task

REGISTER = "data/duties.yaml"


@cache
def register() -> Register:
    """The shipped register. Raises CatalogueError when the installation's file was damaged."""
    return load_register(find_shipped(REGISTER))


def answerable(plan: Plan, indicator: Indicator, lineage: Sequence[str]) -> Answerable:
    """Who answers for a figure of the region `lineage[0]`."""
    return who_answers(register(), indicator, plan.region, lineage)


def indicators_under(
    register: Register, catalogues: Sequence[Catalogue], unit: Unit
) -> tuple[tuple[Catalogue, Indicator], ...]:
    """The indicators that a unit answers for: those that follow from its duties, and those that name it as owner."""
    follows = {one.indicator for one in indicators_of(register, unit)}
    found = []
    for catalogue in catalogues:
        region = catalogue.plan.region
        for one in catalogue.indicators:
            named = one.owner is not None and register.unit_named(one.owner.zh, region) == unit
            if not one.is_context and (named or (one.aligns_to or one.id) in follows):
                found.append((catalogue, one))
    return tuple(found)


def tasks_under(register: Register, catalogues: Sequence[Catalogue], unit: Unit) -> tuple[tuple[Catalogue, Task], ...]:
    """The tasks of loaded plans that a unit leads."""
    return tuple(
        (catalogue, task)
        for catalogue in catalogues
        for task in _tasks(catalogue)
        if register.unit_named(task.lead.zh, catalogue.plan.region) == unit
    )


def leads_of(catalogues: Sequence[Catalogue]) -> list[Lead]:
    """Who leads the tasks of loaded plans, as `check_register` asks for it."""
    return [Lead(one.plan.id, one.plan.region, task.id, task.lead.zh) for one in catalogues for task in _tasks(one)]


def _tasks(catalogue: Catalogue) -> Sequence[Task]:
    """None where the plan has no tasks, or its file is faulty, which the tasks' own page says."""
    try:
        found = tasks_of(catalogue)
    except CatalogueError:
        return ()
    return () if found is None else found.tasks


def plans_of(catalogues: Sequence[Catalogue]) -> list[tuple[str, str, Sequence[Indicator]]]:
    """Catalogues as `check_register` asks for them."""
    return [(one.plan.id, one.plan.region, one.indicators) for one in catalogues]
