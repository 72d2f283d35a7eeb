"""What a request has wrong in its form, told field by field."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from .faults import ApiProblem

_SHOWN = 100


def refused_fields(error: ValidationError, where: str) -> ApiProblem:
    """400 with each fault at its field; `where`: query or body."""
    problems = [_one(dict(fault), where) for fault in error.errors(include_url=False, include_context=False)[:_SHOWN]]
    first = problems[0]
    return ApiProblem(
        400,
        "bad_request",
        f"{first['path']}：{first['zh']}",
        f"{first['path']}: {first['en']}",
        more={"problems": problems},
    )


def _one(fault: dict[str, Any], where: str) -> dict[str, str]:
    path = ".".join([where, *(str(part) for part in fault["loc"])])
    match fault["type"]:
        case "missing":
            zh, en = "缺少这一项", "is missing"
        case "extra_forbidden":
            zh, en = "没有这一项；请对照 /api/openapi.json 检查拼写", "is not known: see /api/openapi.json"
        case "json_invalid":
            zh, en = "不是有效的 JSON", "is no valid JSON"
        case "string_pattern_mismatch":
            zh = "写法不符；文字须有内容且不含控制字符，代码和报告期的写法见 /api/openapi.json"
            en = "is not written as it should be: a text says something without control characters, for codes and"
            en += " periods see /api/openapi.json"
        case _:
            zh, en = f"不可用（{fault['msg']}）", f"is not usable ({fault['msg']})"
    return {"path": path, "code": str(fault["type"]), "zh": zh, "en": en, "text": _shown(fault.get("input"))}


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else "" if value is None else repr(value)
    return "".join(c if c.isprintable() else "�" for c in text)[:80]
