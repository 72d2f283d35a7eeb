"""`monitor supervision` as a caller meets it, notices by mail, and the demonstration's own supervision."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from monitor.access.actors import Actor
from monitor.demo.supervision import load_supervision
from monitor.mail.collect import Postman
from monitor.mail.contacts import Contact, Contacts
from monitor.mail.outbox import list_mails
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.store.store import Store
from monitor.supervision.mailing import writer_of
from monitor.supervision.service import Supervising
from monitor.supervision.standing import late_units, standings
from tests.cycle.forms import shipped
from tests.frame.conftest import Run, _bare_settings, run

from .conftest import PLANNER, A, B, World

__all__ = ["_bare_settings", "run"]


def rows(out: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(out.removeprefix("\ufeff"))))


def test_a_supervision_by_commands(run: Run, tmp_path: Path) -> None:
    os.environ["MONITOR_STORE"] = str(tmp_path / "m.duckdb")
    assert run("supervision", "list").code == 2  # there is no store yet
    Store.open(tmp_path / "m.duckdb").close()
    wrong = run("supervision", "new", "--title", "t", "--purpose", "p", "--form", "nothing", "--deadline", "2026-12-41")
    assert (wrong.code, len(wrong.err.splitlines())) == (2, 1) and "2026-12-41" in wrong.err
    asked = ("--title", "季报", "--purpose", "核查", "--form", "quarterly", "--period", "2025-Q4", "--unit", A)
    made = run("supervision", "new", *asked, "--deadline", "2099-12-01", "--by", "张三")
    assert made.code == 0, made.err
    name = made.out.strip()
    assert run("supervision", "analyse", name).code == 1  # not told
    assert A in run("supervision", "notify", name, "--by", "张三").out
    assert run("supervision", "analyse", name, "--by", "张三").code == 0
    assert run("supervision", "report", name, "--by", "张三").code == 0
    assert run("supervision", "issue", name, "--by", "张三").code == 1  # four eyes
    target = tmp_path / "report.docx"
    issued = run("supervision", "issue", name, "--by", "李四", "--output", target)
    assert issued.code == 0 and hashlib.sha256(target.read_bytes()).hexdigest() in issued.out
    found = rows(run("supervision", "show", name, "--format", "csv").out)
    assert [(row["unit"], row["state"], row["late"]) for row in found] == [(A, "not_sent", "false")]
    assert rows(run("supervision", "list").out)[0]["step"] == "issued"
    files = [tmp_path / "one.csv", tmp_path / "two.csv"]
    for file in files:
        assert run("supervision", "export", name, "--output", file).code == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    assert run("supervision", "object", name, "--unit", A, "--text", "有异议").code == 1  # not by data
    assert run("supervision", "show", "2099-999").code == 2
    assert run("supervision", "close", name, "--by", "李四").code == 0
    assert "supervision_close" in run("audit", "list").out
    del os.environ["MONITOR_STORE"]


def test_notices_go_to_units_with_an_address_once(world: World) -> None:
    people = Contacts(
        (
            Contact(A, "张三", "zhang@example.org", "zh", "reporter"),
            Contact(A, "Li", "li@example.org", "en", "reporter"),
        )
    )
    postman = Postman(world.desk, people, "from@example.org", public_url="https://plan.example")
    service = Supervising(world.desk, writer_of(postman))
    name = service.create(PLANNER, world.request(A, B))
    done = service.notify(PLANNER, name)
    assert (done.units, done.unreached) == ((A, B), (B,))
    mails = sorted(list_mails(world.store), key=lambda one: one.language)
    assert [(one.kind, one.language, one.recipients) for one in mails] == [
        ("supervised", "en", ("li@example.org",)), ("supervised", "zh", ("zhang@example.org",)),
    ]  # fmt: skip
    assert mails[1].subject == "【监督通知】季报数据监督" and "江苏省：" in mails[1].body
    assert f"https://plan.example/supervision/{name}" in mails[1].body and mails[1].region_code == A
    assert mails[0].body.rstrip().endswith(f"https://plan.example/supervision/{name}?lang=en")


def test_the_demonstration_is_marked_and_under_way(demo_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(demo_folder, tmp_path / "data")
    with Store.open(folder / "demo.duckdb", clock=lambda: datetime(2026, 11, 23, 4, 0, tzinfo=UTC)) as store:
        desk = Desk(store, *shipped(), MethodSettings())
        load_supervision(desk)
        service, planner = Supervising(desk), Actor("p", "planner")
        onsite, data = service.listed(planner)
        assert "模拟数据" in data.request.title and "模拟数据" in onsite.request.title and onsite.is_onsite
        assert len(late_units(standings(desk, data.request))) == 2
        assert [(one.state, (one.due - service.today).days) for one in data.items] == [("open", 3), ("answered", 14)]
        assert data.analyses[-1].synthetic and data.step == "issued"


def test_help_names_every_command(run: Run) -> None:
    shown = run("supervision", "--help").out
    for name in (
        "new",
        "list",
        "show",
        "notify",
        "analyse",
        "report",
        "issue",
        "rectify",
        "answer",
        "accept",
        "close",
        "export",
    ):
        assert f"  {name} " in shown or f"  {name}\n" in shown
