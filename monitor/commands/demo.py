"""`monitor demo`: a store with published national and synthetic provincial figures, and the dashboard over it."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.common import describe, load_plans, method_settings, open_desk, open_store, own_store
from monitor.commands.errors import WrongUse
from monitor.commands.serving import address_options, need_free_port, run_server, stopping_cleanly, tell, ticking
from monitor.language import say

if TYPE_CHECKING:
    from monitor.commands.common import Plans
    from monitor.settings import Settings


@click.command(
    short_help=say("演示看板", "A dashboard with demo figures"),
    help=describe(
        "建立演示数据库（公开发布的全国数，以及注明为模拟数据的各省数）并提供看板，直到 Ctrl-C 或 SIGTERM。"
        "已有的演示数据库会直接使用；绝不改动其他数据库。",
        "Makes a demo store (published national figures, and provincial ones marked synthetic) and serves the"
        " dashboard until Ctrl-C or SIGTERM. Takes an earlier demo store as it is; never touches any other store.",
        "monitor demo --port 8051",
        "monitor demo --fresh",
        "monitor demo --tree",
    ),
)
@address_options
@click.option("--fresh", is_flag=True, help=say("重新建立演示数据库。", "Make the demo store anew."))
@click.option(
    "--tree",
    is_flag=True,
    help=say(
        "用完整的行政区划，并加县级模拟数据。", "With the whole tree of regions, and synthetic figures of counties."
    ),
)
def demo(host: str | None, port: int | None, fresh: bool, tree: bool) -> None:
    from monitor.settings import load_settings
    from monitor.shipped import find_shipped

    whole = {"regions": find_shipped("data/regions-full.csv")} if tree else {}
    settings = load_settings(host=host, port=port, **whole)
    plans = load_plans(settings)
    with stopping_cleanly(settings), own_store(settings) as ownership:
        need_free_port(settings)
        _prepare(settings, plans, fresh=fresh, tree=tree)
        with (
            open_desk(settings, must_exist=True, ownership=ownership) as desk,
            ticking(desk, settings, with_mail=False) as clock,  # synthetic figures are nothing to write to people about
        ):
            run_server(desk, settings, clock, demo=True)


def _mark(settings: Settings) -> Path:
    """Beside the store: says that the demo made it, and whether the making came to its end."""
    return settings.store.with_name(settings.store.name + ".demo.json")


def _prepare(settings: Settings, plans: Plans, *, fresh: bool, tree: bool) -> None:
    """Leaves a complete demo store; one whose making was interrupted, or that has other regions, is made anew.

    Raises WrongUse for a store that the demo did not make.
    """
    mark = _mark(settings)
    if settings.store.exists() and not mark.exists():
        raise WrongUse(
            f"{settings.store}：不是演示数据库，不会改动；请用 MONITOR_STORE 指定另一个文件，或用 monitor serve 打开它",
            f"{settings.store}: is no demo store and was left alone: name another file in MONITOR_STORE, or open it"
            " with `monitor serve`",
        )
    if settings.store.exists() and not fresh and _is_complete(mark, tree=tree):
        return
    _remove(settings)
    _write_mark(mark, complete=False, tree=tree)
    _load(settings, plans, tree=tree)
    _write_mark(mark, complete=True, tree=tree)


def _load(settings: Settings, plans: Plans, *, tree: bool) -> None:
    from monitor.demo.around import load_around
    from monitor.demo.counties import load_counties
    from monitor.demo.loader import load_demo
    from monitor.jobs.history import request
    from monitor.report.desk import Desk

    zh, en = ("约一分钟", "about a minute") if tree else ("约十秒", "some ten seconds")
    tell(say(f"正在建立演示数据库（{zh}）…", f"making the demo store ({en}) …"))
    with open_store(settings, must_exist=False, anew=True) as store:
        load_demo(store, plans.catalogues, plans.regions, datetime.now(UTC), timezone=settings.timezone)
        desk = Desk(store, plans.catalogues, plans.regions, method_settings(settings), settings.timezone)
        load_around(desk)
        if tree:
            load_counties(desk, settings.data_folder / "demo")
        request(store, "integrity", by="demo")  # the server does it at once, so that its page has something to show


def _is_complete(mark: Path, *, tree: bool) -> bool:
    try:
        return bool(json.loads(mark.read_text(encoding="utf-8")) == _said(complete=True, tree=tree))
    except (OSError, ValueError):
        return False


def _said(*, complete: bool, tree: bool) -> dict[str, bool]:
    return {"complete": complete, "tree": True} if tree else {"complete": complete}


def _write_mark(mark: Path, *, complete: bool, tree: bool) -> None:
    mark.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = mark.with_name(mark.name + ".part")
    temporary.write_text(json.dumps(_said(complete=complete, tree=tree)), encoding="utf-8")
    temporary.replace(mark)


def _remove(settings: Settings) -> None:
    """The demo store with what it received; the mark says that it is ours to remove.

    Raises WrongUse where another store shares the folder, StoreError where a program has the store open.
    """
    others = [path for path in sorted(settings.data_folder.glob("*.duckdb")) if path.name != settings.store.name]
    if others:
        raise WrongUse(
            f"{settings.data_folder}：其中还有 {others[0].name}，演示数据库需要单独的文件夹；请改 MONITOR_STORE",
            f"{settings.data_folder}: holds {others[0].name} too, and the demo needs a folder of its own: change"
            " MONITOR_STORE",
        )
    from monitor.store.audit_folder import AuditFolder

    _refuse_open_store(settings)
    for path in (settings.store, settings.store.with_name(settings.store.name + ".wal")):
        path.unlink(missing_ok=True)
    for name in ("received", "staging", "demo", "backups"):
        shutil.rmtree(settings.data_folder / name, ignore_errors=True)
    audit = AuditFolder.of(settings.store, settings.audit_folder)
    if (head := audit.head_file) is not None:
        head.unlink(missing_ok=True)
    shutil.rmtree(settings.data_folder / "audit", ignore_errors=True)


def _refuse_open_store(settings: Settings) -> None:
    """Another demo may be making or serving it right now; a store that is damaged may go."""
    from monitor.store.errors import StoreError

    if not settings.store.exists():
        return
    try:
        with open_store(settings, must_exist=True):
            pass
    except StoreError as error:
        if error.code in {"in_use", "already_open", "no_permission"}:
            raise
