"""A figure that was computed from records: the SQL, the records and files it was computed from, who ran it and when."""

from __future__ import annotations

from fractions import Fraction

from monitor.report.computed import ComputedFrom
from monitor.report.explain import Explanation

from ..view import View
from . import html
from .alone import stands_alone
from .explain_facts import Fact, facts_table, number_fact, text_fact
from .parts import card, synthetic_mark
from .take import take_table


def records_facts(view: View, answer: Explanation) -> list[Fact | None]:
    """Nothing for a figure that came in a file from anywhere else."""
    words, known = view.words, computed_of(answer)
    if known is None:
        return []
    span = words("records.span_value", first=known.first, last=known.last)
    manifest = words("records.manifest_how", n=known.file_count, size=known.file_bytes)
    facts = [
        text_fact(words("records.table"), known.table),
        *(
            text_fact(words(f"records.{name}"), sql, words("records.in_unit", unit=words.unit(known.unit)), _code(sql))
            for name, sql in known.expressions.items()
        ),
        text_fact(words("records.span"), span),
        number_fact(words("records.read"), Fraction(known.read), cut=0),
        number_fact(words("records.used"), Fraction(known.used), how=words("records.used_how"), cut=0),
        number_fact(words("records.other_period"), Fraction(known.other_period), cut=0),
        *(
            number_fact(words(f"records.rule_{one.rule}"), Fraction(one.records), how=words("records.left_out"), cut=0)
            for one in known.rejected
        ),
        text_fact(words("records.manifest"), known.manifest_sha256, manifest, _code(known.manifest_sha256)),
        *(
            text_fact(name, sha256, words("records.file_how", n=rows), _code(sha256))
            for name, rows, sha256 in known.files
        ),
        text_fact(words("records.definition"), known.sql_sha256, "", _code(known.sql_sha256)),
        text_fact(words("records.catalogue"), f"{known.catalogue} {known.catalogue_version}"),
        text_fact(words("records.engine"), known.engine, words("records.software", version=known.software)),
        text_fact(words("records.computed_by"), known.by, words.moment(known.at)),
    ]
    return facts


def computed_of(answer: Explanation) -> ComputedFrom | None:
    return answer.provenance.computed if answer.provenance is not None else None


def _code(text: str) -> html.Span:
    return html.Span(text, className="code records-sql", dir="ltr")


@stands_alone
def records_card(view: View, answer: Explanation, facts: list[Fact | None]) -> html.Section | None:
    if not facts:
        return None
    words = view.words
    title = words("records.title")
    marks = [synthetic_mark(words)] if answer.synthetic else []
    return card(title, facts_table(words, title, facts, "records"), note=words("records.note"), marks=marks,
                foot=[take_table(view, "records")])  # fmt: skip
