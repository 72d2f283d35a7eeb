"""The sender's own file with every problem at its cell: a workbook to mend and send again."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from .confined import DEATHS, ChildDied, ask_child
from .limits import Limits
from .problems import FileProblem

# openpyxl holds a workbook whole, at some 0.8 kB a cell; more would not fit into the child's memory.
ANNOTATED_CELLS = 500_000


class AnnotateError(ValueError):
    """No workbook was made: the file cannot be opened as a table. `zh` and `en` say why, with the cure."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} | {en}")
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class Remark:
    """A reviewer's word. `line`: the file's row it is about; without one, the rows of `indicator_id`, if any.

    `column`: the header as in the file; None for the figure's own column. Both None: about the whole.
    """

    line: int | None
    column: str | None
    indicator_id: str | None
    text: str


def annotate(
    path: Path,
    problems: Sequence[FileProblem],
    remarks: Sequence[Remark] = (),
    *,
    language: Literal["zh", "en"],
    target: Path,
    limits: Limits | None = None,
    problem_count: int | None = None,
    as_texts: bool = False,
) -> None:
    """Write the file at `path` to `target` as .xlsx, with problems and remarks as comments and coloured cells.

    A workbook keeps its sheets, formats, formulas, validations and protection; a text file becomes a workbook of its
    rows, each cell a text. A first sheet lists everything. What was marked by an earlier call is marked anew. `path` is
    a copy of our own that nobody changes meanwhile; `target` appears whole or not at all. `problem_count`: how many
    there are, where `problems` are only the first. `as_texts`: for a reader who is not its sender, a new workbook of
    the rows, so that no formula, link or name of the sender's gets into another office. Raises AnnotateError, OSError.
    """
    bounds = limits or Limits()
    bounds = replace(bounds, cells=min(bounds.cells, ANNOTATED_CELLS))
    unfinished = target.with_name(f".{secrets.token_hex(8)}.part")
    job = {
        "task": "annotate",
        "copy": str(path.resolve(strict=True)),
        "target": str(unfinished.absolute()),
        "limits": bounds.as_json(),
        "language": language,
        "problems": [_told(problem, language) for problem in problems],
        "remarks": [asdict(remark) for remark in remarks],
        "count": max(len(problems), problem_count or 0),
        "as_texts": as_texts,
    }
    try:
        answer = ask_child(job, bounds)
        if "refused" in answer:
            raise AnnotateError(f"无法在原文件上批注：{answer['zh']}", f"the file cannot be annotated: {answer['en']}")
        os.replace(unfinished, target)
    except ChildDied as death:
        zh, en = DEATHS[death.reason]
        raise AnnotateError(
            f"无法在原文件上批注：{zh}；请按问题清单修改原文件",
            f"the file cannot be annotated: {en}; mend the original by the list of problems",
        ) from None
    finally:
        unfinished.unlink(missing_ok=True)


def _told(problem: FileProblem, language: Literal["zh", "en"]) -> dict[str, object]:
    return {
        "row": problem.row,
        "column": problem.column,
        "indicator_id": problem.indicator_id,
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.zh if language == "zh" else problem.en,
        "text": problem.text,
    }
