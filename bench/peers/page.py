"""The section of docs/performance.md: each part is written anew by its own run, and the others stay as they were."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

TITLE = "## Beside other tools\n"
PARTS = ("a", "b", "c", "d")
_WINS = "### Where a peer wins"
_HEAD = f"""\
{TITLE}
`python -m bench.peers` asks usual tools for what we do: the same files, in turn with us, in one run on one machine
([bench/peers/](../bench/peers/README.md)). Times are medians; ratios are against the reference that each table names.
First what everyone answers is compared: who finds less does not do the same work.
"""
_NONE = "| – | nobody | in what was measured |"
_ROW = re.compile(r"\| ([a-d]) \| .*\|")
Wins = Sequence[tuple[str, str]]


def woven(old: str, parts: Mapping[str, str], wins: Mapping[str, Wins]) -> str:
    """The section with these parts in it; of the others, what stands in the old one ('' where there is none).

    `parts`: letter → text that begins with `### letter) `; `wins`: letter → (who, how).
    """
    texts = {**_parts(old), **parts}
    rows = [row for row in old.splitlines() if (found := _ROW.fullmatch(row)) and found[1] not in wins]
    rows += [f"| {letter} | {who} | {how} |" for letter, told in wins.items() for who, how in told]
    table = [_WINS, "", "| part | who | how |", "|---|---|---|", *(sorted(rows, key=lambda row: row[:4]) or [_NONE])]
    shown = [texts[letter].strip() for letter in PARTS if letter in texts]
    return "\n\n".join([_HEAD.strip(), "\n".join(table), *shown]) + "\n"


def _parts(old: str) -> dict[str, str]:
    """Letter → the text of each part of a section."""
    found = {}
    for piece in re.split(r"(?m)^(?=### )", old):
        if begins := re.match(r"### ([a-d])\) ", piece):
            found[begins[1]] = piece
    return found
