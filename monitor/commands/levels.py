"""`monitor levels`: what plans below carry of the plan above, and its targets broken down to regions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor import __version__
from monitor.commands.common import Plans, describe, load_plans, method_settings, note_export, open_store
from monitor.commands.errors import WrongUse
from monitor.commands.tables import format_option, is_grid, need_output, output_option, print_frame, write_file
from monitor.language import say

if TYPE_CHECKING:
    from monitor.catalogue.loader import Catalogue
    from monitor.report.levels import Levels
    from monitor.report.levels_table import LevelsTable
    from monitor.settings import Settings
    from monitor.store.store import Store


@click.command(
    short_help=say("两级规划衔接与目标分解", "Two levels of plans, and targets broken down"),
    help=describe(
        "下级规划承接了上级规划的哪些指标、目标低多少、缺哪些、自设哪些（--table carried、own），"
        "以及上级目标分解到各地后合计是否达到（--table split、targets）。比例按各地最近的分母加权，分母不全就不计算。"
        "没有载入下级规划时用随软件附带的示例。",
        "Which indicators of the plan above the plans below carry, where a target is weaker and by how much, what is"
        " lacking and what is their own (--table carried, own); and whether the target above is met by those of the"
        " regions together (--table split, targets). Rates are weighted with the denominators last known, or not worked"
        " out. Where no plan below is loaded the shipped examples stand for them.",
        "monitor levels --format table",
        "monitor levels --catalogue indicators.yaml --catalogue data/plans/example-hainan-14.yaml --table split",
        "monitor levels --output levels.xlsx",
    ),
)
@click.option(
    "--catalogue",
    "catalogues",
    multiple=True,
    type=click.Path(path_type=Path),
    help=say(
        "指标目录或文件夹，可多次；默认取设置。", "A catalogue or folder, again for more; default: the setting's."
    ),
)
@click.option("--plan", help=say("上级规划的编号。", "The id of the plan above."))
@click.option(
    "--table",
    type=click.Choice(["carried", "own", "split", "targets"]),
    default="carried",
    help=say("哪张表；默认 carried。", "Which table; default: carried."),
)
@format_option
@output_option(required=False)
def levels(
    catalogues: tuple[Path, ...], plan: str | None, table: LevelsTable, format_: str | None, output: Path | None
) -> None:
    from monitor.report.levels_table import levels_table
    from monitor.settings import load_settings

    settings = load_settings()
    need_output(output, format_)
    plans = load_plans(settings, catalogues)
    if not settings.store.exists():
        found = _found(None, plans, plan, settings)
        frame = levels_table(found, table)
    else:
        with open_store(settings, must_exist=True) as store:
            found = _found(store, plans, plan, settings)
            frame = levels_table(found, table)
            if output is not None or not is_grid(format_):
                note_export(store, "levels", {"plan": found.parent.id, "table": table}, output)
    click.echo(_headline(found), err=True)
    if output is None:
        print_frame(frame, format_)
        return
    target = output

    def write() -> None:
        from monitor.report.export import write_sidecar, write_table

        versions = {one.plan.id: one.version for one in (*plans.catalogues, *_examples(plans))}
        facts = {"kind": "levels", "table": table, "plan": found.parent.id, "catalogues": versions,
                 "synthetic": found.synthetic, "program_version": __version__}  # fmt: skip
        digest = write_table(frame, target, {name: str(value) for name, value in facts.items()})
        write_sidecar(target, {**facts, "file": target.name, "rows": len(frame), "sha256": digest})

    write_file(write, target)


def _found(store: Store | None, plans: Plans, plan: str | None, settings: Settings) -> Levels:
    """With the weights of the store where there is one. Raises WrongUse for an unknown plan."""
    from monitor.report.desk import Configuration, Desk, QuestionError
    from monitor.report.levels import levels as ask
    from monitor.report.levels import levels_of, parent_of

    examples = _examples(plans)
    try:
        if store is None:
            configuration = Configuration(plans.catalogues, plans.regions, method_settings(settings))
            return levels_of(parent_of(configuration, plan), plans.catalogues, plans.regions, examples)
        desk = Desk(store, plans.catalogues, plans.regions, method_settings(settings), settings.timezone)
        return ask(desk, plan, examples=examples)
    except QuestionError as error:
        raise WrongUse(error.zh, error.en) from None


def _examples(plans: Plans) -> tuple[Catalogue, ...]:
    from monitor.web.example_plans import examples_beside

    return examples_beside(plans.catalogues)


def _headline(found: Levels) -> str:
    """The finding in a sentence, and whether it rests on examples."""
    n, whole = found.carried, len(found.plans) * len(found.main)
    zh = f"{found.parent.id}：{len(found.plans)} 个下级规划承接 {n}/{whole} 项次，偏低 {found.count('weaker')}"
    zh += f"，缺 {found.count('lacking')}，自设 {found.own}"
    en = f"{found.parent.id}: the plans below ({len(found.plans)}) carry {n} of {whole},"
    en += f" {found.count('weaker')} weaker, {found.count('lacking')} lacking, {found.own} of their own"
    if found.examples:
        zh += "（没有载入下级规划：这是示例，目标为模拟数据）"
        en += " (no plan below is loaded: these are examples with synthetic targets)"
    return say(zh, en)
