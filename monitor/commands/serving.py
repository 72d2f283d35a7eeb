"""What `monitor serve` and `monitor demo` share: the port, the secret key, the clock, and a clean stop."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

import click

from monitor.commands.common import limits_of
from monitor.commands.errors import Terminated, WrongUse
from monitor.commands.front import front_of
from monitor.commands.mailing import postman_of
from monitor.commands.upkeep import upkeep_of
from monitor.commands.watching import watch_of
from monitor.commands.working import jobs_of, ticks_beside
from monitor.language import say
from monitor.watch.logs import log_to

if TYPE_CHECKING:
    from monitor.documents.press import Press
    from monitor.jobs.clock import Clock
    from monitor.report.desk import Desk
    from monitor.settings import Settings
    from monitor.store.errors import StoreFatal

_LOG = logging.getLogger("monitor.serve")
_left_behind = threading.Event()  # work that hangs outside, in a mail server or a share, has been given up at the stop
_LAST_WORDS_SECONDS = 0.5  # for answers and the log; what is cut off later was not acknowledged
FIRST_PASSWORD = "first-password"  # pragma: allowlist secret
_Command = TypeVar("_Command", bound=Callable[..., Any])


def address_options(command: _Command) -> _Command:
    """--host and --port, which go before the settings."""
    port = click.option(
        "--port", type=click.IntRange(0, 65535), help=say("端口；0 任取空闲端口。", "Port; 0 takes a free one.")
    )
    host = click.option("--host", help=say("监听地址。", "Address to listen on."))
    return host(port(command))


@contextmanager
def stopping_cleanly(settings: Settings) -> Iterator[None]:
    """Ctrl-C and SIGTERM are how a server is meant to end, at any moment of its start too: exit 0, also where work
    hangs that no stop reaches. By then the store is closed, and nothing of that work was committed.

    A database that has given up is not: exit 1 at once, whoever met that, so that what watches over the server starts
    it again. Nothing is lost by it: all that was acknowledged is in the file. The log begins here, before the store is
    opened.
    """
    from monitor.store.errors import watching_for_the_end

    log_to(sys.stderr, settings.log_format, settings.log_level)
    try:
        with watching_for_the_end(_leave), _heeding_once():
            yield
    except (KeyboardInterrupt, Terminated):
        pass
    if _left_behind.is_set():
        logging.shutdown()
        with suppress(OSError, ValueError):
            sys.stdout.flush()
        os._exit(0)


@contextmanager
def _heeding_once() -> Iterator[None]:
    """The first Ctrl-C or SIGTERM ends it, and further ones do not cut short what is closed then."""
    before = {number: signal.signal(number, _end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) is _end:
                signal.signal(number, handler)


def _end(_number: int, _frame: FrameType | None) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    raise Terminated


def _leave(fatal: StoreFatal) -> None:
    threading.Timer(_LAST_WORDS_SECONDS, os._exit, [1]).start()
    _LOG.critical("%s", fatal.en)


def need_free_port(settings: Settings) -> None:
    """Refuses a taken port or unknown address before any long work begins. Raises WrongUse."""
    if settings.port == 0:
        return
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, UnicodeError) as error:
        raise no_address(settings, error) from None


def run_server(desk: Desk, settings: Settings, clock: Clock, *, demo: bool = False, rehearsal: bool = False) -> None:
    """Serves the dashboard until stopped, and prints its address once the page answers; `demo` offers identities.

    Every page says so while work of the `clock` fails, and that it is a `rehearsal`, in which no work is scheduled.

    Raises WrongUse.
    """
    from monitor.secret_key import load_secret_key
    from monitor.web.front import NOTHING
    from monitor.web.server import serve

    key, front = load_secret_key(settings.data_folder), NOTHING if demo else front_of(settings)
    try:
        serve(
            desk,
            settings.host,
            settings.port,
            threads=settings.threads,
            secret_key=key,
            announce=announce,
            first_password=None if demo or front.header else lambda login, text: _first_password(settings, login, text),
            plain_http=settings.plain_http or demo,
            demo=demo,
            rehearsal=rehearsal,
            front=front,
            limits=limits_of(settings),
            postman=None if rehearsal else postman_of(settings, desk),
            health=clock.failing,
            watch=watch_of(desk, settings, None if rehearsal else clock, with_mail=not demo),
            upkeep=upkeep_of(settings, with_mail=not demo, with_jobs=not rehearsal),
            press=own_press(settings),
        )
    except OSError as error:
        raise no_address(settings, error) from None


def own_press(settings: Settings) -> Press:
    """Raises WrongUse for a font or a folder of templates that is not there."""
    from monitor.documents.press import press_of
    from monitor.documents.problem import DocumentError

    try:
        return press_of(settings.pdf_font, settings.document_templates)
    except DocumentError as error:
        raise WrongUse(error.zh, error.en) from None


@contextmanager
def ticking(desk: Desk, settings: Settings, *, with_mail: bool) -> Iterator[Clock]:
    """While it lasts scheduled work is done as the settings ask for; mails are written and sent only `with_mail`.

    Raises WrongUse for an inbox, a contacts file or a password file that cannot be used, ContactsError.
    """
    from monitor.jobs.clock import Clock
    from monitor.jobs.health import Health
    from monitor.jobs.runner import Runner

    jobs = jobs_of(desk, settings, with_mail=with_mail)
    beside = ticks_beside(desk, settings)
    health = Health([*(job.name for job in jobs), *(tick.name for tick in beside), "schedule"])
    runner = Runner(desk.store, jobs, health)
    runner.prepare()
    clock = Clock((*runner.ticks(), *beside), health=health)
    clock.start()
    try:
        yield clock
    finally:
        if not clock.stop():
            _left_behind.set()
        runner.stop()


def need_safe_address(settings: Settings) -> None:
    """Refuses sessions without TLS where others could listen in. Raises WrongUse."""
    from monitor.web.identity import is_loopback

    if settings.plain_http and not is_loopback(settings.host):
        raise WrongUse(
            f"MONITOR_PLAIN_HTTP 只能用于本机地址，而 MONITOR_HOST 是 {settings.host}；请去掉该设置，由 TLS 代理转发",
            f"MONITOR_PLAIN_HTTP is for this machine's own address, and MONITOR_HOST is {settings.host}: leave it out"
            " and put a TLS proxy in front",
        )
    if settings.plain_http and settings.trusted_proxy is not None:
        raise WrongUse(
            "MONITOR_PLAIN_HTTP 与 MONITOR_TRUSTED_PROXY 不能同时使用：代理之后的会话 cookie 须带 Secure；请去掉前者",
            "MONITOR_PLAIN_HTTP and MONITOR_TRUSTED_PROXY do not go together: behind a proxy the session's cookie is"
            " for TLS alone; leave the first out",
        )


def _first_password(settings: Settings, login: str, text: str) -> None:
    """Into a file that its owner alone can read: what is printed ends in logs."""
    path = settings.data_folder / FIRST_PASSWORD
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{login}\n{text}\n")
    tell(
        say(
            f"还没有系统管理员：请用登录名 {login} 和 {path} 中的一次性密码登录，设置自己的密码后删除该文件",
            f"there is no operator yet: sign in as {login} with the one-time password in {path}, choose your own, then"
            " delete the file",
        )
    )


def tell(text: str) -> None:
    """A line on stderr. Where it cannot be written, as on a full disk, the server starts all the same."""
    with suppress(OSError):
        click.echo(text, err=True)


def announce(address: str) -> None:
    try:
        click.echo(f"{say('看板已就绪', 'the dashboard is ready')}: {address}")
    except OSError:  # likewise; what is left in the buffer must not fail at the end either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def no_address(settings: Settings, error: Exception) -> WrongUse:
    reason = getattr(error, "strerror", None) or str(error)
    return WrongUse(
        f"无法监听 {settings.host}:{settings.port}（{reason}）；请用 --port 换一个端口，或检查 MONITOR_HOST",
        f"cannot listen on {settings.host}:{settings.port} ({reason}): take another --port, or check MONITOR_HOST",
    )
