"""`monitor snapshot`: moments frozen under a name, which every as-of takes."""

from __future__ import annotations

import click

from monitor.commands.common import describe, load_plans, open_store, record_plans, user_name
from monitor.commands.errors import WrongUse
from monitor.commands.tables import format_option, print_rows
from monitor.language import say

_COLUMNS = ("name", "as_of", "note", "frozen_by")


@click.group(
    short_help=say("冻结的版本", "Frozen versions"),
    help=describe(
        "给数据库此刻的状态起一个名称（第1版…）。名称可用于一切截至时间，永不改动，也不删除。",
        "Gives the present state of the store a name (第1版 …). The name can stand wherever an as-of can; it never"
        " moves and is never deleted.",
        "monitor snapshot freeze 第1版 --note 中期评估送审稿",
        "monitor snapshot list",
        "monitor export scorecard --as-of 第1版 --output scorecard.csv",
    ),
)
def snapshot() -> None:
    """Its commands follow."""


@snapshot.command(
    "freeze",
    help=describe(
        "冻结此刻。名称只能用一次，不能像日期。",
        "Freezes this moment. A name is used once, and cannot look like a date.",
        "monitor snapshot freeze 第1版",
        'monitor snapshot freeze 第2版 --note "年度监测上报" --by 李四',
    ),
)
@click.argument("name")
@click.option("--note", metavar="TEXT", help=say("这一版是什么。", "What this version is."))
@click.option("--by", help=say("冻结人；默认系统用户名。", "Who freezes; default: the system's user."))
def freeze(name: str, note: str | None, by: str | None) -> None:
    from monitor.report.as_of import format_as_of
    from monitor.settings import load_settings
    from monitor.store.snapshots import freeze as freeze_now

    actor = by if by is not None else user_name()
    if not actor.strip():
        raise WrongUse("--by 是空的；请写冻结人姓名", "--by is empty: name who freezes")
    settings = load_settings()
    plans = load_plans(settings)
    with open_store(settings, must_exist=True) as store:
        record_plans(store, plans, settings, by=actor)
        made = freeze_now(store, name, by=actor, note=note)
    click.echo(f"{made.name}: {say('已冻结', 'frozen')} {format_as_of(made.at)}")


@snapshot.command(
    "list",
    help=describe(
        "列出冻结的版本。", "Lists the frozen versions, first to last.", "monitor snapshot list --format csv"
    ),
)
@format_option
def list_(format_: str | None) -> None:
    from monitor.report.as_of import format_as_of
    from monitor.settings import load_settings
    from monitor.store.snapshots import list_snapshots

    with open_store(load_settings(), must_exist=True) as store:
        found = list_snapshots(store)
    rows = [{"name": s.name, "as_of": format_as_of(s.at), "note": s.note or "", "frozen_by": s.by} for s in found]
    print_rows(rows, _COLUMNS, format_)
