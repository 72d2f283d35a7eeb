"""What goes wrong, as problem details (RFC 9457): one shape for every error under /api, in Chinese and English."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Literal

from flask import Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from monitor.access.accounts import AccountError
from monitor.dossier.errors import DossierError
from monitor.intake.problems import FileProblem
from monitor.intake.quota import QuotaError
from monitor.intake.submission_errors import SubmissionError
from monitor.log_lines import shown
from monitor.report.as_of import AsOfError
from monitor.report.desk import QuestionError
from monitor.store.errors import StoreError, StoreFatal
from monitor.store.space import is_full
from monitor.store.tokens import TokenError

Language = Literal["zh", "en"]
MEDIA_TYPE = "application/problem+json"
PREFIX = "/api"
TYPE_PREFIX = "urn:plan-monitor:problem:"

_log = logging.getLogger("monitor.web")

_STATUS_OF_CODE = {
    "forbidden": 403,
    "not_sender": 403,
    "partly_assigned": 403,
    "not_assigned": 403,
    "unknown_submission": 404,
    "unknown_draft": 404,
    "unknown_token": 404,
    "unknown_region": 404,
    "unknown_indicator": 404,
    "unknown_department": 404,
    "reason_missing": 422,
}
_TITLES_ZH = {
    400: "请求有误", 401: "需要令牌", 403: "不允许", 404: "没有找到", 405: "方法不可用", 409: "与现状冲突",
    413: "内容过大", 415: "内容类型不可用", 422: "内容未通过核对", 429: "次数过多", 500: "内部错误",
    503: "暂不可用", 507: "存储空间或读写故障",
}  # fmt: skip


_SOON = {"Retry-After": "10"}  # by then whatever watches over the server has started it again
_FULL = (
    "磁盘空间不足，本次操作未生效；请系统管理员腾出空间后重试",
    "no space is left on the disk, nothing was changed",
)


class ApiProblem(Exception):
    """Ends a request with a status, a stable code and both texts; `more` are further members of the answer."""

    def __init__(
        self,
        status: int,
        code: str,
        zh: str,
        en: str,
        *,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(en)
        self.status, self.code, self.zh, self.en = status, code, zh, en
        self.headers, self.more = dict(headers or {}), dict(more or {})


def is_api(path: str) -> bool:
    """Whether an address belongs to the API."""
    return path == PREFIX or path.startswith(PREFIX + "/")


def no_token() -> ApiProblem:
    """The same for a token that is missing, wrong, expired or revoked."""
    return ApiProblem(
        401,
        "no_token",
        "需要有效的令牌：请在请求头写 Authorization: Bearer pm_…；令牌缺失、有误、过期或已撤销",
        "a good token is needed: send the header Authorization: Bearer pm_…; it is missing, wrong, expired or revoked",
        headers={"WWW-Authenticate": 'Bearer realm="plan-monitor"'},
    )


def forbidden() -> ApiProblem:
    return ApiProblem(
        403, "forbidden", "此令牌的角色或地区不允许这样做", "the role or the regions of this token do not allow this"
    )


def not_found() -> ApiProblem:
    """The same for what is not there and for what the token may not see."""
    return ApiProblem(404, "not_found", "没有这一项，或此令牌无权查看", "there is no such thing, or not for this token")


def asked_language() -> Language:
    """The reader's by Accept-Language; Chinese where it names neither."""
    return "en" if request.accept_languages.best_match(["zh", "en"], default="zh") == "en" else "zh"


def answer_fault(error: Exception, new_id: str) -> Response:
    """The answer to whatever was raised; only what nobody foresaw is logged, under an id that the answer names."""
    problem = _known(error)
    if problem is None:
        _log.error("fault %s at %s", new_id, shown(request.path[:200]), exc_info=error)
        problem = ApiProblem(
            500,
            "internal_error",
            f"内部错误 {new_id}；请把这一编号告诉维护人员",
            f"internal error {new_id}: give this id to whoever maintains the program",
            more={"id": new_id},
        )
    return respond(problem)


def respond(problem: ApiProblem) -> Response:
    language = asked_language()
    phrase = HTTPStatus(problem.status).phrase
    content = {
        "type": TYPE_PREFIX + problem.code,
        "title": _TITLES_ZH.get(problem.status, phrase) if language == "zh" else phrase,
        "status": problem.status,
        "detail": problem.zh if language == "zh" else problem.en,
        "instance": request.path,
        "code": problem.code,
        "zh": problem.zh,
        "en": problem.en,
        **problem.more,
    }
    written = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")  # a path may hold what is no text
    response = Response(written, status=problem.status, content_type=MEDIA_TYPE)
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language"
    response.headers.extend(problem.headers)
    return response


def file_problems(problems: Sequence[FileProblem]) -> list[dict[str, Any]]:
    """Each problem at its cell."""
    names = ("sheet", "row", "column", "code", "severity", "zh", "en", "text", "indicator_id", "rule")
    return [{name: getattr(problem, name) for name in names} for problem in problems]


def _known(error: Exception) -> ApiProblem | None:
    match error:
        case ApiProblem():
            return error
        case QuotaError():
            wait = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
            return ApiProblem(429 if wait else 507, error.code, error.zh, error.en, headers=wait)
        case SubmissionError() if error.code == "unknown_submission":
            return not_found()
        case SubmissionError() | TokenError() | AccountError():
            return ApiProblem(_STATUS_OF_CODE.get(error.code, 409), error.code, error.zh, error.en)
        case DossierError():
            return forbidden() if error.code == "forbidden" else not_found()
        case AsOfError():
            return ApiProblem(404, "unknown_moment", error.zh, error.en)
        case QuestionError():
            return ApiProblem(404, "not_found", error.zh, error.en)
        case StoreError():
            status = 507 if error.code in ("machine", "low_space") else 503
            return ApiProblem(status, error.code, error.zh, error.en)
        case StoreFatal():
            return ApiProblem(507 if is_full(error) else 503, "stopped", error.zh, error.en, headers=_SOON)
        case OSError() if is_full(error):
            return ApiProblem(507, "machine", *_FULL)
        case HTTPException():
            return _of_http(error)
        case _:
            return None


def _of_http(error: HTTPException) -> ApiProblem | None:
    """What the web framework refuses: too large, not readable, a method that is not there."""
    status = error.code or 500
    if isinstance(error, RequestEntityTooLarge):
        return too_large()
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(error.valid_methods or ()))
        return ApiProblem(
            405,
            "method_not_allowed",
            f"此处不能用 {request.method}；可用：{allowed}",
            f"{request.method} is not allowed here; allowed: {allowed}",
            headers={"Allow": allowed},
        )
    if status == 404:
        return not_found()
    if 400 <= status < 500:
        phrase = HTTPStatus(status).phrase
        return ApiProblem(status, "bad_request", f"请求无法读取（{phrase}）", f"the request cannot be read ({phrase})")
    return None


def too_large() -> ApiProblem:
    return ApiProblem(
        413,
        "too_large",
        "内容过大：超过一个文件（默认 20 MB）或 JSON（1 MB）的上限；请拆分",
        "too large: more than a file (20 MB, unless set otherwise) or JSON (1 MB) may have; split it",
    )
