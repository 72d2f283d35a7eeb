"""A component tree as HTML, so that a page reads at once, before any script has run and even without one.

Dash draws the same tree again when its scripts are ready; the copy made here is then removed (assets/shell.js).
Components of other libraries, which only a script can draw, leave an empty box of their class.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from dash.development.base_component import Component

_VOID = frozenset({"br", "hr", "img", "wbr", "col"})
_NAMES = {
    "className": "class", "htmlFor": "for", "colSpan": "colspan", "rowSpan": "rowspan", "tabIndex": "tabindex",
    "hrefLang": "hreflang", "dateTime": "datetime", "srcSet": "srcset",
}  # fmt: skip
# what an HTML component may carry into HTML; anything else is for Dash alone
_ATTRIBUTES = frozenset(
    {
        "id", "class", "for", "colspan", "rowspan", "tabindex", "hreflang", "datetime", "href", "title", "lang", "role",
        "scope", "src", "alt", "type", "open", "hidden", "dir", "start", "value", "rel", "target", "disabled", "span",
        "width", "height", "srcset",
    }
)  # fmt: skip
_SEPARATED = str.maketrans({c: f"-{c.lower()}" for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"})


def _style(style: Mapping[str, Any]) -> str:
    names = {name: name if name.startswith("--") else name.translate(_SEPARATED) for name in style}
    return ";".join(f"{names[name]}:{value}" for name, value in style.items())


def _attributes(props: Mapping[str, Any]) -> str:
    found = []
    for key, value in props.items():
        name = _NAMES.get(key, key)
        if value is None or value is False or key == "children":
            continue
        if key == "style":
            found.append(f' style="{escape(_style(value))}"')
        elif isinstance(value, (dict, list)):
            continue
        elif value is True and not name.startswith("aria-"):
            found.append(f" {name}")
        elif name in _ATTRIBUTES or name.startswith(("aria-", "data-")):
            text = "true" if value is True else str(value)
            found.append(f' {name}="{escape(text)}"')
    return "".join(found)


def to_html(node: Any) -> str:
    """The HTML of a component, a text or a list of them; every text is escaped."""
    if node is None:
        return ""
    if isinstance(node, (list, tuple)):
        return "".join(to_html(child) for child in node)
    if not isinstance(node, Component):
        return escape(str(node), quote=False)
    props = node.to_plotly_json()["props"]  # type: ignore[no-untyped-call]
    module = type(node).__module__
    if module.startswith("dash.html"):
        tag = type(node).__name__.lower()
        if tag in _VOID:
            return f"<{tag}{_attributes(props)}>"
        return f"<{tag}{_attributes(props)}>{to_html(props.get('children'))}</{tag}>"
    if module.startswith("dash.dcc") and type(node).__name__ == "Link":
        kept = {key: props.get(key) for key in ("href", "className", "title", "id")}
        return f"<a{_attributes(kept)}>{to_html(props.get('children'))}</a>"
    waiting = {"className": f"waiting {props.get('className', '')}".strip()}
    return f"<div{_attributes(waiting)}></div>"
