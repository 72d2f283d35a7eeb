"""What has to be put right (整改): ordered from the issued report, answered by the unit, looked at again (复查)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from monitor.access.actors import Actor
from monitor.dossier.acts import NewPaper
from monitor.dossier.errors import DossierError, forbidden

from .checking import need_text
from .dossier import Item, Supervision
from .hands import Hands


@dataclass(frozen=True)
class Order:
    """One thing to be put right: the key of a finding of the issued report, what is to be done, and by when."""

    finding: str
    what: str
    due: date


class PuttingRight(Hands):
    """The services of putting right."""

    def order(self, actor: Actor, name: str, orders: Sequence[Order]) -> None:
        """Say what has to be put right by when (整改), once the report is issued. Raises DossierError."""
        with self.handling(actor, name) as (dossier, state):
            if state.issued is None:
                raise DossierError("state", "监督报告签发后才能提出整改要求", "the report has to be issued first")
            known, ordered = {one.key: one for one in state.issued.findings}, {one.finding.key for one in state.items}
            if not orders or any(one.finding not in known for one in orders):
                raise DossierError("field", "请在报告的问题中选择", "choose among the findings of the report")
            if ordered & {one.finding for one in orders}:
                raise DossierError("state", "所选问题已有整改要求", "that is already to be put right")
            if any(one.due < self.today for one in orders):
                raise DossierError("field", "整改期限不能早于今天", "the deadline cannot be before today")
            body = [
                {
                    "finding": one.finding,
                    "unit": known[one.finding].unit,
                    "what": need_text(one.what, "整改要求", "what has to be done"),
                    "due": one.due.isoformat(),
                }
                for one in orders
            ]
            dossier.add("order", {"items": body})

    def answer(self, actor: Actor, name: str, number: int, text: str, papers: Sequence[NewPaper] = ()) -> None:
        """What the unit has done about it, with its evidence. Raises DossierError."""
        with self.answering(actor, name) as (dossier, state):
            item = _item(state, number)
            if not actor.may("rectify", item.unit):
                raise forbidden()
            said = need_text(text, "整改情况", "what was done")
            if not item.is_owed:
                raise DossierError("state", "这一项已在复查或已通过", "it is looked at already, or accepted")
            dossier.add("answer", {"item": number, "text": said}, papers)

    def accept(self, actor: Actor, name: str, number: int, text: str = "") -> None:
        """Accept what the unit has done. Raises DossierError."""
        self._decide(actor, name, number, "accept", text.strip())

    def send_back(self, actor: Actor, name: str, number: int, reason: str) -> None:
        """Not enough: the unit has to go on (复查未通过). Raises DossierError."""
        self._decide(actor, name, number, "send_back", reason)

    def _decide(self, actor: Actor, name: str, number: int, action: str, text: str) -> None:
        with self.handling(actor, name) as (dossier, state):
            if _item(state, number).state != "answered":
                raise DossierError("state", "单位还没有提交整改情况", "the unit has not answered")
            said = need_text(text, "退回原因", "the reason") if action == "send_back" else text
            dossier.add(action, {"item": number, "text": said})


def _item(state: Supervision, number: int) -> Item:
    found = state.item(number)
    if found is None:
        raise DossierError("unknown", f"没有第 {number} 项整改", f"there is no item {number}")
    return found
