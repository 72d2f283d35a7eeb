"""Signing in and out, and the care of accounts: one service over one store, asked by pages, API and commands alike."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.regions import Regions
from monitor.store.audit import Note
from monitor.store.store import Store, Transaction
from monitor.store.times import to_stored
from monitor.store.tokens import list_tokens

from . import accounts
from .accounts import SQL, Account, AccountError, Scope, as_login
from .actors import Actor
from .brakes import WINDOW_SECONDS, Brakes
from .passwords import ONE_TIME_DAYS, PasswordError, Passwords, TooManyError, need_good_password, one_time_password
from .rights import AccountRole
from .sessions import Session, Sessions, Way
from .tokens import need_manager

NOBODY_KNOWN = "anonymous"
_NOBODYS_ID = 0
FIRST_LOGIN = "operator"
_FIRST_NAME = "系统管理员"
_log = logging.getLogger("monitor.access")
_Credential = tuple[str, bool, datetime]
"""Hash, whether it is a one-time password's, and since when (UTC)."""


class SignInError(Exception):
    """Nobody was signed in. `code`: wrong, wait, busy, unknown, disabled; `seconds` to wait, where it helps."""

    def __init__(self, code: str, zh: str, en: str, seconds: int = 0) -> None:
        super().__init__(en)
        self.code, self.zh, self.en, self.seconds = code, zh, en, seconds


@dataclass(frozen=True)
class Known:
    """Whom a session stands for."""

    account: Account
    way: Way
    must_choose: bool


class Access:
    """Safe to use from many threads. `catalogues` and `regions` give those in force."""

    def __init__(
        self,
        store: Store,
        catalogues: Callable[[], Sequence[Catalogue]],
        regions: Callable[[], Regions],
        *,
        passwords: Passwords | None = None,
        sessions: Sessions | None = None,
        brakes: Brakes | None = None,
        reads_only: bool = False,
    ) -> None:
        self.store, self._catalogues, self._regions = store, catalogues, regions
        self.passwords = passwords or Passwords()
        self.sessions = sessions or Sessions()
        self.brakes = brakes or Brakes()
        self._reads_only = reads_only
        self._lock = threading.Lock()
        self._known: dict[int, Account] = {}
        self._read_again()
        self._count_earlier_failures()
        store.hear_with(self._hear)

    # ---- who asks

    def known(self, session_id: str) -> Known | None:
        """Whom the id of a session stands for now."""
        found = self.sessions.find(session_id)
        account = self._known.get(found.account_id) if found is not None else None
        if found is None or account is None or account.disabled:
            return None
        return Known(account, found.way, found.must_choose)

    def actor(self, account: Account) -> Actor:
        return replace(account.actor(self._catalogues()), reads_only=self._reads_only)

    def accounts(self) -> tuple[Account, ...]:
        return tuple(self._known.values())

    def account(self, login: str) -> Account | None:
        wanted = as_login(login)
        return next((one for one in self._known.values() if one.login == wanted), None)

    # ---- in and out

    def sign_in(self, login: str, password: str, address: str) -> str:
        """The id of a new session for whoever knows the password. Raises SignInError, one text for every wrong one."""
        key = as_login(login)
        if seconds := self.brakes.wait(key, address):
            raise _wait(seconds)
        account = self.account(key)
        # asked for nobody too, so that an unknown name takes as long as a known one
        account_id = account.account_id if account is not None else _NOBODYS_ID
        credential, right = self._looked_at(account_id, password, key, address)
        if account is None or account.disabled or credential is None or not right:
            self._failed(key, account, address)
            raise SignInError(
                "wrong",
                "登录名或密码不对；连续出错会越等越久。忘记密码请找系统管理员重置",
                "wrong name or password; every further mistake makes you wait longer. An operator can reset a password",
            )
        if credential[1] and to_stored(self.store.now()) - credential[2] > timedelta(days=ONE_TIME_DAYS):
            self._failed(key, account, address)
            raise SignInError(
                "wrong",
                "一次性密码已过期；请找系统管理员重置",
                "this one-time password has expired: ask an operator for another",
            )
        self.brakes.succeed(key, address)
        made = self._open(account, "password", address, must_choose=credential[1])
        if self._credential(account.account_id) != credential:  # reset or changed while it was being checked
            self.sessions.end(made)
            raise _changed()
        return made

    def sign_in_as(self, account: Account, way: Way, address: str) -> str:
        """The id of a new session for somebody whom another has vouched for. Raises SignInError for a disabled one."""
        if account.disabled:
            raise SignInError("disabled", "此账户已停用", "this account is disabled")
        return self._open(account, way, address)

    def refused(self, way: Way, address: str, why: str) -> None:
        """Note that somebody whom another was to vouch for was not signed in; `why` is ours, not the sender's."""
        self.store.note("sign_in_failed", by=NOBODY_KNOWN, detail={"way": way, "address": address, "why": why})

    def sign_out(self, session_id: str) -> None:
        ended = self.sessions.end(session_id)
        account = self._known.get(ended.account_id) if ended is not None else None
        if account is not None:
            self.store.note("signed_out", by=account.name, object=account.object)

    def sign_out_others(self, account: Account, session_id: str, password: str, address: str) -> int:
        """End one's sessions elsewhere, which takes the password where there is one; how many there were.

        Raises SignInError.
        """
        if account.has_password:
            if seconds := self.brakes.wait(account.login, address):
                raise _wait(seconds)
            _, right = self._looked_at(account.account_id, password, account.login, address)
            if not right:
                self._failed(account.login, account, address)
                raise SignInError("wrong", "密码不对", "the password is wrong")
            self.brakes.succeed(account.login, address)
        return self._end(account.name, account, but=session_id)

    def choose_password(self, account: Account, old: str, new: str, address: str) -> str:
        """Put one's own password in the place of the old one; every session ends, the id of a new one comes back.

        Raises SignInError (the old one is wrong), PasswordError.
        """
        key = account.login
        if seconds := self.brakes.wait(key, address):
            raise _wait(seconds)
        credential, right = self._looked_at(account.account_id, old, key, address)
        if not right:
            self._failed(key, account, address)
            raise SignInError("wrong", "原密码不对", "the old password is wrong")
        self.brakes.succeed(key, address)
        need_good_password(new, account.login, account.name)
        if new == old:
            raise PasswordError("新密码与原密码相同", "the new password is the old one")
        try:
            hash_ = self.passwords.hash(new)
        except TooManyError:
            raise _busy() from None
        with self.store.transaction() as transaction:
            if self._credential(account.account_id) != credential:  # reset meanwhile: the old one is worth nothing
                raise _changed()
            kept = self._set(transaction, account.account_id, hash_, one_time=False)
            transaction.note("password_set", by=account.name, object=account.object, after=kept)
        self._read_again()
        self.sessions.end_all(account.account_id)
        return self._open(account, "password", address)

    # ---- the care of accounts

    def fits(self, role: AccountRole, scope: Scope) -> bool:
        """Whether the regions and catalogues in force know such a scope."""
        try:
            accounts.check_scope(role, scope, self._regions(), self._catalogues())
        except AccountError:
            return False
        return True

    def add(
        self, actor: Actor, *, login: str, name: str, role: AccountRole, scope: Scope, with_password: bool = True
    ) -> tuple[Account, str | None]:
        """A new account and, this once, the password with which its owner chooses one. Raises AccountError."""
        need_manager(actor)
        accounts.check_scope(role, scope, self._regions(), self._catalogues())
        kept, shown = accounts.check_new(self.store, login, name, self._token_names())
        text = one_time_password() if with_password else None
        hash_ = self.passwords.hash(text) if text is not None else None
        with self.store.transaction() as transaction:
            accounts.check_new(self.store, kept, shown, self._token_names())  # still: whoever else added it came before
            moment = transaction.moment()
            new = Account(0, 1, kept, shown, role, scope, False, moment, actor.name, text is not None, text is not None)
            made = accounts.record(transaction, new)
            digest = None if hash_ is None else self._set(transaction, made.account_id, hash_, one_time=True)
            facts = accounts.facts(made)
            transaction.note("account_added", by=actor.name, object=made.object, detail=facts, after=digest)
        self._read_again()
        return self._known[made.account_id], text

    def change(
        self,
        actor: Actor,
        account_id: int,
        *,
        role: AccountRole | None = None,
        scope: Scope | None = None,
        disabled: bool | None = None,
    ) -> Account:
        """Another role, scope or standing from now on; every session of the account ends. Raises AccountError."""
        need_manager(actor)
        with self.store.transaction() as transaction:
            self._read_again()  # what was committed a moment ago counts, for the last operator above all
            old = self._need(account_id)
            new = replace(
                old,
                version=old.version + 1,
                role=old.role if role is None else role,
                scope=old.scope if scope is None else scope,
                disabled=old.disabled if disabled is None else disabled,
                at=transaction.moment(),
                made_by=actor.name,
            )
            accounts.check_scope(new.role, new.scope, self._regions(), self._catalogues())
            self._keep_an_operator(old, new)
            accounts.record(transaction, new)
            action = "account_changed" if new.disabled == old.disabled else "account_disabled"
            if action == "account_disabled" and not new.disabled:
                action = "account_enabled"
            said = {"from": accounts.facts(old), "to": accounts.facts(new)}
            transaction.note(action, by=actor.name, object=new.object, detail=said)
        self._read_again()
        self.sessions.end_all(account_id)
        return self._known[account_id]

    def reset_password(self, actor: Actor, account_id: int) -> str:
        """A one-time password in the place of the old one; every session ends. Raises AccountError."""
        need_manager(actor)
        account, text = self._need(account_id), one_time_password()
        hash_ = self.passwords.hash(text)
        with self.store.transaction() as transaction:
            kept = self._set(transaction, account_id, hash_, one_time=True)
            transaction.note("password_reset", by=actor.name, object=account.object, after=kept)
        self._read_again()
        self.sessions.end_all(account_id)
        return text

    def end_sessions(self, actor: Actor, account_id: int) -> int:
        """Sign somebody out everywhere; how many sessions there were. Raises AccountError."""
        need_manager(actor)
        return self._end(actor.name, self._need(account_id))

    def _end(self, by: str, account: Account, *, but: str | None = None) -> int:
        ended = self.sessions.end_all(account.account_id, but=but)
        if ended:
            self.store.note("sessions_ended", by=by, object=account.object, detail={"sessions": ended})
        return ended

    def first_operator(self) -> str | None:
        """The one-time password of a first operator, who makes all other accounts; None once there is one who chose.

        Each start gives another one until it has been used.
        """
        console = Actor("console", "console")
        operators = [one for one in self._known.values() if one.role == "operator" and not one.disabled]
        if not operators:
            return self.add(console, login=FIRST_LOGIN, name=_FIRST_NAME, role="operator", scope=Scope())[1]
        first = operators[0]
        is_unused = len(operators) == 1 and first.login == FIRST_LOGIN and first.must_choose
        return self.reset_password(console, first.account_id) if is_unused else None

    # ---- within

    def _open(self, account: Account, way: Way, address: str, *, must_choose: bool = False) -> str:
        self.store.note("signed_in", by=account.name, object=account.object, detail={"way": way, "address": address})
        return self.sessions.open(account.account_id, way, must_choose=must_choose, address=address)

    def _looked_at(self, account_id: int, password: str, key: str, address: str) -> tuple[_Credential | None, bool]:
        """What is kept, and whether the password is right. Raises SignInError where too many are being looked at; this
        one then counts for nothing."""
        try:
            with self.passwords.turn():
                credential = self._credential(account_id)
                return credential, self.passwords.check(credential[0] if credential else None, password)
        except TooManyError:
            self.brakes.give_back(key, address)
            raise _busy() from None

    def _failed(self, key: str, account: Account | None, address: str) -> None:
        """What was typed as a name may be a password, so a name that is nobody's is not written down."""
        count = self.brakes.fail(key, address)
        said = {"address": address, "failures": count}
        of = account.object if account is not None else None
        self.store.note("sign_in_failed", by=NOBODY_KNOWN, object=of, detail=said)

    def _credential(self, account_id: int) -> _Credential | None:
        rows: list[_Credential] = self.store.ask(SQL / "credential.sql", {"account_id": account_id})
        return rows[0] if rows else None

    def _set(self, transaction: Transaction, account_id: int, hash_: str, *, one_time: bool) -> str:
        """Gives the SHA-256 of the hash, by which the audit log knows the password that is kept."""
        transaction.run(SQL / "credential_forget.sql", {"account_id": account_id})
        row = {"account_id": account_id, "hash": hash_, "one_time": one_time, "moment": transaction.moment()}
        transaction.run(SQL / "credential_record.sql", row)
        return hashlib.sha256(hash_.encode()).hexdigest()

    def _token_names(self) -> list[str]:
        return [one.name for one in list_tokens(self.store)]

    def _need(self, account_id: int) -> Account:
        found = self._known.get(account_id)
        if found is None:
            raise AccountError("unknown_account", f"没有账户 {account_id}", f"there is no account {account_id}")
        return found

    def _keep_an_operator(self, old: Account, new: Account) -> None:
        def runs(one: Account) -> bool:
            return one.role == "operator" and not one.disabled

        others = any(runs(one) for one in self._known.values() if one.account_id != old.account_id)
        if runs(old) and not runs(new) and not others:
            raise AccountError(
                "last_operator",
                "这是最后一个可用的系统管理员，不能停用或改为其他角色；请先添加另一个",
                "this is the last operator there is: add another one before it is disabled or changed",
            )

    def _read_again(self) -> None:
        with self._lock:  # whoever reads last keeps what is latest
            self._known = {one.account_id: one for one in accounts.list_accounts(self.store)}

    def _hear(self, notes: Sequence[Note]) -> None:
        """A command changed an account or its password: as when it is done here, every session of it ends."""
        changed = [note.object for note in notes if note.object is not None and note.object.startswith(accounts.KIND)]
        if changed:
            self._read_again()
        for name in changed:
            self.sessions.end_all(int(name.removeprefix(accounts.KIND)))

    def _count_earlier_failures(self) -> None:
        """So that nobody is rid of the brakes by having the server restarted."""
        now = to_stored(self.store.now())
        since = now - timedelta(seconds=WINDOW_SECONDS)
        logins = {one.object: one.login for one in self._known.values()}
        for of, address, at in self.store.ask(SQL / "failed_sign_ins.sql", {"since": since}):
            if of in logins and address:
                self.brakes.fail(logins[str(of)], str(address), age=max(0.0, (now - at).total_seconds()))


def _changed() -> SignInError:
    return SignInError(
        "wrong", "密码刚刚被更改，请用新密码登录", "the password was changed just now: sign in with the new one"
    )


def _busy() -> SignInError:
    return SignInError(
        "busy", "正在登录的人太多，请过几秒再试", "too many are signing in: try again in some seconds", 5
    )


def _wait(seconds: int) -> SignInError:
    return SignInError(
        "wait", f"尝试次数过多，请 {seconds} 秒后再试", f"too many attempts: try again in {seconds} seconds", seconds
    )


__all__ = ["Access", "Known", "PasswordError", "Session", "SignInError"]
