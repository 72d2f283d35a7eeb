"""What the commands of `monitor supervision` share: who asks of what, the options, the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.commands.common import (
    acting,
    load_plans,
    method_settings,
    open_store,
    parse_moment,
    record_plans,
    user_name,
)
from monitor.commands.errors import CommandError, Refused, WrongUse
from monitor.language import say

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from monitor.access.actors import Actor
    from monitor.dossier.acts import NewPaper
    from monitor.dossier.errors import DossierError
    from monitor.supervision.service import Supervising

_WRONG = {"unknown", "field"}

by_option = click.option(
    "--by",
    help=say(
        "谁；有账户的按其权限。默认系统用户名。", "Who, an account with its own rights; default: the system's user."
    ),
)
as_of_option = click.option(
    "--as-of", "as_of", metavar="T", help=say("当时的状态。", "As it stood at a date or moment.")
)
name_argument = click.argument("name", metavar="NUMBER")
unit_option = click.option("--unit", required=True, metavar="CODE", help=say("单位的地区代码。", "Code of the unit."))
item_option = click.option(
    "--item", required=True, type=click.IntRange(1), help=say("整改项序号。", "Number of the item.")
)
papers_option = click.option(
    "--paper", "papers", multiple=True, type=click.Path(path_type=Path),
    help=say("证明材料文件，可多次。", "A file of evidence; may be repeated."),
)  # fmt: skip


def text_option(zh: str, en: str, name: str = "--text", *, required: bool = True) -> Callable[..., Any]:
    return click.option(name, name.lstrip("-"), required=required, default=None if required else "", help=say(zh, en))


table_option = click.option(
    "--table",
    "table_name",
    type=click.Choice(["standings", "rectification", "objections", "findings"]),
    default="standings",
    show_default=True,
    help=say("哪一张表。", "Which table."),
)


@contextmanager
def supervising(by: str | None) -> Iterator[tuple[Supervising, Actor]]:
    """The services over the store of the settings, and who asks. Raises WrongUse, Refused, StoreError."""
    from monitor.commands.mailing import postman_of
    from monitor.dossier.errors import DossierError
    from monitor.report.desk import Desk
    from monitor.settings import load_settings
    from monitor.supervision.mailing import writer_of
    from monitor.supervision.service import Supervising

    settings = load_settings()
    plans = load_plans(settings)
    with open_store(settings, must_exist=True) as store:
        record_plans(store, plans, settings, by=user_name())
        desk = Desk(store, plans.catalogues, plans.regions, method_settings(settings), settings.timezone)
        postman = None if settings.contacts is None else postman_of(settings, desk)
        try:
            yield Supervising(desk, writer_of(postman)), acting(store, plans.catalogues, by)
        except DossierError as error:
            raise _refusal(error) from None


def _refusal(error: DossierError) -> CommandError:
    """What another call would cure is wrong use, the rest is refused."""
    return (WrongUse if error.code in _WRONG else Refused)(error.zh, error.en)


def moment_of(service: Supervising, text: str | None) -> datetime | None:
    """--as-of. Raises AsOfError."""
    from monitor.settings import load_settings

    return parse_moment(text, load_settings(), service.desk.store)


def table_of(service: Supervising, actor: Actor, name: str, table_name: str, as_of: str | None) -> pd.DataFrame:
    """A table of one supervision; its as-of is that of the newest event without one. Raises DossierError, AsOfError."""
    import pandas as pd

    from monitor.report.reporting import newest_moment
    from monitor.supervision.standing import standings
    from monitor.supervision.tables import objections_table, rectification_table, standings_table

    moment = moment_of(service, as_of)
    state = service.look(actor, name, as_of=moment)
    regions, day = service.desk.configuration(moment).regions, service.day_of(moment)
    told = moment or newest_moment(service.desk)
    if table_name == "rectification":
        return rectification_table(state, regions, day, told)
    if table_name == "objections":
        return objections_table(state, regions, day, told)
    if table_name == "findings":
        columns = ["key", "kind", "unit", "indicator", "period", "figure", "zh", "en", "link", "synthetic", "by"]
        found = state.findings or (state.issued.findings if state.issued is not None else ())
        return pd.DataFrame([one.body() for one in found], columns=columns, dtype=object)
    board = () if state.is_onsite else standings(service.desk, state.request, moment)
    return standings_table(state, board, regions, told)


def day_of(text: str, option: str) -> date:
    """Raises WrongUse."""
    from monitor.dossier.errors import DossierError
    from monitor.supervision.making import read_day

    try:
        found = read_day(text)
    except DossierError as error:
        raise WrongUse(f"{option}：{error.zh}", f"{option}: {error.en}") from None
    if found is None:
        raise WrongUse(f"{option} 是空的；请写成 2026-12-01", f"{option} is empty: write 2026-12-01")
    return found


def read_papers(papers: Sequence[Path]) -> list[NewPaper]:
    """Raises WrongUse for a file that is not there."""
    from monitor.commands.common import need_file
    from monitor.dossier.acts import NewPaper

    return [NewPaper(one.name, need_file(one, "证明材料", "evidence").read_bytes()) for one in papers]
