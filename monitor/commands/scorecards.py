"""What the commands that give scorecards share: which rows are asked for, and all plans in one table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from monitor.language import say

if TYPE_CHECKING:
    import pandas as pd

    from monitor.catalogue.loader import Catalogue
    from monitor.report.desk import Desk
    from monitor.report.selection import Method

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


def scorecard_of_plans(
    desk: Desk,
    catalogues: Sequence[Catalogue],
    region: str | None,
    period: str | None,
    as_of: datetime | None,
    method: str,
    include_context: bool,
) -> pd.DataFrame:
    """The scorecards of the plans below each other, by plan id; a region counts for the plans that have it.

    Raises QuestionError when no plan has the region, or for an unknown period.
    """
    import pandas as pd

    from monitor.report.desk import QuestionError

    asked = None if region in (None, "all") else region
    frames, failure = [], None
    for plan in sorted(catalogue.plan.id for catalogue in catalogues):
        try:
            answer = desk.scorecard(
                plan=plan, region=asked, period=period, as_of=as_of,
                method=cast("Method", method), include_context=include_context,
            )  # fmt: skip
        except QuestionError as error:
            failure = error
        else:
            frames.append(answer.frame)
    if not frames and failure is not None:
        raise failure
    return pd.concat(frames, ignore_index=True)
