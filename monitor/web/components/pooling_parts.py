"""The calculator of gap sharing: its form, its steps with their rules, and the table of a city's districts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from monitor.pooling.amounts import Said, money, plain
from monitor.pooling.cases import FIELDS, Field, FieldProblem
from monitor.pooling.outcome import Outcome, Part, Step
from monitor.pooling.rules import Quote, Rules, Scheme
from monitor.pooling.sheet import Cell, Sheet

from ..view import View
from ..words import Words
from . import html
from .cycle_parts import mark
from .form_elements import button, element, form, input_, label, option, select
from .parts import attributes, card, link
from .take import take_table

SHOWN_ROWS = 60
EXAMPLES: Mapping[Scheme, str] = {
    "employees": "task=10000;collected=9300;target=9000;spent=10000;balance=120;met=yes;class=centre",
    "residents": "funding=5500;first=no;held=400;paid=40;income=5000;spent=5300;balance=100;met=yes;subsidy=120",
}


def in_words(words: Words, said: Said) -> str:
    return said.zh if words.language == "zh" else said.en


def scheme_tabs(view: View, here: str) -> html.Nav:
    """One link for each scheme's calculator and one for the table; the present one is marked."""
    items = []
    for item in ("employees", "residents", "settle"):
        current = attributes(aria_current="page") if item == here else {}
        items.append(
            html.Li(html.A(view.words(f"pooling.tab_{item}"), href=view.href("pooling", item, period=None), **current))
        )
    return html.Nav(
        html.Ul(items, className="duty-tabs pooling-tabs"), **attributes(aria_label=view.words("pooling.tabs"))
    )


def calculator(
    view: View, rules: Rules, scheme: Scheme, texts: Mapping[str, str], problems: Sequence[FieldProblem]
) -> html.Section:
    """The form with what was typed, each fault at its field."""
    words = view.words
    faults = {one.field: one for one in problems}
    fields = [_field(words, rules, one, texts.get(one.name, ""), faults.get(one.name)) for one in FIELDS[scheme]]
    example = link(words("pooling.example"), view.href("pooling", scheme, case=EXAMPLES[scheme]), "button")
    empty = link(words("pooling.empty"), view.href("pooling", scheme), "button")
    buttons = element(
        "p", [button(words("pooling.work_out"), class_="button primary"), example, empty], class_="buttons"
    )
    sent = form(
        [element("div", fields, class_="pooling-fields"), buttons], f"/do/duty/pooling/{scheme}", novalidate=True
    )
    return card(words("pooling.inputs"), sent, note=words("pooling.inputs_note"))


def _field(words: Words, rules: Rules, field: Field, text: str, fault: FieldProblem | None) -> Any:
    name = f"pooling-{field.name}"
    told = {} if fault is None else {"aria_invalid": "true", "aria_describedby": f"{name}-fault"}
    control: Any
    if field.kind == "money":
        control = input_(
            "text", field.name, text, id=name, inputmode="decimal", autocomplete="off", maxlength="24", **told
        )
    else:
        control = select(field.name, _choices(words, rules, field, text), id=name, **told)
    parts = [label(in_words(words, field.said), name), control]
    if fault is not None:
        said = f"“{fault.text}” {in_words(words, fault.said)}"
        parts.append(element("small", [mark("cross"), " ", said], class_="fault", id=f"{name}-fault"))
    return element("p", parts, class_="field")


def _choices(words: Words, rules: Rules, field: Field, text: str) -> list[Any]:
    listed = [("", words("pooling.unknown"))]
    if field.kind == "class":
        listed += [(one.id, words.text(one.name)) for one in rules.employees.classes]
    else:
        listed += [(value, words(f"pooling.{value}")) for value in ("yes", "no")]
    if text not in {value for value, _ in listed}:
        listed.append((text, text))  # what an address said that is none of these: shown with its fault
    return [option(value, said, chosen=value == text) for value, said in listed]


def part_card(view: View, rules: Rules, outcome: Outcome, part: Part) -> html.Section:
    """A rule's arithmetic, what is to be said of it, and its texts; these stand open where there is no result."""
    words = view.words
    quotes = rules.quotes_of(outcome.scheme)
    body: list[Any] = []
    missing = [in_words(words, one.said) for one in part.missing]
    if missing:
        said = words("pooling.missing", inputs=words.join(missing))
        body.append(html.P([mark("hatch"), " ", html.Strong(said)], className="pooling-open"))
    if part.steps:
        body.append(_steps(view, quotes, part))
    elif not missing:
        body.append(html.P([mark("ring"), " ", html.Strong(words("pooling.no_result"))], className="pooling-open"))
    if part.remarks:
        remarks = [html.Li(in_words(words, one)) for one in part.remarks]
        body.append(html.Ul(remarks, className="pooling-remarks"))
    texts = [_quoted(words, quotes[name]) for name in part.quotes]
    body.append(
        html.Details(
            [html.Summary(words("pooling.texts", n=len(texts))), *texts], className="fold", open=not part.steps
        )
    )
    foot = [take_table(view, part.name)] if part.steps else []
    return card(in_words(words, part.title), body, foot=foot, class_name="pooling-card")


def texts_card(view: View, rules: Rules, scheme: Scheme) -> html.Section:
    """Every rule of the scheme as it is printed: what stands under a form that nobody has filled in yet."""
    quotes = [_quoted(view.words, quote) for quote in rules.quotes_of(scheme).values()]
    part = rules.employees if scheme == "employees" else rules.residents
    return card(view.words.text(part.title), quotes, class_name="pooling-card")


def _steps(view: View, quotes: Mapping[str, Quote], part: Part) -> html.Div:
    words = view.words
    keys = ("pooling.step", "pooling.formula", "pooling.result", "pooling.rule")
    head = html.Tr([html.Th(words(key), scope="col") for key in keys])
    rows = [_step(words, quotes, step) for step in part.steps]
    title = in_words(words, part.title)
    table = html.Table(
        [html.Caption(title, className="unseen"), html.Thead(head), html.Tbody(rows)],
        className="plain stacking pooling-steps",
        key=part.name,
    )
    return html.Div(table, className="table-wrap")


def _step(words: Words, quotes: Mapping[str, Quote], step: Step) -> html.Tr:
    rule = [_quoted(words, quotes[name]) for name in step.quotes]
    cells = [
        html.Th(in_words(words, step.said), scope="row"),
        html.Td(step.formula, className="formula", **attributes(data_label=words("pooling.formula"))),
        html.Td(
            html.Strong(in_words(words, step.shown)),
            className="amount",
            exact=step.amount,
            **attributes(data_label=words("pooling.result")),
        ),
        html.Td(rule, className="rule", **attributes(data_label=words("pooling.rule"))),
    ]
    return html.Tr(cells)


def _quoted(words: Words, quote: Quote) -> html.P:
    """The text verbatim, in whatever language the page is; in English its sense beside."""
    parts: list[Any] = [html.Strong(quote.where), " ", html.Q(quote.zh, lang="zh-CN")]
    if words.language == "en":
        parts += [" ", html.Span(quote.en, className="quiet")]
    return html.P(parts, className="pooling-quote")


def headline(words: Words, outcome: Outcome) -> str:
    """What comes of the year, in a sentence: what stays, what is short, who pays."""
    found = {name: in_words(words, money(amount)) for name, amount in outcome.amounts.items() if amount}
    said = []
    for name, needs in _FINDINGS[outcome.scheme]:
        if all(need in found for need in needs):
            said.append(words(f"pooling.found_{name}", **{need: found[need] for need in needs}))
    if said:
        sentence = words("pooling.between").join(said)
        return sentence[:1].upper() + sentence[1:]
    known = any(amount is not None for name, amount in outcome.amounts.items() if name not in ("floor", "level"))
    return words("pooling.found_nothing" if known else "pooling.found_open")


# the sentence's parts, and the amounts each of them tells; told where all of them are there and not 0
_FINDINGS: Mapping[Scheme, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "employees": (
        ("surplus_kept", ("surplus_kept",)),
        ("shortfall", ("shortfall",)),
        ("savings_kept", ("savings_kept",)),
        ("overspent", ("overspent", "city", "district")),
        ("government", ("government",)),
    ),
    "residents": (
        ("due", ("due",)),
        ("deducted", ("deducted",)),
        ("left", ("left",)),
        ("gap", ("gap",)),
        ("support", ("support",)),
        ("district", ("district",)),
    ),
}


def sending_card(view: View, scheme: Scheme | None) -> html.Section:
    """Where a table is sent from, and samples to start with."""
    words = view.words
    schemes = [option(one, words(f"pooling.tab_{one}"), chosen=one == scheme) for one in FIELDS]
    fields = [
        element(
            "p", [label(words("pooling.scheme"), "scheme"), select("scheme", schemes, id="scheme")], class_="field"
        ),
        element(
            "p",
            [label(words("pooling.file"), "file"), input_("file", "file", id="file", accept=".csv", required=True)],
            class_="field",
        ),
        element("p", button(words("pooling.settle"), class_="button primary"), class_="buttons"),
    ]
    samples = [
        html.A(words(f"pooling.sample_{one}"), href=f"/download/pooling/{one}.csv", download="") for one in FIELDS
    ]
    said = html.P([words("pooling.samples"), " ", samples[0], " · ", samples[1]], className="pooling-samples")
    sent = form(fields, "/do/duty/pooling/settle", enctype="multipart/form-data", class_="row-fields")
    return card(words("pooling.table"), [sent, said], note=words("pooling.table_note"))


def settled_card(view: View, title: str, sheet: Sheet) -> html.Section:
    """The districts with their amounts, the city below; all of it can be taken."""
    words = view.words
    is_all = view.address.rows == "all" or len(sheet.rows) <= SHOWN_ROWS
    head = html.Tr([html.Th(in_words(words, one), scope="col") for one in sheet.heads])
    shown = sheet.rows if is_all else sheet.rows[:SHOWN_ROWS]
    table = html.Table(
        [
            html.Caption(title, className="unseen"),
            html.Thead(head),
            html.Tbody([_settled_row(words, row) for row in shown]),
            html.Tfoot([_settled_row(words, row) for row in sheet.totals]),
        ],
        className="plain pooling-settled",
        key="settled",
    )
    wrap = html.Div(table, className="table-wrap", tabIndex=0, role="region", **attributes(aria_label=title))
    parts: list[Any] = [wrap]
    if not is_all:
        parts.append(html.P(link(words("pooling.all_rows", n=len(sheet.rows)), view.here(rows="all"), "button")))
    return card(title, parts, foot=[take_table(view, "settled")], class_name="pooling-card")


def _settled_row(words: Words, row: Sequence[Cell]) -> html.Tr:
    district, *rest = row
    return html.Tr([html.Th(_cell_text(words, district), scope="row"), *(_settled_cell(words, one) for one in rest)])


def _settled_cell(words: Words, value: Cell) -> html.Td:
    if isinstance(value, Decimal):
        return html.Td(plain(value), className="num", exact=value)
    return html.Td(_cell_text(words, value))


def _cell_text(words: Words, value: Cell) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    return "" if value is None else in_words(words, value)
