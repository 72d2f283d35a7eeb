"""What was known at a moment gives the same bytes for ever, whatever is accepted or set later."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from monitor.cli import main

Run = Callable[..., str]

HEADER = "indicator_id,region_code,period,numerator,denominator,vintage,note\n"
FIRST = HEADER + "".join(
    f"enrolment_rate,{code},{year},{95 + year % 3},100,reported,=说明\n"
    for code in ("110000", "120000", "320000")
    for year in (2021, 2022, 2023)
)
LATER = HEADER + "enrolment_rate,110000,2023,90,100,reported,重报\nenrolment_rate,330000,2023,99,100,reported,\n"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store") / "monitor.duckdb"


@pytest.fixture(scope="module")
def run(store: Path) -> Run:
    def call(*arguments: str | Path, **settings: str) -> str:
        """One command; what it printed."""
        said = io.TextIOWrapper(io.BytesIO(), "utf-8")
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(said):
            for name in [name for name in os.environ if name.startswith("MONITOR_")]:
                patch.delenv(name)
            patch.setenv("MONITOR_STORE", str(store))
            for name, text in settings.items():
                patch.setenv(name, text)
            assert main([str(argument) for argument in arguments]) == 0
        said.seek(0)
        return said.read()

    return call


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


@pytest.fixture(scope="module")
def moment(run: Run, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The time of the first acceptance, as an export prints it."""
    folder = tmp_path_factory.mktemp("sent")
    first = folder / "first.csv"
    first.write_text(FIRST, encoding="utf-8")
    run("ingest", first, "--accept", "--by", "审核员")
    run("export", "scorecard", "--period", "2023", "--output", folder / "now.csv")
    return rows_of(folder / "now.csv")[0]["as_of"]


KINDS = (
    "scorecard.csv",
    "scorecard.xlsx",
    "scorecard.json",
    "gaps.csv",
    "observations.csv",
    "submissions.csv",
    "history.csv",
)


def test_same_moment_same_bytes_after_later_figures_and_other_settings(run: Run, moment: str, tmp_path: Path) -> None:
    for round_name in ("before", "after"):
        folder = tmp_path / round_name
        folder.mkdir()
        for file in KINDS:
            run("export", file.split(".")[0], "--as-of", moment, "--output", folder / file)
        if round_name == "before":
            later = tmp_path / "later.csv"
            later.write_text(LATER, encoding="utf-8")
            told = ("--accept", "--by", "审核员", "--explain", "已核实")
            run("ingest", later, *told, MONITOR_BAND_TOLERANCE="3", MONITOR_AHEAD="1.5")
    for file in KINDS:
        before, after = ((tmp_path / name / file).read_bytes() for name in ("before", "after"))
        assert before == after, file
        sidecars = [(tmp_path / name / f"{file}.meta.json").read_text(encoding="utf-8") for name in ("before", "after")]
        assert sidecars[0] == sidecars[1], file
        assert json.loads(sidecars[0])["as_of"] == moment

    run("export", "scorecard", "--period", "2023", "--output", tmp_path / "now.csv", MONITOR_AHEAD="1.5")
    now = {(row["indicator_id"], row["region_code"]): row for row in rows_of(tmp_path / "now.csv")}
    then = {
        (row["indicator_id"], row["region_code"]): row
        for row in rows_of(tmp_path / "after" / "scorecard.csv")
        if row["period"] == "2023"
    }
    cell = ("enrolment_rate", "110000")
    assert (then[cell]["value"], then[cell]["class"]) == ("96", "held")
    assert (now[cell]["value"], now[cell]["class"], now[cell]["first_failing_period"]) == ("90", "breached", "2023")
    assert now[cell]["as_of"] > moment
    assert json.loads(then[cell]["settings"])["ahead"] == 1.2
    assert json.loads(now[cell]["settings"])["ahead"] == 1.5


def test_an_export_of_observations_says_nothing_new_when_sent_again(run: Run, moment: str, tmp_path: Path) -> None:
    run("export", "observations", "--output", tmp_path / "all.csv")
    answers = json.loads(run("ingest", tmp_path / "all.csv", "--dry-run", "--format", "json"))
    assert [answer["verdict"] for answer in answers] == ["duplicate"], answers
