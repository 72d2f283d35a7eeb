"""The commands at work: what they print, what they leave behind, and their exit codes."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from monitor.commands.tables import grid

from .conftest import Run

HEADER = "indicator_id,region_code,period,numerator,denominator,value\n"
GOOD = HEADER + "enrolment_rate,320000,2023,8000,8200,\nonline_service_share,320000,2023,,,27.5\n"


@pytest.fixture
def figures(tmp_path: Path) -> Path:
    path = tmp_path / "figures.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


def rows(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


class TestCheck:
    def test_the_shipped_plan_is_good(self, run: Run) -> None:
        ended = run("check")
        assert (ended.code, ended.err) == (0, "")
        assert "uhs-14" in ended.out

    def test_faults_are_a_line_each_with_file_line_and_path(self, run: Run, catalogue: Path) -> None:
        text = catalogue.read_text(encoding="utf-8").replace("nature: binding", "natur: binding")
        catalogue.write_text(text, encoding="utf-8")
        ended = run("check", catalogue)
        assert ended.code == 1
        lines = ended.out.splitlines()
        at = text.splitlines().index("    natur: binding") + 1
        assert any(line.startswith(f"plan.yaml:{at}: indicators[0].natur: ") and "nature" in line for line in lines)
        assert len(lines) == text.count("natur: binding") + 1

    def test_json_holds_problems_and_plans(self, run: Run, catalogue: Path) -> None:
        good = json.loads(run("check", catalogue, "--format", "json").out)
        assert good["problems"] == [] and good["plans"][0]["id"] == "uhs-14"
        catalogue.write_text("plan: 3\n")
        ended = run("check", catalogue, "--format", "json")
        problems = json.loads(ended.out)["problems"]
        assert ended.code == 1 and json.loads(ended.out)["plans"] == []
        assert set(problems[0]) == {"file", "line", "path", "code", "zh", "en", "text"}
        listed = rows(run("check", catalogue, "--format", "csv").out)
        assert [row["code"] for row in listed] == [problem["code"] for problem in problems]

    def test_a_plan_below_another_is_compared_with_it(self, run: Run, catalogue: Path, tmp_path: Path) -> None:
        text = catalogue.read_text(encoding="utf-8")
        head, indicators = text.split("indicators:", 1)
        first = "  - id:" + indicators.split("  - id:")[1]
        head = head.replace("id: uhs-14", "id: js-14").replace("parent: null", "parent: uhs-14")
        head = head.replace('region: "000000"', 'region: "320000"')
        (tmp_path / "js.yaml").write_text(f"{head}indicators:\n{first}", encoding="utf-8")
        ended = run("check", catalogue, tmp_path / "js.yaml")
        assert ended.code == 0, ended.out
        assert "js-14 → uhs-14" in ended.out and "lacking: out_of_pocket_share" in ended.out

    def test_the_schema_is_json(self, run: Run) -> None:
        schema = json.loads(run("check", "--schema").out)
        assert schema["$schema"].startswith("https://json-schema.org/")


class TestConfig:
    def test_every_setting_comes_with_its_origin(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MONITOR_NEAR", "0.85")
        found = {row["name"]: row for row in rows(run("config").out)}
        assert (found["near"]["value"], found["near"]["origin"]) == ("0.85", "environment")
        assert (found["ahead"]["value"], found["ahead"]["origin"]) == ("1.2", "default")
        listed = json.loads(run("config", "--format", "json").out)
        assert [one["name"] for one in listed] == list(found)
        assert {"zh", "en"} <= set(listed[0])

    def test_a_grid_is_aligned(self, run: Run) -> None:
        lines = run("config", "--format", "table").out.splitlines()
        place = lines[0].index("origin")
        assert {line[place:].split()[0] for line in lines[1:]} == {"default"}


class TestIngest:
    def ingest(self, run: Run, *arguments: str | Path) -> tuple[int, list[dict[str, Any]]]:
        ended = run("ingest", *arguments, "--format", "json")
        assert ended.err == ""
        return ended.code, json.loads(ended.out)

    def test_a_file_is_submitted_and_the_same_file_changes_nothing(self, run: Run, figures: Path) -> None:
        code, (first,) = self.ingest(run, figures, "--by", "张三")
        assert (code, first["created"], first["verdict"]) == (0, 2, "review")
        code, (again,) = self.ingest(run, figures, "--by", "张三")
        assert (code, again["verdict"], again["unchanged"], again["created"]) == (0, "duplicate", 2, 0)

    def test_csv_has_a_row_for_each_submission_and_the_counts_stand_on_stderr(self, run: Run, figures: Path) -> None:
        ended = run("ingest", figures)
        (row,) = rows(ended.out)
        assert (row["region_code"], row["period"], row["created"], row["state"]) == ("320000", "2023", "2", "submitted")
        assert "created 2, updated 0, unchanged 0, carried 0, rejected 0" in ended.err

    def test_a_refused_file_names_every_cell_and_leaves_the_others_alone(
        self, run: Run, figures: Path, tmp_path: Path
    ) -> None:
        bad = tmp_path / "bad.csv"
        bad.write_text(HEADER + "enrolment_rate,320000,2023,x,8200,\nnope,320000,2023,,,1\n", encoding="utf-8")
        ended = run("ingest", bad, figures)
        assert ended.code == 1
        assert "bad.csv:2:numerator: error" in ended.err and "bad.csv:3:indicator_id: error" in ended.err
        assert [row["verdict"] for row in rows(ended.out)] == ["rows", "review"]

    def test_a_dry_run_leaves_no_trace(self, run: Run, figures: Path, tmp_path: Path) -> None:
        before = sorted(tmp_path.rglob("*"))
        code, (result,) = self.ingest(run, figures, "--dry-run")
        assert (code, result["created"], result["dry_run"]) == (0, 2, True)
        assert sorted(tmp_path.rglob("*")) == before

    def test_the_inbox_gives_its_finished_regular_files(
        self, run: Run, figures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        inbox = tmp_path / "inbox"
        inbox.mkdir()
        monkeypatch.setenv("MONITOR_INBOX", str(inbox))
        assert self.ingest(run) == (0, [])
        for name in ("b.csv", ".hidden.csv", "~$b.xlsx", "c.csv.part", "d.tmp"):
            (inbox / name).write_text(GOOD, encoding="utf-8")
        (inbox / "link.csv").symlink_to(figures)
        os.mkfifo(inbox / "pipe.csv")
        (inbox / "folder.csv").mkdir()
        code, results = self.ingest(run)
        assert (code, [result["file"] for result in results]) == (0, ["b.csv"])
        assert json.loads((inbox / "b.csv.receipt.json").read_text(encoding="utf-8"))["verdict"] == "review"
        assert self.ingest(run) == (0, [])

    def test_the_inbox_is_no_place_for_trusted_figures(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MONITOR_INBOX", str(tmp_path))
        assert run("ingest", "--accept").code == 2 and run("ingest", "--explain", "x").code == 2

    def test_the_limits_of_an_operators_file_are_settings(
        self, run: Run, figures: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MONITOR_MAX_OPERATOR_ROWS", "1")
        code, (result,) = self.ingest(run, figures)
        assert code == 1 and result["problems"][0]["code"] == "too_many_rows"


class TestReview:
    @pytest.fixture(autouse=True)
    def _sent(self, run: Run, figures: Path) -> None:
        assert run("ingest", figures, "--by", "张三").code == 0

    def test_list_show_accept_and_what_is_refused_afterwards(self, run: Run) -> None:
        (listed,) = rows(run("submissions", "list").out)
        assert (listed["submission_id"], listed["state"], listed["submitted_by"]) == ("1", "submitted", "张三")
        shown = json.loads(run("submissions", "show", "1", "--format", "json").out)
        assert {cell["indicator_id"] for cell in shown["cells"]} == {"enrolment_rate", "online_service_share"}
        assert run("submissions", "accept", "1", "--by", "李四").code == 0
        assert rows(run("submissions", "list", "--state", "submitted").out) == []
        assert (
            rows(run("submissions", "list", "--state", "accepted", "--period", "2023年").out)[0]["state_by"] == "李四"
        )
        again = run("submissions", "accept", "1")
        assert (again.code, again.err.count("\n")) == (1, 1)
        unknown = run("submissions", "accept", "99")
        assert (unknown.code, unknown.err.count("\n")) == (2, 1)
        assert "99" in unknown.err and "monitor submissions list" in unknown.err

    def test_one_refusal_does_not_stop_the_others(self, run: Run) -> None:
        ended = run("submissions", "accept", "99", "1")
        assert ended.code == 2 and "1: " in ended.out
        assert rows(run("submissions", "list").out)[0]["state"] == "accepted"

    def test_return_needs_and_keeps_its_reason(self, run: Run) -> None:
        assert run("submissions", "return", "1", "--reason", "  ").code == 2
        assert run("submissions", "return", "1", "--reason", "分母口径有误", "--by", "李四").code == 0
        shown = run("submissions", "show", "1", "--format", "table").out
        assert "returned" in shown and "reason=分母口径有误" in shown

    def test_an_empty_name_is_refused(self, run: Run) -> None:
        assert run("submissions", "accept", "1", "--by", " ").code == 2


def test_a_grid_counts_wide_characters_cuts_long_cells_and_shows_no_control_characters() -> None:
    frame = pd.DataFrame({"名": ["参保率", "x\ny"], "n": [1.5, float("nan")], "t": [True, "长" * 50]}, dtype=object)
    head, first, second = grid(frame).splitlines()
    assert head == "名      n    t"
    assert first == "参保率  1.5  true"
    assert second.startswith("x y          长") and second.endswith("长…")


class TestUserToken:
    def test_a_token_is_printed_alone_listed_without_itself_and_revoked(self, run: Run) -> None:
        made = run("user", "token", "add", "--name", "江苏", "--role", "reporter", "--region", "320000", "--days", "90")
        assert made.code == 0 and made.out.startswith("pm_") and made.out.count("\n") == 1
        assert made.out.strip() not in made.err and "token 1" in made.err
        assert made.out.strip() not in run("user", "token", "list").out
        (before,) = rows(run("user", "token", "list").out)
        assert (before["name"], before["role"], before["regions"], before["revoked_at"]) == (
            "江苏", "reporter", "320000", "",
        )  # fmt: skip
        assert run("user", "token", "revoke", "1").code == 0
        (after,) = rows(run("user", "token", "list").out)
        assert after["revoked_at"] and run("user", "token", "revoke", "9").code == 2
