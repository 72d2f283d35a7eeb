"""The accounts: who there is and in which role, a form for a new one, and one account to change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.access.accounts import NAME_CHARACTERS, Account

from ..components import html
from ..components.cycle_parts import notice_of, to
from ..components.form_elements import button, element, form, hidden_field, input_, label
from ..components.parts import attributes, card, link, page_head
from ..components.scope_parts import (
    Offered,
    Typed,
    given_of,
    role_field,
    role_mark,
    scope_fields,
    scope_words,
    standing,
    text_field,
)
from ..components.take import take_table
from ..notices import Notice
from ..view import View
from .page import Page

ADD, CHANGE = "add-account", "change-account"


def accounts_page(
    view: View, accounts: Sequence[Account], sessions: Mapping[int, int], offered: Offered, notice: Notice | None
) -> Page:
    """`sessions`: account → how many are open."""
    words = view.words
    working = sum(not one.disabled for one in accounts)
    signed_in = sum(bool(sessions.get(one.account_id)) for one in accounts)
    title = words("office.accounts_headline", n=working, signed=signed_in)
    body: list[Any] = [page_head(title, html.P(words("office.accounts_subtitle"), className="subtitle"), html.Span())]
    body += notice_of(view, notice)
    body.append(html.Div([_list(view, accounts, sessions, offered), _add(view, offered, notice)], className="stack"))
    return Page(title, body, view.address, ((words("nav.accounts"), None),), has_moments=False)


def account_page(view: View, account: Account, sessions: int, offered: Offered, notice: Notice | None) -> Page:
    words = view.words
    title = account.name
    said = words("office.account_subtitle", login=account.login, by=account.made_by, at=words.moment(account.at))
    body: list[Any] = [page_head(title, html.P(said, className="subtitle"), html.Span())]
    body += notice_of(view, notice)
    typed = Typed(notice, CHANGE, given_of(account.role, account.scope))
    save = button(words("office.save"), class_="button primary", id="save")
    fields = [
        hidden_field("form", CHANGE),
        role_field(words, typed),
        *scope_fields(words, offered, typed),
        element("p", [save, html.Span(words("office.ends_sessions"), className="quiet")], class_="buttons"),
    ]
    path = f"/do/accounts/{account.account_id}"
    changing = card(words("office.change_title"), form(fields, f"{path}/change", id="change-form", class_="fields"))
    body.append(html.Div([_doors(view, account, sessions, path), changing], className="stack"))
    crumbs = ((words("nav.accounts"), to(view, "accounts")), (account.name, None))
    return Page(title, body, view.address, crumbs, has_moments=False)


def _doors(view: View, account: Account, sessions: int, path: str) -> html.Section:
    """How the account is opened: its password, its sessions, whether it is disabled."""
    words = view.words
    facts = [
        element("dt", words("office.column_standing")), element("dd", _standing(view, account)),
        element("dt", words("office.column_password")), element("dd", words(_password_key(account))),
        element("dt", words("office.column_sessions")), element("dd", words.number(float(sessions))),
    ]  # fmt: skip
    reset = form(button(words("office.reset"), class_="button", id="reset"), f"{path}/password")
    if account.disabled:
        switch = form(button(words("office.enable"), class_="button", id="enable"), f"{path}/enable")
    else:
        switch = form(button(words("office.disable"), class_="button grave", id="disable"), f"{path}/disable")
    out = form(button(words("office.sign_out"), class_="button", id="sign-out-account"), f"{path}/sign-out")
    log = link(words("office.log_of"), view.href("audit", actor=account.name), "button")
    return card(
        words("office.doors_title"),
        [
            element("dl", facts, class_="facts"),
            element("div", [reset, *([out] if sessions else []), switch, log], class_="buttons"),
        ],
        note=words("office.reset_note"),
    )


def _list(view: View, accounts: Sequence[Account], sessions: Mapping[int, int], offered: Offered) -> html.Section:
    words = view.words
    keys = ("name", "login", "role", "scope", "standing", "password", "sessions")
    head = html.Tr([html.Th(words(f"office.column_{key}"), scope="col") for key in keys])
    rows = [_row(view, one, sessions.get(one.account_id, 0), offered) for one in accounts]
    table = html.Table([html.Thead(head), element("tbody", rows)], className="plain accounts stacking", key="accounts")
    body, foot = html.Div(table, className="table-wrap"), [take_table(view, "accounts")]
    return card(words("nav.accounts"), body, class_name="office-card", foot=foot)


def _row(view: View, one: Account, sessions: int, offered: Offered) -> Any:
    words = view.words

    def cell(key: str, said: Any, **names: Any) -> Any:
        return html.Td(said, **attributes(data_label=words(f"office.column_{key}")), **names)

    return element(
        "tr",
        [
            html.Th(link(one.name, to(view, "accounts", one.account_id)), scope="row"),
            cell("login", one.login),
            cell("role", role_mark(words, one.role)),
            cell("scope", scope_words(words, one.role, one.scope, offered)),
            cell("standing", _standing(view, one)),
            cell("password", html.Span(words(_password_key(one)), className="quiet")),
            cell("sessions", words.number(float(sessions)), className="num"),
        ],
        data_login=one.login,
    )


def _standing(view: View, one: Account) -> html.Span:
    return standing(view.words, "office.disabled" if one.disabled else "office.enabled", is_open=not one.disabled)


def _password_key(one: Account) -> str:
    if not one.has_password:
        return "office.password_none"
    return "office.password_one_time" if one.must_choose else "office.password_chosen"


def _add(view: View, offered: Offered, notice: Notice | None) -> html.Section:
    words, typed = view.words, Typed(notice, ADD)
    without = input_("checkbox", "without_password", "1", checked=typed.has("without_password", "1"), id="without")
    fields = [
        hidden_field("form", ADD),
        text_field(words, "login", "office.column_login", typed, required=True, maxlength=64, autocomplete="off",
                   spellcheck="false", note=words("office.login_note")),
        text_field(words, "name", "office.column_name", typed, required=True, maxlength=NAME_CHARACTERS,
                   autocomplete="off", note=words("office.name_note")),
        role_field(words, typed),
        *scope_fields(words, offered, typed),
        element("p", label([without, words("office.without_password")], class_="check"), class_="field"),
        element("p", button(words("office.add"), class_="button primary", id="add"), class_="buttons"),
    ]  # fmt: skip
    return card(
        words("office.add_title"),
        form(fields, "/do/accounts", id="add-form", class_="fields"),
        note=words("office.add_note"),
    )
