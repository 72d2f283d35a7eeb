"""Elements of forms, and plain elements that may carry an id: what Dash has no component for, or draws too slowly.

They are light: markup.py writes them as HTML, and as one Tree for the app. No callback touches them or anything
inside them; a form is sent by the browser itself (post, then redirect), so it works without scripts.
"""

from __future__ import annotations

from typing import Any

from .html import Element

_TAGS = frozenset(
    {
        "a", "b", "button", "caption", "col", "colgroup", "dd", "details", "div", "dl", "dt", "em", "fieldset", "form",
        "h2", "h3", "i", "input", "label", "legend", "li", "nav", "noscript", "ol", "optgroup", "option", "output", "p",
        "progress", "section", "select", "small", "span", "strong", "summary", "table", "tbody", "td", "textarea", "th",
        "thead", "time", "tr", "ul",
    }
)  # fmt: skip


def element(tag: str, children: Any = None, **names: Any) -> Element:
    """`element("tr", cells, id="line-5", class_="error", data_line="5")`: a trailing underscore is dropped.

    Raises ValueError for a tag that is not meant to be drawn this way, and for an address outside this server.
    """
    if tag not in _TAGS:
        raise ValueError(f"no plain element: {tag}")
    given = {name.rstrip("_").replace("_", "-"): value for name, value in names.items()}
    for name in ("action", "formaction"):
        address = given.get(name)
        if address is not None and (not str(address).startswith("/") or str(address).startswith("//")):
            raise ValueError(f"a form is sent to this server alone: {address}")
    return Element(tag, children, given)


def form(children: Any, action: str, **names: Any) -> Element:
    """A form that is posted; with `enctype="multipart/form-data"` for files, `method="get"` for a choice."""
    return element("form", children, **{"method": "post", "action": action, **names})


def input_(kind: str, name: str | None = None, value: Any = None, **names: Any) -> Element:
    return element("input", None, type=kind, name=name, value=value, **names)


def hidden_field(name: str, value: object) -> Element:
    return input_("hidden", name, str(value))


def textarea(name: str, value: str = "", **names: Any) -> Element:
    return element("textarea", value, name=name, **{"rows": 2, **names})


def option(value: str, text: str, *, chosen: bool = False) -> Element:
    return element("option", text, value=value, selected=chosen)


def select(name: str, options: list[Element], **names: Any) -> Element:
    return element("select", options, name=name, **names)


def label(children: Any, for_: str | None = None, **names: Any) -> Element:
    return element("label", children, for_=for_, **names)


def button(children: Any, *, kind: str = "submit", **names: Any) -> Element:
    """A button that sends its form; `kind="button"` for one that only scripts use."""
    return element("button", children, type=kind, **names)
