"""YAML as nodes that remember their line.

PyYAML's event stream is turned into a small tree without recursion, so that neither depth nor aliases
can exhaust the program, and so that scalars keep the spelling of the file: YAML 1.1 would read 010 as
eight, 12:30 as 750 and `no` as false.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn

import yaml

from .problems import Problem

MOST_DEPTH = 40
MOST_VALUES = 200_000

# What YAML allows in a stream; PyYAML's two scanners report the rest in different ways.
_UNPRINTABLE = re.compile("[^\x09\x0a\x0d\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_PLAIN_TAGS = {None, "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"}
# The C scanner where the platform has it: the same events, ten times as fast.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

Key = str | int
Location = tuple[Key, ...]


@dataclass(eq=False, slots=True)
class Node:
    """A value of the file; a mapping has `entries` and `key_lines`, a list has `elements`.

    `size` counts the value and all below it, `depth` its levels, each alias anew.
    """

    kind: Literal["scalar", "list", "mapping"]
    line: int
    text: str = ""
    plain: bool = False
    elements: list[Node] = field(default_factory=list)
    entries: dict[str, Node] = field(default_factory=dict)
    key_lines: dict[str, int] = field(default_factory=dict)
    size: int = 1
    depth: int = 1

    def measure(self) -> None:
        children = self.elements or [*self.entries.values()]
        self.size += sum(child.size for child in children)
        self.depth += max((child.depth for child in children), default=0)


@dataclass
class _Frame:
    node: Node
    location: Location
    anchor: str | None
    key: str | None = None


@dataclass(frozen=True)
class Place:
    """Where a location leads: its path, its line, and the text there if it is a scalar."""

    path: str
    line: int
    text: str | None


class _Unusable(Exception):
    """The stream cannot be followed beyond this fault."""


class _Builder:
    """Builds the tree from events; `problems` are the faults met on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self._stack: list[_Frame] = []
        self._anchors: dict[str, Node] = {}
        self._open_anchors: set[str] = set()
        self._documents = 0
        self._values = 0

    def take(self, event: Any) -> None:
        """One event of the stream. Raises _Unusable where reading on makes no sense."""
        line = event.start_mark.line + 1
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._stop(
                    line,
                    "several_documents",
                    "一个文件只放一个规划；删去第二个“---”",
                    "one file holds one plan; remove the second '---'",
                )
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event.anchor, line)
        elif isinstance(event, yaml.ScalarEvent):
            self._tag(event, line)
            node = Node("scalar", line, event.value, plain=not event.style)
            if event.anchor:
                self._anchors[event.anchor] = node
            self._attach(node, line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._open(event, line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._close()

    def _open(self, event: Any, line: int) -> None:
        self._tag(event, line)
        if len(self._stack) >= MOST_DEPTH:
            self._too_deep(line)
        node = Node("mapping" if isinstance(event, yaml.MappingStartEvent) else "list", line)
        if event.anchor:
            self._anchors[event.anchor] = node
            self._open_anchors.add(event.anchor)
        self._stack.append(_Frame(node, self._location(), event.anchor))

    def _close(self) -> None:
        frame = self._stack.pop()
        if frame.anchor:
            self._open_anchors.discard(frame.anchor)
        frame.node.measure()
        if frame.node.size > MOST_VALUES:
            self._too_many(frame.node.line)
        if frame.node.depth > MOST_DEPTH:
            self._too_deep(frame.node.line)
        self._attach(frame.node, frame.node.line)

    def _alias(self, anchor: str, line: int) -> None:
        if anchor in self._open_anchors or anchor not in self._anchors:
            zh, en = "别名指向自身或不存在的锚点", "an alias of itself or of no anchor"
            self._stop(line, "bad_alias", zh, en, f"*{anchor}")
        self._attach(self._anchors[anchor], line)

    def _attach(self, node: Node, line: int) -> None:
        self._values += 1
        if self._values > MOST_VALUES:
            self._too_many(line)
        if not self._stack:
            self.root = node
            return
        frame = self._stack[-1]
        if frame.node.kind == "list":
            frame.node.elements.append(node)
        elif frame.key is not None:
            frame.node.entries.setdefault(frame.key, node)
            frame.key = None
        elif node.kind != "scalar":
            self._stop(line, "bad_key", "键须是文字，不能是列表或映射", "a key must be a text, not a list or mapping")
        else:
            self._key(frame, node.text, line)

    def _key(self, frame: _Frame, key: str, line: int) -> None:
        first = frame.node.key_lines.setdefault(key, line)
        if key in frame.node.entries:
            self._fault(
                line,
                path_of((*frame.location, key)),
                "duplicate_key",
                f"键“{key}”重复，第一次在第 {first} 行",
                f"key '{key}' is written twice, first in line {first}; keep one",
                key,
            )
        elif key == "<<":
            self._fault(
                line,
                path_of((*frame.location, key)),
                "unknown_key",
                "不支持合并键“<<”；把内容写出来",
                "merge keys ('<<') are not read; write the content out",
                key,
            )
        frame.key = key

    def _location(self) -> Location:
        if not self._stack:
            return ()
        frame = self._stack[-1]
        if frame.node.kind == "list":
            return (*frame.location, len(frame.node.elements))
        return (*frame.location, frame.key or "?")

    def _tag(self, event: Any, line: int) -> None:
        if event.tag not in _PLAIN_TAGS:
            self._fault(
                line,
                path_of(self._location()),
                "bad_tag",
                "不接受 YAML 标签；删去它",
                "YAML tags are not accepted; remove it",
                event.tag,
            )

    def _fault(self, line: int, path: str, code: str, zh: str, en: str, text: str | None = None) -> None:
        self.problems.append(Problem(self.file, line, path, code, zh, en, text))

    def _too_many(self, line: int) -> NoReturn:
        self._stop(line, "too_many_values", f"超过 {MOST_VALUES} 个值", f"more than {MOST_VALUES} values")

    def _too_deep(self, line: int) -> NoReturn:
        self._stop(line, "too_deep", f"嵌套超过 {MOST_DEPTH} 层", f"nested deeper than {MOST_DEPTH} levels")

    def _stop(self, line: int, code: str, zh: str, en: str, text: str | None = None) -> NoReturn:
        self._fault(line, path_of(self._location()), code, zh, en, text)
        raise _Unusable


def parse_nodes(text: str, file: str) -> tuple[Node | None, list[Problem]]:
    """The document's root, None where it has none or cannot be followed, and what is wrong with the writing."""
    if found := _UNPRINTABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        character = f"U+{ord(found.group()):04X}"
        zh, en = f"不可见的控制字符 {character}；删去它", f"control character {character}; remove it"
        return None, [Problem(file, line, "", "bad_character", zh, en, character)]
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except _Unusable:
        return None, builder.problems
    except yaml.YAMLError as error:
        return None, [*builder.problems, _syntax(error, text, file)]
    return builder.root, builder.problems


def _syntax(error: yaml.YAMLError, text: str, file: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = text.split("\n")
    offending = lines[line - 1] if line <= len(lines) else ""
    if "\t" in offending[: len(offending) - len(offending.lstrip())]:
        zh, en = "缩进用了制表符；改用空格", "indented with a tab; use spaces"
    else:
        reason = getattr(error, "problem", None) or getattr(error, "context", None) or "syntax"
        zh = f"YAML 写法有误（第 {line} 行第 {column} 列：{reason}）；检查缩进、冒号、引号与括号"
        en = f"not valid YAML at line {line}, column {column}: {reason}; check indentation, colons, quotes and brackets"
    return Problem(file, line, "", "bad_yaml", zh, en, offending.strip())


def to_data(node: Node) -> Any:
    """Plain data for validation: every scalar as its raw text but null, true and false; depth is bounded by parsing."""
    if node.kind == "list":
        return [to_data(element) for element in node.elements]
    if node.kind == "mapping":
        return {key: to_data(value) for key, value in node.entries.items()}
    if node.plain:
        if node.text in _NULLS:
            return None
        return _BOOLEANS.get(node.text, node.text)
    return node.text


def path_of(location: Sequence[Key]) -> str:
    """`("indicators", 3, "target")` → `indicators[3].target`"""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in location).removeprefix(".")


def find(root: Node, location: Sequence[Key]) -> Node | None:
    """The node at a location of the file, None when nothing is there."""
    node: Node | None = root
    for key in location:
        if node is None:
            return None
        if isinstance(key, int):
            node = node.elements[key] if key < len(node.elements) else None
        else:
            node = node.entries.get(key)
    return node


def locate(root: Node, location: Sequence[Key]) -> tuple[Location, Place]:
    """Follow a location, skipping what the file does not say: pydantic puts the tag of a chosen rule into its own.

    Returns the location as the file has it and the place; a last key that is absent stays in the path with the
    line of the mapping it is absent from.
    """
    node, line = root, root.line
    way: list[Key] = []
    chosen: Node | None = None
    for index, key in enumerate(location):
        if node.kind == "mapping" and chosen is not node and (rule := node.entries.get("rule")) is not None:
            chosen = node
            if rule.text == key:
                continue
        if node.kind == "mapping" and str(key) in node.entries:
            name = str(key)
            way.append(name)
            line, node = node.key_lines[name], node.entries[name]
        elif node.kind == "list" and isinstance(key, int) and key < len(node.elements):
            way.append(key)
            node = node.elements[key]
            line = node.line
        elif index == len(location) - 1 and node.kind == "mapping" and key != "[key]":
            way.append(str(key))
            return tuple(way), Place(path_of(way), line, None)
    if way and node.kind == "scalar":
        line = node.line
    return tuple(way), Place(path_of(way), line, node.text if node.kind == "scalar" else None)
