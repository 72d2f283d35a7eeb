"""The two ways a command ends without its result; each is one line on stderr."""

from __future__ import annotations


class CommandError(Exception):
    """Ends the command with `exit_code`; `zh` and `en` name the file, the place and the cure."""

    exit_code = 1

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} | {en}")
        self.zh, self.en = zh, en


class Refused(CommandError):
    """The command was understood, and something was refused (exit 1)."""


class WrongUse(CommandError):
    """The command was called wrongly: a bad option, a missing or unreadable file, an invalid catalogue (exit 2)."""

    exit_code = 2


class Terminated(BaseException):
    """SIGTERM, raised in the main thread so that open stores are closed on the way out."""
