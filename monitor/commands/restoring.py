"""What `monitor backup` and `monitor restore` share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from monitor.commands.errors import Refused, WrongUse
from monitor.language import say
from monitor.progress import Telling, untold

_WRONG_USE = ("not_empty", "no_backup", "not_portable", "no_key", "folder")


@contextmanager
def refusing() -> Iterator[None]:
    """What cannot be backed up or restored ends the command: exit 2 where another call would cure it, else 1."""
    from monitor.backup.errors import BackupError

    try:
        yield
    except BackupError as error:
        kind = WrongUse if error.code in _WRONG_USE else Refused
        raise kind(error.zh, error.en) from error


def telling() -> Telling:
    """Tells how far it is, to whoever looks at a terminal."""
    return _tell if sys.stderr.isatty() else untold


def _tell(zh: str, en: str, *, done: int | None = None, total: int | None = None) -> None:
    counted = "" if done is None else f" {done}/{total}" if total is not None else f" {done}"
    click.echo(f"{say(zh, en)}{counted}", err=True)
