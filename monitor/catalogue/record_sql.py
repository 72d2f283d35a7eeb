"""What SQL a catalogue may hold: aggregate expressions made of known words over the columns of one table.

The text is read word by word, and a word that is not known is refused: there is no way to name another table, a file,
a function of the machine or a second statement, on whichever engine it runs. The words are those that mean the same on
DuckDB and on Spark: no division (a float to one of them), no cast, no quoted name, no escape in a text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import NamedTuple

from .problems import suggestion

AGGREGATES = frozenset({"count", "sum", "min", "max"})
FUNCTIONS = AGGREGATES | {
    "abs", "coalesce", "greatest", "least", "length", "month", "nullif", "substring", "trim", "year",
}  # fmt: skip
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
