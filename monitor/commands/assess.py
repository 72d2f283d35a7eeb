"""`monitor assess`: the scorecard of files, with no store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from monitor.commands.common import describe, load_plans, method_settings, need_file
from monitor.commands.errors import Refused
from monitor.commands.problems import print_problems
from monitor.commands.scorecards import (
    include_context_option,
    method_option,
    period_option,
    region_option,
)
from monitor.commands.tables import format_option, need_output, output_option, print_frame, write_file
from monitor.language import say

if TYPE_CHECKING:
    from monitor.commands.common import Plans
    from monitor.report.selection import Method
    from monitor.store.store import Store

_BY = "assess"


@click.command(
    short_help=say("由文件评定，不用数据库", "The scorecard of files, without a store"),
    help=describe(
        "按目录评定观测文件中的数字并给出评分表，不使用数据库。文件中有强制性问题时只列出问题，不给出表（退出码 1）。",
        "Judges the figures of observation files by catalogues and gives the scorecard, without a store. A file with a"
        " blocking problem gives its problems and no table (exit 1).",
        "monitor assess --catalogue indicators.yaml --observations data/published_national.csv --region 000000",
        "monitor assess --catalogue a.yaml --observations b.csv --period 2024 --method cagr --output scorecard.csv",
    ),
)
@click.option(
    "--catalogue", "catalogues", type=click.Path(path_type=Path), multiple=True, required=True,
    help=say("指标目录，可重复。", "A catalogue; may be repeated."),
)  # fmt: skip
@click.option(
    "--observations", type=click.Path(path_type=Path), multiple=True, required=True,
    help=say(
        "观测文件（.csv、.xlsx），可重复；后面的文件视为较晚通过。",
        "A file of figures (.csv, .xlsx); may be repeated, later ones count as accepted later.",
    ),
)  # fmt: skip
@click.option("--regions", type=click.Path(path_type=Path), help=say("地区文件。", "The regions file."))
@region_option
@period_option
@method_option
@include_context_option
@format_option
@output_option(required=False)
def assess(
    catalogues: tuple[Path, ...],
    observations: tuple[Path, ...],
    regions: Path | None,
    region: str | None,
    period: str | None,
    method: str,
    include_context: bool,
    format_: str | None,
    output: Path | None,
) -> None:
    from monitor.report.desk import Desk
    from monitor.report.export import write_table
    from monitor.report.exported import scorecard_of_plans
    from monitor.settings import load_settings
    from monitor.store.store import Store

    settings = load_settings()
    need_output(output, format_)
    plans = load_plans(settings, catalogues, regions)
    files = [need_file(path, "观测文件", "file of observations") for path in observations]
    with Store.open(":memory:") as store:
        _read_all(store, plans, files)
        desk = Desk(store, plans.catalogues, plans.regions, method_settings(settings), settings.timezone)
        frame = scorecard_of_plans(
            desk, plans.catalogues, region, period, None, cast("Method", method), include_context
        )
    # figures without a store were never accepted, so there is no moment to print
    frame["as_of"] = ""
    if output is None:
        print_frame(frame, format_)
    else:
        notes = {say("内容", "content"): say("评分表", "scorecard"), "settings": method_settings(settings).to_json()}
        write_file(lambda: write_table(frame, output, notes), output)


def _read_all(store: Store, plans: Plans, files: Sequence[Path]) -> None:
    """All files into the store, or every problem of all of them. Raises Refused."""
    from monitor.intake.limits import Limits
    from monitor.intake.submissions import ingest

    refused = 0
    for path in files:
        result = ingest(
            store, plans.catalogues, plans.regions, path,
            by=_BY, accept=True, explain=_BY, limits=Limits.operator(),
        )  # fmt: skip
        print_problems(result.problems, result.problem_count)
        refused += result.is_refused
    if refused:
        raise Refused(
            f"{refused} 个文件有强制性问题，未给出评分表；请改正后重试",
            f"{refused} of the files {'has' if refused == 1 else 'have'} blocking problems and there is no table:"
            " correct them and try again",
        )
