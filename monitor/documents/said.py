"""What people said of a plan's indicators and tasks, as the documents take it up: nothing of it is made here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .sentences import Sentence


@dataclass(frozen=True)
class Said:
    """Of one indicator, in Chinese; empty where nobody said anything.

    `absent`: why there is no self-assessment; `conclusion`: with 拟 before it as long as nobody has approved it;
    `differs`: from the computed class.
    """

    conclusion: str = ""
    differs: bool = False
    reason: str = ""
    unit: str = ""
    absent: str = ""
    completion: str = ""
    outlook: str = ""
    problems: str = ""
    adjust: str = ""
    measures: str = ""


@dataclass(frozen=True)
class TaskCount:
    """The tasks in one state, or overdue in one way, by their titles in the order of the ledger."""

    state: str
    titles: tuple[str, ...]


@dataclass(frozen=True)
class Tasks:
    """The ledger of key tasks on a day; `goals`: countable goals, each a sentence; `overdue`: what is late, by the
    gravest reason why.
    """

    day: str
    counts: tuple[TaskCount, ...]
    goals: tuple[Sentence, ...] = ()
    overdue: tuple[TaskCount, ...] = ()
    synthetic: bool = False

    @property
    def total(self) -> int:
        return sum(len(one.titles) for one in self.counts)


@dataclass(frozen=True)
class Occasion:
    """What the documents are made for; without a round all of it is empty."""

    title: str = ""
    round_id: str = ""
    said: Mapping[str, Said] = field(default_factory=dict)
    tasks: Tasks | None = None
