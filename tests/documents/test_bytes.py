"""The same question gives the same bytes: at once, in another process, and after other figures have come."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.documents.build import FORMATS, papers_of
from monitor.documents.filing import approve_with_papers, document_of_round, papers_of_round
from monitor.documents.fonts import find_font
from monitor.documents.press import Press
from monitor.dossier.acts import read_paper
from monitor.dossier.errors import DossierError
from monitor.evaluation.rounds import read_round
from monitor.report.desk import Desk

from .world import OPENER, OWN, ROUND, SIGNER, UNIT, send

EVERY = [(kind, format_) for kind, formats in FORMATS.items() for format_ in formats]


def test_what_is_approved_holds_the_documents_and_never_moves(ready: Desk, tmp_path: Path) -> None:
    desk, told = ready, read_round(ready.store, ROUND)
    before = {one: papers_of_round(desk, told, Press()).made(*one) for one in EVERY}
    approved = approve_with_papers(desk, SIGNER, told.id, Press(), built_on=told.seq)
    assert approved.state == "approved"
    assert [paper.name for paper in approved.papers] == [
        "主要指标完成情况表.docx", "主要指标完成情况表.xlsx", "主要指标完成情况表.csv", "主要指标完成情况表.pdf",
        "评估报告初稿.docx", "评估报告初稿.pdf",
    ]  # fmt: skip
    for one, paper in zip(EVERY, approved.papers, strict=True):
        filed = read_paper(desk.store, paper.seq, paper.number)[3]
        assert filed == before[one] and hashlib.sha256(filed).hexdigest() == paper.sha256

    # new data: a correction of the very figure, and figures where there were none
    send(desk, tmp_path, "out_of_pocket_share,000000,2025,26.5\ndrg_dip_payment_share,000000,2025,91\n")
    now = {row.number: row.actual.text for row in papers_of(desk, period="2025", press=Press()).table.rows}
    assert now[8] == "91"
    again = read_round(desk.store, ROUND)
    for one in EVERY:
        assert document_of_round(desk, again, *one, Press()) == before[one]
        assert papers_of_round(desk, again, Press()).made(*one) == before[one], one


def test_documents_of_a_round_under_way_follow_what_is_said(desk: Desk) -> None:
    from monitor.evaluation.assessing import assess
    from monitor.evaluation.opening import open_round

    told = open_round(desk, OPENER, kind="yearly", title="2025年度监测", period="2025")
    first = document_of_round(desk, told, "draft", "docx", Press())
    assess(desk, UNIT, told.id, "out_of_pocket_share", OWN["out_of_pocket_share"])
    assert document_of_round(desk, read_round(desk.store, told.id), "draft", "docx", Press()) != first
    with pytest.raises(DossierError):
        document_of_round(desk, told, "draft", "csv", Press())  # type: ignore[arg-type]


def test_a_round_that_was_withdrawn_has_no_documents(desk: Desk) -> None:
    from monitor.evaluation.closing import withdraw
    from monitor.evaluation.opening import open_round

    told = open_round(desk, OPENER, kind="yearly", title="开错的一轮", period="2025")
    gone = withdraw(desk.store, OPENER, told.id, "开错了")
    for one in EVERY:
        with pytest.raises(DossierError) as refused:
            document_of_round(desk, gone, *one, Press())
        assert refused.value.code == "state" and "撤销" in refused.value.zh


def test_nothing_is_filed_where_the_round_may_not_be_approved(desk: Desk) -> None:
    from monitor.evaluation.opening import open_round

    told = open_round(desk, OPENER, kind="final", title="总结", period="2025")
    for actor, code in ((UNIT, "forbidden"), (SIGNER, "state")):
        with pytest.raises(DossierError) as refused:
            approve_with_papers(desk, actor, told.id, Press())
        assert refused.value.code == code
    assert read_round(desk.store, told.id).papers == ()


def test_what_was_looked_at_is_what_is_approved(ready: Desk) -> None:
    desk, told = ready, read_round(ready.store, ROUND)
    with pytest.raises(DossierError) as refused:
        approve_with_papers(desk, SIGNER, told.id, Press(), built_on=told.seq - 1)
    assert refused.value.code == "changed"
    with pytest.raises(DossierError):
        approve_with_papers(desk, OPENER, told.id, Press())  # one's own


_MAKE = """
import hashlib, sys
from pathlib import Path
from tests.documents.world import open_desk
from tests.documents.test_bytes import hashes
desk = open_desk(Path(sys.argv[1]) / "monitor.duckdb")
print(hashes(desk))
desk.store.close()
"""


def hashes(desk: Desk) -> dict[str, str]:
    """Of every document, with a font of the machine where there is one."""
    papers = papers_of(desk, period="2025", press=Press(find_font(None)))
    return {f"{kind}.{one}": hashlib.sha256(papers.made(kind, one)).hexdigest() for kind, one in EVERY}


def test_another_process_on_another_day_makes_the_same_bytes(published: Desk, published_folder: Path) -> None:
    """Another seed of hashes, and another time zone of the machine."""
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "America/New_York"}
    made = subprocess.run(
        [sys.executable, "-c", _MAKE, str(published_folder)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert made.returncode == 0, made.stderr
    assert made.stdout.strip() == str(hashes(published))
