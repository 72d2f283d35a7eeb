"""What pydantic found, told to people: where in the file, what is wrong, how to cure it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from .problems import Problem, nearest, suggestion
from .yaml_nodes import Key, Location, Node, find, locate

_QUOTED = re.compile(r"'([^']*)'")

# pydantic's error type → what to say; {…} is filled from its context
_MESSAGES: dict[str, tuple[str, str]] = {
    "string_type": ("这里要写文字", "a text is needed here"),
    "string_too_short": ("不能为空", "must not be empty"),
    "bool_type": ("这里要写 true 或 false", "true or false is needed here"),
    "bool_parsing": ("这里要写 true 或 false", "true or false is needed here"),
    "tuple_type": ("这里要写列表（每项以“- ”开头）", "a list is needed here (each item begins with '- ')"),
    "mapping_type": ("这里要写“键: 值”", "'key: value' pairs are needed here"),
    "dict_type": ("这里要写“键: 值”", "'key: value' pairs are needed here"),
    "model_type": ("这里要写“键: 值”", "'key: value' pairs are needed here"),
    "model_attributes_type": ("这里要写“键: 值”", "'key: value' pairs are needed here"),
    "too_short": ("至少要有 {min_length} 项", "needs at least {min_length} item(s)"),
    "greater_than": ("须大于 {gt}", "must be greater than {gt}"),
    "greater_than_equal": ("须不小于 {ge}", "must be at least {ge}"),
    "less_than_equal": ("须不大于 {le}", "must be at most {le}"),
}
_DATES = ("没有这个日期；写作 2021-09-23", "no such date; write it as 2021-09-23")
_PATTERNS = {
    "^[0-9]{6}$": ("地区代码须是6位数字", "a region code has 6 digits"),
    "^[a-z][a-z0-9_]*$": (
        "编码只用小写字母、数字与下划线，以字母开头",
        "an id has lower-case letters, digits and _ and begins with a letter",
    ),
    "^[A-Za-z0-9][A-Za-z0-9._-]*$": (
        "规划编码只用字母、数字、点、-、_",
        "a plan id has letters, digits, dots, - and _",
    ),
}


@dataclass(frozen=True)
class Explainer:
    """Turns the errors of validating `model` at `base` of a file's tree into problems."""

    file: str
    root: Node
    model: type[BaseModel]
    base: Location

    def problems(self, errors: Sequence[ErrorDetails]) -> list[Problem]:
        found = [self._problem(error) for error in errors]
        # A misspelt required key is one slip, not two.
        meant = {_beside(problem.path, key) for problem, key in found if key}
        return [problem for problem, _ in found if problem.code != "missing_key" or problem.path not in meant]

    def _problem(self, error: ErrorDetails) -> tuple[Problem, str | None]:
        """The problem, and the known key that an unknown one probably meant."""
        location, place = locate(self.root, (*self.base, *error["loc"]))
        kind, context = error["type"], error.get("ctx", {})
        text, meant = place.text, None
        if error["loc"] and error["loc"][-1] == "[key]":
            text = str(location[-1])
        if kind == "extra_forbidden":
            text = str(location[-1])
            code, (zh, en, meant) = "unknown_key", self._unknown_key(location)
        elif kind in {"missing", "union_tag_not_found"}:
            path = place.path if kind == "missing" else f"{place.path}.rule"
            key = path.rpartition(".")[2]
            zh, en = f"缺少必填的“{key}”", f"the required key '{key}' is missing"
            return Problem(self.file, place.line, path, "missing_key", zh, en), None
        elif "zh" in context:
            code, zh, en = kind, context["zh"], context["en"]
        else:
            code, (zh, en) = "bad_value", _value_message(error, text)
            if kind == "union_tag_invalid":
                _, place = locate(self.root, (*location, "rule"))
                text = place.text
        return Problem(self.file, place.line, place.path, code, zh, en, text), meant

    def _unknown_key(self, location: Location) -> tuple[str, str, str | None]:
        key = str(location[-1])
        chosen, others = self._models_at(location[:-1])
        known = [name for model in chosen for name in model.model_fields]
        zh, en = suggestion(key, known)
        if not zh:
            for model in others:
                if key in model.model_fields:
                    rules = "、".join(_rules(model))
                    zh, en = f"；它属于 rule: {rules}", f"; it belongs to rule: {rules}"
            if not zh and known:
                zh, en = f"；可用：{'、'.join(known)}", f"; known here: {', '.join(known)}"
        return f"未知的键“{key}”{zh}", f"unknown key '{key}'{en}", nearest(key, known)

    def _models_at(self, location: Location) -> tuple[list[type[BaseModel]], list[type[BaseModel]]]:
        """The models that a mapping of the file is read as, and those its rule has not chosen."""
        annotations: list[Any] = [self.model]
        for key in location[len(self.base) :]:
            annotations = [inner for annotation in annotations for inner in _step(annotation, key)]
        models = [model for annotation in annotations for model in _alternatives(annotation) if _is_model(model)]
        rule = find(self.root, (*location, "rule"))
        chosen = [model for model in models if rule and rule.text in _rules(model)] or models
        return chosen, [model for model in models if model not in chosen]


def _beside(path: str, key: str) -> str:
    """The path of another key of the same mapping."""
    parent = path.rpartition(".")[0]
    return f"{parent}.{key}" if parent else key


def _value_message(error: ErrorDetails, text: str | None) -> tuple[str, str]:
    kind, context = error["type"], error.get("ctx", {})
    if kind in {"literal_error", "union_tag_invalid"}:
        known = _QUOTED.findall(str(context.get("expected", context.get("expected_tags", ""))))
        word = text if kind == "literal_error" else str(context.get("tag", ""))
        zh, en = suggestion(word or "", known)
        return f"只能是 {'、'.join(known)}{zh}", f"must be one of {', '.join(known)}{en}"
    if kind == "string_pattern_mismatch":
        return _PATTERNS[context["pattern"]]
    if kind.startswith("date"):
        return _DATES
    if kind not in _MESSAGES:
        return f"值不合要求：{error['msg']}", error["msg"]
    zh, en = _MESSAGES[kind]
    return zh.format(**context), en.format(**context)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _rules(model: type[BaseModel]) -> tuple[str, ...]:
    field = model.model_fields.get("rule")
    return () if field is None else get_args(field.annotation)


def _alternatives(annotation: Any) -> Iterator[Any]:
    """The members of a union, without Annotated."""
    if get_origin(annotation) is Annotated:
        yield from _alternatives(get_args(annotation)[0])
    elif get_origin(annotation) in {Union, UnionType}:
        for argument in get_args(annotation):
            yield from _alternatives(argument)
    else:
        yield annotation


def _step(annotation: Any, key: Key) -> Iterator[Any]:
    """What stands below a key of a model, an item of a list or a key of a mapping."""
    for alternative in _alternatives(annotation):
        arguments = get_args(alternative)
        if _is_model(alternative):
            field = alternative.model_fields.get(str(key))
            if field is not None:
                yield field.annotation
        elif arguments:
            yield arguments[0] if isinstance(key, int) else arguments[-1]
