"""What the forms of accounts, tokens and the audit log are posted to, the slip that shows a secret once, and the log
as a file. Whether somebody may, gatekeeper.py has asked before and the services ask again."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

import pandas as pd
from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from monitor.access.accounts import AccountError, Scope
from monitor.access.passwords import TooManyError
from monitor.access.rights import AccountRole
from monitor.access.tokens import Tokens
from monitor.report.export import write_table
from monitor.store.audit import COLUMNS
from monitor.store.audit_listing import audit_lines, audit_rows
from monitor.store.errors import StoreError
from monitor.store.store import INGEST_PREFIX, Store
from monitor.store.tokens import TokenError

from .actions import see
from .address import Address
from .downloads import WORKBOOK, attachment
from .gatekeeper import refused
from .identity import Person
from .notices import Notice, NoticeBoard, Slip, Slips
from .office import NoDayError, OfficeRooms, filter_of
from .pages.audit import PROVABLE
from .pages.slip import slip_page
from .signing_in import SigningIn
from .taking import note_taken
from .uploads import machine_fault
from .withheld import detail_for, sees_all

_FORM_BYTES = 60_000
_KINDS = {"csv": "text/csv; charset=utf-8", "xlsx": WORKBOOK, "jsonl": "application/x-ndjson; charset=utf-8"}
_EXPORTED = (
    "seq", "at", "actor", "action", "object", "detail", "event_seq", "event_sha256", "before", "after", "previous",
    "mac",
)  # fmt: skip
_TURNS = threading.BoundedSemaphore(1)  # a whole log as a workbook takes seconds
Route = Callable[..., AnyResponse]


class Keeping:
    """The routes, with what they need."""

    def __init__(self, signing: SigningIn, tokens: Tokens, rooms: OfficeRooms, notices: NoticeBoard) -> None:
        self.signing, self.access, self.tokens, self.rooms = signing, signing.access, tokens, rooms
        self.notices, self.slips = notices, Slips()

    def person(self) -> Person:
        return self.signing.asking()

    def done(self, path: str, zh: str, en: str) -> AnyResponse:
        return see(path, self.notices.put(self.person().actor.name, Notice("done", zh, en)))

    def fault(self, path: str, zh: str, en: str, *, typed: bool = True) -> AnyResponse:
        """Back to the form, with what was written in it."""
        fields = tuple(request.form.items(multi=True)) if typed else ()
        return see(path, self.notices.put(self.person().actor.name, Notice("fault", zh, en, typed=fields)))

    def once(self, slip: Slip) -> AnyResponse:
        return redirect(f"/shown/{self.slips.put(self.person().actor.name, slip)}", 303)

    def guarded(self, back: str) -> Callable[[Route], Route]:
        """A refusal as a notice on `back`; what was typed stands in the form again."""

        def wrap(route: Route) -> Route:
            @wraps(route)
            def answered(**values: Any) -> AnyResponse:
                request.max_content_length, request.max_form_memory_size = _FORM_BYTES, _FORM_BYTES
                path = back.format(**values)
                try:
                    return route(**values)
                except (AccountError, TokenError) as error:
                    if error.code == "forbidden":
                        return refused(403, error.zh, error.en)
                    if error.code in ("unknown_account", "unknown_token"):
                        return refused(404, error.zh, error.en)
                    return self.fault(path, error.zh, error.en)
                except TooManyError:
                    return self.fault(path, "正在登录的人太多，请过几秒再试。", "Too many are signing in: try again.")
                except (StoreError, OSError) as error:
                    told = machine_fault(error)
                    return self.fault(path, told.zh, told.en)

            return answered

        return wrap


def serve_keeping(server: Flask, keeping: Keeping) -> None:
    """Hang the routes on the server."""
    _accounts(server, keeping)
    _tokens(server, keeping)
    _log(server, keeping)

    @server.get("/shown/<slip>")
    def _shown(slip: str) -> Response:
        found = keeping.slips.take(keeping.person().actor.name, slip)
        words = keeping.signing.words()
        body = slip_page(words, found, "/accounts" if found is None else found.back)
        title = words("office.slip_gone") if found is None else found.about
        return keeping.signing.document(title, body, 410 if found is None else 200)


def _role() -> AccountRole:
    """As it was sent; whether there is such a one, the service says."""
    return cast(AccountRole, request.form.get("role", ""))


def _scope() -> Scope:
    """The boxes that were ticked; none of a kind: all."""
    return Scope(*(frozenset(request.form.getlist(name)) or None for name in ("regions", "indicators", "departments")))


def _accounts(server: Flask, keeping: Keeping) -> None:
    access, page = keeping.access, "/accounts/{account}"

    @server.post("/do/accounts")
    @keeping.guarded("/accounts")
    def _add_account() -> AnyResponse:
        login, name = request.form.get("login", "")[:200], request.form.get("name", "")[:200]
        asks_none = "without_password" in request.form  # pragma: allowlist secret
        made, text = access.add(
            keeping.person().actor, login=login, name=name, role=_role(), scope=_scope(), with_password=not asks_none
        )
        if text is None:
            zh, en = f"已添加 {made.name}（{made.login}）。", f"{made.name} ({made.login}) was added."
            return keeping.done("/accounts", zh, en)
        return keeping.once(Slip("password", f"{made.name} · {made.login}", text, "/accounts"))

    @server.post("/do/accounts/<int:account>/change")
    @keeping.guarded(page)
    def _change_account(account: int) -> AnyResponse:
        access.change(keeping.person().actor, account, role=_role(), scope=_scope())
        return keeping.done(f"/accounts/{account}", "已更改，其登录均已失效。", "Changed; its sessions have ended.")

    @server.post("/do/accounts/<int:account>/disable")
    @keeping.guarded(page)
    def _disable_account(account: int) -> AnyResponse:
        access.change(keeping.person().actor, account, disabled=True)
        return keeping.done(f"/accounts/{account}", "已停用，其登录均已失效。", "Disabled; its sessions have ended.")

    @server.post("/do/accounts/<int:account>/enable")
    @keeping.guarded(page)
    def _enable_account(account: int) -> AnyResponse:
        access.change(keeping.person().actor, account, disabled=False)
        return keeping.done(f"/accounts/{account}", "已启用。", "Enabled.")

    @server.post("/do/accounts/<int:account>/sign-out")
    @keeping.guarded(page)
    def _end_sessions(account: int) -> AnyResponse:
        ended = access.end_sessions(keeping.person().actor, account)
        return keeping.done(f"/accounts/{account}", f"已结束 {ended} 个登录。", f"{ended} sessions were ended.")

    @server.post("/do/accounts/<int:account>/password")
    @keeping.guarded(page)
    def _reset_password(account: int) -> AnyResponse:
        text = access.reset_password(keeping.person().actor, account)
        named = next(one for one in access.accounts() if one.account_id == account)
        return keeping.once(Slip("password", f"{named.name} · {named.login}", text, f"/accounts/{account}"))


def _tokens(server: Flask, keeping: Keeping) -> None:
    @server.post("/do/tokens")
    @keeping.guarded("/tokens")
    def _make_token() -> AnyResponse:
        days = request.form.get("days", "")
        made, text = keeping.tokens.make(
            keeping.person().actor,
            name=request.form.get("name", "")[:200],
            role=_role(),
            scope=_scope(),
            days=int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0,
        )
        return keeping.once(Slip("token", made.name, text, "/tokens"))

    @server.post("/do/tokens/<int:token>/revoke")
    @keeping.guarded("/tokens")
    def _revoke_token(token: int) -> AnyResponse:
        ended = keeping.tokens.revoke(keeping.person().actor, token)
        zh, en = f"令牌“{ended.name}”已撤销。", f"The token of {ended.name} is revoked."
        return keeping.done("/tokens", zh, en)


def _log(server: Flask, keeping: Keeping) -> None:
    store, rooms = keeping.access.store, keeping.rooms

    @server.post("/do/audit/check")
    @keeping.guarded("/audit")
    def _check_log() -> AnyResponse:
        with _TURNS:
            look = rooms.check_log()
        if look is None:
            return keeping.fault("/audit", "内存中的数据库没有日志文件可核验。", "A store in memory keeps no head.")
        return see("/audit")

    @server.get("/download/audit.<any(csv, xlsx, jsonl):kind>")
    def _audit_file(kind: str) -> Response:
        address = Address.read("/audit", request.query_string.decode("utf-8", "replace"), None)
        try:
            asked = filter_of(address, keeping.signing.timezone)
        except NoDayError as error:
            return refused(404, error.zh, error.en)
        person = keeping.person()
        if kind == PROVABLE and not sees_all(person):
            return refused(403, *_NOT_WHOLE)
        question = {name: str(value) for name, value in asdict(asked).items() if value is not None}
        note_taken(store, person.actor)  # the last entry of the file, where nothing is filtered
        head = store.audit_head()
        with _TURNS:
            rows = [row for row in audit_rows(store, asked) if row[0] <= head.seq]
            if kind == PROVABLE:
                body = "".join(audit_lines(rows, head, question)).encode()
            else:
                about = {
                    "内容 content": "audit",
                    "范围 question": urlencode(question),
                    "末尾 head": head.line().strip(),
                }
                body = _table(store, [_told(person, row) for row in rows], kind, about)
        return attachment(body, f"audit.{kind}", _KINDS[kind])


def _told(person: Person, row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row with as much of its detail as the person may read."""
    said = dict(zip(COLUMNS, row, strict=False))
    return (*row[:5], detail_for(person, said["object"], said["event_seq"], said["detail"]), *row[6:])


def _table(store: Store, rows: list[tuple[Any, ...]], kind: str, about: dict[str, str]) -> bytes:
    frame = pd.DataFrame(rows, columns=[*COLUMNS, "previous"], dtype=object)
    frame["at"] = [_moment(at) for at in frame["at"]]
    with tempfile.TemporaryDirectory(prefix=INGEST_PREFIX, dir=store.staging_folder) as folder:
        target = Path(folder) / f"audit.{kind}"
        write_table(frame[list(_EXPORTED)], target, about)
        return target.read_bytes()


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="microseconds") + "Z"


_NOT_WHOLE = (
    "可核验的 .jsonl 文件含有填报人和审核人写的每一个字，系统管理员看不到这些内容：请计划员下载，"
    "或在服务器上用 monitor audit export。",
    "A .jsonl that can be proven holds every word that senders and reviewers wrote, which operators do not read: let a"
    " planner take it, or use `monitor audit export` on the machine.",
)
