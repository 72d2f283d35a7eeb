"""Reporting on tasks: the lead unit's reviewer or a planner reports, a planner confirms or returns. Nothing is changed.

Rights are asked here, whichever door somebody came through.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from monitor.access.accounts import find_account
from monitor.access.actors import Actor
from monitor.access.names import same_person
from monitor.access.rights import RIGHTS
from monitor.catalogue.loader import Catalogue
from monitor.dossier.acts import Act, NewPaper, Writing, read_acts, writing
from monitor.dossier.errors import DossierError, forbidden
from monitor.store.store import Store

from .board import TaskState, dossier_of, task_board, task_state
from .contradictions import contradictions
from .files import tasks_of
from .models import Task, TaskFile
from .progress import STATES, Count, DoneMilestone, Report, State, reports_of

LONGEST = 5_000
_LARGEST, _DECIMALS = Decimal(10**12), 10
_NEEDS_DIFFICULTIES: frozenset[State] = frozenset({"hard", "adjust", "failing"})


@dataclass(frozen=True)
class NewReport:
    """What somebody reports; `day`: the day that it speaks of."""

    state: str
    day: date
    text: str
    difficulties: str = ""
    explanation: str = ""
    counts: tuple[Count, ...] = ()
    milestones: tuple[DoneMilestone, ...] = ()


@dataclass(frozen=True)
class Tasks:
    """The tasks of one plan over one store. `region`: whose plan it is."""

    store: Store
    file: TaskFile
    region: str

    def board(self, today: date, as_of: datetime | None = None) -> tuple[TaskState, ...]:
        """Every task as it stands on a day, by what was known at a moment (UTC)."""
        return task_board(self.file, read_acts(self.store, "task", as_of=as_of), today)

    def state(self, task_id: str, today: date, as_of: datetime | None = None) -> TaskState:
        """One task. Raises DossierError (unknown)."""
        task = self.task(task_id)
        acts = read_acts(self.store, "task", dossier_of(self.file.plan, task.id), as_of=as_of)
        return task_state(self.file, task, acts, today)

    def task(self, task_id: str) -> Task:
        """Raises DossierError (unknown)."""
        found = self.file.task(task_id)
        if found is None:
            raise DossierError(
                "unknown",
                f"规划中没有任务“{task_id[:60]}”；任务编码见重点任务页",
                f"the plan has no task '{task_id[:60]}': the page of tasks has their ids",
            )
        return found

    def may_report(self, actor: Actor, task: Task) -> bool:
        """Planners on every task, a reviewer on those that the own department leads, or on all without a limit."""
        if not actor.may("self_assess", self.region):
            return False
        if RIGHTS["self_assess"][actor.role] != "assigned" or actor.indicators is None:
            return True
        account = None if actor.account_id is None else find_account(self.store, account_id=actor.account_id)
        return account is not None and task.lead.zh in (account.scope.departments or ())

    def report(self, actor: Actor, task_id: str, new: NewReport, papers: Sequence[NewPaper], *, today: date) -> Report:
        """Add a report. `today`: the day of the reporting. Raises DossierError (forbidden, unknown, field)."""
        task = self.task(task_id)
        if not self.may_report(actor, task):
            raise forbidden()
        _check(self.file, task, new, today)
        with self._writing(task, actor) as dossier:
            act = dossier.add("report", _body(new), papers)
            self._refuse_contradiction(task, dossier.acts, new)
            return next(one for one in reports_of(dossier.acts) if one.seq == act.seq)

    def confirm(self, actor: Actor, task_id: str, number: int, remark: str = "") -> Report:
        """A planner agrees with a report of somebody else. Raises DossierError (forbidden, unknown, state, field)."""
        return self._decide(actor, task_id, number, "confirm", _checked_text(remark))

    def send_back(self, actor: Actor, task_id: str, number: int, remark: str) -> Report:
        """A planner does not: the report stays to be seen, and counts for nothing. Raises DossierError as `confirm`."""
        said = _checked_text(remark)
        if not said:
            raise DossierError(
                "field",
                "退回要写明理由，以便责任单位重报",
                "returning needs a reason, so that the lead unit can report again",
            )
        return self._decide(actor, task_id, number, "return", said)

    def _decide(self, actor: Actor, task_id: str, number: int, action: str, remark: str) -> Report:
        task = self.task(task_id)
        if not actor.may("evaluate"):
            raise forbidden()
        with self._writing(task, actor) as dossier:
            report = next((one for one in reports_of(dossier.acts) if one.number == number), None)
            if report is None:
                raise DossierError("unknown", f"没有第 {number} 份报告", f"there is no report {number}")
            _refuse_decided(report, actor)
            dossier.add(action, {"number": number, "remark": remark})
            return next(one for one in reports_of(dossier.acts) if one.number == number)

    def _refuse_contradiction(self, task: Task, acts: Sequence[Act], new: NewReport) -> None:
        """Raised within the transaction, which then leaves nothing behind."""
        found = contradictions(task_state(self.file, task, acts, new.day), new.day)
        if found and not new.explanation.strip():
            raise DossierError(
                "field",
                f"{'；'.join(one.zh for one in found)}。请更正状态或数字，或在“说明”中写明原因",
                f"{'; '.join(one.en for one in found)}: put the state or the numbers right, or explain why",
            )

    def _writing(self, task: Task, actor: Actor) -> AbstractContextManager[Writing]:
        return writing(self.store, "task", dossier_of(self.file.plan, task.id), by=actor.name)


def tasks_over(store: Store, catalogue: Catalogue) -> Tasks | None:
    """The tasks of a plan over a store; None where the plan has none. Raises CatalogueError."""
    file = tasks_of(catalogue)
    return None if file is None else Tasks(store, file, catalogue.plan.region)


def _refuse_decided(report: Report, actor: Actor) -> None:
    if report.decision != "open":
        zh = "已确认" if report.decision == "confirmed" else "已退回"
        raise DossierError(
            "state",
            f"第 {report.number} 份报告{zh}；有变化请另报一份",
            f"report {report.number} was {report.decision} already: what has changed needs another report",
        )
    if report.revised_by is not None:
        raise DossierError(
            "state",
            f"第 {report.number} 份报告已由第 {report.revised_by} 份修订；请审阅新的一份",
            f"report {report.number} was revised by report {report.revised_by}: look at that one",
        )
    if same_person(report.by, actor.name):
        raise DossierError(
            "state", "报告须由他人确认或退回", "a report is confirmed or returned by somebody else than its sender"
        )


def _check(file: TaskFile, task: Task, new: NewReport, today: date) -> None:
    """What one report says, by itself. Raises DossierError (field) with everything that is wrong."""
    found: list[tuple[str, str]] = []
    first = file.timetable_of(task).first_day
    if new.state not in STATES:
        found.append(("请选择状态", "choose a state"))
    if not new.text.strip():
        found.append(("请写明进展情况", "say what the progress is"))
    if new.state in _NEEDS_DIFFICULTIES and not new.difficulties.strip():
        found.append(("这一状态要写明困难与问题", "this state needs a word on the difficulties"))
    if max(len(new.text), len(new.difficulties), len(new.explanation)) > LONGEST:
        found.append((f"一处文字最多 {LONGEST} 字", f"a text has at most {LONGEST} characters"))
    if not first <= new.day <= today:
        span = f"{first.isoformat()} – {today.isoformat()}"
        found.append((f"报告日期须在 {span} 之间", f"the day of the report lies within {span}"))
    for count in new.counts:
        found += _faults_of_count(task, count, new.day, first)
    for done in new.milestones:
        milestone = task.milestone(done.milestone)
        if milestone is None:
            found.append((f"没有节点“{done.milestone}”", f"there is no milestone '{done.milestone}'"))
        elif not first <= done.done_on <= new.day:
            zh, en = milestone.text.zh, milestone.text.in_language("en")
            found.append((f"“{zh}”的完成日期不能晚于报告日期", f"'{en}' was done after the day of the report"))
    for ids in ([one.goal for one in new.counts], [one.milestone for one in new.milestones]):
        found += [(f"“{id}”写了两次", f"'{id}' is given twice") for id in sorted(set(ids)) if ids.count(id) > 1]
    if found:
        raise DossierError("field", "；".join(zh for zh, _ in found), "; ".join(en for _, en in found))


def _faults_of_count(task: Task, count: Count, day: date, first: date) -> list[tuple[str, str]]:
    goal = task.goal(count.goal)
    if goal is None:
        return [(f"没有可计数目标“{count.goal}”", f"there is no countable goal '{count.goal}'")]
    zh, en = goal.name.zh, goal.name.in_language("en")
    found = []
    if not (count.number.is_finite() and 0 <= count.number <= _LARGEST):
        found.append((f"{zh}：须是不小于 0 的数", f"{en}: a number of at least 0 is needed"))
    elif int(count.number.as_tuple().exponent) < -_DECIMALS:
        found.append((f"{zh}：最多 {_DECIMALS} 位小数", f"{en}: at most {_DECIMALS} decimals"))
    elif goal.unit.zh == "%" and count.number > 100:
        found.append((f"{zh}：比例不能超过 100%", f"{en}: a share is at most 100%"))
    elif goal.unit.zh != "%" and count.number != count.number.to_integral_value():
        found.append((f"{zh}：须是整数", f"{en}: a whole number is needed"))
    if not first <= count.counted_on <= day:
        found.append((f"{zh}：截至日期不能晚于报告日期", f"{en}: counted after the day of the report"))
    if not count.source.strip():
        found.append((f"{zh}：请写明数字来源", f"{en}: say where the number is from"))
    return found


def _checked_text(text: str) -> str:
    if len(text) > LONGEST:
        raise DossierError("field", f"文字最多 {LONGEST} 字", f"a text has at most {LONGEST} characters")
    return text.strip()


def _body(new: NewReport) -> dict[str, object]:
    return {
        "day": new.day.isoformat(),
        "state": new.state,
        "text": new.text.strip(),
        "difficulties": new.difficulties.strip(),
        "explanation": new.explanation.strip(),
        "counts": [
            {
                "goal": one.goal,
                "number": f"{one.number:f}",
                "counted_on": one.counted_on.isoformat(),
                "source": one.source.strip(),
            }
            for one in new.counts
        ],
        "milestones": [{"milestone": one.milestone, "done_on": one.done_on.isoformat()} for one in new.milestones],
    }
