"""`monitor sdmx` as a caller meets it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import sdmx

from tests.frame.conftest import Run, _bare_settings, run

from .conftest import FIGURES

__all__ = ["_bare_settings", "run"]


def filled(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sent.csv").write_text(FIGURES, encoding="utf-8")
    assert run("ingest", "sent.csv", "--by", "张三", "--accept", "--explain", "测试").code == 0


def test_the_same_moment_gives_the_same_bytes(run: Run, tmp_path: Path) -> None:
    filled(run, tmp_path)
    for name in ("a.xml", "b.xml", "a.csv", "b.csv"):
        ended = run("sdmx", "data", "--output", name)
        assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert (tmp_path / "a.xml").read_bytes() == (tmp_path / "b.xml").read_bytes()
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert run("sdmx", "structure", "--output", "s.xml").code == 0
    structure = sdmx.read_sdmx(tmp_path / "s.xml").structure["FIGURES_uhs-14"]
    assert len(sdmx.read_sdmx(tmp_path / "a.xml", structure=structure).data[0].obs) == 10
    noted = json.loads(run("audit", "list", "--action", "exported", "--object", "sdmx", "--format", "json").out)
    assert len(noted) == 5


def test_what_is_asked_for_alone(run: Run, tmp_path: Path) -> None:
    filled(run, tmp_path)

    def rows(*asked: str) -> list[dict[str, str]]:
        assert run("sdmx", "data", *asked, "--output", "f.csv").code == 0
        return list(csv.DictReader(io.StringIO((tmp_path / "f.csv").read_text(encoding="utf-8"))))

    assert {row["REF_AREA"] for row in rows("--region", "320000")} == {"320000"}
    assert len(rows("--indicator", "fund_income", "--period", "2024")) == 2
    assert {row["KIND"] for row in rows("--flow", "targets", "--indicator", "enrolment_rate")} == {"BASELINE", "TARGET"}
    assert rows("--as-of", "2020-01-01") == []


def test_out_and_in_again_changes_nothing(run: Run, tmp_path: Path) -> None:
    filled(run, tmp_path)
    assert run("sdmx", "data", "--output", "f.csv").code == 0
    assert run("sdmx", "convert", "f.csv", "--output", "o.csv").code == 0
    ended = run("ingest", "o.csv", "--by", "张三", "--dry-run", "--format", "json")
    (told,) = json.loads(ended.out)
    assert (ended.code, told["created"], told["updated"], told["unchanged"]) == (0, 0, 0, 10)
    assert run("export", "observations", "--output", "e.csv").code == 0
    exported, converted = (
        list(csv.DictReader(io.StringIO((tmp_path / name).read_text(encoding="utf-8-sig"))))
        for name in ("e.csv", "o.csv")
    )
    ours = {tuple(row[name] for name in converted[0]) for row in exported}
    assert ours == {tuple(row.values()) for row in converted}


def test_wrong_uses_and_faults(run: Run, tmp_path: Path) -> None:
    filled(run, tmp_path)
    assert run("sdmx", "data", "--output", "f.xlsx").code == 2
    assert run("sdmx", "data", "--indicator", "nothing", "--output", "f.csv").code == 2
    assert run("sdmx", "data", "--agency", "1", "--output", "f.csv").code == 2
    assert run("sdmx", "data", "--region", "999999", "--output", "f.csv").code == 2
    (tmp_path / "bad.csv").write_text("a,b\n", encoding="utf-8")
    ended = run("sdmx", "convert", "bad.csv", "--output", "o.csv")
    assert ended.code == 1 and ended.err.startswith("bad.csv:1:a: ") and not (tmp_path / "o.csv").exists()
