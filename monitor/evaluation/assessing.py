"""The self-assessments of the responsible units: five fields for each indicator, revised until the approval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from monitor.access.actors import Actor
from monitor.dossier.acts import NewPaper
from monitor.dossier.errors import DossierError, forbidden
from monitor.report.desk import Desk
from monitor.store.store import Store

from .conclusions import OUTLOOKS, Outlook
from .rounds import Round, read_round
from .work import at_work, taken_text

FIELDS: Mapping[str, tuple[str, str]] = {
    "completion": ("完成情况", "completion"),
    "outlook": ("预计能否实现目标", "outlook for the target"),
    "outlook_text": ("预计说明", "outlook in words"),
    "problems": ("存在问题及原因", "problems and causes"),
    "adjust": ("是否调整目标", "adjust the target"),
    "adjust_reason": ("调整理由", "why to adjust"),
    "measures": ("下一步措施", "measures"),
}
"""The columns of a self-assessment: field → label in Chinese and English."""
_NEEDED = ("completion", "problems", "measures")
_YES, _NO = ("yes", "true", "是", "1"), ("no", "false", "否", "0", "")


@dataclass(frozen=True)
class Fault:
    """One thing wrong with what was given for an indicator: which field, the offending text, what and the cure."""

    field: str
    text: str
    zh: str
    en: str


def may_assess(actor: Actor, told: Round, indicator: str) -> bool:
    """Whether the indicator is one of the actor's in this round (access/rights.py)."""
    return actor.may("self_assess", told.region, [indicator])


def assess(
    desk: Desk,
    actor: Actor,
    round_id: str,
    indicator: str,
    fields: Mapping[str, str],
    papers: Sequence[NewPaper] = (),
) -> Round:
    """Write a revision of one indicator's self-assessment; `fields` as FIELDS, a missing one is empty.

    Raises DossierError: forbidden, unknown, state, field (all that is wrong in one text), StoreError.
    """
    with at_work(desk.store, actor, round_id) as (dossier, told):
        subject = told.subject(indicator)
        if not may_assess(actor, told, indicator):
            raise forbidden()
        checked = check_fields(fields)
        if isinstance(checked, list):
            raise DossierError("field", "；".join(one.zh for one in checked), "; ".join(one.en for one in checked))
        late = is_late(told, dossier.transaction.moment(), desk.timezone)
        dossier.add("assessed", {"indicator": subject.indicator, **checked, "late": late}, papers)
    return read_round(desk.store, told.id)


def mark_missing(store: Store, actor: Actor, round_id: str, indicator: str, reason: str) -> Round:
    """Say why an indicator has no self-assessment; one that comes later takes its place.

    Raises DossierError: forbidden, unknown, state (there is one), field, StoreError.
    """
    if not actor.may("evaluate"):
        raise forbidden()
    with at_work(store, actor, round_id) as (dossier, told):
        subject = told.subject(indicator)
        if subject.assessments:
            raise DossierError(
                "state",
                f"“{subject.name}”已有自评，不能记为缺报",
                f"'{indicator}' has a self-assessment: it is not missing",
            )
        dossier.add(
            "missing", {"indicator": indicator, "reason": taken_text(reason, "缺报原因", "reason", needed=True)}
        )
    return read_round(store, told.id)


def check_fields(fields: Mapping[str, str]) -> dict[str, object] | list[Fault]:
    """The five fields as they are kept, or everything that is wrong with them."""
    faults: list[Fault] = []
    kept: dict[str, object] = {}
    for name, (zh, en) in FIELDS.items():
        if name in ("outlook", "adjust"):
            continue
        try:
            kept[name] = taken_text(fields.get(name, ""), zh, en, needed=name in _NEEDED)
        except DossierError as error:
            faults.append(Fault(name, fields.get(name, "")[:40], error.zh, error.en))
    outlook = _outlook(fields.get("outlook", ""))
    if outlook is None:
        zh_known, en_known = "、".join(zh for zh, _ in OUTLOOKS.values()), ", ".join(OUTLOOKS)
        said = fields.get("outlook", "")
        faults.append(
            Fault(
                "outlook", said,
                f"“预计能否实现目标”写了“{said}”；请从中选一项：{zh_known}",
                f"the outlook is '{said}': choose one of {en_known}",
            )
        )  # fmt: skip
    adjust = _yes_or_no(fields.get("adjust", ""))
    if adjust is None:
        said = fields.get("adjust", "")
        faults.append(
            Fault(
                "adjust", said, f"“是否调整目标”写了“{said}”；请写 是 或 否", f"'adjust' is '{said}': write yes or no"
            )
        )
    if adjust and not kept.get("adjust_reason"):
        faults.append(
            Fault(
                "adjust_reason",
                "",
                "建议调整目标，却没有写理由；请填写“调整理由”",
                "no reason to adjust is given: write it",
            )
        )
    return faults or {**kept, "outlook": outlook, "adjust": adjust}


def is_late(told: Round, moment: datetime, timezone: str) -> bool:
    """Whether a moment (UTC without zone) lies after the round's deadline, a day in that zone."""
    day = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(timezone)).date()
    return told.deadline is not None and day > told.deadline


def _outlook(text: str) -> Outlook | None:
    said = text.strip()
    return next(
        (code for code, words in OUTLOOKS.items() if said in (code, *words, words[0].removesuffix("实现"))), None
    )


def _yes_or_no(text: str) -> bool | None:
    said = text.strip().casefold()
    return True if said in _YES else False if said in _NO else None
