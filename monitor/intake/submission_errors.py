"""Why a submission's state cannot change, in words for people."""

from __future__ import annotations

from collections.abc import Sequence


class SubmissionError(ValueError):
    """Nothing was changed. `code` is stable snake_case; `zh` and `en` say what and the cure."""

    code = "submission"

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} | {en}")
        self.zh, self.en = zh, en


class UnknownSubmissionError(SubmissionError):
    code = "unknown_submission"

    def __init__(self, submission_id: int) -> None:
        super().__init__(
            f"没有编号为 {submission_id} 的报送；请用 monitor submissions list 查看编号",
            f"there is no submission {submission_id}; see `monitor submissions list`",
        )


class WrongStateError(SubmissionError):
    """Only a submission that waits for review can be accepted, returned, explained or withdrawn."""

    code = "wrong_state"

    def __init__(self, submission_id: int, state: str) -> None:
        self.state = state
        super().__init__(
            f"报送 {submission_id} 现处于“{_STATES_ZH.get(state, state)}”状态，只有待审核的报送可以这样处理",
            f"submission {submission_id} is {state}; only one that waits for review (submitted) can be acted on",
        )


class LaterAcceptedError(SubmissionError):
    """A later revision of the same region, form, period and vintage counts already."""

    code = "later_accepted"

    def __init__(self, submission_id: int, later_id: int, revision: int) -> None:
        self.later_id = later_id
        super().__init__(
            f"报送 {submission_id} 不能再通过：同一地区、报表、报告期和版本的第 {revision} 次报送"
            f"（编号 {later_id}）已通过；请重新报送",
            f"submission {submission_id} can no longer be accepted: revision {revision} of the same region, form, "
            f"period and vintage (submission {later_id}) has been; send the figures again",
        )


class ExplanationMissingError(SubmissionError):
    code = "explanation_missing"

    def __init__(self, submission_id: int, queries: int) -> None:
        super().__init__(
            f"报送 {submission_id} 有 {queries} 处核实性问题尚未说明；请先写明说明（命令行用 --explain）再通过",
            f"submission {submission_id} has {queries} queries without an explanation;"
            " give one first (on the command line: --explain)",
        )


class ReasonMissingError(SubmissionError):
    code = "reason_missing"

    def __init__(self, submission_id: int) -> None:
        super().__init__(
            f"退回报送 {submission_id} 必须写明原因",
            f"say why submission {submission_id} is returned: a reason is needed",
        )


class NotSenderError(SubmissionError):
    code = "not_sender"

    def __init__(self, submission_id: int, sender: str) -> None:
        super().__init__(
            f"报送 {submission_id} 由 {sender} 报送，只有报送人可以撤回；审核人请用退回",
            f"submission {submission_id} was sent by {sender}, who alone may withdraw it; a reviewer returns it",
        )


class SelfAcceptanceError(SubmissionError):
    """Nobody reviews their own figures."""

    code = "self_acceptance"

    def __init__(self, submission_id: int, name: str) -> None:
        super().__init__(
            f"报送 {submission_id} 由 {name} 本人报送，不能由本人通过；请由另一位审核人审核",
            f"submission {submission_id} was sent by {name}, who may not accept it: let another reviewer do so",
        )


class ForbiddenError(SubmissionError):
    """The actor's role or units do not reach so far."""

    code = "forbidden"

    def __init__(self, zh: str = "您的角色不能这样做；请换用有此权限的身份", en: str = "") -> None:
        super().__init__(zh, en or "your role may not do this: act as somebody who may")


class PartlyAssignedError(SubmissionError):
    """Some of its indicators are another reviewer's: to be looked at and returned, not accepted."""

    code = "partly_assigned"

    def __init__(self, submission_id: int, foreign: Sequence[str]) -> None:
        names = _some(foreign)
        super().__init__(
            f"报送 {submission_id} 还含有不归您审核的指标（{names}）：您可以提意见或退回，通过请找计划员",
            f"submission {submission_id} holds indicators that are not yours to review ({names}): remark on it or"
            " return it; a planner can accept it",
        )


class NotAssignedError(SubmissionError):
    """A remark at an indicator that is another reviewer's."""

    code = "not_assigned"

    def __init__(self, foreign: Sequence[str]) -> None:
        names = _some(foreign)
        super().__init__(
            f"指标 {names} 不归您审核，不能在此写意见；请找计划员或负责的审核人",
            f"{names}: not yours to review, so no remark of yours can stand there; ask a planner or its reviewer",
        )


class UnknownReceiptError(SubmissionError):
    code = "unknown_receipt"

    def __init__(self, receipt_id: int) -> None:
        super().__init__(f"没有回执号为 {receipt_id} 的文件", f"there is no receipt {receipt_id}")


class ReasonNamesError(SubmissionError):
    """The audit log keeps a reason for ever: it may not say what is to be forgotten."""

    code = "reason_names"

    def __init__(self) -> None:
        super().__init__(
            "原因中写有要清除的姓名或电话，而审计记录不可删改；请改写原因",
            "the reason repeats what is to be erased, and the audit log keeps it for ever: say it without names",
        )


class NotErasableError(SubmissionError):
    code = "not_erasable"

    def __init__(self, receipt_id: int) -> None:
        super().__init__(
            f"回执 {receipt_id} 的文件无法原样改写，未作任何改变；请由管理员处理该文件",
            f"the file of receipt {receipt_id} cannot be rewritten as it was; nothing was changed: ask the operator",
        )


class NotCleanError(SubmissionError):
    """It has queries or gaps, restates figures, or is not the latest that waits: somebody has to look at it."""

    code = "not_clean"

    def __init__(self, submission_id: int) -> None:
        super().__init__(
            f"报送 {submission_id} 有核实性问题或漏项、重述了已通过的数据，或另有更新的报送待审核，不能批量通过；"
            "请打开逐项审核",
            f"submission {submission_id} has queries or gaps, restates accepted figures, or a newer one waits: open it"
            " and review it by itself",
        )


class WrongDraftError(SubmissionError):
    """No such draft, or none that can still be submitted; one of somebody else is not there."""

    code = "unknown_draft"

    def __init__(self, receipt_id: int, state: str | None) -> None:
        if state is None:
            zh, en = f"没有回执号为 {receipt_id} 的草稿", f"there is no draft with receipt {receipt_id}"
        else:
            self.code = "wrong_state"
            zh = f"回执 {receipt_id} {_KEPT_ZH.get(state, state)}，不能再保存或上报；请重新上传文件"
            en = f"receipt {receipt_id} is {state} and can no longer be saved or submitted: upload the file again"
        super().__init__(zh, en)


class RestatementReasonError(SubmissionError):
    """Figures that were accepted are sent anew without a word why."""

    code = "restatement_reason_missing"

    def __init__(self, figures: int) -> None:
        super().__init__(
            f"本次报送改变了 {figures} 个已通过的数据；请写明重述原因后再上报",
            f"this changes {figures} accepted figures: say why they are restated, then submit",
        )


_NAMED = 5


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + ("…" if len(names) > _NAMED else "")


_STATES_ZH = {
    "submitted": "待审核",
    "accepted": "已通过",
    "superseded": "已被替换",
    "returned": "已退回",
    "withdrawn": "已撤回",
}

_KEPT_ZH = {"rejected": "未通过核对", "submitted": "已上报", "discarded": "已放弃"}
