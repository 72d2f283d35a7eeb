"""Problems of files on stderr, a line each: file, place, severity, what is wrong and the cure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from monitor.language import say

if TYPE_CHECKING:
    from monitor.intake.problems import FileProblem


def print_problems(problems: Sequence[FileProblem], total: int) -> None:
    """Each listed problem, and how many more there are than are listed."""
    for problem in problems:
        click.echo(problem_line(problem), err=True)
    if total > len(problems):
        more = total - len(problems)
        click.echo(say(f"另有 {more} 处问题未列出", f"{more} more problems are not listed"), err=True)


def problem_line(problem: FileProblem) -> str:
    """`file:sheet:row:column: severity code: message [offending text]`, without the parts there are none of."""
    place = [problem.file, problem.sheet, problem.row, problem.column]
    text = f" [{problem.text}]" if problem.text else ""
    said = f"{problem.severity} {problem.code}: {say(problem.zh, problem.en)}"
    return f"{':'.join(str(part) for part in place if part is not None)}: {said}{text}"
