"""The form for a new request: no choice in it needs a script, so what is not ticked means everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.regions import Regions

from ..notices import Notice
from ..words import Words
from . import html
from .form_elements import element, hidden_field, label, option, select
from .parted import units_offered
from .parts import card
from .supervision_parts import checks, day_field, doing, folded, line_field, text_area

Options = list[tuple[str, str]]


@dataclass(frozen=True)
class _Form:
    """The fields with what was written before it was refused; ticks too, since none ticked would mean all."""

    words: Words
    notice: Notice | None

    def ticked(self, name: str) -> list[str]:
        typed = self.notice.typed if self.notice is not None else ()
        return [text for field, text in typed if field == name]

    def typed(self, name: str, default: str = "") -> str:
        return next(iter(self.ticked(name)), default)

    def said(self, name: str) -> str:
        return self.words(f"supervision.field_{name}")

    def line(self, name: str, default: str = "", *, note: str = "") -> Any:
        return line_field(self.words, name, self.said(name), self.typed(name, default), f"new-{name}", note=note)

    def day(self, name: str, default: str = "") -> Any:
        return day_field(self.words, name, self.said(name), self.typed(name, default), f"new-{name}")

    def choice(self, name: str, options: Options) -> Any:
        made = [option(value, said, chosen=value == self.typed(name)) for value, said in options]
        field = select(name, made, id=f"new-{name}")
        return element("p", [label(self.said(name), f"new-{name}"), field], class_="field")

    def boxes(self, name: str, summary: str, options: Options) -> Any:
        chosen = self.ticked(name)
        return folded(summary, checks(name, self.said(name), options, chosen), is_open=bool(chosen))


def new_card(
    words: Words, catalogues: Sequence[Catalogue], regions: Regions, today: date, notice: Notice | None
) -> html.Section:
    """The card with the form; `notice` brings what was typed in one that was refused."""
    made, plans = _Form(words, notice), [one for one in catalogues if one.forms]
    forms = [(f"{one.plan.id}/{form.id}", words.text(form.name)) for one in plans for form in one.forms]
    ways = [("regular", words("supervision.regular")), ("special", words("supervision.special"))]
    fields = [
        hidden_field("kind", "data"),
        made.line("title"),
        text_area(words, "purpose", made.said("purpose"), made.typed("purpose"), "new-purpose"),
        text_area(words, "basis", made.said("basis_optional"), made.typed("basis"), "new-basis", required=False),
        made.choice("regularity", ways),
        made.choice("form", forms),
        made.line("periods", note=words("supervision.periods_note")),
        made.boxes("units", words("supervision.choose_units"), _units(words, plans, regions)),
        made.boxes("indicators", words("supervision.choose_indicators"), _indicators(words, plans)),
        made.line("format", words("supervision.default_format")),
        made.line("channel", words("supervision.default_channel")),
        made.day("made_on", today.isoformat()),
        made.day("deadline"),
    ]
    body = doing(fields, "/do/duty/supervision", words("supervision.create"), "create")
    return card(words("supervision.new"), body, note=words("supervision.new_note"))


def _units(words: Words, plans: Sequence[Catalogue], regions: Regions) -> Options:
    """Every unit that reports to one of the plans, once."""
    found = {one.code: one for plan in plans for one in regions.descendants(plan.plan.region) if one.reporting}
    shown = units_offered(regions, plans[0].plan.region, [*found.values()]) if plans else ()
    return [(region.code, words.region_short(region)) for region in shown]


def _indicators(words: Words, plans: Sequence[Catalogue]) -> Options:
    """Every indicator that a form asks for, once."""
    names = {name: one.indicator(name) for one in plans for form in one.forms for name in form.indicators}
    return [(name, name if found is None else words.text(found.name)) for name, found in names.items()]
