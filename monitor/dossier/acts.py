"""The acts of dossiers: read as of a moment, and added in one transaction with their event and their papers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from typing import Any, Literal

from monitor.store.migrations import SQL as STORE_SQL
from monitor.store.store import Rows, Store, Transaction

from .errors import DossierError

SQL = files("monitor.dossier") / "sql"
Kind = Literal["round", "task", "supervision", "budget"]
PAPER_BYTES = 20_000_000
LONGEST_NAME = 200


@dataclass(frozen=True)
class Paper:
    """A file that came with an act, without its content (`read_paper`); `size` in bytes."""

    seq: int
    number: int
    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class NewPaper:
    name: str
    content: bytes


@dataclass(frozen=True)
class Act:
    """`seq`: of its event, the order of everything; `at`: UTC without zone; `body`: what the room wrote (JSON)."""

    seq: int
    at: datetime
    actor: str
    dossier: str
    action: str
    body: Mapping[str, Any]
    papers: tuple[Paper, ...] = ()


@dataclass
class Writing:
    """One transaction on a dossier: `acts` are those it has, read within the transaction, so that nobody is faster."""

    kind: Kind
    dossier: str
    acts: tuple[Act, ...]
    by: str
    transaction: Transaction
    added: list[Act] = field(default_factory=list)

    def add(self, action: str, body: Mapping[str, Any], papers: Sequence[NewPaper] = ()) -> Act:
        """One act more, with its event. Raises DossierError for a paper without a name, empty, or too large."""
        checked = [_checked(paper) for paper in papers]
        moment = self.transaction.moment()
        text = json.dumps(body, ensure_ascii=False, sort_keys=True)
        sealed = [hashlib.sha256(paper.content).hexdigest() for paper in checked]  # the audit log proves what was said
        said = {"dossier": self.dossier, "body": hashlib.sha256(text.encode()).hexdigest(), "papers": sealed}
        detail = json.dumps(said, ensure_ascii=False)
        event = {"moment": moment, "actor": self.by, "action": f"{self.kind}_{action}", "submission_id": None}
        recorded = self.transaction.run(STORE_SQL / "event_record.sql", {**event, "receipt_id": None, "detail": detail})
        seq = int(recorded[0][0])
        named = {"seq": seq, "kind": self.kind, "dossier": self.dossier, "action": action, "body": text}
        self.transaction.run(SQL / "act_record.sql", named)
        kept = []
        for number, (paper, sha256) in enumerate(zip(checked, sealed, strict=True), start=1):
            row = {"seq": seq, "number": number, "name": paper.name, "sha256": sha256, "size": len(paper.content)}
            self.transaction.run(SQL / "paper_record.sql", {**row, "content": paper.content})
            kept.append(Paper(**row))  # type: ignore[arg-type]
        act = Act(seq, moment, self.by, self.dossier, action, json.loads(text), tuple(kept))
        self.acts = (*self.acts, act)
        self.added.append(act)
        return act

    def run(self, sql: Any, parameters: Mapping[str, object] | None = None) -> Rows:
        """A further question or statement of the same transaction."""
        return self.transaction.run(sql, parameters)


@contextmanager
def writing(store: Store, kind: Kind, dossier: str, *, by: str) -> Iterator[Writing]:
    """Add acts to one dossier in one transaction; what is raised in the block rolls everything back.

    Raises StoreError.
    """
    with store.transaction() as transaction:
        asked = {"kind": kind, "dossier": dossier, "as_of": None}
        acts = _acts(transaction.run(SQL / "acts.sql", asked), transaction.run(SQL / "papers.sql", asked))
        yield Writing(kind, dossier, acts, by, transaction)


def read_acts(
    store: Store, kind: Kind, dossier: str | None = None, *, as_of: datetime | None = None
) -> tuple[Act, ...]:
    """The acts of one dossier, or of all of a kind, known at a moment (UTC), in their order."""
    asked = {"kind": kind, "dossier": dossier, "as_of": as_of}
    return _acts(store.ask(SQL / "acts.sql", asked), store.ask(SQL / "papers.sql", asked))


def read_paper(store: Store, seq: int, number: int) -> tuple[Kind, str, Paper, bytes]:
    """A paper's kind, dossier, facts and content. Raises DossierError (unknown)."""
    found = store.ask(SQL / "paper_content.sql", {"seq": seq, "number": number})
    if not found:
        raise DossierError("unknown", "没有这份材料", "there is no such paper")
    kind, dossier, name, sha256, size, content = found[0]
    return kind, dossier, Paper(seq, number, name, sha256, size), bytes(content)


def by_dossier(acts: Sequence[Act]) -> dict[str, tuple[Act, ...]]:
    """The acts of each dossier, in the order in which the dossiers began."""
    found: dict[str, list[Act]] = {}
    for act in acts:
        found.setdefault(act.dossier, []).append(act)
    return {name: tuple(ones) for name, ones in found.items()}


def _acts(rows: Rows, papers: Rows) -> tuple[Act, ...]:
    held: dict[int, list[Paper]] = {}
    for row in papers:
        held.setdefault(int(row[0]), []).append(Paper(*row))
    return tuple(
        Act(seq, at, actor, dossier, action, json.loads(body), tuple(held.get(seq, ())))
        for seq, at, actor, dossier, action, body in rows
    )


def _checked(paper: NewPaper) -> NewPaper:
    name = paper.name.replace("\\", "/").rsplit("/", 1)[-1].strip()
    name = "".join(c for c in name if c.isprintable())[-LONGEST_NAME:]
    if not name:
        raise DossierError("field", "材料没有文件名；请换一个文件", "a paper has no name: choose another file")
    if not paper.content:
        raise DossierError("field", f"材料“{name}”是空文件；请换一个文件", f"'{name}' is empty: choose another file")
    if len(paper.content) > PAPER_BYTES:
        most = PAPER_BYTES // 1_000_000
        raise DossierError(
            "field",
            f"材料“{name}”超过 {most} MB；请压缩或拆分后再上传",
            f"'{name}' is larger than {most} MB: compress or split it",
        )
    return NewPaper(name, paper.content)
