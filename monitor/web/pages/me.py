"""Who I am: a declared name, a role and units; a declared name proves nothing, and the page says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from monitor.access.actors import Actor
from monitor.access.rights import ROLES
from monitor.catalogue.regions import Region

from ..components import html
from ..components.cycle_parts import notice_box, refusal_box
from ..components.form_elements import button, element, form, hidden_field, input_, label
from ..components.parts import card, page_head
from ..identity import NAME_CHARACTERS, Person
from ..notices import Notice
from ..view import View
from .page import Page

_DEMO_UNITS = ("320000", "440000", "660000")


def me_page(view: View, person: Person, units: Sequence[Region], notice: Notice | None) -> Page:
    words, actor = view.words, person.actor
    title = words("me.title_known", name=actor.name) if person.is_known else words("me.title")
    subtitle = html.P(words("me.declared"), className="subtitle")
    body: list[Any] = [page_head(title, subtitle, html.Span())]
    if notice is not None:
        body.append(notice_box(words, notice))
    if person.refusal is not None:
        body.append(refusal_box(words, person.refusal))
    cards = [_declaration(view, person, units)]
    if person.demo:
        cards.insert(0, _quick(view, units))
    body.append(html.Div(cards, className="stack"))
    crumbs = ((words("overview.title"), view.href("overview")), (words("me.title"), None))
    return Page(title, body, view.address, crumbs, has_moments=False)


def _quick(view: View, units: Sequence[Region]) -> html.Section:
    """One click makes somebody of each role; for the demonstration only."""
    words = view.words
    known = {unit.code: unit for unit in units}
    people: list[tuple[str, str, list[Region]]] = [
        ("me.demo_reporter", "reporter", [known[code]]) for code in _DEMO_UNITS if code in known
    ]
    people += [(f"me.demo_{role}", role, []) for role in ("reviewer", "planner", "operator", "viewer")]
    forms = []
    for key, role, its_units in people:
        unit = words.region_short(its_units[0]) if its_units else ""
        name = words(key, unit=unit)
        fields = [hidden_field("name", name), hidden_field("role", role)]
        fields += [hidden_field("regions", region.code) for region in its_units]
        said = [html.Strong(name), html.Span(words(f"role.{role}_does"), className="quiet")]
        forms.append(html.Li(form([*fields, button(said, class_="person")], "/do/me")))
    return card(words("me.demo_title"), html.Ul(forms, className="people"), note=words("me.demo_note"))


def _declaration(view: View, person: Person, units: Sequence[Region]) -> html.Section:
    words, actor = view.words, person.actor
    name = element(
        "p",
        [
            label(words("me.name"), "me-name"),
            input_(
                "text", "name", actor.name, id="me-name", required=True, maxlength=NAME_CHARACTERS, autocomplete="name"
            ),
        ],
        class_="field",
    )
    role = element(
        "fieldset",
        [element("legend", words("me.role")), *(_role(view, one, actor) for one in ROLES)],
        class_="field roles",
    )
    boxes = []
    for unit in units:
        chosen = actor.regions is not None and unit.code in actor.regions
        box = input_("checkbox", "regions", unit.code, checked=chosen, id=f"unit-{unit.code}")
        boxes.append(label([box, words.region_short(unit)], class_="check"))
    legend = element("legend", [words("me.units"), html.Span(words("me.units_note"), className="quiet")])
    choice = element("fieldset", [legend, element("div", boxes, class_="checks")], class_="field")
    buttons: list[Any] = [button(words("me.save"), class_="button primary", id="me-save")]
    if person.is_known:
        buttons.append(
            button(words("me.forget"), class_="button", formaction="/do/me/forget", formnovalidate=True, id="me-forget")
        )
    body = form([name, role, choice, element("p", buttons, class_="buttons")], "/do/me", id="me-form", class_="fields")
    return card(words("me.declare_title"), body)


def _role(view: View, role: str, actor: Actor) -> Any:
    words = view.words
    box = input_("radio", "role", role, checked=role == actor.role, required=True, id=f"role-{role}")
    said = [html.Strong(words(f"role.{role}")), html.Span(words(f"role.{role}_does"), className="quiet")]
    return label([box, element("span", said)], class_="check")
