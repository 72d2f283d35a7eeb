"""The shipped example plans and the format of the next one: usable, marked, and nothing invented as published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.catalogue.alignment import find_alignment
from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.shipped import find_shipped
from tests.frame.conftest import Run
from tests.frame.conftest import _bare_settings as _bare_settings
from tests.frame.conftest import run as run

FOLDER = find_shipped("data/plans")
PLANS = sorted(path.name for path in FOLDER.glob("*.yaml"))
REGIONS = load_regions(find_shipped("data/regions.csv"))


def test_what_is_shipped() -> None:
    assert PLANS == ["example-gansu-14.yaml", "example-hainan-14.yaml", "format-2026-2030.yaml"]


@pytest.mark.parametrize("name", PLANS)
def test_check_passes_and_the_title_says_what_it_is(run: Run, name: str) -> None:
    ended = run("check", FOLDER / name)
    assert (ended.code, ended.err) == (0, "")
    plan = load_catalogues([FOLDER / name], REGIONS)[0].plan
    is_example = name.startswith("example-")
    assert ("模拟目标" if is_example else "格式示例") in plan.title.zh
    assert ("synthetic" if is_example else "format only") in (plan.title.en or "")
    assert plan.id == Path(name).stem and "不是公文" in (plan.document or "")


def test_the_examples_agree_with_the_plan_above_as_their_comments_say() -> None:
    paths = [find_shipped("indicators.yaml"), *(FOLDER / name for name in PLANS)]
    found = {one["id"]: one for one in find_alignment(load_catalogues(paths, REGIONS))}
    hainan, gansu = found["example-hainan-14"], found["example-gansu-14"]
    assert (len(hainan["carried"]), hainan["lacking"]) == (
        13, ["fund_expenditure", "resident_inpatient_payment_share"],
    )  # fmt: skip
    assert [(one["id"], one["target"], one["parent_target"]) for one in hainan["weaker"]] == [
        ("consumables_platform_share", 75, 80)
    ]
    assert (len(gansu["carried"]), len(gansu["lacking"])) == (9, 6)
    assert [one["id"] for one in gansu["weaker"]] == [
        "enrolment_rate", "gs_burden", "drg_dip_payment_share", "drug_platform_share", "procured_drugs",
        "cross_province_settlement_rate",
    ]  # fmt: skip


def test_the_format_of_the_next_plan_has_no_number_for_a_target() -> None:
    plan = load_catalogues([FOLDER / "format-2026-2030.yaml"], REGIONS)[0]
    assert (plan.plan.period.start, plan.plan.period.end) == (2026, 2030)
    targets = [one.target for one in plan.indicators]
    assert [(one.rule, one.printed) for one in targets if one is not None] == [("judge", "待公布")] * 3
    assert all(one.baseline is None and not one.regional_targets for one in plan.indicators)


def _json(text: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(text)
    return rows


def test_levels_without_a_store_shows_the_examples_and_weighs_nothing(run: Run) -> None:
    ended = run("levels", "--format", "json")
    assert ended.code == 0
    assert (
        "the plans below (2) carry 22 of 30, 7 weaker, 8 lacking, 4 of their own" in ended.err
        and "synthetic" in ended.err
    )
    rows = _json(ended.out)
    assert len(rows) == 30 and {row["synthetic"] for row in rows} == {True}
    short = {(row["region_code"], row["parent_number"]): row["short_by"] for row in rows if row["short_by"] is not None}
    assert short == {("460000", 10): 5, ("620000", 8): 5, ("620000", 11): 50, ("620000", 13): 5}
    split = {row["number"]: row for row in _json(run("levels", "--table", "split", "--format", "json").out)}
    assert (split[8]["verdict"], split[8]["result"]) == ("no_weights", None)
    assert (split[11]["verdict"], split[11]["at_least_as_strict"], split[11]["regions_expected"]) == ("short", 1, 31)


def test_levels_of_named_catalogues_are_written_to_a_file(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "own.csv"
    named = ("--catalogue", find_shipped("indicators.yaml"), "--catalogue", FOLDER / "example-gansu-14.yaml")
    ended = run("levels", *named, "--table", "own", "--output", target)
    assert ended.code == 0 and "the plans below (1) carry 9 of 15" in ended.err
    text = target.read_text(encoding="utf-8-sig")
    assert text.count("\n") == 3 and "gs_claim_days" in text
    facts = json.loads((tmp_path / "own.csv.meta.json").read_text(encoding="utf-8"))
    assert (facts["kind"], facts["table"], facts["synthetic"]) == ("levels", "own", True)
    split = _json(run("levels", *named, "--table", "split", "--format", "json").out)
    assert [row["number"] for row in split if not row["synthetic"]] == [2, 3, 4, 6, 10, 12]  # Gansu's lacks these
    again = tmp_path / "again.csv"
    run("levels", *named, "--table", "own", "--output", again)
    assert again.read_bytes() == target.read_bytes()


def test_wrong_uses_of_levels_are_refused(run: Run, tmp_path: Path) -> None:
    assert run("levels", "--plan", "nothing").code == 2
    assert run("levels", "--catalogue", tmp_path / "none.yaml").code == 2
    assert run("levels", "--output", tmp_path / "x.pdf").code == 2


def test_check_says_that_the_plan_above_is_not_loaded(run: Run) -> None:
    ended = run("check", FOLDER / "example-gansu-14.yaml")
    assert "not loaded" in ended.out and "0 carried" not in ended.out
