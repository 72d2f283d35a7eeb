"""A password or a token, shown this once, on a page of plain HTML that no browser keeps."""

from __future__ import annotations

from typing import Any

from monitor.access.passwords import ONE_TIME_DAYS

from ..components import html
from ..components.form_elements import element
from ..components.parts import card, link
from ..notices import Slip
from ..words import Words


def slip_page(words: Words, slip: Slip | None, back: str) -> list[Any]:
    """The whole body of the page; without a slip, that it was shown already."""
    brand = html.Span([html.Span(className="brand-mark"), words("app.name")], className="brand")
    head = html.Header([html.Div(brand, className="top-left")], className="top")
    on = element("p", link(words("office.slip_back"), back, "button primary"), class_="buttons")
    if slip is None:
        title, parts = words("office.slip_gone"), [card(words("office.slip_gone"), [_note(words, "gone"), on])]
    else:
        title = words(f"office.slip_{slip.kind}", name=slip.about)
        secret = html.P(html.Strong(slip.secret, id="secret", className="secret"))
        parts = [card(slip.about, [secret, _note(words, slip.kind), on])]
    main = html.Main([html.H1(title), html.Div(parts, className="stack")], id="main", className="login")
    return [head, main]


def _note(words: Words, kind: str) -> html.P:
    return html.P(words(f"office.slip_{kind}_note", days=ONE_TIME_DAYS), className="quiet")
