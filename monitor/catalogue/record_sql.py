"""What SQL a catalogue may hold: aggregate expressions made of known words over the columns of one table.

The text is read word by word, and a word that is not known is refused: there is no way to name another table, a file,
a function of the machine or a second statement, on whichever engine it runs. The words are those that mean the same on
DuckDB and on Spark: no division (a float to one of them), no cast, no quoted name, no escape in a text; and each
function with the arguments alone that mean the same: to Spark `trim(a, b)` takes the letters of a from b, to DuckDB
those of b from a, and they differ in where a substring begins that begins before the first letter.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import NamedTuple

from .problems import suggestion

AGGREGATES = frozenset({"count", "sum", "min", "max"})
_MANY = 100
_ARGUMENTS = {
    **dict.fromkeys((*AGGREGATES, "abs", "length", "month", "trim", "year"), (1, 1)),
    **dict.fromkeys(("coalesce", "greatest", "least"), (2, _MANY)),
    "nullif": (2, 2),
    "substring": (2, 3),
}
"""How many arguments each function takes, at least and at most."""
FUNCTIONS = frozenset(_ARGUMENTS)
WORDS = frozenset(
    {"and", "between", "case", "date", "distinct", "else", "end", "false", "in", "is", "like", "not", "null", "or",
     "then", "true", "when"}
)  # fmt: skip
_DEEPEST = 40
_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<number>[0-9]{1,18}(?:\.[0-9]{1,10})?(?![0-9A-Za-z_.]))"
    r"|(?P<text>'[^'\\\x00-\x1f]*'(?!'))"
    r"|(?P<sign><=|>=|<>|!=|[-+*=<>(),])"
    r"|(?P<other>.)",
    re.DOTALL,
)


class SqlFault(NamedTuple):
    """Something that an expression must not say, and the text of it."""

    zh: str
    en: str
    text: str


class _Token(NamedTuple):
    kind: str
    text: str


def faults(expression: str, columns: Collection[str]) -> Iterator[SqlFault]:
    """What is wrong with the words of an expression; each fault once."""
    tokens = [
        _Token(str(found.lastgroup), found.group())
        for found in _TOKEN.finditer(expression)
        if found.lastgroup != "space"
    ]
    yield from dict.fromkeys(_words(tokens, columns))
    yield from dict.fromkeys(_signs(tokens))
    yield from dict.fromkeys(_lists(tokens))
    named = {token.text.lower() for token, called in zip(tokens, _called(tokens), strict=True) if called}
    if not named & AGGREGATES:
        zh = f"须是聚合表达式：用 {'、'.join(sorted(AGGREGATES))} 之一汇总各条记录"
        en = f"must add records up: use one of {', '.join(sorted(AGGREGATES))}"
        yield SqlFault(zh, en, expression[:80])


def _called(tokens: list[_Token]) -> list[bool]:
    """Whether each token is the name of a function: a word before a bracket."""
    following = [token.text for token in tokens[1:]] + [""]
    return [
        one.kind == "word" and after == "(" and one.text.lower() not in WORDS
        for one, after in zip(tokens, following, strict=False)
    ]


def _words(tokens: list[_Token], columns: Collection[str]) -> Iterator[SqlFault]:
    following = [*tokens[1:], _Token("end", "")]
    for token, after, called in zip(tokens, following, _called(tokens), strict=False):
        name = token.text.lower()
        if token.kind != "word":
            continue
        if called:
            if name not in FUNCTIONS:
                near = suggestion(name, FUNCTIONS)
                known = "、".join(sorted(FUNCTIONS)), ", ".join(sorted(FUNCTIONS))
                yield SqlFault(
                    f"不可使用函数 {token.text}{near[0]}；可用：{known[0]}",
                    f"the function {token.text} is not to be used{near[1]}; known: {known[1]}",
                    token.text,
                )
        elif name == "date":
            if after.kind != "text" or not re.fullmatch(r"'[0-9]{4}-[0-9]{2}-[0-9]{2}'", after.text):
                yield SqlFault("日期写作 DATE '2024-01-31'", "a date is written DATE '2024-01-31'", token.text)
        elif name not in WORDS and token.text not in columns:
            zh, en = suggestion(token.text, columns)
            yield SqlFault(
                f"columns 中没有 {token.text}{zh}；只可用本表所列的列",
                f"`columns` has no {token.text}{en}; only the columns of this table can be used",
                token.text,
            )


def _lists(tokens: list[_Token]) -> Iterator[SqlFault]:
    """Commas that would make two figures or a row of one, and functions whose arguments are not to be used."""
    opened: list[tuple[str, list[list[_Token]]]] = []
    before = ""
    for token in tokens:
        if token.text == ")":
            if not opened:  # _signs tells
                return
            yield from _arguments(*opened.pop())
        elif token.text == ",":
            if opened and (opened[-1][0] in FUNCTIONS or opened[-1][0] == "in"):
                opened[-1][1].append([])
            else:
                zh, en = "逗号只可用于函数和 IN 的括号内", "a comma stands only in the brackets of a function or of IN"
                yield SqlFault(f"须是一个表达式；{zh}", f"must be one expression: {en}", ",")
        elif opened:
            opened[-1][1][-1].append(token)
        if token.text == "(":
            opened.append((before, [[]]))
        before = token.text.lower()


def _arguments(name: str, arguments: list[list[_Token]]) -> Iterator[SqlFault]:
    """What is wrong with what stands in the brackets after a word."""
    if name not in FUNCTIONS:
        return
    least, most = _ARGUMENTS[name]
    if not all(arguments) or not least <= len(arguments) <= most:
        many = f"{least}" if least == most else f"{least}–{most}"
        yield SqlFault(f"{name} 须有 {many} 个参数", f"{name} takes {many} arguments", name)
    elif name == "substring" and not all(_is_whole(one) for one in arguments[1:]):
        yield SqlFault(
            "substring 的起点和长度须直接写成 1 以上的整数",
            "where a substring begins and how long it is must be written as whole numbers from 1",
            name,
        )


def _is_whole(argument: list[_Token]) -> bool:
    return len(argument) == 1 and re.fullmatch("[1-9][0-9]*", argument[0].text) is not None


def _signs(tokens: list[_Token]) -> Iterator[SqlFault]:
    depth = 0
    for token in tokens:
        depth += (token.text == "(") - (token.text == ")")
        if depth < 0 or depth > _DEEPEST:
            yield SqlFault("括号不配对或嵌套过深", "brackets do not match, or are nested too deep", token.text)
            return
        if token.kind == "other":
            zh = f"不可使用“{token.text}”；只可用 + - * = <> < > <= >= ( ) , 和单引号文本（其中无引号和反斜线）"
            en = (
                f"'{token.text}' is not to be used; there are + - * = <> < > <= >= ( ) , and texts in single quotes"
                " without quotes or backslashes in them"
            )
            yield SqlFault(zh, en, token.text)
    if depth:
        yield SqlFault("括号不配对", "brackets do not match", "(")
    for first, second in pairwise(tokens):
        if first.text == second.text == "-":  # begins a comment
            yield SqlFault("不可连写两个减号", "two minus signs must not follow each other", "--")
