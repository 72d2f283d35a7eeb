"""`monitor config`: every setting, its value, and where the value comes from."""

from __future__ import annotations

from dataclasses import asdict

import click

from monitor.commands.common import describe
from monitor.commands.tables import format_option, print_rows
from monitor.language import say


@click.command(
    short_help=say("设置及其来源", "Settings and their origin"),
    help=describe(
        "打印全部设置、取值及其来源（default、monitor.toml 或 environment）。",
        "Prints every setting with its value and its origin: default, monitor.toml or environment.",
        "monitor config --format table",
        "MONITOR_NEAR=0.85 monitor config --format json",
    ),
)
@format_option
def config(format_: str | None) -> None:
    from monitor.settings import list_settings, load_settings

    rows = [{**asdict(one), "meaning": say(one.zh, one.en)} for one in list_settings(load_settings())]
    languages = ("zh", "en") if format_ == "json" else ("meaning",)
    print_rows(rows, ("name", "variable", "value", "origin", *languages), format_)
