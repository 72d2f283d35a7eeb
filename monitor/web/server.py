"""The web server: waitress in one process, stopped by SIGTERM or SIGINT with the requests under way finished."""

from __future__ import annotations

import gc
import logging
import signal
import sys
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

from flask import Flask, g
from waitress.server import create_server

from monitor.access.accounts import Account, Scope
from monitor.access.signing import FIRST_LOGIN
from monitor.documents.press import Press
from monitor.intake.limits import Limits
from monitor.jobs.health import Failing
from monitor.mail.collect import Postman
from monitor.report.desk import Desk
from monitor.store.times import to_stored

from .address import Address
from .app import MonitorApp, create_app
from .condition import Upkeep
from .front import NOTHING, Front
from .identity import Person
from .memory import few_pools, given_back
from .readers import Following, ReadOnly, measures
from .turns import THREADS
from .watching import Watch, watch_server

# Half-open clients must not starve the others (reliability.md 4c, slow clients).
_CONNECTIONS = 1000
_CHANNEL_SECONDS = 60
# what requests under way at a stop may take; waitress by itself gives them half of it, a large workbook's reading
_LEAVE_SECONDS = 10
# how many new objects bring a young collection, young ones a middle one, middle ones a full one
_COLLECT_AFTER = (10_000, 20, 100)
# how long a thread computes before another that can go on gets its turn; whoever sends a file asks the store a hundred
# times, and would wait so long for the interpreter after each
_SWITCH_SECONDS = 0.001
_ENDS = (signal.SIGTERM, signal.SIGINT)
# more than an upload or five papers may have, so that what is too large is told so by the page and not by a bare 413
_BODY_BYTES = 104 * 1024 * 1024


def serve(
    desk: Desk,
    host: str = "127.0.0.1",
    port: int = 8050,
    *,
    threads: int = 8,
    secret_key: str | bytes | None = None,
    announce: Callable[[str], None] | None = None,
    first_password: Callable[[str, str], None] | None = None,
    plain_http: bool = False,
    demo: bool = False,
    rehearsal: bool = False,
    front: Front = NOTHING,
    limits: Limits | None = None,
    postman: Postman | None = None,
    health: Callable[[], tuple[Failing, ...]] = tuple,
    watch: Watch | None = None,
    upkeep: Upkeep | None = None,
    press: Press | None = None,
    read_only: ReadOnly | None = None,
    desk_of: Callable[[], Desk] | None = None,
) -> None:
    """Answer until stopped; `announce` gets the address once the port listens (default: one line on stdout).

    `first_password` gets login and one-time password of a first operator, where no operator has chosen a password yet.

    `plain_http` keeps sessions without TLS (MONITOR_PLAIN_HTTP). `demo` signs in by one click for each role; every page
    of a `rehearsal` says that it is one. `limits` are those of uploads; `postman` writes reminders. Port 0 takes a free
    one.
    `health`: the scheduled work that fails now, which every page tells. `front`: a proxy or an OpenID provider that
    vouches for people. `watch`: what is measured beside requests, and whether the clock runs. `upkeep`: what operators
    are told of the settings. `press`: with what documents are made.
    `read_only`: the desk is of published versions, and `desk_of` makes that of the version that the thread asks.
    `threads`: half as many requests are worked on at once, so that whoever sends a file has a share of the interpreter
    too; further ones wait in line (turns.py).
    Raises OSError when the address cannot be had.
    """
    watch = watch or Watch()
    few_pools()
    make = partial(
        create_app,
        secret_key=secret_key,
        plain_http=plain_http,
        demo=demo,
        rehearsal=rehearsal,
        front=front,
        limits=limits,
        postman=postman,
        health=health,
        watch=watch,
        upkeep=upkeep,
        press=press,
        at_once=(threads + 1) // 2,
        read_only=read_only,
    )
    app = make(desk)
    application: Any = app.server
    if read_only is not None and desk_of is not None:
        watch.measures.add("reader", lambda: measures(read_only.store))

        def again() -> tuple[Desk, Flask]:
            made = desk_of()
            return made, make(made, sessions=app.access.sessions).server

        application = Following(read_only.store, (desk, app.server.wsgi_app), again)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = create_server(
        application,
        host=host,
        port=port,
        threads=threads + THREADS,
        connection_limit=_CONNECTIONS,
        channel_timeout=_CHANNEL_SECONDS,
        max_request_body_size=max(_BODY_BYTES, 2 * app.cycle.limits.file_bytes),
        ident=None,
        clear_untrusted_proxy_headers=False,  # proxied.py does, and knows whose are to be kept
    )
    watch_server(watch.measures, server.task_dispatcher)
    server.task_dispatcher.shutdown = partial(server.task_dispatcher.shutdown, timeout=_LEAVE_SECONDS)
    if first_password is not None and (made := app.access.first_operator()) is not None:
        first_password(FIRST_LOGIN, made)
    if isinstance(application, Following):
        application.start()
    else:
        desk.store.prepare_with(desk.prepare)  # so that no reader waits for the scorecard after an acceptance
    _draw_first(app)
    _spare_readers_collections()
    switched = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_SECONDS)
    (announce or _print_line)(f"http://{_printed(host)}:{_port(server)}/")
    before = {number: signal.signal(number, _stop) for number in _ENDS}
    try:
        with given_back():
            server.run()  # on SystemExit waitress lets the requests under way end
    except SystemExit:
        server.task_dispatcher.shutdown()
    finally:
        server.close()
        if isinstance(application, Following):
            application.stop()
        sys.setswitchinterval(switched)
        for number, handler in before.items():
            if signal.getsignal(number) is _stop:
                signal.signal(number, handler)


def _draw_first(app: MonitorApp) -> None:
    """Both languages are read, the first page is drawn and scripts are listed before anyone waits."""
    account = Account(0, 1, "", "", "viewer", Scope(), False, to_stored(app.access.store.now()), "", False, False)
    reader = Person(app.access.actor(account), account)
    for query in ("", "lang=en"):
        app.drawing.draw(Address.read("/", query, None), reader)
    with app.server.test_request_context("/"):
        g.person = reader
        app.server.dispatch_request()


def _spare_readers_collections() -> None:
    """Collect garbage so that nobody waits for it: a full collection stops every thread, for a third of a second where
    some scorecards are kept.

    What stands now (libraries, the first scorecard) is never walked again. Later a full collection comes after some
    twenty million objects instead of a hundred thousand; cycles that die young are found as before.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)


def _stop(_number: int, _frame: FrameType | None) -> None:
    for number in _ENDS:
        signal.signal(number, signal.SIG_IGN)  # whoever presses Ctrl-C again does not cut the stop short
    raise SystemExit(0)


def _port(server: Any) -> int:
    """The port listened on; a name with several addresses gives a server of several sockets."""
    port = getattr(server, "effective_port", None)
    return int(server.effective_listen[0][1] if port is None else port)


def _printed(host: str) -> str:
    shown = "127.0.0.1" if host == "0.0.0.0" else host
    return f"[{shown}]" if ":" in shown else shown


def _print_line(address: str) -> None:
    sys.stdout.write(f"{address}\n")
    sys.stdout.flush()
