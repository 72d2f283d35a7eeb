"""The tokens of the HTTP API: which there are, when each was used last, and a form for a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.access.tokens import object_of, scope_of
from monitor.store.tokens import LONGEST_DAYS, Token

from ..components import html
from ..components.cycle_parts import here, notice_of
from ..components.form_elements import button, element, form, hidden_field, input_, label
from ..components.parts import attributes, card, hidden, link, page_head
from ..components.scope_parts import (
    Offered,
    Typed,
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

MAKE = "make-token"
NAME_CHARACTERS = 120
_DAYS = 90


def tokens_page(
    view: View,
    tokens: Sequence[Token],
    used: Mapping[str, datetime],
    now: datetime,
    offered: Offered,
    notice: Notice | None,
) -> Page:
    """`used`: as Tokens.last_used; `now`: UTC without zone."""
    words = view.words
    good = [one for one in tokens if one.is_valid(now)]
    title = words("office.tokens_headline", n=len(good))
    body: list[Any] = [page_head(title, html.P(words("office.tokens_subtitle"), className="subtitle"), html.Span())]
    body += notice_of(view, notice)
    shown = list(reversed(tokens if view.address.rows == "all" else good))
    body.append(
        html.Div(
            [_list(view, shown, len(tokens) - len(good), used, now, offered), _make(view, offered, notice)],
            className="stack",
        )
    )
    return Page(title, body, view.address, ((words("nav.tokens"), None),), has_moments=False)


def _list(
    view: View, shown: Sequence[Token], ended: int, used: Mapping[str, datetime], now: datetime, offered: Offered
) -> html.Section:
    words = view.words
    keys = ("number", "token", "role", "scope", "standing", "made", "used")
    heads = [html.Th(words(f"office.column_{key}"), scope="col") for key in keys]
    head = html.Tr([*heads, html.Th(hidden(words("office.revoke")), scope="col")])
    rows = [_row(view, one, used.get(object_of(one)), now, offered) for one in shown]
    table = html.Table([html.Thead(head), element("tbody", rows)], className="plain tokens stacking", key="tokens")
    parts: list[Any] = [html.Div(table, className="table-wrap")] if shown else [html.P(words("office.no_tokens"))]
    if ended and view.address.rows != "all":
        parts.append(link(words("office.tokens_ended", n=ended), here(view, rows="all"), "button"))
    foot = [take_table(view, "tokens")] if shown else []
    return card(words("nav.tokens"), parts, class_name="office-card", foot=foot)


def _row(view: View, one: Token, used: datetime | None, now: datetime, offered: Offered) -> Any:
    words = view.words
    is_good = one.is_valid(now)

    def cell(key: str, said: Any) -> Any:
        return html.Td(said, **attributes(data_label=words(f"office.column_{key}")))

    if one.revoked_at is not None:
        until = words("office.revoked_on", date=words.day(one.revoked_at))
    else:
        until = words("office.until" if is_good else "office.ended_on", date=words.day(one.expires_at))
    state = standing(words, "office.good" if is_good else "office.ended", is_open=is_good)
    revoke = form(
        button(words("office.revoke"), class_="button grave", aria_label=words("office.revoke_one", name=one.name)),
        f"/do/tokens/{one.token_id}/revoke",
    )
    made = [html.Span(words.day(one.created_at)), html.Small(one.created_by)]
    return element(
        "tr",
        [
            cell("number", str(one.token_id)),
            html.Th(one.name, scope="row"),
            cell("role", role_mark(words, one.role)),
            cell("scope", scope_words(words, one.role, scope_of(one), offered)),
            html.Td([state, html.Small(until)], className="two-lines"),
            html.Td(made, className="two-lines"),
            cell("used", words.day(used) if used is not None else words("office.never_used")),
            html.Td(revoke if is_good else None),
        ],
        data_id=one.token_id,
    )


def _make(view: View, offered: Offered, notice: Notice | None) -> html.Section:
    words, typed = view.words, Typed(notice, MAKE)
    days = element(
        "p",
        [
            label(words("office.days"), "field-days"),
            input_("number", "days", typed.text("days", str(_DAYS)), id="field-days", min=1, max=LONGEST_DAYS,
                   required=True),
        ],
        class_="field",
    )  # fmt: skip
    fields = [
        hidden_field("form", MAKE),
        text_field(words, "name", "office.column_token", typed, required=True, maxlength=NAME_CHARACTERS,
                   autocomplete="off", note=words("office.token_name_note")),
        days,
        role_field(words, typed),
        *scope_fields(words, offered, typed),
        element("p", button(words("office.make"), class_="button primary", id="make"), class_="buttons"),
    ]  # fmt: skip
    return card(
        words("office.make_title"),
        form(fields, "/do/tokens", id="make-form", class_="fields"),
        note=words("office.make_note"),
    )
