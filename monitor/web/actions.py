"""What forms are posted to: each route lets one service act and leads to a page that shows what came of it.

Every route answers 303, so that a reload never posts again; what the service refuses is told on the page it leads to,
what the sender may not do or see is answered as such. Who posts, and from where, gatekeeper.py has asked before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from flask import Flask, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from monitor.intake.cycle import Cycle, Decision
from monitor.intake.submission_errors import SubmissionError
from monitor.store.errors import StoreError

from .gatekeeper import refused
from .identity import Person
from .notices import Notice, NoticeBoard
from .uploads import machine_fault, serve_upload

_PREFIX = "/do/"
_STATUS = {"forbidden": 403, "unknown_submission": 404, "unknown_draft": 404}
_FORM_BYTES = 4_000_000
_FORM_PARTS = 3_000
_NAME_CHARACTERS = 300
_TEXT_CHARACTERS = 2_000  # as the API takes; pages let nobody write more than half of it
_MOST_AT_ONCE = 1_000
_ROW = re.compile(r"[0-9]{1,9}")
Route = Callable[..., AnyResponse]


def see(path: str, said: str | None = None) -> AnyResponse:
    """Lead to a page, with what is to be told there."""
    if said:
        path += f"{'&' if '?' in path else '?'}{urlencode({'said': said})}"
    return redirect(path, 303)


def _is_endless(name: str, text: str) -> bool:
    return len(text) > _TEXT_CHARACTERS and name != "all"  # that one is a list of numbers


def explanations_given(form: Mapping[str, str]) -> dict[tuple[int | None, str], str]:
    """(row, rule) → text, from the fields that problem_grid.field_name names; others are passed over."""
    found: dict[tuple[int | None, str], str] = {}
    for name, text in form.items():
        kind, _, key = name.partition(":")
        row, separator, rule = key.partition(":")
        if kind == "explain" and separator and rule and (not row or _ROW.fullmatch(row)):
            found[int(row) if row else None, rule] = text
    return found


def remarks_given(form: Mapping[str, str]) -> dict[str, str]:
    """indicator → text, without the empty ones."""
    given = ((name.removeprefix("remark:"), text) for name, text in form.items() if name.startswith("remark:"))
    return {indicator: text for indicator, text in given if indicator and text.strip()}


class Actions:
    """The routes, with what they need."""

    def __init__(self, cycle: Cycle, notices: NoticeBoard, asking: Callable[[], Person]) -> None:
        self.cycle, self.notices, self.asking = cycle, notices, asking

    def told(self, notice: Notice) -> str:
        return self.notices.put(self.asking().actor.name, notice)

    def done(self, path: str, zh: str, en: str, lines: tuple[tuple[str, str], ...] = ()) -> AnyResponse:
        return see(path, self.told(Notice("done", zh, en, lines)))

    def guarded(self, back: str) -> Callable[[Route], Route]:
        """A service's refusal as an answer: 403 and 404 as they are, everything else as a notice on `back`."""

        def wrap(route: Route) -> Route:
            @wraps(route)
            def answered(**values: Any) -> AnyResponse:
                if any(len(name) > _NAME_CHARACTERS or _is_endless(name, text) for name, text in request.form.items()):
                    return see(back.format(**values), self.told(_TOO_LONG))
                try:
                    return route(**values)
                except SubmissionError as error:
                    status = _STATUS.get(error.code)
                    if status is not None:
                        return refused(status, error.zh, error.en)
                    return see(back.format(**values), self.told(Notice("fault", error.zh, error.en)))
                except (StoreError, OSError) as error:
                    return see(back.format(**values), self.told(machine_fault(error)))

            return answered

        return wrap


def serve_actions(server: Flask, cycle: Cycle, notices: NoticeBoard, asking: Callable[[], Person]) -> None:
    """Hang the routes on the server; `asking` tells whose request is under way."""
    actions = Actions(cycle, notices, asking)

    @server.before_request
    def _limits_of_forms() -> None:
        if request.path.startswith(_PREFIX):
            request.max_content_length, request.max_form_memory_size = _FORM_BYTES, _FORM_BYTES
            request.max_form_parts = _FORM_PARTS

    serve_upload(server, cycle, notices, asking)
    _drafts(server, actions)
    _submissions(server, actions)


def _drafts(server: Flask, actions: Actions) -> None:
    cycle, asking = actions.cycle, actions.asking

    def answers(receipt: int) -> dict[tuple[int | None, str], str]:
        """What was written so far: each query's own answer, else the one that is given for all."""
        given = explanations_given(request.form)
        for_all = request.form.get("explain_all", "").strip()
        if for_all:
            for query in cycle.look(asking().actor, receipt).queries:
                if not given.get(query.key, "").strip():
                    given[query.key] = for_all
        return given

    @server.post("/do/draft/<int:receipt>/save")
    @actions.guarded("/draft/{receipt}")
    def _save(receipt: int) -> AnyResponse:
        cycle.save(asking().actor, receipt, answers(receipt))
        return actions.done(f"/draft/{receipt}", "已暂存。", "Saved.")

    @server.post("/do/draft/<int:receipt>/discard")
    @actions.guarded("/draft/{receipt}")
    def _discard(receipt: int) -> AnyResponse:
        cycle.discard(asking().actor, receipt)
        return actions.done(
            "/upload", f"草稿（第 {receipt} 号回执）已放弃。", f"The draft (receipt {receipt}) was discarded."
        )

    @server.post("/do/draft/<int:receipt>/submit")
    @actions.guarded("/draft/{receipt}")
    def _submit(receipt: int) -> AnyResponse:
        actor, given = asking().actor, answers(receipt)
        if given:  # what was written is kept, whatever comes of the submission
            cycle.save(actor, receipt, given)
        result = cycle.submit(actor, receipt, explanations=given, reason=request.form.get("reason"))
        if result.is_refused:
            return see(f"/draft/{receipt}", actions.told(_REFUSED))
        new = [one.submission_id for one in result.submissions if one.is_new and one.submission_id is not None]
        if not new:
            return see(f"/draft/{receipt}", actions.told(_NOTHING_NEW))
        path = f"/submission/{new[0]}" if len(new) == 1 else f"/draft/{receipt}"
        return actions.done(path, "已上报，等待审核。", "Submitted; it waits for review.")


def _submissions(server: Flask, actions: Actions) -> None:
    cycle, asking = actions.cycle, actions.asking
    page = "/submission/{submission}"

    @server.post("/do/submission/<int:submission>/accept")
    @actions.guarded(page)
    def _accept(submission: int) -> AnyResponse:
        remarks = remarks_given(request.form)
        if remarks:  # what was written at the figures is kept, whatever comes of the acceptance
            cycle.comment(asking().actor, submission, remarks)
        cycle.accept(asking().actor, submission, explain=request.form.get("explain"))
        return actions.done(
            f"/submission/{submission}", "已通过，数据即时生效。", "Accepted; its figures count from now on."
        )

    @server.post("/do/submission/<int:submission>/return")
    @actions.guarded(page)
    def _return(submission: int) -> AnyResponse:
        remarks = remarks_given(request.form)
        cycle.return_(asking().actor, submission, reason=request.form.get("reason", ""), remarks=remarks)
        return actions.done(
            f"/submission/{submission}", "已退回，报送人会看到原因和意见。", "Returned; its sender sees why."
        )

    @server.post("/do/submission/<int:submission>/comment")
    @actions.guarded(page)
    def _comment(submission: int) -> AnyResponse:
        cycle.comment(asking().actor, submission, remarks_given(request.form))
        return actions.done(f"/submission/{submission}", "意见已记下。", "The remarks were kept.")

    @server.post("/do/submission/<int:submission>/withdraw")
    @actions.guarded(page)
    def _withdraw(submission: int) -> AnyResponse:
        cycle.withdraw(asking().actor, submission, reason=request.form.get("reason"))
        return actions.done(f"/submission/{submission}", "已撤回。", "Withdrawn.")

    @server.post("/do/submission/<int:submission>/explain")
    @actions.guarded(page)
    def _explain(submission: int) -> AnyResponse:
        cycle.explain(asking().actor, submission, explanations_given(request.form))
        return actions.done(f"/submission/{submission}", "说明已记下。", "The explanations were kept.")

    @server.post("/do/submission/<int:submission>/erase-people")
    @actions.guarded(page)
    def _erase_people(submission: int) -> AnyResponse:
        actor = asking().actor
        receipt = cycle.review(actor, submission).submission.receipt_id
        erased = cycle.erase_people(actor, receipt, request.form.get("reason"))
        said = ("个人信息已清除。", "Erased.") if erased else ("没有要清除的个人信息。", "There is nothing to erase.")
        return actions.done(f"/submission/{submission}", *said)

    @server.post("/do/queue/accept")
    @actions.guarded("/queue")
    def _accept_clean() -> AnyResponse:
        chosen = [*request.form.getlist("ids"), *request.form.get("all", "").split(",")]
        ids = list(dict.fromkeys(int(text) for text in chosen if _ROW.fullmatch(text)))[:_MOST_AT_ONCE]
        if not ids:
            return see("/queue", actions.told(_NONE_CHOSEN))
        return see("/queue", actions.told(_decided(cycle.accept_clean(asking().actor, ids))))


def _decided(decisions: tuple[Decision, ...]) -> Notice:
    """How many were accepted, and why the others were not."""
    passed = [one for one in decisions if one.error is not None]
    accepted = len(decisions) - len(passed)
    lines = tuple((one.error.zh, one.error.en) for one in passed if one.error is not None)
    zh = f"通过 {accepted} 件" + (f"，{len(passed)} 件未通过：" if passed else "。")
    en = f"{accepted} accepted" + (f", {len(passed)} passed over:" if passed else ".")
    return Notice("done" if accepted or not passed else "fault", zh, en, lines)


_REFUSED = Notice(
    "fault", "未能上报：以现有数据核对，文件有错误。", "Not submitted: against what is known now, the file has errors."
)
_NOTHING_NEW = Notice("done", "内容与已有报送相同，未作任何改变。", "It says nothing new; nothing was changed.")
_TOO_LONG = Notice(
    "fault",
    f"文字过长，未予处理：一处最多 {_TEXT_CHARACTERS} 字。",
    f"Nothing was done, a text is too long: at most {_TEXT_CHARACTERS} characters in one place.",
)
_NONE_CHOSEN = Notice("fault", "没有选择任何报送。", "Nothing was chosen.")
