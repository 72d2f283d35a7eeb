"""Role and scope of an account or a token: in words, and as fields of a form that keep what was typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.access.accounts import Scope
from monitor.access.rights import RIGHTS, ROLES, AccountRole
from monitor.catalogue.loader import Catalogue
from monitor.catalogue.regions import Region, Regions

from ..notices import Notice
from ..words import Words
from . import html
from .cycle_parts import mark, region_name
from .form_elements import element, input_, label

_SHOWN = 3


@dataclass(frozen=True)
class Offered:
    """What a scope can name: the reporting units, and the catalogues with their indicators and departments."""

    units: Sequence[Region]
    catalogues: Sequence[Catalogue]
    regions: Regions

    def indicators(self, words: Words) -> dict[str, str]:
        return {one.id: words.text(one.name) for catalogue in self.catalogues for one in catalogue.indicators}

    def departments(self, words: Words) -> dict[str, str]:
        """As the catalogue writes them → as the reader reads them."""
        return {zh: words.text(owner) for one in self.catalogues for zh, owner in one.departments.items()}


class Typed:
    """What stands in the fields of a form: what was refused, else what there is."""

    def __init__(self, notice: Notice | None, form: str, given: Mapping[str, Iterable[str]] | None = None) -> None:
        """`form`: the name of the form, which a notice is about when its field `form` says so."""
        typed = notice.typed if notice is not None and ("form", form) in notice.typed else ()
        self._texts: dict[str, list[str]] = {}
        for name, text in typed or [(name, text) for name, texts in (given or {}).items() for text in texts]:
            self._texts.setdefault(name, []).append(text)

    def text(self, name: str, otherwise: str = "") -> str:
        return next(iter(self._texts.get(name, ())), otherwise)

    def has(self, name: str, text: str) -> bool:
        return text in self._texts.get(name, ())


def given_of(role: str, scope: Scope) -> dict[str, Iterable[str]]:
    """The fields of a form for what there is."""
    return {
        "role": [role],
        "regions": scope.regions or (),
        "indicators": scope.indicators or (),
        "departments": scope.departments or (),
    }


def scope_words(words: Words, role: str, scope: Scope, offered: Offered) -> Any:
    """On whose figures, in words; the whole list in the title."""
    kinds = {by_role.get(role) for by_role in RIGHTS.values()}  # type: ignore[call-overload]
    if not {"own", "assigned"} & kinds:
        return html.Span(words("number.none" if role == "operator" else "me.all"), className="quiet")
    indicators, departments = offered.indicators(words), offered.departments(words)
    parts = []
    if scope.regions is not None:
        parts.append([region_name(words, offered.regions, code) for code in sorted(scope.regions)])
    if scope.departments is not None:
        parts.append([departments.get(one, one) for one in sorted(scope.departments)])
    if scope.indicators is not None:
        parts.append([indicators.get(one, one) for one in sorted(scope.indicators)])
    if not parts:
        return html.Span(words("me.all"))
    shown = [words.join(names[:_SHOWN]) + (words("office.more", n=len(names) - _SHOWN) if len(names) > _SHOWN else "")
             for names in parts]  # fmt: skip
    return html.Span("; ".join(shown), title="; ".join(words.join(names) for names in parts))


def role_mark(words: Words, role: str) -> html.Span:
    return html.Span(words.known("role", role), className="mark")


def standing(words: Words, key: str, *, is_open: bool) -> html.Span:
    """Whether it opens anything: shape, colour and word."""
    face, colour = ("tick", "strong") if is_open else ("cross", "brick")
    return html.Span([mark(face), words(key)], className=f"badge k-{colour}")


def role_field(words: Words, typed: Typed) -> Any:
    boxes = [_role(words, role, chosen=typed.text("role") == role) for role in ROLES]
    return element("fieldset", [element("legend", words("me.role")), *boxes], class_="field roles")


def _role(words: Words, role: AccountRole, *, chosen: bool) -> Any:
    box = input_("radio", "role", role, checked=chosen, required=True, id=f"role-{role}")
    said = [html.Strong(words(f"role.{role}")), html.Span(words(f"role.{role}_does"), className="quiet")]
    return label([box, element("span", said)], class_="check")


def scope_fields(words: Words, offered: Offered, typed: Typed) -> list[Any]:
    """Units for reporters and reviewers, departments and indicators for reviewers; nothing ticked: all."""
    units = {unit.code: words.region_short(unit) for unit in offered.units}
    return [
        _boxes(words, "regions", units, typed, words("office.units"), words("office.units_note")),
        _boxes(words, "departments", offered.departments(words), typed, words("office.departments"),
               words("office.assigned_note")),
        _boxes(words, "indicators", offered.indicators(words), typed, words("office.indicators"),
               words("office.assigned_note"), wide=True),
    ]  # fmt: skip


def _boxes(
    words: Words, name: str, options: Mapping[str, str], typed: Typed, title: str, note: str, *, wide: bool = False
) -> Any:
    """`wide`: for many long names, folded away while none is chosen."""
    boxes = [
        label([input_("checkbox", name, value, checked=typed.has(name, value), id=f"{name}-{value}"), text],
              class_="check")
        for value, text in options.items()
    ]  # fmt: skip
    legend = element("legend", [title, html.Span(note, className="quiet")])
    if not wide:
        kind = "checks wide" if name == "departments" else "checks"
        return element("fieldset", [legend, element("div", boxes, class_=kind)], class_="field")
    chosen = sum(typed.has(name, value) for value in options)
    summary = element("summary", words("office.chosen", n=chosen, of=len(options)))
    folded = element("details", [summary, element("div", boxes, class_="checks wide")], open=bool(chosen))
    return element("fieldset", [legend, folded], class_="field")


def text_field(words: Words, name: str, key: str, typed: Typed, **more: Any) -> Any:
    """A line to write in, with what it is for below it where `note` says so."""
    note = more.pop("note", None)
    parts = [label(words(key), f"field-{name}"), input_("text", name, typed.text(name), id=f"field-{name}", **more)]
    if note is not None:
        parts.append(element("small", note, class_="quiet"))
    return element("p", parts, class_="field")
