"""The slider over the periods for which units have figures: native, in a form that also works without scripts."""

from __future__ import annotations

from typing import Any

from monitor.catalogue.periods import Period
from monitor.report.indicator import IndicatorAnswer

from ..view import View
from . import html
from .choices import choice
from .form_elements import button, element, form, hidden_field, label, option, select
from .parts import attributes, link

_KEPT = (("plan", "plan"), ("as_of", "as_of"), ("region", "region"), ("sort", "sort"))


def period_slider(view: View, answer: IndicatorAnswer) -> list[Any]:
    """Label, previous, range, next and the chosen period; nothing where there is but one period to choose.

    Years that follow one another are the range's own values, so that the form can be sent as it stands; other periods
    are counted, and where no script runs a list takes the range's place.
    """
    words, chosen = view.words, answer.standing_period
    if chosen is None:
        return []
    known = set(answer.standing_periods) | {chosen}
    periods = sorted((one for one in known if one.kind == chosen.kind), key=lambda one: one.order)
    kinds = [_kind(view, answer, kind, chosen) for kind in ("year", "half", "quarter", "month")]
    lengths = [found for found in kinds if found is not None]
    parts: list[Any] = [choice(words("slider.kind"), lengths)] if len(lengths) > 1 else []
    if len(periods) > 1:
        parts.append(_form(view, periods, periods.index(chosen)))
    return [html.Div(parts, className="slider-line")] if parts else []


def _kind(view: View, answer: IndicatorAnswer, kind: str, chosen: Period) -> tuple[str, str, bool] | None:
    """The last period of that length as a choice, the one that ends with the chosen one where there is one."""
    found = [one for one in answer.standing_periods if one.kind == kind]
    if not found:
        return None
    last = next((one for one in reversed(found) if one.index <= chosen.index), found[0])
    return view.words(f"slider.{kind}"), view.here(period=last.code), chosen.kind == kind


def _form(view: View, periods: list[Period], at: int) -> html.Element:
    words, address = view.words, view.address
    chosen = periods[at]
    years = [one.year for one in periods]
    plain = chosen.kind == "year" and years == list(range(years[0], years[-1] + 1))
    first = years[0] if plain else 0
    # the value comes last: a script that sets the attributes one by one would have it cut to the range before
    slider = element(
        "input", type="range", name="period" if plain else None, id="period-slider", min=first,
        max=first + len(periods) - 1, step=1, value=first + at, aria_valuetext=chosen.code, data_slider="period",
        data_codes=" ".join(one.code for one in periods), data_to=view.here(period="PERIOD"), autocomplete="off",
    )  # fmt: skip
    kept = [hidden_field(name, value) for name, field in _KEPT if (value := getattr(address, field))]
    if address.language_in_url:
        kept.append(hidden_field("lang", address.language))
    without = [button(words("slider.go"), class_="tool")]
    if not plain:
        options = [option(one.code, one.code, chosen=one == chosen) for one in periods]
        without.insert(0, select("period", options, aria_label=words("slider.label")))
    return form(
        [
            *kept,
            label(words("slider.label"), "period-slider", class_="choice-label"),
            _step(view, periods, at - 1, "previous", "‹"),
            slider,
            _step(view, periods, at + 1, "next", "›"),
            element("output", chosen.code, for_="period-slider", class_="slider-now"),
            element("noscript", without),
        ],
        f"/indicator/{address.item}",
        method="get",
        class_="slider",
    )


def _step(view: View, periods: list[Period], at: int, word: str, sign: str) -> html.Element:
    """A link to the neighbouring period; an empty place at either end, so that nothing moves."""
    if not 0 <= at < len(periods):
        return html.Span(sign, className="slider-step", **attributes(aria_hidden="true"))
    said = view.words(f"slider.{word}", period=periods[at].code)
    found = link([html.Span(sign, **attributes(aria_hidden="true")), html.Span(said, className="unseen")],
                 view.here(period=periods[at].code), "slider-step", said)  # fmt: skip
    found.names["data-slide"] = word
    return found
