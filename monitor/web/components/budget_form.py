"""Where a self-rating is filled in, submitted and decided; plain forms that a browser sends by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.budget.rated import Rated, RatedRow, example
from monitor.budget.ratings import Rating
from monitor.budget.values import Measure

from ..notices import Notice
from ..view import View
from ..words import Words
from . import html
from .duty_parts import papers_field
from .form_elements import button, element, form, hidden_field, input_, label, option, select, textarea
from .parts import card


def rating_form(view: View, rating: Rating, rated: Rated, notice: Notice | None) -> html.Section:
    """One group of fields for each row; what was refused stands in it again."""
    words = view.words
    refused = notice is not None and ("form", "rate") in notice.typed
    typed = dict(notice.typed) if refused and notice is not None else _given(rated)
    fields: list[Any] = [hidden_field("form", "rate"), hidden_field("revision", typed.get("revision", rating.revision))]
    fields.append(_funds_fields(words, typed))
    fields += [_row_fields(words, one, rated, typed) for one in rated.rows]
    fields.append(_text(words, "goals_reached", "goals_reached", typed))
    fields.append(papers_field(view, "rating-papers"))
    fields.append(
        element("p", button(words("budget.save"), class_="button primary", id="save-rating"), class_="buttons bar")
    )
    drawn = form(
        fields, f"/do/duty/budget/{rating.project}/save", enctype="multipart/form-data", class_="fields budget-fields"
    )
    return card(words("budget.fill_in"), drawn, note=words("budget.fill_note"))


def _seen(rating: Rating) -> Any:
    """What whoever decides has read: the newest act."""
    return hidden_field("seen", rating.acts[-1].seq)


def submit_card(view: View, rating: Rating, rated: Rated) -> html.Section:
    words = view.words
    send = button(words("budget.submit"), class_="button primary", id="submit-rating", disabled=bool(rated.lacking))
    parts: list[Any] = [form([_seen(rating), send], f"/do/duty/budget/{rating.project}/submit")]
    if rated.lacking:
        parts.insert(0, html.P(words("budget.lacking", n=len(rated.lacking)), className="quiet"))
    return card(words("budget.submit"), parts, note=words("budget.submit_note"))


def decide_card(view: View, rating: Rating, changed: Sequence[str]) -> html.Section:
    words = view.words
    parts: list[Any] = []
    if changed:
        parts.append(html.P(words("budget.rating_changed", names=words.join(list(changed))), className="fault"))
    here = f"/do/duty/budget/{rating.project}"
    reason = element(
        "p", [label(words("budget.reason"), "decide-reason"), textarea("reason", id="decide-reason")], class_="field"
    )
    ways = [
        button(words("budget.accept"), class_="button primary", id="accept-rating", formaction=f"{here}/accept"),
        button(words("budget.send_back"), class_="button grave", id="return-rating", formaction=f"{here}/return"),
    ]
    parts.append(form([_seen(rating), reason, element("p", ways, class_="buttons")], f"{here}/accept", class_="fields"))
    return card(words("budget.decide"), parts, note=words("budget.decide_note"))


def _given(rated: Rated) -> dict[str, str]:
    """The fields of what was saved last."""
    answers = rated.answers
    given = {
        "budget": _number(answers.budget), "executed": _number(answers.executed),
        "funds_cause": answers.funds_cause, "goals_reached": answers.goals_reached,
    }  # fmt: skip
    for row in rated.rows:
        one = row.answer
        given |= {
            f"actual:{row.number}": one.actual or "", f"attainment:{row.number}": one.attainment or "",
            f"percent:{row.number}": _number(one.percent), f"points:{row.number}": _number(one.points),
            f"cause:{row.number}": one.cause, f"measures:{row.number}": one.measures,
        }  # fmt: skip
    return given


def _number(value: Any) -> str:
    return "" if value is None else f"{value:f}"


def _funds_fields(words: Words, typed: Mapping[str, str]) -> Any:
    parts: list[Any] = [element("legend", words("budget.execution"))]
    row = [_short(words, "budget", "year_budget", typed), _short(words, "executed", "executed", typed)]
    parts += [element("div", row, class_="row-fields"), _text(words, "funds_cause", "cause", typed)]
    return element("fieldset", parts, class_="field budget-row")


def _row_fields(words: Words, one: RatedRow, rated: Rated, typed: Mapping[str, str]) -> Any:
    n = one.number
    said = [words("budget.row_n", n=n), " ", one.row.annual.name, " "]
    parts: list[Any] = [element("legend", [*said, html.Span(one.goal.printed, className="quiet")])]
    row: list[Any] = []
    if one.linked is not None:
        row.append(html.P([words("budget.actual"), " ", html.Strong(one.actual or words("number.none")), " ",
                           html.Span(words("budget.from_store"), className="quiet")]))  # fmt: skip
    elif isinstance(one.goal, Measure):
        row.append(
            _short(words, f"actual:{n}", "actual", typed, placeholder=words("budget.example", value=example(one.goal)))
        )
    else:
        chosen = typed.get(f"attainment:{n}", "")
        options = [option("", words("budget.choose"), chosen=not chosen)]
        options += [option(band.word, band.word, chosen=band.word == chosen) for band in rated.scoring.attainment]
        name = label(words("budget.attainment"), f"attainment-{n}")
        field = select(f"attainment:{n}", options, id=f"attainment-{n}")
        row.append(element("p", [name, " ", field], class_="field"))
        row.append(_short(words, f"percent:{n}", "percent", typed))
    row.append(
        _short(
            words,
            f"points:{n}",
            "given_points",
            typed,
            placeholder=words("budget.by_default", value=f"{one.scored.points:f}"),
        )
    )
    parts.append(element("div", row, class_="row-fields"))
    notes = [_text(words, f"cause:{n}", "cause", typed), _text(words, f"measures:{n}", "measures", typed)]
    parts.append(element("div", notes, class_="budget-notes"))
    return element("fieldset", parts, class_="field budget-row")


def _short(words: Words, name: str, key: str, typed: Mapping[str, str], *, placeholder: str | None = None) -> Any:
    identity = name.replace(":", "-")
    field = input_(
        "text", name, typed.get(name, ""), id=identity, class_="short", autocomplete="off", maxlength=40,
        placeholder=placeholder,
    )  # fmt: skip
    return element("p", [label(words(f"budget.{key}"), identity), " ", field], class_="field")


def _text(words: Words, name: str, key: str, typed: Mapping[str, str]) -> Any:
    identity = name.replace(":", "-").replace("_", "-")
    field = textarea(name, typed.get(name, ""), id=identity, maxlength=1000, rows=1)
    return element("p", [label(words(f"budget.{key}"), identity), field], class_="field")
