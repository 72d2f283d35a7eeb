"""The command line: `monitor COMMAND …`, its exit codes, and the one line that each failure gets.

Exit codes: 0 done; 1 done, but something was refused, or the machine failed; 2 wrong use; 130 and 143 when
interrupted or terminated. No failure shows a traceback: an unexpected one is written to errors.log in the data folder
under an id that the line names.
"""

from __future__ import annotations

import importlib
import os
import secrets
import signal
import sys
import traceback
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import click

from monitor import __version__
from monitor.commands.errors import CommandError, Terminated
from monitor.language import say
from monitor.log_lines import MARK, shown

COMMANDS = (
    "demo",
    "serve",
    "check",
    "assess",
    "ingest",
    "compute",
    "export",
    "compare",
    "template",
    "submissions",
    "people",
    "mail",
    "snapshot",
    "round",
    "duties",
    "levels",
    "user",
    "audit",
    "jobs",
    "verify",
    "rebuild",
    "backup",
    "restore",
    "pooling",
    "sdmx",
    "supervision",
    "budget",
    "task",
    "document",
    "config",
)
"""Each is a click command of the same name in the module of the same name in monitor.commands."""

ERROR_LOG = "errors.log"


class Commands(click.Group):
    """Imports a command's module when it is asked for, so that `--help` stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        found = getattr(importlib.import_module(f"monitor.commands.{cmd_name}"), cmd_name)
        return found if isinstance(found, click.Command) else None


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    no_args_is_help=False,
    invoke_without_command=True,
    help=say(
        "规划实施进展监测：核对指标目录，读入并审核各地数据，按统一口径评定进度，并提供网页看板。",
        "Monitors how a plan is carried out: checks catalogues, reads and reviews figures, judges progress, serves a"
        " dashboard.",
    ),
    epilog=say("每个命令都有 --help。", "Every command has --help."),
)
@click.version_option(__version__, "--version", prog_name="plan-monitor", help=say("打印版本。", "Print the version."))
@click.pass_context
def root(ctx: click.Context) -> None:
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code; the door of the `monitor` script and of `python -m monitor`."""
    _prepare_process()
    try:
        code = _invoke(list(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
    except BrokenPipeError:
        code = _leave_broken_pipe()
    except KeyboardInterrupt:
        code = 0 if _serves(arguments) else _fail(130, "已中断", "interrupted")
    except Terminated:
        code = 0 if _serves(arguments) else _fail(143, "已被终止", "terminated")
    except click.ClickException as error:
        code = _fail(2, *_explain_click(error))
    except CommandError as error:
        code = _fail(error.exit_code, error.zh, error.en)
    except Exception as error:
        code = _fail(*_explain_other(error))
    return code


def _serves(arguments: Sequence[str] | None) -> bool:
    """Whether being stopped is how the command is meant to end, while it is still being read, too."""
    return (sys.argv[1:] if arguments is None else arguments)[:1] in (["serve"], ["demo"])


def _invoke(arguments: list[str]) -> int:
    """Click's own `main` would print several lines, and swallow interrupts and broken pipes."""
    try:
        with root.make_context("monitor", arguments) as context:
            result = root.invoke(context)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    return result if isinstance(result, int) else 0


def _prepare_process() -> None:
    """Streams that can print any text, quiet libraries, and SIGTERM as an exception."""
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    if not sys.warnoptions:
        warnings.simplefilter("ignore")

    def terminate(_number: int, _frame: FrameType | None) -> None:
        raise Terminated

    signal.signal(signal.SIGTERM, terminate)


def _open_closed_streams() -> None:
    """Where stdin, stdout or stderr is closed, the next file that is opened gets its number.

    Were it the store, whatever a library prints would be written into it.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            if os.open(os.devnull, os.O_RDWR) != number:  # the lowest number that is free, which is this one
                raise
            os.set_inheritable(number, True)
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def _fail(code: int, zh: str, en: str) -> int:
    """One line on stderr, whatever the texts hold."""
    line = "".join(character if character.isprintable() else " " for character in f"monitor: {say(zh, en)}")
    try:
        print(line, file=sys.stderr, flush=True)  # noqa: T201
    except (OSError, ValueError):
        return code
    return code


def _leave_broken_pipe() -> int:
    """Who read our output has read enough; stdout is pointed elsewhere so that the interpreter's own flush is quiet."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _explain_click(error: click.ClickException) -> tuple[str, str]:
    """Click's complaint in both languages, with where to read on."""
    context = getattr(error, "ctx", None)
    help_command = f"{context.command_path if context is not None else 'monitor'} --help"
    en = " ".join(error.format_message().split()).rstrip(".")
    parameter = getattr(error, "param", None)
    name = parameter.get_error_hint(context) if parameter is not None and context is not None else ""
    match error:
        case click.exceptions.NoArgsIsHelpError() if isinstance(context, click.Context):
            group = context.command  # click's own message is the whole help, which one line cannot hold
            some = ", ".join(group.list_commands(context)) if isinstance(group, click.Group) else ""
            zh, en = f"{context.command_path} 之后须写明：{some}", f"{context.command_path} needs one of: {some}"
        case click.NoSuchOption():
            near = f"，是否想写 {'、'.join(error.possibilities)}" if error.possibilities else ""
            zh = f"没有选项 {error.option_name}{near}"
        case click.MissingParameter():
            zh = f"缺少 {name}"
        case click.BadParameter() if parameter is not None and isinstance(parameter.type, click.Choice):
            zh = f"{name} 的值不可用；可选：{'、'.join(map(str, parameter.type.choices))}"
        case click.BadParameter():
            zh = f"{name} 的值不可用（{' '.join(error.message.split())}）"
        case _:
            zh = f"用法有误（{en}）"
    return f"{zh}；用法见 {help_command}", f"{en}; see {help_command}"


def _explain_other(error: Exception) -> tuple[int, str, str]:
    """The errors that rooms raise for people carry both languages; any other is a fault of ours and gets an id."""
    zh, en = getattr(error, "zh", None), getattr(error, "en", None)
    if isinstance(zh, str) and isinstance(en, str):
        return (2 if _is_wrong_use(error) else 1), zh, en
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}：" if error.filename else ""
        return (
            1,
            f"{place}读写失败（{error.strerror}）；请检查路径、权限和磁盘空间",
            f"{place.replace('：', ': ')}reading or writing failed ({error.strerror}): check path, mode and disk space",
        )
    identity = secrets.token_hex(4)
    log = _write_traceback(identity, error)
    return (
        1,
        f"意外错误 {identity}；详情见 {log}，请把它交给维护人员",
        f"unexpected error {identity}: its details are in {log}, give that file to whoever maintains the program",
    )


def _is_wrong_use(error: Exception) -> bool:
    """What another call would cure, told by the error's class and code; the rest is the machine's fault."""
    machine = {"in_use", "already_open", "machine", "low_space", "owner_gone", "spark", "no_spark_server"}
    return type(error).__name__ != "StoreFatal" and getattr(error, "code", "") not in machine


def _write_traceback(identity: str, error: Exception) -> str:
    """Appends the traceback to the data folder's log, else to the temporary folder's; gives the log's path."""
    lines = "".join(traceback.format_exception(error)).splitlines()
    text = "".join(f"{MARK}{shown(line)}\n" for line in lines)  # no entry is forged by what a sender wrote
    entry = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {identity} plan-monitor {__version__}\n{text}\n"
    for log in (_data_folder() / ERROR_LOG, Path(ERROR_LOG)):
        try:
            log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(entry)
        except OSError:
            continue
        return str(log)
    return say("（无处可写日志）", "(no log could be written)")


def _data_folder() -> Path:
    from monitor.settings import Settings, load_settings

    try:
        return load_settings().data_folder
    except Exception:
        default: Any = Settings.model_fields["store"].default
        return Path(default).parent
