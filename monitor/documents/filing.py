"""The documents of a round: made from what it froze, filed with its approval, and after that those that are filed."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.access.actors import Actor
from monitor.dossier.acts import NewPaper, Paper, read_paper
from monitor.dossier.errors import DossierError, forbidden
from monitor.evaluation.closing import approve, refuse_approval
from monitor.evaluation.rounds import Round, read_round
from monitor.evaluation.work import refuse_closed
from monitor.report.desk import Desk

from .build import FORMATS, NAMES, Format, Papers, papers_of
from .occasion import occasion_of
from .press import Kind, Press


def papers_of_round(desk: Desk, told: Round, press: Press | None = None) -> Papers:
    """The documents of a round, from the figures as known at its frozen moment and from what its people said.

    Raises DossierError (state: the round was withdrawn), QuestionError, DocumentError, CatalogueError.
    """
    if told.state == "withdrawn":
        refuse_closed(told)
    return papers_of(
        desk,
        plan=told.plan,
        region=told.region,
        period=told.period,
        as_of=told.as_of,
        occasion=occasion_of(desk, told),
        press=press,
    )


def approve_with_papers(
    desk: Desk, actor: Actor, round_id: str, press: Press | None = None, *, built_on: int | None = None
) -> Round:
    """Approve a round with its documents: the bytes that are filed are those of the round as it is approved.

    `built_on`: the round as whoever approves has seen it (`Round.seq`), None for as it is now.

    Raises DossierError (forbidden, unknown, state, changed), DocumentError, StoreError.
    """
    if not actor.may("evaluate"):
        raise forbidden()
    told = read_round(desk.store, round_id)
    if told.state == "open":
        refuse_approval(told, actor)  # before minutes of setting pages: approve asks the same again
    seen = told.seq if built_on is None else built_on
    made: list[NewPaper] = []
    if told.state == "open" and told.seq == seen:
        made = list(_new_papers(papers_of_round(desk, told, press)))
    return approve(desk.store, actor, round_id, made, built_on=seen)


def paper_name(kind: Kind, format_: Format) -> str:
    """`主要指标完成情况表.docx`: how a document is called among the papers of its round."""
    return f"{NAMES[kind]}.{format_}"


def filed_paper(told: Round, kind: Kind, format_: Format) -> Paper | None:
    """The filed document, None where the round is not approved or was approved without it."""
    name = paper_name(kind, format_)
    return next((paper for paper in told.papers if paper.name == name), None)


def document_of_round(desk: Desk, told: Round, kind: Kind, format_: Format, press: Press | None = None) -> bytes:
    """The filed bytes of an approved round; of one under way what it would file now.

    Raises DossierError (unknown: no such format; state: the round was withdrawn), DocumentError, QuestionError.
    """
    if format_ not in FORMATS[kind]:
        raise DossierError("unknown", "没有这种格式的文件", "there is no document in that format")
    filed = filed_paper(told, kind, format_)
    if filed is not None:
        return read_paper(desk.store, filed.seq, filed.number)[3]
    return papers_of_round(desk, told, press).made(kind, format_)


def _new_papers(papers: Papers) -> Iterator[NewPaper]:
    for kind, formats in FORMATS.items():
        for format_ in formats:
            yield NewPaper(paper_name(kind, format_), papers.made(kind, format_))
