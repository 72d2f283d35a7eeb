"""What the commands that give scorecards share: which rows are asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from monitor.language import say

_Command = TypeVar("_Command", bound=Callable[..., Any])


def region_option(command: _Command) -> _Command:
    """--region CODE|all."""
    text = say("一个地区的代码，或 all（默认）。", "One region's code, or all (the default).")
    return click.option("--region", metavar="CODE|all", help=text)(command)


def period_option(command: _Command) -> _Command:
    """--period P."""
    text = say("只给这一报告期，如 2023、2023-Q2；默认全部。", "This period alone, e.g. 2023, 2023-Q2; default: all.")
    return click.option("--period", metavar="P", help=text)(command)


def method_option(command: _Command) -> _Command:
    """--method linear|cagr."""
    text = say("评定方法：时序进度（默认）或年均增长。", "How to judge: by elapsed time (default) or compound growth.")
    return click.option("--method", type=click.Choice(["linear", "cagr"]), default="linear", help=text)(command)


def include_context_option(command: _Command) -> _Command:
    """--include-context."""
    text = say("包括没有目标的佐证指标。", "With the indicators that have no target.")
    return click.option("--include-context", is_flag=True, help=text)(command)
