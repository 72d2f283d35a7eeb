"""`monitor duties` as a caller meets it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from monitor.shipped import find_shipped
from tests.frame.conftest import Run
from tests.frame.conftest import _bare_settings as _bare_settings
from tests.frame.conftest import run as run


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_list_names_every_unit_with_what_follows_from_its_duties(run: Run) -> None:
    ended = run("duties", "list", "--format", "csv")
    assert ended.code == 0
    found = {row["id"]: row for row in _rows(ended.out)}
    assert len(found) == 17
    assert found["prices"]["indicators"].split() == [
        "drug_platform_share", "consumables_platform_share", "procured_drugs", "procured_consumables",
    ]  # fmt: skip
    assert {row["phone"] for row in found.values()} == {"", "0898-66531826"}


def test_show_takes_a_name_an_alias_or_an_id(run: Run) -> None:
    for name in ("海南省医疗保障局", "省医保局", "hainan_bureau"):
        ended = run("duties", "show", name, "--format", "csv")
        assert (ended.code, len(_rows(ended.out))) == (0, 10)
    ended = run("duties", "show", "医保处")
    assert ended.code == 2
    assert "医保处" in ended.err and "benefits 待遇保障司" in ended.err


def test_check_finds_an_owner_that_the_register_does_not_know(run: Run, tmp_path: Path) -> None:
    assert run("duties", "check", "--format", "csv").out.count("\n") == 1
    plan = find_shipped("indicators.yaml").read_text(encoding="utf-8")
    (tmp_path / "indicators.yaml").write_text(plan.replace("{zh: 医药服务管理司,", "{zh: 支付司,"), encoding="utf-8")
    ended = run("duties", "check", "--format", "csv")
    assert ended.code == 0
    assert [(row["code"], row["indicator_id"], row["text"]) for row in _rows(ended.out)] == [
        ("unknown_owner", "drg_dip_payment_share", "支付司")
    ]


def test_check_names_line_and_path_of_a_fault(run: Run, tmp_path: Path) -> None:
    text = find_shipped("data/duties.yaml").read_text(encoding="utf-8")
    broken = tmp_path / "mine.yaml"
    broken.write_text(text.replace("kind: centre", "kind: zentrum", 1), encoding="utf-8")
    line = text[: text.index("kind: centre")].count("\n") + 1
    ended = run("duties", "check", broken)
    assert ended.code == 1
    assert ended.out.startswith(f"mine.yaml:{line}: units[8].kind:")
    assert run("duties", "check", tmp_path / "none.yaml").code == 2
