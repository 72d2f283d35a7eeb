"""The conclusions that may be written (评估结论), and with which computed classes each of them agrees.

The computed class follows from figures and settings; the conclusion is written by a person. They are two things
(domain.md): where they differ both are shown with a mark, and the conclusion needs a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

RoundKind = Literal["yearly", "midterm", "final"]
"""年度监测, 中期评估, 总结评估."""
ROUND_KINDS: tuple[RoundKind, ...] = get_args(RoundKind)
ROUND_NAMES: Mapping[RoundKind, tuple[str, str]] = {
    "yearly": ("年度监测", "yearly monitoring"),
    "midterm": ("中期评估", "mid-term evaluation"),
    "final": ("总结评估", "final evaluation"),
}

ConclusionCode = Literal["early", "achieved", "expected", "nearly", "hard", "missed", "held", "breached", "undecidable"]
CONCLUSION_CODES: tuple[ConclusionCode, ...] = get_args(ConclusionCode)


@dataclass(frozen=True)
class Wording:
    """`agrees`: the computed classes (methods.md section 5) that say the same."""

    zh: str
    en: str
    agrees: frozenset[str]


CONCLUSIONS: Mapping[ConclusionCode, Wording] = {
    "early": Wording("提前实现", "achieved ahead of time", frozenset({"achieved"})),
    "achieved": Wording("已实现", "achieved", frozenset({"achieved"})),
    "expected": Wording("预计能实现", "expected to be achieved", frozenset({"ahead", "on_schedule"})),
    "nearly": Wording("基本实现", "nearly achieved", frozenset({"nearly"})),
    "hard": Wording("难以实现", "hard to achieve", frozenset({"behind", "below_baseline", "slipped"})),
    "missed": Wording("未实现", "not achieved", frozenset({"missed"})),
    "held": Wording("保持", "held", frozenset({"held"})),
    "breached": Wording("未保持", "not held", frozenset({"breached"})),
    "undecidable": Wording("无法判断", "cannot be judged", frozenset({"not_assessable", "no_data"})),
}

BY_PEOPLE = "judged"
"""The computed class of a target in words: figures are its evidence, the conclusion is a person's and differs from
nothing, but always has a reason."""

Outlook = Literal["can", "hopeful", "hard", "cannot"]
OUTLOOKS: Mapping[Outlook, tuple[str, str]] = {
    "can": ("能实现", "yes"),
    "hopeful": ("有望实现", "probably"),
    "hard": ("难以完成", "hardly"),
    "cannot": ("不能实现", "no"),
}

Answer = Literal["taken", "partly", "declined"]
ANSWERS: Mapping[Answer, tuple[str, str]] = {
    "taken": ("采纳", "taken up"),
    "partly": ("部分采纳", "partly taken up"),
    "declined": ("不采纳", "not taken up"),
}


def differs(conclusion: ConclusionCode, computed: str) -> bool:
    """Whether a conclusion says something else than the computed class."""
    return computed != BY_PEOPLE and computed not in CONCLUSIONS[conclusion].agrees


def needs_reason(conclusion: ConclusionCode, computed: str) -> bool:
    """Whether the conclusion cannot stand without a written reason."""
    return computed == BY_PEOPLE or differs(conclusion, computed)


def usual(computed: str) -> ConclusionCode:
    """The plain conclusion that agrees with a computed class; raises KeyError for a target in words."""
    if computed == "achieved":
        return "achieved"
    return {one: code for code in CONCLUSION_CODES for one in CONCLUSIONS[code].agrees}[computed]


def agreeing(computed: str) -> tuple[ConclusionCode, ...]:
    """The conclusions that say the same as a computed class; none for a target in words."""
    return tuple(code for code, wording in CONCLUSIONS.items() if computed in wording.agrees)
