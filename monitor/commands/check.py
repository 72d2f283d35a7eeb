"""`monitor check`: whether catalogues can be used, and how plans align."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.common import catalogue_paths, describe, regions_path
from monitor.commands.errors import WrongUse
from monitor.commands.tables import print_rows, write_bytes
from monitor.language import say

if TYPE_CHECKING:
    from monitor.catalogue.alignment import Alignment
    from monitor.catalogue.loader import Catalogue
    from monitor.catalogue.problems import Problem

_NO_FILE = {"missing_file", "not_a_file", "unreadable_file", "no_catalogue"}  # wrong use, not a fault of a catalogue
_COLUMNS = ("file", "line", "path", "code", "zh", "en", "text")


@click.command(
    short_help=say("核对指标目录", "Check catalogues"),
    help=describe(
        "核对指标目录：列出全部问题（文件:行: 路径: 说明），并给出各规划之间的衔接情况。"
        "不带文件名时核对设置中的目录。有问题时退出码为 1。",
        "Checks catalogues: every problem as file:line: path: message, and how plans align with the plan above them."
        " Without a file it checks the catalogue of the settings. Exits 1 when there is a problem.",
        "monitor check indicators.yaml",
        "monitor check plans/ --format json",
        "monitor check --schema > catalogue.schema.json",
    ),
)
@click.argument("catalogues", metavar="[CATALOGUE]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--regions", type=click.Path(path_type=Path), help=say("地区文件。", "The regions file."))
@click.option("--schema", is_flag=True, help=say("打印目录格式的 JSON Schema。", "Print the format as JSON Schema."))
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    help=say("输出格式；默认每行一个问题。", "How to print; default: a problem a line."),
)
def check(catalogues: tuple[Path, ...], regions: Path | None, schema: bool, format_: str) -> int:
    from monitor.catalogue.loader import json_schema
    from monitor.settings import load_settings

    if schema:
        write_bytes((json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n").encode())
        return 0
    settings = load_settings()
    paths = catalogue_paths(settings, catalogues)
    found, problems = _load(paths, regions_path(settings, regions))
    for problem in problems:
        if problem.code in _NO_FILE:
            raise WrongUse(f"{problem.file}：{problem.zh}", f"{problem.file}: {problem.en}")
    _PRINTERS[format_](found, problems)
    return 1 if problems else 0


def _load(paths: Sequence[Path], regions: Path) -> tuple[tuple[Catalogue, ...], tuple[Problem, ...]]:
    """The catalogues, or every fault of theirs and of the regions file."""
    from monitor.catalogue.loader import load_catalogues, load_regions
    from monitor.catalogue.problems import CatalogueError

    try:
        known = load_regions(regions)
    except CatalogueError as error:
        return (), error.problems
    try:
        return load_catalogues(paths, known), ()
    except CatalogueError as error:
        return (), error.problems


def _print_json(catalogues: Sequence[Catalogue], problems: Sequence[Problem]) -> None:
    content = {"problems": [asdict(problem) for problem in problems], "plans": _alignments(catalogues)}
    write_bytes((json.dumps(content, ensure_ascii=False, indent=2, default=str) + "\n").encode())


def _print_csv(_catalogues: Sequence[Catalogue], problems: Sequence[Problem]) -> None:
    print_rows([asdict(problem) for problem in problems], _COLUMNS, "csv")


def _print_lines(catalogues: Sequence[Catalogue], problems: Sequence[Problem]) -> None:
    for problem in problems:
        place = problem.file if problem.line is None else f"{problem.file}:{problem.line}"
        path = f" {problem.path}:" if problem.path else ""
        click.echo(f"{place}:{path} {say(problem.zh, problem.en)}")
    if problems:
        count = len(problems)
        click.echo(say(f"共 {count} 个问题", f"{count} problem{'s' if count > 1 else ''}"))
        return
    for catalogue in catalogues:
        plan, count = catalogue.plan, len(catalogue.indicators)
        click.echo(
            f"{catalogue.file}: {plan.id}, "
            + say(
                f"{count} 个指标，无问题，版本 {catalogue.version}",
                f"{count} indicators, no problem, {catalogue.version}",
            )
        )
    loaded = {catalogue.plan.id for catalogue in catalogues}
    for alignment in _alignments(catalogues):
        for line in _alignment_lines(alignment, loaded):
            click.echo(line)


def _alignment_lines(alignment: Alignment, loaded: Collection[str]) -> list[str]:
    """How one plan agrees with the plan above it; findings, not faults."""
    if alignment["parent"] is None:
        return []
    if alignment["parent"] not in loaded:
        said = say("上级规划没有一同核对，不知承接多少", "the plan above is not loaded: name it, too, to compare them")
        return [f"{alignment['id']} → {alignment['parent']}: {said}"]
    carried, lacking, weaker = (len(alignment[key]) for key in ("carried", "lacking", "weaker"))
    zh = f"承接 {carried} 项，缺 {lacking} 项，目标偏低 {weaker} 项"
    en = f"{carried} carried, {lacking} lacking, {weaker} weaker"
    lines = [f"{alignment['id']} → {alignment['parent']}: {say(zh, en)}"]
    lines += [f"  {say('缺', 'lacking')}: {name}" for name in alignment["lacking"]]
    lines += [
        f"  {say('目标偏低', 'weaker')}: {one['id']} {one['target']} ({say('上级', 'parent')} {one['parent_target']})"
        for one in alignment["weaker"]
    ]
    return lines


def _alignments(catalogues: Sequence[Catalogue]) -> list[Alignment]:
    if not catalogues:
        return []
    from monitor.catalogue.alignment import find_alignment

    return find_alignment(catalogues)


_PRINTERS = {"table": _print_lines, "csv": _print_csv, "json": _print_json}
