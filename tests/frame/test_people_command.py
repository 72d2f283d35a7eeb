"""`monitor people`: finding who signed forms, and erasing it on request."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.access.accounts import Scope
from monitor.access.actors import Actor
from monitor.access.signing import Access
from monitor.commands.common import Plans
from monitor.store.store import Store
from tests.cycle.forms import SIGNED, form, shipped
from tests.cycle.in_process import reading_in_process

from .conftest import Run


@pytest.fixture(autouse=True)
def _reading_here() -> Iterator[None]:
    with reading_in_process():
        yield


def test_who_signed_is_found_and_erased_for_good(run: Run, tmp_path: Path) -> None:
    sent = form(Plans(*shipped(), "regions.csv", ""), tmp_path, {"procured_drugs": 512})
    told = run("ingest", sent, "--by", "张三")
    assert told.code == 0 and not any(text in told.out + told.err for text in SIGNED.values())
    (row,) = csv.DictReader(io.StringIO(run("people", "list", "--text", "李明远").out.removeprefix("\ufeff")))
    assert (row["receipt_id"], row["regions"], row["phone"]) == ("1", "320000", SIGNED["phone"])

    named = run("people", "erase", "--receipt", "1", "--reason", "李明远要求")
    assert named.code == 2 and "李明远" not in named.err
    assert run("people", "erase", "--receipt", "9").code == 2
    ended = run("people", "erase", "--receipt", "1", "--reason", "本人要求", "--by", "王计划")
    assert (ended.code, ended.out) == (0, "回执 1：已清除 / receipt 1: erased\n")
    assert run("people", "erase", "--receipt", "1").out.endswith("there is nothing to erase\n")
    assert len(run("people", "list").out.splitlines()) == 1
    verified = run("verify")
    assert verified.code == 0, verified.err
    logged = run("audit", "list", "--format", "csv").out
    assert "people_erased" in logged and not any(text in logged for text in SIGNED.values())


def test_an_account_acts_with_its_own_rights(run: Run, tmp_path: Path) -> None:
    catalogues, regions = shipped()
    with Store.open(tmp_path / "var" / "monitor.duckdb") as store:
        access, console = Access(store, lambda: catalogues, lambda: regions), Actor("测试", "console")
        drugs = Scope(indicators=frozenset({"procured_drugs"}))
        access.add(console, login="drugs", name="药品审核", role="reviewer", scope=drugs, with_password=False)
        access.add(console, login="viewer", name="领导", role="viewer", scope=Scope(), with_password=False)
        for login, name, unit in (("js", "江苏填报", "320000"), ("zj", "浙江填报", "330000")):
            units = Scope(frozenset({unit}))
            access.add(console, login=login, name=name, role="reporter", scope=units, with_password=False)
    plans = Plans(catalogues, regions, "regions.csv", "")
    sent = form(plans, tmp_path, {"procured_drugs": 512, "procured_consumables": 6})
    assert run("ingest", sent, "--by", "领导").code == 1
    foreign = run("ingest", sent, "--by", "浙江填报", "--dry-run")
    assert foreign.code == 1 and "320000" in foreign.err
    assert run("ingest", sent, "--by", "江苏填报", "--accept").code == 1
    assert run("ingest", sent, "--by", "江苏填报", "--explain", "补报").code == 0
    assert run("people", "erase", "--receipt", "1", "--by", "药品审核").code == 1
    partly = run("submissions", "accept", "1", "--by", "药品审核")
    assert partly.code == 1 and "a planner can accept it" in partly.err
    assert run("submissions", "return", "1", "--by", "药品审核", "--reason", "口径").code == 0
