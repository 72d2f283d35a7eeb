"""Links to the documents of a round: the table of its main indicators and the draft of its report."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from monitor.documents.build import FORMATS
from monitor.documents.filing import filed_paper
from monitor.evaluation.rounds import Round

from ..view import View
from . import html
from .parts import attributes, card


def document_links(view: View, told: Round) -> Any:
    """A card with each document in each format; of an approved round with the SHA-256 of what is filed."""
    words = view.words
    items = []
    for kind, formats in FORMATS.items():
        links: list[Any] = []
        for format_ in formats:
            filed = filed_paper(told, kind, format_)
            seal = {} if filed is None else {"title": f"SHA-256 {filed.sha256}"}
            href = f"/download/document/{quote(told.id, safe='')}/{kind}.{format_}"
            name = words("document.take", document=words(f"document.{kind}"), format=format_)
            seen = attributes(aria_label=name)
            links += [" ", html.A(f".{format_}", href=href, className="button", download="", **seen, **seal)]
        items.append(html.Li([words(f"document.{kind}"), *links]))
    note = words("document.not_filed" if told.state == "open" else "document.made_again")
    if told.papers:
        note = words("document.filed")
    return card(words("document.title"), html.Ul(items, className="papers"), note=note)
