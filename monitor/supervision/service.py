"""What may be done to a supervision, by whom and when: every door comes through here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.access.actors import Actor
from monitor.access.names import same_person
from monitor.dossier.acts import NewPaper, by_dossier, read_acts, writing
from monitor.dossier.errors import DossierError, forbidden
from monitor.report.reporting import newest_moment
from monitor.store.times import to_stored

from .checking import LONGEST_CHAPTER, need_request, need_text
from .days import objection
from .dossier import CHAPTERS, Finding
from .drafting import chapters_of, document
from .hands import changed, need_data, need_unissued, need_unit
from .letters import notice_text
from .onsite import OnSite
from .putting_right import PuttingRight
from .reach import handles
from .request import Request
from .rules import analyse, names_of
from .standing import standings


@dataclass(frozen=True)
class Notified:
    """`units`: those that were told now; `unreached`: those of them that no mail could be written to."""

    units: tuple[str, ...]
    unreached: tuple[str, ...]


class Supervising(PuttingRight, OnSite):
    """The services over one desk."""

    # ---- request and notice

    def create(self, actor: Actor, request: Request) -> str:
        """The dossier's name, of the year and a number. Raises DossierError (forbidden, field)."""
        if not actor.may("supervise"):
            raise forbidden()
        need_request(self.desk, request, self.today)
        if not handles(actor, request):
            raise DossierError(
                "field",
                "监督范围中有不由您负责的单位或指标；请缩小范围，或请计划员布置",
                "the scope has units or indicators that are not yours: make it smaller, or let a planner ask",
            )
        year, number = self.today.year, len(by_dossier(read_acts(self.desk.store, "supervision")))
        while True:
            number += 1
            with writing(self.desk.store, "supervision", f"{year}-{number:03d}", by=actor.name) as dossier:
                if not dossier.acts:  # else somebody took the number in between
                    dossier.add("request", request.body())
                    return dossier.dossier

    def notify(
        self, actor: Actor, name: str, *, units: Collection[str] | None = None, sent_on: date | None = None
    ) -> Notified:
        """Send the notice to units that have none yet (None: all of them), and mails where addresses are known.

        `sent_on`: the day, not after today, where it went out on paper. Raises DossierError.
        """
        day = sent_on or self.today
        with self.handling(actor, name) as (dossier, state):
            made_on = state.request.made_on
            if not made_on <= day <= self.today:
                raise DossierError(
                    "field",
                    f"通知日期应在 {made_on} 与今天之间",
                    f"the day of the notice lies between {made_on} and today",
                )
            told = [
                one for one in state.request.units
                if one not in state.notices and (units is None or one in units)
            ]  # fmt: skip
            if not told:
                raise DossierError("state", "所选单位都已通知", "these units have their notice already")
            names = names_of(self.desk, state.request, None)
            texts = {one: notice_text(state.request, names, one, day) for one in told}
            notices = {unit: {"zh": zh, "en": en} for unit, (zh, en) in texts.items()}
            dossier.add("notify", {"sent_on": day.isoformat(), "notices": notices})
        reached = frozenset() if self.write is None else self.write(state, texts, actor.name)
        return Notified(tuple(told), tuple(one for one in told if one not in reached))

    # ---- analysis and report

    def analyse(self, actor: Actor, name: str) -> tuple[Finding, ...]:
        """Look for findings in what is accepted now, and keep them with the moment. Raises DossierError."""
        state = self.look(actor, name)
        if not handles(actor, state.request):
            raise forbidden()
        need_data(state)
        now = to_stored(self.desk.store.now())
        moment = max(now, newest_moment(self.desk) or now)  # several events of one instant come a little after it
        findings, synthetic = analyse(self.desk, state.request, moment)
        body = {
            "as_of": moment.isoformat(),
            "synthetic": synthetic,
            "findings": [{k: v for k, v in one.body().items() if k != "by"} for one in findings],
        }
        with self.handling(actor, name) as (dossier, state):
            need_unissued(state)
            if not state.notices:
                raise DossierError("state", "请先发出通知，再作分析", "send the notice first, then analyse")
            dossier.add("analyse", body)
        return findings

    def find(self, actor: Actor, name: str, unit: str, text: str, papers: Sequence[NewPaper] = ()) -> None:
        """Add a finding of one's own, with its evidence. Raises DossierError."""
        with self.handling(actor, name) as (dossier, state):
            need_data(state)
            need_unissued(state)
            need_unit(state, unit)
            said = need_text(text, "发现的问题", "what was found")
            dossier.add("finding", {"unit": unit, "text": said}, papers)

    def draft(self, actor: Actor, name: str, chosen: Collection[str]) -> None:
        """Make the report's text anew from the chosen findings: a further revision. Raises DossierError."""
        state = self.look(actor, name)
        if not handles(actor, state.request):
            raise forbidden()
        if not state.analyses:
            raise DossierError("state", "请先作分析，再起草监督报告", "analyse first, then draft the report")
        as_of = state.analyses[-1].as_of
        known = {one.key: one for one in state.findings}
        if any(key not in known for key in chosen):
            raise changed()
        told = [one for one in state.findings if one.key in chosen]
        names = names_of(self.desk, state.request, as_of)
        board = standings(self.desk, state.request, as_of)
        chapters = chapters_of(state.request, names, board, told, self.local(as_of))
        self._keep_draft(actor, name, [one.key for one in told], chapters, analyses=len(state.analyses))

    def revise(self, actor: Actor, name: str, number: int, chapters: Mapping[str, str]) -> None:
        """A further revision with other words; `number`: of the one that was edited. Raises DossierError."""
        state = self.look(actor, name)
        if not state.drafts or state.drafts[-1].number != number:
            raise changed()
        last = state.drafts[-1]
        texts = {
            one: need_text(chapters.get(one, ""), "每一章", "every chapter", longest=LONGEST_CHAPTER)
            for one in CHAPTERS
        }
        self._keep_draft(actor, name, last.chosen, texts, analyses=len(state.analyses), drafts=number)

    def _keep_draft(
        self,
        actor: Actor,
        name: str,
        chosen: Sequence[str],
        chapters: Mapping[str, str],
        *,
        analyses: int,
        drafts: int | None = None,
    ) -> None:
        with self.handling(actor, name) as (dossier, state):
            need_unissued(state)
            if len(state.analyses) != analyses or drafts not in (None, len(state.drafts)):
                raise changed()
            dossier.add("draft", {"chosen": list(chosen), "chapters": dict(chapters)})

    def issue(self, actor: Actor, name: str) -> str:
        """Issue the last revision, by somebody else than its author; the SHA-256 of its file. Raises DossierError."""
        state = self.look(actor, name)
        if not handles(actor, state.request):
            raise forbidden()
        need_unissued(state)
        if not state.drafts:
            raise DossierError("state", "还没有监督报告草稿", "there is no draft of the report yet")
        draft, analysis = state.drafts[-1], state.analyses[-1]
        if same_person(draft.by, actor.name):
            raise DossierError(
                "state",
                "起草人不能签发自己的报告；请另一人签发",
                "whoever wrote the report does not issue it: let somebody else",
            )
        if draft.at < analysis.at:
            raise DossierError(
                "state", "草稿之后又作了分析；请重新起草", "there is a newer analysis than the draft: draft it again"
            )
        content = document(state, draft.chapters, self.today, synthetic=analysis.synthetic)
        with self.handling(actor, name) as (dossier, now):
            if now.drafts[-1] != draft or now.analyses[-1] != analysis or now.issued is not None:
                raise changed()
            paper = NewPaper(f"监督报告_{name}.docx", content)
            made = dossier.add("issue", {"number": draft.number, "as_of": analysis.as_of.isoformat()}, [paper])
        return made.papers[0].sha256

    # ---- the end

    def escalate(self, actor: Actor, name: str, unit: str, reason: str) -> None:
        """Record that a serious problem found by data is to be supervised on site. Raises DossierError."""
        with self.handling(actor, name) as (dossier, state):
            need_data(state)
            need_unit(state, unit)
            said = need_text(reason, "决定实施现场监督的理由", "why it is to be supervised on site")
            dossier.add("escalate", {"unit": unit, "reason": said})

    def close(self, actor: Actor, name: str, text: str = "") -> None:
        """Close it: when all is put right, or with a reason when it ends before its report. Raises DossierError."""
        with self.handling(actor, name) as (dossier, state):
            open_items = [one for one in state.items if one.state != "accepted"]
            if open_items:
                raise DossierError(
                    "state", f"还有 {len(open_items)} 项整改未通过", f"{len(open_items)} items are not accepted yet"
                )
            waiting = [
                one for one in state.deliveries.values()
                if objection(one.received_on, one.said_on, self.today, objects=one.objects) == "open"
            ]  # fmt: skip
            if waiting:
                raise DossierError(
                    "state",
                    f"还有 {len(waiting)} 个单位在提出书面意见的期限内",
                    f"{len(waiting)} units may still object",
                )
            is_done = len(state.deliveries) == len(state.request.units) if state.is_onsite else state.issued is not None
            said = text.strip() if is_done else need_text(text, "提前结束的原因", "why it ends before its report")
            dossier.add("close", {"text": said})
