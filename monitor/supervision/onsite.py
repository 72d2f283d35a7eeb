"""Supervision on site (现场监督): the report is delivered, and the unit has ten days for its objection; only here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from monitor.access.actors import Actor
from monitor.dossier.acts import NewPaper
from monitor.dossier.errors import DossierError, forbidden

from .checking import need_text
from .days import last_objection_day, objection
from .hands import Hands, need_onsite, need_unit
from .reach import handles


class OnSite(Hands):
    """The services of supervision on site."""

    def deliver(self, actor: Actor, name: str, unit: str, received_on: date, papers: Sequence[NewPaper]) -> None:
        """Record that a unit has received the on-site report, from which its ten days count. Raises DossierError."""
        with self.handling(actor, name) as (dossier, state):
            need_onsite(state)
            need_unit(state, unit)
            if unit in state.deliveries:
                raise DossierError("state", "该单位已收到监督报告", "that unit has the report already")
            if not state.request.made_on <= received_on <= self.today:
                raise DossierError(
                    "field", "送达日期应在布置日期与今天之间", "the day of receipt lies between the request and today"
                )
            if not papers:
                raise DossierError("field", "请附监督报告", "add the report")
            dossier.add("deliver", {"unit": unit, "received_on": received_on.isoformat()}, papers)

    def object(
        self,
        actor: Actor,
        name: str,
        unit: str,
        text: str,
        *,
        objects: bool = True,
        said_on: date | None = None,
        papers: Sequence[NewPaper] = (),
    ) -> None:
        """What a unit says to an on-site report, within ten days of its receipt. `said_on`: the day of a letter, for
        whoever handles the dossier to record; a unit itself speaks today. Raises DossierError.
        """
        with self.answering(actor, name) as (dossier, state):
            need_onsite(state)
            one = state.deliveries.get(unit)
            if one is None:
                raise DossierError("unknown", "没有送达该单位的监督报告", "no report was delivered to that unit")
            if not actor.may("rectify", unit):
                raise forbidden()
            said = need_text(text, "书面意见", "what the unit says") if objects else text.strip()
            if one.said_on is not None:
                raise DossierError("state", "该单位已提出书面意见", "that unit has answered already")
            day = said_on if said_on is not None and handles(actor, state.request) else self.today
            if not one.received_on <= day <= self.today:
                raise DossierError(
                    "field", "书面意见的日期应在送达日期与今天之间", "the day lies between receipt and today"
                )
            if objection(one.received_on, None, day) == "deemed_none":
                last = last_objection_day(one.received_on)
                raise DossierError(
                    "state",
                    f"提出书面意见的期限为 {last}，逾期视同无异议",
                    f"objections were to be made by {last}; after that day there is deemed to be none",
                )
            body = {"unit": unit, "text": said, "objects": objects, "said_on": day.isoformat()}
            dossier.add("object", body, papers)
