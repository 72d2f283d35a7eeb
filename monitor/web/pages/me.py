"""Who I am here: name, role, scope, what the role may do; signing out and choosing a password."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from monitor.access.accounts import Account
from monitor.access.rights import ACTIONS, RIGHTS
from monitor.access.sessions import OpenSession
from monitor.catalogue.loader import Catalogue
from monitor.catalogue.regions import Regions

from ..components import html
from ..components.cycle_parts import notice_box, region_name
from ..components.form_elements import button, element, form, input_, label
from ..components.parts import card, link, page_head
from ..components.take import take_table
from ..components.upkeep_parts import span_words
from ..identity import Person
from ..notices import Notice
from ..view import View
from .page import Page

_MINUTE = 60


def me_page(
    view: View,
    person: Person,
    catalogues: tuple[Catalogue, ...],
    regions: Regions,
    sessions: Sequence[OpenSession],
    notice: Notice | None,
) -> Page:
    words, account = view.words, person.account
    assert account is not None
    title = words("me.title", name=account.name)
    subtitle = html.P(words(f"me.way_{person.way}", login=account.login), className="subtitle")
    body: list[Any] = [page_head(title, subtitle, html.Span())]
    if notice is not None:
        body.append(notice_box(words, notice))
    out = form(button(words("login.out"), class_="button primary", id="sign-out"), "/login/out")
    ways: list[Any] = [out] if person.way != "proxy" else []
    if account.has_password and person.way != "proxy":
        ways.append(link(words("me.password"), "/login/password", "button"))
    if person.demo:
        ways.append(link(words("me.other_person"), "/login", "button"))
    scope = card(
        words("me.scope_title"),
        html.Div([_scope(view, account, catalogues, regions), html.Div(ways, className="buttons")], className="whole"),
    )
    signed_in = [_sessions(view, account, sessions)] if sessions else []
    body.append(html.Div([scope, *signed_in, _rights(view, person)], className="stack"))
    before = ((words("overview.title"), view.href("overview")),) if person.may("read_figures") else ()
    crumbs = (*before, (words("me.crumb"), None))
    return Page(title, body, view.address, crumbs, has_moments=False)


def _scope(view: View, account: Account, catalogues: tuple[Catalogue, ...], regions: Regions) -> Any:
    words, scope = view.words, account.scope
    names = {one.id: words.text(one.name) for catalogue in catalogues for one in catalogue.indicators}
    owners = {zh: words.text(owner) for one in catalogues for zh, owner in one.departments.items()}
    rows: list[tuple[str, list[str] | None]] = [("me.role", [words(f"role.{account.role}")])]
    kinds = {by_role.get(account.role) for by_role in RIGHTS.values()}
    if {"own", "assigned"} & kinds:
        codes = scope.regions
        rows.append(
            ("me.units", None if codes is None else [region_name(words, regions, one) for one in sorted(codes)])
        )
    if "assigned" in kinds:
        some = scope.indicators is not None or scope.departments is not None
        listed = [names.get(one, one) for one in sorted(scope.indicators or ())]
        listed += [owners.get(one, one) for one in sorted(scope.departments or ())]
        rows.append(("me.indicators", listed if some else None))
    cells = []
    for key, values in rows:
        said = words("me.all") if values is None else words.join(values)
        cells += [element("dt", words(key)), element("dd", said)]
    return element("dl", cells, class_="facts")


def _sessions(view: View, account: Account, sessions: Sequence[OpenSession]) -> html.Section:
    """Where one is signed in, and ending it elsewhere, which takes the password where there is one."""
    words = view.words
    columns = ("way", "address", "age", "idle")
    head = html.Thead(html.Tr([html.Th(words(f"me.session_{name}"), scope="col") for name in columns]))
    rows = [
        html.Tr([
            html.Th(words(f"me.session_by_{one.way}") + (words("me.session_own") if one.own else ""), scope="row"),
            html.Td(one.address),
            html.Td(_ago(view, one.age)), html.Td(_ago(view, one.idle)),
        ])
        for one in sessions
    ]  # fmt: skip
    inside: list[Any] = [html.Table([head, html.Tbody(rows)], className="plain", key="sessions")]
    if len(sessions) > 1:
        asked = [
            label(words("me.sessions_password"), "sessions-password"),
            input_("password", "password", id="sessions-password", autocomplete="current-password", required=True),
        ]  # fmt: skip
        out = button(words("me.sessions_end"), class_="button grave", id="sign-out-others")
        fields = [*(asked if account.has_password else ()), element("p", out, class_="buttons")]
        inside.append(form(fields, "/login/out/others", class_="fields"))
    return card(words("me.sessions_title"), inside, note=words("me.sessions_note"), foot=[take_table(view, "sessions")])


def _ago(view: View, seconds: float) -> str:
    words = view.words
    return words("upkeep.just_now") if seconds < _MINUTE else words("upkeep.ago", span=span_words(words, seconds))


def _rights(view: View, person: Person) -> html.Section:
    """The column of the matrix of rights that is one's own."""
    words, role = view.words, person.actor.role
    rows = [
        html.Tr([html.Th(words(f"right.{action}"), scope="row"), html.Td(_said(view, RIGHTS[action].get(role)))])
        for action in ACTIONS
    ]
    head = html.Thead(html.Tr([html.Th(words("me.may"), scope="col"), html.Th(words("me.reach"), scope="col")]))
    table = html.Table([head, html.Tbody(rows)], className="plain", key="rights")
    return card(words("me.rights_title"), table, foot=[take_table(view, "rights")])


def _said(view: View, scope: str | None) -> Any:
    return html.Span("—", className="quiet") if scope is None else view.words(f"scope.{scope}")
