"""What the commands of rounds share: the desk with who acts, files of evidence, and what services refuse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.common import acting, need_file, open_desk
from monitor.commands.errors import Refused, WrongUse
from monitor.language import say

if TYPE_CHECKING:
    from monitor.access.actors import Actor
    from monitor.dossier.acts import NewPaper
    from monitor.evaluation.assessment_file import AssessmentFileError
    from monitor.report.desk import Desk

round_argument = click.argument("round_id", metavar="ROUND")
indicator_argument = click.argument("indicator", metavar="INDICATOR")
by_option = click.option("--by", help=say("由谁操作；默认系统用户名。", "Who does it; default: the system's user."))
as_of_option = click.option(
    "--as-of",
    metavar="MOMENT",
    help=say("所知截至：日期、时刻或冻结版名称。", "As known at a day, moment or snapshot."),
)
papers_option = click.option(
    "--paper",
    "papers",
    multiple=True,
    type=click.Path(path_type=Path),
    help=say("证明材料文件，可多次。", "A file of evidence; may be repeated."),
)


@contextmanager
def round_desk() -> Iterator[Desk]:
    """The desk over the store of the settings; what a service refuses ends the command: who may not or not now is
    refused (exit 1), the rest is wrong use (exit 2)."""
    from monitor.dossier.errors import DossierError
    from monitor.settings import load_settings

    try:
        with open_desk(load_settings(), must_exist=True) as desk:
            yield desk
    except DossierError as error:
        kind = WrongUse if error.code in ("unknown", "field") else Refused
        raise kind(error.zh, error.en) from None


def who(desk: Desk, by: str | None) -> Actor:
    """Who acts, by --by. Raises WrongUse, Refused."""
    return acting(desk.store, desk.current.catalogues, by)


def read_papers(paths: Sequence[Path]) -> list[NewPaper]:
    """Raises WrongUse for what is no readable file."""
    from monitor.dossier.acts import NewPaper

    return [NewPaper(path.name, need_file(path, "材料", "paper").read_bytes()) for path in paths]


def read_day(text: str | None) -> date | None:
    """Raises WrongUse."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise WrongUse(f"“{text}”不是日期；写作 2026-06-30", f"'{text}' is no day: write it as 2026-06-30") from None


def print_faults(path: Path, error: AssessmentFileError) -> None:
    """Every fault on stderr, a line each: file, row, column, what is wrong and the cure, the offending text."""
    for one in error.faults:
        place = ":".join(str(part) for part in (path, one.row, one.column) if part != "")
        text = f" [{one.text}]" if one.text else ""
        click.echo(f"{place}: {say(one.zh, one.en)}{text}", err=True)
