"""The web application: one Dash app on Flask, one callback that draws the page an address names.

The HTML of an address already holds the page (markup.py), so it reads before scripts have run; the callback
draws the same page for the app, and every later address without a reload.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from html import escape
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from flask import Flask, Response, g, request

from monitor.access.passwords import Passwords
from monitor.access.sessions import Sessions
from monitor.access.signing import Access
from monitor.access.tokens import Tokens
from monitor.demo.people import ensure_people
from monitor.documents.press import Press
from monitor.intake.cycle import Cycle
from monitor.intake.limits import Limits
from monitor.jobs.health import Failing
from monitor.mail.collect import Postman
from monitor.report.desk import Desk
from monitor.store.times import to_stored, utc_now

from .actions import serve_actions
from .address import Address
from .api.gate import serve_api
from .bundle import ASSETS, bundle, serve_bundles
from .charting import plotly_url, serve_vendor
from .chasing import known_units, serve_chasing
from .components.parts import attributes
from .condition import Looking, Upkeep
from .downloads import serve_downloads
from .drawing import Drawing, Drawn
from .duties import DutyRooms
from .duty_doors import DutyDoors, serve_duties
from .front import NOTHING, Front, asking_behind, stand_behind
from .gatekeeper import keep_the_door
from .identity import Cookies, Person
from .keeping import Keeping, serve_keeping
from .ledger_downloads import serve_ledger_downloads
from .ledgers import LedgerRooms
from .notices import NoticeBoard
from .office import OfficeRooms
from .pooled import Shelf
from .readers import ReaderTokens, ReadOnly, open_asking, refuse_writing
from .rooms import CycleRooms
from .rows import serve_rows
from .security import guard, policy
from .signing_in import SigningIn, serve_signing_in
from .static import serve_from_memory
from .taken_files import serve_taken
from .turns import keep_turns
from .upkeep import UpkeepRooms, serve_upkeep
from .watching import Watch, serve_watching, watch_requests, watch_store
from .widgets import AS_OF_ID, SEARCH_ID, provider

_THEMES = ("light", "dark")
_YEAR_SECONDS = 31_536_000

_INDEX = """<!DOCTYPE html>
<html lang="{lang}"{theme}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="plotly-script" content="{plotly}">
<title>{title}</title>
<link rel="icon" type="image/svg+xml" href="/assets/mark.svg">
{css}
<link rel="stylesheet" href="{styles}">
</head>
<body>
<div id="first-paint">{page}</div>
<div id="react-entry-point"></div>
<footer hidden>{config}{scripts}<script src="{script}"></script>{renderer}</footer>
</body>
</html>
"""


def _ready_mark(drawn: Drawn, asked: str) -> html.Div:
    """Tells assets/shell.js which address the page stands for, and what the window should be called."""
    facts = attributes(data_title=drawn.page.title, data_language=drawn.language_tag, data_address=asked)
    return html.Div(id="ready", hidden=True, **facts)


def _asked_address(path: str, query: str) -> Address:
    return Address.read(path, query, request.cookies.get("lang"))


def _remember(address: Address) -> None:
    """A language asked for in the address is kept for addresses that name none; what is one person's is not stored."""
    if address.language_in_url:
        g.language = address.language
    g.is_own = True  # nothing that an account was shown stays in a cache


class MonitorApp(Dash):
    """Dash with an index page that already holds the page asked for."""

    drawing: Drawing
    cycle: Cycle
    access: Access
    cookies: Cookies
    signing: SigningIn
    asking: Callable[[], Person]
    plotly_script: str
    content_policy: str

    def interpolate_index(self, **parts: str) -> str:  # type: ignore[override]
        address = _asked_address(request.path, request.query_string.decode("utf-8", "replace"))
        drawn = self.drawing.draw(address, self.asking())
        g.page_status = drawn.page.status
        _remember(address)
        theme = request.cookies.get("theme")
        return _INDEX.format(
            lang=drawn.language_tag,
            theme=f' data-theme="{theme}" data-mantine-color-scheme="{theme}"' if theme in _THEMES else "",
            plotly=escape(self.plotly_script),
            styles=bundle("css").url,
            script=bundle("js").url,
            title=escape(drawn.page.title),
            css=parts["css"],
            page=drawn.html,
            config=parts["config"],
            scripts=parts["scripts"],
            renderer=parts["renderer"],
        )

    def _config(self) -> dict[str, Any]:
        config: dict[str, Any] = super()._config()  # type: ignore[no-untyped-call]
        return {**config, "dash_version_url": "", "python_version": ""}


def create_app(
    desk: Desk,
    *,
    secret_key: str | bytes | None = None,
    clock: Callable[[], datetime] = utc_now,
    plain_http: bool = False,
    passwords: Passwords | None = None,
    demo: bool = False,
    rehearsal: bool = False,
    front: Front = NOTHING,
    limits: Limits | None = None,
    postman: Postman | None = None,
    health: Callable[[], tuple[Failing, ...]] = tuple,
    watch: Watch | None = None,
    upkeep: Upkeep | None = None,
    at_once: int = 8,
    press: Press | None = None,
    read_only: ReadOnly | None = None,
    sessions: Sessions | None = None,
) -> MonitorApp:
    """The app over an open desk. `clock` tells the present moment; only as-of dates are compared with it.

    `plain_http`: keeps sessions without TLS. `passwords`: how they are hashed. `demo`: signs in by one click for each
    role. `limits`: of the files that are uploaded. `postman`: who writes reminders; without one nobody can be reminded.
    `health`: the scheduled work that fails now. `front`: a proxy or an OpenID provider that vouches for people.
    `watch`: what is measured, and whether the clock runs. `at_once`: how many pages are drawn at the same time.
    `upkeep`: what operators are told of the settings. `rehearsal`: every page says that it is one. `press`: with what
    documents are made. `read_only`: the desk's store is a published version. `sessions`: those of an application
    before this one.
    """
    watch, upkeep = watch or Watch(), upkeep or Upkeep()
    server = Flask("monitor.web", static_folder=None)
    server.secret_key = secret_key
    server.config["MAX_CONTENT_LENGTH"] = 1_000_000  # callbacks are small; uploads bring their own limit
    guard(server, lambda: app.content_policy)
    watch_requests(server, watch.measures)
    serve_from_memory(server)
    access = Access(desk.store, lambda: desk.current.catalogues, lambda: desk.current.regions, passwords=passwords,
                    sessions=sessions, reads_only=read_only is not None)  # fmt: skip
    if demo:
        ensure_people(access)
    cookies = Cookies(plain_http)
    is_open = read_only is not None and read_only.is_open
    asking = open_asking(read_only) if read_only and is_open else asking_behind(front, access, cookies, demo=demo)
    if read_only is not None:
        refuse_writing(server, read_only)
        tokens: Tokens = ReaderTokens(read_only, asking, desk)
    else:
        tokens = Tokens(desk.store, lambda: desk.current.catalogues, lambda: desk.current.regions)
    keep_the_door(server, asking)
    keep_turns(server, at_once)
    app = MonitorApp(
        "monitor.web",
        server=server,  # type: ignore[arg-type]
        assets_folder=str(ASSETS),
        assets_ignore=r".*\.(css|js)$",  # they come as one file each
        serve_locally=True,
        suppress_callback_exceptions=True,  # pages come and go
        update_title="",
        title="",
        enable_mcp=False,
    )
    app.plotly_script = plotly_url()
    notices = NoticeBoard()
    current = desk.current
    cycle = app.cycle = Cycle(desk.store, current.catalogues, current.regions, limits=limits, timezone=desk.timezone)
    app.access, app.asking, app.cookies = access, asking, cookies
    app.signing = SigningIn(access, cookies, asking, desk.timezone, demo=demo)
    app.signing.rehearsal, app.signing.passwords = rehearsal, read_only is None
    serve_signing_in(server, app.signing, notices)
    rooms = CycleRooms(cycle, notices, app.signing.own_sessions)
    contacts = known_units(postman)
    ledgers = LedgerRooms(desk, lambda: to_stored(clock()), notices, contacts)
    looking = Looking(desk.store, upkeep, cycle.space, health, watch.ticking, lambda: access.sessions.count())
    upkeep_rooms = UpkeepRooms(desk.store, upkeep, looking, lambda: to_stored(clock()), desk.timezone)
    office = OfficeRooms(desk, access, tokens, notices, rooms.units, lambda: to_stored(clock()), upkeep_rooms)
    shelf = Shelf()
    duties = DutyRooms(desk, lambda: to_stored(clock()), notices, shelf)
    app.drawing = Drawing(
        desk, lambda: to_stored(clock()), rooms, ledgers, office, duties, health, rehearsal, read_only
    )
    serve_actions(server, cycle, notices, app.asking)
    serve_keeping(server, Keeping(app.signing, tokens, office, notices))
    serve_upkeep(server, upkeep_rooms, notices, app.asking)
    serve_downloads(server, cycle, app.asking)
    serve_ledger_downloads(server, desk, app.asking, clock, contacts)
    serve_taken(server, desk, app.drawing, app.asking, clock)
    serve_rows(server, desk, clock)
    now = lambda: to_stored(clock())  # noqa: E731
    serve_duties(server, DutyDoors(desk, cycle, notices, app.asking, now, shelf, postman, press or Press()))
    serve_chasing(server, notices, app.asking, postman)
    app.layout = html.Div([dcc.Location(id="address", refresh="callback-nav"), provider(html.Div(id="page"))])
    _callbacks(app)
    _mark_answers(server, is_secure=not plain_http)
    serve_api(server, desk, app.cycle, clock, tokens)
    watch_store(watch, desk.store, cycle.space, access.sessions)
    serve_watching(server, desk.store, tokens, watch)
    serve_vendor(server)
    serve_bundles(server)
    stand_behind(server, front, app.signing)
    app.content_policy = policy(app.csp_hashes())  # after the callbacks, which may add inline scripts
    return app


def _callbacks(app: MonitorApp) -> None:
    @app.callback(Output("page", "children"), Input("address", "pathname"), Input("address", "search"))
    def _page(pathname: str | None, search: str | None) -> list[Any]:
        path, query = str(pathname or "/"), str(search or "")
        address = _asked_address(path, query)
        drawn = app.drawing.draw(address, app.asking())
        _remember(address)
        return [*drawn.components, _ready_mark(drawn, path + query)]

    for widget, function in ((SEARCH_ID, "goTo"), (AS_OF_ID, "goToDay")):
        app.clientside_callback(  # type: ignore[no-untyped-call]
            ClientsideFunction("monitor", function), Input(widget, "value"), prevent_initial_call=True
        )


def _mark_answers(server: Flask, *, is_secure: bool) -> None:
    @server.after_request
    def _page_answer(response: Response) -> Response:
        if "page_status" in g:
            response.status_code = g.page_status
            response.headers.add("Vary", "Cookie")
        if "is_own" in g:
            response.headers["Cache-Control"] = "no-store"
        if "language" in g:
            response.set_cookie("lang", g.language, max_age=_YEAR_SECONDS, samesite="Lax", secure=is_secure)
        return response
