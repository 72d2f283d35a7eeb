"""A component tree as plain markup: HTML for the first paint, and one compact component for the app.

A page of tables is a thousand elements, and Dash spends most of a second on as many components. What no callback
touches is therefore handed over as one `Tree`: nested lists, as one text of JSON that costs little to keep and to
send again, which assets/tree.js turns into elements, never by parsing HTML. The same lists, written out with every
text escaped, are the page before any script has run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, ClassVar

from dash import html as dash_html
from dash.development.base_component import Component

from .components.html import Element

Node = Any
"""A text, or a list: tag, attributes, and the nodes inside."""

_VOID = frozenset({"br", "hr", "img", "input", "wbr", "col"})
_NAMES = {
    "className": "class", "htmlFor": "for", "colSpan": "colspan", "rowSpan": "rowspan", "tabIndex": "tabindex",
    "hrefLang": "hreflang", "dateTime": "datetime",
}  # fmt: skip
# what an element may carry; anything else is for Dash alone
_ATTRIBUTES = frozenset(
    {
        "class", "colspan", "datetime", "dir", "for", "hidden", "href", "hreflang", "id", "lang", "open", "role",
        "rowspan", "scope", "style", "tabindex", "title", "type",
        # of forms
        "accept", "action", "autocapitalize", "autocomplete", "autofocus", "checked", "disabled", "download", "enctype",
        "form", "formaction", "formnovalidate",
        "inputmode", "label", "max", "maxlength", "method", "min", "minlength", "multiple", "name", "novalidate",
        "pattern", "placeholder", "readonly", "required", "rows", "selected", "size", "spellcheck", "step", "value",
    }
)  # fmt: skip
_DASH_HTML = dash_html.Div._namespace
_SEPARATED = str.maketrans({c: f"-{c.lower()}" for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"})


class Tree(Component):
    """Elements that no callback touches; `tree` is a list of nodes in JSON. Drawn by assets/tree.js."""

    # Dash reads these from the class, though it declares them as an instance's

    _children_props: ClassVar[list[str]] = []  # type: ignore[misc]
    _base_nodes: ClassVar[list[str]] = []  # type: ignore[misc]
    _namespace = "monitor_components"
    _type = "Tree"
    _prop_names: ClassVar[list[str]] = ["tree"]  # type: ignore[misc]
    _valid_wildcard_attributes: ClassVar[list[str]] = []  # type: ignore[misc]
    available_properties: ClassVar[list[str]] = ["tree"]
    available_wildcard_properties: ClassVar[list[str]] = []  # type: ignore[misc]

    def __init__(self, nodes: list[Node]) -> None:
        text = json.dumps(nodes, ensure_ascii=False, separators=(",", ":"))
        super().__init__(tree=text)  # type: ignore[no-untyped-call]


def _style(style: Mapping[str, Any]) -> str:
    names = {name: name if name.startswith("--") else name.translate(_SEPARATED) for name in style}
    return ";".join(f"{names[name]}:{value}" for name, value in style.items())


def _attributes(props: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in props.items():
        name = _NAMES.get(key, key)
        if value is None or value is False or not (name in _ATTRIBUTES or name.startswith(("aria-", "data-"))):
            continue
        if name == "style":
            found[name] = _style(value)
        elif not isinstance(value, (str, int, float)):
            continue  # data for a file (taken.py), under a name that a text area has too
        elif value is True:
            found[name] = "true" if name.startswith("aria-") else ""
        else:
            found[name] = str(value)
    return found


def _inside(children: Any) -> Sequence[Any]:
    if children is None:
        return ()
    return children if isinstance(children, (list, tuple)) else (children,)


def to_node(node: Any) -> Node:
    """A component as a node; one that only a script can draw, as an empty box of its class."""
    if isinstance(node, str):  # most are; to ask whether something is a Component takes ten times as long
        return str(node)
    if isinstance(node, Element):
        if node.node is None:  # asked for twice: for the first paint and for the app
            inside = [to_node(child) for child in _inside(node.children)]
            node.node = [node.tag, _attributes(node.names), *inside]
        return node.node
    if not isinstance(node, Component):
        return "" if node is None else str(node)
    return ["div", {"class": f"waiting {getattr(node, 'className', '')}".strip()}]


def to_html(node: Node) -> str:
    """The HTML of a node; every text and attribute is escaped."""
    if isinstance(node, str):
        return escape(node, quote=False)
    tag, attributes, *children = node
    head = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    if tag in _VOID:
        return f"<{tag}{head}>"
    inside = "".join(to_html(child) for child in children)
    if tag == "textarea" and inside.startswith("\n"):
        inside = f"\n{inside}"  # HTML drops the first line end of a textarea
    return f"<{tag}{head}>{inside}</{tag}>"


def _is_static(node: Any) -> bool:
    """Whether no callback can touch it: a text, or a plain element that holds no widget."""
    return not isinstance(node, Component) or (isinstance(node, Element) and node.is_plain)


def compact(nodes: Sequence[Any]) -> list[Any]:
    """The same page for the app: every run of static siblings as one Tree, the rest as the components they are."""
    found: list[Any] = []
    run: list[Node] = []
    for node in nodes:
        if _is_static(node):
            run.append(to_node(node))
            continue
        if run:
            found.append(Tree(run))
            run = []
        if isinstance(node, Element):
            node = getattr(dash_html, node.tag.capitalize())(compact(_inside(node.children)), **node.names)
        found.append(node)
    if run:
        found.append(Tree(run))
    return found


def written(components: Sequence[Any]) -> str:
    """The HTML of what `compact` made: that of the page itself."""
    return "".join(to_html(node) for part in components for node in _nodes_of(part))


def _nodes_of(part: Any) -> list[Node]:
    if isinstance(part, Tree):
        return list(json.loads(part.tree))  # type: ignore[attr-defined]
    if not (isinstance(part, Component) and part._namespace == _DASH_HTML):
        return [to_node(part)]
    said = part.to_plotly_json()["props"]  # type: ignore[no-untyped-call]
    names = dict(sorted(said.items()))  # Dash gives them in the order of a set, another one in each process
    inside = _inside(names.pop("children", None))
    return [[type(part).__name__.lower(), _attributes(names), *(node for child in inside for node in _nodes_of(child))]]
