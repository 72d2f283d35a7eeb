"""The OpenAPI 3.1 document, from the table of operations and the models they name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from monitor import __version__
from monitor.access.rights import RIGHTS, ROLES

from . import faults
from .asked import SendQuery
from .operations import CSV, JSON, TEXTS, XLSX, Operation
from .told import ProblemDetails

PATH = "/api/openapi.json"
_REF = "#/components/schemas/{model}"
_ANY_OPERATION = (401, 403, 500, 503, 507)
_ABOUT = """\
规划实施进展监测系统的数据接口。每个请求须带 `Authorization: Bearer pm_…`；Cookie 在此无效。\
错误一律为 application/problem+json（RFC 9457），中英文俱全。

The data of the plan monitor. Every request carries `Authorization: Bearer pm_…`; cookies open nothing here.
Errors are application/problem+json (RFC 9457) in Chinese and English. `as_of` takes a day, a moment or the name of a
snapshot; lists come in pages, and all pages of one list are of one moment. Observations and history give figures as
decimals in text, exact to the digit; scorecards give numbers, as their CSV does. An unknown parameter is refused.
"""


def document(table: Sequence[Operation]) -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, Any] = {}
    for operation in table:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "规划实施进展监测 · Plan monitor",
            "version": __version__,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "tags": [
            {"name": "reading", "description": "已通过的数据 what is known"},
            {"name": "cycle", "description": "报送与审核 sending and review"},
            {"name": "tokens", "description": "令牌 tokens"},
        ],
        "paths": paths,
        "components": {
            "schemas": _schemas(table),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "pm_…",
                    "description": "monitor user token add",
                }
            },
        },
    }


def _schemas(table: Iterable[Operation]) -> dict[str, Any]:
    """Every model that is named, and those they are made of."""
    answers = (model for one in table for model in one.answers.values())
    told: set[type[BaseModel]] = {ProblemDetails, *(model for model in answers if not isinstance(model, str))}
    named: list[tuple[type[BaseModel], Any]] = [(model, "serialization") for model in told]
    named += [(model, "validation") for model in {one.body for one in table} if model is not None]
    named.sort(key=lambda pair: pair[0].__name__)
    return dict(_definitions(tuple(named)))


@cache
def _definitions(named: tuple[tuple[type[BaseModel], Any], ...]) -> dict[str, Any]:
    _, made = models_json_schema(named, ref_template=_REF)
    definitions: dict[str, Any] = made["$defs"]
    return definitions


def _operation(operation: Operation) -> dict[str, Any]:
    roles = [role for role in ROLES if role in RIGHTS[operation.action]]
    described: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.zh,
        "description": f"{operation.en}. Roles: {', '.join(roles)}.",
        "parameters": [*_path_parameters(operation), *_query_parameters(operation.query)],
        "responses": _responses(operation),
    }
    if operation.upload:
        described["requestBody"] = _file_body()
    elif operation.body is not None:
        content = {JSON: {"schema": _ref(operation.body)}}
        described["requestBody"] = {"required": operation.needs_body, "content": content}
    return described


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    found = []
    for name in re.findall(r"{(\w+)}", operation.path):
        number = {"type": "integer", "format": "int64", "minimum": 1, "maximum": 2**63 - 1}
        text = {"type": "string", "pattern": "^[A-Za-z0-9_.-]{1,64}$"}
        schema = text if name in TEXTS else number
        found.append({"name": name, "in": "path", "required": True, "schema": schema})
    return found


def _query_parameters(model: type[BaseModel] | None) -> list[dict[str, Any]]:
    if model is None:
        return []
    schema = model.model_json_schema(ref_template=_REF)
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _without_null(one)}
        for name, one in schema["properties"].items()
    ]


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter that may be left out is never null."""
    plain = {key: value for key, value in schema.items() if key not in ("anyOf", "title")}
    if plain.get("default", ...) is None:
        del plain["default"]
    for choice in schema.get("anyOf", ()):
        if choice != {"type": "null"}:
            plain = {**choice, **plain}
    return plain


def _file_body() -> dict[str, Any]:
    fields = SendQuery.model_json_schema(ref_template=_REF)["properties"]
    form = {
        "type": "object",
        "properties": {
            "file": {"type": "string", "format": "binary"},
            **{name: _without_null(one) for name, one in fields.items()},
        },
        "required": ["file"],
        "additionalProperties": False,
    }
    raw = {"schema": {"type": "string", "format": "binary"}}
    return {
        "required": True,
        "description": "至多 20 MB at most unless set otherwise; UTF-8, GB18030, or an .xlsx workbook",
        "content": {"multipart/form-data": {"schema": form}, CSV: raw, XLSX: raw},
    }


def _responses(operation: Operation) -> dict[str, Any]:
    found: dict[int, dict[str, Any]] = {}
    for status, answer in operation.answers.items():
        media = answer if isinstance(answer, str) else JSON
        schema = {"type": "string", "format": "binary"} if isinstance(answer, str) else _ref(answer)
        found[status] = {"description": HTTPStatus(status).phrase, "content": {media: {"schema": schema}}}
        if operation.links:
            found[status]["links"] = dict(operation.links)
    if operation.follows != "nothing":
        for status in operation.answers:
            found[status]["headers"] = {"ETag": {"schema": {"type": "string"}}}
        found[304] = {"description": "If-None-Match names what is still so"}
    for status in {*_ANY_OPERATION, *operation.faults}:
        problem = {"schema": {"$ref": _REF.format(model="ProblemDetails")}}
        found[status] = {"description": HTTPStatus(status).phrase, "content": {faults.MEDIA_TYPE: problem}}
    if 401 in found:
        found[401]["headers"] = {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}}
    return {str(status): found[status] for status in sorted(found)}


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REF.format(model=model.__name__)}
