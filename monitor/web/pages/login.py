"""Signing in, and choosing a password: pages of plain HTML, for nobody gets a script before they are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from monitor.access.accounts import Account
from monitor.access.passwords import LEAST_CHARACTERS, MOST_CHARACTERS

from ..components import html
from ..components.cycle_parts import notice_box
from ..components.form_elements import button, element, form, hidden_field, input_, label
from ..components.parts import card, link
from ..notices import Notice
from ..words import Words


@dataclass(frozen=True)
class Ways:
    """How somebody can sign in here. `demo`: the accounts that one click signs in; `elsewhere`: by an OpenID provider.

    `passwords`: whether there are any; a read-only copy has none.

    `insecure`: the browser would not keep the cookie, since neither TLS nor the setting for plain HTTP is there.
    """

    demo: Sequence[Account] = ()
    elsewhere: bool = False
    by_header: bool = False
    insecure: bool = False
    passwords: bool = True


def login_page(words: Words, ways: Ways, next_: str, notice: Notice | None, login: str = "") -> list[Any]:
    """The whole body of the page."""
    cards: list[Any] = []
    if ways.demo:
        cards.append(_demo(words, ways.demo, next_))
    if ways.by_header:
        cards.append(card(words("login.header_title"), html.P(words("login.header"))))
    else:
        if ways.elsewhere:
            cards.append(_elsewhere(words, next_))
        if ways.passwords:
            cards.append(_password(words, next_, login, is_first=not ways.demo))
    said = [notice_box(words, notice)] if notice is not None else []
    if ways.insecure:
        said.append(notice_box(words, _INSECURE))
    # not "?lang=": the page is shown at the end of /login/oidc too, where asking again would be another sign-in
    again = "/login?" + urlencode({"next": next_, "lang": _other(words)})
    return _bare(words, again, words("login.title"), words("login.subtitle"), [*said, *cards])


def password_page(words: Words, account: Account, notice: Notice | None, *, must_choose: bool) -> list[Any]:
    """The whole body of the page."""
    fields = [
        # for password managers, which look for a field of text
        input_(
            "text",
            "username",
            account.login,
            class_="unseen",
            readonly=True,
            tabindex="-1",
            aria_hidden="true",
            autocomplete="username",
        ),
        _field(
            words, "old", "current-password", words("login.one_time" if must_choose else "login.old"), is_first=True
        ),
        _field(words, "new", "new-password", words("login.new"), least=LEAST_CHARACTERS),
        _field(words, "again", "new-password", words("login.again"), least=LEAST_CHARACTERS),
        html.P(words("login.rules", n=LEAST_CHARACTERS), className="quiet"),
        element("p", button(words("login.choose"), class_="button primary", id="choose"), class_="buttons"),
    ]
    said = [notice_box(words, notice)] if notice is not None else []
    body = card(words("login.password_for", name=account.name), form(fields, "/login/password", class_="fields"))
    subtitle = words("login.must_choose" if must_choose else "login.choose_subtitle")
    out = form(button(words("login.out"), class_="button"), "/login/out")
    return _bare(words, f"?lang={_other(words)}", words("login.password_title"), subtitle, [*said, body, out])


def _other(words: Words) -> str:
    return "en" if words.language == "zh" else "zh"


def _bare(words: Words, again: str, title: str, subtitle: str, cards: Sequence[Any]) -> list[Any]:
    """`again`: the same page in the other language."""
    language = link(words("nav.other_language"), again, "tool language", words("nav.other_language_title"))
    brand = html.Span([html.Span(className="brand-mark"), words("app.name")], className="brand")
    head = html.Header(
        [html.Div(brand, className="top-left"), html.Div(language, className="top-right")], className="top"
    )
    lines = [html.H1(title), html.P(subtitle, className="subtitle")]
    return [head, html.Main([*lines, html.Div(list(cards), className="stack")], id="main", className="login")]


def _password(words: Words, next_: str, login: str, *, is_first: bool) -> html.Section:
    fields = [
        hidden_field("next", next_),
        element(
            "p",
            [
                label(words("login.login"), "login"),
                input_(
                    "text", "login", login, id="login", required=True, maxlength=64, autocomplete="username",
                    spellcheck="false", autocapitalize="none", autofocus=is_first and not login,
                ),
            ],
            class_="field",
        ),
        _field(words, "password", "current-password", words("login.password"), is_first=bool(login)),
        element("p", button(words("login.in"), class_="button primary", id="sign-in"), class_="buttons"),
        html.P(words("login.forgotten"), className="quiet"),
    ]  # fmt: skip
    title = words("login.with_password" if is_first else "login.or_password")
    return card(title, form(fields, "/login", class_="fields"))


def _field(words: Words, name: str, kind: str, said: str, *, least: int | None = None, is_first: bool = False) -> Any:
    box = input_(
        "password", name, id=name, required=True, maxlength=MOST_CHARACTERS, minlength=least, autocomplete=kind,
        autofocus=is_first,
    )  # fmt: skip
    return element("p", [label(said, name), box], class_="field")


def _elsewhere(words: Words, next_: str) -> html.Section:
    """A link, since a form may lead nowhere but here (form-action of the policy)."""
    address = "/login/oidc?" + urlencode({"next": next_})
    go = html.A(words("login.oidc"), href=address, className="button primary", id="oidc")
    out = link(words("login.oidc_out"), "/login/oidc/out", "button")
    return card(words("login.oidc_title"), element("p", [go, out], class_="buttons"), note=words("login.oidc_note"))


def _demo(words: Words, people: Sequence[Account], next_: str) -> html.Section:
    """One click for each; for the demonstration only."""
    forms: list[Any] = []
    for one in people:
        said = [html.Strong(one.name), html.Span(words(f"role.{one.role}"), className="mark")]
        said.append(html.Span(words(f"role.{one.role}_does"), className="quiet"))
        fields = [hidden_field("who", one.login), hidden_field("next", next_)]
        go = button(said, class_="person", autofocus=not forms)
        forms.append(html.Li(form([*fields, go], "/login/demo")))
    return card(words("login.demo_title"), html.Ul(forms, className="persons"), note=words("login.demo_note"))


_INSECURE = Notice(
    "fault",
    "此处未加密（HTTP），浏览器不会保存登录状态。请从 https:// 地址打开；"
    "仅在本机试用时，可设置 MONITOR_PLAIN_HTTP=true。",
    "This connection is not encrypted (HTTP), so the browser would not keep you signed in. Open the https:// address;"
    " to try the program on this machine alone, set MONITOR_PLAIN_HTTP=true.",
)
