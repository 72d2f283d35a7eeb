"""`monitor people`: finding who signed forms, and erasing it on request."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from monitor.commands.common import Plans
from tests.cycle.forms import SIGNED, form, shipped

from .conftest import Run


def test_who_signed_is_found_and_erased_for_good(run: Run, tmp_path: Path) -> None:
    sent = form(Plans(*shipped(), "regions.csv", ""), tmp_path, {"procured_drugs": 512})
    told = run("ingest", sent, "--by", "张三")
    assert told.code == 0 and not any(text in told.out + told.err for text in SIGNED.values())
    (row,) = csv.DictReader(io.StringIO(run("people", "list", "--text", "李明远").out.removeprefix("\ufeff")))
    assert (row["receipt_id"], row["regions"], row["phone"]) == ("1", "320000", SIGNED["phone"])
    assert len(run("people", "list", "--text", "王五").out.splitlines()) == 1

    named = run("people", "erase", "--receipt", "1", "--reason", "李明远要求")
    assert named.code == 2 and "李明远" not in named.err
    assert run("people", "erase", "--receipt", "9").code == 2
    ended = run("people", "erase", "--receipt", "1", "--reason", "本人要求", "--by", "王计划")
    assert (ended.code, ended.out) == (0, "回执 1：已清除 / receipt 1: erased\n")
    assert run("people", "erase", "--receipt", "1").out.endswith("there is nothing to erase\n")
    assert len(run("people", "list").out.splitlines()) == 1
    assert run("submissions", "show", "1").code == 0
