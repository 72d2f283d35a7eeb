"""What every form around the plan has in common: addresses, sizes of papers, and turns."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from monitor.dossier.acts import PAPER_BYTES
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.store.store import Store
from monitor.web import turns
from monitor.web.app import MonitorApp, create_app
from monitor.web.turns import Lines, Turns
from tests.cycle.forms import shipped
from tests.web.people import CHEAP, person

from .test_acts import Clock


@pytest.fixture
def app(tmp_path: Path) -> Iterator[MonitorApp]:
    with Store.open(tmp_path / "m.duckdb", clock=Clock()) as store:
        yield create_app(Desk(store, *shipped(), MethodSettings()), secret_key=b"k" * 32, passwords=CHEAP)


@pytest.mark.parametrize("name", ["a%0d%0aSet-Cookie:x=1", "a%0a", "%5cevil.example", "..%3fx", "%00", "a%23b"])
def test_a_refused_form_leads_back_whatever_its_address_holds(app: MonitorApp, name: str) -> None:
    planner = person(app, "王计划", "planner")
    answer = planner.post(f"/do/duty/rounds/{name}/comment", comment="长" * 6000)
    assert answer.status_code == 303, "too long a text is a notice"
    assert answer.headers["Location"].startswith(f"/rounds/{quote(unquote(name), safe=':')}?said=")
    assert "Set-Cookie" not in answer.headers


def test_papers_too_large_together_are_told_so_and_nothing_is_kept(app: MonitorApp) -> None:
    planner = person(app, "王计划", "planner")
    before = app.drawing._desk.store.event_version()
    papers = [(io.BytesIO(b"x" * (PAPER_BYTES - 1000)), f"{place}.bin") for place in range(4)]
    answer = planner.post("/do/duty/rounds", title="年度评估", papers=papers)
    assert "一次最多 5 份、共 60 MB" in planner.follow(answer).one("div", "notice").text
    assert app.drawing._desk.store.event_version() == before


def test_forms_with_papers_stand_in_line_with_files(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = Lines(Turns(1, 0, 0.0), Turns(1, 0, 0.0), Turns(1, 0, 0.0))
    assert lines.of("_round_comment", 4_000) is lines.pages
    assert lines.of("_round_comment", 40_000_000) is lines.of("_document") is lines.of("_paper") is lines.files
    assert lines.of("_upload", 40_000_000) is lines.senders and turns.FILES <= 2
